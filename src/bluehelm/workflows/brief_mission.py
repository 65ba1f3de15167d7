"""What does a mission's brief say, from which table versions?

Joins the registry, the newest versions known, and the situation's figures. `as_of` cuts what happened, `known_on`
picks what was known. An event is the mission's when it began inside the mission's dates and area: for a
whole-country area the provider's country decides, for a drawn one the coordinates, in the area that held that day.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from shapely.geometry.base import BaseGeometry

from bluehelm.definitions import AreaFile, MissionEntry, MissionRegistry, area_file
from bluehelm.geo.areas import area_of, distance_to_area_km, inside
from bluehelm.products.brief import (
    NEARBY_KM,
    WHOLE_COUNTRY,
    Base,
    Brief,
    EventFigures,
    EventPoint,
    Hotspot,
    MonthFigure,
    Presence,
    Scope,
    TypeFigure,
)
from bluehelm.situation import events as figures
from bluehelm.situation import presence as maps
from bluehelm.spine import DefinitionRef, VersionRef
from bluehelm.store import Store, Version
from bluehelm.tables.months import month_of
from bluehelm.workflows.borders import country_polygons
from bluehelm.workflows.registry import area_definition, host_name, mission_registry

# A degree of latitude is 111.2 km; this margin in degrees holds everything within NEARBY_KM up to latitude 60.
MARGIN_DEGREES = 2 * NEARBY_KM / 111.2


class UnknownMissionError(ValueError):
    """No mission has this name; `nearest` are the names spelt most like it."""

    def __init__(self, mission: str, nearest: list[str]) -> None:
        super().__init__(f"There is no mission {mission!r}.")
        self.mission = mission
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class _Known:
    """A mission and what was known of it: the table versions, and its dates from the best list there was."""

    registry: MissionRegistry
    entry: MissionEntry
    drawn: AreaFile | None
    events: Version | None
    deployments: Version | None
    start_on: date | None
    end_on: date | None
    dates_from: str
    dates_version: Version | None


def brief_mission(home: Path, mission: str, *, as_of: date, known_on: date | None = None) -> Brief:
    """The brief of a mission; raises UnknownMissionError. What no table covers is None, and a note says why."""
    registry = mission_registry(home)
    entry = registry.get(mission)
    if entry is None:
        raise UnknownMissionError(mission, registry.nearest(mission))
    store = Store(home)
    known = _known(store, home, registry, entry, known_on)
    window = _window(known, as_of)
    mine, nearby = _events(store, home, known, window)
    versions = (known.events, known.deployments, known.dates_version)
    return Brief(
        mission=entry.mission,
        name=entry.name,
        as_of=as_of,
        known_on=known_on,
        synthetic=entry.synthetic,
        scope=_scope(known),
        events=_event_figures(known, window, mine, nearby),
        presence=_presence(store, known, as_of),
        hotspots=() if mine is None else tuple(Hotspot(*spot) for spot in figures.hotspots(mine)),
        points=_points(mine, inside_area=True) + _points(nearby, inside_area=False),
        versions=tuple(_ref(version) for version in versions if version),
        notes=tuple(_notes(known, window, as_of, known_on)),
        definitions=tuple(_definitions(known)),
    )


def _known(store: Store, home: Path, registry: MissionRegistry, entry: MissionEntry, known_on: date | None) -> _Known:
    newest = {
        table: store.latest(table, synthetic=entry.synthetic, known_on=known_on)
        for table in ("events", "deployments", "missions")
    }
    listed = newest["missions"]
    row = _listed(store, listed, entry) if listed else None
    return _Known(
        registry=registry,
        entry=entry,
        drawn=area_definition(home, entry),
        events=newest["events"],
        deployments=newest["deployments"],
        start_on=row[0] if row else entry.start_on,
        end_on=row[1] if row else entry.end_on,
        dates_from=f"missions version {listed.version}" if listed and row else "the mission registry",
        dates_version=listed if row else None,
    )


def _listed(store: Store, version: Version, entry: MissionEntry) -> tuple[date | None, date | None] | None:
    rows = store.scan(version).filter(pl.col("mission") == entry.mission).select("start_on", "end_on").collect().rows()
    return (rows[0][0], rows[0][1]) if rows else None


def _window(known: _Known, as_of: date) -> figures.Window | None:
    """None when nobody knows when the mission began."""
    if known.start_on is None:
        return None
    return figures.Window(known.start_on, min(as_of, known.end_on) if known.end_on else as_of)


def _events(
    store: Store, home: Path, known: _Known, window: figures.Window | None
) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """The mission's events and those nearby; None where the table, or the border, does not cover them."""
    version, hosts = known.events, known.entry.hosts
    if version is None or window is None or not all(version.covers(iso3) for iso3 in hosts):
        return None, None
    begun = store.scan(version).filter(pl.col("date_start").is_between(window.first, window.last))
    if known.drawn is None:
        mine = begun.filter(pl.col("iso3").is_in(hosts)).collect()
        land = country_polygons(home, hosts)
        others = begun.filter(~pl.col("iso3").is_in(hosts).fill_null(False))
        return mine, None if land is None else _near(others, land)
    whole = area_of(ring for area in known.drawn.areas for ring in area.polygons)
    close = _boxed(begun, whole).collect()
    within = _inside_drawn(close, known.drawn)
    return close.filter(within), _near(close.filter(~within).lazy(), whole)


