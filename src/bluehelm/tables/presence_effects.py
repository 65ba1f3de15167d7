"""One row per figure of an estimate of presence: effects by ring, periods, checks, areas, exposed cells.

Made by `bluehelm impact presence ... --keep`, so that a page shows what was computed without computing it again. An
effect is a difference from a modelled path, not lives saved.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

PRESENCE_EFFECTS = Table(
    name="presence_effects",
    title="Estimated effects of presence",
    grain="one row per figure of an estimate: an effect, period, check, area, step of an area's path, cell or remark",
    key=("missions", "outcome", "rings", "part", "entry"),
    columns=(
        Column("missions", pl.String, "mission acronyms, pooled ones joined by |", required=True),
        Column("outcome", pl.String, "one-sided, state-based or any", required=True),
        Column("rings", pl.String, "ends of the rings in km, joined by |", required=True),
        Column(
            "part",
            pl.String,
            "effect, lead, period, check, area, step, cell, diagnostic, note or wording",
            required=True,
        ),
        Column("entry", pl.Int64, "number of the row within its part, from 1", required=True),
        Column(
            "name", pl.String, "the estimator, check, area, mission or remark; of a wording the text", required=True
        ),
        Column("ring", pl.String, "the ring, such as 0-50 km; null where the figure is of none"),
        Column("period", pl.Int64, "period from the opening, 0 the first after it"),
        Column("month", pl.String, "month of an opening, of a first exposure or of a step's beginning, YYYY-MM"),
        Column("latitude", pl.Float64, "latitude of a base or cell, WGS84", unit="degrees"),
        Column("longitude", pl.Float64, "longitude of a base or cell, WGS84", unit="degrees"),
        Column("effect", pl.Float64, "the estimate, in its unit; of an area observed less modelled events"),
        Column("low", pl.Float64, "lower bound of the interval"),
        Column("high", pl.Float64, "upper bound of the interval; null where there is none"),
        Column("p", pl.Float64, "share of moved bases that show as much, 0 to 1"),
        Column("detectable", pl.Float64, "smallest fall found four times in five; null where no fall is"),
        Column("observed", pl.Float64, "observed events"),
        Column("modelled", pl.Float64, "events of a modelled path without presence"),
        Column("places", pl.Int64, "cells compared", unit="cells"),
        Column("unit", pl.String, "what the effect is measured in"),
        Column("verdict", pl.String, "fewer or more; null where none is given"),
        Column("says", pl.String, "why no verdict is given, what a check looks at, or of what a text is made (JSON)"),
    ),
)
