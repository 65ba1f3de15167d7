"""One row per UN operation as the UN lists it: its name, dates and place.

The UN list repeats some missions under a joint name and swaps latitude and longitude in some rows;
coordinates that cannot be told apart with certainty are therefore kept as given and flagged.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

MISSIONS = Table(
    name="missions",
    title="UN missions",
    grain="one row per operation in the UN's list",
    key=("mission",),
    columns=(
        Column("mission", pl.String, "mission acronym", required=True),
        Column("name", pl.String, "full name", required=True),
        Column("lead_department", pl.String, "department that leads it"),
        Column("is_active", pl.Boolean, "the list calls it active"),
        Column("start_on", pl.Date, "first day, as the list gives it"),
        Column("end_on", pl.Date, "last day, as the list gives it; null when the list gives none"),
        Column("headquarters", pl.String, "place of the headquarters, as the list names it"),
        Column("latitude", pl.Float64, "latitude of the headquarters, WGS84", unit="degrees"),
        Column("longitude", pl.Float64, "longitude of the headquarters, WGS84", unit="degrees"),
        Column("updated_on", pl.Date, "when the UN last changed the row"),
    ),
)
