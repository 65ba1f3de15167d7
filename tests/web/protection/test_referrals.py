"""Is an alert or a threat put before a post that can act, and is it known whether that post has seen it?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bluehelm.disclosure import Label, Marking
from bluehelm.web.accounts.models import User
from bluehelm.web.posts.models import Audience
from bluehelm.web.protection import actions
from bluehelm.web.protection.models import Alert, Referral, Threat
from tests.web.cast import make_cast

pytestmark = pytest.mark.django_db
MISSION = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"}))
JMAC = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))


@pytest.fixture
def cast(settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


def client_of(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client


def alert(cast, label=MISSION) -> Alert:
    return actions.enter_alert(
        label=label, by=cast["sym-jmac"], identity="", caller_number="", consent="not-asked", what="attack",
        place="Zelleb", text="Armed people at the well.", channel="hotline",
    )  # fmt: skip


def threat(cast) -> Threat:
    return actions.enter_threat(
        label=MISSION, by=cast["sym-jmac"], title="Raids on the market", place="Zelleb", sector="north",
        perpetrator="An armed group", civilians="Traders", likelihood="possible", impact="serious",
        rationale="Two raids in a month.", lead="sym-jmac",
    )  # fmt: skip


def do(client: Client, record, verb: str, **said):
    record.refresh_from_db()
    what = "alerts" if isinstance(record, Alert) else "threats"
    sent = {"expected_version": record.row_version, **said}
    return client.post(reverse("protection:do", args=[what, record.pk, verb]), sent)


def morning(who: str, name: str) -> dict[str, list[str]]:
    found = client_of(who).get(f"/api/morning/{name}/").json()["sections"]
    return {section["section"]: [f"{one['text']} {one['why']}" for one in section["entries"]] for section in found}


def test_an_alert_put_before_the_head_is_on_the_morning_of_both_until_it_is_acknowledged(cast):
    record, analyst, head = alert(cast), client_of("sym-jmac"), client_of("sym-head")
    assert do(analyst, record, "escalate", to_post="sym-head", text="A second call came").status_code == 302
    record.refresh_from_db()
    assert abs(record.escalated_at - timezone.now()) < timedelta(minutes=1), "the clock knows of it"
    assert any("A second call came" in line for line in morning("sym-head", "planning")["referred"])
    assert any("A second call came" in line for line in morning("sym-jmac", "protection")["silent"])
    assert "A second call came" in head.get(reverse("protection:page", args=["alerts", record.pk])).content.decode()
    asked = record.referrals.get()
    assert do(head, record, "answer", referral=asked.pk, answer="The reserve goes at noon.").status_code == 302
    asked.refresh_from_db()
    assert asked.acknowledged_at and asked.answer == "The reserve goes at noon."
    assert morning("sym-head", "planning")["referred"] == morning("sym-jmac", "protection")["silent"] == []
    said = analyst.get(f"/api/protection/alerts/{record.pk}/").json()["referrals"]
    assert [(one["to_post"], one["answer"]) for one in said] == [("sym-head", "The reserve goes at noon.")]


def test_a_second_escalation_leaves_the_clock_as_it_is(cast):
    record, analyst = alert(cast), client_of("sym-jmac")
    do(analyst, record, "escalate", to_post="sym-head", text="Now")
    record.refresh_from_db()
    first = record.escalated_at
    do(analyst, record, "escalate", to_post="sym-planner", text="And you")
    record.refresh_from_db()
    assert record.escalated_at == first and record.referrals.count() == 2


def test_a_task_has_a_time_and_ends_with_what_came_of_it(cast):
    record, analyst, planner = threat(cast), client_of("sym-jmac"), client_of("sym-planner")
    late = {"to_post": "sym-planner", "text": "Send a patrol", "due_at": "2020-01-01T10:00"}
    assert do(analyst, record, "task", **late).status_code == 400 and not Referral.objects.exists()
    soon = (timezone.now() + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M")
    assert do(analyst, record, "task", **late | {"due_at": soon}).status_code == 302
    asked = record.referrals.get()
    assert do(planner, record, "answer", referral=asked.pk, answer="At four.").status_code == 302
    assert morning("sym-planner", "planning")["referred"] != [], "acknowledged is not done"
    assert do(planner, record, "report", referral=asked.pk, outcome="Nobody was there.").status_code == 302
    asked.refresh_from_db()
    assert (asked.answer, asked.outcome) == ("At four.", "Nobody was there.") and asked.done_at
    assert morning("sym-planner", "planning")["referred"] == []
    assert do(planner, record, "report", referral=asked.pk, outcome="Again").status_code == 400


def test_nobody_answers_for_another_post_and_nobody_is_asked_who_may_not_read(cast):
    record, analyst = alert(cast), client_of("sym-jmac")
    do(analyst, record, "escalate", to_post="sym-head", text="Now")
    asked = record.referrals.get()
    for who in ("sym-jmac", "sym-planner"):
        assert do(client_of(who), record, "answer", referral=asked.pk, answer="Mine").status_code in (403, 404)
    hidden = alert(cast, JMAC)
    refused = do(analyst, hidden, "escalate", to_post="sym-planner", text="Now")
    assert refused.status_code == 400 and not hidden.referrals.exists()
    assert morning("sym-planner", "planning")["referred"] == []


def test_what_is_shut_to_a_post_later_leaves_its_morning(cast):
    record = alert(cast)
    do(client_of("sym-jmac"), record, "escalate", to_post="sym-head", text="zq canary")
    assert "zq canary" in str(morning("sym-head", "planning"))
    Alert.objects.filter(pk=record.pk).update(releasable_to=Audience.of(JMAC.releasable_to))
    assert "zq canary" not in str(morning("sym-head", "planning"))
