"""Are probabilities that something reaches a threshold true to their word, and do they come in the right order?

Functions take probabilities [n] and whether it happened [n]. What cannot be said is None: no order where nothing, or
everything, happened.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def exceedance(draws: Floats, threshold: float) -> Floats:
    """The share [n] of draws [n, draws] at or above a threshold."""
    return np.asarray((draws >= threshold).mean(axis=1))


def brier(probabilities: Floats, happened: Truths) -> Floats:
    """The squared difference [n] between probability and event (Brier 1950)."""
    return (probabilities - happened) ** 2


def average_precision(probabilities: Floats, happened: Truths) -> float | None:
    """The mean precision over the events, by falling probability; ties stand together."""
    from sklearn.metrics import average_precision_score  # slow to load, and needed by nothing else

    if not happened.any():
        return None
    return float(average_precision_score(happened, probabilities))


@dataclass(frozen=True, slots=True)
class Reliability:
    """Among the forecasts between two probabilities: how many, what they said on average, how often it happened."""

    low: float
    high: float
    count: int
    said: float | None
    happened: float | None


def reliability(probabilities: Floats, happened: Truths, bins: int = 10) -> list[Reliability]:
    """What was said beside what happened, in equal bins of probability; the last bin holds 1 as well."""
    bin_of = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    rows = []
    for place in range(bins):
        mine = bin_of == place
        count = int(mine.sum())
        said = float(probabilities[mine].mean()) if count else None
        share = float(happened[mine].mean()) if count else None
        rows.append(Reliability(place / bins, (place + 1) / bins, count, said, share))
    return rows
