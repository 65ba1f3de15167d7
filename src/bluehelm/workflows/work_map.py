"""Which posts, roads and borders are known for a mission's map for work, from which versions?"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import shapely

from bluehelm.products.work_map import Line, Point, View
from bluehelm.protection.roads import standing
from bluehelm.situation.presence import Place, latest_map_month, places_on_map
from bluehelm.store import Store, Version
from bluehelm.tables import ROAD_SEASONS
from bluehelm.tables.months import month_of
from bluehelm.workflows.borders import border_layer, lines_with_disputes
from bluehelm.workflows.mission_events import UnknownMissionError, what_is_known
from bluehelm.workflows.registry import mission_registry


@dataclass(frozen=True, slots=True)
class Posts:
    """The mission's places on its latest map, the map's month and the version; no place without one."""

    places: tuple[Place, ...] = ()
    month: str | None = None
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Road:
    """A stretch of road in a calendar month, as far as somebody said, and who and when."""

    code: str
    name: str
    source: str
    seen_on: date
    lines: tuple[Line, ...]
    standing: str
    is_stale: bool


def posts_of(home: Path, mission: str, on: date) -> Posts:
    """Where the mission's people stand on its latest map up to a day."""
    try:
        known = what_is_known(home, mission)
    except UnknownMissionError:
        return Posts()
    if known.deployments is None:
        return Posts()
    rows = Store(home).scan(known.deployments).filter(pl.col("mission") == known.entry.mission).collect()
    month = latest_map_month(rows, known.entry.mission, month_of(on))
    if month is None:
        return Posts()
    return Posts(tuple(places_on_map(rows, known.entry.mission, month)), month, known.deployments)


def roads_of(home: Path, mission: str, month: int, stale_before: date) -> tuple[list[Road], Version | None]:
    """The roads of the newest version that may be read, as they stand in a calendar month; none without a version."""
    entry = mission_registry(home).get(mission)
    version = Store(home).latest(ROAD_SEASONS.name, synthetic=bool(entry and entry.synthetic))
    if version is None:
        return [], None
    rows = Store(home).scan(version).sort("road_id").collect().iter_rows(named=True)
    return [_road(row, month, stale_before) for row in rows], version


def _road(row: dict[str, Any], month: int, stale_before: date) -> Road:
    how, is_stale = standing(row["months_passable"], month), row["seen_on"] < stale_before
    lines = tuple(Line(points, how, is_stale) for points in _parts(shapely.from_wkt(row["line"])))
    return Road(
        row["road_id"], row["name"] or row["road_id"], row["source"], row["seen_on"], lines, how, is_stale
    )  # fmt: skip


def _parts(shape: Any) -> list[tuple[Point, ...]]:
    """The lines and outer and inner rings of a shape."""
    if shape.is_empty:
        return []
    if hasattr(shape, "geoms"):
        return [part for one in shape.geoms for part in _parts(one)]
    if shape.geom_type == "Polygon":
        return [tuple(ring.coords) for ring in (shape.exterior, *shape.interiors)]
    return [tuple(shape.coords)] if shape.geom_type == "LineString" else []


@dataclass(frozen=True, slots=True)
class Ground:
    """The land in a view as rings, and its boundary lines, each `disputed` or `settled`."""

    rings: tuple[tuple[Point, ...], ...]
    borders: tuple[Line, ...]


@lru_cache(maxsize=16)
def ground(home: Path, view: View) -> Ground:
    """What lies under the marks of a view: land and boundaries of the files in use, cut to the view."""
    box = (view.west, view.south, view.east, view.north)
    rings = [ring for feature in _near(border_layer(home, "countries"), box) for ring in _cut(feature, box)]
    borders = [
        Line(points, "disputed" if feature["properties"].get("disputed") else "settled")
        for feature in _near(lines_with_disputes(home), box)
        for points in _cut(feature, box)
    ]
    return Ground(tuple(rings), tuple(borders))


def _near(layer: dict[str, Any], box: tuple[float, float, float, float]) -> list[dict[str, Any]]:
    west, south, east, north = box
    found = []
    for feature in layer["features"]:
        low_x, low_y, high_x, high_y = shapely.geometry.shape(feature["geometry"]).bounds
        if low_x <= east and high_x >= west and low_y <= north and high_y >= south:
            found.append(feature)
    return found


def _cut(feature: dict[str, Any], box: tuple[float, float, float, float]) -> list[tuple[Point, ...]]:
    shape = shapely.make_valid(shapely.geometry.shape(feature["geometry"]))
    return _parts(shapely.simplify(shapely.clip_by_rect(shape, *box), (box[2] - box[0]) / 1200))
