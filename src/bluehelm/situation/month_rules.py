"""In which month does an event count that lasts from one month into another?

Three rules. `date_start`: in the month in which it began. `spread`: in every month that it touches, its deaths in
proportion to its days there. `exclude`: in none. The provider knows only that the event happened between two days, so
none is right; a figure says which rule it follows and what the two others would make of it. An event whose last day
comes before its first (a doubtful row) is taken for an event of its first day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from bluehelm.situation.events import MONTH_NUMBER, Totals, Window, month_name
from bluehelm.tables.events import TYPES

MonthRule = Literal["date_start", "spread", "exclude"]
MONTH_RULES: tuple[MonthRule, ...] = get_args(MonthRule)

LAST_DAY = pl.max_horizontal("date_start", "date_end")
SPANS = LAST_DAY.dt.year() * 12 + LAST_DAY.dt.month() - 1 != MONTH_NUMBER
ESTIMATES = ("best", "low", "high")
NONE = Totals(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """Events and deaths under a rule; deaths are not whole where they are spread."""

    count: int
    best: float
    low: float
    high: float

    def whole(self) -> Totals:
        """Deaths to the nearest whole number; of months so rounded the sum may differ from the rounded sum."""
        return Totals(self.count, round(self.best), round(self.low), round(self.high))


def touching(window: Window) -> pl.Expr:
    """Whether an event may have happened on a day of the window: all that any of the rules can count."""
    return (pl.col("date_start") <= window.last) & (window.first <= LAST_DAY)


def counting(rule: MonthRule, window: Window) -> pl.Expr:
    """Whether an event counts, in whole or in part, in a window of days."""
    begun = pl.col("date_start").is_between(window.first, window.last)
    if rule == "spread":
        return touching(window)
    return begun if rule == "date_start" else begun & ~SPANS


def by_rule(events: pl.DataFrame, window: Window) -> dict[MonthRule, Counted]:
    """What each rule makes of the same events: how far a figure depends on the rule."""
    return {rule: counted(events, rule, window) for rule in MONTH_RULES}


def counted(events: pl.DataFrame, rule: MonthRule, window: Window) -> Counted:
    """Events, each counted once, and their deaths in a window of days."""
    whole = events.filter(counting(rule, window))
    if rule != "spread":
        return Counted(whole.height, **{name: float(whole[name].sum()) for name in ESTIMATES})
    parts = shares(whole, rule, window)
    return Counted(whole.height, **{name: float((parts[name] * parts["share"]).sum()) for name in ESTIMATES})


def totals_by_type(events: pl.DataFrame, rule: MonthRule, window: Window) -> dict[str, Totals]:
    """Totals of each of the three types, zeros included."""
    return {kind: counted(events.filter(pl.col("type") == kind), rule, window).whole() for kind in TYPES}


def by_month(events: pl.DataFrame, rule: MonthRule, window: Window) -> dict[str, Counted]:
    """Events and deaths of every month in which something counts; an event counts in every month it has a share of."""
    sums = [(pl.col(name) * pl.col("share")).sum() for name in ESTIMATES]
    months = shares(events, rule, window).group_by("month").agg(pl.len().alias("count"), *sums).sort("month")
    return {month: Counted(*values) for month, *values in months.with_columns(month_name(pl.col("month"))).iter_rows()}


def monthly(
    events: pl.DataFrame, rule: MonthRule, window: Window, covered: Collection[str]
) -> list[tuple[str, int | None, int | None]]:
    """Month, events and deaths (best) of every month of the window; None in a month not covered, which is not 0."""
    found, known = by_month(events, rule, window), frozenset(covered)
    sums = {month: found[month].whole() if month in found else NONE for month in window.months}
    return [(month, *((of.count, of.best) if month in known else (None, None))) for month, of in sums.items()]


def shares(events: pl.DataFrame, rule: MonthRule, window: Window) -> pl.DataFrame:
    """One row per event and month in which it counts: its columns, `month` (since year 0), and `share` of 0 to 1.

    Under `spread` an event's shares over all months it touches add up to 1; days outside the window have none.
    """
    at_once = (MONTH_NUMBER.alias("month"), pl.lit(1.0).alias("share"))
    counting_ones = events.filter(counting(rule, window))
    if rule != "spread":
        return counting_ones.with_columns(*at_once)
    whole = ~SPANS & (pl.col("date_start") >= window.first) & (window.last >= LAST_DAY)
    within = counting_ones.filter(whole).with_columns(*at_once)
    return pl.concat([within, _spread(counting_ones.filter(~whole), window)])


def _spread(events: pl.DataFrame, window: Window) -> pl.DataFrame:
    """The shares of events of several months or reaching out of the window, by the days of each."""
    starts = pl.date_ranges(pl.col("date_start").dt.month_start(), LAST_DAY, "1mo")
    parts = events.with_columns(starts.alias("_start")).explode("_start")
    from_on = pl.max_horizontal("date_start", "_start", pl.lit(window.first))
    to_on = pl.min_horizontal(LAST_DAY, pl.col("_start").dt.month_end(), pl.lit(window.last))
    share = ((to_on - from_on).dt.total_days() + 1) / ((LAST_DAY - pl.col("date_start")).dt.total_days() + 1)
    month = pl.col("_start").dt.year() * 12 + pl.col("_start").dt.month() - 1
    return parts.with_columns(month.alias("month"), share.alias("share")).filter(pl.col("share") > 0).drop("_start")
