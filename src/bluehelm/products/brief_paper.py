"""What does a brief say on paper, line by line and table by table, before any layout?

The PDF and the Word file are filled from these same texts, so that neither can say what the other does not. All
values are plain text that no layout reads as its own language.
"""

from typing import Any

from bluehelm import __version__
from bluehelm.language import _, called, gettext_noop
from bluehelm.products import brief_words as words
from bluehelm.products.brief import WHOLE_COUNTRY, Brief, MonthFigure
from bluehelm.products.charts import chart_words
from bluehelm.products.letters import printable
from bluehelm.products.maps import also_there
from bluehelm.products.own_incidents import own_lines, own_month_rows, own_type_rows, provider_type_rows

Rows = list[list[str]]
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
COLUMNS: dict[str, tuple[str, ...]] = {
    "headlines": ("label", "figure", "note"),
    "by_type": ("type", "events", "deaths"),
    "own_types": ("type", "maps_to", "incidents", "low", "high", "uncounted"),
    "provider_types": ("type", "events", "deaths"),
    "own_months": ("month", "incidents", "low", "high", "events", "deaths", "patrols", "reporter_days"),
    "hotspots": ("cell", "latitude", "longitude", "events", "deaths"),
    "bases": ("place", "troops", "also", "latitude", "longitude", "contributors"),
    "definitions": ("definition", "title", "valid_from", "status"),
    "deaths_by_year": ("year", *MONTHS),
    "events_by_year": ("year", *MONTHS),
}
CHART_ALT = gettext_noop("Deaths and events by month; the table of months says the same.")
MAP_ALT = gettext_noop("Map of the area of operations, events and bases; the tables say the same.")
MAP_KEY = gettext_noop(
    "Red circles: events, larger with more deaths; hollow circles: events nearby, outside the area. Blue squares: "
    "bases, larger with more troops; hollow squares: strength unknown; small hollow circles in blue: posts without "
    "troops (police, observers or other). Orange cells: hotspots. Dashed grey lines: boundaries disputed or not "
    "determined."
)
DISCLAIMER = gettext_noop(
    "Boundaries and names are for orientation only and express no opinion on the status of any territory."
)


def paper(brief: Brief) -> dict[str, Any]:
    """Every text of the brief by name: str, lists of str, or tables as lists of rows of str; empty where there is none.

    `COLUMNS` names the tables and their columns; `sources` holds a list of labels and values for each table version.
    """
    said = {
        "mission": brief.mission,
        "name": brief.name,
        "title": _("{mission}, brief as of {day}", mission=brief.mission, day=words.day(brief.as_of)),
        "synthetic": chart_words().synthetic if brief.synthetic else "",
        "marking": brief.marking,
        "dates": words.dates_line(brief),
        "headlines": _headlines(brief),
        "gaps": _gaps(brief),
        "by_type": _by_type(brief),
        "rules": words.rules(brief),
        "own_lines": own_lines(brief.own) if brief.own else [],
        "own_types": own_type_rows(brief.own) if brief.own else [],
        "provider_types": provider_type_rows(brief.own) if brief.own else [],
        "own_months": own_month_rows(brief.own) if brief.own else [],
        "own_caveats": list(brief.own.caveats) if brief.own else [],
        "chart_key": _chart_key(brief),
        "map_key": [_area_key(brief), _(MAP_KEY), _(DISCLAIMER)],
        "hotspots": _hotspots(brief),
        "bases": _bases(brief),
        "bases_caption": _bases_caption(brief),
        "scope": [words.area_line(brief), words.mission_dates_line(brief)],
        "notes": list(brief.notes),
        "sources": _sources(brief),
        "definitions": _definitions(brief),
        "month_names": words.month_names(),
        "deaths_by_year": _by_year(brief, "best"),
        "events_by_year": _by_year(brief, "count"),
        "months_key": _months_key(brief),
        "program": _("Made with {program}.", program=f"bluehelm {__version__}"),
        "chart_alt": _(CHART_ALT),
        "map_alt": _(MAP_ALT),
    }
    texts: dict[str, Any] = printable(said)
    return texts


