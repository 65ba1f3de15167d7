"""Are alerts entered, timed and answered for by those who may, and does nothing tell who called?"""

import json
import time
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as Xml

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bluehelm.disclosure import Label, Marking
from bluehelm.products.cap import NAMESPACE
from bluehelm.protection import Alerted, Observed, from_csv, response
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.models import Audience
from bluehelm.web.protection import actions, gateway, reads
from bluehelm.web.protection.deeds import SUBJECTS
from bluehelm.web.protection.models import (
    Alert,
    Caller,
    Capability,
    Dialogue,
    GatewayMessage,
    Harm,
    Observation,
    Threat,
    ThreatProfile,
)
from tests.web.cast import POSTS, make_cast

pytestmark = pytest.mark.django_db
MISSION = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"}))
JMAC = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
NAME, PHONE = "Zq Canary-Person", "+999 55 123 4567"
ALERT = {"what": "attack", "place": "Zelleb", "text": "Armed people at the well.", "channel": "hotline"}
THREAT = {
    "title": "Raids on the market", "place": "Zelleb", "sector": "north", "perpetrator": "An armed group",
    "civilians": "Traders", "likelihood": "possible", "impact": "serious", "rationale": "Two raids in a month.",
    "lead": "sym-jmac",
}  # fmt: skip


