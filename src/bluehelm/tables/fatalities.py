"""One row per death in a UN operation: when, in which mission, of what cause; never who.

A row is a person without a name. Counts that could point at one leave through disclosure control only.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

FATALITIES = Table(
    name="fatalities",
    title="Deaths in UN operations",
    grain="one row per death, as the provider numbers them",
    key=("fatality_id",),
    columns=(
        Column("fatality_id", pl.String, "the provider's number of the row", required=True),
        Column("casualty_id", pl.String, "the provider's case number, which may repeat"),
        Column("incident_on", pl.Date, "day of the incident", required=True),
        Column("mission", pl.String, "mission acronym", required=True),
        Column("personnel", pl.String, "category of personnel, as the provider writes it", required=True),
        Column("cause", pl.String, "type of incident, as the provider writes it", required=True),
        Column("sex", pl.String, "F or M, as the provider writes it; null where it does not say"),
        Column("nationality", pl.String, "nationality, as the provider names it; null where it does not say"),
        Column("iso3", pl.String, "nationality, ISO 3166 alpha-3; null where it has no such code"),
        Column("updated_on", pl.Date, "when the provider last changed the row"),
    ),
)
