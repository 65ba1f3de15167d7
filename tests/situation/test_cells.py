"""Are cells by month the same whether a table comes in one part or year by year?"""

from collections import defaultdict
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.situation.cells import by_cell_and_month

event = st.tuples(st.dates(date(2015, 1, 1), date(2017, 12, 31)), st.integers(1, 4), st.integers(0, 9))


@given(st.lists(event, max_size=40))
def test_cells_and_months_hold_what_one_counts_one_event_after_the_other(events):
    rows = [(day, gid, best, best, best + 1) for day, gid, best in events]
    schema = {"date_start": pl.Date, "gid": pl.Int64, "best": pl.Int64, "low": pl.Int64, "high": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    by_hand = defaultdict(lambda: [0, 0, 0, 0])
    for day, gid, best in events:
        for place, value in enumerate((1, best, best, best + 1)):
            by_hand[gid, f"{day:%Y-%m}"][place] += value
    years = [frame.filter(pl.col("date_start").dt.year() == year).lazy() for year in (2015, 2016, 2017)]
    for parts in ([frame.lazy()], years):
        found = pl.concat(by_cell_and_month(parts))
        assert {(gid, month): list(sums) for gid, month, *sums in found.iter_rows()} == by_hand
        assert found.columns == ["gid", "month", "count", "best", "low", "high"]
