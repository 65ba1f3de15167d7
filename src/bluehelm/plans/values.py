"""What was an indicator's value in a period, and may parts of it be added?

Months add to years and areas to the whole only where the indicator's roll-up rule says so:

| rule | over time | over parts (areas, missions, sexes) |
|---|---|---|
| sum | added | added |
| cumulative | the last value, which counts from the start | added |
| latest | the last value | added where it is a count; from numerators and denominators where it is a share |
| distribution | the last one | category by category |
| none | refused | refused |

A share is what carries a numerator or a denominator, or has a unit that says so (`reads_as_share`): where the counts of
a part are not known, nor is the share of the whole. A part that is missing leaves the whole unknown; nothing is filled
in. Low and high are added like the value, which is right for bounds that hold together and too wide for independent
errors; the answer says which parts it rests on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bluehelm.language import _, gettext_noop
from bluehelm.plans.framework import RollUp
from bluehelm.plans.periods import in_order, lies_within, months_of

NOT_DISAGGREGATED = gettext_noop("not disaggregated")
SHARES = re.compile(r"\b(share|shares|rate|percentage|per cent|percent|proportion|ratio|index|median|mean)\b|%", re.I)


class RollUpError(ValueError):
    """Values were to be added that may not be; the message says which rule forbids it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one indicator; `value` None says that it is missing and not that it is zero.

    `parts` says which part of the whole it is: {"sex": "women", "area": "north"}; empty for the whole. A share keeps
    its numerator and denominator, a distribution its count by category. One that is `held_back` is known and does not
    leave, because it would show a small count of people (`people`).
    """

    period: str
    value: float | None
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    counts: Mapping[str, float | None] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    held_back: bool = False

    @property
    def is_share(self) -> bool:
        return self.numerator is not None or self.denominator is not None

    @property
    def part(self) -> str:
        """The part as records write it, `area=north, sex=women`; empty for the whole."""
        return ", ".join(f"{key}={value}" for key, value in sorted(self.parts.items()))

    @property
    def is_doubtful(self) -> bool:
        """Whether the value lies outside its own bounds, as providers' sums sometimes do: kept, and said."""
        bounds = [one for one in (self.low, self.value, self.high) if one is not None]
        return bounds != sorted(bounds)


def reads_as_share(unit: str | None) -> bool:
    """Whether a unit says that values are shares, rates or medians, of which no sum means anything."""
    return SHARES.search(unit or "") is not None


def over_time(readings: Sequence[Reading], rule: RollUp, period: str) -> Reading:
    """The value of a longer period from those of the shorter ones in it, all of one part of the whole.

    The shorter periods must cover the longer one once: a month that is missing makes a sum unknown, one that is there
    twice is refused with RollUpError, as is any sum under the rule `none`.
    """
    inside = [one for one in readings if lies_within(one.period, period)]
    if rule == "none":
        raise RollUpError(_("The roll-up rule is `none`: values of different periods are not put together."))
    last = _last(inside, period)
    if rule != "sum":
        return replace(last, period=period)
    months = [month for one in inside for month in months_of(one.period)]
    if twice := sorted({month for month in months if months.count(month) > 1}):
        raise RollUpError(_("{twice}: more than one value covers it.", twice=", ".join(twice)))
    is_whole = set(months) == set(months_of(period))
    return _added(inside, replace(last, period=period)) if is_whole else Reading(period, None, parts=last.parts)


def _last(inside: Sequence[Reading], period: str) -> Reading:
    """The reading that ends with the period, unknown when none does."""
    ending = [one for one in inside if months_of(one.period)[-1] == months_of(period)[-1]]
    if not ending:
        return Reading(period, None, parts=inside[0].parts if inside else {})
    shortest = in_order([one.period for one in ending])[0]
    return next(one for one in ending if one.period == shortest)


def over_parts(readings: Sequence[Reading], rule: RollUp, *, is_share: bool = False) -> Reading:
    """The whole from its parts in one period; RollUpError where the rule or the parts forbid it.

    A share comes from the parts' numerators and denominators; where one of them is unknown, so is the share.
    """
    periods = {one.period for one in readings}
    if len(periods) != 1:
        raise RollUpError(
            _(
                "Parts of one period can be put together; these are of {in_order}.",
                in_order=", ".join(in_order(list(periods))),
            )
        )
    if rule == "none":
        raise RollUpError(_("The roll-up rule is `none`: parts are not put together."))
    if is_share and rule == "sum":
        raise RollUpError(_("Shares of parts do not add up to the share of the whole."))
    parts = [tuple(sorted(one.parts.items())) for one in readings]
    if len(set(parts)) < len(parts):
        raise RollUpError(_("One part of the whole is there twice."))
    if len({tuple(key for key, _rest in part) for part in parts}) > 1:
        raise RollUpError(_("Parts told by different keys overlap: women and the north share people."))
    whole = Reading(readings[0].period, None, parts=_common(readings))
    if rule == "distribution":
        return replace(whole, counts=_counts(readings))
    return _share(readings, whole) if is_share else _added(readings, whole)


def _common(readings: Sequence[Reading]) -> dict[str, str]:
    """What all parts have in common, and so the whole has too."""
    first = readings[0].parts
    return {key: value for key, value in first.items() if all(one.parts.get(key) == value for one in readings)}


def _added(readings: Sequence[Reading], whole: Reading) -> Reading:
    return replace(
        whole,
        value=_sum([one.value for one in readings]),
        low=_sum([one.low for one in readings]),
        high=_sum([one.high for one in readings]),
    )


def _share(readings: Sequence[Reading], whole: Reading) -> Reading:
    numerator = _sum([one.numerator for one in readings])
    denominator = _sum([one.denominator for one in readings])
    value = numerator / denominator if numerator is not None and denominator else None
    return replace(whole, value=value, numerator=numerator, denominator=denominator)


def _counts(readings: Sequence[Reading]) -> dict[str, float | None]:
    categories = dict.fromkeys(category for one in readings for category in one.counts)
    return {category: _sum([one.counts.get(category, 0.0) for one in readings]) for category in categories}


def _sum(numbers: Sequence[float | None]) -> float | None:
    """The sum, unknown as soon as one of the numbers is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known and len(known) == len(numbers) else None


def share_of(readings: Sequence[Reading], key: str, wanted: str) -> float | str | None:
    """The share that one part holds of the whole in one period, such as women's share of those trained.

    NOT_DISAGGREGATED where no reading is told by that key; None where a part is unknown or the whole is 0.
    """
    told = [one for one in readings if key in one.parts]
    if not told:
        return NOT_DISAGGREGATED
    whole = _sum([one.value for one in told])
    part = _sum([one.value for one in told if one.parts[key] == wanted])
    return part / whole if part is not None and whole else None
