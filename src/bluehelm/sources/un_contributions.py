"""How many uniformed personnel did each state give each UN mission on the last day of each month?

The UN's series has come in two spellings of its columns since 2010 and in others before. A figure is a stock on one
day; months are never added up. Mission acronyms come with trailing blanks; kinds of personnel in several spellings;
and re-publications that kept one month a year look like a monthly series until one counts the months.
"""

from dataclasses import replace
from pathlib import Path

from bluehelm.sources.delivered import Delivered
from bluehelm.sources.fetching import Address, fetcher
from bluehelm.sources.intake import Intake
from bluehelm.sources.provider import Provider
from bluehelm.sources.reading import (
    Layout,
    Reading,
    Rule,
    cell,
    day,
    day_written,
    identifier,
    iso3_checked,
    listed,
    match_header,
    month_of,
    months_covered,
    read_rows,
    reshape,
    whole_number,
    words,
)
from bluehelm.tables import CONTRIBUTIONS
from bluehelm.tables.provenance import OPEN_DATA, Coverage, Reason, SourceNote

NOTE = SourceNote(
    provider="un-contributions",
    title="UN uniformed personnel by contributor, mission and month, since 2010 (DPO-UCHISTORICAL)",
    licence="UN open data; attribution",
    citation="United Nations, Peace and Security Data Hub",
    url="https://psdata.un.org/dataset/DPO-UCHISTORICAL",
    releasable_to=OPEN_DATA,
)
EARLIER_NOTE = SourceNote(
    provider="un-contributions-before-2010",
    title="UN uniformed personnel by contributor, mission and month, before 2010 (DPPADPO-UCPre2010)",
    licence="UN open data; attribution",
    citation="United Nations, Peace and Security Data Hub",
    url="https://psdata.un.org/dataset/DPPADPO-UCPre2010",
    releasable_to=OPEN_DATA,
)

# The spellings met in the UN's own releases; one that is not here is kept in the provider's words and flagged.
SPELLINGS = {
    "troops": "troops",
    "troop": "troops",
    "contingent troops": "troops",
    "contingent troop": "troops",
    "staff officer": "staff officers",
    "staff officers": "staff officers",
    "formed police unit": "formed police units",
    "formed police units": "formed police units",
    "fpu": "formed police units",
    "individual police": "individual police",
    "individual police officer": "individual police",
    "individual police officers": "individual police",
    "ipo": "individual police",
    "police": "police",
    "experts on mission": "experts on mission",
    "expert on mission": "experts on mission",
    "experts on mission (military)": "experts on mission",
    "military observers": "experts on mission",
    "observers": "experts on mission",
    "experts": "experts on mission",
}
# A year's last month in each of several years, and no other month: one value a year.
YEARLY_YEARS = 3

DATE = f"coalesce({day(cell('last_reporting_date'))}, {day_written(cell('last_reporting_date'), '%d/%m/%Y')})"
KEY = ("month", "mission", "contributor", "provider_type")

COMMON_BAD = (
    Rule("mission_acronym", "the mission has no acronym", "mission is null"),
    Rule("contributing_country", "the contributor is missing", "contributor is null"),
    Rule("personnel_type", "the kind of personnel is missing", "provider_type is null"),
    Rule("last_reporting_date", "the day cannot be read as a date", "month is null"),
)
COMMON_DOUBTFUL = (
    Rule("isocode3", "the country code is not one of ISO 3166", "iso3 is null"),
    Rule(
        "personnel_type",
        "the kind of personnel is not known and stays in the provider's words",
        "personnel is null",
    ),
    Rule("last_reporting_date", "the day is not the last of its month", "_date <> last_day(_date)"),
)
COMMON_READINGS = (
    Reading("month", month_of(DATE), "last_reporting_date"),
    Reading("mission", words(cell("mission_acronym")), "mission_acronym"),
    Reading("contributor", words(cell("contributing_country")), "contributing_country"),
    Reading("iso3", iso3_checked(cell("isocode3")), "isocode3"),
    Reading("personnel", listed(cell("personnel_type"), SPELLINGS), "personnel_type"),
    Reading("provider_type", words(cell("personnel_type")), "personnel_type"),
    Reading("_date", DATE, "last_reporting_date"),
    Reading("_acronym", cell("mission_acronym"), "mission_acronym"),
)
BLANKS = Rule("mission_acronym", "blanks around the acronym were taken away", "_acronym <> mission")


def _not_a_count(column: str, name: str) -> Rule:
    return Rule(
        name,
        f"{name} is not a whole number of 0 or more",
        f"_{column} is not null and not coalesce({column} >= 0, false)",
    )


