"""Do forest, boosting and pool draw what their pages say, and the same on any machine?"""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("lightgbm")

from bluehelm.outlook.boosting import EDGES, FEWEST_IN_BIN, Boosting, _outcomes, binned
from bluehelm.outlook.contributions import inputs_that_moved
from bluehelm.outlook.examples import absolute, examples, relative
from bluehelm.outlook.forest import Forest, Leaves
from bluehelm.outlook.history import History
from bluehelm.outlook.pooling import Decayed, Pool, at_war, parts_of
from bluehelm.outlook.trees import SAME_BYTES
from tests.docs.pages import METHODS, table

STEPS = (3, 6)


def wars(units=24, months=100, seed=0):
    """Every third unit at war at its own level, the others nearly at peace."""
    chance = np.random.default_rng(seed)
    level = np.where(np.arange(units) % 3 == 0, 5.0 + np.arange(units), 0.01)[:, None]
    return History(tuple(range(units)), range(300, 300 + months), chance.poisson(level, (units, months)).astype(float))


@pytest.fixture(scope="module")
def forest():
    return Forest(trees=40).fit(wars(), STEPS, seed=0)


@pytest.mark.parametrize("row", table(METHODS / "forest.md", "Scaling:"), ids=lambda row: "-".join(row.values()))
def test_outcomes_are_scaled_as_the_page_says(row):
    followed, level, own, deaths = (np.array([float(value)]) for value in row.values())
    assert absolute(relative(followed, level), own) == deaths


def test_even_draws_of_bins_as_the_page_says():
    likely = np.array([[0.5, 0.25, 0.25]])
    sizes = [np.array([0.0]), np.array([1.0, 2.0]), np.array([10.0, 20.0, 30.0, 40.0])]
    assert _outcomes(likely, (np.arange(8)[None, :] + 0.5) / 8, sizes).tolist() == [[0, 0, 0, 0, 1, 2, 20, 40]]


def test_a_rare_bin_joins_the_one_below():
    followed = np.concatenate([np.zeros(100), np.full(FEWEST_IN_BIN, 3.0), np.full(FEWEST_IN_BIN - 1, 60.0)])
    assert np.bincount(binned(followed)).tolist() == [100, 2 * FEWEST_IN_BIN - 1]
    assert (np.diff(EDGES) > 0).all()


def test_a_draw_of_a_leaf_takes_its_examples_by_their_weight():
    leaves = Leaves(np.array([4, 0, 2, 1]), np.array([0, 0, 1, 1]), np.array([0.0, 1.0, 4.0, 5.0, 6.0]))
    chance = np.tile(np.linspace(0, 0.999, 8), (2, 1))
    assert leaves.draw(np.array([0, 1]), chance).tolist() == [[4, 4, 0, 0, 0, 0, 0, 0], [2, 2, 2, 2, 1, 1, 1, 1]]


def test_every_tree_is_drawn_from_as_often_as_any_other(forest):
    drawn = forest.draw([0, 1], 80)
    assert drawn.shape == (2, 2, 80)
    assert 0 < drawn[0].mean() < 3 * wars().deaths[0].mean()
    assert drawn[1].mean() < 0.5


def test_wars_larger_than_any_before_are_not_forgotten():
    history = wars()
    history.deaths[3, -12:] = 5000.0
    drawn = Forest(trees=40).fit(history, STEPS, seed=0).draw([3], 400)
    assert np.median(drawn) > 1000


@pytest.mark.parametrize("model", [Forest(trees=20), Boosting(rounds=5)], ids=lambda model: model.name)
def test_threads_do_not_change_the_bytes(model, monkeypatch):
    alone = model.fit(wars(), STEPS, seed=3).draw([0, 1, 5], 50)
    monkeypatch.setitem(SAME_BYTES, "num_threads", 2)
    assert (model.fit(wars(), STEPS, seed=3).draw([0, 1, 5], 50) == alone).all()


def test_where_nobody_ever_died_nobody_is_expected_to():
    history = History(tuple(range(30)), range(300, 400), np.zeros((30, 100)))
    for model in (Forest(trees=5), Boosting(rounds=5), Pool()):
        assert not model.fit(history, STEPS, seed=0).draw([0, 7], 20).any()


def test_a_decayed_past_forgets_by_half_in_four_months_and_a_bit():
    deaths = np.full((1, 60), 8.0)
    deaths[0, -4:] = 2.0
    drawn = Decayed(spread=0).fit(History((1,), range(300, 360), deaths), (3,), seed=0).draw([0], 4000)
    assert (drawn == 2).mean() == pytest.approx(1 - 0.85**4, abs=0.01)


@given(st.integers(1, 2000), st.lists(st.floats(0.01, 5), min_size=1, max_size=5))
def test_parts_add_up_and_are_near_their_shares(draws, shares):
    parts = parts_of(draws, shares)
    assert sum(parts) == draws
    assert all(abs(part - share / sum(shares) * draws) <= 1 + 1e-9 for part, share in zip(parts, shares, strict=True))


def test_what_moved_an_outlook_adds_up(forest):
    found = inputs_that_moved(forest, [0, 1])
    assert found.select("unit", "month").n_unique() == 4
    for (unit, month), rows in found.group_by("unit", "month"):
        assert rows["moved"].sum() + rows["usual"][0] == pytest.approx(rows["expected"][0]), (unit, month)
    expected = forest.grown.predict(forest.origin.rows([0, 1]))
    told = found.unique(["unit", "month"]).sort("unit", "month")["expected"]
    assert told.to_list() == pytest.approx(list(expected))
    assert found["moved"].abs().max() > 0.1
    assert set(found["inputs"]) <= {"level", "spread", "frequency", "since", "turn", "everywhere", "season", "ahead"}


def test_examples_know_nothing_that_came_after_their_origin():
    """The same past with another last month gives the same examples of all origins but the last."""
    history = wars()
    other = History(history.units, history.months, history.deaths.copy())
    other.deaths[:, -1] = 7.0
    one, two = (examples(which, (3,), seed=0) for which in (history, other))
    earlier = len(one.followed) - len(history.units)
    assert (one.known[:earlier] == two.known[:earlier]).all()
    assert (one.followed[:earlier] == two.followed[:earlier]).all()
    assert (two.followed[-len(history.units) :] > 0).all()


def test_units_at_war_are_drawn_by_shares_of_their_own():
    history = wars()
    history.deaths[1, [-30, -14, -3]] = [9.0, 40.0, 2.0]
    war = at_war(history)
    assert war[0] and not war[1]
    pool = Pool(shares={"decayed": 1.0}, shares_at_war={"faded": 1.0})
    fitted = pool.fit(history, STEPS, seed=0)
    both, alone = fitted.draw([0, 1], 200), fitted.draw([1], 200)
    assert (both[1] == alone[0]).all()
    faded = Pool(shares={"faded": 1.0}, shares_at_war={"faded": 1.0}).fit(history, STEPS, seed=0).draw([0, 1], 200)
    assert (both[0] == faded[0]).all() and (both[1] != faded[1]).any()


def test_what_moved_a_pool_is_told_of_the_forest_that_drew():
    history = wars()
    history = History(history.units, history.months, history.deaths, kinds={"other": history.deaths})
    shares = {"forest": 0.5, "decayed": 0.5}, {"own forest": 0.5, "faded": 0.5}
    found = inputs_that_moved(Pool(shares=shares[0], shares_at_war=shares[1]).fit(history, (3,), seed=0), [1, 0])
    assert found["unit"].unique().sort().to_list() == [0, 1]
    assert set(found.filter(pl.col("inputs") == "mix")["unit"]) == {1}
