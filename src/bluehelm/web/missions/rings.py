"""Which land lies within certain distances of a base?

The rings of the map: around every base of known place a circle on the sphere, those of one distance joined. Their
edges are drawn from points, so that they lie at most 0.3 % inside the true circle.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely import Polygon

from bluehelm.geo.areas import EARTH_RADIUS_KM
from bluehelm.products.brief import Base

CORNERS = 48


def rings(bases: Sequence[Base], distances_km: Sequence[float]) -> dict[str, Any]:
    """GeoJSON of the joined circles, the widest first; each carries its `distance_km`. No base, no ring."""
    placed = [(b.latitude, b.longitude) for b in bases if b.latitude is not None and b.longitude is not None]
    features = [_ring(placed, distance) for distance in sorted(distances_km, reverse=True)] if placed else []
    return {"type": "FeatureCollection", "features": features}


def _ring(places: Sequence[tuple[float, float]], distance_km: float) -> dict[str, Any]:
    joined = shapely.union_all([circle(latitude, longitude, distance_km) for latitude, longitude in places])
    geometry = shapely.geometry.mapping(shapely.set_precision(joined, 0.0001))
    return {"type": "Feature", "properties": {"distance_km": distance_km}, "geometry": geometry}


def circle(latitude: float, longitude: float, distance_km: float) -> Polygon:
    """The places at a distance from a point, in degrees; longitudes run on past 180 rather than jump."""
    angle = distance_km / EARTH_RADIUS_KM
    bearing = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    here = np.radians(latitude)
    there = np.arcsin(np.sin(here) * np.cos(angle) + np.cos(here) * np.sin(angle) * np.cos(bearing))
    east = np.arctan2(np.sin(bearing) * np.sin(angle) * np.cos(here), np.cos(angle) - np.sin(here) * np.sin(there))
    return Polygon(np.column_stack([longitude + np.degrees(east), np.degrees(there)]))
