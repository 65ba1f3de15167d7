"""What do the files of an outlook hold: histories, what came, and which dated state of a series?

Parquet files are scanned, never loaded whole: a forecast reads three columns up to its origin.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from bluehelm.outlook.history import OutlookError

JANUARY_1980 = 1980 * 12


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file by name and digest."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a long table are called; `state` holds the day of each dated state, if there are several."""

    unit: str
    month: str
    value: str
    covariates: tuple[str, ...] = field(default=())
    state: str | None = None


def digest_of(path: Path) -> InputFile:
    with path.open("rb") as file:
        return InputFile(path.name, hashlib.file_digest(file, "sha256").hexdigest())


def scan_table(path: Path, month: str) -> pl.LazyFrame:
    """A Parquet file with ViEWS ids for months, made from days where it has days; OutlookError when it is none."""
    if not path.is_file():
        raise OutlookError([f"{path.name}: there is no such file"])
    table = pl.scan_parquet(path, glob=False)
    try:
        schema = table.collect_schema()
    except pl.exceptions.PolarsError as error:
        raise OutlookError([f"{path.name}: is no Parquet file ({str(error).splitlines()[0]})"]) from None
    if month in schema and schema[month].is_temporal():
        day = pl.col(month)
        table = table.with_columns((day.dt.year() * 12 + day.dt.month() - JANUARY_1980).cast(pl.Int32).alias(month))
    return table


def states_of(table: pl.LazyFrame, state: str) -> list[date]:
    """The days of the dated states in a table, in order."""
    schema = table.collect_schema()
    if state not in schema:
        raise OutlookError([f"{state}: no such column; there are {', '.join(schema)}"])
    if not schema[state].is_temporal():
        raise OutlookError([f"{state}: states are told apart by days, not {schema[state]}"])
    return table.select(pl.col(state).cast(pl.Date)).unique().collect()[state].drop_nulls().sort().to_list()


def state_known_on(table: pl.LazyFrame, state: str, known_on: date | None) -> tuple[pl.LazyFrame, date]:
    """The newest state of a series by a day, and its day; the newest of all without one."""
    states = states_of(table, state)
    known = [day for day in states if known_on is None or day <= known_on]
    if not known:
        first = states[0] if states else "none"
        raise OutlookError([f"{state}: no state was known on {known_on}; the first is of {first}"])
    return table.filter(pl.col(state).cast(pl.Date) == known[-1]), known[-1]


def outcomes_of(table: pl.LazyFrame, columns: Sequence[str], months: Sequence[int]) -> pl.DataFrame:
    """What came: unit, month, outcome in the months asked for; what nobody observed is left out.

    `columns` are the unit, the month and the outcome. OutlookError for a unit-month that is there twice or negative.
    """
    unit, month, outcome = columns
    schema = table.collect_schema()
    if missing := [name for name in columns if name not in schema]:
        raise OutlookError([f"{name}: no such column; there are {', '.join(schema)}" for name in missing])
    if not schema[outcome].is_numeric():
        raise OutlookError([f"{outcome}: outcomes are numbers, not {schema[outcome]}"])
    came = (
        table.filter(pl.col(month).is_in(list(months)))
        .select(pl.col(unit).alias("unit"), pl.col(month).cast(pl.Int64).alias("month"), _number(outcome))
        .drop_nulls()
        .collect()
    )
    problems = []
    if twice := int(came.select("unit", "month").is_duplicated().sum()):
        problems.append(f"{unit}, {month}: {twice:,} rows repeat a unit and month")
    if wrong := came.filter((pl.col("outcome") < 0) | pl.col("outcome").is_infinite()).height:
        problems.append(f"{outcome}: {wrong:,} outcomes are negative or infinite")
    if problems:
        raise OutlookError(problems)
    return came.sort("unit", "month")


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64).fill_nan(None).alias("outcome")
