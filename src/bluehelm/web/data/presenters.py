"""How are table versions put for a reader?

A presenter orders, labels and places; it computes no figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from bluehelm.language import called
from bluehelm.store import Version
from bluehelm.tables import TABLES
from bluehelm.tables.countries import country_name
from bluehelm.tables.provenance import Reason, SourceNote
from bluehelm.web.missions.periods import first_day

NOTED_LISTED = 100


@dataclass(frozen=True, slots=True)
class NotedRow:
    """A row of the provider's file that was set aside or flagged: its line (header = 1), the cell and why."""

    line: int
    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """Why rows were treated in one of three ways; `rows` are the first of them, `more` says how many follow."""

    name: str
    title: str
    meaning: str
    reasons: tuple[Reason, ...]
    rows_title: str = ""
    rows: tuple[NotedRow, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class VersionView:
    """A table version as its page and the list of versions show it."""

    kept: Version

    @property
    def table(self) -> str:
        return self.kept.table

    @property
    def number(self) -> int:
        return self.kept.version

    @property
    def table_title(self) -> str:
        return called(TABLES[self.table].title) if self.table in TABLES else self.table

    @property
    def grain(self) -> str:
        return called(TABLES[self.table].grain_said) if self.table in TABLES else ""

    @property
    def source(self) -> SourceNote:
        return self.kept.source

    @property
    def link(self) -> str:
        """The provider's address when a browser may follow it; a file can name any scheme."""
        return self.source.url if self.source.url.startswith(("https://", "http://")) else ""

    @property
    def first_day(self) -> date | None:
        return first_day(self.kept.coverage.first_month) if self.kept.coverage.first_month else None

    @property
    def last_day(self) -> date | None:
        return first_day(self.kept.coverage.last_month) if self.kept.coverage.last_month else None

    @property
    def countries(self) -> list[str] | None:
        """Names of the countries that the table speaks of; None when no limit is stated."""
        covered = self.kept.coverage.countries
        return None if covered is None else [country_name(iso3) for iso3 in covered]

    @property
    def is_worldwide(self) -> bool:
        """Does the table say that it speaks of every country? Only a table of events can be silent about one."""
        return self.table == "events" and self.countries is None


def reason_groups(version: Version, set_aside: pl.DataFrame, flagged: pl.DataFrame) -> list[ReasonGroup]:
    """Why rows were set aside, flagged or noted, with the first of the rows themselves."""
    return [
        ReasonGroup(
            "set-aside",
            _("Set aside"),
            _("Bad rows: a required cell cannot be read, a date or place is impossible, or a key repeats."),
            version.reasons,
            _("Rows set aside"),
            _noted_rows(set_aside),
            max(0, set_aside.height - NOTED_LISTED),
        ),
        ReasonGroup(
            "doubtful",
            _("Doubtful"),
            _("Rows that contradict themselves. They are kept as the provider gave them."),
            version.flags,
            _("Rows that are doubtful"),
            _noted_rows(flagged),
            max(0, flagged.height - NOTED_LISTED),
        ),
        ReasonGroup("notes", _("Notes"), _("What else was noticed while reading the file."), version.notes),
    ]


def _noted_rows(noted: pl.DataFrame) -> tuple[NotedRow, ...]:
    first = noted.sort("line").head(NOTED_LISTED).select("line", "column", "value", "reason")
    return tuple(NotedRow(*row) for row in first.iter_rows())


def version_views(versions: Sequence[Version]) -> list[VersionView]:
    """Table by table, the newest version first."""
    return [VersionView(version) for version in sorted(versions, key=lambda v: (v.table, -v.version))]
