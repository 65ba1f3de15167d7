"""Is every problem of a file told at once, with its line and column?"""

import pytest

from bluehelm.forces.intake import (
    read_contributors,
    read_pledges,
    read_requirements,
    read_slots,
    read_tour_offers,
    unknown_contributors,
)
from bluehelm.forces.supply import ForcesError
from tests.forces.offers import LADDER, pledge

REQUIREMENTS = "id,mission,capability,strength,from,until,min_level,languages,priority,accepts_parts,area,tasks"
PLEDGES = (
    "id,contributor,capability,strength,level,available_from,available_until,languages,caveats,joint_group,"
    "splits_into,women,monthly_cost"
)
GOOD = "R1,M1,police,100,2027-01-01,2027-12-31,L2,en|fr,1,true,north,convoy|guard"
OFFER = "P1,XAA,police,100,L2,2027-01-01,2027-12-31,en,area:north|time:18:00-06:00,,,,"


def lines(*rows):
    return "".join(f"{row}\n" for row in rows).splitlines(keepends=True)


def problems(read, *rows):
    with pytest.raises(ForcesError) as refusal:
        read(lines(*rows))
    return list(refusal.value.problems)


def asked(text):
    return read_requirements(text, "r.csv", LADDER)


def offered(text):
    return read_pledges(text, "p.csv", LADDER)


def test_a_good_row_is_read_in_full():
    (one,) = asked(lines(REQUIREMENTS, GOOD))
    assert (one.strength, one.min_level.name, one.accepts_parts) == (100, "L2", True)
    assert (one.languages, one.tasks) == ({"en", "fr"}, {"convoy", "guard"})


def test_what_a_pledge_does_not_say_is_unknown():
    (one,) = offered(lines(PLEDGES, OFFER))
    assert (one.women, one.monthly_cost, one.joint_group, one.splits_into) == (None, None, None, 1)


@pytest.mark.parametrize(
    ("old", "new", "column", "said"),
    [
        ("100", "-5", "strength", "'-5'"),
        ("100", "", "strength", "is empty"),
        ("100", "many", "strength", "whole number"),
        ("2027-01-01", "2028-01-01", "until", "comes before from"),
        ("2027-01-01", "01/02/2027", "from", "YYYY-MM-DD"),
        ("L2", "L9", "min_level", "known are L1, L2, L3, RDL"),
        (",1,true", ",6,true", "priority", "1 (highest) to 5"),
        ("true", "perhaps", "accepts_parts", "neither true nor false"),
    ],
)
def test_a_bad_requirement_is_told_with_line_and_column(old, new, column, said):
    (problem,) = problems(asked, REQUIREMENTS, GOOD.replace(old, new, 1))
    assert problem.startswith(f"r.csv line 2, {column}: ")
    assert said in problem


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("18:00-06:00,,", "18:00-06:00,,0", "splits_into"),
        ("L2", "L0", "level"),
        ("100", "-1", "strength"),
        ("area:north", "weapon:all", "caveats"),
        ("time:18:00-06:00", "time:25:00-06:00", "caveats"),
        ("2027-12-31", "2026-12-31", "available_until"),
        ("XAA", "", "contributor"),
    ],
)
def test_a_bad_pledge_is_told_with_line_and_column(old, new, column):
    (problem,) = problems(offered, PLEDGES, OFFER.replace(old, new, 1))
    assert problem.startswith(f"p.csv line 2, {column}: ")


def test_all_problems_of_all_rows_are_told_together():
    bad = GOOD.replace("100", "-5").replace("L2", "L9")
    told = problems(asked, REQUIREMENTS, bad, GOOD)
    assert sorted(problem.split(":")[0] for problem in told) == [
        "r.csv line 2, min_level",
        "r.csv line 2, strength",
        "r.csv line 3, id",
    ]


def test_lines_are_physical_lines():
    told = problems(asked, REQUIREMENTS, GOOD.replace("north", '"north\nand south"'), GOOD.replace("R1", ""))
    assert told == ["r.csv line 4, id: is empty"]


def test_a_missing_column_and_one_that_looks_like_it_are_told():
    told = problems(offered, PLEDGES.replace("caveats", "caveat"), OFFER)
    assert told == ["p.csv line 1, caveat: is not a known column; did you mean caveats?"]
    assert problems(asked, "id,mission") != []
    assert problems(asked) != []


def test_a_row_with_too_few_cells_is_told():
    assert "has 3 cells" in problems(asked, REQUIREMENTS, "R1,M1,police")[0]


GROUP = "XAA,police,60,L2,2027-01-01,2027-06-30,en,,G,,,"


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (GROUP.replace("police", "infantry"), "capabilities differ"),
        (GROUP.replace("2027-01-01,2027-06-30", "2027-07-01,2027-09-30"), "at no time all available"),
        (GROUP.replace("G,,,", "G,2,,"), "may not be split"),
    ],
)
def test_a_joint_group_that_contradicts_itself_is_told_with_its_lines(second, said):
    (problem,) = problems(offered, PLEDGES, f"P1,{GROUP}", f"P2,{second}")
    assert problem.startswith("p.csv lines 2, 3, joint_group: joint group G:")
    assert said in problem


def test_contributors_may_name_no_ceiling_but_not_twice():
    assert read_contributors(lines("contributor,max_units", "XAA,2", "XAB,"), "c.csv") == {"XAA": 2, "XAB": None}
    read = lambda text: read_contributors(text, "c.csv")  # noqa: E731
    assert "already on line 2" in problems(read, "contributor,max_units", "XAA,2", "XAA,3")[0]


def test_a_contributor_that_is_not_listed_is_told_and_a_near_one_offered():
    (problem,) = unknown_contributors([pledge(contributor="XAAA")], {"XAA"}, "p.csv", "c.csv")
    assert "'XAAA' is not listed in c.csv; did you mean XAA?" in problem


def test_slots_and_tour_offers_are_months():
    (slot,) = read_slots(lines("id,capability,from,until", "S1,air,2027-01,2027-03"), "s.csv")
    assert slot.last - slot.first == 2
    header = "id,contributor,capability,available_from,available_until,min_tour,max_tour,max_tours,monthly_cost"
    (offer,) = read_tour_offers(lines(header, "O1,XAA,air,2027-01,2027-12,3,6,,1000.50"), "o.csv")
    assert (offer.max_tours, str(offer.monthly_cost)) == (None, "1000.50")
    bad = problems(lambda text: read_tour_offers(text, "o.csv"), header, "O1,XAA,air,2027-13,2027-12,6,3,,-1")
    assert [problem.split(":")[0] for problem in bad] == [
        "o.csv line 2, available_from",
        "o.csv line 2, max_tour",
        "o.csv line 2, monthly_cost",
    ]
