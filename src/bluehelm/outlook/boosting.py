"""How likely is each size of what may come, given all of the past at once?

Deaths, relative to the unit's own level, fall into bins: none, and eleven sizes. Gradient boosting (LightGBM) gives
each bin its probability; a draw takes a bin, then one of the past outcomes inside it, scaled back to the level. So no
shape is assumed for how deaths are distributed, and a month of peace has a probability of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bluehelm.outlook.examples import Examples, absolute, examples
from bluehelm.outlook.history import Floats, History
from bluehelm.outlook.trees import Origin, grow

if TYPE_CHECKING:
    import lightgbm

EDGES = np.array([0.0, 1e-9, 0.5, 1.5, 2.5, 4.5, 8.0, 13.0, 20.0, 30.0, 50.0, 100.0])  # a bin begins at its edge
FEWEST_IN_BIN = 20  # a bin with fewer examples joins the one below
GROWN = {
    "objective": "multiclass",
    "learning_rate": 0.03,
    "num_leaves": 15,
    "min_data_in_leaf": 40,
    "min_sum_hessian_in_leaf": 1.0,  # rare bins would otherwise run away
    "lambda_l2": 5.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
}


@dataclass(frozen=True)
class Boosting:
    """Draws a size of what may come, then a past outcome of that size."""

    name: str = "boosting"
    rounds: int = 300

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> "FittedBoosting":
        return self.learn(examples(history, steps, seed=seed), Origin(history, tuple(steps), seed))

    def learn(self, past: Examples, origin: Origin) -> "FittedBoosting":
        """The boosting of these examples, which draws at this origin."""
        bins = binned(past.followed)
        sizes = [np.sort(past.followed[bins == bin_]) for bin_ in range(int(bins.max()) + 1)]
        if len(sizes) == 1:  # the same always followed: nothing to learn
            return FittedBoosting(origin, None, sizes)
        grown = grow(past, bins, {**GROWN, "num_class": len(sizes)}, self.rounds, origin.seed)
        return FittedBoosting(origin, grown, sizes)


def binned(followed: Floats) -> NDArray[np.int64]:
    """The bin of each outcome, numbered from 0 without holes; bins of too few outcomes join the one below."""
    bins = np.searchsorted(EDGES, followed, side="right") - 1
    for bin_ in range(len(EDGES) - 1, 0, -1):
        if (bins == bin_).sum() < FEWEST_IN_BIN:
            bins[bins == bin_] -= 1
    return np.unique(bins, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class FittedBoosting:
    """Probabilities of sizes, and the past outcomes of each size in order."""

    origin: Origin
    grown: "lightgbm.Booster | None"
    sizes: list[Floats]

    def probabilities(self, units: Sequence[int]) -> Floats:
        """How likely each bin is: [units, steps, bins]."""
        rows = self.origin.rows(units)
        likely = np.asarray(self.grown.predict(rows)) if self.grown else np.ones((len(rows), 1))
        return likely.reshape(len(units), len(self.origin.steps), -1)

    def draw(self, units: Sequence[int], draws: int) -> Floats:
        """Outcomes [units, steps, draws], as evenly spread over the probabilities as draws can be."""
        likely = self.probabilities(units)
        even = (np.arange(draws) + self.origin.chances(units, draws)) / draws
        drawn = np.stack([_outcomes(*both, self.sizes) for both in zip(likely, even, strict=True)])
        return absolute(drawn, self.origin.level[list(units), None, None])


def _outcomes(likely: Floats, chance: Floats, sizes: list[Floats]) -> Floats:
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
