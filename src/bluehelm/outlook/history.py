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

from bluehelm.language import _

Unit = int | str
Floats = NDArray[np.float64]

RECENT_MONTHS = 12  # a unit that nobody observed for so long has ended, and is not forecast
LARGEST = 1e12  # what is larger is no count of anything that happens to people
NAMED = 5  # so many examples are named of each kind of problem


class OutlookError(Exception):
    """Input that cannot be forecast from or scored; `problems` says all that is wrong with it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)  # as given, so that a worker can send it

    def __str__(self) -> str:
        return "; ".join(self.problems)


@dataclass(frozen=True)
class History:
    """What was observed up to an origin, the last of `months`, included.

    `deaths`, each covariate and each of the other `kinds` of deaths or events are [units, months], NaN where nothing
    was observed. `units` are sorted; `neighbours` holds, for each unit, the places of its neighbours in `units`.
    """

    units: tuple[Unit, ...]
    months: range
    deaths: Floats
    covariates: Mapping[str, Floats] = field(default_factory=dict)
    neighbours: tuple[tuple[int, ...], ...] | None = None
    kinds: Mapping[str, Floats] = field(default_factory=dict)

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
            last = _("{months} to {months_2}", months=self.months[0], months_2=self.months[-1])
            raise OutlookError([_("origin {origin} is not a month of the history ({last})", origin=origin, last=last)])
        months = range(self.months[0], origin + 1)
        return replace(
            self,
            months=months,
            deaths=self.deaths[:, : len(months)].copy(),
            covariates={name: values[:, : len(months)].copy() for name, values in self.covariates.items()},
            kinds={name: values[:, : len(months)].copy() for name, values in self.kinds.items()},
        )

    def observed(self, unit: int, months: int) -> Floats:
        """The values observed in a unit's last so many months of the calendar, oldest first; never empty for a
        living unit when `months` is twelve or more."""
        recent = self.deaths[unit, -months:]
        return recent[np.isfinite(recent)]


def beside(history: History, pairs: Iterable[tuple[Unit, Unit]]) -> History:
    """The history with its neighbours: each pair counts both ways, pairs with a unit that is not there are left out."""
    place = {unit: number for number, unit in enumerate(history.units)}
    near: list[set[int]] = [set() for _rest in history.units]
    for one, other in pairs:
        if one in place and other in place and one != other:
            near[place[one]].add(place[other])
            near[place[other]].add(place[one])
    return replace(history, neighbours=tuple(tuple(sorted(places)) for places in near))


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
    kinds: Sequence[str] = (),
) -> History:
    """The history that a long table holds up to `origin`, whatever the order of its rows.

    OutlookError names every problem: a column that is missing or of another kind, no row at the origin, a month twice
    for one unit, a hole in a unit's months, a negative or impossibly large value, a unit without any observed value.
    """
    lazy = table.lazy()
    wanted = [unit, month, value, *covariates, *kinds]
    _raise(_wrong_columns(lazy.collect_schema(), unit, month, wanted))
    rows = lazy.filter((pl.col(month) <= origin) | pl.col(month).is_null()).select(wanted).collect()
    _raise(_wrong_rows(rows, unit, month, value, origin))
    units, months, of = _matrices(rows, unit, month, wanted[2:], origin)
    return History(
        units,
        months,
        of[value],
        {name: of[name] for name in covariates},
        kinds={name: of[name] for name in kinds},
    )


def _raise(problems: Iterable[str]) -> None:
    if told := list(problems):
        raise OutlookError(told)


def _wrong_columns(schema: pl.Schema, unit: str, month: str, wanted: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(wanted):
        if name not in schema:
            yield _("{name}: no such column; there are {schema}", name=name, schema=", ".join(schema))
        elif wanted.count(name) > 1:
            yield _("{name}: is asked for twice", name=name)
        elif name == unit and not (schema[name].is_integer() or schema[name] == pl.String):
            yield _("{name}: units are whole numbers or text, not {schema}", name=name, schema=schema[name])
        elif name == month and not schema[name].is_integer():
            yield _(
                "{name}: months are whole numbers (ViEWS: January 1980 is 1), not {schema}",
                name=name,
                schema=schema[name],
            )
        elif name not in (unit, month) and not schema[name].is_numeric():
            yield _("{name}: values are numbers, not {schema}", name=name, schema=schema[name])


def _wrong_rows(rows: pl.DataFrame, unit: str, month: str, value: str, origin: int) -> Iterator[str]:
    if not rows.height:
        yield _("{month}: no row at or before the origin {origin}", month=month, origin=origin)
        return
    if nameless := rows[unit].null_count() + rows[month].null_count():
        yield _(
            "{unit}, {month}: {nameless:,} row(s) without a unit or without a month",
            unit=unit,
            month=month,
            nameless=nameless,
        )
        return
    last = int(rows[month].max())  # type: ignore[arg-type]
    if last != origin:
        yield _(
            "{month}: the last month is {last}, before the origin {origin}; forecast from {last}, or add the rows",
            month=month,
            last=last,
            origin=origin,
        )
    amounts = pl.col(value).cast(pl.Float64).fill_nan(None)
    yield from _named(rows.filter(amounts < 0), _("{value}: negative", value=value), unit, month)
    yield from _named(
        rows.filter(amounts > LARGEST),
        _("{value}: larger than {largest:.0e}", value=value, largest=LARGEST),
        unit,
        month,
    )
    yield from _named(
        rows.filter(rows.select(unit, month).is_duplicated()), _("the same unit and month twice"), unit, month
    )
    yield from _holes(rows, unit, month)
    none = rows.group_by(unit).agg(amounts.is_finite().sum()).filter(pl.col(value) == 0)[unit].sort()
    yield from (
        _("{value}: unit {name} has no observed value up to the origin", value=value, name=name)
        for name in none[:NAMED]
    )


def _named(bad: pl.DataFrame, wrong: str, unit: str, month: str) -> Iterator[str]:
    """One problem for all rows of a kind, with examples in order."""
    if bad.height:
        examples = bad.select(unit, month).unique().sort(unit, month).head(NAMED).rows()
        places = [_("unit {name} month {when}", name=name, when=when) for name, when in examples]
        yield _(
            "{wrong} in {height:,} row(s): {places}{height_2}",
            wrong=wrong,
            height=bad.height,
            places=", ".join(places),
            height_2=_(" and more") if bad.height > NAMED else "",
        )


def _holes(rows: pl.DataFrame, unit: str, month: str) -> Iterator[str]:
    ordered = rows.select(unit, month).unique().sort(unit, month)
    step = pl.col(month).cast(pl.Int64).diff().over(unit)
    holes = ordered.with_columns(step.alias("_step")).filter(pl.col("_step") > 1)
    for name, after, wide in holes.head(NAMED).rows():
        missing = (
            f"{after - wide + 1}" if wide == 2 else _("{after} to {after_2}", after=after - wide + 1, after_2=after - 1)
        )
        yield _(
            "{month}: unit {name} has no row for {missing}; write 0 where nobody died, leave empty what is unknown",
            month=month,
            name=name,
            missing=missing,
        )
    if holes.height > NAMED:
        yield _("{month}: {height:,} more holes", month=month, height=holes.height - NAMED)


def _matrices(
    rows: pl.DataFrame, unit: str, month: str, names: Sequence[str], origin: int
) -> tuple[tuple[Unit, ...], range, dict[str, Floats]]:
    """The units and months of rows, and each named column as [units, months]."""
    units = rows[unit].unique().sort()
    months = range(int(rows[month].min()), origin + 1)  # type: ignore[arg-type]
    ordered = rows.sort(unit, month)
    line = ordered.select((pl.col(unit) != pl.col(unit).shift()).fill_null(value=False).cum_sum())[unit].to_numpy()
    column = ordered[month].cast(pl.Int64).to_numpy() - months[0]

    def spread(name: str) -> Floats:
        filled = np.full((len(units), len(months)), np.nan)
        filled[line, column] = ordered[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return filled

    return tuple(units.to_list()), months, {name: spread(name) for name in names}
