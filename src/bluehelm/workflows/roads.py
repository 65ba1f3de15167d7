"""Where are the roads, if the data folder says so?

`roads.geojson` in the data folder: lines in degrees, WGS84, longitude first. Nobody's roads are packaged; without the
file a distance to the nearest road is unknown.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from bluehelm.language import _

NAME = "roads.geojson"
LINES = ("LineString", "MultiLineString")


class RoadsError(ValueError):
    """The road layer cannot be used; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Roads:
    """The lines of a road layer, and the digest of the file they were read from."""

    lines: BaseGeometry
    sha256: str


def road_layer(home: Path) -> Roads | None:
    """The road layer of a data folder; None when it has none. Raises RoadsError."""
    path = home / NAME
    if not path.is_file():
        return None
    content = path.read_bytes()
    try:
        shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in json.loads(content)["features"]]
    except (ValueError, KeyError, TypeError, shapely.GEOSException) as error:
        raise RoadsError(_("{name} is no GeoJSON FeatureCollection: {error}", name=NAME, error=error)) from error
    strange = sorted({shape.geom_type for shape in shapes} - set(LINES))
    if strange or not shapes:
        raise RoadsError(
            _("{name} must hold lines; it holds {strange}.", name=NAME, strange=", ".join(strange) or _("nothing"))
        )
    lines = shapely.union_all(shapes)
    west, south, east, north = lines.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise RoadsError(
            _(
                "{name} is not in degrees: it reaches from {west}, {south} to {east}, {north}.",
                name=NAME,
                west=west,
                south=south,
                east=east,
                north=north,
            )
        )
    return Roads(lines, hashlib.sha256(content).hexdigest())
