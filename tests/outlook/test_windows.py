"""Does the pool still say better what came in 2018 and 2020 than the naive model does?"""

import numpy as np
import polars as pl
import pytest

pytest.importorskip("lightgbm")
pytest.importorskip("scoringrules")

from bluehelm.outlook.models import MODELS, NAIVE
from bluehelm.outlook.scored import means, scored_rows
from bluehelm.workflows.outlook_backtest import origin_of_window
from bluehelm.workflows.outlook_tables import Columns, history_of

STEPS = range(3, 15)
WINDOWS = (2018, 2020)  # all four are in bench/outlook_scorings.csv; two of them tell whether it still holds
BOUNDS = {"crps": 0.91, "ign": 0.80, "mis": 0.84}  # looser than the scorings of bench/outlook_scorings.csv


@pytest.mark.long
def test_the_pool_stays_ahead_of_the_naive_model_on_two_development_windows(shared_data):
    table = pl.scan_parquet(shared_data / "ucdp" / "cm_1989_2021-06.parquet")
    (file,) = (shared_data / "forecasts" / "views2023").glob("cm_actuals*")
    came = pl.read_parquet(file)
    ratios = []
    for year in WINDOWS:
        history = history_of(table, Columns("country_id", "month_id", "ged_best_sb"), origin_of_window(year))
        outcomes = _outcomes(came.filter(pl.col("window") == year), history)
        ours, naive = (_scores(MODELS[name](), history, outcomes) for name in ("pool", NAIVE))
        ratios.append([ours[name] / naive[name] for name in BOUNDS])
    found = dict(zip(BOUNDS, np.mean(ratios, axis=0), strict=True))
    assert all(found[name] <= bound for name, bound in BOUNDS.items()), found


def _outcomes(came, history):
    """[units, steps], NaN where nothing was published."""
    outcomes = np.full((len(history.units), len(STEPS)), np.nan)
    place = {unit: line for line, unit in enumerate(history.units)}
    for month, unit, deaths in came.select("month_id", "country_id", "outcome").rows():
        outcomes[place[unit], month - history.origin - STEPS[0]] = deaths
    return outcomes


def _scores(model, history, outcomes):
    living = list(history.living)
    assert np.isnan(np.delete(outcomes, living, axis=0)).all()
    drawn = model.fit(history, STEPS, seed=0).draw(living, 1000)
    seen = np.isfinite(outcomes[living])
    return means(scored_rows(outcomes[living][seen], drawn[seen]))
