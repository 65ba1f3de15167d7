"""What does an outlook cost, and how good have outlooks been? `python -m bench.outlook VERB [MODEL ...]`.

`cost` times the forecast of all countries, fit included, in a process of its own: by the default model and by the naive
one, on made-up countries that look like the world's; `cost_grid` does so on the cells of Africa. `score` tries models
on the country windows 2018 to 2021, for each kind of deaths, over all countries and mission countries, and appends
every run to bench/outlook_scorings.csv; `grid` does so on the cells of Africa 2015 to 2017. These three need the data
beside the project.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bluehelm.outlook.models import DEFAULT, NAIVE

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
LOG = Path(__file__).with_name("outlook_scorings.csv")

COUNTRIES, MONTHS, STEPS, DRAWS = 200, 346, 12, 1000
PROMISED_SECONDS, PROMISED_SECONDS_GRID = 180, 900
KINDS = {"ged_best_sb": "ged_sb", "ged_best_ns": "ged_ns", "ged_best_os": "ged_os"}
GRID_ORIGINS = (418, 430, 442)  # October 2014, 2015 and 2016


def world(units: int = COUNTRIES, months: int = MONTHS, seed: int = 0) -> pl.DataFrame:
    """Made-up country-months: nine of ten quiet, wars that last, now and then thousands of deaths."""
    chance = np.random.default_rng(seed)
    level = np.exp(chance.normal(-4.5, 2.5, units))[:, None] * np.ones(months)
    for unit in np.flatnonzero(chance.random(units) < 0.4):
        first, length = chance.integers(months), chance.geometric(1 / 40)
        level[unit, first : first + length] += np.exp(chance.normal(3, 1.5))
    deaths = chance.negative_binomial(0.5, 0.5 / (0.5 + level))
    return pl.DataFrame(
        {
            "country_id": np.repeat(np.arange(1, units + 1), months),
            "month_id": np.tile(np.arange(454 - months + 1, 455), units),
            "deaths": deaths.reshape(-1),
        }
    )


def measure(model: str = DEFAULT) -> dict[str, float]:
    """All countries, twelve steps, a thousand draws, fit included: seconds as a share of what was promised."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.parquet"
        world().write_parquet(table)
        naive = _forecast(table, Path(folder) / "naive.parquet", NAIVE)
        ours = naive if model == NAIVE else _forecast(table, Path(folder) / "ours.parquet", model)
    return _cost("outlook", model, COUNTRIES, PROMISED_SECONDS, ours, naive)


def measure_grid(model: str = DEFAULT) -> dict[str, float]:
    """The same for the cells of Africa, from the file beside the project: seconds as a share of what was promised."""
    cells = african_cells()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "grid.parquet"
        cells.write_parquet(table)
        columns = ("priogrid_gid", "sb", GRID_ORIGINS[-1])
        naive = _forecast(table, Path(folder) / "naive.parquet", NAIVE, *columns)
        ours = _forecast(table, Path(folder) / "ours.parquet", model, *columns)
    return _cost("outlook_grid", model, cells["priogrid_gid"].n_unique(), PROMISED_SECONDS_GRID, ours, naive)


def _cost(
    bench: str, model: str, units: int, promised: int, ours: tuple[float, float], naive: tuple[float, float]
) -> dict[str, float]:
    print(
        f"{bench}: {model} {ours[0]:.1f} s, {ours[1]:,.0f} MB; {NAIVE} {naive[0]:.1f} s, {naive[1]:,.0f} MB", flush=True
    )
    return {
        "rows": units * STEPS * DRAWS,
        "ratio": round(ours[0] / promised, 3),
        "limit": 1.0,
        "seconds": round(ours[0], 1),
        "baseline_seconds": round(naive[0], 1),
        "peak_mb": round(ours[1]),
        "baseline_peak_mb": round(naive[1]),
    }


def _forecast(
    table: Path, out: Path, model: str, unit: str = "country_id", deaths: str = "deaths", origin: int = 454
) -> tuple[float, float]:
    words = ["--table", table, "--unit-column", unit, "--month-column", "month_id", "--value-column", deaths]
    _, seconds, peak_mb = _run("forecast", *words, "--origin", origin, "--model", model, "--out", out)
    return seconds, peak_mb


def _run(*words: object) -> tuple[dict[str, Any], float, float]:
    """The answer, seconds and peak megabytes of one command."""
    started = time.perf_counter()
    line = [sys.executable, "-m", "bluehelm", "outlook", *map(str, words), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(line, stdout=subprocess.PIPE, env=environment)
    said = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    answer = json.loads(said)
    if process.returncode:
        raise SystemExit(f"{' '.join(line)}: {answer['error']}")
    return answer, time.perf_counter() - started, usage.ru_maxrss / 1024


def score_countries(models: list[str]) -> None:
    folder = SHARED / "forecasts" / "views2023"
    (came,) = folder.glob("cm_features_and_outcomes*")
    for kind, outcome in KINDS.items():
        words = [
            "--table",
            SHARED / "ucdp" / "cm_1989_2021-06.parquet",
            "--value-column",
            kind,
            "--windows",
            "2018-2021",
        ]
        words += ["--unit-column", "country_id", "--month-column", "month_id", "--group", "mission-countries"]
        _scored([*words, "--actuals", came, "--outcome-column", outcome], models)


def score_grid(models: list[str]) -> None:
    """The cells of Africa; zeros are filled over the skeleton, which names every land cell."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "grid.parquet"
        african_cells().write_parquet(table)
        words = [
            "--table",
            table,
            "--unit-column",
            "priogrid_gid",
            "--month-column",
            "month_id",
            "--value-column",
            "sb",
        ]
        _scored([*words, *(word for origin in GRID_ORIGINS for word in ("--origin", origin))], models)


def african_cells(first: int = 109, last: int = 456) -> pl.DataFrame:
    """State-based deaths by cell and month, January 1989 to December 2017."""
    cells = pl.scan_parquet(SHARED / "ucdp" / "pgm_skeleton.parquet").filter("in_africa").select("priogrid_gid")
    months = pl.LazyFrame({"month_id": pl.arange(first, last + 1, eager=True)})
    found = pl.scan_parquet(SHARED / "ucdp" / "pgm_nonzero_to_2017.parquet").select(
        pl.col("priogrid_gid").cast(pl.Int64), pl.col("month_id").cast(pl.Int64), "sb"
    )
    filled = cells.join(months, how="cross").join(found, on=["priogrid_gid", "month_id"], how="left")
    return filled.with_columns(pl.col("sb").fill_null(0)).sort("priogrid_gid", "month_id").collect()


def _scored(words: list[object], models: list[str]) -> None:
    asked = [word for model in models for word in ("--model", model)]
    answer, seconds, peak_mb = _run("backtest", *words, *asked, "--log", LOG, "--note", f"bench {_commit()}")
    for row in answer["scores"]:
        if row["horizon"] == "all" and row["origin"] is None:
            figures = " ".join(f"{name} {row[name]:.3f}" for name in ("crps", "ign", "mis", "cover90"))
            print(f"{row['target']:<12} {row['group']:<18} {row['model']:<18} {figures}", flush=True)
    print(f"{seconds:.0f} s, {peak_mb:,.0f} MB", flush=True)


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def main(words: list[str]) -> int:
    verb, *models = words or ["cost"]
    if verb == "cost":
        measure(*models)
    elif verb == "cost_grid":
        measure_grid(*models)
    elif verb in ("score", "grid"):
        (score_countries if verb == "score" else score_grid)(models)
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
