"""Is exceedance counted from the draws, and its change told apart from chance?"""

import polars as pl
import pytest

from bluehelm.outlook.exceedance import any_month, change_since, exceedance
from bluehelm.outlook.history import OutlookError


def draws(*rows):
    return pl.DataFrame(
        [
            {"area": area, "month": month, "draw": draw, "outcome": outcome}
            for area, month, outcomes in rows
            for draw, outcome in enumerate(outcomes)
        ]
    )


NOW = draws(("a", 1, [0, 25, 30, 3]), ("a", 2, [25, 26, 99, 0]), ("b", 1, [0, 0, 0, 1]), ("c", 1, [9, 9, 9, 9]))


def test_the_probability_is_the_share_of_draws_at_or_above_the_threshold():
    found = exceedance(NOW, "area", "month", {"a": 25, "b": 1})
    assert found.rows() == [("a", 1, 25.0, 0.5, 4), ("a", 2, 25.0, 0.75, 4), ("b", 1, 1.0, 0.25, 4)]


def test_a_quarter_has_bounds_because_months_are_drawn_apart():
    found = any_month(exceedance(NOW, "area", "month", {"a": 25, "b": 1}), "area")
    assert found.rows() == [("a", 25.0, 0.75, 1.0), ("b", 1.0, 0.25, 0.25)]


def test_a_change_is_told_apart_from_chance_in_drawing():
    before = draws(("a", 1, [0] * 90 + [30] * 10), ("b", 1, [0] * 90 + [30] * 10))
    after = draws(("a", 1, [0] * 60 + [30] * 40), ("b", 1, [0] * 88 + [30] * 12), ("c", 1, [30] * 100))
    said = exceedance(before, "area", "month", {"a": 25, "b": 25})
    found = change_since(exceedance(after, "area", "month", {"a": 25, "b": 25, "c": 25}), said, "area", "month")
    assert found["change"].to_list() == [pytest.approx(0.3), pytest.approx(0.02), None]
    assert found["surprising"].to_list() == [True, False, None]


def test_another_threshold_is_no_change():
    said = exceedance(NOW, "area", "month", {"a": 10})
    assert change_since(exceedance(NOW, "area", "month", {"a": 25}), said, "area", "month")["change"].null_count() == 2


def test_bad_thresholds_are_told_together():
    with pytest.raises(OutlookError) as refusal:
        exceedance(NOW, "area", "month", {"a": 0, "z": 5})
    assert len(refusal.value.problems) == 2
