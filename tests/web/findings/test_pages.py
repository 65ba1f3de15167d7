"""Do the pages show the chain, offer the deeds that are possible, and hide what is not addressed to the reader?"""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bluehelm.disclosure import Label, Marking
from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.tokens import make_token
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings import actions
from bluehelm.web.findings.models import Finding, Recommendation
from bluehelm.workflows.clock import today
from tests.web.conftest import publish_events
from tests.web.findings.conftest import DAY, MISSION, PATROL_REPORT, ROW, TEXTS

SECRET = "zirkonblau"


@pytest.fixture
def see(empty, cast):
    """A browser signed in as the holder of a post."""

    def signed_in_as(code: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=code))
        return client

    return signed_in_as


def text_of(response) -> str:
    return response.content.decode()


def fields_of(deed: str, version: int, recommendation: int | None = None, **typed) -> dict:
    return {"expected_version": version, "recommendation": recommendation or "", **typed}


def send(client: Client, number: int, verb: str, version: int, recommendation: int | None = None, **typed):
    return client.post(
        reverse("findings:do", args=[number, verb]), fields_of(verb, version, recommendation, **typed), follow=True
    )


def test_a_person_carries_a_finding_all_the_way_by_the_forms(see):
    planner, chief, engineers = see("unsym-planner"), see("unsym-chief"), see("unsym-engineers")
    made = planner.post(
        reverse("findings:new"),
        {
            "title": "No patrol reached Volmesh for a month",
            "statement": "The road is cut.",
            "evidence": "document: Patrol report 114\ndocument: Patrol report 115",
            "domain": "protection",
            "severity": "high",
            "confidence": "moderate",
            "mission": "UNSYM",
            "marking": "0",
            "audience": ["mission:UNSYM"],
        },
    )
    finding = Finding.objects.get()
    assert made.headers["Location"] == reverse("findings:page", args=[finding.pk])
    number, due_on = finding.pk, (today() + timedelta(days=60)).isoformat()
    send(
        planner, number, "recommend", 1, text="Open the road.", owner="unsym-engineers", due_on=due_on, capability="new"
    )
    send(chief, number, "decide", 2, 1, outcome="modified", why="Too dear.", modified_to="Open one lane.")
    send(engineers, number, "start", 3, 1, steps="Survey\nClear it", measurement="patrols that get through",
         source="patrol reports", read_on=due_on)  # fmt: skip
    send(engineers, number, "step", 4, 1, step=1, evidence="document: Survey")
    send(engineers, number, "step", 5, 1, step=2, evidence="document: Photographs")
    send(engineers, number, "finish", 6, 1, extent="in full", evidence="document: Hand-over")
    send(planner, number, "read-effect", 7, 1, reading="12 of 14", judgement="It held.", confidence="moderate",
         evidence="document: Patrol reports of June")  # fmt: skip
    finding.refresh_from_db()
    assert (finding.state, finding.row_version) == ("closed", 8)
    page = text_of(planner.get(reverse("findings:page", args=[number])))
    for said in ("Open one lane.", "It read 12 of 14", "Patrol report 115", "effect read", "It held."):
        assert said in page
    assert page.count("step--done") == 5


def test_the_page_and_its_json_say_the_same(see, chain, empty):
    publish_events(empty, DAY)  # the version that is cited
    chain.recommend()
    chain.accept()
    client = see("unsym-planner")
    page = text_of(client.get(reverse("findings:page", args=[chain.finding.pk])))
    said = client.get(f"/api/findings/{chain.finding.pk}/").json()
    assert f'href="/api/findings/{chain.finding.pk}/"' in page
    assert said["title"] in page
    assert said["recommendations"][0]["decisions"][0]["why"] in page
    assert said["versions"] == [{"table": "events", "version": 1, "sha256": ROW.sha256}]
    assert [one["deed"] for one in said["history"]] == ["finding.raised", "recommendation.made", "decision.accepted"]


def test_only_possible_deeds_are_offered(see, chain):
    chain.recommend()
    number = chain.finding.pk
    decide = f'action="{reverse("findings:do", args=[number, "decide"])}"'
    assert decide in text_of(see("unsym-chief").get(reverse("findings:page", args=[number])))
    assert decide not in text_of(see("unsym-planner").get(reverse("findings:page", args=[number])))
    viewer = text_of(see("unsym-viewer").get(reverse("findings:page", args=[number])))
    assert '<form method="post" action="/findings/' not in viewer


