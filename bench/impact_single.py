"""How often does each inference of `impact estimate` find an effect where there was none, and how often one that was?

    python -m bench.impact_single [--missions 1000] [--methods did,sdid] [--drawn random] [--effect 0] [--kept FILE.csv]
                                  [--cluster local|tcp://HOST:PORT]

Placebo missions (see `placebo_missions`) are estimated as the command estimates, one row a mission in FILE, so that a
run that was stopped goes on where it stood; `--effect -0.5` halves the deaths after the pretended T. The summary is
appended to impact_single_history.csv with the share that exact ranks must give for these numbers of donors.
"""

import argparse
import csv
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from bench.placebo_missions import BEFORE, DRAWN, deaths_by_month, mission
from bluehelm.definitions.impact_estimate import packaged_estimate_rules
from bluehelm.impact.cases import Case
from bluehelm.impact.diagnostics import fewest_units
from bluehelm.impact.estimate import METHODS, Estimate, estimate
from bluehelm.impact.panel import Panel
from bluehelm.impact.placebos import p_placebo
from bluehelm.workflows.clock import today
from bluehelm.workflows.estimate_impact import limits_of
from bluehelm.workflows.spread import spread

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "ucdp" / "cm_1989_2021-06.parquet"
HISTORY = Path(__file__).with_name("impact_single_history.csv")
KEY = ("method", "drawn", "effect", "seed")
FOUND = (
    "units alike p_placebo p_comparable refused verdict att low high covered_times p_earlier smallest mean_before"
).split()
LEVEL = 0.05


def main(words: Sequence[str]) -> int:
    asked = _asked(words)
    for drawn in asked.drawn.split(","):
        for method in asked.methods.split(","):
            started = time.perf_counter()
            rows = run(method, drawn, asked.effect, asked.missions, asked.kept, asked.cluster)
            said = {"date": today().isoformat(), "commit": _commit(), "method": method, "drawn": drawn}
            said |= {"effect": asked.effect, **summary(rows), "seconds": round(time.perf_counter() - started)}
            _keep(said)
            print(" ".join(f"{name}={value}" for name, value in said.items()), flush=True)
    return 0


def _asked(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--missions", type=int, default=1000)
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--drawn", default=DRAWN[0])
    parser.add_argument("--effect", type=float, default=0.0, help="share of deaths added after T")
    parser.add_argument("--kept", type=Path, default=Path("impact_single_missions.csv"))
    parser.add_argument("--cluster", help="local, or tcp://host:port of a Dask scheduler")
    return parser.parse_args(words)


def run(method: str, drawn: str, effect: float, missions: int, kept: Path, cluster: str | None) -> list[dict[str, str]]:
    """The rows of missions 0 to `missions` - 1; those kept already are not estimated again."""
    done = {
        row["seed"]: row
        for row in _rows(kept)
        if (row["method"], row["drawn"], row["effect"]) == _name(method, drawn, effect)
    }
    missing = [seed for seed in range(missions) if str(seed) not in done]
    fresh = not kept.exists()
    with kept.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, (*KEY, *FOUND), lineterminator="\n")
        if fresh:
            writer.writeheader()
        for _, row in spread(one, missing, cluster, shared=(method, drawn, effect)):
            writer.writerow(row)
            file.flush()
    return [
        row
        for row in _rows(kept)
        if (row["method"], row["drawn"], row["effect"]) == _name(method, drawn, effect) and int(row["seed"]) < missions
    ]


def _name(method: str, drawn: str, effect: float) -> tuple[str, str, str]:
    return method, drawn, f"{effect:g}"


def _rows(kept: Path) -> list[dict[str, str]]:
    if not kept.exists():
        return []
    with kept.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _deaths() -> np.ndarray:
    return deaths_by_month(DATA)


