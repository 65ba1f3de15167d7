"""Do the estimators of presence give what slow obvious twins and other programs give?"""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bluehelm.impact import presence_effect
from bluehelm.impact.chance import NORMAL, two_sided
from bluehelm.impact.comparisons import cohorts
from bluehelm.impact.counts import expected, modelled_path, per_base, poisson, rate_ratio
from bluehelm.impact.exposure import bases_when, first_exposure, rings_when
from bluehelm.impact.presence_effect import ESTIMATORS, earlier_outcome, judge, moved, pooled
from bluehelm.impact.spatial_errors import conley_error
from bluehelm.impact.switching import by_period, every_switch, first_openings, first_switch, matched, period_path
from bluehelm.language import Sentence
from bluehelm.workflows.presence_impact import BEFORE, Check, Look, _effect, _parted
from tests.impact.made_presence import RULES, mission, panel_of


def at_true_places(presence):
    sited = presence.bases.cell_of_site[None]
    state = rings_when(presence, sited)
    entry = first_exposure(state, presence.none)
    return state, entry, list(cohorts(presence, entry, 24, 24, 6))


def test_a_cohort_holds_joiners_and_cells_near_no_base_until_it_ends():
    presence = mission()
    state, _, made = at_true_places(presence)
    assert [cohort.month for cohort in made] == [30, 36, 40]
    for cohort in made:
        donors = cohort.donors[0] > 0
        assert (state[0, donors, : cohort.month + cohort.after] == presence.none).all()
        joined = cohort.joined[:, 0].sum(axis=0) > 0
        assert (state[0, joined, : cohort.month] == presence.none).all()
        assert not (joined & donors).any()


def test_did_l_is_the_mean_change_of_joiners_less_that_of_donors():
    presence = mission()
    _, _, made = at_true_places(presence)
    y = presence.panel.events
    above = below = 0.0
    for cohort in made:
        for cell in np.flatnonzero(cohort.joined[0, 0]):

            def change(one, g=cohort.month):
                return y[one, g : g + 24].mean() - y[one, g - 24 : g].mean()

            donors = np.flatnonzero(cohort.donors[0])
            above += change(cell) - np.mean([change(one) for one in donors])
            below += 1
    assert first_switch(made, y).statistic(0)[0] == pytest.approx(above / below)


def test_did_m_takes_every_switch_on_and_off():
    presence = mission()
    state, _, _ = at_true_places(presence)
    y, period, none = presence.panel.events, 6, presence.none
    level, at = by_period(y, period), state[0, :, 5::6]
    above = below = 0.0
    for t in range(1, level.shape[1]):
        dy, was, now = level[:, t] - level[:, t - 1], at[:, t - 1], at[:, t]
        quiet, stayed = (was == none) & (now == none), (was == 0) & (now == 0)
        for cell in range(len(y)):
            if was[cell] == none and now[cell] == 0:
                above, below = above + dy[cell] - dy[quiet].mean(), below + 1
            if was[cell] == 0 and now[cell] == none and stayed.any():
                above, below = above + dy[stayed].mean() - dy[cell], below + 1
    assert below > 3  # one base leaves
    assert every_switch(y, state, none, period).statistic(0)[0] == pytest.approx(above / below)


