"""What must travel beside an exported table so that it can be read, checked and cited years later?

A Data Package descriptor (Frictionless Data, version 2): the file's size and digest, what each column means and in
which unit, whose data they are, under which terms, and which versions they came from.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from bluehelm import __version__
from bluehelm.spine import VersionRef
from bluehelm.tables import Column, Table

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FIELD_TYPES = {
    pl.String: "string",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Date: "date",
    pl.Boolean: "boolean",
}


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A data file as it was written; `is_table` when its rows and columns can be read as a plain table."""

    name: str
    format: str
    mediatype: str
    bytes: int
    sha256: str
    is_table: bool
    dialect: Mapping[str, Any] | None = None


def datapackage(
    file: WrittenFile,
    table: Table,
    fields: Sequence[Mapping[str, Any]],
    of: VersionRef,
    *,
    url: str,
    lineage: Mapping[str, Any],
) -> dict[str, Any]:
    """The descriptor as JSON values; `lineage` says what the version rests on and what was set aside or is doubtful."""
    resource = {
        "name": table.name,
        "path": file.name,
        **({"type": "table"} if file.is_table else {}),
        "title": table.title,
        "description": f"{table.grain}.",
        "format": file.format,
        "mediatype": file.mediatype,
        **({"encoding": "utf-8"} if "csv" in file.mediatype or "json" in file.mediatype else {}),
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        **({"dialect": dict(file.dialect)} if file.dialect else {}),
        "schema": {"fields": list(fields), "primaryKey": _key(table, fields), "missingValues": [""]},
    }
    return {
        "$schema": PROFILE,
        "name": f"{table.name.replace('_', '-')}-{of.version}",
        "title": f"{table.title}, version {of.version}{', synthetic' if lineage.get('synthetic') else ''}",
        "version": str(of.version),
        "sources": [{"title": of.title, "path": url} if url else {"title": of.title}],
        "licenses": [_licence(of.licence, url)],
        "resources": [resource],
        "bluehelm": {
            "program": f"bluehelm {__version__}",
            "table": of.table,
            "version": of.version,
            "provider": of.provider,
            "citation": of.citation,
            "retrieved": of.retrieved.isoformat(),
            "sha256_of_providers_file": of.sha256,
            **lineage,
        },
    }


def table_fields(table: Table) -> list[dict[str, Any]]:
    """Every column of a table as its promise has it."""
    return [field_of(column, column.name) for column in table.columns]


def field_of(column: Column, name: str) -> dict[str, Any]:
    """A column under the name it has in the file: type, meaning, unit and whether a cell may be empty."""
    kind = "yearmonth" if column.name == "month" else FIELD_TYPES[column.dtype]
    return {
        "name": name,
        "type": kind,
        "description": column.meaning,
        **({"unit": column.unit} if column.unit else {}),
        **({"constraints": {"required": True}} if column.required else {}),
    }


def _key(table: Table, fields: Sequence[Mapping[str, Any]]) -> list[str]:
    names = [str(field["name"]) for field in fields]
    own = [str(field["name"]) for field in fields if field.get("role") == "dimension"]
    return own or [name for name in table.key if name in names]


def _licence(licence: str, url: str) -> dict[str, str]:
    """The provider's own words, and a name of letters, digits and dashes, as the standard wants one."""
    name = re.sub(r"[^A-Za-z0-9._]+", "-", licence).strip("-")
    return {"name": name or "not-stated", "title": licence or "not stated", **({"path": url} if url else {})}
