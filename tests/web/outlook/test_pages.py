"""Do the pages say what the JSON says, offer what is possible, keep what was typed, and hide what is not addressed?"""

import re
from datetime import date

import pytest
from django.urls import reverse

from bluehelm.disclosure import Label, Marking
from bluehelm.store import Store
from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.tokens import make_token
from bluehelm.web.audit.models import Entry
from bluehelm.web.morning.sections import Section
from bluehelm.web.outlook import actions, lens_actions
from bluehelm.web.outlook.models import LensAssessment, OutlookRelease, Threshold
from bluehelm.web.outlook.morning import escalated_to_you, latest_outlooks, told_of_an_outlook
from bluehelm.web.outlook.presenters import chances, change, drawn_chances
from bluehelm.workflows.clock import today
from bluehelm.workflows.readers import tables_as_read_by
from tests.web.outlook.conftest import MISSION, REASON, RELEASED, WIDER, client_of

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def sent(client, release, verb, **typed):
    release.refresh_from_db()
    fields = {"expected_version": release.row_version} | typed
    return client.post(reverse("outlook:release-do", args=[release.pk, verb]), fields, follow=True)


def test_people_carry_an_outlook_all_the_way_by_the_forms(folder, cast, unit):
    analyst, head, chief = client_of("sym-jmac"), client_of("sym-head"), client_of("sym-chief")
    drafted = analyst.post(
        reverse("outlook:new"),
        {"version": 2, "title": "The second half", "assessment": "Wide.", "marking": 0, "audience": ["mission:UNSYM"]},
    )
    release = OutlookRelease.objects.get()
    assert drafted.headers["Location"] == reverse("outlook:page", args=[release.pk])
    sent(analyst, release, "edit", title="The second half of the year", assessment="The intervals are wide.")
    sent(head, release, "release", marking=0, audience=["mission:UNSYM", "headquarters"], reason=REASON)
    sent(analyst, release, "tell", post="sym-chief", how="In the weekly meeting")
    sent(chief, release, "acknowledge", answer="Reserve informed.")
    sent(chief, release, "done", text="A base at the market", unit=unit, first_month="2025-08", last_month="2025-09")
    page = text_of(chief.get(reverse("outlook:page", args=[release.pk])))
    for said in ("The second half of the year", "The intervals are wide.", "In the weekly meeting",
                 "Reserve informed.", "A base at the market", "naive model shown", "somebody acted"):  # fmt: skip
        assert said in page
    release.refresh_from_db()
    assert (release.state, release.row_version) == ("released", 6)
    assert "The second half of the year" in text_of(client_of("hq-forces").get(reverse("outlook:list")))


