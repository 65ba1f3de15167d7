"""What would the treated unit's path be had it moved as the mean of the donors?

Difference-in-differences for one unit: the donors' mean, shifted so that the means before T agree.
"""

import numpy as np

from bluehelm.impact.cases import Case, Fit, others, spread_weights


def difference_in_differences(case: Case, unit: int) -> Fit:
    """The fit of one unit of a case."""
    places = others(case.outcomes.shape[1], unit)
    mean = case.outcomes[:, places].mean(axis=1)
    shift = (case.outcomes[:, unit] - mean)[: case.before].mean()
    return Fit(spread_weights(np.full(len(places), 1 / len(places)), len(places) + 1, unit), mean + shift)
