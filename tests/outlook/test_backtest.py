"""Is a backtest what forecasting and scoring by hand at each origin would give, here, elsewhere and interrupted?"""

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

pytest.importorskip("scoringrules")

from bluehelm.cli import main
from bluehelm.workflows import outlook_backtest as backtesting
from bluehelm.workflows.outlook_backtest import Plan, backtest_json, outlook_backtest
from bluehelm.workflows.outlook_tables import Columns
from bluehelm.workflows.unit_groups import named_group
from tests.outlook.conftest import COLUMNS
from tests.outlook.made_tables import ORIGIN, made_table
from tests.workflows.clusters import cluster_of_two

ROOT = Path(__file__).resolve().parents[2]
ORIGINS = (ORIGIN, ORIGIN + 6)
WORDS = ["--origin", ORIGINS[0], "--origin", ORIGINS[1]]


def pooled(answer, model, target="deaths", group="all"):
    (row,) = [
        row
        for row in answer["scores"]
        if (row["model"], row["target"], row["group"], row["horizon"], row["origin"])
        == (model, target, group, "all", None)
    ]
    return row


def test_a_backtest_scores_what_forecast_and_score_would_at_each_origin(backtest, run, forecast, table, tmp_path):
    code, answer = backtest(*WORDS, "--model", "negative-binomial")
    assert code == 0
    by_hand = []
    for origin in ORIGINS:
        forecast(origin=origin, steps="3-6", samples=40, model="negative-binomial")
        months = pl.col("month").is_between(origin + 3, origin + 6)
        pl.read_parquet(table).filter(months).write_parquet(tmp_path / "came.parquet")
        scored = run(
            "score", tmp_path / "forecast.parquet", tmp_path / "came.parquet", *COLUMNS, "--outcome-column", "deaths"
        )
        by_hand.append(scored[1])
    row = pooled(answer, "negative-binomial")
    assert row["n"] == sum(one["n"] for one in by_hand)
    for score in ("crps", "crps_log", "ign", "mis", "cover90"):
        assert row[score] == pytest.approx(sum(one[score] for one in by_hand) / 2)


def test_every_model_is_compared_with_the_naive_one_by_target_group_and_horizon(backtest):
    _, answer = backtest(
        *WORDS, "--value-column", "other_deaths", "--group", "1,4", "--model", "last", "--model", "zero", steps="1-12"
    )
    assert answer["models"] == ["last", "zero", "conflictology"]
    assert answer["group"]["members"] == [{"origin": origin, "units": [1, 4]} for origin in ORIGINS]
    places = {(one["target"], one["group"], one["horizon"]) for one in answer["shown"]}
    horizons = ("all", "1-3", "4-6", "7-12")
    assert places == {(t, g, h) for t in ("deaths", "other_deaths") for g in ("all", "1,4") for h in horizons}
    assert answer["interval_level"] == 0.95
    for one in answer["differences"]:
        if one["horizon"] == "all":
            where = (one["target"], one["group"])
            apart = (
                pooled(answer, one["model"], *where)[one["score"]]
                - pooled(answer, "conflictology", *where)[one["score"]]
            )
            assert one["mean"] == pytest.approx(apart)
            assert one["low"] <= one["mean"] <= one["high"]
    assert pooled(answer, "last", group="1,4")["n"] == 2 * 12 * 2


def test_the_naive_one_is_shown_where_a_model_is_not_ahead_beyond_chance(backtest):
    _, answer = backtest(*WORDS, "--model", "zero")
    (whole,) = [one for one in answer["shown"] if one["horizon"] == "all"]
    assert (whole["model"], whole["label"]) == ("conflictology", "conflictology (naive): zero is not ahead on CRPS")


def test_a_model_is_shown_where_it_is_ahead_beyond_chance(backtest, tmp_path):
    """Wars that ended half a year ago everywhere: last knows, twelve months do not."""
    over = pl.when(pl.col("month") > ORIGIN - 6).then(0).otherwise(50 + pl.col("place"))
    made_table().with_columns(deaths=over).write_parquet(tmp_path / "over.parquet")
    _, answer = backtest("--origin", ORIGIN, "--model", "last", source=tmp_path / "over.parquet")
    (whole,) = [one for one in answer["shown"] if one["horizon"] == "all"]
    assert whole["model"] == "last"
    assert [row["mean"] for row in answer["ratios"] if row["score"] == "crps"] == [0]


