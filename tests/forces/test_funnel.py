"""Do the totals of the funnel add up to the list it was made from?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.forces.funnel import PLACES, Announced, FunnelError, funnel, place_on

DAY = date(2025, 5, 13)
PLEDGE = Announced("P1", "XAA", "units", DAY)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


@st.composite
def announced(draw):
    made = []
    for number in range(draw(st.integers(0, 8))):
        waits = draw(st.lists(st.integers(0, 200), max_size=3))
        days = [after(sum(waits[: n + 1])) for n in range(len(waits))]
        lapse = draw(st.sampled_from([None, None, 0, 100]))
        steps = dict(zip(["registered_on", "verified_on", "deployed_on"], days, strict=False))
        lapsed = None if lapse is None else (days[-1] if days else DAY) + timedelta(days=lapse)
        made.append(replace(PLEDGE, id=f"P{number}", lapsed_on=lapsed, **steps))
    return made


@given(announced(), st.integers(-10, 800))
def test_every_pledge_stands_at_exactly_one_place(pledges, days):
    found = funnel(pledges, after(days))
    assert sum(found.standing.values()) == found.total == (len(pledges) if days >= 0 else 0)
    reached = [found.reached[place] for place in PLACES]
    assert reached == sorted(reached, reverse=True)
    assert reached[0] == found.total


def test_days_are_medians_of_finished_steps_and_waiting_is_counted_apart():
    pledges = [
        replace(PLEDGE, registered_on=after(10)),
        replace(PLEDGE, id="P2", registered_on=after(30), verified_on=after(90)),
        replace(PLEDGE, id="P3"),
    ]
    found = funnel(pledges, after(100))
    assert found.days == {"announced to registered": 20, "registered to verified": 60, "verified to deployed": None}
    assert found.waiting_days == {"announced": 100, "registered": 90, "verified": 10, "deployed": None}


def test_who_has_deployed_waits_no_more():
    deployed = replace(PLEDGE, registered_on=after(10), verified_on=after(20), deployed_on=after(30))
    assert funnel([deployed], after(100)).waiting_days["deployed"] is None


def test_a_lapsed_pledge_is_counted_where_it_came_to_and_stands_as_lapsed():
    pledge = replace(PLEDGE, registered_on=after(5), lapsed_on=after(50))
    assert (place_on(pledge, after(49)), place_on(pledge, after(50))) == ("registered", "lapsed")
    assert funnel([pledge], after(60)).reached["registered"] == 1


def test_contradictions_are_told_together():
    wrong = [
        replace(PLEDGE, verified_on=after(5)),
        replace(PLEDGE, id="P2", registered_on=after(9), verified_on=after(3)),
        replace(PLEDGE, id="P2", lapsed_on=DAY),
    ]
    with pytest.raises(FunnelError) as refusal:
        funnel(wrong, after(10))
    assert len(refusal.value.problems) == 3
