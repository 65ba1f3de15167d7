"""Which panels are refused, and is every reason told with its line?"""

import polars as pl
import pytest

from bluehelm.impact.panel import Columns, PanelError, panel_of
from tests.impact.made_panels import FROM, MONTHS, outcomes, rows_of, words, write

COLUMNS = Columns("area", "month", "deaths")


def panel(rows, treated="A00", first=FROM):
    return panel_of(pl.DataFrame(rows), COLUMNS, treated, first)


def problems(rows, **asked):
    with pytest.raises(PanelError) as refused:
        panel(rows, **asked)
    return refused.value.problems


@pytest.fixture
def rows():
    return rows_of(outcomes(donors=4))


def test_a_panel_is_read_whatever_the_order_of_its_rows(rows):
    read, turned = panel(rows), panel(rows[::-1])
    assert read.units == ("A00", "A01", "A02", "A03", "A04") and read.times == tuple(MONTHS)
    assert read.before == 36 and read.treated == 0 and read.donors == read.units[1:]
    assert (read.outcomes == turned.outcomes).all()
    assert (read.outcomes == outcomes(donors=4)).all()


def test_years_may_carry_the_decimals_of_a_spreadsheet(rows):
    years = [row | {"month": f"{1950 + MONTHS.index(row['month'])}.0"} for row in rows]
    assert panel(years, first="1986").times[:2] == ("1950", "1951")
    assert panel(years, first="1986").before == 36


def test_a_gap_is_told(rows):
    assert problems(rows[:-1]) == ("gap: A04 has no row for 2013-12",)
    assert "gap: no unit has a row between 2010-02 and 2010-04" in problems(
        [r for r in rows if r["month"] != "2010-03"]
    )


def test_an_empty_outcome_is_a_gap_and_no_zero(rows):
    (told,) = problems([rows[0] | {"deaths": ""}, *rows[1:]])
    assert told == "line 2, deaths: '' is no number: a gap, for unknown is not 0"
    assert "line 2" in problems([rows[0] | {"deaths": "inf"}, *rows[1:]])[0]


def test_duplicates_are_told_with_their_lines(rows):
    assert problems([*rows, rows[0]]) == (f"duplicate: A00 at 2010-01 stands on lines 2, {len(rows) + 2}",)


def test_an_absent_treated_unit_is_told_with_its_nearest(rows):
    assert problems(rows, treated="A0O")[0].startswith("treated unit absent: no row of 'A0O'; did you mean A0")


def test_too_few_donors_no_time_before_and_none_after_are_told(rows):
    alone = [row for row in rows if row["area"] in ("A00", "A01")]
    assert problems(alone)[0].startswith("too few donors: 1")
    assert problems(rows, first=MONTHS[0])[0].startswith("no pre-period: 0 times come before 2010-01")
    assert problems(rows, first="2014-01")[0].startswith("no post-period")


def test_a_constant_outcome_is_told(rows):
    still = [row | {"deaths": "3"} if row["area"] == "A00" else row for row in rows]
    assert problems(still) == ("constant outcome: A00 has the same value at every time",)
    assert len(problems([row | {"deaths": "3"} for row in rows])) == 2


def test_times_that_are_none_and_times_of_two_kinds_are_told(rows):
    assert "line 2, month: 'May 2010' is neither" in problems([rows[0] | {"month": "May 2010"}, *rows[1:]])[0]
    assert problems([rows[0] | {"month": "2010"}, *rows[1:]])[0].startswith("the times are years and months")
    assert problems(rows, first="2013") == ("T: '2013', but the times are months",)
    assert "is neither a year nor a month" in problems(rows, first="soon")[0]


def test_missing_columns_are_told_with_the_nearest_name(rows):
    with pytest.raises(PanelError) as refused:
        panel_of(pl.DataFrame(rows), Columns("area", "moth", "dead"), "A00", FROM)
    assert refused.value.problems[0] == "there is no column 'moth'; did you mean 'month'?"
    assert len(refused.value.problems) == 2


SPOILED = {
    "gap": lambda rows: rows[:-1],
    "duplicate": lambda rows: [*rows, rows[3]],
    "treated unit absent": lambda rows: [row for row in rows if row["area"] != "A00"],
    "too few donors": lambda rows: [row for row in rows if row["area"] in ("A00", "A01")],
    "no pre-period": lambda rows: [row for row in rows if row["month"] >= FROM],
    "constant outcome": lambda rows: [row | {"deaths": "1"} for row in rows],
}


@pytest.mark.parametrize("name", SPOILED)
def test_the_command_refuses_bad_panels_with_the_reason(name, rows, ask, tmp_path):
    code, answer = ask(*words(write(tmp_path / "panel.csv", SPOILED[name](rows))))
    error = answer["error"]
    assert code == 2 and error["code"] == "bad_panel" and error["where"] == "panel.csv"
    assert any(problem.startswith(name) for problem in error["problems"])
    assert error["unchanged"] and error["next"]


def test_rows_that_do_not_fit_their_header_are_refused_without_a_traceback(ask, tmp_path):
    (tmp_path / "panel.csv").write_text("area,month,deaths\nA,2010-01,1,7,9\n", encoding="utf-8")
    code, answer = ask(*words(tmp_path / "panel.csv"))
    assert code == 2 and answer["error"]["problems"]
