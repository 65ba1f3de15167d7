"""One row per entry of a dated deployment map: which troops of a mission stood where in that month?

A map is a snapshot, not a month's average, and a place missing from a map may be unmapped rather than empty.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

DEPLOYMENTS = Table(
    name="deployments",
    title="Deployments by place",
    grain="one row per place on one source map; a map that lists a place twice gives two entries",
    key=("mission", "month", "source_map", "location", "entry"),
    columns=(
        Column("mission", pl.String, "mission acronym", required=True),
        Column("month", pl.String, "month of the map, YYYY-MM", required=True),
        Column("source_map", pl.String, "the map the row was read from", required=True),
        Column("location", pl.String, "the place, as the provider names it", required=True),
        Column("entry", pl.Int64, "1 for the map's first row of this place, 2 for its second", required=True),
        Column("iso3", pl.String, "country of the place, ISO 3166 alpha-3; null where it has no code"),
        Column("latitude", pl.Float64, "latitude, WGS84; null where the place could not be found", unit="degrees"),
        Column("longitude", pl.Float64, "longitude, WGS84; null where the place could not be found", unit="degrees"),
        Column("gid", pl.Int64, "PRIO-GRID cell computed from the coordinates"),
        Column("troops", pl.Int64, "troops at the place; null when unknown, which is not 0", unit="persons"),
        Column("contributors", pl.String, "contributing states, as the provider names them, joined by |"),
        Column("has_police", pl.Boolean, "the map shows UN police here"),
        Column("has_observers", pl.Boolean, "the map shows military observers here"),
        Column(
            "headquarters", pl.Int64, "0 none, 1 sector, 2 battalion, 3 mission headquarters, as the provider codes it"
        ),
        Column("has_liaison", pl.Boolean, "the map shows liaison officers here"),
        Column("comment", pl.String, "the provider's remark on the row"),
    ),
)
