"""Are coverage, gaps, handovers, single points and certificates of a post as by hand?"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.forces.calendar import Gap, Turn, calendar, uncovered_within
from bluehelm.forces.supply import ForcesError

FIRST = date(2027, 1, 1)


def day(number):
    return FIRST + timedelta(days=number)


def turn(contributor, first, last, **more):
    return Turn("S1", contributor, day(first), day(last), **more)


def seen(*turns, days=100, **more):
    return calendar("S1", turns, FIRST, day(days - 1), **more)


def test_days_without_anybody_are_gaps():
    found = seen(turn("AAA", 0, 39), turn("BBB", 45, 89))
    assert (found.days, found.covered_days, found.coverage) == (100, 85, 0.85)
    assert found.gaps == (Gap(day(40), day(44)), Gap(day(90), day(99)))
    assert [gap.days for gap in found.gaps] == [5, 10]


def test_a_handover_is_the_days_both_are_there():
    found = seen(turn("AAA", 0, 39), turn("BBB", 35, 69), turn("CCC", 70, 99), least_overlap_days=3)
    assert [(one.before, one.after, one.overlap_days, one.is_too_short) for one in found.handovers] == [
        ("AAA", "BBB", 5, False),
        ("BBB", "CCC", 0, True),
    ]
    assert seen(turn("AAA", 0, 39), turn("BBB", 45, 99)).handovers[0].overlap_days == -5


def test_what_would_be_uncovered_without_each_contributor_is_told():
    found = seen(turn("AAA", 0, 59), turn("BBB", 50, 99))
    assert found.without == {"AAA": 50, "BBB": 40}
    assert found.single_point_of_failure is None


def test_the_framework_nation_is_a_single_point_of_failure_and_so_is_one_who_is_alone():
    assert seen(turn("AAA", 0, 59), turn("BBB", 50, 99), framework_nation="NOR").single_point_of_failure == "NOR"
    assert seen(turn("AAA", 0, 59)).single_point_of_failure == "AAA"
    assert seen().single_point_of_failure is None


def test_a_certificate_that_ends_before_the_turn_is_told_with_its_days():
    (late,) = seen(
        turn("AAA", 0, 39, certified_until=day(29)), turn("BBB", 40, 99, certified_until=day(99))
    ).certificates
    assert (late.contributor, late.days_without) == ("AAA", 10)


def test_cost_is_by_the_day_and_unknown_where_a_turn_names_none():
    found = seen(turn("AAA", 0, 99, monthly_cost=Decimal("3652.50")), outputs={"sortie": Decimal(50)})
    assert found.cost == Decimal("12000.00")  # 120 a day
    assert found.cost_per_output == {"sortie": Decimal("240.00")}
    assert seen(turn("AAA", 0, 9), outputs={"sortie": Decimal(5)}).cost_per_output == {"sortie": None}


def test_gaps_ahead_are_the_soonest_first():
    one = seen(turn("AAA", 0, 39), turn("BBB", 45, 89))
    assert uncovered_within([one], day(42), 180) == [("S1", Gap(day(42), day(44))), ("S1", Gap(day(90), day(99)))]
    assert uncovered_within([one], day(42), 10) == [("S1", Gap(day(42), day(44)))]


def test_reversed_days_are_refused():
    with pytest.raises(ForcesError):
        seen(turn("AAA", 9, 3))


spans = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(-20, 119), st.integers(0, 40)), max_size=6)


@given(spans)
def test_covered_days_and_gaps_make_up_the_whole(drawn):
    turns = [turn(name, first, first + length) for name, first, length in drawn]
    found = seen(*turns)
    by_day = [any(t.from_on <= day(n) <= t.until_on for t in turns) for n in range(100)]
    assert found.covered_days == sum(by_day)
    assert found.covered_days + sum(gap.days for gap in found.gaps) == 100
    assert all(not by_day[(gap.from_on - FIRST).days] for gap in found.gaps)
