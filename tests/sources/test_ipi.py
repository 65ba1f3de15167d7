"""Do the sums of the IPI database equal its published totals, and is every one that does not flagged?"""

from collections import defaultdict

import duckdb
import polars as pl
import pytest

from bluehelm.sources import reasons_of
from bluehelm.sources.ipi import WRONG_TOTAL
from tests.sources.made_files import csv_file, ipi_row, parquet_file, read

DETAILED = "ipi_contributor_mission_month_to_2012.parquet"


@pytest.fixture(scope="module")
def database(shared_data, tmp_path_factory):
    """The three files as read: details, by contributor, by mission."""
    folder = tmp_path_factory.mktemp("ipi")
    files = {
        "ipi": DETAILED,
        "ipi-contributors": "ipi_contributor_month_to_2012.parquet",
        "ipi-missions": "ipi_mission_month_to_2012.parquet",
    }
    return {provider: read(provider, shared_data / "ipi" / name, folder) for provider, name in files.items()}


def published(shared_data):
    """The detailed file's own rows by DuckDB alone, not through the reader."""
    path = shared_data / "ipi" / DETAILED
    return duckdb.sql(
        f"""select strftime("Date", '%Y-%m'), "Contributor", "Mission", "Total_Total"::bigint
            from read_parquet('{path}')"""
    ).fetchall()


def added(rows):
    sums = defaultdict(int)
    for *key, persons in rows:
        sums[tuple(key)] += persons or 0
    return sums


def test_every_table_keeps_its_promise(database):
    for intake in database.values():
        intake.table.check(intake.frame())
        assert intake.set_aside.is_empty()


def test_contributor_by_mission_sums_equal_the_published_totals_of_every_contributor_in_every_month(
    database, shared_data
):
    frame = database["ipi"].frame()
    ours = added(frame.select("month", "contributor", "persons").iter_rows())
    totals = {
        (month, contributor): persons
        for month, contributor, mission, persons in published(shared_data)
        if mission == "all" and contributor != "all"
    }
    assert len({month for month, _ in totals}) == 38
    assert len(totals) == 4389
    assert all(ours[key] == (persons or 0) for key, persons in totals.items())


def test_the_grand_total_is_that_sum_and_the_one_contributor_whose_cells_are_empty(database, shared_data):
    """The detailed file leaves the United States' cells empty; the coarser file has the missing numbers."""
    frame, coarse = database["ipi"].frame(), database["ipi-contributors"].frame()
    assert frame.filter(pl.col("persons").is_null())["iso3"].unique().to_list() == ["USA"]
    summed = added(frame.select("month", "persons").iter_rows())
    missing = added(coarse.filter(pl.col("iso3") == "USA").select("month", "persons").iter_rows())
    grand = {month: persons for month, who, where, persons in published(shared_data) if who == where == "all"}
    assert len(grand) == 38
    assert all(summed[month,] + missing[month,] == persons for month, persons in grand.items())


def test_the_contributors_of_every_month_add_up_to_its_missions(database):
    contributors, missions = (database[name].frame() for name in ("ipi-contributors", "ipi-missions"))
    by_kind = [added(frame.select("month", "personnel", "persons").iter_rows()) for frame in (contributors, missions)]
    assert by_kind[0] == by_kind[1]
    assert len({month for month, _ in by_kind[0]}) == 266


def test_the_detailed_rows_equal_the_coarser_file_for_every_contributor_that_has_numbers(database):
    detailed, coarse = database["ipi"].frame(), database["ipi-contributors"].frame()
    known = detailed.filter(pl.col("persons").is_not_null() & (pl.col("persons") > 0))
    ours = added(known.select("month", "contributor", "persons").iter_rows())
    theirs = added(
        coarse.filter((pl.col("month") >= "2009-11") & (pl.col("iso3") != "USA"))
        .select("month", "contributor", "persons")
        .iter_rows()
    )
    assert ours == {key: persons for key, persons in theirs.items() if persons}


def test_totals_that_do_not_add_up_are_flagged_and_nothing_is_mended(database):
    flags = {reason.reason: reason.count for reason in reasons_of(database["ipi"].flagged)}
    assert flags[WRONG_TOTAL] == 38
    assert flags["women and men do not add up to the persons"] == 17
    notes = {note.reason: note.count for note in database["ipi"].notes}
    assert notes["the row is a total: it is a check, not a row of the table"] == 4427
    assert "all" not in set(database["ipi"].frame()["contributor"]) | set(database["ipi"].frame()["mission"])


def test_a_total_is_checked_over_contributors_over_missions_and_over_both(tmp_path):
    rows = [
        ipi_row("Ghana", "UNMIL", 10),
        ipi_row("Nepal", "UNMIL", 5),
        ipi_row("Ghana", "UNMIS", 1),
        ipi_row("Ghana", "all", 12),
        ipi_row("all", "UNMIL", 15),
        ipi_row("all", "all", 17),
    ]
    intake = read("ipi", parquet_file(tmp_path, rows), tmp_path)
    wrong = intake.flagged.filter(pl.col("reason") == WRONG_TOTAL)
    assert wrong.select("line", "column", "value").rows() == [
        (5, "Total_Total", "12 against 11"),
        (7, "Total_Total", "17 against 16"),
    ]
    assert intake.frame()["persons"].sum() == 16


def test_a_contributor_without_any_number_is_unknown_and_not_nothing(tmp_path):
    intake = read(
        "ipi", parquet_file(tmp_path, [ipi_row("Ghana", "UNMIL", None), ipi_row("Nepal", "UNMIL", 5)]), tmp_path
    )
    assert intake.frame().sort("contributor").select("contributor", "persons").rows() == [("Ghana", None), ("Nepal", 5)]


def test_the_same_rows_as_csv_give_the_same_table(tmp_path):
    rows = [ipi_row("Ghana", "UNMIL", 10), ipi_row("Nepal", "UNMIL", 5)]
    parquet = read("ipi", parquet_file(tmp_path, rows), tmp_path).frame()
    text = read("ipi", csv_file(tmp_path, rows), tmp_path).frame()
    assert parquet.equals(text)
