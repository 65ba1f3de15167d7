"""One row per conflict event: who killed whom, where, when, and how sure is the provider?

The three death counts are the provider's estimates. Where `best` lies outside `low` and `high` the row is
kept as the provider gave it and flagged, because the provider, not the reader, knows which number is wrong.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

TYPES = ("state-based", "non-state", "one-sided")

EVENTS = Table(
    name="events",
    title="Conflict events",
    grain="one row per event as its provider counts events",
    key=("event_id",),
    columns=(
        Column("event_id", pl.String, "the provider's number of the event", required=True),
        Column("type", pl.String, "state-based, non-state or one-sided violence", required=True),
        Column("date_start", pl.Date, "first day on which the event may have happened", required=True),
        Column("date_end", pl.Date, "last day on which the event may have happened", required=True),
        Column("date_precision", pl.Int64, "1 exact day to 5 more than a month", required=True),
        Column("iso3", pl.String, "country named by the provider, ISO 3166 alpha-3; null where it has no code"),
        Column("gw_id", pl.Int64, "country named by the provider, Gleditsch-Ward id", required=True),
        Column("admin_1", pl.String, "first-level administrative area, as the provider names it"),
        Column("admin_2", pl.String, "second-level administrative area, as the provider names it"),
        Column("place", pl.String, "the place the coordinates stand for, as the provider names it"),
        Column("place_precision", pl.Int64, "1 exact place to 7 international waters or airspace", required=True),
        Column("latitude", pl.Float64, "latitude, WGS84", unit="degrees", required=True),
        Column("longitude", pl.Float64, "longitude, WGS84", unit="degrees", required=True),
        Column("gid", pl.Int64, "PRIO-GRID cell computed from the coordinates", required=True),
        Column("conflict", pl.String, "the conflict, as the provider names it"),
        Column("side_a", pl.String, "first party", required=True),
        Column("side_b", pl.String, "second party; civilians in one-sided violence", required=True),
        Column("deaths_a", pl.Int64, "deaths of the first party", unit="persons", required=True),
        Column("deaths_b", pl.Int64, "deaths of the second party", unit="persons", required=True),
        Column("deaths_civilians", pl.Int64, "deaths of civilians", unit="persons", required=True),
        Column("deaths_unknown", pl.Int64, "deaths of persons of unknown status", unit="persons", required=True),
        Column("best", pl.Int64, "best estimate of all deaths", unit="persons", required=True),
        Column("low", pl.Int64, "low estimate of all deaths", unit="persons", required=True),
        Column("high", pl.Int64, "high estimate of all deaths", unit="persons", required=True),
        Column("sources", pl.Int64, "number of reports behind the row; null where the provider did not count"),
        Column("clarity", pl.Int64, "1 clear enough to be one event, 2 a summary of several", required=True),
        Column("coding_status", pl.String, "the provider's own word on how settled the row is", required=True),
    ),
)
