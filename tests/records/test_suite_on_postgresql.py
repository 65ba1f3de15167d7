"""Does everything that holds for records on SQLite hold on a real PostgreSQL?"""

import os
import subprocess
import sys

import pytest
from django.apps import apps

from tests.audit.ledgers import ROOT
from tests.postgres import postgres_server  # noqa: F401  # a fixture

# Where the tests of each application with records stand.
SUITES = {
    "accounts": "tests/web/accounts",
    "audit": "tests/audit",
    "disclosure": "tests/web/disclosure",
    "exchange": "tests/web/exchange",
    "findings": "tests/web/findings",
    "forces": "tests/web/forces",
    "jobs": "tests/web/jobs",
    "outlook": "tests/web/outlook",
    "plans": "tests/web/plans",
    "posts": "tests/web/posts",
    "rhythm": "tests/web/rhythm",
    "reports": "tests/web/reports",
    "protection": "tests/web/protection",
}
BESIDES = ["tests/web/morning", "tests/web/data"]
# What is run together, so that two workers share the work: everything that is named in none stands in the last.
TOGETHER = (("forces",), ("plans", "outlook"), ("reports", "protection"))
REST = tuple(name for name in SUITES if name not in {one for some in TOGETHER for one in some})
# Files of tests that start programs of their own, attack the SQLite file or need no records: programs are tested on
# PostgreSQL in test_moving.py, test_backup.py and test_load.py.
LEFT_OUT = [
    "tests/audit/test_checkpoint.py",
    "tests/audit/test_commands.py",
    "tests/audit/test_postgresql.py",
    "tests/audit/test_sqlite.py",
    "tests/audit/test_tampering.py",
    "tests/web/accounts/test_accounts_in_browser.py",
    "tests/web/accounts/test_production.py",
    "tests/web/accounts/test_user_commands.py",
    "tests/web/findings/test_command.py",
    "tests/web/findings/test_findings_in_browser.py",
    "tests/web/findings/test_race_of_commands.py",
    "tests/web/forces/test_forces_in_browser.py",
    "tests/web/outlook/test_demo.py",
    "tests/web/outlook/test_outlook_in_browser.py",
    "tests/web/plans/test_plan_commands.py",
    "tests/web/reports/test_reports_in_browser.py",
    # its runner closes the connection that a test holds open; tests/records/test_jobs_killed.py does jobs on PostgreSQL
    "tests/web/jobs/test_jobs.py",
]


def test_every_application_with_records_has_a_suite():
    own = {app.label for app in apps.get_app_configs() if app.name.startswith("bluehelm.") and list(app.get_models())}
    assert own == set(SUITES)


@pytest.mark.long
@pytest.mark.parametrize("together", [*TOGETHER, REST], ids="-".join)
def test_the_whole_suite_of_records_passes_on_postgresql(postgres_server, together):  # noqa: F811
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
    left_out = [f"--ignore={file}" for file in LEFT_OUT]
    folders = [SUITES[name] for name in together] + (BESIDES if together == REST else [])
    chosen = ["-m", "not long and not browser", *left_out, *folders]
    ran = subprocess.run(
        [*words, *chosen], cwd=ROOT, env=os.environ | database.environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert " passed" in ran.stdout
