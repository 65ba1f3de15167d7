"""Which weighting of donors and of times before T makes paths parallel?

Synthetic difference-in-differences (Arkhangelsky and others 2021): regularised weights of donors and of times, each
with an intercept, by diff-diff's solver, whose answer on Proposition 99 is the published one. The modelled path is the
weighted donors' shifted by the weighted difference before T, so that the mean difference after T is the estimate.
"""

import numpy as np

from bluehelm.impact.cases import Case, Fit, Floats, others, spread_weights

CONVERGED = 1e-5  # as the authors' code: in units of the noise
ALMOST_NONE = 1e-6  # the regularisation of times, in units of the noise


def synthetic_did(case: Case, unit: int) -> Fit:
    """The fit of one unit of a case."""
    from diff_diff.utils import compute_sdid_unit_weights, compute_time_weights

    places = others(case.outcomes.shape[1], unit)
    donors, target = case.outcomes[:, places], case.outcomes[: case.before, unit]
    before, after = donors[: case.before], donors[case.before :]
    scale = float(np.abs(before).max(initial=0.0)) or 1.0
    noise = _noise(before) / scale
    least = CONVERGED * noise if noise else CONVERGED
    weights = np.asarray(
        compute_sdid_unit_weights(
            before / scale, target / scale, zeta_omega=len(after) ** 0.25 * noise, min_decrease=least
        )
    )
    times = np.asarray(
        compute_time_weights(before / scale, after / scale, zeta_lambda=ALMOST_NONE * noise, min_decrease=least)
    )
    shift = times @ (target - before @ weights)
    return Fit(spread_weights(weights, len(places) + 1, unit), donors @ weights + shift)


def _noise(before: Floats) -> float:
    """The standard deviation of the donors' changes from one time to the next."""
    changes = np.diff(before, axis=0)
    return float(changes.std(ddof=1)) if changes.size > 1 else 0.0
