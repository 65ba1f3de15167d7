"""Is a report filed once, kept in every version, graded, linked and settled by people, and never lost?"""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from bluehelm.disclosure import Label, Marking, Pass, Reader
from bluehelm.situation.reports import ReportError
from bluehelm.web.audit.models import Entry
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.reports import actions, forms, reads
from bluehelm.web.reports.actions import DeedError
from bluehelm.web.reports.content import content_of
from bluehelm.web.reports.models import Report, Version
from bluehelm.web.reports.presenters import report_json
from bluehelm.web.reports.reads import Filters
from tests.web.reports.conftest import MISSION, content, filed

pytestmark = pytest.mark.django_db


def test_a_report_sent_twice_by_one_browser_is_filed_once(cast):
    key = uuid4()
    first = actions.file_report(content=content(), label=MISSION, by=cast["sym-reporter"], draft_key=key)
    again = actions.file_report(content=content(), label=MISSION, by=cast["sym-reporter"], draft_key=key)
    assert first.pk == again.pk and Report.objects.count() == 1
    with pytest.raises(DeedError):  # and whoever may not read it does not learn that it is there
        actions.file_report(content=content(), label=MISSION, by=cast["oth-planner"], draft_key=key)


def test_unknown_stays_unknown_and_is_never_zero(cast):
    report = filed(cast["sym-reporter"], harm={"killed": {"all": [3, None], "women": [1, 1]}})
    said = report_json(report)["harm"]
    assert said == {"killed": {"persons": {"low": 3, "high": None}, "women": {"low": 1, "high": 1}}}
    assert "injured" not in said and report_json(report)["reliability"] is None


def test_everything_wrong_with_a_report_is_told_together(cast):
    wrong = content(type="gossip", latitude=91.0, narrative=" ", harm={"killed": {"all": [1, 1], "men": [4, 4]}})
    with pytest.raises(ReportError) as told:
        actions.file_report(content=wrong, label=MISSION, by=cast["sym-reporter"])
    assert len(told.value.problems) == 4 and not Report.objects.exists()


def test_what_two_people_wrote_at_once_is_kept_and_a_person_decides(cast):
    report = filed(cast["sym-reporter"])
    said = content_of(report)
    actions.edit_report(
        number=report.pk, expected_version=1, content=said | {"response": "A patrol went."}, by=cast["sym-jmac"]
    )
    later = said | {"response": "Nobody could go.", "place": "Zelleb market"}
    key = uuid4()
    for _ in range(2):  # a browser sends again when it does not hear the answer
        changed = actions.edit_report(
            number=report.pk, expected_version=1, content=later, by=cast["sym-reporter"], draft_key=key
        )
        assert changed.waiting
    report.refresh_from_db()
    assert report.response == "A patrol went." and report.place == "Zelleb"
    with pytest.raises(DeedError, match="every field"):
        actions.settle_version(
            number=report.pk, version=changed.waiting.pk, expected_version=2, taken={"place": "other"},
            by=cast["sym-jmac"],
        )  # fmt: skip
    settled = actions.settle_version(
        number=report.pk, version=changed.waiting.pk, expected_version=2,
        taken={"place": "other", "response": "now"}, by=cast["sym-jmac"],
    )  # fmt: skip
    assert (settled.place, settled.response) == ("Zelleb market", "A patrol went.")
    kept = list(Version.objects.filter(report=report).values_list("standing", "content__response"))
    assert kept == [
        ("kept", ""),
        ("kept", "A patrol went."),
        ("settled", "Nobody could go."),
        ("kept", "A patrol went."),
    ]


def test_grades_stand_apart_and_a_late_verification_is_marked(cast):
    jmac = cast["sym-jmac"]
    report = actions.file_report(
        content=content(100), label=MISSION, by=cast["sym-reporter"], received_at=timezone.now() - timedelta(hours=99)
    )
    report = actions.grade_report(number=report.pk, expected_version=1, reliability="A", credibility="5", by=jmac)
    with pytest.raises(DeedError, match="reason"):
        actions.verify_report(number=report.pk, expected_version=2, verification="verified", reason=" ", by=jmac)
    report = actions.verify_report(
        number=report.pk, expected_version=2, verification="verified", reason="Seen.", by=jmac
    )
    said = report_json(report)
    assert (said["reliability"], said["credibility"], said["verified_late"]) == ("A", "5", True)
    with pytest.raises(ChangedMeanwhileError):
        actions.grade_report(number=report.pk, expected_version=2, reliability="B", credibility="1", by=jmac)
    with pytest.raises(NotAllowedError):
        actions.grade_report(
            number=report.pk, expected_version=3, reliability="B", credibility="1", by=cast["sym-reporter"]
        )


