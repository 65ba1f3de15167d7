"""How does a map for work look that needs no script: where each mark, road and border lies on a still picture?

Plain latitude and longitude, narrowed by the cosine of the middle latitude so that near the equator a kilometre is as
long either way. Marks that lie together are one mark with their number, so that the picture stays small however much
was reported. What is stale is hatched: it may have changed since.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

WIDE, TALLEST, LOWEST = 600.0, 620.0, 300.0
LEAST_SPAN = 0.4
TOGETHER = 30.0
"""Marks in one square of so many units of a picture 600 units wide lie beside one another, those of a kind as one."""
SYMBOL, IN_A_ROW = 20.0, 3
ORDER = ("posts", "reports", "alerts", "threats", "places")
"""What is drawn over what: the last layer lies on top."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a point: its layer, its kind, what it is called and says, and how many days old it is.

    `age_days` is None where nobody knows; `number` counts the marks that this one stands for.
    """

    layer: str
    kind: str
    latitude: float
    longitude: float
    name: str
    says: tuple[str, ...] = ()
    age_days: int | None = None
    is_stale: bool = False
    url: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of road, or of a border: its points as longitude and latitude, and how it stands."""

    points: tuple[Point, ...]
    standing: str
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """The part of the world that is drawn, and the size of its picture."""

    west: float
    south: float
    east: float
    north: float

    @property
    def height(self) -> float:
        return self._scale * (self.north - self.south)

    @property
    def _scale(self) -> float:
        return WIDE / ((self.east - self.west) * self._narrow)

    @property
    def _narrow(self) -> float:
        return max(0.05, math.cos(math.radians((self.north + self.south) / 2)))

    def holds(self, longitude: float, latitude: float) -> bool:
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north

    def at(self, longitude: float, latitude: float) -> Point:
        """Where a point lies on the picture, from its upper left corner."""
        return (longitude - self.west) * self._narrow * self._scale, (self.north - latitude) * self._scale


def view_of(points: Iterable[Point]) -> View | None:
    """A view that holds all points (longitude, latitude) with a margin; None without any."""
    found = list(points)
    if not found:
        return None
    west, east = _span([x for x, _ in found])
    south, north = _span([y for _, y in found])
    narrow = max(0.05, math.cos(math.radians((north + south) / 2)))
    wide, high = (east - west) * narrow, north - south
    if high < wide * LOWEST / WIDE:  # a flat strip is drawn higher, a tall one wider
        more = (wide * LOWEST / WIDE - high) / 2
        south, north = south - more, north + more
    elif high > wide * TALLEST / WIDE:
        more = (high * WIDE / TALLEST - wide) / narrow / 2
        west, east = west - more, east + more
    return View(west, south, east, north)


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    more = max(0.08 * (high - low), (LEAST_SPAN - (high - low)) / 2)
    return low - more, high + more


def together(marks: Iterable[Mark], view: View) -> list[tuple[Mark, Point]]:
    """Marks with the middle of each on the picture: those of a layer and kind in one square are one, with their number.

    It is stale where all of them are, and as old as the youngest. Marks of one square stand in rows around the first
    of them, so that none hides another; no mark lies where nothing is near.
    """
    squares: dict[tuple[int, int], dict[tuple[str, str], Mark]] = {}
    for mark in sorted(marks, key=lambda one: (ORDER.index(one.layer), one.kind)):
        x, y = view.at(mark.longitude, mark.latitude)
        square = squares.setdefault((round(x / TOGETHER), round(y / TOGETHER)), {})
        first = square.get((mark.layer, mark.kind))
        square[(mark.layer, mark.kind)] = _joined(first, mark) if first else mark
    placed = [pair for square in squares.values() for pair in _in_rows([*square.values()], view)]
    return sorted(placed, key=lambda pair: ORDER.index(pair[0].layer))


def _joined(first: Mark, other: Mark) -> Mark:
    ages = [age for age in (first.age_days, other.age_days) if age is not None]
    return replace(
        first,
        number=first.number + other.number,
        is_stale=first.is_stale and other.is_stale,
        age_days=min(ages) if ages else None,
    )


def _in_rows(marks: list[Mark], view: View) -> Iterator[tuple[Mark, Point]]:
    x, y = view.at(marks[0].longitude, marks[0].latitude)
    rows = [marks[first : first + IN_A_ROW] for first in range(0, len(marks), IN_A_ROW)]
    for down, row in enumerate(rows):
        for right, mark in enumerate(row):
            yield mark, (x + (right - (len(row) - 1) / 2) * SYMBOL, y + (down - (len(rows) - 1) / 2) * SYMBOL)


def path(points: Sequence[Point], view: View) -> str:
    """A line of longitudes and latitudes as the path of a picture."""
    on_picture = (view.at(*point) for point in points)
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in on_picture)


def mark_feature(mark: Mark) -> dict[str, Any]:
    """A mark as a feature after RFC 7946."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [mark.longitude, mark.latitude]},
        "properties": {
            "kind": mark.kind, "name": mark.name, "says": list(mark.says), "age_days": mark.age_days,
            "stale": mark.is_stale, "number": mark.number,
        },
    }  # fmt: skip


def line_feature(line: Line, name: str, **said: Any) -> dict[str, Any]:
    """A line as a feature after RFC 7946."""
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [list(point) for point in line.points]},
        "properties": {"name": name, "standing": line.standing, "stale": line.is_stale, **said},
    }
