"""How likely is it, and where: what does the map of an outlook draw?

Every place is shaded by its probability alone, from almost nothing at 0 to strong at 1; the words beside it carry the
interval, because a shade cannot. Layers are GeoJSON in WGS84 with longitude first, as the mission's map takes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from bluehelm.products.maps import LEAST_SPAN, MARGIN, Box
from bluehelm.tables.grid import CELL_DEGREES, centre_of

LIGHTEST, DARKEST = 0.06, 0.8
NOTHING: dict[str, Any] = {"type": "FeatureCollection", "features": []}


@dataclass(frozen=True, slots=True)
class Shaded:
    """A place, its shape as GeoJSON, its probability, and the lines said of it."""

    unit: str
    name: str
    geometry: dict[str, Any]
    probability: float
    says: tuple[str, ...]


def shade(probability: float) -> float:
    """How strongly a place is filled, 0 to 1."""
    return round(LIGHTEST + (DARKEST - LIGHTEST) * probability, 3)


def outlook_layers(places: Iterable[Shaded]) -> dict[str, Any]:
    """The map's layers: `cells` holds the places, the others are empty; `bounds` is None when there is no place."""
    drawn = list(places)
    return {
        "bounds": list(bounds) if (bounds := _bounds(drawn)) else None,
        "cells": {"type": "FeatureCollection", "features": [_feature(place) for place in drawn]},
        **dict.fromkeys(("area", "events", "bases", "labels", "rings"), NOTHING),
    }


def cell_shape(gid: int) -> dict[str, Any]:
    """A PRIO-GRID cell as a GeoJSON polygon, counter-clockwise from its south-west corner."""
    latitude, longitude = centre_of(gid)
    half = CELL_DEGREES / 2
    west, south, east, north = longitude - half, latitude - half, longitude + half, latitude + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _feature(place: Shaded) -> dict[str, Any]:
    properties = {
        "unit": place.unit,
        "name": place.name,
        "probability": place.probability,
        "shade": shade(place.probability),
        "says": "\n".join(place.says),
    }
    return {"type": "Feature", "properties": properties, "geometry": place.geometry}


def _bounds(places: list[Shaded]) -> Box | None:
    if not places:
        return None
    whole = shapely.union_all([shape(place.geometry).envelope for place in places])
    west, south, east, north = whole.bounds
    wide = max((east - west) * MARGIN, (LEAST_SPAN - (east - west)) / 2)
    high = max((north - south) * MARGIN, (LEAST_SPAN - (north - south)) / 2)
    west, south = max(west - wide, -180.0), max(south - high, -85.0)
    east, north = min(east + wide, 180.0), min(north + high, 85.0)
    return round(west, 4), round(south, 4), round(east, 4), round(north, 4)


def polygons_shape(polygons: Iterable[Iterable[tuple[float, float]]]) -> dict[str, Any]:
    """Rings of (longitude, latitude) as one GeoJSON geometry."""
    return dict(mapping(shapely.MultiPolygon([shapely.Polygon(list(ring)) for ring in polygons])))
