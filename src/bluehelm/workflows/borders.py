"""Which boundary lines are drawn, and which country polygons are distances measured from?

The packaged boundary file comes from an openly licensed package at set-up; the setting BLUEHELM_BORDERS names a
folder with `countries.geojson` and `lines.geojson` that replaces it. A data folder may add borders of its own, as
the demonstration does. Borders are political: none of them is an endorsement.
"""

import errno
import json
import os
from collections import Counter
from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

import shapely
import yaml
from shapely.geometry.base import BaseGeometry

from bluehelm.definitions import packaged_text
from bluehelm.language import _
from bluehelm.products.maps import with_disputes

Layer = dict[str, Any]
NAMES = ("countries", "lines")


class BordersError(FileNotFoundError):
    """The setting BLUEHELM_BORDERS names no folder of boundary files."""

    def __init__(self, chosen: str) -> None:
        what = _("BLUEHELM_BORDERS must name a folder that holds countries.geojson and lines.geojson")
        super().__init__(errno.ENOENT, what, chosen)


def border_folder() -> Path:
    """The folder of the boundary files in use; raises BordersError when the setting names none."""
    chosen = os.environ.get("BLUEHELM_BORDERS")
    if chosen and not (Path(chosen) / "countries.geojson").is_file():
        raise BordersError(chosen)
    return Path(chosen) if chosen else Path(str(files("bluehelm.web"))) / "static" / "vendor" / "borders"


def border_layer(home: Path, name: str) -> Layer:
    """`countries` or `lines` as a GeoJSON FeatureCollection, the data folder's own borders included."""
    features: list[dict[str, Any]] = []
    for path in (border_folder() / f"{name}.geojson", home / "borders" / f"{name}.geojson"):
        if path.is_file():
            features += _read(path, path.stat().st_mtime_ns)["features"]
    return {"type": "FeatureCollection", "features": features}


def lines_with_disputes(home: Path) -> Layer:
    """The boundary lines, each told by the definition whether it is drawn dashed."""
    pairs = yaml.safe_load(packaged_text("disputed_lines.yaml"))["pairs"]
    return with_disputes(border_layer(home, "lines"), frozenset("-".join(sorted(pair)) for pair in pairs))


def country_polygons(home: Path, iso3s: tuple[str, ...]) -> BaseGeometry | None:
    """The land of some countries as one geometry; None when the boundary files lack any of them."""
    features = [
        feature for feature in border_layer(home, "countries")["features"] if feature["properties"].get("iso3") in iso3s
    ]
    if {feature["properties"]["iso3"] for feature in features} != set(iso3s):
        return None
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    return shapely.union_all([shapely.make_valid(shape) for shape in shapes])


def has_borders() -> bool:
    """Whether a file of boundaries is at hand, from which countries know their neighbours."""
    return (border_folder() / "countries.geojson").is_file()


@lru_cache(maxsize=8)
def bordering(iso3s: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The pairs of these countries that share a land border in the boundary file in use, each pair once and in order.

    Neighbours are drawn with the same points along their common border; two such points make one.
    """
    path = border_folder() / "countries.geojson"
    points: dict[tuple[float, float], set[str]] = {}
    for feature in _read(path, path.stat().st_mtime_ns)["features"] if path.is_file() else []:
        if (code := feature["properties"].get("iso3")) in iso3s:
            for point in shapely.get_coordinates(shapely.from_geojson(json.dumps(feature["geometry"]))).tolist():
                points.setdefault(tuple(point), set()).add(code)
    shared = Counter(pair for codes in points.values() for pair in combinations(sorted(codes), 2))
    return tuple(sorted(pair for pair, number in shared.items() if number > 1))


@lru_cache(maxsize=8)
def _read(path: Path, changed_at: int) -> Layer:
    del changed_at  # part of the key: a replaced file is read again
    layer: Layer = json.loads(path.read_text(encoding="utf-8"))
    return layer
