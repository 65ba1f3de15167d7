"""In what part of the world do nearly all of these points lie, and which are far from all others?

One point with a lost sign or with latitude and longitude swapped makes a box around all points many times too large.
Points are therefore counted in squares of a few degrees; squares that touch hang together. What hangs together with
very few points, and with nothing that must be seen, is far from all others and lies outside.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor

FAR_DEGREES = 3.0
"""The side of a square, and how far beyond an area a point is far off: some 330 km."""
FEW = 0.05
"""The share of all points up to which some that lie apart are few, rounded up to whole points."""


@dataclass(frozen=True, slots=True)
class Box:
    """An area by its bounds in degrees."""

    south: float
    north: float
    west: float
    east: float

    def beyond(self, latitude: float, longitude: float) -> float:
        """How many degrees outside the box a point lies; nought inside it."""
        outside = self.south - latitude, latitude - self.north, self.west - longitude, longitude - self.east
        return max(0.0, *outside)

    def joined(self, other: "Box") -> "Box":
        return Box(
            min(self.south, other.south), max(self.north, other.north),
            min(self.west, other.west), max(self.east, other.east),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Square:
    """The points of one square: how many, and the box that holds them. One that is `kept` is never far off."""

    row: int
    column: int
    points: int
    box: Box
    kept: bool = False


def square_of(latitude: float, longitude: float, points: int = 1, kept: bool = False) -> Square:
    """The square in which something lies that stands for so many points."""
    row, column = floor(latitude / FAR_DEGREES + 0.5), floor(longitude / FAR_DEGREES + 0.5)
    return Square(row, column, points, Box(latitude, latitude, longitude, longitude), kept)


def main_area(squares: Iterable[Square], least: int) -> Box | None:
    """The box around all points but those far from the others; around all where there are fewer than `least` points.

    None without any point. A square may be given more than once.
    """
    found = list(squares)
    if not found:
        return None
    total = sum(one.points for one in found)
    groups = _hanging_together(found)
    near = [group for group in groups if total < least or not _is_few(group, total)]
    boxes = [one.box for group in near or groups for one in group]
    area = boxes[0]
    for box in boxes[1:]:
        area = area.joined(box)
    return area


def _is_few(group: list[Square], total: int) -> bool:
    points = sum(one.points for one in group)
    return points <= ceil(FEW * total) and not any(one.kept for one in group)


def _hanging_together(squares: list[Square]) -> list[list[Square]]:
    """The squares in groups of those that touch, be it at a corner."""
    waiting: dict[tuple[int, int], list[Square]] = {}
    for one in squares:
        waiting.setdefault((one.row, one.column), []).append(one)
    groups = []
    while waiting:
        reached, group = [next(iter(waiting))], list[Square]()
        while reached:
            row, column = reached.pop()
            group += waiting.pop((row, column), [])
            around = ((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1))
            reached += [place for place in around if place in waiting]
        groups.append(group)
    return groups
