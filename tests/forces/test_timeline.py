"""Are the critical path, the 60-day test and what really happened as by hand?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.forces.supply import ForcesError
from bluehelm.forces.timeline import TimelineStep, timeline

START = date(2027, 1, 1)


def step(name, after=(), least=1, likely=2, most=3, **facts):
    return TimelineStep(name, tuple(after), least, likely, most, **facts)


def day(number):
    return START + timedelta(days=number)


def computed(*steps, within=60, sure=0.8, **more):
    return timeline(steps, START, within_days=within, sure_share=sure, **{"runs": 2000, **more})


def fixed(name, days, after=(), **facts):
    return step(name, after, days, days, days, **facts)


PLAN = (
    fixed("approval", 14),
    fixed("contract", 30),
    fixed("packing", 10, ["approval"]),
    fixed("movement", 20, ["contract", "packing"]),
)


def test_the_critical_path_and_the_slack_are_those_by_hand():
    # contract 30 then movement 20 is 50 days; approval 14 and packing 10 have 6 days to spare
    line = computed(*PLAN)
    assert (line.likely_days, line.critical) == (50, ("contract", "movement"))
    assert {one.name: one.slack_days for one in line.steps} == {
        "approval": 6,
        "contract": 0,
        "packing": 6,
        "movement": 0,
    }
    assert {one.name: one.critical_share for one in line.steps} == {
        "approval": 0,
        "contract": 1,
        "packing": 0,
        "movement": 1,
    }
    assert line.quantiles == {"0.1": 50, "0.5": 50, "0.8": 50, "0.9": 50}


def test_the_test_of_sixty_days_passes_or_names_what_blocks():
    assert computed(*PLAN).passes
    assert computed(*PLAN).blocker is None
    slow = [*PLAN[:3], step("movement", ["contract", "packing"], 10, 35, 60)]
    line = computed(*slow)
    assert not line.passes
    assert line.blocker == "movement"


def test_the_share_in_time_is_that_of_the_triangle():
    # between 0 and 100 with the peak at 50, half of all runs end within 50 days and an eighth within 25
    one = step("all", (), 0, 50, 100)
    assert computed(one, within=50, runs=40_000).share_within == pytest.approx(0.5, abs=0.01)
    assert computed(one, within=25, runs=40_000).share_within == pytest.approx(0.125, abs=0.01)


def test_the_same_seed_gives_the_same_answer_whatever_the_order_of_rows():
    steps = [step("a", (), 1, 5, 30), step("b", ["a"], 1, 9, 40), step("c", (), 3, 7, 50)]
    assert computed(*steps, seed=3).quantiles == computed(*reversed(steps), seed=3).quantiles
    assert computed(*steps, seed=3).quantiles != computed(*steps, seed=4).quantiles


def test_what_really_happened_stands_beside_the_plan_and_moves_what_is_left():
    approved = replace(PLAN[0], began_on=day(0), ended_on=day(25))
    line = computed(approved, *PLAN[1:])
    (first, *_) = [one for one in line.steps if one.name == "approval"]
    assert (first.ends_day, first.ended_day, first.late_days) == (14, 25, 11)
    assert line.likely_days == 50  # as planned
    assert line.quantiles["0.5"] == 55  # 25 and packing 10 and movement 20
    assert line.actual_days is None


def test_when_all_has_ended_the_days_are_known():
    facts = [replace(one, began_on=day(place), ended_on=day(70 + place)) for place, one in enumerate(PLAN)]
    line = computed(*facts)
    assert line.actual_days == 73
    assert (line.passes, line.blocker) == (False, None)


def test_a_step_still_open_today_ends_later_than_today():
    began = replace(PLAN[1], began_on=day(0))
    assert computed(PLAN[0], began, *PLAN[2:], on=day(44)).quantiles["0.5"] >= 45 + 20


def test_what_contradicts_itself_is_told_together():
    wrong = [step("a", ["b"], 3, 2, 1), step("a"), replace(step("c"), ended_on=START)]
    with pytest.raises(ForcesError) as refusal:
        computed(*wrong)
    assert len(refusal.value.problems) == 4
    with pytest.raises(ForcesError, match="circle"):
        computed(step("a", ["b"]), step("b", ["a"]))
    with pytest.raises(ForcesError, match="no step"):
        computed()


@st.composite
def plans(draw):
    made = []
    for place in range(draw(st.integers(1, 6))):
        least = draw(st.integers(0, 20))
        likely = least + draw(st.integers(0, 20))
        after = draw(st.lists(st.sampled_from([one.name for one in made]), unique=True)) if made else []
        made.append(step(f"s{place}", after, least, likely, likely + draw(st.integers(0, 20))))
    return made


def longest(steps, days):
    """The longest chain, walked one by one."""
    by_name = {one.name: one for one in steps}

    def end(name):
        return days(by_name[name]) + max((end(other) for other in by_name[name].after), default=0)

    return max(end(name) for name in by_name)


@settings(max_examples=50)
@given(plans())
def test_the_end_is_that_of_the_longest_chain_and_runs_stay_between_least_and_most(steps):
    line = computed(*steps, runs=50)
    assert line.likely_days == longest(steps, lambda one: one.likely_days)
    assert longest(steps, lambda one: one.least_days) - 1e-9 <= line.quantiles["0.1"]
    assert line.quantiles["0.9"] <= longest(steps, lambda one: one.most_days) + 1e-9
    assert all(one.slack_days >= -1e-9 for one in line.steps)
