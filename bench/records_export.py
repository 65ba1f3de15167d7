"""How long does it take to let very many wide records out as CSV and XLSX, and does memory stay bounded?

    python -m bench.records_export [--full]

Rows are made one after the other and written by the very functions that jobs use; each case runs in a process of its
own. The base of each ratio is a tenth of the rows in the same run: ten times the rows should take ten times as long
and no more memory. With `--full` there are 135,000 rows of 500 columns. Results are appended to
bench/records_export.csv.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bluehelm.workflows.clock import today

HISTORY = Path(__file__).with_suffix(".csv")
COLUMNS = "date commit form rows columns seconds cpu_seconds peak_mb file_mb times_seconds times_peak".split()
WIDE = 500
FULL, USUAL, PART = 135_000, 13_500, 10


def made(rows: int) -> Iterator[list[Any]]:
    """Rows of whole numbers, fractions, different texts, equal texts, texts like formulas and empty cells."""
    for row in range(rows):
        yield [
            None if place % 6 == 0 else row * WIDE + place if place % 6 == 1 else row / (place + 7) if place % 6 == 2
            else f"text {row} of {place}" if place % 6 == 3 else "accepted" if place % 6 == 4 else f"={row}"
            for place in range(WIDE)
        ]  # fmt: skip


def write(form: str, rows: int, path: Path) -> None:
    from bluehelm.workflows.record_files import write_csv, write_xlsx

    header = [f"column {place}" for place in range(WIDE)]
    number = (write_csv if form == "csv" else write_xlsx)(path, header, made(rows), lambda *_said: None, batch=500)
    assert number == rows


def main(words: list[str]) -> int:
    if words[:1] == ["write"]:
        write(words[1], int(words[2]), Path(words[3]))
        return 0
    rows = FULL if "--full" in words else USUAL
    for form in ("csv", "xlsx"):
        part, whole = _measured(form, rows // PART), _measured(form, rows)
        whole["times_seconds"] = round(whole["cpu_seconds"] / part["cpu_seconds"], 2)
        whole["times_peak"] = round(whole["peak_mb"] / part["peak_mb"], 2)
        _keep(whole)
        print("; ".join(f"{name} {whole[name]}" for name in COLUMNS[2:]), flush=True)
    return 0


def _measured(form: str, rows: int) -> dict[str, Any]:
    """Wall and processor seconds and peak megabytes of one process that writes so many rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"records.{form}"
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "bench.records_export", "write", form, str(rows), str(path)])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status:
            raise SystemExit(status)
        return {
            "date": today().isoformat(),
            "commit": _commit(),
            "form": form,
            "rows": rows,
            "columns": WIDE,
            "seconds": round(time.perf_counter() - started, 1),
            "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
            "peak_mb": round(usage.ru_maxrss / 1024),
            "file_mb": round(path.stat().st_size / 1e6),
        }


def _keep(row: dict[str, Any]) -> None:
    fresh = not HISTORY.exists()
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if fresh:
            writer.writeheader()
        writer.writerow(row)


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
