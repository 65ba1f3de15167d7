"""What does the map of a brief draw, and how large is each mark?

Everything is GeoJSON in WGS84 with longitude first. Marks grow with the square root of what they stand for,
so that their areas compare; an unknown strength is drawn hollow and at the smallest size, never as nothing, and a
post without troops has a mark of its own, because it is no base of troops.
"""

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

import numpy as np
import shapely
from shapely.geometry import Polygon, box, mapping, shape

from bluehelm.geo.areas import distance_to_area_km
from bluehelm.language import _, gettext_noop
from bluehelm.products.brief import WHOLE_COUNTRY, Base, Brief, EventPoint, Hotspot, versions_json
from bluehelm.tables.countries import country_name
from bluehelm.tables.grid import CELL_DEGREES

Ring = Sequence[tuple[float, float]]
Box = tuple[float, float, float, float]

EVENT_RADIUS = (2.5, 22.0)  # pixels: no deaths, and the deadliest place of the brief
BASE_SIZE = (7.0, 22.0)  # pixels across: unknown or few, and the largest base of the brief
MARGIN = 0.06  # share of the area's width and height left free around it
LEAST_SPAN = 1.0  # degrees: a very small area is still shown with its surroundings
# A host's name this near a line that hosts dispute would read as a claim to the land under it.
NAMELESS_KM = 150

Standing = Literal["base", "post", "unknown"]


class Outline(Protocol):
    """An area on the map: polygons are rings of (longitude, latitude), first point repeated at the end."""

    @property
    def name(self) -> str: ...
    @property
    def polygons(self) -> Sequence[Ring]: ...


@dataclass(frozen=True, slots=True)
class HostOutline:
    """A host country as an area of operations, from the boundary file."""

    name: str
    polygons: tuple[Ring, ...]


def outlines(brief: Brief, areas: Sequence[Outline], countries: Mapping[str, Any] | None) -> Sequence[Outline]:
    """The drawn areas; for a mission without them the host countries, where the boundary file has them."""
    if brief.scope.area != WHOLE_COUNTRY or countries is None:
        return areas
    return host_outlines(countries, brief.scope.countries)


def host_outlines(countries: Mapping[str, Any], hosts: Iterable[str]) -> list[HostOutline]:
    """The host countries' outer boundaries, by ISO 3166 alpha-3; a host missing from the file is left out."""
    wanted = set(hosts)
    found = []
    for feature in countries["features"]:
        if feature["properties"].get("iso3") in wanted:
            rings = tuple(tuple((x, y) for x, y in ring) for ring in _outer_rings(feature["geometry"]))
            found.append(HostOutline(str(feature["properties"].get("name") or ""), rings))
    return found


def _outer_rings(geometry: Mapping[str, Any]) -> list[Any]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [polygon[0] for polygon in polygons]


