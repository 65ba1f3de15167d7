"""How does a command open the records of a data folder?

Pages get them from the server; a command that reads or changes records opens them first. The database is made when it
is missing and brought up to this version of the program, one process at a time.
"""

import os
from pathlib import Path

from filelock import FileLock

from bluehelm.web.databases import DATABASE

__all__ = ["DATABASE", "open_records"]


def open_records(home: Path) -> None:
    """Make the records of a data folder ready for use in this process; the folder is made when it is missing."""
    os.environ["BLUEHELM_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bluehelm.web.settings"
    home.mkdir(parents=True, exist_ok=True)

    import django
    from django.core.management import call_command

    django.setup()
    with FileLock(home / "records.lock"):
        call_command("migrate", interactive=False, verbosity=0)
