"""Are ranks probabilities, do margins cover, and is the smallest effect that would be found the one that is?"""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.impact import placebos
from bluehelm.impact.cases import Case
from bluehelm.impact.did import difference_in_differences
from bluehelm.impact.power import minimum_detectable
from bluehelm.impact.synthetic_control import synthetic_control
from tests.docs.pages import METHODS as PAGES
from tests.docs.pages import table
from tests.impact.made_panels import outcomes

EVERY = np.ones(25, bool)


@pytest.fixture(scope="module")
def made():
    return placebos.in_space(Case(outcomes(), 36), synthetic_control)


def test_over_all_units_as_treated_each_rank_comes_once(made):
    """What exactness rests on: whoever is drawn, the ranks of all are 1 to 25."""
    told = sorted(placebos.p_placebo(made, unit) for unit in range(25))
    assert told == pytest.approx([rank / 25 for rank in range(1, 26)])


def test_no_relabelling_of_units_changes_a_ratio():
    values = outcomes(donors=3)
    plain = placebos.in_space(Case(values, 36), difference_in_differences).ratio
    for order in permutations(range(4)):
        turned = placebos.in_space(Case(values[:, order], 36), difference_in_differences).ratio
        assert turned == pytest.approx(plain[list(order)])


def test_equals_count_against_the_treated_unit():
    assert placebos.rank(np.array([3.0, 3.0, 1.0]), 0) == 2
    assert placebos.rank(np.array([np.inf, np.inf, 1.0]), 1) == 2


def test_a_perfect_fit_divides_nothing():
    still = np.zeros((6, 3))
    still[:, 1] = [0, 0, 0, 0, 2, 2]
    ratio = placebos.Placebos(still, 4, np.zeros(3)).ratio
    assert ratio.tolist() == [0.0, np.inf, 0.0]


def test_the_place_between_ranks_is_as_worked_on_its_page():
    rows = table(PAGES / "placebos.md", "Ratios:")
    values = np.array([float(row["ratio"]) for row in rows])
    for place, row in enumerate(rows):
        assert placebos.rank(values, place) == int(row["rank"])
        assert placebos.p_between(values, place) == pytest.approx(float(row["p between"]), abs=5e-4)


@settings(max_examples=50)
@given(st.lists(st.floats(0.01, 100), min_size=3, max_size=30, unique=True))
def test_the_place_between_ranks_lies_inside_its_rank(values):
    ratios = np.array(values)
    for place in range(len(ratios)):
        rank = placebos.rank(ratios, place)
        assert (rank - 1) / len(ratios) <= placebos.p_between(ratios, place) <= rank / len(ratios)


@pytest.mark.parametrize("units", [26, 31, 40, 58])
def test_under_heavy_tails_the_place_between_ranks_keeps_5_per_cent_between_the_steps(units):
    chance = np.random.default_rng(units)
    draws = chance.pareto(1.0, size=(20_000, units)) + 1
    found = np.mean([placebos.p_between(row, 0) <= 0.05 for row in draws])
    ranks = np.mean((draws >= draws[:, [0]]).sum(axis=1) / units <= 0.05)
    assert found == pytest.approx(0.05, abs=0.006)
    assert ranks == pytest.approx(np.floor(0.05 * units) / units, abs=0.006)


@pytest.mark.parametrize("others", [8, 9, 16, 19, 38, 59])
def test_margins_cover_nine_in_ten_and_hardly_more(others):
    chance = np.random.default_rng(others)
    draws = np.abs(chance.standard_cauchy(size=(4000, others + 1)))
    if others < 9:
        assert placebos.margin(draws[0, 1:], 0.9) is None
        return
    covered = np.mean([row[0] <= placebos.margin(row[1:], 0.9) for row in draws])
    assert 0.885 <= covered <= 0.955


def test_the_interval_is_the_estimate_and_its_margin(made):
    low, high = placebos.interval(made, 0, EVERY, 0.9)
    scaled = np.sort(np.abs(made.mean_after[1:]) / made.pre_rmspe[1:])
    assert (low + high) / 2 == pytest.approx(made.mean_after[0])
    assert (high - low) / 2 == pytest.approx(scaled[22] * made.pre_rmspe[0])  # the 23rd of 24: 0.9 of 25


def found(made, unit, effect, level=0.05):
    """The slow twin: add an effect to a placebo's own gaps and rank it among the others."""
    gaps = made.gaps[:, 1:].copy()
    gaps[made.before :, unit - 1] += effect
    changed = placebos.Placebos(gaps, made.before, made.spread[1:])
    return placebos.p_placebo(changed, unit - 1) <= level


@pytest.mark.parametrize("seed", range(4))
def test_four_placebos_in_five_are_found_with_the_smallest_effect_and_fewer_with_less(seed):
    made = placebos.in_space(Case(outcomes(donors=30, seed=seed), 36), synthetic_control)
    everyone = np.ones(31, bool)
    smallest = minimum_detectable(made, 0, everyone, 0.05, 0.8)
    scaled = smallest / made.pre_rmspe[0] * made.pre_rmspe

    def share(of):
        return np.mean([found(made, unit, way * of * scaled[unit]) for unit in range(1, 31) for way in (1, -1)])

    assert share(1.001) >= 0.8
    assert share(0.98) < 0.8


def test_the_smallest_effect_does_not_know_what_became_of_the_treated_unit():
    calm, changed = (
        placebos.in_space(Case(outcomes(effect=effect), 36), difference_in_differences) for effect in (0, 0)
    )
    changed.gaps[36:, 0] -= 100
    assert minimum_detectable(calm, 0, EVERY, 0.05, 0.8) == minimum_detectable(changed, 0, EVERY, 0.05, 0.8)


def test_with_eighteen_donors_no_effect_is_ever_found(made):
    few = EVERY.copy()
    few[19:] = False
    assert minimum_detectable(made, 0, few, 0.05, 0.8) is None
    assert minimum_detectable(made, 0, EVERY, 0.05, 0.8) > 0


def test_a_placebo_in_time_sees_nothing_of_what_came_after_t():
    calm, changed = Case(outcomes(), 36), Case(outcomes(effect=-50), 36)
    told = [placebos.in_time(case, synthetic_control, 12) for case in (calm, changed)]
    assert (told[0].gaps == told[1].gaps).all() and told[0].gaps.shape == (36, 25) and told[0].before == 24
    assert placebos.in_time(Case(outcomes()[33:], 3), synthetic_control, 2) is None


def test_without_each_donor_the_estimate_is_made_anew():
    case = Case(outcomes(donors=6, effect=-5), 36)
    fit = synthetic_control(case, 0)
    told = placebos.without_each(case, synthetic_control, 0, fit.weights, 20)
    assert set(told) == set(np.flatnonzero(fit.weights))
    for place, att in told.items():
        kept = np.delete(case.outcomes, place, axis=1)
        gap = kept[:, 0] - synthetic_control(Case(kept, 36), 0).modelled
        assert att == pytest.approx(gap[36:].mean())


def test_a_perfect_fit_does_not_make_an_interval_without_width():
    case = Case(outcomes(effect=-5), 36)
    case.outcomes[:36, 0] = case.outcomes[:36, 3]
    perfect = placebos.in_space(case, synthetic_control)
    assert perfect.pre_rmspe[0] == 0
    low, high = placebos.interval(perfect, 0, EVERY, 0.9)
    assert high - low > 0.05 * case.outcomes[:36, 0].std()
    assert minimum_detectable(perfect, 0, EVERY, 0.05, 0.8) > 0
