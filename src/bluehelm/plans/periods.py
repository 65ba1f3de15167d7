"""Which months does a period hold, and which periods does a plan report in?

A period is a month (`2027-03`), a quarter (`2027-Q1`), a half-year (`2027-H1`), a year (`2027`) or a budget year from
July to June (`2026/27`), the year of results-based budgets.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from bluehelm.language import _
from bluehelm.tables.months import from_ordinal, months_between, ordinal

Frequency = Literal["month", "quarter", "half-year", "year", "budget-year"]

MONTHS_IN: dict[Frequency, int] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12, "budget-year": 12}
_WRITTEN: dict[Frequency, re.Pattern[str]] = {
    "month": re.compile(r"(\d{4})-(0[1-9]|1[0-2])"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "half-year": re.compile(r"(\d{4})-H([12])"),
    "year": re.compile(r"(\d{4})"),
    "budget-year": re.compile(r"(\d{4})/(\d{2})"),
}
_FIRST_OF_BUDGET_YEAR = 7


class PeriodError(ValueError):
    """What was written is no period; the message says how periods are written."""


def frequency_of(period: str) -> Frequency:
    """What kind of period a text names; PeriodError when it names none."""
    for frequency, written in _WRITTEN.items():
        found = written.fullmatch(period)
        if found and (frequency != "budget-year" or (int(found[1]) + 1) % 100 == int(found[2])):
            return frequency
    raise PeriodError(_("{period!r} is no period; write 2027-03, 2027-Q1, 2027-H1, 2027 or 2026/27.", period=period))


def months_of(period: str) -> list[str]:
    """The months of a period, in order; PeriodError when it is none."""
    frequency = frequency_of(period)
    if frequency == "month":
        return [period]
    length = MONTHS_IN[frequency]
    if frequency == "budget-year":
        first = ordinal(f"{period[:4]}-{_FIRST_OF_BUDGET_YEAR:02d}")
    else:
        place = int(period[-1]) - 1 if frequency != "year" else 0
        first = ordinal(f"{period[:4]}-01") + place * length
    return months_between(from_ordinal(first), from_ordinal(first + length - 1))


def period_of(month: str, frequency: Frequency) -> str:
    """The period of a kind that holds a month."""
    number = ordinal(month)
    year, place = divmod(number, 12)
    if frequency == "month":
        return month
    if frequency == "quarter":
        return f"{year:04d}-Q{place // 3 + 1}"
    if frequency == "half-year":
        return f"{year:04d}-H{place // 6 + 1}"
    if frequency == "year":
        return f"{year:04d}"
    start = year if place + 1 >= _FIRST_OF_BUDGET_YEAR else year - 1
    return f"{start:04d}/{(start + 1) % 100:02d}"


def periods_between(first: str, last: str, frequency: Frequency) -> list[str]:
    """Every period of a kind that lies wholly between two months, both included."""
    months = months_between(first, last)
    inside = set(months)
    named = dict.fromkeys(period_of(month, frequency) for month in months)
    return [period for period in named if inside.issuperset(months_of(period))]


def in_order(periods: Sequence[str]) -> list[str]:
    """Periods of any kinds by their last month, the shorter first where two end together."""
    return sorted(set(periods), key=lambda period: (span_of(period)[1], -span_of(period)[0], period))


def lies_within(inner: str, outer: str) -> bool:
    """Whether every month of one period is a month of the other."""
    (first, last), (begin, end) = span_of(inner), span_of(outer)
    return begin <= first and last <= end


@lru_cache(maxsize=4096)
def span_of(period: str) -> tuple[int, int]:
    """The ordinals of the first and the last month; PeriodError when it is no period."""
    months = months_of(period)
    return ordinal(months[0]), ordinal(months[-1])
