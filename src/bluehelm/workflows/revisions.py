"""What does a new version of a table change, and which figures that people were shown move with it?"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.language import _
from bluehelm.products.brief import Brief, EventFigures, Presence
from bluehelm.situation.revisions import (
    Revision,
    country_months_of_events,
    country_months_of_series,
    revision,
)
from bluehelm.store import Store, Version
from bluehelm.workflows.brief_mission import brief_mission

EVENT_TABLES = ("events", "located_events")
SERIES_TABLES = ("country_months", "cell_months")


class RevisionError(ValueError):
    """Two versions cannot be compared; `next_step` says what can."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class TableRevision:
    """Two versions of a table and what changed from the one to the other."""

    old: Version
    new: Version
    revision: Revision
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovedFigure:
    """A figure of a brief that differs between two versions; None where it is unknown on one of them."""

    figure: str
    old: int | str | None
    new: int | str | None


def compare_versions(home: Path, table: str, old: int, new: int) -> TableRevision:
    """What changed between two versions of a table; raises RevisionError or StoreError."""
    if table not in EVENT_TABLES + SERIES_TABLES:
        tables = ", ".join(EVENT_TABLES + SERIES_TABLES)
        raise RevisionError(
            _("The {table} table has no deaths by country and month.", table=table),
            _("Tables that have: {tables}.", tables=tables),
        )
    store = Store(home)
    before, after = store.version(table, old), store.version(table, new)
    made = revision(
        _country_months(store, before),
        _country_months(store, after),
        before.coverage,
        after.coverage,
        missing=None if table == "country_months" else 0,
    )
    return TableRevision(before, after, made, _notes(before, after))


def _country_months(store: Store, version: Version) -> pl.DataFrame:
    rows = store.scan(version)
    if version.table in EVENT_TABLES:
        return country_months_of_events(rows)
    if version.table == "cell_months":
        rows = rows.filter(pl.col("country") != "all")
    return country_months_of_series(rows)


def _notes(old: Version, new: Version) -> tuple[str, ...]:
    notes = []
    if old.provider != new.provider:
        notes.append(
            _(
                "{provider} and {provider_2} count the same events each in its own way: what differs "
                "is not a revision.",
                provider=old.provider,
                provider_2=new.provider,
            )
        )
    if old.synthetic != new.synthetic:
        notes.append(_("One of the versions is synthetic."))
    return tuple(notes)


def moved_figures(home: Path, mission: str, old: Version, new: Version, *, as_of: date) -> list[MovedFigure]:
    """Which figures of a mission's brief differ when one version takes the place of another of its table."""
    briefs = (brief_mission(home, mission, as_of=as_of, instead=version, with_own=False) for version in (old, new))
    before, after = (_figures(brief) for brief in briefs)
    names = [*before, *(name for name in after if name not in before)]
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return [MovedFigure(name, old_value, new_value) for name, old_value, new_value in pairs if old_value != new_value]


def _figures(brief: Brief) -> dict[str, int | str | None]:
    """Every figure of a brief by its name, in the order in which the brief says them."""
    scope = {"first day": _day(brief.scope.start_on), "last day": _day(brief.scope.end_on)}
    spots = {_("deaths in cell {gid}, a hotspot", gid=spot.gid): spot.best for spot in brief.hotspots}
    return {**scope, **_event_figures(brief.events), **_presence_figures(brief.presence), **spots}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _event_figures(events: EventFigures | None) -> dict[str, int | str | None]:
    if events is None:
        return {}
    named: dict[str, int | str | None] = {
        "events": events.count,
        "deaths, best": events.best,
        "deaths, low": events.low,
        "deaths, high": events.high,
    }
    for kind, figure in events.by_type.items():
        named |= {f"events, {kind}": figure.count, f"deaths, {kind}": figure.best}
    named |= {"events nearby": events.nearby_count, "deaths nearby": events.nearby_best}
    named |= {"doubtful events": events.doubtful, "events of several months": events.spanning_months}
    for month in events.by_month:
        named |= {f"events in {month.month}": month.count, f"deaths in {month.month}": month.best}
    return named


def _presence_figures(presence: Presence | None) -> dict[str, int | str | None]:
    if presence is None:
        return {}
    named: dict[str, int | str | None] = {
        "month of the map": presence.as_of_month,
        "places": presence.locations,
        "troops": presence.troops,
        "places of unknown strength": presence.unknown_strength,
    }
    return named | {_("troops at {location}", location=base.location): base.troops for base in presence.bases}


def revision_json(found: TableRevision, moved: list[MovedFigure] | None = None) -> dict[str, Any]:
    """A revision as the command contract lays it down; figures are deaths, best estimate."""
    made = found.revision
    return {
        "table": found.old.table,
        "from": found.old.version,
        "to": found.new.version,
        "changed": [
            {"iso3": change.iso3, "month": change.month, "old": change.old, "new": change.new}
            for change in made.changed
            if change.old != change.new
        ],
        "total_old": made.total_old,
        "total_new": made.total_new,
        "counts": {
            "old": made.count_old,
            "new": made.count_new,
            "changed": [
                {"iso3": change.iso3, "month": change.month, "old": change.old_count, "new": change.new_count}
                for change in made.changed
                if change.old_count != change.new_count
            ],
        },
        "compared": {
            "months": len(made.compared),
            "first_month": made.compared[0] if made.compared else None,
            "last_month": made.compared[-1] if made.compared else None,
            "countries": None if made.countries is None else list(made.countries),
            "countries_only_old": list(made.countries_only_old),
            "countries_only_new": list(made.countries_only_new),
            "only_old": list(made.only_old),
            "only_new": list(made.only_new),
        },
        "month_rule": "date_start" if found.old.table in EVENT_TABLES else _("as the provider counts"),
        "moved": None if moved is None else [{"figure": f.figure, "old": f.old, "new": f.new} for f in moved],
        "versions": [
            {"table": v.table, "version": v.version, "sha256": v.sha256, "retrieved": v.retrieved.isoformat()}
            for v in (found.old, found.new)
        ],
        "notes": list(found.notes),
    }