def test_a_deed_sent_without_the_right_is_refused_and_changes_nothing(see, chain):
    chain.recommend()
    answer = send(see("unsym-planner"), chain.finding.pk, "decide", chain.version, 1, outcome="accepted", why="Yes.")
    assert answer.status_code == 403
    assert chain.state == "recommended"


def test_a_refused_form_comes_back_with_what_was_typed(see, chain):
    chain.recommend()
    answer = send(see("unsym-chief"), chain.finding.pk, "decide", chain.version, 1, outcome="modified", why=SECRET)
    assert answer.status_code == 400
    assert SECRET in text_of(answer)
    assert "says what it was modified to" in text_of(answer)


@pytest.mark.parametrize("address", ["/findings/{n}/", "/api/findings/{n}/", "/findings/999999/"])
def test_who_may_not_read_it_meets_nothing(see, chain, address):
    assert see("other-planner").get(address.format(n=chain.finding.pk)).status_code == 404
    assert Client().get(address.format(n=chain.finding.pk)).status_code == 404


def test_nothing_of_a_hidden_finding_shows_anywhere(see, cast):
    strict = Label(Marking.STRICTLY_CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
    texts = replace(TEXTS, title=f"{TEXTS.title} {SECRET}")
    hidden = actions.raise_finding(texts=texts, evidence=[ROW], label=strict, by=cast["unsym-jmac"], on=DAY)
    shown = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=cast["unsym-planner"], on=DAY)
    addresses = ["/findings/", "/findings/?state=all", f"/findings/?text={SECRET}&state=all", "/findings/mine/",
                 "/findings/measures/", f"/findings/{shown.pk}/", f"/findings/{hidden.pk}/"]  # fmt: skip
    for code in ("unsym-planner", "unsym-viewer", "other-planner"):
        client = see(code)
        for address in [*addresses, *(f"/api{one}" for one in addresses)]:
            said = text_of(client.get(address)).replace(f"text={SECRET}", "").replace(f'value="{SECRET}"', "")
            assert SECRET not in said, (code, address)
        assert len(client.get("/api/findings/?state=all").json()["findings"]) == (0 if code == "other-planner" else 1)
    assert SECRET in text_of(see("unsym-jmac").get(f"/findings/{shown.pk}/"))  # there it is proposed as a duplicate


def test_a_role_that_may_not_see_who_reported_does_not(see, chain):
    chain.recommend(cost_usd=123_456)
    for address in (f"/findings/{chain.finding.pk}/", f"/api/findings/{chain.finding.pk}/"):
        viewer, planner = (text_of(see(code).get(address)) for code in ("unsym-viewer", "unsym-planner"))
        assert "unsym-planner" in planner
        assert "123" in planner
        assert "unsym-planner" not in viewer
        assert "123,456" not in viewer
        assert "123456" not in viewer


def test_reads_of_restricted_findings_stand_in_the_audit(see, cast):
    label = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"}))
    finding = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=label, by=cast["unsym-planner"], on=DAY)
    see("unsym-chief").get(f"/findings/{finding.pk}/")
    read = Entry.objects.filter(deed="record.read").get()
    assert (read.by, read.key, read.marking) == ("unsym-chief", str(finding.pk), 1)


def test_a_token_reads_what_its_post_may_read_and_only_with_the_scope(see, chain):
    person, post = User.objects.get(username="unsym-planner"), chain.cast["unsym-planner"].post
    found = {}
    for scope in ("read:finding", "read:table"):
        _token, secret = make_token(owner=person, name=scope, post=post, scopes=[scope], days=30)
        found[scope] = Client().get("/api/findings/", headers={"Authorization": f"Bearer {secret}"})
    assert [one["finding"] for one in found["read:finding"].json()["findings"]] == [chain.finding.pk]
    assert (found["read:table"].status_code, TEXTS.title in text_of(found["read:table"])) == (403, False)
    assert Client().get("/api/findings/", headers={"Authorization": "Bearer bluehelm_nothing"}).status_code == 401


# Findings that read alike


