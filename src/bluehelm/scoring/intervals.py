"""Are the intervals narrow, and do they hold what came as often as they say?"""

import numpy as np
import scoringrules
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def interval(draws: Floats, level: float) -> tuple[Floats, Floats]:
    """The central interval's ends [n] of draws [n, draws]: at level 0.9 the 5 and 95 % quantiles."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=1)
    return low, high


def interval_score(outcomes: Floats, draws: Floats, level: float = 0.9) -> Floats:
    """The width of the central interval and 2 / (1 - level) for each unit by which the outcome lies outside.

    Gneiting and Raftery (2007); at level 0.9 the MIS of the ViEWS 2023/24 challenge, before its mean is taken.
    """
    low, high = interval(draws, level)
    scores = scoringrules.interval_score(outcomes, low, high, 1 - level, backend="numpy")
    return np.reshape(scores, outcomes.shape)


def covered(outcomes: Floats, draws: Floats, level: float) -> Truths:
    """Does the central interval hold the outcome, its ends included? Counts make it hold more often than `level`."""
    low, high = interval(draws, level)
    return (low <= outcomes) & (outcomes <= high)