LAYOUT = Layout(
    table=CONTRIBUTIONS,
    provider=NOTE.provider,
    wanted=(
        *("isocode3", "contributing_country", "mission_acronym", "personnel_type"),
        *("female_personnel", "male_personnel", "last_reporting_date"),
    ),
    readings=(
        *COMMON_READINGS,
        Reading(
            "persons",
            f"{whole_number(cell('female_personnel'))} + {whole_number(cell('male_personnel'))}",
            "male_personnel",
        ),
        Reading("female", whole_number(cell("female_personnel")), "female_personnel"),
        Reading("male", whole_number(cell("male_personnel")), "male_personnel"),
        Reading("_female", words(cell("female_personnel")), "female_personnel"),
        Reading("_male", words(cell("male_personnel")), "male_personnel"),
    ),
    bad=(*COMMON_BAD, _not_a_count("female", "female_personnel"), _not_a_count("male", "male_personnel")),
    doubtful=COMMON_DOUBTFUL,
    notes=(
        Rule("male_personnel", "a number is not given and stays unknown", "persons is null"),
        BLANKS,
    ),
    order=KEY,
)

EARLIER = ("Contributor", "Contributor_ISO-3", "Date", "Mission", "Troops")
EARLIER_KINDS = ("Troops", "Police", "Observers")
EARLIER_LAYOUT = Layout(
    table=CONTRIBUTIONS,
    provider=EARLIER_NOTE.provider,
    wanted=(
        *("isocode3", "contributing_country", "mission_acronym", "personnel_type", "last_reporting_date"),
        *("persons", "total", "sum"),
    ),
    readings=(
        *COMMON_READINGS,
        Reading("persons", whole_number(cell("persons")), "persons"),
        Reading("female", "null::bigint", "persons"),
        Reading("male", "null::bigint", "persons"),
        Reading("_persons", words(cell("persons")), "persons"),
        Reading("_total", whole_number(cell("total")), "total"),
        Reading("_sum", whole_number(cell("sum")), "sum"),
    ),
    bad=(*COMMON_BAD, _not_a_count("persons", "persons")),
    doubtful=(
        Rule("total", "the kinds of personnel do not add up to the row's own total", "_total <> _sum"),
        *(rule for rule in COMMON_DOUBTFUL if rule.column != "personnel_type"),
    ),
    notes=(Rule("persons", "no number is given, and it stays unknown", "persons is null"), BLANKS),
    order=KEY,
)


def read(delivered: Delivered, scratch: Path) -> Intake:
    """Read the series since 2010, in either spelling of its columns."""
    return _finished(read_rows(delivered, LAYOUT, scratch))


def read_earlier(delivered: Delivered, scratch: Path) -> Intake:
    """Read the series before 2010, which has a column per kind of personnel and does not count by sex."""
    optional = ("Police", "Observers", "Total")
    aliases = {"experts": "Observers", "expertsonmission": "Observers", "militaryobservers": "Observers"}
    columns = match_header(delivered, EARLIER_NOTE.provider, EARLIER, optional, aliases)
    return _finished(read_rows(reshape(delivered, scratch, columns, _one_row_a_kind), EARLIER_LAYOUT, scratch))


def _one_row_a_kind(source: str) -> str:
    kinds = {kind: identifier(kind) for kind in EARLIER_KINDS}
    added = " + ".join(f"coalesce({whole_number(column)}, 0)" for column in kinds.values())
    shared = f"""row, "Contributor" as contributing_country, "Contributor_ISO-3" as isocode3,
        "Date" as last_reporting_date, "Mission" as mission_acronym, "Total" as total, ({added})::varchar as sum"""
    nothing = " and ".join(f"{column} is null" for column in kinds.values())
    counted = [
        f"select {shared}, '{kind}' as personnel_type, {column} as persons from {source} where {column} is not null"
        for kind, column in kinds.items()
    ]
    unknown = f"select {shared}, 'not given' as personnel_type, null::varchar as persons from {source} where {nothing}"
    return " union all ".join([*counted, unknown])


def _finished(intake: Intake) -> Intake:
    """The intake with the months it covers, and told apart from a series of one month a year."""
    months = intake.frame()["month"].unique().to_list()
    notes = intake.notes
    if len(months) >= YEARLY_YEARS and all(month.endswith("-12") for month in months):
        said = "the file has Decembers only: it is a value a year, and the other months are unknown"
        notes = (Reason(said, intake.rows, 1), *notes)
    first, last = months_covered(intake.rows_file)
    return replace(intake, notes=notes, coverage=Coverage(first, last, None))


PROVIDERS = (
    Provider(
        NOTE,
        CONTRIBUTIONS,
        LAYOUT.wanted,
        read,
        fetch=fetcher(Address("https://api.psdata.un.org/public/data/DPO-UCHISTORICAL/CSV", "DPO-UCHISTORICAL.csv")),
    ),
    Provider(
        EARLIER_NOTE,
        CONTRIBUTIONS,
        EARLIER,
        read_earlier,
        fetch=fetcher(Address("https://api.psdata.un.org/public/data/DPPADPO-UCPre2010/CSV", "DPPADPO-UCPre2010.csv")),
    ),
)
