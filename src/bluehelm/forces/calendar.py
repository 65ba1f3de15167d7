"""Was a post held all the time by those who took turns, how did they hand over, and what did it give for its cost?

A turn is one contributor in a post from a day to a day, both included. Handover is the days two turns overlap. The
framework nation keeps what all rely on, a camp or maintenance; where it is a single one, its leaving stops all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bluehelm.forces.supply import ForcesError
from bluehelm.language import _

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """One contributor's days in a post; `certified_until` is the last day its certificate holds, None unknown."""

    slot: str
    contributor: str
    from_on: date
    until_on: date
    monthly_cost: Decimal | None = None
    certified_until: date | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """Two turns after each other: days of overlap, 0 when the next day follows, negative for a gap."""

    before: str
    after: str
    on: date
    overlap_days: int
    is_too_short: bool


@dataclass(frozen=True, slots=True)
class Gap:
    from_on: date
    until_on: date

    @property
    def days(self) -> int:
        return (self.until_on - self.from_on).days + 1


@dataclass(frozen=True, slots=True)
class LateCertificate:
    """A turn during which a certificate ends: the days held without it."""

    contributor: str
    certified_until: date
    days_without: int


@dataclass(frozen=True, slots=True)
class SlotCalendar:
    """One post from a day to a day. `alone` is the contributor that holds every day covered, if one does.

    `without` gives for each contributor the days that would be uncovered had it not come. `cost` None is unknown, and
    `cost_per_output` None where the cost or the output is.
    """

    slot: str
    from_on: date
    until_on: date
    days: int
    covered_days: int
    gaps: tuple[Gap, ...]
    handovers: tuple[Handover, ...]
    contributors: tuple[str, ...]
    framework_nation: str | None
    single_point_of_failure: str | None
    without: dict[str, int]
    certificates: tuple[LateCertificate, ...]
    cost: Decimal | None
    cost_per_output: dict[str, Decimal | None]

    @property
    def coverage(self) -> float:
        return self.covered_days / self.days


def calendar(
    slot: str,
    turns: Iterable[Turn],
    from_on: date,
    until_on: date,
    *,
    least_overlap_days: int = 0,
    framework_nation: str | None = None,
    outputs: Mapping[str, Decimal] | None = None,
) -> SlotCalendar:
    """The calendar of one post; ForcesError for turns or a period whose days are reversed."""
    own = sorted((turn for turn in turns if turn.slot == slot), key=lambda turn: (turn.from_on, turn.until_on))
    problems = [
        _("{slot}, {contributor}: ends before it begins", slot=slot, contributor=turn.contributor)
        for turn in own
        if turn.until_on < turn.from_on
    ]
    if until_on < from_on:
        problems.append(_("{slot}: {until_on} comes before {from_on}", slot=slot, until_on=until_on, from_on=from_on))
    if problems:
        raise ForcesError(problems)
    inside = [turn for turn in own if turn.until_on >= from_on and turn.from_on <= until_on]
    held = _held(inside, from_on, until_on)
    covered = len(set().union(*held.values())) if held else 0
    without = {name: _lost(held, name) for name in sorted(held)}
    cost = _cost(inside, from_on, until_on)
    only = next((name for name in held if covered and len(held) == 1), None)
    return SlotCalendar(
        slot,
        from_on,
        until_on,
        (until_on - from_on).days + 1,
        covered,
        tuple(_gaps(held, from_on, until_on)),
        tuple(_handovers(inside, least_overlap_days)),
        tuple(sorted(held)),
        framework_nation,
        framework_nation or only,
        without,
        tuple(_late_certificates(inside)),
        cost,
        {name: _each(cost, number) for name, number in sorted((outputs or {}).items())},
    )


def _held(turns: Sequence[Turn], from_on: date, until_on: date) -> dict[str, set[int]]:
    """The days of each contributor inside the period, as ordinals."""
    held: dict[str, set[int]] = {}
    for turn in turns:
        days = range(max(turn.from_on, from_on).toordinal(), min(turn.until_on, until_on).toordinal() + 1)
        held.setdefault(turn.contributor, set()).update(days)
    return held


def _lost(held: Mapping[str, set[int]], name: str) -> int:
    others = set[int]().union(*(days for other, days in held.items() if other != name))
    return len(held[name] - others)


def _gaps(held: Mapping[str, set[int]], from_on: date, until_on: date) -> Iterable[Gap]:
    covered = set[int]().union(*held.values())
    begin = None
    for day in range(from_on.toordinal(), until_on.toordinal() + 2):
        is_open = day not in covered and day <= until_on.toordinal()
        if is_open and begin is None:
            begin = day
        if not is_open and begin is not None:
            yield Gap(date.fromordinal(begin), date.fromordinal(day - 1))
            begin = None


def _handovers(turns: Sequence[Turn], least: int) -> Iterable[Handover]:
    """Each change of contributor: against the turn that lasted longest so far."""
    last: Turn | None = None
    for turn in turns:
        if last is not None and turn.contributor != last.contributor:
            overlap = (min(last.until_on, turn.until_on) - turn.from_on).days + 1
            yield Handover(last.contributor, turn.contributor, turn.from_on, overlap, overlap < least)
        last = turn if last is None or turn.until_on >= last.until_on else last


def _late_certificates(turns: Iterable[Turn]) -> Iterable[LateCertificate]:
    for turn in turns:
        if turn.certified_until is not None and turn.certified_until < turn.until_on:
            begin = max(turn.from_on, turn.certified_until + DAY)
            yield LateCertificate(turn.contributor, turn.certified_until, (turn.until_on - begin).days + 1)


def _cost(turns: Iterable[Turn], from_on: date, until_on: date) -> Decimal | None:
    """By the day: a month's cost for each twelfth of 365.25 days that a turn holds inside the period."""
    total = Decimal(0)
    for turn in turns:
        if turn.monthly_cost is None:
            return None
        days = (min(turn.until_on, until_on) - max(turn.from_on, from_on)).days + 1
        total += turn.monthly_cost * days * 12 / Decimal("365.25")
    return total.quantize(Decimal("0.01"))


def _each(cost: Decimal | None, number: Decimal) -> Decimal | None:
    return (cost / number).quantize(Decimal("0.01")) if cost is not None and number else None


def uncovered_within(calendars: Iterable[SlotCalendar], on: date, days: int) -> list[tuple[str, Gap]]:
    """The gaps that begin or last within so many days after a day, the soonest first."""
    end = on + timedelta(days=days)
    found = [
        (one.slot, Gap(max(gap.from_on, on), min(gap.until_on, end)))
        for one in calendars
        for gap in one.gaps
        if gap.until_on >= on and gap.from_on <= end
    ]
    return sorted(found, key=lambda entry: (entry[1].from_on, entry[0]))
