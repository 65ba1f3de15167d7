"""Is one forecast better than another beyond chance, when outcomes of a place resemble each other?

Months of one place are no independent witnesses. So whole places are drawn again with replacement (cluster bootstrap
of Cameron, Gelbach and Miller 2008), and the spread of the mean difference over such worlds is its interval.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TIMES = 2000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean difference and its interval; with a single cluster there is no interval."""

    mean: float
    low: float | None
    high: float | None
    clusters: int


def clustered_differences(
    differences: Floats, clusters: NDArray[np.int64], *, seed: int, level: float = LEVEL, times: int = TIMES
) -> list[Difference]:
    """The mean of each column of differences [n, k] with its percentile interval.

    `clusters` [n] says which rows belong together; all columns see the same worlds.
    """
    _, place = np.unique(clusters, return_inverse=True)
    counts = np.bincount(place)
    sums = np.stack([np.bincount(place, column) for column in differences.T], axis=1)
    means = [float(mean) for mean in differences.mean(axis=0)]
    if len(counts) < 2:
        return [Difference(mean, None, None, len(counts)) for mean in means]
    again = np.random.default_rng(seed).multinomial(len(counts), np.full(len(counts), 1 / len(counts)), times)
    worlds = (again @ sums) / (again @ counts)[:, None]
    lows, highs = np.quantile(worlds, [(1 - level) / 2, (1 + level) / 2], axis=0)
    ends = zip(means, lows, highs, strict=True)
    return [Difference(mean, float(low), float(high), len(counts)) for mean, low, high in ends]
