"""Why does a requirement stay unfilled, why does a pledge stay unused, and what is the smallest change that helps?

Arrays only find which offers are near. Every reason given, and every change proposed, comes from the rules of `fit`
applied to that one offer: nothing here has seen the solver.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bluehelm.forces.board import Board
from bluehelm.forces.caveats import written
from bluehelm.forces.fit import Reason, clashes, gaps, listed
from bluehelm.forces.pairs import ROWS_AT_A_TIME, Offers, Shortfalls
from bluehelm.forces.supply import Pledge, Requirement, Unit

NEAREST = 3
Numbers = NDArray[np.int64]


class Weights(Protocol):
    """What each way of falling short weighs; a reviewed definition gives them."""

    @property
    def late_day(self) -> int: ...
    @property
    def early_end_day(self) -> int: ...
    @property
    def missing_person(self) -> int: ...
    @property
    def level_step(self) -> int: ...
    @property
    def language(self) -> int: ...
    @property
    def caveat(self) -> int: ...
    @property
    def capability(self) -> int: ...
    @property
    def ceiling(self) -> int: ...
    @property
    def taken(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Near:
    """An offer with every rule that keeps it from a requirement."""

    unit: Unit
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one pledge that would make its unit fit; values as they stand in a file's cell."""

    pledge: str
    field: str
    before: str | int
    after: str | int


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A requirement nobody serves, its nearest offers, and the smallest single change that would fill it, if any."""

    requirement: Requirement
    nearest: tuple[Near, ...]
    smallest_change: Change | None


@dataclass(frozen=True, slots=True)
class Unused:
    """A unit that serves nothing, the requirement it is nearest to, and why it does not serve that one.

    Without any requirement there is no reason to give.
    """

    unit: Unit
    requirement: Requirement | None
    reasons: tuple[Reason, ...]


class Explainer:
    """The offers of one plan, ready to be asked about; `board` holds the plan."""

    def __init__(self, units: Sequence[Unit], board: Board, weights: Weights) -> None:
        self.units = sorted(units, key=lambda unit: unit.id)
        self.board, self.weights = board, weights
        self._offers = Offers(self.units)
        self._is_used = np.array([unit.id in board.by_unit for unit in self.units], dtype=bool)
        full = [not used and board.full_contributor(unit) is not None for unit, used in self._with_use()]
        self._is_full = np.array(full, dtype=bool)
        self._standing = weights.taken * self._is_used + weights.ceiling * self._is_full

    def _with_use(self) -> Iterator[tuple[Unit, bool]]:
        return zip(self.units, self._is_used.tolist(), strict=True)

    def unfilled(self, requirements: Sequence[Requirement]) -> list[Unfilled]:
        """Each requirement that nobody serves, by id."""
        return list(self.about([one for one in requirements if one.id not in self.board.by_requirement]))

    def about(self, requirements: Sequence[Requirement], nearest: int = NEAREST) -> Iterator[Unfilled]:
        """The nearest offers of requirements and the smallest change, whether somebody else serves them or not."""
        asked = sorted(requirements, key=lambda requirement: requirement.id)
        for start in range(0, len(asked), ROWS_AT_A_TIME):
            block = asked[start : start + ROWS_AT_A_TIME]
            short = self._offers.shortfalls(block)
            distance = self._distance(short)
            changeable = (short.changes_needed == 1) & ~short.capability & ~(self._is_used | self._is_full)
            for row, requirement in enumerate(block):
                near = self._nearest(requirement, distance[row] + self._standing, nearest)
                candidates = np.flatnonzero(changeable[row])
                by_weight = candidates[np.argsort(distance[row, candidates], kind="stable")]
                yield Unfilled(requirement, near, self._smallest_change(requirement, by_weight))

    def _nearest(self, requirement: Requirement, distance: Numbers, number: int) -> tuple[Near, ...]:
        order = np.argsort(distance, kind="stable")
        near = (self.units[place] for place in order[: number + 1] if not self._serves(requirement, self.units[place]))
        return tuple(Near(unit, tuple(self.reasons(requirement, unit))) for unit in list(near)[:number])

    def _serves(self, requirement: Requirement, unit: Unit) -> bool:
        served = self.board.by_requirement.get(requirement.id)
        return served is not None and served.unit.id == unit.id

    def _smallest_change(self, requirement: Requirement, candidates: Numbers) -> Change | None:
        changes = (smallest_change(requirement, self.units[place]) for place in candidates)
        return next((change for change in changes if change is not None), None)

    def reasons(self, requirement: Requirement, unit: Unit) -> list[Reason]:
        """Every rule that keeps a unit from a requirement, its use and its contributor's ceiling included."""
        used = self.board.taken(requirement, unit)
        return [*gaps(requirement, unit), *(used or self.board.ceiling(unit))]

    def unused(self, requirements: Sequence[Requirement]) -> list[Unused]:
        """Each unit that serves nothing, by id, with the requirement it comes nearest to."""
        asked = sorted(requirements, key=lambda requirement: requirement.id)
        if not asked:
            return [Unused(unit, None, ()) for unit, used in self._with_use() if not used]
        place = self._nearest_requirements(asked)
        return [
            Unused(unit, asked[place[number]], tuple(self._why_unused(asked[place[number]], unit)))
            for number, (unit, used) in enumerate(self._with_use())
            if not used
        ]

    def _nearest_requirements(self, asked: Sequence[Requirement]) -> Numbers:
        """The place of the nearest requirement of each unit; ties go to the first."""
        least = np.full(len(self.units), np.iinfo(np.int64).max)
        nearest = np.zeros(len(self.units), np.int64)
        for start in range(0, len(asked), ROWS_AT_A_TIME):
            block = asked[start : start + ROWS_AT_A_TIME]
            filled = np.array([one.id in self.board.by_requirement for one in block], dtype=bool)
            distance = self._distance(self._offers.shortfalls(block)) + self.weights.taken * filled[:, None]
            row = np.argmin(distance, axis=0)
            found = distance[row, np.arange(len(self.units))]
            nearest = np.where(found < least, row + start, nearest)
            least = np.minimum(found, least)
        return nearest

    def _why_unused(self, requirement: Requirement, unit: Unit) -> list[Reason]:
        served = self.board.by_requirement.get(requirement.id)
        by = [Reason("taken", requirement.id, "|".join(served.unit.pledge_ids))] if served else []
        return [*gaps(requirement, unit), *self.board.ceiling(unit), *by]

    def _distance(self, short: Shortfalls) -> Numbers:
        weights = self.weights
        distance: Numbers = (
            weights.late_day * short.late_days
            + weights.early_end_day * short.early_end_days
            + weights.missing_person * short.missing_persons
            + weights.level_step * short.level_steps
            + weights.language * short.language
            + weights.caveat * short.caveats
            + weights.capability * short.capability
        )
        return distance


