"""Is the mean effect of waves the published one, and how surprising is it where nothing came?"""

import numpy as np
import pytest

from bluehelm.impact.group_time import group_time, mean_effect, p_of_dealt_times
from bluehelm.impact.panel import Outcomes

TIMES = tuple(f"2012-{month:02d}" for month in range(1, 11))
WAVES = [TIMES[3]] * 3 + [TIMES[6]] * 4 + [TIMES[0], "2013-01"] + [None] * 11


def world(seed, effect=0.0):
    """Twenty wild units; those in a wave change by the effect from then on."""
    outcomes = np.random.default_rng(seed).standard_t(2, (10, 20)).cumsum(axis=0)
    for unit, first in enumerate(WAVES):
        if first:
            outcomes[[time >= first for time in TIMES], unit] += effect
    return Outcomes(tuple(map(str, range(20))), TIMES, outcomes)


def test_the_mean_effect_is_that_of_the_authors_estimator():
    pytest.importorskip("diff_diff")
    made = world(1, effect=3)
    waves = [first if first in TIMES[3:] else None for first in WAVES]
    began = np.array([11 if one is None else TIMES.index(one) for one in waves])
    assert mean_effect(made.outcomes, began) == pytest.approx(group_time(made, waves).simple.att)


def test_waves_that_did_nothing_are_surprising_one_time_in_ten_at_a_tenth():
    found = [p_of_dealt_times(world(seed), WAVES, draws=39, seed=seed) <= 0.1 for seed in range(400)]
    assert 0.06 <= np.mean(found) <= 0.14


def test_waves_that_did_much_are_found():
    assert p_of_dealt_times(world(2, effect=60), WAVES) <= 0.01
