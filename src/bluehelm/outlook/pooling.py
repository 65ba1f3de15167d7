"""Which mixture of models would have said best what came?

A pool draws from each of its members in fixed shares (a linear pool): where they disagree it is wider than any of
them. A unit in which people died in every month of the last year is at war and has shares of its own: its own past
tells how its war goes on, and the larger a war, the less it resembles any other. Shares were chosen by hand from
trials on country windows before 2018 alone; `docs/methods/pooling.md` has the table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bluehelm.outlook.baselines import Shape, UnitByUnit
from bluehelm.outlook.boosting import Boosting, FittedBoosting
from bluehelm.outlook.forest import FittedForest, Forest
from bluehelm.outlook.history import Floats, History
from bluehelm.outlook.trees import Origin

SHARES = {"forest": 0.4, "boosting": 0.4, "decayed": 0.1, "lasting": 0.1}
SHARES_AT_WAR = {"own forest": 0.65, "faded": 0.35}
WAR_MONTHS = 12
DRAWN_PER_KEPT = 5  # so many draws stand behind each that is kept: chance in drawing costs ignorance about a hundredth

Member = FittedForest | FittedBoosting | UnitByUnit


@dataclass(frozen=True)
class Decayed:
    """The unit's own last 36 months, each 0.85 times as often as the month after it.

    The spread (lognormal, mean 1, standard deviation of the logarithm 0.7) fills the gaps between a few large months.
    """

    name: str = "decayed"
    months: int = 36
    kept: float = 0.85
    spread: float = 0.7

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> UnitByUnit:
        def outcomes(unit: int, chance: np.random.Generator, shape: Shape) -> Floats:
            recent = history.deaths[unit, -self.months :]
            weights = self.kept ** np.arange(len(recent))[::-1] * np.isfinite(recent)
            even = (np.arange(shape[1]) + chance.random(shape)) / shape[1]
            ends = np.cumsum(weights) / weights.sum()
            places = np.minimum(np.searchsorted(ends, even, side="right"), len(recent) - 1)
            spread = np.exp(chance.normal(-(self.spread**2) / 2, self.spread, shape))
            drawn: Floats = np.nan_to_num(recent)[places] * spread
            return drawn

        return UnitByUnit(history, len(steps), seed, outcomes)


@dataclass(frozen=True)
class OwnForest:
    """The forest that looks at the unit's own deaths alone."""

    name: str = "own forest"

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> FittedForest:
        return Forest().fit(replace(history, covariates={}, kinds={}, neighbours=None), steps, seed=seed)


MEMBERS: Mapping[str, Callable[[], Forest | Boosting | Decayed | OwnForest]] = {
    "forest": Forest,
    "own forest": OwnForest,
    "boosting": Boosting,
    "decayed": Decayed,
    "faded": lambda: Decayed("faded", kept=0.7, spread=0.5),
    "lasting": lambda: Decayed("lasting", months=60, kept=0.95, spread=0.4),
}


def at_war(history: History) -> NDArray[np.bool_]:
    """Which units saw deaths in each of their last twelve months: [units]."""
    last = history.deaths[:, -WAR_MONTHS:]
    return np.asarray((last > 0).all(axis=1) & (last.shape[1] == WAR_MONTHS))


@dataclass(frozen=True)
class Pool:
    """Draws as many from each of its members as its share says, of units at war by shares of their own."""

    name: str = "pool"
    shares: Mapping[str, float] = field(default_factory=lambda: SHARES)
    shares_at_war: Mapping[str, float] = field(default_factory=lambda: SHARES_AT_WAR)

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> "FittedPool":
        members = {
            name: MEMBERS[name]().fit(history, steps, seed=seed) for name in {**self.shares, **self.shares_at_war}
        }
        origin = Origin(history, tuple(steps), seed)
        return FittedPool(origin, members, at_war(history), self.shares, self.shares_at_war)


@dataclass(frozen=True)
class FittedPool:
    """Fitted members with their shares, and which units are at war."""

    origin: Origin
    members: Mapping[str, Member]
    at_war: NDArray[np.bool_]
    shares: Mapping[str, float]
    shares_at_war: Mapping[str, float]

    def forest(self, unit: int) -> FittedForest:
        """The member that says most of what is drawn for a unit, and knows more than its own last months."""
        shares = self._shares(bool(self.at_war[unit]))
        return next(member for name in shares if isinstance(member := self.members[name], FittedForest))

    def draw(self, units: Sequence[int], draws: int) -> Floats:
        """Outcomes [units, steps, draws], in no order: the members' draws, sorted, each fifth of them."""
        drawn = np.empty((len(units), len(self.origin.steps), draws))
        for war in (False, True):
            mine = np.flatnonzero(self.at_war[list(units)] == war)
            if len(mine):
                drawn[mine] = self._drawn([units[place] for place in mine.tolist()], self._shares(war), draws)
        order = np.argsort(self.origin.chances(units, draws), axis=2)
        return np.take_along_axis(drawn, order, axis=2)

    def _shares(self, war: bool) -> Mapping[str, float]:
        return self.shares_at_war if war else self.shares

    def _drawn(self, units: Sequence[int], shares: Mapping[str, float], draws: int) -> Floats:
        counts = dict(zip(shares, parts_of(draws * DRAWN_PER_KEPT, list(shares.values())), strict=True))
        parts = [self.members[name].draw(units, count) for name, count in counts.items() if count]
        return np.sort(np.concatenate(parts, axis=2), axis=2)[:, :, DRAWN_PER_KEPT // 2 :: DRAWN_PER_KEPT]


def parts_of(draws: int, shares: Sequence[float]) -> list[int]:
    """Whole numbers of draws that add up to all of them, as near to the shares as can be."""
    ends = np.rint(np.cumsum(shares) / sum(shares) * draws).astype(int)
    return [int(count) for count in np.diff(ends, prepend=0)]
