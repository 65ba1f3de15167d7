"""How do tests that empty every table get past the audit's triggers? Imported by the conftest of whoever needs it."""

from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def flush_lifts_the_audit_guards() -> Any:
    """Tests with transactions of their own empty every table behind them, which the audit's triggers refuse.

    The triggers stand aside for that and come back with the signal that ends every flush.
    """
    from django.core.management.commands.flush import Command
    from django.db import connections

    from tests.audit.attacker import drop_guards

    flush = Command.handle

    def lift_and_flush(command: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            if "audit_entry" in connection.introspection.table_names(cursor):
                drop_guards(cursor, connection.vendor)
        flush(command, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Command, "handle", lift_and_flush)
        yield
