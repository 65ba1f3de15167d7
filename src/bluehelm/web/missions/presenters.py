"""How are missions, briefs and table versions put for a reader?

A presenter takes what the library found and shapes it for a page: it orders, labels and places, and computes
no figure.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
from django.conf import settings
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bluehelm import __version__
from bluehelm.definitions import DefinitionError, MissionEntry
from bluehelm.language import called
from bluehelm.products.brief import NEARBY_KM, WHOLE_COUNTRY, Base, Brief, EventPoint, TypeFigure
from bluehelm.products.brief_words import sorted_bases
from bluehelm.products.charts import ChartWords, monthly_chart
from bluehelm.products.maps import (
    AlsoWords,
    also_there,
    base_size,
    event_radius,
    legend_steps,
    most_deaths,
    most_troops,
    standing,
)
from bluehelm.products.own_incidents import OwnMonth, OwnType, ProviderType
from bluehelm.spine import VersionRef
from bluehelm.store import Store, StoreError
from bluehelm.tables import TABLES
from bluehelm.tables.months import month_of
from bluehelm.web.missions.dates import MONTH_RULES
from bluehelm.web.missions.periods import first_day
from bluehelm.workflows.events_view import EventsView, events_view
from bluehelm.workflows.registry import host_name, mission_registry
from bluehelm.workflows.situation import situation_rules

TYPE_LABELS = {
    "state-based": gettext_lazy("State-based conflict"),
    "non-state": gettext_lazy("Non-state conflict"),
    "one-sided": gettext_lazy("One-sided violence"),
}
PLACES_LISTED = 100  # a page with thousands of places would be slow to load on a poor line
KIND_LABELS = {
    "joint-entry": gettext_lazy("several missions in one entry"),
    "other": gettext_lazy("not a peacekeeping mission"),
}


def data_folder(request: HttpRequest) -> dict[str, Any]:
    """What every page says of the data folder: is anything in it synthetic? (a context processor)"""
    return {"folder_is_synthetic": holds_synthetic_data(settings.BLUEHELM_HOME), "program_version": __version__}


def holds_synthetic_data(home: Path) -> bool:
    """Is any mission or table version of the data folder synthetic?"""
    try:
        missions, versions = mission_registry(home).missions, Store(home).versions()
    except (DefinitionError, StoreError):
        return False  # the page that tells of the damage must still be drawn
    return any(entry.synthetic for entry in missions) or any(version.synthetic for version in versions)


# The list of missions


def plain(text: str) -> str:
    """Text without accents, capitals and printers' apostrophes; table-filter.js does the same."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if unicodedata.category(letter) != "Mn")
    return bare.replace("’", "'").casefold()


@dataclass(frozen=True, slots=True)
class MissionRow:
    """One mission in the list; `events_to` and `map_of` are first days of months, None where no table covers it."""

    mission: str
    name: str
    hosts: tuple[str, ...]
    start_on: date | None
    end_on: date | None
    active: bool
    kind_label: str
    synthetic: bool
    events_to: date | None
    map_of: date | None

    @property
    def ended(self) -> bool:
        return not self.active

    @property
    def has_data(self) -> bool:
        return bool(self.events_to or self.map_of)

    @property
    def searched(self) -> str:
        """What a search looks through, here and in the browser: the mission, its name and its hosts."""
        return plain(" ".join((self.mission, self.name, *self.hosts)))

    def mentions(self, words: str) -> bool:
        """Do all the words stand in the mission's name or its hosts', be it with other accents or capitals?"""
        return all(word in self.searched for word in plain(words).split())


def mission_rows(store: Store, on: date) -> list[MissionRow]:
    """Every mission: synthetic ones first, then active ones, then by first day, the latest first."""
    covered = {synthetic: _Covered.of(store, synthetic) for synthetic in (False, True)}
    rows = [_mission_row(entry, covered[entry.synthetic], on) for entry in mission_registry(store.home).missions]
    return sorted(rows, key=_place_in_list)


