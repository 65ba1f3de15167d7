"""One row per contributor, mission, month and kind of personnel: how many persons were there on the last day?

A figure is a stock, counted on one day: months may be compared, averaged or shown, and their sum is person-months,
never people. Adding the rows of one month gives a mission's strength; the mean of rows says nothing.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

PERSONNEL = (
    "troops",
    "staff officers",
    "formed police units",
    "individual police",
    "police",
    "experts on mission",
)

CONTRIBUTIONS = Table(
    name="contributions",
    title="Contributions of uniformed personnel",
    grain="one row per contributor, mission, kind of personnel and last day of a month",
    key=("month", "mission", "contributor", "provider_type"),
    columns=(
        Column("month", pl.String, "month on whose last day the persons were counted, YYYY-MM", required=True),
        Column("mission", pl.String, "mission acronym", required=True),
        Column("contributor", pl.String, "contributing state, as the provider names it", required=True),
        Column("iso3", pl.String, "contributing state, ISO 3166 alpha-3; null where the provider gives no such code"),
        Column(
            "personnel",
            pl.String,
            "kind of personnel: " + ", ".join(PERSONNEL) + "; null where the provider's word is not known",
        ),
        Column("provider_type", pl.String, "kind of personnel in the provider's own words", required=True),
        Column("persons", pl.Int64, "persons counted; null when unknown, which is not 0", unit="persons"),
        Column("female", pl.Int64, "women among them; null where the provider did not count by sex", unit="persons"),
        Column("male", pl.Int64, "men among them; null where the provider did not count by sex", unit="persons"),
    ),
)


def strength(contributions: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Persons by month and `by`: a month's rows added up, months never; null where one of the rows is unknown."""
    total = pl.when(pl.col("persons").is_null().any()).then(None).otherwise(pl.col("persons").sum())
    return contributions.group_by("month", *by).agg(total.alias("persons")).sort("month", *by)
