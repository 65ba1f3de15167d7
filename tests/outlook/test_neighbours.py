"""Are neighbours those of the file or the grid, and do they reach a model?"""

import numpy as np
import polars as pl
import pytest

pytest.importorskip("scoringrules")

from bluehelm.outlook import models
from bluehelm.outlook.history import History, OutlookError, beside
from bluehelm.workflows.outlook_tables import neighboured
from tests.outlook.made_tables import ORIGIN


def history(*units):
    return History(tuple(units), range(1, 3), np.zeros((len(units), 2)))


def test_a_pair_counts_both_ways_and_strangers_are_left_out():
    made = beside(history("a", "b", "c"), [("a", "b"), ("b", "a"), ("c", "z"), ("c", "c")])
    assert made.neighbours == ((1,), (0,), ())
    assert made.until(1).neighbours == made.neighbours


def test_cells_of_the_grid_are_neighbours_where_they_touch():
    assert neighboured(history(1, 2, 721, 1500), "grid").neighbours == ((1, 2), (0, 2), (0, 1), ())
    with pytest.raises(OutlookError, match="grid needs"):
        neighboured(history("a"), "grid")


def test_a_file_of_pairs_that_is_of_no_use_is_refused(tmp_path):
    pl.DataFrame({"one": [1], "other": [9]}).write_parquet(tmp_path / "pairs.parquet")
    pl.DataFrame({"one": [1]}).write_parquet(tmp_path / "single.parquet")
    with pytest.raises(OutlookError, match="none of its pairs"):
        neighboured(history(1, 2), str(tmp_path / "pairs.parquet"))
    with pytest.raises(OutlookError, match="no two columns"):
        neighboured(history(1, 2), str(tmp_path / "single.parquet"))
    with pytest.raises(OutlookError, match="no such file"):
        neighboured(history(1, 2), str(tmp_path / "none.parquet"))


class NeighbourCounter:
    """Draws how many neighbours a unit has."""

    name = "neighbour-counter"

    def fit(self, history, steps, *, seed):
        self.history, self.steps = history, steps
        return self

    def draw(self, units, draws):
        number = np.array([len(self.history.neighbours[unit]) for unit in units], dtype=float)
        return np.tile(number[:, None, None], (1, len(self.steps), draws))


def test_neighbours_reach_the_model_of_a_forecast_and_of_a_backtest(forecast, backtest, tmp_path, monkeypatch):
    monkeypatch.setitem(models.MODELS, "neighbour-counter", NeighbourCounter)
    pl.DataFrame({"one": [1, 1], "other": [2, 3]}).write_parquet(tmp_path / "pairs.parquet")
    _, answer = forecast("f.parquet", "--neighbours", tmp_path / "pairs.parquet", model="neighbour-counter", samples=1)
    drawn = pl.read_parquet(tmp_path / "f.parquet").group_by("place").agg(pl.col("outcome").first()).sort("place")
    assert drawn["outcome"].to_list() == [2, 1, 1] + [0] * 9
    assert [file["name"] for file in answer["inputs"]] == ["table.parquet", "pairs.parquet"]
    words = ["--origin", ORIGIN, "--neighbours", tmp_path / "pairs.parquet", "--model", "neighbour-counter"]
    assert backtest(*words)[0] == 0
