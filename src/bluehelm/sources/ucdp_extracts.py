"""What do the extracts and grids made from UCDP's events say, and what must nobody read into them?

The extract of GED 21.1 keeps the events placed exactly or within 25 km, about two thirds of all: good for questions
about places, too low by an unknown amount as a national total. The grids count deaths by PRIO-GRID cell and month and
have rows only where there was an event.
"""

from pathlib import Path

from bluehelm.language import gettext_noop
from bluehelm.sources.delivered import Wanted
from bluehelm.sources.provider import Provider, reader
from bluehelm.sources.reading import (
    COORDINATES,
    Layout,
    Reading,
    Rule,
    cell,
    day,
    grid_cell,
    iso3_named,
    month_of,
    months_covered,
    named_countries,
    number,
    whole_number,
    words,
)
from bluehelm.sources.ucdp import TYPE_CODES
from bluehelm.tables import CELL_MONTHS, LOCATED_EVENTS
from bluehelm.tables.grid import COLUMNS, ROWS
from bluehelm.tables.provenance import OPEN_DATA, Coverage, SourceNote

FILES = Wanted(formats=("parquet", "csv"))
CITATION = "Sundberg and Melander (2013); Davies and others (yearly); Uppsala Conflict Data Program"
URL = "https://ucdp.uu.se/downloads/"
DERIVED = gettext_noop("the file is derived from UCDP's and has no public address")
PRECISE_NOTE = SourceNote(
    provider="ucdp-ged-precise",
    title="UCDP GED 21.1, only events placed within 25 km: never a national total",
    licence="CC BY 4.0; filtered by its packager",
    citation=CITATION,
    url=URL,
    releasable_to=OPEN_DATA,
)
CELLS_NOTE = SourceNote(
    provider="ucdp-cell-months",
    title="Deaths by grid cell and month, only events placed within 25 km: never a national total",
    licence="CC BY 4.0 of the underlying UCDP",
    citation=CITATION,
    url=URL,
    releasable_to=OPEN_DATA,
)
COUNTRY_CELLS_NOTE = SourceNote(
    provider="ucdp-country-cell-months",
    title="Deaths by grid cell and month in some countries, events of every precision",
    licence="CC BY 4.0 of the underlying UCDP",
    citation=CITATION,
    url=URL,
    releasable_to=OPEN_DATA,
)

ESTIMATES = ("best", "low", "high")
OUTSIDE = Rule("best", "the best estimate lies outside low and high", "best < low or best > high")


