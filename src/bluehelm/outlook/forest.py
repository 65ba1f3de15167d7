"""What followed where the past looked alike?

A forest of trees, each grown on half of the examples, puts every unit and step among past examples that resemble it. A
draw takes one tree, then one of the examples in the unit's leaf, and scales what followed there to the unit's own level
(Meinshausen 2006, quantile regression forests; grown by LightGBM).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import lightgbm
import numpy as np
from numpy.typing import NDArray

from bluehelm.outlook.examples import Examples, absolute, examples
from bluehelm.outlook.features import ahead, features, levels
from bluehelm.outlook.history import Floats, History, seed_of

THREADS = 1  # many fits run side by side, and small data gain nothing from more; any number gives the same bytes
SAME_BYTES = {"deterministic": True, "force_row_wise": True, "num_threads": THREADS, "verbosity": -1}
GROWN = SAME_BYTES | {
    "objective": "regression",
    "boosting": "rf",
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "feature_fraction": 0.4,
    "num_leaves": 511,
    "min_data_in_leaf": 8,
    "max_bin": 63,
}


@dataclass(frozen=True)
class Forest:
    """Draws what followed in similar pasts."""

    name: str = "forest"
    trees: int = 200

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> "FittedForest":
        past = examples(history, steps, seed=seed)
        data = lightgbm.Dataset(past.known.astype(np.float32), np.log1p(past.followed), weight=past.weight)
        grown = lightgbm.train(GROWN | {"seed": seed}, data, self.trees)
        return FittedForest(history, tuple(steps), seed, grown, _leaves_of(grown, past), past.followed)


@dataclass(frozen=True)
class Leaf:
    """The examples of one tree in the order of their leaves: their place, leaf, and the weight before each."""

    order: NDArray[np.int64]
    leaf: NDArray[np.int64]
    before: Floats

    def draw(self, leaf: NDArray[np.int64], chance: Floats) -> NDArray[np.int64]:
        """The examples that chances between 0 and 1 choose in these leaves, each by its weight."""
        first, end = np.searchsorted(self.leaf, leaf), np.searchsorted(self.leaf, leaf, side="right")
        at = self.before[first] + chance * (self.before[end] - self.before[first])
        return self.order[np.clip(np.searchsorted(self.before, at, side="right") - 1, first, end - 1)]


def _leaves_of(grown: lightgbm.Booster, past: Examples) -> list[Leaf]:
    leaves = np.asarray(grown.predict(past.known.astype(np.float32), pred_leaf=True), dtype=np.int64)
    found = []
    for leaf in leaves.reshape(len(past.followed), -1).T:
        order = np.argsort(leaf, kind="stable")
        found.append(Leaf(order, leaf[order], np.concatenate([[0.0], np.cumsum(past.weight[order])])))
    return found


@dataclass(frozen=True)
class FittedForest:
    """A forest and the history it was grown on."""

    history: History
    steps: tuple[int, ...]
    seed: int
    grown: lightgbm.Booster
    leaves: list[Leaf]
    followed: Floats
    now: Floats = field(init=False)
    level: Floats = field(init=False)

    def __post_init__(self) -> None:
        last = len(self.history.months) - 1
        object.__setattr__(self, "now", features(self.history, last))
        object.__setattr__(self, "level", levels(self.history, last))

    def draw(self, units: Sequence[int], draws: int) -> Floats:
        """Outcomes [units, steps, draws]."""
        rows = rows_ahead(self.now[list(units)], self.steps)
        leaves = np.asarray(self.grown.predict(rows, pred_leaf=True), dtype=np.int64).reshape(len(rows), -1)
        trees = np.arange(draws) * len(self.leaves) // draws  # every tree as often as any other
        chance = np.stack([_chance(self, unit).random((len(self.steps), draws)) for unit in units])
        chance = chance.reshape(len(rows), draws)
        drawn = np.empty((len(rows), draws))
        for tree in np.unique(trees):
            mine = trees == tree
            leaf = np.repeat(leaves[:, tree], mine.sum()).reshape(len(rows), -1)
            drawn[:, mine] = self.followed[self.leaves[tree].draw(leaf, chance[:, mine])]
        level = np.repeat(self.level[list(units)], len(self.steps))[:, None]
        return absolute(drawn, level).reshape(len(units), len(self.steps), draws)


def _chance(fitted: FittedForest, unit: int) -> np.random.Generator:
    return np.random.default_rng(seed_of(fitted.seed, fitted.history.units[unit], fitted.history.origin))


def rows_ahead(now: Floats, steps: Sequence[int]) -> NDArray[np.float32]:
    """One row a unit and step, units first: [units * steps, features]."""
    rows = np.column_stack([np.repeat(now, len(steps), axis=0), np.tile(ahead(steps), (len(now), 1))])
    return rows.astype(np.float32)
