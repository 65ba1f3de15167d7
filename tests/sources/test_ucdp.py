"""Are yearly releases, candidate files and extracts told apart, and is none read as more than it is?"""

import gzip

import duckdb
import pytest

from bluehelm.sources import PROVIDERS, IntakeError
from tests.ged_rows import ged_row, ged_text
from tests.sources.made_files import read

CANDIDATE = "GEDEvent_candidate_v23_0_10.csv.gz"
YEARLY = "GEDEvent_v23_1_five_countries_to_2017.csv.gz"


def written(folder, rows, name="ged.csv"):
    path = folder / name
    path.write_text(ged_text(rows), encoding="utf-8")
    return path


def in_2014(number, **changes):
    return ged_row(number, year=2014, date_start="2014-03-04", date_end="2014-03-04", **changes)


def test_the_candidate_file_is_taken_in_with_fifteen_doubtful_rows(shared_data, tmp_path):
    intake = read("ucdp-candidate", shared_data / "ucdp" / CANDIDATE, tmp_path)
    intake.table.check(intake.frame())
    assert (intake.rows, intake.set_aside.height, intake.flagged.height) == (2391, 0, 15)
    assert intake.note is None


def test_a_candidate_file_speaks_of_its_month_and_not_of_the_late_additions_in_it(shared_data, tmp_path):
    coverage = read("ucdp-candidate", shared_data / "ucdp" / CANDIDATE, tmp_path).coverage
    assert (coverage.first_month, coverage.last_month, coverage.countries) == ("2023-10", "2023-10", None)


def test_a_candidate_file_given_as_a_yearly_release_is_recognised_and_said(shared_data, tmp_path):
    intake = read("ucdp-ged", shared_data / "ucdp" / CANDIDATE, tmp_path)
    assert intake.note == PROVIDERS["ucdp-candidate"].note
    assert intake.notes[0].reason.endswith("kept under the provider ucdp-candidate")
    assert (intake.rows, intake.flagged.height) == (2391, 15)


def test_unsettled_rows_of_one_year_are_a_candidate_file_whatever_its_name(tmp_path):
    rows = [in_2014(number) for number in range(9)] + [in_2014(10, code_status="Check deaths")]
    assert read("ucdp-ged", written(tmp_path, rows), tmp_path).note == PROVIDERS["ucdp-candidate"].note


@pytest.mark.parametrize(
    ("name", "is_candidate"),
    [
        ("GEDEvent_v23_0_10.csv", True),
        ("GEDEvent_v24_01_24_06.csv", True),
        ("GEDEvent_v23_1.csv", False),
        ("ged.csv", False),
    ],
)
def test_settled_rows_of_one_year_are_told_apart_by_ucdps_own_file_names(tmp_path, name, is_candidate):
    intake = read("ucdp-ged", written(tmp_path, [in_2014(number) for number in range(9)], name), tmp_path)
    assert (intake.note is not None) == is_candidate


def test_a_yearly_release_with_an_unsettled_row_among_many_years_stays_one(tmp_path):
    rows = [ged_row(number) for number in range(30)] + [in_2014(99, code_status="Check deaths")]
    intake = read("ucdp-ged", written(tmp_path, rows), tmp_path)
    assert intake.note is None
    assert any("not settled the row" in note.reason for note in intake.notes)


def test_a_yearly_release_given_as_a_candidate_file_is_refused(shared_data, tmp_path):
    with pytest.raises(IntakeError, match="more than two calendar years") as refused:
        read("ucdp-candidate", shared_data / "ucdp" / YEARLY, tmp_path)
    assert refused.value.code == "another_provider"
    assert "import ucdp-ged" in refused.value.next_step


def test_the_placed_events_are_never_a_country_as_a_whole(shared_data, tmp_path):
    path = shared_data / "ucdp" / "ged211_precise_events_to_2017.parquet"
    intake = read("ucdp-ged-precise", path, tmp_path)
    intake.table.check(intake.frame())
    (best,) = duckdb.sql(f"select sum(best)::bigint from read_parquet('{path}')").fetchall()[0]
    assert (intake.rows, intake.frame()["best"].sum()) == (150_686, best)
    assert intake.coverage.countries == ()
    assert intake.table.name != "events"
    assert "never a national total" in PROVIDERS["ucdp-ged-precise"].note.title
    assert intake.frame()["iso3"].null_count() == 0


@pytest.mark.parametrize(
    ("provider", "file", "rows", "countries"),
    [
        ("ucdp-cell-months", "pgm_nonzero_to_2017.parquet", 48_540, 0),
        ("ucdp-country-cell-months", "pgm_mission_countries_to_2017.parquet", 7_581, 8),
    ],
)
def test_grids_are_read_whole(shared_data, tmp_path, provider, file, rows, countries):
    intake = read(provider, shared_data / "ucdp" / file, tmp_path)
    intake.table.check(intake.frame())
    (best,) = duckdb.sql(f"select sum(best)::bigint from read_parquet('{shared_data / 'ucdp' / file}')").fetchall()[0]
    assert (intake.rows, intake.frame()["best"].sum()) == (rows, best)
    assert len(intake.coverage.countries) == countries
    assert intake.coverage.last_month == "2017-12"


def test_a_packed_candidate_file_is_the_same_as_a_plain_one(shared_data, tmp_path):
    packed = shared_data / "ucdp" / CANDIDATE
    plain = tmp_path / "GEDEvent_v23_0_10.csv"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))
    one, other = (read("ucdp-candidate", path, tmp_path) for path in (packed, plain))
    assert one.frame().equals(other.frame())
    assert one.flagged.equals(other.flagged)
