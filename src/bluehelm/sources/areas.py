"""Which ground do the polygons of a GeoJSON file mean, and can they be trusted to mean it?

GeoJSON (RFC 7946) is longitude before latitude in WGS84. What is not is refused: another coordinate system, rings
that do not close or that cross themselves. Outlines over the antimeridian are cut there and rings are turned the
standard's way round; both change no ground and are noted. One bad feature is a bad row, like anywhere else.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.language import _, gettext_noop
from bluehelm.sources.delivered import Delivered, Wanted
from bluehelm.sources.intake import NOTED_ROWS, Intake, reasons_of
from bluehelm.sources.provider import Provider
from bluehelm.sources.reading import refusal
from bluehelm.tables import AREAS
from bluehelm.tables.countries import iso2_by_iso3
from bluehelm.tables.months import month_of
from bluehelm.tables.provenance import Coverage, SourceNote

NOTE = SourceNote(
    provider="areas",
    title="Named areas from a GeoJSON file",
    licence="as the file's maker says",
    citation="the file's maker",
    url="https://www.rfc-editor.org/rfc/rfc7946",
)

# How makers of boundary files name a property: the first that is there counts.
NAMES = {
    "area_id": ("area_id", "id", "pcode", "adm3_pcode", "adm2_pcode", "adm1_pcode", "adm0_pcode", "shapeid", "code"),
    "name": ("name", "adm3_en", "adm2_en", "adm1_en", "adm0_en", "shapename", "title"),
    "kind": ("kind", "type", "level", "shapetype"),
    "parent_id": ("parent_id", "parent", "parent_pcode"),
    "iso3": ("iso3", "iso_a3", "shapegroup", "country_iso3"),
    "valid_from": ("valid_from", "validon", "date"),
    "valid_to": ("valid_to", "validto"),
}
WGS84 = re.compile(r"(CRS84|EPSG:{1,2}4326)$", re.IGNORECASE)
FEATURES = re.compile(r'"features"\s*:\s*\[')
BETWEEN = re.compile(r"[\s,]*")


class _BadAreaError(ValueError):
    """Why one feature is not an area: the property or member to look at, its value, the reason."""

    def __init__(self, column: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason
        self.value = None if value is None else str(value)[:200]


@dataclass(frozen=True, slots=True)
class _Area:
    row: dict[str, Any]
    turned: bool
    cut: bool


def read(delivered: Delivered, scratch: Path) -> Intake:
    """Read a GeoJSON file of polygons; raise IntakeError when it is none or lies in another coordinate system."""
    text = delivered.plain.read_text(encoding="utf-8-sig")
    features = features_of(delivered, text)
    areas: list[tuple[int, _Area]] = []
    bad: list[tuple[int, str, str | None, str]] = []
    seen: set[tuple[str, date | None]] = set()
    for line, feature in zip(feature_lines(text, len(features)), features, strict=True):
        try:
            area = _area(feature)
            _refuse_repeat(area, seen)
            areas.append((line, area))
        except _BadAreaError as wrong:
            bad.append((line, wrong.column, wrong.value, wrong.reason))
    if not areas:
        what = _("none of its {number:,} features is an area: {bad}", number=len(features), bad=bad[0][3])
        reasons = [reason for *_rest, reason in bad[:20]]
        raise refusal("header_does_not_fit", delivered, what, _("Look at the first feature."), reasons)
    return _intake(areas, bad, scratch)


def _intake(areas: list[tuple[int, _Area]], bad: list[tuple[int, str, str | None, str]], scratch: Path) -> Intake:
    rows = pl.DataFrame([area.row for _rest, area in areas], schema=AREAS.schema).sort("area_id", "valid_from")
    rows_file = scratch / "rows.parquet"
    rows.write_parquet(rows_file)
    noted = [(line, "geometry", None, TURNED) for line, area in areas if area.turned]
    noted += [(line, "geometry", None, CUT) for line, area in areas if area.cut]
    days = [area.row["valid_from"] for _rest, area in areas]
    known = rows["iso3"].unique().drop_nulls().sort().to_list()
    first = month_of(min(days)) if all(days) else None
    return Intake(
        table=AREAS,
        rows_file=rows_file,
        rows=rows.height,
        set_aside=pl.DataFrame(bad, schema=NOTED_ROWS, orient="row").sort("line"),
        flagged=_overlapping(areas),
        notes=reasons_of(pl.DataFrame(noted, schema=NOTED_ROWS, orient="row")),
        coverage=Coverage(first, None, tuple(known)),
    )


TURNED = "a ring ran the other way round and was turned; the ground is the same"
OVERLAP = "an earlier outline of the area still holds on this day"
CUT = "the outline crosses the antimeridian and was cut there; the ground is the same"


def _overlapping(areas: list[tuple[int, _Area]]) -> pl.DataFrame:
    """Outlines of one area that hold on the same day: which of them counts cannot be known."""
    flagged = []
    by_time = sorted(areas, key=lambda found: (found[1].row["area_id"], found[1].row["valid_from"] or date.min))
    for (_rest, before), (line, area) in pairwise(by_time):
        ends = before.row["valid_to"] or date.max
        if before.row["area_id"] == area.row["area_id"] and (area.row["valid_from"] or date.min) <= ends:
            flagged.append((line, "valid_from", str(area.row["valid_from"]), OVERLAP))
    return pl.DataFrame(flagged, schema=NOTED_ROWS, orient="row").sort("line")


def features_of(delivered: Delivered, text: str) -> list[Any]:
    """The features of a GeoJSON file in WGS84; IntakeError says why it is none."""
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise refusal(
            "bad_json", delivered, _("it is not JSON ({error})", error=error), _("Save it anew as GeoJSON.")
        ) from error
    kind = content.get("type") if isinstance(content, dict) else None
    if kind != "FeatureCollection" or not isinstance(content.get("features"), list):
        what = _("it is not a FeatureCollection but {kind}", kind=kind or type(content).__name__)
        raise refusal("bad_geojson", delivered, what, _("Give a GeoJSON FeatureCollection."))
    _check_coordinates(delivered, content)
    if not content["features"]:
        raise refusal("empty_file", delivered, _("it has no features"), _("Download it again."))
    return list(content["features"])


def _refuse_constant(name: str) -> None:
    raise ValueError(_("{name} is not JSON", name=name))


def _check_coordinates(delivered: Delivered, content: dict[str, Any]) -> None:
    """The whole file lies in WGS84, by its own word and by its numbers."""
    crs = content.get("crs")
    name = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) else ""
    if crs and not WGS84.search(name):
        what = _("its coordinates are in {name}, not in WGS84", name=name or _("an unnamed system"))
        raise refusal("wrong_crs", delivered, what, _("Reproject it to WGS84 (EPSG:4326) and save it as GeoJSON."))
    for feature in content["features"]:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        for x, y in _positions(geometry.get("coordinates") if isinstance(geometry, dict) else None):
            if abs(x) > 180 or abs(y) > 90:
                what = _("a position is {x:g}, {y:g}, which is no longitude and latitude in degrees", x=x, y=y)
                next_step = _("Reproject it to WGS84 (EPSG:4326); longitudes run from -180 to 180 and come first.")
                raise refusal("wrong_crs", delivered, what, next_step)


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    if not isinstance(coordinates, list):
        return
    if len(coordinates) >= 2 and all(isinstance(value, int | float) for value in coordinates[:2]):
        yield float(coordinates[0]), float(coordinates[1])
        return
    for inner in coordinates:
        yield from _positions(inner)


def feature_lines(text: str, count: int) -> list[int]:
    """The physical line on which each feature begins; its number where the text is laid out in no usual way."""
    decoder, lines = json.JSONDecoder(), []
    found = FEATURES.search(text)
    place, line, counted = (found.end() if found else 0), 1, 0
    try:
        for _round in range(count):
            between = BETWEEN.match(text, place)
            place = between.end() if between else place
            line, counted = line + text.count("\n", counted, place), place
            _rest, place = decoder.raw_decode(text, place)
            lines.append(line)
    except ValueError:
        return list(range(1, count + 1))
    return lines


def _area(feature: Any) -> _Area:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _BadAreaError("type", None, "the entry is not a GeoJSON feature")
    from bluehelm.sources.outlines import OutlineError, outline_of, wkt  # geometry takes long to load

    try:
        outline, turned, cut = outline_of(feature.get("geometry"))
    except OutlineError as wrong:
        raise _BadAreaError("geometry", wrong.value, wrong.reason) from wrong
    west, south, east, north = outline.bounds
    named = _named(feature)
    row = {
        **named,
        "outline": wkt(outline),
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    return _Area(row, turned, cut)


def _named(feature: dict[str, Any]) -> dict[str, Any]:
    """An area's id, name, kind and days from a feature's properties."""
    given = feature.get("properties") or {}
    if not isinstance(given, dict):
        raise _BadAreaError("properties", given, "the properties are not names with values")
    properties = {str(key).lower(): value for key, value in given.items()}
    properties.setdefault("id", feature.get("id"))
    found = {
        column: next((_text(properties[name]) for name in names if _text(properties.get(name))), None)
        for column, names in NAMES.items()
    }
    name = found["name"]
    if name is None:
        raise _BadAreaError("name", None, "the area has no name")
    starts, ends = _day(found["valid_from"], "valid_from"), _day(found["valid_to"], "valid_to")
    if starts and ends and ends < starts:
        raise _BadAreaError("valid_to", ends, "the outline ends before it begins")
    code = (found["iso3"] or "").upper()
    return {
        "area_id": found["area_id"] or name,
        "name": name,
        "kind": found["kind"],
        "parent_id": found["parent_id"],
        "iso3": code if code in iso2_by_iso3() else None,
        "valid_from": starts,
        "valid_to": ends,
    }


def _text(value: Any) -> str | None:
    return (str(value).strip() or None) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _day(text: str | None, column: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise _BadAreaError(column, text, "the day is not written YYYY-MM-DD") from None


def _refuse_repeat(area: _Area, seen: set[tuple[str, date | None]]) -> None:
    key = (area.row["area_id"], area.row["valid_from"])
    if key in seen:
        raise _BadAreaError("area_id", key[0], "the same area and first day stand in an earlier feature")
    seen.add(key)


PROVIDERS = (
    Provider(
        NOTE,
        AREAS,
        ("name", "area_id", "kind", "parent_id", "iso3", "valid_from", "valid_to"),
        read,
        files=Wanted(formats=("geojson",)),
        by_hand=gettext_noop("boundaries come from whoever drew them"),
    ),
)
