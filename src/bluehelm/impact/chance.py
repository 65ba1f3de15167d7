"""Is an effect larger than what moved bases show, how large must one be to be seen, and between which bounds may it lie?

Every estimator is judged by one rule: what it gives for the true places stands among what it gives for bases moved to other
places. The share of draws at least as far out is p. The middle of the draws is what selection and the return to the usual
make without any effect, and is taken off the estimate. Bounds are the effects that a test at their level does not refuse.
"""

from dataclasses import dataclass

import numpy as np

from bluehelm.impact.comparisons import Sums
from bluehelm.impact.exposure import Numbers

FEWEST_DRAWS = 99


@dataclass(frozen=True, slots=True)
class Judged:
    """One ring by one estimator.

    `effect`, `low` and `high` are shares of the modelled number for ratios and log rates, events or probability per cell
    and month for differences; `detectable` is the smallest fall found with the given power, in the same unit; None where
    nothing as small as all can be found. `high` is None where it has no bound.
    """

    effect: float
    low: float
    high: float | None
    p: float
    detectable: float | None
    draws: int
    raw: float


def judged(sums: Sums, ring: int, *, interval: float, level: float, power: float) -> Judged | None:
    """What the draws say of a ring; None where the true places or too many draws give no number."""
    above, below = sums.above[ring], sums.below[ring]
    if below[0] <= 0:
        return None
    kept = below[1:] > 0
    if kept.sum() < FEWEST_DRAWS:
        return None
    true, moved = _statistics(sums, above, below, np.flatnonzero(kept) + 1)
    p = two_sided(true, moved)
    outer = (1 - interval) / 2
    low, high = quantile(moved, outer), quantile(moved, 1 - outer)
    middle = float(np.median(moved))
    least, likely = quantile(moved, level / 2), quantile(moved, power)
    if sums.kind == "ratio":
        return _ratio(above[0], below[0], (low, middle, high), (least, likely), p, len(moved))
    shift = (true - middle, true - high, true - low)
    found = middle - least + likely - middle
    if sums.kind == "difference":
        return Judged(*shift, p, found, len(moved), true)
    effect, bottom, top = (float(np.expm1(min(value, 50.0))) for value in shift)
    return Judged(effect, bottom, top, p, float(-np.expm1(-found)), len(moved), float(np.expm1(min(true, 50.0))))


def _statistics(sums: Sums, above: Numbers, below: Numbers, kept: Numbers) -> tuple[float, Numbers]:
    """Events more than modelled for a ratio, the estimate itself otherwise."""
    if sums.kind == "ratio":
        return float(above[0] - below[0]), above[kept] - below[kept]
    return float(above[0] / below[0]), above[kept] / below[kept]


def _ratio(
    observed: float,
    modelled: float,
    bounds: tuple[float, float, float],
    tails: tuple[float, float],
    p: float,
    draws: int,
) -> Judged:
    """The ratios by which observed events may be divided so that they lie as the draws do."""
    low, middle, high = bounds

    def over(excess: float) -> float | None:
        return observed / (modelled + excess) - 1 if modelled + excess > 0 else None

    bottom, centre = over(high), over(middle)
    least, likely = tails
    seen = 1 - (modelled + least) / (modelled + likely) if modelled + least > 0 else None
    raw = observed / modelled - 1
    effect = raw if centre is None else centre
    return Judged(effect, -1.0 if bottom is None else bottom, over(low), p, seen, draws, raw)


def two_sided(true: float, moved: Numbers) -> float:
    """Twice the smaller share of draws at least as far out on one side, the true places counted among them."""
    slack = 1e-9 * max(1.0, abs(true))
    larger, smaller = (moved >= true - slack).sum(), (moved <= true + slack).sum()
    return float(min(1.0, 2 * (1 + min(larger, smaller)) / (1 + len(moved))))


def quantile(moved: Numbers, share: float) -> float:
    """The draw beyond which no more than `share` of draws and the true places lie, so that bounds and p agree."""
    ordered = np.sort(moved)
    rank = share * (len(ordered) + 1)
    place = np.ceil(rank - 1e-9) - 1 if share < 0.5 else np.floor(rank + 1e-9) - 1
    return float(ordered[int(np.clip(place, 0, len(ordered) - 1))])
