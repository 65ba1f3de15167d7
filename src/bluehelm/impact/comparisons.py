"""Which places came near a base in the same month, and which places were near none before, then and after?

Every month in which a site opens makes a cohort: cells that first come into a ring in that month, and donors that no
base comes near until the comparison ends. A cell that is or was exposed is never a donor. Sums are kept for the true
places of the bases (number 0) and for every draw of other places, so that one rule gives every estimator its chance.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bluehelm.impact.chance import Kind
from bluehelm.impact.exposure import Entry, Numbers, Presence, Truths

FEWEST_BEFORE = 12


@dataclass(frozen=True, slots=True)
class Sums:
    """What an estimator has added up, both (rings, draws): observed over modelled, or differences over their weight.

    A `ratio` is above/below - 1, a `difference` above/below, a `log-rate` exp(above/below) - 1.
    """

    kind: Kind
    above: Numbers
    below: Numbers

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.kind, self.above + other.above, self.below + other.below)

    def statistic(self, ring: int) -> Numbers:
        """One number a draw: events more than modelled for a ratio, else above/below (0 where there is nothing)."""
        above, below = self.above[ring], self.below[ring]
        found = above - below if self.kind == "ratio" else above / np.where(below > 0, below, 1)
        return np.asarray(found)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Cells that joined in `month`, (rings, draws, cells), and donors, (draws, cells), as numbers 0 and 1.

    `before` and `after` are the months compared on either side; a draw without donors has no joiners.
    """

    month: int
    before: int
    after: int
    joined: Numbers
    donors: Numbers

    def around(self, events: Numbers) -> tuple[Numbers, Numbers]:
        """Each cell's events before and after the opening."""
        start, end = self.month - self.before, self.month + self.after
        return events[:, start : self.month].sum(axis=1), events[:, self.month : end].sum(axis=1)


def cohorts(presence: Presence, entry: Entry, before: int, after: int, fewest_after: int) -> Iterator[Cohort]:
    """The cohorts of a mission, in time; months too near an end of the panel make none."""
    last = len(presence.panel.months)
    for month in presence.bases.months(last):
        until = min(after, last - month)
        since = min(before, month)
        if since < FEWEST_BEFORE or until < fewest_after:
            continue
        donors = entry.month >= month + until
        at = (entry.month == month) & donors.any(axis=1, keepdims=True)
        joined = np.stack([at & (entry.ring == ring) for ring in range(presence.none)])
        if joined.any():
            yield Cohort(month, since, until, joined.astype(float), donors.astype(float))


def averages(weights: Numbers, values: Numbers) -> Numbers:
    """The mean of values (cells) under weights (..., cells); 0 where there is no weight."""
    total = weights.sum(axis=-1)
    return np.asarray((weights @ values) / np.maximum(total, 1e-12))


def mean_where(chosen: Truths, values: Numbers) -> tuple[Numbers, Numbers]:
    """Mean of values (cells) over the chosen, (draws, cells), and their number."""
    number = chosen.sum(axis=-1).astype(float)
    return (chosen @ values) / np.maximum(number, 1), number
