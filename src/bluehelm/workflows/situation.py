"""What is the situation of a mission: the last days, its hotspots, its tempo, and how near its people are?

Everything is measured up to the last covered day not after `as_of`, which the answer names: a window that reaches
beyond what is covered would count silence as calm.
"""

from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely

from bluehelm.definitions import packaged_text
from bluehelm.definitions.situation import SituationRules, parse_situation_rules
from bluehelm.geo.areas import area_at, distance_to_lines_km
from bluehelm.geo.nearest import nearest
from bluehelm.language import _, called
from bluehelm.situation.events import Window, totals
from bluehelm.situation.hotspots import CellCount, cell_counts
from bluehelm.situation.presence import bases_by_month
from bluehelm.situation.rings import PresenceRing, RingMonth, presence_around, rings_by_month
from bluehelm.situation.rolling import RollingCount, rolling_count
from bluehelm.situation.tempo import Tempo, tempo
from bluehelm.situation.windows import begun_in, is_covered, last_covered_day, past_windows, window_before
from bluehelm.spine import DefinitionRef, VersionRef
from bluehelm.store import Store, Version
from bluehelm.tables.months import month_of
from bluehelm.workflows.brief_mission import definitions_of, version_ref
from bluehelm.workflows.mission_events import Known, mission_events, what_is_known
from bluehelm.workflows.roads import NAME as ROADS
from bluehelm.workflows.roads import Roads, road_layer

RULES = "situation.yaml"
SHOWN_CELLS = 10


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a cell's centre lies: km to the nearest base and road, None where none is known, and what stands around."""

    base: str | None
    base_km: float | None
    road_km: float | None
    area: str | None
    around: tuple[PresenceRing, ...] | None


@dataclass(frozen=True, slots=True)
class Hotspots:
    """Cells beside their own past, the least usual first; `named` are those that the false discovery rate allows."""

    recent: Window
    past: tuple[Window, ...]
    clustering: float
    tested: int
    named: int
    cells: tuple[tuple[CellCount, CellPlace], ...]


@dataclass(frozen=True, slots=True)
class AreaCount:
    """Events of the longest rolling window in a named area; `area` is None for those in no area."""

    area: str | None
    count: int
    best: int


