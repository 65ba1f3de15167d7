"""What does the International Peace Institute's database say of contributions, and do its totals add up?

The database (Perry and Smith 2013) restates the UN's monthly figures, 1990 to 2012. The detailed file puts totals
among its rows, under the name `all`: they are checks here, never rows of the table, and where one is not the sum of
its rows it is flagged and nothing is mended. A contributor whose cells are all empty gave an unknown number.
"""

from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl

from bluehelm.language import gettext_noop
from bluehelm.sources.delivered import Delivered, Wanted
from bluehelm.sources.intake import NOTED_ROWS, Intake
from bluehelm.sources.lines import lines_of_rows
from bluehelm.sources.provider import Provider
from bluehelm.sources.reading import (
    Layout,
    Reading,
    Rule,
    cell,
    day,
    identifier,
    iso3_checked,
    iso3_named,
    match_header,
    month_of,
    months_covered,
    read_rows,
    renamed,
    reshape,
    rows_as_text,
    whole_number,
    words,
)
from bluehelm.tables import CONTRIBUTIONS, CONTRIBUTOR_MONTHS, MISSION_MONTHS
from bluehelm.tables.provenance import OPEN_DATA, Coverage, Reason, SourceNote

LICENCE = "none stated; cite"
CITATION = "Perry and Smith (2013), Trends in Uniformed Contributions to UN Peacekeeping, International Peace Institute"
URL = "https://www.providingforpeacekeeping.org/"
NOTE = SourceNote(
    "ipi", "IPI Peacekeeping Database: by contributor, mission and month", LICENCE, CITATION, URL, OPEN_DATA
)
CONTRIBUTORS_NOTE = SourceNote(
    "ipi-contributors", "IPI Peacekeeping Database: by contributor and month", LICENCE, CITATION, URL, OPEN_DATA
)
MISSIONS_NOTE = SourceNote(
    "ipi-missions", "IPI Peacekeeping Database: by mission and month", LICENCE, CITATION, URL, OPEN_DATA
)

FILES = Wanted(formats=("parquet", "csv"))
BY_HAND = gettext_noop("the database is given out on request and on a page, as workbooks")
TOTAL = "all"
KINDS = {
    "Troops": "troops",
    "Formed_Police_Units": "formed police units",
    "Individual_Police": "individual police",
    "Experts_on_Mission": "experts on mission",
}
COUNTED = ("Male", "Female", "Total")
DETAILED = (
    *("Date", "Contributor", "Contributor_ISO-3", "Mission"),
    *(f"{kind}_{counted}" for kind in (*KINDS, "Total") for counted in COUNTED),
)
NUMBERS = DETAILED[4:]


def _count(column: str) -> Reading:
    return Reading(column, whole_number(cell(column)), column)


def _known_count(column: str) -> Rule:
    return Rule(
        column,
        f"{column} is not a whole number of 0 or more",
        f"_{column} is not null and not coalesce({column} >= 0, false)",
    )


MONTH = Reading("month", month_of(day(cell("date"))), "date")
DATE = Reading("_date", day(cell("date")), "date")
BAD_DATE = Rule("date", "the day cannot be read as a date", "month is null")
NOT_LAST_DAY = Rule("date", "the day is not the last of its month", "_date <> last_day(_date)")

LAYOUT = Layout(
    table=CONTRIBUTIONS,
    provider=NOTE.provider,
    wanted=("date", "contributor", "iso3", "mission", "provider_type", "personnel", "persons", "female", "male"),
    readings=(
        MONTH,
        DATE,
        Reading("mission", words(cell("mission")), "mission"),
        Reading("contributor", words(cell("contributor")), "contributor"),
        Reading("iso3", iso3_checked(cell("iso3")), "iso3"),
        Reading("personnel", words(cell("personnel")), "personnel"),
        Reading("provider_type", words(cell("provider_type")), "provider_type"),
        *(_count(column) for column in ("persons", "female", "male")),
        *(Reading(f"_{column}", words(cell(column)), column) for column in ("persons", "female", "male")),
    ),
    bad=(
        BAD_DATE,
        Rule("mission", "the mission has no acronym", "mission is null"),
        Rule("contributor", "the contributor is missing", "contributor is null"),
        *(_known_count(column) for column in ("persons", "female", "male")),
    ),
    doubtful=(
        Rule("persons", "women and men do not add up to the persons", "female + male <> persons"),
        Rule("iso3", "the country code is not one of ISO 3166", "iso3 is null"),
        NOT_LAST_DAY,
    ),
    notes=(Rule("persons", "no number is given, and it stays unknown", "persons is null"),),
    order=("month", "mission", "contributor", "provider_type"),
)


