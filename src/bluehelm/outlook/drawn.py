"""How likely is it that so many die, within which bounds, and how much has that changed?

Draws are kept as the numbers that were drawn and how often. Deaths are whole, so that a share of draws at or above a
number is exact whatever number is asked for later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from bluehelm.outlook.history import Floats


@dataclass(frozen=True, slots=True)
class Drawn:
    """Numbers of deaths that were drawn, ascending, and how often each."""

    deaths: tuple[int, ...]
    draws: tuple[int, ...]

    @property
    def samples(self) -> int:
        return sum(self.draws)

    def at_least(self, deaths: int) -> float:
        """Share of the draws with so many deaths or more."""
        counted = zip(self.deaths, self.draws, strict=True)
        return sum(draws for drawn, draws in counted if drawn >= deaths) / self.samples

    def quantile(self, share: float) -> int:
        """The smallest number that at least this share of the draws does not exceed."""
        reached = np.cumsum(self.draws) / self.samples
        return self.deaths[int(np.searchsorted(reached, share - 1e-12))]

    def interval(self, share: float) -> tuple[int, int]:
        """The central interval that holds this share of the draws."""
        return self.quantile((1 - share) / 2), self.quantile((1 + share) / 2)


def drawn(values: Sequence[float] | Floats) -> Drawn:
    """Draws of one unit and month, put together by their number of deaths."""
    deaths, draws = np.unique(np.rint(np.asarray(values, dtype=np.float64)), return_counts=True)
    return Drawn(tuple(map(int, deaths)), tuple(map(int, draws)))


def drawn_by_month(rows: pl.DataFrame) -> dict[tuple[str, str, str], Drawn]:
    """The draws of an outlook by target, unit and month, from rows of the outlooks table."""
    grouped = rows.sort("deaths").group_by("target", "unit", "month").agg("deaths", "draws")
    return {
        (target, unit, month): Drawn(tuple(deaths), tuple(draws))
        for target, unit, month, deaths, draws in grouped.iter_rows()
    }
