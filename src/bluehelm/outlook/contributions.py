"""Which inputs moved an outlook away from what is usual?

Contributions share out, among the inputs, by how much the forest's expectation for a unit lies above or below that of
all its examples (Shapley values of trees, Lundberg and others 2020, by LightGBM). They say what the model looked at.
They are no causes: two inputs that always move together share a contribution in a way that says nothing of the world.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from bluehelm.outlook.features import GROUPS
from bluehelm.outlook.forest import FittedForest
from bluehelm.outlook.history import Floats
from bluehelm.outlook.pooling import FittedPool


def inputs_that_moved(fitted: FittedForest | FittedPool, units: Sequence[int]) -> pl.DataFrame:
    """What moved the outlook of these units: one row a unit, month and group of inputs, largest first within a month.

    `moved` is in logarithms of one plus the deaths relative to the unit's level; over a unit's groups it adds up to
    `expected` - `usual`. Of a pool's members the forest that draws for the unit is looked at, the others are not.
    """
    if isinstance(fitted, FittedForest):
        found = _moved_in(fitted, units)
    else:
        parts = [[unit for unit in units if fitted.at_war[unit] == war] for war in (False, True)]
        found = pl.concat(_moved_in(fitted.forest(some[0]), some) for some in parts if some)
    return found.sort("unit", "month", pl.col("moved").abs(), "inputs", descending=[False, False, True, False])


def _moved_in(forest: FittedForest, units: Sequence[int]) -> pl.DataFrame:
    origin = forest.origin
    names, moved = _by_group(origin.names(), _contributions(forest, units))
    months = [origin.history.origin + step for step in origin.steps]
    size = len(units) * len(months)
    usual, expected = moved[:, -1], moved.sum(axis=1)
    return pl.DataFrame(
        {
            "unit": [origin.history.units[unit] for unit in units for _ in months for _ in names],
            "month": [month for _ in units for month in months for _ in names],
            "inputs": names * size,
            "meaning": [GROUPS[name] for name in names] * size,
            "moved": moved[:, :-1].reshape(-1),
            "usual": np.repeat(usual, len(names)),
            "expected": np.repeat(expected, len(names)),
        }
    )


def _contributions(forest: FittedForest, units: Sequence[int]) -> Floats:
    """[units * steps, features + 1]; the last column is what is usual."""
    rows = forest.origin.rows(units)
    summed = np.asarray(forest.grown.predict(rows, pred_contrib=True), dtype=np.float64)  # over the trees of the forest
    return summed.reshape(len(rows), -1) / forest.grown.num_trees()


def _by_group(names: Sequence[str], contributions: Floats) -> tuple[list[str], Floats]:
    """The groups that have inputs, and the sum of each: [rows, groups + 1]."""
    group_of = np.array([name.partition(":")[0] for name in names])
    groups = [group for group in GROUPS if (group_of == group).any()]
    sums = [contributions[:, :-1][:, group_of == group].sum(axis=1) for group in groups]
    return groups, np.column_stack([*sums, contributions[:, -1]])
