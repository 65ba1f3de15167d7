"""What is known of events and bases around one mission, by cell and month, and why may nothing be estimated from it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from shapely.geometry.base import BaseGeometry

from bluehelm.definitions.presence_effects import PresenceRules
from bluehelm.geo.areas import inside
from bluehelm.impact.exposure import (
    STAYS,
    Bases,
    CellPanel,
    Dating,
    Numbers,
    Presence,
    Whole,
    bases_of,
    cells_within,
    counted,
    standing_of,
    stays,
)
from bluehelm.language import Sentence, _
from bluehelm.situation.presence import bases_by_month
from bluehelm.store import Store, Version
from bluehelm.tables.grid import COLUMNS, cell_of
from bluehelm.tables.months import from_ordinal, month_of, months_between, ordinal
from bluehelm.workflows.borders import country_polygons
from bluehelm.workflows.mission_events import Known, what_is_known, whole_area

NEEDED = ("event_id", "type", "date_start", "gid", "best", "low", "high", "sources", "place_precision")
FEWEST_CELLS = 10
FAR_DEGREES = 3.0  # bases of others farther from the area than this lie in no ring of up to 200 km


class PresenceError(ValueError):
    """Nothing was estimated: `code`, where, what to do next, and every problem."""

    def __init__(self, code: str, what: str, where: str, next_step: str, problems: Sequence[str] = ()) -> None:
        super().__init__(what)
        self.code, self.what, self.where, self.next_step, self.problems = code, what, where, next_step, tuple(problems)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mission's events in its cells, its maps and those of others; panels are made of it."""

    known: Known
    months: tuple[str, ...]
    gids: Whole
    latitude: Numbers
    longitude: Numbers
    events: pl.DataFrame
    own: pl.DataFrame
    others: tuple[tuple[str, pl.DataFrame], ...]
    begun: str
    ended: str | None
    versions: tuple[Version, ...]
    notes: tuple[Sentence, ...]

    def counts(self, chosen: pl.Expr, value: pl.Expr | None = None) -> Numbers:
        """The chosen events by cell and month, or the sum of a value of theirs."""
        return counted(self.events.filter(chosen), self.gids, self.months, value)


def mapped(
    home: Path, mission: str, rules: PresenceRules, *, as_of: date, known_on: date | None, force: bool
) -> Mapped:
    """All that is known; raises UnknownMissionError and PresenceError."""
    known = what_is_known(home, mission, known_on=known_on)
    events, versions, notes = _events(known, force)
    if known.deployments is None:
        next_step = _("Import deployment maps: `bluehelm import geopko FILE`.")
        raise PresenceError("no_deployments", _("The data folder holds no deployment maps."), "deployments", next_step)
    if known.start_on is None:
        raise PresenceError(
            "no_dates",
            _("Nobody knows when {mission} began.", mission=mission),
            mission,
            _("Import the missions table."),
        )
    rows = Store(home).scan(known.deployments).collect()
    name = known.entry.mission
    own, unplaced = bases_by_month(rows, name)
    if own.is_empty():
        what = _("No map shows a base of {name}: where its people stood is unknown.", name=name)
        raise PresenceError("no_maps", what, "deployments", _("Import deployment maps that show the mission."))
    area = _area(known)
    gids, latitude, longitude = cells_within(*_cells_in(area))
    if len(gids) < FEWEST_CELLS:
        what = _("The area of {name} has {number} cells: too few places to compare.", name=name, number=len(gids))
        raise PresenceError("too_few_cells", what, name, _("An area this small cannot be compared with itself."))
    months = _months(known, own, versions, rules, as_of)
    maps = {other: bases_by_month(rows, other)[0] for other in sorted(rows["mission"].unique()) if other != name}
    near = tuple((other, here) for other, shown in maps.items() if (here := _close(shown, area)).height)
    found = events.filter(pl.col("gid").is_in(gids.tolist())).collect()
    begun, ended = month_of(known.start_on), month_of(known.end_on) if known.end_on else None
    if unplaced:
        notes = (
            *notes,
            Sentence(
                "{unplaced} entries on maps of {name} have no coordinates and are left out.",
                {"unplaced": unplaced, "name": name},
            ),
        )
    if there := [other for other, shown in near if shown["month"].is_between(months[0], months[-1]).any()]:
        notes = (
            *notes,
            Sentence(
                "Bases of {near} count as presence around {name}, unmoved.",
                {"near": ", ".join(there), "name": name},
            ),
        )
    used = (*versions, known.deployments, *((known.dates_version,) if known.dates_version else ()))
    return Mapped(known, months, gids, latitude, longitude, found, own, near, begun, ended, used, notes)


def _events(known: Known, force: bool) -> tuple[pl.LazyFrame, tuple[Version, ...], tuple[Sentence, ...]]:
    """The events of the mission's view; the file of precisely placed ones only when forced."""
    if known.events is not None and not force:
        return known.events.scan().select(NEEDED), known.events.versions, ()
    placed = Store(known.home).latest("located_events", synthetic=known.entry.synthetic)
    if placed is None and known.events is not None:
        return known.events.scan().select(NEEDED), known.events.versions, ()
    if placed is None:
        what = _("The data folder holds no events that speak of {hosts}.", hosts=", ".join(known.entry.hosts))
        raise PresenceError("no_events", what, "events", _("Import events: `bluehelm import ucdp-ged FILE`."))
    biased = Sentence(
        "The file of precisely placed events lacks a third of all events, and not at random: presence changes how well "
        "places are known."
    )
    if not force:
        next_step = _("Import all events (`bluehelm import ucdp-ged FILE`), or use --force and say so.")
        raise PresenceError(
            "precise_events_only", str(biased), _("located_events version {version}", version=placed.version), next_step
        )
    rows = (
        Store(known.home).scan(placed).with_columns(sources=pl.lit(None, pl.Int64), place_precision=pl.lit(1, pl.Int64))
    )
    return rows.select(NEEDED), (placed,), (Sentence("Forced: {what}", {"what": biased}),)


