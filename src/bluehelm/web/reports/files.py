"""Is a file what it says, small enough, and free of what the device that made it wrote into it?

A photo is decoded and drawn anew, upright, as JPEG or PNG: place, time, device and owner stay behind, and so does
whatever was hidden after the picture. A text is taken when it is one. Nothing else is: no archive, no office file, no
PDF, whose hidden contents nobody here can be sure of. A file's name is not kept: names of people stand in it.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 10 * 2**20
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2048
"""Pixels; enough to read a number plate, small enough for a poor line."""
MOST_TEXT = 200_000
OPENED = ("JPEG", "PNG", "WEBP")
"""What Pillow may try; a JPEG with several pictures comes out as MPO."""
DRAWN_AS = {"JPEG": ("JPEG", "image/jpeg"), "MPO": ("JPEG", "image/jpeg"), "PNG": ("PNG", "image/png"),
            "WEBP": ("JPEG", "image/jpeg")}  # fmt: skip
BROKEN = (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError, Image.DecompressionBombError,
          Image.DecompressionBombWarning)  # fmt: skip


class FileRefusedError(ValueError):
    """The file was not taken; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready to be kept."""

    media_type: str
    content: bytes
    sha256: str


def prepare(content: bytes) -> Prepared:
    """The file as it is kept; FileRefusedError says why it is not."""
    if len(content) > MOST_BYTES:
        raise FileRefusedError(_("A file has at most %(most)s MB.") % {"most": MOST_BYTES // 2**20})
    if not content:
        raise FileRefusedError(_("The file is empty."))
    media_type, kept = _photo(content) or _text(content)
    return Prepared(media_type, kept, hashlib.sha256(kept).hexdigest())


def _photo(content: bytes) -> tuple[str, bytes] | None:
    """The picture drawn anew; None when it is no picture of a kind that is taken."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=OPENED) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise FileRefusedError(_("The picture is too large: send a smaller one."))
                form, media_type = DRAWN_AS[opened.format or ""]
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                return media_type, _drawn(upright, form)
        except UnidentifiedImageError:
            return None
        except FileRefusedError:
            raise
        except BROKEN:
            raise FileRefusedError(_("The picture is broken, or larger inside than it may be.")) from None


def _drawn(picture: Image.Image, form: str) -> bytes:
    """The pixels alone, on a new picture that knows nothing of the old one."""
    mode = "RGB" if form == "JPEG" or picture.mode not in ("RGB", "RGBA", "L") else picture.mode
    pixels = picture.convert(mode)
    clean = Image.frombytes(mode, pixels.size, pixels.tobytes())
    written = io.BytesIO()
    clean.save(written, form)
    return written.getvalue()


def _text(content: bytes) -> tuple[str, bytes]:
    refused = FileRefusedError(_("Only photos (JPEG, PNG, WebP) and plain text are taken."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused from None
    if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in text) or text.lstrip()[:1] == "<":
        raise refused
    if len(text) > MOST_TEXT:
        raise FileRefusedError(_("A text has at most %(most)s characters.") % {"most": MOST_TEXT})
    return "text/plain", text.encode()
