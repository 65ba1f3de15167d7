"""Where do the boxes and lines of a plan's picture stand?

A framework is drawn as a tree from left to right: objective, outcome, output, activity, each parent at the height of
its middle child. The context map has actors, what drives conflict and peace, and the outcomes that work on it.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from bluehelm.plans.framework import Framework, outcomes_of

WIDTH, GAP_ACROSS, GAP_DOWN = 230, 40, 10
LETTERS, LINE, PADDING = 29, 15, 9
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the plan with its place: left and top corner, height, and its title in lines."""

    kind: str
    id: str
    title: str
    x: int
    y: float
    height: int
    lines: tuple[str, ...]
    width: int = WIDTH

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def rows(self) -> list[tuple[float, str]]:
        """The height of each line of text."""
        return [(self.y + PADDING + LINE * (number + 0.8), line) for number, line in enumerate(self.lines)]


@dataclass(frozen=True, slots=True)
class Link:
    """A line from the right edge of one box to the left edge of another."""

    first: Box
    second: Box

    @property
    def path(self) -> str:
        """As an SVG path: a curve that leaves and arrives level."""
        start, end = self.first.x + WIDTH, self.second.x
        half, left, right = (start + end) / 2, self.first.middle, self.second.middle
        return f"M{start} {left:g}C{half:g} {left:g} {half:g} {right:g} {end} {right:g}"


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and links with the size of the whole; `links` as pairs of ids say the same in a table."""

    width: int
    height: float
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    id: str
    title: str
    inside: "tuple[_Part, ...]" = ()


def tree_picture(framework: Framework) -> Picture:
    """The framework as a tree."""
    boxes: list[Box] = []
    links: list[Link] = []
    y = 0.0
    for objective in _parts(framework):
        _placed, y = _place(objective, 0, y, boxes, links)
        y += GAP_DOWN
    return _picture(boxes, links, columns=4)


def _parts(framework: Framework) -> tuple[_Part, ...]:
    return tuple(
        _Part("objective", objective.id, objective.title, tuple(
            _Part("outcome", outcome.id, outcome.title, tuple(
                _Part("output", output.id, output.title, tuple(
                    _Part("activity", activity.id, activity.title) for activity in output.activities
                )) for output in outcome.outputs
            )) for outcome in objective.outcomes
        )) for objective in framework.objectives
    )  # fmt: skip


def _place(part: _Part, column: int, y: float, boxes: list[Box], links: list[Link]) -> tuple[Box, float]:
    """Place a part and what is in it from a height on; the box, and the height below it all."""
    own = _box(part.kind, part.id, part.title, column, y)
    if not part.inside:
        boxes.append(own)
        return own, y + own.height + GAP_DOWN
    below, children = y, []
    for one in part.inside:
        child, below = _place(one, column + 1, below, boxes, links)
        children.append(child)
    middle = (children[0].middle + children[-1].middle) / 2
    box = _box(part.kind, part.id, part.title, column, max(y, middle - own.height / 2))
    boxes.append(box)
    links += [Link(box, child) for child in children]
    return box, max(below, box.y + box.height + GAP_DOWN)


def context_picture(framework: Framework) -> Picture:
    """Actors, drivers of conflict and of peace, and the outcomes that work on them."""
    context = framework.context
    actors = _column("actor", [(one.id, one.name) for one in context.actors], 0)
    drivers = [
        box
        for of in ("conflict", "peace")
        for box in _column(of, [(one.id, one.title) for one in context.drivers if one.of == of], 1)
    ]
    drivers = _stacked(drivers)
    outcomes = [outcome for _place, outcome in outcomes_of(framework) if outcome.drivers]
    right = _column("outcome", [(one.id, one.title) for one in outcomes], 2)
    by_actor = {box.id: box for box in actors}
    by_driver = {box.id: box for box in drivers}
    links = [
        Link(by_actor[actor], by_driver[driver.id])
        for driver in context.drivers
        for actor in driver.actors
        if actor in by_actor
    ]
    links += [
        Link(by_driver[driver], box)
        for outcome, box in zip(outcomes, right, strict=True)
        for driver in outcome.drivers
        if driver in by_driver
    ]
    return _picture([*actors, *drivers, *right], links, columns=3)


def _column(kind: str, parts: Sequence[tuple[str, str]], column: int) -> list[Box]:
    return _stacked([_box(kind, own, title, column, 0.0) for own, title in parts])


def _stacked(boxes: Sequence[Box]) -> list[Box]:
    placed, y = [], 0.0
    for box in boxes:
        placed.append(Box(box.kind, box.id, box.title, box.x, y, box.height, box.lines))
        y += box.height + GAP_DOWN
    return placed


def _box(kind: str, own: str, title: str, column: int, y: float) -> Box:
    lines = tuple(textwrap.wrap(title, LETTERS, max_lines=MOST_LINES, placeholder=" …")) or (own,)
    return Box(kind, own, title, column * (WIDTH + GAP_ACROSS), y, LINE * len(lines) + 2 * PADDING, lines)


def _picture(boxes: Sequence[Box], links: Sequence[Link], *, columns: int) -> Picture:
    height = max((box.y + box.height for box in boxes), default=0.0)
    return Picture(columns * WIDTH + (columns - 1) * GAP_ACROSS, height, tuple(boxes), tuple(links))
