"""Which capabilities are short: needed, less what stands ready at each level, less what has deployed?

The field's requirement papers list for each capability what is asked and what the register holds by level. A unit
that has deployed is no longer available, and the requirement it serves is no longer open: both leave the sums. Pledges
of one joint group are one unit, at the lowest level among them; of a group that has deployed in part nothing is left.
One threshold for all is a way to read the register; beside it each requirement is held to the level it asks itself.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bluehelm.forces.supply import Level, Requirement, Unit


@dataclass(frozen=True, slots=True)
class Shortage:
    """One capability. `available` counts units not deployed by level; `gap` is what those of the one threshold leave
    open in number, `gap_at_own_level` what units of the level that each requirement asks do; `needed_at` counts the
    requirements by that level.

    Units and strength are counted apart: five small units may be enough in number and too few in people.
    """

    capability: str
    needed: int
    needed_at: dict[str, int]
    deployed: int
    available: dict[str, int]
    gap: int
    gap_at_own_level: int
    needed_strength: int
    deployed_strength: int
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
    strength, open_strength = sum(one.strength for one in needed), sum(one.strength for one in unserved)
    ready_strength = sum(one.strength for one in ready)
    return Shortage(
        capability,
        len(needed),
        {name: sum(one.min_level.name == name for one in needed) for name in ladder},
        len(needed) - len(unserved),
        {name: sum(one.level.name == name for one in offered) for name in ladder},
        max(0, len(unserved) - len(ready)),
        _left_open(unserved, offered),
        strength,
        strength - open_strength,
        ready_strength,
        max(0, open_strength - ready_strength),
    )


def _left_open(unserved: Iterable[Requirement], offered: Iterable[Unit]) -> int:
    """How many requirements no unit of their own level is left for, when each unit serves one.

    A unit of a higher level may serve a lower one, so that the shortage is the largest of those from each level on.
    """
    asked, ready = [one.min_level for one in unserved], [one.level for one in offered]
    above = (sum(one >= level for one in asked) - sum(one >= level for one in ready) for level in {*asked})
    return max(0, max(above, default=0))
