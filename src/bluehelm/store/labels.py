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
from dataclasses import dataclass
from pathlib import Path

LABEL = "label.json"
HIDDEN = "strictly-confidential"


@dataclass(frozen=True, slots=True)
class VersionLabel:
    """A marking by its code, and the audiences the version may be released to; without audiences, nobody."""

    marking: str = HIDDEN
    releasable_to: tuple[str, ...] = ()


SHOWN_TO_NOBODY = VersionLabel()

Admits = Callable[[VersionLabel], bool]
_admits: ContextVar[Admits | None] = ContextVar("admits", default=None)


@contextmanager
def reading_as(admits: Admits) -> Iterator[None]:
    """Within this, every store shows only the versions whose label is admitted."""
    token = _admits.set(admits)
    try:
        yield
    finally:
        _admits.reset(token)


def admitted(label: VersionLabel) -> bool:
    """Whether the one who asks may see what carries this label."""
    admits = _admits.get()
    return admits is None or admits(label)


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
