"""Do the UN's series keep out of the six traps that real analyses of them fell into?"""

import polars as pl
import pytest

from bluehelm.sources import PROVIDERS, IntakeError
from bluehelm.tables.contributions import strength
from tests.sources.made_files import contribution, csv_file, earlier_contribution, read

TITLE_CASE = {
    "isocode3": "ISOCode3",
    "contributing_country": "Contributing_Country",
    "mission_acronym": "Mission_Acronym",
    "personnel_type": "Personnel_Type",
    "female_personnel": "Female_Personnel",
    "male_personnel": "Male_Personnel",
    "last_reporting_date": "Last_Reporting_Date",
}


def taken(tmp_path, *rows):
    intake = read("un-contributions", csv_file(tmp_path, rows), tmp_path)
    intake.table.check(intake.frame())
    return intake


def notes(intake):
    return {note.reason: note.count for note in intake.notes}


def test_both_spellings_of_the_columns_give_the_same_rows(tmp_path):
    rows = [contribution(personnel_type=kind) for kind in ("Troops", "Staff Officer", "Experts on Mission")]
    later = [{TITLE_CASE[name]: value for name, value in row.items() if name in TITLE_CASE} for row in rows]
    later = [row | {"Last_Reporting_Date": "31/01/2015"} for row in later]
    first = read("un-contributions", csv_file(tmp_path, rows, "lower.csv"), tmp_path)
    second = read("un-contributions", csv_file(tmp_path, later, "title.csv"), tmp_path)
    assert first.frame().equals(second.frame())
    assert (first.coverage.first_month, first.coverage.last_month) == ("2015-01", "2015-01")


def test_a_sum_of_months_is_never_called_people(tmp_path):
    """Trap: 100 persons who stay for three months are 100 persons, not 300."""
    months = ("2015-01-31", "2015-02-28", "2015-03-31")
    frame = taken(tmp_path, *(contribution(last_reporting_date=day) for day in months)).frame()
    assert strength(frame, ["mission"])["persons"].to_list() == [100, 100, 100]
    assert PROVIDERS["un-contributions"].table.schema["persons"] == pl.Int64
    persons = next(c for c in PROVIDERS["un-contributions"].table.columns if c.name == "persons")
    assert persons.unit == "persons"
    assert "month" in strength(frame, []).columns


def test_minusca_is_one_mission_and_not_minurcat(tmp_path):
    """Trap: MINUSCA halved between two countries, as if it were MINURCAT, under a code that ISO does not have."""
    rows = [
        contribution(mission_acronym="MINUSCA", male_personnel="890", isocode3="GHA"),
        contribution(mission_acronym="MINURCAT", male_personnel="40", isocode3="GHA"),
        contribution(mission_acronym="MINUSCA", contributing_country="Central African Republic", isocode3="CAR"),
    ]
    intake = taken(tmp_path, *rows)
    by_mission = dict(strength(intake.frame(), ["mission"]).select("mission", "persons").rows())
    assert by_mission == {"MINUSCA": 900 + 100, "MINURCAT": 50}
    assert intake.flagged["reason"].to_list() == ["the country code is not one of ISO 3166"]
    assert intake.frame().filter(pl.col("contributor") == "Central African Republic")["iso3"].to_list() == [None]


def test_a_missions_strength_is_the_sum_of_its_rows_and_not_their_mean(tmp_path):
    """Trap: the mean of the cells (here 100) taken for the mission's strength."""
    rows = [
        contribution(contributing_country=name, isocode3=code, male_personnel=men)
        for name, code, men in (("Ghana", "GHA", "190"), ("Nepal", "NPL", "40"), ("India", "IND", "40"))
    ]
    frame = taken(tmp_path, *rows).frame()
    assert frame["persons"].mean() == 100
    assert strength(frame, ["mission"])["persons"].to_list() == [300]


def test_an_unknown_row_makes_the_strength_unknown_rather_than_smaller(tmp_path):
    rows = [contribution(), contribution(contributing_country="Nepal", isocode3="NPL", male_personnel="")]
    assert strength(taken(tmp_path, *rows).frame(), ["mission"])["persons"].to_list() == [None]


def test_trailing_blanks_do_not_make_a_second_mission(tmp_path):
    """Trap: `UNMISS ` and `UNMISS` counted apart."""
    rows = [contribution(mission_acronym="UNMISS "), contribution(contributing_country="Nepal", isocode3="NPL")]
    intake = taken(tmp_path, *rows)
    assert intake.frame()["mission"].unique().to_list() == ["UNMISS"]
    assert notes(intake)["blanks around the acronym were taken away"] == 1


def test_the_series_before_2010_is_a_chain_of_its_own_without_sex(tmp_path):
    """Trap: the break of 2010. Other columns, no women and men; nothing is filled in and nothing is joined."""
    later = taken(tmp_path, contribution(last_reporting_date="2010-01-31"))
    earlier = read("un-contributions-before-2010", csv_file(tmp_path, [earlier_contribution()], "old.csv"), tmp_path)
    earlier.table.check(earlier.frame())
    assert earlier.table is later.table
    assert PROVIDERS["un-contributions"].name != PROVIDERS["un-contributions-before-2010"].name
    rows = earlier.frame().sort("provider_type").select("provider_type", "personnel", "persons").rows()
    assert rows == [
        ("Observers", "experts on mission", 11),
        ("Police", "police", 35),
        ("Troops", "troops", 850),
    ]
    assert earlier.frame()["female"].null_count() == earlier.frame().height
    with pytest.raises(IntakeError, match="lacks isocode3"):
        read("un-contributions", csv_file(tmp_path, [earlier_contribution()], "old.csv"), tmp_path)


def test_decembers_alone_are_said_to_be_a_value_a_year(tmp_path):
    """Trap: a re-publication that kept the Decembers, taken for a monthly series."""
    said = "the file has Decembers only: it is a value a year, and the other months are unknown"
    yearly = [contribution(last_reporting_date=f"{year}-12-31") for year in (2011, 2012, 2013)]
    assert said in notes(taken(tmp_path, *yearly))
    assert said not in notes(taken(tmp_path, *yearly, contribution(last_reporting_date="2013-11-30")))


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Troops", "troops"),
        ("Contingent Troop", "troops"),
        ("Formed Police Units", "formed police units"),
        ("Individual Police", "individual police"),
        ("Experts on Mission", "experts on mission"),
        ("Staff Officer", "staff officers"),
        ("Government-provided", None),
    ],
)
def test_kinds_of_personnel_are_read_in_every_spelling_and_unknown_ones_kept(tmp_path, written, kind):
    intake = taken(
        tmp_path, contribution(personnel_type=written), contribution(personnel_type="Troops", isocode3="NPL")
    )
    row = intake.frame().filter(pl.col("provider_type") == written).to_dicts()[0]
    assert row["personnel"] == kind
    assert (intake.flagged.height == 1) == (kind is None)


def test_a_day_that_is_not_the_last_of_its_month_is_flagged(tmp_path):
    intake = taken(tmp_path, contribution(last_reporting_date="2015-01-30"))
    assert intake.flagged["reason"].to_list() == ["the day is not the last of its month"]


def test_a_total_that_its_kinds_do_not_add_up_to_is_flagged_and_kept(tmp_path):
    path = csv_file(tmp_path, [earlier_contribution(Total="900"), earlier_contribution(Contributor="Nepal")])
    intake = read("un-contributions-before-2010", path, tmp_path)
    assert intake.flagged["line"].unique().to_list() == [2]
    assert intake.frame().filter(pl.col("contributor") == "Ghana")["persons"].sum() == 896
