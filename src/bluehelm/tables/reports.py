"""One row per report from the field: what was seen, where and when?

What a form or a list of a mission's own brings in; a report is somebody's word, not an established event.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

REPORTS = Table(
    name="reports",
    title="Field reports",
    grain="one row per submitted report, or per entry of one repeated group of a form",
    key=("report_id",),
    columns=(
        Column("report_id", pl.String, "the report's own number", required=True),
        Column("reported_on", pl.Date, "day of the report", required=True),
        Column("happened_on", pl.Date, "day of what is reported; null where the report does not say"),
        Column("type", pl.String, "kind of report or incident, in the words of the form", required=True),
        Column("text", pl.String, "what the report says; no names of persons"),
        Column("place", pl.String, "place, as the report names it"),
        Column("latitude", pl.Float64, "latitude, WGS84; null where the report gives none", unit="degrees"),
        Column("longitude", pl.Float64, "longitude, WGS84; null where the report gives none", unit="degrees"),
        Column("accuracy_m", pl.Float64, "radius within which the device believed to be", unit="metres"),
        Column("gid", pl.Int64, "PRIO-GRID cell computed from the coordinates; null without them"),
        Column("iso3", pl.String, "country, ISO 3166 alpha-3; null where the report does not say"),
        Column("persons", pl.Int64, "number of persons the report speaks of; null when unknown", unit="persons"),
        Column("form", pl.String, "name of the form"),
        Column("form_version", pl.String, "version of the form, as its maker writes it"),
    ),
)
