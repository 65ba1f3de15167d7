"""What do UCDP's yearly release and its monthly candidate files of georeferenced events say?

The Georeferenced Event Dataset (GED; Sundberg and Melander 2013; Davies and others, yearly) lists events of
organised violence with at least one death, one row each, in 49 columns. Dates come with a blank or a T before
the time; some countries' rows lack geometry or government ids, which nothing here needs. The candidate files
(Hegre, Croicu, Eck and Högbladh 2020) have the same columns, come each month and hold rows not yet settled; they are a
chain of versions of their own.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from bluehelm.language import _, gettext_noop
from bluehelm.sources.delivered import Delivered
from bluehelm.sources.fetching import PACKED, TABULAR, Address, fetcher
from bluehelm.sources.intake import Intake
from bluehelm.sources.provider import Provider
from bluehelm.sources.reading import (
    COORDINATES,
    Layout,
    Reading,
    Rule,
    cell,
    day,
    grid_cell,
    iso3,
    number,
    read_rows,
    refusal,
    whole_number,
    words,
)
from bluehelm.tables import EVENTS
from bluehelm.tables.events import TYPES
from bluehelm.tables.months import from_ordinal, ordinal
from bluehelm.tables.provenance import OPEN_DATA, Coverage, Reason, SourceNote

NOTE = SourceNote(
    provider="ucdp-ged",
    title="UCDP Georeferenced Event Dataset, yearly release",
    licence="CC BY 4.0",
    citation="Sundberg and Melander (2013); Davies, Pettersson and Öberg (yearly); Uppsala Conflict Data Program",
    url="https://ucdp.uu.se/downloads/",
    releasable_to=OPEN_DATA,
)
CANDIDATE_NOTE = SourceNote(
    provider="ucdp-candidate",
    title="UCDP Candidate Events Dataset, monthly",
    licence="CC BY 4.0",
    citation="Hegre, Croicu, Eck and Högbladh (2020); Uppsala Conflict Data Program",
    url="https://ucdp.uu.se/downloads/",
    releasable_to=OPEN_DATA,
)

# A worldwide release names more than a hundred countries; a file with fewer than this is taken for an extract,
# and nothing is concluded from it about countries it does not name.
WORLDWIDE_COUNTRIES = 60
# A worldwide candidate month names about fifty; the same caution, scaled to a month.
WORLDWIDE_CANDIDATE_COUNTRIES = 30
# UCDP's own file names: GEDEvent_v23_0_10 for a month, GEDEvent_v23_01_23_03 for several.
CANDIDATE_NAME = re.compile(r"candidate|_v\d\d_0_\d{1,2}\b|_v\d\d_\d\d_\d\d_\d\d\b", re.IGNORECASE)
# In a candidate file a fifth of the rows is not settled; in a yearly release none is.
UNSETTLED_SHARE = 0.01
CANDIDATE_YEARS = 2
# Rows on months before those a candidate file is about are late additions: a few in a hundred.
LATE_SHARE = 0.1

DEATHS = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "low", "high")
TYPE_CODES = " ".join(f"when {code} then '{name}'" for code, name in enumerate(TYPES, start=1))

UNSETTLED = Rule(
    "code_status",
    "the provider has not settled the row: is this a monthly candidate file, not a yearly release?",
    "coding_status <> 'Clear'",
)

LAYOUT = Layout(
    table=EVENTS,
    provider=NOTE.provider,
    wanted=(
        *("id", "year", "type_of_violence", "date_start", "date_end", "date_prec", "country_id", "adm_1", "adm_2"),
        *("where_coordinates", "where_prec", "latitude", "longitude", "priogrid_gid", "conflict_name"),
        *("side_a", "side_b", *DEATHS, "number_of_sources", "event_clarity", "code_status"),
    ),
    readings=(
        Reading("event_id", words(cell("id")), "id"),
        Reading("type", f"case {whole_number(cell('type_of_violence'))} {TYPE_CODES} end", "type_of_violence"),
        Reading("date_start", day(cell("date_start")), "date_start"),
        Reading("date_end", day(cell("date_end")), "date_end"),
        Reading("date_precision", whole_number(cell("date_prec")), "date_prec"),
        Reading("gw_id", whole_number(cell("country_id")), "country_id"),
        Reading("iso3", iso3(whole_number(cell("country_id"))), "country_id"),
        Reading("admin_1", words(cell("adm_1")), "adm_1"),
        Reading("admin_2", words(cell("adm_2")), "adm_2"),
        Reading("place", words(cell("where_coordinates")), "where_coordinates"),
        Reading("place_precision", whole_number(cell("where_prec")), "where_prec"),
        Reading("latitude", number(cell("latitude")), "latitude"),
        Reading("longitude", number(cell("longitude")), "longitude"),
        Reading("gid", grid_cell(number(cell("latitude")), number(cell("longitude"))), "priogrid_gid"),
        Reading("conflict", words(cell("conflict_name")), "conflict_name"),
        Reading("side_a", words(cell("side_a")), "side_a"),
        Reading("side_b", words(cell("side_b")), "side_b"),
        *(Reading(name, whole_number(cell(name)), name) for name in DEATHS),
        # UCDP writes -1 where it did not count its sources.
        Reading("sources", f"nullif({whole_number(cell('number_of_sources'))}, -1)", "number_of_sources"),
        Reading("clarity", whole_number(cell("event_clarity")), "event_clarity"),
        Reading("coding_status", words(cell("code_status")), "code_status"),
        Reading("_year", whole_number(cell("year")), "year"),
        Reading("_gid", whole_number(cell("priogrid_gid")), "priogrid_gid"),
        Reading("_swapped", grid_cell(number(cell("longitude")), number(cell("latitude"))), "latitude"),
    ),
    bad=(
        Rule("id", "the event has no id", "event_id is null"),
        Rule("type_of_violence", "the type is not 1, 2 or 3", "type is null"),
        Rule("date_start", "the first day cannot be read as a date", "date_start is null"),
        Rule("date_end", "the last day cannot be read as a date", "date_end is null"),
        *COORDINATES,
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
        UNSETTLED,
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


CANDIDATE_LAYOUT = replace(
    LAYOUT,
    provider=CANDIDATE_NOTE.provider,
    notes=(replace(UNSETTLED, reason="the provider has not settled the row"), *LAYOUT.notes[1:]),
)


def read(delivered: Delivered, scratch: Path) -> Intake:
    """Read a yearly release; a candidate file given as one is recognised and named so.

    Counting candidate rows as settled would be wrong, and the other chain is where they are looked for.
    """
    intake = read_rows(delivered, LAYOUT, scratch)
    if looks_like_candidate(delivered.name, intake.rows_file):
        return _as_candidate(intake)
    return replace(intake, coverage=coverage_of(intake.rows_file))


def read_candidate(delivered: Delivered, scratch: Path) -> Intake:
    """Read a candidate file; a yearly release given as one is refused.

    A yearly release replaces every figure before it: that it is one is for a person to say.
    """
    intake = read_rows(delivered, CANDIDATE_LAYOUT, scratch)
    if _years(intake.rows_file) > CANDIDATE_YEARS:
        what = _("its events begin in more than two calendar years, as those of a yearly release do")
        raise refusal(
            "another_provider", delivered, what, _("Is it one? `bluehelm import ucdp-ged {name}`.", name=delivered.name)
        )
    return replace(intake, coverage=candidate_coverage(intake.rows_file))


def looks_like_candidate(file_name: str, rows_file: Path) -> bool:
    """UCDP's name of such a file, or unsettled rows of at most two years: yearly releases have neither."""
    if _years(rows_file) > CANDIDATE_YEARS:
        return False
    (share,) = _asked(rows_file, "count(*) filter (coding_status <> 'Clear') / greatest(count(*), 1)")
    return bool(CANDIDATE_NAME.search(file_name)) or share >= UNSETTLED_SHARE


