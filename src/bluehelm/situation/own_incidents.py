"""What do a mission's own incidents say by month and by type, when some of them have no toll?

Nothing is added to a provider's events. A sum of lowest numbers is a lower bound whatever is missing; the highest
number is unknown as soon as one incident has none. A month that the table does not cover is unknown, never quiet.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Tally:
    """Incidents and the persons killed in them; `uncounted` of them have no toll.

    `low` is None where no incident has a toll, `high` None where any has none; both are 0 without incidents.
    """

    count: int
    low: int | None
    high: int | None
    uncounted: int


QUIET = Tally(0, 0, 0, 0)


def tally(incidents: pl.DataFrame) -> Tally:
    """The sums of rows with `low` and `high`."""
    counted = incidents["low"].drop_nulls()
    if incidents.is_empty():
        return QUIET
    low = int(counted.sum()) if counted.len() else None
    high = None if incidents["high"].null_count() else int(incidents["high"].sum())
    return Tally(incidents.height, low, high, incidents.height - counted.len())


def tally_by_month(incidents: pl.DataFrame, months: Iterable[str]) -> dict[str, Tally]:
    """Each month by itself; an incident counts in the month it began."""
    rows = incidents.with_columns(pl.col("date_start").dt.strftime("%Y-%m").alias("_month"))
    return {month: tally(rows.filter(pl.col("_month") == month)) for month in months}


def tally_by_type(incidents: pl.DataFrame) -> dict[str, tuple[str | None, Tally]]:
    """Each type of the mission's own words with the provider's type it maps to, None where it maps to none."""
    found = incidents.select("report_type", "type").unique().sort("report_type").rows()
    return {name: (kind, tally(incidents.filter(report_type=name))) for name, kind in found}
