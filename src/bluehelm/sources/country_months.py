"""How many deaths do three aggregations count by country and month?

ViEWS's panel, a panel by ISO code, and a series kept at several dates count the same UCDP events and disagree: in
events longer than a month, in release, in which country an event belongs to. Each is a provider with a chain of its
own, and nothing adds them. UCDP observes nothing before 1989: a zero there is no observation.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from bluehelm.language import _, gettext_noop
from bluehelm.sources.delivered import Delivered, Wanted
from bluehelm.sources.intake import Intake
from bluehelm.sources.provider import Provider, reader
from bluehelm.sources.reading import (
    Layout,
    Reading,
    Rule,
    cell,
    day,
    iso3_checked,
    iso3_named,
    match_header,
    month_of,
    months_covered,
    named_countries,
    read_rows,
    refusal,
    renamed,
    reshape,
    rows_as_text,
    whole_number,
    words,
)
from bluehelm.tables import COUNTRY_MONTHS
from bluehelm.tables.country_months import FIRST_OBSERVED_MONTH
from bluehelm.tables.provenance import OPEN_DATA, Coverage, SourceNote

FILES = Wanted(formats=("parquet", "csv"))
UCDP = "Uppsala Conflict Data Program (Sundberg and Melander 2013; Davies and others, yearly)"
VIEWS_NOTE = SourceNote(
    provider="views-country-months",
    title="Deaths by country and month, ViEWS prediction competition",
    licence="CC BY-NC 4.0; underlying UCDP",
    citation=f"Hegre and others, ViEWS; {UCDP}",
    url="https://viewsforecasting.org/",
    releasable_to=OPEN_DATA,
)
PANEL_NOTE = SourceNote(
    provider="ucdp-country-panel",
    title="Deaths by ISO country and month, a panel made from UCDP events",
    licence="CC BY 4.0 of the underlying UCDP",
    citation=UCDP,
    url="https://ucdp.uu.se/downloads/",
    releasable_to=OPEN_DATA,
)
VINTAGES_NOTE = SourceNote(
    provider="ucdp-vintages",
    title="Deaths by country and month, as the series stood on several days",
    licence="CC BY 4.0 of the underlying UCDP",
    citation=UCDP,
    url="https://ucdp.uu.se/downloads/",
    releasable_to=OPEN_DATA,
)
DERIVED = gettext_noop("the file is derived from UCDP's and has no public address")

NUMBERS = tuple(column.name for column in COUNTRY_MONTHS.columns[4:])
BEFORE = f"month < '{FIRST_OBSERVED_MONTH}'"


def _missing(*given: str) -> tuple[Reading, ...]:
    """Null for every number this provider does not give."""
    return tuple(Reading(name, "null::bigint", "") for name in NUMBERS if name not in given)


def _not_counts(columns: dict[str, str]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            source,
            f"{source} is not a whole number of 0 or more",
            f"_{column} is not null and not coalesce({column} >= 0, false)",
        )
        for column, source in columns.items()
    )


def _texts(columns: dict[str, str]) -> tuple[Reading, ...]:
    return tuple(Reading(f"_{column}", words(cell(source)), source) for column, source in columns.items())


BAD = (
    Rule("country", "the country is missing", "country_id is null"),
    Rule("month", "the month cannot be read", "month is null"),
)
NO_CODE = "the country has no ISO 3166 code"

VIEWS_NUMBERS = {
    "deaths_state_based": "ged_best_sb",
    "deaths_non_state": "ged_best_ns",
    "deaths_one_sided": "ged_best_os",
    "events_state_based": "ged_count_sb",
    "events_non_state": "ged_count_ns",
    "events_one_sided": "ged_count_os",
}


def _added(*columns: str) -> str:
    return " + ".join(whole_number(cell(column)) for column in columns)


VIEWS_DATE = day(cell("date"))
VIEWS_LAYOUT = Layout(
    table=COUNTRY_MONTHS,
    provider=VIEWS_NOTE.provider,
    wanted=("month_id", "date", "country_id", "iso3", "country", *VIEWS_NUMBERS.values()),
    readings=(
        Reading("country_id", words(cell("country_id")), "country_id"),
        Reading("month", month_of(VIEWS_DATE), "date"),
        Reading("country", words(cell("country")), "country"),
        Reading("iso3", iso3_checked(cell("iso3")), "iso3"),
        *(Reading(column, whole_number(cell(source)), source) for column, source in VIEWS_NUMBERS.items()),
        Reading("best", _added("ged_best_sb", "ged_best_ns", "ged_best_os"), "ged_best_sb"),
        Reading("events", _added("ged_count_sb", "ged_count_ns", "ged_count_os"), "ged_count_sb"),
        *_missing(*VIEWS_NUMBERS, "best", "events"),
        *_texts(VIEWS_NUMBERS),
        Reading("_month_id", whole_number(cell("month_id")), "month_id"),
        Reading("_date", VIEWS_DATE, "date"),
    ),
    bad=(
        replace(BAD[0], column="country_id"),
        replace(BAD[1], column="date"),
        *_not_counts(VIEWS_NUMBERS),
    ),
    doubtful=(
        Rule(
            "month_id",
            "the month's number is not that of its date (January 1980 is 1)",
            "_month_id <> (year(_date) - 1980) * 12 + month(_date)",
        ),
        Rule("date", "there are events before UCDP began to observe, in 1989", f"{BEFORE} and best > 0"),
    ),
    notes=(Rule("iso3", NO_CODE, "iso3 is null"),),
    order=("country_id", "month"),
)

PANEL_NUMBERS = {
    "best": "ucdp_fatalities_best",
    "high": "ucdp_fatalities_high",
    "deaths_civilians": "ucdp_civilian_deaths",
    "events": "ucdp_event_count",
    "events_state_based": "ucdp_state_based_events",
    "events_non_state": "ucdp_non_state_events",
    "events_one_sided": "ucdp_one_sided_events",
}
PANEL_TEXT = f"trim({cell('year_month')})"
PANEL_MONTH = f"case when regexp_full_match({PANEL_TEXT}, '\\d{{4}}-(0[1-9]|1[0-2])') then {PANEL_TEXT} end"


def _observed(source: str) -> str:
    """A number of the panel; null where it is a zero of a month that nobody observed."""
    value = whole_number(cell(source))
    return f"case when {PANEL_MONTH} >= '{FIRST_OBSERVED_MONTH}' or {value} <> 0 then {value} end"


PANEL_LAYOUT = Layout(
    table=COUNTRY_MONTHS,
    provider=PANEL_NOTE.provider,
    wanted=("country_iso3", "year_month", *PANEL_NUMBERS.values()),
    readings=(
        Reading("country_id", words(cell("country_iso3")), "country_iso3"),
        Reading("month", PANEL_MONTH, "year_month"),
        Reading("country", "null::varchar", "country_iso3"),
        Reading("iso3", iso3_checked(cell("country_iso3")), "country_iso3"),
        *(Reading(column, _observed(source), source) for column, source in PANEL_NUMBERS.items()),
        *_missing(*PANEL_NUMBERS),
        *_texts(PANEL_NUMBERS),
    ),
    bad=(
        replace(BAD[0], column="country_iso3"),
        replace(BAD[1], column="year_month"),
        *(
            replace(rule, broken=f"({rule.broken}) and not ({BEFORE} and try_cast(_{column} as double) = 0)")
            for column, rule in zip(PANEL_NUMBERS, _not_counts(PANEL_NUMBERS), strict=True)
        ),
    ),
    doubtful=(
        Rule("ucdp_fatalities_best", "the best estimate lies above the high one", "best > high"),
        Rule("year_month", "there are events before UCDP began to observe, in 1989", f"{BEFORE} and best is not null"),
        Rule("country_iso3", NO_CODE, "iso3 is null"),
    ),
    notes=(Rule("year_month", "before 1989 nothing was observed: the zero is unknown", f"{BEFORE} and best is null"),),
    order=("country_id", "month"),
)

VINTAGES_LAYOUT = Layout(
    table=COUNTRY_MONTHS,
    provider=VINTAGES_NOTE.provider,
    wanted=("month_end", "country", "fatalities"),
    readings=(
        Reading("country_id", words(cell("country")), "country"),
        Reading("month", month_of(day(cell("month_end"))), "month_end"),
        Reading("country", words(cell("country")), "country"),
        Reading("iso3", iso3_named(cell("country")), "country"),
        Reading("best", whole_number(cell("fatalities")), "fatalities"),
        *_missing("best"),
        *_texts({"best": "fatalities"}),
    ),
    bad=(*BAD[:1], replace(BAD[1], column="month_end"), *_not_counts({"best": "fatalities"})),
    notes=(Rule("country", NO_CODE, "iso3 is null"),),
    order=("country_id", "month"),
)
VINTAGES_HEADER = ("month_end", "country", "fatalities", "vintage")


def read_states(delivered: Delivered, scratch: Path) -> list[tuple[date, Intake]]:
    """One table for each day on which the series was kept, oldest first."""
    columns = match_header(delivered, VINTAGES_NOTE.provider, VINTAGES_HEADER)
    return [(day, _state(delivered, scratch, columns, day)) for day in _days(delivered, columns)]


def _days(delivered: Delivered, columns: dict[str, str | None]) -> list[date]:
    with duckdb.connect() as engine:
        source = f"(select {renamed(columns)} from {rows_as_text(engine, delivered)}) as text"
        found = engine.sql(
            f"""select {day(cell("vintage"))} as day, count(*), min({cell("vintage")}) from {source}
            group by day order by day nulls first"""
        ).fetchall()
    if not found or found[0][0] is None:
        rows, example = found[0][1:] if found else (0, None)
        what = _(
            "in {rows:,} rows the day on which the series was kept cannot be read ({example!r})",
            rows=rows,
            example=example,
        )
        raise refusal("header_does_not_fit", delivered, what, _("Look at the column vintage."), ["vintage"])
    return [known_on for known_on, *_rest in found]


def _state(delivered: Delivered, scratch: Path, columns: dict[str, str | None], known_on: date) -> Intake:
    def of_that_day(source: str) -> str:
        return f"select * exclude (vintage) from {source} as text where {day(cell('vintage'))} = date '{known_on}'"

    folder = scratch / f"state-{known_on}"
    folder.mkdir()
    intake = read_rows(reshape(delivered, folder, columns, of_that_day), VINTAGES_LAYOUT, folder)
    return replace(intake, coverage=coverage_of(intake.rows_file))


def read_last_state(delivered: Delivered, scratch: Path) -> Intake:
    return read_states(delivered, scratch)[-1][1]


def coverage_of(rows_file: Path) -> Coverage:
    """The months with an observed figure, and the countries the aggregation names: of others it does not speak."""
    first, last = months_covered(rows_file, "case when best is not null then month end")
    return Coverage(first, last, named_countries(rows_file))


PROVIDERS = (
    Provider(
        VIEWS_NOTE, COUNTRY_MONTHS, VIEWS_LAYOUT.wanted, reader(VIEWS_LAYOUT, coverage_of), FILES, by_hand=DERIVED
    ),
    Provider(
        PANEL_NOTE, COUNTRY_MONTHS, PANEL_LAYOUT.wanted, reader(PANEL_LAYOUT, coverage_of), FILES, by_hand=DERIVED
    ),
    Provider(
        VINTAGES_NOTE, COUNTRY_MONTHS, VINTAGES_HEADER, read_last_state, FILES, by_hand=DERIVED, states=read_states
    ),
)
