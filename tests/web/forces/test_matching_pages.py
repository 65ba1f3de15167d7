"""Is a matching of the records what the command says of their files, told in plain words, and no page kept waiting?"""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from bluehelm.disclosure import Label, Marking
from bluehelm.language import gettext, speaking
from bluehelm.web.design.defined import each_called
from bluehelm.web.forces import actions, deployments, matching, presenters, reads, runs
from bluehelm.web.forces.held import RefusedError
from bluehelm.web.forces.models import Pledge, Requirement, Run
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.workflows.clock import today
from bluehelm.workflows.match_pledges import HOURS_NOT_CONSIDERED, match_pledges, matched_json, read_inputs
from tests.web.forces.conftest import asked, client_of, climb, offered

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(states, desk):
    """Two requirements, and pledges that fit one, miss the other by a caveat, and hold no level."""
    for fields in (asked(), asked(area="south", priority=2)):
        actions.make_requirement(fields=fields, by=desk)
    fits = actions.offer_pledge(contributor="STATE-A", fields=offered(), by=desk)
    climb(fits, desk, "L2")
    limited = actions.offer_pledge(
        contributor="STATE-B", fields=offered(), caveats="task:convoy|time:18:00-06:00", source="Letter", by=desk
    )
    climb(limited, desk, "L2")
    actions.offer_pledge(contributor="STATE-B", fields=offered(), by=desk)


def carried_out(by, **asked_for) -> Run:
    return runs.carry_out(runs.ask_run(what="match", asked=asked_for, by=by).pk)


def test_the_answer_is_what_the_command_gives_for_the_exported_files(register, desk, tmp_path, empty):
    client, paths = client_of("hq-forces"), []
    for name in ("requirements", "pledges", "contributors"):
        path = tmp_path / f"{name}.csv"
        path.write_bytes(client.get(f"/forces/files/{name}.csv?only=open").content)
        paths.append(path)
    by_command = matched_json(match_pledges(read_inputs(*paths)))
    run = carried_out(desk)
    of_records = client.get(f"/api/forces/matching/{run.pk}/").json()["answer"]
    assert {**of_records, "seconds": 0} == {**by_command, "seconds": 0}
    assert of_records["filled"] and of_records["unfilled"] and of_records["inputs"]


def test_the_page_tells_in_words_why_and_what_would_mend_it_and_what_is_left_to_people(register, desk, empty):
    run = carried_out(desk)
    page = client_of("hq-forces").get(f"/forces/matching/{run.pk}/").content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "proved the best" in text
    assert "Its contributor set a limit that stands in the way: task:convoy." in text
    assert "It would be filled if STATE-B-1 had the caveats time:18:00-06:00 instead of" in text
    assert "host acceptance, regional politics, conduct, performance" in text
    assert "STATE-B-2" in text and "never registered, or lapsed" in text
    assert "?lift=STATE-B-1=task:convoy" in page


def test_the_page_says_by_when_a_level_must_be_renewed_to_count_when_its_requirement_begins(register, desk, empty):
    Pledge.objects.filter(code="STATE-A-1").update(expires_on=today() + timedelta(days=1))
    Requirement.objects.update(from_on=today() + timedelta(days=9))
    page = client_of("hq-forces")
    before = page.get("/forces/requirement/UNSYM-R-1/").content.decode()
    run = carried_out(desk)
    assert [one["pledge"] for one in run.answer["expires_before"]] == ["STATE-A-1"]
    for html in (before, page.get(f"/forces/matching/{run.pk}/").content.decode()):
        assert f"Renew STATE-A-1 by {presenters.day(today() + timedelta(days=1))}, or it counts for nothing." in html


def test_a_link_of_the_page_leads_to_the_what_if_and_its_answer(register, desk, empty, monkeypatch):
    monkeypatch.setattr(matching.runs, "start", lambda run: None)
    client = client_of("hq-forces")
    form = client.get("/forces/matching/?lift=STATE-B-1=task:convoy").context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    answer = client.post("/forces/matching/", said)
    run = Run.objects.get()
    assert answer.url == f"/forces/matching/{run.pk}/" and run.state == "waiting"
    runs.carry_out(run.pk)
    run.refresh_from_db()
    assert run.answer["unfilled"] == [] and "STATE-B-1 without task:convoy" in run.answer["scenario"]


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ({"drop": ["NOBODY-1"]}, "no free pledge NOBODY-1"),
        ({"delay": {"NOBODY-1": 3}}, "no free pledge"),
        ({"lift": {"STATE-B-1": "nights"}}, "not a caveat"),
    ],
)
def test_a_scenario_that_does_not_fit_is_refused_before_anything_runs(register, desk, scenario, said):
    with pytest.raises(RefusedError, match=said):
        runs.ask_run(what="match", asked=scenario, by=desk)
    assert not Run.objects.exists()


