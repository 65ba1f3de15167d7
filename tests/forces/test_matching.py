"""Is the plan the best there is, at every stage, whatever the offers?"""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings

from bluehelm.forces.board import faults
from bluehelm.forces.matching import greedy, match, measured
from bluehelm.forces.supply import units_of
from bluehelm.optimise.programs import Clock
from tests.forces import by_hand
from tests.forces.offers import ceilings, is_sound, pledge, pledges, requirement, requirements

pytest.importorskip("highspy")


def matched(asked, offered, most=None):
    plan = match(asked, units_of(offered), most or {}, Clock())
    assert faults(plan.served, most or {}) == []
    assert measured(plan.served) == plan.objective
    return plan


def serving(plan):
    return {one.requirement.id: (one.unit.pledge_ids, one.parts, one.strength) for one in plan.served}


@settings(max_examples=80)
@given(requirements(), pledges().filter(is_sound), ceilings)
def test_no_plan_is_better_at_any_stage_than_the_one_found(asked, offered, most):
    plan = matched(asked, offered, most)
    assert plan.is_proved
    assert plan.objective == by_hand.best(asked, offered, most)


@pytest.mark.long
@settings(max_examples=3000)
@given(requirements(), pledges().filter(is_sound), ceilings)
def test_no_plan_is_better_in_many_more_cases(asked, offered, most):
    plan = matched(asked, offered, most)
    assert plan.is_proved
    assert plan.objective == by_hand.best(asked, offered, most)


@settings(max_examples=25)
@given(requirements(), pledges().filter(is_sound), ceilings)
def test_the_order_of_rows_does_not_change_the_plan(asked, offered, most):
    shuffled_asked, shuffled = asked.copy(), offered.copy()
    random.Random(1).shuffle(shuffled_asked)
    random.Random(2).shuffle(shuffled)
    assert serving(matched(asked, offered, most)) == serving(matched(shuffled_asked, shuffled, most))


@settings(max_examples=25)
@given(requirements(), pledges().filter(is_sound), ceilings)
def test_the_hurried_plan_keeps_the_rules_and_is_never_better(asked, offered, most):
    hurried = greedy(asked, units_of(offered), most)
    assert faults(hurried, most) == []
    *filled, surplus = measured(hurried)
    *best_filled, best_surplus = matched(asked, offered, most).objective
    assert (filled, -surplus) <= (best_filled, -best_surplus)


def test_one_important_requirement_comes_before_two_others():
    asked = [
        requirement("R1", strength=60, priority=1),
        requirement("R2", strength=50, priority=2, accepts_parts=True),
        requirement("R3", strength=50, priority=2, accepts_parts=True),
    ]
    plan = matched(asked, [pledge("P1", strength=100, splits_into=2)])
    assert serving(plan) == {"R1": (("P1",), 2, 100)}


def test_the_least_surplus_keeps_the_large_unit_free():
    offered = [pledge("P1", strength=900), pledge("P2", strength=110)]
    assert serving(matched([requirement(strength=100)], offered)) == {"R1": (("P2",), 1, 110)}


def test_a_joint_group_serves_as_one_unit():
    offered = [
        pledge("P1", strength=60, joint_group="G", contributor="XAA"),
        pledge("P2", strength=60, joint_group="G", contributor="XAB"),
    ]
    assert serving(matched([requirement(strength=100)], offered)) == {"R1": (("P1", "P2"), 1, 120)}


def test_a_joint_group_counts_towards_the_ceiling_of_each_member():
    offered = [
        pledge("P1", strength=60, joint_group="G", contributor="XAA"),
        pledge("P2", strength=60, joint_group="G", contributor="XAB"),
    ]
    assert serving(matched([requirement(strength=100)], offered, {"XAA": 1, "XAB": 0})) == {}


def test_the_parts_of_a_unit_serve_one_mission_only():
    asked = [requirement("R1", strength=40), requirement("R2", strength=40, mission="M2")]
    assert len(matched(asked, [pledge(strength=120, splits_into=3)]).served) == 1


def test_parts_of_one_unit_fill_several_requirements_and_count_once_towards_the_ceiling():
    asked = [requirement("R1", strength=40), requirement("R2", strength=80, accepts_parts=True)]
    plan = matched(asked, [pledge(strength=120, splits_into=3)], {"XAA": 1})
    assert serving(plan) == {"R1": (("P1",), 1, 40), "R2": (("P1",), 2, 80)}


def test_several_parts_fill_only_what_accepts_parts():
    asked = [requirement("R1", strength=40), requirement("R2", strength=80)]
    plan = matched(asked, [pledge(strength=120, splits_into=3)])
    assert [one.requirement.id for one in plan.served] in (["R1"], ["R2"])


def test_a_unit_served_whole_has_its_full_strength():
    plan = matched([requirement(strength=101)], [pledge(strength=101, splits_into=3)])
    assert serving(plan) == {"R1": (("P1",), 3, 101)}


def test_without_requirements_or_pledges_nothing_is_served():
    assert matched([], [pledge()]).objective == (0, 0, 0, 0, 0, 0)
    assert matched([requirement()], []).objective == (0, 0, 0, 0, 0, 0)


def test_when_time_ends_at_once_a_sound_plan_and_honest_bounds_are_given():
    asked = [requirement("R1"), requirement("R2", languages=frozenset({"en"}))]
    offered = [pledge("P1", languages=frozenset({"en"})), pledge("P2", strength=110)]
    plan = match(asked, units_of(offered), {}, Clock(0.0))
    assert faults(plan.served, {}) == []
    assert plan.objective[0] == 1
    assert plan.bound[0] == matched(asked, offered).objective[0] == 2


@pytest.mark.parametrize("missing", [{"XAA": 1}, {"XAA": None}])
def test_a_ceiling_binds_only_where_there_is_one(missing):
    asked = [requirement("R1"), requirement("R2")]
    offered = [pledge("P1"), pledge("P2")]
    assert len(matched(asked, offered, missing).served) == (1 if missing["XAA"] else 2)


def test_what_the_solver_would_get_wrong_is_noticed():
    plan = matched([requirement(strength=50)], [pledge(strength=50)])
    (one,) = plan.served
    too_small = replace(one, requirement=replace(one.requirement, strength=60), strength=50)
    assert any("gives" in fault for fault in faults([too_small], {}))
    assert faults([one, one], {}) != []
    assert faults([one], {"XAA": 0}) != []
