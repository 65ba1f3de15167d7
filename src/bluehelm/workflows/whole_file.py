"""How does a file appear whole or not at all, and never over another one by accident?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from bluehelm.language import _


class FileRefusedError(OSError):
    """A file cannot be written where it was asked for; `code` is not_a_file, no_such_folder or exists."""

    def __init__(self, code: str, what: str, path: Path, next_step: str) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = str(path)
        self.next_step = next_step


def writable(path: Path, *, force: bool) -> None:
    """Raise FileRefusedError when a file must not or cannot be written at `path`; `force` allows to replace one."""
    if path.is_dir():
        raise FileRefusedError("not_a_file", _("{path} is a folder.", path=path), path, _("Name a file in it."))
    if not path.parent.is_dir():
        raise FileRefusedError(
            "no_such_folder", _("There is no folder {parent}.", parent=path.parent), path, _("Make it first.")
        )
    if path.exists() and not force:
        raise FileRefusedError(
            "exists", _("{path} is there already.", path=path), path, _("Name another file, or say --force.")
        )


@contextmanager
def whole_file(path: Path, *, force: bool) -> Iterator[Path]:
    """A path beside `path` to write to; it takes its name when the block ends well and is removed when it does not."""
    writable(path, force=force)
    # The suffix stays last: writers choose their format by it.
    part = path.with_name(f".{path.stem}-{uuid4().hex[:8]}.part{path.suffix}")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