def test_linked_reports_stay_and_the_event_counts_once(cast):
    jmac, first, second = cast["sym-jmac"], filed(cast["sym-reporter"]), filed(cast["sym-planner"], hours_ago=2)
    assert [other.pk for other, _pair in reads.near_reports(jmac, first)] == [second.pk]
    actions.link_reports(number=second.pk, expected_version=1, counted_as=first.pk, by=jmac)
    found = reads.report_list(jmac, Filters(), timezone.now()).found
    assert found.count() == 2 and reads.counted(found, found).count() == 1
    assert not reads.pairs_to_look_at(jmac, timezone.now() - timedelta(days=7))
    actions.unlink_report(number=second.pk, expected_version=2, reason="Another market.", by=jmac)
    actions.tell_apart(number=first.pk, expected_version=1, other=second.pk, reason="Another market.", by=jmac)
    assert reads.near_reports(jmac, Report.objects.get(pk=first.pk)) == []


def test_a_chain_of_duplicates_is_refused(cast):
    jmac = cast["sym-jmac"]
    one, two, three = (filed(cast["sym-reporter"]) for _ in range(3))
    actions.link_reports(number=two.pk, expected_version=1, counted_as=one.pk, by=jmac)
    with pytest.raises(DeedError, match="itself counted"):
        actions.link_reports(number=three.pk, expected_version=1, counted_as=two.pk, by=jmac)
    with pytest.raises(DeedError, match="unlink them first"):
        actions.link_reports(number=one.pk, expected_version=1, counted_as=three.pk, by=jmac)


def test_every_deed_leaves_a_version_and_an_audit_entry(cast):
    report = filed(cast["sym-reporter"])
    actions.grade_report(number=report.pk, expected_version=1, reliability="B", credibility="2", by=cast["sym-jmac"])
    deeds = list(Entry.objects.filter(kind="report", key=str(report.pk)).values_list("deed", flat=True))
    assert deeds == ["report.filed", "report.graded"]
    assert [one.deed for one in report.versions.all()] == deeds


def test_a_report_of_a_higher_marking_or_another_audience_is_as_none(cast, client_of):
    secret = filed(cast["sym-jmac"], label=Label(Marking.STRICTLY_CONFIDENTIAL, frozenset({"mission:UNSYM"})))
    for who in ("sym-viewer", "sym-planner", "oth-planner"):
        assert not reads.reports_shown_to(cast[who]).exists()
        client = client_of(who)
        assert client.get(f"/reports/{secret.pk}/").status_code == client.get("/reports/4711/").status_code == 404
    with pytest.raises(NotAllowedError):
        actions.file_report(
            content=content(), label=Label(Marking.UNCLASSIFIED, frozenset({"everyone"})), by=cast["sym-reporter"]
        )


def test_the_form_files_and_a_refused_form_keeps_what_was_typed(cast, client_of):
    client = client_of("sym-reporter")
    typed = {
        "type": "abduction", "from_at": "2026-11-01T09:30", "place": "Zelleb", "narrative": "Two traders were taken.",
        "precision": "2", "certainty": "day", "abducted": "2", "abducted_men": "1", "marking": "1",
        "audience": "mission:UNSYM",
    }  # fmt: skip
    refused = client.post("/reports/new/", typed | {"abducted": "many"})
    assert refused.status_code == 400 and "Two traders were taken." in refused.content.decode()
    answer = client.post("/reports/new/", typed)
    report = Report.objects.get()
    assert answer.headers["Location"] == f"/reports/{report.pk}/"
    assert report.harm == {"abducted": {"all": [2, 2], "men": [1, 1]}} and report.sort == "incident"
    assert client.get(f"/reports/{report.pk}/").status_code == 200
    edited = client.post(f"/reports/{report.pk}/edit/", typed | {"expected_version": "1", "place": "Zelleb north"})
    assert edited.status_code == 302
    later = client.post(f"/reports/{report.pk}/edit/", typed | {"expected_version": "1", "place": "Zelleb south"})
    assert "/versions/" in later.headers["Location"]
    both = client.get(later.headers["Location"]).content.decode()
    assert "Zelleb north" in both and "Zelleb south" in both


