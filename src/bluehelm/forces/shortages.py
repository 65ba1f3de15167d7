"""Which capabilities are short: needed, less what stands ready at each level, less what has deployed?

The field's requirement papers list for each capability what is asked and what the register holds by level. A unit
that has deployed is no longer available, and the requirement it serves is no longer open: both leave the sums. Pledges
of one joint group are one unit, at the lowest level among them; of a group that has deployed in part nothing is left.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bluehelm.forces.supply import Level, Requirement, Unit


@dataclass(frozen=True, slots=True)
class Shortage:
    """One capability. `available` counts units not deployed by level; `gap` is what their number leaves open.

    Units and strength are counted apart: five small units may be enough in number and too few in people.
    """

    capability: str
    needed: int
    deployed: int
    available: dict[str, int]
    gap: int
    needed_strength: int
    available_strength: int
    strength_gap: int

    @property
    def open(self) -> int:
        """Units still needed after those deployed."""
        return self.needed - self.deployed


def shortages(
    requirements: Sequence[Requirement],
    units: Iterable[Unit],
    *,
    served: Collection[str],
    deployed: Collection[str],
    ladder: Sequence[str],
    at_least: Level,
) -> list[Shortage]:
    """Each capability needed, the largest gap first, ties by name.

    `served` are requirements that a deployed unit fills, `deployed` the pledges that have deployed. Only units of a
    level of `at_least` close a gap; those of every level are listed.
    """
    free = [unit for unit in units if not any(name in deployed for name in unit.pledge_ids)]
    found = [
        _shortage(name, requirements, free, served, ladder, at_least)
        for name in {requirement.capability for requirement in requirements}
    ]
    return sorted(found, key=lambda one: (-one.gap, -one.strength_gap, one.capability))


def _shortage(
    capability: str,
    requirements: Iterable[Requirement],
    free: Iterable[Unit],
    served: Collection[str],
    ladder: Sequence[str],
    at_least: Level,
) -> Shortage:
    needed = [one for one in requirements if one.capability == capability]
    unserved = [one for one in needed if one.id not in served]
    offered = [one for one in free if one.capability == capability]
    ready = [one for one in offered if one.level >= at_least]
    strength, ready_strength = sum(one.strength for one in unserved), sum(one.strength for one in ready)
    return Shortage(
        capability,
        len(needed),
        len(needed) - len(unserved),
        {name: sum(one.level.name == name for one in offered) for name in ladder},
        max(0, len(unserved) - len(ready)),
        strength,
        ready_strength,
        max(0, strength - ready_strength),
    )
