"""Does every deed ask for rights, reasons and evidence, and does it leave exactly one change and one audit entry?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from bluehelm import spine
from bluehelm.disclosure import Label, Marking
from bluehelm.spine import ChainError, NotObservable, NotPossibleError, Recommendation, RecordRef, State
from bluehelm.spine.course import standing
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings import actions
from bluehelm.web.findings.actions import FindingError
from bluehelm.web.findings.models import Change, Finding
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from tests.web.findings.conftest import DAY, MISSION, PATROL_REPORT, ROW, TEXTS

STRICT = Label(Marking.STRICTLY_CONFIDENTIAL, frozenset({"mission:UNSYM"}))


def entries(finding: Finding) -> list[Entry]:
    return list(Entry.objects.filter(kind="finding", key=str(finding.pk)).order_by("sequence"))


def test_a_finding_goes_the_whole_way(chain):
    assert chain.state == "raised"
    chain.recommend()
    assert chain.state == "recommended"
    chain.accept()
    assert chain.state == "accepted"
    chain.start()
    assert chain.state == "under-way"
    chain.finish_steps()
    chain.finish()
    assert chain.state == "implemented"
    effect = chain.read_effect()
    assert chain.state == "closed"
    assert effect.reading == "6.1"


def test_every_deed_leaves_one_change_and_one_entry(chain):
    chain.recommend()
    chain.accept()
    chain.start()
    chain.finish_steps()
    chain.finish()
    chain.read_effect()
    changes = list(Change.objects.filter(finding=chain.finding))
    assert [change.row_version for change in changes] == list(range(1, len(changes) + 1))
    assert [entry.deed for entry in entries(chain.finding)] == [change.deed for change in changes]
    assert changes[-1].deed == "effect.read"
    assert {entry.marking for entry in entries(chain.finding)} == {0}


def test_the_audit_holds_no_free_text_of_a_finding(chain):
    texts = replace(TEXTS, statement="Words that belong in the record alone.", severity="critical")
    chain.do(actions.edit_finding, "unsym-planner", texts=texts)
    last = entries(chain.finding)[-1]
    assert "alone" not in last.detail
    assert '"severity":"critical"' in last.detail.replace(" ", "")
    assert "statement" in last.detail


def test_a_refused_deed_leaves_nothing(chain):
    before = (chain.version, Change.objects.count(), Entry.objects.count())
    with pytest.raises(FindingError):
        chain.recommend(due_on=date(2026, 3, 1))
    assert (chain.version, Change.objects.count(), Entry.objects.count()) == before


# Rights


@pytest.mark.parametrize("who", ["unsym-viewer", "auditor"])
def test_whoever_may_not_create_cannot_raise(cast, who):
    with pytest.raises(NotAllowedError):
        actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=cast[who])


def test_nobody_raises_above_what_the_post_may_create(cast, planner):
    with pytest.raises(NotAllowedError):
        actions.raise_finding(texts=TEXTS, evidence=[ROW], label=STRICT, by=planner)
    actions.raise_finding(texts=TEXTS, evidence=[ROW], label=STRICT, by=cast["unsym-jmac"])


def test_another_mission_learns_nothing_not_even_that_it_exists(chain, cast):
    texts = set()
    for number in (chain.finding.pk, chain.finding.pk + 1000):
        with pytest.raises(NotAllowedError) as refusal:
            actions.edit_finding(number=number, expected_version=1, texts=TEXTS, by=cast["other-planner"])
        texts.add(str(refusal.value))
    assert len(texts) == 1
    assert not Finding.objects.readable_by(cast["other-planner"]).exists()


def test_to_address_others_takes_the_right_to_release(cast, planner):
    wider = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM", "headquarters"}))
    with pytest.raises(NotAllowedError, match="headquarters"):
        actions.raise_finding(texts=TEXTS, evidence=[ROW], label=wider, by=planner)
    assert actions.raise_finding(texts=TEXTS, evidence=[ROW], label=wider, by=cast["unsym-head"]).pk


def test_to_address_everyone_takes_the_right_to_release(planner):
    with pytest.raises(NotAllowedError, match="everyone"):
        actions.raise_finding(
            texts=TEXTS, evidence=[ROW], label=Label(Marking.UNCLASSIFIED, frozenset({"everyone"})), by=planner
        )


def test_a_finding_for_nobody_is_refused(planner):
    with pytest.raises(FindingError, match="nobody"):
        actions.raise_finding(texts=TEXTS, evidence=[ROW], label=Label(Marking.UNCLASSIFIED, frozenset()), by=planner)


def test_only_who_may_decide_decides(chain, cast):
    chain.recommend()
    with pytest.raises(NotAllowedError):
        chain.do(actions.decide, "unsym-planner", recommendation=1, outcome="accepted", why="I like it.")
    assert chain.state == "recommended"


def test_only_the_owner_or_a_decider_reports_progress(chain):
    chain.recommend()
    chain.accept()
    with pytest.raises(NotAllowedError, match="owner"):
        chain.do(
            actions.start_action,
            "unsym-planner",
            recommendation=1,
            steps=["Survey"],
            look_for=NotObservable("nobody will count"),
        )
    chain.start()


def test_only_who_may_release_changes_the_label(chain):
    label = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"}))
    with pytest.raises(NotAllowedError):
        chain.do(actions.relabel_finding, "unsym-chief", label=label, reason="It names a place.")
    chain.do(actions.relabel_finding, "unsym-head", label=label, reason="It names a place.")
    assert chain.finding.marking == 1
    assert not Finding.objects.readable_by(chain.cast["unsym-viewer"]).exists()


def test_an_owner_is_not_shut_out_of_what_it_owns(chain):
    chain.recommend()
    label = Label(Marking.STRICTLY_CONFIDENTIAL, frozenset({"mission:UNSYM"}))
    with pytest.raises(FindingError, match="unsym-engineers could not read"):
        chain.do(actions.relabel_finding, "unsym-head", label=label, reason="It names a source.")


# Reasons and evidence


def test_nothing_is_decided_without_a_reason(chain):
    chain.recommend()
    with pytest.raises(ChainError, match="reason"):
        chain.do(actions.decide, "unsym-chief", recommendation=1, outcome="rejected", why="  ")
    assert chain.state == "recommended"


def test_a_modified_recommendation_says_what_to(chain):
    chain.recommend()
    with pytest.raises(ChainError, match="modified"):
        chain.do(actions.decide, "unsym-chief", recommendation=1, outcome="modified", why="Too dear.")
    decision = chain.do(
        actions.decide,
        "unsym-chief",
        recommendation=1,
        outcome="modified",
        why="Too dear.",
        modified_to="A ferry instead of a bridge.",
    )
    assert (chain.state, decision.modified_to) == ("accepted", "A ferry instead of a bridge.")


def test_nothing_is_done_without_evidence(chain):
    chain.recommend()
    chain.accept()
    chain.start()
    with pytest.raises(ChainError, match="evidence"):
        chain.do(actions.finish_step, "unsym-engineers", recommendation=1, step=1, evidence=[])
    chain.finish_steps()
    with pytest.raises(ChainError, match="evidence"):
        chain.do(actions.finish_action, "unsym-engineers", recommendation=1, extent="in full", evidence=[])
    assert chain.state == "under-way"


def test_open_steps_leave_it_done_in_part_only(chain):
    chain.recommend()
    chain.accept()
    chain.start()
    with pytest.raises(ChainError, match="still open"):
        chain.finish()
    chain.finish(extent="in part")
    assert chain.state == "partially-implemented"
    chain.finish_steps(on=date(2026, 5, 29))
    assert chain.state == "partially-implemented"
    chain.finish(on=date(2026, 6, 2))
    assert chain.state == "implemented"


def test_an_action_begins_with_a_measurement_or_a_reason_for_none(chain):
    chain.recommend()
    chain.accept()
    with pytest.raises(ChainError, match="cannot be seen"):
        chain.start(look_for=NotObservable(" "))
    chain.start(look_for=NotObservable("A road that nobody has to clear is seen by nobody."))
    chain.finish_steps()
    chain.finish()
    assert chain.state == "closed"


def test_a_reading_that_cannot_be_had_says_why(chain):
    chain.recommend()
    chain.accept()
    chain.start()
    chain.finish_steps()
    chain.finish()
    effect = chain.do(
        actions.give_up_reading, "unsym-planner", recommendation=1, why="The patrol reports of the year were lost."
    )
    assert (chain.state, effect.reading) == ("closed", "")


# Time


def test_the_future_is_refused(chain):
    with pytest.raises(FindingError, match="has not come yet"):
        chain.recommend(on=timezone.now().date() + timedelta(days=2), due_on=date(2030, 1, 1))


def test_a_decision_does_not_come_before_its_recommendation(chain):
    chain.recommend()
    with pytest.raises(FindingError, match="recommended on"):
        chain.accept(on=date(2026, 3, 4))


# Other endings, and beginning again


def test_a_rejected_recommendation_is_decided_anew_after_reopening(chain):
    chain.recommend()
    chain.do(
        actions.decide, "unsym-chief", recommendation=1, outcome="rejected", why="No engineers.", on=date(2026, 3, 12)
    )
    assert chain.state == "rejected"
    chain.do(
        actions.reopen_recommendation, "unsym-chief", recommendation=1, reason="Engineers came.", on=date(2026, 4, 1)
    )
    assert chain.state == "recommended"
    chain.accept(on=date(2026, 4, 3))
    recommendation = chain.finding.recommendations.get()
    assert [decision.outcome for decision in recommendation.decisions.all()] == ["rejected", "accepted"]
    assert recommendation.decision.outcome == "accepted"


@pytest.mark.parametrize("how", ["overtaken", "superseded"])
def test_what_ended_with_its_finding_comes_back_with_it(chain, planner, how):
    chain.recommend()
    chain.accept()
    other = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=planner, on=DAY)
    named = {"superseded_by": other.pk} if how == "superseded" else {}
    chain.do(actions.end_finding, "unsym-chief", how=how, reason="The village moved.", **named)
    assert (chain.state, chain.finding.recommendations.get().state) == (how, how)
    chain.do(actions.reopen_finding, "unsym-chief", reason="It moved back.")
    assert (chain.state, chain.finding.recommendations.get().state) == ("recommended", "recommended")
    assert chain.finding.superseded_by is None


def test_what_was_closed_is_not_overtaken_afterwards(chain):
    chain.recommend()
    chain.do(actions.decide, "unsym-chief", recommendation=1, outcome="rejected", why="No.")
    with pytest.raises(FindingError, match="nothing left to end"):
        chain.do(actions.end_finding, "unsym-chief", how="overtaken", reason="The village moved.")


def test_a_recommendation_alone_can_be_overtaken(chain):
    chain.recommend()
    chain.recommend()
    chain.do(actions.end_recommendation, "unsym-chief", recommendation=1, how="overtaken", reason="Built by others.")
    assert chain.state == "recommended"
    assert [one.state for one in chain.finding.recommendations.all()] == ["overtaken", "recommended"]


def test_reopening_takes_a_reason_and_something_that_ended(chain):
    with pytest.raises(FindingError, match="Say why"):
        chain.do(actions.reopen_finding, "unsym-chief", reason="")
    with pytest.raises(NotPossibleError, match="possible now"):
        chain.do(actions.reopen_finding, "unsym-chief", reason="Once more.")


def test_merging_keeps_both_and_can_be_undone(chain, planner):
    other = actions.raise_finding(
        texts=replace(TEXTS, title="Volmesh cannot be reached in the rains"), evidence=[PATROL_REPORT],
        label=MISSION, by=planner, on=DAY,
    )  # fmt: skip
    with pytest.raises(FindingError, match="kept"):
        chain.do(actions.merge_findings, "unsym-planner", into=other.pk, kept="")
    chain.do(actions.merge_findings, "unsym-planner", into=other.pk, kept="The count of days is added there.")
    other.refresh_from_db()
    assert chain.state == "merged"
    assert (chain.finding.title, chain.finding.evidence.count()) == (TEXTS.title, 1)
    assert (other.state, other.evidence.count()) == ("raised", 1)
    chain.do(actions.unmerge_finding, "unsym-planner", reason="Two roads, not one.")
    assert (chain.state, chain.finding.merged_into) == ("raised", None)


def test_a_finding_that_was_decided_about_is_not_merged_away(chain, planner):
    other = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=planner, on=DAY)
    chain.recommend()
    chain.accept()
    with pytest.raises(FindingError, match="decided"):
        chain.do(actions.merge_findings, "unsym-planner", into=other.pk, kept="Everything.")


def test_a_merged_finding_cannot_swallow_another(chain, planner):
    other = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=planner, on=DAY)
    third = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=planner, on=DAY)
    chain.do(actions.merge_findings, "unsym-planner", into=other.pk, kept="Everything.")
    with pytest.raises(FindingError, match="merged"):
        actions.merge_findings(number=third.pk, into=chain.finding.pk, expected_version=1, kept="All.", by=planner)


# Software proposes, people raise


def proposal(**changed) -> spine.Finding:
    facts = {
        "title": "Deployments for March 2026 are missing",
        "statement": "The latest map is of January 2026.",
        "domain": "data",
        "severity": "low",
        "confidence": "high",
        "evidence": (ROW,),
        "on": DAY,
        "mission": "UNSYM",
        "proposed_by": "system:quality",
    }
    return spine.Finding(**(facts | changed))


def propose(key: str = "deployments:2026-03", **changed) -> Finding:
    return actions.propose_finding(found=proposal(**changed), key=key, label=MISSION)


def test_software_proposes_once_and_a_person_raises(cast, planner):
    first = propose()
    assert propose().pk == first.pk
    assert Finding.objects.count() == 1
    assert (first.state, first.raised_by) == ("proposed", "")
    actions.raise_proposal(number=first.pk, expected_version=1, by=planner)
    first.refresh_from_db()
    assert (first.state, first.raised_by, first.proposed_by) == ("raised", "unsym-planner", "system:quality")


def test_new_evidence_is_added_to_an_open_proposal_only(planner):
    first = propose()
    newer = replace(ROW, version=2)
    propose(evidence=(ROW, newer))
    assert {one.ref for one in first.evidence.all()} == {ROW, newer}
    first.refresh_from_db()
    actions.dismiss_proposal(number=first.pk, expected_version=first.row_version, reason="Known.", by=planner)
    propose(evidence=(replace(ROW, version=3),))
    assert first.evidence.count() == 2


def test_a_person_cannot_pose_as_software(planner):
    with pytest.raises(ChainError, match="Software proposes"):
        proposal(proposed_by="a person")
    with pytest.raises(FindingError, match="Only software"):
        actions.propose_finding(found=proposal(proposed_by="", raised_by="somebody"), key="a", label=MISSION)


def test_a_dismissed_proposal_can_be_reopened_by_whoever_stands_behind_it(planner, chief):
    first = propose()
    actions.dismiss_proposal(number=first.pk, expected_version=1, reason="Known.", by=planner)
    actions.reopen_finding(number=first.pk, expected_version=2, reason="Not known after all.", by=chief)
    first.refresh_from_db()
    assert (first.state, first.raised_by) == ("raised", "unsym-chief")


# Two people at once


def test_a_stale_change_is_refused_and_carries_what_stands(chain, planner):
    seen = chain.version
    chain.do(actions.edit_finding, "unsym-planner", texts=replace(TEXTS, severity="critical"))
    with pytest.raises(ChangedMeanwhileError) as refusal:
        actions.edit_finding(
            number=chain.finding.pk, expected_version=seen, texts=replace(TEXTS, severity="low"), by=planner
        )
    assert refusal.value.current.severity == "critical"
    assert Finding.objects.get().severity == "critical"


def test_a_change_further_down_the_chain_makes_an_older_page_stale(chain, planner):
    seen = chain.version
    chain.recommend()
    with pytest.raises(ChangedMeanwhileError):
        actions.edit_finding(
            number=chain.finding.pk, expected_version=seen, texts=replace(TEXTS, severity="low"), by=planner
        )


# Waiting, due days, evidence


def test_waits_are_dated_and_end_with_what_waited(chain):
    chain.recommend()
    chain.accept()
    wait = chain.do(
        actions.begin_wait,
        "unsym-engineers",
        recommendation=1,
        cause="lift",
        party="Movement control",
        on=date(2026, 3, 15),
    )
    chain.do(actions.end_wait, "unsym-engineers", wait=wait.pk, on=date(2026, 3, 19))
    second = chain.do(
        actions.begin_wait, "unsym-engineers", recommendation=1, cause="us", party="Us", on=date(2026, 3, 22)
    )
    chain.do(
        actions.end_recommendation,
        "unsym-chief",
        recommendation=1,
        how="overtaken",
        reason="Built by others.",
        on=date(2026, 4, 1),
    )
    wait.refresh_from_db()
    second.refresh_from_db()
    assert (wait.until_on, second.until_on) == (date(2026, 3, 19), date(2026, 4, 1))


def test_an_unknown_cause_is_refused_with_the_known_ones(chain):
    chain.recommend()
    with pytest.raises(FindingError, match="host-consent"):
        chain.do(actions.begin_wait, "unsym-planner", recommendation=1, cause="weather", party="The sky")


def test_a_new_due_day_takes_a_reason_and_keeps_the_old(chain):
    chain.recommend()
    named = {"recommendation": 1, "due_on": date(2026, 8, 1), "owner": "unsym-engineers"}
    with pytest.raises(FindingError, match="Say why"):
        chain.do(actions.reschedule, "unsym-engineers", reason=" ", **named)
    chain.do(actions.reschedule, "unsym-engineers", reason="The steel came late.", **named)
    change = Change.objects.last()
    assert change.fields["due_on"] == ["2026-06-01", "2026-08-01"]
    assert "owner" not in change.fields


def test_unknown_words_are_refused_all_at_once(planner):
    with pytest.raises(FindingError) as refusal:
        actions.raise_finding(
            texts=replace(TEXTS, domain="weather", severity="huge"), evidence=[ROW], label=MISSION, by=planner
        )
    assert "'weather' is no domain" in str(refusal.value)
    assert "'huge' is no severity" in str(refusal.value)


def test_cited_versions_are_known(chain, planner):
    chain.do(actions.add_evidence, "unsym-planner", evidence=[replace(ROW, version=7), RecordRef("document", "A")])
    assert actions.cited_versions() == {("events", 1), ("events", 7)}


@pytest.mark.parametrize("owner", ["nobody", "other-planner"])
def test_the_owner_is_a_post_that_may_read_the_finding(chain, owner):
    with pytest.raises(FindingError, match=f"no post '{owner}' that may read"):
        chain.do(actions.recommend, "unsym-planner", what=Recommendation("Do it.", owner, date(2027, 1, 1)))


def test_the_kept_state_is_the_computed_one(chain):
    chain.recommend()
    chain.recommend()
    chain.accept(recommendation=2)
    states = [State(one.state) for one in chain.finding.recommendations.all()]
    assert chain.state == standing(State(chain.finding.own_state), states).value == "recommended"
