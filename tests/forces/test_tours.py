"""Are months of expertise and their cost counted as by hand?"""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.definitions.force_generation import packaged_tours
from bluehelm.forces.supply import ForcesError
from bluehelm.forces.tours import Post, compare_tours, months_of


@dataclass(frozen=True)
class Rules:
    learning_months: dict = field(default_factory=lambda: {"intelligence": 4})


def post(scenario="six", tour=6, gap=0, months=24, **changes):
    money = {"monthly_cost": Decimal(1000), "journey_cost": Decimal(3000), "long_tour_cost": Decimal(200)}
    return Post(scenario, "U2 chief", "intelligence", months, tour, gap, 6, **{**money, **changes})


def test_four_tours_of_six_months_leave_eight_months_of_expertise_of_24():
    found = months_of(post(), 4)
    assert (found.tours, found.held, found.expert, found.learning, found.empty) == (4, 24, 8, 16, 0)
    assert found.cost == 24 * 1000 + 4 * 3000


def test_two_tours_of_twelve_months_leave_sixteen_and_cost_six_thousand_less_in_journeys():
    six, twelve = compare_tours([post(), post("twelve", 12)], Rules(), "six")
    assert (six.gained, six.more_cost) == (0, 0)
    assert (twelve.expert, twelve.gained) == (16, 8)
    # 24 x 1000 + 2 x 3000 + 12 months beyond the sixth at 200, against 36000
    assert twelve.cost == Decimal(32_400)
    assert twelve.more_cost == Decimal(-3_600)
    assert twelve.cost_of_a_month == Decimal("-450.00")


def test_gaps_between_tours_leave_the_post_empty():
    found = months_of(post(gap=1, months=14), 4)
    assert (found.tours, found.held, found.empty) == (2, 12, 2)


def test_a_tour_shorter_than_learning_gives_no_expertise():
    assert months_of(post(tour=3), 4).expert == 0


def test_an_unknown_cost_is_unknown_and_not_nothing():
    unknown = compare_tours([post(), post("twelve", 12, long_tour_cost=None)], Rules(), "six")[1]
    assert (unknown.cost, unknown.more_cost, unknown.cost_of_a_month) == (None, None, None)
    assert unknown.gained == 8
    assert months_of(post(long_tour_cost=None), 4).cost == 36_000  # nobody stays beyond the usual months


def test_scenarios_that_hold_other_posts_are_not_compared():
    with pytest.raises(ForcesError) as refusal:
        compare_tours([post(), post("twelve", 12, months=12)], Rules(), "none")
    assert "no scenario 'none'" in "; ".join(refusal.value.problems)
    with pytest.raises(ForcesError, match="other posts or months"):
        compare_tours([post(), post("twelve", 12, months=12)], Rules(), "six")


def test_every_kind_of_post_named_in_the_sources_has_its_months():
    assert {"intelligence", "operations", "training", "police-planning"} <= set(packaged_tours().learning_months)


@given(st.integers(1, 60), st.integers(1, 24), st.integers(0, 3), st.integers(0, 6))
def test_months_add_up(months, tour, gap, learning):
    found = months_of(post(months=months, tour=tour, gap=gap), learning)
    assert found.held + found.empty == months
    assert found.expert + found.learning == found.held


@given(st.integers(1, 60), st.integers(1, 24), st.integers(0, 6))
def test_a_post_always_held_gains_from_tours_twice_as_long(months, tour, learning):
    assert (
        months_of(post(months=months, tour=2 * tour), learning).expert
        >= months_of(post(months=months, tour=tour), learning).expert
    )