def _place_in_list(row: MissionRow) -> tuple[bool, bool, int, str]:
    return (not row.synthetic, not row.active, -(row.start_on or date.min).toordinal(), row.mission)


@dataclass(frozen=True, slots=True)
class _Covered:
    """What the newest tables speak of, read without computing a brief."""

    events: EventsView | None
    latest_maps: dict[str, str]

    @classmethod
    def of(cls, store: Store, synthetic: bool) -> "_Covered":
        events = events_view(store.home, synthetic=synthetic)
        deployments = store.latest("deployments", synthetic=synthetic)
        if deployments is None:
            return cls(events, {})
        maps = store.scan(deployments).group_by("mission").agg(pl.col("month").max()).collect()
        return cls(events, dict(maps.rows()))

    def events_to(self, entry: MissionEntry) -> date | None:
        """The last month of the mission that the events cover in one of its host countries."""
        covering = [self.events.covering([host]) for host in entry.hosts] if self.events else []
        months = sorted({month for view in covering if view for month in view.months})
        if entry.start_on is None or not months:
            return None
        first, last = months[0], months[-1]
        ended = min(last, month_of(entry.end_on)) if entry.end_on else last
        return first_day(ended) if max(first, month_of(entry.start_on)) <= ended else None


def _mission_row(entry: MissionEntry, covered: _Covered, on: date) -> MissionRow:
    mapped = covered.latest_maps.get(entry.mission)
    return MissionRow(
        mission=entry.mission,
        name=called(entry.name),
        hosts=tuple(host_name(entry, iso3) for iso3 in entry.hosts),
        start_on=entry.start_on,
        end_on=entry.end_on,
        active=entry.start_on is not None and (entry.end_on is None or entry.end_on >= on),
        kind_label=str(KIND_LABELS.get(entry.kind, "")),
        synthetic=entry.synthetic,
        events_to=covered.events_to(entry),
        map_of=first_day(mapped) if mapped else None,
    )


# The page of one mission


@dataclass(frozen=True, slots=True)
class TypeRow:
    """Events of one type; `percent` is the width of its bar, 100 for the deadliest type."""

    kind: str
    label: str
    count: int
    best: int
    percent: int


@dataclass(frozen=True, slots=True)
class MonthRow:
    month: str
    first_day: date
    count: int | None
    best: int | None
    partial: bool


@dataclass(frozen=True, slots=True)
class BaseRow:
    """A place of the mission and who stands there besides troops."""

    base: Base
    also: str


@dataclass(frozen=True, slots=True)
class LegendMark:
    """A mark of a known size in the legend, `across` pixels wide in the middle of a picture of `WIDTH` pixels."""

    value: int
    across: float
    WIDTH: ClassVar[int] = 48

    @property
    def height(self) -> int:
        return max(16, round(self.across) + 2)

    @property
    def radius(self) -> float:
        return self.across / 2

    @property
    def left(self) -> float:
        return (self.WIDTH - self.across) / 2

    @property
    def top(self) -> float:
        return (self.height - self.across) / 2


