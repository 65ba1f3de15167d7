"""How long did each step take from an alert to somebody's arrival, and what is not known of it?

An alert is received, verified, escalated, decided on, answered by a departure and an arrival, and closed; the community
that gave it is told what became of it. Any step may be unknown, which is null and never zero. The steps up to the
arrival come one after the other; the community may be told at any time after the alert was received.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations

from bluehelm.language import _

COURSE = ("received", "verified", "escalated", "decided", "departed", "arrived", "closed")
"""The steps that follow one another."""
TOLD = "told"
STEPS = (*COURSE, TOLD)

NOT_CREDIBLE = "not-credible"
"""The one reason that says no response was called for; every other leaves people without one."""


class ClockError(ValueError):
    """The steps cannot have happened like this; `problems` names each pair."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Clock:
    """When each step of one alert happened; a step that is missing is unknown or has not happened yet.

    `no_response` is why nobody went, or arrived; empty where somebody did or may still.
    """

    at: Mapping[str, datetime] = field(default_factory=dict)
    no_response: str = ""

    def minutes(self, start: str, end: str) -> int | None:
        """Whole minutes between two steps; None where either is unknown."""
        if start not in self.at or end not in self.at:
            return None
        return (self.at[end] - self.at[start]) // timedelta(minutes=1)

    @property
    def is_open(self) -> bool:
        """Whether somebody may still have to go: nobody arrived, nothing was closed and no reason was given."""
        return not self.no_response and not {"arrived", "closed"} & self.at.keys()

    @property
    def last(self) -> str:
        """The furthest step that is known."""
        return next(step for step in reversed(COURSE) if step in self.at)


def problems_of(clock: Clock) -> list[str]:
    """What cannot be true of a clock: steps out of order, a reason beside an arrival; empty when it is sound."""
    if "received" not in clock.at:
        return [_("an alert begins when it is received")]
    unknown = sorted(clock.at.keys() - set(STEPS))
    found = [_("{step} is no step", step=step) for step in unknown]
    known = [step for step in COURSE if step in clock.at]
    found += [
        _("{later} before {earlier}", later=later, earlier=earlier)
        for earlier, later in combinations(known, 2)
        if _before(clock, later, earlier)
    ]
    if _before(clock, TOLD, "received"):
        found.append(_("told before received"))
    if clock.no_response and "arrived" in clock.at:
        found.append(_("a reason for no response beside an arrival"))
    return found


def _before(clock: Clock, one: str, other: str) -> bool:
    return one in clock.at and other in clock.at and clock.at[one] < clock.at[other]


def with_step(clock: Clock, step: str, at: datetime) -> Clock:
    """The clock after a step; ClockError when it cannot have happened then, or is known already."""
    if step in clock.at:
        raise ClockError([_("{step} is known already", step=step)])
    if "closed" in clock.at and step != TOLD:
        raise ClockError([_("{step} after it was closed", step=step)])
    return _sound(Clock({**clock.at, step: at}, clock.no_response))


def without_response(clock: Clock, reason: str) -> Clock:
    """The clock once it is known that nobody goes, and why; ClockError when somebody arrived."""
    return _sound(Clock(clock.at, reason))


def _sound(clock: Clock) -> Clock:
    if problems := problems_of(clock):
        raise ClockError(problems)
    return clock
