"""To whom may a version be shown, and who is asking?

A version's label lies beside its entry, because releasing it to others changes the label and never the version. A
version without a label is shown to nobody. Whoever answers for others, the pages and the commands, says once for whom
it reads (`reading_as`); a library user on the folder's own machine reads everything.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

LABEL = "label.json"
HIDDEN = "strictly-confidential"


@dataclass(frozen=True, slots=True)
class VersionLabel:
    """A marking by its code, and the audiences the version may be released to; without audiences, nobody."""

    marking: str = HIDDEN
    releasable_to: tuple[str, ...] = ()


SHOWN_TO_NOBODY = VersionLabel()

UNRESTRICTED = "unclassified"

Admits = Callable[[VersionLabel], bool]


@dataclass(slots=True)
class Reading:
    """Somebody's reading: which labels are admitted, and which restricted versions were read so far, by table."""

    admits: Admits
    restricted: dict[tuple[str, int], VersionLabel] = field(default_factory=dict)


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading_as(admits: Admits) -> Iterator[Reading]:
    """Within this, every store shows only the versions whose label is admitted, and notes the restricted ones read."""
    reading = Reading(admits)
    token = _reading.set(reading)
    try:
        yield reading
    finally:
        _reading.reset(token)


def admitted(label: VersionLabel) -> bool:
    """Whether the one who asks may see what carries this label."""
    reading = _reading.get()
    return reading is None or reading.admits(label)


def note_read(table: str, number: int, label: VersionLabel) -> None:
    """Remember that the rows of a restricted version were opened; whoever answers for the reader writes it down."""
    reading = _reading.get()
    if reading is not None and label.marking != UNRESTRICTED:
        reading.restricted[table, number] = label


def read_label(folder: Path) -> VersionLabel:
    """The label of a version's folder; one that is missing or cannot be read hides the version."""
    try:
        values = json.loads((folder / LABEL).read_text(encoding="utf-8"))
        return VersionLabel(str(values["marking"]), tuple(str(name) for name in values["releasable_to"]))
    except (OSError, ValueError, KeyError, TypeError):
        return SHOWN_TO_NOBODY


def write_label(label: VersionLabel, folder: Path) -> None:
    """Put a label in place in one step."""
    values = {"marking": label.marking, "releasable_to": sorted(label.releasable_to)}
    part = folder / f"{LABEL}.part"
    with part.open("w", encoding="utf-8") as file:
        file.write(json.dumps(values, ensure_ascii=False, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / LABEL)
