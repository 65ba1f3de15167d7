"""What is each unit's value of a predictor: a column's mean over times, or its last value among them?"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from bluehelm.impact.cases import Floats
from bluehelm.impact.panel import Columns, Panel, PanelError, plain_times
from bluehelm.language import _


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column between two times, both included."""

    column: str
    first: str
    last: str
    op: Literal["mean", "last"]


def predictor_values(rows: pl.DataFrame, columns: Columns, panel: Panel, wanted: Sequence[Wanted]) -> Floats:
    """A row for each predictor and a column for each unit of the panel; empty cells are left out.

    PanelError lists columns that are not there, cells that are no numbers and units without any value.
    """
    problems: list[str] = []
    values = [_values(rows, columns, panel, one, problems) for one in wanted]
    if problems:
        raise PanelError(problems)
    return np.array(values, dtype=np.float64)


def _values(rows: pl.DataFrame, columns: Columns, panel: Panel, one: Wanted, problems: list[str]) -> list[float | None]:
    if one.column not in rows.columns:
        near = difflib.get_close_matches(one.column, rows.columns, 1)
        problems.append(
            _("predictor {column!r}: no such column", column=one.column)
            + (_("; did you mean {near!r}?", near=near[0]) if near else "")
        )
        return []
    cells = rows.select(
        pl.col(columns.unit).str.strip_chars().alias("unit"),
        plain_times(columns.time).alias("time"),
        pl.col(one.column).str.strip_chars().alias("text"),
    ).filter(pl.col("time").is_between(pl.lit(one.first), pl.lit(one.last)) & (pl.col("text").fill_null("") != ""))
    cells = cells.with_columns(value=pl.col("text").cast(pl.Float64, strict=False))
    unread = cells.filter(~pl.col("value").is_finite().fill_null(False))
    problems += [
        _(
            "predictor {column!r}: {text!r} of {unit} at {time} is no number",
            column=one.column,
            text=row["text"],
            unit=row["unit"],
            time=row["time"],
        )
        for row in unread.head(3).to_dicts()
    ]
    known = cells.filter(pl.col("value").is_finite()).sort("time")
    by_unit = known.group_by("unit").agg(pl.col("value").mean() if one.op == "mean" else pl.col("value").last())
    found = dict(by_unit.iter_rows())
    lacking = [unit for unit in panel.units if unit not in found]
    if lacking:
        several = _(" and {number} more", number=len(lacking) - 3) if len(lacking) > 3 else ""
        between = one.first if one.first == one.last else _("{first} to {last}", first=one.first, last=one.last)
        problems.append(
            _(
                "predictor {column!r}: no value for {lacking}{several} in {between}",
                column=one.column,
                lacking=", ".join(lacking[:3]),
                several=several,
                between=between,
            )
        )
    return [found.get(unit) for unit in panel.units]
