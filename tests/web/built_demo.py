"""Where is the demonstration as the command builds it, built once for all workers of a run?"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.conftest import SRC


def copied_demo(factory: pytest.TempPathFactory, name: str) -> Path:
    """A copy of the demonstration's data folder for one test file to serve; the first who asks builds it."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    built = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.is_dir():
            _build(shared / "demonstration.part")
            (shared / "demonstration.part").rename(built)
    return Path(shutil.copytree(built, factory.mktemp(name) / "home"))


def _build(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}
    command = [sys.executable, "-m", "bluehelm", "--home", str(home), "demo", "--no-serve"]
    subprocess.run(command, env=kept | {"PYTHONPATH": str(SRC)}, check=True, capture_output=True)
