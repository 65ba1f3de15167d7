"""What does a mapping say, and is it sound?

A mapping is a small YAML file that a person can read and correct: it says which of a file's columns means which of a
table's. It is read strictly, and all that is wrong with it is told at once.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bluehelm.definitions import DefinitionError
from bluehelm.definitions.strict_yaml import Text, build, read_mapping
from bluehelm.language import _
from bluehelm.sources import PROVIDERS, Wanted
from bluehelm.sources.mapped import FORMATS, SERIALS, ColumnMapping, FileMapping, problems_of
from bluehelm.tables import TABLES
from bluehelm.tables.provenance import SourceNote

STRICT = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)
LARGEST_MAPPING_BYTES = 1 << 20
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]


class _Column(BaseModel):
    model_config = STRICT

    source: Text | None = Field(default=None, alias="from")
    constant: Text | None = None
    date: Text | None = None
    decimal: Literal[".", ","] = "."
    values: dict[Text, Text] = Field(default_factory=dict)


class _Mapping(BaseModel):
    model_config = STRICT

    title: Text
    provider: Name
    licence: Text
    citation: Text
    url: str = ""
    table: Text
    separator: Literal[",", ";", "\t", "|"] = ","
    sheet: Text | None = None
    header_row: Annotated[int, Field(ge=1, le=1000)] = 1
    unknown: list[Text] = Field(default_factory=list)
    columns: dict[Text, _Column]


def load_mapping(path: Path) -> FileMapping:
    """Read a mapping; raises DefinitionError with every problem when it is not sound."""
    if not path.is_file():
        raise DefinitionError(path.name, [_("{path}: there is no such file", path=path)])
    if path.stat().st_size > LARGEST_MAPPING_BYTES:
        raise DefinitionError(path.name, [_("{name}: is larger than a mapping can be", name=path.name)])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DefinitionError(
            path.name, [_("{name}: is not UTF-8 text (byte {start:,})", name=path.name, start=error.start)]
        ) from None
    return parse_mapping(text, path.name)


def parse_mapping(text: str, where: str) -> FileMapping:
    """A mapping from its text; raises DefinitionError with every problem when it is not sound."""
    content, problems = read_mapping(text, where)
    said = build(_Mapping, content, where, problems)
    if said.table not in TABLES:
        raise DefinitionError(
            where,
            [
                _(
                    "{where}: table: there is no table {table!r}; there is: {tables}",
                    where=where,
                    table=said.table,
                    tables=", ".join(TABLES),
                )
            ],
        )
    mapping = FileMapping(
        note=SourceNote(said.provider, said.title, said.licence, said.citation, said.url),
        table=TABLES[said.table],
        columns={
            name: ColumnMapping(column.source, column.constant, column.date, column.decimal, column.values)
            for name, column in said.columns.items()
        },
        files=Wanted(FORMATS, said.separator, said.sheet, said.header_row),
        unknown=tuple(said.unknown),
    )
    wrong = [_("{where}: columns, {problem}", where=where, problem=problem) for problem in problems_of(mapping)]
    wrong += [_("{where}: columns, {problem}", where=where, problem=problem) for problem in _bad_dates(mapping)]
    if said.provider in PROVIDERS:
        wrong.append(
            _(
                "{where}: provider: {provider!r} is a provider of the package; choose a name of your own",
                where=where,
                provider=said.provider,
            )
        )
    if wrong:
        raise DefinitionError(where, wrong)
    return mapping


DIRECTIVE = re.compile(r"%(.)")
# Those that DuckDB and people agree on, and that make a whole date.
DIRECTIVES = set("YymdBbjHMSfpIAa%")


def _bad_dates(mapping: FileMapping) -> list[str]:
    """Date patterns that no date can be read by."""
    problems = []
    for name, column in mapping.columns.items():
        if column.date is None or column.date in SERIALS:
            continue
        found = set(DIRECTIVE.findall(column.date))
        has_year, has_month = bool(found & {"Y", "y"}), bool(found & {"m", "B", "b", "j"})
        if not (found <= DIRECTIVES and has_year and has_month) or column.date.endswith("%"):
            problems.append(
                _("{name}: {date!r} is no date pattern; write %d/%m/%Y, for example", name=name, date=column.date)
            )
    return problems


def mapping_text(mapping: FileMapping, remarks: Sequence[str] = ()) -> str:
    """A mapping as YAML, with remarks on top."""
    files = mapping.files
    content: dict[str, Any] = {
        "title": mapping.note.title,
        "provider": mapping.note.provider,
        "licence": mapping.note.licence,
        "citation": mapping.note.citation,
        "table": mapping.table.name,
    }
    if mapping.note.url:
        content["url"] = mapping.note.url
    standard = Wanted(FORMATS)
    content |= {
        name: getattr(files, name)
        for name in ("separator", "sheet", "header_row")
        if getattr(files, name) != getattr(standard, name)
    }
    if mapping.unknown:
        content["unknown"] = list(mapping.unknown)
    content["columns"] = {name: _column_content(column) for name, column in mapping.columns.items()}
    head = "".join(f"# {remark}\n" for remark in remarks)
    return head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def _column_content(column: ColumnMapping) -> dict[str, Any]:
    content: dict[str, Any] = {"from": column.source} if column.source is not None else {"constant": column.constant}
    if column.date:
        content["date"] = column.date
    if column.decimal != ".":
        content["decimal"] = column.decimal
    if column.values:
        content["values"] = dict(column.values)
    return content
