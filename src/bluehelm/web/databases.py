"""In which database do the records of a data folder live, and how many may ask it at once?

The folder's own SQLite file, unless BLUEHELM_DATABASE names a PostgreSQL. Each thread of a server keeps one connection:
`bluehelm serve` has eight. Who finds the database busy waits, and is not answered with an error.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

DATABASE = "bluehelm.sqlite3"
PATIENCE_SECONDS = 20
KEPT_SECONDS = 600

SAID_IN_ADDRESS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "options", "application_name"})


def database(home: Path, address: str) -> dict[str, Any]:
    """Django's settings of an address: empty or `sqlite` for the folder's file, or postgresql://USER@HOST/NAME.

    ImproperlyConfigured, which never repeats a password, when the address cannot be read.
    """
    if address in ("", "sqlite"):
        return sqlite(home / DATABASE)
    return _postgresql(address)


def named_database() -> str:
    """The address that the environment names; empty for the folder's own file."""
    return os.environ.get("BLUEHELM_DATABASE", "").strip()


def sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": KEPT_SECONDS,
        "OPTIONS": {
            # Writers wait for each other at the start of a transaction instead of failing in its middle.
            "transaction_mode": "IMMEDIATE",
            "timeout": PATIENCE_SECONDS,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgresql(address: str) -> dict[str, Any]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _unreadable() from None
    said = dict(parse_qsl(parts.query))
    host = said.pop("host", "") or unquote(parts.hostname or "")
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name or said.keys() - SAID_IN_ADDRESS:
        raise _unreadable()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "CONN_MAX_AGE": KEPT_SECONDS,
        # A connection that the database closed meanwhile, by a restart, is made anew instead of failing.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": PATIENCE_SECONDS, **said},
    }


def _unreadable() -> ImproperlyConfigured:
    return ImproperlyConfigured(
        "BLUEHELM_DATABASE, or the address that was given, cannot be read. Nothing was started. "
        "Write sqlite, or postgresql://USER@HOST/NAME; a socket's folder as postgresql:///NAME?host=/FOLDER."
    )
