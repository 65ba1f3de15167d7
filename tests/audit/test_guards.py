"""Does the database refuse to change the audit, also after a table was built anew?

Runs on SQLite, and on PostgreSQL by tests/audit/test_postgresql.py.
"""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from bluehelm.web.audit.chain import COLUMNS, verify
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.audit.guards import missing, put_back
from bluehelm.web.audit.models import Entry
from tests.audit.attacker import drop_guards

pytestmark = pytest.mark.django_db(transaction=True)

on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'")
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'")


@pytest.fixture(autouse=True)
def three_entries():
    with transaction.atomic():
        for key in "12":
            append_entry(deed="finding.raised", kind="finding", key=key, by="analyst")


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def chain_holds() -> bool:
    return verify(entry.link for entry in Entry.objects.all()).holds


CHANGES = ["UPDATE audit_entry SET reason = 'x'", "UPDATE audit_entry SET deed = deed", "DELETE FROM audit_entry"]


def refused(statements: list[str]) -> bool:
    for statement in statements:
        with pytest.raises(DatabaseError, match="append-only"):
            execute(statement)
    return Entry.objects.count() == 3 and chain_holds()


def test_update_and_delete_are_refused():
    assert missing() == []
    assert refused(CHANGES)


@on_postgresql
def test_truncate_is_refused():
    assert refused(["TRUNCATE audit_entry", "TRUNCATE audit_entry CASCADE"])


@on_postgresql
def test_no_session_setting_switches_the_guards_off():
    for statement in (*CHANGES, "TRUNCATE audit_entry"):
        with pytest.raises(DatabaseError, match="append-only"):
            execute(f"SET LOCAL session_replication_role = replica; {statement}")
    assert chain_holds()


@on_postgresql
def test_an_upsert_is_refused():
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    insert = f"INSERT INTO audit_entry ({names}) SELECT {names} FROM audit_entry WHERE sequence = 2"
    assert refused([f"{insert} ON CONFLICT (sequence) DO UPDATE SET reason = 'x'"])


@on_sqlite
@pytest.mark.parametrize(
    "shift", ["sequence", "sequence + 1", "sequence + 2", "-1"], ids=["the same", "last", "next", "before"]
)
def test_an_insert_that_replaces_an_entry_is_refused(shift):
    """REPLACE deletes whatever stands in the way without asking the triggers for deleting."""
    columns = [shift, *(f'"{name}"' for name in COLUMNS[1:])]
    statement = f"INSERT OR REPLACE INTO audit_entry SELECT {', '.join(columns)} FROM audit_entry WHERE sequence = 2"
    assert refused([statement])


def test_an_insert_that_does_not_follow_the_last_entry_is_refused():
    entry = Entry.objects.get(sequence=2)
    for sequence in (2, 4):
        twin = Entry(**{name: getattr(entry, name) for name in COLUMNS} | {"sequence": sequence})
        with pytest.raises(DatabaseError), transaction.atomic():
            models.Model.save(twin, force_insert=True)
    assert Entry.objects.count() == 3


@pytest.fixture
def altered():
    """The table with a column of another kind, as a migration of a later version leaves it; and back again."""
    now, later = Entry._meta.get_field("reason"), _longer_reason()
    with connection.schema_editor() as editor:
        editor.alter_field(Entry, now, later)
    yield
    with connection.schema_editor() as editor:
        editor.alter_field(Entry, later, now)
    put_back()


def _longer_reason() -> models.Field:
    reason = models.TextField(null=True)
    reason.set_attributes_from_name("reason")
    reason.model = Entry
    return reason


@on_sqlite
def test_a_table_built_anew_has_lost_its_guards_and_migrate_puts_them_back(altered):
    assert len(missing()) == 3
    call_command("migrate", verbosity=0, interactive=False)
    assert missing() == []
    assert refused(CHANGES)


@on_postgresql
def test_an_altered_table_keeps_its_guards(altered):
    assert missing() == []
    assert refused(CHANGES)


def test_dropped_guards_are_put_back_by_migrate_whatever_app_is_migrated():
    with connection.cursor() as cursor:
        drop_guards(cursor, connection.vendor)
    assert missing()
    call_command("migrate", "accounts", verbosity=0, interactive=False)
    assert missing() == []
    assert refused(CHANGES)


@on_sqlite
def test_a_guard_that_was_emptied_is_put_back():
    execute("DROP TRIGGER audit_entry_refuses_delete")
    execute("CREATE TRIGGER audit_entry_refuses_delete BEFORE DELETE ON audit_entry BEGIN SELECT 1; END")
    assert missing() == ["audit_entry_refuses_delete"]
    put_back()
    assert refused(CHANGES)


@on_postgresql
def test_a_guard_that_was_switched_off_or_emptied_is_put_back():
    execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_refuses_change")
    assert missing() == ["audit_entry_refuses_change"]
    put_back()
    assert refused(CHANGES)
    emptied = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
    execute(f"CREATE OR REPLACE FUNCTION audit_entry_refuses() {emptied}")
    assert missing() == ["audit_entry_refuses"]
    put_back()
    assert refused(CHANGES)


@on_postgresql
def test_a_role_that_owns_nothing_appends_and_no_more():
    execute("CREATE ROLE program; GRANT SELECT, INSERT ON audit_entry TO program")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE program")
            append_entry(deed="finding.raised", kind="finding", key="3", by="analyst")
            put_back()
        for change in (*CHANGES, "TRUNCATE audit_entry", "DROP TRIGGER audit_entry_refuses_change ON audit_entry"):
            with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
                execute(f"SET LOCAL ROLE program; {change}")
    finally:
        execute("DROP OWNED BY program; DROP ROLE program")
    assert Entry.objects.count() == 4 and chain_holds()
