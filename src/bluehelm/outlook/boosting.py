"""How likely is each size of what may come, given all of the past at once?

Deaths, relative to the unit's own level, fall into bins: none, and eleven sizes. Gradient boosting (LightGBM) gives each
bin its probability; a draw takes a bin, then one of the past outcomes inside it, scaled back to the level. So no shape is
assumed for how deaths are distributed, and a month of peace has a probability of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray

from bluehelm.outlook.examples import Examples, absolute, examples
from bluehelm.outlook.features import features, levels
from bluehelm.outlook.forest import SAME_BYTES, rows_ahead
from bluehelm.outlook.history import Floats, History, seed_of

EDGES = np.array([0.0, 1e-9, 0.5, 1.5, 2.5, 4.5, 8.0, 13.0, 20.0, 30.0, 50.0, 100.0])  # a bin begins at its edge
FEWEST_IN_BIN = 20  # a bin with fewer examples joins the one below
GROWN = SAME_BYTES | {
    "objective": "multiclass",
    "learning_rate": 0.07,
    "num_leaves": 15,
    "min_data_in_leaf": 40,
    "min_sum_hessian_in_leaf": 1.0,  # rare bins would otherwise run away
    "lambda_l2": 5.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "max_bin": 63,
}


@dataclass(frozen=True)
class Boosting:
    """Draws a size of what may come, then a past outcome of that size."""

    name: str = "boosting"
    rounds: int = 100

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> "FittedBoosting":
        past = examples(history, steps, seed=seed)
        bins = binned(past.followed)
        sizes = _outcomes_by_bin(past, bins)
        if len(sizes) == 1:  # the same always followed: nothing to learn
            return FittedBoosting(history, tuple(steps), seed, None, sizes)
        data = lightgbm.Dataset(past.known.astype(np.float32), bins, weight=past.weight)
        grown = lightgbm.train(GROWN | {"seed": seed, "num_class": len(sizes)}, data, self.rounds)
        return FittedBoosting(history, tuple(steps), seed, grown, sizes)


def binned(followed: Floats) -> NDArray[np.int64]:
    """The bin of each outcome, numbered from 0 without holes; bins of too few outcomes join the one below."""
    bins = np.searchsorted(EDGES, followed, side="right") - 1
    for bin_ in range(len(EDGES) - 1, 0, -1):
        if (bins == bin_).sum() < FEWEST_IN_BIN:
            bins[bins == bin_] -= 1
    return np.unique(bins, return_inverse=True)[1].astype(np.int64)


def _outcomes_by_bin(past: Examples, bins: NDArray[np.int64]) -> list[Floats]:
    return [np.sort(past.followed[bins == bin_]) for bin_ in range(int(bins.max()) + 1)]


@dataclass(frozen=True)
class FittedBoosting:
    """Probabilities of sizes, and the past outcomes of each size in order."""

    history: History
    steps: tuple[int, ...]
    seed: int
    grown: lightgbm.Booster | None
    sizes: list[Floats]

    def probabilities(self, units: Sequence[int]) -> Floats:
        """How likely each bin is: [units * steps, bins], units first."""
        now = features(self.history, len(self.history.months) - 1)[list(units)]
        rows = rows_ahead(now, self.steps)
        if self.grown is None:
            return np.ones((len(rows), 1))
        return np.asarray(self.grown.predict(rows), dtype=np.float64)

    def draw(self, units: Sequence[int], draws: int) -> Floats:
        """Outcomes [units, steps, draws]."""
        shape = (len(self.steps), draws)
        likely = self.probabilities(units).reshape(len(units), len(self.steps), -1)
        level = levels(self.history, len(self.history.months) - 1)
        drawn = np.empty((len(units), *shape))
        for line, unit in enumerate(units):
            chance = np.random.default_rng(seed_of(self.seed, self.history.units[unit], self.history.origin))
            even = (np.arange(draws) + chance.random(shape)) / draws  # as even as draws can be
            drawn[line] = absolute(_outcomes(likely[line], self.sizes, even), level[unit])
        return drawn


def _outcomes(likely: Floats, sizes: list[Floats], chance: Floats) -> Floats:
    """Relative outcomes at these chances [steps, draws]: which bin, then how far into its outcomes."""
    outcomes = np.empty(chance.shape)
    for step, row in enumerate(likely):
        ends = np.cumsum(row) / row.sum()
        bins = np.minimum(np.searchsorted(ends, chance[step], side="right"), len(sizes) - 1)
        starts = np.concatenate([[0.0], ends[:-1]])
        into = (chance[step] - starts[bins]) / np.maximum(ends[bins] - starts[bins], 1e-12)
        for bin_ in np.unique(bins):
            mine = bins == bin_
            places = (into[mine] * len(sizes[bin_])).astype(np.int64)
            outcomes[step, mine] = sizes[bin_][np.clip(places, 0, len(sizes[bin_]) - 1)]
    return outcomes
