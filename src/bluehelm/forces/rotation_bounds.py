"""How much can any rotation cover in a month, and what could that cost at least, whatever the tours?

Month by month the slots that may be held and the offers that may hold them are an assignment, solved at once. No
rotation betters the sum of its months, and the prices of the months say how much each tour adds to it (its excess): a
tour whose excess is larger than the room between the sum and a rotation already found stands in no better rotation.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from bluehelm.optimise.programs import Clock, Floats, Program, Truths, central

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MonthlyBounds:
    """The most months that can be covered, the least cost of any rotation, and each tour's excess over it."""

    covered: int
    cost: float
    excess: Floats

    @property
    def least(self) -> int:
        """The least whole cost that the bound allows, with room for the error of long sums."""
        return ceil(self.cost - max(1e-3, abs(self.cost) * 1e-9))

    def may_better(self, start: Truths, known: float, columns: int) -> Truths:
        """Which columns a choice cheaper than the known one may hold, those of the start among them."""
        kept = np.ones(columns, dtype=bool)
        kept[: len(self.excess)] = (self.excess <= known - self.least) | start[: len(self.excess)]
        return kept


def monthly_bounds(slot: Numbers, offer: Numbers, first: Numbers, months: Numbers, monthly: Floats) -> MonthlyBounds:
    """Bounds of tours by place of slot and offer, first month and months; `monthly` is a month's cost by offer."""
    begin = int(first.min())
    may = _held(slot, offer, first - begin, months, len(monthly))
    excess = np.zeros((len(may) + 1, *may.shape[1:]))
    covered, cost = 0, 0.0
    for month, pairs in enumerate(may):
        row, column = np.nonzero(pairs)
        covered += int((maximum_bipartite_matching(csr_matrix(pairs), perm_type="column") >= 0).sum())
        found = central(_one_each(row, column, pairs.shape[0]), monthly[column], Clock())
        excess[month + 1, row, column] = np.maximum(found.reduced, 0.0)
        cost += found.bound
    added = np.cumsum(excess, axis=0)
    over = added[first - begin + months, slot, offer] - added[first - begin, slot, offer]
    return MonthlyBounds(covered, cost, over)


def _held(slot: Numbers, offer: Numbers, first: Numbers, months: Numbers, offers: int) -> NDArray[np.bool_]:
    """For each month, slot and offer whether some tour covers it."""
    may = np.zeros((int((first + months).max()), int(slot.max()) + 1, offers), dtype=bool)
    for length in np.unique(months):
        same = months == length
        for step in range(length):
            may[first[same] + step, slot[same], offer[same]] = True
    return may


def _one_each(slot: Numbers, offer: Numbers, slots: int) -> Program:
    """A program in which each slot and each offer serves once at most."""
    columns = np.arange(len(slot))
    rows = slots + int(offer.max(initial=-1)) + 1
    return Program(
        len(slot), np.ones(rows), np.r_[slot, slots + offer], np.r_[columns, columns], np.ones(2 * len(columns))
    )