@dataclass(frozen=True, slots=True)
class MissionPage:
    """Everything the page of one mission lays out."""

    brief: Brief
    ended: bool
    hosts: tuple[str, ...]
    headquarters: str
    remarks: list[str]
    covered_from: date | None
    covered_to: date | None
    map_of: date | None
    types: list[TypeRow]
    months: list[MonthRow]
    bases: list[BaseRow]
    posts: int
    unplaced: int
    places: list[tuple[EventPoint, str]]
    places_left: int
    sources: dict[str, list[VersionRef]]
    chart: dict[str, Any] | None
    event_marks: list[LegendMark]
    base_marks: list[LegendMark]
    map_words: dict[str, str | dict[str, str]]

    @property
    def draft(self) -> bool:
        return self.brief.scope.area_status == "draft"

    @property
    def drawn(self) -> bool:
        """Was the area drawn, rather than taken as the whole of the host countries?"""
        return self.brief.scope.area != WHOLE_COUNTRY

    @property
    def uncovered(self) -> bool:
        """Is any month without figures?"""
        return any(row.count is None for row in self.months)

    @property
    def partial(self) -> bool:
        """Does only a part of any month count?"""
        return any(row.partial for row in self.months)

    @property
    def has_figures(self) -> bool:
        return self.brief.events is not None or self.brief.presence is not None

    @property
    def rule(self) -> str:
        """In which month an event of several months counts."""
        return self.brief.events.month_rule if self.brief.events else ""

    @property
    def by_rule(self) -> list[tuple[str, TypeFigure]]:
        """What each rule would make of the total, in words; none where no event lasted into another month."""
        if self.brief.events is None or not self.brief.events.spanning_months:
            return []
        return [(str(MONTH_RULES.get(rule, rule)), figure) for rule, figure in self.brief.events.by_rule.items()]

    @property
    def own_from(self) -> date | None:
        return first_day(self.brief.own.first_month) if self.brief.own else None

    @property
    def own_to(self) -> date | None:
        return first_day(self.brief.own.last_month) if self.brief.own else None

    @property
    def own_refs(self) -> list[VersionRef]:
        """The versions of the mission's own records."""
        own = self.brief.own
        return [ref for ref in (own.version, own.effort) if ref] if own else []

    @property
    def own_months(self) -> list[tuple[date, OwnMonth]]:
        """The months of the mission's own incidents beside the provider's, latest first."""
        return [(first_day(row.month), row) for row in reversed(self.brief.own.months)] if self.brief.own else []

    @property
    def own_types(self) -> list[tuple[OwnType, str]]:
        """Each of the mission's types and, in words, the provider's it maps to."""
        types = self.brief.own.types if self.brief.own else ()
        return [(row, str(TYPE_LABELS.get(row.maps_to or "", row.maps_to or ""))) for row in types]

    @property
    def provider_types(self) -> list[tuple[ProviderType, str]]:
        types = self.brief.own.provider_types if self.brief.own else ()
        return [(row, str(TYPE_LABELS.get(row.type, row.type))) for row in types]

    @property
    def rings_km(self) -> list[int]:
        return rings_km()

    @property
    def nearby_km(self) -> int:
        return NEARBY_KM

    @property
    def map_sources(self) -> list[VersionRef]:
        return self.sources["events"] + self.sources["deployments"]


def mission_page(brief: Brief, entry: MissionEntry) -> MissionPage:
    """A brief put for its page."""
    bases = sorted_bases(brief)
    places = sorted(brief.points, key=lambda place: (-place.best, -place.count, place.latitude, place.longitude))
    deadliest, largest = most_deaths(brief.points), most_troops(bases)
    return MissionPage(
        brief=brief,
        ended=brief.scope.end_on is not None and brief.scope.end_on < brief.as_of,
        hosts=brief.scope.country_names or brief.scope.countries,
        headquarters=entry.headquarters.place if entry.headquarters else "",
        remarks=_remarks(brief),
        covered_from=first_day(brief.events.first_covered_month) if brief.events else None,
        covered_to=first_day(brief.events.last_covered_month) if brief.events else None,
        map_of=first_day(brief.presence.as_of_month) if brief.presence else None,
        types=_type_rows(brief),
        months=_month_rows(brief),
        bases=[BaseRow(base, also_there(base, _also_words())) for base in bases],
        posts=sum(standing(base) == "post" for base in bases),
        places=[(place, str(TYPE_LABELS.get(place.type, place.type))) for place in places[:PLACES_LISTED]],
        places_left=max(0, len(places) - PLACES_LISTED),
        unplaced=sum(base.latitude is None or base.longitude is None for base in bases),
        sources=_sources(brief),
        chart=monthly_chart(brief, chart_words()),
        event_marks=[LegendMark(step, 2 * event_radius(step, deadliest)) for step in legend_steps(deadliest)],
        base_marks=[LegendMark(step, base_size(step, largest)) for step in legend_steps(largest)],
        map_words=map_words(),
    )


