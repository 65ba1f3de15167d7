"""Where past outlooks were too wide or too narrow, what would have been right?

For each size of expected deaths apart, the place of what came among the draws is looked up on past windows. Were the
outlooks calibrated, every tenth of the draws would hold a tenth of what came; where it held more, new draws are taken
from there more often (conformal prediction by bins: Randahl, Williams and Hegre 2026; here for whole distributions).
Windows count that lie inside the history, each forecast from what lay before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluehelm.outlook.history import Floats, History, OutlookError
from bluehelm.outlook.pooling import FittedPool, Pool
from bluehelm.outlook.trees import Origin

EXPECTED = np.array([0.0, 0.02, 0.2, 1.0, 5.0, 25.0, 100.0])  # mean of the draws at which a group begins
PARTS = 20  # of the draws, in order
AS_IF_RIGHT = 1_000.0  # so many past months of each group count as if calibrated
WINDOW_MONTHS = 12
LEARNED_FROM = 200  # draws a unit and month
SHORTEST = 60  # months that must lie before a past window


@dataclass(frozen=True)
class Recalibrated:
    """The pool, its draws moved by what its errors were on past windows."""

    name: str = "recalibrated"
    windows: int = 3

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> "FittedRecalibrated":
        cases = [_past(history, origin, steps, seed) for origin in past_origins(history, steps, self.windows)]
        drawn = np.concatenate([draws for draws, _ in cases]) if cases else np.empty((0, LEARNED_FROM))
        came = np.concatenate([outcomes for _, outcomes in cases]) if cases else np.empty(0)
        pool = Pool().fit(history, steps, seed=seed)
        return FittedRecalibrated(pool, shares_held(drawn, came))


def past_origins(history: History, steps: Sequence[int], windows: int) -> list[int]:
    """The newest origins, a year apart, whose windows have ended and which enough months precede."""
    newest = history.origin - max(steps)
    origins = range(newest, newest - windows * WINDOW_MONTHS, -WINDOW_MONTHS)
    return [origin for origin in origins if origin - history.months[0] >= SHORTEST]


def _past(history: History, origin: int, steps: Sequence[int], seed: int) -> tuple[Floats, Floats]:
    """What was drawn for each unit and month of a past window, and what came, where it was observed."""
    before = history.until(origin)
    try:
        drawn = Pool().fit(before, steps, seed=seed).draw(before.living, LEARNED_FROM)
    except OutlookError:  # too little to learn from so early
        return np.empty((0, LEARNED_FROM)), np.empty(0)
    months = [history.months.index(origin + step) for step in steps]
    came = history.deaths[np.ix_(before.living, months)]
    return drawn[np.isfinite(came)], came[np.isfinite(came)]


def shares_held(drawn: Floats, came: Floats) -> Floats:
    """How much of what came each part of the draws held, cumulated: [groups, parts + 1], from 0 to 1.

    `drawn` is [cases, draws], `came` [cases]. An outcome that equals many draws is shared out among their parts.
    """
    group = _group_of(drawn)
    ends = np.linspace(0.0, 1.0, PARTS + 1)
    below, upto = (drawn < came[:, None]).mean(axis=1), (drawn <= came[:, None]).mean(axis=1)
    width = np.maximum(upto - below, 1e-9)
    held = np.clip((ends[None, :] - below[:, None]) / width[:, None], 0.0, 1.0)  # of one outcome, up to each end
    found = np.empty((len(EXPECTED), PARTS + 1))
    for one in range(len(EXPECTED)):
        mine = held[group == one]
        found[one] = (mine.sum(axis=0) + AS_IF_RIGHT * ends) / (len(mine) + AS_IF_RIGHT)
    return found


def _group_of(drawn: Floats) -> NDArray[np.int64]:
    return np.asarray(np.searchsorted(EXPECTED, drawn.mean(axis=-1), side="right") - 1, dtype=np.int64)


def moved(drawn: Floats, held: Floats) -> Floats:
    """Draws [..., draws] taken again so that each part holds what it held in the past; in ascending order."""
    draws = drawn.shape[-1]
    places = (np.arange(draws) + 0.5) / draws
    ends = np.linspace(0.0, 1.0, held.shape[1])
    taken = np.stack([np.interp(places, row, ends) for row in held])[_group_of(drawn)]
    return np.take_along_axis(np.sort(drawn, axis=-1), np.minimum((taken * draws).astype(np.int64), draws - 1), axis=-1)


@dataclass(frozen=True)
class FittedRecalibrated:
    """A fitted pool, and how much of what came its draws held in the past."""

    pool: FittedPool
    held: Floats

    @property
    def origin(self) -> Origin:
        """Where the forecast begins."""
        return self.pool.origin

    def draw(self, units: Sequence[int], draws: int) -> Floats:
        """Outcomes [units, steps, draws], in ascending order."""
        return moved(self.pool.draw(units, draws), self.held)
