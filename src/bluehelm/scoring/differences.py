"""Is one forecast better than another beyond chance, when outcomes of a place resemble each other?

Months of one place are no independent witnesses. So whole places are drawn again with replacement (cluster bootstrap
of Cameron, Gelbach and Miller 2008), and the spread of the mean difference over such worlds is its interval.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TIMES = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean difference and its interval; with a single cluster there is no interval."""

    mean: float
    low: float | None
    high: float | None
    clusters: int


def clustered_difference(
    differences: Floats, clusters: NDArray[np.int64], *, seed: int, level: float = 0.95, times: int = TIMES
) -> Difference:
    """The mean of differences [n] with its percentile interval; `clusters` [n] says which belong together."""
    _, place = np.unique(clusters, return_inverse=True)
    sums, counts = np.bincount(place, differences), np.bincount(place)
    mean = float(differences.mean())
    if len(counts) < 2:
        return Difference(mean, None, None, len(counts))
    again = np.random.default_rng(seed).multinomial(len(counts), np.full(len(counts), 1 / len(counts)), times)
    low, high = np.quantile(again @ sums / (again @ counts), [(1 - level) / 2, (1 + level) / 2])
    return Difference(mean, float(low), float(high), len(counts))
