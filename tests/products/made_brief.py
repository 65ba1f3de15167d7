"""What is a brief of which every figure is known by heart?"""

from dataclasses import replace
from datetime import date
from typing import Any

from bluehelm.disclosure import Label, Marking
from bluehelm.products.brief import (
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
from bluehelm.products.own_incidents import OwnIncidents, OwnMonth, OwnType, ProviderType
from bluehelm.spine import DefinitionRef, VersionRef

MONTHS = (
    MonthFigure("2016-11", 3, 120, partial=True),
    MonthFigure("2016-12", 0, 0),
    MonthFigure("2017-01", 2, 5),
    MonthFigure("2017-02", None, None),
    MonthFigure("2017-03", None, None),
)

BRIEF = Brief(
    mission="UNX",
    name="United Nations Mission in Exland",
    as_of=date(2017, 3, 15),
    known_on=None,
    synthetic=False,
    scope=Scope(
        countries=("XEX",),
        area="whole country",
        area_rule="the provider's country decides",
        area_status="checked",
        start_on=date(2016, 11, 5),
        end_on=None,
        dates_from="missions version 1",
        country_names=("Exland",),
    ),
    events=EventFigures(
        count=5,
        best=125,
        low=101,
        high=1234,
        by_type={"state-based": TypeFigure(3, 100), "non-state": TypeFigure(2, 25), "one-sided": TypeFigure(0, 0)},
        by_month=MONTHS,
        spanning_months=1,
        first_covered_month="1989-01",
        last_covered_month="2017-01",
        doubtful=1,
        nearby_count=2,
        nearby_best=7,
    ),
    presence=Presence(
        as_of_month="2017-02",
        locations=5,
        troops=1600,
        unknown_strength=1,
        bases=(
            Base("Midtown", 5.5, 30.5, 400, ("State A", "State B"), has_police=False, has_observers=False),
            Base("Farpost", 5.2, 30.9, None, ()),
            Base("Hilltop", 5.8, 30.2, 1200, ("State A",)),
            Base("Nowhere", None, None, 0, ("State C",)),
            Base("Lookout", 5.9, 30.8, 0, ("State D",), has_police=True, has_observers=True),
        ),
    ),
    hotspots=(Hotspot(137942, 5.75, 30.75, 100, 3), Hotspot(137941, 5.75, 30.25, 25, 2)),
    points=(
        EventPoint(5.6, 30.6, 3, 100, True),
        EventPoint(5.7, 30.3, 2, 25, True),
        EventPoint(6.3, 30.5, 2, 7, False),
    ),
    versions=(
        VersionRef("deployments", 2, "d" * 64, date(2024, 5, 2), "geo", "Maps of places", "CC0", "Mapper (2024)"),
        VersionRef("events", 7, "e" * 64, date(2024, 5, 1), "ged", "Events of the year", "CC BY 4.0", "Counter (2024)"),
    ),
    definitions=(
        DefinitionRef("missions.yaml", "Missions", date(2026, 1, 1), "draft"),
        DefinitionRef("areas/unx.yaml", "Area of UNX", date(2026, 2, 1), "checked"),
    ),
    notes=("A note that the reader needs.",),
)

OWN = OwnIncidents(
    version=VersionRef("mission_incidents", 3, "f" * 64, date(2024, 5, 3), "own-reports", "Reports, approved"),
    label=Label(Marking.CONFIDENTIAL, frozenset({"mission:UNX"})),
    first_month="2017-01",
    last_month="2017-02",
    count=8642,
    low=31,
    high=None,
    uncounted=1357,
    late=4,
    types=(
        OwnType("attack-on-civilians", "Attack on civilians", "one-sided", 7531, 31, 77, 0),
        OwnType("robbery-or-hijack", "Robbery", None, 1111, None, None, 1357),
    ),
    months=(
        OwnMonth("2017-01", 5791, 31, None, 1357, 2, 5, 246, 802),
        OwnMonth("2017-02", 2851, 0, 0, 0, None, None, partial=True),
    ),
    provider=(BRIEF.versions[1],),
    provider_types=(ProviderType("one-sided", 2, 5),),
    effort=VersionRef("reporting_effort", 1, "a" * 64, date(2024, 5, 3), "own-reports", "Effort"),
)

UNCOVERED = replace(BRIEF, events=None, presence=None, hotspots=(), points=(), versions=())


def drawn_brief() -> Brief:
    """The same brief for an area that was drawn and nobody has checked."""
    return replace(BRIEF, scope=replace(BRIEF.scope, area="Buffer zone", area_status="draft"))


def rectangle(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def country(iso3: str, name: str, *rings: list[list[float]], **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"iso3": iso3, "name": name, **properties},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


COUNTRIES = {
    "type": "FeatureCollection",
    "features": [
        country("XEX", "Exland", rectangle(30, 5, 31, 6), rectangle(30.4, 5.4, 30.5, 5.5), synthetic=True),
        country("UGA", "Uganda as the file calls it", rectangle(31, 4, 33, 7)),
        country("SOL", "A territory without a code", rectangle(28, 5, 30, 6)),
        country("FJI", "Fiji", rectangle(177, -19, 179, -16)),
    ],
}
