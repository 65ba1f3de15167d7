"""What do the files of an outlook hold: histories, what came, and which dated state of a series?

Parquet files are scanned, never loaded whole: a forecast reads three columns up to its origin.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from bluehelm.language import _, gettext_noop
from bluehelm.outlook.history import History, OutlookError, Unit, beside, history_from_table
from bluehelm.tables.grid import touching
from bluehelm.workflows.borders import bordering, has_borders

JANUARY_1980 = 1980 * 12
GRID, BORDERS, NONE = "grid", "borders", "none"
NO_BORDERS = gettext_noop(
    "neighbours by land border are asked for, and there is no file of boundaries: set BLUEHELM_BORDERS to its folder, "
    "or leave neighbours out with --neighbours none"
)
CELLS = ("priogrid_gid", "pg_id")  # what PRIO-GRID cells are called in published tables
ISO3 = "iso3"
KINDS = ("sb", "ns", "os")  # state-based, non-state, one-sided: how UCDP's and ViEWS' columns end


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file by name and digest."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a long table are called, and who neighbours whom.

    `state` holds the day of each dated state, if there are several; `neighbours` is "grid", "borders" or a file of
    pairs; `kinds` count other kinds of deaths, or events. What is None of these two is taken from the table itself
    (`completed`); () and "none" ask for nothing.
    """

    unit: str
    month: str
    value: str
    covariates: tuple[str, ...] = ()
    state: str | None = None
    neighbours: str | None = None
    kinds: tuple[str, ...] | None = None


def files_of(columns: Columns) -> list[Path]:
    """The file of neighbours, where there is one."""
    return [Path(columns.neighbours)] if columns.neighbours not in (None, GRID, BORDERS, NONE) else []


def digest_of(path: Path) -> InputFile:
    """OutlookError when there is no such file."""
    if not path.is_file():
        raise OutlookError([_("{name}: there is no such file", name=path.name)])
    with path.open("rb") as file:
        return InputFile(path.name, hashlib.file_digest(file, "sha256").hexdigest())


def scan_table(path: Path, month: str) -> pl.LazyFrame:
    """A Parquet file with ViEWS ids for months, made from days where it has days; OutlookError when it is none."""
    if not path.is_file():
        raise OutlookError([_("{name}: there is no such file", name=path.name)])
    table = pl.scan_parquet(path, glob=False)
    try:
        schema = table.collect_schema()
    except pl.exceptions.PolarsError as error:
        raise OutlookError(
            [_("{name}: is no Parquet file ({error})", name=path.name, error=str(error).splitlines()[0])]
        ) from None
    if month in schema and schema[month].is_temporal():
        day = pl.col(month)
        table = table.with_columns((day.dt.year() * 12 + day.dt.month() - JANUARY_1980).cast(pl.Int32).alias(month))
    return table.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))


def completed(columns: Columns, schema: pl.Schema) -> Columns:
    """The columns with what the table says by itself, where nobody asked for anything.

    Beside deaths of one kind (`..._sb`, `..._ns`, `..._os`) the other kinds and the numbers of events are `kinds`;
    PRIO-GRID cells neighbour those they touch, countries with an `iso3` those they have a land border with, where a
    file of boundaries is at hand.
    """
    kinds = columns.kinds
    if kinds is None:
        others = (name for name in other_kinds(columns.value) if name in schema and schema[name].is_numeric())
        kinds = tuple(name for name in others if name not in columns.covariates)
    neighbours = columns.neighbours
    if neighbours is None:
        of_cells = columns.unit in CELLS and schema.get(columns.unit, pl.String()).is_integer()
        of_countries = schema.get(ISO3) == pl.String and has_borders()
        neighbours = GRID if of_cells else BORDERS if of_countries else NONE
    return replace(columns, kinds=kinds, neighbours=neighbours)


def other_kinds(value: str) -> list[str]:
    """What the columns of the other kinds of deaths, and of the numbers of events, would be called.

    >>> other_kinds("ged_best_os")
    ['ged_best_sb', 'ged_best_ns', 'ged_count_sb', 'ged_count_ns', 'ged_count_os']
    """
    if not value.endswith(KINDS):
        return []
    stem = value[: -len(KINDS[0])]
    names = [f"{of}{kind}" for of in dict.fromkeys((stem, stem.replace("best", "count"))) for kind in KINDS]
    return [name for name in names if name != value]


