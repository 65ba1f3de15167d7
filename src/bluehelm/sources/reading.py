"""How does a provider's CSV text become a typed table, with its bad rows set aside and its doubtful rows flagged?

DuckDB reads the text once, types it, and writes beside each row the first rule it breaks; what follows reads that
typed file only, so that a file larger than memory passes. A `Reading` says how a column is read; a `Rule` says when
a row is bad or doubtful. Rules speak of columns as read; a read column whose name starts with _ serves rules and is
not kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import duckdb
import polars as pl

from bluehelm.language import _
from bluehelm.sources.delivered import Delivered
from bluehelm.sources.intake import NOTED_ROWS, Intake, IntakeError, reasons_of
from bluehelm.sources.lines import lines_of_rows
from bluehelm.tables import Table
from bluehelm.tables.countries import iso3_by_gw, iso3_by_name
from bluehelm.tables.provenance import Coverage, Reason

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
    """Everything a provider's rows need to become a table; `wanted` are the header names they must have, `optional`
    those they may have, read as null where they are missing; `aliases` are other spellings of either.

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
    optional: tuple[str, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)


# The coordinates of a place that must have them.
COORDINATES = (
    Rule("latitude", "the latitude is not between -90 and 90", "not coalesce(abs(latitude) <= 90, false)"),
    Rule("longitude", "the longitude is not between -180 and 180", "not coalesce(abs(longitude) <= 180, false)"),
)


def cell(name: str) -> str:
    """SQL for the provider's text in a column."""
    return f"text.{identifier(name)}"


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


def day_written(text: str, pattern: str) -> str:
    """SQL that reads a date of 1900 to 2100 written by a strptime pattern such as %d/%m/%Y."""
    found = f"try_strptime(trim({text}), {literal(pattern)})::date"
    return f"case when {found} between date '1900-01-01' and date '2100-12-31' then {found} end"


def month_of(date: str) -> str:
    """SQL for the month, YYYY-MM, of a date."""
    return f"strftime({date}, '%Y-%m')"


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


def iso3_named(name: str) -> str:
    """SQL for the ISO 3166 code of a country's name; null where the name is not listed."""
    pairs = ", ".join(f"{literal(known)}: '{code}'" for known, code in iso3_by_name().items())
    return f"(map {{{pairs}}})[lower(trim({name}))]"


def iso3_checked(code: str) -> str:
    """SQL that reads an ISO 3166 alpha-3 code; null where it is none."""
    codes = ", ".join(f"'{known}'" for known in sorted(set(iso3_by_name().values())))
    return f"case when upper(trim({code})) in ({codes}) then upper(trim({code})) end"


def listed(text: str, meanings: dict[str, str]) -> str:
    """SQL that reads a word by a list of its meanings, without case and outer blanks; null where it is not listed."""
    pairs = " ".join(f"when {literal(word.lower())} then {literal(meant)}" for word, meant in meanings.items())
    return f"case lower(trim({text})) {pairs} end"


def grid_cell(latitude: str, longitude: str) -> str:
    """SQL for the PRIO-GRID cell of a point, as bluehelm.tables.grid.cell_of defines it; null without a coordinate."""
    row = f"least(floor(({latitude} + 90) * 2), 359)"
    column = f"least(floor(({longitude} + 180) * 2), 719)"
    # The least of null and a number is the number: a place without coordinates would fall in the last cell.
    is_known = f"{latitude} is not null and {longitude} is not null"
    return f"case when {is_known} then ({row} * 720 + {column} + 1)::bigint end"


def read_rows(delivered: Delivered, layout: Layout, scratch: Path) -> Intake:
    """Read delivered rows by their layout; raises IntakeError when the header does not fit them or no row is left."""
    columns = find_columns(delivered, layout)
    with duckdb.connect() as engine:
        # A progress bar on stdout would spoil an answer meant for programs.
        engine.sql("set enable_progress_bar = false")
        engine.sql(f"set temp_directory = {literal(scratch / 'spill')}")
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
        notes=(*_told(delivered, rows), *reasons_of(_with_lines(notes, lines))),
        coverage=Coverage(None, None, None),
    )


def _told(delivered: Delivered, rows: int) -> tuple[Reason, ...]:
    return tuple(Reason(note, rows, 1) for note in delivered.notes)


def find_columns(delivered: Delivered, layout: Layout) -> dict[str, str | None]:
    """The header name of each column a layout knows, None where an optional one is missing; IntakeError if not."""
    return match_header(delivered, layout.provider, layout.wanted, layout.optional, layout.aliases)


