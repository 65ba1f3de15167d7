"""Which data folders do the tests of the audit attack?"""

import json
import shutil
from pathlib import Path

import pytest

from bluehelm.cli import main
from tests.audit.ledgers import write_entries
from tests.audit.lifted import flush_lifts_the_audit_guards  # noqa: F401  # a fixture
from tests.postgres import postgres_server  # noqa: F401  # a fixture

ENTRIES = 12


@pytest.fixture(scope="session")
def written(tmp_path_factory) -> Path:
    """A data folder whose audit has twelve entries, the first of which begins the ledger."""
    home = tmp_path_factory.mktemp("written")
    write_entries(home, ENTRIES - 1)
    return home


@pytest.fixture
def home(tmp_path, written) -> Path:
    """A copy of that folder, to be attacked."""
    return Path(shutil.copytree(written, tmp_path / "home"))


@pytest.fixture
def audit(home, monkeypatch, capsys):
    """Give a command on the audit of the folder; returns the exit code and the one JSON object."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.setenv("BLUEHELM_HOME", str(home))

    def give(*words: object, folder: Path = home) -> tuple[int, dict]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(folder), "audit", *map(str, words), "--json"])
        (line,) = capsys.readouterr().out.splitlines()
        return ended.value.code, json.loads(line)

    return give
