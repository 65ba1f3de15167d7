"""Where did UN peacekeepers stand, according to the maps the UN published?

Geo-PKO (Cil, Fjelde, Hultman and Nilsson 2020) reads the Secretary-General's deployment maps: one row per place on
a map. Column names changed between releases (`No.troops`, `no.troops`), so they are matched without case and signs.
A strength may be "unknown": that is null here, never 0.
"""

from pathlib import Path

from bluehelm.language import gettext_noop
from bluehelm.sources.delivered import Wanted
from bluehelm.sources.provider import Provider, reader
from bluehelm.sources.reading import (
    Layout,
    Reading,
    Rule,
    cell,
    grid_cell,
    iso3,
    months_covered,
    number,
    whole_number,
    words,
)
from bluehelm.tables import DEPLOYMENTS
from bluehelm.tables.provenance import OPEN_DATA, Coverage, SourceNote

NOTE = SourceNote(
    provider="geopko",
    title="Geo-PKO: geocoded peacekeeping operations",
    licence="none stated; cite",
    citation="Cil, Fjelde, Hultman and Nilsson (2020), Mapping Blue Helmets, Journal of Peace Research 57(2)",
    url="https://www.uu.se/en/department/peace-and-conflict-research/research/research-data/geo-pko",
    releasable_to=OPEN_DATA,
)
CONTRIBUTORS = tuple(f"name.of.TCC{place}" for place in range(1, 15))
UNKNOWN = "('unknown', 'na', '', '?', 'unclear')"

ALIASES = {f"nameoftcc{place}": f"name.of.TCC{place}" for place in range(1, 15)}


def _known(name: str) -> str:
    """The provider's text, null where it is one of its several ways of saying that it does not know."""
    return f"case when lower(trim(coalesce({cell(name)}, ''))) not in {UNKNOWN} then trim({cell(name)}) end"


def _said(name: str) -> str:
    """True or false from the provider's 1 and 0; null where it is neither."""
    return f"case {whole_number(cell(name))} when 1 then true when 0 then false end"


MONTH = f"printf('%04d-%02d', {whole_number(cell('year'))}, {whole_number(cell('month'))})"
# Geo-PKO files Western Sahara under Morocco's number; where its own name says otherwise, the name is right.
ISO3 = f"case when {cell('country')} = 'Western Sahara' then 'ESH' else {iso3(whole_number(cell('gwno')))} end"

LAYOUT = Layout(
    table=DEPLOYMENTS,
    provider=NOTE.provider,
    wanted=(
        *("Source", "Mission", "year", "month", "location", "country", "latitude", "longitude", "No.troops", "gwno"),
        *("UNPOL..dummy.", "UNMO..dummy.", "HQ", "LO", "comments", *CONTRIBUTORS),
    ),
    readings=(
        Reading("mission", words(cell("Mission")), "Mission"),
        Reading("month", f"case when {whole_number(cell('month'))} between 1 and 12 then {MONTH} end", "month"),
        Reading("source_map", words(cell("Source")), "Source"),
        Reading("location", words(cell("location")), "location"),
        Reading("iso3", ISO3, "gwno"),
        Reading("latitude", number(_known("latitude")), "latitude"),
        Reading("longitude", number(_known("longitude")), "longitude"),
        Reading("gid", grid_cell(number(_known("latitude")), number(_known("longitude"))), "latitude"),
        Reading("troops", whole_number(_known("No.troops")), "No.troops"),
        Reading(
            "contributors",
            f"nullif(concat_ws('|', {', '.join(_known(name) for name in CONTRIBUTORS)}), '')",
            "name.of.TCC1",
        ),
        Reading("has_police", _said("UNPOL..dummy."), "UNPOL..dummy."),
        Reading("has_observers", _said("UNMO..dummy."), "UNMO..dummy."),
        Reading("headquarters", whole_number(_known("HQ")), "HQ"),
        Reading("has_liaison", _said("LO"), "LO"),
        Reading("comment", words(cell("comments")), "comments"),
        Reading("_year", whole_number(cell("year")), "year"),
        Reading("_latitude", _known("latitude"), "latitude"),
        Reading("_longitude", _known("longitude"), "longitude"),
        Reading("_troops", _known("No.troops"), "No.troops"),
        Reading("_hq", _known("HQ"), "HQ"),
    ),
    bad=(
        Rule("Mission", "the mission is missing", "mission is null"),
        Rule("Source", "the source map is missing", "source_map is null"),
        Rule("location", "the place is missing", "location is null"),
        Rule("year", "the year is not between 1948 and 2100", "not coalesce(_year between 1948 and 2100, false)"),
        Rule("month", "the month is not 1 to 12", "month is null"),
        Rule(
            "latitude",
            "the latitude is not between -90 and 90",
            "_latitude is not null and not coalesce(abs(latitude) <= 90, false)",
        ),
        Rule(
            "longitude",
            "the longitude is not between -180 and 180",
            "_longitude is not null and not coalesce(abs(longitude) <= 180, false)",
        ),
        Rule(
            "No.troops",
            "the strength is neither a whole number of 0 or more nor 'unknown'",
            "_troops is not null and not coalesce(troops >= 0, false)",
        ),
        Rule("HQ", "the headquarters code cannot be read", "_hq is not null and headquarters is null"),
    ),
    doubtful=(
        Rule("latitude", "only one of the two coordinates is given", "(latitude is null) <> (longitude is null)"),
    ),
    notes=(
        Rule("latitude", "the place has no coordinates and is not on the map", "latitude is null"),
        Rule("gwno", "the country number has no ISO 3166 code", "iso3 is null"),
    ),
    numbered=(
        Reading(
            "entry", "row_number() over (partition by mission, month, location, source_map order by row)", "location"
        ),
    ),
    compared=(
        Rule(
            "location",
            "the place is listed again for the same mission and month",
            "row_number() over (partition by mission, month, location order by row) > 1",
        ),
    ),
    order=("mission", "month", "location", "source_map", "entry"),
    aliases=ALIASES,
)


def coverage_of(rows_file: Path) -> Coverage:
    """From the first to the last month of any mission's map; each mission has gaps between its own maps."""
    return Coverage(*months_covered(rows_file), None)


PROVIDERS = (
    Provider(
        NOTE,
        DEPLOYMENTS,
        LAYOUT.wanted,
        reader(LAYOUT, coverage_of),
        Wanted(formats=("csv", "parquet")),
        by_hand=gettext_noop("the dataset is given out on a page, under names that change with each release"),
    ),
)
