"""Are checklists scored as by hand, findings owned, and visits planned by need, age and cost?"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.forces.supply import ForcesError
from bluehelm.forces.visits import ANSWERS, Candidate, scored, visit_plan

ON = date(2027, 3, 1)


@dataclass(frozen=True)
class Item:
    name: str
    is_essential: bool = False
    owner: str = "contributor"
    mend_days: int = 30


@dataclass(frozen=True)
class Checklist:
    items: tuple
    name: str = "visit"
    pass_share: float = 0.75


LIST = Checklist((Item("staff", True), Item("vehicles"), Item("water"), Item("radio", owner="mission", mend_days=10)))


def answered(staff="met", vehicles="met", water="met", radio="met"):
    return scored(LIST, {"staff": staff, "vehicles": vehicles, "water": water, "radio": radio}, ON)


def test_the_share_counts_half_for_what_is_partly_met():
    found = answered(water="partly", radio="partly")
    assert (found.share, found.passes) == (0.75, True)
    assert answered(water="not met", radio="partly").share == 0.625
    assert answered(water="not met", radio="partly").passes is False


def test_an_essential_item_not_wholly_met_fails_the_visit():
    found = answered(staff="partly")
    assert (found.share, found.passes, found.essential_unmet) == (0.875, False, ("staff",))


def test_what_was_not_seen_is_unknown_and_neither_passes_nor_fails():
    found = answered(radio="not seen")
    assert (found.share, found.seen, found.passes, found.not_seen) == (1.0, 3, None, ("radio",))
    assert scored(LIST, {}, ON).share is None
    assert scored(LIST, {}, ON).passes is None


def test_it_fails_when_even_the_unseen_could_not_save_it():
    assert answered(vehicles="not met", water="not met", radio="not seen").passes is False


def test_each_item_not_met_is_a_finding_with_an_owner_and_a_day():
    found = answered(vehicles="not met", radio="partly").findings
    assert [(one.item, one.owner, one.due_on) for one in found] == [
        ("vehicles", "contributor", date(2027, 3, 31)),
        ("radio", "mission", date(2027, 3, 11)),
    ]


def test_unknown_items_and_answers_are_told_together():
    with pytest.raises(ForcesError) as refusal:
        scored(LIST, {"boots": "met", "staff": "maybe"}, ON)
    assert len(refusal.value.problems) == 2


@given(st.fixed_dictionaries({item.name: st.sampled_from(list(ANSWERS)) for item in LIST.items}))
def test_a_better_answer_never_turns_a_pass_into_a_failure(answers):
    before = scored(LIST, answers, ON)
    for name in answers:
        after = scored(LIST, {**answers, name: "met"}, ON)
        assert not (before.passes is True and after.passes is not True)
        assert not (before.passes is None and after.passes is False)


def candidate(unit, trip, need=1, visited=None, cost=100):
    return Candidate(unit, trip, need, visited, None if cost is None else Decimal(cost))


def test_trips_go_by_need_then_age_then_cost():
    plan = visit_plan(
        [
            candidate("U1", "T1", need=1, visited=date(2026, 1, 1)),
            candidate("U2", "T2", need=1, visited=date(2025, 1, 1)),
            candidate("U3", "T3", need=3, visited=date(2027, 1, 1)),
            candidate("U4", "T4", need=1),
            candidate("U5", "T5", need=1, visited=date(2025, 1, 1), cost=50),
        ],
        ON,
    )
    assert [trip.trip for trip in plan] == ["T3", "T4", "T5", "T2", "T1"]


def test_one_journey_sees_several_units_and_costs_once():
    (trip,) = visit_plan([candidate("U1", "T1"), candidate("U2", "T1", need=2)], ON, Decimal(100))
    assert (trip.units, trip.need, trip.cost, trip.is_planned) == (("U1", "U2"), 3, Decimal(100), True)


def test_the_budget_is_kept_and_what_does_not_fit_says_why():
    plan = visit_plan(
        [candidate("U1", "T1", 3, cost=80), candidate("U2", "T2", 2, cost=50), candidate("U3", "T3", cost=20),
         candidate("U4", "T4", cost=None), candidate("U5", "T5", need=0)],
        ON,
        Decimal(100),
    )  # fmt: skip
    assert {trip.trip for trip in plan if trip.is_planned} == {"T1", "T3"}
    assert {trip.trip: trip.reason for trip in plan if not trip.is_planned} == {
        "T2": "costs more than the 20 left",
        "T4": "its cost is unknown",
        "T5": "no open requirement asks for these units",
    }


def test_two_costs_for_one_journey_are_refused():
    with pytest.raises(ForcesError):
        visit_plan([candidate("U1", "T1"), candidate("U2", "T1", cost=7)], ON)
