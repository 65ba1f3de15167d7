"""How much has happened in the last days, and how sure is that, given that days of events are not always known?

An event counts on its first day. Where the provider knows only a span of days, the event may have happened on any of
them: `certain` counts the events that happened inside the window whatever the day, `possible` those that may have.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from bluehelm.situation.events import Totals, Window, totals
from bluehelm.situation.month_rules import LAST_DAY, touching
from bluehelm.situation.windows import begun_in


@dataclass(frozen=True, slots=True)
class RollingCount:
    """Events of a window of days; certain <= count <= possible."""

    window: Window
    totals: Totals
    certain: int
    possible: int


def rolling_count(events: pl.DataFrame, window: Window) -> RollingCount:
    """What began in a window of days; `events` are all that may have happened in it."""
    begun = events.filter(begun_in(window))
    certain = begun.filter(window.last >= LAST_DAY).height
    return RollingCount(window, totals(begun), certain, events.filter(touching(window)).height)


def rolling_series(events: pl.LazyFrame, window: Window, days: Sequence[int]) -> pl.DataFrame:
    """One row per day of a window: events and deaths (best) of the 7, 30, ... days that end on it.

    Columns `day`, then `count_7`, `best_7`, ... for each of `days`; null on days before so many days are over.
    """
    daily = events.filter(begun_in(window)).group_by("date_start").agg(pl.len().alias("count"), pl.col("best").sum())
    every = pl.LazyFrame({"day": pl.date_range(window.first, window.last, eager=True)})
    sums = [
        pl.col(name).cast(pl.Int64).rolling_sum(length, min_samples=length).alias(f"{name}_{length}")
        for length in days
        for name in ("count", "best")
    ]
    dense = every.join(daily, left_on="day", right_on="date_start", how="left").sort("day")
    return dense.with_columns(pl.col("count", "best").fill_null(0)).select("day", *sums).collect(engine="streaming")
