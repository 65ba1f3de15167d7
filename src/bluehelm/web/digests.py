"""Are the records of two databases the same, whatever kind of database keeps them?

Every row of every table is written as canonical JSON, in the order of its key, and each table has one SHA-256. What a
database adds of its own, such as how it stores an instant, does not enter: only what the application reads.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

AT_A_TIME = 2_000


@dataclass(frozen=True, slots=True)
class TableDigest:
    """How many rows a table of records has, and their digest."""

    table: str
    rows: int
    sha256: str


def kept_models(using: str) -> list[type[models.Model]]:
    """Every model with a table of its own, the hidden ones between two others included, by the name of the table.

    Of records of an earlier release these are the models as they were then.
    """
    loader = MigrationExecutor(connections[using]).loader
    applied = [node for node in loader.graph.nodes if node in loader.applied_migrations]
    is_current = len(applied) == len(loader.graph.nodes)
    known = apps if is_current else loader.project_state(applied).apps
    found = {
        model._meta.db_table: model
        for model in known.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return [found[name] for name in sorted(found)]


def rows_of(model: type[models.Model], using: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table as the application reads them, in the order of their key."""
    names = [field.attname for field in model._meta.concrete_fields]
    asked: models.QuerySet[Any, Any] = models.QuerySet(model, using=using)
    return asked.order_by("pk").values_list(*names).iterator(chunk_size=AT_A_TIME)


def digest_of(model: type[models.Model], using: str) -> TableDigest:
    """The digest of a table, its columns by name: a migration need not list them as the model does."""
    names = [field.attname for field in model._meta.concrete_fields]
    by_name = sorted(range(len(names)), key=names.__getitem__)
    digest, count = hashlib.sha256(), 0
    for row in rows_of(model, using):
        digest.update(canonical([row[place] for place in by_name]).encode() + b"\n")
        count += 1
    return TableDigest(model._meta.db_table, count, digest.hexdigest())


def digests(using: str) -> list[TableDigest]:
    """The digest of every table of records."""
    return [digest_of(model, using) for model in kept_models(using)]


def digest_of_all(tables: list[TableDigest]) -> str:
    """One digest of all tables."""
    lines = "".join(f"{one.table} {one.rows} {one.sha256}\n" for one in tables)
    return hashlib.sha256(lines.encode()).hexdigest()


def applied_migrations(using: str) -> set[tuple[str, str]]:
    """The migrations that a database has been through."""
    return set(MigrationRecorder(connections[using]).applied_migrations())


def canonical(value: object) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> object:
    """A value that JSON does not know, with its kind, so that a text never passes for a date."""
    if isinstance(value, datetime):
        return {"instant": value.astimezone(UTC).isoformat(timespec="microseconds")}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal | UUID | timedelta):
        return {type(value).__name__: str(value)}
    if isinstance(value, bytes | memoryview):
        return {"bytes": b64encode(bytes(value)).decode()}
    raise TypeError(f"{type(value).__name__} has no canonical form")
