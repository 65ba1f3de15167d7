"""Is an effect larger than what moved bases show, how large must one be to be seen, and within which bounds is it?

Every estimator is judged by one rule: what it gives for the true places stands among what it gives for bases moved to
other places. The share of draws at least as far out is p, read on between the draws. An effect of a given size is tried
by taking it off the exposed places and asking again: bounds are the sizes that are not refused, the estimate is the
size that puts the true places in the middle of the draws (Hodges and Lehmann 1963). So the return to the usual after a
peak, which moved bases show too, is taken off.

Where an estimator's draws were found to lie too far apart on missions that did nothing, they are drawn together by the
spread found there (empirical calibration with negative controls: Schuemie and others 2014), for p and bounds alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from bluehelm.impact.exposure import Numbers

FEWEST_DRAWS = 99
MOST_OVERLAP = 0.9  # a draw that shares more of the true exposure says nothing of an effect's size
LARGEST_LOG_RATE = 4.0  # 55 times as many, or a 55th
# Shares of events left that are tried for a ratio: a fiftieth to twenty times as many.
TRIED_RATES = tuple(float(rate) for rate in np.exp(np.linspace(np.log(0.02), np.log(20.0), 15)))
NORMAL = NormalDist()
Kind = Literal["ratio", "difference", "log-rate"]
Sizes = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Levels:
    """The level of the test, of the interval, and the power that the smallest detectable effect is found with.

    `spread` is that of the true places' standing among the draws where nothing is, in standard deviations of a normal
    score: 1 is as the draws, less says that the draws lie too far apart.
    """

    level: float
    interval: float
    power: float
    spread: float = 1.0

    def among_draws(self, share: float) -> float:
        """The share of draws beyond which the true places lie with the chance `share` where nothing is."""
        return share if self.spread == 1 else NORMAL.cdf(self.spread * NORMAL.inv_cdf(share))

    def p(self, drawn: float) -> float:
        """The two-sided chance of true places that the share `drawn` of draws lies beyond, both sides together."""
        return drawn if self.spread == 1 or drawn >= 1 else 2 * NORMAL.cdf(NORMAL.inv_cdf(drawn / 2) / self.spread)


@dataclass(frozen=True, slots=True)
class Judged:
    """One ring by one estimator.

    `effect`, `low` and `high` are shares of the number without presence (-0.5 is half) for ratios and log rates, events
    or probability per cell and month for differences; what the draws set no bound to is None. `detectable` is the
    smallest fall found with the given power, in the same unit and without sign; None where not even an end of all
    violence would be found, or where all draws say the same, so that they tell nothing of chance. `raw` is the estimate
    before the draws' middle is taken off.
    """

    effect: float | None
    low: float | None
    high: float | None
    p: float
    detectable: float | None
    draws: int
    raw: float


def standing(true: float, moved: Numbers) -> float:
    """Where the true places stand among the draws, 0 to 1, even where nothing is: the inverse of `quantile`.

    Between two draws it goes on evenly, beyond all of them it stays with the last, among equals it is their middle.
    """
    ordered, slack = np.sort(moved), 1e-9 * max(1.0, abs(true))
    first, after = np.searchsorted(ordered, true - slack), np.searchsorted(ordered, true + slack)
    if first < after:
        return float((first + after + 1) / 2 / (len(ordered) + 1))
    return float(np.interp(true, ordered, np.arange(1, len(ordered) + 1)) / (len(ordered) + 1))


def two_sided(true: float, moved: Numbers) -> float:
    """Twice the smaller share of draws on one side of the true places, these counted among them."""
    place = standing(true, moved)
    return min(1.0, 2 * min(place, 1 - place))


def smallest_fall(moved: Numbers, overlap: float, levels: Levels) -> float:
    """By how much the statistic must fall to be refused with the given power.

    `overlap` is the share of the effect that the draws meet too, because they often lie where the bases are: it hides
    that part. Chance for the true places is taken to be as for the draws.
    """
    middle = float(np.median(moved))
    least = quantile(moved, levels.among_draws(levels.level / 2))
    likely = quantile(moved, levels.among_draws(levels.power))
    return ((middle - least) + (likely - middle)) / max(1 - overlap, 1e-6)


def judged_shift(kind: Kind, moved: Numbers, slopes: Numbers, levels: Levels) -> Judged:
    """A difference or a log rate; the first number is of the true places.

    `slopes` is what the same estimator gives when the outcome is an effect of 1 at the true exposure: with it, taking
    off an effect of any size changes every draw by a known amount, and each draw is passed at one size.
    """
    true, draws = float(moved[0]), moved[1:]
    share = slopes[1:] / slopes[0]
    apart = share <= MOST_OVERLAP
    sizes = (true - draws[apart]) / (1 - share[apart]) / slopes[0]
    fall = smallest_fall(draws, float(np.clip(share.mean(), 0, MOST_OVERLAP)), levels) / float(slopes[0])
    p = levels.p(two_sided(true, draws))
    found: list[float | None] = [true - float(np.median(draws)), None, None]
    if len(sizes) >= FEWEST_DRAWS:
        outer = levels.among_draws((1 - levels.interval) / 2)
        found = [quantile(sizes, at) for at in (0.5, outer, 1 - outer)]
    if kind == "log-rate":
        found = [None if size is None else _share_of(size) for size in found]
        true, fall = _share_of(true) or 0.0, float(-np.expm1(-fall))
    effect, low, high = found
    return Judged(effect, low, high, p, fall if fall > 0 else None, len(draws), true)


def _share_of(log_rate: float) -> float | None:
    """A log rate as a share; None beyond what any count can show."""
    return float(np.expm1(log_rate)) if abs(log_rate) <= LARGEST_LOG_RATE else None


def judged_ratio(
    excess: Callable[[float], Numbers], modelled: float, observed: float, overlap: float, levels: Levels
) -> Judged:
    """A ratio of observed to modelled events; `excess` gives observed less modelled when a rate is taken off.

    `modelled` and `observed` are of the true places at a rate of 1.
    """
    at_one = excess(1.0)
    draws = at_one[1:]
    shares = np.array([_standing_at(excess(rate)) for rate in TRIED_RATES])
    shares = np.minimum.accumulate(shares)  # the larger the rate taken off, the fewer events are left
    outer = levels.among_draws((1 - levels.interval) / 2)
    low, middle, high = (_crossing(shares, share) for share in (1 - outer, 0.5, outer))
    fall = smallest_fall(draws, overlap, levels)
    likely = modelled + quantile(draws, levels.among_draws(levels.power))
    detectable = fall / likely if likely > 0 else 1.0
    return Judged(
        effect=middle - 1 if middle else None,  # beyond what was tried nothing is known
        low=None if low is None else low - 1,
        high=None if high is None else high - 1,
        p=levels.p(two_sided(float(at_one[0]), draws)),
        detectable=detectable if 0 < detectable < 1 else None,
        draws=len(draws),
        raw=observed / modelled - 1 if modelled > 0 else float("inf"),
    )


def _standing_at(excess: Numbers) -> float:
    return standing(float(excess[0]), excess[1:])


def _crossing(shares: Numbers, share: float) -> float | None:
    """The rate at which the falling shares pass a share; 0 when they begin below it, None when they never do."""
    if shares[0] < share:
        return 0.0
    if shares[-1] >= share:
        return None
    place = int(np.argmax(shares < share))
    upper, lower = shares[place - 1], shares[place]
    part = (upper - share) / (upper - lower) if upper > lower else 0.0
    logs = np.log(TRIED_RATES)
    return float(np.exp(logs[place - 1] + part * (logs[place] - logs[place - 1])))


def quantile(moved: Numbers, share: float) -> float:
    """The value below which the share of draws and the true places lies, read between the draws (Weibull's rule)."""
    return float(np.quantile(moved, share, method="weibull"))