def read(delivered: Delivered, scratch: Path) -> Intake:
    """Read the detailed file; totals that are not the sum of their rows are flagged at their own line."""
    columns = match_header(delivered, NOTE.provider, DETAILED)
    details = reshape(delivered, scratch, columns, _one_row_a_kind)
    intake = read_rows(details, LAYOUT, scratch)
    totals, wrong = _checked_totals(delivered, columns)
    said = Reason("the row is a total: it is a check, not a row of the table", len(totals), min(totals, default=1))
    return replace(
        intake,
        flagged=pl.concat([intake.flagged, wrong]).sort("line"),
        notes=(*intake.notes, said) if totals else intake.notes,
        coverage=Coverage(*months_covered(intake.rows_file), None),
    )


def _one_row_a_kind(source: str) -> str:
    shared = """row, "Date" as date, "Contributor" as contributor, "Contributor_ISO-3" as iso3, "Mission" as mission"""
    detail = f""" from {source} where "Contributor" <> '{TOTAL}' and "Mission" <> '{TOTAL}' and """
    kinds = [
        f"""select {shared}, '{kind}' as provider_type, '{personnel}' as personnel, "{kind}_Total" as persons,
            "{kind}_Female" as female, "{kind}_Male" as male {detail} "{kind}_Total" is not null"""
        for kind, personnel in KINDS.items()
    ]
    nothing = " and ".join(f'"{kind}_Total" is null' for kind in KINDS)
    unknown = f"""select {shared}, 'not given' as provider_type, null::varchar as personnel, null::varchar as persons,
        null::varchar as female, null::varchar as male {detail} {nothing}"""
    return " union all ".join([*kinds, unknown])


def _checked_totals(delivered: Delivered, columns: dict[str, str | None]) -> tuple[list[int], pl.DataFrame]:
    """The lines of all totals, and those that are not the sum of the rows they stand for, in any of 15 columns."""
    numbers = ", ".join(f"coalesce({whole_number(identifier(name))}, 0) as {identifier(name)}" for name in NUMBERS)
    with duckdb.connect() as engine:
        rows = engine.sql(
            f"""select row_number() over () as row, "Date" as date, "Contributor" as contributor, "Mission" as mission,
                {numbers} from (select {renamed(columns)} from {rows_as_text(engine, delivered)})"""
        ).pl()
    is_total = (pl.col("contributor") == TOTAL) | (pl.col("mission") == TOTAL)
    details, totals = rows.filter(~is_total), rows.filter(is_total)
    sums = pl.concat([_sums(details, over) for over in (["contributor"], ["mission"], ["contributor", "mission"])])
    compared = totals.join(sums, on=["date", "contributor", "mission"], how="left", suffix=" summed").sort("row")
    wrong = [found for row in compared.iter_rows(named=True) if (found := _first_difference(row))]
    total_lines = lines_of_rows(delivered, totals["row"].to_list(), rows.height)
    line_of = dict(zip(totals["row"], total_lines, strict=True))
    flagged = [(line_of[row], column, value, WRONG_TOTAL) for row, column, value in wrong]
    return total_lines, pl.DataFrame(flagged, schema=NOTED_ROWS, orient="row")


WRONG_TOTAL = "a published total is not the sum of its rows"


def _sums(details: pl.DataFrame, over: list[str]) -> pl.DataFrame:
    """Sums over contributors, missions or both, under the name that totals bear there."""
    named = details.with_columns(pl.lit(TOTAL).alias(name) for name in over)
    return named.group_by("date", "contributor", "mission").agg(pl.col(NUMBERS).sum())


def _first_difference(row: dict[str, object]) -> tuple[int, str, str] | None:
    for name in reversed(NUMBERS):
        published, summed = row[name], row[f"{name} summed"] or 0
        if published != summed:
            return int(str(row["row"])), name, f"{published} against {summed}"
    return None


CONTRIBUTOR_KINDS = {"Troops": "troops", "Police": "police", "Experts": "experts on mission"}
# Observers here are the experts on mission there: the sums of the two files are equal in every month.
MISSION_KINDS = {"Troops": "troops", "Police": "police", "Observers": "experts on mission"}
CONTRIBUTORS_HEADER = ("Date", "contributor", *CONTRIBUTOR_KINDS)
MISSIONS_HEADER = ("Date", "Mission", "Country of Mission ISO-3", "Number of Contributors", *MISSION_KINDS, "Total")

