"""Where in the forecast did what came fall: evenly, or always to one side?

The probability integral transform of counts jumps, so each outcome spreads its weight evenly between the share of draws
below it and the share at or below it (Czado, Gneiting and Held 2009). No chance is needed, and an honest forecast gives
a flat histogram: a hump says too wide, a valley too narrow, a slope too low or too high.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ranks(outcomes: Floats, draws: Floats) -> tuple[Floats, Floats]:
    """The shares [n] of draws [n, draws] below the outcome, and at or below it.

    An outcome outside all draws falls at 0 or 1 exactly.
    """
    return (draws < outcomes[:, None]).mean(axis=1), (draws <= outcomes[:, None]).mean(axis=1)


def pit_histogram(below: Floats, upto: Floats, bins: int = 10) -> list[float]:
    """The share of outcomes in each equal part of the transform; flat at 1 / bins when calibrated."""
    edges = np.linspace(0, 1, bins + 1)
    wide = np.where(upto > below, upto - below, 1)
    filled = np.clip((edges[:, None] - below) / wide, 0, 1)
    points = upto == below  # no draw equals the outcome: all its weight lies at one point
    filled[:, points] = edges[:, None] > below[points]
    filled[-1], filled[0] = 1, 0
    return [float(share) for share in np.diff(filled.mean(axis=1))]
