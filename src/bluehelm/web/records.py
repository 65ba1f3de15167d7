"""How does a command open the records of a data folder?

Pages get them from the server; a command that reads or changes records opens them first. The database is made when it
is missing. Records of an earlier release are not changed in passing: `bluehelm upgrade` backs them up first.
"""

import os
from pathlib import Path

from filelock import FileLock

from bluehelm.language import FRENCH, now
from bluehelm.web.databases import DATABASE

__all__ = ["DATABASE", "RecordsError", "make_ready", "open_records"]


class RecordsError(RuntimeError):
    """The records cannot be opened by this release as they stand; nothing was changed."""

    def __init__(self, code: str, what: str, next_step: str) -> None:
        super().__init__(f"{what} {next_step}")
        self.code = code
        self.what = what
        self.next_step = next_step


def open_records(home: Path) -> None:
    """Make the records of a data folder ready for use in this process; the folder is made when it is missing."""
    os.environ["BLUEHELM_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bluehelm.web.settings"
    home.mkdir(parents=True, exist_ok=True)

    import django
    from django.conf import settings
    from django.utils import translation

    django.setup()
    translation.activate(FRENCH if now() == FRENCH else settings.LANGUAGE_CODE)
    make_ready(home)


def make_ready(home: Path) -> None:
    """Make the tables of new records, one process at a time; RecordsError when they are of another release."""
    from django.core.management import call_command

    with FileLock(home / "records.lock"):
        if waiting := waiting_migrations():
            what = f"The records of {home} are of an earlier release: {len(waiting)} changes are waiting."
            raise RecordsError("earlier_release", what, "`bluehelm upgrade` backs them up and brings them up to date.")
        call_command("migrate", interactive=False, verbosity=0)


def waiting_migrations() -> list[str]:
    """The changes that this release makes to records of an earlier one; none where there are no records yet."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        return []
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def upgrade(home: Path) -> None:
    """Bring the records of an earlier release up to this one; the caller has backed them up."""
    from django.core.management import call_command

    with FileLock(home / "records.lock"):
        call_command("migrate", interactive=False, verbosity=0)
