"""What would somebody say who had no model: nothing, the same again, like last year, like anywhere at any time?

The baselines of the ViEWS 2023/24 challenge and a negative binomial. A forecast that does not beat these has no news.
All look at what was observed and take months not observed as absent, never as zero. Every step is drawn alike: none of
them knows how far ahead it looks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bluehelm.outlook.history import Floats, History, seed_of

Shape = tuple[int, int]  # steps, draws


@dataclass(frozen=True)
class UnitByUnit:
    """Draws each unit from a chance of its own: `outcomes(unit, chance, shape)` gives [steps, draws]."""

    history: History
    steps: int
    seed: int
    outcomes: Callable[[int, np.random.Generator, Shape], Floats]

    def draw(self, units: Sequence[int], draws: int) -> Floats:
        """Outcomes [units, steps, draws] of the units at these places."""
        drawn = np.zeros((len(units), self.steps, draws))
        for line, unit in enumerate(units):
            seed = seed_of(self.seed, self.history.units[unit], self.history.origin)
            drawn[line] = self.outcomes(unit, np.random.default_rng(seed), (self.steps, draws))
        return np.rint(drawn)


@dataclass(frozen=True)
class Zero:
    """Nobody dies."""

    name: str = "zero"

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> UnitByUnit:
        return UnitByUnit(history, len(steps), seed, lambda unit, chance, shape: np.zeros(shape))


@dataclass(frozen=True)
class Last:
    """A Poisson variable with the last observed value as its mean."""

    name: str = "last"

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> UnitByUnit:
        def outcomes(unit: int, chance: np.random.Generator, shape: Shape) -> Floats:
            return chance.poisson(history.observed(unit, len(history.months))[-1], shape).astype(np.float64)

        return UnitByUnit(history, len(steps), seed, outcomes)


@dataclass(frozen=True)
class Conflictology:
    """The unit's own last twelve months, each as often as the others (Hegre and others 2025).

    Where the draws are no multiple of the months, which months come once more is left to chance.
    """

    name: str = "conflictology"
    months: int = 12

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> UnitByUnit:
        def outcomes(unit: int, chance: np.random.Generator, shape: Shape) -> Floats:
            return evenly(history.observed(unit, self.months), chance, shape)

        return UnitByUnit(history, len(steps), seed, outcomes)


def evenly(values: Floats, chance: np.random.Generator, shape: Shape) -> Floats:
    """Draws [steps, draws] in which, step by step, no value comes more than once oftener than another."""
    steps, draws = shape
    times, once_more = divmod(draws, len(values))
    drawn = np.empty(shape)
    drawn[:, : draws - once_more] = np.repeat(values, times)
    for step in range(steps):
        drawn[step, draws - once_more :] = chance.permutation(values)[:once_more]
    return chance.permuted(drawn, axis=1)


@dataclass(frozen=True)
class Bootstrap:
    """Any unit's value in any of the last 240 months: what anybody would say who did not know the place."""

    name: str = "bootstrap"
    months: int = 240

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> UnitByUnit:
        recent = history.deaths[:, -self.months :]
        pool = recent[np.isfinite(recent)]
        return UnitByUnit(history, len(steps), seed, lambda unit, chance, shape: chance.choice(pool, shape))


@dataclass(frozen=True)
class NegativeBinomial:
    """A negative binomial with the mean and variance of the unit's last months; Poisson where they vary no more.

    By the method of moments: with mean m and variance v above m, size m² / (v - m). A unit without deaths in these
    months is drawn as zeros.
    """

    name: str = "negative-binomial"
    months: int = 12

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> UnitByUnit:
        def outcomes(unit: int, chance: np.random.Generator, shape: Shape) -> Floats:
            values = history.observed(unit, self.months)
            mean, variance = float(values.mean()), float(values.var(ddof=1)) if len(values) > 1 else 0.0
            if variance <= mean * (1 + 1e-6):
                return chance.poisson(mean, shape).astype(np.float64)
            size = mean**2 / (variance - mean)
            return chance.negative_binomial(size, size / (size + mean), shape).astype(np.float64)

        return UnitByUnit(history, len(steps), seed, outcomes)
