"""Does a declared filter count what reading row by row counts, and name the rows?"""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.plans.compute import Computed, computed
from bluehelm.plans.framework import Filter

MONTHS = ["2017-01", "2017-02", "2017-03"]
TYPES = ["state-based", "non-state", "one-sided"]


def event(number: int, row: tuple[int, int, str, int, int]) -> dict[str, object]:
    month, day, kind, deaths, place = row
    return {
        "event_id": f"e{number}",
        "date_start": date(2017, month, day),
        "type": kind,
        "side_a": "A" if deaths % 2 else "B",
        "side_b": "C",
        "admin_1": "north" if place % 2 else None,
        "place_precision": place,
        "gid": 1000 + place,
        "best": deaths,
        "low": deaths // 2,
        "high": deaths * 2,
        "deaths_civilians": deaths // 3,
    }


ROWS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 28), st.sampled_from(TYPES), st.integers(0, 50), st.integers(1, 7)),
    max_size=25,
)
FILTERS = st.builds(
    Filter,
    table=st.just("events"),
    count=st.sampled_from(["events", "deaths", "civilian-deaths", "places"]),
    types=st.lists(st.sampled_from(TYPES), unique=True, max_size=2).map(tuple),
    sides=st.sampled_from([(), ("A",)]),
    admin1=st.sampled_from([(), ("north",)]),
    precision_at_most=st.sampled_from([None, 2, 4]),
)
SCHEMA = {"admin_1": pl.String}


def by_hand(rows: list[dict[str, object]], wanted: Filter, month: str) -> Computed:
    kept = [
        row
        for row in rows
        if f"{row['date_start']:%Y-%m}" == month
        and (not wanted.types or row["type"] in wanted.types)
        and (not wanted.sides or row["side_a"] in wanted.sides or row["side_b"] in wanted.sides)
        and (not wanted.admin1 or row["admin_1"] in wanted.admin1)
        and (not wanted.precision_at_most or int(str(row["place_precision"])) <= wanted.precision_at_most)
    ]
    keys = tuple(sorted(str(row["event_id"]) for row in kept))
    if wanted.count == "events":
        return Computed(month, len(kept), None, None, keys)
    if wanted.count == "places":
        return Computed(month, len({row["gid"] for row in kept}), None, None, keys)

    def total(column: str) -> int:
        return sum(int(str(row[column])) for row in kept)

    if wanted.count == "civilian-deaths":
        return Computed(month, total("deaths_civilians"), None, None, keys)
    return Computed(month, total("best"), total("low"), total("high"), keys)


@given(ROWS, FILTERS)
def test_the_filter_counts_what_reading_row_by_row_counts(given_rows, wanted: Filter):
    rows = [event(number, row) for number, row in enumerate(given_rows)]
    table = pl.DataFrame(rows, schema_overrides=SCHEMA) if rows else pl.DataFrame([event(0, (4, 1, TYPES[0], 0, 1))])
    found = computed(table, wanted, MONTHS, MONTHS)
    assert found == [by_hand(rows, wanted, month) for month in MONTHS]


def test_a_month_not_covered_is_unknown_and_a_covered_one_without_rows_is_zero():
    table = pl.DataFrame([event(1, (2, 1, "one-sided", 5, 1))], schema_overrides=SCHEMA)
    january, february, march = computed(table, Filter(table="events", count="deaths"), MONTHS, ["2017-01", "2017-02"])
    assert (january.value, january.rows) == (0, ())
    assert (february.value, february.low, february.high, february.rows) == (5, 2, 10, ("e1",))
    assert march.value is None