def _area(known: Known) -> BaseGeometry:
    if known.drawn is not None:
        return whole_area(known.drawn)
    land = country_polygons(known.home, known.entry.hosts)
    if land is None:
        what = _("No border is known of {hosts}.", hosts=", ".join(known.entry.hosts))
        raise PresenceError(
            "no_area", what, known.entry.mission, _("Name boundaries in BLUEHELM_BORDERS, or draw an area.")
        )
    return land


def _cells_in(area: BaseGeometry) -> tuple[np.ndarray, Whole]:
    """Which cells of the area's box have their centre inside, and all cells of the box."""
    west, south, east, north = area.bounds
    first, last = cell_of(south, west), cell_of(min(north, 90.0), min(east, 179.99))
    rows = range((first - 1) // COLUMNS, (last - 1) // COLUMNS + 1)
    columns = range((first - 1) % COLUMNS, (last - 1) % COLUMNS + 1)
    gids = np.array([row * COLUMNS + column + 1 for row in rows for column in columns], dtype=np.int64)
    _rest, latitude, longitude = cells_within(np.ones(len(gids), dtype=bool), gids)
    return inside(latitude, longitude, area), gids


def _months(
    known: Known, own: pl.DataFrame, versions: tuple[Version, ...], rules: PresenceRules, as_of: date
) -> tuple[str, ...]:
    """From long enough before the first map to the last month that is covered and mapped."""
    covered = [version.coverage for version in versions]
    starts = [one.first_month for one in covered if one.first_month]
    ends = [one.last_month for one in covered if one.last_month]
    first_base = min(str(own["month"].min()), month_of(known.start_on) if known.start_on else "9999-12")
    asked = from_ordinal(ordinal(first_base) - rules.before_months - rules.after_months)
    first = max([asked, *([min(starts)] if starts else [])])
    closed = [from_ordinal(ordinal(month_of(known.end_on)) + rules.after_months)] if known.end_on else []
    last_map = [] if known.end_on and month_of(known.end_on) <= str(own["month"].max()) else [str(own["month"].max())]
    last = min([month_of(as_of), *([max(ends)] if ends else []), *closed, *last_map])
    months = tuple(months_between(first, last))
    if len(months) < rules.before_months + rules.period_months:
        what = _(
            "Events are covered and bases mapped together from {first} to {last} only: there is no before and after.",
            first=first,
            last=last,
        )
        raise PresenceError("no_before", what, "events", _("Import events of the years before the mission."))
    return months


def _close(shown: pl.DataFrame, area: BaseGeometry) -> pl.DataFrame:
    west, south, east, north = area.bounds
    return shown.filter(
        pl.col("latitude").is_between(south - FAR_DEGREES, north + FAR_DEGREES),
        pl.col("longitude").is_between(west - FAR_DEGREES, east + FAR_DEGREES),
    )


def presence_of(
    source: Mapped, rules: PresenceRules, edges: Sequence[float], kinds: Sequence[str], dating: Dating
) -> Presence:
    """The panel of one outcome with bases dated one way; raises PresenceError where no base lies in a cell."""
    events = source.counts(pl.col("type").is_in(list(kinds)))
    panel = CellPanel(
        source.gids, source.latitude, source.longitude, source.months, events, source.counts(pl.lit(True))
    )
    bases = _bases(source, rules, dating)
    parts = [
        stays(shown, source.months[0], str(shown["month"].min()), None, dating=dating, gap_maps=rules.gap_maps)
        for _rest, shown in source.others
    ]
    closed = [_ended(part, shown, source) for part, (_rest, shown) in zip(parts, source.others, strict=True)]
    others = pl.concat(closed) if closed else pl.DataFrame(schema=STAYS)
    return Presence(source.known.entry.mission, panel, bases, tuple(edges), standing_of(panel, others, edges))


def _ended(part: pl.DataFrame, shown: pl.DataFrame, source: Mapped) -> pl.DataFrame:
    """Stays of another mission end with its last map: nothing is known of them afterwards."""
    end = ordinal(str(shown["month"].max())) - ordinal(source.months[0]) + 1
    return part.with_columns(pl.min_horizontal("closes", pl.lit(end, pl.Int64)).alias("closes"))


def _bases(source: Mapped, rules: PresenceRules, dating: Dating) -> Bases:
    made = stays(source.own, source.months[0], source.begun, source.ended, dating=dating, gap_maps=rules.gap_maps)
    bases, outside = bases_of(made, source.gids)
    if not len(bases.site):
        name = source.known.entry.mission
        what = _("None of the {outside} bases of {name} lies in a cell of its area.", outside=outside, name=name)
        raise PresenceError("no_bases_inside", what, name, _("Correct the mission's area."))
    return bases