def _headlines(brief: Brief) -> Rows:
    """Label, figure and what qualifies it."""
    events, presence, found = brief.events, brief.presence, []
    if events:
        estimates = _("low {low}, high {high}", low=words.number(events.low), high=words.number(events.high))
        found.append([_("Deaths, best estimate"), words.number(events.best), estimates])
        found.append([_("Events"), words.number(events.count), words.covered(events)])
    if presence:
        label = _("Troops on the map of {month}", month=words.month(presence.as_of_month))
        places = _(
            "{places} places, strength unknown at {unknown}",
            places=words.number(presence.locations),
            unknown=words.number(presence.unknown_strength),
        )
        found.append([label, words.number(presence.troops), places])
    return found


def _gaps(brief: Brief) -> list[str]:
    gaps = []
    if not brief.events:
        gaps.append(_("No table of events covers this mission up to this date."))
    if not brief.presence:
        gaps.append(_("No map of deployments covers this mission up to this date."))
    return gaps


def _by_type(brief: Brief) -> Rows:
    kinds = brief.events.by_type.items() if brief.events else ()
    return [[_(kind), words.number(figure.count), words.number(figure.best)] for kind, figure in kinds]


def _chart_key(brief: Brief) -> list[str]:
    months, key = brief.events.by_month if brief.events else (), []
    if any(figure.count is None for figure in months):
        key.append(_("Grey: months that no table covers; what happened in them is unknown, not zero."))
    if _has_partial(brief):
        key.append(_("Lighter bars: only a part of the month counts."))
    return key


def _area_key(brief: Brief) -> str:
    if brief.scope.area == WHOLE_COUNTRY:
        return _("Blue edge: area of operations, the whole country.")
    return (
        _("Blue edge: area of operations, a draft.")
        if brief.scope.area_status == "draft"
        else _("Blue edge: area of operations.")
    )


def _hotspots(brief: Brief) -> Rows:
    return [
        [
            str(spot.gid),
            words.degrees(spot.latitude),
            words.degrees(spot.longitude),
            words.number(spot.count),
            words.number(spot.best),
        ]
        for spot in brief.hotspots
    ]


def _bases(brief: Brief) -> Rows:
    return [
        [
            base.location,
            words.number(base.troops),
            also_there(base),
            words.degrees(base.latitude),
            words.degrees(base.longitude),
            ", ".join(base.contributors),
        ]
        for base in words.sorted_bases(brief)
    ]


def _bases_caption(brief: Brief) -> str:
    if brief.presence is None:
        return ""
    on = words.month(brief.presence.as_of_month)
    return _("Places on the map of {month}, largest first; a place with 0 troops is a post without troops", month=on)


def _sources(brief: Brief) -> list[Rows]:
    return [
        [
            [_("Table"), _("{table}, version {version}", table=ref.table, version=ref.version)],
            [_("Title"), ref.title or _("not stated")],
            [_("Provider"), ref.provider or _("not stated")],
            [_("Cite as"), ref.citation or _("not stated")],
            [_("Licence"), ref.licence or _("not stated")],
            [_("Retrieved"), words.day(ref.retrieved)],
            [_("SHA-256 of the provider's file"), ref.sha256],
        ]
        for ref in brief.versions
    ]


def _definitions(brief: Brief) -> Rows:
    return [[ref.name, called(ref.title), words.day(ref.valid_from), _(ref.status)] for ref in brief.definitions]


def _by_year(brief: Brief, field: str) -> Rows:
    """One row a year: the year and twelve months, blank outside the mission's dates."""
    return [
        [year, *(_cell(figure, field) for figure in figures)] for year, figures in words.months_by_year(brief).items()
    ]


def _cell(figure: MonthFigure | None, field: str) -> str:
    if figure is None:
        return ""
    value = getattr(figure, field)
    return words.not_covered() if value is None else words.number(value) + ("*" if figure.partial else "")


def _months_key(brief: Brief) -> str:
    return _("n/c: not covered by any table") + (_("; *: part of the month") if _has_partial(brief) else "")


def _has_partial(brief: Brief) -> bool:
    """Does a figure stand for a part of its month only?"""
    months = brief.events.by_month if brief.events else ()
    return any(figure.partial and figure.count is not None for figure in months)
