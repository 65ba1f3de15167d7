"""Are draws moved to where outcomes were, and left alone where they were right?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.outlook.history import History
from bluehelm.outlook.recalibration import AS_IF_RIGHT, EXPECTED, PARTS, moved, past_origins, shares_held

EVEN = np.tile(np.linspace(0, 1, PARTS + 1), (len(EXPECTED), 1))


def inside(drawn, came):
    low, high = np.quantile(drawn, [0.05, 0.95], axis=-1)
    return ((low <= came) & (came <= high)).mean()


def test_outlooks_that_were_too_wide_become_narrower():
    chance = np.random.default_rng(0)
    drawn = chance.normal(50, 20, (6000, 200)).clip(0)
    came = chance.normal(50, 5, 6000).clip(0)
    again = moved(drawn[3000:], shares_held(drawn[:3000], came[:3000]))
    assert inside(drawn[3000:], came[3000:]) > 0.999
    assert again.std(axis=1).mean() < 0.75 * drawn[3000:].std(axis=1).mean()
    assert inside(again, came[3000:]) > 0.9


def test_outlooks_that_were_right_stay_nearly_as_they_are():
    chance = np.random.default_rng(0)
    drawn, came = chance.poisson(10, (4000, 200)).astype(float), chance.poisson(10, 4000).astype(float)
    held = shares_held(drawn, came)
    assert np.abs(held - EVEN).max() < 0.02
    assert np.abs(np.sort(drawn) - moved(drawn, held)).mean() < 0.1


def test_without_a_past_nothing_is_moved():
    held = shares_held(np.empty((0, 10)), np.empty(0))
    assert held == pytest.approx(EVEN)
    drawn = np.arange(40.0).reshape(2, 20)
    assert (moved(drawn, EVEN) == drawn).all()


def test_a_tie_is_shared_out_among_the_draws_that_equal_it():
    held = shares_held(np.zeros((5000, 20)), np.zeros(5000))
    assert held[0] == pytest.approx(EVEN[0])  # always nothing, always right


def test_the_worked_example_of_the_page():
    drawn = np.tile(np.arange(1.0, 21.0), (1000, 1))  # 1, 2 ... 20, every time
    came = np.tile([10.0, 11.0], 500)  # always in the middle
    held = shares_held(drawn, came)[4]
    assert held[9:12] == pytest.approx([0.45 / 2, 0.25 + 0.25, 0.775])
    assert AS_IF_RIGHT == 1000
    again = moved(drawn[:1], np.tile(held, (len(EXPECTED), 1)))[0]
    assert list(np.quantile(drawn[0], [0.05, 0.95])) == pytest.approx([1.95, 19.05])
    assert list(np.quantile(again, [0.05, 0.95])) == pytest.approx([3.9, 18.1])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_moved_draws_are_draws_in_order(seed):
    chance = np.random.default_rng(seed)
    drawn = chance.negative_binomial(0.3, 0.05, (5, 40)).astype(float)
    held = shares_held(drawn, chance.choice(drawn.reshape(-1), 5))
    again = moved(drawn, held)
    assert (np.diff(again, axis=1) >= 0).all()
    assert all(set(new) <= set(old) for new, old in zip(again, drawn, strict=True))
    assert (np.diff(held, axis=1) > 0).all()


def test_past_windows_have_ended_and_have_a_past():
    history = History((1,), range(100, 201), np.zeros((1, 101)))
    assert past_origins(history, range(3, 15), 3) == [186, 174, 162]
    assert past_origins(history, range(3, 15), 5) == [186, 174, 162]  # sixty months must lie before
