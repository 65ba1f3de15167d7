"""Do the four methods do what they say, each against a slow or foreign twin, and keep their laws?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from bluehelm.impact.augmented import augmented, balanced
from bluehelm.impact.cases import Case
from bluehelm.impact.did import difference_in_differences
from bluehelm.impact.estimate import METHODS
from bluehelm.impact.synthetic_control import simplex_weights
from tests.impact.made_panels import outcomes

sizes = st.tuples(st.integers(2, 6), st.integers(2, 8), st.integers(0, 10**6))


def slow_weights(donors, target):
    """The same least squares by a general solver from equal weights."""
    number = donors.shape[1]
    found = minimize(
        lambda w: ((donors @ w - target) ** 2).sum(),
        np.full(number, 1 / number),
        jac=lambda w: 2 * donors.T @ (donors @ w - target),
        bounds=[(0, 1)] * number,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    return found.x


@settings(max_examples=60)
@given(sizes)
def test_the_weights_fit_as_well_as_those_of_a_slow_solver(size):
    times, donors, seed = size
    chance = np.random.default_rng(seed)
    matrix, target = chance.normal(size=(times, donors)), chance.normal(size=times)
    weights, slow = simplex_weights(matrix, target), slow_weights(matrix, target)
    assert weights.min() >= 0 and weights.sum() == pytest.approx(1)
    assert ((matrix @ weights - target) ** 2).sum() <= ((matrix @ slow - target) ** 2).sum() + 1e-8


@settings(max_examples=30)
@given(sizes, st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
def test_the_weights_do_not_depend_on_units_of_the_outcome(size, shift, scale):
    times, donors, seed = size
    chance = np.random.default_rng(seed)
    matrix, target = chance.normal(size=(times, donors)), chance.normal(size=times)
    moved = simplex_weights(shift + scale * matrix, shift + scale * target)
    assert matrix @ moved == pytest.approx(matrix @ simplex_weights(matrix, target), abs=1e-5)


def test_a_unit_that_is_a_mean_of_donors_is_found():
    made = outcomes()
    made[:, 0] = 0.5 * made[:, 3] + 0.3 * made[:, 7] + 0.2 * made[:, 11]
    made[36:, 0] -= 5
    fit = METHODS["synthetic-control"](Case(made, 36), 0)
    assert fit.weights[[3, 7, 11]] == pytest.approx([0.5, 0.3, 0.2], abs=1e-6)
    assert (made[:, 0] - fit.modelled)[36:] == pytest.approx(-5, abs=1e-6)


@pytest.mark.parametrize("name", METHODS)
def test_what_happens_after_t_to_a_unit_does_not_change_its_model(name):
    """Every method passes, or its placebos would not be placebos."""
    pytest.importorskip("diff_diff")
    calm, changed = outcomes(donors=8), outcomes(donors=8, effect=-30)
    method = METHODS[name]
    assert method(Case(calm, 36), 0).modelled == pytest.approx(method(Case(changed, 36), 0).modelled)


@pytest.mark.parametrize("name", METHODS)
def test_units_are_treated_alike_whatever_their_place(name):
    pytest.importorskip("diff_diff")
    made = outcomes(donors=8)
    turned = made[:, ::-1].copy()
    method = METHODS[name]
    assert method(Case(made, 36), 2).modelled == pytest.approx(method(Case(turned, 36), 6).modelled, abs=1e-4)


def test_difference_in_differences_is_the_difference_of_four_means():
    made = outcomes(donors=5, effect=-4)
    gap = made[:, 0] - difference_in_differences(Case(made, 36), 0).modelled
    before, after = made[:36], made[36:]
    slow = (after[:, 0].mean() - before[:, 0].mean()) - (after[:, 1:].mean() - before[:, 1:].mean())
    assert gap[36:].mean() == pytest.approx(slow)
    assert gap[:36].mean() == pytest.approx(0, abs=1e-9)


def test_synthetic_did_is_that_of_its_authors_package_as_ported():
    diff_diff = pytest.importorskip("diff_diff")
    pandas = pytest.importorskip("pandas")
    made = outcomes(donors=12, effect=-4)
    place, time = np.meshgrid(np.arange(13), np.arange(48))
    long = pandas.DataFrame({"y": made.ravel(), "unit": place.ravel(), "time": time.ravel()})
    long["treated"] = (long["unit"] == 0).astype(int)
    asked = diff_diff.SyntheticDiD(variance_method="placebo", n_bootstrap=2, seed=0)
    told = asked.fit(long, "y", "treated", "unit", "time", post_periods=list(range(36, 48)))
    gap = made[:, 0] - METHODS["sdid"](Case(made, 36), 0).modelled
    assert gap[36:].mean() == pytest.approx(told.att, abs=1e-6)


@pytest.mark.parametrize("with_predictors", [False, True])
def test_augmented_weights_are_those_of_pysyncon(with_predictors):
    pysyncon, pandas = pytest.importorskip("pysyncon"), pytest.importorskip("pandas")
    made = outcomes(donors=9)[:40]
    made = made[24:]  # twelve times before T, four after
    chance = np.random.default_rng(3)
    names = [f"A{place}" for place in range(10)]
    extra = chance.normal(size=(2, 10))
    long = pandas.DataFrame(
        [
            {"y": made[time, place], "unit": names[place], "time": time, "p": extra[0, place], "q": extra[1, place]}
            for time in range(16)
            for place in range(10)
        ]
    )
    prepared = pysyncon.Dataprep(
        foo=long,
        predictors=["p", "q"],
        predictors_op="mean",
        dependent="y",
        unit_variable="unit",
        time_variable="time",
        treatment_identifier="A0",
        controls_identifier=names[1:],
        time_predictors_prior=range(12),
        time_optimize_ssr=range(12),
    )
    twin = pysyncon.AugSynth()
    twin.fit(prepared, use_covariates=with_predictors)
    case = Case(made, 12, 0, None, extra if with_predictors else None)
    assert augmented(case, 0).weights[1:] == pytest.approx(twin.W, abs=1e-4)


def test_augmented_weights_close_what_the_synthetic_control_leaves_open():
    made = outcomes(donors=9)
    case = Case(made, 36)
    donors, target = balanced(case, 0)
    plain, moved = METHODS["synthetic-control"](case, 0).weights[1:], augmented(case, 0).weights[1:]
    assert ((target - donors @ moved) ** 2).sum() <= ((target - donors @ plain) ** 2).sum()
    assert moved.sum() == pytest.approx(1)
