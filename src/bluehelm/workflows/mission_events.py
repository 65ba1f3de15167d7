"""What was known of a mission on a day, and which events are the mission's?

An event is the mission's when it happened inside the mission's dates and area: for a whole-country area the provider's
country decides, for a drawn one the coordinates, in the area that held on the day it began.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from shapely.geometry.base import BaseGeometry

from bluehelm.definitions import AreaFile, MissionEntry, MissionRegistry
from bluehelm.geo.areas import area_of, distance_to_area_km, inside
from bluehelm.language import _
from bluehelm.products.brief import NEARBY_KM
from bluehelm.situation.events import Window
from bluehelm.situation.month_rules import touching
from bluehelm.store import Store, Version
from bluehelm.workflows.borders import country_polygons
from bluehelm.workflows.events_view import EventsView, events_view, view_of
from bluehelm.workflows.registry import area_definition, mission_registry

KM_A_DEGREE = 111.2  # of latitude

# What figures need of an event; the other columns are left unread.
NEEDED = (
    *("type", "date_start", "date_end", "iso3", "admin_1", "place_precision"),
    *("latitude", "longitude", "gid", "best", "low", "high"),
)
NEEDED_NEARBY = ("type", "date_start", "date_end", "iso3", "latitude", "longitude", "best", "low", "high")


class UnknownMissionError(ValueError):
    """No mission has this name; `nearest` are the names spelt most like it."""

    def __init__(self, mission: str, nearest: list[str]) -> None:
        super().__init__(_("There is no mission {mission!r}.", mission=mission))
        self.mission = mission
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Known:
    """A mission and what was known of it: the table versions, and its dates from the best list there was.

    `held` is every version of events there was, `events` those that speak of all the mission's countries.
    """

    home: Path
    registry: MissionRegistry
    entry: MissionEntry
    drawn: AreaFile | None
    held: EventsView | None
    events: EventsView | None
    deployments: Version | None
    start_on: date | None
    end_on: date | None
    dates_from: str
    dates_version: Version | None

    def window(self, as_of: date) -> Window | None:
        """The mission's days up to a day; None when nobody knows when it began."""
        if self.start_on is None:
            return None
        return Window(self.start_on, min(as_of, self.end_on) if self.end_on else as_of)

    @property
    def versions(self) -> tuple[Version, ...]:
        """The versions that figures of the mission rest on, or that were held and do not speak of it."""
        events = self.events or self.held
        others = (self.deployments, self.dates_version)
        return (*(events.versions if events else ()), *(version for version in others if version))


def what_is_known(home: Path, mission: str, *, known_on: date | None = None, instead: Version | None = None) -> Known:
    """What was known of a mission; `instead` takes the place of whatever its table had. Raises UnknownMissionError."""
    registry = mission_registry(home)
    entry = registry.get(mission)
    if entry is None:
        raise UnknownMissionError(mission, registry.nearest(mission))
    store = Store(home)

    def newest(table: str) -> Version | None:
        if instead and instead.table == table:
            return instead
        return store.latest(table, synthetic=entry.synthetic, known_on=known_on)

    if instead and instead.table == "events":
        held: EventsView | None = view_of(home, instead)
    else:
        held = events_view(home, known_on=known_on, synthetic=entry.synthetic)
    listed = newest("missions")
    row = _listed(store, listed, entry) if listed else None
    return Known(
        home=home,
        registry=registry,
        entry=entry,
        drawn=area_definition(home, entry),
        held=held,
        events=held.covering(entry.hosts) if held else None,
        deployments=newest("deployments"),
        start_on=row[0] if row else entry.start_on,
        end_on=row[1] if row else entry.end_on,
        dates_from=_("missions version {version}", version=listed.version)
        if listed and row
        else _("the mission registry"),
        dates_version=listed if row else None,
    )


def _listed(store: Store, version: Version, entry: MissionEntry) -> tuple[date | None, date | None] | None:
    rows = store.scan(version).filter(pl.col("mission") == entry.mission).select("start_on", "end_on").collect().rows()
    return (rows[0][0], rows[0][1]) if rows else None


@dataclass(frozen=True, slots=True)
class MissionEvents:
    """Events that may have happened on a day of the window: the mission's, and those outside but near.

    `nearby` is None where no border is known to measure from.
    """

    mine: pl.DataFrame
    nearby: pl.DataFrame | None


def mission_events(known: Known, window: Window | None, needed: Sequence[str] = NEEDED) -> MissionEvents | None:
    """The events of a window of days; None where no version speaks of the mission's countries.

    `needed` are the columns of the mission's own events that are read.
    """
    if known.events is None or window is None:
        return None
    events, hosts = known.events.scan().filter(touching(window)), known.entry.hosts
    if known.drawn is None:
        mine = events.filter(pl.col("iso3").is_in(hosts)).select(needed).collect()
        land = country_polygons(known.home, hosts)
        others = events.filter(~pl.col("iso3").is_in(hosts).fill_null(False)).select(NEEDED_NEARBY)
        return MissionEvents(mine, None if land is None else _near(others, land))
    whole = whole_area(known.drawn)
    close = within_box(events, whole).select(needed).collect()
    within = inside_drawn(close, known.drawn)
    return MissionEvents(close.filter(within), _near(close.filter(~within).lazy(), whole))


def whole_area(drawn: AreaFile) -> BaseGeometry:
    """All that the drawn areas of a mission ever held."""
    return area_of(ring for area in drawn.areas for ring in area.polygons)


def within_box(events: pl.LazyFrame, area: BaseGeometry, margin_km: float = NEARBY_KM) -> pl.LazyFrame:
    """The events in an area's box and a margin around it: cheap to find, so that only few are measured."""
    west, south, east, north = area.bounds
    up = margin_km / KM_A_DEGREE
    shrink = math.cos(math.radians(min(max(abs(south), abs(north)) + up, 89)))
    return events.filter(
        pl.col("latitude").is_between(south - up, north + up),
        pl.col("longitude").is_between(west - up / shrink, east + up / shrink),
    )


def inside_drawn(events: pl.DataFrame, drawn: AreaFile) -> pl.Series:
    """Which events lie in one of the areas that held on the day they began; each place is looked up once."""
    within = pl.Series(np.zeros(events.height, dtype=np.bool_))
    places = events.select("latitude", "longitude").unique()
    for area in drawn.areas:
        held = events["date_start"].is_between(area.from_on or date.min, area.until_on or date.max)
        lies = inside(places["latitude"].to_numpy(), places["longitude"].to_numpy(), area_of(area.polygons))
        there = events.join(
            places.with_columns(lies=pl.Series(lies)), on=("latitude", "longitude"), how="left", maintain_order="left"
        )
        within |= held & there["lies"]
    return within


def _near(events: pl.LazyFrame, area: BaseGeometry) -> pl.DataFrame:
    """The events close to an area; many share a place, and each place is measured once."""
    close = within_box(events, area).collect()
    places = close.select("latitude", "longitude").unique()
    if places.is_empty():
        return close
    away = distance_to_area_km(places["latitude"].to_numpy(), places["longitude"].to_numpy(), area)
    return close.join(places.filter(pl.Series(away <= NEARBY_KM)), on=("latitude", "longitude"), how="semi")