def test_months_beyond_those_scored_change_nothing(backtest, tmp_path):
    def scores(rows):
        rows.write_parquet(tmp_path / "some.parquet")
        return backtest(*WORDS, source=tmp_path / "some.parquet")[1]["scores"]

    last = pl.col("month") <= ORIGINS[-1] + 6
    storm = pl.when(last).then("deaths").otherwise(10_000).alias("deaths")
    assert scores(made_table().with_columns(storm)) == scores(made_table().filter(last))


def test_windows_are_years_from_october_of_the_year_before(backtest):
    _, answer = backtest("--windows", "2014-2015", "--model", "last", steps="3-14")
    assert answer["origins"] == [406, 418]
    assert backtest("--windows", "soon")[0] == 2
    assert backtest()[1]["error"]["what"] == "No origin was named."


def test_nothing_to_score_is_refused(backtest):
    _, answer = backtest("--origin", 436)
    assert "nothing came in months 439 to 442" in answer["error"]["problems"][0]


def test_every_run_is_appended_to_the_log(backtest, tmp_path):
    log = tmp_path / "log.csv"
    for note in ("first", "=second"):
        backtest(*WORDS, "--model", "zero", "--log", log, "--note", note)
    rows = list(csv.DictReader(log.read_text(encoding="utf-8").splitlines()))
    assert [row["note"] for row in rows] == ["first"] * 6 + ["'=second"] * 6
    assert [row["model"] for row in rows[:6]] == ["zero"] * 3 + ["conflictology"] * 3
    assert [row["origin"] for row in rows[:3]] == ["all", *map(str, ORIGINS)]
    whole, *by_origin = (float(row["ratio_crps"]) for row in rows[:3])
    assert whole == pytest.approx(sum(by_origin) / 2, abs=1e-3)
    assert rows[3]["ratio_crps"] == ""


def test_revisions_are_reported_apart_from_the_scores(backtest, tmp_path):
    months = pl.col("month")
    first = made_table().with_columns(state=pl.date(2024, 1, 26))
    newest = made_table().with_columns(
        state=pl.date(2024, 6, 24), deaths=pl.when(months > ORIGIN).then(pl.col("deaths") + 2).otherwise("deaths")
    )
    pl.concat([first, newest]).write_parquet(tmp_path / "states.parquet")
    words = ["--origin", ORIGIN, "--model", "last", "--state-column", "state"]
    _, answer = backtest(*words, "--known-on", "2024-02-01", source=tmp_path / "states.parquet")
    revision = answer["revision"]
    assert (revision["known"], revision["newest"]) == ("2024-01-26", "2024-06-24")
    assert revision["targets"][0]["mean_absolute_change"] == 2
    assert revision["targets"][0]["changed"] == 48
    scores = {one["model"]: one for one in revision["scores"]}
    assert scores["last"]["on_newest"]["crps"] == pooled(answer, "last")["crps"]
    assert scores["last"]["on_known"]["crps"] < scores["last"]["on_newest"]["crps"]
    _, today = backtest(*words, source=tmp_path / "states.parquet")
    assert today["revision"] is None
    assert pooled(today, "last")["crps"] == pooled(answer, "last")["crps"]


def test_a_real_series_of_dated_states_is_scored_on_its_newest(backtest, shared_data):
    source = shared_data / "ucdp" / "vintages_2024H1_months_to_2021-06.parquet"
    columns = {"unit-column": "country", "month-column": "month_end", "value-column": "fatalities"}
    _, answer = backtest(
        "--windows", "2019-2020", "--model", "last", "--state-column", "vintage", "--known-on", "2024-03-01",
        source=source, steps="3-14", **columns,
    )  # fmt: skip
    (target,) = answer["revision"]["targets"]
    assert (answer["revision"]["known"], answer["revision"]["newest"]) == ("2024-02-22", "2024-06-24")
    assert target["changed"] > 0
    assert target["sum_newest"] != target["sum_known"]


def test_mission_countries_are_the_hosts_at_each_origin(tmp_path):
    countries = ["SSD", "SDN", "COD", "FRA", "HTI"]
    rows = pl.DataFrame({"id": [1, 2, 3, 4, 5], "iso3": countries, "month": [300] * 5})
    rows.write_parquet(tmp_path / "countries.parquet")
    columns = Columns("id", "month", "deaths")
    before, october_2017, october_2021 = 300, 454, 502
    group = named_group(
        tmp_path,
        "mission-countries",
        tmp_path / "countries.parquet",
        columns,
        None,
        (before, october_2017, october_2021),
    )
    assert group.members == {before: {3, 5}, october_2017: {1, 2, 3, 5}, october_2021: {1, 2, 3}}


