"""How do our models compare on the windows that chose between them? `python -m bench.outlook_models [MODEL ...]`.

State-based deaths, all countries, 2008 to 2017, each window forecast from the history to October of the year before and
scored on the months after it in the same series. Prints scores as shares of the naive model's, the mean
over windows; seconds and memory of the whole run. Appends to bench/outlook_scorings.csv; needs the data beside the
project.
"""

import sys

from bench.outlook import LOG, SHARED, _commit, _run
from bluehelm.outlook.models import NAIVE

OURS = ["pool", "forest", "boosting", "decayed", "recalibrated", NAIVE]
SCORES = ("crps", "ign", "mis")


def main(models: list[str]) -> int:
    words: list[object] = ["--table", SHARED / "ucdp" / "cm_1989_2021-06.parquet", "--value-column", "ged_best_sb"]
    words += ["--unit-column", "country_id", "--month-column", "month_id", "--windows", "2008-2017"]
    words += [word for model in models or OURS for word in ("--model", model)]
    answer, seconds, peak_mb = _run("backtest", *words, "--log", LOG, "--note", f"choosing {_commit()}")
    rows = [row for row in answer["scores"] if row["horizon"] == "all" and row["origin"] is not None]
    naive = {row["origin"]: row for row in rows if row["model"] == NAIVE}
    for model in dict.fromkeys(row["model"] for row in rows):
        mine = [row for row in rows if row["model"] == model]
        ratios = (sum(row[name] / naive[row["origin"]][name] for row in mine) / len(mine) for name in SCORES)
        print(f"{model:<14}", "  ".join(f"{n} {r:.3f}" for n, r in zip(SCORES, ratios, strict=True)), flush=True)
    print(f"{seconds:.0f} s, {peak_mb:,.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
