"""Which cell stood how near to which bases in which month, and which stood near none?

A panel has a row for each grid cell and a column for each month. Bases come, grow, shrink and leave; their rings
overlap, and a cell belongs to the ring of its nearest base. Maps are snapshots: a base opened some time after the
last map that lacks it and no later than the first that shows it, so that every opening has an earliest and a latest
month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from bluehelm.geo.areas import distance_km
from bluehelm.tables.grid import cells_of, centre_of
from bluehelm.tables.months import ordinal

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Rings = npt.NDArray[np.uint8]
Truths = npt.NDArray[np.bool_]
Dating = Literal["earliest", "latest"]
STAYS = pl.Schema(
    {
        "location": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "opens": pl.Int64,
        "closes": pl.Int64,
        "troops": pl.Float64,
    }
)


@dataclass(frozen=True, slots=True)
class CellPanel:
    """Cells by months: `events` is the outcome, `history` all events, which sites are chosen by: (cells, months)."""

    gids: Whole
    latitude: Numbers
    longitude: Numbers
    months: tuple[str, ...]
    events: Numbers
    history: Numbers

    def apart_km(self) -> Numbers:
        """Distance between the centres of every two cells."""
        return between_km(self.latitude, self.longitude, self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class Bases:
    """Stays of bases: number of the site (a cell), offset from its centre in degrees, first month and month of leaving.

    `cell_of_site` numbers the panel's cells; `troops` is the mean of known strengths, NaN where none is known.
    Months are numbered from the panel's first; a stay that began before it has a negative number.
    """

    names: tuple[str, ...]
    site: Whole
    north: Numbers
    east: Numbers
    opens: Whole
    closes: Whole
    troops: Numbers
    cell_of_site: Whole

    @property
    def opening_of_site(self) -> Whole:
        """The month in which each site first had a base."""
        first = np.full(len(self.cell_of_site), np.iinfo(np.int64).max)
        np.minimum.at(first, self.site, self.opens)
        return first

    def months(self, last: int) -> list[int]:
        """Months after the panel's first in which some site opened."""
        return sorted({int(month) for month in self.opening_of_site if 0 < month < last})


@dataclass(frozen=True, slots=True)
class Presence:
    """A mission's panel and bases; `standing` is the ring of each cell and month by bases of others, which stay put."""

    mission: str
    panel: CellPanel
    bases: Bases
    edges: tuple[float, ...]
    standing: Rings

    @property
    def none(self) -> int:
        """The number that means: in no ring."""
        return len(self.edges)


def between_km(latitude: Numbers, longitude: Numbers, to_latitude: Numbers, to_longitude: Numbers) -> Numbers:
    """Distances (points, to points)."""
    shape = (len(latitude), len(to_latitude))
    here = (np.broadcast_to(values[:, None], shape) for values in (latitude, longitude))
    there = (np.broadcast_to(values[None, :], shape) for values in (to_latitude, to_longitude))
    return distance_km(*here, *there)


def cells_within(inside: npt.NDArray[np.bool_], gids: Whole) -> tuple[Whole, Numbers, Numbers]:
    """The chosen cells and their centres."""
    chosen = gids[inside]
    centres = np.array([centre_of(int(gid)) for gid in chosen]).reshape(-1, 2)
    return chosen, centres[:, 0], centres[:, 1]


def counted(events: pl.DataFrame, gids: Whole, months: Sequence[str], value: pl.Expr | None = None) -> Numbers:
    """Events by cell and month of beginning, or the sum of a value of theirs; cells and months without any have 0."""
    number = pl.col("date_start").dt.year() * 12 + pl.col("date_start").dt.month() - 1 - ordinal(months[0])
    order = pl.DataFrame({"gid": gids, "cell": np.arange(len(gids))})
    sums = (
        events.select("gid", number.cast(pl.Int64).alias("number"), (pl.lit(1) if value is None else value).alias("n"))
        .join(order, on="gid")
        .filter(pl.col("number").is_between(0, len(months) - 1))
        .group_by("cell", "number")
        .agg(pl.col("n").sum())
    )
    counts = np.zeros((len(gids), len(months)))
    counts[sums["cell"].to_numpy(), sums["number"].to_numpy()] = sums["n"].to_numpy()
    return counts


def stays(
    maps: pl.DataFrame, panel_first: str, begun: str, ended: str | None, *, dating: Dating, gap_maps: int
) -> pl.DataFrame:
    """Stays of bases from a mission's maps (`month`, `location`, `latitude`, `longitude`, `troops`), dated one way.

    Gives `location`, `latitude`, `longitude`, `opens`, `closes` (months numbered from the panel's first; the month of
    closing is the first without the base) and `troops`, the mean of what the maps of the stay say. A stay that the last
    map still shows has no known end but the mission's.
    """
    shown = sorted(maps["month"].unique())
    at = [ordinal(month) - ordinal(panel_first) for month in shown]
    start = ordinal(begun) - ordinal(panel_first)
    end = ordinal(ended) - ordinal(panel_first) + 1 if ended else np.iinfo(np.int32).max
    found = []
    for (location,), rows in maps.sort("month").group_by("location", maintain_order=True):
        on = [shown.index(month) for month in rows["month"]]
        for first, last in _runs(on, gap_maps):
            opens = at[first] if dating == "latest" else (at[first - 1] + 1 if first else min(start, at[0]))
            closes = end if last == len(at) - 1 else (at[last] + 1 if dating == "earliest" else at[last + 1])
            during = rows.filter(pl.col("month").is_between(pl.lit(shown[first]), pl.lit(shown[last])))
            place = (during["latitude"][-1], during["longitude"][-1])
            found.append((location, *place, opens, max(min(closes, end), opens + 1), during["troops"].mean()))
    return pl.DataFrame(found, schema=STAYS, orient="row").sort("opens", "location")


