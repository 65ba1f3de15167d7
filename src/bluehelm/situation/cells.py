"""How many events and deaths had every grid cell in every month, in tables larger than memory?"""

from collections.abc import Iterable, Iterator

import polars as pl

from bluehelm.situation.events import MONTH_NUMBER, month_name


def by_cell_and_month(years: Iterable[pl.LazyFrame]) -> Iterator[pl.DataFrame]:
    """One frame per part: `gid`, `month`, events and deaths (best, low, high) of each cell and month with an event.

    Parts hold different months, as the years of a version do; one part's answer is in memory at a time.
    """
    sums = (pl.len().cast(pl.Int64).alias("count"), pl.col("best", "low", "high").sum())
    for events in years:
        cells = events.group_by("gid", MONTH_NUMBER.alias("month")).agg(*sums).collect(engine="streaming")
        yield cells.with_columns(month_name(pl.col("month")).alias("month")).sort("gid", "month")
