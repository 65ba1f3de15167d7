"""How far has an indicator come from its baseline to its target, and how sure is its trend?

The trend is Theil and Sen's slope (the median of the slopes between all pairs of values) with the interval that goes
with Kendall's test: it asks for no distribution and one wild value does not turn it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from scipy.stats import theilslopes

from bluehelm.plans.framework import Indicator
from bluehelm.plans.periods import frequency_of, span_of
from bluehelm.plans.values import Reading

LEAST_FOR_A_TREND = 6


@dataclass(frozen=True, slots=True)
class Trend:
    """Change a month with its interval; `words`: improving, worsening, unclear, or moving where neither is better."""

    slope: float
    low: float
    high: float
    values: int
    words: str


def trend(readings: Sequence[Reading], better: str | None, confidence: float = 0.9) -> Trend | None:
    """The trend of the known values; None when fewer than six are known, which would say anything."""
    known = [(_middle(one.period), one.value) for one in readings if one.value is not None]
    if len(known) < LEAST_FOR_A_TREND:
        return None
    months, values = zip(*sorted(known), strict=True)
    slope, _, low, high = theilslopes(values, months, alpha=confidence)
    return Trend(float(slope), float(low), float(high), len(known), _words(float(low), float(high), better))


def _middle(period: str) -> float:
    return sum(span_of(period)) / 2


def _words(low: float, high: float, better: str | None) -> str:
    if low <= 0 <= high:
        return "unclear"
    if better not in ("higher", "lower"):
        return "moving"
    return "improving" if (low > 0) == (better == "higher") else "worsening"


def may_stand_beside(indicator: Indicator, period: str, shown: Collection[str]) -> bool:
    """Whether the baseline or target of a period may be drawn across the values of others.

    The sum of a year says nothing beside those of months; a sum stands only among periods of its own kind.
    """
    return indicator.roll_up != "sum" or {frequency_of(one) for one in shown} <= {frequency_of(period)}


def way_covered(indicator: Indicator, value: float | None, period: str) -> float | None:
    """The share of the way from baseline to the target of a period that a value has covered; negative is a step back.

    None where baseline, target or value is missing or the target is the baseline itself.
    """
    target = next((one for one in indicator.targets if one.period == period), None)
    if value is None or target is None or indicator.baseline is None:
        return None
    way = target.value - indicator.baseline.value
    return (value - indicator.baseline.value) / way if way else None


def is_met(indicator: Indicator, value: float | None, period: str) -> bool | None:
    """Whether the target of a period is reached; None where nothing can be said."""
    target = next((one for one in indicator.targets if one.period == period), None)
    if value is None or target is None or indicator.better not in ("higher", "lower"):
        return None
    return value >= target.value if indicator.better == "higher" else value <= target.value
