"""Which values of an indicator may leave, so that no small count of people is shown and none can be computed?

A count of 1 to `smallest` - 1 persons is small. In each period small parts are held back, and another part or the whole
with them, until what can be computed of each spans `interval` persons. A share about people leaves without its counts,
and only where numerator, denominator and their difference are none of them small; one without counts was not checked,
and what was not checked does not leave. What is held back depends on the values of its own period alone, and a sum over
time on those of its months: so two products never differ on what they hold back.

One whole and its parts have a closed form: parts held back add up to what is left of the whole, so each
lies between 1 and that less one for every other. Tests hold it against the attacker of `disclosure`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bluehelm.plans.framework import Indicator, RollUp
from bluehelm.plans.periods import in_order, lies_within, months_of, periods_between
from bluehelm.plans.values import Reading, RollUpError, over_time

Part = tuple[tuple[str, str], ...]
"""Which part of the whole: pairs of key and value, sorted; empty for the whole."""

WHOLE: Part = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The smallest count that is shown, and how many persons an attacker's interval must span."""

    smallest: int
    interval: int

    def is_small(self, persons: float | None) -> bool:
        return persons is not None and 0 < persons < self.smallest


@dataclass(frozen=True, slots=True)
class Leaving:
    """What may leave of an indicator: its whole by period, its parts, and the longer periods asked for."""

    wholes: tuple[Reading, ...]
    parts: tuple[Reading, ...]
    longer: Mapping[str, Reading] = field(default_factory=dict)

    @property
    def held_back(self) -> int:
        return sum(one.held_back for one in (*self.wholes, *self.parts, *self.longer.values()))


def counts_people(indicator: Indicator, told_by: frozenset[str], units: frozenset[str]) -> bool:
    """Whether an indicator counts people: it says so, is told by what people are, or its unit names them."""
    return indicator.people or not told_by.isdisjoint(indicator.by) or not units.isdisjoint(_words(indicator.unit))


def _words(unit: str | None) -> set[str]:
    return set((unit or "").casefold().replace(",", " ").split())


def leaving(
    wholes: Sequence[Reading], parts: Sequence[Reading], rule: RollUp | None, longer: Sequence[str], limits: Limits
) -> Leaving:
    """The values that may leave, the others without their numbers and said to be held back.

    `wholes` holds one reading a period, `parts` those of its parts; `longer` are periods that the rule makes of them.
    """
    by_period: dict[str, list[Reading]] = defaultdict(list)
    for one in (*wholes, *parts):
        by_period[one.period].append(one)
    hidden = {(period, part) for period, found in by_period.items() for part in _held_in_period(found, limits)}
    if rule == "cumulative":
        hidden |= {(period, WHOLE) for period in _small_steps(wholes, hidden, limits)}
    return Leaving(
        tuple(_shown(one, hidden, limits) for one in wholes),
        tuple(_shown(one, hidden, limits) for one in parts),
        _longer(wholes, rule, longer, {period for period, part in hidden if part == WHOLE}, limits),
    )


def part_of(reading: Reading) -> Part:
    return tuple(sorted(reading.parts.items()))


def _shown(one: Reading, hidden: set[tuple[str, Part]], limits: Limits) -> Reading:
    if (one.period, part_of(one)) in hidden:
        return held_back(one)
    if one.counts:
        return replace(one, counts=_categories(one.counts, limits))
    return replace(one, numerator=None, denominator=None) if one.is_share else one


def held_back(one: Reading) -> Reading:
    """The reading without its numbers."""
    return Reading(one.period, None, counts=dict.fromkeys(one.counts), parts=one.parts, held_back=True)


def _held_in_period(found: Sequence[Reading], limits: Limits) -> set[Part]:
    """The parts of one period, the whole among them, that are held back."""
    known = [one for one in found if one.value is not None or one.counts]
    if any(one.counts for one in known):
        is_small = any(limits.is_small(count) for one in known for count in one.counts.values())
        return {part_of(one) for one in known} if is_small and len(known) > 1 else set()
    if any(one.is_share or not _is_count(one.value) for one in known):
        return _held_shares(known, limits)
    whole = next((int(one.value or 0) for one in known if not one.parts), None)
    parts = {part_of(one): int(one.value or 0) for one in known if one.parts}
    overlap = len({_keys(part) for part in parts}) > 1
    if overlap or (whole is not None and sum(parts.values()) > whole):
        small = {part_of(one) for one in known if limits.is_small(one.value)}
        return {*parts, *small} if small else set()
    return _star(parts, whole, limits)


def _keys(part: Part) -> tuple[str, ...]:
    return tuple(key for key, _ in part)


def _is_count(value: float | None) -> bool:
    return value is not None and value >= 0 and float(value).is_integer()


def _held_shares(known: Sequence[Reading], limits: Limits) -> set[Part]:
    """Shares whose counts are small or not known, and with the first of them every part.

    Who knows a fraction may know its counts: so the counts that no part names are looked at like those of a part.
    """
    parts = [one for one in known if one.parts]
    unsafe = {part_of(one) for one in known if not _is_safe_share(one, limits)}
    wholes = [one for one in known if not one.parts]
    rest = [_rest(wholes[0], parts)] if wholes and parts else []
    if unsafe or any(limits.is_small(count) for counts in rest for count in counts):
        return unsafe | {part_of(one) for one in parts}
    return set()


