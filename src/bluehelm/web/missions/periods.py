"""What happened in a period, and how do two periods or two missions stand beside one another?

A period is a run of months of one brief. Its figures are sums over the months that a table covers; a month that none
covers is unknown and counted apart. Periods of different length compare by their figures a covered month. Two figures
side by side say neither why they differ nor that one mission does better: places, mandates and reporting differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bluehelm.products.brief import MonthFigure
from bluehelm.tables.months import from_ordinal, months_between, ordinal


@dataclass(frozen=True, slots=True)
class Period:
    """Events and deaths (best) of the covered months from `first` to `last`; None when no month is covered."""

    first: str
    last: str
    months: tuple[MonthFigure, ...]

    @property
    def begins_on(self) -> date:
        return first_day(self.first)

    @property
    def ends_on(self) -> date:
        return last_day(self.last)

    @property
    def covered(self) -> int:
        return sum(figure.count is not None for figure in self.months)

    @property
    def uncovered(self) -> int:
        return len(self.months) - self.covered

    @property
    def count(self) -> int | None:
        return _sum([figure.count for figure in self.months])

    @property
    def best(self) -> int | None:
        return _sum([figure.best for figure in self.months])

    @property
    def count_a_month(self) -> float | None:
        return None if self.count is None else self.count / self.covered

    @property
    def best_a_month(self) -> float | None:
        return None if self.best is None else self.best / self.covered


def first_day(month: str) -> date:
    """The first day of a month written YYYY-MM: templates write months by it in the reader's language."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    return first_day(from_ordinal(ordinal(month) + 1)) - timedelta(days=1)


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def period(by_month: Sequence[MonthFigure], first: str, last: str) -> Period:
    """The months from `first` to `last`; one that is not among `by_month` is not covered."""
    known = {figure.month: figure for figure in by_month}
    months = months_between(first, last)
    return Period(first, last, tuple(known.get(month, MonthFigure(month, None, None)) for month in months))


def before(first: str, last: str) -> tuple[str, str]:
    """The run of as many months that ends just before `first`."""
    length = ordinal(last) - ordinal(first) + 1
    return from_ordinal(ordinal(first) - length), from_ordinal(ordinal(first) - 1)
