"""Are the real files of each provider read whole, and are rows typed as a slow reader would type them?"""

import csv
import gzip
from collections import Counter

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bluehelm.sources import PROVIDERS, IntakeError, reasons_of, receive
from bluehelm.sources.reading import day, grid_cell, iso3, whole_number
from bluehelm.tables.countries import iso3_by_gw
from bluehelm.tables.grid import cell_of
from tests.ged_rows import HEADER, ged_row, ged_text


def read(provider, path, tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    return PROVIDERS[provider].read(receive(path, folder, wanted=PROVIDERS[provider].files), folder)


def written(tmp_path, rows, name="ged.csv", line_end="\n"):
    path = tmp_path / name
    path.write_text(ged_text(rows, line_end), encoding="utf-8", newline="")
    return path


def asked(sql):
    return duckdb.sql(f"select {sql}").fetchall()[0][0]


@given(st.floats(-90, 90), st.floats(-180, 180))
@example(90.0, 180.0)
def test_the_reader_puts_a_point_in_its_cell(latitude, longitude):
    assert asked(grid_cell(f"({latitude!r}::double)", f"({longitude!r}::double)")) == cell_of(latitude, longitude)


def test_the_reader_knows_every_country_number():
    answers = duckdb.sql(f"select number, {iso3('number')} from range(-2, 1000) as numbers(number)").fetchall()
    assert len(answers) == 1002
    assert all(code == iso3_by_gw().get(number) for number, code in answers)


def test_a_place_without_coordinates_falls_in_no_cell():
    assert [asked(grid_cell("null::double", "1.0")), asked(grid_cell("1.0", "null::double"))] == [None, None]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("12.0", 12), (" 7 ", 7), ("-1", -1), ("12.5", None), ("", None), ("NaN", None), ("1,000", None)],
)
def test_a_whole_number_is_never_made_by_rounding(text, number):
    assert asked(whole_number(f"'{text}'")) == number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1989-01-06 00:00:00", "1989-01-06"),
        ("2017-04-14T00:00:00", "2017-04-14"),
        ("2023-10-02 00:00:00.000", "2023-10-02"),
        ("2016-02-29", "2016-02-29"),
        ("2017-02-29", None),
        ("14/04/2017", None),
        ("2017-4-14", None),
        ("infinity", None),
        ("", None),
    ],
)
def test_a_date_is_read_only_when_there_is_one_way_to_read_it(text, found):
    read_as = asked(day(f"'{text}'"))
    assert (read_as and str(read_as)) == found


def test_the_yearly_release_is_taken_in_whole_and_86_rows_are_flagged(shared_data, tmp_path):
    path = shared_data / "ucdp" / "GEDEvent_v23_1_five_countries_to_2017.csv.gz"
    intake = read("ucdp-ged", path, tmp_path)
    intake.table.check(intake.frame())
    assert (intake.rows, intake.set_aside.height, intake.flagged.height) == (8431, 0, 86)
    assert intake.coverage.last_month == "2017-12"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        starts, before = {}, 1
        for row in reader:
            starts[row["id"]] = before + 1
            before = reader.line_num
            if not int(row["low"]) <= int(row["best"]) <= int(row["high"]):
                assert starts[row["id"]] in set(intake.flagged["line"])


def test_an_extract_is_not_taken_for_the_whole_world(shared_data, tmp_path):
    path = shared_data / "ucdp" / "GEDEvent_v23_1_five_countries_to_2017.csv.gz"
    assert read("ucdp-ged", path, tmp_path).coverage.countries == ("CAF", "ETH", "SDN", "SLE", "SSD")


def test_geo_pko_keeps_unknown_strengths_unknown(shared_data, tmp_path):
    path = shared_data / "geopko" / "geopko_raw.csv.gz"
    intake = read("geopko", path, tmp_path)
    intake.table.check(intake.frame())
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    strengths = Counter(row["No.troops"] for row in rows)
    frame = intake.frame()
    assert frame.height == len(rows) == 12190
    assert frame["troops"].null_count() == strengths["unknown"] == 120
    assert frame["troops"].sum() == sum(int(text) * count for text, count in strengths.items() if text != "unknown")
    assert set(frame.filter(frame["iso3"] == "ESH")["mission"]) == {"MINURSO"}
    assert frame.filter(frame["latitude"].is_null())["gid"].unique().to_list() == [None]


