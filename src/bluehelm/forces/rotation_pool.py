"""How well could posts be kept filled, if a tour had no slot of its own?

A pool drops only one thing: which slot a tour is in. What stays is each offer's path through its months and, for each
run of months, how many slots are open throughout: so many tours at most cover all of it. No rotation betters the best
pool, which is small and solved at once, and nearly every best pool can be seated in slots. The prices of the pool say
how much each tour adds to it (its excess): a tour whose excess is larger than the room between the pool and a rotation
already found stands in no better rotation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bluehelm.forces.rotation_paths import Paths, Window
from bluehelm.optimise.programs import Clock, Floats, Program, Truths, central, cheapest, least_cost

Numbers = NDArray[np.int64]


class Offered(Window, Protocol):
    """A window of months with a limit to the number of tours in it."""

    @property
    def max_tours(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Pool:
    """The most months that can be covered, the least whole cost, the tours of a best pool and each tour's excess.

    Excess is counted from `floor`, the least cost of shares of tours.
    """

    covered: int
    least: int
    floor: float
    best: Truths
    excess: Floats

    @property
    def cheap(self) -> Truths:
        """The tours that stand in some best pool, and few others."""
        cheap: Truths = self.excess <= self.least - self.floor + 0.5
        return cheap

    def may_better(self, start: Truths, known: float, columns: int) -> Truths:
        """Which columns a choice cheaper than the known one may hold, those of the start among them."""
        tours, kept = len(self.excess), np.ones(columns, dtype=bool)
        kept[:tours] = (self.excess <= known - self.floor) | start[:tours]
        return kept


def pooled(
    slots: Sequence[Window],
    offers: Sequence[Offered],
    tours: tuple[Numbers, Numbers, Numbers],
    monthly: Floats,
    clock: Clock,
) -> Pool:
    """The pool of tours by place of offer, first month and months; `monthly` is a month's cost by offer."""
    turns, of_tour = np.unique(np.stack(tours), axis=1, return_inverse=True)
    offer, first, months = turns
    program = _program(slots, offers, offer, first, months)
    idle = np.zeros(program.columns - len(offer))
    cost, covering = np.r_[monthly[offer] * months, idle], np.r_[-months.astype(np.float64), idle]
    nothing = np.r_[np.zeros(len(offer), dtype=bool), np.ones(len(idle), dtype=bool)]
    prices = central(program, cost, Clock())
    best = cheapest(program, cost, clock, nothing)
    lowest = ceil(prices.bound - max(1e-3, abs(prices.bound) * 1e-9))
    least = lowest if best.bound == -np.inf else max(lowest, int(best.cost if best.is_proved else best.bound))
    choice = nothing if best.choice is None else best.choice
    if best.is_proved:
        wanted = (prices.reduced <= best.cost - prices.bound + 0.5) | choice
        choice = _in_short_tours(program, cost, choice, wanted, np.r_[months**2, idle], clock)
    return Pool(
        covered=-int(least_cost(program, covering, Clock())),
        least=least,
        floor=prices.bound,
        best=choice[: len(offer)][of_tour.ravel()],
        excess=np.maximum(prices.reduced[: len(offer)], 0.0)[of_tour.ravel()],
    )


def _in_short_tours(program: Program, cost: Floats, best: Truths, kept: Truths, square: Floats, clock: Clock) -> Truths:
    """A best pool of short tours: these are seated more easily."""
    held = program.among(kept).and_at_least(-cost[kept], -int(cost[best].sum()))
    found = cheapest(held, square[kept], clock, best[kept])
    choice = np.zeros(program.columns, dtype=bool)
    choice[np.flatnonzero(kept)] = best[kept] if found.choice is None else found.choice
    return choice


def _program(
    slots: Sequence[Window], offers: Sequence[Offered], offer: Numbers, first: Numbers, months: Numbers
) -> Program:
    """Offers as paths through their months, then the runs of months and the numbers of tours beside them."""
    paths = Paths(offers, offer, first, months, len(offer))
    rows = [*_runs(slots, first, first + months - 1), *_numbers(offers, offer)]
    row, column, equations, value = paths.entries
    sizes = [len(places) for places, _ in rows]
    return Program(
        paths.columns,
        np.concatenate([paths.supply, np.array([most for _, most in rows], np.float64)]),
        np.concatenate([row, equations + np.repeat(np.arange(len(rows)), sizes)]),
        np.concatenate([column, *(places for places, _ in rows)]),
        np.concatenate([value, np.ones(sum(sizes))]),
        equations=equations,
    )


def _runs(slots: Sequence[Window], first: Numbers, last: Numbers) -> list[tuple[Numbers, int]]:
    """For each run of months, unless a shorter one says as much: the tours covering all of it, and the slots open."""
    begin, end = int(first.min()), int(last.max())
    opens, closes = np.array([(slot.first, slot.last) for slot in slots], np.int64).T

    def open_throughout(one: int, other: int) -> int:
        return int(((opens <= one) & (closes >= other)).sum())

    rows = []
    for one in range(begin, end + 1):
        for other in range(one, end + 1):
            most = open_throughout(one, other)
            if one < other and most >= min(open_throughout(one + 1, other), open_throughout(one, other - 1)):
                continue
            rows.append((np.flatnonzero((first <= one) & (last >= other)), most))
    return [(places, most) for places, most in rows if len(places) > most]


def _numbers(offers: Sequence[Offered], offer: Numbers) -> list[tuple[Numbers, int]]:
    """The tours of each offer, and how many it makes at most."""
    order = np.argsort(offer, kind="stable")
    begins = np.searchsorted(offer[order], np.arange(len(offers) + 1))
    return [
        (order[begins[number] : begins[number + 1]], one.max_tours)
        for number, one in enumerate(offers)
        if one.max_tours is not None and begins[number + 1] - begins[number] > one.max_tours
    ]
