"""Who died in UN operations, when and of what cause, without a name?

The list (`DPPADPOSS-FATALITIES.csv` on the UN's peace and security data hub) has one row per death since 1948. Case
numbers repeat in a few rows, which may be the same death under two nationalities; the list's own row number does
not. Sex is often not given, which is unknown.
"""

from pathlib import Path

from bluehelm.sources.fetching import Address, fetcher
from bluehelm.sources.provider import Provider, reader
from bluehelm.sources.reading import (
    Layout,
    Reading,
    Rule,
    cell,
    day,
    iso3_checked,
    iso3_named,
    month_of,
    months_covered,
    words,
)
from bluehelm.tables import FATALITIES
from bluehelm.tables.provenance import OPEN_DATA, Coverage, SourceNote

NOTE = SourceNote(
    provider="un-fatalities",
    title="Fatalities in UN operations (DPPADPOSS-FATALITIES)",
    licence="UN open data; attribution",
    citation="United Nations, Peace and Security Data Hub",
    url="https://psdata.un.org/dataset/DPPADPOSS-FATALITIES",
    releasable_to=OPEN_DATA,
)

NATIONALITY = cell("casualty_nationality")

LAYOUT = Layout(
    table=FATALITIES,
    provider=NOTE.provider,
    wanted=(
        *("id", "incident_date", "casualty_id", "mission_acronym", "type_of_casualty", "gender"),
        *("casualty_nationality", "casualty_personnel_type", "type_of_incident", "isocode3", "last_update"),
    ),
    readings=(
        Reading("fatality_id", words(cell("id")), "id"),
        Reading("casualty_id", words(cell("casualty_id")), "casualty_id"),
        Reading("incident_on", day(cell("incident_date")), "incident_date"),
        Reading("mission", words(cell("mission_acronym")), "mission_acronym"),
        Reading("personnel", words(cell("casualty_personnel_type")), "casualty_personnel_type"),
        Reading("cause", words(cell("type_of_incident")), "type_of_incident"),
        Reading("sex", words(cell("gender")), "gender"),
        Reading("nationality", words(NATIONALITY), "casualty_nationality"),
        Reading("iso3", f"coalesce({iso3_checked(cell('isocode3'))}, {iso3_named(NATIONALITY)})", "isocode3"),
        Reading("updated_on", day(cell("last_update")), "last_update"),
        Reading("_casualty", f"lower({words(cell('type_of_casualty'))})", "type_of_casualty"),
    ),
    bad=(
        Rule("id", "the row has no number", "fatality_id is null"),
        Rule("incident_date", "the day cannot be read as a date", "incident_on is null"),
        Rule("mission_acronym", "the mission has no acronym", "mission is null"),
        Rule("casualty_personnel_type", "the category of personnel is missing", "personnel is null"),
        Rule("type_of_incident", "the cause is missing", "cause is null"),
        Rule("type_of_casualty", "the row is not about a death", "_casualty is distinct from 'fatality'"),
    ),
    doubtful=(
        Rule("gender", "the sex is neither F nor M", "sex not in ('F', 'M')"),
        Rule("incident_date", "the incident comes after the last change of the row", "incident_on > updated_on"),
    ),
    notes=(
        Rule("gender", "the sex is not given and stays unknown", "sex is null"),
        Rule("casualty_nationality", "the nationality is not given and stays unknown", "nationality is null"),
        Rule("isocode3", "the nationality has no code in ISO 3166 today", "iso3 is null"),
    ),
    compared=(
        Rule(
            "casualty_id",
            "the case number stands in an earlier row",
            "row_number() over (partition by casualty_id order by row) > 1 and casualty_id is not null",
        ),
    ),
    order=("mission", "incident_on", "fatality_id"),
)


def coverage_of(rows_file: Path) -> Coverage:
    return Coverage(*months_covered(rows_file, month_of("incident_on")), None)


PROVIDERS = (
    Provider(
        NOTE,
        FATALITIES,
        LAYOUT.wanted,
        reader(LAYOUT, coverage_of),
        fetch=fetcher(
            Address("https://api.psdata.un.org/public/data/DPPADPOSS-FATALITIES/CSV", "DPPADPOSS-FATALITIES.csv")
        ),
    ),
)
