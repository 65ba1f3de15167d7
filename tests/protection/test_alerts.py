"""How soon is an alert answered, when many never are, and which warnings were any good?"""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.protection import (
    ALERTS,
    Alerted,
    Clock,
    ClockError,
    GradedEvent,
    band_of,
    by_place,
    distance_band,
    part_of_day,
    problems_of,
    response,
    responses,
    responses_counted,
    time_of_day,
    warned,
    with_step,
    without_response,
)
from bluehelm.protection.clock import COURSE, STEPS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = NOON + timedelta(days=30)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def alert(name, minutes=None, reason="", place="north", km=None, begun=0, exercise=False):
    steps = {"received": at(begun)}
    if minutes is not None:
        steps["arrived"] = at(begun + minutes)
    return Alerted(name, Clock(steps, reason), place, km, exercise)


# The table of docs/methods/alert-response.md
WORKED = [
    alert("A1", 20, km=4),
    alert("A2", 50, km=9),
    alert("A3", reason="road", km=22),
    alert("A4", reason="not-credible", km=3),
    alert("A5", begun=30 * 24 * 60 - 40, km=9),
]


def test_an_alert_nobody_answered_and_one_still_open_both_count():
    found = response("all", WORKED, (30, 60), NOW)
    assert (found.alerts, found.arrived, found.unanswered, found.still_open, found.not_credible) == (4, 2, 1, 1, 1)
    assert found.reasons == (("road", 1),)
    # by 30 minutes 1 of 4; then one is watched for 40 minutes only, so that the next is 1 of the 2 still watched
    assert [one.share for one in found.reached] == [pytest.approx(0.25), pytest.approx(1 - 0.75 * 0.5)]
    assert found.median.days == 50


def test_without_open_alerts_the_share_is_what_a_hand_counts():
    closed = [one for one in WORKED if one.id != "A5"]
    found = response("all", closed, (30, 60), NOW)
    assert [one.share for one in found.reached] == [pytest.approx(1 / 3), pytest.approx(2 / 3)]


@given(st.lists(st.one_of(st.none(), st.integers(0, 600)), min_size=1, max_size=30), st.integers(0, 600))
def test_the_share_reached_is_the_counted_share_when_nothing_is_open(minutes, within):
    alerts = [alert(f"{n}", one, "" if one is not None else "weather") for n, one in enumerate(minutes)]
    by_hand = sum(one is not None and one <= within for one in minutes) / len(minutes)
    assert response("all", alerts, (within,), NOW).reached[0].share == pytest.approx(by_hand)


def test_what_lies_beyond_the_time_watched_is_unknown_and_not_nought():
    fresh = alert("N", begun=30 * 24 * 60 - 5)
    found = response("all", [fresh], (5, 30), NOW)
    assert [one.share for one in found.reached] == [0.0, None], "five minutes old: nobody knows of thirty"
    one_came = response("all", [alert("R", 20), fresh], (30, 360), NOW)
    assert [one.share for one in one_came.reached] == [1.0, 1.0], "of those watched so long, all were reached"
    some = [alert("R", 3), alert("S", 20, begun=1), fresh, alert("N2", begun=30 * 24 * 60 - 40)]
    assert response("all", some, (30, 60), NOW).reached[1].share is None
    lost = response("all", [fresh, alert("L", reason="road")], (360,), NOW)
    assert lost.reached[0].share == 0.0, "where nobody ever comes it is known for every time"


def test_a_share_of_nought_or_of_all_has_the_exact_interval_of_those_it_is_known_of():
    lost = [alert(f"L{number}", reason="road") for number in range(11)]
    (none,) = response("all", lost, (30,), NOW).reached
    assert (none.share, none.low, none.high) == (0.0, 0.0, pytest.approx(0.2849, abs=1e-4))
    fresh = [alert(f"N{number}", begun=30 * 24 * 60 - 5) for number in range(9)]
    (every,) = response("all", [alert("R", 20), alert("S", 25), *fresh], (30,), NOW).reached
    assert (every.share, every.low, every.high) == (1.0, pytest.approx(0.1581, abs=1e-4), 1.0), "two are known, not 11"


def test_half_is_never_reached_only_where_more_than_half_are_lost():
    waiting = [alert("N", begun=30 * 24 * 60 - 5), alert("M", begun=30 * 24 * 60 - 5)]
    assert not response("all", [*waiting, alert("L", reason="road")], (30,), NOW).is_half_lost
    assert response("all", [alert("L", reason="road"), alert("K", reason="road"), waiting[0]], (30,), NOW).is_half_lost


def test_groups_by_distance_time_and_place_hold_every_alert_once():
    for by in (by_place, distance_band((5, 15)), time_of_day((("day", 6, 18), ("night", 18, 6)))):
        found = responses(WORKED, by, (60,), NOW)
        assert sum(one.alerts + one.not_credible for one in found) == len(WORKED)
    assert [one.group for one in responses(WORKED, distance_band((5, 15)), (60,), NOW)] == [
        "000-005 km", "005-015 km", "015 km and more",
    ]  # fmt: skip
    assert distance_band((5,))(alert("x")) == "unknown"


