"""Which reports may speak of the same event, and by what signs?

Only reports that lie close in time and place are compared. Each sign gives points, its most when it is strongest, and
a pair whose points reach the threshold is proposed with every sign named. Nothing is merged: a person looks at both.
A sign that one of the two does not tell (no actors, no toll) gives neither points nor doubt: the others then count in
proportion, so that a short report can still be found beside a long one.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, utils

from bluehelm.definitions.report_types import DuplicateRules
from bluehelm.geo.areas import distance_km
from bluehelm.language import _
from bluehelm.situation.reports import Range, Report

Floats = npt.NDArray[np.float64]
LEAST_TOLD = 60
"""Points that the signs both reports tell must be able to give: time and place alone prove nothing."""
LEAST_NAME = 0.6
"""From how much two names of places are alike where no point decides."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: how strong, 0 to 1, and in words."""

    name: str
    strength: float
    words: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports, the lower number first, with their points, 0 to 100, and the signs behind them."""

    first: int
    second: int
    points: int
    signs: tuple[Sign, ...]


def candidate_pairs(reports: Iterable[Report], rules: DuplicateRules) -> list[Pair]:
    """The pairs worth a look, most points first; ties by number."""
    in_time = sorted(reports, key=lambda one: (one.from_at, one.key))
    latitude, longitude = _points(in_time)
    begins = np.array([one.from_at.timestamp() for one in in_time])
    found: list[Pair] = []
    for place, one in enumerate(in_time):
        last = int(np.searchsorted(begins, one.until_at.timestamp() + rules.within_hours * 3600, side="right"))
        others = slice(place + 1, last)
        apart = distance_km(latitude[place], longitude[place], latitude[others], longitude[others])
        for number in np.flatnonzero(~(apart > rules.within_km)):  # nan, where a point is unknown, stays
            if pair := _compared(one, in_time[place + 1 + int(number)], float(apart[number]), rules):
                found.append(pair)
    return sorted(found, key=lambda pair: (-pair.points, pair.first, pair.second))


def _points(reports: Sequence[Report]) -> tuple[Floats, Floats]:
    """Latitudes and longitudes, nan where unknown."""
    latitude = [math.nan if one.latitude is None else one.latitude for one in reports]
    longitude = [math.nan if one.longitude is None else one.longitude for one in reports]
    return np.array(latitude, dtype=float), np.array(longitude, dtype=float)


def candidates_of(report: Report, others: Iterable[Report], rules: DuplicateRules) -> list[Pair]:
    """The same for one report against others."""
    found = [pair for other in others if other.key != report.key and (pair := compared(report, other, rules))]
    return sorted(found, key=lambda pair: (-pair.points, pair.first, pair.second))


def compared(one: Report, other: Report, rules: DuplicateRules) -> Pair | None:
    """The pair when its points reach the threshold; None when the two lie too far apart or too few signs agree."""
    latitude, longitude = _points((one, other))
    return _compared(one, other, float(distance_km(latitude[:1], longitude[:1], latitude[1:], longitude[1:])[0]), rules)


def _compared(one: Report, other: Report, apart_km: float, rules: DuplicateRules) -> Pair | None:
    apart_hours = hours_apart(one, other)
    where = _place(one, other, apart_km, rules)
    if apart_hours > rules.within_hours or where is None:
        return None
    signs = [_time(apart_hours, rules), where, *_others(one, other)]
    points = {sign.name: getattr(rules.points, sign.name) for sign in signs}
    able = sum(points.values())
    if able < LEAST_TOLD:
        return None
    reached = round(100 * sum(points[sign.name] * sign.strength for sign in signs) / able)
    first, second = sorted((one.key, other.key))
    return Pair(first, second, reached, tuple(signs)) if reached >= rules.propose_from else None


def hours_apart(one: Report, other: Report) -> float:
    """Hours between two spans; 0 where they overlap."""
    gap = max(one.from_at, other.from_at) - min(one.until_at, other.until_at)
    return max(0.0, gap.total_seconds() / 3600)


def _time(apart: float, rules: DuplicateRules) -> Sign:
    words = _("at the same time") if apart == 0 else _("{apart:.0f} h apart", apart=apart)
    return Sign("time", 1 - apart / (rules.within_hours * 1.0001), words)


def _place(one: Report, other: Report, apart_km: float, rules: DuplicateRules) -> Sign | None:
    """How near the places are; None when they are two. Names decide where one of them has no point."""
    if not math.isnan(apart_km):
        strength = 1 - apart_km / (rules.within_km * 1.0001)
        return Sign("place", strength, _("{apart_km:.0f} km apart", apart_km=apart_km)) if strength >= 0 else None
    alike = fuzz.token_set_ratio(one.place, other.place, processor=utils.default_process) / 100
    return (
        Sign("place", alike, _("places are called alike ({alike:.0%})", alike=alike)) if alike >= LEAST_NAME else None
    )


def _others(one: Report, other: Report) -> Iterator[Sign]:
    same = one.type == other.type
    yield Sign("type", 1.0 if same else 0.0, _("of the same type") if same else _("of two types"))
    names, others = _names(one), _names(other)
    if names and others:
        alike = fuzz.token_set_ratio(names, others, processor=utils.default_process) / 100
        yield Sign("actors", alike, _("actors are called alike ({alike:.0%})", alike=alike))
    if (toll := _toll(one.of("killed"), other.of("killed"))) is not None:
        yield Sign("toll", toll, _("the tolls agree") if toll == 1 else _("the tolls differ"))
    if one.narrative.strip() and other.narrative.strip():
        alike = fuzz.token_set_ratio(one.narrative, other.narrative, processor=utils.default_process) / 100
        yield Sign("text", alike, _("texts read alike ({alike:.0%})", alike=alike))


def _names(report: Report) -> str:
    return " ".join(sorted(party.name for party in report.parties))


def _toll(one: Range | None, other: Range | None) -> float | None:
    """Whether two ranges can both be true; None when one of them is unknown."""
    if one is None or other is None:
        return None
    low, high = max(one.low, other.low), min(_end(one), _end(other))
    return 1.0 if low <= high else max(0.0, 1 - (low - high) / max(low, 1))


def _end(one: Range) -> float:
    return float("inf") if one.high is None else one.high