def test_the_page_and_its_json_say_the_same(release, act, cast, unit):
    act(actions.choose_threshold, "sym-chief", mission=MISSION, unit_kind="country", target="all", unit="", deaths=60,
        why="The reserve moves.", label=WIDER.__class__(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM"})),
        on=date(2025, 7, 1))  # fmt: skip
    client = client_of("sym-jmac")
    page = text_of(client.get(f"/outlook/{release.pk}/?target=all&month=2025-09"))
    said = client.get(f"/api/outlook/{release.pk}/").json()
    of_unit = said["outlook"]["targets"][0]["units"][0]
    month = next(one for one in of_unit["months"] if one["month"] == "2025-09")
    assert of_unit["at_least"] == 60
    row = re.search(r'<tr><th scope="row"><a href="[^"]*month=2025-09[^"]*">[^<]*</a></th>(.*?)</tr>', page)[1]
    assert drawn_chances(month["probability"]) in row
    assert f"{month['low']} – {month['high']}" in row
    assert change(month["probability"], month["a_quarter_before"]) in row
    assert said["outlook"]["compared_with"] == "2025-03" and "Since the outlook of 2025-03" in page
    assert f'href="/api/outlook/{release.pk}/?target=all&amp;month=2025-09"' in page
    observed = next(
        one for one in said["followed"] if (one["target"], one["month"], one["at_least"]) == ("all", "2025-09", 60)
    )
    assert observed["observed"] is not None
    assert {version["table"] for version in said["versions"]} == {"events", "outlooks"}


def test_the_map_shades_each_place_by_its_probability_and_the_table_says_the_same(release, unit):
    client = client_of("hq-forces")
    layers = client.get(f"/api/outlook/{release.pk}/map/?target=one-sided&month=2025-08").json()
    (place,) = layers["cells"]["features"]
    said = client.get(f"/api/outlook/{release.pk}/").json()["outlook"]["targets"]
    of_unit = next(one for one in said if one["target"] == "one-sided")["units"][0]
    month = next(one for one in of_unit["months"] if one["month"] == "2025-08")
    assert place["properties"]["probability"] == month["probability"]
    assert f"{of_unit['at_least']} or more deaths in 2025-08" in place["properties"]["says"]
    assert layers["bounds"] and place["geometry"]["type"] in ("Polygon", "MultiPolygon")


@pytest.mark.parametrize("query", ["?target=theft&month=1899-01&unit=%3Cscript%3E", "?month=", "?unit=__proto__"])
def test_an_address_that_asks_for_nothing_there_is_shows_what_there_is(release, query):
    answer = client_of("sym-jmac").get(f"/outlook/{release.pk}/{query}")
    assert answer.status_code == 200
    assert "<script>" not in text_of(answer).replace("<script type=", "")


def test_two_people_who_edit_see_both_texts(draft, cast):
    first, second = client_of("sym-jmac"), client_of("sym-planner")
    seen = draft.row_version
    sent(first, draft, "edit", title="First title", assessment="First words.")
    answer = second.post(
        reverse("outlook:release-do", args=[draft.pk, "edit"]),
        {"expected_version": seen, "title": "Second title", "assessment": "Second words."},
    )
    assert answer.status_code == 409
    page = text_of(answer)
    for said in ("First title", "First words.", "Second title", "Second words.", "Nothing of yours was saved or lost"):
        assert said in page
    again = re.search(r'id="sent".*?name="expected_version" value="(\d+)"', page)
    draft.refresh_from_db()
    assert draft.title == "First title" and int(again[1]) == draft.row_version


def test_what_was_typed_stays_when_it_is_refused(release, cast):
    answer = sent(client_of("sym-jmac"), release, "done", text="A base", first_month="August", last_month="2025-09")
    assert answer.status_code == 400
    page = text_of(answer)
    assert "Write the month as YYYY-MM" in page and ">A base</textarea>" in page.replace("> A", ">A")


def test_what_was_typed_in_one_post_is_not_done_in_another(draft, cast):
    typed = {"title": "T", "assessment": "A", "acting_post": "sym-chief"}
    answer = sent(client_of("sym-jmac"), draft, "edit", **typed)
    assert answer.status_code == 400 and "now act as sym-jmac" in text_of(answer)


@pytest.mark.parametrize(
    ("who", "offered"),
    [("sym-head", {"tell", "done", "probability", "withdraw"}), ("sym-jmac", {"tell", "done", "probability"}),
     ("sym-planner", {"tell", "done", "probability"}), ("sym-viewer", set()), ("hq-forces", set())],
)  # fmt: skip
def test_only_deeds_that_are_possible_are_offered(release, cast, who, offered):
    page = text_of(client_of(who).get(reverse("outlook:page", args=[release.pk])))
    assert set(re.findall(rf'action="/outlook/{release.pk}/([a-z]+)/"', page)) == offered


def test_drafts_are_shown_to_those_who_write_them(draft, cast):
    for who, status in (("sym-jmac", 200), ("sym-planner", 200), ("sym-viewer", 404), ("hq-forces", 404)):
        assert client_of(who).get(reverse("outlook:page", args=[draft.pk])).status_code == status


def test_accounts_are_named_to_those_who_act_and_to_nobody_else(release, cast):
    for who, named in (("sym-jmac", True), ("sym-viewer", False)):
        page = text_of(client_of(who).get(reverse("outlook:page", args=[release.pk])))
        said = client_of(who).get(f"/api/outlook/{release.pk}/").json()
        assert ("(sym-head)" in page) is named
        assert said["released_by"] == ("sym-head" if named else None)


def test_reads_of_a_confidential_release_stand_in_the_audit(folder, act, cast):
    secret = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"}))
    made = act(actions.draft_release, "sym-jmac", mission=MISSION, version=2, title="T", assessment="A", label=secret)
    client_of("sym-planner").get(reverse("outlook:page", args=[made.pk]))
    entry = Entry.objects.get(deed="record.read", kind="outlook")
    assert (entry.key, entry.by) == (str(made.pk), "sym-planner")


def test_numbers_that_went_back_to_the_mission_are_said_to_be_hidden(release, act, cast):
    act(actions.withdraw_release, "sym-head", release, reason="Counted twice in the file it was made from.")
    page = text_of(client_of("hq-forces").get(reverse("outlook:page", args=[release.pk])))
    assert "Its numbers are not shown to you" in page and "Counted twice" in page
    said = client_of("hq-forces").get(f"/api/outlook/{release.pk}/").json()
    assert said["outlook"] is None and said["followed"] == []
    assert client_of("hq-forces").get(f"/api/outlook/{release.pk}/map/").status_code == 404
    history = client_of("hq-forces").get("/api/outlook/history/").json()
    assert history["numbers_not_shown"] == [release.pk]


def test_a_token_reads_outlooks_with_its_scope_and_without_it_nothing(release, cast):
    user = User.objects.get(username="sym-jmac")
    for scope, status in (("read:outlook", 200), ("read:lens", 403)):
        _token, secret = make_token(owner=user, name=scope, post=cast["sym-jmac"].post, scopes=[scope], days=1)
        client = client_of("nobody")
        answer = client.get(f"/api/outlook/{release.pk}/", HTTP_AUTHORIZATION=f"Bearer {secret}")
        assert answer.status_code == status


def test_a_threshold_is_chosen_and_ended_by_the_forms(folder, cast):
    client = client_of("sym-chief")
    asked = {"unit_kind": "country", "target": "all", "unit": "", "deaths": 30, "why": "The reserve moves.",
             "marking": 0, "audience": ["mission:UNSYM"]}  # fmt: skip
    client.post(reverse("outlook:thresholds"), asked)
    chosen = Threshold.objects.get()
    refused = client.post(reverse("outlook:thresholds"), asked | {"deaths": 0})
    assert refused.status_code == 400 and Threshold.objects.count() == 1
    client.post(reverse("outlook:end-threshold", args=[chosen.pk]), {"expected_version": 99, "reason": "Over."})
    chosen.refresh_from_db()
    assert chosen.until_on is None
    client.post(reverse("outlook:end-threshold", args=[chosen.pk]), {"expected_version": 1, "reason": "Over."})
    chosen.refresh_from_db()
    assert chosen.ended_why == "Over."
    assert client_of("sym-jmac").post(reverse("outlook:thresholds"), asked).status_code == 404


def test_the_lens_is_carried_by_the_forms_and_answered_by_the_post_that_was_asked(folder, cast):
    analyst, head = client_of("sym-jmac"), client_of("sym-head")
    analyst.post(reverse("outlook:lens-new"), {"place": "The valleys", "marking": 1, "audience": ["mission:UNSYM"]})
    made = LensAssessment.objects.get()

    def send(client, verb, **typed):
        made.refresh_from_db()
        fields = {"expected_version": made.row_version} | typed
        return client.post(reverse("outlook:lens-do", args=[made.pk, verb]), fields, follow=True)

    wrong = send(analyst, "judge", factor=1, found="present", confidence="low", evidence="somewhere", reasoning="R")
    assert wrong.status_code == 400 and "write a kind and what it is" in text_of(wrong)
    send(analyst, "judge", factor=1, found="present", confidence="low", reasoning="Seen twice.",
         evidence="document: Report 9\nevents version 1, SYN000001")  # fmt: skip
    send(analyst, "narrative", place="The valleys", narrative="One market, two groups.")
    send(analyst, "trigger", starts="2027-03-01", until="2027-03-10", text="Census")
    send(analyst, "escalate", post="sym-head", why="Weeks.")
    send(head, "answer", escalation=made.escalations.get().pk, answer="Night presence.")
    page = text_of(head.get(reverse("outlook:lens-page", args=[made.pk])))
    for said in ("Seen twice.", "Report 9", "One market, two groups.", "Census", "Night presence.", "unverified"):
        assert said in page


def test_evidence_from_a_hidden_version_shows_neither_row_nor_digest(folder, act, cast):
    label = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"}))
    made = act(lens_actions.draft_assessment, "sym-jmac", mission=MISSION, place="P", assessed_on=None, label=label)
    act(lens_actions.judge_factor, "sym-jmac", made, factor=1, indicator="", found="present", movement="",
        mitigation="", confidence="low", evidence="outlooks version 1, zirkonblau", reasoning="R")  # fmt: skip
    with tables_as_read_by(lambda: cast["sym-jmac"].reader_of("table")):
        store = Store(folder)
        version = store.version("outlooks", 1)
        store.relabel(version, version.label.__class__("strictly-confidential", ("section:UNSYM/JMAC",)))
    for who, seen in (("sym-jmac", True), ("sym-chief", False)):
        said = client_of(who).get(f"/api/lens/{made.pk}/")
        assert ("zirkonblau" in said.content.decode()) is seen
        assert ("zirkonblau" in client_of(who).get(f"/lens/{made.pk}/").content.decode()) is seen
        assert (said.json()["versions"][0]["sha256"] is not None) is seen


def test_the_mornings_list_new_outlooks_and_what_waits_for_an_answer(release, act, cast):
    act(actions.tell, "sym-jmac", release, post="sym-chief", how="By a call", on=RELEASED)
    label = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"}))
    made = act(lens_actions.draft_assessment, "sym-jmac", mission=MISSION, place="P", assessed_on=None, label=label)
    act(lens_actions.escalate, "sym-jmac", made, post="sym-chief", why="Weeks.")
    listed = {listing: listing(cast["sym-chief"], today()) for listing in (told_of_an_outlook, escalated_to_you)}
    assert all(isinstance(section, Section) and len(section.entries) == 1 for section in listed.values())
    for listing in (told_of_an_outlook, escalated_to_you):
        assert listing(cast["sym-head"], today()).entries == ()
    with tables_as_read_by(lambda: cast["hq-forces"].reader_of("table")):
        (entry,) = latest_outlooks(cast["hq-forces"], today()).entries
    assert entry.url == reverse("outlook:page", args=[release.pk])
    assert latest_outlooks(cast["state-a"], today()).entries == ()


@pytest.mark.parametrize(
    ("probability", "said"),
    [(0, "0 in 100"), (0.004, "less than 1 in 100"), (0.5, "50 in 100"), (0.998, "more than 99 in 100"),
     (1, "100 in 100")],
)  # fmt: skip
def test_a_chance_is_never_rounded_to_certainty(probability, said):
    assert chances(probability) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "less than 1 in 100"), (0.5, "50 in 100"), (1.0, "more than 99 in 100")]
)
def test_draws_make_nothing_certain(share, said):
    assert drawn_chances(share) == said
