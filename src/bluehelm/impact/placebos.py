"""How often would an untreated unit look as changed as the treated one?

Every unit of the panel is modelled as if it were treated, by the others, the treated one among them (Abadie, Diamond
and Hainmueller 2010). If nothing sets the treated unit apart, each order of the units is as likely as any other, so
that a rank is a probability whatever the method and however wild the outcomes: this, and no standard error, is the
inference here.

Ranks have steps of 1 / units. `p_between` goes on inside a step: where in the gap between its neighbours a ratio lies
says, for tails like those of conflict deaths (ratios by which large values exceed each other are about exponential in
logarithms; Rényi 1953), an even number between 0 and 1. So tests keep 5 per cent also between the steps.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluehelm.impact.cases import Case, Fit, Floats, Method

Truths = NDArray[np.bool_]
# Fits every unit of a case by a method, in order: here one after the other, elsewhere on other machines.
Fitting = Callable[[Method, Case], list[Fit]]

# No path counts as known better than to a twentieth of its own spread: with as many donors as times before T a fit may
# be perfect and say nothing, and a margin in units of such a misfit would be none.
LEAST_MISFIT = 0.05


@dataclass(frozen=True, slots=True)
class Placebos:
    """Every unit as if treated: its gap (observed less modelled) at each time, a column a unit; `before` T.

    `spread` is the standard deviation of each unit's outcome before T.
    """

    gaps: Floats
    before: int
    spread: Floats

    @property
    def pre_rmspe(self) -> Floats:
        """The root of the mean squared gap before T, in units of the outcome."""
        return np.asarray(np.sqrt((self.gaps[: self.before] ** 2).mean(axis=0)))

    @property
    def scale(self) -> Floats:
        """What a unit's gaps after T are measured in: its misfit before T, or the least that counts."""
        return np.maximum(self.pre_rmspe, LEAST_MISFIT * self.spread)

    @property
    def mean_after(self) -> Floats:
        """The mean gap at and after T: of the treated unit the estimate."""
        return np.asarray(self.gaps[self.before :].mean(axis=0))

    @property
    def ratio(self) -> Floats:
        """Root mean squared gap after T over that before; 0 where both are 0."""
        return over(np.sqrt((self.gaps[self.before :] ** 2).mean(axis=0)), self.pre_rmspe)


def over(after: Floats, before: Floats) -> Floats:
    """after / before, where nothing before is a perfect fit: 0 / 0 is 0, more is without bound."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.asarray(after / before)
    return np.where(after == 0, 0.0, shares)


def one_by_one(method: Method, case: Case) -> list[Fit]:
    """The fit of every unit."""
    return [method(case, unit) for unit in range(case.outcomes.shape[1])]


def in_space(case: Case, method: Method, fitting: Fitting = one_by_one) -> Placebos:
    """Every unit of a case as if it were treated."""
    modelled = np.stack([fit.modelled for fit in fitting(method, case)], axis=1)
    gaps = _without_rounding(case.outcomes - modelled, case.outcomes)
    return Placebos(gaps, case.before, case.outcomes[: case.before].std(axis=0))


def _without_rounding(gaps: Floats, outcomes: Floats) -> Floats:
    """Gaps no larger than the rounding of the arithmetic are none: else a perfect fit would divide by noise."""
    size = np.abs(outcomes).max(axis=0)
    return np.where(np.abs(gaps) <= 1e-9 * size, 0.0, gaps)


def rank(values: Floats, place: int) -> int:
    """How many are at least as large; the largest has rank 1, and equals count against it."""
    return int((values >= values[place]).sum())


def p_placebo(placebos: Placebos, treated: int) -> float:
    """The treated unit's rank by ratio over donors + 1: the probability of its rank or a better among equals."""
    return rank(placebos.ratio, treated) / len(placebos.ratio)


def p_between(values: Floats, place: int) -> float:
    """The rank's probability, continued between the ranks; for the largest value its rank's own.

    With neighbours a above and b below in logarithms, of rank k - 1 and k + 1, (k - 1) a and k b are equally
    distributed under exponential tails, so that (k - 1) a / ((k - 1) a + k b) is even between 0 and 1.
    """
    own, number = values[place], len(values)
    rest = np.delete(values, place)
    larger, smaller = rest[rest > own], rest[rest < own]
    k = rank(values, place)
    equals = number - len(larger) - len(smaller)
    if not len(larger) or not len(smaller) or equals > 1 or smaller.max() <= 0 or np.isinf(larger.min()):
        return k / number
    above = (k - 1) * float(np.log(larger.min() / own))
    below = k * float(np.log(own / smaller.max()))
    return (k - 1 + above / (above + below)) / number


def margin(values: Floats, level: float) -> float | None:
    """What the placebos' values stay within at a level; None where so few cannot say.

    The smallest of them that at least `level` of the placebos and one more stay within, so that the coverage is not
    below the level when units are exchangeable (Vovk, Gammerman and Shafer 2005). Columns are taken one by one.
    """
    place = int(np.ceil(level * (len(values) + 1) - 1e-9))
    if place > len(values):
        return None
    found = float(np.sort(values)[place - 1])
    return found if np.isfinite(found) else None


def interval(placebos: Placebos, treated: int, among: Truths, level: float) -> tuple[float, float] | None:
    """The mean difference with the margin that placebos need, each in units of its own misfit before T."""
    found = margin(over(np.abs(placebos.mean_after), placebos.scale)[_rest(among, treated)], level)
    att, own = float(placebos.mean_after[treated]), float(placebos.scale[treated])
    return None if found is None else (att - found * own, att + found * own)


def margins_by_time(placebos: Placebos, treated: int, among: Truths, level: float) -> list[float | None]:
    """For each time at or after T the margin of that time alone, in units of the outcome."""
    scaled = scaled_after(placebos)[:, _rest(among, treated)]
    own = float(placebos.scale[treated])
    found = [margin(np.abs(row), level) for row in scaled]
    return [None if one is None else one * own for one in found]


def scaled_after(placebos: Placebos) -> Floats:
    """Gaps at and after T in units of each one's misfit before T."""
    after = placebos.gaps[placebos.before :]
    return over(after, np.broadcast_to(placebos.scale, after.shape))


def _rest(among: Truths, treated: int) -> Truths:
    rest = among.copy()
    rest[treated] = False
    return rest


def in_time(case: Case, method: Method, times: int, fitting: Fitting = one_by_one) -> Placebos | None:
    """The case as if T had come `times` times earlier and nothing after the real T were known.

    None where too little would be left, or where predictors might tell of times after the pretended T.
    """
    before = case.before - times
    if before < case.fit_from + 2 or case.predictors is not None:
        return None
    last = before if case.fit_to is None else min(case.fit_to, before)
    return in_space(Case(case.outcomes[: case.before], before, case.fit_from, last), method, fitting)


def without_each(case: Case, method: Method, treated: int, weights: Floats, most: int) -> dict[int, float]:
    """The estimate without each donor that carries weight, the `most` heaviest; by the donor's place."""
    heaviest = [int(place) for place in np.argsort(-np.abs(weights), kind="stable")[:most] if weights[place] != 0]
    found = {}
    for place in sorted(heaviest):
        smaller = case.without(place)
        unit = treated - (place < treated)
        gap = smaller.outcomes[:, unit] - method(smaller, unit).modelled
        found[place] = float(gap[case.before :].mean())
    return found
