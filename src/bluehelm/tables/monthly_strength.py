"""How many persons did a state contribute, or did a mission have, on the last day of each month?

Published totals, one step coarser than `contributions`; never added to them.
"""

import polars as pl

from bluehelm.tables.contributions import PERSONNEL
from bluehelm.tables.promise import Column, Table

MONTH = Column("month", pl.String, "month on whose last day the persons were counted, YYYY-MM", required=True)
KIND = Column("personnel", pl.String, "kind of personnel: " + ", ".join(PERSONNEL), required=True)
PERSONS = Column("persons", pl.Int64, "persons counted on the last day of the month", unit="persons", required=True)

CONTRIBUTOR_MONTHS = Table(
    name="contributor_months",
    title="Contributors by month",
    grain="one row per contributor, kind of personnel and last day of a month, all missions together",
    key=("month", "contributor", "personnel"),
    columns=(
        MONTH,
        Column("contributor", pl.String, "contributing state, as the provider names it", required=True),
        Column("iso3", pl.String, "contributing state, ISO 3166 alpha-3; null where its name has none"),
        KIND,
        PERSONS,
    ),
)

MISSION_MONTHS = Table(
    name="mission_months",
    title="Missions by month",
    grain="one row per mission, kind of personnel and last day of a month, all contributors together",
    key=("month", "mission", "personnel"),
    columns=(
        MONTH,
        Column("mission", pl.String, "mission acronym, as the provider writes it", required=True),
        Column("iso3", pl.String, "country of the mission's headquarters, ISO 3166 alpha-3; null where it has none"),
        KIND,
        PERSONS,
        Column("contributors", pl.Int64, "number of contributing states", unit="states"),
    ),
)
