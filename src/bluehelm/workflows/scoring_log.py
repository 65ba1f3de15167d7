"""Which scorings have there been, so that none of a window goes unrecorded?

A log in CSV: one line for each target, group and model of a run, misses included.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bluehelm import __version__
from bluehelm.workflows.clock import today
from bluehelm.workflows.outlook_backtest import Backtest, code_digest

LOG = (
    "date version note inputs target group model origins steps samples seed n crps crps_log ign mis cover90 "
    "ratio_crps ratio_ign ratio_mis"
).split()


def append_to_log(path: Path, test: Backtest, answer: Mapping[str, Any], note: str) -> None:
    """Add the run to the log at `path`, which is made where there is none."""
    by_model: dict[tuple[str, str, str], dict[str, float | None]] = {}
    for row in answer["ratios"]:
        by_model.setdefault((row["target"], row["group"], row["model"]), {})[row["score"]] = row["mean"]
    lines = []
    for row in answer["scores"]:
        if row["horizon"] == "all" and row["origin"] is None:
            found = by_model.get((row["target"], row["group"], row["model"]), {})
            lines.append({**_log_line(test, note), **_rounded(row), **_rounded(found, "ratio_")})
    fresh = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, LOG, lineterminator="\n", extrasaction="ignore")
        if fresh:
            writer.writeheader()
        writer.writerows(lines)


def _log_line(test: Backtest, note: str) -> dict[str, Any]:
    plan = test.plan
    return {
        "date": today().isoformat(),
        "version": f"{__version__}+{code_digest()[:8]}",
        "note": f"'{note}" if note[:1] in ("=", "+", "-", "@") else note,  # that no spreadsheet runs it
        "inputs": " ".join(file.sha256[:12] for file in test.inputs),
        "origins": " ".join(map(str, plan.origins)),
        "steps": f"{plan.steps[0]}-{plan.steps[-1]}",
        "samples": plan.samples,
        "seed": plan.seed,
    }


def _rounded(row: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    return {f"{before}{key}": round(value, 4) if isinstance(value, float) else value for key, value in row.items()}
