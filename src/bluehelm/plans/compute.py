"""What does a declared filter count in a table, month by month, and from which rows?

The filter stands with the indicator in the framework; nothing else is computed. A value keeps the keys of the rows it
counts, so that it can be traced, and low and high where the data have them. Months not covered are unknown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from bluehelm.plans.framework import Filter

# the columns of `events` that each count sums; None counts rows
_SUMMED = {
    "deaths": ("best", "low", "high"),
    "civilian-deaths": ("deaths_civilians", None, None),
}


@dataclass(frozen=True, slots=True)
class Computed:
    """The value of one month with its bounds and the keys of the rows behind it; value None where not covered."""

    month: str
    value: float | None
    low: float | None
    high: float | None
    rows: tuple[str, ...]


def computed(events: pl.DataFrame, wanted: Filter, months: Sequence[str], covered: Iterable[str]) -> list[Computed]:
    """What the filter counts in each month of events (columns as the table `events`), by the month they began.

    A month outside `covered` is unknown; a covered month without rows is 0.
    """
    kept = events.filter(_condition(wanted)).with_columns(month=pl.col("date_start").dt.strftime("%Y-%m"))
    by_month = {str(month): rows for (month,), rows in kept.group_by(["month"])}
    known = set(covered)
    empty = kept.clear()
    return [
        _counted(by_month.get(month, empty), wanted, month) if month in known else Computed(month, None, None, None, ())
        for month in months
    ]


def rows_of(events: pl.DataFrame, wanted: Filter, month: str) -> pl.DataFrame:
    """The rows that a filter counts in a month, by their keys."""
    began = pl.col("date_start").dt.strftime("%Y-%m") == month
    return events.filter(_condition(wanted) & began).sort("event_id")


def _condition(wanted: Filter) -> pl.Expr:
    condition = pl.lit(True)
    if wanted.types:
        condition &= pl.col("type").is_in(list(wanted.types))
    if wanted.sides:
        condition &= pl.col("side_a").is_in(list(wanted.sides)) | pl.col("side_b").is_in(list(wanted.sides))
    if wanted.admin1:
        condition &= pl.col("admin_1").is_in(list(wanted.admin1))
    if wanted.precision_at_most:
        condition &= pl.col("place_precision") <= wanted.precision_at_most
    return condition


def _counted(rows: pl.DataFrame, wanted: Filter, month: str) -> Computed:
    keys = tuple(sorted(str(key) for key in rows["event_id"]))
    if wanted.count == "events":
        return Computed(month, float(rows.height), None, None, keys)
    if wanted.count == "places":
        return Computed(month, float(rows["gid"].drop_nulls().n_unique()), None, None, keys)
    value, low, high = (_total(rows, column) for column in _SUMMED[wanted.count])
    return Computed(month, value, low, high, keys)


def _total(rows: pl.DataFrame, column: str | None) -> float | None:
    """The sum of a column; unknown when a cell is, or when the table has none."""
    if column is None or rows[column].null_count():
        return None
    return float(rows[column].sum())
