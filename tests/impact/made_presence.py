"""What small missions with known bases and events are presence estimators tried on?"""

import numpy as np

from bluehelm.definitions.presence_effects import packaged_presence_rules
from bluehelm.impact.exposure import Bases, CellPanel, Presence
from bluehelm.tables.grid import cell_of, centre_of
from bluehelm.tables.months import months_between

RULES = packaged_presence_rules()
MONTHS = tuple(months_between("2000-01", "2006-12"))


def grid(rows: int = 12, columns: int = 14, *, south: float = 5.0, west: float = 20.0) -> np.ndarray:
    """The numbers of a block of cells."""
    return np.array([cell_of(south + row / 2, west + column / 2) for row in range(rows) for column in range(columns)])


def panel_of(events: np.ndarray, gids: np.ndarray) -> CellPanel:
    centres = np.array([centre_of(int(gid)) for gid in gids])
    return CellPanel(gids, centres[:, 0], centres[:, 1], MONTHS[: events.shape[1]], events, events)


def bases_at(cells: list[int], opens: list[int], closes: list[int]) -> Bases:
    """One stay in each cell, at its centre."""
    order = sorted(set(cells))
    return Bases(
        names=tuple(f"base {number}" for number in range(len(cells))),
        site=np.array([order.index(cell) for cell in cells]),
        north=np.zeros(len(cells)),
        east=np.zeros(len(cells)),
        opens=np.array(opens),
        closes=np.array(closes),
        troops=np.full(len(cells), 300.0),
        cell_of_site=np.array(order),
    )


def mission(
    seed: int = 0,
    *,
    rate: float = 1.0,
    cells: tuple[int, ...] = (15, 60, 109),
    edges: tuple[float, ...] = (50.0, 100.0),
) -> Presence:
    """Three bases among 168 cells with clustered counts; in the first ring a share `rate` of events stays."""
    random = np.random.default_rng(seed)
    gids = grid()
    level = random.gamma(0.5, 1.0, len(gids))
    events = random.poisson(np.outer(level, np.ones(len(MONTHS)))).astype(float)
    bases = bases_at(list(cells), [30, 36, 40], [84, 84, 70])
    standing = np.full(events.shape, len(edges), dtype=np.uint8)
    made = Presence("MADE", panel_of(events, gids), bases, edges, standing)
    if rate < 1:
        from bluehelm.impact.exposure import rings_when

        inside = rings_when(made, bases.cell_of_site[None])[0] == 0
        thinned = np.where(inside, random.binomial(events.astype(int), rate), events).astype(float)
        made = Presence("MADE", panel_of(thinned, gids), bases, edges, standing)
    return made