def map_layers(
    brief: Brief,
    areas: Sequence[Outline],
    countries: Mapping[str, Any] | None = None,
    lines: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The map's layers, each a GeoJSON FeatureCollection, and `bounds` (west, south, east, north; None if empty).

    `area`, `cells` (hotspots), `events` (inside or nearby), `bases` and `labels` (names of the countries in
    view, at a point inside their visible part). `unplaced` counts bases without coordinates; `versions` are the
    table versions behind the figures. `lines` are boundary lines with `disputed`: no host is named beside its own.
    """
    bases = brief.presence.bases if brief.presence else ()
    placed = [base for base in bases if base.latitude is not None and base.longitude is not None]
    areas = outlines(brief, areas, countries)
    bounds = map_bounds(brief, areas)
    deadliest, largest = most_deaths(brief.points), most_troops(placed)
    return {
        "bounds": list(bounds) if bounds else None,
        "area": _collection(_area_feature(area, brief) for area in areas),
        "cells": _collection(cell_feature(spot, rank) for rank, spot in enumerate(brief.hotspots, start=1)),
        "events": _collection(_event_feature(point, deadliest) for point in brief.points),
        "bases": _collection(_base_feature(base, largest) for base in placed),
        "labels": _collection(country_labels(brief, areas, countries, bounds, lines) if countries and bounds else ()),
        "unplaced": len(bases) - len(placed),
        "versions": versions_json(brief),
    }


def map_bounds(brief: Brief, areas: Sequence[Outline]) -> Box | None:
    """The area of operations with a margin; where none is drawn, what there is to show; None when nothing is."""
    corners = [(x, y) for area in areas for ring in area.polygons for x, y in ring]
    if not corners:
        corners = [(point.longitude, point.latitude) for point in brief.points if point.inside]
        corners += [
            (base.longitude, base.latitude)
            for base in (brief.presence.bases if brief.presence else ())
            if base.longitude is not None and base.latitude is not None
        ]
    if not corners:
        return None
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    wide = max((max(xs) - min(xs)) * MARGIN, (LEAST_SPAN - (max(xs) - min(xs))) / 2)
    high = max((max(ys) - min(ys)) * MARGIN, (LEAST_SPAN - (max(ys) - min(ys))) / 2)
    west, south = max(min(xs) - wide, -180.0), max(min(ys) - high, -85.0)
    east, north = min(max(xs) + wide, 180.0), min(max(ys) + high, 85.0)
    return round(west, 4), round(south, 4), round(east, 4), round(north, 4)


def event_radius(best: int, most: int) -> float:
    """Pixels from centre to rim of a place with `best` deaths where the deadliest has `most`."""
    return _mark_size(best, most, EVENT_RADIUS)


def base_size(troops: int | None, most: int) -> float:
    """Pixels across a base of `troops` where the largest has `most`; the smallest size when unknown."""
    return _mark_size(troops or 0, most, BASE_SIZE)


def standing(base: Base) -> Standing:
    """Is it a base of troops, a post where the map shows none, or a place of unknown strength?"""
    if base.troops is None:
        return "unknown"
    return "base" if base.troops > 0 else "post"


@dataclass(frozen=True, slots=True)
class AlsoWords:
    """How it is said who stands at a place besides troops, so that a page can say it in its reader's language."""

    police: str = gettext_noop("police")
    observers: str = gettext_noop("observers")
    police_unknown: str = gettext_noop("police unknown")
    observers_unknown: str = gettext_noop("observers unknown")
    unknown: str = gettext_noop("unknown")
    none: str = gettext_noop("none")


def also_words() -> AlsoWords:
    """The words in the language of now."""
    return AlsoWords(**{name: _(word) for name, word in asdict(AlsoWords()).items()})


def also_there(base: Base, words: AlsoWords | None = None) -> str:
    """Who else stands at a place: police, observers, none, or unknown where the map does not say."""
    words = words or also_words()
    told = (
        (base.has_police, words.police, words.police_unknown),
        (base.has_observers, words.observers, words.observers_unknown),
    )
    if all(there is None for there, *_names in told):
        return words.unknown
    said = [unknown if there is None else name for there, name, unknown in told if there is not False]
    return ", ".join(said) or words.none


def _mark_size(value: int, most: int, sizes: tuple[float, float]) -> float:
    least, largest = sizes
    return round(max(least, largest * math.sqrt(value / most)) if most > 0 else least, 2)


def legend_steps(most: int) -> list[int]:
    """Up to three round numbers not above `most`, ascending, for a legend of sizes; empty when `most` is below 1."""
    if most < 1:
        return []
    top = 10 ** int(math.log10(most))
    top = max(step * top for step in (1, 2, 5) if step * top <= most)
    return sorted({step for step in (top // 10, 2 * top // 5, top) if step >= 1})


def most_deaths(points: Iterable[EventPoint]) -> int:
    return max((point.best for point in points), default=0)


def most_troops(bases: Iterable[Base]) -> int:
    return max((base.troops for base in bases if base.troops is not None), default=0)


def with_disputes(lines: Mapping[str, Any], disputed: Container[str]) -> dict[str, Any]:
    """Boundary lines, each told whether it is `disputed`: by its pair of countries, unless the file says so itself.

    Lines of a single point, to which a very small country shrinks in a coarse file, are left out.
    """
    features = []
    for line in lines["features"]:
        if len(line["geometry"]["coordinates"]) < 2 and line["geometry"]["type"] == "LineString":
            continue
        told = line["properties"].get("disputed")
        dashed = line["properties"].get("between") in disputed if told is None else bool(told)
        features.append({**line, "properties": {**line["properties"], "disputed": dashed}})
    return {**lines, "features": features}


def cell_ring(spot: Hotspot) -> list[list[float]]:
    """The closed ring around a PRIO-GRID cell, counter-clockwise from its south-west corner."""
    half = CELL_DEGREES / 2
    west, south = spot.longitude - half, spot.latitude - half
    east, north = spot.longitude + half, spot.latitude + half
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def cell_feature(spot: Hotspot, rank: int) -> dict[str, Any]:
    properties = {"gid": spot.gid, "best": spot.best, "count": spot.count, "rank": rank}
    return _feature({"type": "Polygon", "coordinates": [cell_ring(spot)]}, properties)


def _area_feature(area: Outline, brief: Brief) -> dict[str, Any]:
    polygons = [[[list(point) for point in ring]] for ring in area.polygons]
    properties = {"name": area.name, "status": brief.scope.area_status, "drawn": brief.scope.area != WHOLE_COUNTRY}
    return _feature({"type": "MultiPolygon", "coordinates": polygons}, properties)


def _event_feature(point: EventPoint, deadliest: int) -> dict[str, Any]:
    radius = event_radius(point.best, deadliest)
    properties = {
        "best": point.best,
        "count": point.count,
        "inside": point.inside,
        "type": point.type,
        "radius": radius,
    }
    return _feature({"type": "Point", "coordinates": [point.longitude, point.latitude]}, properties)


def _base_feature(base: Base, largest: int) -> dict[str, Any]:
    properties = {
        "location": base.location,
        "troops": base.troops,
        "kind": standing(base),
        "police": base.has_police,
        "observers": base.has_observers,
        "contributors": ", ".join(base.contributors),
        "size": base_size(base.troops, largest),
    }
    return _feature({"type": "Point", "coordinates": [base.longitude, base.latitude]}, properties)


def country_labels(
    brief: Brief,
    areas: Sequence[Outline],
    countries: Mapping[str, Any],
    bounds: Box,
    lines: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Names of the countries in view, each a point inside the country's visible part.

    Hosts of a drawn area that dispute a line with each other are not named within NAMELESS_KM of that line.
    """
    labels, between_hosts = [], _disputed_by_hosts(brief, lines)
    view = box(*bounds)
    # A country's name inside a drawn area would say whose it is; many drawn areas are there because that is open.
    drawn = [] if brief.scope.area == WHOLE_COUNTRY else [Polygon(ring) for area in areas for ring in area.polygons]
    for properties, visible in visible_features(countries, bounds):
        name, seen = _label(properties), visible.difference(shapely.union_all(drawn))
        # A sliver in the corner of the map would put a name where nobody looks for that country.
        if name and seen.area > view.area * 0.01:
            spot = max(getattr(seen, "geoms", [seen]), key=lambda part: part.area).representative_point()
            if properties.get("iso3") in brief.scope.countries and _is_near(spot, between_hosts):
                continue
            at = [round(spot.x, 4), round(spot.y, 4)]
            labels.append(_feature({"type": "Point", "coordinates": at}, {"name": name}))
    return labels


def _disputed_by_hosts(brief: Brief, lines: Mapping[str, Any] | None) -> Any:
    """The disputed lines between two hosts of a drawn area, as one shapely geometry; None when there are none."""
    if lines is None or brief.scope.area == WHOLE_COUNTRY:
        return None
    hosts = set(brief.scope.countries)
    found = [
        shape(line["geometry"])
        for line in lines["features"]
        if line["properties"].get("disputed") and set(str(line["properties"].get("between")).split("-")) <= hosts
    ]
    return shapely.union_all(found) if found else None


def _is_near(spot: Any, line: Any) -> bool:
    if line is None:
        return False
    return bool(distance_to_area_km(np.array([spot.y]), np.array([spot.x]), line)[0] <= NAMELESS_KM)


def _label(properties: Mapping[str, Any]) -> str:
    """The name on the map: an invented country's own, a listed country's usual one, none for any other territory."""
    iso3 = str(properties.get("iso3") or "")
    if properties.get("synthetic"):
        return str(properties.get("name") or "")
    name = country_name(iso3)
    return "" if name == iso3 else name


def visible_features(layer: Mapping[str, Any], bounds: Box) -> list[tuple[Mapping[str, Any], Any]]:
    """Properties and shapely geometry of what lies within `bounds`, cut at its edges, in the layer's order."""
    view = box(*bounds)
    seen = []
    for feature in layer["features"]:
        outline = shape(feature["geometry"])
        if outline.intersects(view):
            seen.append((feature["properties"], shapely.make_valid(outline).intersection(view)))
    return seen


def as_geometry(cut: Any) -> dict[str, Any]:
    """A shapely geometry as GeoJSON."""
    return dict(mapping(cut))


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}
