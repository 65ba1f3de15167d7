"""Are the UN's deaths counted as an independent reader counts them, and is nobody named?"""

import csv
import re
from collections import Counter

import polars as pl

from bluehelm.tables import FATALITIES
from tests.sources.made_files import csv_file, fatality, read

FILE = "DPPADPOSS-FATALITIES_to_2017.csv"


def test_deaths_by_year_and_cause_equal_the_csv_modules_count(shared_data, tmp_path):
    intake = read("un-fatalities", shared_data / "un" / FILE, tmp_path)
    intake.table.check(intake.frame())
    with (shared_data / "un" / FILE).open(encoding="utf-8-sig", newline="") as file:
        expected = Counter((row["incident_date"][:4], row["type_of_incident"].strip()) for row in csv.DictReader(file))
    found = Counter((f"{day.year:04d}", cause) for day, cause in intake.frame().select("incident_on", "cause").rows())
    assert found == expected
    assert sum(found.values()) == 3712
    assert (intake.coverage.first_month, intake.coverage.last_month) == ("1948-07", "2017-12")


def test_no_column_can_hold_a_name(shared_data, tmp_path):
    """Text cells hold codes, states, causes and categories: few different ones, and case numbers of one shape."""
    frame = read("un-fatalities", shared_data / "un" / FILE, tmp_path).frame()
    assert all(re.fullmatch(r"[A-Z]+[\w ./]*-\d{4}-\d{2}-\d+", case) for case in frame["casualty_id"].drop_nulls())
    for column in ("mission", "personnel", "cause", "sex", "nationality"):
        assert frame[column].n_unique() < 150, column
    assert set(frame.columns) == set(FATALITIES.column_names)
    assert "name" not in " ".join(FATALITIES.column_names)


def test_repeated_case_numbers_are_flagged_and_kept(shared_data, tmp_path):
    intake = read("un-fatalities", shared_data / "un" / FILE, tmp_path)
    repeated = intake.flagged.filter(pl.col("reason") == "the case number stands in an earlier row")
    assert repeated.height == 6
    assert intake.rows == 3712


def test_a_sex_that_is_not_given_stays_unknown(tmp_path):
    frame = read(
        "un-fatalities", csv_file(tmp_path, [fatality(1, gender=""), fatality(2, gender="F")]), tmp_path
    ).frame()
    assert frame.sort("fatality_id")["sex"].to_list() == [None, "F"]


def test_a_row_about_anything_else_than_a_death_is_set_aside(tmp_path):
    rows = [fatality(1), fatality(2, type_of_casualty="Injury")]
    intake = read("un-fatalities", csv_file(tmp_path, rows), tmp_path)
    assert intake.set_aside.rows() == [(3, "type_of_casualty", "Injury", "the row is not about a death")]
