"""What does a scenario change, and which requirements hang on one unit?"""

from datetime import date

import pytest
from hypothesis import given, settings

from bluehelm.forces.caveats import parse_caveats
from bluehelm.forces.matching import match
from bluehelm.forces.supply import ForcesError, units_of
from bluehelm.forces.what_if import Scenario, each_late, each_leaves, single_points, standbys, stress, under
from bluehelm.optimise.programs import Clock
from tests.forces.offers import ceilings, is_sound, pledge, pledges, requirement, requirements

pytest.importorskip("highspy")


def only(scenario, *pledges):
    (found,) = stress([requirement()], list(pledges), {}, [scenario])
    return found.lost, found.gained


def test_dropping_a_pledge_loses_what_only_it_could_fill():
    assert only(Scenario("x", drop=frozenset({"P1"})), pledge()) == (("R1",), ())
    assert only(Scenario("x", drop=frozenset({"P1"})), pledge(), pledge("P2")) == ((), ())


def test_a_late_pledge_no_longer_fits_and_one_in_time_still_does():
    soon = pledge(from_on=date(2026, 12, 1))
    assert only(Scenario("x", delay_days={"P1": 31}), soon) == ((), ())
    assert only(Scenario("x", delay_days={"P1": 32}), soon) == (("R1",), ())


def test_lifting_a_caveat_or_adding_a_pledge_gains_what_was_short():
    caveats = parse_caveats("area:north|task:guard")
    lifted = Scenario("x", lift={"P1": parse_caveats("area:north")})
    assert only(lifted, pledge(caveats=caveats)) == ((), ("R1",))
    assert only(Scenario("x", add=(pledge("P2"),)), pledge(strength=1)) == ((), ("R1",))


def test_a_joint_group_that_loses_a_member_is_lost():
    offered = [pledge("P1", joint_group="G"), pledge("P2", joint_group="G", contributor="XAB"), pledge("P3")]
    assert [one.id for one in under(Scenario("x", leaving=frozenset({"XAB"})), offered)] == ["P3"]


def test_a_scenario_of_what_is_not_there_is_refused_with_all_its_problems():
    wrong = Scenario(
        "x", frozenset({"P9"}), {"P1": 9999}, {"P1": parse_caveats("area:east")}, (pledge(),), frozenset({"XZZ"})
    )
    with pytest.raises(ForcesError) as refusal:
        under(wrong, [pledge()])
    assert len(refusal.value.problems) == 5


def test_a_scenario_for_each_late_pledge_and_each_contributor():
    offered = [pledge("P1"), pledge("P2", contributor="XAB", until_on=date(2026, 1, 2))]
    assert [one.name for one in each_late(offered, 30)] == ["P1 30 days late"]
    assert [one.name for one in each_leaves(offered)] == ["XAA leaves", "XAB leaves"]


def test_a_requirement_that_one_unit_alone_fits_is_a_single_point_of_failure():
    asked = [requirement("R1"), requirement("R2", strength=200), requirement("R3", strength=900)]
    assert single_points(asked, units_of([pledge("P1"), pledge("P2", strength=300)])) == {"R2": "P2"}


def test_unused_units_stand_by_within_the_ceiling():
    asked, offered = [requirement("R1")], [pledge("P1"), pledge("P2"), pledge("P3", capability="air")]
    units = units_of(offered)
    for most, expected in [({}, ["P2"]), ({"XAA": 2}, ["P2"]), ({"XAA": 1}, [])]:
        plan = match(asked, units, most, Clock())
        assert [one.unit.id for one in plan.served] == ["P1"]
        assert [one.unit.id for one in standbys(plan, units, most, Clock())] == expected


@settings(max_examples=25)
@given(requirements(), pledges().filter(is_sound), ceilings)
def test_a_scenario_that_need_not_be_searched_gives_what_a_search_would(asked, offered, most):
    scenarios = [*each_late(offered, 100), *each_leaves(offered)]
    for one in stress(asked, offered, most, scenarios):
        searched = match(asked, units_of(under(one.scenario, offered)), most, Clock())
        assert one.plan.objective == searched.objective
