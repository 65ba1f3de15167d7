"""What had been observed in a mission's countries, drawn areas or cells, by kind of violence and month?

Countries come from a table of country-months where one speaks of them, so that a model learns from the whole world;
else, and for areas and cells, from events, counted in the month they began. A month that no version covers is unknown,
never quiet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from bluehelm.definitions import packaged_text
from bluehelm.definitions.outlook import OutlookRules, Target, Unit, parse_outlook_rules
from bluehelm.geo.areas import area_of, inside
from bluehelm.language import _
from bluehelm.outlook.history import History, OutlookError, beside, history_from_table
from bluehelm.situation.events import Window
from bluehelm.store import Store, Version
from bluehelm.tables.grid import touching
from bluehelm.tables.months import from_ordinal, month_of, months_between, ordinal, views_id
from bluehelm.workflows.borders import bordering
from bluehelm.workflows.mission_events import Known, mission_events, what_is_known
from bluehelm.workflows.registry import host_name

RULES = "outlook.yaml"
FIRST_DAY = date(1989, 1, 1)
BY_TYPE = ("deaths_state_based", "deaths_non_state", "deaths_one_sided")
_TYPES: tuple[Target, ...] = ("state-based", "non-state", "one-sided")


@cache
def outlook_rules() -> OutlookRules:
    """The packaged rules; raises DefinitionError."""
    return parse_outlook_rules(packaged_text(RULES), RULES)


@dataclass(frozen=True, slots=True)
class Observed:
    """Deaths by unit and month, one column a target; null where nothing was observed.

    `units` are the mission's own with their names, in order; the table may hold others, to learn from. `left_out` are
    cells with violence that are not among the units, `further` the columns that are no deaths.
    """

    mission: str
    synthetic: bool
    unit_kind: Unit
    units: dict[str, str]
    table: pl.DataFrame
    versions: tuple[Version, ...]
    left_out: int = 0
    further: tuple[str, ...] = ()
    further_notes: tuple[tuple[str, int], ...] = ()

    @property
    def last_month(self) -> str:
        """The last month that was observed for the mission's own units."""
        return str(self.of_units["month"].max())

    @property
    def of_units(self) -> pl.DataFrame:
        return self.table.filter(pl.col("unit").is_in(list(self.units)), pl.col("all").is_not_null())

    def history(self, target: Target, origin: str) -> History:
        """The history of a target up to an origin, included, with the other kinds of deaths and the neighbours beside.

        OutlookError says what is wrong with it.
        """
        numbered = self.table.with_columns(month_id=pl.col("month").map_elements(views_id, return_dtype=pl.Int64))
        seen = numbered.filter(pl.col("month") <= origin).group_by("unit").agg(pl.col(target).count().alias("_seen"))
        known = numbered.join(seen.filter(pl.col("_seen") > 0), on="unit", how="semi")
        others = [kind for kind in _TYPES if kind != target]
        history = history_from_table(known, "unit", "month_id", target, views_id(origin), self.further, others)
        pairs = self._neighbours([str(unit) for unit in history.units])
        return beside(history, pairs) if pairs else history

    def _neighbours(self, units: list[str]) -> Sequence[tuple[str, str]]:
        """Countries with a common land border, and cells that touch; of drawn areas nobody says it."""
        if self.unit_kind == "country":
            return bordering(tuple(units))
        if self.unit_kind == "cell":
            return [(str(one), str(other)) for one, other in touching(map(int, units))]
        return ()

    def deaths(self, target: Target) -> dict[tuple[str, str], int | None]:
        """What was observed of the mission's own units, by unit and month."""
        rows = self.of_units.select("unit", "month", target).rows()
        return {(unit, month): None if deaths is None else int(deaths) for unit, month, deaths in rows}


def observed(
    home: Path, mission: str, unit_kind: Unit, *, as_of: date, known_on: date | None = None, units: Iterable[str] = ()
) -> Observed:
    """What the tables known by a day say happened in a mission's units up to the last whole month before `as_of`.

    `units` keeps these cells, whatever their rank now; else those with most deaths are taken. Raises
    UnknownMissionError, and OutlookError where nothing was observed.
    """
    known = what_is_known(home, mission, known_on=known_on)
    last = _last_whole_month(as_of)
    found = _of_countries(known, last) if unit_kind == "country" else None
    found = found or _of_events(known, unit_kind, last, tuple(units))
    if found is None or found.of_units.is_empty():
        raise OutlookError(
            [
                _(
                    "{mission}: no table that you may see says what happened in its {words}",
                    mission=mission,
                    words=_WORDS[unit_kind],
                )
            ]
        )
    return found


_WORDS = {"country": "countries", "area": "drawn areas", "cell": "cells"}


def _last_whole_month(as_of: date) -> str:
    month = ordinal(month_of(as_of))
    is_last_day = date.fromordinal(as_of.toordinal() + 1).day == 1
    return from_ordinal(month if is_last_day else month - 1)


# Country-months


def _of_countries(known: Known, last: str) -> Observed | None:
    """The newest country-month table that speaks of all hosts by type of violence; None when there is none."""
    hosts = known.entry.hosts
    store, synthetic = Store(known.home), known.entry.synthetic
    speaking = [
        version
        for version in store.versions("country_months")
        if version.synthetic == synthetic and all(version.covers(iso3) for iso3 in hosts)
    ]
    speaking.sort(key=lambda one: (one.coverage.last_month or "", one.retrieved, one.version), reverse=True)
    for version in speaking:
        table = _by_country(store.scan(version).filter(pl.col("month") <= last))
        if set(hosts) <= set(table["unit"]):
            names = {iso3: host_name(known.entry, iso3) for iso3 in hosts}
            return Observed(known.entry.mission, synthetic, "country", names, table, (version,))
    return None


