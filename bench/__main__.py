"""How much does each promise about speed and memory cost today? `python3 dev.py bench [--full] [NAME ...]`.

Every figure is a ratio of two things run in turn in this one run, since machines differ and drift. Without `--full`
the tables are a tenth of the promised size or less, and all benches together take some minutes. Results are appended to
bench/history.csv, so that a slow change is seen; `growth` draws how cost grows with the number of events.
"""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path

from bench import growth, import_ged, outlook, page, questions
from bench.events import published
from bluehelm.workflows.clock import today

HISTORY = Path(__file__).with_name("history.csv")
SAID = ("rows", "ratio", "limit", "seconds", "baseline_seconds", "peak_mb", "baseline_peak_mb")
COLUMNS = ("date", "commit", "bench", *SAID)

# How many events a bench looks at: as promised, and without --full.
PROMISED = {"rolling": 20_000_000, "hotspots": 20_000_000, "presence": 20_000_000, "area": 20_000_000}
PROMISED |= {"cells": 100_000_000}
USUAL = 2_000_000

_KEPT = ExitStack()

Bench = Callable[[bool], dict[str, float]]


def _question(name: str, full: bool) -> dict[str, float]:
    rows = PROMISED[name] if full else USUAL
    return questions.measure(name, _home(rows), rows)


@cache
def _home(rows: int) -> Path:
    """A data folder with so many events, made once a run."""
    folder = Path(_KEPT.enter_context(tempfile.TemporaryDirectory()))
    print(f"making {rows:,} events", flush=True)
    published(folder, rows)
    return folder


BENCHES: dict[str, Bench] = {
    "import_ged": lambda full: import_ged.measure(),
    "outlook": lambda full: outlook.measure(),
    **({"outlook_grid": lambda full: outlook.measure_grid()} if outlook.SHARED.is_dir() else {}),
    "mission_page": lambda full: page.measure(large=page.LARGE if full else 1_000_000),
    **{name: partial(_question, name) for name in PROMISED},
}


def main(words: Sequence[str]) -> int:
    """Run the named benches, all when none is named; 1 when a limit is passed."""
    full, names = "--full" in words, [word for word in words if word != "--full"]
    unknown = [name for name in names if name not in (*BENCHES, "growth")]
    if unknown:
        print(f"There is no bench {', '.join(unknown)}; there is: {', '.join(BENCHES)}, growth.", file=sys.stderr)
        return 2
    passed = True
    for name in names or (*BENCHES, "growth"):
        if name == "growth":
            growth.measure(full)
            continue
        result = BENCHES[name](full)
        _keep({"date": today().isoformat(), "commit": _commit(), "bench": name, **result})
        passed &= result["ratio"] <= result["limit"]
    return 0 if passed else 1


def _keep(result: dict[str, object]) -> None:
    fresh = not HISTORY.exists()
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if fresh:
            writer.writeheader()
        writer.writerow(result)


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    with _KEPT:
        raise SystemExit(main(sys.argv[1:]))
