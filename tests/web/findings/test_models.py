"""What does the database itself refuse, whoever writes to it?"""

import pytest
from django.db import IntegrityError, transaction

from bluehelm.web.findings.models import Action, Decision, Effect, Evidence, Finding, Recommendation, Wait
from tests.web.findings.conftest import DAY


@pytest.fixture
def whole(chain):
    """A finding that went the whole way, so that every table has a row."""
    chain.recommend()
    chain.accept()
    chain.start()
    chain.finish_steps()
    chain.finish()
    chain.read_effect()
    Wait.objects.create(recommendation=chain.finding.recommendations.get(), cause="us", party="Us", from_on=DAY)
    return chain.finding


@pytest.mark.parametrize(
    ("model", "constraint", "fields"),
    [
        (Finding, "finding_says_something", {"title": ""}),
        (Finding, "finding_raised_has_a_person_and_a_day", {"raised_on": None}),
        (Finding, "finding_is_proposed_or_raised_by_somebody", {"raised_by": "", "own_state": "dismissed",
         "ended_reason": "a", "ended_by": "b", "ended_on": DAY}),
        (Finding, "finding_ended_has_who_when_and_why", {"own_state": "overtaken"}),
        (Finding, "finding_merged_names_the_other", {"own_state": "merged", "ended_reason": "a", "ended_by": "b",
         "ended_on": DAY}),
        (Finding, "finding_own_state_is_known", {"own_state": "lost"}),
        (Finding, "finding_state_is_known", {"state": "lost"}),
        (Finding, "findings_finding_marking_is_known", {"marking": 3}),
        (Recommendation, "recommendation_ended_has_who_when_and_why", {"state": "overtaken"}),
        (Recommendation, "recommendation_capability_is_known", {"capability": "old"}),
        (Decision, "decision_has_a_decider_and_a_reason", {"why": ""}),
        (Decision, "decision_has_a_decider_and_a_reason", {"decided_by": ""}),
        (Decision, "decision_modified_says_to_what", {"outcome": "modified"}),
        (Action, "action_names_a_measurement_or_says_why_not", {"measurement": ""}),
        (Action, "action_names_its_measurement_before_it_begins", {"named_on": "2030-01-01"}),
        (Action, "action_done_has_a_day_after_it_began", {"done_on": None}),
        (Effect, "effect_is_read_and_judged_or_says_why_not", {"judgement": ""}),
        (Wait, "wait_ends_after_it_began", {"until_on": "2020-01-01"}),
        (Evidence, "evidence_is_a_record_or_a_row_of_a_version", {"table": "", "record_kind": ""}),
        (Evidence, "evidence_is_a_record_or_a_row_of_a_version", {"version": None}),
        (Evidence, "evidence_is_a_record_or_a_row_of_a_version", {"record_kind": "document", "record_id": "both"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_the_database_refuses_what_says_too_little(whole, model, constraint, fields):
    row = model.objects.order_by("pk").first()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**fields)


def test_a_proposal_is_kept_once(cast, whole):
    facts = {field.attname: getattr(whole, field.attname) for field in Finding._meta.fields if field.name != "id"}
    proposal = facts | {"proposed_by": "system:quality", "stable_key": "a"}
    Finding.objects.create(**proposal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(**proposal)


def test_nothing_of_a_chain_is_deleted_with_its_finding(whole):
    with pytest.raises(IntegrityError, match="protected foreign keys"), transaction.atomic():
        whole.delete()
