"""What is a row of a table as a place on a map, after RFC 7946?

Longitude comes first, rings run anticlockwise around their area, a place that nobody knows is null.
"""

import json
import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

import polars as pl
import shapely

from bluehelm.tables import Table

Place = Literal["point", "outline"]


def place_of(table: Table) -> Place | None:
    """How a table's rows say where they are: a point, an outline, or not at all."""
    names = set(table.column_names)
    if "outline" in names:
        return "outline"
    return "point" if {"latitude", "longitude"} <= names else None


def placing_columns(place: Place) -> set[str]:
    """The columns whose content is a feature's geometry rather than one of its properties."""
    return {"latitude", "longitude"} if place == "point" else {"outline"}


def geometries(rows: pl.DataFrame, place: Place) -> Any:
    """A shapely geometry, or None, for every row."""
    if place == "outline":
        return shapely.orient_polygons(shapely.from_wkt(rows["outline"].to_numpy()))
    points = [
        None if latitude is None or longitude is None else shapely.Point(longitude, latitude)
        for latitude, longitude in rows.select("latitude", "longitude").iter_rows()
    ]
    return points


def features(rows: pl.DataFrame, table: Table, place: Place) -> Iterator[str]:
    """Each row as a feature's JSON text; its id is the row's key, its properties are the other columns."""
    hidden = placing_columns(place)
    for row, geometry in zip(rows.iter_rows(named=True), geometries(rows, place), strict=True):
        yield json.dumps(
            {
                "type": "Feature",
                "id": "|".join(str(row[name]) for name in table.key),
                "geometry": None if geometry is None else shapely.geometry.mapping(geometry),
                "properties": {name: _plain(value) for name, value in row.items() if name not in hidden},
            },
            ensure_ascii=False,
            allow_nan=False,
        )


def opening(about: Mapping[str, Any]) -> str:
    """The collection's text up to its first feature; `about` is a foreign member that readers may ignore."""
    return json.dumps({"type": "FeatureCollection", "about": about}, ensure_ascii=False)[:-1] + ', "features": ['


CLOSING = "]}\n"


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