def _boxed(events: pl.LazyFrame, area: BaseGeometry) -> pl.LazyFrame:
    """The events in the area's box and a margin: cheap to find, so that only few are measured."""
    west, south, east, north = area.bounds
    return events.filter(
        pl.col("latitude").is_between(south - MARGIN_DEGREES, north + MARGIN_DEGREES),
        pl.col("longitude").is_between(west - MARGIN_DEGREES, east + MARGIN_DEGREES),
    )


def _inside_drawn(events: pl.DataFrame, drawn: AreaFile) -> pl.Series:
    """Which events lie in one of the areas that held on the day they began."""
    within = np.zeros(events.height, dtype=np.bool_)
    latitude, longitude = events["latitude"].to_numpy(), events["longitude"].to_numpy()
    for area in drawn.areas:
        held = events["date_start"].is_between(area.from_on or date.min, area.until_on or date.max).to_numpy()
        within |= held & inside(latitude, longitude, area_of(area.polygons))
    return pl.Series(within, dtype=pl.Boolean)


def _near(events: pl.LazyFrame, area: BaseGeometry) -> pl.DataFrame:
    close = _boxed(events, area).collect()
    if close.is_empty():
        return close
    away = distance_to_area_km(close["latitude"].to_numpy(), close["longitude"].to_numpy(), area)
    return close.filter(pl.Series(away <= NEARBY_KM))


def _scope(known: _Known) -> Scope:
    entry, drawn = known.entry, known.drawn
    if drawn is None:
        area, rule = WHOLE_COUNTRY, "the provider's country decides"
    else:
        area, rule = "; ".join(area.name for area in drawn.areas), "the coordinates decide"
    return Scope(
        countries=entry.hosts,
        area=area,
        area_rule=rule,
        area_status=known.registry.status if drawn is None else drawn.status,
        start_on=known.start_on,
        end_on=known.end_on,
        dates_from=known.dates_from,
        country_names=tuple(host_name(entry, iso3) for iso3 in entry.hosts),
    )


def _event_figures(
    known: _Known, window: figures.Window | None, mine: pl.DataFrame | None, nearby: pl.DataFrame | None
) -> EventFigures | None:
    if mine is None or known.events is None or window is None:
        return None
    covered = _covered(known.events)
    if window.months and not any(covered[0] <= month <= covered[1] for month in window.months):
        return None
    sums = figures.totals(mine)
    near = None if nearby is None else figures.totals(nearby)
    return EventFigures(
        count=sums.count,
        best=sums.best,
        low=sums.low,
        high=sums.high,
        by_type={kind: TypeFigure(t.count, t.best) for kind, t in figures.totals_by_type(mine).items()},
        by_month=tuple(
            MonthFigure(month, count, best, partial=month in window.cut_months)
            for month, count, best in figures.by_month(mine, window.months, covered)
        ),
        spanning_months=figures.spanning_months(mine),
        first_covered_month=covered[0],
        last_covered_month=covered[1],
        doubtful=figures.doubtful(mine),
        nearby_count=near.count if near else None,
        nearby_best=near.best if near else None,
    )