def _as_candidate(intake: Intake) -> Intake:
    settled = tuple(
        replace(note, reason=CANDIDATE_LAYOUT.notes[0].reason) if note.reason == UNSETTLED.reason else note
        for note in intake.notes
    )
    said = Reason("this is a monthly candidate file: it is kept under the provider ucdp-candidate", intake.rows, 1)
    coverage = candidate_coverage(intake.rows_file)
    return replace(intake, note=CANDIDATE_NOTE, notes=(said, *settled), coverage=coverage)


def _years(rows_file: Path) -> int:
    return int(_asked(rows_file, "count(distinct year(date_start))")[0])


def _asked(rows_file: Path, figures: str) -> tuple[Any, ...]:
    with duckdb.connect() as engine:
        found: tuple[Any, ...] = engine.sql(
            f"select {figures} from read_parquet($file)", params={"file": str(rows_file)}
        ).fetchall()[0]
    return found


NAMED = "list_sort(list(distinct iso3) filter (iso3 is not null))"


def coverage_of(rows_file: Path) -> Coverage:
    """From the first to the last month in which an event begins or ends; extracts speak of the countries they name."""
    first, last, countries, named = _asked(
        rows_file,
        f"""strftime(min(date_start), '%Y-%m'), strftime(max(greatest(date_start, date_end)), '%Y-%m'),
            count(distinct gw_id), {NAMED}""",
    )
    return Coverage(first, last, tuple(named or ()) if countries < WORLDWIDE_COUNTRIES else None)


def candidate_coverage(rows_file: Path) -> Coverage:
    """The months a candidate file is about: back from its last one while each has its share of the busiest's events.

    What begins earlier are late additions, which do not make their month covered.
    """
    countries, named = _asked(rows_file, f"count(distinct gw_id), {NAMED}")
    with duckdb.connect() as engine:
        counted = engine.sql(
            "select strftime(date_start, '%Y-%m') as month, count(*) from read_parquet($file) group by month",
            params={"file": str(rows_file)},
        ).fetchall()
    events = dict(counted)
    enough = LATE_SHARE * max(events.values())
    last = first = max(month for month, count in events.items() if count >= enough)
    while events.get(from_ordinal(ordinal(first) - 1), 0) >= enough:
        first = from_ordinal(ordinal(first) - 1)
    return Coverage(first, last, tuple(named or ()) if countries < WORLDWIDE_CANDIDATE_COUNTRIES else None)


GED = Provider(
    NOTE,
    EVENTS,
    LAYOUT.wanted,
    read,
    fetch=fetcher(
        Address(
            "https://ucdp.uu.se/downloads/ged/ged{release}-csv.zip",
            "ged{release}-csv.zip",
            content_types=PACKED,
            release=r"\d\d\.1",
            example="25.1",
        )
    ),
)
CANDIDATE = Provider(
    CANDIDATE_NOTE,
    EVENTS,
    LAYOUT.wanted,
    read_candidate,
    fetch=fetcher(
        Address(
            "https://ucdp.uu.se/downloads/candidateged/GEDEvent_v{release}.csv",
            "GEDEvent_v{release}.csv",
            content_types=TABULAR,
            release=r"\d\d\.(0\.\d{1,2}|\d\d\.\d\d\.\d\d)",
            example=gettext_noop("25.0.9 (a month) or 25.01.25.09 (a year so far)"),
            joint="_",
        )
    ),
)
PROVIDERS = (GED, CANDIDATE)