def test_did_m_is_that_of_diff_diff():
    from diff_diff import ChaisemartinDHaultfoeuille

    presence = mission(edges=(50.0,))
    state, _, _ = at_true_places(presence)
    level, at = by_period(presence.panel.events, 6), (state[0, :, 5::6] == 0).astype(int)
    cells, periods = level.shape
    data = pd.DataFrame(
        {
            "cell": np.repeat(np.arange(cells), periods), "t": np.tile(np.arange(periods), cells),
            "y": level.ravel(), "d": at.ravel(),
        }
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of options that this test does not use
        found = ChaisemartinDHaultfoeuille(placebo=False, twfe_diagnostic=False, drop_larger_lower=False).fit(
            data, outcome="y", unit="cell", time="t", treatment="d"
        )
    ours = every_switch(presence.panel.events, state, presence.none, 6).statistic(0)[0]
    assert ours == pytest.approx(found.overall_att, abs=1e-9)


def test_group_time_effects_are_those_of_diff_diff():
    from diff_diff import CallawaySantAnna

    presence = mission(edges=(50.0,))
    _, entry, _ = at_true_places(presence)
    level = by_period(presence.panel.events, 6)
    cells, periods = level.shape
    group = np.where(entry.month[0] < 84, entry.month[0] // 6, 0)
    data = pd.DataFrame(
        {
            "cell": np.repeat(np.arange(cells), periods), "t": np.tile(np.arange(periods), cells),
            "y": level.ravel(), "g": np.repeat(group, periods),
        }
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = CallawaySantAnna(control_group="not_yet_treated", base_period="universal").fit(
            data, outcome="y", unit="cell", time="t", first_treat="g"
        )
    ours = first_openings(presence.panel.events, entry, presence.none, 6).statistic(0)[0]
    assert ours == pytest.approx(found.overall_att, abs=1e-9)


def test_the_rate_ratio_of_one_cohort_is_that_of_pyfixest():
    presence = mission(seed=1, cells=(15, 16, 60), edges=(80.0,))
    _, _, made = at_true_places(presence)
    (cohort, *_), y = made, presence.panel.events
    sums = rate_ratio([cohort], y)
    cells = np.flatnonzero(cohort.joined[0, 0] + cohort.donors[0])
    months = np.arange(cohort.month - 24, cohort.month + 24)
    after = (months >= cohort.month).astype(float)
    near = np.outer(cohort.joined[0, 0][cells], after).ravel()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = poisson(
            y[np.ix_(cells, months)].ravel(),
            {"near": near},
            np.repeat(cells, len(months)).astype(float),
            np.tile(months, len(cells)).astype(float),
        )
    assert np.log(sums.above[0, 0] / sums.below[0, 0]) == pytest.approx(fit.coefficients[0], abs=1e-5)


def test_the_step_for_each_base_points_where_pyfixest_does():
    presence = mission(seed=3, rate=0.5)
    y = presence.panel.events
    numbers = bases_when(presence, presence.bases.cell_of_site[None])
    step = per_base(y, numbers).statistic(0)[0]
    cells, months = y.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = poisson(
            y.ravel(),
            {"bases": numbers[0, 0].astype(float).ravel()},
            np.repeat(np.arange(cells), months).astype(float),
            np.tile(np.arange(months), cells).astype(float),
        )
    assert step < 0 and fit.coefficients[0] < 0
    assert abs(step - fit.coefficients[0]) < 0.35  # one step from no effect, not the end of the search


def test_expected_counts_add_up_to_what_the_donors_had():
    random = np.random.default_rng(1)
    history, counts = random.normal(size=(120, 3)), random.poisson(2.0, 120).astype(float)
    donors = (random.random((5, 120)) < 0.6).astype(float)
    found = expected(history, counts, donors)
    assert (found * donors).sum(axis=1) == pytest.approx((donors @ counts), rel=1e-3)


def test_matching_takes_the_donors_of_nearest_history():
    presence = mission()
    _, _, made = at_true_places(presence)
    (cohort, *_), y = made, presence.panel.events
    history = y[:, cohort.month - 12 : cohort.month].sum(axis=1, keepdims=True)
    change = y[:, cohort.month : cohort.month + 24].mean(axis=1) - y[:, cohort.month - 24 : cohort.month].mean(axis=1)
    by_hand = []
    for cell in np.flatnonzero(cohort.joined[0, 0]):
        donors = np.flatnonzero(cohort.donors[0])
        near = donors[np.argsort(np.abs(history[donors, 0] - history[cell, 0]), kind="stable")][:5]
        by_hand.append(change[cell] - change[near].mean())
    assert matched([cohort], y, [history], 5).statistic(0)[0] == pytest.approx(np.mean(by_hand))


def test_the_period_before_the_opening_is_the_base():
    presence = mission()
    _, _, made = at_true_places(presence)
    path = period_path(made, presence.panel.events, 6)
    assert list(path) == [-4, -3, -2, -1, 0, 1, 2, 3]
    assert path[-1].statistic(0)[0] == 0


def test_pooling_adds_missions_up():
    one, other = (moved([mission(seed)], RULES, draws=199, seed=seed)[0] for seed in (1, 2))
    both = pooled("did-l", [one, other], [of.presence.panel.events for of in (one, other)], RULES)
    parts = [pooled("did-l", [of], [of.presence.panel.events], RULES) for of in (one, other)]
    assert np.allclose(both.above, parts[0].above + parts[1].above)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_large_effect_is_found_and_the_bounds_hold_it(name):
    made = moved([mission(seed, rate=0.2, cells=(15, 60, 109)) for seed in range(5)], RULES, draws=119, seed=0)
    found = judge(name, made, 0, RULES)
    assert (found.low is None) == (name in RULES.without_interval)
    assert found.p <= 0.05 if name in ("modelled-path", "any-event", "per-base") else found.raw < 0
    if name in ("modelled-path", "poisson"):
        assert found.low <= -0.7 and found.low <= found.effect <= found.high


@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_same_seed_gives_the_same_answer(name):
    one, other = (judge(name, moved([mission(4)], RULES, draws=119, seed=5), 1, RULES) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("number", [1, 2])
def test_one_mission_and_several_are_judged_by_spreads_of_their_own(number):
    made = moved([mission(seed) for seed in range(4, 4 + number)], RULES, draws=119, seed=5)
    values = presence_effect.tested("did-l", made, RULES)[0]
    share = two_sided(float(values[0]), values[1:])
    spread = RULES.pooled_spread["did-l"] if number > 1 else 1.0
    assert judge("did-l", made, 0, RULES).p == pytest.approx(2 * NORMAL.cdf(NORMAL.inv_cdf(share / 2) / spread))


def test_without_donors_nothing_is_judged():
    everywhere = mission(edges=(50.0, 3000.0))
    made = moved([everywhere], RULES, draws=199, seed=0)
    assert all(judge(name, made, 0, RULES) is None for name in ESTIMATORS if name not in ("did-m", "per-base"))


def test_modelled_path_weighs_crowded_places_less():
    presence = mission()
    _, _, made = at_true_places(presence)
    y, histories = presence.panel.events, [np.ones((168, 1))] * 3
    light, heavy = (modelled_path(made, y, histories, share) for share in (0.0, 5.0))
    assert heavy.below[0, 0] < light.below[0, 0]


def test_conley_errors_of_cells_apart_are_those_of_independence_and_grow_when_near():
    influence, apart = np.array([1.0, 2.0, 3.0]), np.full((3, 3), 500.0)
    np.fill_diagonal(apart, 0.0)
    assert conley_error(influence, apart, 200.0) == pytest.approx(14**0.5)
    assert conley_error(influence, apart / 10, 200.0) > 14**0.5


def test_the_earlier_outcome_is_shifted_and_empty_at_first():
    panel = panel_of(np.arange(168 * 84, dtype=float).reshape(168, 84), mission().panel.gids)
    shifted = earlier_outcome(panel.events, 24)
    assert (shifted[:, :24] == 0).all() and (shifted[:, 24:] == panel.events[:, :-24]).all()


def test_a_ring_whose_places_parted_before_gets_no_verdict():
    made = moved([mission(seed, rate=0.2) for seed in range(5)], RULES, draws=119, seed=0)
    found = judge("modelled-path", made, 0, RULES)
    asked = (Look("modelled-path", 0), found, made)
    assert _effect(*asked, set(), RULES).verdict == "fewer"
    assert _effect(*asked, {1}, RULES).verdict == "fewer"
    assert _effect(*asked, {0}, RULES).verdict is None and "before anybody came" in str(_effect(*asked, {0}, RULES).why)
    before = Check(BEFORE, 0, replace(found, p=0.01), Sentence("earlier"))
    assert _parted({0: None, 1: 0.04, 2: 0.3}, [before], 0.05) == {0, 1}