def test_an_exercise_is_neither_response_nor_false_alarm():
    found = response("all", [alert("X", 5, exercise=True)], (30,), NOW)
    assert (found.alerts, found.reached[0].share) == (0, None)


@given(st.dictionaries(st.sampled_from(COURSE), st.integers(0, 9)))
def test_steps_keep_their_order_and_a_slow_twin_agrees(minutes):
    clock = Clock({step: at(one) for step, one in ({"received": 0} | minutes).items()})
    times = [clock.at[step] for step in COURSE if step in clock.at]
    assert (problems_of(clock) == []) == (times == sorted(times))


def test_what_cannot_have_happened_is_refused_and_named():
    clock = Clock({"received": at(0), "departed": at(10)})
    with pytest.raises(ClockError, match="arrived before departed"):
        with_step(clock, "arrived", at(5))
    with pytest.raises(ClockError, match="known already"):
        with_step(clock, "departed", at(12))
    with pytest.raises(ClockError, match="beside an arrival"):
        without_response(with_step(clock, "arrived", at(20)), "road")
    closed = with_step(clock, "closed", at(30))
    assert with_step(closed, "told", at(40)).minutes("received", "told") == 40
    with pytest.raises(ClockError, match="after it was closed"):
        with_step(closed, "arrived", at(40))
    assert clock.minutes("received", "verified") is None
    assert problems_of(Clock({"departed": at(1)})) == ["an alert begins when it is received"]
    assert set(STEPS) - set(COURSE) == {"told"}


def test_other_capitals_and_spaces_make_no_other_place():
    called_out = [alert("A", place="Old  Town")]
    found = warned(called_out, [GradedEvent("E", at(60), "old town ")], before_hours=72, after_hours=6)
    assert (found.before, found.missed) == (("E",), ())


def test_missed_events_and_false_alarms_are_counted_apart():
    events = [
        GradedEvent("E1", at(120), "north"),
        GradedEvent("E2", at(-30), "south"),
        GradedEvent("E3", at(0), "east"),
    ]
    alerts = [
        alert("A1", 20),
        alert("A2", reason="not-credible", place="west"),
        alert("A3", place="south"),
        alert("A4", place="far"),
        alert("A5", place="east", begun=9999),
    ]
    found = warned(alerts, events, before_hours=72, after_hours=6)
    assert (found.before, found.late, found.missed) == (("E1",), ("E2",), ("E3",))
    assert (found.false_alarms, found.unmatched) == (("A2",), ("A4", "A5"))
    assert found.events == len(found.before) + len(found.late) + len(found.missed)


clocks = st.builds(
    alert,
    st.just("A"),
    st.none() | st.integers(0, 400),
    st.sampled_from(("", "", "road", "not-credible")),
    st.sampled_from(("north", "south")),
    st.none() | st.sampled_from((0.0, 4.9, 5.0, 12.5, 20.0, 300.0)),
    st.integers(0, 30 * 24 * 60),
    st.booleans(),
).map(
    lambda one: Alerted(
        "A",
        Clock(one.clock.at, "" if "arrived" in one.clock.at else one.clock.no_response),
        one.place,
        one.distance_km,
        one.exercise,
    )
)


@given(st.lists(clocks, max_size=40), st.data())
def test_many_alerts_counted_at_once_say_what_each_one_says(alerts, data):
    closed = data.draw(st.lists(st.booleans(), min_size=len(alerts), max_size=len(alerts)))
    alerts = [
        Alerted(
            "A",
            Clock({**one.clock.at, "closed": NOW, "told": NOW}, one.clock.no_response),
            one.place,
            one.distance_km,
            one.exercise,
        )
        if is_closed
        else one
        for one, is_closed in zip(alerts, closed, strict=True)
    ]
    rows = [
        (
            one.place, one.distance_km, one.exercise, one.clock.no_response, one.clock.is_open,
            one.clock.at["received"].replace(tzinfo=None),
            one.clock.at["arrived"].replace(tzinfo=None) if "arrived" in one.clock.at else None,
            "told" in one.clock.at,
        )
        for one in alerts
    ]  # fmt: skip
    table = pl.DataFrame(rows, schema=ALERTS, orient="row")
    parts = [("day", 6, 18), ("night", 18, 6)]
    ways = (
        (distance_band((5, 20)), band_of((5, 20))),
        (time_of_day(parts), part_of_day(parts)),
        (by_place, pl.col("place")),
    )
    for slow, fast in ways:
        assert responses_counted(table, fast, (30, 120), NOW) == responses(alerts, slow, (30, 120), NOW)
