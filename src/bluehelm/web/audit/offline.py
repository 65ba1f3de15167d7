"""Which entries does the database file of a data folder hold, read without changing the folder?

Neither the web application nor its settings are needed, so that a copy can be read on another machine, from a
read-only disk, and with what a killed program left in the write-ahead log.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bluehelm.web.audit.chain import COLUMNS, Link

PATIENCE_SECONDS = 20
# Quoted, since some are words of SQL. Numbers below 1 are read too: an entry put in there must be found.
READ = "SELECT " + ", ".join(f'"{name}"' for name in COLUMNS) + " FROM audit_entry"  # nosec B608  # names of our own
READ_ALL = READ + " ORDER BY sequence"
READ_SINCE = READ + " WHERE sequence > ? ORDER BY sequence"


class UnreadableError(RuntimeError):
    """The file is no database, is damaged, or holds no table of the audit."""


@contextmanager
def links_of(database: Path, *, since: int = 0) -> Iterator[Iterator[Link]]:
    """The entries after a number, in order, whatever an attacker put into the columns; raises UnreadableError."""
    with _opened(database) as connection:
        try:
            rows = connection.execute(READ_SINCE, [since]) if since else connection.execute(READ_ALL)
        except sqlite3.DatabaseError as error:
            raise _unreadable(database, error) from None
        yield _links(database, rows)


def _links(database: Path, rows: sqlite3.Cursor) -> Iterator[Link]:
    try:
        for row in rows:
            yield Link(*row)
    except sqlite3.DatabaseError as error:
        raise _unreadable(database, error) from None


def _unreadable(database: Path, error: sqlite3.DatabaseError) -> UnreadableError:
    return UnreadableError(f"The audit in {database.name} cannot be read: {error}.")


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection that leaves nothing behind: no lock, no log, no index of the log.

    An index of the log (-shm) says that a program has the database open, or was killed: then its files are there
    already, and reading in place sees one consistent state while others write.
    """
    log, index = (database.with_name(database.name + ending) for ending in ("-wal", "-shm"))
    if index.exists() and (connection := _in_place(database)):
        with _closing(connection):
            yield connection
    elif log.exists():
        with TemporaryDirectory() as folder:
            for file in (database, log):
                shutil.copyfile(file, Path(folder) / file.name)
            with _closing(_connect(Path(folder) / database.name, "mode=rw")) as copy:
                yield copy
    else:
        with _closing(_connect(database, "mode=ro&immutable=1")) as connection:
            yield connection


@contextmanager
def _closing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield connection
    finally:
        connection.close()


def _in_place(database: Path) -> sqlite3.Connection | None:
    """A connection to the files where they lie; None where they may not be opened so, as on a read-only disk."""
    connection = _connect(database, "mode=ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")
    except sqlite3.OperationalError:
        connection.close()
        return None
    except sqlite3.DatabaseError:
        pass  # no database at all: said when the entries are asked for
    return connection


def _connect(database: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{database.absolute().as_uri()}?{how}", uri=True, timeout=PATIENCE_SECONDS)
    # Bytes that are no text stay recognisable as such instead of stopping the reading.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return connection
