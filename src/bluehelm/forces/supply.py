"""What is asked, what is offered, and which units do the offers make?

A pledge serves alone, as one member of a joint group, or in parts. The group is one combined unit: strengths add,
the lowest level counts, the availability common to all, the languages of all, the caveats of any.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bluehelm.forces.caveats import Caveat
from bluehelm.language import _


class ForcesError(ValueError):
    """What was given contradicts itself; `problems` lists everything found."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, order=True)
class Level:
    """A rung of the ladder of readiness; `rank` counts from the lowest, 0."""

    rank: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Requirement:
    """One unit asked for, from and until both included; no `languages` means that any will do."""

    id: str
    mission: str
    capability: str
    strength: int
    from_on: date
    until_on: date
    min_level: Level
    languages: frozenset[str]
    priority: int
    accepts_parts: bool
    area: str
    tasks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pledge:
    """One offer. `women`, `monthly_cost` and `expires_on` are None when unknown; `splits_into` is 1 for a unit that
    stays whole. `expires_on` is the last day that its level covers.
    """

    id: str
    contributor: str
    capability: str
    strength: int
    level: Level
    from_on: date
    until_on: date
    languages: frozenset[str]
    caveats: tuple[Caveat, ...]
    joint_group: str | None = None
    splits_into: int = 1
    women: int | None = None
    monthly_cost: float | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """What can serve a requirement: a pledge, or the pledges of a joint group; named after its first pledge."""

    pledges: tuple[Pledge, ...]

    @property
    def id(self) -> str:
        return self.pledges[0].id

    @property
    def pledge_ids(self) -> tuple[str, ...]:
        return tuple(pledge.id for pledge in self.pledges)

    @property
    def contributors(self) -> frozenset[str]:
        return frozenset(pledge.contributor for pledge in self.pledges)

    @property
    def capability(self) -> str:
        return self.pledges[0].capability

    @property
    def strength(self) -> int:
        return sum(pledge.strength for pledge in self.pledges)

    @property
    def level(self) -> Level:
        return min(pledge.level for pledge in self.pledges)

    @property
    def from_on(self) -> date:
        return max(pledge.from_on for pledge in self.pledges)

    @property
    def until_on(self) -> date:
        return min(pledge.until_on for pledge in self.pledges)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset[str]().union(*(pledge.languages for pledge in self.pledges))

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        return tuple(caveat for pledge in self.pledges for caveat in pledge.caveats)

    @property
    def parts(self) -> int:
        """Into how many parts it may be split; 1 for a unit that stays whole."""
        return self.pledges[0].splits_into

    @property
    def part_strength(self) -> int:
        return self.strength // self.parts


def units_of(pledges: Iterable[Pledge]) -> list[Unit]:
    """The units that pledges make, by id; ForcesError when a joint group contradicts itself."""
    members: dict[tuple[str, str], list[Pledge]] = {}
    for pledge in sorted(pledges, key=lambda pledge: pledge.id):
        own = ("group", pledge.joint_group) if pledge.joint_group else ("pledge", pledge.id)
        members.setdefault(own, []).append(pledge)
    if problems := [problem for group in members.values() for problem in contradictions(group)]:
        raise ForcesError(problems)
    return sorted((Unit(tuple(group)) for group in members.values()), key=lambda unit: unit.id)


def contradictions(group: Sequence[Pledge]) -> list[str]:
    """Why the pledges of one joint group make no unit; empty for a sound group and for a pledge alone."""
    name = group[0].joint_group
    if name is None:
        return []
    problems = []
    capabilities = sorted({pledge.capability for pledge in group})
    if len(capabilities) > 1:
        problems.append(
            _(
                "joint group {name}: capabilities differ ({capabilities})",
                name=name,
                capabilities=", ".join(capabilities),
            )
        )
    if Unit(tuple(group)).from_on > Unit(tuple(group)).until_on:
        problems.append(_("joint group {name}: its pledges are at no time all available", name=name))
    split = [pledge.id for pledge in group if pledge.splits_into > 1]
    if split:
        problems.append(
            _("joint group {name}: {split} may not be split inside a joint group", name=name, split=", ".join(split))
        )
    return problems


def service(requirement: Requirement, unit: Unit) -> tuple[int, int] | None:
    """How many parts of a unit would serve a requirement, and with what strength together; None when too small.

    The fewest parts that suffice: several only where the requirement accepts parts, and the whole unit with its full
    strength where parts do not suffice. A unit that stays whole is one part.
    """
    most = unit.parts if requirement.accepts_parts else 1
    some = parts_serving(requirement.strength, unit.part_strength, most)
    return some or ((unit.parts, unit.strength) if unit.strength >= requirement.strength else None)


def expiring_before(requirement: Requirement, unit: Unit) -> list[tuple[Pledge, date]]:
    """The pledges of a unit whose level lapses before the requirement begins, each with the last day it covers.

    Renewal is usual, so that they are offered all the same.
    """
    said = [(pledge, pledge.expires_on) for pledge in unit.pledges]
    return [(pledge, day) for pledge, day in said if day and day < requirement.from_on]


def parts_serving(strength: int, part_strength: int, most: int) -> tuple[int, int] | None:
    """The fewest of at most so many parts that reach a strength, and their strength together; None when all do not."""
    for parts in range(1, most + 1):
        if parts * part_strength >= strength:
            return parts, parts * part_strength
    return None
