"""Are a unit's past and its examples what a reader with a pencil would say they are?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.outlook.examples import DAMPING, QUIET_TAKEN, absolute, examples, relative
from bluehelm.outlook.features import LARGEST_LEVEL, SINCE_AT_MOST, ahead, feature_names, features, levels
from bluehelm.outlook.history import History, OutlookError

counts = st.one_of(st.just(np.nan), st.sampled_from([0.0, 0.0, 0.0, 1.0, 24.0, 25.0, 130.0, 4000.0]))


@st.composite
def histories(draw):
    months = draw(st.integers(2, 30))
    units = draw(st.integers(1, 4))
    deaths = np.array(
        draw(st.lists(st.lists(counts, min_size=months, max_size=months), min_size=units, max_size=units))
    )
    return History(tuple(range(units)), range(300, 300 + months), deaths)


def by_hand(history, month):
    """Each feature of the first unit, by looking at one month after the other."""
    past = [float(value) for value in history.deaths[0, : month + 1]]
    seen = lambda months: [value for value in past[-months:] if not np.isnan(value)]  # noqa: E731
    mean = lambda values: sum(values) / len(values) if values else 0.0  # noqa: E731
    cut = lambda value: min(value, LARGEST_LEVEL)  # noqa: E731
    zeroed = [0.0 if np.isnan(value) else value for value in past]
    found = {}
    for months in (3, 6, 12, 24, 60, 120):
        found[f"level:mean-{months}"] = cut(np.log1p(mean(seen(months))))
        found[f"frequency:1-in-{months}"] = mean([value >= 1 for value in seen(months)])
    for back in (1, 2, 3):
        found[f"level:month-{back}"] = cut(np.log1p(zeroed[-back])) if len(past) >= back else 0.0
    for half_life in (1.5, 4.0, 12.0, 40.0):
        weights = [0.5 ** (age / half_life) for age in range(len(past))]
        pairs = [(w, np.log1p(v)) for w, v in zip(weights, reversed(past), strict=True) if not np.isnan(v)]
        found[f"level:decay-{half_life:g}"] = cut(
            sum(w * v for w, v in pairs) / max(sum(w for w, _ in pairs), 1e-9) if pairs else 0.0
        )
    for months in (6, 12, 36):
        logs = [np.log1p(value) for value in seen(months)]
        found[f"spread:peak-{months}"] = cut(max(np.log1p(value) for value in zeroed[-months:]))
        found[f"spread:deviation-{months}"] = float(np.std(logs)) if logs else 0.0
        found[f"frequency:25-in-{months}"] = mean([value >= 25 for value in seen(months)])
    for at_least in (1, 25, 100):
        ago = next((age for age, value in enumerate(reversed(zeroed)) if value >= at_least), SINCE_AT_MOST)
        found[f"since:{at_least}"] = np.log1p(ago)
    for short, long in ((1, 3), (3, 6), (6, 12), (6, 24), (3, 12), (12, 60)):
        found[f"turn:{short}/{long}"] = np.log1p(mean(seen(short))) - np.log1p(mean(seen(long)))
    return found


@given(histories(), st.data())
@settings(max_examples=25, deadline=None)
def test_features_are_what_one_counts_by_hand(history, data):
    month = data.draw(st.integers(0, len(history.months) - 1))
    found = dict(zip(feature_names(history), features(history, month)[0], strict=True))
    del found["everywhere:12"]
    assert found == pytest.approx(by_hand(history, month), abs=1e-7)


@given(histories(), st.data())
@settings(max_examples=20, deadline=None)
def test_what_came_later_is_in_no_feature(history, data):
    month = data.draw(st.integers(0, len(history.months) - 2))
    until = history.until(history.months[month])
    assert (features(history, month) == features(until, month)).all()
    assert (levels(history, month) == levels(until, month)).all()


def test_neighbours_are_seen_where_they_are_known():
    deaths = np.zeros((3, 12))
    deaths[1] = 3.0
    deaths[2] = 0.5
    history = History((1, 2, 3), range(300, 312), deaths, neighbours=((1, 2), (), (1,)))
    found = dict(zip(feature_names(history), features(history, 11).T, strict=True))
    assert found["neighbours:mean-12"] == pytest.approx([(np.log(4) + np.log(1.5)) / 2, 0, np.log(4)])
    assert found["neighbours:largest-3"] == pytest.approx([np.log(4), 0, np.log(4)])


def test_a_covariate_adds_columns_of_its_own():
    history = History((1,), range(300, 312), np.ones((1, 12)), {"price": np.full((1, 12), -3.0)})
    found = dict(zip(feature_names(history), features(history, 11)[0], strict=True))
    assert found["covariates:price-12"] == pytest.approx(-np.log(4))


@given(st.integers(0, 100_000), st.floats(0, 10_000))
def test_deaths_survive_the_way_to_the_level_and_back(deaths, level):
    there = relative(np.array([float(deaths)]), np.array([level]))
    assert absolute(there, np.array([level])) == [deaths]


def test_a_small_war_tells_a_large_one_in_its_own_size():
    assert absolute(relative(np.array([40.0]), np.array([20.0])), np.array([980.0])) == [1000.0]
    assert absolute(relative(np.array([1.0]), np.array([5000.0])), np.array([0.0])) == [1.0]  # some stays some
    assert relative(np.array([DAMPING]), np.array([DAMPING])) == [DAMPING / 2]


def wars(units=30, months=150, seed=0):
    chance = np.random.default_rng(seed)
    level = np.where(np.arange(units) % 3 == 0, 10.0, 0.0)[:, None]
    return History(tuple(range(units)), range(300, 300 + months), chance.poisson(level, (units, months)).astype(float))


def test_examples_stand_for_all_there_are():
    history = wars()
    found = examples(history, range(3, 15), seed=0)
    quiet = found.weight > 1
    assert (found.weight[quiet] == 1 / QUIET_TAKEN).all()
    assert found.weight[quiet].sum() == pytest.approx(2 * (~quiet).sum(), rel=0.3)  # two of three units are at peace
    assert (found.followed[quiet] == 0).all()


def test_too_many_examples_are_thinned_and_weigh_more(monkeypatch):
    history = wars()
    whole = examples(history, range(3, 15), seed=0)
    monkeypatch.setattr("bluehelm.outlook.examples.AT_MOST", 500)
    found = examples(history, range(3, 15), seed=0)
    assert len(found.weight) == pytest.approx(500, rel=0.15)
    assert found.weight.sum() == pytest.approx(whole.weight.sum(), rel=0.15)


def test_a_history_too_short_to_learn_from_is_refused_with_what_to_do():
    with pytest.raises(OutlookError, match="use --model conflictology"):
        examples(wars(units=3, months=4), range(3, 15), seed=0)


@given(histories(), st.lists(st.integers(1, 36), min_size=1, max_size=4, unique=True))
@settings(max_examples=25, deadline=None)
def test_the_season_is_the_same_months_of_past_years_against_all_months(history, steps):
    month = len(history.months) - 1
    found = ahead(history, month, steps)
    for place, step in enumerate(steps):
        same = [month + step - 12 * years for years in range(1, 20)]
        past = [np.log1p(value) for value in history.deaths[0, -60:] if not np.isnan(value)]
        of_month = [np.log1p(history.deaths[0, one]) for one in same if max(0, month - 59) <= one <= month]
        seen = [value for value in of_month if not np.isnan(value)][:5]
        usual = sum(past) / len(past) if past else 0.0
        assert found[0, place].tolist() == [step, pytest.approx((sum(seen) / len(seen) if seen else 0.0) - usual)]


def test_other_kinds_of_deaths_are_levels_cut_like_one_s_own():
    deaths = np.zeros((1, 24))
    others = np.full((1, 24), 3.0)
    others[0, -3:] = 5000.0
    history = History((1,), range(300, 324), deaths, kinds={"ged_best_os": others})
    found = dict(zip(feature_names(history), features(history, 23)[0], strict=True))
    assert found["mix:ged_best_os-3"] == LARGEST_LEVEL
    earlier = history.until(320)
    assert earlier.kinds["ged_best_os"].shape == (1, 21)
    found = dict(zip(feature_names(earlier), features(earlier, 20)[0], strict=True))
    assert found["mix:ged_best_os-12"] == pytest.approx(np.log(4))
