"""Which operations does the UN list, with which dates and headquarters?

The list (`DPPADPOSS-PKO.csv` on the UN's peace and security data hub) writes coordinates with decimal commas, leaves
out some, and exchanges latitude and longitude in some rows. They are kept as given: only a person who knows where
Luanda lies can say which is which, and the mission registry does.
"""

from pathlib import Path

from bluehelm.sources.fetching import Address, fetcher
from bluehelm.sources.provider import Provider, reader
from bluehelm.sources.reading import Layout, Reading, Rule, cell, day, month_of, months_covered, number, words
from bluehelm.tables import MISSIONS
from bluehelm.tables.provenance import OPEN_DATA, Coverage, SourceNote

NOTE = SourceNote(
    provider="un-missions",
    title="UN peacekeeping operations (DPPADPOSS-PKO)",
    licence="UN open data; attribution",
    citation="United Nations, Peace and Security Data Hub",
    url="https://psdata.un.org/",
    releasable_to=OPEN_DATA,
)


def _decimal_comma(name: str) -> str:
    return number(f"replace({cell(name)}, ',', '.')")


LAYOUT = Layout(
    table=MISSIONS,
    provider=NOTE.provider,
    wanted=(
        *("mission_acronym", "mission_name", "lead_department", "mission_isactive", "start_date", "end_date"),
        *("mission_location", "mission_longitude", "mission_latitude", "last_update"),
    ),
    readings=(
        Reading("mission", words(cell("mission_acronym")), "mission_acronym"),
        Reading("name", words(cell("mission_name")), "mission_name"),
        Reading("lead_department", words(cell("lead_department")), "lead_department"),
        Reading(
            "is_active",
            f"case lower(trim({cell('mission_isactive')})) when 'yes' then true when 'no' then false end",
            "mission_isactive",
        ),
        Reading("start_on", day(cell("start_date")), "start_date"),
        Reading("end_on", day(cell("end_date")), "end_date"),
        Reading("headquarters", words(cell("mission_location")), "mission_location"),
        Reading("latitude", _decimal_comma("mission_latitude"), "mission_latitude"),
        Reading("longitude", _decimal_comma("mission_longitude"), "mission_longitude"),
        Reading("updated_on", day(cell("last_update")), "last_update"),
        Reading("_start", words(cell("start_date")), "start_date"),
        Reading("_end", words(cell("end_date")), "end_date"),
        Reading("_latitude", words(cell("mission_latitude")), "mission_latitude"),
        Reading("_longitude", words(cell("mission_longitude")), "mission_longitude"),
    ),
    bad=(
        Rule("mission_acronym", "the mission has no acronym", "mission is null"),
        Rule("mission_name", "the mission has no name", "name is null"),
        Rule("start_date", "the first day cannot be read as a date", "_start is not null and start_on is null"),
        Rule("end_date", "the last day cannot be read as a date", "_end is not null and end_on is null"),
        Rule(
            "mission_latitude",
            "the latitude is not between -90 and 90",
            "_latitude is not null and not coalesce(abs(latitude) <= 90, false)",
        ),
        Rule(
            "mission_longitude",
            "the longitude is not between -180 and 180",
            "_longitude is not null and not coalesce(abs(longitude) <= 180, false)",
        ),
    ),
    doubtful=(
        Rule("end_date", "the mission ends before it starts", "end_on < start_on"),
        Rule("mission_isactive", "called active although it has ended", "is_active and end_on is not null"),
    ),
)


def coverage_of(rows_file: Path) -> Coverage:
    """From the first mission's first month to the last change of the list."""
    first, _ = months_covered(rows_file, month_of("start_on"))
    _, last = months_covered(rows_file, month_of("updated_on"))
    return Coverage(first, last, None)


PROVIDERS = (
    Provider(
        NOTE,
        MISSIONS,
        LAYOUT.wanted,
        reader(LAYOUT, coverage_of),
        fetch=fetcher(Address("https://api.psdata.un.org/public/data/DPPADPOSS-PKO/CSV", "DPPADPOSS-PKO.csv")),
    ),
)
