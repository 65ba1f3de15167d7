"""What may happen in a mission's countries, areas or cells, how good were such statements, and what did they rest on?

An outlook is a table version like any other: nothing in it is edited, and it names the versions it was made from. The
draws of a model are kept whole and small: one row for each number of deaths that was drawn, with how often.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

_MISSION = Column("mission", pl.String, "mission, by its acronym", required=True)
_KIND = Column("unit_kind", pl.String, "country, area (drawn area of operations) or cell (PRIO-GRID)", required=True)
_UNIT = Column("unit", pl.String, "ISO 3166 alpha-3, the area's name, or the cell's gid", required=True)
_TARGET = Column("target", pl.String, "all, state-based, non-state or one-sided", required=True)
_ORIGIN = Column("origin", pl.String, "last observed month, included, YYYY-MM", required=True)

OUTLOOKS = Table(
    name="outlooks",
    title="Outlooks: deaths that may come, as draws",
    grain="one row per target, unit, month ahead and number of deaths that was drawn",
    key=("mission", "unit_kind", "target", "unit", "month", "deaths"),
    columns=(
        _MISSION,
        _KIND,
        _UNIT,
        Column("unit_name", pl.String, "the unit as people name it", required=True),
        _TARGET,
        _ORIGIN,
        Column("month", pl.String, "month spoken of, YYYY-MM", required=True),
        Column("months_ahead", pl.Int64, "months after the last observed one", unit="months", required=True),
        Column("deaths", pl.Int64, "a number of deaths that was drawn", unit="persons", required=True),
        Column("draws", pl.Int64, "how many of the samples drew it", required=True),
        Column("samples", pl.Int64, "samples in all", required=True),
        Column("model", pl.String, "the model shown", required=True),
        Column("is_naive", pl.Boolean, "whether that is the naive model, shown because none was better", required=True),
        Column("seed", pl.Int64, "seed of the samples", required=True),
    ),
)

OUTLOOK_SCORES = Table(
    name="outlook_scores",
    title="Scores of past outlooks made the same way",
    grain="one row per target, group of units, horizon, model and measure",
    key=("mission", "unit_kind", "target", "group", "horizon", "model", "measure"),
    columns=(
        _MISSION,
        _KIND,
        _TARGET,
        _ORIGIN,
        Column("group", pl.String, "whose units: this mission, mission countries, all countries", required=True),
        Column("horizon", pl.String, "months ahead that were scored together, such as 1-3", required=True),
        Column("model", pl.String, "model", required=True),
        Column(
            "measure",
            pl.String,
            "crps, crps_log, ign, mis, brier or cover90; `said …` is how often what was said so came true",
            required=True,
        ),
        Column("value", pl.Float64, "the model's mean; lower is better except for cover90 and `said …`"),
        Column("naive", pl.Float64, "the naive model's mean on the same forecasts"),
        Column("difference", pl.Float64, "value less naive"),
        Column("low", pl.Float64, "lower end of the 90 per cent interval, clustered by unit"),
        Column("high", pl.Float64, "upper end of that interval"),
        Column("forecasts", pl.Int64, "unit-months scored", required=True),
        Column("first_origin", pl.String, "first past origin, YYYY-MM", required=True),
        Column("last_origin", pl.String, "last past origin, YYYY-MM", required=True),
    ),
)

OUTLOOK_INPUTS = Table(
    name="outlook_inputs",
    title="Inputs of outlooks, now and a quarter before, and what moved the outlook",
    grain="one row per target, unit and input or group of inputs",
    key=("mission", "unit_kind", "target", "unit", "input"),
    columns=(
        _MISSION,
        _KIND,
        _UNIT,
        _TARGET,
        _ORIGIN,
        Column("input", pl.String, "what the model was given, such as deaths_3_months", required=True),
        Column("value", pl.Float64, "at the origin; null where nothing was observed"),
        Column("before", pl.Float64, "three months before the origin; null where nothing was observed"),
        Column("meaning", pl.String, "a group of inputs in words; null where the row is one input"),
        Column(
            "contribution",
            pl.Float64,
            "how far the group moved the model's expectation from what is usual, in logarithms of one plus the deaths, "
            "mean over the months; no cause; null where the model shown does not say",
        ),
    ),
)
