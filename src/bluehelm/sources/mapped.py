"""How does a file of anybody's become a table, by a mapping that says which of its columns means what?

A mapping names, for each column of the table, the file's column, how its dates and decimals are written, what its
words mean and which words say "unknown". What can be computed is: the grid cell from the coordinates. Everything else
is as for any provider: bad rows are set aside with line and reason, and unknown stays null.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from bluehelm.language import _
from bluehelm.sources.delivered import Wanted
from bluehelm.sources.provider import Provider, reader
from bluehelm.sources.reading import (
    Layout,
    Reading,
    Rule,
    cell,
    day,
    day_written,
    grid_cell,
    iso3_checked,
    iso3_named,
    literal,
    month_of,
    months_covered,
    named_countries,
    number,
    whole_number,
    words,
)
from bluehelm.tables import Column, Table
from bluehelm.tables.contributions import PERSONNEL
from bluehelm.tables.events import TYPES
from bluehelm.tables.provenance import Coverage, SourceNote

FORMATS = ("csv", "xlsx")
FILES = Wanted(formats=FORMATS)
TRUE, FALSE = ("true", "yes", "y", "1", "x"), ("false", "no", "n", "0")
# A number in a date column of a workbook counts days from a day that two makers chose differently.
SERIALS = {"days since 1899-12-30": "1899-12-30", "days since 1904-01-01": "1904-01-01"}
# Columns whose words are a closed list: a word of the file is one of them, or the mapping says which it means.
VOCABULARIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("events", "type"): TYPES,
    ("located_events", "type"): TYPES,
    ("contributions", "personnel"): PERSONNEL,
}
MONTH_PATTERN = r"'\d{4}-(0[1-9]|1[0-2])'"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Where one column comes from: a column of the file, or a constant.

    `date` is a strptime pattern or one of SERIALS; `decimal` the sign before decimals; `values` what the file's words
    mean, complete when given.
    """

    source: str | None = None
    constant: str | None = None
    date: str | None = None
    decimal: str = "."
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileMapping:
    """All of a mapping: whose file it is, how it is laid out, and its columns by the table's names."""

    note: SourceNote
    table: Table
    columns: Mapping[str, ColumnMapping]
    files: Wanted = FILES
    unknown: tuple[str, ...] = ()


def problems_of(mapping: FileMapping) -> list[str]:
    """What is wrong with a mapping before any file is read; empty when nothing is."""
    known = {column.name: column for column in mapping.table.columns}
    problems = [
        _("{name}: the {name_2} table has no such column", name=name, name_2=mapping.table.name)
        for name in mapping.columns
        if name not in known
    ]
    for name, mapped in mapping.columns.items():
        if (mapped.source is None) == (mapped.constant is None):
            problems.append(_("{name}: needs either from or constant, and not both", name=name))
        if mapped.date and name in known and not _is_dated(known[name]):
            problems.append(_("{name}: is no date, and has a date pattern", name=name))
    computed = {"gid"} if {"latitude", "longitude"} <= set(mapping.columns) else set()
    problems += [
        _("{name}: is required ({meaning}) and comes from nowhere", name=column.name, meaning=column.meaning)
        for column in mapping.table.columns
        if column.required and column.name not in mapping.columns and column.name not in computed
    ]
    return problems


def provider_of(
    mapping: FileMapping, doubtful: tuple[Rule, ...] = (), extra: tuple[Reading, ...] = (), notes: tuple[str, ...] = ()
) -> Provider:
    """The provider that a mapping makes; `doubtful`, `extra` and `notes` are what a form knows beyond the mapping."""
    layout = layout_of(mapping, doubtful, extra)
    return Provider(
        mapping.note, mapping.table, layout.wanted, reader(layout, coverage_of(mapping.table), notes), mapping.files
    )


def layout_of(mapping: FileMapping, doubtful: tuple[Rule, ...] = (), extra: tuple[Reading, ...] = ()) -> Layout:
    """The layout that a mapping without problems says."""
    sources = [mapped.source for mapped in mapping.columns.values() if mapped.source is not None]
    wanted = tuple(dict.fromkeys([*sources, *(reading.source for reading in extra)]))
    readings, rules = [], []
    for column in mapping.table.columns:
        mapped = mapping.columns.get(column.name)
        readings.append(Reading(column.name, _read(column, mapped, mapping), _source(column, mapped, mapping)))
        if mapped and mapped.source is not None:
            readings.append(Reading(_given(column), _text(mapped.source, mapping), mapped.source))
            rules += _rules(column, mapped.source, VOCABULARIES.get((mapping.table.name, column.name)))
    return Layout(
        table=mapping.table,
        provider=mapping.note.provider,
        wanted=wanted,
        readings=(*readings, *extra),
        bad=tuple(rules),
        doubtful=doubtful,
        order=mapping.table.key,
    )


def _given(column: Column) -> str:
    return f"_given_{column.name}"


