"""What does each table promise: which columns, in which units, one row per what?

A source yields a table that keeps its promise; the store keeps versions of it; domains read it.
The data dictionary in the docs is generated from these declarations.
"""

from bluehelm.tables.areas import AREAS
from bluehelm.tables.cell_months import CELL_MONTHS
from bluehelm.tables.contributions import CONTRIBUTIONS
from bluehelm.tables.country_months import COUNTRY_MONTHS
from bluehelm.tables.deployments import DEPLOYMENTS
from bluehelm.tables.events import EVENTS
from bluehelm.tables.fatalities import FATALITIES
from bluehelm.tables.follow_through import FOLLOW_THROUGH
from bluehelm.tables.located_events import LOCATED_EVENTS
from bluehelm.tables.mission_incidents import MISSION_INCIDENTS
from bluehelm.tables.missions import MISSIONS
from bluehelm.tables.monthly_strength import CONTRIBUTOR_MONTHS, MISSION_MONTHS
from bluehelm.tables.outlooks import OUTLOOK_INPUTS, OUTLOOK_SCORES, OUTLOOKS
from bluehelm.tables.presence_effects import PRESENCE_EFFECTS
from bluehelm.tables.promise import Column, Table, TableError
from bluehelm.tables.reach import POPULATED_PLACES, ROAD_SEASONS, TRAVEL_TIMES
from bluehelm.tables.reported_events import REPORTED_EVENTS
from bluehelm.tables.reporting_effort import REPORTING_EFFORT
from bluehelm.tables.reports import REPORTS

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        EVENTS,
        DEPLOYMENTS,
        MISSIONS,
        LOCATED_EVENTS,
        REPORTED_EVENTS,
        COUNTRY_MONTHS,
        CELL_MONTHS,
        CONTRIBUTIONS,
        CONTRIBUTOR_MONTHS,
        MISSION_MONTHS,
        FATALITIES,
        FOLLOW_THROUGH,
        OUTLOOKS,
        OUTLOOK_SCORES,
        OUTLOOK_INPUTS,
        AREAS,
        REPORTS,
        PRESENCE_EFFECTS,
        MISSION_INCIDENTS,
        REPORTING_EFFORT,
        POPULATED_PLACES,
        TRAVEL_TIMES,
        ROAD_SEASONS,
    )
}

__all__ = [
    "AREAS",
    "CELL_MONTHS",
    "CONTRIBUTIONS",
    "CONTRIBUTOR_MONTHS",
    "COUNTRY_MONTHS",
    "DEPLOYMENTS",
    "EVENTS",
    "FATALITIES",
    "FOLLOW_THROUGH",
    "LOCATED_EVENTS",
    "MISSIONS",
    "MISSION_INCIDENTS",
    "MISSION_MONTHS",
    "OUTLOOKS",
    "OUTLOOK_INPUTS",
    "OUTLOOK_SCORES",
    "POPULATED_PLACES",
    "PRESENCE_EFFECTS",
    "REPORTED_EVENTS",
    "REPORTING_EFFORT",
    "REPORTS",
    "ROAD_SEASONS",
    "TABLES",
    "TRAVEL_TIMES",
    "Column",
    "Table",
    "TableError",
]
