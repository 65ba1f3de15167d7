"""Do draws that were put together still say the same as all of them, whatever number is asked for?"""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.outlook.drawn import Drawn, drawn, drawn_by_month

draws = st.lists(st.integers(0, 400), min_size=1, max_size=300)


@given(draws, st.integers(0, 401))
def test_the_share_at_or_above_a_number_is_that_of_all_draws(values, deaths):
    assert drawn(values).at_least(deaths) == pytest.approx(sum(value >= deaths for value in values) / len(values))


@given(draws, st.floats(0.01, 1))
def test_a_quantile_is_the_smallest_number_that_so_many_draws_do_not_exceed(values, share):
    slow = next(one for one in sorted(values) if sum(value <= one for value in values) >= share * len(values) - 1e-9)
    assert drawn(values).quantile(share) == slow


@given(draws)
def test_nothing_is_lost_by_putting_draws_together(values):
    found = drawn(np.array(values, dtype=np.float64))
    assert sorted(values) == [one for one, often in zip(found.deaths, found.draws, strict=True) for _ in range(often)]
    assert found.samples == len(values)


@given(draws, st.integers(1, 400))
def test_more_deaths_are_never_likelier(values, deaths):
    found = drawn(values)
    assert 1 == found.at_least(0) >= found.at_least(deaths) >= found.at_least(deaths + 1) >= 0


def test_an_outlook_is_read_back_by_target_unit_and_month():
    rows = pl.DataFrame(
        {
            "target": ["all", "all", "one-sided"],
            "unit": ["A", "A", "A"],
            "month": ["2026-01"] * 3,
            "deaths": [7, 0, 3],
            "draws": [1, 3, 4],
        }
    )
    read = drawn_by_month(rows)
    assert read["all", "A", "2026-01"] == Drawn((0, 7), (3, 1))
    assert read["one-sided", "A", "2026-01"].interval(0.9) == (3, 3)
    assert read["all", "A", "2026-01"].at_least(7) == 0.25
