"""Does each rule put an event into the months one would count by hand, day by day?"""

from collections import defaultdict
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.situation.events import Window
from bluehelm.situation.month_rules import MONTH_RULES, by_month, by_rule, counted, monthly, shares, totals_by_type
from bluehelm.tables.events import TYPES
from bluehelm.tables.months import ordinal

DAYS = st.dates(date(2015, 12, 1), date(2016, 6, 30))
event = st.tuples(DAYS, st.integers(-3, 100), st.integers(0, 50))
windows = st.tuples(DAYS, st.integers(0, 150)).map(lambda pair: Window(pair[0], pair[0] + timedelta(days=pair[1])))


def table(events):
    rows = [
        {
            "event_id": str(number),
            "date_start": start,
            "date_end": start + timedelta(days=length),
            "type": TYPES[number % 3],
            "best": best,
            "low": best // 2,
            "high": best * 2,
        }
        for number, (start, length, best) in enumerate(events)
    ]
    days = {"date_start": pl.Date, "date_end": pl.Date}
    counts = dict.fromkeys(("best", "low", "high"), pl.Int64)
    return pl.DataFrame(rows, schema={"event_id": pl.String, **days, "type": pl.String, **counts})


def by_hand(events, rule, window):
    """Deaths and events by month, walking through every day of every event."""
    deaths, counts = defaultdict(float), defaultdict(int)
    for start, length, best in events:
        days = [start + timedelta(days=day) for day in range(max(length, 0) + 1)]
        months = {f"{day:%Y-%m}" for day in days}
        if rule == "spread":
            inside = [day for day in days if window.first <= day <= window.last]
            for day in inside:
                deaths[f"{day:%Y-%m}"] += best / len(days)
            for month in {f"{day:%Y-%m}" for day in inside}:
                counts[month] += 1
        elif window.first <= start <= window.last and (rule == "date_start" or len(months) == 1):
            deaths[f"{start:%Y-%m}"] += best
            counts[f"{start:%Y-%m}"] += 1
    return {month: (counts[month], deaths[month]) for month in counts}


@pytest.mark.parametrize("rule", MONTH_RULES)
@given(events=st.lists(event, max_size=15), window=windows)
def test_months_hold_what_one_counts_day_by_day(rule, events, window):
    found = by_month(table(events), rule, window)
    expected = by_hand(events, rule, window)
    assert {month: sums.count for month, sums in found.items()} == {month: c for month, (c, _) in expected.items()}
    for month, (_, deaths) in expected.items():
        assert found[month].best == pytest.approx(deaths)


@given(st.lists(event, max_size=15))
def test_spreading_over_all_days_keeps_every_death_and_every_event(events):
    everything = Window(date(2015, 1, 1), date(2017, 12, 31))
    found = by_rule(table(events), everything)
    assert found["spread"].best == pytest.approx(sum(best for _, _, best in events))
    assert found["spread"].count == found["date_start"].count == len(events)
    assert found["exclude"].best <= found["date_start"].best


@given(st.lists(event, max_size=15), windows)
def test_no_event_has_more_than_one_whole_share(events, window):
    for rule in MONTH_RULES:
        parts = shares(table(events), rule, window)
        sums = parts.group_by("event_id").agg(pl.col("share").sum())["share"].to_list()
        assert all(0 < share <= 1 + 1e-9 for share in sums)


@pytest.mark.parametrize("rule", MONTH_RULES)
@given(events=st.lists(event, max_size=15), window=windows)
def test_types_add_up_to_the_whole(rule, events, window):
    whole, parts = counted(table(events), rule, window), totals_by_type(table(events), rule, window)
    assert list(parts) == list(TYPES)
    assert sum(part.count for part in parts.values()) == whole.count
    assert abs(sum(part.best for part in parts.values()) - whole.best) <= len(TYPES) / 2  # each is rounded


@given(st.lists(event, max_size=15), windows)
def test_a_covered_month_without_events_is_zero_and_an_uncovered_one_unknown(events, window):
    covered, hand = ("2016-01", "2016-03"), by_hand(events, "date_start", window)
    figures = monthly(table(events), "date_start", window, covered)
    assert [month for month, _, _ in figures] == window.months
    for month, count, best in figures:
        assert (count, best) == (hand.get(month, (0, 0)) if month in covered else (None, None))


def test_an_event_of_two_months_is_split_by_its_days():
    window = Window(date(2016, 1, 1), date(2016, 12, 31))
    parts = shares(table([(date(2016, 1, 31), 3, 8)]), "spread", window).sort("month")
    assert parts.select("month", "share").rows() == [(ordinal("2016-01"), 0.25), (ordinal("2016-02"), 0.75)]
