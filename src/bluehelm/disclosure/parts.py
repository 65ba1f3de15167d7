"""Which counts of a row that splits its persons into parts must be held back?

A row says how many persons there are and how many of them are women and men. A small part is held back, the other part
with it, because the total would give it away; the total too where it is so small that it says nearly as much. An
attacker who knows the total then knows only that the part lies between none and all of it.
"""

from collections.abc import Sequence

import polars as pl


def small_parts_held_back(
    rows: pl.DataFrame, parts: Sequence[str], total: str, *, smallest: int, interval: int
) -> pl.DataFrame:
    """The rows with small parts, and what would give them away, as null; a part that was null stays null."""
    is_small = pl.any_horizontal(pl.col(part).is_between(1, smallest - 1) for part in parts).fill_null(False)
    without_parts = [pl.when(is_small).then(None).otherwise(pl.col(part)).alias(part) for part in parts]
    tells = is_small & (pl.col(total) < interval)
    return rows.with_columns(*without_parts, pl.when(tells).then(None).otherwise(pl.col(total)).alias(total))


def held_back(before: pl.DataFrame, after: pl.DataFrame, columns: Sequence[str]) -> dict[str, int]:
    """How many cells of each column were held back."""
    return {name: after[name].null_count() - before[name].null_count() for name in columns}