def test_a_place_that_is_renamed_takes_its_point_along_and_one_left_alone_stays_as_it_was_found(
    cast, client_of, monkeypatch
):
    known = {"Zelleb": (4.0, 30.0), "Ford": (5.0, 31.0)}
    monkeypatch.setattr(forms, "point_of", lambda name, _mission: known.get(name))
    client = client_of("sym-reporter")
    typed = {
        "type": "abduction", "from_at": "2026-11-01T09:30", "place": "Zelleb", "narrative": "Two traders were taken.",
        "precision": "2", "certainty": "day", "marking": "1", "audience": "mission:UNSYM",
    }  # fmt: skip
    client.post("/reports/new/", typed)
    report = Report.objects.get()
    at, shown = f"/reports/{report.pk}/edit/", {"latitude": "4.0", "longitude": "30.0"}
    client.post(at, typed | shown | {"expected_version": "1", "narrative": "Three traders were taken."})
    report.refresh_from_db()
    assert (report.placed_by, report.latitude) == ("gazetteer", 4.0)
    client.post(at, typed | shown | {"expected_version": "2", "place": "Ford"})
    report.refresh_from_db()
    assert (report.placed_by, report.latitude, report.longitude) == ("gazetteer", 5.0, 31.0)
    client.post(at, typed | {"expected_version": "3", "place": "Ford", "latitude": "5.1", "longitude": "31.0"})
    report.refresh_from_db()
    assert (report.placed_by, report.latitude) == ("map", 5.1)


def test_a_point_far_from_all_others_is_asked_about_once_and_kept_when_it_is_meant(cast, client_of):
    for number in range(reads.LEAST_KNOWN):
        filed(cast["sym-reporter"], latitude=4.0 + number / 100, longitude=30.0)
    client = client_of("sym-reporter")
    typed = {
        "type": "abduction", "from_at": "2026-11-01T09:30", "place": "Zelleb", "narrative": "Two traders were taken.",
        "precision": "2", "certainty": "day", "marking": "1", "audience": "mission:UNSYM", "latitude": "30.0",
        "longitude": "4.0",
    }  # fmt: skip
    asked = client.post("/reports/new/", typed)
    assert asked.status_code == 400 and "swapped" in asked.content.decode()
    assert 'name="point_meant" value="30.00000 4.00000"' in asked.content.decode()
    assert client.post("/reports/new/", typed | {"point_meant": "31.00000 4.00000"}).status_code == 400
    assert client.post("/reports/new/", typed | {"point_meant": "30.00000 4.00000"}).status_code == 302
    assert client.post("/reports/new/", typed | {"latitude": "5.5", "longitude": "31.0"}).status_code == 302


def test_what_reads_like_a_telephone_number_is_asked_about_once_and_kept_when_it_is_meant(cast, client_of):
    client, narrative = client_of("sym-reporter"), "Two traders were taken. Call +999 55 123 4567 or 0999-765 43 21."
    typed = {
        "type": "abduction", "from_at": "2026-11-01T09:30", "place": "Zelleb", "narrative": narrative,
        "precision": "2", "certainty": "day", "marking": "1", "audience": "mission:UNSYM",
    }  # fmt: skip
    asked = client.post("/reports/new/", typed)
    assert asked.status_code == 400 and "+999 55 123 4567; 0999-765 43 21" in asked.content.decode()
    assert narrative in asked.content.decode(), "nothing is changed of it"
    meant = re.search(r'name="numbers_meant" value="([^"]+)"', asked.content.decode())[1]
    other = typed | {"narrative": narrative.replace("4567", "4568"), "numbers_meant": meant}
    assert client.post("/reports/new/", other).status_code == 400, "another number is asked about again"
    assert client.post("/reports/new/", typed | {"numbers_meant": meant}).status_code == 302
    report = Report.objects.get()
    assert report.narrative == narrative
    changed = typed | {"place": "Ford", "expected_version": report.row_version}
    assert client.post(f"/reports/{report.pk}/edit/", changed).status_code == 302, "what is not touched is not asked of"
    assert client.post("/reports/new/", typed | {"narrative": "At 16:30, 12 of 340 houses burnt."}).status_code == 302


def test_what_was_opened_in_an_emergency_is_read_and_not_changed(cast):
    narrow = Label(Marking.UNCLASSIFIED, frozenset({"section:UNSYM/JMAC"}))
    report = filed(cast["sym-jmac"], label=narrow)
    head = cast["sym-head"]
    opened = replace(
        head, reader=Reader((*head.reader.passes, Pass(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))))
    )
    assert actions.readable_report(report.pk, opened) == report
    with pytest.raises(NotAllowedError, match="emergency"):
        actions.grade_report(number=report.pk, expected_version=1, reliability="A", credibility="1", by=opened)


def test_a_draft_of_one_report_is_not_taken_for_another(cast):
    by, one, other = cast["sym-reporter"], filed(cast["sym-reporter"]), filed(cast["sym-reporter"], hours_ago=200)
    key, said = uuid4(), content(place="Elsewhere")
    actions.edit_report(number=one.pk, expected_version=1, content=said, by=by, draft_key=key)
    with pytest.raises(DeedError, match="another report"):
        actions.edit_report(number=other.pk, expected_version=1, content=said, by=by, draft_key=key)
