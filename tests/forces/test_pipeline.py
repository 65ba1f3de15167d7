"""Does the board say where each unit stands, who holds the pen and what is stuck?"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.forces.pipeline import Entry, board, stage_times, stuck
from bluehelm.forces.supply import ForcesError

ON = date(2027, 3, 1)


@dataclass(frozen=True)
class Stage:
    name: str
    holder: str
    stuck_after_days: int


STAGES = (Stage("note", "headquarters", 30), Stage("visit", "contributor", 45), Stage("movement", "headquarters", 60))


def entry(unit="U1", stage="note", since=10, done=None, holder=None):
    """Entered so many days before ON, done so many days before ON."""
    ended = None if done is None else ON - timedelta(days=done)
    return Entry(unit, stage, ON - timedelta(days=since), ended, holder)


def test_a_unit_stands_in_its_open_stages_with_their_days_and_holder():
    (place,) = board([entry(since=50, done=20), entry(stage="visit", since=20)], STAGES, ON)
    assert place.days == {"note": 30, "visit": 20}
    assert [(wait.stage, wait.holder, wait.days, wait.is_stuck) for wait in place.waits] == [
        ("visit", "contributor", 20, False)
    ]
    assert place.to_come == ("movement",)


def test_waiting_longer_than_the_definition_says_is_stuck_and_the_longest_comes_first():
    places = board(
        [entry("U1", since=31), entry("U2", "visit", since=145, holder="host"), entry("U3", since=30)], STAGES, ON
    )
    assert [place.unit for place in places] == ["U2", "U1", "U3"]
    assert [(wait.unit, wait.holder, wait.days) for wait in stuck(places)] == [
        ("U2", "host", 145),
        ("U1", "headquarters", 31),
    ]


def test_a_unit_may_be_in_two_stages_at_once_and_one_that_waits_for_nothing_is_idle():
    both, idle = board([entry("U1"), entry("U1", "visit", since=5), entry("U2", since=9, done=1)], STAGES, ON)
    assert len(both.waits) == 2
    assert idle.is_idle
    assert not idle.has_arrived


def test_a_unit_with_every_stage_done_has_arrived():
    (place,) = board([entry(stage=stage.name, since=9, done=1) for stage in STAGES], STAGES, ON)
    assert place.has_arrived
    assert not place.is_idle


def test_the_board_of_an_earlier_day_does_not_know_what_came_later():
    entries = [entry(since=50, done=20), entry(stage="visit", since=20)]
    (place,) = board(entries, STAGES, ON - timedelta(days=30))
    assert [(wait.stage, wait.days) for wait in place.waits] == [("note", 20)]


def test_the_median_of_a_stage_counts_those_still_waiting():
    # two done after 10 and 20 days, two waiting for 100: half have finished after 20 days
    entries = [
        entry("U1", since=90, done=80),
        entry("U2", since=90, done=70),
        entry("U3", since=100),
        entry("U4", since=100),
    ]
    note, visit, _ = stage_times(entries, STAGES, ON)
    assert (note.waiting, note.stuck, note.finished, note.median_days) == (2, 2, 2, 20)
    assert (visit.waiting, visit.finished, visit.median_days) == (0, 0, None)
    assert stage_times([*entries, entry("U5", since=100)], STAGES, ON)[0].median_days is None


def test_contradictions_are_told_together():
    wrong = [entry(stage="parade"), entry(), entry(), replace(entry("U2"), done_on=date(2020, 1, 1))]
    with pytest.raises(ForcesError) as refusal:
        board(wrong, STAGES, ON)
    assert len(refusal.value.problems) == 3


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(STAGES), st.integers(0, 300)), unique_by=lambda t: t[:2]))
def test_every_unit_known_stands_on_the_board_once(drawn):
    entries = [entry(f"U{unit}", stage.name, since) for unit, stage, since in drawn]
    places = board(entries, STAGES, ON)
    assert sorted(place.unit for place in places) == sorted({one.unit for one in entries})
    assert sum(len(place.waits) for place in places) == len(entries)
