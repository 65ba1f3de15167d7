"""How does a provider's CSV text become a typed table, with its bad rows set aside and its doubtful rows flagged?

DuckDB reads the text once, types it, and writes beside each row the first rule it breaks; what follows reads that
typed file only, so that a file larger than memory passes. A `Reading` says how a column is read; a `Rule` says when
a row is bad or doubtful. Rules speak of columns as read; a read column whose name starts with _ serves rules and is
not kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from bluehelm.sources.delivered import Delivered
from bluehelm.sources.intake import NOTED_ROWS, Intake, IntakeError, reasons_of
from bluehelm.sources.lines import lines_of_rows
from bluehelm.tables import Table
from bluehelm.tables.countries import iso3_by_gw
from bluehelm.tables.provenance import Coverage

# With this many rows and this share of them bad for one and the same reason, the header is wrong, not the rows.
MISFIT_ROWS = 20
MISFIT_SHARE = 0.8
CONTRADICTING_ROWS = 5
# Small enough that one mission's rows do not drag half the table with them, large enough to pack well.
ROW_GROUP = 50_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How one column is read: `sql` over the provider's text; `source` is the provider's name for it."""

    column: str
    sql: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`broken` is SQL over the read columns; `column` is the provider's column a person must look at."""

    column: str
    reason: str
    broken: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything a provider's CSV needs to become a table; `wanted` are the header names it must have.

    `numbered` are columns, and `compared` doubtful rules, that need the other rows: their SQL may use window
    functions and `row`, and speaks of the table's columns alone. A `misfit` that most rows break is the header's fault.
    """

    table: Table
    provider: str
    wanted: tuple[str, ...]
    readings: tuple[Reading, ...]
    bad: tuple[Rule, ...]
    doubtful: tuple[Rule, ...] = ()
    notes: tuple[Rule, ...] = ()
    misfits: tuple[Rule, ...] = ()
    numbered: tuple[Reading, ...] = ()
    compared: tuple[Rule, ...] = ()
    order: tuple[str, ...] = ()


def whole_number(text: str) -> str:
    """SQL that reads a whole number, also one saved as 12.0; null where it is none, never rounded."""
    number = f"try_cast({text} as decimal(18, 3))"
    return f"case when {number} = trunc({number}) and not {_spaced_by_underscore(text)} then {number}::bigint end"


def number(text: str) -> str:
    """SQL that reads a finite number; null where it is none."""
    value = f"try_cast({text} as double)"
    return f"case when isfinite({value}) and not {_spaced_by_underscore(text)} then {value} end"


def _spaced_by_underscore(text: str) -> str:
    # The engine reads 1_000 as a thousand; a provider who writes it more likely spoiled two numbers.
    return f"contains({text}, '_')"


def day(text: str) -> str:
    """SQL that reads a date of 1900 to 2100 written YYYY-MM-DD, with or without a time after a blank or T."""
    pattern = r"'(19\d\d|20\d\d|2100)-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?'"
    return f"case when regexp_full_match({text}, {pattern}) then try_cast({text} as timestamp)::date end"


def words(text: str) -> str:
    """SQL that reads text without the blanks around it; null where nothing is left."""
    return f"nullif(trim({text}), '')"


def iso3(gw_id: str) -> str:
    """SQL for the ISO 3166 code of a Gleditsch-Ward id; null where it has none.

    A list read by position: a case with two hundred branches costs ten times as much.
    """
    codes = iso3_by_gw()
    by_position = ", ".join(f"'{codes[gw]}'" if gw in codes else "null" for gw in range(1, max(codes) + 1))
    return f"case when {gw_id} > 0 then [{by_position}][{gw_id}] end"


def grid_cell(latitude: str, longitude: str) -> str:
    """SQL for the PRIO-GRID cell of a point, as bluehelm.tables.grid.cell_of defines it."""
    row = f"least(floor(({latitude} + 90) * 2), 359)"
    column = f"least(floor(({longitude} + 180) * 2), 719)"
    return f"({row} * 720 + {column} + 1)::bigint"


def read_rows(delivered: Delivered, layout: Layout, scratch: Path, columns: dict[str, str]) -> Intake:
    """Read a delivered CSV by its layout; `columns` gives the header name for each name in `layout.wanted`.

    Raises IntakeError when the header does not fit the rows or no row is left.
    """
    with duckdb.connect() as engine:
        # A progress bar on stdout would spoil an answer meant for programs.
        engine.sql("set enable_progress_bar = false")
        engine.sql(f"set temp_directory = {_quoted(scratch / 'spill')}")
        rows = _type_rows(engine, delivered, layout, scratch, columns)
        _refuse_misfit(engine, layout, delivered, rows)
        bad = _bad_rows(engine, layout)
        _refuse_hopeless(bad, delivered, rows)
        engine.register("bad_rows", bad.select("row"))
        doubtful, notes = _doubtful_rows(engine, layout), _noted(engine, "_note", layout.notes)
        _refuse_contradictions(doubtful, delivered, rows)
        rows_file = _write_table(engine, layout, scratch)
    lines = _line_numbers(delivered, rows, pl.concat([bad, doubtful, notes])["row"])
    return Intake(
        table=layout.table,
        rows_file=rows_file,
        rows=rows - bad.height,
        set_aside=_with_lines(bad, lines),
        flagged=_with_lines(doubtful, lines),
        notes=reasons_of(_with_lines(notes, lines)),
        coverage=Coverage(None, None, None),
    )


def find_columns(delivered: Delivered, layout: Layout, aliases: dict[str, str] | None = None) -> dict[str, str]:
    """Header names by wanted name; raise IntakeError naming every missing column at once.

    `aliases` maps other spellings, lower case and stripped of everything but letters and digits, to wanted names.
    """
    spelled = {_bare(name): name for name in delivered.header}
    found, missing = {}, []
    for wanted in layout.wanted:
        other = [alias for alias, meant in (aliases or {}).items() if meant == wanted]
        name = next((spelled[bare] for bare in [_bare(wanted), *other] if bare in spelled), None)
        if name is None:
            missing.append(wanted)
        else:
            found[wanted] = name
    if missing:
        what = f"its header lacks {', '.join(missing[:6])}{' and more' if len(missing) > 6 else ''}"
        next_step = f"Is it a {layout.provider} file? `bluehelm providers` lists what each provider's file looks like."
        raise refusal("bad_header", delivered, what, next_step, [f"no column {name}" for name in missing])
    return found


def _bare(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def refusal(code: str, delivered: Delivered, what: str, next_step: str, problems: Iterable[str] = ()) -> IntakeError:
    return IntakeError(code, f"{delivered.name} was not taken in: {what}.", delivered.name, next_step, problems)


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _count(engine: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(engine.sql(sql).fetchall()[0][0])


def _type_rows(
    engine: duckdb.DuckDBPyConnection, delivered: Delivered, layout: Layout, scratch: Path, columns: dict[str, str]
) -> int:
    """Write the typed rows, bad ones included, and create the view `typed` over them; return their number."""
    typed_file = scratch / "typed.parquet"
    types = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in delivered.header)
    text = ", ".join(f"{_name(header)} as {_name(wanted)}" for wanted, header in columns.items())
    texts = ", ".join(f"text.{_name(wanted)} as {_name('text ' + wanted)}" for wanted in columns)
    readings = ", ".join(f"{reading.sql} as {_name(reading.column)}" for reading in layout.readings)
    kept = ", ".join(_name(reading.column) for reading in layout.readings if not reading.column.startswith("_"))
    try:
        engine.sql(f"""
            copy (
                with text as (
                    select {text} from read_csv({_quoted(delivered.plain)}, columns = {{{types}}}, header = true,
                        auto_detect = false, delim = ',', quote = '"', escape = '"', strict_mode = true,
                        null_padding = false, max_line_size = 16777216)),
                read as (select {readings}, {texts} from text),
                judged as (select *, {_first_broken("_bad", layout.bad)}, {_first_broken("_doubt", layout.doubtful)},
                        {_first_broken("_note", layout.notes)}, {_first_broken("_misfit", layout.misfits)} from read)
                select {kept}, _bad, _doubt, _note, _misfit, {_text_of("_bad", layout.bad)},
                    {_text_of("_doubt", layout.doubtful)}, {_text_of("_note", layout.notes)} from judged
            ) to {_quoted(typed_file)} (format parquet, compression lz4_raw)""")
    except duckdb.Error as error:
        raise _does_not_fit(delivered, error) from error
    engine.sql(f"""
        create view typed as select file_row_number + 1 as row, *
        from read_parquet({_quoted(typed_file)}, file_row_number = true)""")
    rows = _count(engine, "select count(*) from typed")
    if rows == 0:
        raise refusal("empty_file", delivered, "it has a header and no rows", "Download it again.")
    return rows


def _first_broken(name: str, rules: tuple[Rule, ...]) -> str:
    """SQL for the number of the first rule a row breaks; null when it breaks none."""
    cases = " ".join(f"when {rule.broken} then {number}" for number, rule in enumerate(rules))
    return f"{f'case {cases} end' if rules else 'null'}::utinyint as {name}"


def _text_of(name: str, rules: tuple[Rule, ...]) -> str:
    """SQL for the provider's text in the column that a row's broken rule is about."""
    cases = " ".join(f"when {number} then {_name('text ' + rule.column)}" for number, rule in enumerate(rules))
    return f"{f'case {name} {cases} end' if rules else 'null'}::varchar as {name}_text"


def _does_not_fit(delivered: Delivered, error: duckdb.Error) -> IntakeError:
    first_line, *others = str(error).removeprefix("Invalid Input Error: ").splitlines()
    # The engine goes on to suggest options that only programmers have.
    details = [line.strip() for line in others[:3] if line.strip() and "Possible" not in line]
    what = f"its rows do not fit its header of {len(delivered.header)} columns ({first_line})"
    next_step = "Download it again; if it was edited by hand, restore the commas and quotes."
    return refusal("header_does_not_fit", delivered, what, next_step, details)


def _refuse_misfit(engine: duckdb.DuckDBPyConnection, layout: Layout, delivered: Delivered, rows: int) -> None:
    for number, rule in enumerate(layout.misfits):
        if _count(engine, f"select count(*) from typed where _misfit = {number}") > rows / 2:
            what = f"its header does not fit its rows: {rule.reason}"
            raise refusal("header_does_not_fit", delivered, what, "Give the file as published.", [rule.column])


def _bad_rows(engine: duckdb.DuckDBPyConnection, layout: Layout) -> pl.DataFrame:
    """Rows that break a rule, then rows whose key an earlier good row already has."""
    broken = _rows_noted(engine, "_bad", layout.bad, "true")
    if any(reading.column in layout.table.key for reading in layout.numbered):
        return broken  # a key that numbers the rows cannot repeat
    key = ", ".join(_name(column) for column in layout.table.key)
    column = next(reading.source for reading in layout.readings if reading.column == layout.table.key[0])
    repeats: pl.DataFrame = engine.sql(f"""
        with good as (select row, {key} from typed where _bad is null),
             repeated as (select {key} from good group by {key} having count(*) > 1)
        select row, {_quoted(column)} as "column", {layout.table.key[0]}::varchar as value,
               'the same {column} stands in an earlier row' as reason
        from good semi join repeated using ({key})
        qualify row_number() over (partition by {key} order by row) > 1""").pl()
    return pl.concat([broken, repeats.cast(broken.schema)]).sort("row")


def _doubtful_rows(engine: duckdb.DuckDBPyConnection, layout: Layout) -> pl.DataFrame:
    found = [_noted(engine, "_doubt", layout.doubtful)]
    for rule in layout.compared:
        column = next(reading.column for reading in layout.readings if reading.source == rule.column)
        compared: pl.DataFrame = engine.sql(f"""
            select row, {_quoted(rule.column)} as "column", {_name(column)}::varchar as value,
                   {_quoted(rule.reason)} as reason
            from typed where row not in (select row from bad_rows) qualify {rule.broken}""").pl()
        found.append(compared.cast(found[0].schema))
    return pl.concat(found).sort("row").unique("row", keep="first", maintain_order=True)


def _noted(engine: duckdb.DuckDBPyConnection, name: str, rules: tuple[Rule, ...]) -> pl.DataFrame:
    return _rows_noted(engine, name, rules, "row not in (select row from bad_rows)")


def _rows_noted(engine: duckdb.DuckDBPyConnection, name: str, rules: tuple[Rule, ...], among: str) -> pl.DataFrame:
    """Row, column, text and reason of every row that breaks a rule; a row is noted once, under its first rule."""
    found: pl.DataFrame = engine.sql(
        f"select row, {name} as rule, {name}_text as value from typed where {name} is not null and {among} order by row"
    ).pl()
    columns = pl.Series([rule.column for rule in rules], dtype=pl.String)
    reasons = pl.Series([rule.reason for rule in rules], dtype=pl.String)
    return found.select(
        pl.col("row").cast(pl.Int64),
        columns.gather(found["rule"]).alias("column"),
        "value",
        reasons.gather(found["rule"]).alias("reason"),
    )


def _refuse_contradictions(doubtful: pl.DataFrame, delivered: Delivered, rows: int) -> None:
    """Nearly every row contradicting itself in one and the same way means that two columns are exchanged."""
    if rows < CONTRADICTING_ROWS or doubtful.is_empty():
        return
    counts = doubtful.group_by("column", "reason").len().sort(["len", "column"], descending=[True, False])
    column, reason, most = counts.row(0)
    if most > MISFIT_SHARE * rows:
        what = f"its header does not fit its rows: in {most:,} of {rows:,} rows {reason}"
        next_step = f"Look at the column {column} and its neighbours: do they stand under their own names?"
        raise refusal("header_does_not_fit", delivered, what, next_step, [f"{column}: {reason}"])


def _refuse_hopeless(bad: pl.DataFrame, delivered: Delivered, rows: int) -> None:
    if bad.is_empty():
        return
    counts = bad.group_by("column", "reason").len().sort(["len", "column", "reason"], descending=[True, False, False])
    column, reason, most = counts.row(0)
    if bad.height == rows or (rows >= MISFIT_ROWS and most > MISFIT_SHARE * rows):
        what = f"its header does not fit its rows: in {most:,} of {rows:,} rows {reason}"
        next_step = f"Look at the column {column}: is it what its name says?"
        raise refusal("header_does_not_fit", delivered, what, next_step, [f"{column}: {reason}"])


def _write_table(engine: duckdb.DuckDBPyConnection, layout: Layout, scratch: Path) -> Path:
    """The good rows as Parquet, in an order that lets a reader skip most of the file."""
    rows_file = scratch / "rows.parquet"
    numbered = {reading.column: f"{reading.sql} as {_name(reading.column)}" for reading in layout.numbered}
    columns = ", ".join(numbered.get(name, _name(name)) for name in layout.table.column_names)
    order = ", ".join(_name(name) for name in layout.order or layout.table.key)
    engine.sql(f"""
        copy (select {columns} from typed where row not in (select row from bad_rows) order by {order}, row)
        to {_quoted(rows_file)} (format parquet, compression zstd, row_group_size {ROW_GROUP})""")
    return rows_file


def _line_numbers(delivered: Delivered, rows: int, wanted: pl.Series) -> dict[int, int]:
    numbers = sorted(set(wanted))
    lines = lines_of_rows(delivered, numbers, rows) if numbers else []
    return dict(zip(numbers, lines, strict=True))


def _with_lines(noted: pl.DataFrame, lines: dict[int, int]) -> pl.DataFrame:
    """Noted rows by their physical line instead of their number."""
    line = pl.Series("line", [lines[row] for row in noted["row"]], dtype=pl.Int64)
    return noted.select(line, "column", "value", "reason").cast(NOTED_ROWS).sort("line")
