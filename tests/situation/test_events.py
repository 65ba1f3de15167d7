"""Do the fast figures equal what one counts by hand?"""

from calendar import monthrange
from collections import Counter
from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.situation.events import (
    Window,
    by_place,
    doubtful,
    hotspots,
    spanning_months,
    totals,
)
from bluehelm.tables.events import TYPES
from bluehelm.tables.grid import cell_of

event = st.fixed_dictionaries(
    {
        "date_start": st.dates(date(2016, 1, 1), date(2017, 12, 31)),
        "length": st.integers(0, 70),
        "type": st.sampled_from(TYPES),
        "latitude": st.sampled_from([4.1, 4.6, 5.2, 9.9]),
        "longitude": st.sampled_from([31.1, 31.6]),
        "best": st.integers(0, 40),
        "low": st.integers(0, 40),
        "high": st.integers(0, 60),
    }
)
schema = {
    "date_start": pl.Date,
    "date_end": pl.Date,
    "type": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "gid": pl.Int64,
    "best": pl.Int64,
    "low": pl.Int64,
    "high": pl.Int64,
}


def table(events):
    rows = [
        {
            **{name: value for name, value in event.items() if name != "length"},
            "date_end": event["date_start"] + timedelta(days=event["length"]),
            "gid": cell_of(event["latitude"], event["longitude"]),
        }
        for event in events
    ]
    return pl.DataFrame(rows, schema=schema), rows


events = st.lists(event, max_size=40).map(table)
YEARS = Window(date(2016, 3, 15), date(2017, 10, 5))


@given(st.dates(date(2016, 1, 1), date(2018, 1, 1)), st.dates(date(2016, 1, 1), date(2018, 1, 1)))
def test_a_month_is_cut_when_one_of_its_days_lies_outside_the_window(first, last):
    window = Window(first, last)
    if not window.months:
        return
    days = {first + timedelta(days=day) for day in range((last - first).days + 1)}
    whole = {month for month in window.months if all(day in days for day in every_day(int(month[:4]), int(month[5:])))}
    assert window.cut_months == set(window.months) - whole


def every_day(year, month):
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


@given(events)
def test_totals_are_sums(both):
    frame, rows = both
    whole = totals(frame)
    assert (whole.count, whole.best) == (len(rows), sum(row["best"] for row in rows))
    assert (whole.low, whole.high) == (sum(row["low"] for row in rows), sum(row["high"] for row in rows))


def test_months_run_from_the_first_to_the_last_without_a_gap():
    assert YEARS.months[0] == "2016-03"
    assert YEARS.months[-1] == "2017-10"
    assert len(YEARS.months) == 20


def test_a_window_that_ends_before_it_starts_has_no_month():
    assert Window(date(2017, 1, 2), date(2017, 1, 1)).months == []


@given(events)
def test_hotspots_are_the_ten_cells_with_most_deaths_ties_by_gid(both):
    frame, rows = both
    deaths = Counter()
    for row in rows:
        deaths[row["gid"]] += row["best"]
    expected = sorted(deaths.items(), key=lambda cell: (-cell[1], cell[0]))[:10]
    assert [(gid, best) for gid, _, _, best, _ in hotspots(frame)] == expected


def test_no_more_than_ten_hotspots_are_named():
    frame, _ = table(
        [
            {
                "date_start": date(2016, 1, 1),
                "length": 0,
                "type": TYPES[0],
                "latitude": 1.0,
                "longitude": place,
                "best": 1,
                "low": 1,
                "high": 1,
            }
            for place in range(25)
        ]
    )
    assert [spot[0] for spot in hotspots(frame)] == sorted(frame["gid"])[:10]


@given(events)
def test_places_hold_every_event_once_by_type(both):
    frame, rows = both
    places = by_place(frame)
    assert sum(count for _, _, _, count, _ in places) == len(rows)
    assert sum(best for _, _, _, _, best in places) == sum(row["best"] for row in rows)
    assert {place[:3] for place in places} == {(row["latitude"], row["longitude"], row["type"]) for row in rows}


@given(events)
def test_spanning_and_doubtful_events_are_counted(both):
    frame, rows = both
    assert spanning_months(frame) == sum(f"{r['date_start']:%Y-%m}" != f"{r['date_end']:%Y-%m}" for r in rows)
    assert doubtful(frame) == sum(not r["low"] <= r["best"] <= r["high"] for r in rows)
