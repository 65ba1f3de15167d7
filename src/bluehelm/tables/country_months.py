"""One row per country and month of a provider's own aggregation: how many deaths does it count there and then?

Aggregations of the same events disagree (events longer than a month, release, matching of countries), so each
provider keeps its own chain of versions and none is added to another. UCDP observes nothing before 1989.
"""

import polars as pl

from bluehelm.tables.promise import Column, Table

FIRST_OBSERVED_MONTH = "1989-01"


def _deaths(name: str, meaning: str) -> Column:
    return Column(name, pl.Int64, meaning + "; null where the provider does not say", unit="persons")


def _events(name: str, meaning: str) -> Column:
    return Column(name, pl.Int64, meaning + "; null where the provider does not say", unit="events")


COUNTRY_MONTHS = Table(
    name="country_months",
    title="Deaths by country and month",
    grain="one row per country, as its provider divides the world, and month",
    key=("country_id", "month"),
    columns=(
        Column("country_id", pl.String, "the provider's own number, code or name of the country", required=True),
        Column("month", pl.String, "month, YYYY-MM", required=True),
        Column("country", pl.String, "the country, as the provider names it"),
        Column("iso3", pl.String, "ISO 3166 alpha-3; null where the country has no code"),
        _deaths("best", "best estimate of all deaths"),
        _deaths("high", "high estimate of all deaths"),
        _deaths("deaths_state_based", "best estimate of deaths in state-based violence"),
        _deaths("deaths_non_state", "best estimate of deaths in non-state violence"),
        _deaths("deaths_one_sided", "best estimate of deaths in one-sided violence"),
        _deaths("deaths_civilians", "deaths of civilians"),
        _events("events", "number of events"),
        _events("events_state_based", "number of events of state-based violence"),
        _events("events_non_state", "number of events of non-state violence"),
        _events("events_one_sided", "number of events of one-sided violence"),
    ),
)