def test_a_group_without_members_and_a_column_that_is_not_there_are_refused(backtest):
    assert "defined groups are mission-countries" in backtest(*WORDS, "--group", "SSD")[1]["error"]["problems"][0]
    assert "no column iso9" in backtest(*WORDS, "--group", "SSD", "--group-column", "iso9")[1]["error"]["problems"][0]


def plan(models=("last", "conflictology", "negative-binomial"), samples=100):
    return Plan(("deaths",), models, (390, 395, 400, 405), (1, 2, 3), samples)


def rows_of(table, out, **more):
    test = outlook_backtest(table, Columns("place", "month", "deaths"), plan(), out=out, **more)
    told = {key: value for key, value in backtest_json(test).items() if key not in ("seconds", "reused")}
    return test, out.read_bytes() + json.dumps(told).encode()


def test_what_was_finished_is_used_again_unless_anything_changed(table, tmp_path, monkeypatch):
    _, whole = rows_of(table, tmp_path / "whole.parquet")
    out, scored = tmp_path / "scores.parquet", backtesting._scored_piece

    def interrupted(work, piece):
        if piece[1:] == ("negative-binomial", 395):
            raise KeyboardInterrupt
        return scored(work, piece)

    monkeypatch.setattr(backtesting, "_scored_piece", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rows_of(table, out)
    assert not out.exists()
    monkeypatch.setattr(backtesting, "_scored_piece", scored)
    other = outlook_backtest(table, Columns("place", "month", "deaths"), plan(samples=101), out=out)
    assert other.reused == 0
    monkeypatch.setattr(backtesting, "_scored_piece", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rows_of(table, out)
    monkeypatch.setattr(backtesting, "_scored_piece", scored)
    again, content = rows_of(table, out)
    assert again.reused == 9
    assert content == whole
    assert not list(tmp_path.glob("*.parts"))


@pytest.mark.long
def test_a_killed_run_goes_on_where_it_was(tmp_path):
    made_table(60).write_parquet(tmp_path / "table.parquet")
    words = ["outlook", "backtest", "--table", tmp_path / "table.parquet", *COLUMNS, "--value-column", "deaths"]
    words += ["--windows", "2010-2013", "--samples", 200, "--json", "--out"]
    line = [sys.executable, "-m", "bluehelm", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
    out, parts = tmp_path / "scores.parquet", tmp_path / "scores.parquet.parts"
    process = subprocess.Popen([*line, str(out)], env=environment, stdout=subprocess.DEVNULL)
    while len(list(parts.glob("[!.]*.parquet"))) < 4:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert not out.exists()
    done = len(list(parts.glob("[!.]*.parquet")))
    again = subprocess.run([*line, str(out)], env=environment, capture_output=True, text=True, check=True)
    assert f'"reused": {done}' in again.stdout
    subprocess.run([*line, str(tmp_path / "whole.parquet")], env=environment, stdout=subprocess.DEVNULL, check=True)
    assert out.read_bytes() == (tmp_path / "whole.parquet").read_bytes()


@pytest.mark.long
def test_bytes_are_equal_in_process_on_all_cores_and_on_a_cluster_that_loses_a_worker(table, tmp_path):
    pytest.importorskip("distributed")
    _, here = rows_of(table, tmp_path / "here.parquet")
    _, cores = rows_of(table, tmp_path / "cores.parquet", cluster="local")
    with cluster_of_two(tmp_path) as (address, workers):

        def tell(step, done, total):
            if done == 2:
                workers[0].kill()
                workers[0].wait()

        _, remote = rows_of(table, tmp_path / "remote.parquet", cluster=address, tell=tell)
        assert workers[0].poll() is not None
        words = ["outlook", "forecast", "--table", table, *COLUMNS, "--value-column", "deaths", "--origin", ORIGIN]
        for out, where in (("a.parquet", []), ("b.parquet", ["--cluster", address])):
            with pytest.raises(SystemExit) as end:
                main([*map(str, words), "--out", str(tmp_path / out), *where])
            assert end.value.code == 0
    assert here == cores == remote
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