@dataclass(frozen=True, slots=True)
class Situation:
    """A mission's situation; what no table covers is None, and a note says why."""

    mission: str
    name: str
    as_of: date
    known_on: date | None
    synthetic: bool
    measured_to: date | None
    rules: SituationRules
    rolling: tuple[RollingCount | None, ...]
    hotspots: Hotspots | None
    tempo: Tempo | None
    rings: tuple[RingMonth, ...] | None
    unplaced_bases: int
    areas: tuple[AreaCount, ...] | None
    areas_from: str | None
    roads_sha256: str | None
    versions: tuple[VersionRef, ...]
    definitions: tuple[DefinitionRef, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the measures are taken from."""

    known: Known
    rules: SituationRules
    events: pl.DataFrame
    window: Window
    covered: tuple[str, ...]
    bases: pl.DataFrame | None
    roads: Roads | None
    areas: Version | None

    @property
    def until(self) -> date:
        return self.window.last

    def past(self, days: int, most: int) -> list[Window]:
        return past_windows(self.until, days, most, self.window, self.covered)


@lru_cache(maxsize=1)
def situation_rules() -> SituationRules:
    """The packaged rules."""
    return parse_situation_rules(packaged_text(RULES), RULES)


def measure_situation(home: Path, mission: str, *, as_of: date, known_on: date | None = None) -> Situation:
    """The situation of a mission; raises UnknownMissionError and RoadsError."""
    known, rules = what_is_known(home, mission, known_on=known_on), situation_rules()
    window = known.window(as_of)
    covered = known.events.months if known.events else ()
    until = last_covered_day(as_of, window, covered) if window else None
    placed, unplaced = _bases(known)
    areas = Store(home).latest("areas", synthetic=known.entry.synthetic, known_on=known_on)
    found = None
    if window and until:
        window = Window(window.first, until)
        happened = mission_events(known, window)
        if happened:
            found = _Found(known, rules, happened.mine, window, covered, placed, road_layer(home), areas)
    used = (*known.versions, *((areas,) if areas and found else ()))
    return Situation(
        mission=known.entry.mission,
        name=called(known.entry.name),
        as_of=as_of,
        known_on=known_on,
        synthetic=known.entry.synthetic,
        measured_to=until if found else None,
        rules=rules,
        rolling=_rolling(found) if found else (None,) * len(rules.rolling_days),
        hotspots=_hotspots(found) if found else None,
        tempo=_tempo(found) if found else None,
        rings=_rings(found) if found else None,
        unplaced_bases=unplaced,
        areas=_areas(found) if found else None,
        areas_from=_areas_from(areas) if found else None,
        roads_sha256=found.roads.sha256 if found and found.roads else None,
        versions=tuple(version_ref(version) for version in used),
        definitions=(*definitions_of(known), _rules_ref(rules)),
        notes=tuple(_notes(known, found, as_of, rules)),
    )


def _rules_ref(rules: SituationRules) -> DefinitionRef:
    return DefinitionRef(RULES, rules.title, rules.valid_from, rules.status)


def _bases(known: Known) -> tuple[pl.DataFrame | None, int]:
    """The mission's bases by map month; None when no map of it is held."""
    if known.deployments is None:
        return None, 0
    rows = Store(known.home).scan(known.deployments).filter(pl.col("mission") == known.entry.mission).collect()
    bases, unplaced = bases_by_month(rows, known.entry.mission)
    return (None if bases.is_empty() else bases), unplaced


def _rolling(found: _Found) -> tuple[RollingCount | None, ...]:
    """None for a window that reaches out of the mission's dates or of what is covered."""
    windows = [window_before(found.until, days) for days in found.rules.rolling_days]
    return tuple(
        rolling_count(found.events, window) if is_covered(window, found.window, found.covered) else None
        for window in windows
    )


def _hotspots(found: _Found) -> Hotspots | None:
    """None when too little of the past is covered to say what is usual."""
    rule = found.rules.hotspots
    recent, past = window_before(found.until, rule.window_days), found.past(rule.window_days, rule.past_windows)
    if len(past) < rule.fewest_past_windows or not is_covered(recent, found.window, found.covered):
        return None
    cells, clustering = cell_counts(found.events.lazy(), recent, past, rule.interval)
    named = sum(cell.q_value <= rule.false_discovery_rate for cell in cells)
    shown = cells[: max(named, SHOWN_CELLS)]
    return Hotspots(
        recent, tuple(past), clustering, len(cells), named, tuple(zip(shown, _places(found, shown), strict=True))
    )


def _tempo(found: _Found) -> Tempo | None:
    rule = found.rules.tempo
    recent, past = window_before(found.until, rule.window_days), found.past(rule.window_days, rule.past_windows)
    if len(past) < rule.fewest_past_windows or not is_covered(recent, found.window, found.covered):
        return None
    return tempo(found.events, recent, past, rule.interval)


def _rings(found: _Found) -> tuple[RingMonth, ...] | None:
    """None when no map places a base."""
    if found.bases is None:
        return None
    covered = set(found.covered)
    months = [month for month in found.window.months if month in covered]
    begun = found.events.filter(begun_in(found.window))
    return tuple(rings_by_month(begun.lazy(), found.bases, months, found.rules.rings_km))


def _places(found: _Found, cells: list[CellCount]) -> list[CellPlace]:
    """Where the centres of cells lie, on the latest map not after the last day measured."""
    latitude, longitude = (np.array([getattr(cell, name) for cell in cells]) for name in ("latitude", "longitude"))
    standing = _standing(found)
    names: list[str | None] = [None] * len(cells)
    to_base: list[float | None] = [None] * len(cells)
    around: list[tuple[PresenceRing, ...] | None] = [None] * len(cells)
    if standing is not None and cells:
        there = standing["latitude"].to_numpy(), standing["longitude"].to_numpy()
        numbers, away = nearest(latitude, longitude, *there)
        names, to_base = standing["location"].gather(numbers).to_list(), away.tolist()
        around = [
            tuple(presence_around(cell.latitude, cell.longitude, standing, found.rules.rings_km)) for cell in cells
        ]
    to_road: list[float | None] = [None] * len(cells)
    if found.roads and cells:
        to_road = distance_to_lines_km(latitude, longitude, found.roads.lines).tolist()
    inside = _area_names(found, latitude, longitude) or [None] * len(cells)
    return [CellPlace(*place) for place in zip(names, to_base, to_road, inside, around, strict=True)]


def _standing(found: _Found) -> pl.DataFrame | None:
    """The bases of the latest map not after the last day measured; None before the first map."""
    if found.bases is None:
        return None
    maps = found.bases.filter(pl.col("month") <= month_of(found.until))
    return None if maps.is_empty() else maps.filter(pl.col("month") == maps["month"].max())


def _area_names(found: _Found, latitude: np.ndarray, longitude: np.ndarray) -> list[str | None] | None:
    """The name of the area that holds each point, None for a point in none; None when no areas are held."""
    if found.areas is None:
        return None
    held = pl.col("valid_from").is_null() | (pl.col("valid_from") <= found.until)
    ended = pl.col("valid_to") < found.until
    rows = Store(found.known.home).scan(found.areas).filter(held, ~ended.fill_null(False)).sort("area_id").collect()
    names = [*rows["name"].to_list(), None]
    return [names[number] for number in area_at(latitude, longitude, list(shapely.from_wkt(rows["outline"].to_list())))]


def _areas(found: _Found) -> tuple[AreaCount, ...] | None:
    """Events of the longest rolling window by area, most first; the provider's names where no areas table is held."""
    window = window_before(found.until, max(found.rules.rolling_days))
    if not is_covered(window, found.window, found.covered):
        return None
    begun = found.events.filter(begun_in(window))
    names = _area_names(found, begun["latitude"].to_numpy(), begun["longitude"].to_numpy())
    named = begun.with_columns(pl.col("admin_1") if names is None else pl.Series("admin_1", names, dtype=pl.String))
    counts = [AreaCount(area, *_sums(part)) for (area,), part in named.group_by("admin_1")]
    return tuple(sorted(counts, key=lambda area: (-area.count, area.area is None, area.area or "")))


def _sums(events: pl.DataFrame) -> tuple[int, int]:
    sums = totals(events)
    return sums.count, sums.best


def _areas_from(areas: Version | None) -> str:
    if areas is None:
        return _("the first-level areas that the provider of events names")
    return _("areas version {version}, by coordinates", version=areas.version)


def _notes(known: Known, found: _Found | None, as_of: date, rules: SituationRules) -> list[str]:
    if found is None:
        return [_("No events table covers a day of the mission up to this date: its situation is unknown.")]
    notes = []
    if rules.status == "draft":
        notes.append(_("Windows, rings and rates are a draft that nobody outside the team has reviewed."))
    if found.until < as_of:
        notes.append(
            _("Measured to {until}: what happened later is not covered or after the mission's end.", until=found.until)
        )
    if known.events and known.events.candidates:
        notes.append(_("The latest events are candidate rows: first reports, not settled."))
    if found.bases is None:
        notes.append(_("No map places a base of the mission: distances to bases are unknown."))
    if found.roads is None:
        notes.append(_("The data folder holds no roads.geojson: distances to roads are unknown."))
    return notes


def situation_json(found: Situation) -> dict[str, Any]:
    """A situation as plain JSON values; null is unknown."""
    return {
        "mission": found.mission,
        "name": found.name,
        "as_of": found.as_of.isoformat(),
        "known_on": found.known_on.isoformat() if found.known_on else None,
        "synthetic": found.synthetic,
        "measured_to": found.measured_to.isoformat() if found.measured_to else None,
        "rolling": [
            _rolling_json(days, count) for days, count in zip(found.rules.rolling_days, found.rolling, strict=True)
        ],
        "hotspots": _hotspots_json(found),
        "tempo": _tempo_json(found),
        "rings": _rings_json(found),
        "areas": None if found.areas is None else [asdict(area) for area in found.areas],
        "areas_from": found.areas_from,
        "inputs": [{"name": ROADS, "sha256": found.roads_sha256}] if found.roads_sha256 else [],
        "versions": [
            {"table": v.table, "version": v.version, "sha256": v.sha256, "retrieved": v.retrieved.isoformat()}
            for v in found.versions
        ],
        "definitions": [
            {"name": d.name, "title": d.title, "valid_from": d.valid_from.isoformat(), "status": d.status}
            for d in found.definitions
        ],
        "notes": list(found.notes),
    }


def _window_json(window: Window) -> dict[str, str]:
    return {"first": window.first.isoformat(), "last": window.last.isoformat()}


def _rolling_json(days: int, found: RollingCount | None) -> dict[str, Any]:
    if found is None:
        return {"days": days} | dict.fromkeys(("first", "last", "count", "best", "low", "high", "certain", "possible"))
    spread = {"certain": found.certain, "possible": found.possible}
    return {"days": days, **_window_json(found.window), **asdict(found.totals), **spread}


def _hotspots_json(found: Situation) -> dict[str, Any] | None:
    if found.hotspots is None:
        return None
    rule, spots = found.rules.hotspots, found.hotspots
    return {
        "method": _("events of each cell's last window beside its own past: negative binomial, false discovery rate"),
        "window": _window_json(spots.recent),
        "past_windows": len(spots.past),
        "past_from": min(window.first for window in spots.past).isoformat(),
        "clustering": _rounded(spots.clustering),
        "interval": rule.interval,
        "false_discovery_rate": rule.false_discovery_rate,
        "tested": spots.tested,
        "named": spots.named,
        "cells": [
            {
                **{key: _rounded(value) for key, value in asdict(cell).items()},
                "is_named": cell.q_value <= rule.false_discovery_rate,
                **_place_json(place),
            }
            for cell, place in spots.cells
        ],
    }


def _place_json(place: CellPlace) -> dict[str, Any]:
    return {
        "nearest_base": place.base,
        "nearest_base_km": _rounded(place.base_km, 1),
        "nearest_road_km": _rounded(place.road_km, 1),
        "area": place.area,
        "presence": None if place.around is None else [asdict(ring) for ring in place.around],
    }


def _tempo_json(found: Situation) -> dict[str, Any] | None:
    if found.tempo is None:
        return None
    tempo = found.tempo
    return {
        "window": _window_json(tempo.window),
        "count": tempo.count,
        "past": list(tempo.past),
        "expected": _rounded(tempo.expected),
        "interval": found.rules.tempo.interval,
        "low": tempo.low,
        "high": tempo.high,
        "at_least": _rounded(tempo.at_least),
        "at_most": _rounded(tempo.at_most),
        "rank": _rounded(tempo.rank),
        "clustering": _rounded(tempo.clustering),
        "verdict": tempo.verdict,
    }


def _rings_json(found: Situation) -> dict[str, Any] | None:
    if found.rings is None:
        return None
    return {
        "edges_km": list(found.rules.rings_km),
        "unplaced_bases": found.unplaced_bases,
        "by_month": [
            {
                "month": of.month,
                "map_month": of.map_month,
                "rings": None if of.rings is None else [asdict(ring) for ring in of.rings],
            }
            for of in found.rings
        ],
    }


def _rounded(value: Any, digits: int = 4) -> Any:
    return round(value, digits) if isinstance(value, float) else value