def _by_country(rows: pl.LazyFrame) -> pl.DataFrame:
    """One row per country and month without holes between; what a provider does not count by type is not used."""
    total = pl.coalesce(pl.col("best"), pl.sum_horizontal(BY_TYPE, ignore_nulls=False))
    counted = (
        rows.with_columns(unit=pl.coalesce("iso3", "country_id"), total=total)
        .filter(pl.all_horizontal(pl.col(name).is_not_null() for name in BY_TYPE))
        .group_by("unit", "month")
        .agg(
            pl.col("total").sum().alias("all"),
            *(pl.col(name).sum().alias(_target_of(name)) for name in BY_TYPE),
        )
        .collect()
    )
    spans = counted.group_by("unit").agg(first=pl.col("month").min(), last=pl.col("month").max())
    every = [(unit, month) for unit, first, last in spans.rows() for month in months_between(first, last)]
    whole = pl.DataFrame(every, schema={"unit": pl.String, "month": pl.String}, orient="row")
    return whole.join(counted, on=("unit", "month"), how="left").sort("unit", "month")


def _target_of(column: str) -> str:
    return {
        "deaths_state_based": "state-based",
        "deaths_non_state": "non-state",
        "deaths_one_sided": "one-sided",
    }[column]


# Events


def _of_events(known: Known, unit_kind: Unit, last: str, wanted: tuple[str, ...]) -> Observed | None:
    if known.events is None or (unit_kind == "area" and known.drawn is None):
        return None
    end = date.fromordinal(_first_day(from_ordinal(ordinal(last) + 1)).toordinal() - 1)
    found = mission_events(known, Window(FIRST_DAY, end))
    covered = [month for month in known.events.months if month <= last]
    if found is None or not covered:
        return None
    rows = _placed(found.mine, known, unit_kind).with_columns(month=pl.col("date_start").dt.strftime("%Y-%m"))
    units, left_out = _units(rows, known, unit_kind, wanted)
    table = _counted(rows.filter(pl.col("unit").is_in(list(units))), units, covered)
    return Observed(
        known.entry.mission, known.entry.synthetic, unit_kind, units, table, known.events.versions, left_out
    )


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _placed(mine: pl.DataFrame, known: Known, unit_kind: Unit) -> pl.DataFrame:
    """The events with the unit each belongs to; in two areas that overlap an event counts in both."""
    if unit_kind == "country":
        return mine.with_columns(unit=pl.col("iso3"))
    if unit_kind == "cell":
        return mine.filter(pl.col("gid").is_not_null()).with_columns(unit=pl.col("gid").cast(pl.String))
    areas = known.drawn.areas if known.drawn else ()
    latitude, longitude = mine["latitude"].to_numpy(), mine["longitude"].to_numpy()
    lies = (pl.Series(inside(latitude, longitude, area_of(area.polygons))) for area in areas)
    return pl.concat(
        mine.filter(within).with_columns(unit=pl.lit(area.name)) for area, within in zip(areas, lies, strict=True)
    )


def _units(rows: pl.DataFrame, known: Known, unit_kind: Unit, wanted: tuple[str, ...]) -> tuple[dict[str, str], int]:
    """The units with their names, and how many cells with violence are not among them."""
    if unit_kind == "country":
        return {iso3: host_name(known.entry, iso3) for iso3 in known.entry.hosts}, 0
    if unit_kind == "area":
        return {area.name: area.name for area in known.drawn.areas} if known.drawn else {}, 0
    cells = rows.group_by("unit").agg(pl.col("best").sum(), place=pl.col("admin_1").drop_nulls().mode().sort().first())
    kept = cells.filter(pl.col("unit").is_in(wanted)) if wanted else cells.sort("best", descending=True)
    ranked = kept.sort(pl.col("best"), pl.col("unit").cast(pl.Int64), descending=[True, False])
    most = len(wanted) or outlook_rules().most_cells
    chosen = ranked.head(most).sort(pl.col("unit").cast(pl.Int64))
    names = {gid: f"cell {gid}, {place}" if place else f"cell {gid}" for gid, _rest, place in chosen.rows()}
    return names, cells.height - len(names)


def _counted(rows: pl.DataFrame, units: dict[str, str], covered: list[str]) -> pl.DataFrame:
    """Deaths of every unit in every month from the first covered one; null where none is covered."""
    every = months_between(covered[0], covered[-1])
    whole = pl.DataFrame({"unit": list(units)}).join(pl.DataFrame({"month": every}), how="cross")
    sums = rows.group_by("unit", "month").agg(
        pl.col("best").sum().alias("all"),
        *(pl.col("best").filter(pl.col("type") == kind).sum().alias(kind) for kind in _TYPES),
    )
    joined = whole.join(sums, on=("unit", "month"), how="left")
    is_covered = pl.col("month").is_in(covered)
    filled = (pl.when(is_covered).then(pl.col(name).fill_null(0)).alias(name) for name in ("all", *_TYPES))
    return joined.with_columns(*filled).sort("unit", "month")
