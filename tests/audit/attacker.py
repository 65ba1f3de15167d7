"""What does somebody do who holds the database itself? Takes the guards away first."""

import sqlite3
from pathlib import Path
from typing import Any

from bluehelm.web.audit.guards import SQLITE, TRIGGERS


def drop_guards(cursor: Any, vendor: str) -> None:
    """Drop the triggers that refuse; afterwards everything is possible."""
    if vendor == "postgresql":
        for name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON audit_entry")
    else:
        for name in SQLITE:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def attack(database: Path, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
    """Run statements on a data folder's database with the guards dropped."""
    connection = sqlite3.connect(database)
    drop_guards(connection, "sqlite")
    for statement in statements:
        connection.execute(*((statement,) if isinstance(statement, str) else statement))
    connection.commit()
    connection.close()
