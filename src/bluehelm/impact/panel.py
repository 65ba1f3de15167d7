"""Is this a panel from which the effect on one unit can be estimated, and if not, what is wrong with it?

A panel has one row for each unit and time and no other; an outcome that is not known is a gap, never 0. Times are all
years or all months (YYYY-MM) and follow each other at one step.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bluehelm.language import _
from bluehelm.tables.months import MONTH, ordinal

Floats = NDArray[np.float64]

LINE = "(line)"  # the column that says on which line of the file a row stands
YEAR = re.compile(r"(\d{4})(\.0+)?")
FEWEST_DONORS, FEWEST_BEFORE = 2, 2
SHOWN = 10


class PanelError(ValueError):
    """A panel cannot be read; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(problems[0])
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a panel's columns."""

    unit: str
    time: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Outcomes by time (rows, ascending) and unit (columns, by name)."""

    units: tuple[str, ...]
    times: tuple[str, ...]
    outcomes: Floats


@dataclass(frozen=True, slots=True)
class Panel(Outcomes):
    """Outcomes with one treated unit; the first `before` times come before T."""

    treated: int
    before: int

    @property
    def donors(self) -> tuple[str, ...]:
        return tuple(unit for place, unit in enumerate(self.units) if place != self.treated)


def panel_of(rows: pl.DataFrame, columns: Columns, treated: str, first: str) -> Panel:
    """The panel in a table of text cells; PanelError with every problem.

    `rows` may have further columns and a column LINE with the line each row stands on. `first` is T, the first time
    of treatment. Blanks around names and times do not count.
    """
    whole = outcomes_of(rows, columns, first)
    start = plain_time(first)
    refuse(_unfit(whole, treated, start))
    before = sum(time < start for time in whole.times)
    return Panel(whole.units, whole.times, whole.outcomes, whole.units.index(treated), before)


def outcomes_of(rows: pl.DataFrame, columns: Columns, *times_named: str) -> Outcomes:
    """The outcomes in a table of text cells; `times_named` are further times, which must be of the panel's kind."""
    refuse(_missing_columns(rows, columns))
    cells = _cells(rows, columns)
    refuse([*_unread(cells, columns), *_mixed_times(cells["time"].to_list(), times_named)])
    cells = cells.with_columns(plain_times("time"))
    units, times = sorted(set(cells["unit"])), sorted(set(cells["time"]))
    refuse([*_twice(cells), *_gaps(cells, times), *_uneven(times)])
    wide = cells.sort("time", "unit")["outcome"].cast(pl.Float64).to_numpy().reshape(len(times), len(units))
    return Outcomes(tuple(units), tuple(times), wide)


def refuse(problems: Sequence[str]) -> None:
    """PanelError when there are problems."""
    if problems:
        raise PanelError(problems)


def plain_time(text: str) -> str:
    """A year without the decimals a spreadsheet gave it, or a month; ValueError for anything else."""
    if match := YEAR.fullmatch(text.strip()):
        return match[1]
    if MONTH.fullmatch(text.strip()):
        return text.strip()
    raise ValueError(_("{text!r} is neither a year nor a month written YYYY-MM", text=text))


def plain_times(column: str) -> pl.Expr:
    """`plain_time` of a column whose cells are times."""
    return pl.col(column).str.strip_chars().str.replace(r"\.0+$", "")


def _is_time(text: str) -> bool:
    return bool(YEAR.fullmatch(text) or MONTH.fullmatch(text))


