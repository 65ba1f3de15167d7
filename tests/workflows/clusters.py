"""A Dask scheduler and workers as processes of their own on the loopback."""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _started(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "OMP_NUM_THREADS": "1"}
    line = [sys.executable, "-m", "dask", *words]
    with (folder / f"{words[0]}.log").open("ab") as log:
        return subprocess.Popen(line, cwd=folder, env=environment, stdout=log, stderr=log)


@contextmanager
def cluster_of_two(folder: Path):
    """The scheduler's address and the processes of its two workers; all end with the block."""
    told = folder / "scheduler.json"
    with ExitStack() as processes:

        def start(*words: str) -> subprocess.Popen[bytes]:
            process = processes.enter_context(_started(folder, *words))
            processes.callback(process.kill)
            return process

        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told))
        address = _address(told)
        worker = ("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        workers = [start(*worker), start(*worker)]
        _wait_for_workers(address, len(workers))
        yield address, workers


def _address(told: Path) -> str:
    for _ in range(600):
        if told.is_file() and told.stat().st_size:
            return str(json.loads(told.read_text())["address"])
        time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


def _wait_for_workers(address: str, number: int) -> None:
    from distributed import Client

    with Client(address, timeout="30s") as client:
        client.wait_for_workers(number, timeout=60)
