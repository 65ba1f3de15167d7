"""Are reads of restricted records written, once, and with a reason where one is asked?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluehelm.definitions.audit import parse_read_rules
from bluehelm.definitions.packaged import packaged_text
from bluehelm.web.audit import reads
from bluehelm.web.audit.chain import verify
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.audit.models import Entry
from bluehelm.web.audit.reads import ReasonAskedError, Wanted, append_read, entries_for, reason_is_asked

pytestmark = pytest.mark.django_db

OPEN, CONFIDENTIAL, STRICT = 0, 1, 2
WHY = "the monthly protection review"


class Auditor:
    """An actor that may read entries up to a marking."""

    def __init__(self, reach: int) -> None:
        self.reach = reach

    def may(self, deed, kind, marking=0):
        return (deed, kind) == ("read", "audit_entry") and marking <= self.reach


def read(**changed):
    return append_read(**{"kind": "case", "keys": ["7"], "by": "analyst", "marking": CONFIDENTIAL} | changed)


def test_the_packaged_rules_are_strict_about_what_they_do_not_name():
    rules = parse_read_rules(packaged_text("audit.yaml"), "audit.yaml")
    assert rules.of("whatever comes").writes(CONFIDENTIAL)
    assert not rules.of("whatever comes").writes(OPEN)
    assert rules.of("whatever comes").asks(STRICT)
    assert not rules.of("finding").asks(STRICT)


def test_a_read_of_an_open_record_leaves_no_entry():
    assert read(marking=OPEN) is None
    assert not Entry.objects.exists()


def test_a_read_of_a_restricted_record_leaves_one():
    entry = read(post="JMAC-1", audience="mission:UNXX")
    assert (entry.deed, entry.kind, entry.key, entry.post) == ("record.read", "case", "7", "JMAC-1")
    assert (entry.marking, entry.audience) == (CONFIDENTIAL, "mission:UNXX")


def test_a_list_that_was_read_is_one_entry_that_names_each_record_once():
    entry = read(keys=["9", "7", "9"])
    assert (entry.key, entry.detail) == ("", '{"keys":["7","9"]}')
    assert read(keys=[]) is None


def test_a_record_is_not_shown_without_the_reason_that_is_asked():
    assert reason_is_asked("case", STRICT)
    for reason in ("", "  "):
        with pytest.raises(ReasonAskedError):
            read(marking=STRICT, reason=reason)
    assert not Entry.objects.exists()
    assert read(marking=STRICT, reason=WHY).reason == WHY


def test_the_same_read_is_written_again_only_after_a_while(monkeypatch):
    assert read() is not None
    assert read() is None
    assert read(by="another") is not None
    assert read(keys=["8"]) is not None
    assert read(reason=WHY) is not None
    later = timezone.now() + timedelta(minutes=reads.read_rules().again_after_minutes, seconds=1)
    monkeypatch.setattr("bluehelm.web.audit.reads.timezone.now", lambda: later)
    assert read() is not None
    assert verify(entry.link for entry in Entry.objects.all()).holds


def test_an_auditor_reads_entries_as_far_as_the_marking_reaches():
    for marking in (OPEN, CONFIDENTIAL, STRICT):
        append_entry(deed="case.opened", kind="case", key=str(marking), by="analyst", marking=marking)
    for reach in (OPEN, CONFIDENTIAL, STRICT):
        shown = entries_for(Auditor(reach)).filter(kind="case")
        assert [entry.key for entry in shown] == [str(marking) for marking in range(reach + 1)]
    assert not entries_for(Auditor(-1)).exists()


@pytest.fixture
def some_entries():
    append_entry(deed="finding.raised", kind="finding", key="7", by="analyst")
    append_entry(deed="findings.merged", kind="finding", key="8", by="planner")
    read(kind="finding", keys=["7"], by="planner")
    read(kind="finding", keys=["6", "7"], by="planner")
    read(kind="finding", keys=["77", "8"], by="planner")


def numbers(**wanted) -> list[int]:
    return [entry.sequence for entry in Wanted(**wanted).among(entries_for(Auditor(STRICT)))]


def test_entries_are_asked_for_by_deed_person_record_and_day(some_entries):
    today = timezone.now().date()
    day = timedelta(days=1)
    assert numbers() == [6, 5, 4, 3, 2, 1]
    assert numbers(deed="finding") == [2]
    assert numbers(deed="finding.raised") == [2]
    assert numbers(by="planner") == [6, 5, 4, 3]
    assert numbers(kind="finding", key="7") == [5, 4, 2]
    assert numbers(from_on=today, until_on=today) == [6, 5, 4, 3, 2, 1]
    assert numbers(from_on=today + day) == numbers(until_on=today - day) == []
