"""Where did a mission's people stand on its latest map?

A map lists places with strengths, some unknown. Where two maps of one month list a place, the later map decides;
where one map lists it twice, its entries are added up. A place with an unknown entry counts as unknown strength,
and its known entries still count among the troops.
"""

import re
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the map: known troops, None when none is known, and whether some strength is unknown."""

    location: str
    latitude: float | None
    longitude: float | None
    troops: int | None
    has_unknown_strength: bool
    contributors: tuple[str, ...]
    has_police: bool | None
    has_observers: bool | None


def latest_map_month(deployments: pl.DataFrame, mission: str, month: str) -> str | None:
    """The latest month, not after `month`, of which there is a map of the mission."""
    months = deployments.filter((pl.col("mission") == mission) & (pl.col("month") <= month))["month"]
    latest = months.max()
    return latest if isinstance(latest, str) else None


def places_on_map(deployments: pl.DataFrame, mission: str, month: str) -> list[Place]:
    """The mission's places in a map month, largest first, unknown last."""
    rows = deployments.filter((pl.col("mission") == mission) & (pl.col("month") == month))
    places = [_place(location, rows) for location in rows["location"].unique()]
    return sorted(places, key=lambda place: (place.troops is None, -(place.troops or 0), place.location))


def bases_by_month(deployments: pl.DataFrame, mission: str) -> tuple[pl.DataFrame, int]:
    """The mission's places on the map of every month that has one, and how many of them have no coordinates.

    Columns `month`, `location`, `latitude`, `longitude`, `troops`; the same places and troops as `places_on_map`.
    """
    rows = deployments.filter(pl.col("mission") == mission)
    order = {name: number for number, name in enumerate(sorted(rows["source_map"].unique(), key=_by_number))}
    numbered = rows.with_columns(pl.col("source_map").replace_strict(order, return_dtype=pl.Int64).alias("map"))
    last = numbered.filter(pl.col("map") == pl.col("map").max().over("month", "location"))
    troops = pl.when(pl.col("troops").count() > 0).then(pl.col("troops").sum())
    first = (pl.col(name).sort_by("entry").first() for name in ("latitude", "longitude"))
    places = last.group_by("month", "location").agg(*first, troops.alias("troops")).sort("month", "location")
    placed = places.drop_nulls(["latitude", "longitude"])
    return placed, places.height - placed.height


def _place(location: str, rows: pl.DataFrame) -> Place:
    listed = rows.filter(pl.col("location") == location)
    last_map = max(listed["source_map"].unique(), key=_by_number)
    entries = listed.filter(pl.col("source_map") == last_map).sort("entry")
    known = entries["troops"].drop_nulls()
    contributors = [name for names in entries["contributors"].drop_nulls() for name in names.split("|")]
    return Place(
        location=location,
        latitude=entries["latitude"][0],
        longitude=entries["longitude"][0],
        troops=int(known.sum()) if known.len() else None,
        has_unknown_strength=known.len() < entries.height,
        contributors=tuple(dict.fromkeys(contributors)),
        has_police=_any_known(entries["has_police"]),
        has_observers=_any_known(entries["has_observers"]),
    )


def _any_known(said: pl.Series) -> bool | None:
    """True when an entry says so, False when one denies it and none says so, None when none says anything."""
    known = said.drop_nulls()
    return bool(known.any()) if known.len() else None


def _by_number(source_map: str) -> list[tuple[int, str]]:
    """So that `Rev. 10` comes after `Rev. 9`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", source_map)]
