"""Does every model keep what a model must keep, and would the checks notice one that does not?"""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from bluehelm.outlook.history import History
from bluehelm.outlook.models import BASELINES, DEFAULT, MODELS, NAIVE
from bluehelm.outlook.recalibration import Recalibrated

STEPS = (1, 3, 6)
DRAWS = 40
ORIGIN = 454


def made(units=40, months=180, seed=0, origin=ORIGIN):
    """Quiet places, wars that come and go, one that began late, one that ended and one with unknown months."""
    chance = np.random.default_rng(seed)
    level = np.where(np.arange(units) % 4 == 0, 20.0, np.where(np.arange(units) % 4 == 1, 1.0, 0.02))
    at_war = np.repeat(chance.random((units, months // 12)) < 0.5, 12, axis=1)
    deaths = chance.negative_binomial(0.7, 0.7 / (0.7 + level[:, None] * np.where(at_war, 2, 0.3))).astype(np.float64)
    deaths[3, :150] = np.nan
    deaths[7, 100:] = np.nan
    deaths[9, [20, 21, 170]] = np.nan
    ring = tuple(((place - 1) % units, (place + 1) % units) for place in range(units))
    months_seen = range(origin - months + 1, origin + 1)
    return History(tuple(range(101, 101 + units)), months_seen, deaths, neighbours=ring)


HISTORY = made()


@dataclass(frozen=True)
class Drawer:
    draw: object


class Batches:
    """Draws all units from one chance."""

    name = "batches"

    def fit(self, history, steps, *, seed):
        return Drawer(lambda units, draws: np.random.default_rng(seed).poisson(2.0, (len(units), len(steps), draws)))


class Forgets:
    """Takes its seed from nowhere."""

    name = "forgets"

    def fit(self, history, steps, *, seed):
        return Drawer(lambda units, draws: np.random.default_rng().poisson(2.0, (len(units), len(steps), draws)))


class Peeks:
    """Keeps what it saw of later months and uses it for earlier origins."""

    name = "peeks"
    seen = 0.0

    def fit(self, history, steps, *, seed):
        Peeks.seen = max(Peeks.seen, float(np.nanmax(history.deaths)))
        return Drawer(lambda units, draws: np.full((len(units), len(steps), draws), Peeks.seen))


SLOW = {"boosting", "pool", "recalibrated"}  # grow many trees; the last fits several pools


@pytest.fixture(params=[pytest.param(name, marks=[pytest.mark.long] * (name in SLOW)) for name in sorted(MODELS)])
def model(request):
    if request.param not in BASELINES:
        pytest.importorskip("lightgbm")
    made = MODELS[request.param]()
    return replace(made, windows=1) if isinstance(made, Recalibrated) else made  # one pool less each


def drawn(model, history=HISTORY, *, units=None, steps=STEPS, seed=0, draws=DRAWS):
    return model.fit(history, steps, seed=seed).draw(history.living if units is None else units, draws)


def check_shape_and_counts(model):
    outcomes = drawn(model)
    assert outcomes.shape == (len(HISTORY.living), len(STEPS), DRAWS)
    assert np.isfinite(outcomes).all()
    assert (outcomes >= 0).all()
    assert (outcomes == np.rint(outcomes)).all()


def check_seed(model):
    first = drawn(model)
    assert (first == drawn(model)).all()
    assert (drawn(model, seed=5) == drawn(model, seed=5)).all()


def check_batches(model):
    """Any units in any order beside any others have the same draws."""
    fitted = model.fit(HISTORY, STEPS, seed=0)
    together = dict(zip(HISTORY.living, fitted.draw(HISTORY.living, DRAWS), strict=True))
    some = HISTORY.living[-1:4:-3]
    for unit, outcomes in zip(some, fitted.draw(some, DRAWS), strict=True):
        assert (outcomes == together[unit]).all()


def check_no_peeking(model):
    """What came later does not change the forecast, whether it is quiet, stormy or never there."""
    stormy = HISTORY.deaths.copy()
    stormy[:, -24:] = 50_000
    origin = ORIGIN - 24
    later_quiet, later_stormy = (
        History(HISTORY.units, HISTORY.months, deaths, neighbours=HISTORY.neighbours)
        for deaths in (HISTORY.deaths, stormy)
    )
    alone = History(HISTORY.units, HISTORY.months[:-24], HISTORY.deaths[:, :-24].copy(), neighbours=HISTORY.neighbours)
    before = drawn(model, alone)
    drawn(model, later_stormy)
    assert (before == drawn(model, alone)).all()
    assert (before == drawn(model, later_quiet.until(origin))).all()
    assert (before == drawn(model, later_stormy.until(origin))).all()


def check_the_history_is_left_as_it_was(model):
    history = made()
    drawn(model, history)
    assert np.array_equal(history.deaths, HISTORY.deaths, equal_nan=True)


def test_shapes_are_right_and_outcomes_are_whole_and_not_negative(model):
    check_shape_and_counts(model)


def test_the_same_seed_gives_the_same_draws(model):
    check_seed(model)


def test_draws_of_a_unit_do_not_depend_on_the_others_drawn_with_it(model):
    check_batches(model)


def test_what_came_later_does_not_change_the_forecast(model):
    check_no_peeking(model)


def test_a_model_leaves_the_history_as_it_was(model):
    check_the_history_is_left_as_it_was(model)


def test_few_draws_and_a_single_unit_do_not_trouble_a_model(model):
    for draws in (1, 7):
        assert drawn(model, units=HISTORY.living[:1], draws=draws).shape == (1, len(STEPS), draws)


def test_a_young_unit_is_forecast_from_the_little_that_is_known(model):
    deaths = HISTORY.deaths.copy()
    deaths[3, :-1] = np.nan
    history = History(HISTORY.units, HISTORY.months, deaths, neighbours=HISTORY.neighbours)
    assert np.isfinite(drawn(model, history, units=[3])).all()


def test_a_model_bears_the_name_under_which_it_is_registered():
    assert [MODELS[name]().name for name in MODELS] == list(MODELS)
    assert {NAIVE, DEFAULT} <= set(MODELS)


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (check_no_peeking, Peeks()),
        (check_batches, Batches()),
        (check_seed, Forgets()),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_the_checks_catch_a_model_that_does_wrong(check, bad):
    with pytest.raises(AssertionError):
        check(bad)
