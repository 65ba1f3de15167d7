"""Do cells and months keep the published numbering, and do the fast forms agree with the slow ones?"""

import math
from datetime import date

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bluehelm.tables import grid, months

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def test_the_published_formula_gives_the_cell_of_mekele():
    # UCDP gives cell 148759 for this event near Mekele.
    assert grid.cell_of(13.49667, 39.47528) == 148759


@given(latitudes, longitudes)
@example(90, 180)
@example(-90, -180)
def test_a_cell_holds_its_point_and_its_centre(latitude, longitude):
    gid = grid.cell_of(latitude, longitude)
    centre_latitude, centre_longitude = grid.centre_of(gid)
    assert abs(centre_latitude - latitude) <= 0.25 + 1e-9
    assert abs(centre_longitude - longitude) <= 0.25 + 1e-9
    assert grid.cell_of(centre_latitude, centre_longitude) == gid


@given(st.lists(st.tuples(latitudes, longitudes), min_size=1, max_size=20))
def test_cells_of_columns_are_the_cells_of_their_points(points):
    frame = pl.DataFrame(points, schema={"lat": pl.Float64, "lon": pl.Float64}, orient="row")
    cells = frame.select(grid.cells_of(pl.col("lat"), pl.col("lon")))["lat"].to_list()
    assert cells == [grid.cell_of(*point) for point in points]


@pytest.mark.parametrize("point", [(90.1, 0), (0, -180.5), (math.nan, 0), (math.inf, 0)])
def test_an_impossible_point_has_no_cell(point):
    with pytest.raises(ValueError, match="no cell"):
        grid.cell_of(*point)


@pytest.mark.parametrize("gid", [0, 259201])
def test_there_are_exactly_259200_cells(gid):
    with pytest.raises(ValueError, match="no PRIO-GRID cell"):
        grid.centre_of(gid)


def test_views_counts_months_from_january_1980():
    assert months.views_id("1980-01") == 1
    assert months.views_id("2017-12") == 456


@given(st.dates(date(1, 1, 1)), st.dates(date(1, 1, 1)))
def test_months_between_two_days_run_without_a_gap(first, last):
    listed = months.months_between(months.month_of(first), months.month_of(last))
    assert len(listed) == max((last.year - first.year) * 12 + last.month - first.month + 1, 0)
    assert listed == sorted(set(listed))
    assert all(months.from_ordinal(months.ordinal(month)) == month for month in listed[:3])


@pytest.mark.parametrize("text", ["2017", "2017-13", "2017-1", "17-01", "2017-01-01"])
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(ValueError, match="not a month"):
        months.ordinal(text)


@given(
    st.sets(
        st.builds(lambda row, column: row * 720 + column + 1, st.integers(0, 3), st.sampled_from([0, 1, 2, 718, 719]))
    )
)
def test_cells_touch_that_share_a_side_or_a_corner_also_across_the_antimeridian(cells):
    def touch(one, other):
        (row, column), (other_row, other_column) = (divmod(cell - 1, 720) for cell in (one, other))
        return abs(row - other_row) <= 1 and (column - other_column) % 720 in (0, 1, 719) and one != other

    found = list(grid.touching(cells))
    assert sorted(map(sorted, found)) == [[a, b] for a in sorted(cells) for b in sorted(cells) if a < b and touch(a, b)]
