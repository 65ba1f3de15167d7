"""Do findings keep the same promises on PostgreSQL, and does one of two writers at once win?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import postgres_server  # noqa: F401  # a fixture

HERE = Path(__file__).parent
FILES = ("test_actions.py", "test_models.py", "test_pages.py", "test_races.py")


@pytest.mark.long
def test_the_same_tests_pass_on_postgresql(postgres_server):  # noqa: F811
    database = postgres_server.new_database()
    files = [str(HERE / name) for name in FILES]
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--ds", "tests.postgres_settings", *files]
    ran = subprocess.run(
        words, cwd=HERE.parents[2], env=os.environ | database.environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
