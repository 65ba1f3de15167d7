"""How near to the mission's bases did events happen, month by month, and how much presence stood around a place?

Rings begin at given distances; a ring holds what lies at its beginning or farther and nearer than the next ring. A
month is measured against the mission's latest map not after it, because maps are snapshots: which map that was, and so
how old, is told. Before the first map nothing is known. Bases that no map places have no distance and are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from bluehelm.geo.areas import distance_km
from bluehelm.geo.nearest import nearest
from bluehelm.situation.events import MONTH_NUMBER
from bluehelm.tables.months import ordinal

BASES = pl.Schema({"month": pl.String, "latitude": pl.Float64, "longitude": pl.Float64, "troops": pl.Int64})
PLACE = ("map", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Ring:
    """Events in a ring around the nearest base; `to_km` is None for all that lies beyond the last ring."""

    from_km: float
    to_km: float | None
    count: int
    best: int


@dataclass(frozen=True, slots=True)
class RingMonth:
    """A month's events by ring; None, like `map_month`, where no map had been made."""

    month: str
    map_month: str | None
    rings: tuple[Ring, ...] | None


@dataclass(frozen=True, slots=True)
class PresenceRing:
    """Bases in a ring around a place: `troops` adds known strengths, None when no base has one."""

    from_km: float
    to_km: float | None
    bases: int
    troops: int | None
    unknown_strength: int


def rings_by_month(
    events: pl.LazyFrame, bases: pl.DataFrame, months: Sequence[str], edges: Sequence[float]
) -> list[RingMonth]:
    """Events and deaths of each month by distance to the nearest base; `bases` has the columns of BASES."""
    maps = map_of(months, sorted(bases["month"].unique()))
    found = {(number, ring): sums for number, ring, *sums in _ring_sums(events, bases, maps, edges).iter_rows()}
    return [
        RingMonth(month, maps[month], _rings(found, ordinal(month), edges) if maps[month] else None) for month in months
    ]


def _ring_sums(
    events: pl.LazyFrame, bases: pl.DataFrame, maps: Mapping[str, str | None], edges: Sequence[float]
) -> pl.DataFrame:
    """Month since year 0, number of the ring, events and deaths (best); each place is measured once for each map."""
    names = sorted({of for of in maps.values() if of is not None})
    mapped = [(ordinal(month), names.index(of)) for month, of in maps.items() if of is not None]
    of_month = pl.LazyFrame(mapped, schema={"number": pl.Int32, "map": pl.Int32}, orient="row")
    begun = events.select(MONTH_NUMBER.alias("number"), "latitude", "longitude", "best").join(of_month, on="number")
    places = begun.select(PLACE).unique().collect(engine="streaming")
    parts = [_measured(part, bases.filter(pl.col("month") == names[of])) for (of, *_), part in places.group_by("map")]
    measured = pl.concat(parts) if parts else places.with_columns(pl.lit(None, pl.Float64).alias("km"))
    ringed = measured.with_columns(_ring_of(measured["km"], edges)).drop("km")
    sums = (pl.len().alias("count"), pl.col("best").sum())
    return begun.join(ringed.lazy(), on=PLACE).group_by("number", "ring").agg(*sums).collect(engine="streaming")


def _measured(places: pl.DataFrame, bases: pl.DataFrame) -> pl.DataFrame:
    here, there = (_coordinates(frame) for frame in (places, bases))
    return places.with_columns(pl.Series("km", nearest(*here, *there)[1]))


def _coordinates(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return frame["latitude"].to_numpy(), frame["longitude"].to_numpy()


def map_of(months: Sequence[str], map_months: Sequence[str]) -> dict[str, str | None]:
    """For every month the latest map month not after it; None before the first map."""
    return {month: max((of for of in map_months if of <= month), default=None) for month in months}


def presence_around(
    latitude: float, longitude: float, bases: pl.DataFrame, edges: Sequence[float]
) -> list[PresenceRing]:
    """The bases of one map around a place, by ring."""
    here = np.full(bases.height, latitude), np.full(bases.height, longitude)
    ringed = bases.with_columns(_ring_of(pl.Series("km", distance_km(*here, *_coordinates(bases))), edges))
    rings = []
    for number, (from_km, to_km) in enumerate(_spans(edges)):
        inside = ringed.filter(pl.col("ring") == number)["troops"]
        troops = None if inside.null_count() == inside.len() > 0 else int(inside.sum())
        rings.append(PresenceRing(from_km, to_km, inside.len(), troops, inside.null_count()))
    return rings


def _ring_of(km: pl.Series, edges: Sequence[float]) -> pl.Series:
    """The number of the ring that holds a distance."""
    number = np.searchsorted(np.asarray(edges, dtype=float), km.to_numpy(), side="right") - 1
    return pl.Series("ring", number, dtype=pl.Int64)


def _rings(found: Mapping[tuple[int, int], Sequence[int]], month: int, edges: Sequence[float]) -> tuple[Ring, ...]:
    return tuple(Ring(*span, *found.get((month, number), (0, 0))) for number, span in enumerate(_spans(edges)))


def _spans(edges: Sequence[float]) -> list[tuple[float, float | None]]:
    return [*pairwise(edges), (edges[-1], None)]
