"""Are the scores those of their definitions, written out slowly, and those of the official benchmarks?"""

import math
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

pytest.importorskip("scoringrules")

from bluehelm.scoring.calibration import pit_histogram, ranks
from bluehelm.scoring.crps import crps, log_crps, tail_crps
from bluehelm.scoring.differences import clustered_difference
from bluehelm.scoring.exceedance import average_precision, brier, exceedance, reliability
from bluehelm.scoring.ignorance import EDGES, ignorance
from bluehelm.scoring.intervals import covered, interval_score

counts = st.integers(0, 2000).map(float)
forecasts = st.tuples(st.integers(1, 4), st.integers(1, 15)).flatmap(
    lambda shape: st.tuples(arrays(np.float64, shape[0], elements=counts), arrays(np.float64, shape, elements=counts))
)


def slow_crps(outcome, draws):
    apart = sum(abs(a - b) for a, b in product(draws, draws)) / len(draws) ** 2
    return sum(abs(draw - outcome) for draw in draws) / len(draws) - apart / 2


def slow_quantile(draws, share):
    """Linear between the order statistics, the first at 0 and the last at 1."""
    ordered, place = sorted(draws), share * (len(draws) - 1)
    under = math.floor(place)
    over = min(under + 1, len(ordered) - 1)
    return ordered[under] + (place - under) * (ordered[over] - ordered[under])


def slow_interval_score(outcome, draws):
    low, high = slow_quantile(draws, 0.05), slow_quantile(draws, 0.95)
    return high - low + 20 * max(low - outcome, 0) + 20 * max(outcome - high, 0)


def slow_ignorance(outcome, draws):
    def bin_of(value):
        return sum(value >= edge for edge in EDGES)

    same = sum(bin_of(draw) == bin_of(outcome) for draw in draws)
    return -math.log2((same + 1) / (len(draws) + 11))


@given(forecasts)
def test_every_score_is_its_definition_written_out(forecast):
    outcomes, draws = forecast
    for ours, slow in (
        (crps, slow_crps),
        (log_crps, lambda y, x: slow_crps(math.log1p(y), [math.log1p(one) for one in x])),
        (lambda y, x: tail_crps(y, x, 25), lambda y, x: slow_crps(max(y, 25), [max(one, 25) for one in x])),
        (ignorance, slow_ignorance),
        (interval_score, slow_interval_score),
    ):
        expected = [slow(y, list(x)) for y, x in zip(outcomes, draws, strict=True)]
        assert ours(outcomes, draws) == pytest.approx(expected, rel=1e-9, abs=1e-7)
    assert crps(outcomes, np.sort(draws, axis=1), ascending=True) == pytest.approx(crps(outcomes, draws))


def test_the_tail_score_is_the_integral_above_the_threshold():
    outcome, draws, fine = 40.0, [0.0, 10.0, 30.0, 90.0], np.arange(25, 100, 0.01)
    share = (np.asarray(draws)[:, None] <= fine).mean(axis=0)
    integral = ((share - (outcome <= fine)) ** 2).sum() * 0.01
    assert tail_crps(np.array([outcome]), np.array([draws]), 25)[0] == pytest.approx(integral, abs=0.02)


def test_the_truth_scores_better_than_a_wider_a_narrower_and_a_shifted_forecast():
    chance = np.random.default_rng(0)
    outcomes = chance.negative_binomial(2, 0.1, 3000).astype(float)
    truth = chance.negative_binomial(2, 0.1, (3000, 200)).astype(float)
    for wrong in (truth * 2, np.rint(truth.mean() + (truth - truth.mean()) / 3).clip(0), truth + 10):
        for score in (crps, log_crps, ignorance, interval_score):
            assert score(outcomes, truth).mean() < score(outcomes, wrong).mean()


def official(shared_data, name, window):
    """The outcomes and draws of a benchmark of the challenge in one window."""
    folder = shared_data / "forecasts" / "views2023"
    (actuals,) = folder.glob("cm_actuals*.parquet")
    (file,) = folder.glob(f"cm_bm_{name}*.parquet")
    keys = ["country_id", "month_id"]
    mine = pl.scan_parquet(file).filter(pl.col("window") == window).sort([*keys, "draw"]).collect()
    came = pl.read_parquet(actuals).filter(pl.col("window") == window).sort(keys)
    return came["outcome"].cast(pl.Float64).to_numpy(), mine["outcome"].cast(pl.Float64).to_numpy().reshape(
        came.height, -1
    )


@pytest.mark.parametrize(
    ("name", "window", "figures"),
    [
        ("conflictology12", 2018, (14.48, 1.237, 187)),
        ("conflictology12", 2019, (9.15, 1.212, 89)),
        ("conflictology12", 2020, (21.34, 1.193, 345)),
        ("conflictology12", 2021, (76.85, 1.224, 1436)),
        ("last_historical_poisson", 2021, (85.61, 1.228, 1691)),
        ("bootstrap", 2020, (31.42, 1.115, 606)),
    ],
)
def test_the_official_benchmarks_score_as_they_should(shared_data, name, window, figures):
    outcomes, draws = official(shared_data, name, window)
    scored = [score(outcomes, draws).mean() for score in (crps, ignorance, interval_score)]
    assert [round(scored[0], 2), round(scored[1], 3), round(scored[2])] == list(figures)


