"""What had been observed, unit by unit and month by month, when a forecast was made?

A long table (unit, month, value) becomes a matrix that ends at the origin. Rows after the origin are dropped before
anything else is looked at, so that no model can read them. A month without deaths is a row with value 0; a month that
nobody observed is a row with an empty value, or lies before the unit's first row or after its last. A hole between two
rows of a unit is refused, because it may mean either.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b

import numpy as np
import polars as pl
from numpy.typing import NDArray

Unit = int | str
Floats = NDArray[np.float64]

RECENT_MONTHS = 12  # a unit that nobody observed for so long has ended, and is not forecast
LARGEST = 1e12  # what is larger is no count of anything that happens to people
NAMED = 5  # so many examples are named of each kind of problem


class OutlookError(Exception):
    """Input that cannot be forecast from or scored; `problems` says all that is wrong with it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True)
class History:
    """What was observed up to an origin, the last of `months`, included.

    `deaths` and each covariate are [units, months], NaN where nothing was observed. `units` are sorted; `neighbours`
    holds, for each unit, the places of its neighbours in `units`.
    """

    units: tuple[Unit, ...]
    months: range
    deaths: Floats
    covariates: Mapping[str, Floats] = field(default_factory=dict)
    neighbours: tuple[tuple[int, ...], ...] | None = None

    @property
    def origin(self) -> int:
        """The last observed month."""
        return self.months[-1]

    @cached_property
    def living(self) -> tuple[int, ...]:
        """The places of the units with an observed month among the last twelve: those that are forecast."""
        return tuple(map(int, np.flatnonzero(np.isfinite(self.deaths[:, -RECENT_MONTHS:]).any(axis=1))))

    def until(self, origin: int) -> "History":
        """The history as it stood at an earlier origin, a copy with nothing later behind it; places stay the same."""
        if origin not in self.months:
            last = f"{self.months[0]} to {self.months[-1]}"
            raise OutlookError([f"origin {origin} is not a month of the history ({last})"])
        months = range(self.months[0], origin + 1)
        return replace(
            self,
            months=months,
            deaths=self.deaths[:, : len(months)].copy(),
            covariates={name: values[:, : len(months)].copy() for name, values in self.covariates.items()},
        )

    def observed(self, unit: int, months: int) -> Floats:
        """The values observed in a unit's last so many months of the calendar, oldest first; never empty for a
        living unit when `months` is twelve or more."""
        recent = self.deaths[unit, -months:]
        return recent[np.isfinite(recent)]


def seed_of(seed: int, unit: Unit, origin: int) -> list[int]:
    """What a unit's chance starts from: never the partition, the batch or the machine."""
    digest = blake2b(f"{type(unit).__name__} {unit}".encode(), digest_size=8).digest()
    return [seed, origin, int.from_bytes(digest, "big")]


def history_from_table(
    table: pl.DataFrame | pl.LazyFrame,
    unit: str,
    month: str,
    value: str,
    origin: int,
    covariates: Sequence[str] = (),
) -> History:
    """The history that a long table holds up to `origin`, whatever the order of its rows.

    OutlookError names every problem: a column that is missing or of another kind, no row at the origin, a month twice
    for one unit, a hole in a unit's months, a negative or impossibly large value, a unit without any observed value.
    """
    lazy = table.lazy()
    wanted = [unit, month, value, *covariates]
    _raise(_wrong_columns(lazy.collect_schema(), unit, month, wanted))
    rows = lazy.filter((pl.col(month) <= origin) | pl.col(month).is_null()).select(wanted).collect()
    _raise(_wrong_rows(rows, unit, month, value, origin))
    return _matrix(rows, unit, month, value, origin, covariates)


def _raise(problems: Iterable[str]) -> None:
    if told := list(problems):
        raise OutlookError(told)


def _wrong_columns(schema: pl.Schema, unit: str, month: str, wanted: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(wanted):
        if name not in schema:
            yield f"{name}: no such column; there are {', '.join(schema)}"
        elif wanted.count(name) > 1:
            yield f"{name}: is asked for twice"
        elif name == unit and not (schema[name].is_integer() or schema[name] == pl.String):
            yield f"{name}: units are whole numbers or text, not {schema[name]}"
        elif name == month and not schema[name].is_integer():
            yield f"{name}: months are whole numbers (ViEWS: January 1980 is 1), not {schema[name]}"
        elif name not in (unit, month) and not schema[name].is_numeric():
            yield f"{name}: values are numbers, not {schema[name]}"


def _wrong_rows(rows: pl.DataFrame, unit: str, month: str, value: str, origin: int) -> Iterator[str]:
    if not rows.height:
        yield f"{month}: no row at or before the origin {origin}"
        return
    if nameless := rows[unit].null_count() + rows[month].null_count():
        yield f"{unit}, {month}: {nameless:,} row(s) without a unit or without a month"
        return
    last = int(rows[month].max())  # type: ignore[arg-type]
    if last != origin:
        yield f"{month}: the last month is {last}, before the origin {origin}; forecast from {last}, or add the rows"
    amounts = pl.col(value).cast(pl.Float64).fill_nan(None)
    yield from _named(rows.filter(amounts < 0), f"{value}: negative", unit, month)
    yield from _named(rows.filter(amounts > LARGEST), f"{value}: larger than {LARGEST:.0e}", unit, month)
    yield from _named(
        rows.filter(rows.select(unit, month).is_duplicated()), "the same unit and month twice", unit, month
    )
    yield from _holes(rows, unit, month)
    none = rows.group_by(unit).agg(amounts.is_finite().sum()).filter(pl.col(value) == 0)[unit].sort()
    yield from (f"{value}: unit {name} has no observed value up to the origin" for name in none[:NAMED])


def _named(bad: pl.DataFrame, wrong: str, unit: str, month: str) -> Iterator[str]:
    """One problem for all rows of a kind, with examples in order."""
    if bad.height:
        examples = bad.select(unit, month).unique().sort(unit, month).head(NAMED).rows()
        places = [f"unit {name} month {when}" for name, when in examples]
        yield f"{wrong} in {bad.height:,} row(s): {', '.join(places)}{' and more' if bad.height > NAMED else ''}"


def _holes(rows: pl.DataFrame, unit: str, month: str) -> Iterator[str]:
    ordered = rows.select(unit, month).unique().sort(unit, month)
    step = pl.col(month).cast(pl.Int64).diff().over(unit)
    holes = ordered.with_columns(step.alias("_step")).filter(pl.col("_step") > 1)
    for name, after, wide in holes.head(NAMED).rows():
        missing = f"{after - wide + 1}" if wide == 2 else f"{after - wide + 1} to {after - 1}"
        yield f"{month}: unit {name} has no row for {missing}; write 0 where nobody died, leave empty what is unknown"
    if holes.height > NAMED:
        yield f"{month}: {holes.height - NAMED:,} more holes"


def _matrix(rows: pl.DataFrame, unit: str, month: str, value: str, origin: int, covariates: Sequence[str]) -> History:
    units = rows[unit].unique().sort()
    months = range(int(rows[month].min()), origin + 1)  # type: ignore[arg-type]
    ordered = rows.sort(unit, month)
    line = ordered.select((pl.col(unit) != pl.col(unit).shift()).fill_null(value=False).cum_sum())[unit].to_numpy()
    column = ordered[month].cast(pl.Int64).to_numpy() - months[0]

    def spread(name: str) -> Floats:
        filled = np.full((len(units), len(months)), np.nan)
        filled[line, column] = ordered[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return filled

    return History(tuple(units.to_list()), months, spread(value), {name: spread(name) for name in covariates})
