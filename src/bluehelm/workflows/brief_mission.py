"""What does a mission's brief say, from which table versions?

Joins the registry, the newest versions known, and the situation's figures. `as_of` cuts what happened, `known_on`
picks what was known, and `month_rule` says in which month an event of several months counts.
"""

from datetime import date
from pathlib import Path

import polars as pl

from bluehelm.definitions import area_file
from bluehelm.disclosure import Label, combined_beside_open
from bluehelm.language import _, called
from bluehelm.products.brief import (
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
from bluehelm.products.own_incidents import OwnIncidents
from bluehelm.situation import events as figures
from bluehelm.situation import presence as maps
from bluehelm.situation.month_rules import MonthRule, by_rule, counting, monthly, totals_by_type
from bluehelm.spine import DefinitionRef
from bluehelm.store import Store, Version
from bluehelm.tables.months import month_of
from bluehelm.workflows.mission_events import (
    Known,
    MissionEvents,
    UnknownMissionError,
    mission_events,
    what_is_known,
)
from bluehelm.workflows.own_incidents import beside_provider
from bluehelm.workflows.readers import label_of
from bluehelm.workflows.registry import host_name
from bluehelm.workflows.version_refs import version_ref

__all__ = ["UnknownMissionError", "brief_mission", "version_ref"]


def brief_mission(
    home: Path,
    mission: str,
    *,
    as_of: date,
    known_on: date | None = None,
    month_rule: MonthRule = "date_start",
    instead: Version | None = None,
    with_own: bool = True,
) -> Brief:
    """The brief of a mission; raises UnknownMissionError. What no table covers is None, and a note says why.

    `instead` is a version to use for its table whatever was known: what would the brief say on it? `with_own`
    puts the mission's own incidents beside the provider's, where a version of them may be read.
    """
    known = what_is_known(home, mission, known_on=known_on, instead=instead)
    entry, window = known.entry, known.window(as_of)
    found = mission_events(known, window)
    mine, nearby = _counting(found, window, month_rule)
    own = _own(known, window, found, as_of, known_on) if with_own else None
    mine_too = (own.version, *((own.effort,) if own.effort else ())) if own else ()
    return Brief(
        mission=entry.mission,
        name=called(entry.name),
        as_of=as_of,
        known_on=known_on,
        synthetic=entry.synthetic,
        scope=_scope(known),
        events=_event_figures(known, window, found, month_rule),
        presence=_presence(known, as_of),
        hotspots=() if mine is None else tuple(Hotspot(*spot) for spot in figures.hotspots(mine)),
        points=_points(mine, inside_area=True) + _points(nearby, inside_area=False),
        versions=(*(version_ref(version) for version in known.versions), *mine_too),
        notes=tuple(_notes(known, window, as_of, known_on)),
        definitions=tuple(definitions_of(known)),
        label=_label(known, [] if own is None else own.labels),
        own=own,
    )


def _label(known: Known, own: list[Label]) -> Label:
    """The label of what the brief shows; open data beside the mission's own takes nobody's right to read it away."""
    return combined_beside_open([*(label_of(version.label) for version in known.versions), *own])


def _own(
    known: Known, window: figures.Window | None, found: MissionEvents | None, as_of: date, known_on: date | None
) -> OwnIncidents | None:
    events = known.events
    return beside_provider(
        known.home, known.entry.mission, as_of=as_of, known_on=known_on, window=window,
        events=None if found is None else found.mine, covered=events.months if events else (),
        provider=events.versions if events else (),
    )  # fmt: skip


def _counting(
    found: MissionEvents | None, window: figures.Window | None, rule: MonthRule
) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """The mission's events and those nearby that count under the rule, each whole."""
    if found is None or window is None:
        return None, None
    counts = counting(rule, window)
    return found.mine.filter(counts), None if found.nearby is None else found.nearby.filter(counts)


def _scope(known: Known) -> Scope:
    entry, drawn = known.entry, known.drawn
    if drawn is None:
        area, rule = WHOLE_COUNTRY, _("the provider's country decides")
    else:
        area, rule = "; ".join(called(area.name) for area in drawn.areas), _("the coordinates decide")
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
    known: Known, window: figures.Window | None, found: MissionEvents | None, rule: MonthRule
) -> EventFigures | None:
    mine, nearby = _counting(found, window, rule)
    if known.events is None or window is None or found is None or mine is None:
        return None
    covered = known.events.months
    if not covered or (window.months and not set(covered).intersection(window.months)):
        return None
    rules = {name: sums.whole() for name, sums in by_rule(found.mine, window).items()}
    near = None if nearby is None else figures.totals(nearby)
    return EventFigures(
        count=rules[rule].count,
        best=rules[rule].best,
        low=rules[rule].low,
        high=rules[rule].high,
        by_type={
            kind: TypeFigure(sums.count, sums.best) for kind, sums in totals_by_type(found.mine, rule, window).items()
        },
        by_month=tuple(
            MonthFigure(month, count, best, partial=month in window.cut_months)
            for month, count, best in monthly(found.mine, rule, window, covered)
        ),
        spanning_months=figures.spanning_months(mine),
        first_covered_month=covered[0],
        last_covered_month=covered[-1],
        doubtful=figures.doubtful(mine),
        nearby_count=near.count if near else None,
        nearby_best=near.best if near else None,
        month_rule=rule,
        by_rule={name: TypeFigure(sums.count, sums.best) for name, sums in rules.items()},
    )


