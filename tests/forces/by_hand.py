"""The slow obvious matching: try everything. Shares no rule with the program, and reads the contract literally."""

from collections import Counter
from itertools import product

from bluehelm.forces.supply import Pledge, Requirement


def best(asked: list[Requirement], offered: list[Pledge], ceilings: dict[str, int | None]) -> tuple[int, ...]:
    """Filled by priority and surplus of the best of all plans."""
    units = _units(offered)
    options = [[None, *_options(requirement, units)] for requirement in asked]
    found = (0, 0, 0, 0, 0, 0)
    for plan in product(*options):
        if _is_allowed(asked, plan, units, ceilings):
            filled = [
                sum(o is not None and r.priority == p for r, o in zip(asked, plan, strict=True)) for p in range(1, 6)
            ]
            surplus = sum(o[2] - r.strength for r, o in zip(asked, plan, strict=True) if o)
            found = max(found, (*filled, -surplus))
    return (*found[:5], -found[5])


def _units(offered: list[Pledge]) -> list[list[Pledge]]:
    groups: dict[str, list[Pledge]] = {}
    for pledge in offered:
        groups.setdefault(f"group {pledge.joint_group}" if pledge.joint_group else pledge.id, []).append(pledge)
    return list(groups.values())


def _options(requirement: Requirement, units: list[list[Pledge]]):
    """(unit, parts used, strength) of every way in which a unit might serve; 0 parts is the whole unit."""
    for number, unit in enumerate(units):
        if not _suits(requirement, unit):
            continue
        whole, parts = sum(pledge.strength for pledge in unit), unit[0].splits_into
        if whole >= requirement.strength:
            yield number, 0, whole
        if parts > 1:
            for used in range(1, parts + 1 if requirement.accepts_parts else 2):
                if used * (whole // parts) >= requirement.strength:
                    yield number, used, used * (whole // parts)


def _suits(requirement: Requirement, unit: list[Pledge]) -> bool:
    forbidden = {f"mission:{requirement.mission}", f"area:{requirement.area}"}
    forbidden |= {f"task:{task}" for task in requirement.tasks}
    spoken = {language for pledge in unit for language in pledge.languages}
    return (
        all(pledge.capability == requirement.capability for pledge in unit)
        and all(pledge.level.rank >= requirement.min_level.rank for pledge in unit)
        and all(pledge.from_on <= requirement.from_on for pledge in unit)
        and all(pledge.until_on >= requirement.until_on for pledge in unit)
        and (not requirement.languages or any(language in spoken for language in requirement.languages))
        and not any(str(caveat) in forbidden for pledge in unit for caveat in pledge.caveats)
    )


def _is_allowed(asked, plan, units, ceilings) -> bool:
    used: dict[int, list] = {}
    for requirement, option in zip(asked, plan, strict=True):
        if option:
            used.setdefault(option[0], []).append((requirement.mission, option[1]))
    for number, services in used.items():
        if len(services) > 1 and any(parts == 0 for _, parts in services):
            return False
        if sum(parts for _, parts in services) > units[number][0].splits_into:
            return False
        if len({mission for mission, _ in services}) > 1:
            return False
    count = Counter(name for number in used for name in {pledge.contributor for pledge in units[number]})
    return all(ceilings.get(name) is None or n <= ceilings[name] for name, n in count.items())
