"""How are months named, counted and listed?

A month is the text `YYYY-MM`; such texts sort in time. ViEWS numbers months from January 1980 = 1.
"""

import re
from datetime import date

from bluehelm.language import _

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def month_of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def ordinal(month: str) -> int:
    """Months since year 0, so that differences are numbers of months."""
    if not MONTH.fullmatch(month):
        raise ValueError(_("{month!r} is not a month written YYYY-MM", month=month))
    return int(month[:4]) * 12 + int(month[5:]) - 1


def from_ordinal(number: int) -> str:
    year, month = divmod(number, 12)
    return f"{year:04d}-{month + 1:02d}"


def views_id(month: str) -> int:
    """The ViEWS month id: January 1980 is 1."""
    return ordinal(month) - ordinal("1980-01") + 1


def from_views_id(number: int) -> str:
    """The month of a ViEWS id."""
    return from_ordinal(number - 1 + ordinal("1980-01"))


def months_between(first: str, last: str) -> list[str]:
    """Every month from first to last, both included; empty when first comes after last."""
    return [from_ordinal(number) for number in range(ordinal(first), ordinal(last) + 1)]
