"""How many people, and which places, can a post reach within so many minutes?

From a table of travel times where there is one; else from distances and one speed, which is said with the answer. A
place without a time counts as unknown, never as out of reach, and a place whose people were never counted has an
unknown number of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from bluehelm.language import _

MINUTES_AN_HOUR = 60


class CoverageError(ValueError):
    """The tables cannot be used; nothing was computed."""


@dataclass(frozen=True, slots=True)
class Covered:
    """What lies within so many minutes of any post.

    `population` is the sum over places within that were counted; `uncounted` are places within that never were.
    """

    within_minutes: int
    places: int
    beyond: int
    unknown: int
    population: int
    population_known: int
    uncounted: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The bands, the places with their nearest post, and in words how travel time was had."""

    method: str
    bands: tuple[Covered, ...]
    nearest: pl.DataFrame


def with_speed(distances: pl.DataFrame, km_per_hour: float) -> pl.DataFrame:
    """Travel times (post, place, minutes) from distances (post, place, km) at one speed."""
    if km_per_hour <= 0:
        raise CoverageError(_("A speed of {km_per_hour:g} km an hour reaches nobody.", km_per_hour=km_per_hour))
    return distances.select("post", "place", minutes=pl.col("km") / km_per_hour * MINUTES_AN_HOUR)


def coverage(places: pl.DataFrame, travel: pl.DataFrame, within: Sequence[int], method: str) -> Coverage:
    """Cover `places` (place, population or null) by `travel` (post, place, minutes or null); ties go to the first post.

    Raises CoverageError for places listed twice, for times of places that are not listed, and for negative times.
    """
    if problems := _problems(places, travel):
        raise CoverageError("; ".join(problems))
    nearest = (
        travel.filter(pl.col("minutes").is_not_null())
        .sort("place", "minutes", "post")
        .group_by("place", maintain_order=True)
        .first()
    )
    joined = places.join(nearest.select("place", "post", "minutes"), on="place", how="left").sort("place")
    return Coverage(method, tuple(_band(joined, minutes) for minutes in sorted(within)), joined)


def _problems(places: pl.DataFrame, travel: pl.DataFrame) -> list[str]:
    twice = places.filter(pl.col("place").is_duplicated()).get_column("place").unique().sort().to_list()
    unlisted = travel.join(places, on="place", how="anti").get_column("place").unique().sort().to_list()
    found = [_("{place} is listed twice", place=place) for place in twice] + [
        _("{place} has times and is not listed", place=place) for place in unlisted
    ]
    if travel.filter(pl.col("minutes") < 0).height:
        found.append(_("a travel time is negative"))
    if places.filter(pl.col("population") < 0).height:
        found.append(_("a population is negative"))
    return found


def _band(joined: pl.DataFrame, minutes: int) -> Covered:
    inside = joined.filter(pl.col("minutes") <= minutes)
    return Covered(
        within_minutes=minutes,
        places=inside.height,
        beyond=joined.filter(pl.col("minutes") > minutes).height,
        unknown=joined.get_column("minutes").null_count(),
        population=int(inside.get_column("population").sum()),
        population_known=int(joined.get_column("population").sum()),
        uncounted=inside.get_column("population").null_count(),
    )
