"""Do `outlook forecast` and `outlook score` keep their contract on sound, shuffled, odd and bad files?"""

import sys

import polars as pl
import pytest

pytest.importorskip("scoringrules")

from bluehelm.workflows import outlook_score
from tests.outlook.conftest import COLUMNS
from tests.outlook.made_tables import ORIGIN, made_table

SCORES = {"crps", "crps_log", "ign", "mis", "cover90", "n", "by_month"}


def changed(tmp_path, change, name="changed.parquet"):
    change(made_table()).write_parquet(tmp_path / name)
    return tmp_path / name


def problems(ran):
    code, answer = ran
    assert (code, answer["error"]["code"]) == (2, "bad_input")
    return " | ".join(answer["error"]["problems"])


def test_a_forecast_has_the_columns_of_the_table_then_draw_and_outcome(forecast, tmp_path):
    code, answer = forecast()
    rows = pl.read_parquet(tmp_path / "forecast.parquet")
    assert code == 0
    assert rows.columns == ["place", "month", "draw", "outcome"]
    assert rows.height == answer["rows"] == 12 * 12 * 50
    assert (rows["month"].min(), rows["month"].max()) == (ORIGIN + 3, ORIGIN + 14)
    assert rows.group_by("place", "month").agg(pl.col("draw").sort())["draw"].to_list() == [list(range(50))] * 144
    assert rows.equals(rows.sort("place", "month", "draw"))
    assert rows["outcome"].min() >= 0
    assert answer["inputs"][0]["name"] == "table.parquet"
    assert "coded late and revised" in answer["notes"][0]


def test_names_and_kinds_of_the_columns_are_those_of_the_table(forecast, tmp_path):
    kinds = {"place": pl.String, "month": pl.Int16}
    source = changed(tmp_path, lambda rows: rows.cast(kinds).cast({"place": pl.Categorical}))
    forecast(source=source)
    assert {name: pl.read_parquet_schema(tmp_path / "forecast.parquet")[name] for name in kinds} == kinds


def test_the_same_seed_gives_the_same_bytes_whatever_the_order_of_rows_and_another_seed_others(forecast, tmp_path):
    shuffled = changed(tmp_path, lambda rows: rows.sample(fraction=1, shuffle=True, seed=1))
    forecast("first.parquet")
    forecast("again.parquet")
    forecast("shuffled.parquet", source=shuffled)
    forecast("other.parquet", seed=1)
    first, again, shuffled, other = (
        (tmp_path / f"{name}.parquet").read_bytes() for name in ("first", "again", "shuffled", "other")
    )
    assert first == again == shuffled
    assert first != other


@pytest.mark.parametrize("model", ["zero", "last", "conflictology", "bootstrap", "negative-binomial"])
def test_what_came_later_changes_no_byte(forecast, tmp_path, model):
    def storm(rows):
        later = pl.col("month") > ORIGIN
        return rows.with_columns(pl.when(later).then(-999).otherwise("deaths").alias("deaths"))

    quiet = changed(tmp_path, lambda rows: rows.filter(pl.col("month") <= ORIGIN), "quiet.parquet")
    forecast("quiet_forecast.parquet", source=quiet, model=model)
    forecast("stormy_forecast.parquet", source=changed(tmp_path, storm), model=model)
    assert (tmp_path / "quiet_forecast.parquet").read_bytes() == (tmp_path / "stormy_forecast.parquet").read_bytes()


def test_months_written_as_days_are_read_as_the_month_they_lie_in(forecast, tmp_path):
    epoch = pl.date(1980, 1, 31)
    days = changed(
        tmp_path,
        lambda rows: rows.with_columns(epoch.dt.offset_by(pl.format("{}mo", pl.col("month") - 1)).alias("month")),
    )
    forecast("days.parquet", source=days)
    forecast("ids.parquet")
    columns = ["place", "month", "draw", "outcome"]
    assert (
        pl.read_parquet(tmp_path / "days.parquet")
        .select(columns)
        .cast(pl.Int64)
        .equals(pl.read_parquet(tmp_path / "ids.parquet").select(columns).cast(pl.Int64))
    )


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda rows: pl.concat([rows, rows.head(3)]), "same unit and month twice in 6 row(s): unit 1 month 301"),
        (lambda rows: rows.with_columns(deaths=-pl.col("deaths")), "deaths: negative"),
        (lambda rows: rows.filter(~pl.col("month").is_in([350, 351])), "unit 1 has no row for 350 to 351"),
        (lambda rows: rows.filter(pl.col("month") < 390), "the last month is 389"),
        (
            lambda rows: rows.with_columns(deaths=pl.when(pl.col("place") == 4).then(None).otherwise("deaths")),
            "unit 4 has no observed value",
        ),
        (lambda rows: rows.drop("place"), "place: no such column"),
    ],
    ids=["twice", "negative", "hole", "short", "no history", "no column"],
)
def test_a_bad_table_is_refused_and_nothing_is_written(forecast, tmp_path, change, wrong):
    assert wrong in problems(forecast(source=changed(tmp_path, change)))
    assert not list(tmp_path.glob("*forecast*"))