def test_findings_that_read_alike_are_proposed_until_a_person_says_they_are_two(see, chain, planner):
    other = actions.raise_finding(texts=TEXTS, evidence=[PATROL_REPORT], label=MISSION, by=planner, on=DAY)
    page, number = f"/findings/{chain.finding.pk}/", chain.finding.pk
    client = see("unsym-planner")
    assert "reads alike: 100 of 100" in text_of(client.get(page))
    answer = send(client, number, "keep-apart", chain.version, other=other.pk, reason="Two roads.")
    assert answer.status_code == 200
    for address in (page, f"/findings/{other.pk}/"):
        assert "reads alike" not in text_of(client.get(address))


def test_a_merged_finding_leads_to_the_other_and_back(see, chain, planner):
    other = actions.raise_finding(texts=TEXTS, evidence=[PATROL_REPORT], label=MISSION, by=planner, on=DAY)
    client = see("unsym-planner")
    send(client, chain.finding.pk, "merge", chain.version, into=other.pk, kept="The count of days.")
    merged, into = (text_of(client.get(f"/findings/{number}/")) for number in (chain.finding.pk, other.pk))
    assert f'href="/findings/{other.pk}/"' in merged
    assert f'href="/findings/{chain.finding.pk}/"' in into
    assert "The count of days." in merged
    send(client, chain.finding.pk, "unmerge", chain.version, reason="Two roads.")
    assert chain.state == "raised"


# Two people, each in a browser


def texts_typed(**changed) -> dict:
    return {
        "title": TEXTS.title,
        "statement": TEXTS.statement,
        "domain": TEXTS.domain,
        "severity": TEXTS.severity,
        "confidence": TEXTS.confidence,
        "mission": TEXTS.mission,
        "reason": "",
    } | changed


def test_the_second_of_two_editors_sees_both_changes_and_loses_nothing(see, chain):
    number, seen = chain.finding.pk, chain.version
    first, second = see("unsym-planner"), see("unsym-chief")
    send(first, number, "edit", seen, **texts_typed(title="The first one's title", severity="critical"))
    answer = send(second, number, "edit", seen, **texts_typed(title="The second one's title", confidence="high"))
    assert answer.status_code == 409
    page = text_of(answer)
    assert "The first one&#x27;s title" in page
    assert "The second one&#x27;s title" in page
    chain.finding.refresh_from_db()
    assert (chain.finding.title, chain.finding.severity) == ("The first one's title", "critical")

    form = next(one.form for one in answer.context["it"].deeds if one.deed.verb == "edit")
    assert form.data["severity"] == "critical"  # what only the other changed is taken over
    assert form.data["confidence"] == "high"
    assert form.data["title"] == "The second one's title"
    again = second.post(reverse("findings:do", args=[number, "edit"]), form.data)
    assert again.status_code == 302
    chain.finding.refresh_from_db()
    assert (chain.finding.title, chain.finding.severity, chain.finding.confidence) == (
        "The second one's title",
        "critical",
        "high",
    )
    history = text_of(first.get(reverse("findings:page", args=[number])))
    assert "The first one&#x27;s title" in history


def test_a_decision_on_an_old_page_is_asked_again(see, chain):
    chain.recommend()
    seen = chain.version
    chain.do(actions.reschedule, "unsym-engineers", recommendation=1, due_on=date(2026, 9, 1), owner="unsym-engineers",
             reason="The steel came late.", on=DAY + timedelta(days=5))  # fmt: skip
    answer = send(see("unsym-chief"), chain.finding.pk, "decide", seen, 1, outcome="accepted", why="In time for June.")
    assert answer.status_code == 409
    assert "The steel came late." in text_of(answer)
    assert "In time for June." in text_of(answer)
    assert chain.state == "recommended"


# Lists


def test_filters_find_by_state_owner_due_severity_and_words(see, chain, planner):
    chain.recommend()
    actions.raise_finding(
        texts=replace(TEXTS, title="Radios fail in Firnok", domain="forces", severity="low"), evidence=[PATROL_REPORT],
        label=MISSION, by=planner, on=DAY,
    )  # fmt: skip
    client = see("unsym-planner")

    def found(query: str) -> list[str]:
        return [one["title"] for one in client.get(f"/api/findings/?{query}").json()["findings"]]

    assert found("") == [TEXTS.title, "Radios fail in Firnok"]
    assert found("owner=unsym-engineers") == found("due=overdue") == found("text=bridge VOLMESH") == [TEXTS.title]
    assert found("severity=low") == found("domain=forces") == found("state=raised") == ["Radios fail in Firnok"]
    assert found("sort=severity&state=open") == [TEXTS.title, "Radios fail in Firnok"]
    assert found("state=ended") == []


