"""Does the one rule of chance hold its level, and do p and bounds agree?"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bluehelm.impact.chance import Levels, judged_ratio, judged_shift, quantile, standing, two_sided
from bluehelm.impact.siting import chances, drawn

LEVELS = Levels(0.05, 0.9, 0.8)


def test_exchangeable_numbers_are_refused_five_times_in_a_hundred():
    random = np.random.default_rng(0)
    values = random.standard_t(2, (20_000, 200))
    refused = np.mean([two_sided(float(row[0]), row[1:]) <= 0.05 for row in values])
    assert 0.045 <= refused <= 0.055


@given(st.integers(0, 10_000), st.floats(-5, 5), st.integers(120, 200), st.sampled_from([0.88, 1.0, 1.1]))
def test_bounds_leave_out_zero_just_when_p_is_small(seed, shift, number, spread):
    random = np.random.default_rng(seed)
    values = random.normal(size=number)
    values[0] += shift
    slopes = np.zeros(number)
    slopes[0] = 1.0
    found = judged_shift("difference", values, slopes, Levels(0.05, 0.95, 0.8, spread))
    assume(abs(found.p - 0.05) > 1e-9)
    assert (not found.low <= 0 <= found.high) == (found.p <= 0.05)


def test_draws_that_all_say_the_same_find_nothing_however_small():
    values, slopes = np.zeros(200), np.zeros(200)
    values[0], slopes[0] = -0.5, 1.0
    assert judged_shift("difference", values, slopes, LEVELS).detectable is None
    assert judged_shift("log-rate", values, slopes, LEVELS).detectable is None


@given(st.integers(0, 10_000), st.floats(0.01, 0.99))
def test_standing_among_the_draws_is_the_inverse_of_their_quantile(seed, share):
    draws = np.random.default_rng(seed).standard_t(2, 199)
    assert standing(quantile(draws, share), draws) == pytest.approx(share, abs=1e-9)


def test_true_places_equal_to_draws_stand_in_their_middle_and_never_beyond_all():
    assert two_sided(0.0, np.zeros(199)) == 1.0
    assert standing(0.0, np.r_[np.zeros(3), np.ones(6)]) == pytest.approx(0.2)
    assert two_sided(9.0, np.arange(9.0)) == pytest.approx(0.2)


@pytest.mark.parametrize("spread", [0.88, 1.0])
def test_draws_that_lie_too_far_apart_are_drawn_together_to_the_level(spread):
    random = np.random.default_rng(1)
    values = random.normal(size=(20_000, 200))
    values[:, 0] *= spread
    levels = Levels(0.05, 0.9, 0.8, spread)
    refused = np.mean([levels.p(two_sided(float(row[0]), row[1:])) <= 0.05 for row in values])
    assert 0.045 <= refused <= 0.055
    assert levels.p(2 * levels.among_draws(0.025)) == pytest.approx(0.05)


def test_where_draws_meet_the_effect_too_it_is_found_in_full():
    random = np.random.default_rng(2)
    slopes = np.r_[1.0, random.uniform(0, 0.8, 199)]
    values = random.normal(size=200) * 0.01 + 3.0 * slopes
    found = judged_shift("difference", values, slopes, LEVELS)
    assert found.effect == pytest.approx(3.0, abs=0.05)
    assert found.raw == pytest.approx(3.0, abs=0.05)


def test_a_ratio_is_what_must_be_taken_off_to_look_like_chance():
    random = np.random.default_rng(3)
    draws = random.normal(0, 4, 199)

    def excess(rate: float) -> np.ndarray:
        return np.r_[50 / rate - 100, draws]

    found = judged_ratio(excess, 100.0, 50.0, 0.0, LEVELS)
    assert found.effect == pytest.approx(-0.5, abs=0.03)
    assert found.low <= -0.5 <= found.high
    assert found.p <= 0.05
    assert 0.05 < found.detectable < 0.3


def test_no_fall_is_detectable_where_chance_is_larger_than_all_violence():
    draws = np.random.default_rng(4).normal(0, 500, 199)
    found = judged_ratio(lambda rate: np.r_[10 / rate - 10, draws], 10.0, 10.0, 0.0, LEVELS)
    assert found.detectable is None


def test_quantiles_count_the_true_places_too():
    assert quantile(np.arange(199.0), 0.025) == pytest.approx(4)
    assert quantile(np.arange(199.0), 0.975) == pytest.approx(194)


def test_sites_are_drawn_where_violence_was_and_never_two_in_one_cell():
    random = np.random.default_rng(5)
    offered = np.zeros((6, 40, 1))
    offered[:, :10, 0] = 3.0
    (chance,) = chances([(offered, random.choice(10, 6, replace=False))])
    assert chance[:, :10].sum(axis=1).min() > 0.6
    found = drawn(chance, 300, np.arange(6), (1,))
    assert all(len(set(row)) == 6 for row in found.tolist())
    assert found[0].tolist() == list(range(6))
    assert (found == drawn(chance, 300, np.arange(6), (1,))).all()
    assert (found != drawn(chance, 300, np.arange(6), (2,))).any()
