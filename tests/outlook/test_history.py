"""Is a long table read as the history it is, and is everything wrong with it told?"""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.outlook.history import History, OutlookError, history_from_table, seed_of


def table(**months):
    """Rows of units by name: their values from month 1 on."""
    rows = [(unit, month, value) for unit, values in months.items() for month, value in enumerate(values, 1)]
    return pl.DataFrame(rows, schema={"place": pl.String, "month": pl.Int64, "deaths": pl.Float64}, orient="row")


def history(rows, origin, covariates=()):
    return history_from_table(rows, "place", "month", "deaths", origin, covariates)


def problems(rows, origin=3):
    with pytest.raises(OutlookError) as refused:
        history(rows, origin)
    return refused.value.problems


def test_a_table_becomes_a_matrix_that_ends_at_the_origin():
    made = history(table(b=[1, 2, 3, 4], a=[5, 6, 7, 8]), 3)
    assert made.units == ("a", "b")
    assert (made.months, made.origin) == (range(1, 4), 3)
    assert made.deaths.tolist() == [[5, 6, 7], [1, 2, 3]]


def test_rows_after_the_origin_are_not_even_checked():
    rows = table(a=[1, 2, 3, -9, -9])
    twice = pl.concat([rows, rows.filter(pl.col("month") > 3)])
    assert history(twice, 3).deaths.tolist() == [[1, 2, 3]]


def test_the_order_of_rows_does_not_matter():
    rows = table(a=[1, 2, 3], b=[4, 5, 6])
    assert history(rows.reverse(), 3).deaths.tolist() == history(rows, 3).deaths.tolist()


def test_what_nobody_observed_is_unknown_and_never_zero():
    rows = pl.concat([table(a=[1, None, 3]), table(b=[0, 0, 7]).filter(pl.col("month") == 3)])
    made = history(rows, 3)
    assert np.isnan(made.deaths[0, 1])
    assert np.isnan(made.deaths[1, :2]).all()
    assert made.observed(0, 12).tolist() == [1, 3]
    assert history(table(a=[1, float("nan"), 3]), 3).observed(0, 12).tolist() == [1, 3]


def test_units_nobody_observed_for_a_year_are_not_forecast():
    rows = pl.concat([table(a=[1] * 20), table(gone=[1] * 8), table(late=[1] * 9)])
    made = history(rows, 20)
    assert [made.units[place] for place in made.living] == ["a", "late"]
    assert [made.units[place] for place in made.until(19).living] == ["a", "gone", "late"]


def test_units_that_begin_after_the_origin_are_not_there():
    assert history(
        table(a=[1, 2, 3], b=[0, 0, 0]).filter((pl.col("place") == "a") | (pl.col("month") == 3)), 2
    ).units == ("a",)


def test_holes_are_refused_because_they_may_mean_zero_or_unknown():
    rows = table(a=[1, 2, 3, 4, 5], b=[1, 2, 3, 4, 5]).filter(
        ~((pl.col("place") == "b") & pl.col("month").is_in([2, 3]))
    )
    (hole,) = problems(rows, 5)
    assert "unit b has no row for 2 to 3" in hole


def test_all_problems_are_told_together():
    rows = pl.concat([table(a=[1, -2, 3], b=[None, None, None], c=[1, 1e300, 1]), table(a=[1, 2, 3])])
    told = " | ".join(problems(rows))
    for wrong in (
        "negative in 1 row(s): unit a month 2",
        "larger than 1e+12",
        "same unit and month twice",
        "unit b has no",
    ):
        assert wrong in told


@pytest.mark.parametrize("column", ["place", "month"])
def test_a_row_without_a_unit_or_a_month_is_refused(column):
    rows = table(a=[1, 2, 3])
    nowhere = rows.head(1).with_columns(pl.lit(None, rows.schema[column]).alias(column))
    assert problems(pl.concat([rows, nowhere])) == ("place, month: 1 row(s) without a unit or without a month",)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda rows: rows.drop("deaths"), "deaths: no such column"),
        (lambda rows: rows.with_columns(pl.col("month").cast(pl.Float64)), "months are whole numbers"),
        (lambda rows: rows.with_columns(pl.col("deaths").cast(pl.String)), "values are numbers"),
        (lambda rows: rows.with_columns(pl.col("month").cast(pl.Float64).alias("place")), "whole numbers or text"),
        (lambda rows: rows.filter(pl.col("month") > 3), "no row at or before the origin 3"),
        (lambda rows: rows.filter(pl.col("month") < 3), "the last month is 2, before the origin 3"),
    ],
)
def test_a_table_of_another_kind_is_refused(change, wrong):
    assert any(wrong in told for told in problems(change(table(a=[1, 2, 3, 4]))))


def test_a_column_that_stands_for_two_things_is_refused():
    with pytest.raises(OutlookError, match="asked for twice"):
        history_from_table(table(a=[1, 2]), "place", "month", "month", 2)


def test_covariates_come_beside_the_values():
    rows = table(a=[1, 2, 3]).with_columns(rain=pl.col("month") * 10)
    made = history(rows, 3, ["rain"])
    assert made.covariates["rain"].tolist() == [[10, 20, 30]]
    assert made.until(2).covariates["rain"].tolist() == [[10, 20]]


def test_a_history_cannot_be_cut_where_it_does_not_reach():
    with pytest.raises(OutlookError, match="origin 9"):
        history(table(a=[1, 2, 3]), 3).until(9)


@settings(max_examples=30)
@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=5), st.integers(1, 4))
def test_a_history_cut_is_the_history_made_then(values, origin):
    rows = table(**{f"unit{number}": one for number, one in enumerate(values)})
    cut, made = history(rows, 4).until(origin), history(rows, origin)
    assert (cut.units, cut.months, cut.living) == (made.units, made.months, made.living)
    assert cut.deaths.tolist() == made.deaths.tolist()
    assert cut.deaths.base is None


def test_seeds_tell_units_and_origins_apart():
    seeds = [seed_of(0, 1, 450), seed_of(0, "1", 450), seed_of(0, 2, 450), seed_of(0, 1, 451), seed_of(1, 1, 450)]
    assert len({tuple(seed) for seed in seeds}) == 5
    assert isinstance(history(table(a=[1]), 1), History)
