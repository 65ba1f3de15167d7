"""Which scorings have there been, so that none of a window goes unrecorded?

A log in CSV: one line for each target, group, model and origin of a run and one over all
origins, misses included.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bluehelm import __version__
from bluehelm.workflows.clock import today
from bluehelm.workflows.outlook_backtest import Backtest, code_digest

LOG = (
    "date version note inputs target group model origin steps samples seed n crps crps_log ign mis cover90 "
    "ratio_crps ratio_ign ratio_mis"
).split()
ALL = "all"


def append_to_log(path: Path, test: Backtest, answer: Mapping[str, Any], note: str) -> None:
    """Add the run to the log at `path`, which is made where there is none; the ratios of "all" are means of ratios."""
    found = _ratios(answer)
    lines = []
    for row in answer["scores"]:
        if row["horizon"] == ALL:
            origin = row["origin"] or ALL
            of_row = {f"ratio_{name}": found.get((*_who(row), name, origin)) for name in ("crps", "ign", "mis")}
            lines.append(_rounded({**_about(test, note), **row, "origin": origin, **of_row}))
    fresh = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, LOG, lineterminator="\n", extrasaction="ignore")
        if fresh:
            writer.writeheader()
        writer.writerows(lines)


def _who(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["target"], row["group"], row["model"]


def _ratios(answer: Mapping[str, Any]) -> dict[tuple[Any, ...], float | None]:
    """The ratio to the naive model by target, group, model, score and origin."""
    found: dict[tuple[Any, ...], float | None] = {}
    for row in answer["ratios"]:
        found[(*_who(row), row["score"], ALL)] = row["mean"]
        found |= {(*_who(row), row["score"], one["origin"]): one["ratio"] for one in row["by_origin"]}
    return found


def _about(test: Backtest, note: str) -> dict[str, Any]:
    plan = test.plan
    return {
        "date": today().isoformat(),
        "version": f"{__version__}+{code_digest()[:8]}",
        "note": f"'{note}" if note[:1] in ("=", "+", "-", "@") else note,  # that no spreadsheet runs it
        "inputs": " ".join(file.sha256[:12] for file in test.inputs),
        "steps": f"{plan.steps[0]}-{plan.steps[-1]}",
        "samples": plan.samples,
        "seed": plan.seed,
    }


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}
