"""Are three aggregations of the same events kept apart, each as its provider gave it?"""

from datetime import date

import duckdb
import polars as pl
import pytest

from bluehelm.sources import PROVIDERS, IntakeError, receive
from bluehelm.sources.country_months import read_states
from tests.sources.made_files import csv_file, parquet_file, read

FILES = {
    "views-country-months": "cm_1989_2021-06.parquet",
    "ucdp-country-panel": "cm_ucdp_panel_iso3_to_2021-06.parquet",
    "ucdp-vintages": "vintages_2024H1_months_to_2021-06.parquet",
}
RWANDA = (pl.col("iso3") == "RWA") & (pl.col("month") == "1994-04")


@pytest.fixture(scope="module")
def tables(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("aggregations")
    return {name: read(name, shared_data / "ucdp" / file, folder) for name, file in FILES.items()}


def test_every_table_keeps_its_promise_and_every_row_is_there(tables):
    rows = {"views-country-months": 74431, "ucdp-country-panel": 53874, "ucdp-vintages": 10062}
    for name, intake in tables.items():
        intake.table.check(intake.frame())
        assert (intake.rows, intake.set_aside.height) == (rows[name], 0)


def test_the_aggregations_disagree_and_stay_apart(tables):
    april = {
        name: tables[name].frame().filter(RWANDA)["best"].to_list()
        for name in ("views-country-months", "ucdp-country-panel")
    }
    assert len(april["views-country-months"]) == len(april["ucdp-country-panel"]) == 1
    assert april["views-country-months"] != april["ucdp-country-panel"]
    assert len({PROVIDERS[name].note.provider for name in FILES}) == 3


def test_sums_are_those_of_the_files(tables, shared_data):
    path = shared_data / "ucdp" / FILES["views-country-months"]
    (expected,) = duckdb.sql(
        f"select sum(ged_best_sb::bigint + ged_best_ns + ged_best_os)::bigint from read_parquet('{path}')"
    ).fetchall()[0]
    assert tables["views-country-months"].frame()["best"].sum() == expected


def test_a_zero_before_1989_is_unknown_and_a_zero_after_is_zero(tables):
    frame = tables["ucdp-country-panel"].frame()
    before, after = frame.filter(pl.col("month") < "1989-01"), frame.filter(pl.col("month") >= "1989-01")
    assert before.height == before["best"].null_count() == before["events"].null_count() == 5904
    assert after["best"].null_count() == 0
    assert (after["best"] == 0).any()
    assert tables["ucdp-country-panel"].coverage.first_month == "1989-01"


def test_a_figure_before_1989_that_is_not_zero_is_kept_and_flagged(tmp_path):
    row = {
        "country_iso3": "RWA",
        "year_month": "1988-12",
        "ucdp_event_count": 1.0,
        "ucdp_fatalities_best": 4.0,
        "ucdp_fatalities_high": 4.0,
        "ucdp_civilian_deaths": 0.0,
        "ucdp_state_based_events": 1.0,
        "ucdp_non_state_events": 0.0,
        "ucdp_one_sided_events": 0.0,
    }
    later = [row | {"year_month": f"2000-{month:02d}"} for month in range(1, 6)]
    intake = read("ucdp-country-panel", parquet_file(tmp_path, [row, *later]), tmp_path)
    assert intake.frame().filter(pl.col("month") == "1988-12")["best"].to_list() == [4]
    assert intake.flagged["line"].to_list() == [2]


def test_each_dated_state_is_a_table_of_its_own_oldest_first(shared_data, tmp_path):
    path = shared_data / "ucdp" / FILES["ucdp-vintages"]
    states = read_states(receive(path, tmp_path, wanted=PROVIDERS["ucdp-vintages"].files), tmp_path)
    expected = duckdb.sql(
        f"select vintage::date, count(*), sum(fatalities)::bigint from read_parquet('{path}') group by 1 order by 1"
    ).fetchall()
    assert [(day, intake.rows, intake.frame()["best"].sum()) for day, intake in states] == expected
    assert expected[0][0] == date(2024, 1, 26)
    assert len(expected) == 6


def test_a_state_whose_day_cannot_be_read_refuses_the_file(tmp_path):
    row = {"month_end": "2020-01-31", "country": "Ghana", "fatalities": "3", "vintage": "spring"}
    with pytest.raises(IntakeError, match="in 1 rows the day on which the series was kept cannot be read"):
        read("ucdp-vintages", csv_file(tmp_path, [row]), tmp_path)


def test_a_country_is_named_as_its_provider_names_it_and_has_its_code(tables):
    frame = tables["ucdp-vintages"].frame()
    codes = dict(frame.select("country", "iso3").unique().rows())
    assert (codes["DR Congo (Zaire)"], codes["Yemen (North Yemen)"], codes["Ivory Coast"]) == ("COD", "YEM", "CIV")
    assert frame["iso3"].null_count() == 0
