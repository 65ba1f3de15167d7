"""How do records become what matching reads, and back; how do they leave as the files that `forces match` takes?

A pledge is offered to a match while its level holds; one that was never registered or has lapsed has no level, and the
file has no word for that: it stays behind and is named.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bluehelm.definitions.forces import packaged_readiness
from bluehelm.forces import rotation, supply
from bluehelm.forces.caveats import Caveat as Limit
from bluehelm.forces.caveats import written
from bluehelm.forces.supply import Level
from bluehelm.web.forces.models import Caveat, Contributor, DeploymentCase, Pledge, Requirement, Slot, TourOffer

REQUIREMENT_COLUMNS = (
    "id", "mission", "capability", "strength", "from", "until", "min_level", "languages", "priority", "accepts_parts",
    "area", "tasks",
)  # fmt: skip
PLEDGE_COLUMNS = (
    "id", "contributor", "capability", "strength", "level", "available_from", "available_until", "languages", "caveats",
    "joint_group", "splits_into", "women", "monthly_cost", "expires_on",
)  # fmt: skip
CONTRIBUTOR_COLUMNS = ("contributor", "max_units")


def ladder() -> tuple[str, ...]:
    return packaged_readiness().names


def level_named(name: str) -> Level:
    return Level(ladder().index(name), name)


def words(cell: str) -> frozenset[str]:
    """The words of a list cell."""
    return frozenset(word.strip() for word in cell.split("|") if word.strip())


def cell(listed: Iterable[str]) -> str:
    return "|".join(sorted(set(listed)))


def asked(record: Requirement) -> supply.Requirement:
    """A requirement as matching reads it."""
    return supply.Requirement(
        id=record.code,
        mission=record.mission,
        capability=record.capability,
        strength=record.strength,
        from_on=record.from_on,
        until_on=record.until_on,
        min_level=level_named(record.min_level),
        languages=words(record.languages),
        priority=record.priority,
        accepts_parts=record.accepts_parts,
        area=record.area,
        tasks=words(record.tasks),
    )


def requirement_fields(said: supply.Requirement) -> dict[str, Any]:
    """The fields of a record from what a file says."""
    return {
        "mission": said.mission,
        "capability": said.capability,
        "strength": said.strength,
        "from_on": said.from_on,
        "until_on": said.until_on,
        "min_level": said.min_level.name,
        "languages": cell(said.languages),
        "priority": said.priority,
        "accepts_parts": said.accepts_parts,
        "area": said.area,
        "tasks": cell(said.tasks),
    }


def is_ready(pledge: Pledge, on: date) -> bool:
    """Whether a pledge holds a level on a day."""
    return bool(pledge.level) and pledge.expires_on is not None and on <= pledge.expires_on


def in_force(caveats: Iterable[Caveat], on: date) -> tuple[Limit, ...]:
    """The declared limits that hold on a day, in the order of their numbers."""
    holds = [c for c in caveats if c.lifted_on is None and (c.until_on is None or on <= c.until_on)]
    return tuple(Limit(c.what, c.value) for c in sorted(holds, key=lambda c: c.number))


def offered(record: Pledge, on: date) -> supply.Pledge:
    """A pledge that holds a level, as matching reads it."""
    cost = record.monthly_cost
    return supply.Pledge(
        id=record.code,
        contributor=record.contributor.code,
        capability=record.capability,
        strength=record.strength,
        level=level_named(record.level),
        from_on=record.from_on,
        until_on=record.until_on,
        languages=words(record.languages),
        caveats=in_force(record.caveats.all(), on),
        joint_group=record.joint_group or None,
        splits_into=record.splits_into,
        women=record.women,
        monthly_cost=None if cost is None else _amount(cost),
        expires_on=record.expires_on,
    )


def parts_needed(record: Requirement, pledge: Pledge) -> int:
    """How many parts of a pledge serve a requirement: as few as suffice, all of them where they do not."""
    return _parts_and_strength(record, pledge)[0]


def parts_of(case: DeploymentCase) -> int:
    """How many parts of its pledge a case takes."""
    return parts_needed(case.requirement, case.pledge)


def strength_of(case: DeploymentCase) -> int:
    """The persons of a case: its pledge whole, or those of the parts that it takes."""
    return _parts_and_strength(case.requirement, case.pledge)[1]


def _parts_and_strength(record: Requirement, pledge: Pledge) -> tuple[int, int]:
    most, own = (pledge.splits_into if record.accepts_parts else 1), pledge.strength // pledge.splits_into
    return supply.parts_serving(record.strength, own, most) or (pledge.splits_into, pledge.strength)


def whole_groups(ready: Iterable[Pledge], on: date) -> tuple[list[Pledge], set[str]]:
    """The pledges that stand alone or whose joint group is here whole, and the codes of the others.

    What is left of a group when one of it lapsed, was withdrawn or is under way was never offered alone; a group that
    contradicts itself makes no unit either.
    """
    listed = list(ready)
    groups: dict[str, list[Pledge]] = {}
    for one in listed:
        if one.joint_group:
            groups.setdefault(one.joint_group, []).append(one)
    members: dict[str, set[str]] = {}
    for group, code in Pledge.objects.filter(joint_group__in=groups).values_list("joint_group", "code"):
        members.setdefault(group, set()).add(code)
    broken = {
        one.code
        for name, group in groups.items()
        if members[name] != {one.code for one in group} or supply.contradictions([offered(one, on) for one in group])
        for one in group
    }
    return [one for one in listed if one.code not in broken], broken


def _amount(cost: Decimal) -> float:
    return int(cost) if cost == cost.to_integral_value() else float(cost)


def pledge_fields(said: supply.Pledge) -> dict[str, Any]:
    """The fields of a record from what a file says; its level and its caveats are records of their own."""
    return {
        "capability": said.capability,
        "strength": said.strength,
        "from_on": said.from_on,
        "until_on": said.until_on,
        "languages": cell(said.languages),
        "joint_group": said.joint_group or "",
        "splits_into": said.splits_into,
        "women": said.women,
        "monthly_cost": None if said.monthly_cost is None else Decimal(str(said.monthly_cost)),
    }


def slot(record: Slot) -> rotation.Slot:
    return rotation.Slot(record.code, record.capability, record.first, record.last)


def tour_offer(record: TourOffer) -> rotation.TourOffer:
    return rotation.TourOffer(
        record.code,
        record.contributor.code,
        record.capability,
        record.first,
        record.last,
        record.min_tour,
        record.max_tour,
        record.max_tours,
        record.monthly_cost,
    )


# The three files


def requirement_row(said: supply.Requirement) -> list[str]:
    return [
        said.id, said.mission, said.capability, f"{said.strength}", said.from_on.isoformat(), said.until_on.isoformat(),
        said.min_level.name, cell(said.languages), f"{said.priority}", "true" if said.accepts_parts else "false",
        said.area, cell(said.tasks),
    ]  # fmt: skip


def pledge_row(said: supply.Pledge) -> list[str]:
    return [
        said.id, said.contributor, said.capability, f"{said.strength}", said.level.name, said.from_on.isoformat(),
        said.until_on.isoformat(), cell(said.languages), written(said.caveats), said.joint_group or "",
        f"{said.splits_into}", "" if said.women is None else f"{said.women}",
        "" if said.monthly_cost is None else f"{said.monthly_cost}",
        said.expires_on.isoformat() if said.expires_on else "",
    ]  # fmt: skip


def ceilings_of(contributors: Iterable[Contributor]) -> dict[str, int | None]:
    return {one.code: one.max_units for one in contributors}


def contributor_rows(ceilings: Mapping[str, int | None]) -> list[list[str]]:
    return [[code, "" if most is None else f"{most}"] for code, most in sorted(ceilings.items())]


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV text; a cell that a spreadsheet would run is escaped."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(one) for one in row] for row in rows)
    return text.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
