"""Do the pages show each reader what is his or hers, offer only deeds that are possible, and stay quick?"""

import re
from datetime import timedelta

import pytest

from bluehelm.web.audit.models import Entry
from bluehelm.web.forces import (
    actions,
    deeds,
    deployments,
    imports,
    morning,
    presenters,
    reads,
    rotations,
    runs,
    visits,
)
from bluehelm.web.forces.deeds import SUBJECTS
from bluehelm.web.forces.exchange import PLEDGE_COLUMNS, REQUIREMENT_COLUMNS
from bluehelm.web.forces.models import Change, DeploymentCase, Pledge, Requirement, Slot
from bluehelm.web.forces.presenters import DEED_WORDS
from bluehelm.web.morning.pages import page_named
from bluehelm.workflows.clock import today
from tests.web.forces.conftest import asked, client_of, climb, offered
from tests.web.forces.test_imports import take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def offered_deeds(who: str, path: str) -> set[str]:
    return set(re.findall(r'action="/forces/[\w-]+/[\w-]+/([\w-]+)/"', client_of(who).get(path).content.decode()))


# Who is offered what


def test_each_reader_is_offered_the_deeds_that_are_his(ready, requirement, cast):
    assert offered_deeds("hq-forces", f"/forces/pledge/{ready.code}/") == {
        "raise", "renew", "lower", "declare", "edit", "relabel", "withdraw",
    }  # fmt: skip
    assert offered_deeds("state-a", f"/forces/pledge/{ready.code}/") == {"renew", "declare", "edit", "withdraw"}
    assert offered_deeds("sym-planner", f"/forces/requirement/{requirement.code}/") == {"edit", "withdraw"}
    assert offered_deeds("sym-chief", f"/forces/requirement/{requirement.code}/") == set()


@pytest.mark.parametrize("name", SUBJECTS)
def test_what_is_not_offered_is_refused_to_whoever_sends_it_all_the_same(ready, cast, name):
    """Every deed of every kind, sent by another state about a record that exists, and about one that does not."""
    client, subject = client_of("state-b"), SUBJECTS[name]
    for deed in (*subject.deeds, *subject.parts):
        for code in (ready.code, "NOBODY-1"):
            answer = client.post(f"/forces/{name}/{code}/{deed.verb}/", {"expected_version": 1})
            assert answer.status_code == 404, (name, deed.verb, code)


def test_every_deed_that_leaves_a_history_has_words_for_it():
    import inspect

    from bluehelm.web.forces import cards, rotations

    said: set[str] = set()
    for module in (actions, cards, deployments, imports, rotations, visits):
        said |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', inspect.getsource(module)))
    said -= {"requirements.csv", "pledges.csv"}
    fixed = {name for name in said if name.split(".")[0] not in ("run", "import", "readiness")}
    assert fixed <= set(DEED_WORDS), fixed - set(DEED_WORDS)


# Deeds through the page


def test_a_deed_is_done_through_its_page_and_a_refused_one_comes_back_with_what_was_typed(pledge, desk):
    client, url = client_of("hq-forces"), f"/forces/pledge/{pledge.code}/raise/"
    form = client.get(f"/forces/pledge/{pledge.code}/").content.decode()
    assert 'name="evidence_0"' in form and "Note verbale" in form
    short = client.post(url, {"expected_version": 1, "evidence_0": "NV 12"})
    assert short.status_code == 400 and 'value="NV 12"' in short.content.decode()
    typed = {f"evidence_{number}": f"document {number}" for number in range(4)}
    assert client.post(url, {"expected_version": 1, **typed}).status_code == 302
    assert Pledge.objects.get().level == "L1"
    assert "document 2" in text_of(client.get(f"/forces/pledge/{pledge.code}/"))


def test_whoever_comes_second_sees_what_the_first_did_and_keeps_what_was_typed(requirement, desk):
    actions.edit_requirement(
        code=requirement.code, expected_version=1, fields=asked(strength=222), reason="More of them", by=desk
    )
    said = {"expected_version": 1, "reason": "Not needed any more"}
    answer = client_of("hq-forces").post(f"/forces/requirement/{requirement.code}/withdraw/", said)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "More of them" in page and "Not needed any more" in page and 'name="expected_version" value="2"' in page
    assert Requirement.objects.get().withdrawn_on is None