def _source(column: Column, mapped: ColumnMapping | None, mapping: FileMapping) -> str:
    """The file's column that a person must look at when this one is wrong."""
    if mapped and mapped.source:
        return mapped.source
    return next((other.source for other in mapping.columns.values() if other.source), "")


def _read(column: Column, mapped: ColumnMapping | None, mapping: FileMapping) -> str:
    """SQL for one column of the table."""
    if mapped is None:
        return _computed(column, mapping)
    if mapped.constant is not None:
        return _typed(column, ColumnMapping(), literal(mapped.constant))
    text = _text(str(mapped.source), mapping)
    if mapped.values:
        pairs = " ".join(f"when {literal(word)} then {literal(meant)}" for word, meant in mapped.values.items())
        return _typed(column, ColumnMapping(), f"(case {text} {pairs} end)")
    return _typed(column, mapped, text)


def _text(source: str, mapping: FileMapping) -> str:
    """SQL for the file's text; null where it is one of the mapping's words for unknown."""
    text = words(cell(source))
    if not mapping.unknown:
        return text
    said = ", ".join(literal(word.strip().lower()) for word in mapping.unknown)
    return f"(case when lower({text}) not in ({said}) then {text} end)"


def _computed(column: Column, mapping: FileMapping) -> str:
    types: dict[type[pl.DataType], str] = {
        pl.Int64: "bigint",
        pl.Float64: "double",
        pl.Date: "date",
        pl.Boolean: "boolean",
    }
    if column.name == "gid" and {"latitude", "longitude"} <= set(mapping.columns):
        columns = {name.name: name for name in mapping.table.columns}
        latitude, longitude = (
            _read(columns[name], mapping.columns[name], mapping) for name in ("latitude", "longitude")
        )
        return grid_cell(f"({latitude})", f"({longitude})")
    return f"null::{types.get(column.dtype, 'varchar')}"


def _is_dated(column: Column) -> bool:
    return column.dtype == pl.Date or column.name == "month"


def _typed(column: Column, mapped: ColumnMapping, text: str) -> str:
    """SQL that reads a text as the column's type; null where it cannot."""
    if column.dtype == pl.Date:
        return _day(mapped, text)
    if column.name == "month":
        written = f"case when regexp_full_match({text}, {MONTH_PATTERN}) then {text} end"
        return f"coalesce({written}, {month_of(_day(mapped, text))})"
    if column.name == "iso3":
        return f"coalesce({iso3_checked(text)}, {iso3_named(text)})"
    if column.dtype == pl.Int64:
        return whole_number(_decimal(mapped, text))
    if column.dtype == pl.Float64:
        return number(_decimal(mapped, text))
    if column.dtype == pl.Boolean:
        return f"case when lower({text}) in {TRUE} then true when lower({text}) in {FALSE} then false end"
    return text


def _day(mapped: ColumnMapping, text: str) -> str:
    if mapped.date is None:
        return day(text)
    if mapped.date in SERIALS:
        days = whole_number(text)
        return f"case when {days} between 1 and 100000 then date '{SERIALS[mapped.date]}' + ({days})::integer end"
    return day_written(text, mapped.date)


def _decimal(mapped: ColumnMapping, text: str) -> str:
    """A number as the engine writes it; a point where a comma was promised makes it unreadable, not a thousand."""
    if mapped.decimal == ",":
        return f"(case when not contains({text}, '.') then replace({text}, ',', '.') end)"
    return text


def _rules(column: Column, source: str, vocabulary: tuple[str, ...] | None) -> list[Rule]:
    name, given = column.name, _given(column)
    rules = []
    if column.required:
        rules.append(Rule(source, f"{name} is missing", f"{given} is null"))
    rules.append(
        Rule(source, f"{name} cannot be read as {column.type_name}", f'{given} is not null and "{name}" is null')
    )
    if name in ("latitude", "longitude"):
        most = 90 if name == "latitude" else 180
        rules.append(Rule(source, f"the {name} is not between -{most} and {most}", f"abs({name}) > {most}"))
    if vocabulary:
        listed = ", ".join(literal(word) for word in vocabulary)
        rules.append(Rule(source, f"{name} is not one of {', '.join(vocabulary)}", f'"{name}" not in ({listed})'))
    if column.unit == "persons":
        rules.append(Rule(source, f"{name} is below 0", f'"{name}" < 0'))
    return rules


def coverage_of(table: Table) -> Callable[[Path], Coverage]:
    """How to tell what a mapped table speaks of: the months of its dates, and only the countries it names."""
    dated = next((column for column in table.columns if _is_dated(column)), None)
    month = "null" if dated is None else dated.name if dated.name == "month" else month_of(dated.name)
    has_country = "iso3" in table.column_names

    def coverage(rows_file: Path) -> Coverage:
        return Coverage(*months_covered(rows_file, month), named_countries(rows_file) if has_country else ())

    return coverage
