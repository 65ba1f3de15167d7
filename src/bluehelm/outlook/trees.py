"""How are trees grown so that a history gives the same bytes anywhere, and what do they look at at an origin?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bluehelm.outlook.examples import Examples
from bluehelm.outlook.features import ahead, ahead_names, feature_names, features, levels
from bluehelm.outlook.history import Floats, History, seed_of

if TYPE_CHECKING:
    import lightgbm

SAME_BYTES = {
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,  # many fits run side by side, and more would gain little on tables of this size
    "max_bin": 63,
    "verbosity": -1,
}


def grow(
    past: Examples, target: NDArray[Any], options: Mapping[str, Any], rounds: int, seed: int
) -> "lightgbm.Booster":
    """Trees that say `target` [examples] from what was known."""
    import lightgbm  # an extra: the baselines do without

    data = lightgbm.Dataset(past.known.astype(np.float32), target, weight=past.weight)
    return lightgbm.train({**SAME_BYTES, **options, "seed": seed}, data, rounds)


@dataclass(frozen=True)
class Origin:
    """What is known where a forecast begins."""

    history: History
    steps: tuple[int, ...]
    seed: int

    @cached_property
    def known(self) -> Floats:
        """The features of every unit: [units, features]."""
        return features(self.history, len(self.history.months) - 1)

    @cached_property
    def ahead(self) -> Floats:
        """What differs between the months ahead: [units, steps, 2]."""
        return ahead(self.history, len(self.history.months) - 1, self.steps)

    @cached_property
    def level(self) -> Floats:
        """The level of every unit: [units]."""
        return levels(self.history, len(self.history.months) - 1)

    def names(self) -> list[str]:
        """What the columns of `rows` are."""
        return [*feature_names(self.history), *ahead_names()]

    def rows(self, units: Sequence[int]) -> NDArray[np.float32]:
        """One row a unit and step, units first: [units * steps, features]."""
        known = self.known[list(units)]
        rows = np.column_stack([np.repeat(known, len(self.steps), axis=0), self.ahead[list(units)].reshape(-1, 2)])
        return rows.astype(np.float32)

    def chances(self, units: Sequence[int], draws: int) -> Floats:
        """Numbers between 0 and 1, a stream of its own for each unit: [units, steps, draws]."""
        shape = (len(self.steps), draws)
        return np.stack([self._chance(unit).random(shape) for unit in units]) if len(units) else np.empty((0, *shape))

    def _chance(self, unit: int) -> np.random.Generator:
        return np.random.default_rng(seed_of(self.seed, self.history.units[unit], self.history.origin))
