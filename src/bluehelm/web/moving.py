"""How do the records of a data folder move from SQLite to PostgreSQL, or back, without losing a row?

Everything happens in one transaction of an empty target, while the source is held against writing: tables are made,
rows are copied as they stand with their keys, both are digested and the audit is walked. Only when they are equal is
the target kept. The source is read and never written; a move that is killed leaves it as it was, and the target empty.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from bluehelm.web.audit.chain import COLUMNS, Link, Verdict, verify
from bluehelm.web.audit.guards import missing, put_back
from bluehelm.web.audit.models import Entry
from bluehelm.web.databases import DATABASE, sqlite
from bluehelm.web.digests import (
    AT_A_TIME,
    TableDigest,
    applied_migrations,
    digest_of_all,
    digests,
    kept_models,
    rows_of,
)

TARGET = "target"

Tell = Callable[[str, int, int], None]


class MoveError(RuntimeError):
    """The records cannot move as asked; `code` says why. Source and target are as they were."""

    def __init__(self, code: str, what: str, next_step: str, problems: list[str] | None = None) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.next_step = next_step
        self.problems = problems or []


@dataclass(frozen=True, slots=True)
class Moved:
    """What arrived: every table with its rows and digest, equal on both sides, and the audit that holds."""

    tables: list[TableDigest]
    audit_entries: int

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables)

    @property
    def sha256(self) -> str:
        return digest_of_all(self.tables)


def move_to_file(file: Path, tell: Tell) -> Moved:
    """Copy the records into a new SQLite file, which appears whole or not at all; MoveError."""
    part = file.with_name(f".{file.name}.part")
    if file.exists():
        what = f"{file.name} is there already: records are never written over others."
        raise MoveError("not_empty", what, "Move the file away, or name another data folder with --home.")
    for ending in ("", "-wal", "-shm"):  # what a killed move left
        part.with_name(part.name + ending).unlink(missing_ok=True)
    try:
        moved = move_to(sqlite(part), tell)
        _close_log(part)
        part.replace(file)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            part.with_name(part.name + ending).unlink(missing_ok=True)
    return moved


def _close_log(file: Path) -> None:
    """Bring everything into the one file: it is renamed without its log."""
    import sqlite3

    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


def move_to(settings: dict[str, Any], tell: Tell) -> Moved:
    """Copy the records into an empty database; MoveError when it is not empty or something would be lost."""
    with _connected(settings):
        _require_empty()
        if connections[TARGET].vendor == "sqlite":
            _make_tables()  # SQLite makes none inside a transaction; the file is a part that is thrown away
        with _held(), transaction.atomic(using=TARGET):
            if connections[TARGET].vendor == "postgresql":
                _make_tables()
                with connections[TARGET].cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # making tables had them checked at once
            _clear_what_migrating_wrote()
            many = kept_models(DEFAULT_DB_ALIAS)
            for number, model in enumerate(many, start=1):
                tell(f"Moving {model._meta.db_table}", number, len(many))
                _copy(model)
            connections[TARGET].check_constraints()
            _set_sequences(many)
            return _compared()


@contextmanager
def _connected(settings: dict[str, Any]) -> Iterator[None]:
    """The target as a second database of this process."""
    whole = connections.configure_settings({DEFAULT_DB_ALIAS: settings})[DEFAULT_DB_ALIAS]
    connections.settings[TARGET] = whole
    try:
        yield
    finally:
        connections[TARGET].close()
        del connections[TARGET]
        del connections.settings[TARGET]


def _require_empty() -> None:
    with connections[TARGET].cursor() as cursor:
        there = connections[TARGET].introspection.table_names(cursor)
    if there:
        what = f"The database is not empty: it has {len(there)} tables. Records are never mixed with others."
        raise MoveError("not_empty", what, "Name a new, empty database.", sorted(there)[:5])


@contextmanager
def _held() -> Iterator[None]:
    """The source, read as at one moment; whoever would write waits until the move is over."""
    connection = connections[DEFAULT_DB_ALIAS]
    with transaction.atomic():  # on SQLite it begins IMMEDIATE, which is the lock
        if connection.vendor == "postgresql":
            names = ", ".join(
                connection.ops.quote_name(model._meta.db_table) for model in kept_models(DEFAULT_DB_ALIAS)
            )
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {names} IN SHARE MODE")  # nosec B608  # names of our own tables
        yield


def _make_tables() -> None:
    """The tables as the source has them, be it of this release or of an earlier one."""
    there = applied_migrations(DEFAULT_DB_ALIAS)
    executor = MigrationExecutor(connections[TARGET])
    nodes = set(executor.loader.graph.nodes)
    if newer := there - nodes:
        known = {app for app, _ in nodes}
        listed = sorted(f"{app} {name}" for app, name in newer if app in known)
        if listed:
            what = "The records are of a later release than this program."
            raise MoveError("later_release", what, "Install that release, or a later one.", listed[:5])
    if nodes <= there:
        call_command("migrate", database=TARGET, interactive=False, verbosity=0)
    else:
        followed = {parent.key for node in there & nodes for parent in executor.loader.graph.node_map[node].parents}
        executor.migrate(sorted(there & nodes - followed))
        put_back(TARGET)


def _clear_what_migrating_wrote() -> None:
    """Rows that making the tables put in, such as the names of rights, come from the source instead."""
    for model in reversed(kept_models(TARGET)):
        rows: models.QuerySet[Any, Any] = models.QuerySet(model, using=TARGET)
        if model._meta.db_table != Entry._meta.db_table:
            rows._raw_delete(using=TARGET)  # whole tables: no signals, no cascades
        elif rows.exists():
            raise MoveError("not_empty", "Making the tables wrote into the audit.", "Report this.")


def _copy(model: type[models.Model]) -> None:
    """The rows as they stand; nothing that a save would fill in, such as the hour, is filled in anew."""
    fields = model._meta.local_concrete_fields
    names = [field.attname for field in model._meta.concrete_fields]
    target: Any = models.QuerySet(model, using=TARGET)
    batch: list[models.Model] = []

    def write() -> None:
        size = connections[TARGET].ops.bulk_batch_size(fields, batch)
        for start in range(0, len(batch), max(1, size)):
            target._insert(batch[start : start + size], fields=fields, using=TARGET, raw=True)
        batch.clear()

    for row in rows_of(model, DEFAULT_DB_ALIAS):
        batch.append(model.from_db(TARGET, names, row))
        if len(batch) == AT_A_TIME:
            write()
    if batch:
        write()


def _set_sequences(many: list[type[models.Model]]) -> None:
    """New rows get keys after those that were copied."""
    connection = connections[TARGET]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), many):
            cursor.execute(statement)


def _compared() -> Moved:
    before, after = digests(DEFAULT_DB_ALIAS), digests(TARGET)
    wrong = [one.table for one, other in zip(before, after, strict=True) if one != other]
    if applied_migrations(DEFAULT_DB_ALIAS) != applied_migrations(TARGET):
        wrong.append("django_migrations")
    if wrong:
        what = f"{len(wrong)} tables did not arrive as they were."
        raise MoveError("differs", what, "Keep the source, and report which tables.", wrong)
    verdict = audit_of(TARGET)
    if not verdict.holds or missing(TARGET):
        what = f"The audit does not hold: {verdict.reason or 'its guards are missing'}."
        raise MoveError("broken", what, "`bluehelm audit verify` says more.")
    return Moved(after, verdict.entries)


def audit_of(using: str) -> Verdict:
    """A walk along the audit of a database."""
    asked: models.QuerySet[Any, Any] = models.QuerySet(Entry, using=using)
    rows = asked.order_by("sequence").values_list(*COLUMNS)
    return verify(Link(*row) for row in rows.iterator(chunk_size=AT_A_TIME))


__all__ = ["DATABASE", "MoveError", "Moved", "audit_of", "move_to", "move_to_file"]
