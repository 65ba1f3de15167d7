"""Which PRIO-GRID cell holds a point, and where is a cell's centre?

PRIO-GRID (Tollefsen, Strand and Buhaug 2012) numbers half-degree cells from the south-west corner, row by row:
gid = floor((lat + 90) * 2) * 720 + floor((lon + 180) * 2) + 1.
"""

import math
from collections.abc import Iterable, Iterator

import polars as pl

from bluehelm.language import _

CELL_DEGREES = 0.5
COLUMNS = 720
ROWS = 360


def cell_of(latitude: float, longitude: float) -> int:
    """The gid of the cell that holds a point in degrees; the north pole and the antimeridian fall in the last cells."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(
            _("no cell holds latitude {latitude}, longitude {longitude}", latitude=latitude, longitude=longitude)
        )
    row = min(math.floor((latitude + 90) * 2), ROWS - 1)
    column = min(math.floor((longitude + 180) * 2), COLUMNS - 1)
    return row * COLUMNS + column + 1


def cells_of(latitude: pl.Expr, longitude: pl.Expr) -> pl.Expr:
    """`cell_of` for whole columns; null where a coordinate is null."""
    row = ((latitude + 90) * 2).floor().clip(upper_bound=ROWS - 1)
    column = ((longitude + 180) * 2).floor().clip(upper_bound=COLUMNS - 1)
    return (row * COLUMNS + column + 1).cast(pl.Int64)


def centre_of(gid: int) -> tuple[float, float]:
    """Latitude and longitude, in degrees, of the centre of a cell."""
    if not 1 <= gid <= ROWS * COLUMNS:
        raise ValueError(_("there is no PRIO-GRID cell {gid}", gid=gid))
    row, column = divmod(gid - 1, COLUMNS)
    return row / 2 - 90 + CELL_DEGREES / 2, column / 2 - 180 + CELL_DEGREES / 2


def touching(cells: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Each pair of these cells that share a side or a corner, once; the grid closes at the antimeridian."""
    there = set(cells)
    for cell in sorted(there):
        row, column = divmod(cell - 1, COLUMNS)
        for down, right in ((0, 1), (1, -1), (1, 0), (1, 1)):
            other = (row + down) * COLUMNS + (column + right) % COLUMNS + 1
            if other in there:
                yield cell, other
