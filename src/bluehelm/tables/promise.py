"""How is a table's promise written down, and does a frame keep it?"""

from dataclasses import dataclass

import polars as pl

type_names = {
    pl.String: "text",
    pl.Int64: "whole number",
    pl.Float64: "number",
    pl.Date: "date",
    pl.Boolean: "true or false",
}


class TableError(ValueError):
    """A frame does not keep its table's promise; `problems` lists every way in which it fails."""

    def __init__(self, table: str, problems: list[str]) -> None:
        super().__init__(f"The {table} table's promise is broken: " + "; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `unit` is empty for names and codes; `required` means never null."""

    name: str
    dtype: type[pl.DataType]
    meaning: str
    unit: str = ""
    required: bool = False

    @property
    def type_name(self) -> str:
        return type_names[self.dtype]


@dataclass(frozen=True, slots=True)
class Table:
    """A named promise: `grain` says what one row is, `key` which columns identify it."""

    name: str
    title: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def grain_said(self) -> str:
        """What one row is, to stand after `one row is`."""
        return self.grain.removeprefix("one row per ")

    @property
    def schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def check(self, rows: pl.DataFrame) -> None:
        """Raise TableError naming every broken promise: columns, types, nulls, repeated keys."""
        problems = [
            f"column {column.name} is {rows.schema.get(column.name)}, not {column.dtype.__name__}"
            for column in self.columns
            if rows.schema.get(column.name) != column.dtype
        ]
        problems += [f"column {name} is not promised" for name in rows.columns if name not in self.column_names]
        if not problems:
            problems = self._broken_values(rows)
        if problems:
            raise TableError(self.name, problems)

    def _broken_values(self, rows: pl.DataFrame) -> list[str]:
        problems = [
            f"column {column.name} has {empty:,} empty cells"
            for column in self.columns
            if column.required and (empty := rows[column.name].null_count())
        ]
        repeated = rows.height - rows.select(self.key).n_unique()
        if repeated:
            problems.append(f"key {', '.join(self.key)} repeats in {repeated:,} rows")
        return problems