def test_a_unit_without_history_is_not_forecast_and_one_that_ended_is_named(forecast, tmp_path):
    def change(rows):
        place, month = pl.col("place"), pl.col("month")
        return rows.filter(~((place == 2) & (month <= ORIGIN)) & ~((place == 3) & (month > 380)))

    _, answer = forecast(source=changed(tmp_path, change))
    assert answer["not_forecast"] == [3]
    assert set(pl.read_parquet(tmp_path / "forecast.parquet")["place"]) == set(range(1, 13)) - {2, 3}


def test_values_may_have_fractions_and_covariates_are_read(forecast, tmp_path):
    source = changed(tmp_path, lambda rows: rows.with_columns(deaths=pl.col("deaths") + 0.4))
    assert forecast("a.parquet", "--covariate", "rain", source=source)[0] == 0
    assert "snow: no such column" in problems(forecast("b.parquet", "--covariate", "snow"))


@pytest.mark.parametrize(
    ("said", "wrong"),
    [({"steps": "0-3"}, "--steps"), ({"steps": "3-99"}, "--steps"), ({"model": "oracle"}, "no model 'oracle'")],
)
def test_what_cannot_be_asked_is_refused(forecast, said, wrong):
    assert wrong in problems(forecast(**said))


def test_files_that_are_not_there_or_no_tables_are_refused(forecast, tmp_path):
    assert "no such file" in problems(forecast(source=tmp_path / "none.parquet"))
    (tmp_path / "text.parquet").write_text("place,month,deaths\n1,2,3\n")
    assert "is no Parquet file" in problems(forecast(source=tmp_path / "text.parquet"))
    code, answer = forecast("no/where.parquet")
    assert (code, answer["error"]["code"]) == (2, "no_such_folder")


