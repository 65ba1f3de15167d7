"""One row per PRIO-GRID cell and month with at least one event: how many deaths does the provider place there?

Cells and months without a row had no event that the provider could place, which is not the same as no event.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

CELL_MONTHS = Table(
    name="cell_months",
    title="Deaths by grid cell and month",
    grain="one row per country, PRIO-GRID cell and month with an event",
    key=("gid", "month", "country"),
    columns=(
        Column("gid", pl.Int64, "PRIO-GRID cell", required=True),
        Column("month", pl.String, "month, YYYY-MM", required=True),
        Column("country", pl.String, "country whose events these are, or `all`", required=True),
        Column("iso3", pl.String, "that country, ISO 3166 alpha-3; null with `all`"),
        Column("events", pl.Int64, "number of events", unit="events", required=True),
        Column("best", pl.Int64, "best estimate of all deaths", unit="persons", required=True),
        Column("low", pl.Int64, "low estimate of all deaths", unit="persons", required=True),
        Column("high", pl.Int64, "high estimate of all deaths", unit="persons", required=True),
        Column("deaths_state_based", pl.Int64, "best estimate, state-based violence", unit="persons", required=True),
        Column("deaths_non_state", pl.Int64, "best estimate, non-state violence", unit="persons", required=True),
        Column("deaths_one_sided", pl.Int64, "best estimate, one-sided violence", unit="persons", required=True),
    ),
)
