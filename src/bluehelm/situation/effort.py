"""How much was looked at when so many reports were made, and on which days did nobody look?

A count of reports rises when more people look. Each count stands beside its denominators: patrols and reporter-days of
the same place and time. A day without any effort told is missing, not quiet; a place with effort and no reports was
looked at and nothing was reported, which is all that can be said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

Standing = Literal["reported", "looked at, nothing reported", "missing"]
EFFORT = {"on": pl.Date, "unit": pl.String, "patrols": pl.Int64, "reporters": pl.Int64}
COUNTS = {"on": pl.Date, "unit": pl.String, "reports": pl.Int64}


@dataclass(frozen=True, slots=True)
class Effort:
    """Reports of a unit over some days; `patrols` and `reporter_days` are None when no day told them.

    `missing` are the days on which neither effort nor a report is known, `per_10` reports for ten reporter-days, over
    the days that told them.
    """

    unit: str
    days: int
    reports: int
    patrols: int | None
    reporter_days: int | None
    told_days: int
    missing: tuple[date, ...]
    per_10: float | None

    @property
    def words(self) -> Standing:
        if self.reports:
            return "reported"
        return "looked at, nothing reported" if self.told_days else "missing"


def effort_by_unit(
    effort: pl.DataFrame, counts: pl.DataFrame, first: date, last: date, expected: Iterable[str] = ()
) -> list[Effort]:
    """One row per unit that reported or told its effort, by unit; days run from `first` to `last`, both included.

    Units that are `expected` have a row even where they did neither: all their days are missing. `effort` has the
    columns of `EFFORT`, one row a unit and day, with null where a number is unknown; `counts` those of `COUNTS`.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    inside = pl.col("on").is_between(first, last)
    told, made = effort.filter(inside), counts.filter(inside)
    units = sorted({*expected, *told["unit"].to_list(), *made["unit"].to_list()})
    return [_of(unit, days, told.filter(unit=unit), made.filter(unit=unit)) for unit in units]


def _of(unit: str, days: list[date], told: pl.DataFrame, made: pl.DataFrame) -> Effort:
    with_reporters = told.filter(pl.col("reporters").is_not_null())
    reporter_days = int(with_reporters["reporters"].sum()) if with_reporters.height else None
    counted = int(made.filter(pl.col("on").is_in(with_reporters["on"].implode()))["reports"].sum())
    known_days = {*told["on"].to_list(), *made.filter(pl.col("reports") > 0)["on"].to_list()}
    patrols = told["patrols"].drop_nulls()
    return Effort(
        unit,
        len(days),
        int(made["reports"].sum()),
        int(patrols.sum()) if patrols.len() else None,
        reporter_days,
        told["on"].n_unique(),
        tuple(day for day in days if day not in known_days),
        round(10 * counted / reporter_days, 2) if reporter_days else None,
    )