def rings_km() -> list[int]:
    """The distances of the rings around bases, as the measures of the situation have them."""
    return [round(edge) for edge in situation_rules().rings_km if edge > 0]


def chart_words() -> ChartWords:
    """The words on a chart in the reader's language."""
    return ChartWords(
        deaths=_("Deaths, best estimate"),
        events=_("Events"),
        not_covered=_("not covered"),
        by_month=_("month by month"),
        synthetic=_("Synthetic demonstration data: nothing here describes a real country, mission or event."),
    )


def _sources(brief: Brief) -> dict[str, list[VersionRef]]:
    """The versions behind each table's figures; none where the table gave none."""
    gave = {"events": brief.events is not None, "deployments": brief.presence is not None}
    return {table: [ref for ref in brief.versions if ref.table == table and gave.get(table, True)] for table in TABLES}


def _also_words() -> AlsoWords:
    return AlsoWords(
        police=_("police"),
        observers=_("observers"),
        police_unknown=_("police unknown"),
        observers_unknown=_("observers unknown"),
        unknown=_("unknown"),
        none=_("none"),
    )


def _remarks(brief: Brief) -> list[str]:
    """Where the figures begin and end, when that is not with the mission and on the day asked about."""
    start_on, end_on, sentences = brief.scope.start_on, brief.scope.end_on, []
    if start_on and brief.as_of < start_on:
        sentences.append(_("The mission had not begun."))
    if end_on and end_on < brief.as_of:
        sentences.append(_("The mission ended on %(day)s; nothing later is counted.") % {"day": date_format(end_on)})
    last = min(brief.as_of, end_on) if end_on else brief.as_of
    if brief.events and brief.events.last_covered_month < month_of(last):
        month = _written(brief.events.last_covered_month)
        sentences.append(_("Events are covered to %(month)s; later months are unknown, not zero.") % {"month": month})
    if brief.events and start_on and brief.events.first_covered_month > month_of(start_on):
        month = _written(brief.events.first_covered_month)
        sentences.append(
            _("Events are covered from %(month)s; earlier months are unknown, not zero.") % {"month": month}
        )
    return sentences


def _written(month: str) -> str:
    return date_format(first_day(month), "YEAR_MONTH_FORMAT")


def _type_rows(brief: Brief) -> list[TypeRow]:
    if brief.events is None:
        return []
    most = max((figure.best for figure in brief.events.by_type.values()), default=0)
    return [
        TypeRow(
            kind=kind,
            label=str(TYPE_LABELS.get(kind, kind)),
            count=figure.count,
            best=figure.best,
            percent=round(100 * figure.best / most) if most else 0,
        )
        for kind, figure in brief.events.by_type.items()
    ]


def _month_rows(brief: Brief) -> list[MonthRow]:
    figures = brief.events.by_month if brief.events else ()
    return [
        MonthRow(f.month, first_day(f.month), f.count, f.best, f.partial and f.count is not None)
        for f in reversed(figures)
    ]


def map_words() -> dict[str, str | dict[str, str]]:
    """What the map says, in the reader's language; {number} and {more} are filled in by the map."""
    return {
        "deaths": _("Deaths, best estimate"),
        "events": _("Events"),
        "nearby": _("Outside the area; not in the figures"),
        "types": {kind: str(label) for kind, label in TYPE_LABELS.items()},
        "troops": _("Troops"),
        "unknown": _("unknown"),
        "contributors": _("Contributors"),
        "police": _("Police"),
        "observers": _("Military observers"),
        "yes": _("yes"),
        "no": _("no"),
        "post": _("Post without troops"),
        "hotspot": _("Hotspot, cell"),
        "failed": _("The map could not be drawn here. The tables below say the same."),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "close": _("Close"),
        "two_fingers": _("Use two fingers to move the map"),
        "hold_ctrl": _("Hold Ctrl and scroll to zoom the map"),
        "hold_cmd": _("Hold ⌘ and scroll to zoom the map"),
        "map": _("Map; move with the arrow keys, zoom with + and −"),
    }
