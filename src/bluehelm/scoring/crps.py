"""How far is a forecast made of samples from what came, in the units of the outcome?

The continuous ranked probability score of the ensemble as it stands, E|X - y| - E|X - X'| / 2 (Gneiting and Raftery
2007): 0 is perfect, and a forecast of one value scores its absolute error. All functions take outcomes [n] and draws
[n, draws] and give [n]; draws in `ascending` order need not be sorted again.
"""

import numpy as np
import scoringrules
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def crps(outcomes: Floats, draws: Floats, *, ascending: bool = False) -> Floats:
    """The score on the scale of the outcomes; a few large ones decide its mean."""
    scores = scoringrules.crps_ensemble(outcomes, draws, estimator="qd", sorted_ensemble=ascending, backend="numpy")
    return np.reshape(scores, outcomes.shape)  # of a single outcome the library makes a bare number


def log_crps(outcomes: Floats, draws: Floats, *, ascending: bool = False) -> Floats:
    """The score after log(1 + x) of both: relative errors, so that small places count beside large ones."""
    return crps(np.log1p(outcomes), np.log1p(draws), ascending=ascending)


def tail_crps(outcomes: Floats, draws: Floats, threshold: float, *, ascending: bool = False) -> Floats:
    """The threshold-weighted score: differences below the threshold do not count (Gneiting and Ranjan 2011).

    By the chaining function max(x, threshold) of Allen, Ginsbourger and Ziegel (2023).
    """
    return crps(np.maximum(outcomes, threshold), np.maximum(draws, threshold), ascending=ascending)
