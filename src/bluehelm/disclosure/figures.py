"""Which figures does a table of counts about people hold, and of whom does each speak?

A count table says, for some dimensions (mission, year, sex), how many persons each combination of levels has. Adding
over a dimension gives a margin, and margins leave with the cells: a reader adds and subtracts. So a table is a list of
figures, each the sum of some cells, and what can be computed of a figure that is held back is a question of linear
algebra. A combination that is not listed has nobody in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from scipy import sparse

from bluehelm.language import _

Of: TypeAlias = tuple[tuple[str, str], ...]
"""Of whom a figure speaks: pairs of dimension and level, sorted; a dimension that is not named is added over."""

PERSONS = "persons"
UNKNOWN_LEVEL = "unknown"

MOST_CELLS = 20_000
"""Above this a table is not checked, and what is not checked does not leave."""


class DisclosureError(ValueError):
    """What was asked cannot be answered safely; `problems` are further sentences."""

    def __init__(self, what: str, problems: Sequence[str] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is shown; `count` is None where it is held back."""

    of: Of
    count: int | None

    @property
    def words(self) -> str:
        return ", ".join(f"{name} {level}" for name, level in self.of) or "all together"


@dataclass(frozen=True, slots=True)
class Laid:
    """Figures laid over the cells they are sums of: row i of `sums` has a 1 for each cell of figure i."""

    figures: tuple[Figure, ...]
    sums: sparse.csr_matrix


def cells_of(rows: pl.DataFrame, by: Sequence[str], persons: str = "") -> pl.DataFrame:
    """How many persons each combination of levels has; a level that is not known is called so.

    Each row is one person, or as many as the column `persons` says; a row that does not say so is of none.
    """
    of_row = pl.col(persons) if persons else pl.lit(1)
    texts = [pl.col(name).cast(pl.String).fill_null(UNKNOWN_LEVEL) for name in by]
    told = rows.select(*texts, of_row.fill_null(0).cast(pl.Int64).alias(PERSONS)).filter(pl.col(PERSONS) > 0)
    return told.group_by(by).agg(pl.col(PERSONS).sum()).sort(by) if by else _all(told)


def with_margins(cells: pl.DataFrame) -> list[Figure]:
    """Every cell and every margin, down to all together, largest group last."""
    by = [name for name in cells.columns if name != PERSONS]
    figures = []
    for kept in range(len(by), -1, -1):
        for names in combinations(by, kept):
            sums = cells.group_by(names).agg(pl.col(PERSONS).sum()).sort(names) if names else _all(cells)
            figures += [Figure(_of(row), int(row[PERSONS])) for row in sums.iter_rows(named=True)]
    return figures


def _all(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.select(pl.col(PERSONS).sum())


def _of(row: dict[str, Any]) -> Of:
    return tuple(sorted((name, str(level)) for name, level in row.items() if name != PERSONS))


def lay(figures: Iterable[Figure], cells: pl.DataFrame) -> Laid:
    """The figures over the cells; DisclosureError when there are too many, or one speaks of what no cell has."""
    given = tuple(figures)
    if cells.height > MOST_CELLS:
        what = _(
            "{height:,} combinations are more than the {most_cells:,} that can be checked.",
            height=cells.height,
            most_cells=MOST_CELLS,
        )
        raise DisclosureError(what, [_("Take fewer dimensions, or coarser ones.")])
    columns = {name: cells[name].to_numpy() for name in cells.columns if name != PERSONS}
    everything = np.arange(cells.height)
    places: list[np.ndarray[Any, Any]] = []
    for figure in given:
        unknown = [name for name, _rest in figure.of if name not in columns]
        if unknown:
            raise DisclosureError(
                _(
                    "The figure of {words} names {unknown}, which no cell has.",
                    words=figure.words,
                    unknown=", ".join(unknown),
                )
            )
        held = everything
        for name, level in figure.of:
            held = held[columns[name][held] == level]
        places.append(held)
    row = np.repeat(np.arange(len(given)), [len(held) for held in places])
    column = np.concatenate([*places, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    shape = (len(given), cells.height)
    return Laid(given, sparse.csr_matrix((np.ones(len(column)), (row, column)), shape=shape))


def possible_cells(tables: Sequence[Sequence[Figure]]) -> pl.DataFrame:
    """The combinations that may have somebody in them, when only the tables are known and not the rows behind them.

    A combination is possible when each table lists its part of it; DisclosureError when there are too many.
    """
    found: pl.DataFrame | None = None
    for table in tables:
        listed = _listed(table)
        if found is None:
            found = listed
            continue
        shared = [name for name in found.columns if name in listed.columns]
        found = found.join(listed, on=shared) if shared else found.join(listed, how="cross")
        if found.height > MOST_CELLS:
            what = _(
                "The tables together have more than {most_cells:,} combinations, which cannot be checked.",
                most_cells=MOST_CELLS,
            )
            raise DisclosureError(what, [_("Check fewer of them together, or coarser ones.")])
    return pl.DataFrame() if found is None else found


def _listed(table: Sequence[Figure]) -> pl.DataFrame:
    """The finest combinations that a table lists with somebody in them."""
    names = sorted({name for figure in table for name, _rest in figure.of})
    finest = [dict(figure.of) for figure in table if len(figure.of) == len(names) and figure.count != 0]
    if not finest:
        raise DisclosureError(
            _("A table lists no combination of all its dimensions."), [_("Give the cells, not sums only.")]
        )
    return pl.DataFrame(finest, schema=dict.fromkeys(names, pl.String)).unique(maintain_order=True)
