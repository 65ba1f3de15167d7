"""Which kinds of records come in and leave as files, and what does each say of itself?

A kind is described once: its columns, what rows of them would do, how that is undone, and its own rows on the way out.
Pages, commands and jobs know nothing else of it. Each step is done by the same action
as on the page of the record.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.record_files import Row

BATCH = 500
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files, what it means, whether each file must have it, other names that people give it.

    A column that only leaves cannot be taken in: it is somebody's deed, or the program's.
    """

    name: str
    title: str | Promise
    required: bool = False
    also: tuple[str, ...] = ()
    only_out: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Under what circumstances rows are taken in: who does, what is said of the file, and why records change."""

    by: Actor
    source: str
    reason: str
    with_reference: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one row would do to one record: fields that differ, before and after; `apply` gives its key and version."""

    line: int
    key: str
    deed: str
    fields: dict[str, list[Any]]
    apply: Callable[[], tuple[str, int]]


def on_line(line: int, what: str) -> str:
    """A problem with the line of the file that has it."""
    return _("line %(line)s: %(what)s") % {"line": line, "what": what}


@dataclass(slots=True)
class Plan:
    """What all rows would do, what is wrong with them, and what they would make that nobody asked them to."""

    steps: list[Step] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    reference: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was done to one record, as it is undone by."""

    key: str
    deed: str
    fields: dict[str, list[Any]]
    version: int


def in_batches(records: QuerySet[Any], after: int) -> Iterator[Any]:
    """Records by number after one, a batch at a time.

    No cursor stays open in between: SQLite refuses a connection that reads an older state to write, as a job that says
    how far it is does.
    """
    while batch := list(records.filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield from batch
        after = batch[-1].pk


@dataclass(frozen=True, slots=True)
class Out:
    """Records on their way out: how many, the highest marking, and number and row of each after a number."""

    number: int
    marking: int
    rows: Callable[[int], Iterator[tuple[int, Sequence[Any]]]]


@dataclass(frozen=True, slots=True)
class RecordKind:
    """`right` is the word of the rights for it; `may_take_in` says whether an actor takes in files of it at all."""

    name: str
    title: str | Promise
    right: str
    columns: tuple[Column, ...]
    may_take_in: Callable[[Actor], bool]
    plan: Callable[[Sequence[Row], Asked], Plan]
    undo: Callable[[Kept, Asked], str | None]
    out: Callable[[Actor], Out]

    @property
    def taken_in(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if not column.only_out)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@cache
def record_kinds() -> dict[str, RecordKind]:
    from bluehelm.web.exchange import findings, forces, mission_dates, plan_values

    listed = (findings.FINDINGS, plan_values.PLAN_VALUES, mission_dates.MISSION_DATES, *forces.FORCES)
    return {kind.name: kind for kind in listed}