def test_an_unreadable_filter_is_said_and_not_guessed(see, chain):
    client = see("unsym-planner")
    assert client.get("/findings/?severity=huge").status_code == 400
    answer = client.get("/api/findings/?severity=huge")
    assert answer.status_code == 400
    assert "huge" in answer.json()["error"]["problems"][0]


def test_a_page_of_many_findings_asks_the_database_as_often_as_a_page_of_few(
    see, planner, chief, django_assert_num_queries, django_assert_max_num_queries
):
    client = see("unsym-planner")

    def raise_many(count: int) -> None:
        one = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=planner, on=DAY)
        copies = [
            Finding(
                **{field.attname: getattr(one, field.attname) for field in Finding._meta.fields if field.name != "id"}
            )
            for _ in range(count)
        ]
        made = Finding.objects.bulk_create(copies, batch_size=500)
        Recommendation.objects.bulk_create(
            [
                Recommendation(finding=finding, number=1, text="Do it.", owner=planner.post, due_on=DAY,
                               made_by="unsym-planner", made_post=planner.post, made_on=DAY)
                for finding in made
            ],
            batch_size=500,
        )  # fmt: skip

    raise_many(3)
    client.get("/findings/")  # the session's own queries come first
    with django_assert_max_num_queries(20) as few:
        assert client.get("/findings/").status_code == 200
    raise_many(10_000)
    with django_assert_num_queries(len(few.captured_queries)):
        answer = client.get("/findings/?page=7")
    assert answer.context["page"].paginator.count == 10_005
    assert "301 to 350 of" in text_of(answer)


def test_an_empty_ledger_says_so(see):
    assert "No open finding is addressed to you." in text_of(see("unsym-planner").get("/findings/"))
    assert "No finding fits." in text_of(see("unsym-planner").get("/findings/?severity=low"))
    assert "Nothing waits for your post." in text_of(see("unsym-planner").get("/findings/mine/"))
    assert text_of(see("unsym-planner").get("/findings/measures/")).count("No case yet.") == 2


# What waits for a post


def test_each_post_is_asked_for_what_it_alone_can_do(see, chain):
    def needs(code: str) -> list[str]:
        return [one["need"] for one in see(code).get("/api/findings/mine/").json()["waiting"]]

    chain.recommend()
    assert (needs("unsym-chief"), needs("unsym-engineers"), needs("unsym-planner")) == (["decide"], [], [])
    chain.accept()
    assert (needs("unsym-chief"), needs("unsym-engineers")) == ([], ["begin"])
    chain.start()
    assert needs("unsym-engineers") == ["implement"]
    chain.finish_steps()
    chain.finish()
    assert needs("unsym-engineers") == ["read the effect"]
    chain.read_effect()
    assert needs("unsym-engineers") == []
    assert "Nothing waits" in text_of(see("unsym-engineers").get("/findings/mine/"))


def test_measures_count_only_what_the_reader_may_read(see, chain):
    chain.recommend(capability="new")
    chain.accept()
    chain.start()
    chain.finish_steps()
    chain.finish()
    said = see("unsym-planner").get("/api/findings/measures/").json()
    assert said["adaptiveness"]["became"] == {"implemented": 1}
    assert said["adaptiveness"]["median_days"] == (date(2026, 5, 28) - DAY).days
    assert said["nimbleness"]["median_days"] == (date(2026, 5, 28) - date(2026, 3, 12)).days
    assert said["adaptiveness"]["too_few"] is True
    page = text_of(see("unsym-planner").get("/findings/measures/"))
    assert "Fewer than 10 cases" in page
    assert "staircase__line" in page
    assert see("other-planner").get("/api/findings/measures/").json()["adaptiveness"]["cases"] == 0
    assert json.dumps(said)


def test_a_cited_version_must_be_there(see):
    answer = see("unsym-planner").post(reverse("findings:new"), {"evidence": "events version 9, SYN1\nnothing"})
    assert answer.status_code == 400
    page = text_of(answer)
    assert "there is no version 9 of a table events" in page
    assert "write a kind and what it is" in page
