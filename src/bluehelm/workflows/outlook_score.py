"""How good was a forecast, now that what it spoke of has come?

Every unit-month of the forecast must have come, and everything that came must have been forecast: a score over what
happens to match would flatter. The draws are read one month at a time.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bluehelm.outlook.history import OutlookError
from bluehelm.outlook.scored import by_month, scored_rows, summary
from bluehelm.workflows.outlook_tables import InputFile, digest_of, outcomes_of, scan_table

NAMED = 5

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
    months = matched["month"].unique().sort().to_list()
    rows = []
    for done, when in enumerate(months, 1):
        rows.append(_scored_month(drawn, matched.filter(pl.col("month") == when), when))
        tell("scoring", done, len(months))
    inputs = digest_of(forecast), digest_of(actuals)
    return Scored(pl.concat(rows), int(counts["draws"][0]), left_out, inputs, time.perf_counter() - started)


def _forecast_table(path: Path, unit: str, month: str) -> pl.LazyFrame:
    table = scan_table(path, month)
    schema = table.collect_schema()
    wanted = {unit: "unit", month: "month", "draw": "draw", "outcome": "outcome"}
    if missing := [name for name in wanted if name not in schema]:
        raise OutlookError([f"{path.name}: has no column {name}; there are {', '.join(schema)}" for name in missing])
    return table.select(pl.col(name).alias(role) for name, role in wanted.items()).with_columns(
        pl.col("month").cast(pl.Int64), pl.col("outcome").cast(pl.Float64).fill_nan(None)
    )


def _months_of(path: Path, month: str) -> list[int]:
    return scan_table(path, month).select(pl.col(month).unique()).collect()[month].drop_nulls().to_list()


def _draws_of(drawn: pl.LazyFrame) -> pl.DataFrame:
    """How many draws each unit-month has; OutlookError unless all have as many, each once, none unknown or negative."""
    counts = (
        drawn.group_by("unit", "month")
        .agg(
            pl.len().alias("draws"),
            pl.col("draw").n_unique().alias("different"),
            pl.col("outcome").null_count().alias("unknown"),
            (pl.col("outcome") < 0).sum().alias("negative"),
        )
        .collect(engine="streaming")
    )
    problems = []
    if not counts.height:
        problems.append("the forecast has no rows")
    different = counts["draws"].unique().sort().to_list()
    if len(different) > 1:
        problems.append(f"unit-months have {different[0]} to {different[-1]} draws, not equally many")
    if twice := counts.filter(pl.col("different") != pl.col("draws")).height:
        problems.append(f"draws are numbered twice in {twice:,} unit-months of the forecast")
    for wrong in ("unknown", "negative"):
        if bad := counts.filter(pl.col(wrong) > 0).height:
            problems.append(f"outcomes are {wrong} in {bad:,} unit-months of the forecast")
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
            [f"units are {counts['unit'].dtype} in the forecast and {came['unit'].dtype} in the actuals"]
        )
    keys = ["unit", "month"]
    not_come, not_forecast = counts.join(came, on=keys, how="anti"), came.join(counts, on=keys, how="anti")
    problems = [
        f"{side.height:,} unit-month(s) {wrong}: {_examples(side)}"
        for side, wrong in (
            (not_come, "were forecast and have no outcome"),
            (not_forecast, "came and were not forecast"),
        )
        if side.height
    ]
    matched = came.join(counts, on=keys, how="semi").sort(keys)
    if problems and not (matched_only and matched.height):
        raise OutlookError(problems)
    return matched, not_come.height + not_forecast.height


def _examples(rows: pl.DataFrame) -> str:
    first = rows.sort("unit", "month").head(NAMED).select("unit", "month").rows()
    told = ", ".join(f"unit {unit} month {month}" for unit, month in first)
    return told + (" and more" if rows.height > NAMED else "")


def _scored_month(drawn: pl.LazyFrame, came: pl.DataFrame, when: int) -> pl.DataFrame:
    mine = drawn.filter(pl.col("month") == when).select("unit", "draw", "outcome").collect()
    if mine["unit"].dtype != pl.String:
        mine = mine.with_columns(pl.col("unit").cast(pl.Int64))
    mine = mine.join(came.select("unit"), on="unit", how="semi").sort("unit", "draw")
    draws = mine["outcome"].to_numpy().reshape(came.height, -1)
    scored = scored_rows(np.asarray(came["outcome"].to_numpy()), draws)
    return pl.concat([came.select("unit", "month"), scored], how="horizontal")


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
