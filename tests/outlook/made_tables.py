"""Tables of made-up units and months, as a user's own file would hold them."""

import numpy as np
import polars as pl

FIRST, ORIGIN, LAST = 301, 400, 436


def made_table(units=12, *, seed=0, months=range(FIRST, LAST + 1)):
    """Some places at war, some quiet; two kinds of deaths and rain."""
    chance = np.random.default_rng(seed)
    level = np.where(np.arange(units) % 3 == 0, 12.0, 0.3)[:, None] * chance.gamma(1, 1, (units, len(months)))
    return pl.DataFrame(
        {
            "place": np.repeat(np.arange(1, units + 1), len(months)),
            "month": np.tile(np.array(months), units),
            "deaths": chance.poisson(level).reshape(-1),
            "other_deaths": chance.poisson(level / 2).reshape(-1),
            "rain": chance.random(units * len(months)),
        }
    )
