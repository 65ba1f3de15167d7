"""Which stretches of road does a GeoJSON file mean, in which months can they be used, and who says so?

Lines in degrees, WGS84, longitude first. Each names who says so and on which day; without that a road on a map would
look as true as the ground. Months that the file does not tell are unknown, which is neither open nor closed.
"""

import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.language import _, gettext_noop
from bluehelm.sources.areas import feature_lines, features_of
from bluehelm.sources.delivered import Delivered, Wanted
from bluehelm.sources.intake import NOTED_ROWS, Intake
from bluehelm.sources.provider import Provider
from bluehelm.sources.reading import refusal
from bluehelm.tables import ROAD_SEASONS
from bluehelm.tables.provenance import Coverage, SourceNote

NOTE = SourceNote(
    provider="road-seasons",
    title="Roads by season from a GeoJSON file",
    licence="as the file's maker says",
    citation="the file's maker",
    url="https://www.rfc-editor.org/rfc/rfc7946",
)
LINES = ("LineString", "MultiLineString")
SPAN = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?")
BadRow = tuple[int, str, str | None, str]


class _BadRoadError(ValueError):
    """Why one feature is no road: the property to look at, its value, the reason."""

    def __init__(self, column: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason
        self.value = None if value is None else str(value)[:200]


def read(delivered: Delivered, scratch: Path) -> Intake:
    """Read a GeoJSON file of lines; raise IntakeError when it is none or lies in another coordinate system."""
    text = delivered.plain.read_text(encoding="utf-8-sig")
    features = features_of(delivered, text)
    roads: list[dict[str, Any]] = []
    bad: list[BadRow] = []
    for line, feature in zip(feature_lines(text, len(features)), features, strict=True):
        try:
            road = _road(feature)
            if any(road["road_id"] == other["road_id"] for other in roads):
                raise _BadRoadError("road_id", road["road_id"], "the same road stands in an earlier feature")
            roads.append(road)
        except _BadRoadError as wrong:
            bad.append((line, wrong.column, wrong.value, wrong.reason))
    if not roads:
        what = _("none of its {number:,} features is a road: {bad}", number=len(features), bad=bad[0][3])
        raise refusal(
            "header_does_not_fit", delivered, what, _("Look at the first feature."), [one[3] for one in bad[:20]]
        )
    rows_file = scratch / "rows.parquet"
    pl.DataFrame(roads, schema=ROAD_SEASONS.schema).sort("road_id").write_parquet(rows_file)
    return Intake(
        table=ROAD_SEASONS,
        rows_file=rows_file,
        rows=len(roads),
        set_aside=pl.DataFrame(bad, schema=NOTED_ROWS, orient="row").sort("line"),
        flagged=pl.DataFrame(schema=NOTED_ROWS),
        notes=(),
        coverage=Coverage(None, None, None),
    )


def _road(feature: Any) -> dict[str, Any]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _BadRoadError("type", None, "the entry is not a GeoJSON feature")
    given = feature.get("properties") or {}
    if not isinstance(given, dict):
        raise _BadRoadError("properties", given, "the properties are not names with values")
    said = {str(key).lower(): value for key, value in given.items()}
    name, source = _text(said.get("name")), _text(said.get("source"))
    code = _text(said.get("road_id")) or _text(said.get("id")) or _text(feature.get("id")) or name
    if code is None:
        raise _BadRoadError("road_id", None, "the road has neither a code nor a name")
    if source is None:
        raise _BadRoadError("source", None, "nobody is named who says so")
    return {
        "road_id": code, "name": name, "months_passable": _months(said.get("months_passable", said.get("months"))),
        "source": source, "seen_on": _day(said.get("seen_on", said.get("date"))),
        "line": _line(feature.get("geometry")),
    }  # fmt: skip


def _text(value: Any) -> str | None:
    return (str(value).strip() or None) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise _BadRoadError("seen_on", value, "the day on which it was seen is not written YYYY-MM-DD") from None


def _months(value: Any) -> str | None:
    """Months as 1|2|12 from a list, from `1|2`, `11-4` or `all`; null where nothing is said."""
    if value is None:
        return None
    if isinstance(value, str) and value.strip().lower() == "all":
        return "|".join(map(str, range(1, 13)))
    parts = value if isinstance(value, list) else [part for part in re.split(r"[|,;\s]+", str(value)) if part]
    found: set[int] = set()
    for part in parts:
        span = SPAN.fullmatch(str(part).strip())
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        if not (1 <= first <= 12 and 1 <= last <= 12):
            raise _BadRoadError("months_passable", value, "months are numbers from 1 to 12, such as 1|2 or 11-4")
        found |= {(first + ahead - 1) % 12 + 1 for ahead in range((last - first) % 12 + 1)}
    return "|".join(map(str, sorted(found)))


def _line(geometry: Any) -> str:
    import shapely  # geometry takes long to load

    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in LINES:
        raise _BadRoadError("geometry", kind, "it is not a line")
    try:
        line = shapely.geometry.shape(geometry)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.GEOSException) as error:
        raise _BadRoadError("geometry", None, f"its line cannot be read ({error})") from None
    if line.is_empty or line.length == 0:
        raise _BadRoadError("geometry", None, "its line has no length")
    return str(shapely.to_wkt(shapely.force_2d(line), rounding_precision=5))


PROVIDERS = (
    Provider(
        NOTE,
        ROAD_SEASONS,
        ("road_id", "name", "months_passable", "source", "seen_on"),
        read,
        files=Wanted(formats=("geojson",)),
        by_hand=gettext_noop("roads come from whoever drove them"),
    ),
)
