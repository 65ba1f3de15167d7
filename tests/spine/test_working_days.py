"""Are days counted as the duty station works them, and is everybody reminded when there is something to do?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.spine.reminders import Ladder, Open, reminders
from bluehelm.spine.working_days import WorkingCalendar

# Friday and Saturday are the weekend; Tuesday 6 May is a festival.
ZELLEB = WorkingCalendar(
    "Zelleb", frozenset({5, 6}), {date(2025, 5, 6): "Rain Festival"}, date(2025, 1, 1), date(2025, 12, 31)
)
days = st.dates(date(2025, 1, 1), date(2025, 12, 31))


@st.composite
def calendars(draw) -> WorkingCalendar:
    weekend = draw(st.frozensets(st.integers(1, 7), max_size=4))
    holidays = draw(st.dictionaries(days, st.just("a holiday"), max_size=12))
    return WorkingCalendar("anywhere", weekend, holidays, date(2025, 1, 1), date(2025, 12, 31))


def test_the_weekend_is_that_of_the_place():
    assert ZELLEB.why_closed(date(2025, 5, 2)) == "weekend"
    assert ZELLEB.why_closed(date(2025, 5, 4)) == ""
    assert ZELLEB.why_closed(date(2025, 5, 6)) == "Rain Festival"


def test_somebody_must_work_some_day():
    with pytest.raises(ValueError, match="leaves one to work"):
        WorkingCalendar("nowhere", frozenset(range(1, 8)), {}, date(2025, 1, 1), date(2025, 12, 31))


@given(calendar=calendars(), first=days, last=days)
def test_working_days_between_are_those_of_counting_them_one_by_one(calendar, first, last):
    low, high = sorted((first, last))
    counted = sum(1 for n in range((high - low).days) if not calendar.why_closed(low + timedelta(days=n + 1)))
    assert abs(calendar.between(first, last)) == counted
    assert calendar.between(first, last) == -calendar.between(last, first)


@given(calendar=calendars(), day=days, number=st.integers(0, 30))
def test_so_many_days_on_is_so_many_days_away(calendar, day, number):
    later = calendar.plus(day, number)
    assert calendar.between(day, later) == number
    assert number == 0 or not calendar.why_closed(later)


@given(calendar=calendars(), day=days)
def test_the_first_working_day_has_none_before_it(calendar, day):
    found = calendar.on_or_after(day)
    assert not calendar.why_closed(found)
    assert all(calendar.why_closed(day + timedelta(days=n)) for n in range((found - day).days))


# Reminders

LADDER = Ladder(before=(5, 1), again_every=5)


def remind(due_on: date, today: date, place: str = "Zelleb"):
    one = Open(1, "A road is cut", "implement", "engineers", place, due_on)
    return reminders([one], {"Zelleb": ZELLEB, "general": ZELLEB}, LADDER, today, elsewhere="general")[0]


def test_what_falls_on_a_holiday_is_due_the_next_working_day_and_says_why():
    reminder = remind(date(2025, 5, 6), date(2025, 5, 5))
    assert (reminder.falls_on, reminder.moved_because) == (date(2025, 5, 7), "Rain Festival")
    assert (reminder.working_days_left, reminder.say_today) == (1, True)


@pytest.mark.parametrize(
    ("today", "left", "say"),
    [
        (date(2025, 5, 12), 7, False),
        (date(2025, 5, 14), 5, True),
        (date(2025, 5, 16), 4, False),  # a Friday: nobody is there to be told
        (date(2025, 5, 20), 1, True),
        (date(2025, 5, 21), 0, True),
        (date(2025, 5, 22), -1, True),
        (date(2025, 5, 25), -2, False),
        (date(2025, 5, 28), -5, True),
    ],
)
def test_the_ladder_is_climbed_in_working_days(today, left, say):
    reminder = remind(date(2025, 5, 21), today)
    assert (reminder.working_days_left, reminder.say_today, reminder.is_late) == (left, say, left < 0)


def test_what_was_due_before_a_weekend_is_late_on_the_weekend():
    reminder = remind(date(2025, 5, 1), date(2025, 5, 2))
    assert (reminder.is_late, reminder.say_today) == (True, False)


def test_a_time_whose_holidays_are_not_listed_says_so():
    assert remind(date(2025, 5, 21), date(2025, 5, 20)).holidays_known
    assert not remind(date(2026, 5, 21), date(2025, 5, 20)).holidays_known


def test_a_place_without_a_calendar_uses_the_general_one():
    assert remind(date(2025, 5, 6), date(2025, 5, 5), place="Volmesh").moved_because == "Rain Festival"


@given(st.lists(st.tuples(st.integers(1, 50), days), max_size=8), days)
def test_the_longest_overdue_comes_first_and_nothing_is_dropped(waiting, today):
    opens = [Open(number, "A road", "decide", "chief", "Zelleb", due_on) for number, due_on in waiting]
    told = reminders(opens, {"Zelleb": ZELLEB}, LADDER, today, elsewhere="Zelleb")
    assert len(told) == len(opens)
    assert [one.falls_on for one in told] == sorted(one.falls_on for one in told)
