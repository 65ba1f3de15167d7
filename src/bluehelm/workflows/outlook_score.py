"""How good was a forecast, now that what it spoke of has come?

Every unit-month of the forecast must have come, and everything that came must have been forecast: a score over what
happens to match would flatter. The draws are read some units at a time, so that a grid of cells fits in memory.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bluehelm.language import _
from bluehelm.outlook.history import OutlookError
from bluehelm.outlook.scored import by_month, scored_rows, summary
from bluehelm.workflows.outlook_tables import InputFile, digest_of, outcomes_of, scan_table

NAMED = 5
BATCH_DRAWS = 8_000_000  # so many are read at once

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Scored:
    """A forecast's scores, one row a unit-month; `left_out` are those without a match, where that was allowed."""

    rows: pl.DataFrame
    draws: int
    left_out: int
    inputs: tuple[InputFile, InputFile]
    seconds: float


def outlook_score(
    forecast: Path,
    actuals: Path,
    *,
    unit: str,
    month: str,
    outcome: str,
    matched_only: bool = False,
    tell: Tell = lambda step, done, total: None,
) -> Scored:
    """The scores of a forecast file on what came; OutlookError names unit-months without a match."""
    started = time.perf_counter()
    drawn = _forecast_table(forecast, unit, month)
    counts = _draws_of(drawn)
    came = outcomes_of(scan_table(actuals, month), (unit, month, outcome), _months_of(actuals, month))
    matched, left_out = _matched(counts, came, matched_only)
    draws = int(counts["draws"][0])
    batches = _batches(matched, draws)
    rows = []
    for done, batch in enumerate(batches, 1):
        rows.append(_scored_batch(drawn, batch, draws))
        tell("scoring", done, len(batches))
    inputs = digest_of(forecast), digest_of(actuals)
    return Scored(pl.concat(rows, rechunk=True), draws, left_out, inputs, time.perf_counter() - started)


def _forecast_table(path: Path, unit: str, month: str) -> pl.LazyFrame:
    table = scan_table(path, month)
    schema = table.collect_schema()
    wanted = {unit: "unit", month: "month", "draw": "draw", "outcome": "outcome"}
    if missing := [name for name in wanted if name not in schema]:
        raise OutlookError(
            [
                _(
                    "{name}: has no column {name_2}; there are {schema}",
                    name=path.name,
                    name_2=name,
                    schema=", ".join(schema),
                )
                for name in missing
            ]
        )
    return table.select(pl.col(name).alias(role) for name, role in wanted.items()).with_columns(
        pl.col("month").cast(pl.Int64), pl.col("outcome").cast(pl.Float64).fill_nan(None)
    )


def _months_of(path: Path, month: str) -> list[int]:
    return scan_table(path, month).select(pl.col(month).unique()).collect()[month].drop_nulls().to_list()


def _draws_of(drawn: pl.LazyFrame) -> pl.DataFrame:
    """How many draws each unit-month has; OutlookError unless all have as many, none unknown or negative."""
    counts = (
        drawn.group_by("unit", "month")
        .agg(
            pl.len().alias("draws"),
            pl.col("outcome").null_count().alias("unknown"),
            (pl.col("outcome") < 0).sum().alias("negative"),
        )
        .collect(engine="streaming")
    )
    problems = []
    if not counts.height:
        problems.append(_("the forecast has no rows"))
    different = counts["draws"].unique().sort().to_list()
    if len(different) > 1:
        problems.append(
            _(
                "unit-months have {different} to {different_2} draws, not equally many",
                different=different[0],
                different_2=different[-1],
            )
        )
    if bad := counts.filter(pl.col("unknown") > 0).height:
        problems.append(_("outcomes are unknown in {bad:,} unit-months of the forecast", bad=bad))
    if bad := counts.filter(pl.col("negative") > 0).height:
        problems.append(_("outcomes are negative in {bad:,} unit-months of the forecast", bad=bad))
    if problems:
        raise OutlookError(problems)
    return counts.select("unit", "month", "draws")


