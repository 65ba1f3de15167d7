"""What is a provider: whose files, kept in which table, read how, and fetched from where?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bluehelm.sources.delivered import CSV, Delivered, Wanted
from bluehelm.sources.fetching import Fetch
from bluehelm.sources.intake import Intake
from bluehelm.sources.reading import Layout, read_rows
from bluehelm.tables import Table
from bluehelm.tables.provenance import Coverage, SourceNote

Read = Callable[[Delivered, Path], Intake]
States = Callable[[Delivered, Path], list[tuple[date, Intake]]]


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: its note, its table and its reader.

    `columns` are the header names its files must have; `fetch` is None where a person must download the file, and
    `by_hand` says why. `states` reads a file that holds several dated states of one table, oldest first.
    """

    note: SourceNote
    table: Table
    columns: tuple[str, ...]
    read: Read
    files: Wanted = CSV
    fetch: Fetch | None = None
    by_hand: str = ""
    states: States | None = None

    @property
    def name(self) -> str:
        return self.note.provider


@dataclass(frozen=True, slots=True)
class Tailored:
    """A kind of provider that is made for one file; `needs` names what is given beside it."""

    title: str
    formats: tuple[str, ...]
    needs: tuple[str, ...]


def reader(layout: Layout, coverage: Callable[[Path], Coverage], notes: tuple[str, ...] = ()) -> Read:
    """The reader of a provider whose rows become the table's rows one by one; `notes` hold for every file."""

    def read(delivered: Delivered, scratch: Path) -> Intake:
        intake = read_rows(replace(delivered, notes=(*delivered.notes, *notes)), layout, scratch)
        return replace(intake, coverage=coverage(intake.rows_file))

    return read
