"""How is a ZIP file written that does not tell when?

The members of an office file carry the time of writing; without it the same content is the same file.
"""

import shutil
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that the format knows


class UndatedZip(ZipFile):
    """A ZIP file whose members all carry the format's earliest date."""

    def __init__(self, path: Path | IO[bytes], mode: Any = "r") -> None:
        super().__init__(path, mode, ZIP_DEFLATED, allowZip64=True)

    def writestr(self, zinfo_or_arcname: Any, data: Any, compress_type: Any = None, compresslevel: Any = None) -> None:
        super().writestr(_undated(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, compress_type: Any = None, compresslevel: Any = None) -> None:
        with open(filename, "rb") as given, self.open(_undated(str(arcname or filename)), "w") as kept:
            shutil.copyfileobj(given, kept)


def _undated(name: str) -> ZipInfo:
    member = ZipInfo(name, EPOCH)
    member.compress_type = ZIP_DEFLATED
    return member
