"""What does the database itself refuse to do to the audit?

Update and delete, and on PostgreSQL truncate. On SQLite also an insert that does not continue the chain, because
INSERT OR REPLACE takes rows out without asking the triggers for deleting. SQLite changes a table by building it anew,
which drops its triggers: so they are put back after every migrate.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "audit_entry"
REFUSAL = "the audit is append-only"

SQLITE = {
    name: f"CREATE TRIGGER {name} {what}"
    for name, what in {
        "audit_entry_refuses_update": f"BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        "audit_entry_refuses_delete": f"BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        "audit_entry_continues_the_chain": (
            f"BEFORE INSERT ON {TABLE} "  # nosec B608  # names of our own, no reader's word
            f"WHEN NEW.sequence IS NOT (SELECT COALESCE(MAX(sequence), 0) + 1 FROM {TABLE}) "
            f"OR NEW.previous_hash IS NOT "
            f"COALESCE((SELECT hash FROM {TABLE} ORDER BY sequence DESC LIMIT 1), NEW.previous_hash) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}: an entry follows the last one'); END"
        ),
    }.items()
}

REFUSE = "audit_entry_refuses"
REFUSE_BODY = f" BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'insufficient_privilege'; END "
TRIGGERS = {
    "audit_entry_refuses_change": f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW",
    "audit_entry_refuses_truncate": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT",
}
POSTGRESQL = {
    REFUSE: [f"CREATE OR REPLACE FUNCTION {REFUSE}() RETURNS trigger LANGUAGE plpgsql AS $${REFUSE_BODY}$$"],
    **{
        # Always: otherwise a session setting of the superuser's switches triggers off.
        name: [
            f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {REFUSE}()",
            f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}",
        ]
        for name, when in TRIGGERS.items()
    },
}


def put_back(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Put the missing guards in their places; without the table there is nothing to guard.

    Where none is missing nothing is executed: the program's role need not own the table then.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE in connection.introspection.table_names(cursor):
            for name in missing(using):
                for statement in _statements(connection, name):
                    cursor.execute(statement)


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The guards that are not in the database as they should be, or are switched off; empty when all stand."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled = 'A'", [TABLE])
            standing = {name for (name,) in cursor.fetchall()}
            cursor.execute(
                "SELECT proname FROM pg_proc WHERE oid = to_regproc(%s) AND prosrc = %s", [REFUSE, REFUSE_BODY]
            )
            standing |= {name for (name,) in cursor.fetchall()}
            return [name for name in POSTGRESQL if name not in standing]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        written = dict(cursor.fetchall())
        return [name for name, statement in SQLITE.items() if written.get(name) != statement]


def _statements(connection: BaseDatabaseWrapper, name: str) -> list[str]:
    if connection.vendor == "postgresql":
        return POSTGRESQL[name]
    return [f"DROP TRIGGER IF EXISTS {name}", SQLITE[name]]