def test_the_benchmark_of_twelve_draws_agrees_with_the_definition_pair_by_pair(shared_data):
    outcomes, draws = official(shared_data, "conflictology12", 2018)
    expected = [slow_crps(y, list(x)) for y, x in zip(outcomes, draws, strict=True)]
    assert crps(outcomes, draws) == pytest.approx(expected, abs=1e-6)


def test_an_interval_covers_its_ends():
    draws = np.tile(np.arange(101.0), (4, 1))
    assert covered(np.array([4.0, 5, 95, 96]), draws, 0.9).tolist() == [False, True, True, False]
    assert covered(np.array([24.0, 25, 75, 76]), draws, 0.5).tolist() == [False, True, True, False]


def test_exceedance_is_the_share_at_or_above_the_threshold():
    assert exceedance(np.array([[0.0, 24, 25, 26], [0, 0, 0, 0]]), 25).tolist() == [0.5, 0]
    assert brier(np.array([0.5, 0.2]), np.array([True, False])) == pytest.approx([0.25, 0.04])


def slow_average_precision(said, happened):
    found, total = 0.0, sum(happened)
    for level in sorted(set(said), reverse=True):
        hits = sum(h for p, h in zip(said, happened, strict=True) if p >= level)
        new = sum(h for p, h in zip(said, happened, strict=True) if p == level)
        found += new / total * hits / sum(p >= level for p in said)
    return found


@settings(max_examples=25)  # the library checks its arguments slowly
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=20))
def test_average_precision_is_its_definition_and_unknown_without_events(pairs):
    said, happened = (np.array(side) for side in zip(*pairs, strict=True))
    found = average_precision(said, happened)
    if not happened.any():
        assert found is None
    else:
        assert found == pytest.approx(slow_average_precision(said.tolist(), happened.tolist()))


def test_reliability_counts_every_forecast_once_and_says_nothing_about_empty_bins():
    said, happened = np.array([0.0, 0.05, 0.31, 0.39, 1.0]), np.array([False, True, False, True, True])
    rows = reliability(said, happened)
    assert [row.count for row in rows] == [2, 0, 0, 2, 0, 0, 0, 0, 0, 1]
    assert (rows[0].said, rows[0].happened) == pytest.approx((0.025, 0.5))
    assert (rows[1].said, rows[1].happened) == (None, None)


@given(forecasts)
def test_the_transform_spreads_each_outcome_over_its_ranks(forecast):
    outcomes, draws = forecast
    histogram = pit_histogram(*ranks(outcomes, draws), bins=4)
    assert sum(histogram) == pytest.approx(1)
    assert min(histogram) >= 0


def test_the_transform_of_an_honest_forecast_is_flat_and_of_a_low_one_is_not():
    chance = np.random.default_rng(0)
    outcomes, draws = chance.poisson(3, 5000).astype(float), chance.poisson(3, (5000, 200)).astype(float)
    assert pit_histogram(*ranks(outcomes, draws)) == pytest.approx([0.1] * 10, abs=0.015)
    assert pit_histogram(*ranks(outcomes, draws - 2))[-1] > 0.2
    assert pit_histogram(*ranks(np.array([9.0]), np.array([[1.0, 2, 3]])))[-1] == 1
    assert pit_histogram(*ranks(np.array([0.0]), np.array([[1.0, 2, 3]])))[0] == 1


def test_a_difference_of_many_months_in_few_places_is_less_certain_than_of_as_many_places():
    chance = np.random.default_rng(0)
    of_place = np.repeat(chance.normal(1, 1, 20), 50)
    together = clustered_difference(of_place, np.repeat(np.arange(20), 50), seed=0)
    apart = clustered_difference(of_place, np.arange(1000), seed=0)
    assert together.mean == apart.mean == pytest.approx(of_place.mean())
    assert together.high - together.low > 4 * (apart.high - apart.low)
    assert together == clustered_difference(of_place, np.repeat(np.arange(20), 50), seed=0)


def slow_clustered(differences, clusters, seed, times):
    """Draw the places again one world at a time."""
    chance, names, means = np.random.default_rng(seed), sorted(set(clusters)), []
    for _ in range(times):
        drawn = chance.multinomial(len(names), np.full(len(names), 1 / len(names)))
        world = [
            d
            for name, often in zip(names, drawn, strict=True)
            for d, c in zip(differences, clusters, strict=True)
            if c == name
            for _ in range(often)
        ]
        means.append(sum(world) / len(world))
    return np.quantile(means, [0.025, 0.975])


def test_the_interval_of_a_difference_is_that_of_drawing_places_one_world_at_a_time():
    differences, clusters = np.array([1.0, 2, -3, 4, 0, 7]), np.array([5, 5, 9, 9, 9, 2])
    found = clustered_difference(differences, clusters, seed=3, times=200)
    assert [found.low, found.high] == pytest.approx(list(slow_clustered(differences, clusters, 3, 200)))
    assert clustered_difference(differences, np.zeros(6, int), seed=0).low is None
