"""What do caveats forbid, and what can then nobody do?"""

from datetime import date

import pytest

from bluehelm.forces.caveats import (
    Caveat,
    CaveatError,
    UndeclaredCaveat,
    classify,
    forbids_hour,
    names,
    parse_caveats,
    uncovered,
    visible,
    written,
)

CASE = UndeclaredCaveat("C1", "P1", Caveat("task", "convoy"), date(2027, 1, 1), "escort", None, frozenset({"force"}))


def test_caveats_are_read_as_they_are_written():
    cell = "mission:UNMISS|area:north|task:night-patrol|time:18:00-06:00"
    assert written(parse_caveats(cell)) == cell
    assert parse_caveats("") == ()


@pytest.mark.parametrize(
    "cell", ["north", "area:", "weapon:x", "time:night", "time:18:00", "time:24:00-06:00", "time:06:00-06:00"]
)
def test_what_is_no_caveat_is_refused(cell):
    with pytest.raises(CaveatError):
        parse_caveats(cell)


def test_a_caveat_names_its_own_kind_of_thing_only():
    asked = {"mission": "north", "area": "M1", "tasks": {"x"}}
    assert not any(names(caveat, **asked) for caveat in parse_caveats("mission:M1|area:north|task:north"))
    assert names(Caveat("task", "x"), **asked)


def test_hours_may_pass_midnight():
    (night,) = parse_caveats("time:18:30-06:00")
    assert [hour for hour in range(24) if forbids_hour(night, hour)] == [0, 1, 2, 3, 4, 5, 18, 19, 20, 21, 22, 23]


def test_what_nobody_can_do_is_mapped_by_area_task_and_hour():
    units = {"P1": parse_caveats("time:18:00-06:00"), "P2": parse_caveats("task:convoy|time:20:00-22:00"), "P3": ()}
    stationed = {"north": ["P1", "P2"], "south": ["P3"], "west": []}
    found = {(gap.area, gap.task): gap.hours for gap in uncovered(units, stationed, ["convoy", "guard"], "M1")}
    assert found == {
        ("north", "convoy"): (0, 1, 2, 3, 4, 5, 18, 19, 20, 21, 22, 23),
        ("north", "guard"): (20, 21),
        ("west", "convoy"): tuple(range(24)),
        ("west", "guard"): tuple(range(24)),
    }


def test_only_people_classify_an_undeclared_caveat_once_with_role_and_reason():
    decided = classify(CASE, "performance", by="force commander", rationale="no night training")
    assert (CASE.classification, decided.classification) == (None, "performance")
    for verdict, by, why in [("guilty", "x", "y"), ("discipline", " ", "y"), ("discipline", "x", "")]:
        with pytest.raises(CaveatError):
            classify(CASE, verdict, by=by, rationale=why)
    with pytest.raises(CaveatError, match="already"):
        classify(decided, "discipline", by="x", rationale="y")


def test_the_file_of_an_undeclared_caveat_is_seen_by_those_named_and_by_nobody_else():
    assert visible([CASE], "force") == [CASE]
    assert visible([CASE], "planner") == []
