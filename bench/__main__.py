"""How much does each promise about speed cost today? `python3 dev.py bench [NAME]` runs one or all.

Every figure is a ratio of two things run in turn in this one run, since machines differ and drift. Results are
appended to bench/history.csv, so that a slow change is seen.
"""

import csv
import subprocess
import sys
from pathlib import Path

from bench import import_ged
from bluehelm.workflows.clock import today

HISTORY = Path(__file__).with_name("history.csv")
SAID = ("rows", "ratio", "limit", "seconds", "baseline_seconds", "peak_mb", "baseline_peak_mb")
COLUMNS = ("date", "commit", "bench", *SAID)
BENCHES = {"import_ged": import_ged.measure}


def main(names: list[str]) -> int:
    """Run the named benches, all when none is named; 1 when a limit is passed."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"There is no bench {', '.join(unknown)}; there is: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    passed = True
    for name in names or BENCHES:
        result = BENCHES[name]()
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
    raise SystemExit(main(sys.argv[1:]))
