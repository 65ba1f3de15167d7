"""How long from a decision to the capability in place, and from a finding to the change that was made?

*Nimbleness*: days from a decision, or a requirement, to the capability in place, new or redirected. *Adaptiveness*:
days from a finding to the implemented change, and what became of the rest. Open cases count for as long as they were
watched. Nothing here ranks: groups are in the order of their names.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from bluehelm.definitions.finding_rules import FollowThrough
from bluehelm.language import _
from bluehelm.scoring.survival import Left, Median, Watched, incidence, median, product_limit

IN_PLACE = "implemented"


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody waited for something: `until_on` is None while it lasts."""

    cause: str
    party: str
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was to happen: when its clock began, when and how it ended; open while `ended_as` is empty."""

    mission: str
    domain: str
    start_on: date
    end_on: date | None = None
    ended_as: str = ""
    waits: tuple[Wait, ...] = ()

    def __post_init__(self) -> None:
        if (self.end_on is None) != (not self.ended_as):
            raise ValueError(_("A case that ended says when and how, and an open one neither."))
        if self.end_on and self.end_on < self.start_on:
            raise ValueError(
                _(
                    "A case that began on {start_on} cannot have ended on {end_on}.",
                    start_on=self.start_on,
                    end_on=self.end_on,
                )
            )


@dataclass(frozen=True, slots=True)
class Horizon:
    """What had become of the cases by so many days: shares from 0 to 1. `watched` cases were seen for that long."""

    days: int
    implemented: float
    ended_otherwise: float
    still_open: float
    watched: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A cause of delay: cases it ever held up, days it did, cases it holds up today."""

    cause: str
    cases: int
    days: int
    now: int


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the two measures over a set of cases, as of a day."""

    cases: int
    became: dict[str, int]
    still_open: int
    median: Median
    curve: tuple[Left, ...]
    horizons: tuple[Horizon, ...]
    waiting: tuple[Waiting, ...]
    too_few: bool
    confidence_level: float


def measure(cases: Iterable[Case], rules: FollowThrough, as_of: date) -> Measure:
    """What the cases that had begun by a day show on it; the curve is of the days to a change implemented."""
    begun = [_as_it_stood(case, as_of) for case in cases if case.start_on <= as_of]
    watched = [Watched(((case.end_on or as_of) - case.start_on).days, case.ended_as or None) for case in begun]
    curve = tuple(product_limit(watched, IN_PLACE, level=rules.confidence_level))
    became = Counter(case.ended_as for case in begun if case.ended_as)
    return Measure(
        cases=len(begun),
        became=dict(sorted(became.items())),
        still_open=sum(not case.ended_as for case in begun),
        median=median(curve),
        curve=curve,
        horizons=tuple(_horizon(watched, days) for days in rules.horizons_days),
        waiting=tuple(_waiting(begun, as_of)),
        too_few=len(begun) < rules.least_cases,
        confidence_level=rules.confidence_level,
    )


def by_group(
    cases: Iterable[Case], group: Callable[[Case], str], rules: FollowThrough, as_of: date
) -> dict[str, Measure]:
    """The measure of each group, in the order of the groups' names and of nothing else."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(group(case), []).append(case)
    return {name: measure(groups[name], rules, as_of) for name in sorted(groups)}


def _as_it_stood(case: Case, as_of: date) -> Case:
    if case.end_on is None or case.end_on <= as_of:
        return case
    return Case(case.mission, case.domain, case.start_on, waits=case.waits)


def _horizon(watched: Sequence[Watched], days: int) -> Horizon:
    shares = incidence(watched, days)
    implemented = shares.get(IN_PLACE, 0.0)
    otherwise = sum(share for ending, share in shares.items() if ending != IN_PLACE)
    seen = sum(case.days >= days or case.ended is not None for case in watched)
    return Horizon(days, implemented, otherwise, max(0.0, 1 - implemented - otherwise), seen)


def _waiting(cases: Sequence[Case], as_of: date) -> Iterable[Waiting]:
    causes = sorted({wait.cause for case in cases for wait in case.waits if wait.from_on <= as_of})
    for cause in causes:
        waits = [[w for w in case.waits if w.cause == cause and w.from_on <= as_of] for case in cases]
        held = [of_case for of_case in waits if of_case]
        now = sum(any(w.until_on is None or w.until_on > as_of for w in of_case) for of_case in held)
        yield Waiting(cause, len(held), sum(days_waited(of_case, as_of) for of_case in held), now)


def days_waited(waits: Iterable[Wait], as_of: date) -> int:
    """Days on which at least one of these lasted; a day on which two did counts once."""
    spans = sorted((wait.from_on, min(wait.until_on or as_of, as_of)) for wait in waits if wait.from_on <= as_of)
    days, reached = 0, date.min
    for first, last in spans:
        days += max(0, (last - max(first, reached)).days)
        reached = max(reached, last)
    return days


def steps(curve: Sequence[Left]) -> list[tuple[int, float]]:
    """The curve as a staircase of (days, share implemented), for a chart and its table alike."""
    points = [(0, 0.0), *((left.day, 1 - left.share) for left in curve)]
    corners = [corner for before, after in pairwise(points) for corner in (before, (after[0], before[1]))]
    return [*corners, points[-1]]


def measure_json(measured: Measure) -> dict[str, Any]:
    """A measure for programs: days are whole, shares from 0 to 1, null where nothing can be said."""
    return {
        "cases": measured.cases,
        "open": measured.still_open,
        "became": measured.became,
        "median_days": measured.median.days,
        "median_low": measured.median.low,
        "median_high": measured.median.high,
        "confidence_level": measured.confidence_level,
        "too_few": measured.too_few,
        "horizons": [
            {
                "days": horizon.days,
                "implemented": round(horizon.implemented, 6),
                "ended_otherwise": round(horizon.ended_otherwise, 6),
                "open": round(horizon.still_open, 6),
                "watched": horizon.watched,
            }
            for horizon in measured.horizons
        ],
        "waiting": [
            {"cause": wait.cause, "cases": wait.cases, "days": wait.days, "now": wait.now} for wait in measured.waiting
        ],
        "curve": [
            {"days": left.day, "not_yet": round(left.share, 6), "low": left.low, "high": left.high}
            for left in measured.curve
        ],
    }
