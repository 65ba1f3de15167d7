"""One row per mission, component and month: how much was looked at, so that a count has its denominator.

A count of incidents rises when more people look. Days without any effort told are missing, not quiet.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

REPORTING_EFFORT = Table(
    name="reporting_effort",
    title="How much the mission looked",
    grain="one row per mission, component and month in which any effort was told",
    key=("mission", "unit", "month"),
    columns=(
        Column("mission", pl.String, "mission acronym", required=True),
        Column("unit", pl.String, "component that looked", required=True),
        Column("month", pl.String, "month, YYYY-MM", required=True),
        Column("days_told", pl.Int64, "days of the month whose effort was told", required=True, unit="days"),
        Column("patrols", pl.Int64, "patrols of the days that told them; null where none did"),
        Column("reporter_days", pl.Int64, "people who could report, summed over the days that told them", unit="days"),
    ),
)
