"""What does an ACLED export say, in ACLED's own types?

The Armed Conflict Location and Event Data project (Raleigh, Linke, Hegre and Karlsen 2010) codes events of political
violence and protest, also those without deaths, by a scheme of its own. Nothing is translated into UCDP's types. The
free-text notes may name persons and are left in the raw file. Zero deaths may mean that no report speaks of any.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bluehelm.language import _
from bluehelm.sources.acled_access import API, AccessRefusedError, forget_token, token_for
from bluehelm.sources.fetching import TABULAR, Asked, Fetched, check_type, client, keep, not_reached, opened, refused
from bluehelm.sources.provider import Provider, reader
from bluehelm.sources.reading import (
    COORDINATES,
    Layout,
    Reading,
    Rule,
    cell,
    day,
    day_written,
    grid_cell,
    iso3_named,
    month_of,
    months_covered,
    named_countries,
    number,
    whole_number,
    words,
)
from bluehelm.tables import REPORTED_EVENTS
from bluehelm.tables.provenance import Coverage, SourceNote

if TYPE_CHECKING:
    import httpx

NOTE = SourceNote(
    provider="acled",
    title="ACLED: events of political violence and protest, in ACLED's types",
    licence="ACLED terms of use; no redistribution",
    citation="Raleigh, Linke, Hegre and Karlsen (2010), Introducing ACLED; www.acleddata.com",
    url="https://acleddata.com/",
)

# The API writes 2024-01-31, the export tool 31 January 2024.
DATE = f"coalesce({day(cell('event_date'))}, {day_written(cell('event_date'), '%d %B %Y')})"

LAYOUT = Layout(
    table=REPORTED_EVENTS,
    provider=NOTE.provider,
    wanted=(
        *("event_id_cnty", "event_date", "year", "time_precision", "event_type", "sub_event_type", "actor1", "actor2"),
        *("country", "admin1", "admin2", "location", "latitude", "longitude", "geo_precision", "source", "fatalities"),
    ),
    optional=("disorder_type", "civilian_targeting"),
    readings=(
        Reading("event_id", words(cell("event_id_cnty")), "event_id_cnty"),
        Reading("event_on", DATE, "event_date"),
        Reading("date_precision", whole_number(cell("time_precision")), "time_precision"),
        Reading("disorder_type", words(cell("disorder_type")), "disorder_type"),
        Reading("event_type", words(cell("event_type")), "event_type"),
        Reading("sub_event_type", words(cell("sub_event_type")), "sub_event_type"),
        Reading("actor_1", words(cell("actor1")), "actor1"),
        Reading("actor_2", words(cell("actor2")), "actor2"),
        Reading("targets_civilians", f"{words(cell('civilian_targeting'))} is not null", "civilian_targeting"),
        Reading("country", words(cell("country")), "country"),
        Reading("iso3", iso3_named(cell("country")), "country"),
        Reading("admin_1", words(cell("admin1")), "admin1"),
        Reading("admin_2", words(cell("admin2")), "admin2"),
        Reading("place", words(cell("location")), "location"),
        Reading("place_precision", whole_number(cell("geo_precision")), "geo_precision"),
        Reading("latitude", number(cell("latitude")), "latitude"),
        Reading("longitude", number(cell("longitude")), "longitude"),
        Reading("gid", grid_cell(number(cell("latitude")), number(cell("longitude"))), "latitude"),
        Reading("fatalities", whole_number(cell("fatalities")), "fatalities"),
        Reading("source", words(cell("source")), "source"),
        Reading("_year", whole_number(cell("year")), "year"),
    ),
    bad=(
        Rule("event_id_cnty", "the event has no id", "event_id is null"),
        Rule("event_date", "the day cannot be read as a date", "event_on is null"),
        Rule("event_type", "the type is missing", "event_type is null"),
        Rule("country", "the country is missing", "country is null"),
        *COORDINATES,
        Rule("fatalities", "fatalities is not a whole number of 0 or more", "not coalesce(fatalities >= 0, false)"),
        Rule("time_precision", "the date precision cannot be read", "date_precision is null"),
        Rule("geo_precision", "the place precision cannot be read", "place_precision is null"),
    ),
    doubtful=(
        Rule("time_precision", "the date precision is not 1 to 3", "date_precision not between 1 and 3"),
        Rule("geo_precision", "the place precision is not 1 to 3", "place_precision not between 1 and 3"),
        Rule("year", "the year is not that of the day", "_year <> year(event_on)"),
    ),
    notes=(Rule("country", "the country's name has no ISO 3166 code", "iso3 is null"),),
    order=("iso3", "event_on"),
)

PAGE_ROWS = 5000
PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2}):(\d{4}-\d{2}-\d{2})")


def coverage_of(rows_file: Path) -> Coverage:
    """The months of the events, and the countries the export names: an export is what somebody chose to ask for."""
    return Coverage(*months_covered(rows_file, month_of("event_on")), named_countries(rows_file))


def fetch(asked: Asked) -> Fetched:
    """Ask ACLED for the events of a period, page by page; a token that has run out is renewed once."""
    first, last = _period(asked.release)
    base = (asked.url or API).rstrip("/")
    try:
        return _export(asked, base, first, last)
    except AccessRefusedError as refusal:
        if not refusal.token_was_kept:
            raise
        forget_token(asked)
        return _export(asked, base, first, last)


def _period(release: str | None) -> tuple[str, str]:
    found = PERIOD.fullmatch(release or "")
    if not found or found[1] > found[2]:
        what = _("{release!r} is not a period.", release=release) if release else _("Which period?")
        raise refused("bad_release", what, "--release", _("Name one: --release 2024-01-01:2024-12-31, for example."))
    return found[1], found[2]


def _export(asked: Asked, base: str, first: str, last: str) -> Fetched:
    import httpx

    token = token_for(asked, base)
    url = f"{base}/api/acled/read"
    query = {"_format": "csv", "event_date": f"{first}|{last}", "event_date_where": "BETWEEN", "limit": str(PAGE_ROWS)}
    name = f"acled_{first}_{last}.csv"
    try:
        with client() as connection:
            pages = _pages(connection, url, query, {"Authorization": f"Bearer {token.access}"}, token.was_kept)
            return keep(pages, name, url, asked, "text/csv")
    except httpx.HTTPError as error:
        raise not_reached(url, error) from error


def _pages(
    connection: "httpx.Client", url: str, query: dict[str, str], headers: dict[str, str], token_was_kept: bool
) -> Iterator[bytes]:
    """The export's pages as one CSV: the header once, then the rows of every page."""
    import httpx

    header: list[str] = []
    for page in range(1, 1_000_000):
        address = str(httpx.URL(url, params={**query, "page": str(page)}))
        with opened(connection, address, headers, also=(401, 403)) as answer:
            if answer.status_code in (401, 403):
                raise AccessRefusedError(url, answer.status_code, token_was_kept)
            check_type(answer, TABULAR)
            text = answer.read().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        if not rows or (header and rows[0] != header):
            if rows:
                raise refused(
                    "bad_header", _("Page {page} has other columns than page 1.", page=page), url, _("Try again later.")
                )
            return
        start = 1 if header else 0
        header = rows[0]
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows(rows[start:])
        yield written.getvalue().encode()
        if len(rows) - 1 < PAGE_ROWS:
            return


PROVIDERS = (Provider(NOTE, REPORTED_EVENTS, LAYOUT.wanted, reader(LAYOUT, coverage_of), fetch=fetch),)
