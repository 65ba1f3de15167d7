"""What does a mission's brief say, and how is it written as JSON?

The figures of one mission up to one date, each able to name the table versions behind it. Null means
unknown; it never means 0.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bluehelm import __version__
from bluehelm.disclosure import OPEN, Label
from bluehelm.disclosure.marking import audience_words
from bluehelm.language import _, gettext_noop
from bluehelm.products.own_incidents import OwnIncidents, own_json
from bluehelm.spine import DefinitionRef, VersionRef

# Far enough to see what threatens to come over the line, near enough to be the mission's business.
NEARBY_KM = 100
# What a scope says of its area when none was drawn.
WHOLE_COUNTRY = gettext_noop("whole country")


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """Events that began in a month; both figures are None where the table does not cover the month.

    `partial` when the mission's first day or the day asked about cuts the month short.
    """

    month: str
    count: int | None
    best: int | None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class TypeFigure:
    count: int
    best: int


@dataclass(frozen=True, slots=True)
class EventFigures:
    """Events inside the area and the mission's dates; deaths are the provider's estimates.

    Nearby events lie outside the area, not farther than the `nearby` rule says; None where no border is known.
    `by_rule` says what each rule for events of several months would make of the total.
    """

    count: int
    best: int
    low: int
    high: int
    by_type: dict[str, TypeFigure]
    by_month: tuple[MonthFigure, ...]
    spanning_months: int
    first_covered_month: str
    last_covered_month: str
    doubtful: int
    nearby_count: int | None
    nearby_best: int | None
    month_rule: str = "date_start"
    by_rule: dict[str, TypeFigure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Base:
    """A place where the mission stood; `troops` is None when the strength is unknown, 0 at a post without troops."""

    location: str
    latitude: float | None
    longitude: float | None
    troops: int | None
    contributors: tuple[str, ...]
    has_police: bool | None = None
    has_observers: bool | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """The mission's places on its latest map; `troops` sums the known strengths, None when none is known."""

    as_of_month: str
    locations: int
    troops: int | None
    unknown_strength: int
    bases: tuple[Base, ...]


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A PRIO-GRID cell by its centre, with the deaths (best estimate) of events inside it."""

    gid: int
    latitude: float
    longitude: float
    best: int
    count: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when an event counts as the mission's."""

    countries: tuple[str, ...]
    area: str
    area_rule: str
    area_status: str
    start_on: date | None
    end_on: date | None
    dates_from: str
    country_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventPoint:
    """One place of events of one type for the map: deaths and events summed over the window."""

    latitude: float
    longitude: float
    count: int
    best: int
    inside: bool
    type: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """`events` and `presence` are None where no table covers them; `notes` say why. `own` stands beside `events`."""

    mission: str
    name: str
    as_of: date
    known_on: date | None
    synthetic: bool
    scope: Scope
    events: EventFigures | None
    presence: Presence | None
    hotspots: tuple[Hotspot, ...]
    points: tuple[EventPoint, ...]
    versions: tuple[VersionRef, ...]
    notes: tuple[str, ...]
    definitions: tuple[DefinitionRef, ...] = ()
    label: Label = OPEN
    own: OwnIncidents | None = None

    @property
    def marking(self) -> str:
        """What every page of the brief must carry, `CONFIDENTIAL, for mission UNMISS`; empty for open data."""
        if self.label == OPEN:
            return ""
        readers = audience_words(self.label.releasable_to) or _("nobody")
        return _("{marking}, for {readers}", marking=self.label.marking.words.upper(), readers=readers)


def brief_json(brief: Brief) -> dict[str, Any]:
    """The brief as the command contract lays it down; keys may be added, never renamed."""
    return {
        "mission": brief.mission,
        "name": brief.name,
        "as_of": brief.as_of.isoformat(),
        "known_on": brief.known_on.isoformat() if brief.known_on else None,
        "synthetic": brief.synthetic,
        "marking": brief.label.marking.code,
        "releasable_to": sorted(brief.label.releasable_to),
        "scope": {
            "countries": list(brief.scope.countries),
            "area": brief.scope.area,
            "area_rule": brief.scope.area_rule,
            "area_status": brief.scope.area_status,
            "start": brief.scope.start_on.isoformat() if brief.scope.start_on else None,
            "end": brief.scope.end_on.isoformat() if brief.scope.end_on else None,
            "dates_from": brief.scope.dates_from,
        },
        "events": _events_json(brief.events),
        "own_incidents": own_json(brief.own),
        "presence": _presence_json(brief.presence),
        "hotspots": [
            {"gid": spot.gid, "lat": spot.latitude, "lon": spot.longitude, "best": spot.best} for spot in brief.hotspots
        ],
        "bases": [] if brief.presence is None else [_base_json(base) for base in brief.presence.bases],
        "versions": versions_json(brief),
        "sources": [
            {"table": ref.table, "title": ref.title, "licence": ref.licence, "citation": ref.citation}
            for ref in brief.versions
        ],
        "definitions": [
            {"name": ref.name, "title": ref.title, "valid_from": ref.valid_from.isoformat(), "status": ref.status}
            for ref in brief.definitions
        ],
        "program": f"bluehelm {__version__}",
        "notes": list(brief.notes),
    }


def versions_json(brief: Brief) -> list[dict[str, Any]]:
    """The table versions behind a brief, as every answer with figures carries them."""
    return [
        {
            "table": ref.table,
            "version": ref.version,
            "sha256": ref.sha256,
            "retrieved": ref.retrieved.isoformat(),
        }
        for ref in brief.versions
    ]


def _events_json(events: EventFigures | None) -> dict[str, Any] | None:
    if events is None:
        return None
    return {
        "count": events.count,
        "best": events.best,
        "low": events.low,
        "high": events.high,
        "by_type": {kind: {"count": f.count, "best": f.best} for kind, f in events.by_type.items()},
        "by_month": [{"month": f.month, "count": f.count, "best": f.best} for f in events.by_month],
        "partial_months": [figure.month for figure in events.by_month if figure.partial],
        "month_rule": events.month_rule,
        "by_rule": {rule: {"count": f.count, "best": f.best} for rule, f in events.by_rule.items()},
        "spanning_months": events.spanning_months,
        "first_covered_month": events.first_covered_month,
        "last_covered_month": events.last_covered_month,
        "doubtful": events.doubtful,
        "nearby": {
            "count": events.nearby_count,
            "best": events.nearby_best,
            "within_km": NEARBY_KM,
        },
    }


def _presence_json(presence: Presence | None) -> dict[str, Any] | None:
    if presence is None:
        return None
    return {
        "as_of_month": presence.as_of_month,
        "locations": presence.locations,
        "troops": presence.troops,
        "unknown_strength": presence.unknown_strength,
    }


def _base_json(base: Base) -> dict[str, Any]:
    return {
        "location": base.location,
        "lat": base.latitude,
        "lon": base.longitude,
        "troops": base.troops,
        "contributors": list(base.contributors),
        "police": base.has_police,
        "observers": base.has_observers,
    }
