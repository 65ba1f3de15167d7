"""Which weighted mean of donors runs as the treated unit ran before T?

Weights are not negative and sum to one (Abadie and Gardeazabal 2003; Abadie, Diamond and Hainmueller 2010). Without
predictors the mean squared difference of outcomes before T is least, exactly. With predictors the weights match them
under importances that are chosen so that outcomes fit best: pysyncon's nested search, started from equal importances,
over our exact inner step.
"""

import functools
from typing import Any

import numpy as np
from scipy.optimize import nnls

from bluehelm.impact.cases import Case, Fit, Floats, others, spread_weights


def synthetic_control(case: Case, unit: int) -> Fit:
    """The fit of one unit of a case."""
    places = others(case.outcomes.shape[1], unit)
    if case.predictors is None:
        fitted = case.fitted
        weights = simplex_weights(fitted[:, places], fitted[:, unit])
    else:
        weights = _nested(case, unit)
    return Fit(spread_weights(weights, case.outcomes.shape[1], unit), case.outcomes[:, places] @ weights)


def simplex_weights(donors: Floats, target: Floats) -> Floats:
    """The weights w >= 0, sum 1, with the least |donors w - target|²; `donors` has a column for each donor.

    With w summing to one this is the least |D w|² where D = donors - target; over u = s w that and (s - 1)² together
    are a problem without the sum, which non-negative least squares solve to the end (Lawson and Hanson 1974).
    """
    difference = donors - target[:, None]
    scale = float(np.abs(difference).max(initial=0.0)) or 1.0
    matrix = np.vstack([difference / scale, np.ones(donors.shape[1])])
    wanted = np.zeros(len(matrix))
    wanted[-1] = 1.0
    solution, _ = nnls(matrix, wanted, maxiter=30 * sum(matrix.shape))
    return np.asarray(solution / solution.sum(), dtype=np.float64)


def _nested(case: Case, unit: int) -> Floats:
    """Weights that match the predictors under the importances learned."""
    scaled, places = _scaled(case), others(case.outcomes.shape[1], unit)
    weighed = scaled * np.sqrt(importances(case.learned or case, unit))[:, None]
    return simplex_weights(weighed[:, places], weighed[:, unit])


def importances(case: Case, unit: int) -> Floats:
    """How much each predictor counts, sum 1, so that matched predictors give the best fit of outcomes."""
    import pandas

    scaled, fitted, places = _scaled(case), case.fitted, others(case.outcomes.shape[1], unit)
    search = _search()()
    search.fit(
        X0=pandas.DataFrame(scaled[:, places], columns=places),
        X1=pandas.Series(scaled[:, unit], name=unit),
        Z0=pandas.DataFrame(fitted[:, places], columns=places),
        Z1=pandas.Series(fitted[:, unit], name=unit),
        optim_method="Nelder-Mead",
        optim_initial="equal",
    )
    return np.asarray(search.V, dtype=np.float64)


def _scaled(case: Case) -> Floats:
    """Predictors each at spread 1 over all units; one that all units share tells nobody apart and stays 0."""
    assert case.predictors is not None
    spread = case.predictors.std(axis=1, ddof=1, keepdims=True)
    centred = case.predictors - case.predictors.mean(axis=1, keepdims=True)
    return np.asarray(np.where(spread > 0, centred / np.where(spread > 0, spread, 1.0), 0.0))


@functools.cache
def _search() -> Any:
    """pysyncon's search over importances with our exact step inside; its own is slower and stops early."""
    from pysyncon import Synth

    class Search(Synth):  # type: ignore[misc]
        @staticmethod
        def w_optimize(V_mat: Floats, X0: Floats, X1: Floats, **_: Any) -> tuple[Floats, float]:
            importance = np.sqrt(np.diag(V_mat))
            weights = simplex_weights(X0 * importance[:, None], X1 * importance)
            return weights, float((((X0 @ weights - X1) * importance) ** 2).sum())

    return Search
