"""Does a GeoJSON geometry enclose ground, and which, on a globe whose longitudes end at 180 degrees?

Rings must close and must not cross themselves. What crosses the antimeridian is cut there, and rings are turned the
way of the standard (RFC 7946, sections 3.1.6 and 3.1.9); neither changes the ground.
"""

from itertools import pairwise
from typing import Any

import shapely
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

WORLD = box(-180, -90, 180, 90)


class OutlineError(ValueError):
    """Why a geometry encloses no ground that could be known; `value` is the part to look at."""

    def __init__(self, value: object, reason: str) -> None:
        super().__init__(reason)
        self.value, self.reason = value, reason


def outline_of(geometry: Any) -> tuple[BaseGeometry, bool, bool]:
    """The outline, and whether a ring was turned or the antimeridian cut; raises OutlineError."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise OutlineError(kind, "the geometry is neither a polygon nor a multipolygon")
    coordinates = geometry.get("coordinates")
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts or not all(isinstance(part, list) and part for part in parts):
        raise OutlineError(None, "the geometry is empty")
    rings = [[_ring(ring) for ring in part] for part in parts]
    crosses = any(_jumps(ring) for part in rings for ring in part)
    polygons = [_uncut(part) if crosses else Polygon(part[0], part[1:]) for part in rings]
    joined: BaseGeometry = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    if not joined.is_valid:
        why = shapely.is_valid_reason(joined)
        raise OutlineError(why, "the outline crosses itself or its parts overlap")
    if joined.area == 0:
        raise OutlineError(None, "the outline encloses nothing")
    whole = _cut(joined) if crosses else joined
    turned = shapely.orient_polygons(whole)
    is_turned = any(_runs_backwards(ring, is_hole=place > 0) for part in rings for place, ring in enumerate(part))
    return turned, is_turned, crosses


def _ring(positions: Any) -> list[tuple[float, float]]:
    if not isinstance(positions, list) or not all(_is_position(position) for position in positions):
        raise OutlineError(None, "a ring holds something that is not a position of two numbers")
    ring = [(float(position[0]), float(position[1])) for position in positions]
    if len(ring) < 4:
        raise OutlineError(len(ring), "a ring has fewer than four positions")
    if ring[0] != ring[-1]:
        raise OutlineError(ring[-1], "a ring does not close: its last position is not its first")
    return ring


def _is_position(position: Any) -> bool:
    return (
        isinstance(position, list)
        and len(position) >= 2
        and all(isinstance(value, int | float) and not isinstance(value, bool) for value in position[:2])
    )


def _jumps(ring: list[tuple[float, float]]) -> bool:
    return any(_turn(before, x) for (before, _), (x, _) in pairwise(ring))


def _turn(before: float, after: float) -> int:
    """1 or -1 when a line from one longitude to another crosses the antimeridian, eastward or westward; else 0.

    No area is so drawn that one line spans more than half the world; a line of exactly 360 degrees is the world's edge.
    """
    step = after - before
    return 0 if abs(step) <= 180 or abs(step) == 360 else (-1 if step > 0 else 1)


def _uncut(part: list[list[tuple[float, float]]]) -> Polygon:
    """The part on a plane without the antimeridian, longitudes running on beyond 180 degrees."""
    exterior, *holes = [_unrolled(ring) for ring in part]
    middle = sum(x for x, _ in exterior) / len(exterior)
    near = [[(x + 360 * round((middle - hole[0][0]) / 360), y) for x, y in hole] for hole in holes]
    return Polygon(exterior, near)


def _unrolled(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    turns, unrolled = 0, [ring[0]]
    for (before, _), (x, y) in pairwise(ring):
        turns += _turn(before, x)
        unrolled.append((x + 360 * turns, y))
    if turns:
        raise OutlineError(None, "the outline goes round a pole; cut it along a meridian")
    return unrolled


def _cut(outline: BaseGeometry) -> BaseGeometry:
    """An outline that runs beyond 180 degrees, cut into parts that lie within the world."""
    parts = [affinity.translate(outline, -360 * turn).intersection(WORLD) for turn in (-1, 0, 1)]
    whole: BaseGeometry = shapely.union_all([part for part in parts if not part.is_empty])
    polygons = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
    return MultiPolygon(polygons) if len(polygons) > 1 else polygons[0]


def _runs_backwards(ring: list[tuple[float, float]], *, is_hole: bool) -> bool:
    """Outer rings run counterclockwise, holes clockwise."""
    return bool(shapely.is_ccw(shapely.LinearRing(_unrolled(ring)))) == is_hole


def wkt(outline: BaseGeometry) -> str:
    """The outline as WKT, longitude before latitude, with every digit it came with."""
    return str(shapely.to_wkt(outline, rounding_precision=-1))
