"""How long does it take, when some are not finished yet and others will never be?

An average of the finished cases looks short, because the slow ones are still open. The product-limit estimate (Kaplan
and Meier 1958) lets every case count for as long as it was watched. Where cases can end in more than one way, the
share that ended in each by a day is the cumulative incidence (Aalen and Johansen 1978); to take the other endings for
cases still open, and one minus the product-limit curve for a share, would overstate it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log, sqrt
from statistics import NormalDist

from bluehelm.language import _


@dataclass(frozen=True, slots=True)
class Watched:
    """One case: how many days it was watched, and how it ended; `ended` is None while it is open."""

    days: int
    ended: str | None = None

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError(_("A case is watched for 0 days or more, not {days}.", days=self.days))


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on which cases ended: how many were still open before it, and how many ended in each way."""

    day: int
    at_risk: int
    ended: Counter[str]


@dataclass(frozen=True, slots=True)
class Left:
    """The share not yet ended in the way asked about after a day, with its interval; None where it has no interval."""

    day: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Median:
    """The day by which half have ended, and its interval; None where the curve, or its bound, never comes to a half."""

    days: int | None
    low: int | None
    high: int | None


def moments(cases: Iterable[Watched]) -> list[Moment]:
    """The days on which any case ended, in order; who was last seen open on such a day still counts on it."""
    watched = sorted(cases, key=lambda case: case.days)
    days = Counter(case.days for case in watched)
    lost = accumulate((days[day] for day in sorted(days)), initial=0)
    at_risk = {day: len(watched) - gone for day, gone in zip(sorted(days), lost, strict=False)}
    ended: dict[int, Counter[str]] = {}
    for case in watched:
        if case.ended is not None:
            ended.setdefault(case.days, Counter())[case.ended] += 1
    return [Moment(day, at_risk[day], ended[day]) for day in sorted(ended)]


def product_limit(cases: Sequence[Watched], ending: str, *, level: float = 0.95) -> list[Left]:
    """Kaplan-Meier: the share without this ending, day by day; cases that ended otherwise count until that day.

    Intervals are on the scale log(-log) with Greenwood's variance (Kalbfleisch and Prentice 1980), so that they stay
    between 0 and 1.
    """
    return limit_at(moments(cases), ending, level=level)


def limit_at(found: Iterable[Moment], ending: str, *, level: float = 0.95) -> list[Left]:
    """The same of cases that were counted by day already."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, greenwood = 1.0, 0.0
    left = []
    for moment in found:
        count = moment.ended[ending]
        if not count:
            continue
        share *= 1 - count / moment.at_risk
        if moment.at_risk > count:
            greenwood += count / (moment.at_risk * (moment.at_risk - count))
        left.append(_left(moment.day, share, greenwood, z))
    return left


def _left(day: int, share: float, greenwood: float, z: float) -> Left:
    if not 0 < share < 1:
        return Left(day, share, None, None)
    spread = z * sqrt(greenwood) / log(share)
    low, high = sorted((share ** exp(spread), share ** exp(-spread)))
    return Left(day, share, low, high)


def median(curve: Sequence[Left]) -> Median:
    """The first day on which half or less are left, with the interval of Brookmeyer and Crowley (1982)."""
    half = 0.5 + 1e-12  # a share of exactly a half must not be missed by rounding

    def first(shares: Iterable[tuple[int, float | None]]) -> int | None:
        return next((day for day, share in shares if share is not None and share <= half), None)

    return Median(
        first((point.day, point.share) for point in curve),
        first((point.day, point.low if point.low is not None else point.share) for point in curve),
        first((point.day, point.high) for point in curve),
    )


def incidence(cases: Sequence[Watched], day: int) -> dict[str, float]:
    """Aalen-Johansen: the share that ended in each way by a day; what is missing to 1 is still open."""
    still_open = 1.0
    shares: defaultdict[str, float] = defaultdict(float)
    for moment in moments(cases):
        if moment.day > day:
            break
        for ending, count in moment.ended.items():
            shares[ending] += still_open * count / moment.at_risk
        still_open *= 1 - moment.ended.total() / moment.at_risk
    return dict(sorted(shares.items()))