def _covered(events: Version) -> tuple[str, str]:
    """The first and the last month a table speaks of; an order no month fits when it speaks of none."""
    return events.coverage.first_month or "9999-12", events.coverage.last_month or "0000-01"


def _presence(store: Store, known: _Known, as_of: date) -> Presence | None:
    if known.deployments is None:
        return None
    mission = known.entry.mission
    deployments = store.scan(known.deployments).filter(pl.col("mission") == mission).collect()
    month = maps.latest_map_month(deployments, mission, month_of(as_of))
    if month is None:
        return None
    places = maps.places_on_map(deployments, mission, month)
    known_troops = [place.troops for place in places if place.troops is not None]
    return Presence(
        as_of_month=month,
        locations=len(places),
        troops=sum(known_troops) if known_troops else None,
        unknown_strength=sum(place.has_unknown_strength for place in places),
        bases=tuple(_base(place) for place in places),
    )


def _base(place: maps.Place) -> Base:
    return Base(
        location=place.location,
        latitude=place.latitude,
        longitude=place.longitude,
        troops=place.troops,
        contributors=place.contributors,
        has_police=place.has_police,
        has_observers=place.has_observers,
    )


def _points(events: pl.DataFrame | None, *, inside_area: bool) -> tuple[EventPoint, ...]:
    if events is None:
        return ()
    return tuple(EventPoint(*place, inside=inside_area) for place in figures.by_place(events))


def _ref(version: Version) -> VersionRef:
    return VersionRef(
        table=version.table,
        version=version.version,
        sha256=version.sha256,
        retrieved=version.retrieved,
        provider=version.provider,
        title=version.source.title,
        licence=version.source.licence,
        citation=version.source.citation,
    )


def _definitions(known: _Known) -> list[DefinitionRef]:
    """What experts laid down that the figures rest on."""
    registry, drawn = known.registry, known.drawn
    refs = [DefinitionRef("missions.yaml", registry.title, registry.valid_from, registry.status)]
    if drawn:
        refs.append(DefinitionRef(area_file(known.entry.mission), drawn.title, drawn.valid_from, drawn.status))
    return refs


def _notes(known: _Known, window: figures.Window | None, as_of: date, known_on: date | None) -> list[str]:
    """What a reader must know before using the figures."""
    notes = [known.entry.note] if known.entry.note else []
    if known.drawn and known.drawn.status == "draft":
        notes.append("The area of operations is drawn roughly and nobody outside the team has reviewed it (draft).")
    notes += _coverage_notes(known, window, known_on)
    if known.deployments is None:
        notes.append(f"No deployment map {_held(known_on)}: where the mission's people stood is unknown.")
    elif month_of(as_of) > (known.deployments.coverage.last_month or ""):
        notes.append(f"Deployment maps end in {known.deployments.coverage.last_month}.")
    return notes


def _held(known_on: date | None) -> str:
    return f"had been retrieved by {known_on}" if known_on else "is held"


def _coverage_notes(known: _Known, window: figures.Window | None, known_on: date | None) -> list[str]:
    if window is None:
        return ["The mission's first day is not known, so no event can be counted."]
    notes = []
    if window.last < window.first:
        notes.append("The mission had not begun by this date.")
    if known.events is None:
        return [*notes, f"No events table {_held(known_on)}: what happened is unknown."]
    named = [host_name(known.entry, iso3) for iso3 in known.entry.hosts if not known.events.covers(iso3)]
    if named:
        notes.append(f"Events version {known.events.version} is an extract that does not speak of {', '.join(named)}.")
    elif known.events.coverage.countries is not None:
        notes.append(
            f"Events version {known.events.version} is an extract of {len(known.events.coverage.countries)} countries: "
            "events nearby are known in those only."
        )
    for note in known.events.notes:
        notes.append(f"Events version {known.events.version}, {note.count:,} rows: {note.reason}.")
    if known.events.set_aside:
        notes.append(
            f"{known.events.set_aside:,} bad rows of the provider's file were set aside in events version "
            f"{known.events.version} and are in no figure; months they fell in look quieter than they were."
        )
    first, last = known.events.coverage.first_month or "", known.events.coverage.last_month or ""
    if month_of(window.last) > last:
        notes.append(f"Events are covered to {last}; later months are unknown, not zero.")
    if month_of(window.first) < first:
        notes.append(f"Events are covered from {first}; earlier months are unknown, not zero.")
    return notes