def test_what_was_typed_in_one_post_is_not_done_in_another(requirement):
    said = {"expected_version": 1, "reason": "x", "acting_post": "sym-planner"}
    answer = client_of("hq-forces").post(f"/forces/requirement/{requirement.code}/withdraw/", said)
    assert answer.status_code == 400 and "now act as hq-forces" in text_of(answer)


def test_a_requirement_is_made_from_a_template_with_its_functions(desk):
    client = client_of("hq-forces")
    form = client.get("/forces/new/requirement/?template=formed-police").context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    year = today().year + 1
    typed |= {"mission": "UNSYM", "from_on": f"{year}-01-01", "until_on": f"{year}-12-31", "priority": 2,
              "template": "formed-police"}  # fmt: skip
    typed = {name: value for name, value in typed.items() if value is not False}
    assert client.post("/forces/new/requirement/", typed).status_code == 302
    made = Requirement.objects.get()
    assert made.template == made.capability == "formed-police"
    assert sum(line.number for line in made.lines.filter(part="function")) == made.strength
    assert "public order platoon" in text_of(client.get(f"/forces/requirement/{made.code}/"))


# Lists


def test_filters_choose_and_a_filter_that_cannot_be_understood_says_so(requirement, ready, desk):
    client = client_of("hq-forces")
    assert len(client.get("/api/forces/pledges/?level=L2").json()["pledges"]) == 1
    assert client.get("/api/forces/pledges/?level=L3").json()["pledges"] == []
    assert client.get("/api/forces/requirements/?priority=2").json()["requirements"] == []
    wrong = client.get("/api/forces/requirements/?priority=seven")
    assert wrong.status_code == 400 and wrong.json()["error"]["code"] == "bad_filter"
    assert client.get("/forces/requirements/?priority=seven").status_code == 400
    deployments.open_case(requirement=requirement.code, pledge=ready.code, by=desk)
    assert client.get("/api/forces/requirements/").json()["requirements"] == []
    (under_way,) = client.get("/api/forces/requirements/?state=under-way").json()["requirements"]
    assert under_way["state"] == "under-way"


def test_an_empty_list_says_what_to_do_next(cast):
    for who in ("hq-forces", "state-a", "sym-viewer"):
        assert "No open requirement is addressed to you." in text_of(client_of(who).get("/forces/requirements/"))


def many(desk, number: int) -> None:
    requirements, pledges = [",".join(REQUIREMENT_COLUMNS)], [",".join(PLEDGE_COLUMNS)]
    for place in range(number):
        requirements.append(f"R{place},UNSYM,police,100,2027-01-01,2027-12-31,L1,,1,false,north,convoy")
        limit = "area:south" if place % 3 else ""
        pledges.append(f"P{place},S{place % 9},police,100,L2,2026-01-01,2029-12-31,en,{limit},,1,,,")
    take("requirements", desk, "\n".join(requirements) + "\n")
    take("pledges", desk, "\n".join(pledges) + "\n")


PAGES = ("/forces/requirements/", "/forces/pledges/", "/forces/contributors/", "/forces/caveats/?mission=UNSYM",
         "/forces/visits/", "/forces/pipeline/", "/forces/gaps/", "/forces/cards/", "/forces/ministerials/",
         "/forces/rotations/", "/forces/matching/", "/morning/forces/")  # fmt: skip


def test_a_page_asks_the_database_as_often_for_many_records_as_for_few(desk, django_assert_max_num_queries):
    client, asked_for = client_of("hq-forces"), {}
    many(desk, 60)
    for path in PAGES:
        client.get(path)  # the first time writes that it was read
        with django_assert_max_num_queries(60) as few:
            assert client.get(path).status_code == 200
        asked_for[path] = len(few.captured_queries)
    requirements, pledges = Requirement.objects.all(), Pledge.objects.all()
    copies = [
        Requirement(**{f.attname: getattr(one, f.attname) for f in one._meta.fields if f.name not in ("id", "code")},
                    code=f"{one.code}-{copy}")
        for one in requirements for copy in range(4)
    ]  # fmt: skip
    Requirement.objects.bulk_create(copies)
    Pledge.objects.bulk_create(
        Pledge(**{f.attname: getattr(one, f.attname) for f in one._meta.fields if f.name not in ("id", "code")},
               code=f"{one.code}-{copy}")
        for one in pledges for copy in range(4)
    )  # fmt: skip
    more = {}
    for path in PAGES:
        client.get(path)
        with django_assert_max_num_queries(60) as much:
            assert client.get(path).status_code == 200
        more[path] = len(much.captured_queries)
    assert more == asked_for