def _rest(whole: Reading, parts: Sequence[Reading]) -> tuple[float, float]:
    """How many of the numerator and of the denominator no part names."""
    above = (whole.numerator or 0.0) - sum(one.numerator or 0.0 for one in parts)
    return above, (whole.denominator or 0.0) - sum(one.denominator or 0.0 for one in parts)


def _is_safe_share(one: Reading, limits: Limits) -> bool:
    numerator, denominator = one.numerator, one.denominator
    if numerator is None or denominator is None:
        return False
    return not any(limits.is_small(count) for count in (numerator, denominator, denominator - numerator))


def _star(parts: Mapping[Part, int], whole: int | None, limits: Limits) -> set[Part]:
    """What is held back of parts and their whole; the fewest persons that do, by the closed form."""
    hidden = {part for part, persons in parts.items() if limits.is_small(persons)}
    if whole is None:
        return hidden
    if limits.is_small(whole):
        return hidden | {WHOLE}
    rest = whole - sum(parts.values())
    open_to_doubt = bool(hidden) or (bool(parts) and limits.is_small(rest))
    if open_to_doubt and not _spans(hidden, parts, rest, limits):
        others = sorted((persons, part) for part, persons in parts.items() if persons and part not in hidden)
        hidden |= {others[0][1]} if others else {WHOLE}
        if WHOLE not in hidden and not _spans(hidden, parts, rest, limits):
            hidden.add(WHOLE)
    return hidden


def _spans(hidden: set[Part], parts: Mapping[Part, int], rest: int, limits: Limits) -> bool:
    """Whether each part held back, and the rest no part names, can be so many persons; the whole is known."""
    left = sum(parts[part] for part in hidden) + rest
    unknowns = len(hidden) + bool(rest)
    return unknowns > 1 and left - len(hidden) >= limits.interval


def _categories(counts: Mapping[str, float | None], limits: Limits) -> dict[str, float | None]:
    """A distribution without its small categories and what would give them away; its whole counts as known."""
    if not all(_is_count(count) for count in counts.values()):
        return dict.fromkeys(counts)
    parts: dict[Part, int] = {(("category", name),): int(count or 0) for name, count in counts.items()}
    hidden = _star(parts, sum(parts.values()), limits)
    if WHOLE in hidden:
        return dict.fromkeys(counts)
    return {name: None if (("category", name),) in hidden else count for name, count in counts.items()}


def _small_steps(wholes: Sequence[Reading], hidden: set[tuple[str, Part]], limits: Limits) -> set[str]:
    """Periods of a count from the start that would show how few came since the last one that is shown."""
    found, last = set(), 0.0
    ordered = {one.period: one for one in wholes}
    for period in in_order(list(ordered)):
        value = ordered[period].value
        if value is None or (period, WHOLE) in hidden:
            continue
        if limits.is_small(abs(value - last)):
            found.add(period)
        else:
            last = value
    return found


def _longer(
    wholes: Sequence[Reading], rule: RollUp | None, longer: Sequence[str], hidden: set[str], limits: Limits
) -> dict[str, Reading]:
    """The longer periods, those held back whose number would tell of one that is."""
    if rule in (None, "none"):
        return {}
    found: dict[str, Reading] = {}
    for period in in_order(longer):
        try:
            found[period] = over_time(wholes, rule, period)
        except RollUpError:
            continue
    if rule == "sum":
        held = {period for period in found if _sum_is_held(wholes, period, hidden, limits)}
    else:
        held = {period for period in found if _last_inside(wholes, period) in hidden}
    return {
        period: held_back(one)
        if period in held
        else replace(one, numerator=None, denominator=None, counts=_categories(one.counts, limits))
        for period, one in found.items()
    }


def _last_inside(wholes: Sequence[Reading], period: str) -> str:
    inside = in_order([one.period for one in wholes if lies_within(one.period, period)])
    return inside[-1] if inside else ""


def _sum_is_held(wholes: Sequence[Reading], period: str, hidden: set[str], limits: Limits) -> bool:
    """Whether a sum over time would tell of a period that is held back.

    Half-years divide time, and years are made of them: so a half-year is asked whether its periods held back can still
    be so many persons, a year is shown with both of its halves, and any other sum where nothing in it is held back.
    """
    inside = [one for one in wholes if lies_within(one.period, period)]
    held = [one for one in inside if one.period in hidden]
    if not held:
        return False
    halves = _halves(period)
    if len(halves) == 2:
        return any(_sum_is_held(wholes, half, hidden, limits) for half in halves)
    left = sum(one.value or 0.0 for one in held)
    return not halves or len(held) < 2 or left - len(held) < limits.interval


def _halves(period: str) -> list[str]:
    """The half-years that make up a period; none for one that they do not divide."""
    months = months_of(period)
    return periods_between(months[0], months[-1], "half-year")
