"""What do matching and rotation cost as they grow, and how much better are they than a hurried plan?

    python -m bench.forces [--full]

Every case runs in a process of its own on instances that `forces_instances` makes from a seed. Seconds are of the whole
command, reading and all explanations included; processor seconds beside them say what a machine with nothing else to do
would need at most. Results are appended to bench/forces_history.csv, so that a slow change is seen.
"""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.forces_instances import (
    OFFER_COLUMNS,
    PLEDGE_COLUMNS,
    REQUIREMENT_COLUMNS,
    SLOT_COLUMNS,
    contributors,
    demand,
    offers,
    slots,
    tours_offered,
    write,
)
from bluehelm.workflows.clock import today

MONTHS = 24
HISTORY = Path(__file__).with_name("forces_history.csv")
COLUMNS = "date commit case status objective bound greedy seconds cpu_seconds peak_mb".split()


@dataclass(frozen=True, slots=True)
class Matching:
    """Requirements and pledges; the share in joint groups, and as many that may be split; with ceilings or without."""

    asked: int
    offered: int
    joint: float
    seed: int = 0
    ceilings: bool = True

    def __str__(self) -> str:
        ceilings = "" if self.ceilings else ", no ceilings"
        return f"match {self.asked} x {self.offered}, joint and parts {self.joint:g}, seed {self.seed}{ceilings}"

    def words(self, folder: Path) -> list[str]:
        chance = random.Random(self.seed)
        files = [
            write(folder / "requirements.csv", demand(self.asked, chance), REQUIREMENT_COLUMNS),
            write(
                folder / "pledges.csv",
                offers(self.offered, chance, joint=self.joint, split=self.joint),
                PLEDGE_COLUMNS,
            ),
        ]
        if self.ceilings:
            files.append(write(folder / "contributors.csv", contributors(80, chance), "contributor max_units"))
        return ["match", *map(str, files)]


@dataclass(frozen=True, slots=True)
class Rotating:
    """Slots and offers over two years; tours as usual, or of any length between two for every offer."""

    wanted: int
    offered: int
    tours: tuple[int, int] | None = None
    seed: int = 0
    time_limit: int | None = None

    def __str__(self) -> str:
        lengths = f"tours {self.tours[0]} to {self.tours[1]}" if self.tours else "tours as usual"
        limit = f", at most {self.time_limit} s" if self.time_limit else ""
        return f"rotate {self.wanted} x {self.offered} x {MONTHS}, {lengths}, seed {self.seed}{limit}"

    def words(self, folder: Path) -> list[str]:
        chance = random.Random(self.seed)
        wanted, offered = slots(self.wanted, MONTHS, chance), tours_offered(self.offered, MONTHS, chance, self.tours)
        files = [
            write(folder / "slots.csv", wanted, SLOT_COLUMNS),
            write(folder / "offers.csv", offered, OFFER_COLUMNS),
        ]
        limit = ["--time-limit", str(self.time_limit)] if self.time_limit else []
        return ["rotate", *map(str, files), *limit]


CASES: list[Matching | Rotating] = [
    Matching(50, 100, 0.1),
    Matching(200, 500, 0.1),
    Matching(1000, 3000, 0.0),
    Rotating(20, 50),
    Rotating(50, 125),
    Rotating(50, 125, (3, 12)),
]
FULL: list[Matching | Rotating] = [
    *CASES,
    *(Matching(1000, 3000, 0.1, seed) for seed in range(4)),
    *(Matching(1000, 3000, 0.1, seed, ceilings=False) for seed in range(2)),
    Rotating(200, 500),
    *(Rotating(200, 500, tours, seed) for tours in ((3, 12), (1, 12)) for seed in range(2)),
]


def main(words: list[str]) -> int:
    """Run every case, and with `--full` those of the promised size."""
    for case in FULL if "--full" in words else CASES:
        with tempfile.TemporaryDirectory() as folder:
            row = _measured(case, Path(folder))
        _keep(row)
        print("; ".join(f"{name} {row[name]}" for name in COLUMNS[2:]), flush=True)
    return 0


def _measured(case: Matching | Rotating, folder: Path) -> dict[str, object]:
    """The answer, wall and processor seconds and peak megabytes of one command."""
    line = [sys.executable, "-m", "bluehelm", "forces", *case.words(folder), "--json"]
    started = time.perf_counter()
    process = subprocess.Popen(line, stdout=subprocess.PIPE)
    said = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    answer: dict[str, Any] = json.loads(said)
    return {
        "date": today().isoformat(),
        "commit": _commit(),
        "case": str(case),
        "status": answer["status"],
        "objective": _listed(answer["objective"]),
        "bound": _listed(answer["bound"]),
        "greedy": _listed(_flat(list(answer["greedy"].values()))),
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
    }


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        yield from value if isinstance(value, list) else [value]


def _listed(values: Any) -> str:
    return " ".join(str(value) for value in values)


def _keep(row: dict[str, object]) -> None:
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
