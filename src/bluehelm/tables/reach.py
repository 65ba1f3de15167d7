"""Where do people live, how long is the way from a post to them, and which roads can be used in which months?

What tells how soon a post can help also tells where it cannot: the versions are addressed as narrowly as the mission
says. A number or a time that nobody knows is null.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

POPULATED_PLACES = Table(
    name="populated_places",
    title="Places where people live",
    grain="one row per mission and place",
    key=("mission", "place"),
    columns=(
        Column("mission", pl.String, "mission acronym", required=True),
        Column("place", pl.String, "name of the place, one of its kind within the mission", required=True),
        Column("population", pl.Int64, "people who live there; null where nobody counted", unit="persons"),
        Column("latitude", pl.Float64, "latitude, WGS84; null where unknown", unit="degrees"),
        Column("longitude", pl.Float64, "longitude, WGS84; null where unknown", unit="degrees"),
        Column("source", pl.String, "who counted"),
    ),
)

TRAVEL_TIMES = Table(
    name="travel_times",
    title="Ways from posts to places",
    grain="one row per mission, post and place",
    key=("mission", "post", "place"),
    columns=(
        Column("mission", pl.String, "mission acronym", required=True),
        Column("post", pl.String, "the post from which somebody would go", required=True),
        Column("place", pl.String, "the place, as `populated_places` names it", required=True),
        Column("minutes", pl.Float64, "how long the way takes; null where unknown", unit="minutes"),
        Column("km", pl.Float64, "how long the way is; null where unknown", unit="km"),
        Column("source", pl.String, "who measured or computed it"),
    ),
)

ROAD_SEASONS = Table(
    name="road_seasons",
    title="Roads and the months in which they can be used",
    grain="one row per stretch of road",
    key=("road_id",),
    columns=(
        Column("road_id", pl.String, "code or name of the stretch", required=True),
        Column("name", pl.String, "name of the road, or from where to where"),
        Column("months_passable", pl.String, "months in which it can be used, 1|2|12; empty for none; null unknown"),
        Column("source", pl.String, "who says so", required=True),
        Column("seen_on", pl.Date, "day on which it was seen or said", required=True),
        Column("line", pl.String, "line or lines as WKT, longitude latitude, WGS84", required=True),
    ),
)