def test_an_open_requirement_names_its_nearest_offers_and_the_smallest_change(requirement, ready, desk, states):
    for fields in (offered(strength=120), offered(capability="aviation")):
        climb(actions.offer_pledge(contributor="STATE-B", fields=fields, by=desk), desk, "L2")
    page = client_of("hq-forces").get(f"/forces/requirement/{requirement.code}/")
    assert [(one["pledge"], reasons) for one, reasons in page.context["nearest"]] == [
        (ready.code, []),
        ("STATE-B-1", ["It has 120 persons; 140 are asked, 20 more."]),
    ]
    assert page.context["change"].startswith("It would be filled if STATE-B-1 had a strength of 140")
    text = text_of(page)
    assert "It fits." in text and "host acceptance" in text
    assert "STATE-B-1" in str(Entry.objects.filter(kind="pledge").latest("pk").detail)  # it was read
    for other in ("sym-planner", "state-a"):
        answer = client_of(other).get(f"/forces/requirement/{requirement.code}/")
        assert answer.status_code == 404 or "nearest" not in answer.context
    deployments.open_case(requirement=requirement.code, pledge=ready.code, by=desk)
    assert "What comes nearest" not in text_of(client_of("hq-forces").get(f"/forces/requirement/{requirement.code}/"))


# The morning


def test_the_morning_tells_what_needs_force_generation(requirement, ready, desk, states):
    soon = today() + timedelta(days=20)
    actions.make_requirement(fields=asked(from_on=soon, until_on=soon + timedelta(days=300), mission="UNOTH"), by=desk)
    case = deployments.open_case(requirement=requirement.code, pledge=ready.code, by=desk, on=today())
    case.stages.update(entered_on=today() - timedelta(days=50))
    Pledge.objects.update(expires_on=today() + timedelta(days=9))
    visits.plan_visit(pledge=ready.code, checklist="verification", planned_on=today() - timedelta(days=2), by=desk)
    gaps = morning.gaps_by_date(desk, today())
    assert [entry.due_on for entry in gaps.entries] == [soon] and "UNOTH" in gaps.entries[0].why
    stuck = morning.stuck_deployments(desk, today())
    assert "50 days; the pen is with headquarters" in stuck.entries[0].why
    ending = morning.ending_soon(desk, today())
    assert [entry.late for entry in ending.entries] == [True, False]
    assert morning.rotations_uncovered(desk, today()).entries == ()
    page = text_of(client_of("hq-forces").get("/morning/forces/"))
    assert "Needed soon, and open" in page and "Deployments stuck, and on whom" in page
    assert page_named("forces").roles == ("force-generation", "contributor", "training")


def test_a_state_s_morning_tells_of_its_own_and_no_other_s(ready, desk, cast):
    Pledge.objects.update(expires_on=today() + timedelta(days=9))
    assert [entry.text for entry in morning.ending_soon(cast["state-a"], today()).entries] == [
        f"State A: formed police ({ready.code})"
    ]
    assert morning.ending_soon(cast["state-b"], today()).entries == ()


def test_contributors_are_named_beside_their_codes_and_a_history_says_its_fields_in_words(ready, desk):
    client = client_of("hq-forces")
    assert "State A (STATE-A)" in client.get("/forces/visits/").content.decode()
    year = (today().year + 1) * 12
    slot = rotations.ask_slot(mission="UNSYM", capability="aviation", first=year, last=year + 11, by=desk)
    Slot.objects.update(framework_nation="STATE-A")
    page = client.get(f"/forces/slot/{slot.code}/").content.decode()
    assert "State A (STATE-A)" in page
    assert presenters.named("STATE-A-1 late; STATE-A leaves", {"STATE-A": "State A"}) == (
        "STATE-A-1 late; State A (STATE-A) leaves"
    )
    assert presenters.field_words(Slot, "framework_nation") == "framework nation"
    assert presenters.field_words(DeploymentCase, "holder") == "holds the pen"


# Sums


