"""What happened in an area, and where most?

Deaths are the provider's estimates, added up. Nothing here reads files or the clock.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from bluehelm.tables.grid import centre_of
from bluehelm.tables.months import month_of, months_between

# The month of the first day as text, and as months since year 0, which is quicker over many rows.
MONTH = pl.col("date_start").dt.strftime("%Y-%m")
MONTH_NUMBER = pl.col("date_start").dt.year() * 12 + pl.col("date_start").dt.month() - 1
HOTSPOTS = 10


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which an event must have begun, both included; empty when `last` comes before `first`."""

    first: date
    last: date

    @property
    def months(self) -> list[str]:
        return months_between(month_of(self.first), month_of(self.last)) if self.first <= self.last else []

    @property
    def cut_months(self) -> set[str]:
        """The months of which the window holds only a part."""
        cut = {month_of(self.first)} if self.first.day > 1 else set()
        return cut | ({month_of(self.last)} if (self.last + timedelta(days=1)).day > 1 else set())


@dataclass(frozen=True, slots=True)
class Totals:
    """Events and their deaths: the provider's best, low and high estimates."""

    count: int
    best: int
    low: int
    high: int


def totals(events: pl.DataFrame) -> Totals:
    best, low, high = (int(events[estimate].sum()) for estimate in ("best", "low", "high"))
    return Totals(events.height, best, low, high)


def spanning_months(events: pl.DataFrame) -> int:
    """How many events reach into another month than the one they began in."""
    last = pl.col("date_end").dt.year() * 12 + pl.col("date_end").dt.month() - 1
    return events.filter(last != MONTH_NUMBER).height


def month_name(number: pl.Expr) -> pl.Expr:
    """The month of a number of months since year 0, as text."""
    year, month = (number // 12).cast(pl.String).str.zfill(4), (number % 12 + 1).cast(pl.String).str.zfill(2)
    return pl.concat_str(year, month, separator="-")


def doubtful(events: pl.DataFrame) -> int:
    """How many events have a best estimate outside their own low and high."""
    return events.filter((pl.col("best") < pl.col("low")) | (pl.col("best") > pl.col("high"))).height


def hotspots(events: pl.DataFrame, most: int = HOTSPOTS) -> list[tuple[int, float, float, int, int]]:
    """The cells with most deaths: gid, centre latitude and longitude, deaths (best), events; ties by gid.

    A cell's deaths also hold events placed only at a district or country centre, so a hotspot may be a habit of
    the coders: read it beside the place precision.
    """
    cells = events.group_by("gid").agg(pl.col("best").sum(), pl.len().alias("count"))
    first = cells.sort(["best", "gid"], descending=[True, False]).head(most)
    return [
        (gid, *centre_of(gid), best, count) for gid, best, count in first.select("gid", "best", "count").iter_rows()
    ]


def by_place(events: pl.DataFrame) -> list[tuple[float, float, str, int, int]]:
    """Latitude, longitude, type, events and deaths (best) of every place and type of violence, largest first."""
    places = events.group_by("latitude", "longitude", "type").agg(pl.len().alias("count"), pl.col("best").sum())
    order = ["best", "latitude", "longitude", "type"]
    return places.sort(order, descending=[True, False, False, False]).rows()
