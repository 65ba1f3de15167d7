"""How did events change where presence came or left, beside places where it neither came nor left?

Estimators for a treatment that switches on and off: DID_l follows the first switch (de Chaisemartin and
D'Haultfoeuille 2024), DID_M takes every switch, on and off, from one period to the next (2020), panel matching
compares each place that a base comes near to the places with the nearest history (Imai, Kim and Wang 2023), and
group-time effects follow first openings only (Callaway and Sant'Anna 2021). All are differences of events per cell
and month. Two-way fixed effects and before-and-after are not offered: they found an effect on a third and on half of
missions that did nothing.
"""

from collections.abc import Sequence

import numpy as np

from bluehelm.impact.comparisons import Cohort, Sums, averages, mean_where
from bluehelm.impact.exposure import Entry, Numbers, Rings


def first_switch(made: Sequence[Cohort], events: Numbers) -> Sums:
    """DID_l, the mean over the months after the first switch: events per cell and month against the months before."""
    above = below = np.zeros(1)
    for cohort in made:
        change = _change(cohort, events)
        number = cohort.joined.sum(axis=2)
        above = above + cohort.joined @ change - number * averages(cohort.donors, change)
        below = below + number
    return Sums("difference", above, below)


def _change(cohort: Cohort, events: Numbers) -> Numbers:
    before, after = cohort.around(events)
    return after / cohort.after - before / cohort.before


def period_path(made: Sequence[Cohort], events: Numbers, period: int) -> dict[int, Sums]:
    """DID_l by period from the opening, 0 the first; each beside the last period before it, which is -1."""
    path: dict[int, Sums] = {}
    for cohort in made:
        base = events[:, cohort.month - period : cohort.month].mean(axis=1)
        for number in range(-(cohort.before // period), cohort.after // period):
            start = cohort.month + number * period
            change = events[:, start : start + period].mean(axis=1) - base
            joined = cohort.joined.sum(axis=2)
            above = cohort.joined @ change - joined * averages(cohort.donors, change)
            here = Sums("difference", above, joined)
            path[number] = path[number] + here if number in path else here
    return dict(sorted(path.items()))


def matched(made: Sequence[Cohort], events: Numbers, histories: Sequence[Numbers], matches: int) -> Sums:
    """Panel matching: each joiner beside the donors of nearest history; `histories` is (cells, features) a cohort."""
    above = below = np.zeros(1)
    for cohort, history in zip(made, histories, strict=True):
        change = _change(cohort, events)
        beside = _beside(cohort, history, change, matches)
        above = above + cohort.joined @ change - (cohort.joined * beside[None]).sum(axis=2)
        below = below + cohort.joined.sum(axis=2)
    return Sums("difference", above, below)


def _beside(cohort: Cohort, history: Numbers, change: Numbers, matches: int) -> Numbers:
    """(draws, cells): the mean change of the nearest donors of every cell that joins in some draw."""
    spread = history.std(axis=0)
    scaled = history / np.where(spread > 0, spread, 1)
    beside = np.zeros(cohort.donors.shape)
    for cell in np.flatnonzero(cohort.joined.any(axis=(0, 1))):
        nearest = np.argsort(((scaled - scaled[cell]) ** 2).sum(axis=1), kind="stable")
        asking = np.flatnonzero(cohort.joined[:, :, cell].any(axis=0))
        donors = cohort.donors[np.ix_(asking, nearest)]
        taken = donors * (np.cumsum(donors, axis=1) <= matches)
        beside[asking, cell] = averages(taken, change[nearest])
    return beside


def by_period(events: Numbers, period: int) -> Numbers:
    """(cells, periods): events a month in each full period, counted from the panel's first month."""
    periods = events.shape[1] // period
    return np.asarray(events[:, : periods * period].reshape(len(events), periods, period).mean(axis=2))


def every_switch(events: Numbers, state: Rings, none: int, period: int) -> Sums:
    """DID_M, period to period: joiners beside those in no ring, leavers beside those that stay in the ring."""
    change = np.diff(by_period(events, period), axis=1)
    at = state[:, :, period - 1 :: period][:, :, : change.shape[1] + 1]
    above, below = np.zeros((none, len(state))), np.zeros((none, len(state)))
    for number in range(change.shape[1]):
        was, now, moved = at[:, :, number], at[:, :, number + 1], change[:, number]
        quiet, quiet_number = mean_where((was == none) & (now == none), moved)
        for ring in range(none):
            joined, joined_number = mean_where((was == none) & (now == ring), moved)
            left, left_number = mean_where((was == ring) & (now == none), moved)
            stayed, stayed_number = mean_where((was == ring) & (now == ring), moved)
            joined_number = joined_number * (quiet_number > 0)
            left_number = left_number * (stayed_number > 0)
            above[ring] += joined_number * (joined - quiet) + left_number * (stayed - left)
            below[ring] += joined_number + left_number
    return Sums("difference", above, below)


def first_openings(events: Numbers, entry: Entry, none: int, period: int) -> Sums:
    """Group-time effects of first openings, averaged by size of group over all periods after each opening.

    A ring's donors at a period are cells that no base has come near yet, less those that come into another ring.
    """
    level = by_period(events, period)
    group = entry.month // period
    draws, periods = len(entry.month), level.shape[1]
    above, below = np.zeros((none, draws)), np.zeros((none, draws))
    never = group >= periods
    for ring in range(none):
        ours = (entry.ring == ring) & ~never
        for opened in np.unique(group[ours]):
            if opened < 1:
                continue
            joined = ours & (group == opened)
            for at in range(int(opened), periods):
                change = level[:, at] - level[:, int(opened) - 1]
                waiting, waiting_number = mean_where(never | (ours & (group > at)), change)
                mean, number = mean_where(joined, change)
                number = number * (waiting_number > 0)
                above[ring] += number * (mean - waiting)
                below[ring] += number
    return Sums("difference", above, below)