def test_a_gap_is_need_less_deployed_less_ready_and_leaves_as_csv_and_pdf(requirement, ready, desk):
    actions.make_requirement(fields=asked(strength=100), by=desk)
    client = client_of("hq-forces")
    (gap,) = client.get("/api/forces/gaps/").json()["gaps"]
    assert (gap["needed"], gap["deployed"], gap["available"]["L2"], gap["gap"]) == (2, 0, 1, 1)
    (at_l3,) = client.get("/api/forces/gaps/?level=L3").json()["gaps"]
    assert (at_l3["gap"], at_l3["gap_at_own_level"]) == (2, 1)
    assert "2 × L2" in client.get("/forces/gaps/?level=L3").content.decode()
    table = client.get("/forces/gaps/gaps.csv").content.decode().splitlines()
    assert table[1].startswith("formed-police,2,0,0,1,0,0,1,240,150,90,L2,")
    pdf = client.get("/forces/gaps/gaps.pdf")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")


def test_the_funnel_adds_up_to_the_list_it_was_made_from(states, desk):
    for number in range(4):
        made = actions.announce(
            contributor="STATE-A", ministerial="Zelleb", category="unit", text=f"Unit {number}",
            announced_on=today() - timedelta(days=20), by=desk,
        )  # fmt: skip
        if number > 1:
            actions.advance_announced(code=made.code, expected_version=1, to="registered", by=desk)
        if number > 2:
            actions.lapse_announced(code=made.code, expected_version=2, reason="No", by=desk)
    (told,) = client_of("hq-forces").get("/api/forces/ministerials/").json()["ministerials"]
    assert told["funnel"]["standing"] == {"announced": 2, "registered": 1, "verified": 0, "deployed": 0, "lapsed": 1}
    assert sum(told["funnel"]["standing"].values()) == len(told["pledges"]) == told["funnel"]["total"]


def test_the_map_of_caveats_says_what_nobody_can_do_and_when(requirement, ready, desk):
    actions.declare_caveat(
        code=ready.code, expected_version=3, caveat="task:convoy|time:18:00-06:00", source="Letter", by=desk
    )
    case = deployments.open_case(requirement=requirement.code, pledge=ready.code, by=desk)
    case.state, case.ended_on = "arrived", today()
    case.save()
    page = text_of(client_of("hq-forces").get("/forces/caveats/?mission=UNSYM"))
    assert "at no hour" in page and "not 18:00-06:00" in page
    found = reads.coverage(desk, "UNSYM", today())
    assert found.uncovered["north", "convoy"].hours == tuple(range(24))


def test_a_card_of_the_board_stands_at_its_stage_with_its_days_and_pen(requirement, ready, desk):
    case = deployments.open_case(requirement=requirement.code, pledge=ready.code, by=desk)
    deployments.enter_stage(code=case.code, expected_version=1, stage="mou", holder="Legal", by=desk)
    page = client_of("hq-forces").get("/forces/pipeline/")
    columns = {column.name: [card.case.code for card in column.cards] for column in page.context["columns"]}
    assert columns["note-verbale"] == columns["mou"] == [case.code] and columns["movement"] == []
    assert "Pen: Legal" in text_of(page)


def test_nothing_on_a_page_ranks_states_or_units(requirement, ready, desk):
    runs.carry_out(runs.ask_run(what="match", by=desk).pk)
    for path in (*PAGES, "/forces/matching/1/", f"/forces/pledge/{ready.code}/", "/forces/contributor/STATE-A/"):
        said = text_of(client_of("hq-forces").get(path)).lower()
        assert not re.search(r"\b(ranking|score of|best contributor|worst)\b", said), path


def test_deeds_of_records_that_are_not_there_tell_nothing(cast):
    for who in ("hq-forces", "state-a", "sym-viewer"):
        assert client_of(who).get("/forces/pledge/NOBODY-1/").status_code == 404
        assert client_of(who).get("/forces/nothing/NOBODY-1/").status_code == 404
    assert deeds.may_make(cast["state-a"], "pledge") and not deeds.may_make(cast["state-a"], "requirement")


def test_history_is_told_from_when_the_reader_could_read(requirement, desk, cast):
    actions.edit_requirement(
        code=requirement.code, expected_version=1, fields=asked(strength=99), reason="A secret reason", by=desk
    )
    actions.ask_the_states(code=requirement.code, expected_version=2, by=desk)
    page = text_of(client_of("state-a").get(f"/forces/requirement/{requirement.code}/"))
    assert "A secret reason" not in page and "Nothing is told of it to this post." in page
    assert Change.objects.count() == 3
