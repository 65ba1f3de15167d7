"""Is a file taken for what its bytes say, and does every row keep its physical line?"""

import csv
import gzip
import hashlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.sources.delivered import receive
from bluehelm.sources.intake import IntakeError
from bluehelm.sources.lines import row_starts, slow_row_starts


def gzipped(content):
    # A fixed time, so that every process of a parallel run collects the same cases.
    return gzip.compress(content, 9, mtime=0)


cells = st.text(st.sampled_from('ab,"\n\r é'), max_size=6)
records = st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=12)


@given(records, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(0, 2))
def test_row_starts_agree_with_the_slow_reader(tmp_path_factory, rows, line_end, ends_with_break, blank_lines):
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(rows)
    written = text.getvalue().removesuffix("" if ends_with_break else line_end) + line_end * blank_lines
    plain = tmp_path_factory.mktemp("rows") / "plain.csv"
    plain.write_bytes(written.encode())
    assert row_starts(plain).tolist() == slow_row_starts(plain).tolist()


def test_row_starts_hold_across_the_pieces_a_large_file_is_read_in(tmp_path, monkeypatch):
    monkeypatch.setattr("bluehelm.sources.lines.CHUNK", 7)
    plain = tmp_path / "plain.csv"
    plain.write_bytes(b'a,b\r\n1,"x\r\ny"\r\n\r\n2,"q""\nz"\r\n3,c')
    assert row_starts(plain).tolist() == slow_row_starts(plain).tolist() == [1, 2, 5, 7]


def packed(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def zipped(members, **options):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"x,y\n1,2\n"),
        ("a.csv", b"\xef\xbb\xbfx,y\n1,2\n"),
        ("a.txt", b"x,y\r\n1,2\r\n"),
        ("a.csv.gz", gzipped(b"x,y\n1,2\n")),
        ("a.zip", zipped({"a.csv": b"x,y\n1,2\n"})),
    ],
    ids=["plain", "byte order mark", "carriage returns", "gzip", "zip"],
)
def test_plain_and_packed_files_give_the_same_header_and_the_digest_of_their_own_bytes(tmp_path, name, content):
    delivered = receive(packed(tmp_path, name, content), scratch(tmp_path))
    assert delivered.header == ("x", "y")
    assert delivered.sha256 == hashlib.sha256(content).hexdigest()
    assert delivered.raw.read_bytes() == content


def scratch(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("code", "name", "content"),
    [
        # code, name and bytes; ids are the codes, numbered
        ("empty_file", "a.csv", b""),
        ("empty_file", "a.csv", b" \n\n"),
        ("mislabelled_file", "a.csv", gzipped(b"x,y\n1,2\n")),
        ("mislabelled_file", "a.csv.gz", b"x,y\n1,2\n"),
        ("mislabelled_file", "a.csv", b"PAR1...."),
        ("mislabelled_file", "a.csv", b"<!doctype html><p>Sign in"),
        ("mislabelled_file", "a.csv", "x,y\n1,2\n".encode("utf-16")),
        ("mislabelled_file", "a.zip", zipped({"a.csv": b"x,y\n", "b.csv": b"x,y\n"})),
        ("truncated_file", "a.csv.gz", gzipped(b"x,y\n1,2\n" * 5000)[:-9]),
        ("truncated_file", "a.csv.gz", gzipped(b"x,y\n1,2\n") + b"garbage"),
        ("truncated_file", "a.zip", zipped({"a.csv": b"x,y\n1,2\n" * 5000})[:-30]),
        ("truncated_file", "a.csv", "x,y\n1,é".encode()[:-1]),
        ("wrong_encoding", "a.csv", b"x,y\n1,\xe9t\xe9\n"),
        ("wrong_encoding", "a.csv", b"x,y\n1,\x00\n"),
        ("wrong_line_ends", "a.csv", b"x,y\r1,2\r"),
        ("bad_header", "a.csv", b"x,x\n1,2\n"),
        ("bad_header", "a.csv", b"x,\n1,2\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "bytes",
)
def test_what_cannot_be_trusted_is_refused(tmp_path, code, name, content):
    with pytest.raises(IntakeError) as error:
        receive(packed(tmp_path, name, content), scratch(tmp_path))
    assert error.value.code == code
    assert error.value.next_step


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.zip"])
def test_a_bomb_is_refused_long_before_it_fills_the_disk(tmp_path, name):
    zeros = b"0" * (120 << 20)
    content = gzipped(zeros) if name.endswith(".gz") else zipped({"a.csv": zeros})
    folder = scratch(tmp_path)
    with pytest.raises(IntakeError) as error:
        receive(packed(tmp_path, name, content), folder)
    assert error.value.code == "unsafe_file"
    assert sum(file.stat().st_size for file in folder.iterdir()) < 100 << 20


def test_the_line_of_a_wrong_byte_is_named(tmp_path):
    with pytest.raises(IntakeError, match="line 70,002 holds"):
        receive(packed(tmp_path, "a.csv", b"x,y\n" + b"1,2\n" * 70_000 + b"1,\xff\n"), scratch(tmp_path))
