"""Which share of a count does each part hold, period by period: women's, that of the young, that of the north?

One set of keys at a time, since parts told by different keys overlap. Shares rest on values that are shown, all of one
set: where one of them is held back or missing, or they do not add up to the whole, no share is said.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bluehelm.language import _, figure
from bluehelm.plans.framework import RollUp
from bluehelm.plans.periods import in_order
from bluehelm.plans.values import Reading, reads_as_share, share_of
from bluehelm.plans.wholes import ADDED


@dataclass(frozen=True, slots=True)
class Shares:
    """What the parts of one key hold of a count in a period, from parts told by the keys `told_by`.

    A share of None is not known; `held_back` where it would rest on a count of few people.
    """

    period: str
    key: str
    told_by: tuple[str, ...]
    of: Mapping[str, float | None]
    held_back: bool = False

    def __str__(self) -> str:
        if self.held_back:
            return _("held back")
        known = [(part, share) for part, share in self.of.items() if share is not None]
        return ", ".join(f"{part} {figure(share, '.0%')}" for part, share in known) or _("unknown")


def has_shares(rule: RollUp | None, unit: str | None) -> bool:
    """Whether an indicator counts what may be added over parts; of a share or a median no part holds a share."""
    return rule in ADDED and not reads_as_share(unit)


def shares_of_parts(wholes: Sequence[Reading], parts: Sequence[Reading]) -> list[Shares]:
    """The shares of all periods in time, of counts as they may be shown; none where nothing is told by parts."""
    whole = {one.period: one.value for one in wholes}
    told: dict[tuple[str, ...], dict[str, list[Reading]]] = {}
    for one in parts:
        told.setdefault(tuple(sorted(one.parts)), {}).setdefault(one.period, []).append(one)
    found = [one for keys in sorted(told) for one in _of_one_set(keys, told[keys], whole)]
    places = {period: place for place, period in enumerate(in_order([one.period for one in found]))}
    return sorted(found, key=lambda one: places[one.period])


def _of_one_set(
    keys: tuple[str, ...], told: Mapping[str, list[Reading]], whole: Mapping[str, float | None]
) -> Iterator[Shares]:
    expected: set[str] = set()
    for period in in_order(list(told)):
        there = told[period]
        if any(one.is_share or one.counts for one in there):
            continue
        expected |= {one.part for one in there}
        is_whole = {one.part for one in there} == expected and _add_up(there, whole.get(period))
        for key in keys:
            names = sorted({one.parts[key] for one in there})
            shares = {name: share_of(there, key, name) if is_whole and len(names) > 1 else None for name in names}
            of = {name: share if isinstance(share, float) else None for name, share in shares.items()}
            yield Shares(period, key, keys, of, any(one.held_back for one in there))


def _add_up(parts: Sequence[Reading], whole: float | None) -> bool:
    """Whether the parts leave nothing of the whole, where it is shown."""
    return whole is None or math.isclose(sum(one.value or 0.0 for one in parts), whole, rel_tol=1e-9)
