"""Are neighbours and other kinds of deaths those of the table, and do they reach a model?"""

import numpy as np
import polars as pl
import pytest

pytest.importorskip("scoringrules")

from bluehelm.outlook import models
from bluehelm.outlook.history import History, OutlookError, beside
from bluehelm.workflows.borders import bordering
from bluehelm.workflows.outlook_tables import Columns, completed, history_of, neighboured
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


def table(**more):
    months = list(range(1, 13))
    return pl.DataFrame(
        {"country_id": [1] * 12 + [2] * 12, "month_id": months * 2, "ged_best_sb": [0] * 24, **more}
    ).lazy()


def test_what_a_table_holds_beside_the_forecast_column_is_used_unless_asked_otherwise():
    rows = table(ged_best_os=[2] * 24, ged_count_sb=[1] * 24, ged_best_ns=["?"] * 24, iso3=["BFA"] * 12 + ["MLI"] * 12)
    asked = Columns("country_id", "month_id", "ged_best_sb")
    known = completed(asked, rows.collect_schema())
    assert (known.kinds, known.neighbours) == (("ged_best_os", "ged_count_sb"), "borders")
    made = history_of(rows, asked, 12)
    assert made.neighbours == ((1,), (0,)) and made.kinds["ged_best_os"].sum() == 48
    alone = history_of(rows, Columns("country_id", "month_id", "ged_best_sb", kinds=(), neighbours="none"), 12)
    assert alone.neighbours is None and not alone.kinds


def test_a_table_without_more_says_no_more():
    known = completed(Columns("country_id", "month_id", "ged_best_sb"), table().collect_schema())
    assert (known.kinds, known.neighbours) == ((), "none")
    cells = completed(
        Columns("priogrid_gid", "month_id", "sb"), pl.Schema({"priogrid_gid": pl.Int64(), "os": pl.Int32()})
    )
    assert (cells.kinds, cells.neighbours) == (("os",), "grid")


def test_countries_neighbour_those_with_whom_they_share_a_border():
    pairs = bordering(("BFA", "FJI", "GHA", "MLI", "SSD", "SDN"))
    assert pairs == (("BFA", "GHA"), ("BFA", "MLI"), ("SDN", "SSD"))


def test_without_a_file_of_boundaries_countries_have_no_neighbours_and_asking_for_them_is_refused(monkeypatch):
    from bluehelm.outlook.history import OutlookError
    from bluehelm.workflows import outlook_tables

    monkeypatch.setattr(outlook_tables, "has_borders", lambda: False)
    rows = table(iso3=["BFA"] * 12 + ["MLI"] * 12)
    asked = Columns("country_id", "month_id", "ged_best_sb")
    assert completed(asked, rows.collect_schema()).neighbours == "none"
    assert history_of(rows, asked, 12).neighbours is None
    with pytest.raises(OutlookError, match="there is no file of boundaries"):
        history_of(rows, Columns("country_id", "month_id", "ged_best_sb", neighbours="borders"), 12)
