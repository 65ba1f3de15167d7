"""What followed where the past looked alike?

A forest of trees, each grown on half of the examples, puts every unit and step among past examples that resemble it. A
draw takes one tree, then one of the examples in the unit's leaf, and scales what followed there to the unit's own level
(quantile regression forests, Meinshausen 2006; grown by LightGBM).
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

GROWN = {
    "objective": "regression",
    "boosting": "rf",
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "feature_fraction": 0.4,
    "num_leaves": 511,
    "min_data_in_leaf": 8,
}

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Forest:
    """Draws what followed in similar pasts."""

    name: str = "forest"
    trees: int = 200

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> "FittedForest":
        return self.learn(examples(history, steps, seed=seed), Origin(history, tuple(steps), seed))

    def learn(self, past: Examples, origin: Origin) -> "FittedForest":
        """The forest of these examples, which draws at this origin."""
        grown = grow(past, np.log1p(past.followed), GROWN, self.trees, origin.seed)
        return FittedForest(origin, grown, _leaves_of(grown, past), past.followed)


@dataclass(frozen=True)
class Leaves:
    """One tree's examples in the order of their leaves: place, leaf, and the weight of all before each."""

    places: Places
    leaf: Places
    before: Floats

    def draw(self, leaf: Places, chance: Floats) -> Places:
        """The examples that chances [rows, draws] choose in these leaves [rows], each by its weight."""
        first, end = np.searchsorted(self.leaf, leaf), np.searchsorted(self.leaf, leaf, side="right")
        start, width = self.before[first], self.before[end] - self.before[first]
        found = np.searchsorted(self.before, start[:, None] + chance * width[:, None], side="right") - 1
        return self.places[np.clip(found, first[:, None], end[:, None] - 1)]


def _leaves_of(grown: "lightgbm.Booster", past: Examples) -> list[Leaves]:
    trees = []
    for leaf in _leaf_numbers(grown, past.known.astype(np.float32)).T:
        places = np.argsort(leaf, kind="stable")
        trees.append(Leaves(places, leaf[places], np.concatenate([[0.0], np.cumsum(past.weight[places])])))
    return trees


def _leaf_numbers(grown: "lightgbm.Booster", rows: NDArray[np.float32]) -> Places:
    """The leaf of every row in every tree: [rows, trees]."""
    return np.asarray(grown.predict(rows, pred_leaf=True)).astype(np.int64).reshape(len(rows), -1)


@dataclass(frozen=True)
class FittedForest:
    """A forest, its examples leaf by leaf, and what followed them."""

    origin: Origin
    grown: "lightgbm.Booster"
    trees: list[Leaves]
    followed: Floats

    def draw(self, units: Sequence[int], draws: int) -> Floats:
        """Outcomes [units, steps, draws]; draw after draw goes round the trees."""
        leaf = _leaf_numbers(self.grown, self.origin.rows(units))
        chance = self.origin.chances(units, draws).reshape(len(leaf), draws)
        tree_of_draw = np.arange(draws) * len(self.trees) // draws
        drawn = np.empty((len(leaf), draws))
        for tree in np.unique(tree_of_draw):
            mine = tree_of_draw == tree
            drawn[:, mine] = self.followed[self.trees[tree].draw(leaf[:, tree], chance[:, mine])]
        level = np.repeat(self.origin.level[list(units)], len(self.origin.steps))
        return absolute(drawn, level[:, None]).reshape(len(units), -1, draws)
