"""Which mixture of models would have said best what came?

A pool draws from each of its members in fixed shares (a linear pool): where they disagree it is wider than any of
them. Its shares were chosen by hand from trials on the country windows of 2008 to 2017 alone, by the mean of what CRPS,
ignorance and interval score were of the naive model's; `docs/methods/pooling.md` has the table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bluehelm.outlook.baselines import Shape, UnitByUnit
from bluehelm.outlook.boosting import Boosting, FittedBoosting
from bluehelm.outlook.forest import FittedForest, Forest
from bluehelm.outlook.history import Floats, History
from bluehelm.outlook.trees import Origin

SHARES = {"forest": 0.7, "decayed": 0.3}  # boosting beside the forest gained nothing on those windows
DRAWN_PER_KEPT = 5  # so many draws stand behind each that is kept: chance in drawing costs ignorance about a hundredth

Member = FittedForest | FittedBoosting | UnitByUnit


@dataclass(frozen=True)
class Decayed:
    """The unit's own last 36 months, each 0.85 times as often as the month after it, give or take 30 %.

    The spread (lognormal, mean 1) fills the gaps between a few large months.
    """

    name: str = "decayed"
    months: int = 36
    kept: float = 0.85
    spread: float = 0.3

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


MEMBERS: Mapping[str, Callable[[], Forest | Boosting | Decayed]] = {
    "forest": Forest,
    "boosting": Boosting,
    "decayed": Decayed,
}


@dataclass(frozen=True)
class Pool:
    """Draws as many from each of its members as its share says."""

    name: str = "pool"
    shares: Mapping[str, float] = field(default_factory=lambda: SHARES)

    def fit(self, history: History, steps: Sequence[int], *, seed: int) -> "FittedPool":
        fitted = [MEMBERS[name]().fit(history, steps, seed=seed) for name in self.shares]
        origin = Origin(history, tuple(steps), seed)
        return FittedPool(origin, list(zip(fitted, self.shares.values(), strict=True)))


@dataclass(frozen=True)
class FittedPool:
    """Fitted members with their shares."""

    origin: Origin
    members: list[tuple[Member, float]]

    @property
    def forest(self) -> FittedForest:
        """The first member that knows more than the unit's own past."""
        return next(member for member, _ in self.members if isinstance(member, FittedForest))

    def draw(self, units: Sequence[int], draws: int) -> Floats:
        """Outcomes [units, steps, draws], in no order: the members' draws, sorted, each fifth of them."""
        counts = parts_of(draws * DRAWN_PER_KEPT, [share for _, share in self.members])
        parts = [member.draw(units, count) for (member, _), count in zip(self.members, counts, strict=True) if count]
        drawn = np.sort(np.concatenate(parts, axis=2), axis=2)[:, :, DRAWN_PER_KEPT // 2 :: DRAWN_PER_KEPT]
        order = np.argsort(self.origin.chances(units, draws), axis=2)
        return np.take_along_axis(drawn, order, axis=2)


def parts_of(draws: int, shares: Sequence[float]) -> list[int]:
    """Whole numbers of draws that add up to all of them, as near to the shares as can be."""
    ends = np.rint(np.cumsum(shares) / sum(shares) * draws).astype(int)
    return [int(count) for count in np.diff(ends, prepend=0)]
