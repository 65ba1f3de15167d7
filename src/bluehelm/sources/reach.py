"""Which people live where, and how long is the way to them from each post, as a mission's own files say?

Two CSV files of the mission's own: its places with their people, and the ways from its posts. Neither is open: a
version is shown to nobody until its label says to whom.
"""

from pathlib import Path

from bluehelm.language import gettext_noop
from bluehelm.sources.provider import Provider, reader
from bluehelm.sources.reading import Layout, Reading, Rule, cell, number, whole_number, words
from bluehelm.tables import POPULATED_PLACES, TRAVEL_TIMES
from bluehelm.tables.provenance import Coverage, SourceNote

PLACES_NOTE = SourceNote(
    provider="populated-places",
    title="Places and their people, from the mission's own file",
    licence="as the file's maker says",
    citation="the file's maker",
    url="",
)
TRAVEL_NOTE = SourceNote(
    provider="travel-times",
    title="Ways from posts to places, from the mission's own file",
    licence="as the file's maker says",
    citation="the file's maker",
    url="",
)


def _missing(column: str, what: str) -> Rule:
    return Rule(column, what, f"{column} is null")


def _not_negative(column: str, what: str) -> Rule:
    return Rule(column, what, f"_{column} is not null and not coalesce({column} >= 0, false)")


def _told(column: str) -> tuple[Reading, Reading]:
    """A number and the text it was read from, so that text which is no number is told."""
    return Reading(column, number(cell(column)), column), Reading(f"_{column}", words(cell(column)), column)


MISSION = Reading("mission", words(cell("mission")), "mission")
PLACE = Reading("place", words(cell("place")), "place")
SOURCE = Reading("source", words(cell("source")), "source")
NAMED = (_missing("mission", "the mission has no acronym"), _missing("place", "the place has no name"))

PLACES = Layout(
    table=POPULATED_PLACES,
    provider=PLACES_NOTE.provider,
    wanted=("mission", "place", "population"),
    optional=("latitude", "longitude", "source"),
    readings=(
        MISSION,
        PLACE,
        Reading("population", whole_number(cell("population")), "population"),
        Reading("_population", words(cell("population")), "population"),
        *_told("latitude"),
        *_told("longitude"),
        SOURCE,
    ),
    bad=(
        *NAMED,
        _not_negative("population", "the population is not a whole number of 0 or more"),
        Rule("latitude", "the latitude does not lie between -90 and 90",
             "_latitude is not null and not coalesce(abs(latitude) <= 90, false)"),
        Rule("longitude", "the longitude does not lie between -180 and 180",
             "_longitude is not null and not coalesce(abs(longitude) <= 180, false)"),
    ),
    notes=(Rule("population", "nobody counted the people, and they stay unknown", "population is null"),),
    order=("mission", "place"),
)  # fmt: skip

TRAVEL = Layout(
    table=TRAVEL_TIMES,
    provider=TRAVEL_NOTE.provider,
    wanted=("mission", "post", "place"),
    optional=("minutes", "km", "source"),
    readings=(
        MISSION, Reading("post", words(cell("post")), "post"), PLACE, *_told("minutes"), *_told("km"), SOURCE,
    ),
    bad=(
        *NAMED,
        _missing("post", "the post has no name"),
        _not_negative("minutes", "the minutes are not a number of 0 or more"),
        _not_negative("km", "the km are not a number of 0 or more"),
    ),
    notes=(Rule("minutes", "neither minutes nor km are given: unknown, not out of reach",
                "minutes is null and km is null"),),
    order=("mission", "post", "place"),
)  # fmt: skip


def _no_months(_rows_file: Path) -> Coverage:
    return Coverage(None, None, None)


PROVIDERS = (
    Provider(
        PLACES_NOTE,
        POPULATED_PLACES,
        PLACES.wanted,
        reader(PLACES, _no_months),
        by_hand=gettext_noop("it is the mission's own file"),
    ),
    Provider(
        TRAVEL_NOTE,
        TRAVEL_TIMES,
        TRAVEL.wanted,
        reader(TRAVEL, _no_months),
        by_hand=gettext_noop("it is the mission's own file"),
    ),
)
