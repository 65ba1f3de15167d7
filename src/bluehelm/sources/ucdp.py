"""What does UCDP's yearly release of georeferenced events say?

The Georeferenced Event Dataset (GED; Sundberg and Melander 2013; Davies and others, yearly) lists events of
organised violence with at least one death, one row each, in 49 columns. Dates come with a blank or a T before
the time; some countries' rows lack geometry or government ids, which nothing here needs.
"""

from dataclasses import replace
from pathlib import Path

import duckdb

from bluehelm.sources.delivered import Delivered
from bluehelm.sources.intake import Intake
from bluehelm.sources.reading import (
    Layout,
    Reading,
    Rule,
    day,
    find_columns,
    grid_cell,
    iso3,
    number,
    read_rows,
    whole_number,
    words,
)
from bluehelm.tables import EVENTS
from bluehelm.tables.events import TYPES
from bluehelm.tables.provenance import Coverage, SourceNote

NOTE = SourceNote(
    provider="ucdp-ged",
    title="UCDP Georeferenced Event Dataset, yearly release",
    licence="CC BY 4.0",
    citation="Sundberg and Melander (2013); Davies, Pettersson and Öberg (yearly); Uppsala Conflict Data Program",
    url="https://ucdp.uu.se/downloads/",
)
TABLE = EVENTS

# A worldwide release names more than a hundred countries; a file with fewer than this is taken for an extract,
# and nothing is concluded from it about countries it does not name.
WORLDWIDE_COUNTRIES = 60

DEATHS = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "low", "high")
TYPE_CODES = " ".join(f"when {code} then '{name}'" for code, name in enumerate(TYPES, start=1))


def _text(name: str) -> str:
    return f'text."{name}"'


LAYOUT = Layout(
    table=EVENTS,
    provider=NOTE.provider,
    wanted=(
        *("id", "year", "type_of_violence", "date_start", "date_end", "date_prec", "country_id", "adm_1", "adm_2"),
        *("where_coordinates", "where_prec", "latitude", "longitude", "priogrid_gid", "conflict_name"),
        *("side_a", "side_b", *DEATHS, "number_of_sources", "event_clarity", "code_status"),
    ),
    readings=(
        Reading("event_id", words(_text("id")), "id"),
        Reading("type", f"case {whole_number(_text('type_of_violence'))} {TYPE_CODES} end", "type_of_violence"),
        Reading("date_start", day(_text("date_start")), "date_start"),
        Reading("date_end", day(_text("date_end")), "date_end"),
        Reading("date_precision", whole_number(_text("date_prec")), "date_prec"),
        Reading("gw_id", whole_number(_text("country_id")), "country_id"),
        Reading("iso3", iso3(whole_number(_text("country_id"))), "country_id"),
        Reading("admin_1", words(_text("adm_1")), "adm_1"),
        Reading("admin_2", words(_text("adm_2")), "adm_2"),
        Reading("place", words(_text("where_coordinates")), "where_coordinates"),
        Reading("place_precision", whole_number(_text("where_prec")), "where_prec"),
        Reading("latitude", number(_text("latitude")), "latitude"),
        Reading("longitude", number(_text("longitude")), "longitude"),
        Reading("gid", grid_cell(number(_text("latitude")), number(_text("longitude"))), "priogrid_gid"),
        Reading("conflict", words(_text("conflict_name")), "conflict_name"),
        Reading("side_a", words(_text("side_a")), "side_a"),
        Reading("side_b", words(_text("side_b")), "side_b"),
        *(Reading(name, whole_number(_text(name)), name) for name in DEATHS),
        # UCDP writes -1 where it did not count its sources.
        Reading("sources", f"nullif({whole_number(_text('number_of_sources'))}, -1)", "number_of_sources"),
        Reading("clarity", whole_number(_text("event_clarity")), "event_clarity"),
        Reading("coding_status", words(_text("code_status")), "code_status"),
        Reading("_year", whole_number(_text("year")), "year"),
        Reading("_gid", whole_number(_text("priogrid_gid")), "priogrid_gid"),
        Reading("_swapped", grid_cell(number(_text("longitude")), number(_text("latitude"))), "latitude"),
    ),
    bad=(
        Rule("id", "the event has no id", "event_id is null"),
        Rule("type_of_violence", "the type is not 1, 2 or 3", "type is null"),
        Rule("date_start", "the first day cannot be read as a date", "date_start is null"),
        Rule("date_end", "the last day cannot be read as a date", "date_end is null"),
        Rule("latitude", "the latitude is not between -90 and 90", "not coalesce(abs(latitude) <= 90, false)"),
        Rule("longitude", "the longitude is not between -180 and 180", "not coalesce(abs(longitude) <= 180, false)"),
        Rule("country_id", "the country number cannot be read", "gw_id is null"),
        *(
            Rule(name, f"{name} is not a whole number of 0 or more", f"not coalesce({name} >= 0, false)")
            for name in DEATHS
        ),
        Rule("date_prec", "the date precision cannot be read", "date_precision is null"),
        Rule("where_prec", "the place precision cannot be read", "place_precision is null"),
        Rule("event_clarity", "the clarity cannot be read", "clarity is null"),
        Rule("side_a", "the first party is missing", "side_a is null"),
        Rule("side_b", "the second party is missing", "side_b is null"),
    ),
    doubtful=(
        Rule("best", "the best estimate lies outside low and high", "best < low or best > high"),
        Rule("date_end", "the event ends before it starts", "date_end < date_start"),
        Rule("date_prec", "the date precision is not 1 to 5", "date_precision not between 1 and 5"),
        Rule("where_prec", "the place precision is not 1 to 7", "place_precision not between 1 and 7"),
        Rule("event_clarity", "the clarity is not 1 or 2", "clarity not between 1 and 2"),
    ),
    notes=(
        Rule(
            "code_status",
            "the provider has not settled the row: is this a monthly candidate file, not a yearly release?",
            "coding_status <> 'Clear'",
        ),
        Rule("year", "the year is not that of the first day, which decides", "_year <> year(date_start)"),
        Rule("country_id", "the country number has no ISO 3166 code; the event counts in no country", "iso3 is null"),
        Rule(
            "priogrid_gid", "the file's grid cell is not that of its coordinates; the cell is computed", "_gid <> gid"
        ),
    ),
    misfits=(
        Rule(
            "latitude",
            "latitude and longitude stand under each other's names (the file's own grid cells say so)",
            "_gid = _swapped and _gid <> gid",
        ),
    ),
    # Missions ask by country and date.
    order=("iso3", "date_start"),
)


def read(delivered: Delivered, scratch: Path) -> Intake:
    """Read a yearly GED release; raise IntakeError when it is not one."""
    intake = read_rows(delivered, LAYOUT, scratch, find_columns(delivered, LAYOUT))
    return replace(intake, coverage=coverage_of(intake.rows_file))


def coverage_of(rows_file: Path) -> Coverage:
    """From the first to the last month in which an event begins or ends; extracts speak of the countries they name."""
    with duckdb.connect() as engine:
        first, last, countries, named = engine.sql(
            """
            select strftime(min(date_start), '%Y-%m'), strftime(max(greatest(date_start, date_end)), '%Y-%m'),
                   count(distinct gw_id), list_sort(list(distinct iso3)) from read_parquet($file)""",
            params={"file": str(rows_file)},
        ).fetchall()[0]
    extract = countries < WORLDWIDE_COUNTRIES
    return Coverage(first, last, tuple(code for code in named or () if code) if extract else None)
