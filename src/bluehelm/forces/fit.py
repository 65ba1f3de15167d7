"""Does an offered unit meet a requirement, and if not, where does it fall short?

`gaps` returns every rule that fails rather than the first, because each is negotiated separately. These are the
rules themselves in plain Python: what the solver was given and what it answered are both checked against them.
"""

from dataclasses import dataclass
from datetime import date

from bluehelm.forces.caveats import Caveat, names, written
from bluehelm.forces.supply import Requirement, Unit

CODES = ("capability", "level", "availability", "language", "caveat", "strength", "ceiling", "taken")
"""The reasons why an offer does not serve; the last two depend on what else is served."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that fails: what was asked beside what is offered; list cells are joined by `|`."""

    code: str
    needed: str | int
    offered: str | int


def gaps(requirement: Requirement, unit: Unit) -> list[Reason]:
    """Every rule by which a unit falls short of a requirement, in the order of CODES; empty when it fits."""
    found = []
    if unit.capability != requirement.capability:
        found.append(Reason("capability", requirement.capability, unit.capability))
    if unit.level < requirement.min_level:
        found.append(Reason("level", requirement.min_level.name, unit.level.name))
    if unit.from_on > requirement.from_on or unit.until_on < requirement.until_on:
        asked = _window(requirement.from_on, requirement.until_on)
        found.append(Reason("availability", asked, _window(unit.from_on, unit.until_on)))
    if requirement.languages and not requirement.languages & unit.languages:
        found.append(Reason("language", listed(requirement.languages), listed(unit.languages)))
    if clash := _clash(requirement, unit):
        found.append(Reason("caveat", _tasked(requirement), clash))
    if unit.strength < requirement.strength:
        found.append(Reason("strength", requirement.strength, unit.strength))
    return found


def _clash(requirement: Requirement, unit: Unit) -> str:
    return written(sorted({caveat for caveat in unit.caveats if clashes(requirement, caveat)}))


def clashes(requirement: Requirement, caveat: Caveat) -> bool:
    return names(caveat, mission=requirement.mission, area=requirement.area, tasks=requirement.tasks)


def _tasked(requirement: Requirement) -> str:
    tasks = [f"task:{task}" for task in sorted(requirement.tasks)]
    area = [f"area:{requirement.area}"] if requirement.area else []
    return "|".join([f"mission:{requirement.mission}", *area, *tasks])


def _window(from_on: date, until_on: date) -> str:
    return f"{from_on.isoformat()}/{until_on.isoformat()}"


def listed(values: frozenset[str]) -> str:
    return "|".join(sorted(values))
