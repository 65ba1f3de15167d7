"""What does bluehelm take of a machine: memory at rest and at work, disk?

    python -m bench.resources

The figures that docs/operations.md states, measured anew: the server and each of its processes at rest and after three
hundred pages, the program on disk, the records, a million events on disk, and the peak of exporting them.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.events import published

PAGES = ("missions/", "missions/UNSYM/", "missions/UNSYM/situation/", "tables/", "findings/", "api/missions/UNSYM/")
ROUNDS, EVENTS = 50, 1_000_000
ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "demo"
        _run(home, "demo", "--no-serve")
        _say("records of the demonstration", f"{_size(home / 'bluehelm.sqlite3') / 1e6:,.0f} MB")
        _serve(home)
        large = Path(folder) / "large"
        published(large, EVENTS)
        _say(f"{EVENTS:,} events on disk", f"{_size(large) / 1e6:,.0f} MB")
        for form in ("csv", "parquet"):
            peak = _run(large, "export", "events", "--to", form, "--out", str(Path(folder) / f"out.{form}"))
            _say(f"peak of exporting them as {form}", f"{peak:,.0f} MB")
    _say("the program with every extra, on disk", f"{_size(Path(sys.prefix)) / 1e9:,.1f} GB")
    return 0


def _serve(home: Path) -> None:
    """Memory of `bluehelm serve`: of its processes together and of the largest, at rest and after pages."""
    words = [sys.executable, "-m", "bluehelm", "--home", str(home), "serve", "--port", "8730"]
    server = subprocess.Popen(
        words, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=ROOT, env=_given(home)
    )
    try:
        assert server.stderr is not None
        address = next(found[0] for line in server.stderr if (found := re.findall(r"http://\S+", line)))
        urllib.request.urlopen(f"{address}healthz").close()
        time.sleep(3)
        _tell(server.pid, "at rest")
        for _ in range(ROUNDS):
            for page in PAGES:
                urllib.request.urlopen(address + page).read()
        _tell(server.pid, f"after {ROUNDS * len(PAGES)} pages")
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait(30)


def _tell(parent: int, when: str) -> None:
    sizes = {pid: _memory(pid) for pid in (parent, *_children(parent))}
    each = ", ".join(f"{size:,.0f}" for size in sorted(sizes.values()))
    _say(f"the server {when}", f"{sum(sizes.values()):,.0f} MB, of its processes {each}")


def _children(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", f"{parent}"], capture_output=True, text=True, check=False)
    return [int(pid) for pid in listed.stdout.split()]


def _memory(pid: int) -> float:
    """A process's share of memory in MB: what it has alone, and its part of what it has with others."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0


def _run(home: Path, *words: str) -> float:
    """Run a command; the most memory it took, in MB."""
    command = [sys.executable, "-m", "bluehelm", "--home", str(home), *words]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=ROOT, env=_given(home)) as running:
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0, words
    return usage.ru_maxrss / 1000


def _given(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "BLUEHELM_HOME": str(home)}


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file() and not one.is_symlink()]
    return sum(one.stat().st_size for one in files)


def _say(what: str, figure: str) -> None:
    print(f"{what:<50} {figure}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