def test_a_geo_pko_file_as_parquet_gives_the_rows_of_the_csv(shared_data, tmp_path):
    packed, text = (tmp_path / name for name in ("parquet", "csv"))
    packed.mkdir()
    text.mkdir()
    parquet = read("geopko", shared_data / "geopko" / "geopko_to_2014.parquet", packed).frame()
    csv_rows = read("geopko", shared_data / "geopko" / "geopko_raw.csv.gz", text).frame()
    assert parquet.height == 9458
    assert parquet.equals(csv_rows.filter(csv_rows["month"] <= "2014-12"))


def test_a_geo_pko_release_with_other_spellings_of_its_columns_is_read(shared_data, tmp_path):
    path = shared_data / "geopko" / "geopko_raw.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:50]
    other = {"No.troops": "no.troops", "UNPOL..dummy.": "unpol.dummy", "UNMO..dummy.": "unmo.dummy"}
    other |= {f"name.of.TCC{place}": f"nameoftcc_{place}" for place in range(1, 15)}
    rows[0] = [other.get(name, name.lower()) for name in rows[0]]
    renamed = tmp_path / "geopko.csv"
    with renamed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert read("geopko", renamed, tmp_path).rows == 49


def test_the_un_list_is_read_with_its_decimal_commas(shared_data, tmp_path):
    intake = read("un-missions", shared_data / "un" / "DPPADPOSS-PKO.csv", tmp_path)
    intake.table.check(intake.frame())
    missions = {row["mission"]: row for row in intake.frame().to_dicts()}
    assert len(missions) == 81
    assert (missions["UNMISS"]["latitude"], missions["UNMISS"]["longitude"]) == (4.85, 31.6)
    assert str(missions["UNMISS"]["start_on"]) == "2011-07-08"
    assert missions["UNTSO"]["latitude"] is None


def test_a_bad_row_keeps_its_physical_line_column_and_text(tmp_path):
    rows = [ged_row(number) for number in range(1, 40)]
    rows[3]["source_headline"] = "first line\nsecond line"
    rows[9]["latitude"] = "412.0"
    intake = read("ucdp-ged", written(tmp_path, rows), tmp_path)
    assert intake.set_aside.rows() == [(12, "latitude", "412.0", "the latitude is not between -90 and 90")]
    assert intake.rows == 38


def test_a_repeated_id_is_set_aside_where_it_repeats(tmp_path):
    rows = [ged_row(number) for number in (1, 2, 3, 2, 4, 2)]
    intake = read("ucdp-ged", written(tmp_path, rows), tmp_path)
    assert intake.set_aside["line"].to_list() == [5, 7]
    assert sorted(intake.frame()["event_id"]) == ["1", "2", "3", "4"]


def test_a_repeat_of_a_bad_row_is_not_a_repeat(tmp_path):
    rows = [ged_row(1), ged_row(2, latitude="x"), ged_row(2)]
    intake = read("ucdp-ged", written(tmp_path, rows), tmp_path)
    assert [reason.count for reason in reasons_of(intake.set_aside)] == [1]
    assert intake.rows == 2


def test_a_doubtful_row_is_kept_as_it_is(tmp_path):
    intake = read("ucdp-ged", written(tmp_path, [ged_row(1, best=9, low=10, high=20), ged_row(2)]), tmp_path)
    kept = intake.frame().filter(intake.frame()["event_id"] == "1").to_dicts()[0]
    assert (kept["best"], kept["low"], kept["high"]) == (9, 10, 20)
    assert intake.flagged["line"].to_list() == [2]


def test_a_row_with_two_faults_is_counted_once(tmp_path):
    rows = [ged_row(1, best=9, low=10, high=20, year=1999), ged_row(2, latitude=99, best=-1), ged_row(3)]
    intake = read("ucdp-ged", written(tmp_path, rows), tmp_path)
    assert (intake.set_aside.height, intake.flagged.height) == (1, 1)


def test_columns_may_stand_in_any_order(tmp_path):
    path = tmp_path / "turned.csv"
    order = list(reversed(HEADER))
    rows = [ged_row(number) for number in range(1, 9)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, order)
        writer.writeheader()
        writer.writerows(rows)
    assert read("ucdp-ged", path, tmp_path).rows == 8


def test_exchanged_coordinate_names_are_noticed(tmp_path):
    text = ged_text([ged_row(number) for number in range(1, 30)])
    header, rest = text.split("\n", 1)
    header = header.replace("latitude", "?").replace("longitude", "latitude").replace("?", "longitude")
    path = tmp_path / "exchanged.csv"
    path.write_text(header + "\n" + rest, encoding="utf-8")
    with pytest.raises(IntakeError) as error:
        read("ucdp-ged", path, tmp_path)
    assert error.value.code == "header_does_not_fit"