def _presence(known: Known, as_of: date) -> Presence | None:
    if known.deployments is None:
        return None
    mission = known.entry.mission
    deployments = Store(known.home).scan(known.deployments).filter(pl.col("mission") == mission).collect()
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
    return tuple(
        EventPoint(latitude, longitude, count, best, inside=inside_area, type=kind)
        for latitude, longitude, kind, count, best in figures.by_place(events)
    )


def definitions_of(known: Known) -> list[DefinitionRef]:
    """What experts laid down that the figures rest on."""
    registry, drawn = known.registry, known.drawn
    refs = [DefinitionRef("missions.yaml", registry.title, registry.valid_from, registry.status)]
    if drawn:
        refs.append(DefinitionRef(area_file(known.entry.mission), drawn.title, drawn.valid_from, drawn.status))
    return refs


def _notes(known: Known, window: figures.Window | None, as_of: date, known_on: date | None) -> list[str]:
    """What a reader must know before using the figures."""
    notes = [called(known.entry.note)] if known.entry.note else []
    if known.drawn and known.drawn.status == "draft":
        notes.append(_("The area of operations is drawn roughly and nobody outside the team has reviewed it (draft)."))
    notes += _coverage_notes(known, window, known_on)
    if known.deployments is None:
        notes.append(_("No deployment map {held}: where the mission's people stood is unknown.", held=_held(known_on)))
    elif month_of(as_of) > (known.deployments.coverage.last_month or ""):
        notes.append(_("Deployment maps end in {last_month}.", last_month=known.deployments.coverage.last_month))
    return notes


def _held(known_on: date | None) -> str:
    return _("had been retrieved by {known_on}", known_on=known_on) if known_on else _("is held")


def _coverage_notes(known: Known, window: figures.Window | None, known_on: date | None) -> list[str]:
    if window is None:
        return [_("The mission's first day is not known, so no event can be counted.")]
    notes = []
    if window.last < window.first:
        notes.append(_("The mission had not begun by this date."))
    if known.held is None:
        return [*notes, _("No events table {held}: what happened is unknown.", held=_held(known_on))]
    for version in known.held.versions:
        notes += _version_notes(known, version)
    notes += _candidate_notes(known)
    covered = (known.events or known.held).months
    if not covered:
        return notes
    gap = [month for month in window.months if covered[0] <= month <= covered[-1] and month not in covered]
    if gap:
        notes.append(
            _(
                "Events are not covered from {gap} to {gap_2}; these months are unknown, not zero.",
                gap=gap[0],
                gap_2=gap[-1],
            )
        )
    if month_of(window.last) > covered[-1]:
        notes.append(_("Events are covered to {covered}; later months are unknown, not zero.", covered=covered[-1]))
    if month_of(window.first) < covered[0]:
        notes.append(_("Events are covered from {covered}; earlier months are unknown, not zero.", covered=covered[0]))
    return notes


def _version_notes(known: Known, version: Version) -> list[str]:
    notes = []
    named = [host_name(known.entry, iso3) for iso3 in known.entry.hosts if not version.covers(iso3)]
    if named:
        notes.append(
            _(
                "Events version {version} is an extract that does not speak of {named}.",
                version=version.version,
                named=", ".join(named),
            )
        )
    elif version.coverage.countries is not None:
        notes.append(
            _(
                "Events version {version} is an extract of {number} countries: events nearby are known in those only.",
                version=version.version,
                number=len(version.coverage.countries),
            )
        )
    for note in version.notes:
        notes.append(
            _(
                "Events version {version}, {count:,} rows: {reason}.",
                version=version.version,
                count=note.count,
                reason=_(note.reason),
            )
        )
    if version.set_aside:
        notes.append(
            _(
                "{set_aside:,} bad rows of the provider's file were set aside in events version "
                "{version} and are in no figure; months they fell in look quieter than they were.",
                set_aside=version.set_aside,
                version=version.version,
            )
        )
    return notes


def _candidate_notes(known: Known) -> list[str]:
    """What became of candidate rows, which are first reports and change until the yearly release settles them."""
    if known.held is None or not known.held.candidates:
        return []
    numbers = ", ".join(str(version.version) for version in known.held.candidates)
    left_out = [
        f"{count:,} {why}"
        for count, why in (
            (known.held.replaced, _("replaced by a version retrieved later")),
            (known.held.settled, _("already settled in the yearly release or in its months")),
        )
        if count
    ]
    said = (
        _(" Candidate rows left out, of all countries: {left_out}.", left_out="; ".join(left_out)) if left_out else ""
    )
    return [
        _(
            "Events version {numbers} holds candidate rows: first reports, not settled.{said}",
            numbers=numbers,
            said=said,
        )
    ]
