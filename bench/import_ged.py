"""What does importing a yearly event file cost beside DuckDB's own read of the same CSV to Parquet?

A million generated rows in the 49 columns of the release, with accents, quotes, commas and line breaks inside cells
and one doubtful row in a hundred, as in real files. Limit: three times, checks, digest, the kept copy and versions
included.
"""

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.ged_rows import HEADER, ged_row

ROWS = 1_000_000
ROUNDS = 3
LIMIT = 3.0

BASELINE = "import duckdb, sys; duckdb.sql(f\"copy (select * from read_csv('{sys.argv[1]}')) to '{sys.argv[2]}'\")"


def measure(rows: int = ROWS, rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds and peak memory of both, and the median of the rounds' ratios."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ged.csv"
        _write(path, rows)
        print(f"import_ged: {rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        ours, baseline = [], []
        for number in range(rounds):
            baseline.append(_run("-c", BASELINE, str(path), str(Path(folder) / "baseline.parquet")))
            home = Path(folder) / f"home{number}"
            ours.append(_run("-m", "bluehelm", "--home", str(home), "import", "ucdp-ged", str(path), "--json"))
            print(f"  round {number + 1}: ours {ours[-1][0]:.1f} s, DuckDB {baseline[-1][0]:.1f} s", flush=True)
    ratio = statistics.median(mine[0] / theirs[0] for mine, theirs in zip(ours, baseline, strict=True))
    peak, baseline_peak = max(run[1] for run in ours), max(run[1] for run in baseline)
    print(f"  ratio {ratio:.2f} (limit {LIMIT}); peak memory {peak:,.0f} MB, DuckDB {baseline_peak:,.0f} MB")
    return {
        "rows": rows,
        "ratio": round(ratio, 2),
        "limit": LIMIT,
        "seconds": round(statistics.median(run[0] for run in ours), 1),
        "baseline_seconds": round(statistics.median(run[0] for run in baseline), 1),
        "peak_mb": round(peak),
        "baseline_peak_mb": round(baseline_peak),
    }


def _write(path: Path, rows: int) -> None:
    """Rows repeat every few thousand but for their ids: the cost of reading does not depend on it."""
    chance = random.Random(0)
    patterns = [_pattern(number, chance) for number in range(5_000)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for number in range(rows):
            pattern = patterns[number % len(patterns)]
            pattern[0] = str(number + 1)
            writer.writerow(pattern)


def _pattern(number: int, chance: random.Random) -> list[str]:
    changes: dict[str, object] = {
        "source_article": "Agence, " + "où l’on rapporte des combats; " * chance.randint(2, 9),
        "source_headline": 'Said "no"\nand left' if number % 10 == 0 else "Fighting reported",
        "where_description": "village, " * chance.randint(1, 6),
    }
    if number % 100 == 0:
        changes |= {"best": 5, "low": 9, "high": 12}
    return list(ged_row(number, **changes).values())


def _run(*arguments: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one Python process of its own."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = status
    if status:
        raise RuntimeError(f"{' '.join(arguments[:3])} ended with status {status}")
    return seconds, usage.ru_maxrss / 1024