COARSE_READINGS = (
    MONTH,
    DATE,
    Reading("personnel", words(cell("personnel")), "personnel"),
    Reading("persons", whole_number(cell("persons")), "persons"),
)
COARSE_BAD = (
    BAD_DATE,
    Rule("persons", "the number is not a whole number of 0 or more", "not coalesce(persons >= 0, false)"),
)
NO_CODE = "the country has no ISO 3166 code"

CONTRIBUTORS_LAYOUT = Layout(
    table=CONTRIBUTOR_MONTHS,
    provider=CONTRIBUTORS_NOTE.provider,
    wanted=("date", "contributor", "personnel", "persons"),
    readings=(
        *COARSE_READINGS,
        Reading("contributor", words(cell("contributor")), "contributor"),
        Reading("iso3", iso3_named(cell("contributor")), "contributor"),
    ),
    bad=(*COARSE_BAD, Rule("contributor", "the contributor is missing", "contributor is null")),
    doubtful=(NOT_LAST_DAY,),
    notes=(Rule("contributor", NO_CODE, "iso3 is null"),),
    order=("month", "contributor", "personnel"),
)
MISSIONS_LAYOUT = Layout(
    table=MISSION_MONTHS,
    provider=MISSIONS_NOTE.provider,
    wanted=("date", "mission", "iso3", "contributors", "personnel", "persons", "total", "sum"),
    readings=(
        *COARSE_READINGS,
        Reading("mission", words(cell("mission")), "mission"),
        Reading("iso3", iso3_checked(cell("iso3")), "iso3"),
        Reading("contributors", whole_number(cell("contributors")), "contributors"),
        Reading("_total", whole_number(cell("total")), "total"),
        Reading("_sum", whole_number(cell("sum")), "sum"),
    ),
    bad=(*COARSE_BAD, Rule("mission", "the mission has no acronym", "mission is null")),
    doubtful=(
        Rule("total", "the kinds of personnel do not add up to the row's own total", "_total <> _sum"),
        NOT_LAST_DAY,
    ),
    notes=(Rule("iso3", NO_CODE, "iso3 is null"),),
    order=("month", "mission", "personnel"),
)


def read_contributors(delivered: Delivered, scratch: Path) -> Intake:
    """Read the file by contributor and month; a kind of personnel without a number is not one the state gave."""
    columns = match_header(delivered, CONTRIBUTORS_NOTE.provider, CONTRIBUTORS_HEADER)
    shared = 'row, "Date" as date, contributor'
    return _read_coarse(delivered, scratch, columns, CONTRIBUTORS_LAYOUT, CONTRIBUTOR_KINDS, shared)


def read_missions(delivered: Delivered, scratch: Path) -> Intake:
    """Read the file by mission and month; rows whose kinds do not add up to their own total are flagged."""
    columns = match_header(delivered, MISSIONS_NOTE.provider, MISSIONS_HEADER)
    added = " + ".join(f"coalesce({whole_number(identifier(kind))}, 0)" for kind in MISSION_KINDS)
    shared = f"""row, "Date" as date, "Mission" as mission, "Country of Mission ISO-3" as iso3,
        "Number of Contributors" as contributors, "Total" as total, ({added})::varchar as sum"""
    return _read_coarse(delivered, scratch, columns, MISSIONS_LAYOUT, MISSION_KINDS, shared)


def _read_coarse(
    delivered: Delivered,
    scratch: Path,
    columns: dict[str, str | None],
    layout: Layout,
    kinds: dict[str, str],
    shared: str,
) -> Intake:
    def one_row_a_kind(source: str) -> str:
        return " union all ".join(
            f"""select {shared}, '{personnel}' as personnel, {identifier(kind)} as persons
            from {source} where {identifier(kind)} is not null"""
            for kind, personnel in kinds.items()
        )

    intake = read_rows(reshape(delivered, scratch, columns, one_row_a_kind), layout, scratch)
    return replace(intake, coverage=Coverage(*months_covered(intake.rows_file), None))


PROVIDERS = (
    Provider(NOTE, CONTRIBUTIONS, DETAILED, read, files=FILES, by_hand=BY_HAND),
    Provider(
        CONTRIBUTORS_NOTE, CONTRIBUTOR_MONTHS, CONTRIBUTORS_HEADER, read_contributors, files=FILES, by_hand=BY_HAND
    ),
    Provider(MISSIONS_NOTE, MISSION_MONTHS, MISSIONS_HEADER, read_missions, files=FILES, by_hand=BY_HAND),
)