def smallest_change(requirement: Requirement, unit: Unit) -> Change | None:
    """The change of one field of one pledge that makes a unit fit, where one rule alone fails; None when none does.

    What is returned was made and checked against the rules.
    """
    reasons = gaps(requirement, unit)
    mend = _MENDS.get(reasons[0].code) if len(reasons) == 1 else None
    changed = mend(requirement, unit) if mend else None
    if changed is None:
        return None
    field, before, after = changed
    mended = Unit(tuple(after if pledge is before else pledge for pledge in unit.pledges))
    return None if gaps(requirement, mended) else Change(before.id, field, _cell(before, field), _cell(after, field))


Mended = tuple[str, Pledge, Pledge] | None


def _more_strength(requirement: Requirement, unit: Unit) -> Mended:
    pledge = unit.pledges[0]
    return "strength", pledge, replace(pledge, strength=pledge.strength + requirement.strength - unit.strength)


def _higher_level(requirement: Requirement, unit: Unit) -> Mended:
    pledge = _only(unit, lambda pledge: pledge.level < requirement.min_level)
    return ("level", pledge, replace(pledge, level=requirement.min_level)) if pledge else None


def _other_window(requirement: Requirement, unit: Unit) -> Mended:
    late = _only(unit, lambda pledge: pledge.from_on > requirement.from_on)
    if late:
        return "available_from", late, replace(late, from_on=requirement.from_on)
    early = _only(unit, lambda pledge: pledge.until_on < requirement.until_on)
    return ("available_until", early, replace(early, until_on=requirement.until_on)) if early else None


def _one_language(requirement: Requirement, unit: Unit) -> Mended:
    pledge = unit.pledges[0]
    return "languages", pledge, replace(pledge, languages=pledge.languages | {min(requirement.languages)})


def _no_clashing_caveat(requirement: Requirement, unit: Unit) -> Mended:
    pledge = _only(unit, lambda pledge: any(clashes(requirement, caveat) for caveat in pledge.caveats))
    if pledge is None:
        return None
    kept = tuple(caveat for caveat in pledge.caveats if not clashes(requirement, caveat))
    return "caveats", pledge, replace(pledge, caveats=kept)


def _only(unit: Unit, is_short: Callable[[Pledge], bool]) -> Pledge | None:
    """The one pledge that falls short; None when several do, for then one change is not enough."""
    short = [pledge for pledge in unit.pledges if is_short(pledge)]
    return short[0] if len(short) == 1 else None


_MENDS: dict[str, Callable[[Requirement, Unit], Mended]] = {
    "strength": _more_strength,
    "level": _higher_level,
    "availability": _other_window,
    "language": _one_language,
    "caveat": _no_clashing_caveat,
}


def _cell(pledge: Pledge, field: str) -> str | int:
    """A field as it stands in the file of pledges."""
    cells: dict[str, str | int] = {
        "strength": pledge.strength,
        "level": pledge.level.name,
        "available_from": pledge.from_on.isoformat(),
        "available_until": pledge.until_on.isoformat(),
        "languages": listed(pledge.languages),
        "caveats": written(pledge.caveats),
    }
    return cells[field]
