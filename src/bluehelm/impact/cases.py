"""What does every way of modelling one unit's path by others take and give?

A method looks at one unit of a case as if it were the treated one, all others as its donors. Placebos in space ask it
about every unit, those in time about an earlier T, leave-one-out about a case without a donor; so that whatever is
asked is asked of all alike, on which the ranks of `placebos` rest.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """Outcomes by time and unit, the number of times before T, the times fitted on, and predictors.

    `predictors` has a row for each predictor and a column for each unit; None is none. How important each one is may
    be `learned` from another case of the same units, with as many predictors.
    """

    outcomes: Floats
    before: int
    fit_from: int = 0
    fit_to: int | None = None
    predictors: Floats | None = None
    learned: "Case | None" = None

    @property
    def fitted(self) -> Floats:
        """The outcomes the weights are fitted on."""
        return self.outcomes[self.fit_from : self.before if self.fit_to is None else self.fit_to]

    def without(self, unit: int) -> "Case":
        """The case without a unit; those after it move up."""
        predictors = None if self.predictors is None else np.delete(self.predictors, unit, axis=1)
        learned = self.learned.without(unit) if self.learned else None
        outcomes = np.delete(self.outcomes, unit, axis=1)
        return replace(self, outcomes=outcomes, predictors=predictors, learned=learned)


@dataclass(frozen=True, slots=True)
class Fit:
    """The weight of every unit, the modelled one's own 0, and its modelled path at every time."""

    weights: Floats
    modelled: Floats


Method = Callable[[Case, int], Fit]


def others(units: int, unit: int) -> NDArray[np.int64]:
    """The places of all units but one."""
    return np.delete(np.arange(units), unit)


def spread_weights(weights: Floats, units: int, unit: int) -> Floats:
    """Weights of the others as weights of all, 0 at the unit's own place."""
    return np.insert(weights, unit, 0.0) if units > len(weights) else weights
