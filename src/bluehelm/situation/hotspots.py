"""In which grid cells did more happen lately than their own past lets one expect?

For every cell with an event in the last window or in the past windows, the events of the last window are set beside
what the cell's past windows let one expect (see `usual`; clustering is pooled over the cells). Many cells are looked
at, so some are unusual by chance: cells are named so that of all named an expected share of at most the false
discovery rate is named by chance. A cell also holds events placed only at a district's or country's centre; how many
of its events those are is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from bluehelm.situation.events import Window
from bluehelm.situation.usual import clustering_of, false_discovery, usual
from bluehelm.situation.windows import begun_in
from bluehelm.tables.grid import centre_of

# UCDP's precisions 1 to 2 name the place or somewhere within 25 km; from 3 on it is a district or more.
PLACED = 2


@dataclass(frozen=True, slots=True)
class CellCount:
    """A cell's last window: `low` to `high` is usual, `p_value` the probability of so many events or more.

    `q_value` is the false discovery rate at which the cell would just be named; `unplaced` are events in the count
    that are placed at the centre of a district or more.
    """

    gid: int
    latitude: float
    longitude: float
    count: int
    best: int
    unplaced: int
    expected: float
    low: int
    high: int
    p_value: float
    q_value: float


def cell_counts(
    events: pl.LazyFrame, recent: Window, past: Sequence[Window], interval: float
) -> tuple[list[CellCount], float]:
    """Every cell with an event in the windows, the least probable count first, ties by cell; and the clustering."""
    cells = _counts(events, [recent, *past])
    if cells.is_empty():
        return [], 0.0
    history = cells.select(f"window_{number}" for number in range(1, len(past) + 1)).to_numpy().astype(np.int64)
    count, clustering = cells["window_0"].to_numpy().astype(np.int64), clustering_of(history)
    expected = usual(history, clustering)
    (low, high), p_values = expected.interval(interval), expected.at_least(count)
    rows = zip(
        *(cells["gid"].to_list(), count.tolist(), cells["best"].to_list(), cells["unplaced"].to_list()),
        *(column.tolist() for column in (expected.mean, low, high, p_values, false_discovery(p_values))),
        strict=True,
    )
    made = [CellCount(gid, *centre_of(gid), *figures) for gid, *figures in rows]
    return sorted(made, key=lambda cell: (cell.p_value, cell.gid)), clustering


def _counts(events: pl.LazyFrame, windows: Sequence[Window]) -> pl.DataFrame:
    """One row per cell with an event in a window: `window_N` counts those of window N, the others are of the first."""
    inside = [begun_in(window) for window in windows]
    unplaced = (inside[0] & (pl.col("place_precision") > PLACED)).sum().alias("unplaced")
    sums = [within.sum().alias(f"window_{number}") for number, within in enumerate(inside)]
    days = begun_in(Window(min(window.first for window in windows), max(window.last for window in windows)))
    cells = events.filter(days).group_by("gid").agg(*sums, pl.col("best").filter(inside[0]).sum(), unplaced)
    return cells.filter(pl.sum_horizontal(pl.col("^window_.*$")) > 0).sort("gid").collect(engine="streaming")
