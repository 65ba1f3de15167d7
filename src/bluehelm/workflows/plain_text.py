"""What does a person's own CSV file say, packed or plain, and which bytes said it?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

from bluehelm.forces.supply import ForcesError
from bluehelm.sources.delivered import receive

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file by name; the digest is of the bytes as given."""

    name: str
    sha256: str


def plain_text(
    path: Path, scratch: Path, read: Callable[[Iterable[str], str], Content], problems: list[str]
) -> tuple[Content | None, ReadFile]:
    """What `read` makes of a .csv, .csv.gz or .zip file; None when its rows have problems, which are added.

    Raises IntakeError for a file that cannot be trusted as a whole.
    """
    delivered = receive(path, Path(mkdtemp(dir=scratch)))
    file = ReadFile(delivered.name, delivered.sha256)
    try:
        with delivered.plain.open(encoding="utf-8-sig", newline="") as lines:
            return read(lines, file.name), file
    except ForcesError as error:
        problems += error.problems
        return None, file
