"""Which places, ways and roads does the demonstration's mission know of? All of it is invented."""

import random
from itertools import pairwise
from math import cos, hypot, radians

import polars as pl

from bluehelm.disclosure import Label, Marking
from bluehelm.sources.synthetic import SyntheticCountry, Town
from bluehelm.tables import POPULATED_PLACES, ROAD_SEASONS, TRAVEL_TIMES
from bluehelm.tables.provenance import Coverage, SourceNote
from bluehelm.web.data.actions import Record, publish_table
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.clock import today

PLACES, POSTS, KM_A_DEGREE = 40, 5, 111.2
WINDING = 1.35
NOTE = SourceNote("demonstration", "Invented places, ways and roads", "CC0", "this installation", "")
MONTHS = ("1|2|3|4|5|6|7|8|9|10|11|12", "1|2|3|4|11|12", "1|2|3|12", None)


def build_demo_tables(country: SyntheticCountry, by: Actor) -> None:
    """A version each of places, ways and roads, addressed to the mission."""
    chance = random.Random(9)  # nosec B311  # invents a demonstration
    mission, towns = str(country.mission["mission"]), country.towns[:PLACES]
    label = Label(Marking.CONFIDENTIAL, frozenset({f"mission:{mission}"}))
    rows = {
        POPULATED_PLACES.name: [_place(mission, town, number) for number, town in enumerate(towns)],
        TRAVEL_TIMES.name: [
            _way(mission, post, town, chance) for post in towns[:POSTS] for town in towns if chance.random() < 0.93
        ],
        ROAD_SEASONS.name: [_road(one, other, number) for number, (one, other) in enumerate(pairwise(_route(towns)))],
    }
    for table in (POPULATED_PLACES, TRAVEL_TIMES, ROAD_SEASONS):
        frame = pl.DataFrame(rows[table.name], schema=table.schema)
        publish_table(
            table=table.name, rows=frame, records=[Record("table", "demonstration", 1, label)], source=NOTE,
            coverage=Coverage(None, None, None), by=by, synthetic=True,
        )  # fmt: skip


def _place(mission: str, town: Town, number: int) -> dict[str, object]:
    return {
        "mission": mission, "place": town.name, "population": None if number % 9 == 8 else town.population,
        "latitude": town.latitude, "longitude": town.longitude, "source": "invented",
    }  # fmt: skip


def _km(one: Town, other: Town) -> float:
    east = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return hypot(east, one.latitude - other.latitude) * KM_A_DEGREE


def _way(mission: str, post: Town, town: Town, chance: random.Random) -> dict[str, object]:
    km = round(WINDING * _km(post, town), 1)
    told = chance.random()
    return {
        "mission": mission, "post": post.name, "place": town.name,
        "minutes": round(km / chance.uniform(18, 40) * 60) if told < 0.8 else None,
        "km": km if told < 0.95 else None, "source": "invented",
    }  # fmt: skip


def _route(towns: tuple[Town, ...]) -> list[Town]:
    """From the first town always to the nearest that is left."""
    left, route = list(towns[1:16]), [towns[0]]
    while left:
        nearest = min(left, key=lambda town: _km(route[-1], town))
        route.append(nearest)
        left.remove(nearest)
    return route


def _road(one: Town, other: Town, number: int) -> dict[str, object]:
    ends = [[one.longitude, one.latitude], [other.longitude, other.latitude]]
    middle = [(ends[0][0] + ends[1][0]) / 2 + 0.03, (ends[0][1] + ends[1][1]) / 2 - 0.02]
    points = ", ".join(f"{x:.4f} {y:.4f}" for x, y in (ends[0], middle, ends[1]))
    return {
        "road_id": f"R{number + 1:02d}", "name": f"{one.name} to {other.name}",
        "months_passable": MONTHS[number % len(MONTHS)], "source": "engineers (invented)",
        "seen_on": today().replace(year=today().year - (2 if number % 5 == 4 else 0), day=1),
        "line": f"LINESTRING ({points})",
    }  # fmt: skip
