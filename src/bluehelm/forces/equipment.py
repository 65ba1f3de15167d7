"""What was agreed, what is there, what works, since when is it short, and what can the unit therefore not do?

One line is one kind of equipment of a unit in a quarter. Short means fewer serviceable than agreed by more than the
definition allows. A quarter without a report is unknown: it neither continues nor breaks a run of short quarters.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from bluehelm.forces.supply import ForcesError
from bluehelm.language import _

QUARTERS = 4


class EquipmentRules(Protocol):
    """From which share of the agreed number serviceable a line is not short, and what each category is for."""

    @property
    def serviceable_share(self) -> float: ...
    @property
    def effects(self) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of equipment of a unit; `quarter` counts since year 0; `present` and `serviceable` None are unknown."""

    unit: str
    item: str
    category: str
    quarter: int
    agreed: int
    present: int | None
    serviceable: int | None

    @property
    def is_known(self) -> bool:
        return self.present is not None and self.serviceable is not None

    @property
    def is_doubtful(self) -> bool:
        """More work than are there."""
        return self.present is not None and self.serviceable is not None and self.serviceable > self.present

    def is_short(self, share: float) -> bool | None:
        """None when nobody said how many work."""
        return None if self.serviceable is None else self.serviceable < self.agreed * share


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A line short in the last quarter reported: how many miss by absence and by defect, since how many quarters.

    `quarters_short` are consecutive, this one included; `effect` None when the definition names none.
    """

    unit: str
    item: str
    category: str
    quarter: int
    agreed: int
    present: int | None
    serviceable: int
    absent: int | None
    defective: int | None
    quarters_short: int
    effect: str | None


@dataclass(frozen=True, slots=True)
class Equipment:
    """One quarter: sums over lines that are neither unknown nor doubtful, and the lines short.

    `agreed` = `serviceable` + `absent` + `defective` - `beyond`, where `beyond` is what works beyond what was agreed.
    """

    quarter: int
    lines: int
    agreed: int
    serviceable: int
    absent: int
    defective: int
    beyond: int
    short: tuple[ShortLine, ...]
    unknown: tuple[str, ...]
    doubtful: tuple[str, ...]


def equipment(lines: Iterable[Line], rules: EquipmentRules, quarter: int) -> Equipment:
    """The state in a quarter, with the run of short quarters before it; ForcesError when a line is there twice."""
    listed = sorted((line for line in lines if line.quarter <= quarter), key=lambda line: (line.unit, line.item))
    if problems := _repeated(listed):
        raise ForcesError(problems)
    now = [line for line in listed if line.quarter == quarter]
    known = [line for line in now if line.is_known and not line.is_doubtful]
    return Equipment(
        quarter,
        len(now),
        sum(line.agreed for line in known),
        sum(line.serviceable or 0 for line in known),
        sum(_absent(line) or 0 for line in known),
        sum(_defective(line) or 0 for line in known),
        sum(max(0, (line.serviceable or 0) - line.agreed) for line in known),
        tuple(_short_lines(listed, rules, quarter)),
        tuple(f"{line.unit}, {line.item}" for line in now if not line.is_known),
        tuple(_doubtful(now)),
    )


def _repeated(lines: Sequence[Line]) -> list[str]:
    seen, problems = set[tuple[str, str, int]](), []
    for line in lines:
        key = (line.unit, line.item, line.quarter)
        if key in seen:
            problems.append(
                _(
                    "{unit}, {item}, {quarter_name}: is there twice",
                    unit=line.unit,
                    item=line.item,
                    quarter_name=quarter_name(line.quarter),
                )
            )
        seen.add(key)
    return problems


def _absent(line: Line) -> int | None:
    return None if line.present is None else max(0, line.agreed - line.present)


def _defective(line: Line) -> int | None:
    """What is missing to the agreed number although it is there."""
    if line.present is None or line.serviceable is None:
        return None
    return max(0, min(line.agreed, line.present) - line.serviceable)


def _doubtful(lines: Iterable[Line]) -> list[str]:
    return [
        _(
            "{unit}, {item}: {serviceable} serviceable of {present} present",
            unit=line.unit,
            item=line.item,
            serviceable=line.serviceable,
            present=line.present,
        )
        for line in lines
        if line.is_doubtful
    ]


def _short_lines(lines: Sequence[Line], rules: EquipmentRules, quarter: int) -> list[ShortLine]:
    found = []
    for _rest, group in groupby(lines, key=lambda line: (line.unit, line.item)):
        own = sorted(group, key=lambda line: -line.quarter)
        line = own[0]
        if line.quarter != quarter or line.serviceable is None or not line.is_short(rules.serviceable_share):
            continue
        run = _run(own, rules.serviceable_share)
        found.append(
            ShortLine(
                line.unit,
                line.item,
                line.category,
                quarter,
                line.agreed,
                line.present,
                line.serviceable,
                _absent(line),
                _defective(line),
                run,
                rules.effects.get(line.category),
            )
        )
    return sorted(found, key=lambda one: (-one.quarters_short, one.unit, one.item))


def _run(newest_first: Sequence[Line], share: float) -> int:
    """Quarters reported short one after another; a gap between reports ends the run, an unknown count is skipped."""
    run, expected = 0, newest_first[0].quarter
    for line in newest_first:
        if line.quarter != expected or line.is_short(share) is False:
            break
        run += line.is_short(share) is True
        expected -= 1
    return run


@dataclass(frozen=True, slots=True)
class Effect:
    """What a unit can do less of: the category's lines short and the share of the agreed number that works."""

    unit: str
    category: str
    effect: str
    items: tuple[str, ...]
    serviceable_share: float


def effects(state: Equipment) -> list[Effect]:
    """Each unit and category with a known effect that is short, by unit."""
    grouped: dict[tuple[str, str], list[ShortLine]] = defaultdict(list)
    for line in state.short:
        grouped[line.unit, line.category].append(line)
    return [
        Effect(
            unit,
            category,
            own[0].effect,
            tuple(sorted(line.item for line in own)),
            sum(line.serviceable for line in own) / sum(line.agreed for line in own),
        )
        for (unit, category), own in sorted(grouped.items())
        if own[0].effect is not None
    ]


def quarter_of(text: str) -> int:
    """Quarters since year 0 of `2027-Q1`; ValueError for anything else."""
    year, separator, number = text.partition("-Q")
    if not (separator and len(year) == 4 and year.isdigit() and number in ("1", "2", "3", "4")):
        raise ValueError(_("{text!r} is not a quarter written YYYY-Q1", text=text))
    return int(year) * QUARTERS + int(number) - 1


def quarter_name(quarter: int) -> str:
    year, number = divmod(quarter, QUARTERS)
    return f"{year:04d}-Q{number + 1}"
