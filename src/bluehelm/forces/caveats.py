"""What may a unit not do, where, for which mission and at which hours, and what can then nobody do?

A caveat is written `kind:value`, several are joined by `|`: `mission:UNMISS|area:north|task:night-patrol|
time:18:00-06:00`. One form serves matching, plans and rosters. A caveat is *declared* when the contributor said so
before, *undeclared* when it showed itself in an order refused; whether that was discipline or performance people
decide, so the file of an undeclared caveat holds no verdict until a named role gives one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bluehelm.language import _

KINDS = ("mission", "area", "task", "time")
HOURS = 24
CLASSIFICATIONS = ("discipline", "performance", "neither")


class CaveatError(ValueError):
    """A caveat cannot be read, or its file was used against its rules."""


@dataclass(frozen=True, slots=True, order=True)
class Caveat:
    """`value` is a mission, an area, a task, or hours of the day `HH:MM-HH:MM`, which may pass midnight."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


def parse_caveats(text: str) -> tuple[Caveat, ...]:
    """The caveats of one cell in their order; empty when the cell is; CaveatError names the part that is not one."""
    return tuple(_parse(part.strip()) for part in text.split("|") if part.strip())


def _parse(part: str) -> Caveat:
    kind, colon, value = part.partition(":")
    if kind not in KINDS or not colon or not value.strip():
        raise CaveatError(
            _(
                "{part!r} is not a caveat; write {kinds}",
                part=part,
                kinds=", ".join(f"{known}:..." for known in KINDS),
            )
        )
    caveat = Caveat(kind, value.strip())
    if kind == "time":
        _minutes(caveat)
    return caveat


def _minutes(caveat: Caveat) -> tuple[int, int]:
    """From and until in minutes after midnight."""
    try:
        first, last = (_minute(text) for text in caveat.value.split("-"))
    except ValueError:
        raise CaveatError(_("{caveat!r}: hours are written time:HH:MM-HH:MM", caveat=str(caveat))) from None
    if first == last:
        raise CaveatError(_("{caveat!r}: begins and ends at the same minute", caveat=str(caveat)))
    return first, last


def _minute(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    if not (0 <= hours < HOURS and 0 <= minutes < 60):
        raise ValueError(text)
    return hours * 60 + minutes


def written(caveats: Iterable[Caveat]) -> str:
    """The cell that `parse_caveats` reads."""
    return "|".join(str(caveat) for caveat in caveats)


def names(caveat: Caveat, *, mission: str, area: str, tasks: Collection[str]) -> bool:
    """Whether a caveat names the mission, the area or one of the tasks; one of hours alone names none of them."""
    return caveat.value in {"mission": {mission}, "area": {area}, "task": set(tasks)}.get(caveat.kind, set())


def forbids_hour(caveat: Caveat, hour: int) -> bool:
    """Whether a caveat of hours touches the hour that begins at `hour`:00."""
    if caveat.kind != "time":
        return False
    first, last = _minutes(caveat)
    spans = [(first, last)] if first < last else [(first, HOURS * 60), (0, last)]
    return any(begin < (hour + 1) * 60 and end > hour * 60 for begin, end in spans)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A task that no unit of an area may do; `hours` are those of the day, all 24 when it may never be done."""

    area: str
    task: str
    hours: tuple[int, ...]


def uncovered(
    units: Mapping[str, Iterable[Caveat]], stationed: Mapping[str, Collection[str]], tasks: Iterable[str], mission: str
) -> list[Uncovered]:
    """What nobody can do: each task of each area with the hours at which every unit stationed there has a caveat.

    `units` gives caveats by unit, `stationed` the units of each area. An area without units is uncovered at all hours.
    """
    listed = {unit: tuple(caveats) for unit, caveats in units.items()}
    found = []
    for area in sorted(stationed):
        for task in sorted(set(tasks)):
            may = [
                listed[unit]
                for unit in stationed[area]
                if not any(names(c, mission=mission, area=area, tasks=(task,)) for c in listed[unit])
            ]
            hours = tuple(h for h in range(HOURS) if all(any(forbids_hour(c, h) for c in own) for own in may))
            found += [Uncovered(area, task, hours)] if hours else []
    return found


@dataclass(frozen=True, slots=True)
class UndeclaredCaveat:
    """An order refused for a restriction nobody had declared. `classified_by` is a role; None until people decide.

    Only the roles in `visible_to` may see it; an empty list means nobody.
    """

    id: str
    unit: str
    caveat: Caveat
    ordered_on: date
    order: str
    explanation: str | None
    visible_to: frozenset[str]
    classification: str | None = None
    classified_by: str | None = None
    rationale: str | None = None


def classify(case: UndeclaredCaveat, classification: str, *, by: str, rationale: str) -> UndeclaredCaveat:
    """The case with a person's verdict; CaveatError when it has one, or when the verdict names no one or no reason."""
    if case.classification:
        raise CaveatError(
            _(
                "{id} was already classified as {classification} by {classified_by}.",
                id=case.id,
                classification=case.classification,
                classified_by=case.classified_by,
            )
        )
    if classification not in CLASSIFICATIONS:
        raise CaveatError(
            _(
                "{classification!r} is none of {classifications}.",
                classification=classification,
                classifications=", ".join(CLASSIFICATIONS),
            )
        )
    if not by.strip() or not rationale.strip():
        raise CaveatError(_("A classification names the role that gave it and says why."))
    return replace(case, classification=classification, classified_by=by, rationale=rationale)


def visible(cases: Iterable[UndeclaredCaveat], role: str) -> list[UndeclaredCaveat]:
    """The cases that a role may see, by id."""
    return sorted((case for case in cases if role in case.visible_to), key=lambda case: case.id)
