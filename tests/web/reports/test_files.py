"""Are photos taken without what the device wrote into them, and everything that is no photo or text refused?"""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from bluehelm.web.reports import actions
from bluehelm.web.reports.actions import DeedError
from bluehelm.web.reports.files import MOST_BYTES, FileRefusedError, prepare
from tests.web.reports.conftest import filed

PHONE = "zq7-phone-of-a-person"


def photo(form="JPEG", size=(40, 30), **named) -> bytes:
    picture, written = Image.new("RGB", size, "green"), io.BytesIO()
    exif = picture.getexif()
    exif[0x010F], exif[0x9286] = PHONE, PHONE
    exif.get_ifd(0x8825)[1] = "N"
    if form == "JPEG":
        named |= {"comment": PHONE.encode()}
    picture.save(written, form, exif=exif.tobytes(), **named)
    return written.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_place_time_device_and_what_hides_behind_it(form):
    sent = photo(form) + b"PK\x03\x04 " + PHONE.encode()
    assert PHONE.encode() in sent
    kept = prepare(sent)
    assert PHONE.encode() not in kept.content and kept.media_type.startswith("image/")
    again = Image.open(io.BytesIO(kept.content))
    assert not again.getexif() and again.size == (40, 30) and not {"comment", "exif"} & set(again.info)


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels a side."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def packed() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 10_000_000)
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", bomb(), packed(), photo()[:200], b"%PDF-1.7\n\xe2\xe3", b"<svg onload='x'/>", b" <html>", b"MZ\x00\x01",
     b"GIF89a" + b"\0" * 20, b"a" * (MOST_BYTES + 1)],
    ids=["empty", "bomb", "zip", "cut", "pdf", "svg", "html", "program", "gif", "large"],
)  # fmt: skip
def test_what_is_no_photo_or_text_is_refused(content):
    with pytest.raises(FileRefusedError):
        prepare(content)


@pytest.mark.django_db
def test_files_are_few_each_once_and_served_as_what_they_are(cast, client_of):
    report, by = filed(cast["sym-reporter"]), cast["sym-reporter"]
    client = client_of("sym-reporter")
    sent = {"expected_version": "1", "caption": "The market", "file": io.BytesIO(photo())}
    assert client.post(f"/reports/{report.pk}/file/", sent).status_code == 302
    answer = client.get(f"/reports/{report.pk}/files/1/")
    assert answer.headers["Content-Type"] == "image/jpeg" and PHONE.encode() not in answer.content
    with pytest.raises(DeedError, match="already"):
        actions.add_file(number=report.pk, expected_version=2, prepared=prepare(photo()), by=by)
    for number in range(2, 7):
        note = prepare(f"note {number}".encode())
        actions.add_file(number=report.pk, expected_version=number, prepared=note, by=by)
    with pytest.raises(DeedError, match="at most"):
        actions.add_file(number=report.pk, expected_version=7, prepared=prepare(b"one more"), by=by)
    assert client_of("oth-planner").get(f"/reports/{report.pk}/files/1/").status_code == 404
