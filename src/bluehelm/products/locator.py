"""What does the printed map of a brief draw: area, events, hotspots, bases and the ground under them?

A Vega-Lite specification from the same layers as the page's map; every paper that carries a map carries this one.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bluehelm.products.brief import WHOLE_COUNTRY, Brief
from bluehelm.products.brief_words import sorted_bases
from bluehelm.products.charts import DEATHS, INK
from bluehelm.products.maps import (
    Box,
    Outline,
    Standing,
    as_geometry,
    base_size,
    cell_feature,
    country_labels,
    event_radius,
    map_bounds,
    most_deaths,
    most_troops,
    outlines,
    standing,
    visible_features,
)

MAP_WIDTH = 620  # pixels
TALLEST_MAP = 640  # pixels
BASES = "#0d3b66"
NAMED_BASES = 6
AT = {"longitude": {"field": "x", "type": "quantitative"}, "latitude": {"field": "y", "type": "quantitative"}}
# Drawn in this order: what stands for more people lies above what stands for fewer.
BASE_MARKS: dict[Standing, dict[str, Any]] = {
    "post": {"shape": "circle", "fill": "white", "fillOpacity": 0.6, "stroke": BASES, "strokeOpacity": 0.7},
    "unknown": {"shape": "square", "fill": "white", "stroke": BASES},
    "base": {"shape": "square", "fill": BASES, "fillOpacity": 0.85, "stroke": "white"},
}


def locator_picture(
    brief: Brief,
    areas: Sequence[Outline],
    borders: Mapping[str, Any] | None = None,
    lines: Mapping[str, Any] | None = None,
) -> dict[str, Any] | None:
    """Vega-Lite specification of the map: area, events, hotspots and bases; None when there is nothing to place."""
    areas = outlines(brief, areas, borders)
    bounds = map_bounds(brief, areas)
    if bounds is None:
        return None
    west, south, east, north = bounds
    # A plate carrée that keeps shapes true in the middle of the map: degrees of longitude shrink with latitude.
    shrink = math.cos(math.radians((south + north) / 2))
    width, height = (east - west) * shrink, north - south
    scale = min(MAP_WIDTH / width, TALLEST_MAP / height)
    translate = [-west * shrink * scale, north * scale]
    return {
        "background": "white",
        "width": round(width * scale),
        "height": round(height * scale),
        "config": {"aria": False},
        "view": {"stroke": "#c3ccd4", "fill": "#e9eff4"},
        "projection": {"type": "identity", "reflectY": True, "scale": scale, "translate": translate},
        "layer": [
            *_ground_layers(borders, lines, bounds, shrink),
            *_area_layers(brief, areas, shrink),
            _events_layer(brief, shrink, inside=False),
            _events_layer(brief, shrink, inside=True),
            *(_bases_layer(brief, shrink, kind) for kind in BASE_MARKS),
            *_name_layers(brief, areas, borders, lines, bounds, shrink),
        ],
    }


def _ground_layers(
    borders: Mapping[str, Any] | None, lines: Mapping[str, Any] | None, bounds: Box, shrink: float
) -> list[dict[str, Any]]:
    land = [_drawn(as_geometry(cut), shrink) for _, cut in visible_features(borders, bounds)] if borders else []
    layers = [_shapes(land, {"fill": "#faf9f5", "stroke": None})]
    seen = visible_features(lines, bounds) if lines else []
    for disputed, dash in ((False, [1, 0]), (True, [3, 2.5])):
        cut = [_drawn(as_geometry(line), shrink) for told, line in seen if bool(told.get("disputed")) is disputed]
        layers.append(_shapes(cut, {"filled": False, "stroke": "#8d99a4", "strokeWidth": 0.8, "strokeDash": dash}))
    return layers


def _area_layers(brief: Brief, areas: Sequence[Outline], shrink: float) -> list[dict[str, Any]]:
    rings = [[[list(point) for point in ring]] for area in areas for ring in area.polygons]
    edges = [_drawn({"type": "Polygon", "coordinates": ring}, shrink) for ring in rings]
    cells = [_drawn(cell_feature(spot, 0)["geometry"], shrink) for spot in brief.hotspots]
    firm = {"strokeWidth": 1.6, "strokeDash": [6, 3] if brief.scope.area_status == "draft" else [1, 0]}
    # A firm line around a whole country would hide which of its boundaries are disputed.
    soft = {"strokeWidth": 4, "strokeOpacity": 0.28}
    edge = soft if brief.scope.area == WHOLE_COUNTRY else firm
    return [
        _shapes(cells, {"fill": "#d98c2b", "fillOpacity": 0.22, "stroke": "#b8701a", "strokeWidth": 0.8}),
        _shapes(edges, {"filled": False, "stroke": BASES} | edge),
    ]


def _drawn(geometry: Mapping[str, Any], shrink: float) -> dict[str, Any]:
    def shrunk(part: Any) -> Any:
        if isinstance(part[0], int | float):
            return [round(part[0] * shrink, 4), round(part[1], 4)]
        return [shrunk(inner) for inner in part]

    if geometry["type"] == "GeometryCollection":
        polygons = [part for part in geometry["geometries"] if "Polygon" in part["type"]]
        return {"type": "GeometryCollection", "geometries": [_drawn(part, shrink) for part in polygons]}
    return {"type": geometry["type"], "coordinates": shrunk(geometry["coordinates"])}


def _shapes(geometries: list[dict[str, Any]], mark: dict[str, Any]) -> dict[str, Any]:
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return {"data": {"values": features}, "mark": {"type": "geoshape"} | mark}


def _events_layer(brief: Brief, shrink: float, *, inside: bool) -> dict[str, Any]:
    most = most_deaths(brief.points)
    marks = [
        {"x": point.longitude * shrink, "y": point.latitude, "area": _circle_area(event_radius(point.best, most))}
        for point in brief.points
        if point.inside is inside
    ]
    inked = {"fill": DEATHS, "fillOpacity": 0.45, "stroke": "white", "strokeWidth": 0.5}
    hollow = {"fill": None, "stroke": INK, "strokeOpacity": 0.7, "strokeWidth": 0.8}
    return _points(marks, {"shape": "circle", "filled": True} | (inked if inside else hollow))


def _bases_layer(brief: Brief, shrink: float, kind: Standing) -> dict[str, Any]:
    bases = brief.presence.bases if brief.presence else ()
    most = most_troops(bases)
    marks = [
        {"x": base.longitude * shrink, "y": base.latitude, "area": (base_size(base.troops, most) * 0.8) ** 2}
        for base in bases
        if base.longitude is not None and base.latitude is not None and standing(base) == kind
    ]
    return _points(marks, {"filled": True, "strokeWidth": 1.0} | BASE_MARKS[kind])


def _circle_area(radius: float) -> float:
    # On paper the map is smaller than on the page.
    return round(math.pi * (radius * 0.7) ** 2, 2)


def _points(marks: list[dict[str, Any]], mark: dict[str, Any]) -> dict[str, Any]:
    size = {"field": "area", "type": "quantitative", "scale": None, "legend": None}
    return {"data": {"values": marks}, "mark": {"type": "point"} | mark, "encoding": AT | {"size": size}}


def _name_layers(
    brief: Brief,
    areas: Sequence[Outline],
    borders: Mapping[str, Any] | None,
    lines: Mapping[str, Any] | None,
    bounds: Box,
    shrink: float,
) -> list[dict[str, Any]]:
    """Names of the countries in view and of the largest bases; those of all bases would cover one another."""
    placed = [base for base in sorted_bases(brief) if base.longitude is not None and base.latitude is not None]
    bases = [(base.longitude, base.latitude, base.location) for base in placed[:NAMED_BASES]]
    labels = country_labels(brief, areas, borders, bounds, lines) if borders else []
    countries = [(*label["geometry"]["coordinates"], label["properties"]["name"].upper()) for label in labels]
    return [
        _names(countries, shrink, {"fontSize": 9, "color": INK, "opacity": 0.75}),
        _names(bases, shrink, {"fontSize": 9, "color": "#16202b", "dy": 13}),
    ]


def _names(places: Sequence[tuple[Any, Any, str]], shrink: float, mark: Mapping[str, Any]) -> dict[str, Any]:
    values = [{"x": longitude * shrink, "y": latitude, "name": name} for longitude, latitude, name in places]
    return {"data": {"values": values}, "mark": {"type": "text", **mark}, "encoding": AT | {"text": {"field": "name"}}}