def test_a_cluster_that_cannot_be_used_is_refused_and_nothing_is_written(forecast, tmp_path, monkeypatch):
    code, answer = forecast("a.parquet", "--cluster", "somewhere")
    assert (code, answer["error"]["code"]) == (2, "no_cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "bluehelm[cluster]" in forecast("a.parquet", "--cluster", "local")[1]["error"]["next"]
    assert not list(tmp_path.glob("*a*.parquet.part")) + list(tmp_path.glob("a.parquet"))


def test_known_on_needs_the_column_of_states(forecast):
    code, answer = forecast("a.parquet", "--known-on", "2024-01-01")
    assert (code, answer["error"]["code"]) == (2, "misused")


def test_an_earlier_state_is_forecast_from_when_asked(forecast, tmp_path):
    def states(rows):
        first = rows.with_columns(state=pl.date(2024, 1, 26), deaths=pl.lit(7))
        return pl.concat([first, rows.with_columns(state=pl.date(2024, 2, 20), deaths=pl.lit(9))])

    source = changed(tmp_path, states)
    for known_on, deaths in (("2024-02-19", 7), ("2024-02-20", 9)):
        _, answer = forecast(
            "a.parquet", "--model", "conflictology", "--state-column", "state", "--known-on", known_on, source=source
        )
        assert set(pl.read_parquet(tmp_path / "a.parquet")["outcome"]) == {deaths}
    assert answer["known_on"] == "2024-02-20"
    refused = forecast("a.parquet", "--state-column", "state", "--known-on", "2023-01-01", source=source)
    assert "no state was known on 2023-01-01; the first is of 2024-01-26" in problems(refused)
    assert "twice" in problems(forecast(source=source))


@pytest.fixture
def actuals(tmp_path):
    months = pl.col("month").is_between(ORIGIN + 3, ORIGIN + 14)
    path = tmp_path / "actuals.parquet"
    made_table().filter(months).select("place", "month", "deaths").write_parquet(path)
    return path


@pytest.fixture
def score(run, forecast, actuals, tmp_path):
    forecast()

    def score(*more, drawn=tmp_path / "forecast.parquet", came=actuals):
        return run("score", drawn, came, *COLUMNS, "--outcome-column", "deaths", *more)

    return score


def test_score_answers_with_every_key_of_the_contract(score):
    code, answer = score()
    assert code == 0
    assert set(answer) >= SCORES
    assert answer["n"] == 144
    assert [row["month"] for row in answer["by_month"]] == list(range(ORIGIN + 3, ORIGIN + 15))
    assert sum(row["crps"] for row in answer["by_month"]) / 12 == pytest.approx(answer["crps"])
    assert [file["name"] for file in answer["inputs"]] == ["forecast.parquet", "actuals.parquet"]


def test_the_scores_are_those_of_the_draws_taken_pair_by_pair(score, actuals, tmp_path):
    drawn = pl.read_parquet(tmp_path / "forecast.parquet").group_by("place", "month").agg("outcome")
    pairs = drawn.join(pl.read_parquet(actuals), on=["place", "month"])
    crps = 0.0
    for draws, came in pairs.select("outcome", "deaths").rows():
        apart = sum(abs(a - b) for a in draws for b in draws) / len(draws) ** 2
        crps += sum(abs(draw - came) for draw in draws) / len(draws) - apart / 2
    assert score()[1]["crps"] == pytest.approx(crps / pairs.height)


def test_the_order_of_a_forecasts_rows_does_not_matter(score, tmp_path):
    rows = pl.read_parquet(tmp_path / "forecast.parquet").sample(fraction=1, shuffle=True, seed=3)
    rows.write_parquet(tmp_path / "shuffled.parquet")
    shuffled, before = score(drawn=tmp_path / "shuffled.parquet")[1], score()[1]
    assert {key: shuffled[key] for key in SCORES} == {key: before[key] for key in SCORES}


def test_a_forecast_read_in_parts_has_the_same_scores(score, monkeypatch):
    whole = score()[1]
    monkeypatch.setattr(outlook_score, "BATCH_DRAWS", 1300)
    parts = score()[1]
    assert {key: parts[key] for key in SCORES} == {key: whole[key] for key in SCORES}


def test_rows_without_a_match_are_refused_unless_only_matches_are_asked_for(score, actuals, tmp_path):
    came = pl.read_parquet(actuals)
    fewer, more = tmp_path / "fewer.parquet", tmp_path / "more.parquet"
    came.filter(pl.col("place") != 5).write_parquet(fewer)
    pl.concat([came, came.head(1).with_columns(place=pl.lit(99, pl.Int64))]).write_parquet(more)
    assert "12 unit-month(s) were forecast and have no outcome: unit 5 month 403" in problems(score(came=fewer))
    assert "1 unit-month(s) came and were not forecast: unit 99" in problems(score(came=more))
    answer = score("--matched-only", came=fewer)[1]
    assert (answer["n"], answer["left_out"]) == (132, 12)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda rows: rows.slice(1), "49 to 50 draws"),
        (lambda rows: rows.with_columns(draw=pl.lit(0)), "numbered twice"),
        (lambda rows: rows.with_columns(outcome=pl.lit(None, pl.Int64)), "unknown"),
        (lambda rows: rows.with_columns(outcome=pl.lit(-1)), "negative"),
        (lambda rows: rows.drop("draw"), "has no column draw"),
        (lambda rows: rows.clear(), "the forecast has no rows"),
        (lambda rows: rows.cast({"place": pl.String}), "units are String in the forecast"),
    ],
)
def test_a_file_that_is_no_forecast_is_refused(score, tmp_path, change, wrong):
    change(pl.read_parquet(tmp_path / "forecast.parquet")).write_parquet(tmp_path / "bad.parquet")
    assert wrong in problems(score(drawn=tmp_path / "bad.parquet"))


def test_actuals_that_repeat_a_month_or_are_negative_are_refused(score, actuals, tmp_path):
    came = pl.read_parquet(actuals)
    pl.concat([came, came.head(1).with_columns(deaths=pl.lit(-3, came["deaths"].dtype))]).write_parquet(
        tmp_path / "bad.parquet"
    )
    told = problems(score(came=tmp_path / "bad.parquet"))
    assert "2 rows repeat a unit and month" in told
    assert "1 outcomes are negative" in told


def test_the_official_file_is_scored_as_the_challenge_scored_it(run, shared_data, tmp_path):
    folder = shared_data / "forecasts" / "views2023"
    for name in ("cm_actuals", "cm_bm_conflictology12"):
        (file,) = folder.glob(f"{name}*")
        pl.scan_parquet(file).filter(pl.col("window") == 2020).sink_parquet(tmp_path / f"{name}.parquet")
    files = tmp_path / "cm_bm_conflictology12.parquet", tmp_path / "cm_actuals.parquet"
    _, answer = run("score", *files, "--unit-column", "country_id", "--month-column", "month_id")
    assert [round(answer["crps"], 2), round(answer["ign"], 3), round(answer["mis"])] == [21.34, 1.193, 345]
    assert answer["n"] == 2292
