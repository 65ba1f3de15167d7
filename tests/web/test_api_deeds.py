"""Can programs do what their token allows, by the same forms and actions as people, and nothing else?"""

import json

import pytest
from django.test import Client

from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings.models import Finding
from bluehelm.web.forces.models import Requirement
from bluehelm.web.outlook.models import LensAssessment
from tests.web.cast import make_cast
from tests.web.test_api_lists import program, raised

pytestmark = pytest.mark.django_db
TYPED = {
    "title": "Water point is dry", "statement": "Seen from the road.", "evidence": "document: D", "mission": "UNSYM",
    "domain": "protection", "severity": "high", "confidence": "moderate", "marking": 0, "audience": ["mission:UNSYM"],
}  # fmt: skip


@pytest.fixture
def cast(demo):
    return make_cast()


def send(client, url, typed, **more):
    return client.post(url, json.dumps(typed), content_type="application/json", **more)


def test_a_program_raises_a_finding_and_does_a_deed_on_it(cast):
    client = program(cast["sym-jmac"], "read:finding", "create:finding")
    said = send(client, "/api/findings/new/", TYPED)
    assert (said.status_code, said.json()["done"]) == (200, True)
    told = client.get(said.json()["at"]).json()
    assert (told["title"], told["row_version"]) == (TYPED["title"], 1)
    typed = {"expected_version": 1, "evidence": "document: E"}
    done = send(client, f"{said.json()['at']}cite/", typed)
    assert done.status_code == 200, done.json()
    assert client.get(said.json()["at"]).json()["row_version"] == 2
    assert set(Entry.objects.filter(kind="finding").values_list("by", "post")) == {("sym-jmac", "sym-jmac")}
    again = send(client, f"{said.json()['at']}cite/", typed)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "changed_meanwhile")


def test_a_program_makes_a_requirement_and_begins_an_assessment(cast):
    client = program(cast["sym-planner"], "create:requirement", "read:requirement")
    said = send(client, "/api/forces/new/requirement/", {"mission": "UNSYM"})
    assert said.status_code == 400 and any("capability" in one for one in said.json()["error"]["problems"])
    assert not Requirement.objects.exists()
    lens = program(cast["sym-jmac"], "create:lens", "read:lens")
    typed = {
        "place": "Zelleb",
        "assessed_on": "2026-01-01",
        "narrative": "Seen.",
        "marking": "2",
        "audience": "mission:UNSYM",
    }
    said = send(lens, "/api/lens/new/", typed)
    assert said.status_code == 200, said.json()
    assert LensAssessment.objects.get().drafted_by == "sym-jmac"


def test_what_a_form_refuses_is_told_field_by_field_and_nothing_is_changed(cast):
    said = send(
        program(cast["sym-jmac"], "create:finding"), "/api/findings/new/", TYPED | {"title": "", "domain": "moon"}
    )
    assert (said.status_code, said["Content-Type"]) == (400, "application/problem+json")
    assert {one.split(":")[0] for one in said.json()["error"]["problems"]} == {"title", "domain"}
    assert not Finding.objects.exists()


@pytest.mark.parametrize("scope", ["read:finding", "create:lens", "read:table"])
def test_a_scope_that_was_not_given_lets_nothing_be_done(cast, scope):
    number = raised(cast["sym-jmac"], "one").pk
    client = program(cast["sym-jmac"], scope)
    assert send(client, "/api/findings/new/", TYPED).status_code in (403, 404)
    typed = {"expected_version": 1, "evidence": "document: E"}
    assert send(client, f"/api/findings/{number}/cite/", typed).status_code in (403, 404)
    assert Finding.objects.get().row_version == 1


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"\xff\xfe", b'{"title": {"a": 1}}', b'{"title": [[]]}', b"[" * 5000, b'"text"']
)
def test_what_is_no_object_of_plain_values_is_refused(cast, body):
    client = program(cast["sym-jmac"], "create:finding")
    said = client.post("/api/findings/new/", body, content_type="application/json")
    assert (said.status_code, said.json()["error"]["code"]) == (400, "not_readable")


def test_nothing_sent_is_nothing_done(cast):
    client = program(cast["sym-jmac"], "create:finding")
    for said in (client.post("/api/findings/new/"), send(client, "/api/findings/new/", {})):
        assert (said.status_code, said.json()["error"]["code"]) == (400, "misused")


def test_a_session_needs_the_page_s_key_and_a_token_does_not_act_for_a_session(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="sym-jmac"))
    said = send(client, "/api/findings/new/", TYPED)
    assert (said.status_code, said["Content-Type"]) == (403, "application/problem+json")
    forged = send(client, "/api/findings/new/", TYPED, headers={"Authorization": "Bearer bluehelm_" + "x" * 43})
    assert (forged.status_code, forged.json()["error"]["code"]) == (401, "invalid_token")
    assert send(Client(), "/api/findings/new/", TYPED).status_code == 401
    assert not Finding.objects.exists()
    key = "k" * 32
    client.cookies["csrftoken"] = key
    assert send(client, "/api/findings/new/", TYPED, headers={"X-CSRFToken": key}).status_code == 200
