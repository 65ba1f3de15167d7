"""How many people and which places can the mission's posts reach in time, as far as its own tables say?

Two tables of the mission: its places with their people, and the ways from its posts. Without them nothing is computed,
and the page says which file is needed. A way of which nobody knows how long it takes is unknown, never out of reach.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.utils.translation import gettext as _

from bluehelm.definitions.protection import packaged_alert_rules
from bluehelm.products.work_map import Mark
from bluehelm.protection import Coverage, CoverageError, coverage
from bluehelm.protection.coverage import with_speed
from bluehelm.store import Version
from bluehelm.tables import POPULATED_PLACES, TRAVEL_TIMES
from bluehelm.workflows.own_incidents import newest_of
from bluehelm.workflows.work_map import posts_of

WITHIN, BEYOND, UNKNOWN = "within", "beyond", "unknown"


@dataclass(frozen=True, slots=True)
class Reach:
    """What posts reach: the tables there are, and the answer, or why there is none.

    `posts` are those that the table of ways begins at.
    """

    places: Version | None
    travel: Version | None
    found: Coverage | None = None
    where: pl.DataFrame | None = None
    problems: tuple[str, ...] = ()
    posts: frozenset[str] = frozenset()


def reach_of(mission: str) -> Reach:
    """The coverage of a mission from the newest versions that the reader may read."""
    home = Path(settings.BLUEHELM_HOME)
    places, travel = (newest_of(home, table.name, mission, None) for table in (POPULATED_PLACES, TRAVEL_TIMES))
    if places is None or travel is None:
        return Reach(places[0] if places else None, travel[0] if travel else None)
    rules, ways = packaged_alert_rules(), travel[1]
    by_speed = ways.filter(pl.col("minutes").is_null(), pl.col("km").is_not_null())
    told = ways.filter(pl.col("minutes").is_not_null() | pl.col("km").is_null()).select("post", "place", "minutes")
    times = pl.concat([told, with_speed(by_speed, rules.km_per_hour)])
    listed = places[1].select("place", pl.col("population").cast(pl.Float64))
    try:
        found = coverage(listed, times, rules.within_minutes, _method(ways.height, by_speed.height, rules.km_per_hour))
    except CoverageError as error:
        return Reach(places[0], travel[0], problems=tuple(str(error).split("; ")))
    where = found.nearest.join(places[1].select("place", "latitude", "longitude"), on="place", how="left")
    return Reach(places[0], travel[0], found, where, posts=frozenset(ways["post"].to_list()))


def _method(ways: int, by_speed: int, km_per_hour: float) -> str:
    if not by_speed:
        return _("travel times of the table")
    return _("travel times of the table; of %(ways)d ways %(few)d have km alone and count at %(speed)g km an hour") % {
        "ways": ways, "few": by_speed, "speed": km_per_hour,
    }  # fmt: skip


def place_rows(reach: Reach, within: int) -> list[dict[str, Any]]:
    """Every place with its nearest post and how it stands: first those beyond, most people first, then the unknown."""
    if reach.where is None:
        return []
    order = {BEYOND: 0, UNKNOWN: 1, WITHIN: 2}
    rows = [row | {"standing": _standing(row["minutes"], within)} for row in reach.where.iter_rows(named=True)]
    return sorted(rows, key=lambda row: (order[row["standing"]], -(row["population"] or 0), row["place"]))


def _standing(minutes: float | None, within: int) -> str:
    if minutes is None:
        return UNKNOWN
    return WITHIN if minutes <= within else BEYOND


def place_marks(rows: list[dict[str, Any]], posts: Collection[str], mission: str, on: date) -> list[Mark]:
    """The places with a point, by how they stand, and the posts of the travel table where their name has a point."""
    marks = [
        Mark("places", row["standing"], row["latitude"], row["longitude"], row["place"])
        for row in rows
        if row["latitude"] is not None and row["longitude"] is not None
    ]
    mapped = posts_of(Path(settings.BLUEHELM_HOME), mission, on).places
    points = {one.location: (one.latitude, one.longitude) for one in mapped}
    points |= {row["place"]: (row["latitude"], row["longitude"]) for row in rows}
    placed = ((name, *points.get(name, (None, None))) for name in sorted(posts))
    return marks + [
        Mark("posts", "post", latitude, longitude, name)
        for name, latitude, longitude in placed
        if latitude is not None and longitude is not None
    ]


def reach_json(reach: Reach, within: int) -> dict[str, Any]:
    """The same for programs."""
    found = reach.found
    rows = place_rows(reach, within)
    return {
        "within_minutes": within,
        "method": found.method if found else None,
        "bands": [asdict(band) for band in found.bands] if found else [],
        "places": [
            {"place": row["place"], "population": _whole(row["population"]), "post": row["post"],
             "minutes": row["minutes"], "standing": row["standing"]}
            for row in rows
        ],
        "needed": [
            table.name
            for table, version in ((POPULATED_PLACES, reach.places), (TRAVEL_TIMES, reach.travel))
            if version is None
        ],
        "problems": list(reach.problems),
        "versions": [
            {"table": one.table, "version": one.version, "sha256": one.sha256, "retrieved": one.retrieved.isoformat()}
            for one in (reach.places, reach.travel)
            if one
        ],
    }  # fmt: skip


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