def _cells(rows: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    numbered = rows if LINE in rows.columns else rows.with_row_index(LINE, offset=2)
    texts = [
        pl.col(source).cast(pl.String).str.strip_chars().fill_null("").alias(name)
        for name, source in (("unit", columns.unit), ("time", columns.time), ("text", columns.outcome))
    ]
    number = pl.col("text").cast(pl.Float64, strict=False)
    known = pl.when(number.is_finite()).then(number).alias("outcome")
    return numbered.select(*texts, pl.col(LINE).alias("line")).with_columns(known)


def _names(columns: Columns) -> tuple[str, str, str]:
    return (columns.unit, columns.time, columns.outcome)


def _missing_columns(rows: pl.DataFrame, columns: Columns) -> list[str]:
    told = []
    for name in _names(columns):
        if name not in rows.columns:
            near = difflib.get_close_matches(name, rows.columns, 1)
            told.append(
                _("there is no column {name!r}", name=name)
                + (_("; did you mean {near!r}?", near=near[0]) if near else "")
            )
    return told or ([] if rows.height else [_("there are no rows")])


def _unread(cells: pl.DataFrame, columns: Columns) -> list[str]:
    """Rows without a unit, a time or a finite outcome."""
    is_time = pl.col("time").str.contains(rf"^({YEAR.pattern}|{MONTH.pattern})$")
    wrong = (
        (columns.unit, "unit", pl.col("unit") == "", _("names no unit")),
        (columns.time, "time", ~is_time, _("is neither a year nor a month written YYYY-MM")),
        (columns.outcome, "text", pl.col("outcome").is_null(), _("is no number: a gap, for unknown is not 0")),
    )
    told = []
    for name, column, broken, says in wrong:
        found = cells.filter(broken)
        told += [
            _("line {line}, {name}: {row!r} {says}", line=row["line"], name=name, row=row[column], says=says)
            for row in found.head(SHOWN).to_dicts()
        ]
        told += _more(found.height, _("rows whose {name} {says}", name=name, says=says))
    return told


def _more(number: int, what: str) -> list[str]:
    return [_("and {number:,} more {what}", number=number - SHOWN, what=what)] if number > SHOWN else []


def _mixed_times(times: Sequence[str], named: Sequence[str]) -> list[str]:
    kinds = {"months" if "-" in time else "years" for time in times if _is_time(time)}
    if len(kinds) > 1:
        return [_("the times are years and months; one panel has one of them")]
    told = [
        _("T: {one!r} is neither a year nor a month written YYYY-MM", one=one)
        for one in named
        if not _is_time(one.strip())
    ]
    asked = {one: "months" if "-" in one else "years" for one in named if _is_time(one.strip())}
    return told + [
        _("T: {one!r}, but the times are {kinds}", one=one, kinds=min(kinds))
        for one, kind in asked.items()
        if kinds - {kind}
    ]


def _twice(cells: pl.DataFrame) -> list[str]:
    """Duplicates: a unit and time on more than one line."""
    grouped = cells.group_by("unit", "time").agg(pl.col("line")).filter(pl.col("line").list.len() > 1)
    rows = grouped.sort("unit", "time").head(SHOWN).to_dicts()
    told = [
        _(
            "duplicate: {unit} at {time} stands on lines {listed}",
            unit=row["unit"],
            time=row["time"],
            listed=_listed(row["line"]),
        )
        for row in rows
    ]
    return told + _more(grouped.height, "duplicates")


def _listed(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines))


def _gaps(cells: pl.DataFrame, times: Sequence[str]) -> list[str]:
    """Gaps: a unit that lacks a time which others have."""
    counted = cells.group_by("unit").agg(pl.col("time").unique().alias("has"))
    told = []
    for row in counted.filter(pl.col("has").list.len() < len(times)).sort("unit").to_dicts():
        lacks = sorted(set(times) - set(row["has"]))
        several = _(" and {number} more", number=len(lacks) - 3) if len(lacks) > 3 else ""
        told.append(
            _(
                "gap: {unit} has no row for {lacks}{several}",
                unit=row["unit"],
                lacks=", ".join(lacks[:3]),
                several=several,
            )
        )
    return told[:SHOWN] + _more(len(told), _("units with gaps"))


def _uneven(times: Sequence[str]) -> list[str]:
    """A gap that all units share: times that do not follow at one step."""
    numbers = [place_in_time(time) for time in times]
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    usual = min(steps, default=1)
    return [
        _("gap: no unit has a row between {times} and {times_2}", times=times[place], times_2=times[place + 1])
        for place, step in enumerate(steps)
        if step != usual
    ][:SHOWN]


def place_in_time(time: str) -> int:
    """A year or month as a number, so that differences are years or months."""
    return ordinal(time) if "-" in time else int(time)


def _unfit(whole: Outcomes, treated: str, first: str) -> list[str]:
    """What makes a whole panel useless for this unit and this T."""
    units, times, told = whole.units, whole.times, []
    if treated not in units:
        near = difflib.get_close_matches(treated, units, 3)
        hint = _("; did you mean {near}?", near=", ".join(near)) if near else ""
        told.append(_("treated unit absent: no row of {treated!r}{hint}", treated=treated, hint=hint))
    elif np.ptp(whole.outcomes[:, units.index(treated)]) == 0:
        told.append(_("constant outcome: {treated} has the same value at every time", treated=treated))
    if np.ptp(whole.outcomes) == 0:
        told.append(_("constant outcome: every unit has the same value at every time"))
    donors = len(units) - (treated in units)
    if donors < FEWEST_DONORS:
        told.append(
            _(
                "too few donors: {donors}; nothing can be weighed with fewer than {fewest_donors}",
                donors=donors,
                fewest_donors=FEWEST_DONORS,
            )
        )
    before = sum(time < first for time in times)
    if before < FEWEST_BEFORE:
        told.append(
            _(
                "no pre-period: {before} times come before {first}; a path needs {fewest_before} or more",
                before=before,
                first=first,
                fewest_before=FEWEST_BEFORE,
            )
        )
    if before == len(times):
        told.append(_("no post-period: the last time, {times}, comes before {first}", times=times[-1], first=first))
    return told
