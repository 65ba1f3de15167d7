"""Can a link of the chain be made that lacks what it must say?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.spine import (
    Action,
    ChainError,
    Decision,
    Effect,
    Finding,
    Judgement,
    Measurement,
    NotObservable,
    Recommendation,
    RecordRef,
    RowRef,
    Step,
)

DAY = date(2026, 3, 2)
REPORT = RecordRef("document", "Patrol report 114")
FINDING = Finding(
    title="A road is cut",
    statement="No patrol got through.",
    domain="protection",
    severity="high",
    confidence="moderate",
    evidence=(REPORT,),
    on=DAY,
    raised_by="planner",
)
MEASUREMENT = Measurement("patrols that get through", "patrol reports", date(2026, 9, 1))
ACTION = Action((Step("Survey", DAY, (REPORT,)),), MEASUREMENT, named_on=DAY, started_on=DAY)
JUDGEMENT = Judgement("planner", DAY, "It held.", "moderate")
blank = st.text(" \t\n", max_size=4)


@pytest.mark.parametrize("name", ["title", "statement", "domain", "severity", "confidence"])
@given(said=blank)
def test_a_finding_says_what_it_is(name, said):
    with pytest.raises(ChainError, match="must be said"):
        replace(FINDING, **{name: said})


def test_a_finding_rests_on_evidence_and_on_somebody():
    with pytest.raises(ChainError, match="evidence"):
        replace(FINDING, evidence=())
    with pytest.raises(ChainError, match="by whom"):
        replace(FINDING, raised_by="")


def test_software_proposes_and_a_person_raises():
    assert replace(FINDING, raised_by="", proposed_by="system:quality").proposed_by
    with pytest.raises(ChainError, match="not raise"):
        replace(FINDING, raised_by="system:quality")
    with pytest.raises(ChainError, match="no software"):
        replace(FINDING, proposed_by="planner")


def test_a_version_is_cited_with_its_digest():
    assert str(RowRef("events", 3, "SYN42", "ab" * 32)) == "events version 3, SYN42"
    assert str(RowRef("events", 3, "", "ab" * 32)) == "events version 3"
    with pytest.raises(ChainError, match="SHA-256"):
        RowRef("events", 3, "SYN42", "ab")
    with pytest.raises(ChainError, match="counted from 1"):
        RowRef("events", 0, "SYN42", "ab" * 32)


@given(by=blank, why=st.text(max_size=5))
def test_no_decision_without_decider(by, why):
    with pytest.raises(ChainError):
        Decision("accepted", by, why, DAY)


@given(why=blank)
def test_no_decision_without_reason(why):
    with pytest.raises(ChainError, match="reason"):
        Decision("rejected", "chief", why, DAY)


def test_software_neither_decides_nor_judges():
    with pytest.raises(ChainError, match="person"):
        Decision("accepted", "system:quality", "Because.", DAY)
    with pytest.raises(ChainError, match="person"):
        replace(JUDGEMENT, by="system:outlook")


def test_only_a_modified_recommendation_says_what_it_became():
    assert Decision("modified", "chief", "Too dear.", DAY, "A ferry.").modified_to
    for outcome, modified_to in (("modified", ""), ("accepted", "A ferry.")):
        with pytest.raises(ChainError, match="modified"):
            Decision(outcome, "chief", "Too dear.", DAY, modified_to)


def test_a_recommendation_has_an_owner_and_no_negative_cost():
    with pytest.raises(ChainError, match="owner post"):
        Recommendation("Open the road.", "", DAY)
    with pytest.raises(ChainError, match="not negative"):
        Recommendation("Open the road.", "engineers", DAY, -1)
    assert Recommendation("Open the road.", "engineers", DAY).cost_usd is None


@given(days=st.integers(1, 500))
def test_a_measurement_is_named_before_the_action_begins(days):
    with pytest.raises(ChainError, match="before the action begins"):
        replace(ACTION, named_on=DAY + timedelta(days=days))
    assert replace(ACTION, named_on=DAY - timedelta(days=days)).look_for == MEASUREMENT


@pytest.mark.parametrize("done", ["in part", "in full"])
def test_nothing_is_done_without_evidence(done):
    with pytest.raises(ChainError, match="without evidence"):
        replace(ACTION, done=done, done_on=DAY)
    assert replace(ACTION, done=done, done_on=DAY, evidence=(REPORT,)).done == done
    with pytest.raises(ChainError, match="evidence of it"):
        Step("Survey", DAY)


def test_done_in_full_leaves_no_step_open():
    steps = (*ACTION.steps, Step("Clear it"))
    with pytest.raises(ChainError, match="still open"):
        replace(ACTION, steps=steps, done="in full", done_on=DAY, evidence=(REPORT,))
    assert replace(ACTION, steps=steps, done="in part", done_on=DAY, evidence=(REPORT,)).done == "in part"


def test_an_action_is_not_done_before_it_began_nor_without_a_day():
    with pytest.raises(ChainError, match="before it began"):
        replace(ACTION, done="in part", done_on=DAY - timedelta(days=1), evidence=(REPORT,))
    with pytest.raises(ChainError, match="has a day"):
        replace(ACTION, done="in part", evidence=(REPORT,))


def test_an_effect_is_read_somewhere_and_judged_by_somebody():
    assert Effect(MEASUREMENT, "12 of 14", JUDGEMENT, (REPORT,)).reading
    with pytest.raises(ChainError, match="comes from somewhere"):
        Effect(MEASUREMENT, "12 of 14", JUDGEMENT, ())
    with pytest.raises(ChainError, match="reading"):
        Effect(MEASUREMENT, " ", JUDGEMENT, (REPORT,))


@given(why=blank)
def test_an_effect_nobody_can_see_says_why(why):
    with pytest.raises(ChainError):
        NotObservable(why)