def one(asked: tuple[str, str, float], seed: int) -> dict[str, object]:
    """What every inference says about one placebo mission: of a method, drawn one way, with an effect."""
    method, drawn, effect = asked
    found = estimated(_deaths(), method, drawn, effect, seed)
    return {"method": method, "drawn": drawn, "effect": f"{effect:g}", "seed": seed, **told(found, effect)}


def estimated(deaths: np.ndarray, method: str, drawn: str, effect: float, seed: int) -> Estimate:
    """The estimate that `impact estimate` would give of the placebo mission of a seed."""
    sent = mission(deaths, seed, drawn)
    outcomes = sent.outcomes.copy()
    outcomes[BEFORE:, sent.treated] *= 1 + effect
    units = tuple(f"{place:02d}" for place in range(outcomes.shape[1]))
    panel = Panel(units, tuple(str(1900 + place) for place in range(len(outcomes))), outcomes, sent.treated, BEFORE)
    return estimate(panel, Case(outcomes, BEFORE), method, limits_of(packaged_estimate_rules()))


def told(found: Estimate, effect: float = 0.0) -> dict[str, object]:
    """An estimate as a row; `covered_times` is the share of times whose own interval holds no difference."""
    unit = found.panel.treated
    after = found.placebos.gaps[found.panel.before :, unit]
    margins = [margin for margin in found.margins if margin is not None]
    covered = np.mean(np.abs(after) <= np.array(margins)) if len(margins) == len(after) else None
    earlier = found.earlier
    return {
        "units": len(found.panel.units),
        "alike": int(found.passing.sum()),
        "p_placebo": found.p_placebo,
        "p_comparable": found.p_comparable,
        "refused": found.refused is not None,
        "verdict": found.verdict,
        "att": found.att,
        "low": found.interval[0] if found.interval else None,
        "high": found.interval[1] if found.interval else None,
        "covered_times": covered,
        "p_earlier": p_placebo(earlier, unit) if earlier else None,
        "smallest": found.minimum_detectable,
        "mean_before": float(found.panel.outcomes[: found.panel.before, unit].mean()),
    }


def summary(rows: Sequence[dict[str, str]]) -> dict[str, object]:
    """Shares of missions by inference; `exact` is what ranks give at 5 per cent with these numbers of units.

    `judged` are those that pass the checks known before T's outcomes are; a leave-one-out or the smallest effect may
    still withhold a verdict, so that `verdicts`, a share of all, is smaller.
    """
    units = _numbers(rows, "units")
    judged = [row for row in rows if row["p_comparable"] and float(row["alike"]) >= fewest_units(LEVEL)]
    p, comparable = _numbers(rows, "p_placebo"), _numbers(judged, "p_comparable")
    low, high = _numbers(rows, "low"), _numbers(rows, "high")
    false = [row for row in rows if row["verdict"] not in ("", "not told apart from chance")]
    return {
        "missions": len(rows),
        "p_placebo_5": _share(p <= LEVEL),
        "exact": round(float((np.floor(LEVEL * units + 1e-9) / units).mean()), 4),
        "earlier_5": _share(_numbers(rows, "p_earlier") <= LEVEL),
        "judged": round(len(judged) / len(rows), 3),
        "p_comparable_5": _share(comparable <= LEVEL),
        "verdicts": round(len(false) / len(rows), 4),
        "covers_0": _share(((low <= 0) & (high >= 0))[np.isfinite(low)]),
        "covered_times": round(float(np.nanmean(_numbers(rows, "covered_times"))), 4),
        "smallest_in_means": round(
            float(np.nanmedian(_numbers(judged, "smallest") / _numbers(judged, "mean_before"))), 2
        )
        if judged
        else None,
    }


def _numbers(rows: Sequence[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


def _share(found: np.ndarray) -> str | None:
    """A share and how many it is of."""
    return f"{found.mean():.4f} of {len(found)}" if len(found) else None


def _keep(said: dict[str, object]) -> None:
    fresh = not HISTORY.exists()
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(said), lineterminator="\n")
        if fresh:
            writer.writeheader()
        writer.writerow(said)


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
