"""One row per event reported in the scheme of ACLED: who did what, where and when, by which type of the scheme?

Another scheme than that of `events`: protests and events without deaths are in it, there is one figure of deaths
and no range, and its types are not UCDP's. Nothing is translated; the two are never added.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

REPORTED_EVENTS = Table(
    name="reported_events",
    title="Reported events of political violence and protest",
    grain="one row per event and place and day, as its provider counts them",
    key=("event_id",),
    columns=(
        Column("event_id", pl.String, "the provider's number of the event", required=True),
        Column("event_on", pl.Date, "day of the event", required=True),
        Column("date_precision", pl.Int64, "1 the day, 2 the week, 3 the month", required=True),
        Column("disorder_type", pl.String, "the provider's widest type"),
        Column("event_type", pl.String, "the provider's type; not UCDP's", required=True),
        Column("sub_event_type", pl.String, "the provider's finer type"),
        Column("actor_1", pl.String, "first party"),
        Column("actor_2", pl.String, "second party; null in one-sided events"),
        Column("targets_civilians", pl.Boolean, "the provider says that civilians were the target"),
        Column("country", pl.String, "country, as the provider names it", required=True),
        Column("iso3", pl.String, "that country, ISO 3166 alpha-3; null where its number has no code"),
        Column("admin_1", pl.String, "first-level administrative area, as the provider names it"),
        Column("admin_2", pl.String, "second-level administrative area, as the provider names it"),
        Column("place", pl.String, "the place, as the provider names it"),
        Column("place_precision", pl.Int64, "1 the place itself, 2 part of a region, 3 a region", required=True),
        Column("latitude", pl.Float64, "latitude, WGS84", unit="degrees", required=True),
        Column("longitude", pl.Float64, "longitude, WGS84", unit="degrees", required=True),
        Column("gid", pl.Int64, "PRIO-GRID cell computed from the coordinates", required=True),
        Column("fatalities", pl.Int64, "reported deaths; 0 also where no report speaks of any", unit="persons"),
        Column("source", pl.String, "the reports behind the row, as the provider names them"),
    ),
)
