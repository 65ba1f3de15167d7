"""How many events are usual, given counts of equal windows of the past?

A count is taken for negative binomial: its mean is unknown and estimated from the past, and events come in clusters.
With n past windows that hold S events the mean is (S + 1/2) / n (Jeffreys' prior for a Poisson rate) and the variance
of the next count (mean + k mean²) (1 + 1/n): chance, clustering, and how little the past tells of the mean. The
clustering k is estimated by moments and is 0 when counts scatter no more than Poisson's; then this is exactly the
predictive distribution of a Poisson count under that prior.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Usual:
    """The distribution of the next count, for one series or for many at once."""

    mean: Numbers
    variance: Numbers

    def at_least(self, count: Counts) -> Numbers:
        """The probability of a count at least as high."""
        from scipy.stats import nbinom

        return np.asarray(nbinom.sf(np.asarray(count) - 1, *self._shape))

    def at_most(self, count: Counts) -> Numbers:
        """The probability of a count at most as high."""
        from scipy.stats import nbinom

        return np.asarray(nbinom.cdf(count, *self._shape))

    def interval(self, level: float) -> tuple[Counts, Counts]:
        """The lowest and the highest count of the central interval that holds at least `level` of the probability."""
        from scipy.stats import nbinom

        low, high = nbinom.ppf((1 - level) / 2, *self._shape), nbinom.ppf((1 + level) / 2, *self._shape)
        return np.asarray(low, dtype=np.int64), np.asarray(high, dtype=np.int64)

    @property
    def _shape(self) -> tuple[Numbers, Numbers]:
        return self.mean**2 / (self.variance - self.mean), self.mean / self.variance


def usual(past: Counts, clustering: float) -> Usual:
    """What past counts let one expect next; `past` is series x windows, with at least one window."""
    windows = past.shape[-1]
    mean = (past.sum(axis=-1) + 0.5) / windows
    return Usual(mean, (mean + clustering * mean**2) * (1 + 1 / windows))


def clustering_of(past: Counts) -> float:
    """How much more than Poisson's the counts of windows scatter, pooled over series; 0 when no more, or nothing."""
    mean, variance = past.mean(axis=-1), past.var(axis=-1, ddof=1)
    squares = float((mean**2).sum())
    return max(0.0, float((variance - mean).sum()) / squares) if squares else 0.0


def false_discovery(p_values: Numbers) -> Numbers:
    """The least false discovery rate at which each would be called unusual (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(p_values)) if p_values.size else p_values
