"""How is an estimate of presence put on a page: paths as pictures, cells as a map, tables of all?"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from bluehelm.definitions.presence_effects import packaged_presence_rules
from bluehelm.impact.presence_effect import FIRST
from bluehelm.language import _, figure
from bluehelm.workflows.presence_words import estimator_called, sayer, violence_called

Row = dict[str, Any]
WIDTH, HEIGHT, MARGIN = 100.0, 40.0, 3.0
PLAINLY = {
    "conley-error": gettext_lazy("error if those of near cells go together (Conley); no verdict rests on it"),
    "pyfixest": gettext_lazy("rate ratio with effects of cells and months (pyfixest); no verdict rests on it"),
    "cells": gettext_lazy("cells"),
    "months": gettext_lazy("months"),
    "events": gettext_lazy("events"),
    "sites": gettext_lazy("sites"),
    "stays": gettext_lazy("stays"),
    "openings_compared": gettext_lazy("openings compared"),
    "places_compared": gettext_lazy("places compared"),
    "fewest_donors": gettext_lazy("fewest donors"),
    "cells_near_others": gettext_lazy("cells near bases of others"),
    "of": gettext_lazy("estimator"),
    "ring": gettext_lazy("ring"),
    "raw": gettext_lazy("estimate before chance is taken off"),
    "error": gettext_lazy("error"),
}


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
    """The event study of one ring: marks, the height of zero, where the opening stands, and the rows of its table.

    `low` and `high` are the values at the foot and the top of the picture, `first` and `last` the outer periods.
    """

    ring: str
    low: float
    high: float
    first: int
    last: int
    marks: tuple[Mark, ...]
    zero: float
    opening: float
    rows: tuple[Row, ...]
    lead_p: float | None


@dataclass(frozen=True, slots=True)
class Path:
    """Events around a base by half-year: points of the observed and of the modelled line, the opening, the top."""

    observed: str
    modelled: str
    opening: float
    top: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the map: its place in the picture and its ring, counted from 1; 0 is in none."""

    x: float
    y: float
    ring: int


@dataclass(frozen=True, slots=True)
class Ground:
    """The map of first exposure of one mission; its table has the ring, its number as in `Cell`, and the cells."""

    mission: str
    width: float
    height: float
    cells: tuple[Cell, ...]
    rows: tuple[tuple[str, int, int], ...]


def estimate_page(found: dict[str, Any]) -> dict[str, Any]:
    """Everything the page shows, in the order in which it is to be read."""
    parts = found["parts"]
    effects, steps = parts.get("effect", []), parts.get("step", [])
    rings = list(dict.fromkeys(one["ring"] for one in effects))
    said = sayer(parts.get("wording", []))
    return {
        "estimate": in_words_of(found),
        "interval": round(packaged_presence_rules().interval * 100),
        "first": [_found_at_all(one) for one in effects if one["name"] == FIRST],
        "effects": [_said_effect(one, said) for one in effects],
        "checks": [one | {"name": said(one["name"]), "says": said(one.get("says"))} for one in parts.get("check", [])],
        "diagnostics": [_plain(one, rings) for one in parts.get("diagnostic", [])],
        "studies": [study for ring in rings if (study := event_study(ring, parts))],
        "grounds": grounds(parts.get("cell", []), rings),
        "areas": [_with_path(one, steps) for one in parts.get("area", [])],
        "notes": [said(one["name"]) for one in parts.get("note", [])],
    }


def in_words_of(estimate: Row) -> Row:
    """An estimate with the kind of violence it counts in the reader's words."""
    return estimate | {"violence": violence_called(estimate["outcome"])}


def _said_effect(one: Row, said: Callable[[str | None], str]) -> Row:
    """With the title of its estimator; its unit and why there is no verdict in the reader's words."""
    return one | {
        "title": estimator_called(one["name"]),
        "unit": said(one.get("unit")),
        "says": said(one.get("says")),
    }


def _found_at_all(one: Row) -> Row:
    """With the smallest fall that would be found in per cent, rounded up."""
    return one | {"fall": math.ceil(100 * one["detectable"])} if "detectable" in one else one


def _with_path(area: Row, steps: Sequence[Row]) -> Row:
    """An area with the steps of its path and the picture of them."""
    place = ("name", "latitude", "longitude")
    mine = [step for step in steps if all(step.get(name) == area.get(name) for name in place)]
    return area | {"steps": mine, "picture": path_of(mine, area.get("month", ""))}


def path_of(steps: Sequence[Row], opened: str) -> Path | None:
    """The picture of a path; None where there are no steps."""
    if not steps:
        return None
    top = max([1.0, *(step.get(name, 0.0) for step in steps for name in ("observed", "modelled"))])
    width = (WIDTH - 2 * MARGIN) / max(len(steps) - 1, 1)

    def line(name: str) -> str:
        points = [(MARGIN + place * width, step[name]) for place, step in enumerate(steps) if name in step]
        return " ".join(f"{x:.2f},{MARGIN + (1 - value / top) * (HEIGHT - 2 * MARGIN):.2f}" for x, value in points)

    before = sum(step["month"] < opened for step in steps)
    return Path(line("observed"), line("modelled"), round(MARGIN + (before - 0.5) * width, 2), top)


def _plain(row: Row, rings: Sequence[str]) -> Row:
    said = json.loads(row["says"])
    facts = [
        (PLAINLY.get(key, key.replace("_", " ")), _told(key, value, rings))
        for key, value in said.items()
        if value is not None and value != row["name"]
    ]
    return {"name": PLAINLY.get(row["name"], row["name"]), "facts": facts}


def _told(key: str, value: Any, rings: Sequence[str]) -> str:
    """Numbers of every ring with their ring, the number of a ring as its name."""
    if isinstance(value, list):
        return "; ".join(_("{ring}: {value}", ring=ring, value=one) for ring, one in zip(rings, value, strict=False))
    return rings[value] if key == "ring" and value < len(rings) else _written(value)


def _written(value: Any) -> str:
    return figure(value, "") if isinstance(value, int | float) else str(value)


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
    return Study(ring, low, high, first, last, tuple(marks), height(0.0), across(-0.5), tuple(rows), lead)


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
    counts = [(ring, place, sum(one.get("ring") == ring for one in here)) for ring, place in number.items()]
    none = ("", 0, sum("ring" not in one for one in here))
    width, height = max(cell.x for cell in drawn) + 1, max(cell.y for cell in drawn) + 1
    return Ground(mission, width, height, tuple(drawn), (*counts, none))