def test_what_goes_wrong_in_a_run_is_kept_in_words(register, desk):
    run = runs.ask_run(what="match", asked={"leaving": ["STATE-Z"]}, by=desk)
    done = runs.carry_out(run.pk)
    assert done.state == "failed" and "STATE-Z pledges nothing" in done.said and done.answer is None
    with pytest.raises(RefusedError, match="already"):
        runs.carry_out(run.pk)


def test_a_run_stopped_with_its_machine_says_so(register, desk, empty):
    run = runs.ask_run(what="match", by=desk)
    client = client_of("hq-forces")
    assert "asks again by itself" in client.get(f"/forces/matching/{run.pk}/").content.decode()
    Run.objects.update(heard_at=timezone.now() - timedelta(hours=1))
    assert "stopped with its machine" in client.get(f"/forces/matching/{run.pk}/").content.decode()


def test_who_may_not_read_what_a_matching_is_made_of_does_not_ask_for_one(register, cast):
    for who in ("state-a", "sym-head", "sym-planner", "auditor"):
        with pytest.raises(NotAllowedError):
            runs.ask_run(what="match", by=cast[who])


def test_an_answer_reaches_no_one_further_than_what_it_was_made_of(register, desk):
    narrow = Label(Marking.CONFIDENTIAL, frozenset({"organisation:HQ"}))
    one = Requirement.objects.first()
    actions.relabel(model=Requirement, code=one.code, expected_version=1, label=narrow, reason="Only the desk", by=desk)
    assert runs.gather(desk, today()).label.releasable_to == frozenset()
    assert carried_out(desk).label.releasable_to == {"post:hq-forces"}


def test_what_is_under_way_is_neither_asked_nor_offered_again_and_counts_towards_the_ceiling(register, desk):
    actions.edit_contributor(code="STATE-A", expected_version=1, name="State A", max_units=2, visit_cost=None, by=desk)
    deployments.open_case(requirement="UNSYM-R-1", pledge="STATE-A-1", by=desk)
    gathered = runs.gather(desk, today())
    assert [one.id for one in gathered.inputs.requirements] == ["UNSYM-R-2"]
    assert [one.id for one in gathered.inputs.pledges] == ["STATE-B-1"]
    assert gathered.inputs.ceilings["STATE-A"] == 1
    assert gathered.left_out["pledges under way or deployed"] == ["STATE-A-1"]


def test_a_type_of_unit_that_nobody_offers_is_said_so_and_types_are_words(register, desk, empty):
    actions.make_requirement(fields=asked(capability="utility-helicopter"), by=desk)
    page = client_of("hq-forces").get(f"/forces/matching/{carried_out(desk).pk}/").content.decode()
    assert page.count("Nobody offers a unit of this type; what comes nearest is of other types.") == 1
    assert "It is formed police; utility helicopter is asked." in page
    assert "formed-police" not in page and "utility-helicopter" not in page


def test_a_french_reader_is_told_in_french_what_hours_a_matching_leaves_to_people():
    with translation.override("fr"), speaking("fr"):
        assert each_called([HOURS_NOT_CONSIDERED]) == [gettext(HOURS_NOT_CONSIDERED)] != [HOURS_NOT_CONSIDERED]


def test_what_is_left_of_a_joint_group_is_not_offered_alone(joined, desk):
    assert [one.id for one in runs.gather(desk, today()).inputs.pledges] == ["STATE-A-1", "STATE-B-1"]
    Pledge.objects.filter(code="STATE-B-1").update(expires_on=today() - timedelta(days=1))
    gathered = runs.gather(desk, today())
    assert gathered.inputs.pledges == ()
    assert gathered.left_out["pledges of joint groups that are not whole, or make no unit"] == ["STATE-A-1"]
    record = Requirement.objects.get(code="UNSYM-R-1")
    assert runs.nearest_offers(desk, record, today())["nearest"] == []
    assert [sum(one.available.values()) for one in reads.gap_list(desk, today(), "L2").gaps] == [0]


