"""Where was what reported, and how old is it: what does the map of reports draw?

Fresh reports are filled marks by sort. One older than the rule says is hatched: it may have changed since, and a map
that draws it like the others would say that it has not. Many reports are drawn as groups, larger the more of them there
are, with their number beside. Layers are GeoJSON in WGS84 with longitude first, as the mission's map takes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any

NOTHING: dict[str, Any] = {"type": "FeatureCollection", "features": []}
RADIUS, HATCHED, WIDEST = 6, 16, 22
"""Pixels: of a filled mark, across a hatched one, and of the largest group."""
LEAST_SPAN = 1.0


@dataclass(frozen=True, slots=True)
class Marked:
    """A report with a point: its number, sort, name, the lines said of it, and whether it is stale.

    A group of `reports` has the number 0 and lies at the average of their points.
    """

    number: int
    sort: str
    latitude: float
    longitude: float
    name: str
    says: tuple[str, ...]
    is_stale: bool
    reports: int = 1

    @property
    def radius(self) -> float:
        """Pixels; the area grows with the number of reports, to a bound."""
        return RADIUS if self.reports == 1 else min(RADIUS + 1.4 * sqrt(self.reports), WIDEST)


def report_layers(reports: Iterable[Marked]) -> dict[str, Any]:
    """The layers: `events` holds fresh reports, `stale` those older than the rule says; `bounds` None without any."""
    drawn = list(reports)
    fresh = [_feature(one, _filled(one)) for one in drawn if not one.is_stale]
    return {
        "bounds": _bounds(drawn),
        "events": _layer(fresh),
        "stale": _layer(
            [_feature(one, {"size": HATCHED + 2 * (one.radius - RADIUS)}) for one in drawn if one.is_stale]
        ),
        "labels": _layer(
            [
                _at(one, {"name": f"{one.reports}", "anchor": "left", "offset": [one.radius / 12 + 0.2, 0]})
                for one in drawn
                if one.reports > 1
            ]
        ),
        **dict.fromkeys(("area", "bases", "cells", "rings"), NOTHING),
    }


def _filled(one: Marked) -> dict[str, Any]:
    return {"inside": True, "type": one.sort, "radius": one.radius, "best": one.reports}


def _layer(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _feature(one: Marked, drawn: dict[str, Any]) -> dict[str, Any]:
    return _at(one, {"number": one.number, "name": one.name, "says": "\n".join(one.says), **drawn})


def _at(one: Marked, properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [one.longitude, one.latitude]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _bounds(reports: list[Marked]) -> list[float] | None:
    if not reports:
        return None
    longitudes, latitudes = [one.longitude for one in reports], [one.latitude for one in reports]
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    wide, high = (max(0.1 * (to - at), (LEAST_SPAN - (to - at)) / 2) for at, to in ((west, east), (south, north)))
    return [max(west - wide, -180.0), max(south - high, -85.0), min(east + wide, 180.0), min(north + high, 85.0)]
