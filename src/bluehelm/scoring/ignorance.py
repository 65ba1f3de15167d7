"""How surprising was what came: how many bits were missing to foretell its bin?

The binned log score of the ViEWS 2023/24 challenge (Hegre and others 2025). One pseudo-count a bin keeps the surprise
finite, and punishes forecasts of few draws: compare only forecasts of as many draws.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EDGES = (0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5)
"""Where a new bin begins; the first one begins at 0, the last one has no end."""


def bin_of(values: Floats, edges: tuple[float, ...] = EDGES) -> NDArray[np.int64]:
    """The bin of each value; a value on an edge belongs to the bin that begins there."""
    return np.searchsorted(np.asarray(edges), values, side="right")


def ignorance(outcomes: Floats, draws: Floats, edges: tuple[float, ...] = EDGES) -> Floats:
    """The base-2 log score [n] of outcomes [n] under draws [n, draws]: 0 is certainty that proved right."""
    in_bin = (bin_of(draws, edges) == bin_of(outcomes, edges)[:, None]).sum(axis=1)
    bins = len(edges) + 1
    return np.asarray(-np.log2((in_bin + 1) / (draws.shape[1] + bins)))
