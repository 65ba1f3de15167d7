"""What stands on a paper of a plan: fact sheet, assessment report, annex, dashboard?

One shape for all of them and for every format: sections of sentences, tables of four columns and charts; then the
figures, each with its period, what it covers and the versions it rests on.
"""

from dataclasses import dataclass
from typing import Literal

from bluehelm.language import _, figure, gettext_noop
from bluehelm.products.factsheet import Series

Status = Literal["known", "missing", "unknown", "held back"]
Row = tuple[str, str, str, str]
NOT_KNOWN = (gettext_noop("missing"), gettext_noop("unknown"), gettext_noop("held back"))
"""What is said where a value would stand; in files for programs the status itself."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: four columns, so that a template can hold it."""

    title: str
    header: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it; `level` 2 stands inside the last one of level 1."""

    title: str
    lines: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    charts: tuple[Series, ...] = ()
    level: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: of which indicator, part of it (empty for the whole) and period, and on which versions it rests.

    `value` is None where the status is not known. `coverage` says how many of the values due in the period are there.
    """

    indicator: str
    title: str
    unit: str
    kind: str
    part: str
    period: str
    value: float | None
    low: float | None
    high: float | None
    status: Status
    coverage: str
    plan: str
    tables: str

    @property
    def words(self) -> str:
        return figure(self.value, ",g") if self.value is not None else _(self.status)

    @property
    def between(self) -> str:
        if self.low is None or self.high is None:
            return ""
        return _("{low:,g} to {high:,g}", low=self.low, high=self.high)


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper; `as_of` is the day it speaks of, never the day of writing."""

    kind: str
    title: str
    mission: str
    period: str
    as_of: str
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    sources: tuple[str, ...]
    held_back: int = 0
    marking: str = ""
    synthetic: str = ""


def figure_rows(paper: Paper) -> tuple[Row, ...]:
    """The figures as lines of a table: which, of when, what, and how far it is covered."""
    return tuple(
        (
            f"{one.title}{f', {one.part}' if one.part else ''}",
            one.period,
            f"{one.words}{f' ({one.between})' if one.between else ''}",
            f"{one.coverage}; {one.plan}{f'; {one.tables}' if one.tables else ''}",
        )
        for one in paper.figures
    )


def figure_header() -> Row:
    """What stands over the columns of the figures."""
    return (_("Indicator"), _("Period"), _("Value (low to high)"), _("Coverage and version"))
