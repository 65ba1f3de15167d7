"""Is the audit as safe in a real PostgreSQL as in SQLite?"""

import subprocess
import sys

import psycopg
import pytest

from bluehelm.web.audit.chain import COLUMNS, Link, verify
from tests.audit.ledgers import command, environment, write_at_once, write_entries

WRITERS, EACH = 3, 30


@pytest.fixture(scope="module")
def migrated(postgres_server, tmp_path_factory):
    """A database with the tables and two entries."""
    database = postgres_server.new_database()
    write_entries(tmp_path_factory.mktemp("migrated"), 1, **database.environment)
    return database


@pytest.fixture
def ready(postgres_server, migrated, tmp_path):
    """A copy of that database, and a data folder that has none of its own."""
    return tmp_path, postgres_server.new_database(like=migrated)


def links(database) -> list[Link]:
    with psycopg.connect(database.address) as connection:
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        return [Link(*row) for row in connection.execute(f"SELECT {names} FROM audit_entry ORDER BY sequence")]


def test_writers_at_once_make_one_chain(ready):
    home, database = ready
    assert write_at_once(home, WRITERS, EACH, **database.environment) == [0] * WRITERS
    chain = links(database)
    assert len(chain) == 2 + WRITERS * EACH
    assert verify(chain).holds
    for number in range(WRITERS):
        assert [link.key for link in chain if link.by == f"writer-{number}"] == [str(place) for place in range(EACH)]


def test_a_writer_waits_until_another_has_kept_or_dropped_its_entry(ready):
    """The lock outlives the appending and ends with the transaction."""
    home, database = ready
    program = """
import sys, django
django.setup()
from django.db import transaction
from bluehelm.web.audit.entries import append_entry
try:
    with transaction.atomic():
        append_entry(deed="finding.raised", kind="finding", key="dropped", by="first")
        print("appended", flush=True)
        sys.stdin.readline()
        raise KeyError
except KeyError:
    pass
"""
    given = environment(home, **database.environment)
    first = subprocess.Popen(
        [sys.executable, "-c", program], env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert first.stdout.readline() == "appended\n"
    second = program.replace('"first"', '"second"').replace("raise KeyError", "")
    waiting = subprocess.Popen(
        [sys.executable, "-c", second], env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    waiting.stdin.write("\n")
    waiting.stdin.flush()
    wait_for_lock(database)
    assert len(links(database)) == 2
    first.communicate("\n")
    waiting.communicate()
    assert (first.returncode, waiting.returncode) == (0, 0)
    chain = links(database)
    assert [link.by for link in chain[2:]] == ["second"]
    assert verify(chain).holds


def wait_for_lock(database) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with psycopg.connect(database.address, autocommit=True) as connection:
        while not connection.execute(waiting).fetchone()[0]:
            connection.execute("SELECT pg_sleep(0.02)")


def test_commands_read_the_database_that_the_settings_name(ready, tmp_path):
    home, database = ready
    out = tmp_path / "checkpoint.json"
    assert command(home, "checkpoint", "--out", out, **database.environment).returncode == 0
    ran = command(home, "verify", "--checkpoint", out, "--json", **database.environment)
    assert ran.returncode == 0, ran.stderr
    assert '"entries": 2, "ok": true' in ran.stdout
    with psycopg.connect(database.address, autocommit=True) as connection:
        connection.execute("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        connection.execute("UPDATE audit_entry SET reason = 'another' WHERE sequence = 2")
    ran = command(home, "verify", "--json", **database.environment)
    assert (ran.returncode, '"first_bad": 2' in ran.stdout) == (1, True)
