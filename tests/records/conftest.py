"""Which data folders and databases do the tests of keeping records work on?"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audit.ledgers import ROOT
from tests.postgres import postgres_server  # noqa: F401  # a fixture
from tests.records.folder import environment


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("built") / "home"
    subprocess.run([sys.executable, "-m", "tests.records.folder", home], cwd=ROOT, env=environment(home), check=True)
    return home


@pytest.fixture
def home(built, tmp_path) -> Path:
    """A copy of a small data folder with something in every kind of record."""
    return Path(shutil.copytree(built, tmp_path / "home"))


def given(home: Path, *words: object, **besides: str):
    """What a command answers: its exit code and its one JSON object."""
    spoken = [sys.executable, "-m", "bluehelm", "--home", str(home), *map(str, words), "--json"]
    ran = subprocess.run(
        spoken, cwd=ROOT, env=environment(home, **besides), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.returncode, json.loads(ran.stdout)


@pytest.fixture
def say():
    """Give a command; returns its exit code and its one JSON object."""
    return given


@pytest.fixture
def address(postgres_server):  # noqa: F811
    """The address of an empty PostgreSQL database, as BLUEHELM_DATABASE names it; called again, of another."""

    def new() -> str:
        made = postgres_server.new_database()
        return f"postgresql://bluehelm@/{made.name}?host={made.folder}"

    return new
