"""One row per named area: which ground does its name mean, and between which days?

`outline` is a polygon or multipolygon as WKT, longitude before latitude, WGS84, cut at the antimeridian. The bounds
let a reader skip areas without reading their outlines.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

AREAS = Table(
    name="areas",
    title="Named areas",
    grain="one row per area and the day from which its outline holds",
    key=("area_id", "valid_from"),
    columns=(
        Column("area_id", pl.String, "the provider's code of the area, such as a P-code", required=True),
        Column("name", pl.String, "the area's name, as the provider writes it", required=True),
        Column("kind", pl.String, "what it is: sector, admin 1, area of operations, as the provider says"),
        Column("parent_id", pl.String, "code of the area that holds it"),
        Column("iso3", pl.String, "country, ISO 3166 alpha-3; null where the file does not say"),
        Column("valid_from", pl.Date, "first day on which the outline holds; null where the file does not say"),
        Column("valid_to", pl.Date, "last day on which it holds; null when it still does"),
        Column("outline", pl.String, "polygon or multipolygon, WKT, longitude latitude, WGS84", required=True),
        Column("west", pl.Float64, "least longitude", unit="degrees", required=True),
        Column("south", pl.Float64, "least latitude", unit="degrees", required=True),
        Column("east", pl.Float64, "greatest longitude", unit="degrees", required=True),
        Column("north", pl.Float64, "greatest latitude", unit="degrees", required=True),
    ),
)
