"""Which windows of days, ending on a day, lie wholly in what is covered?"""

from collections.abc import Collection
from datetime import date, timedelta

import polars as pl

from bluehelm.situation.events import Window
from bluehelm.tables.months import month_of


def window_before(until: date, days: int, back: int = 0) -> Window:
    """The window of so many days that ends on a day, or lies `back` windows of equal length before."""
    last = until - timedelta(days=days * back)
    return Window(last - timedelta(days=days - 1), last)


def is_covered(window: Window, within: Window, covered: Collection[str]) -> bool:
    """Whether a window lies inside another and all its months are covered."""
    return within.first <= window.first and window.last <= within.last and set(window.months) <= set(covered)


def past_windows(until: date, days: int, most: int, within: Window, covered: Collection[str]) -> list[Window]:
    """Up to `most` covered windows before the one that ends on a day, the latest first; gaps in between are skipped."""
    windows = (window_before(until, days, back) for back in range(1, most + 1))
    return [window for window in windows if is_covered(window, within, covered)]


def last_covered_day(as_of: date, within: Window, covered: Collection[str]) -> date | None:
    """The last day, not after `as_of` and within a window, of a month that is covered; None when there is none."""
    until = min(as_of, within.last)
    months = [month for month in covered if month <= month_of(until)]
    if not months:
        return None
    year, month = map(int, max(months).split("-"))
    ends = (date(year + month // 12, month % 12 + 1, 1) if year < 9999 else date.max) - timedelta(days=1)
    day = min(until, ends)
    return day if day >= within.first else None


def begun_in(window: Window) -> pl.Expr:
    return pl.col("date_start").is_between(window.first, window.last)
