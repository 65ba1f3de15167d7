"""Who serves where so far, and may one more serve?

A plain record of a plan: it knows the rules about using a unit once, splitting it and a contributor's ceiling, and
nothing of how the plan was found.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bluehelm.forces.fit import Reason, gaps
from bluehelm.forces.supply import Requirement, Unit
from bluehelm.language import _

Ceilings = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Served:
    """A requirement and the unit that serves it: so many of its parts, which have this strength together."""

    requirement: Requirement
    unit: Unit
    parts: int
    strength: int

    @property
    def surplus(self) -> int:
        return self.strength - self.requirement.strength


class Board:
    """A plan that grows; `place` trusts its caller, `faults` does not."""

    def __init__(self, ceilings: Ceilings, served: Iterable[Served] = ()) -> None:
        self.ceilings = ceilings
        self.by_requirement: dict[str, Served] = {}
        self.by_unit: dict[str, list[Served]] = {}
        self.units_of: Counter[str] = Counter()
        for one in served:
            self.place(one)

    def place(self, one: Served) -> None:
        self.by_requirement[one.requirement.id] = one
        others = self.by_unit.setdefault(one.unit.id, [])
        if not others:
            self.units_of.update(one.unit.contributors)
        others.append(one)

    def allows(self, one: Served) -> bool:
        """Whether a service that fits may be placed beside the others."""
        others = self.by_unit.get(one.unit.id, [])
        if one.requirement.id in self.by_requirement:
            return False
        if not others:
            return self.full_contributor(one.unit) is None
        return (
            others[0].requirement.mission == one.requirement.mission
            and sum(other.parts for other in others) + one.parts <= one.unit.parts
        )

    def full_contributor(self, unit: Unit) -> str | None:
        """The first contributor of an unused unit that gives no further one; None when all do."""
        for contributor in sorted(unit.contributors):
            most = self.ceilings.get(contributor)
            if most is not None and self.units_of[contributor] >= most:
                return contributor
        return None

    def ceiling(self, unit: Unit) -> list[Reason]:
        """The reason why an unused unit may not serve although it might fit; empty when it may."""
        full = self.full_contributor(unit)
        most = self.ceilings.get(full) if full else None
        return [] if full is None or most is None else [Reason("ceiling", self.units_of[full] + 1, most)]

    def taken(self, requirement: Requirement, unit: Unit) -> list[Reason]:
        """The reason why a unit that already serves is not free for this requirement; empty when it is unused."""
        others = self.by_unit.get(unit.id, [])
        serves = "|".join(sorted(other.requirement.id for other in others))
        return [Reason("taken", requirement.id, serves)] if others else []


def faults(served: Sequence[Served], ceilings: Ceilings) -> list[str]:
    """Every rule that a plan breaks, found without the solver; empty for a sound plan."""
    board, found = Board(ceilings), []
    for one in served:
        found += [
            _("{id} does not fit {id_2}: {code}", id=one.unit.id, id_2=one.requirement.id, code=reason.code)
            for reason in gaps(one.requirement, one.unit)
        ]
        if one.strength < one.requirement.strength:
            found.append(
                _(
                    "{id} gives {id_2} {strength} of {strength_2}",
                    id=one.unit.id,
                    id_2=one.requirement.id,
                    strength=one.strength,
                    strength_2=one.requirement.strength,
                )
            )
        if not board.allows(one):
            found.append(_("{id} may not serve {id_2} beside the others", id=one.unit.id, id_2=one.requirement.id))
        board.place(one)
    return found
