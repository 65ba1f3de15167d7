"""Which points lie inside an area, and how far are the others from it?

Areas are polygons without holes in degrees, WGS84, each a closed ring of (longitude, latitude).
Distances are kilometres on a sphere of radius 6371.0088 km.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

EARTH_RADIUS_KM = 6371.0088

Ring = tuple[tuple[float, float], ...]
Points = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def area_of(polygons: Iterable[Ring]) -> BaseGeometry:
    """One geometry from polygons, which may overlap."""
    return shapely.union_all([Polygon(ring) for ring in polygons])


def inside(latitude: Points, longitude: Points, area: BaseGeometry) -> Truths:
    """Which points lie inside an area or on its edge."""
    shapely.prepare(area)
    return np.asarray(shapely.intersects_xy(area, longitude, latitude), dtype=np.bool_)


def distance_km(latitude: Points, longitude: Points, other_latitude: Points, other_longitude: Points) -> Points:
    """Great-circle distance between pairs of points in degrees (haversine)."""
    phi, other_phi = np.radians(latitude), np.radians(other_latitude)
    half_chord = (
        np.sin((other_phi - phi) / 2) ** 2
        + np.cos(phi) * np.cos(other_phi) * np.sin(np.radians(other_longitude - longitude) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half_chord, 0, 1))))


def distance_to_area_km(latitude: Points, longitude: Points, area: BaseGeometry) -> Points:
    """Distance of points from an area, 0 inside.

    The nearest point of the edge is sought with longitudes shrunk by the cosine of the area's middle latitude, and
    the distance to it is then measured on the sphere: exact near the area's middle, a little too long far from it.
    """
    shrink = max(float(np.cos(np.radians(area.centroid.y))), 0.01)
    shrunk = shapely.transform(area, lambda points: points * [shrink, 1.0])
    links = shapely.shortest_line(shapely.points(longitude * shrink, latitude), shrunk)
    ends = shapely.get_coordinates(shapely.get_point(links, 1))
    return distance_km(latitude, longitude, ends[:, 1], ends[:, 0] / shrink)


def area_at(latitude: Points, longitude: Points, areas: Sequence[BaseGeometry]) -> Numbers:
    """For every point the number of the first area that holds it or has it on its edge; -1 where none does."""
    found = np.full(len(latitude), -1, dtype=np.int64)
    point, area = shapely.STRtree(areas).query(shapely.points(longitude, latitude), predicate="intersects")
    order = np.lexsort((area, point))[::-1]  # written last, and so kept, is the first area of each point
    found[point[order]] = area[order]
    return found


def distance_to_lines_km(latitude: Points, longitude: Points, lines: BaseGeometry) -> Points:
    """Distance of points from the nearest of some lines; measured as the distance to an area is."""
    return distance_to_area_km(latitude, longitude, lines)
