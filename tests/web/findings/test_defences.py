"""What does somebody who tries it on get to read or to change? Nothing beyond what the post gives."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from bluehelm.disclosure import Label, Marking, Pass, Reader
from bluehelm.spine import Recommendation
from bluehelm.store import Store
from bluehelm.store.store import VersionLabel
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings import actions, deeds
from bluehelm.web.findings.actions import FindingError
from bluehelm.web.findings.models import Finding
from bluehelm.web.findings.pages import possible_owners
from bluehelm.web.findings.presenters import finding_json
from bluehelm.web.posts.acting import NOBODY, NotAllowedError
from bluehelm.workflows.readers import tables_as_read_by
from tests.web.conftest import publish_events
from tests.web.findings.conftest import DAY, MISSION, PATROL_REPORT, ROW, TEXTS

SECRET = "zirkonblau"
PUBLIC = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM", "everyone"}))
JMAC = Label(Marking.STRICTLY_CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))


def signed_in(code: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=code))
    return client


# An emergency


@pytest.fixture
def opened(cast):
    """The planner, who broke the glass of another section, and a finding of that section."""
    label = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
    finding = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=label, by=cast["unsym-jmac"], on=DAY)
    planner = cast["unsym-planner"]
    glass = Pass(Marking.CONFIDENTIAL, label.releasable_to)
    return replace(planner, reader=Reader((*planner.reader.passes, glass))), finding


def test_broken_glass_reads_and_changes_nothing(opened):
    actor, finding = opened
    assert Finding.objects.readable_by(actor).get() == finding
    with pytest.raises(NotAllowedError, match="read, and not changed"):
        actions.add_evidence(number=finding.pk, expected_version=1, evidence=[PATROL_REPORT], by=actor)
    assert not any(deeds.may(actor, deed, finding) for deed in deeds.OF_FINDING)


# What was taken out before a release


@pytest.fixture
def released(chain):
    """A finding with a secret taken out of every word that was changed, then released to everyone."""
    texts = replace(TEXTS, statement=f"The source is {SECRET}.")
    chain.do(actions.edit_finding, "unsym-planner", texts=texts, reason=f"{SECRET} told us.")
    chain.do(actions.edit_finding, "unsym-planner", texts=TEXTS, reason=f"{SECRET} must not leave.")
    chain.recommend()
    chain.do(
        actions.decide, "unsym-chief", recommendation=1, outcome="rejected", why=f"{SECRET} is in danger.",
        on=date(2026, 3, 12),
    )  # fmt: skip
    chain.do(actions.reopen_recommendation, "unsym-chief", recommendation=1, reason=f"{SECRET} is safe.")
    chain.accept(on=None)
    chain.do(actions.relabel_finding, "unsym-head", label=PUBLIC, reason=f"{SECRET} agreed.")
    return chain


def test_a_release_does_not_give_away_what_was_edited_out(empty, released):
    page, data = f"/findings/{released.finding.pk}/", f"/api/findings/{released.finding.pk}/"
    for client in (Client(), signed_in("other-planner")):
        for address in (page, data):
            said = client.get(address)
            assert said.status_code == 200
            assert SECRET not in said.content.decode()
        assert "The rains begin in June." in client.get(page).content.decode()  # the decision that stands
    mine = signed_in("unsym-planner").get(data).content.decode()
    assert mine.count(SECRET) >= 6


def test_an_old_page_number_does_not_bring_back_what_was_edited_out(empty, released):
    typed = {"title": "Mine", "statement": "Mine.", "domain": "protection", "severity": "low", "confidence": "low",
             "mission": "UNSYM", "reason": "", "expected_version": 1}  # fmt: skip
    answer = signed_in("other-planner").post(reverse("findings:do", args=[released.finding.pk, "edit"]), typed)
    assert answer.status_code == 409
    assert SECRET not in answer.content.decode()


def test_who_was_shut_out_for_a_while_does_not_learn_why(empty, chain):
    narrow = Label(Marking.CONFIDENTIAL, MISSION.releasable_to)
    chain.do(actions.relabel_finding, "unsym-head", label=narrow, reason=f"{SECRET} is unsafe.")
    chain.do(actions.relabel_finding, "unsym-head", label=MISSION, reason=f"{SECRET} is safe.")
    data = f"/api/findings/{chain.finding.pk}/"
    assert SECRET not in signed_in("unsym-viewer").get(data).content.decode()
    assert SECRET in signed_in("unsym-planner").get(data).content.decode()


@pytest.mark.parametrize("who", ["unsym-viewer", None])
def test_whoever_does_not_see_who_reported_sees_no_account_at_all(empty, released, who):
    client = signed_in(who) if who else Client()
    shown = client.get(f"/api/findings/{released.finding.pk}/").json()
    assert {one["by"] for one in shown["history"]} == {None}
    assert {one["by"] for asked in shown["recommendations"] for one in asked["decisions"]} == {None}
    assert {one["post"] for one in shown["history"] if one["deed"].startswith("finding.")} == {None}
    assert shown["recommendations"][0]["decisions"][0]["post"] == "unsym-chief"


def test_outsiders_are_shown_no_account(empty, released):
    shown = finding_json(Finding.objects.get(), NOBODY)
    assert not {one["by"] for one in shown["history"]} - {None}


# Whose deed it is


def test_a_decision_is_not_undone_by_who_may_not_decide(chain):
    chain.recommend()
    chain.do(actions.decide, "unsym-chief", recommendation=1, outcome="rejected", why="No.", on=date(2026, 3, 12))
    with pytest.raises(NotAllowedError):
        chain.do(actions.reopen_recommendation, "unsym-planner", recommendation=1, reason="I disagree.")
    chain.do(actions.reopen_recommendation, "unsym-chief", recommendation=1, reason="Engineers came.")
    with pytest.raises(NotAllowedError):
        chain.do(actions.reschedule, "unsym-planner", recommendation=1, due_on=date(2027, 1, 1),
                 owner="unsym-engineers", reason="Later.")  # fmt: skip


def test_a_finding_that_ended_is_reopened_by_a_decider(chain):
    chain.do(actions.end_finding, "unsym-chief", how="overtaken", reason="The village moved.")
    with pytest.raises(NotAllowedError):
        chain.do(actions.reopen_finding, "unsym-planner", reason="I disagree.")


def test_only_the_raiser_s_post_or_a_decider_changes_what_a_finding_says(chain):
    changed = replace(TEXTS, severity="low")
    with pytest.raises(NotAllowedError, match="raised it"):
        chain.do(actions.edit_finding, "unsym-engineers", texts=changed)
    assert not deeds.may(chain.cast["unsym-engineers"], deeds.ALL["edit"], chain.finding)
    chain.do(actions.edit_finding, "unsym-chief", texts=changed)


def test_a_finding_once_decided_about_is_not_merged_away_after_reopening(chain, planner):
    other = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=planner, on=DAY)
    chain.recommend()
    chain.accept()
    chain.do(actions.end_recommendation, "unsym-chief", recommendation=1, how="overtaken", reason="Built.")
    chain.do(actions.reopen_recommendation, "unsym-chief", recommendation=1, reason="Not built.")
    with pytest.raises(FindingError, match="decided"):
        chain.do(actions.merge_findings, "unsym-planner", into=other.pk, kept="Everything.")


# Labels


@pytest.mark.parametrize("audience", [frozenset(), frozenset({"mission:UNYSM"})])
def test_a_finding_is_not_hidden_from_who_relabels_it(chain, audience):
    with pytest.raises(FindingError, match="could not read"):
        label = Label(Marking.UNCLASSIFIED, audience)
        chain.do(actions.relabel_finding, "unsym-head", label=label, reason="A slip.")
    assert chain.finding.label == MISSION


def test_to_address_all_missions_takes_the_right_to_release(planner):
    wide = Label(Marking.UNCLASSIFIED, frozenset({"missions"}))
    with pytest.raises(NotAllowedError, match="missions"):
        actions.raise_finding(texts=TEXTS, evidence=[ROW], label=wide, by=planner, on=DAY)


def test_keeping_two_apart_does_not_name_the_hidden_one(empty, chain, cast):
    hidden = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=JMAC, by=cast["unsym-jmac"], on=DAY)
    chain.do(actions.keep_apart, "unsym-jmac", other=hidden.pk, reason=f"The other is of {SECRET}.")
    last = finding_json(Finding.objects.get(pk=chain.finding.pk), cast["unsym-planner"])["history"][-1]
    assert (last["deed"], last["reason"], last["fields"]) == ("finding.kept_apart", None, {})
    assert SECRET not in "".join(f"{one.detail}{one.reason}" for one in Entry.objects.all())


# Reads, tables and owners


@pytest.mark.parametrize(
    ("version", "evidence", "status"), [(1, "", 400), (1, "Nothing that can be read", 400), (9, "document: x", 409)]
)
def test_a_refused_form_is_a_read_of_the_finding(empty, cast, version, evidence, status):
    label = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"}))
    finding = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=label, by=cast["unsym-planner"], on=DAY)
    typed = {"expected_version": version, "evidence": evidence}
    answer = signed_in("unsym-chief").post(reverse("findings:do", args=[finding.pk, "cite"]), typed)
    assert answer.status_code == status
    assert Entry.objects.filter(deed="record.read", by="unsym-chief", key=str(finding.pk)).count() == 1


@pytest.mark.parametrize("who", ["unsym-planner", None])
def test_rows_and_digests_of_a_version_go_to_its_own_readers(settings, tmp_path, cast, who):
    settings.BLUEHELM_HOME = tmp_path / "restricted"
    publish_events(settings.BLUEHELM_HOME, DAY, label=VersionLabel("unclassified", ("mission:UNSYM",)))
    row = replace(ROW, sha256=Store(settings.BLUEHELM_HOME).versions("events")[0].sha256)
    finding = actions.raise_finding(texts=TEXTS, evidence=[row], label=PUBLIC, by=cast["unsym-head"], on=DAY)
    actions.add_evidence(number=finding.pk, expected_version=1, evidence=[replace(row, key="SYN7")],
                         by=cast["unsym-head"])  # fmt: skip
    client = signed_in(who) if who else Client()
    page, data = (client.get(f"{at}/findings/{finding.pk}/").content.decode() for at in ("", "/api"))
    listed = client.get("/api/findings/").content.decode()
    for said, told in ((page, row.key), (page, "/events/1/"), (data, row.key), (data, "SYN7"), (data, row.sha256),
                       (listed, row.sha256)):  # fmt: skip
        assert (told in said) == bool(who), told
    assert "events version 1" in page


def test_owners_to_choose_from_are_posts_that_the_actor_is_shown(cast):
    both = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM", "mission:UNOTH"}))
    finding = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=both, by=cast["unsym-head"], on=DAY)
    codes = {post.code for post in possible_owners(finding, cast["unsym-planner"])()}
    assert "unsym-engineers" in codes
    assert "other-planner" not in codes


def test_what_was_opened_in_one_post_is_not_done_in_another(empty, chain):
    client, number = signed_in("unsym-planner"), chain.finding.pk
    typed = {"expected_version": 1, "evidence": "document: Patrol report 9", "acting_post": "unsym-jmac"}
    address = reverse("findings:do", args=[number, "cite"])
    answer = client.post(address, typed)
    assert (answer.status_code, chain.version) == (400, 1)
    assert "You opened this as unsym-jmac" in answer.content.decode()
    form = next(one.form for one in answer.context["it"].deeds if one.deed.verb == "cite")
    assert client.post(address, form.data).status_code == 302
    assert b'name="acting_post" value="unsym-planner"' in client.get(f"/findings/{number}/").content


# Too much of anything


@pytest.mark.parametrize("text", ["w " * 1500, "w" * 5000, "%00"])
def test_too_long_a_search_is_a_refusal(empty, chain, text):
    client = signed_in("unsym-planner")
    assert client.get(f"/findings/?text={text}").status_code == 400
    answer = client.get(f"/api/findings/?text={text}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("digits", [30, 5000])
@pytest.mark.parametrize("verb", ["recommend", "decide", "merge"])
def test_numbers_of_any_length_are_refused_and_not_an_error(empty, chain, digits, verb):
    huge = "9" * digits
    typed = {"expected_version": 1, "recommendation": huge, "cost_usd": huge, "into": huge, "kept": "All.",
             "text": "Do it.", "owner": "unsym-engineers", "due_on": "2030-01-01", "outcome": "accepted",
             "why": "Yes."}  # fmt: skip
    answer = signed_in("unsym-chief").post(reverse("findings:do", args=[chain.finding.pk, verb]), typed)
    assert (answer.status_code, chain.version) == (400, 1)


@pytest.mark.parametrize(("due_on", "cost"), [(date(9999, 12, 31), 1), (date(2030, 1, 1), 10**30)])
def test_days_and_costs_beyond_reason_are_refused(chain, due_on, cost):
    what = Recommendation("Do it.", "unsym-engineers", due_on, cost)
    with pytest.raises(FindingError):
        chain.do(actions.recommend, "unsym-planner", what=what)


def test_tables_are_hidden_where_nobody_reads(settings, tmp_path, chain):
    settings.BLUEHELM_HOME = tmp_path / "one"
    publish_events(settings.BLUEHELM_HOME, DAY)
    for reader, sha256 in ((chain.cast["unsym-planner"].reader, ROW.sha256), (Reader(()), None)):
        with tables_as_read_by(lambda reader=reader: reader):
            shown = finding_json(chain.finding, chain.cast["unsym-planner"])
        assert shown["evidence"][0]["sha256"] == sha256
