"""Is every duty due on the days its rule says, and moved off closed days as it says?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.definitions import DefinitionError
from bluehelm.definitions.finding_rules import parse_working_calendars
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.rhythm import Duty, all_due, due_days, parse_rhythm
from bluehelm.definitions.rights import parse_rights
from bluehelm.spine.working_days import WorkingCalendar

RHYTHM = parse_rhythm(packaged_text("rhythm.yaml"), "rhythm.yaml")
CALENDARS = parse_working_calendars(packaged_text("findings/working_calendars.yaml"), "c").by_place()
GENERAL = CALENDARS["general"]
ALWAYS_OPEN = WorkingCalendar("nowhere", frozenset(), {}, date(2020, 1, 1), date(2030, 1, 1))
SINCE = date(2024, 1, 1)
days = st.dates(date(2024, 1, 1), date(2029, 12, 31))


def duty(name):
    return next(duty for duty in RHYTHM.duties if duty.duty == name)


def days_due(name, first, last, calendar=ALWAYS_OPEN, anchored=()):
    return [due.due_on for due in due_days(duty(name), first, last, since=SINCE, calendar=calendar, anchored=anchored)]


def test_every_duty_is_some_roles():
    roles = set(parse_rights(packaged_text("rights.yaml"), "rights.yaml").codes)
    assert {duty.role for duty in RHYTHM.duties} <= roles


def test_the_field_s_rhythm_is_all_there():
    january = date(2026, 1, 1)
    whole_year = (january, date(2026, 12, 31))
    assert len(days_due("daily-report", *whole_year)) == 365
    assert len(days_due("leadership-meeting", *whole_year)) == 53
    assert len(days_due("monthly-strength", *whole_year)) == 12
    assert days_due("quarterly-indicators", *whole_year) == [date(2026, month, 15) for month in (1, 4, 7, 10)]
    assert days_due("half-yearly-assessment", *whole_year) == [date(2026, 5, 15), date(2026, 11, 15)]
    assert days_due("budget-performance", *whole_year) == [date(2026, 9, 1)]


def test_options_for_renewal_are_due_120_days_before_the_mandate_ends():
    ends = date(2026, 11, 14)
    assert days_due("renewal-options", date(2026, 7, 1), date(2026, 7, 31), anchored=[ends]) == [ends - timedelta(120)]


def test_without_its_date_an_anchored_duty_is_not_due():
    assert days_due("renewal-options", date(2026, 1, 1), date(2026, 12, 31)) == []


def test_a_duty_moves_off_a_closed_day_as_it_says():
    saturday, monday, friday = date(2026, 9, 5), date(2026, 9, 7), date(2026, 8, 28)
    assert days_due("monthly-strength", saturday, monday, GENERAL) == [monday]
    ends = date(2026, 8, 30) + timedelta(120)  # a Sunday, 120 days later
    assert days_due("renewal-options", friday, saturday, GENERAL, [ends]) == [friday]


@given(st.sampled_from(RHYTHM.duties), days, st.integers(0, 60), st.lists(days, max_size=3))
def test_what_is_due_lies_in_the_window_and_on_a_working_day(duty, first, length, anchored):
    last = first + timedelta(days=length)
    found = due_days(duty, first, last, since=SINCE, calendar=GENERAL, anchored=anchored)
    assert found == sorted(found)
    assert len({due.due_on for due in found}) == len(found)
    for due in found:
        assert first <= due.due_on <= last
        assert duty.on_a_closed_day == "same" or not GENERAL.why_closed(due.due_on)


@given(days, st.integers(0, 40), st.integers(0, 40))
def test_two_windows_side_by_side_hold_what_the_whole_holds(first, one, other):
    middle, last = first + timedelta(days=one), first + timedelta(days=one + other + 1)
    anchored = {"mandate-ends": [date(2026, 11, 14)], "council-report": [date(2026, 3, 1)]}

    def due(a, b):
        return all_due(RHYTHM, a, b, calendar=GENERAL, anchored=anchored)

    assert sorted(due(first, middle) + due(middle + timedelta(days=1), last)) == due(first, last)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rule: FREQ=DAILY", "rule: FREQ=SOMETIMES", "rule"),
        ("rule: FREQ=DAILY", "rule: FREQ=DAILY;COUNT=3", "not with DTSTART, COUNT or UNTIL"),
        ("rule: FREQ=DAILY", "days: 3", "one of the two"),
        ("anchor: council-report\n    days: -42", "anchor: council-raport\n    days: -42", "not among the anchors"),
        ("duty: protection-meeting", "duty: daily-report", "listed twice"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(old, new, said):
    text = packaged_text("rhythm.yaml")
    assert old in text
    with pytest.raises(DefinitionError, match=said):
        parse_rhythm(text.replace(old, new, 1), "rhythm.yaml")


def test_a_duty_names_its_rule_or_its_anchor():
    fields = {"duty": "x", "title": "X", "what": "x", "asked_by": "x", "role": "planner", "on_a_closed_day": "next"}
    with pytest.raises(ValueError, match="one of the two"):
        Duty(**fields)
