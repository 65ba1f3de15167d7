"""What did a visit find, does the unit pass, and whom should be visited next?

Checklists are dated definitions. An item is met, partly met, not met or not seen; what was not seen is unknown and
scores nothing either way. A unit passes when nothing essential is unmet or unseen and enough of what was seen is met.
Each item that is not met makes a finding with an owner and a day it is due.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from bluehelm.forces.supply import ForcesError
from bluehelm.language import _

ANSWERS = {"met": 1.0, "partly": 0.5, "not met": 0.0, "not seen": None}


class Item(Protocol):
    """One line of a checklist; `owner` is the role that mends it, within `mend_days`."""

    @property
    def name(self) -> str: ...
    @property
    def is_essential(self) -> bool: ...
    @property
    def owner(self) -> str: ...
    @property
    def mend_days(self) -> int: ...


class Checklist(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def pass_share(self) -> float: ...
    @property
    def items(self) -> Sequence[Item]: ...


@dataclass(frozen=True, slots=True)
class VisitFinding:
    """An item not met, or met in part; who mends it and until when."""

    item: str
    answer: str
    is_essential: bool
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Scored:
    """A visit scored: `share` met of what was seen, None when nothing was; `passes` None while something is unseen.

    An essential item not met fails whatever else was not seen.
    """

    checklist: str
    share: float | None
    seen: int
    items: int
    passes: bool | None
    essential_unmet: tuple[str, ...]
    not_seen: tuple[str, ...]
    findings: tuple[VisitFinding, ...]


def scored(checklist: Checklist, answers: Mapping[str, str], visited_on: date) -> Scored:
    """A visit's answers by item; an item without an answer was not seen. ForcesError for an unknown item or answer."""
    if problems := list(_unknown(checklist, answers)):
        raise ForcesError(problems)
    given = [(item, answers.get(item.name, "not seen")) for item in checklist.items]
    points = [value for _rest, answer in given if (value := ANSWERS[answer]) is not None]
    share = sum(points) / len(points) if points else None
    unmet = tuple(item.name for item, answer in given if item.is_essential and answer in ("partly", "not met"))
    unseen = tuple(item.name for item, answer in given if answer == "not seen")
    return Scored(
        checklist.name,
        share,
        len(points),
        len(checklist.items),
        _passes(checklist, share, unmet, unseen),
        unmet,
        unseen,
        tuple(
            VisitFinding(item.name, answer, item.is_essential, item.owner, visited_on + timedelta(days=item.mend_days))
            for item, answer in given
            if answer in ("partly", "not met")
        ),
    )


def _unknown(checklist: Checklist, answers: Mapping[str, str]) -> Iterable[str]:
    known = {item.name for item in checklist.items}
    for name, answer in answers.items():
        if name not in known:
            yield _("checklist {name}: there is no item {name_2!r}", name=checklist.name, name_2=name)
        if answer not in ANSWERS:
            yield _(
                "checklist {name}, {name_2}: {answer!r} is none of {answers}",
                name=checklist.name,
                name_2=name,
                answer=answer,
                answers=", ".join(ANSWERS),
            )


def _passes(checklist: Checklist, share: float | None, unmet: Sequence[str], unseen: Sequence[str]) -> bool | None:
    """Not seen is no pass and no failure: the least and the most that the whole list could score must agree."""
    if unmet:
        return False
    if share is None:
        return None
    met = share * (len(checklist.items) - len(unseen))
    if (met + len(unseen)) / len(checklist.items) < checklist.pass_share:
        return False
    return None if unseen else True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that might be visited. `trip` joins units that one journey sees; its cost is counted once.

    `need` is how many open requirements ask for its capability; `last_visit_on` None is never; `cost` None is unknown.
    """

    unit: str
    trip: str
    need: int
    last_visit_on: date | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """One journey and the units it sees; `age_days` since the longest ago of their visits, None when one never was."""

    trip: str
    units: tuple[str, ...]
    need: int
    age_days: int | None
    cost: Decimal | None
    is_planned: bool
    reason: str


def visit_plan(candidates: Iterable[Candidate], on: date, budget: Decimal | None = None) -> list[Trip]:
    """The trips by need, then the longest unvisited, then the cheapest, then name; planned while the budget lasts.

    A trip of unknown cost is never planned under a budget: it says so. A cheaper trip further down may still be
    planned when a dearer one is not.
    """
    trips: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        trips.setdefault(candidate.trip, []).append(candidate)
    if problems := [
        _("trip {name}: its units name different costs", name=name) for name, own in trips.items() if _differ(own)
    ]:
        raise ForcesError(problems)
    ranked = sorted((_trip(name, own, on) for name, own in trips.items()), key=_rank)
    left, planned = budget, []
    for trip in ranked:
        goes, reason = _affordable(trip, left)
        if goes and left is not None and trip.cost is not None:
            left -= trip.cost
        planned.append(Trip(trip.trip, trip.units, trip.need, trip.age_days, trip.cost, goes, reason))
    return planned


def _differ(own: Sequence[Candidate]) -> bool:
    return len({candidate.cost for candidate in own if candidate.cost is not None}) > 1


def _trip(name: str, own: Sequence[Candidate], on: date) -> Trip:
    visits = [candidate.last_visit_on for candidate in own if candidate.last_visit_on]
    age = (on - min(visits)).days if len(visits) == len(own) else None
    cost = next((candidate.cost for candidate in own if candidate.cost is not None), None)
    units = tuple(sorted(candidate.unit for candidate in own))
    return Trip(name, units, sum(candidate.need for candidate in own), age, cost, False, "")


def _rank(trip: Trip) -> tuple[int, bool, int, bool, Decimal, str]:
    return (
        -trip.need,
        trip.age_days is not None,
        -(trip.age_days or 0),
        trip.cost is None,
        trip.cost or Decimal(0),
        trip.trip,
    )


def _affordable(trip: Trip, left: Decimal | None) -> tuple[bool, str]:
    if trip.need == 0:
        return False, _("no open requirement asks for these units")
    if left is None:
        return True, _("no budget was named")
    if trip.cost is None:
        return False, _("its cost is unknown")
    return (
        (True, _("within the budget"))
        if trip.cost <= left
        else (False, _("costs more than the {left:,} left", left=left))
    )
