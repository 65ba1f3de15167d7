"""Does everything that holds for records on SQLite hold on a real PostgreSQL?"""

import os
import subprocess
import sys

import pytest
from django.apps import apps

from tests.audit.ledgers import ROOT
from tests.postgres import postgres_server  # noqa: F401  # a fixture

# Where the tests of each application with records stand. What starts a program of its own keeps to SQLite: it is left
# out here, and the programs are tested on PostgreSQL in test_moving.py and test_load.py.
SUITES = {
    "accounts": "tests/web/accounts",
    "audit": "tests/audit",
    "disclosure": "tests/web/disclosure",
    "findings": "tests/web/findings",
    "posts": "tests/web/posts",
    "rhythm": "tests/web/rhythm",
}
BESIDES = ["tests/web/morning", "tests/web/data"]
OWN_PROGRAMS = (
    "not command and not browser and not race and not serve and not production and not tampering and not sqlite "
    "and not postgresql and not checkpoint and not pages_on_disk"
)


def test_every_application_with_records_has_a_suite():
    own = {app.label for app in apps.get_app_configs() if app.name.startswith("bluehelm.") and list(app.get_models())}
    assert own == set(SUITES)


@pytest.mark.long
def test_the_whole_suite_of_records_passes_on_postgresql(postgres_server):  # noqa: F811
    database = postgres_server.new_database()
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "--ds",
        "tests.postgres_settings",
    ]
    chosen = ["-m", "not long and not browser", "-k", OWN_PROGRAMS, *SUITES.values(), *BESIDES]
    ran = subprocess.run(
        [*words, *chosen], cwd=ROOT, env=os.environ | database.environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert " passed" in ran.stdout