def history_of(table: pl.LazyFrame, columns: Columns, origin: int) -> History:
    """The history of `columns.value` in a table up to an origin, with covariates and neighbours.

    OutlookError when neighbours by land border are asked for and no file of boundaries is at hand.
    """
    known = completed(columns, table.collect_schema())
    history = history_from_table(
        table, known.unit, known.month, known.value, origin, known.covariates, known.kinds or ()
    )
    if known.neighbours == BORDERS:
        if not has_borders():
            raise OutlookError([_(NO_BORDERS)])
        return beside(history, _bordering(table.filter(pl.col(known.month) <= origin), known.unit))
    return neighboured(history, known.neighbours)


def _bordering(table: pl.LazyFrame, unit: str) -> list[tuple[Unit, Unit]]:
    """The pairs of a table's units that have a land border with each other; by their ISO codes."""
    codes = table.select(ISO3, unit).drop_nulls().unique().sort(ISO3, unit).collect().rows()
    units: dict[str, list[Unit]] = {}
    for code, name in codes:
        units.setdefault(code, []).append(name)
    touching_codes = bordering(tuple(sorted(units)))
    return [(one, other) for a, b in touching_codes for one in units[a] for other in units[b]]


def neighboured(history: History, asked: str | None) -> History:
    """The history with the neighbours asked for: "grid", PRIO-GRID cells that touch, or a Parquet file of pairs.

    The file's first two columns are units; OutlookError when it has not two or none of its pairs is in the history.
    """
    if asked in (None, NONE):
        return history
    if asked == GRID:
        if not all(isinstance(unit, int) for unit in history.units):
            raise OutlookError([_("--neighbours: grid needs PRIO-GRID cells as units")])
        return beside(history, touching(int(unit) for unit in history.units))
    path = Path(str(asked))
    pairs = scan_table(path, "").collect()
    if pairs.width < 2:
        raise OutlookError([_("{name}: has no two columns of units", name=path.name)])
    known = beside(history, pairs.select(pairs.columns[:2]).drop_nulls().iter_rows())
    if not any(known.neighbours or ()):
        raise OutlookError([_("{name}: none of its pairs is of two units of the table", name=path.name)])
    return known


def states_of(table: pl.LazyFrame, state: str) -> list[date]:
    """The days of the dated states in a table, in order."""
    schema = table.collect_schema()
    if state not in schema:
        raise OutlookError([_("{state}: no such column; there are {schema}", state=state, schema=", ".join(schema))])
    if not schema[state].is_temporal():
        raise OutlookError(
            [_("{state}: states are told apart by days, not {schema}", state=state, schema=schema[state])]
        )
    return table.select(pl.col(state).cast(pl.Date)).unique().collect()[state].drop_nulls().sort().to_list()


def state_known_on(table: pl.LazyFrame, state: str, known_on: date | None) -> tuple[pl.LazyFrame, date]:
    """The newest state of a series by a day, and its day; the newest of all without one."""
    states = states_of(table, state)
    known = [day for day in states if known_on is None or day <= known_on]
    if not known:
        first = states[0] if states else "none"
        raise OutlookError(
            [
                _(
                    "{state}: no state was known on {known_on}; the first is of {first}",
                    state=state,
                    known_on=known_on,
                    first=first,
                )
            ]
        )
    return table.filter(pl.col(state).cast(pl.Date) == known[-1]), known[-1]


def outcomes_of(table: pl.LazyFrame, columns: Sequence[str], months: Sequence[int]) -> pl.DataFrame:
    """What came: unit, month, outcome in the months asked for; what nobody observed is left out.

    `columns` are the unit, the month and the outcome. OutlookError for a unit-month that is there twice or negative.
    """
    unit, month, outcome = columns
    schema = table.collect_schema()
    if missing := [name for name in columns if name not in schema]:
        raise OutlookError(
            [_("{name}: no such column; there are {schema}", name=name, schema=", ".join(schema)) for name in missing]
        )
    if not schema[outcome].is_numeric():
        raise OutlookError(
            [_("{outcome}: outcomes are numbers, not {schema}", outcome=outcome, schema=schema[outcome])]
        )
    came = (
        table.filter(pl.col(month).is_in(list(months)))
        .select(pl.col(unit).alias("unit"), pl.col(month).cast(pl.Int64).alias("month"), _number(outcome))
        .drop_nulls()
        .collect()
    )
    problems = []
    if twice := int(came.select("unit", "month").is_duplicated().sum()):
        problems.append(
            _("{unit}, {month}: {twice:,} rows repeat a unit and month", unit=unit, month=month, twice=twice)
        )
    if wrong := came.filter((pl.col("outcome") < 0) | pl.col("outcome").is_infinite()).height:
        problems.append(_("{outcome}: {wrong:,} outcomes are negative or infinite", outcome=outcome, wrong=wrong))
    if problems:
        raise OutlookError(problems)
    return came.sort("unit", "month")


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64).fill_nan(None).alias("outcome")