def _counts(names: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple(Rule(n, f"{n} is not a whole number of 0 or more", f"not coalesce(_{n} >= 0, false)") for n in names)


def _numbers(names: tuple[str, ...]) -> tuple[Reading, ...]:
    return tuple(Reading(f"_{name}", whole_number(cell(name)), name) for name in names)


PRECISE_LAYOUT = Layout(
    table=LOCATED_EVENTS,
    provider=PRECISE_NOTE.provider,
    wanted=(
        *("id", "date_start", "country", "type", "conflict_name", "side_a", "side_b"),
        *("latitude", "longitude", "priogrid_gid", *ESTIMATES),
    ),
    readings=(
        Reading("event_id", words(cell("id")), "id"),
        Reading("type", f"case {whole_number(cell('type'))} {TYPE_CODES} end", "type"),
        Reading("date_start", day(cell("date_start")), "date_start"),
        Reading("country", words(cell("country")), "country"),
        Reading("iso3", iso3_named(cell("country")), "country"),
        Reading("latitude", number(cell("latitude")), "latitude"),
        Reading("longitude", number(cell("longitude")), "longitude"),
        Reading("gid", grid_cell(number(cell("latitude")), number(cell("longitude"))), "priogrid_gid"),
        Reading("conflict", words(cell("conflict_name")), "conflict_name"),
        Reading("side_a", words(cell("side_a")), "side_a"),
        Reading("side_b", words(cell("side_b")), "side_b"),
        *(Reading(name, whole_number(cell(name)), name) for name in ESTIMATES),
        *_numbers(ESTIMATES),
        Reading("_gid", whole_number(cell("priogrid_gid")), "priogrid_gid"),
    ),
    bad=(
        Rule("id", "the event has no id", "event_id is null"),
        Rule("type", "the type is not 1, 2 or 3", "type is null"),
        Rule("date_start", "the first day cannot be read as a date", "date_start is null"),
        Rule("country", "the country is missing", "country is null"),
        *COORDINATES,
        *_counts(ESTIMATES),
        Rule("side_a", "the first party is missing", "side_a is null"),
        Rule("side_b", "the second party is missing", "side_b is null"),
    ),
    doubtful=(OUTSIDE,),
    notes=(
        Rule("country", "the country's name has no ISO 3166 code", "iso3 is null"),
        Rule(
            "priogrid_gid", "the file's grid cell is not that of its coordinates; the cell is computed", "_gid <> gid"
        ),
    ),
    order=("iso3", "date_start"),
)

CELLS = ROWS * COLUMNS
KINDS = {"sb": "deaths_state_based", "ns": "deaths_non_state", "os": "deaths_one_sided"}
CELLS_NUMBERS = ("n_sb", "n_ns", "n_os", *KINDS, *ESTIMATES)
COUNTRY_CELLS_NUMBERS = ("n", *KINDS, *ESTIMATES)


def _cells(note: SourceNote, numbers: tuple[str, ...], country: tuple[Reading, ...], events: str) -> Layout:
    named = tuple(reading.source for reading in country if reading.source)
    return Layout(
        table=CELL_MONTHS,
        provider=note.provider,
        wanted=("priogrid_gid", "month_id", "date", *dict.fromkeys(named), *numbers),
        readings=(
            Reading("gid", whole_number(cell("priogrid_gid")), "priogrid_gid"),
            Reading("month", month_of(day(cell("date"))), "date"),
            *country,
            Reading("events", events, "n"),
            *(Reading(column, whole_number(cell(name)), name) for name, column in KINDS.items()),
            *(Reading(name, whole_number(cell(name)), name) for name in ESTIMATES),
            *_numbers(numbers),
            Reading("_month_id", whole_number(cell("month_id")), "month_id"),
            Reading("_date", day(cell("date")), "date"),
        ),
        bad=(
            Rule("priogrid_gid", "there is no such grid cell", f"not coalesce(gid between 1 and {CELLS}, false)"),
            Rule("date", "the month cannot be read", "month is null"),
            *(Rule("country", "the country is missing", "country is null") for _ in named[:1]),
            *_counts(numbers),
        ),
        doubtful=(
            OUTSIDE,
            Rule(
                "month_id",
                "the month's number is not that of its date (January 1980 is 1)",
                "_month_id <> (year(_date) - 1980) * 12 + month(_date)",
            ),
        ),
        order=("gid", "month"),
    )


CELLS_LAYOUT = _cells(
    CELLS_NOTE,
    CELLS_NUMBERS,
    (Reading("country", "'all'", ""), Reading("iso3", "null::varchar", "")),
    " + ".join(whole_number(cell(name)) for name in ("n_sb", "n_ns", "n_os")),
)
COUNTRY_CELLS_LAYOUT = _cells(
    COUNTRY_CELLS_NOTE,
    COUNTRY_CELLS_NUMBERS,
    (
        Reading("country", words(cell("country")), "country"),
        Reading("iso3", iso3_named(cell("country")), "country"),
    ),
    whole_number(cell("n")),
)


def covers_no_country(rows_file: Path) -> Coverage:
    """The months of the events; no country as a whole, because events that could not be placed are missing."""
    return Coverage(*months_covered(rows_file, month_of("date_start")), ())


def covers_cells_only(rows_file: Path) -> Coverage:
    return Coverage(*months_covered(rows_file), ())


def covers_named_countries(rows_file: Path) -> Coverage:
    return Coverage(*months_covered(rows_file), named_countries(rows_file))


PROVIDERS = (
    Provider(
        PRECISE_NOTE,
        LOCATED_EVENTS,
        PRECISE_LAYOUT.wanted,
        reader(PRECISE_LAYOUT, covers_no_country),
        FILES,
        by_hand=DERIVED,
    ),
    Provider(
        CELLS_NOTE, CELL_MONTHS, CELLS_LAYOUT.wanted, reader(CELLS_LAYOUT, covers_cells_only), FILES, by_hand=DERIVED
    ),
    Provider(
        COUNTRY_CELLS_NOTE,
        CELL_MONTHS,
        COUNTRY_CELLS_LAYOUT.wanted,
        reader(COUNTRY_CELLS_LAYOUT, covers_named_countries),
        FILES,
        by_hand=DERIVED,
    ),
)
