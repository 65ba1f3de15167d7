"""One row per incident that the mission reported, verified and approved: its own count, never added to another's.

Columns that conflict events have too carry the same names and meanings, so that the same questions can be asked of
both, side by side. Coverage is the mission's reach: where it did not look there is no row. No person stands in it.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

MISSION_INCIDENTS = Table(
    name="mission_incidents",
    title="Incidents the mission reported and approved",
    grain="one row per incident, however many reports speak of it",
    key=("event_id",),
    columns=(
        Column("event_id", pl.String, "mission and number of the report that counts", required=True),
        Column("mission", pl.String, "mission acronym", required=True),
        Column("report_type", pl.String, "type, a word of definitions/report_types.yaml", required=True),
        Column("type", pl.String, "UCDP's type of violence where the type maps to one; null where it maps to none"),
        Column("acled_type", pl.String, "ACLED's event and sub-event type where the type maps to one"),
        Column("date_start", pl.Date, "first day, UTC", required=True),
        Column("date_end", pl.Date, "last day, UTC", required=True),
        Column("date_precision", pl.Int64, "1 exact day, 2 within several days", required=True),
        Column("place", pl.String, "the place as reported"),
        Column("place_precision", pl.Int64, "1 exact place to 7 not known", required=True),
        Column("latitude", pl.Float64, "latitude, WGS84; null where placed by words alone", unit="degrees"),
        Column("longitude", pl.Float64, "longitude, WGS84; null where placed by words alone", unit="degrees"),
        Column("gid", pl.Int64, "PRIO-GRID cell computed from the coordinates; null without them"),
        Column("side_a", pl.String, "groups or forces that did it; null where unknown"),
        Column("side_b", pl.String, "groups or people it was done to; null where unknown"),
        Column("low", pl.Int64, "persons killed, at least; null where nobody counted", unit="persons"),
        Column("high", pl.Int64, "persons killed, at most; null where unknown", unit="persons"),
        Column("reliability", pl.String, "reliability of the source, A to F; null where not graded"),
        Column("credibility", pl.String, "credibility of what it says, 1 to 6; null where not graded"),
        Column("verified_late", pl.Boolean, "verified later than the rule says", required=True),
        Column("reports", pl.Int64, "reports that speak of it", required=True),
    ),
)