def _runs(maps: Sequence[int], gap: int) -> list[tuple[int, int]]:
    """First and last of each run of map numbers in which no more than `gap` are missing in a row."""
    runs: list[tuple[int, int]] = []
    for number in maps:
        if runs and number - runs[-1][1] <= gap + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def bases_of(stays: pl.DataFrame, gids: Whole) -> tuple[Bases, int]:
    """Bases in the panel's cells from `stays`, and how many stays lie in no cell of the panel."""
    placed = stays.with_columns(gid=cells_of(pl.col("latitude"), pl.col("longitude")))
    inside = placed.filter(pl.col("gid").is_in(gids.tolist()))
    sites = sorted(inside["gid"].unique())
    number = {gid: index for index, gid in enumerate(gids.tolist())}
    centres = np.array([centre_of(gid) for gid in inside["gid"]]).reshape(-1, 2)
    bases = Bases(
        names=tuple(inside["location"]),
        site=np.array([sites.index(gid) for gid in inside["gid"]], dtype=np.int64),
        north=inside["latitude"].to_numpy() - centres[:, 0],
        east=inside["longitude"].to_numpy() - centres[:, 1],
        opens=inside["opens"].to_numpy(),
        closes=inside["closes"].to_numpy(),
        troops=inside["troops"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        cell_of_site=np.array([number[gid] for gid in sites], dtype=np.int64),
    )
    return bases, placed.height - inside.height


def ring_at(km: Numbers, edges: Sequence[float]) -> Rings:
    """The ring that holds a distance; the number of rings where none does."""
    return np.searchsorted(np.asarray(edges, dtype=float), km, side="right").astype(np.uint8)


def standing_of(panel: CellPanel, others: pl.DataFrame, edges: Sequence[float]) -> Rings:
    """The ring of each cell and month by the stays of other missions, wherever they lie."""
    ring = np.full((len(panel.gids), len(panel.months)), len(edges), dtype=np.uint8)
    if others.is_empty():
        return ring
    places = others["latitude"].to_numpy(), others["longitude"].to_numpy()
    of = ring_at(between_km(panel.latitude, panel.longitude, *places), edges)
    for number, (opens, closes) in enumerate(others.select("opens", "closes").iter_rows()):
        span = slice(max(opens, 0), max(closes, 0))
        ring[:, span] = np.minimum(ring[:, span], of[:, number, None])
    return ring


def _ring_of_base(presence: Presence, base: int) -> Rings:
    """(place of the base, cell): the ring of every cell if the base lay at the same point of any other cell."""
    panel, bases = presence.panel, presence.bases
    moved = panel.latitude + bases.north[base], panel.longitude + bases.east[base]
    return ring_at(between_km(*moved, panel.latitude, panel.longitude), presence.edges)


def rings_when(presence: Presence, sited: Whole) -> Rings:
    """(draws, cells, months): the ring of the nearest base if sites lay in the cells of each draw, (draws, sites)."""
    months = presence.standing.shape[1]
    state = np.repeat(presence.standing[None], len(sited), axis=0)
    for base, site in enumerate(presence.bases.site):
        span = slice(max(int(presence.bases.opens[base]), 0), min(int(presence.bases.closes[base]), months))
        near = _ring_of_base(presence, base)[sited[:, site]]
        np.minimum(state[:, :, span], near[:, :, None], out=state[:, :, span])
    return state


def bases_when(presence: Presence, sited: Whole, weight: Numbers | None = None) -> npt.NDArray[np.float32]:
    """(rings, draws, cells, months): how many bases stood in each ring, or the sum of a weight of theirs."""
    cells, months = presence.standing.shape
    number = np.zeros((presence.none, len(sited), cells, months), dtype=np.float32)
    for base, site in enumerate(presence.bases.site):
        span = slice(max(int(presence.bases.opens[base]), 0), min(int(presence.bases.closes[base]), months))
        near = _ring_of_base(presence, base)[sited[:, site]]
        each = 1.0 if weight is None else float(weight[base])
        for ring in range(presence.none):
            number[ring, :, :, span] += np.float32(each) * (near == ring)[:, :, None]
    return number


@dataclass(frozen=True, slots=True)
class Entry:
    """The first exposure of every cell in every draw: its month (the number of months where there is none) and ring."""

    month: Whole
    ring: Rings


def first_exposure(state: Rings, none: int) -> Entry:
    """When each cell first came into a ring, and into which; `state` as from `rings_when`."""
    exposed = state < none
    month = np.where(exposed.any(axis=2), exposed.argmax(axis=2), state.shape[2]).astype(np.int64)
    at = np.minimum(month, state.shape[2] - 1)
    ring = np.take_along_axis(state, at[:, :, None], axis=2)[:, :, 0]
    return Entry(month, ring)
