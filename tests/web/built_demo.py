"""Where is the demonstration as the command builds it, built once for all workers of a run?"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.conftest import SRC


def copied_demo(factory: pytest.TempPathFactory, name: str) -> Path:
    """A copy of the demonstration's data folder for one test file to serve; the first who asks builds it."""
    return Path(shutil.copytree(_built(factory), factory.mktemp(name) / "home"))


def said_while_built(factory: pytest.TempPathFactory) -> tuple[str, str]:
    """What the command printed on its two channels."""
    told = json.loads((_built(factory).parent / "demonstration.json").read_text())
    return told["stdout"], told["stderr"]


def _built(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    built = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.is_dir():
            _build(shared / "demonstration.part", shared / "demonstration.json")
            (shared / "demonstration.part").rename(built)
    return built


def _build(home: Path, told: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}
    command = [sys.executable, "-m", "bluehelm", "--home", str(home), "demo", "--no-serve"]
    done = subprocess.run(command, env=kept | {"PYTHONPATH": str(SRC)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told.write_text(json.dumps({"stdout": done.stdout, "stderr": done.stderr}))
