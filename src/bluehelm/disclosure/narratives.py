"""How exactly may a narrative say where and when, so that what it tells could be about several persons?

A narrative names no one, and still "the woman in Zelleb on 3 May" may be one person to whoever lives there. Place and
time are made coarser, step by step, until at least k persons share what is said (k-anonymity: Sweeney, "k-anonymity: a
model for protecting privacy", International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10 (2002)).
A narrative that would need more than the last step is withheld. Several narratives of one person count once.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import polars as pl

Time: TypeAlias = Literal["day", "month", "quarter", "year"]

TIMES: dict[str, pl.Expr] = {
    "day": pl.col("on").dt.strftime("%Y-%m-%d"),
    "month": pl.col("on").dt.strftime("%Y-%m"),
    "quarter": pl.format("{}-Q{}", pl.col("on").dt.year(), pl.col("on").dt.quarter()),
    "year": pl.col("on").dt.strftime("%Y"),
}

SAID = ("place_level", "place", "time_level", "period")


def coarsened(narratives: pl.DataFrame, steps: Sequence[tuple[str, str]], *, fewest: int) -> pl.DataFrame:
    """What each narrative may say of its place and time: the finest step at which `fewest` persons share it.

    Takes `narrative`, `person`, `on` and one column for each place level that the steps name; `steps` are pairs of
    place level and time, finest first. Returns `narrative` and SAID, all null where it is withheld. A place that is not
    known at a level is shared with nobody there.
    """
    waiting = narratives.sort("narrative")
    done = []
    for place, time in steps:
        said = waiting.with_columns(
            pl.lit(place).alias("place_level"),
            pl.col(place).cast(pl.String).alias("place"),
            pl.lit(time).alias("time_level"),
            TIMES[time].alias("period"),
        )
        shared = pl.col("person").n_unique().over("place", "period") >= fewest
        said = said.with_columns((shared & pl.col("place").is_not_null()).alias("shared"))
        done.append(said.filter("shared").select("narrative", *SAID))
        waiting = said.filter(~pl.col("shared")).select(narratives.columns)
    withheld = waiting.select("narrative", *(pl.lit(None, pl.String).alias(name) for name in SAID))
    return pl.concat([*done, withheld]).sort("narrative")


def persons_who_fit(told: pl.DataFrame, narratives: pl.DataFrame) -> pl.DataFrame:
    """The re-identification test: for each narrative told, how many persons fit what it says.

    Whoever holds the whole list, with everybody's place and day, looks up what is said. Returns `narrative`, `persons`.
    """
    counted = []
    for place, time in told.drop_nulls().select("place_level", "time_level").unique().iter_rows():
        there = narratives.select(pl.col(place).cast(pl.String).alias("place"), TIMES[time].alias("period"), "person")
        persons = there.group_by("place", "period").agg(pl.col("person").n_unique().alias("persons"))
        at_step = told.filter((pl.col("place_level") == place) & (pl.col("time_level") == time))
        counted.append(at_step.join(persons, on=["place", "period"]).select("narrative", "persons"))
    empty = pl.DataFrame(schema={"narrative": told.schema["narrative"], "persons": pl.UInt32})
    return pl.concat(counted or [empty]).sort("narrative")