def test_a_joint_unit_under_way_counts_towards_the_ceiling_of_each_contributor_once(joined, desk):
    for state in ("STATE-A", "STATE-B"):
        actions.edit_contributor(code=state, expected_version=1, name=state, max_units=2, visit_cost=None, by=desk)
    deployments.open_case(requirement="UNSYM-R-1", pledge="STATE-A-1", by=desk)
    gathered = runs.gather(desk, today())
    assert gathered.inputs.pledges == ()
    assert gathered.inputs.ceilings == {"STATE-A": 1, "STATE-B": 1}


def test_the_gap_list_counts_a_joint_group_as_one_unit(joined, desk):
    (one,) = reads.gap_list(desk, today(), "L2").gaps
    assert (one.needed, one.available["L2"], one.gap) == (2, 1, 1)


def test_what_was_supposed_is_told_in_words(register, desk, empty):
    supposed = {"drop": ["STATE-A-1"], "delay": {"STATE-B-1": 30}, "lift": {"STATE-B-1": "task:convoy"}}
    run = carried_out(desk, **supposed)
    carried_out(desk)
    client = client_of("hq-forces")
    words = "without STATE-A-1; STATE-B-1 30 days late; STATE-B-1 without task:convoy"
    for address in (f"/forces/matching/{run.pk}/", "/forces/matching/"):
        assert words in client.get(address).content.decode()
    assert "as pledged" in client.get("/forces/matching/").content.decode()
    late = presenters.scenario_words({"late_days": 30, "leaves": True, "contributors": ["STATE-A"]})
    assert late == "each pledge 30 days late, one at a time; STATE-A leaving, one at a time"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (("capability", "police", "engineers"), "It is engineers; police is asked."),
        (("level", "L3", "L1"), "It stands at L1; at least L3 is asked."),
        (
            ("availability", "2027-01-01/2027-12-31", "2027-01-15/2027-11-30"),
            "It is available from 15 January 2027, 14 days too late. It ends on 30 November 2027, 31 days too early.",
        ),
        (
            ("availability", "2027-01-01/2027-02-01", "2028-01-01/2029-01-01"),
            "It is available 1 January 2028 to 1 January 2029, at no time of 1 January 2027 to 1 February 2027.",
        ),
        (("language", "en|fr", ""), "It speaks none; one of en, fr is asked."),
        (
            ("caveat", "mission:M", "area:n|task:t"),
            "Its contributor set a limit that stands in the way: area:n, task:t.",
        ),
        (("strength", 1200, 900), "It has 900 persons; 1,200 are asked, 300 more."),
        (("ceiling", 3, 2), "It would be unit 3 of a contributor that gives 2 more at most."),
        (("taken", "R1", "R2|R3"), "It already serves R2, R3."),
    ],
)
def test_every_reason_has_a_sentence(reason, sentence):
    assert presenters.why_not(*reason) == sentence


def test_every_code_of_the_rules_has_its_sentence():
    from bluehelm.forces.fit import CODES

    assert set(CODES) <= set(presenters.WHY) | {"availability"}


def test_the_smallest_change_of_every_field_has_words():
    for field, value in (("strength", 10), ("level", "L2"), ("available_from", "2027-01-01"),
                         ("available_until", "2027-01-01"), ("languages", "en|fr"), ("caveats", "")):  # fmt: skip
        said = presenters.change_words({"pledge": "P1", "field": field, "from": value, "to": value})
        assert said.startswith("It would be filled if P1 had ") and "%" not in said


def test_hours_are_written_as_spans_that_may_pass_midnight():
    assert presenters.hours_words([22, 23, 0, 1]) == "not 22:00-02:00"
    assert presenters.hours_words([3, 4, 9]) == "not 03:00-05:00, 09:00-10:00"
    assert presenters.hours_words(range(24)) == "at no hour"


def test_the_json_of_a_run_is_one_object_that_round_trips(register, desk, empty):
    run = carried_out(desk)
    answer = client_of("hq-forces").get(f"/api/forces/matching/{run.pk}/")
    assert json.loads(answer.content)["state"] == "done"
