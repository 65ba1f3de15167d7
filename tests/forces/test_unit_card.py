"""Does a card say what is known of a unit, compare two raters as by hand and close what a retest finds met?"""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.definitions.force_generation import packaged_evaluation
from bluehelm.forces.supply import ForcesError
from bluehelm.forces.unit_card import (
    Rating,
    UnitFile,
    WomenInRole,
    agreements,
    kappa,
    shortfalls,
    task_states,
    unit_card,
)


@dataclass(frozen=True)
class Rules:
    scale: tuple = ("not met", "partly met", "met")
    causes: tuple = ("training", "equipment", "leadership", "mandate", "caveat")
    few_ratings: int = 5


RULES = Rules()


def rated(rating="met", day=1, rater="first", task="night patrol", unit="U1", cause=None, component="police"):
    return Rating(unit, component, task, "at night", "in 30 minutes", date(2027, 1, day), rater, rating, cause)


def test_a_retest_that_is_met_closes_the_shortfall():
    failed = rated("not met", 1, cause="training")
    (still,) = task_states([failed, rated("partly met", 5, cause="equipment")], RULES)
    assert (still.shortfall_since, still.causes, still.closed_on) == (date(2027, 1, 1), ("training", "equipment"), None)
    (closed,) = task_states([failed, rated("met", 9)], RULES)
    assert (closed.shortfall_since, closed.causes, closed.closed_on) == (None, (), date(2027, 1, 9))


def test_a_retest_on_which_raters_differ_closes_nothing():
    (task,) = task_states([rated("not met"), rated("met", 9), rated("partly met", 9, "second")], RULES)
    assert (task.raters_differ, task.shortfall_since) == (True, date(2027, 1, 1))
    assert task.ratings == {"first": "met", "second": "partly met"}


def test_kappa_with_linear_weights_is_that_by_hand():
    # four events; observed disagreement 1/4. The first rater gave 1 not met, 1 partly, 2 met; the second 1, 2, 1:
    # expected (1x2x1 + 1x1x2 + 1x1x1 + 1x1x1 + 2x1x2 + 2x2x1) / 16 = 14/16
    assert kappa([(2, 2), (2, 1), (0, 0), (1, 1)], 3) == pytest.approx(1 - 0.25 * 16 / 14)
    assert kappa([(2, 2), (0, 0)], 3) == 1
    assert kappa([(2, 0), (0, 2)], 3) == -1


def test_where_chance_explains_everything_there_is_no_kappa():
    assert kappa([(2, 2), (2, 2)], 3) is None
    assert kappa([], 3) is None


def test_two_raters_are_compared_over_the_events_both_rated():
    ratings = [
        rated("met"),
        rated("met", rater="second"),
        rated("not met", 3),
        rated("met", 3, "second"),
        rated("met", 7),
    ]
    (pair,) = agreements(ratings, RULES)
    assert (pair.rater, pair.other, pair.events, pair.equal_share, pair.is_few) == ("first", "second", 2, 0.5, True)


def test_a_card_names_what_is_not_known():
    card = unit_card(UnitFile("U1", caveats=()), [rated()], RULES)
    assert card.component == "police"
    assert card.caveats == ()
    assert card.missing == ("pledge", "level", "visits", "training", "equipment", "women by role")
    assert card.is_few


def test_the_same_form_serves_a_civilian_component():
    file = UnitFile("CA-1", "civilian", women_by_role={"officer": WomenInRole(3, 5), "liaison": WomenInRole(None, 4)})
    card = unit_card(file, [rated(unit="CA-1", component="civilian", task="early warning")], RULES)
    assert card.women_by_role["officer"].share == 0.6
    assert card.women_by_role["liaison"].share is None
    assert "women by role" not in card.missing


def test_ratings_off_the_scale_unknown_causes_and_repeats_are_told_together():
    wrong = [rated("good"), rated("good", 2, cause="weather"), rated("met", 3), rated("met", 3)]
    with pytest.raises(ForcesError) as refusal:
        unit_card(UnitFile("U1"), wrong, RULES)
    assert len(refusal.value.problems) == 4


def test_open_shortfalls_are_summed_by_cause_and_component_and_few_units_are_marked():
    cards = [
        unit_card(UnitFile(name), [rated("not met", unit=name, cause="equipment")], RULES) for name in ("U1", "U2")
    ]
    (police,) = shortfalls(cards, RULES)
    assert (police.component, police.units, police.open_tasks, police.causes, police.is_few) == (
        "police", 2, 2, {"equipment": 2}, True,
    )  # fmt: skip


def test_the_packaged_scale_serves_every_component():
    rules = packaged_evaluation()
    assert {task.component for task in rules.tasks} == {"military", "police", "civilian"}
    assert rules.scale[-1] == "met"


pairs = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=12)


@given(pairs)
def test_kappa_is_at_most_1_and_does_not_care_who_is_named_first(drawn):
    value = kappa(drawn, 3)
    assert value is None or value <= 1
    swapped = kappa([(two, one) for one, two in drawn], 3)
    assert value == pytest.approx(swapped) if value is not None else swapped is None


@given(st.lists(st.tuples(st.integers(1, 28), st.sampled_from(RULES.scale)), unique_by=lambda t: t[0], max_size=8))
def test_a_shortfall_is_open_exactly_when_the_newest_rating_is_not_met(drawn):
    ratings = [rated(rating, day) for day, rating in drawn]
    for task in task_states(ratings, RULES):
        newest = max(ratings, key=lambda one: one.on)
        assert (task.shortfall_since is None) == (newest.rating == "met")


def test_no_figure_of_the_card_adds_up_to_a_mark():
    card = unit_card(UnitFile("U1"), [rated()], RULES)
    assert not {"score", "rank", "mark", "grade"} & set(dir(card))
    assert replace(card, unit="U2").tasks == card.tasks
