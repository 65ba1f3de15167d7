"""How is an estimate of presence put on a page: its event study as a picture, its cells as a map, tables of both?"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bluehelm.impact.presence_effect import FIRST

Row = dict[str, Any]
WIDTH, HEIGHT, MARGIN = 100.0, 40.0, 3.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A period of the event study: where its interval and its estimate stand in the picture."""

    x: float
    top: float
    height: float
    y: float
    before: bool


@dataclass(frozen=True, slots=True)
class Study:
    """The event study of one ring: marks, the height of zero, where the opening stands, and the rows of its table."""

    ring: str
    marks: tuple[Mark, ...]
    zero: float
    opening: float
    rows: tuple[Row, ...]
    lead_p: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the map: its place in the picture and its ring, counted from 1; 0 is in none."""

    x: float
    y: float
    ring: int


@dataclass(frozen=True, slots=True)
class Ground:
    """The map of first exposure of one mission and the counts that its table shows."""

    mission: str
    width: float
    height: float
    cells: tuple[Cell, ...]
    rows: tuple[tuple[str, int], ...]


def estimate_page(found: dict[str, Any]) -> dict[str, Any]:
    """Everything the page shows, in the order in which it is to be read."""
    parts = found["parts"]
    effects, steps = parts.get("effect", []), parts.get("step", [])
    rings = list(dict.fromkeys(one["ring"] for one in effects))
    return {
        "estimate": found,
        "first": [one for one in effects if one["name"] == FIRST],
        "effects": effects,
        "checks": parts.get("check", []),
        "diagnostics": [_plain(one) for one in parts.get("diagnostic", [])],
        "studies": [study for ring in rings if (study := event_study(ring, parts))],
        "grounds": grounds(parts.get("cell", []), rings),
        "areas": [one | {"steps": _steps_of(one["name"], steps)} for one in parts.get("area", [])],
        "notes": [one["name"] for one in parts.get("note", [])],
    }


def _steps_of(area: str, steps: Sequence[Row]) -> list[Row]:
    return [step for step in steps if step["name"] == area]


def _plain(row: Row) -> Row:
    said = json.loads(row["says"])
    return {"name": row["name"], "facts": [(key.replace("_", " "), value) for key, value in said.items()]}


def event_study(ring: str, parts: dict[str, list[Row]]) -> Study | None:
    """The picture of a ring's periods; None where there are none."""
    rows = [one for one in parts.get("period", []) if one["ring"] == ring]
    if not rows:
        return None
    bounds = [one[name] for one in rows for name in ("low", "high", "effect") if name in one]
    low, high = min(0.0, *bounds), max(0.0, *bounds)
    size = (high - low) or 1.0
    first, last = min(one["period"] for one in rows), max(one["period"] for one in rows)
    step = (WIDTH - 2 * MARGIN) / (last - first + 1)

    def height(value: float) -> float:
        return float(round(MARGIN + (high - value) / size * (HEIGHT - 2 * MARGIN), 2))

    def across(period: float) -> float:
        return float(round(MARGIN + (period - first + 0.5) * step, 2))

    marks = []
    for one in rows:
        top, bottom = height(one.get("high", high)), height(one.get("low", low))
        mark = Mark(across(one["period"]), top, round(bottom - top, 2), height(one["effect"]), one["period"] < 0)
        marks.append(mark)
    lead = next((one.get("p") for one in parts.get("lead", []) if one["ring"] == ring), None)
    return Study(ring, tuple(marks), height(0.0), across(-0.5), tuple(rows), lead)


def grounds(cells: Sequence[Row], rings: Sequence[str]) -> list[Ground]:
    """A map for each mission: half-degree cells, north up, darker the nearer a base first came."""
    return [_ground(mission, cells, rings) for mission in dict.fromkeys(one["name"] for one in cells)]


def _ground(mission: str, cells: Sequence[Row], rings: Sequence[str]) -> Ground:
    here = [one for one in cells if one["name"] == mission]
    west, north = min(one["longitude"] for one in here), max(one["latitude"] for one in here)
    number = {ring: place for place, ring in enumerate(rings, 1)}
    drawn = [
        Cell((one["longitude"] - west) * 2, (north - one["latitude"]) * 2, number.get(one.get("ring", ""), 0))
        for one in here
    ]
    counts = [(ring, sum(one.get("ring") == ring for one in here)) for ring in rings]
    none = ("", sum("ring" not in one for one in here))
    width, height = max(cell.x for cell in drawn) + 1, max(cell.y for cell in drawn) + 1
    return Ground(mission, width, height, tuple(drawn), (*counts, none))
