"""How far is the synthetic control off before T, and what does that say about after?

Augmented synthetic control (Ben-Michael, Feller and Rothstein 2021) with a ridge regression: the weights of the
synthetic control are moved to close what it leaves open before T, at a price on moving, and may then be negative. The
price is the largest whose error on left-out times lies within one standard error of the least, as in the authors'
package. Predictors are balanced beside the outcomes, each at the spread of the outcomes.
"""

import numpy as np

from bluehelm.impact.cases import Case, Fit, Floats, others, spread_weights
from bluehelm.impact.synthetic_control import simplex_weights

PRICES, LEAST_PRICE = 20, 1e-8  # steps of the search, and the least price as a share of the largest


def augmented(case: Case, unit: int) -> Fit:
    """The fit of one unit of a case."""
    places = others(case.outcomes.shape[1], unit)
    donors, target = balanced(case, unit)
    times = len(case.fitted)
    price = _price(donors, target, times)
    weights = simplex_weights(donors, target)
    weights = weights + _moved(donors, target - donors @ weights, np.array([price]))[0]
    return Fit(spread_weights(weights, len(places) + 1, unit), case.outcomes[:, places] @ weights)


def balanced(case: Case, unit: int) -> tuple[Floats, Floats]:
    """What the donors must match: outcomes fitted on and then predictors, less the donors' mean."""
    places = others(case.outcomes.shape[1], unit)
    outcomes = case.fitted - case.fitted[:, places].mean(axis=1, keepdims=True)
    rows = [outcomes]
    if case.predictors is not None:
        centred = case.predictors - case.predictors[:, places].mean(axis=1, keepdims=True)
        spread = centred[:, places].std(axis=1, ddof=1, keepdims=True)
        told = spread[:, 0] > 0
        rows.append(centred[told] / spread[told] * outcomes[:, places].std(ddof=1))
    matrix = np.vstack(rows)
    return matrix[:, places], matrix[:, unit]


def _price(donors: Floats, target: Floats, times: int) -> float:
    """The largest price within one standard error of the best on left-out times; the last time is never left out."""
    largest = float(np.linalg.norm(donors, 2)) ** 2
    if largest == 0:
        return 1.0
    prices = largest * LEAST_PRICE ** ((np.arange(PRICES + 1) - 1) / PRICES)
    errors = _errors(donors, target, times - 1, prices)
    mean = errors.mean(axis=0)
    best = int(mean.argmin())
    allowed = mean[best] + (errors[:, best].std(ddof=1) / np.sqrt(len(errors)) if len(errors) > 1 else 0.0)
    return float(prices[mean <= allowed].max())


def _errors(donors: Floats, target: Floats, times: int, prices: Floats) -> Floats:
    """The squared error on each of the first `times` rows, left out in turn, at every price (columns).

    With A = (D D' + price)^-1 and r what the weights without row t leave open (0 in t), the solution without row t is
    A r less its part along A's column t: one decomposition serves every row and price.
    """
    products = donors @ donors.T
    size, directions = np.linalg.eigh(products)
    inverse = 1 / (np.maximum(size, 0.0)[:, None] + prices)
    errors = np.empty((times, len(prices)))
    for row in range(times):
        kept = np.delete(donors, row, axis=0)
        weights = simplex_weights(kept, np.delete(target, row))
        open_here = target - donors @ weights
        left_open = open_here.copy()
        left_open[row] = 0.0
        solved = directions @ (inverse * (directions.T @ left_open)[:, None])
        column = directions @ (inverse * directions[row][:, None])
        without = solved - column * (solved[row] / column[row])
        errors[row] = (open_here[row] - products[row] @ without) ** 2
    return errors


def _moved(donors: Floats, left_open: Floats, prices: Floats) -> Floats:
    """For each price the change of weights that closes what is left open: open' (D D' + price)^-1 D."""
    size, directions = np.linalg.eigh(donors @ donors.T)
    along = directions.T @ left_open
    return np.asarray((along / (np.maximum(size, 0.0) + prices[:, None])) @ directions.T @ donors)
