"""What became of the pledges made at a ministerial: announced, registered, verified, deployed, or lapsed?

Every pledge stands at exactly one place, so that the funnel's totals add up to the list it was made from. How far a
pledge ever came is counted apart from where it stands: a lapsed pledge may have been verified before.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from bluehelm.language import _

PLACES = ("announced", "registered", "verified", "deployed")
LAPSED = "lapsed"


class FunnelError(ValueError):
    """Announced pledges contradict themselves; `problems` lists every case."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Announced:
    """One pledge of a ministerial: the day of each step, None for one not taken; `lapsed_on` ends it."""

    id: str
    contributor: str
    category: str
    announced_on: date
    registered_on: date | None = None
    verified_on: date | None = None
    deployed_on: date | None = None
    lapsed_on: date | None = None

    @property
    def days(self) -> tuple[date | None, ...]:
        return (self.announced_on, self.registered_on, self.verified_on, self.deployed_on)


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many stand where, and how many came at least so far; `days` are medians from step to step.

    A median is None where nobody took the step; it counts finished steps only, so that it flatters a slow funnel:
    `waiting_days` is how long those who stand at a place have waited there, as a median, None for who has deployed.
    """

    total: int
    standing: dict[str, int]
    reached: dict[str, int]
    days: dict[str, float | None]
    waiting_days: dict[str, float | None]


def funnel(pledges: Iterable[Announced], on: date) -> Funnel:
    """The funnel as it stood on a day; FunnelError when steps are missing, out of order or ids repeat."""
    made = [pledge for pledge in pledges if pledge.announced_on <= on]
    if problems := _contradictions(made):
        raise FunnelError(problems)
    standing = Counter(place_on(pledge, on) for pledge in made)
    reached = Counter(place for pledge in made for place in PLACES[: _steps(pledge, on)])
    return Funnel(
        len(made),
        {place: standing[place] for place in (*PLACES, LAPSED)},
        {place: reached[place] for place in PLACES},
        {
            _("{one} to {other}", one=one, other=other): _median_days(made, place, on)
            for place, (one, other) in enumerate(pairwise(PLACES))
        },
        {place: _median_wait(made, place, on) if place != PLACES[-1] else None for place in PLACES},
    )


def place_on(pledge: Announced, on: date) -> str:
    """Where a pledge stood on a day."""
    if pledge.lapsed_on and pledge.lapsed_on <= on:
        return LAPSED
    return PLACES[_steps(pledge, on) - 1]


def _steps(pledge: Announced, on: date) -> int:
    return sum(day is not None and day <= on for day in pledge.days)


def _median_days(pledges: Iterable[Announced], place: int, on: date) -> float | None:
    taken = [pledge.days[place : place + 2] for pledge in pledges if _steps(pledge, on) > place + 1]
    days = [(after - before).days for before, after in taken if before and after]
    return median(days) if days else None


def _median_wait(pledges: Iterable[Announced], place: str, on: date) -> float | None:
    since = [pledge.days[PLACES.index(place)] for pledge in pledges if place_on(pledge, on) == place]
    days = [(on - day).days for day in since if day]
    return median(days) if days else None


def _contradictions(pledges: Sequence[Announced]) -> list[str]:
    counts = Counter(pledge.id for pledge in pledges)
    problems = [
        _("pledge {name}: is listed {number} times", name=name, number=number)
        for name, number in counts.items()
        if number > 1
    ]
    for pledge in pledges:
        taken = [day for day in pledge.days if day]
        if any(day is None for day in pledge.days[: len(taken)]):
            problems.append(_("pledge {id}: a step is missing before a later one", id=pledge.id))
        if taken != sorted(taken) or (pledge.lapsed_on and pledge.lapsed_on < taken[-1]):
            problems.append(_("pledge {id}: its steps are not in the order of time", id=pledge.id))
    return problems
