"""Do more or fewer events happen now than in the mission's own past?

The events of the last window are set beside those of past windows of equal length: the interval that the past lets one
expect (see `usual`, clustering from the same windows), and the share of past windows with fewer. A mission is measured
by itself and never by another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from bluehelm.situation.events import Window
from bluehelm.situation.usual import clustering_of, usual
from bluehelm.situation.windows import begun_in


@dataclass(frozen=True, slots=True)
class Tempo:
    """The last window's events beside the past: `low` to `high` is usual; `at_least` and `at_most` are probabilities.

    `rank` is the share of past windows with fewer events, those with as many counted half.
    """

    window: Window
    count: int
    past: tuple[int, ...]
    expected: float
    low: int
    high: int
    at_least: float
    at_most: float
    rank: float
    clustering: float

    @property
    def verdict(self) -> str:
        """`above`, `below` or `within` what is usual."""
        return "above" if self.count > self.high else "below" if self.count < self.low else "within"


def tempo(events: pl.DataFrame, recent: Window, past: Sequence[Window], interval: float) -> Tempo:
    """The tempo of a window beside past windows, of which there are at least two."""
    count, *before = (events.filter(begun_in(window)).height for window in (recent, *past))
    history = np.array([before], dtype=np.int64)
    clustering = clustering_of(history)
    expected = usual(history, clustering)
    low, high = expected.interval(interval)
    return Tempo(
        window=recent,
        count=count,
        past=tuple(before),
        expected=float(expected.mean[0]),
        low=int(low[0]),
        high=int(high[0]),
        at_least=float(expected.at_least(np.array([count]))[0]),
        at_most=float(expected.at_most(np.array([count]))[0]),
        rank=sum((other < count) + (other == count) / 2 for other in before) / len(before),
        clustering=clustering,
    )