@pytest.fixture
def cast(settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


def client_of(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client


def called(cast, label=MISSION, **more) -> Alert:
    return actions.enter_alert(
        label=label, by=cast["sym-jmac"], identity=NAME, caller_number=PHONE, consent="call-back", **{**ALERT, **more}
    )


def test_an_alert_is_entered_with_four_fields_and_answered_by_taps(cast):
    client = client_of("sym-reporter")
    sent = {"what": "attack", "place": "Zelleb", "channel": "patrol", "marking": "1", "audience": ["mission:UNSYM"]}
    answer = client.post(reverse("protection:new", args=["alerts"]), sent)
    alert = Alert.objects.get()
    assert answer.status_code == 302
    assert abs(alert.received_at - timezone.now()) < timedelta(minutes=1)
    for number, verb in enumerate(("verified", "escalated", "decided", "departed", "arrived", "told", "closed"), 1):
        url = reverse("protection:do", args=["alerts", alert.pk, verb])
        assert client.post(url, {"expected_version": number}).status_code == 302
    alert.refresh_from_db()
    assert all(getattr(alert, f"{step}_at") for step in actions.STEPS)
    assert not alert.is_open
    assert list(Entry.objects.filter(kind="alert", deed__startswith="alert.").values_list("deed", flat=True))[-2:] == [
        "alert.told", "alert.closed",
    ]  # fmt: skip


def test_the_clock_refuses_what_cannot_be_and_the_database_refuses_it_too(cast):
    jmac, alert = cast["sym-jmac"], called(cast, received_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    early = datetime(2026, 3, 1, 11, tzinfo=UTC)
    with pytest.raises(actions.ClockError, match="arrived before received"):
        actions.step_alert(number=alert.pk, expected_version=1, by=jmac, step="arrived", at=early)
    with pytest.raises(actions.ProtectionError):
        actions.step_alert(
            number=alert.pk, expected_version=1, by=jmac, step="arrived", at=timezone.now() + timedelta(hours=1)
        )
    actions.no_response(number=alert.pk, expected_version=1, by=jmac, reason="road", why="The bridge is gone.")
    with pytest.raises(ChangedMeanwhileError):
        actions.step_alert(number=alert.pk, expected_version=1, by=jmac, step="closed")
    with pytest.raises(actions.ClockError, match="beside an arrival"):
        actions.step_alert(number=alert.pk, expected_version=2, by=jmac, step="arrived")
    for wrong in ({"arrived_at": timezone.now()}, {"verified_at": early}, {"is_open": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.filter(pk=alert.pk).update(**wrong)


def test_the_unanswered_come_first_and_the_oldest_before_them(cast):
    old, new = (called(cast, received_at=timezone.now() - timedelta(hours=n), place=f"P{n}") for n in (9, 2))
    done = called(cast, received_at=timezone.now() - timedelta(hours=20), place="P20")
    actions.step_alert(number=done.pk, expected_version=1, by=cast["sym-jmac"], step="closed")
    told = client_of("sym-jmac").get("/api/protection/alerts/").json()["records"]
    assert [one["number"] for one in told] == [old.pk, new.pk, done.pk]
    assert "2 wait for somebody" in client_of("sym-jmac").get("/protection/alerts/").content.decode()


def test_the_measure_of_the_page_is_that_of_the_whole_clocks(cast):
    now, jmac = timezone.now(), cast["sym-jmac"]
    for hours, step in ((9, "arrived"), (7, "closed"), (5, "told"), (3, "")):
        alert = called(cast, received_at=now - timedelta(hours=hours))
        if step:
            actions.step_alert(number=alert.pk, expected_version=1, by=jmac, step=step, at=now - timedelta(hours=2))
    reasoned = called(cast, received_at=now - timedelta(hours=1))
    actions.no_response(number=reasoned.pk, expected_version=1, by=jmac, reason="road", why="Flooded.")
    whole = [Alerted(f"{one.pk}", one.clock, one.place, one.distance_km) for one in Alert.objects.all()]
    later = now + timedelta(minutes=1)
    assert reads.statistics(jmac, later).whole == response("all", whole, (30, 60, 120, 360), later)


# Who called


def test_a_caller_is_sealed_in_the_database_and_a_map_tells_a_kilometre(cast):
    called(cast, latitude=1.23456, longitude=30.98765)
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity, number, words FROM protection_caller")
        assert NAME not in (row := "".join(cursor.fetchone()))
        assert PHONE not in row
    point = client_of("sym-jmac").get("/api/protection/alerts/map/").json()["features"][0]
    assert point["geometry"]["coordinates"] == [30.99, 1.23]
    for form in ("json", "csv"):
        listed = client_of("sym-jmac").get(f"/api/protection/alerts/?format={form}").content.decode()
        assert "1.23" in listed and "1.23456" not in listed and "30.98765" not in listed
    assert NAME not in "".join(map(str, Entry.objects.values_list("detail", "reason", "key")))


@pytest.mark.parametrize("who", ["sym-jmac", *(pytest.param(one, marks=pytest.mark.long) for one in POSTS)])
def test_who_called_leaves_by_no_address(cast, who):
    alert = called(cast, latitude=1.23456, longitude=30.98765)
    addresses = [f"{api}/protection/{end}" for api in ("", "/api") for end in (
        *SUBJECTS, f"alerts/{alert.pk}", "response", "matrix",
    )] + ["/api/protection/alerts/map", "/api/audit", "/morning/protection", "/records"]  # fmt: skip
    client = client_of(who)
    for address in addresses:
        for query in ("", "?format=csv", "?text=Canary"):
            text = client.get(f"{address}/{query}").content.decode()
            assert not any(part in text for part in ("Canary-Person", "123 4567", "call-back")), (who, address)


def test_whether_anybody_wrote_a_caller_down_changes_nothing_for_the_others(cast):
    alert = called(cast)
    before = {
        who: client_of(who).get(f"/protection/alerts/{alert.pk}/").content.decode() for who in ("sym-head", "auditor")
    }
    Caller.objects.all().delete()
    for who, text in before.items():
        now = client_of(who).get(f"/protection/alerts/{alert.pk}/").content.decode()
        strip = [line for line in now.splitlines() if "csrf" not in line and "nonce" not in line]
        assert strip == [line for line in text.splitlines() if "csrf" not in line and "nonce" not in line]


def test_each_look_at_a_caller_takes_a_reason_and_stands_in_the_audit(cast):
    alert = called(cast)
    url = reverse("protection:caller", args=[alert.pk])
    short = client_of("sym-jmac").post(url, {"reason": "why"})
    assert (short.status_code, Entry.objects.filter(deed="caller.opened").count()) == (400, 0)
    for number in (1, 2):
        shown = client_of("sym-jmac").post(url, {"reason": "To warn the caller of the raid tonight."})
        assert NAME in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert Entry.objects.filter(deed="caller.opened", by="sym-jmac", key=f"{alert.pk}").count() == number
    for who in ("sym-head", "sym-chief", "sym-reporter", "sym-planner", "auditor", "oth-planner"):
        refused = client_of(who).post(url, {"reason": "To warn the caller of the raid tonight."})
        assert refused.status_code == 404
        assert NAME not in refused.content.decode()


def test_a_number_in_the_words_is_refused_before_it_is_kept(cast):
    with pytest.raises(actions.ProtectionError, match="telephone number"):
        called(cast, text="Call her on 055 123 45 67 now")
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "said", [{"text": f"{NAME} saw them"}, {"text": "Canary-Person saw them"}, {"place": "Call +999 55 123 4567"}]
)
def test_a_caller_named_in_what_all_may_read_is_refused_before_it_is_kept(cast, said):
    with pytest.raises(actions.ProtectionError, match="own field"):
        called(cast, **said)
    assert not Alert.objects.exists()
    assert called(cast, text="Armed people at the well of Zelleb.").pk


def test_why_nobody_went_and_what_was_decided_hold_no_number(cast):
    jmac, alert = cast["sym-jmac"], called(cast)
    with pytest.raises(actions.ProtectionError, match="telephone"):
        actions.no_response(number=alert.pk, expected_version=1, by=jmac, reason="road", why=f"Call {PHONE}")
    with pytest.raises(actions.ProtectionError, match="telephone"):
        actions.step_alert(number=alert.pk, expected_version=1, by=jmac, step="decided", decision=f"Call {PHONE}")


# A message gateway

SECRET = "k" * 40
BODY = {
    "message_id": "m1",
    "text": f"Armed men. {NAME} says so, {PHONE}",
    "from": PHONE,
    "name": NAME,
    "place": "Zelleb",
}


@pytest.fixture
def sends(cast, monkeypatch):
    monkeypatch.setenv(gateway.VARIABLE, f"net:UNSYM:{SECRET}")
    monkeypatch.setattr(gateway, "RATE", gateway.TokenRate())

    def send(body=BODY, *, secret=SECRET, at=None, name="net", form="application/json"):
        text = (json.dumps(body) if isinstance(body, dict) else body).encode()
        moment = f"{int(time.time()) if at is None else at}"
        headers = {"X-Bluehelm-Time": moment, "X-Bluehelm-Signature": gateway.signature(secret, moment, text)}
        return Client().post(f"/api/protection/gateway/{name}/", text, content_type=form, headers=headers)

    return send


def test_a_signed_message_becomes_an_alert_whose_caller_is_sealed(sends):
    answer = sends()
    alert = Alert.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"taken": True, "alert": alert.pk})
    assert (alert.mission, alert.channel, alert.marking) == ("UNSYM", "hook", 1)
    assert "Canary" not in alert.text
    assert "123" not in alert.text
    assert actions.reveal(alert.caller, "words") == BODY["text"]
    sms = sends("message_id=m2&from=%2B999551234567&text=Fire", form="application/x-www-form-urlencoded")
    assert (sms.status_code, Alert.objects.latest("pk").channel) == (201, "sms")


def test_a_caller_s_name_is_hidden_however_it_is_written_and_the_place_stays(sends):
    said = {"message_id": "m9", "name": "Ba Canary-Person Zelleb", "place": "Zelleb", "from": PHONE,
            "text": "CANARY-PERSON and ba saw men at zelleb, call 70/12/34/56; the bar is shut"}  # fmt: skip
    assert sends(said).status_code == 201
    alert = Alert.objects.get()
    assert alert.text == "[…] and […] saw men at zelleb, call […]; the bar is shut"
    assert alert.place == "Zelleb"


def test_what_is_forged_old_sent_twice_or_unreadable_is_refused_and_kept_nowhere(sends):
    assert sends(secret="x" * 40).status_code == 401
    assert sends(name="other").status_code == 401
    assert sends(at=int(time.time()) - 600).status_code == 401
    assert sends(at="9" * 30).status_code == 401
    assert sends("[1]").status_code == 400
    assert sends({"text": "no id"}).status_code == 400
    assert sends({"message_id": "x", "text": {"a": 1}}).status_code == 400
    assert sends({"message_id": "x", "text": "y" * 30_000}).status_code == 413
    assert not Alert.objects.exists()
    assert not GatewayMessage.objects.exists()
    assert sends().status_code == 201
    again = sends()
    assert (again.status_code, again.json()["error"]["code"]) == (409, "taken_before")
    assert Alert.objects.count() == 1


def test_a_gateway_that_runs_wild_is_slowed(sends, monkeypatch):
    monkeypatch.setattr(gateway, "A_MINUTE", 2)
    answers = [sends(BODY | {"message_id": f"{n}"}) for n in range(4)]
    assert [one.status_code for one in answers] == [201, 201, 429, 429]
    assert answers[-1]["Retry-After"] == "60"


# Threats and what answers them


def test_a_review_keeps_what_was_said_before_and_two_days_are_told_in_words(cast):
    jmac = cast["sym-jmac"]
    threat = actions.enter_threat(label=MISSION, by=jmac, **THREAT)
    assert (threat.review_on - timezone.now().date()).days == 60
    ThreatProfile.objects.update(on=date(2026, 1, 1))
    said = {name: value for name, value in THREAT.items() if name not in ("place", "sector")}
    actions.review_threat(
        number=threat.pk, expected_version=1, by=jmac, **{**said, "likelihood": "imminent", "women": 40}
    )
    told = client_of("sym-jmac").get("/api/protection/matrix/?from=2026-02-01").json()
    assert [one["about"] for one in told["moved"][0]["changes"]] == ["likelihood (rose)", "women"]
    page = client_of("sym-jmac").get("/protection/matrix/?from=2026-02-01").content.decode()
    assert "Likelihood (rose): Possible → Imminent" in page
    for missing in ("score", "ranking"):
        assert missing not in page
    with pytest.raises(actions.ProtectionError, match="no post"):
        actions.enter_threat(label=MISSION, by=jmac, **{**THREAT, "lead": "oth-planner"})


def test_a_threat_that_rose_is_on_the_morning_of_a_french_reader_in_french_words(cast):
    jmac = cast["sym-jmac"]
    threat = actions.enter_threat(label=MISSION, by=jmac, **THREAT)
    ThreatProfile.objects.update(on=timezone.now().date() - timedelta(days=30))
    said = {name: value for name, value in THREAT.items() if name not in ("place", "sector")}
    actions.review_threat(number=threat.pk, expected_version=1, by=jmac, **{**said, "likelihood": "imminent"})
    client = client_of("sym-jmac")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    page = client.get("/morning/protection/").content.decode()
    assert threat.title in page
    assert "possible → imminent" not in page and "Possible → Imminent" in page


def test_a_response_has_tier_phase_lead_and_deadline_and_ends_with_its_result(cast):
    jmac = cast["sym-jmac"]
    threat = actions.enter_threat(label=MISSION, by=jmac, **THREAT)
    planned = actions.plan_response(
        number=threat.pk, expected_version=1, by=jmac, tier="physical", phase="pre-emption", text="Patrols at dawn",
        lead="sym-chief", due_on=date(2026, 12, 24),
    )  # fmt: skip
    url = reverse("protection:do", args=["threats", threat.pk, "finish"])
    sent = {"expected_version": 2, "response": planned.pk, "result": "Traders came back."}
    assert client_of("sym-jmac").post(url, sent).status_code == 302
    assert client_of("sym-jmac").post(url, sent | {"expected_version": 3}).status_code == 400
    assert "Traders came back." in client_of("sym-jmac").get(f"/protection/threats/{threat.pk}/").content.decode()


def test_the_matrix_says_who_is_at_risk_and_which_response_is_past_its_day(cast):
    jmac, today = cast["sym-jmac"], timezone.now().date()
    threat = actions.enter_threat(label=MISSION, by=jmac, **THREAT, women=1200, girls=0)
    for number, (text, days) in enumerate((("Patrol the road", -2), ("Meet the chief", 5)), 1):
        actions.plan_response(
            number=threat.pk, expected_version=number, by=jmac, tier="physical", phase="prevention", text=text,
            lead="sym-jmac", due_on=today + timedelta(days=days),
        )  # fmt: skip
    page = client_of("sym-jmac").get("/protection/matrix/").content.decode()
    assert "Women 1,200, Girls 0" in page
    assert page.count("overdue since") == 1 and page.index("Patrol the road") < page.index("overdue since")


def test_parts_of_the_day_stand_in_the_order_of_the_day(cast):
    day = (timezone.now() - timedelta(days=2)).replace(minute=0)
    for hour in (20, 14, 8):
        called(cast, received_at=day.replace(hour=hour))
    found = dict(reads.statistics(cast["sym-jmac"], timezone.now()).groups)
    assert [one.group for one in found["time"]] == ["morning", "afternoon", "night"]


def test_activities_are_read_by_what_became_of_the_intended_outcome(cast):
    jmac = cast["sym-jmac"]
    threat = actions.enter_threat(label=MISSION, by=jmac, **THREAT)
    made = actions.enter_activity(
        label=MISSION, by=jmac, what="patrol", threat=f"{threat.pk}", intended="Women reach the well", place="Zelleb"
    )
    with pytest.raises(actions.OutlookDeedError, match="evidence"):
        actions.conclude_activity(number=made.pk, expected_version=1, by=jmac, became="as-intended", evidence=" ")
    actions.conclude_activity(number=made.pk, expected_version=1, by=jmac, became="not-seen", evidence="Nobody came.")
    page = client_of("sym-jmac").get("/protection/activities/").content.decode()
    assert "Women reach the well" in page
    assert "Not seen" in page
    secret = actions.enter_threat(label=JMAC, by=jmac, **THREAT)
    with pytest.raises(actions.ProtectionError):
        actions.enter_activity(
            label=MISSION, by=cast["sym-chief"], what="patrol", threat=f"{secret.pk}", intended="x", place="y"
        )


def test_a_record_tells_nothing_of_another_that_the_reader_may_not_read(cast):
    jmac = cast["sym-jmac"]
    secret = actions.enter_threat(label=JMAC, by=jmac, **{**THREAT, "title": "zq7-canary"})
    made = actions.enter_activity(
        label=MISSION, by=jmac, what="patrol", threat=f"{secret.pk}", intended="Quiet", place="Zelleb"
    )
    for address in ("/protection/activities/", f"/protection/activities/{made.pk}/", "/protection/matrix/"):
        for api in ("", "/api"):
            assert "zq7-canary" not in client_of("sym-chief").get(api + address).content.decode()
    assert client_of("sym-chief").get(f"/api/protection/activities/{made.pk}/").json()["threat"] is None
    assert "zq7-canary" in client_of("sym-jmac").get("/protection/activities/").content.decode()


# Communities, consent, compact, observers


def test_promises_are_kept_or_overdue_and_missing_voices_are_listed_first(cast):
    jmac, today = cast["sym-jmac"], timezone.now().date()
    met = actions.enter_engagement(
        label=MISSION, by=jmac, heard=["leaders", "women"], raised="No water.", place="Zelleb", level="local",
        on=today - timedelta(days=30),
    )  # fmt: skip
    late = actions.make_promise(
        number=met.pk, expected_version=1, by=jmac, text="A pump", owner="sym-chief", due_on=today - timedelta(days=3)
    )
    page = client_of("sym-jmac").get("/protection/communities/").content.decode()
    assert "A pump" in page
    assert page.index("Youth") < page.index("Women")
    url = reverse("protection:do", args=["communities", met.pk, "keep"])
    assert (
        client_of("sym-jmac").post(url, {"expected_version": 2, "promise": late.pk, "evidence": "Seen."}).status_code
        == 302
    )
    told = client_of("sym-jmac").get(f"/api/protection/communities/{met.pk}/").json()
    assert told["promises"][0]["kept_on"] == today.isoformat()
    national = actions.enter_engagement(
        label=MISSION, by=jmac, heard=[], raised="Water law", place="Capital", level="national", thread=f"{met.pk}"
    )
    assert client_of("sym-jmac").get(f"/api/protection/communities/{national.pk}/").json()["thread"] == met.pk


def test_a_perception_has_a_method_and_a_sample_that_its_parts_fit(cast):
    with pytest.raises(actions.ProtectionError, match="larger"):
        actions.enter_perception(
            label=MISSION, by=cast["sym-jmac"], question="Safe?", place="Z", method="interviews", sample=5, answered=6,
            text="x",
        )  # fmt: skip


def test_obstructions_stand_beside_movements_and_only_for_those_who_may(cast):
    jmac, today = cast["sym-jmac"], timezone.now().date()
    actions.enter_obstruction(label=MISSION, by=jmac, what="flight", place="Z", text="zq7-canary refused")
    actions.enter_movements(label=MISSION, by=jmac, month=f"{today:%Y-%m}", number=40, source="log")
    page = client_of("sym-planner").get("/protection/obstructions/").content.decode()
    assert "2.5" in page
    for who in ("sym-viewer", "sym-reporter", "state-a", "researcher"):
        assert client_of(who).get("/protection/obstructions/").status_code == 404
    assert "zq7-" not in client_of("oth-planner").get("/api/protection/obstructions/").content.decode()


def test_obstructions_stand_beside_the_movements_of_their_own_mission_and_whole_months(cast):
    today = timezone.now().date()
    first = (today - timedelta(days=365)).replace(day=1)
    for day in (first, today):
        actions.enter_obstruction(label=MISSION, by=cast["sym-jmac"], what="flight", place="Z", text="x", on=day)
    actions.enter_movements(label=MISSION, by=cast["sym-jmac"], month=f"{today:%Y-%m}", number=40, source="log")
    other = actions.enter_movements(label=MISSION, by=cast["sym-jmac"], month="2026-01", number=999, source="log")
    type(other).objects.filter(pk=other.pk).update(mission="UNOTH", month=f"{today:%Y-%m}")
    rates = reads.obstruction_rates(cast["sym-jmac"], today)
    assert [(mission, one.month, one.movements) for mission, one in rates] == [
        ("UNSYM", f"{first:%Y-%m}", None), ("UNSYM", f"{today:%Y-%m}", 40),
    ]  # fmt: skip


def test_the_compact_says_yes_no_or_nothing_and_the_last_word_stands(cast):
    jmac = cast["sym-jmac"]
    for has, on in (("yes", date(2026, 1, 1)), ("no", date(2026, 2, 1))):
        actions.enter_capability(
            label=MISSION, by=jmac, capability="joint-teams", has=has, evidence=f"Post list {has}", on=on
        )
    page = client_of("sym-jmac").get("/protection/compact/").content.decode()
    table = page[: page.index('id="records"')]
    assert "Post list no" in table
    assert "Post list yes" not in table
    assert table.count("not said") == 12
    with pytest.raises(IntegrityError), transaction.atomic():
        Capability.objects.update(evidence="")


def test_observers_reports_go_out_and_come_in_again_unchanged(cast):
    jmac, client = cast["sym-jmac"], client_of("sym-jmac")
    reports = [
        Observed("R1", "patrol", date(2026, 3, 1), "A", "T1", ("CHE", "FJI"), 2.5, "", '=quiet, "very"\nindeed'),
        Observed("R2", "violation", date(2026, 3, 2), "B", "T2", ("GHA", "IRL", "CHE"), None, "firing", ""),
    ]
    actions.enter_observations(label=MISSION, by=jmac, reports=reports)
    text = client.get("/protection/observations/observations.csv").content.decode()
    assert from_csv(text, ["firing"]) == reports
    Observation.objects.all().delete()
    sent = {"what": "patrol", "file": text, "marking": "1", "audience": ["mission:UNSYM"]}
    assert client.post("/protection/observations/new/", sent).status_code == 302
    assert client.get("/protection/observations/observations.csv").content.decode() == text
    assert client.post("/protection/observations/new/", sent).status_code == 400
    assert Observation.objects.count() == 2


# What leaves


def test_a_warning_is_made_by_who_may_and_holds_nothing_of_the_caller(cast):
    alert = called(cast, exercise=True, text="The caller lives by the well.")
    url, said = reverse("protection:warning", args=[alert.pk]), {"headline": "Stay away from the well"}
    assert client_of("sym-reporter").post(url, said).status_code == 404
    answer = client_of("sym-jmac").post(url, said)
    assert answer["Content-Type"] == "application/cap+xml"
    warning = Xml.fromstring(answer.content)
    told = {one.tag.removeprefix(f"{{{NAMESPACE}}}"): one.text for one in warning.iter()}
    assert (told["status"], told["scope"], told["headline"]) == ("Exercise", "Restricted", said["headline"])
    assert told["expires"] > told["sent"]
    assert "lives by" not in answer.content.decode()
    assert Entry.objects.filter(deed="alert.warned", key=f"{alert.pk}").exists()
    assert client_of("sym-jmac").post(url, {"headline": f"Call {PHONE}"}).status_code == 400


def test_an_update_and_a_cancellation_name_the_warnings_that_stand(cast):
    client, url = client_of("sym-jmac"), reverse("protection:warning", args=[called(cast).pk])

    def told(**said):
        found = Xml.fromstring(client.post(url, {"headline": "Stay away from the well", **said}).content)
        return {one.tag.removeprefix(f"{{{NAMESPACE}}}"): one.text for one in found.iter()}

    assert client.post(url, {"headline": "Stay", "message": "Cancel"}).status_code == 400, "there is nothing to cancel"
    assert client.post(url, {"headline": "Stay", "message": "Error"}).status_code == 400
    first = told()
    assert (first["msgType"], first["sender"]) == ("Alert", "UNSYM@bluehelm") and "references" not in first
    named = f"{first['sender']},{first['identifier']},{first['sent']}"
    update = told(message="Update")
    assert (update["msgType"], update["references"]) == ("Update", named)
    cancelled = told(message="Cancel")
    assert cancelled["msgType"] == "Cancel"
    assert cancelled["references"] == f"{named} {update['sender']},{update['identifier']},{update['sent']}"
    assert client.post(url, {"headline": "Stay", "message": "Update"}).status_code == 400, "what was cancelled is gone"


def test_the_sender_of_warnings_is_the_address_that_the_installation_sets(cast, settings):
    settings.CAP_SENDER = "warnings.{mission}@example.org"
    url = reverse("protection:warning", args=[called(cast).pk])
    answer = client_of("sym-jmac").post(url, {"headline": "Stay away"}).content.decode()
    assert "<sender>warnings.UNSYM@example.org</sender>" in answer


OUTSIDERS = ("sym-planner", "oth-planner", "state-a", "auditor")


@pytest.mark.parametrize("who", ["sym-head", *(pytest.param(one, marks=pytest.mark.long) for one in OUTSIDERS)])
def test_a_record_of_one_section_leaves_to_nobody_else(cast, who):
    for name, subject in SUBJECTS.items():
        required = {
            "mission": "UNSYM",
            "entered_at": timezone.now(),
            "marking": 1,
            "releasable_to": Audience.of({"section:UNSYM/JMAC"}),
        }
        kept = ("mission", "level", "month", "no_response")
        fields = {field.name: "zq7-canary" for field in subject.model._meta.fields
                  if field.get_internal_type() in ("CharField", "TextField") and field.name not in kept}  # fmt: skip
        more = {field.name: date(2026, 3, 1) for field in subject.model._meta.fields
                if field.get_internal_type() == "DateField" and not field.null}  # fmt: skip
        rest = {"alerts": {"received_at": timezone.now()}, "movements": {"month": "2026-03", "number": 1},
                "compact": {"has": True}, "perception": {"sample": 1}}.get(name, {})  # fmt: skip
        made = subject.model.objects.create(**required, **fields, **more, **rest)
        client = client_of(who)
        for end in (f"{name}/", f"{name}/{made.pk}/", f"{name}/?format=csv", "response/", "matrix/"):
            for api in ("", "/api"):
                assert "zq7-canary" not in client.get(f"{api}/protection/{end}").content.decode(), (name, end)
        assert client.get(f"/api/protection/{name}/{made.pk}/").status_code == 404
        assert "zq7" in client_of("sym-jmac").get(f"/api/protection/{name}/{made.pk}/").content.decode()


def test_nobody_changes_another_mission_s_records_or_does_what_the_role_may_not(cast):
    threat = actions.enter_threat(label=MISSION, by=cast["sym-jmac"], **THREAT)
    for who in ("sym-planner", "oth-planner", "auditor", "nobody"):
        with pytest.raises(NotAllowedError):
            actions.close_threat(number=threat.pk, expected_version=1, by=cast[who], why="x")
        with pytest.raises(NotAllowedError):
            actions.enter(Dialogue, label=MISSION, by=cast[who], on=date(2026, 1, 1), authority="a", text="t")
    assert Threat.objects.get().closed_on is None


def test_harm_that_the_mission_did_is_followed_once_with_what_was_done(cast):
    client = client_of("sym-jmac")
    page = client.get("/protection/harm/new/").content.decode()
    assert "No name of a person" in page
    said = {"what": "property", "place": "Zelleb", "text": "A vehicle hit a stall.", "marking": 1,
            "audience": ["mission:UNSYM"]}  # fmt: skip
    assert client.post("/protection/harm/new/", said).status_code == 302
    harm = Harm.objects.get()
    at = f"/protection/harm/{harm.pk}/"
    assert harm.followed_on is None and f"{at}follow/" in client.get(at).content.decode()
    assert client.post(f"{at}follow/", {"follow_up": " ", "expected_version": 1}).status_code == 400
    done = {"follow_up": "The owner was heard and the stall paid for.", "expected_version": 1}
    assert client.post(f"{at}follow/", done).status_code == 302
    page = client.get(at).content.decode()
    assert "the stall paid for" in page and f"{at}follow/" not in page
    assert client.post(f"{at}follow/", done).status_code in (400, 403, 409), "what was done is not written over"
    told = client.get(f"/api{at}").json()
    assert told["follow_up"] == done["follow_up"] and told["followed_on"]
    assert Entry.objects.filter(deed="harm.followed_up", key=f"{harm.pk}").count() == 1
    assert "stall" not in "".join(Entry.objects.values_list("detail", flat=True))
    assert client_of("oth-planner").get(at).status_code == 404


def test_a_talk_about_consent_stands_with_the_obstruction_and_only_for_those_who_may(cast):
    jmac, client = cast["sym-jmac"], client_of("sym-jmac")
    hindered = actions.enter_obstruction(label=JMAC, by=jmac, what="movement", place="Zelleb",
                                         authority="Ministry of Defence", text="Turned back.")  # fmt: skip
    said = {"authority": "Ministry of Defence", "text": "Passage was asked for.", "agreed": "Passage from Monday.",
            "obstruction": hindered.pk, "marking": 1, "audience": ["mission:UNSYM"]}  # fmt: skip
    assert client.post("/protection/dialogue/new/", said).status_code == 302
    talk = Dialogue.objects.get()
    at = f"/protection/dialogue/{talk.pk}/"
    assert f"/protection/obstructions/{hindered.pk}/" in client.get(at).content.decode()
    told = client.get("/api/protection/dialogue/").json()["records"]
    assert [(one["agreed"], one["obstruction"]) for one in told] == [("Passage from Monday.", hindered.pk)]
    for who in ("sym-planner", "sym-head", "sym-reporter", "oth-planner"):
        answer = client_of(who).get(f"/api{at}")
        if answer.status_code == 200:  # who may read the talk and not the obstruction learns nothing of the latter
            assert answer.json()["obstruction"] is None
        assert "Turned back" not in answer.content.decode()
    assert client_of("oth-planner").get(at).status_code == 404


def test_no_mark_of_a_caller_or_a_narrative_leaves_in_a_warning_or_on_a_map(cast):
    canary = "zq7-canary"
    alert = called(cast, latitude=1.23456, longitude=30.98765, exercise=True, text=f"{canary} by the well",
                   why=f"{canary} why", decision=f"{canary} decided", distance_km=3.21)  # fmt: skip
    client = client_of("sym-jmac")
    said = {"headline": "Stay away from the well", "instruction": "Wait for the patrol."}
    warning = client.post(reverse("protection:warning", args=[alert.pk]), said).content.decode()
    drawn = client.get("/api/protection/alerts/map/").content.decode()
    for text in (warning, drawn):
        assert not any(part in text for part in (canary, NAME, PHONE, "123 4567", "1.23456", "30.98765", "3.21")), text
    assert "<status>Exercise</status>" in warning and '"exercise": true' in drawn
    assert "<circle>1.23,30.99 1</circle>" in warning
    hidden = called(cast, label=JMAC, latitude=1.5, longitude=30.5, place=canary)
    for who in ("sym-planner", "sym-head", "oth-planner"):
        assert canary not in client_of(who).get("/api/protection/alerts/map/").content.decode()
        assert client_of(who).post(reverse("protection:warning", args=[hidden.pk]), said).status_code == 404
