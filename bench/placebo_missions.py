"""Where could a mission have come that did not, and what happened there all the same?

A placebo mission is a country that had violence, a month in which nothing came, the 36 months before, the 12 after, and
25 to 60 other countries as donors: real deaths by month, drawn from a seed. Whatever an estimate finds there is not the
mission's doing. `drawn` says how: `random` takes country and donors alike from those with violence, with 39 or 59
donors, numbers at which a rank can be exactly 5 per cent; `any` takes any number from 25 to 60; `quiet` takes donors
from all countries, at peace or not; `worst` sends the mission where most died lately, as missions are sent.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

BEFORE, AFTER = 36, 12
DONORS = {"random": (39, 59), "any": tuple(range(25, 61)), "quiet": (39, 59), "worst": (39, 59)}
MONTHS_OF_VIOLENCE = 3  # in the 36 before, for a country to be one where a mission might come
LATELY = 6
DRAWN = tuple(DONORS)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mission:
    """Deaths by month (36 + 12 rows) and country; the mission's own column."""

    outcomes: Floats
    treated: int


def deaths_by_month(file: Path) -> Floats:
    """Deaths of all types by month (rows, from January 1989) and country; null months as not a number."""
    rows = pl.read_parquet(file)
    deaths = rows.with_columns(deaths=pl.sum_horizontal("ged_best_sb", "ged_best_ns", "ged_best_os"))
    wide = deaths.pivot(on="country_id", index="month_id", values="deaths").sort("month_id").drop("month_id")
    return wide.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def mission(deaths: Floats, seed: int, drawn: str = "random") -> Mission:
    """The placebo mission of a seed."""
    chance = np.random.default_rng([seed, DRAWN.index(drawn)])
    while True:
        start = int(chance.integers(0, len(deaths) - BEFORE - AFTER + 1))
        window = deaths[start : start + BEFORE + AFTER]
        known = np.isfinite(window).all(axis=0)
        violent = np.flatnonzero(known & ((window[:BEFORE] > 0).sum(axis=0) >= MONTHS_OF_VIOLENCE))
        wanted = int(chance.choice(DONORS[drawn]))
        pool = np.flatnonzero(known) if drawn == "quiet" else violent
        if not len(violent) or len(pool) <= wanted:
            continue
        if drawn == "worst":
            chosen = chance.choice(pool, wanted + 1, replace=False)
            treated = int(chosen[window[BEFORE - LATELY : BEFORE, chosen].mean(axis=0).argmax()])
        else:
            treated = int(chance.choice(violent))
            chosen = np.r_[treated, chance.choice(pool[pool != treated], wanted, replace=False)]
        units = np.sort(chosen)
        return Mission(window[:, units], int(np.flatnonzero(units == treated)[0]))
