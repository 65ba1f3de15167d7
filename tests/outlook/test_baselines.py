"""Are the baselines what the field means by their names?"""

from collections import Counter

import numpy as np
import polars as pl
import pytest

from bluehelm.outlook.baselines import Bootstrap, Conflictology, Last, NegativeBinomial, Zero, evenly
from bluehelm.outlook.history import History, history_from_table

MONTHS = range(200, 212)


def history(*units):
    return History(tuple(range(1, 1 + len(units))), MONTHS, np.array(units, dtype=np.float64))


def drawn(model, history, draws=1000, unit=0, steps=(1,)):
    return model.fit(history, steps, seed=0).draw([unit], draws)[0]


def test_zero_says_nobody_dies():
    assert not drawn(Zero(), history([9] * 12)).any()


def test_last_is_poisson_around_the_last_month_that_was_observed():
    outcomes = drawn(Last(), history([500] * 10 + [30, np.nan]), 20_000)
    assert outcomes.mean() == pytest.approx(30, abs=0.2)
    assert outcomes.var() == pytest.approx(30, abs=1.5)


def test_conflictology_draws_each_of_the_last_twelve_months_equally_often():
    outcomes = drawn(Conflictology(), history(range(12)), 24, steps=(1, 2))
    assert [Counter(step.tolist()) for step in outcomes] == [Counter(dict.fromkeys(map(float, range(12)), 2))] * 2


def test_conflictology_leaves_out_months_not_observed():
    assert set(drawn(Conflictology(), history([np.nan] * 9 + [4, np.nan, 6]), 50)[0]) == {4, 6}


@pytest.mark.parametrize("draws", [1, 5, 12, 13, 1000])
def test_no_month_comes_more_than_once_oftener_than_another(draws):
    counts = Counter(evenly(np.arange(12.0), np.random.default_rng(0), (1, draws))[0].tolist())
    often = [counts[month] for month in range(12)]
    assert sum(often) == draws
    assert max(often) - min(often) <= 1


def test_bootstrap_draws_from_all_units():
    outcomes = drawn(Bootstrap(), history([0] * 12, [8] * 12, [np.nan] * 12), 10_000)
    assert set(outcomes[0]) == {0, 8}
    assert outcomes.mean() == pytest.approx(4, abs=0.15)


def test_the_negative_binomial_has_the_moments_of_the_last_year():
    months = [0, 0, 3, 0, 40, 2, 0, 0, 11, 0, 5, 0]
    outcomes = drawn(NegativeBinomial(), history(months), 200_000)
    assert outcomes.mean() == pytest.approx(np.mean(months), rel=0.03)
    assert outcomes.var() == pytest.approx(np.var(months, ddof=1), rel=0.06)


def test_months_that_hardly_vary_make_a_poisson():
    outcomes = drawn(NegativeBinomial(), history([20] * 12), 20_000)
    assert outcomes.var() == pytest.approx(20, abs=1)
    assert not drawn(NegativeBinomial(), history([0] * 12)).any()


def test_values_that_are_no_whole_numbers_are_drawn_rounded():
    assert set(drawn(Conflictology(), history([2.6] * 12))[0]) == {3}


def test_twelve_draws_of_conflictology_are_the_official_ones_but_for_revisions(shared_data):
    """The challenge used a later version of the events than the history at hand: most countries agree exactly."""
    table = pl.scan_parquet(shared_data / "ucdp" / "cm_1989_2021-06.parquet")
    made = history_from_table(table, "country_id", "month_id", "ged_best_sb", 454)
    (file,) = (shared_data / "forecasts" / "views2023").glob("cm_bm_conflictology12*")
    official = pl.read_parquet(file).filter((pl.col("window") == 2018) & (pl.col("month_id") == 457))
    theirs = {unit: sorted(rows["outcome"]) for (unit,), rows in official.group_by("country_id")}
    places = [place for place in made.living if made.units[place] in theirs]
    ours = Conflictology().fit(made, [3], seed=0).draw(places, 12)[:, 0]
    same = [sorted(mine.tolist()) == theirs[made.units[place]] for place, mine in zip(places, ours, strict=True)]
    assert len(same) == 191
    assert sum(same) == 175