def _matched(counts: pl.DataFrame, came: pl.DataFrame, matched_only: bool) -> tuple[pl.DataFrame, int]:
    """The outcomes that were forecast, and how many unit-months of either side have no match."""
    if counts["unit"].dtype == pl.String or came["unit"].dtype == pl.String:
        same = counts["unit"].dtype == came["unit"].dtype
    else:
        same = True
        counts, came = (side.with_columns(pl.col("unit").cast(pl.Int64)) for side in (counts, came))
    if not same:
        raise OutlookError(
            [
                _(
                    "units are {dtype} in the forecast and {dtype_2} in the actuals",
                    dtype=counts["unit"].dtype,
                    dtype_2=came["unit"].dtype,
                )
            ]
        )
    keys = ["unit", "month"]
    not_come, not_forecast = counts.join(came, on=keys, how="anti"), came.join(counts, on=keys, how="anti")
    problems = [
        _("{height:,} unit-month(s) {wrong}: {examples}", height=side.height, wrong=wrong, examples=_examples(side))
        for side, wrong in (
            (not_come, _("were forecast and have no outcome")),
            (not_forecast, _("came and were not forecast")),
        )
        if side.height
    ]
    matched = came.join(counts, on=keys, how="semi").sort(keys)
    if problems and not (matched_only and matched.height):
        raise OutlookError(problems)
    return matched, not_come.height + not_forecast.height


def _examples(rows: pl.DataFrame) -> str:
    first = rows.sort("unit", "month").head(NAMED).select("unit", "month").rows()
    told = ", ".join(_("unit {unit} month {month}", unit=unit, month=month) for unit, month in first)
    return told + (_(" and more") if rows.height > NAMED else "")


def _batches(matched: pl.DataFrame, draws: int) -> list[pl.DataFrame]:
    """The unit-months in parts that hold whole units and not too many draws."""
    of_unit = matched.group_by("unit", maintain_order=True).len()
    part = (of_unit["len"].cum_sum() - 1) * draws // BATCH_DRAWS
    numbered = matched.join(of_unit.select("unit", part.alias("part")), on="unit", how="left", maintain_order="left")
    return [batch.drop("part") for batch in numbered.partition_by("part", maintain_order=True)]


def _scored_batch(drawn: pl.LazyFrame, came: pl.DataFrame, draws: int) -> pl.DataFrame:
    """The scores of unit-months; OutlookError when a draw is numbered twice."""
    first, last = came["unit"][0], came["unit"][-1]
    mine = drawn.filter(pl.col("unit").is_between(first, last)).collect()
    if mine["unit"].dtype != pl.String:
        mine = mine.with_columns(pl.col("unit").cast(pl.Int64))
    keys = ["unit", "month"]
    mine = mine.join(came.select(keys), on=keys, how="semi").sort(*keys, "draw")
    numbers = mine["draw"].to_numpy().reshape(came.height, draws)
    if twice := int((np.diff(numbers, axis=1) == 0).any(axis=1).sum()):
        raise OutlookError([_("draws are numbered twice in {twice:,} unit-months of the forecast", twice=twice)])
    scored = scored_rows(came["outcome"].to_numpy(), mine["outcome"].to_numpy().reshape(came.height, draws))
    return pl.concat([came.select(keys), scored], how="horizontal")


def score_json(scored: Scored) -> dict[str, Any]:
    """The answer of `outlook score`."""
    return {
        **summary(scored.rows),
        "draws": scored.draws,
        "units": scored.rows["unit"].n_unique(),
        "left_out": scored.left_out,
        "by_month": by_month(scored.rows, "month"),
        "inputs": [{"name": file.name, "sha256": file.sha256} for file in scored.inputs],
        "seconds": round(scored.seconds, 3),
    }
