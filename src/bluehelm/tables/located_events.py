"""One row per conflict event whose place is known exactly or nearly; which events happened elsewhere it does not say.

About a third of all events are missing because nobody knows well enough where they happened. The table answers
questions about places; sums over countries are too low by an unknown amount and are never national totals.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

LOCATED_EVENTS = Table(
    name="located_events",
    title="Conflict events placed within 25 km",
    grain="one row per event placed exactly or within 25 km",
    key=("event_id",),
    columns=(
        Column("event_id", pl.String, "the provider's number of the event", required=True),
        Column("type", pl.String, "state-based, non-state or one-sided violence", required=True),
        Column("date_start", pl.Date, "first day on which the event may have happened", required=True),
        Column("country", pl.String, "country, as the provider names it", required=True),
        Column("iso3", pl.String, "that country, ISO 3166 alpha-3; null where its name has no code"),
        Column("latitude", pl.Float64, "latitude, WGS84", unit="degrees", required=True),
        Column("longitude", pl.Float64, "longitude, WGS84", unit="degrees", required=True),
        Column("gid", pl.Int64, "PRIO-GRID cell computed from the coordinates", required=True),
        Column("conflict", pl.String, "the conflict, as the provider names it"),
        Column("side_a", pl.String, "first party", required=True),
        Column("side_b", pl.String, "second party; civilians in one-sided violence", required=True),
        Column("best", pl.Int64, "best estimate of all deaths", unit="persons", required=True),
        Column("low", pl.Int64, "low estimate of all deaths", unit="persons", required=True),
        Column("high", pl.Int64, "high estimate of all deaths", unit="persons", required=True),
    ),
)
