"""What do matching and rotation cost as they grow, and how much better are they than a hurried plan?

    python -m bench.forces [--full]

Every case runs in a process of its own on instances that `forces_instances` makes from a seed. Seconds are of the whole
command, reading and all explanations included.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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

SEED = 0
MONTHS = 24

# requirements, pledges, share in joint groups, share that may be split
MATCHING = [(50, 100, 0.1, 0.1), (200, 500, 0.1, 0.1), (1000, 3000, 0.0, 0.0)]
MATCHING_FULL = [*MATCHING, (1000, 3000, 0.1, 0.1)]
ROTATING = [(20, 50), (50, 125)]
ROTATING_FULL = [*ROTATING, (200, 500)]


def main(words: list[str]) -> int:
    full = "--full" in words
    with tempfile.TemporaryDirectory() as folder:
        for case in MATCHING_FULL if full else MATCHING:
            _say("match", case, *_run("match", *_matching_files(Path(folder), *case)))
        for size in ROTATING_FULL if full else ROTATING:
            _say("rotate", size, *_run("rotate", *_rotation_files(Path(folder), *size)))
    return 0


def _matching_files(folder: Path, asked: int, offered: int, joint: float, split: float) -> list[Path]:
    chance = random.Random(SEED)
    return [
        write(folder / "requirements.csv", demand(asked, chance), REQUIREMENT_COLUMNS),
        write(folder / "pledges.csv", offers(offered, chance, joint=joint, split=split), PLEDGE_COLUMNS),
        write(folder / "contributors.csv", contributors(80, chance), "contributor max_units"),
    ]


def _rotation_files(folder: Path, wanted: int, offered: int) -> list[Path]:
    chance = random.Random(SEED)
    return [
        write(folder / "slots.csv", slots(wanted, MONTHS, chance), SLOT_COLUMNS),
        write(folder / "offers.csv", tours_offered(offered, MONTHS, chance), OFFER_COLUMNS),
    ]


def _run(verb: str, *files: Path) -> tuple[dict[str, object], float, float]:
    """The answer, seconds and peak megabytes of one command."""
    started = time.perf_counter()
    line = [sys.executable, "-m", "bluehelm", "forces", verb, *map(str, files), "--json"]
    process = subprocess.Popen(line, stdout=subprocess.PIPE)
    said = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    return json.loads(said), time.perf_counter() - started, usage.ru_maxrss / 1024


def _say(verb: str, size: tuple[float, ...], answer: dict[str, object], seconds: float, peak_mb: float) -> None:
    print(
        f"{verb:<6} {' x '.join(f'{number:g}' for number in size):<24} {answer['status']}: {answer['objective']}, "
        f"greedy {list(answer['greedy'].values())}; {seconds:.1f} s, {peak_mb:,.0f} MB",  # type: ignore[attr-defined]
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
