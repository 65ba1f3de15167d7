"""How far may an estimate be off if the errors of near cells go together?

The errors of Conley (1999): what each cell adds to the estimate, its months together, is multiplied with what its
neighbours add, less with distance, to nothing at a given reach. They are shown beside the draws and give no verdict: on
missions that did nothing a test with them found too much or too little (docs/methods/simulations.md).
"""

from collections.abc import Sequence

import numpy as np

from bluehelm.impact.comparisons import Cohort
from bluehelm.impact.exposure import Numbers


def conley_error(influence: Numbers, apart_km: Numbers, reach_km: float) -> float:
    """The standard error of a sum of influences (cells), cells apart (cells, cells) in km; weights fall linearly."""
    weight = np.clip(1 - apart_km / reach_km, 0, None)
    return float(np.sqrt(max(float(influence @ weight @ influence), 0.0)))


def influences(made: Sequence[Cohort], events: Numbers, ring: int, effect: float, joiners: float) -> Numbers:
    """(cells): what each cell adds to the DID_l of a ring at the true places; `joiners` is their number in all."""
    total = np.zeros(len(events))
    for cohort in made:
        before, after = cohort.around(events)
        change = after / cohort.after - before / cohort.before
        joined, donors = cohort.joined[ring, 0], cohort.donors[0]
        quiet = float(donors @ change / max(donors.sum(), 1))
        total += joined * (change - quiet - effect) / joiners
        total -= joined.sum() / joiners * donors * (change - quiet) / max(donors.sum(), 1)
    return total