def match_header(
    delivered: Delivered,
    provider: str,
    wanted: Sequence[str],
    optional: Sequence[str] = (),
    aliases: Mapping[str, str] | None = None,
) -> dict[str, str | None]:
    """Header names by the provider's usual ones, compared without case and signs; None for a missing optional one.

    Raises IntakeError naming every missing column at once.
    """
    spelled = {_bare(name): name for name in delivered.header}
    found: dict[str, str | None] = {}
    for name in (*wanted, *optional):
        spellings = [_bare(name), *(alias for alias, meant in (aliases or {}).items() if meant == name)]
        found[name] = next((spelled[spelling] for spelling in spellings if spelling in spelled), None)
    missing = [name for name in wanted if found[name] is None]
    if missing:
        what = _(
            "its header lacks {missing}{number}",
            missing=", ".join(missing[:6]),
            number=_(" and more") if len(missing) > 6 else "",
        )
        next_step = _(
            "Is it a {provider} file? `bluehelm providers` lists what each provider's file looks like.",
            provider=provider,
        )
        raise refusal("bad_header", delivered, what, next_step, [_("no column {name}", name=name) for name in missing])
    return found


def renamed(columns: Mapping[str, str | None]) -> str:
    """SQL that gives each column its usual name; null where an optional one is missing."""
    return ", ".join(
        f"{identifier(header) if header else 'null::varchar'} as {identifier(name)}" for name, header in columns.items()
    )


