"""How many events are there for each that was to be expected, and how often was there any?

Counts are met by Poisson pseudo-likelihood, which needs no more than that the mean is right (Santos Silva and Tenreyro
2006); no logarithm of a count plus one. The probability of any event in a month is met linearly.

`modelled_path`: events after an opening, beside those that a Poisson model gives for places of the same history.
`rate_ratio`: the rate after over before, beside the donors'; cells and cohort months have effects of their own, which a
Mantel-Haenszel sum over cohorts takes out. `per_base`: how the rate goes with every further base in a ring.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bluehelm.impact.comparisons import Cohort, Sums
from bluehelm.impact.exposure import Numbers

PULL = 1.0  # of coefficients towards 0; the level is free
ROUNDS = 15


def modelled_path(made: Sequence[Cohort], events: Numbers, histories: Sequence[Numbers], overdispersion: float) -> Sums:
    """Observed and modelled events of joiners, each weighed by 1 / (1 + overdispersion x modelled).

    The model is that of a score test: fitted under the hypothesis, to donors and to the cells that join, from which the
    effect that is tried has been taken off. Cells exposed before are in neither.
    """
    above = below = np.zeros(1)
    for cohort, history in zip(made, histories, strict=True):
        after = cohort.around(events)[1]
        modelled = expected(history, after, np.minimum(cohort.donors + cohort.joined.sum(axis=0), 1.0))
        weight = 1 / (1 + overdispersion * modelled)
        above = above + np.einsum("qrc,rc->qr", cohort.joined, weight * after)
        below = below + np.einsum("qrc,rc->qr", cohort.joined, weight * modelled)
    return Sums("ratio", above, below)


def expected(history: Numbers, counts: Numbers, donors: Numbers) -> Numbers:
    """(draws, cells): counts that a Poisson model fitted to the donors of each draw gives for every cell's history.

    `history` (cells, features), `counts` (cells), `donors` (draws, cells) of 0 and 1. A model never gives a cell more
    than twice the largest count of a donor, nor takes a history further than the donors'.
    """
    design = np.column_stack((np.ones(len(history)), history - history.mean(axis=0)))
    pairs = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    width = design.shape[1]
    pull = np.diag([1e-6, *[PULL] * (width - 1)])
    level = np.log((donors @ counts + 0.5) / np.maximum(donors.sum(axis=1), 1))
    weights = np.zeros((len(donors), width))
    weights[:, 0] = level
    ceiling = np.log(2 * (donors * counts).max(axis=1) + 1)[:, None]
    for _ in range(ROUNDS):
        mean = np.exp(np.minimum(weights @ design.T, ceiling)) * donors
        slope = (donors * counts - mean) @ design - weights @ pull
        curve = (mean @ pairs).reshape(len(donors), width, width) + pull
        step = np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
        weights = weights + step / np.maximum(np.abs(step).max(axis=1, keepdims=True), 1)
        if np.abs(step).max() < 1e-3:
            break
    return np.asarray(np.exp(np.minimum(weights @ design.T, ceiling)))


def rate_ratio(made: Sequence[Cohort], events: Numbers) -> Sums:
    """Mantel-Haenszel sums over cohorts of joiners and donors, before and after."""
    above = below = np.zeros(1)
    for cohort in made:
        before, after = cohort.around(events)
        ours, theirs = (
            cohort.joined @ np.column_stack((before, after)),
            cohort.donors @ np.column_stack((before, after)),
        )
        total = np.maximum(ours.sum(axis=2) + theirs.sum(axis=1), 1e-12)
        above = above + ours[:, :, 1] * theirs[:, 0] / total
        below = below + ours[:, :, 0] * theirs[:, 1] / total
    return Sums("ratio", above, below)


def per_base(events: Numbers, bases: npt.NDArray[np.float32]) -> Sums:
    """The log rate for each further base, one step from none: score over information of a Poisson model.

    `bases` (rings, draws, cells, months). Cells and months have effects of their own; without an effect of presence
    their fitted means are the products of the sums of rows and columns, so that one step needs no search.
    """
    rows, columns, total = events.sum(axis=1), events.sum(axis=0), max(float(events.sum()), 1e-12)
    mean = np.outer(rows, columns) / total
    score = np.einsum("qrct,ct->qr", bases, (events - mean).astype(bases.dtype))
    by_cell, by_month = (np.einsum(f"qrct,ct->qr{kept}", bases, mean.astype(bases.dtype)) for kept in "ct")
    square = np.einsum("qrct,ct->qr", bases**2, mean.astype(bases.dtype))
    for sums, size in ((by_cell, rows), (by_month, columns)):
        square = square - (sums**2 / np.maximum(size, 1e-12)).sum(axis=2)
    square = square + by_cell.sum(axis=2) ** 2 / total
    return Sums("log-rate", score.astype(float), np.maximum(square, 0.0).astype(float))


@dataclass(frozen=True, slots=True)
class PoissonFit:
    """What pyfixest found for each regressor: the coefficient and its error clustered by unit."""

    names: tuple[str, ...]
    coefficients: tuple[float, ...]
    errors: tuple[float, ...]


def poisson(events: Numbers, regressors: dict[str, Numbers], unit: Numbers, time: Numbers) -> PoissonFit:
    """Poisson pseudo-likelihood with effects of units and times (pyfixest); all arguments flat, of one length."""
    import warnings

    import pandas
    from pyfixest.estimation import fepois

    data = pandas.DataFrame({"events": events, "unit": unit, "time": time, **regressors})
    with warnings.catch_warnings():  # it warns of pandas' next version, and of the units without events that it drops
        warnings.simplefilter("ignore")
        fit = fepois(f"events ~ {' + '.join(regressors)} | unit + time", data=data, vcov={"CRV1": "unit"})
    table = fit.tidy()
    return PoissonFit(tuple(table.index), tuple(map(float, table["Estimate"])), tuple(map(float, table["Std. Error"])))
