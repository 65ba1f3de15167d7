"""Which effect would this panel find in four of five cases?

Known before any estimate: it asks what happened to the placebos after T and how well the treated unit was fitted
before, never what became of the treated unit. A placebo's gaps, in units of its own misfit, are one way in which the
treated unit's could have run without an effect; to each an effect is added, to all times after T alike and in either
direction, until it would be found.
"""

import numpy as np

from bluehelm.impact.cases import Floats
from bluehelm.impact.placebos import Placebos, Truths, scaled_after


def minimum_detectable(placebos: Placebos, treated: int, among: Truths, level: float, power: float) -> float | None:
    """The smallest effect, in units of the outcome, found with this power at this level; None if none ever is.

    An effect d is found against a placebo with scaled gaps z when the root mean square of z + d passes what the
    other placebos allow: a quadratic equation for each placebo and direction.
    """
    rest = among.copy()
    rest[treated] = False
    allowed = int(np.floor(level * (rest.sum() + 1) + 1e-9))
    if allowed < 1:
        return None
    scaled = scaled_after(placebos)[:, rest]
    scaled = scaled[:, np.isfinite(scaled).all(axis=0)]
    if scaled.shape[1] <= allowed:
        return None
    needed = np.sort(np.concatenate([_needed(scaled, _passed(scaled, allowed), way) for way in (1, -1)]))
    smallest = needed[int(np.ceil(power * len(needed))) - 1]
    return float(smallest * placebos.scale[treated])


def _passed(scaled: Floats, allowed: int) -> Floats:
    """For each placebo the size that only `allowed` - 1 of the others pass."""
    sizes = np.sqrt((scaled**2).mean(axis=0))
    largest = np.sort(sizes)[::-1]
    return np.asarray(np.where(sizes >= largest[allowed - 1], largest[allowed], largest[allowed - 1]))


def _needed(scaled: Floats, passed: Floats, way: int) -> Floats:
    """The smallest d >= 0 from which on mean (z + way d)² stays at or above passed²."""
    mean, square = way * scaled.mean(axis=0), (scaled**2).mean(axis=0)
    room = mean**2 - square + passed**2  # where there is none, the course alone passes whatever is added
    return np.asarray(np.where(room < 0, 0.0, np.maximum(0.0, np.sqrt(np.maximum(room, 0.0)) - mean)))