def _bare(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def refusal(code: str, delivered: Delivered, what: str, next_step: str, problems: Iterable[str] = ()) -> IntakeError:
    return IntakeError(
        code, _("{name} was not taken in: {what}.", name=delivered.name, what=what), delivered.name, next_step, problems
    )


def literal(value: object) -> str:
    """SQL for a text."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(value: str) -> str:
    """SQL for a column's name."""
    return '"' + value.replace('"', '""') + '"'


def _count(engine: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(engine.sql(sql).fetchall()[0][0])


def _type_rows(
    engine: duckdb.DuckDBPyConnection,
    delivered: Delivered,
    layout: Layout,
    scratch: Path,
    columns: dict[str, str | None],
) -> int:
    """Write the typed rows, bad ones included, and create the view `typed` over them; return their number."""
    typed_file = scratch / "typed.parquet"
    texts = ", ".join(f"text.{identifier(wanted)} as {identifier('text ' + wanted)}" for wanted in columns)
    readings = ", ".join(f"{reading.sql} as {identifier(reading.column)}" for reading in layout.readings)
    kept = ", ".join(identifier(reading.column) for reading in layout.readings if not reading.column.startswith("_"))
    try:
        engine.sql(f"""
            copy (
                with text as (
                    select {renamed(columns)} from {rows_as_text(engine, delivered)}),
                read as (select {readings}, {texts} from text),
                judged as (select *, {_first_broken("_bad", layout.bad)}, {_first_broken("_doubt", layout.doubtful)},
                        {_first_broken("_note", layout.notes)}, {_first_broken("_misfit", layout.misfits)} from read)
                select {kept}, _bad, _doubt, _note, _misfit, {_text_of("_bad", layout.bad)},
                    {_text_of("_doubt", layout.doubtful)}, {_text_of("_note", layout.notes)} from judged
            ) to {literal(typed_file)} (format parquet, compression lz4_raw)""")
    except duckdb.Error as error:
        raise _does_not_fit(delivered, error) from error
    engine.sql(f"""
        create view typed as select file_row_number + 1 as row, *
        from read_parquet({literal(typed_file)}, file_row_number = true)""")
    rows = _count(engine, "select count(*) from typed")
    if rows == 0:
        raise refusal("empty_file", delivered, _("it has a header and no rows"), _("Download it again."))
    return rows


def rows_as_text(engine: duckdb.DuckDBPyConnection, delivered: Delivered) -> str:
    """SQL for the delivered rows, every cell as text; null where the provider left a cell empty."""
    if delivered.form == "rows":
        return _parquet_as_text(engine, delivered.plain)
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in delivered.header)
    return f"""read_csv({literal(delivered.plain)}, columns = {{{types}}}, header = true, auto_detect = false,
        delim = {literal(delivered.separator)}, quote = '"', escape = '"', strict_mode = true, null_padding = false,
        max_line_size = 16777216)"""


def _parquet_as_text(engine: duckdb.DuckDBPyConnection, path: Path) -> str:
    # A list of files, because a single text is a pattern in which brackets and stars mean something.
    source = f"read_parquet([{literal(path)}])"
    columns = engine.sql(f"describe select * from {source}").fetchall()
    texts = ", ".join(
        f"{_cell_as_text(identifier(name), kind)} as {identifier(name)}" for name, kind, *_rest in columns
    )
    return f"(select {texts} from {source})"


def _cell_as_text(name: str, kind: str) -> str:
    if kind in ("FLOAT", "DOUBLE"):
        return f"case when not isnan({name}) then {name}::varchar end"
    return f"nullif({name}::varchar, '')"


def sample_rows(delivered: Delivered, most: int) -> pl.DataFrame:
    """The first rows of a delivered file, every cell text; IntakeError when rows and header do not fit."""
    with duckdb.connect() as engine:
        engine.sql("set enable_progress_bar = false")
        try:
            found: pl.DataFrame = engine.sql(f"select * from {rows_as_text(engine, delivered)} limit {most}").pl()
        except duckdb.Error as error:
            raise _does_not_fit(delivered, error) from error
    return found


def reshape(
    delivered: Delivered, scratch: Path, columns: Mapping[str, str | None], select: Callable[[str], str]
) -> Delivered:
    """Rows turned into others before they are read, each still knowing the line it came from.

    `select` is given SQL for the provider's rows (every cell text under its usual name, and `row` numbered from 1)
    and returns the query to run, whose columns are `row` and the new header.
    """
    plain = scratch / f"reshaped-{uuid4().hex}.parquet"
    with duckdb.connect() as engine:
        engine.sql("set enable_progress_bar = false")
        source = f"(select row_number() over () as row, {renamed(columns)} from {rows_as_text(engine, delivered)})"
        try:
            rows = _count(engine, f"select count(*) from {source}")
            engine.sql(f"copy (select * from ({select(source)}) order by row) to {literal(plain)} (format parquet)")
        except duckdb.Error as error:
            raise _does_not_fit(delivered, error) from error
    numbers = pl.read_parquet(plain, columns=["row"])["row"].to_list()
    header = tuple(name for name in pl.read_parquet_schema(plain) if name != "row")
    lines = lines_of_rows(delivered, numbers, rows)
    return replace(delivered, plain=plain, form="rows", header=header, row_lines=lines)


def months_covered(rows_file: Path, month: str = "month") -> tuple[str | None, str | None]:
    """The first and the last month in a table's rows; `month` is SQL for a row's month."""
    with duckdb.connect() as engine:
        first, last = engine.sql(
            f"select min({month}), max({month}) from read_parquet($file)", params={"file": str(rows_file)}
        ).fetchall()[0]
    return first, last


def named_countries(rows_file: Path) -> tuple[str, ...]:
    """The ISO 3166 codes in a table's rows: the countries that a file which may be an extract speaks of."""
    with duckdb.connect() as engine:
        named = engine.sql(
            "select list_sort(list(distinct iso3) filter (iso3 is not null)) from read_parquet($file)",
            params={"file": str(rows_file)},
        ).fetchall()[0][0]
    return tuple(named or ())


def _first_broken(name: str, rules: tuple[Rule, ...]) -> str:
    """SQL for the number of the first rule a row breaks; null when it breaks none."""
    cases = " ".join(f"when {rule.broken} then {number}" for number, rule in enumerate(rules))
    return f"{f'case {cases} end' if rules else 'null'}::utinyint as {name}"


def _text_of(name: str, rules: tuple[Rule, ...]) -> str:
    """SQL for the provider's text in the column that a row's broken rule is about."""
    cases = " ".join(f"when {number} then {identifier('text ' + rule.column)}" for number, rule in enumerate(rules))
    return f"{f'case {name} {cases} end' if rules else 'null'}::varchar as {name}_text"


def _does_not_fit(delivered: Delivered, error: duckdb.Error) -> IntakeError:
    first_line, *others = str(error).removeprefix("Invalid Input Error: ").splitlines()
    # The engine goes on to suggest options that only programmers have.
    details = [line.strip() for line in others[:3] if line.strip() and "Possible" not in line]
    what = _(
        "its rows do not fit its header of {number} columns ({first_line})",
        number=len(delivered.header),
        first_line=first_line,
    )
    next_step = _("Download it again; if it was edited by hand, restore the commas and quotes.")
    return refusal("header_does_not_fit", delivered, what, next_step, details)


def _refuse_misfit(engine: duckdb.DuckDBPyConnection, layout: Layout, delivered: Delivered, rows: int) -> None:
    for number, rule in enumerate(layout.misfits):
        if _count(engine, f"select count(*) from typed where _misfit = {number}") > rows / 2:
            what = _("its header does not fit its rows: {reason}", reason=rule.reason)
            raise refusal("header_does_not_fit", delivered, what, _("Give the file as published."), [rule.column])


def _bad_rows(engine: duckdb.DuckDBPyConnection, layout: Layout) -> pl.DataFrame:
    """Rows that break a rule, then rows whose key an earlier good row already has."""
    broken = _rows_noted(engine, "_bad", layout.bad, "true")
    if any(reading.column in layout.table.key for reading in layout.numbered):
        return broken  # a key that numbers the rows cannot repeat
    key = ", ".join(identifier(column) for column in layout.table.key)
    column = next(reading.source for reading in layout.readings if reading.column == layout.table.key[0])
    repeats: pl.DataFrame = engine.sql(f"""
        with good as (select row, {key} from typed where _bad is null),
             repeated as (select {key} from good group by {key} having count(*) > 1)
        select row, {literal(column)} as "column", {layout.table.key[0]}::varchar as value,
               'the same {column} stands in an earlier row' as reason
        from good semi join repeated using ({key})
        qualify row_number() over (partition by {key} order by row) > 1""").pl()
    return pl.concat([broken, repeats.cast(broken.schema)]).sort("row")


def _doubtful_rows(engine: duckdb.DuckDBPyConnection, layout: Layout) -> pl.DataFrame:
    found = [_noted(engine, "_doubt", layout.doubtful)]
    for rule in layout.compared:
        column = next(reading.column for reading in layout.readings if reading.source == rule.column)
        compared: pl.DataFrame = engine.sql(f"""
            select row, {literal(rule.column)} as "column", {identifier(column)}::varchar as value,
                   {literal(rule.reason)} as reason
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
        what = _(
            "its header does not fit its rows: in {most:,} of {rows:,} rows {reason}",
            most=most,
            rows=rows,
            reason=reason,
        )
        next_step = _(
            "Look at the column {column} and its neighbours: do they stand under their own names?", column=column
        )
        raise refusal("header_does_not_fit", delivered, what, next_step, [f"{column}: {reason}"])


def _refuse_hopeless(bad: pl.DataFrame, delivered: Delivered, rows: int) -> None:
    if bad.is_empty():
        return
    counts = bad.group_by("column", "reason").len().sort(["len", "column", "reason"], descending=[True, False, False])
    column, reason, most = counts.row(0)
    if bad.height == rows or (rows >= MISFIT_ROWS and most > MISFIT_SHARE * rows):
        what = _(
            "its header does not fit its rows: in {most:,} of {rows:,} rows {reason}",
            most=most,
            rows=rows,
            reason=reason,
        )
        next_step = _("Look at the column {column}: is it what its name says?", column=column)
        raise refusal("header_does_not_fit", delivered, what, next_step, [f"{column}: {reason}"])


def _write_table(engine: duckdb.DuckDBPyConnection, layout: Layout, scratch: Path) -> Path:
    """The good rows as Parquet, in an order that lets a reader skip most of the file."""
    rows_file = scratch / "rows.parquet"
    numbered = {reading.column: f"{reading.sql} as {identifier(reading.column)}" for reading in layout.numbered}
    columns = ", ".join(numbered.get(name, identifier(name)) for name in layout.table.column_names)
    order = ", ".join(identifier(name) for name in layout.order or layout.table.key)
    engine.sql(f"""
        copy (select {columns} from typed where row not in (select row from bad_rows) order by {order}, row)
        to {literal(rows_file)} (format parquet, compression zstd, row_group_size {ROW_GROUP})""")
    return rows_file


def _line_numbers(delivered: Delivered, rows: int, wanted: pl.Series) -> dict[int, int]:
    numbers = sorted(set(wanted))
    lines = lines_of_rows(delivered, numbers, rows) if numbers else []
    return dict(zip(numbers, lines, strict=True))


def _with_lines(noted: pl.DataFrame, lines: dict[int, int]) -> pl.DataFrame:
    """Noted rows by their physical line instead of their number."""
    line = pl.Series("line", [lines[row] for row in noted["row"]], dtype=pl.Int64)
    return noted.select(line, "column", "value", "reason").cast(NOTED_ROWS).sort("line")
