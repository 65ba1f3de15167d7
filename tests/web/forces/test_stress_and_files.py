"""Do pages say what a late pledge would cost, what a pledge more would bring, and what a person's own files say?"""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bluehelm.definitions.force_generation import packaged_rates, packaged_tours
from bluehelm.forces.what_if import each_late
from bluehelm.tables.months import from_ordinal
from bluehelm.web.forces import actions, cards, deployments, matching, morning, rotations, runs
from bluehelm.web.forces.held import RefusedError
from bluehelm.web.forces.models import Run, TourOffer
from bluehelm.workflows.clock import today
from bluehelm.workflows.generate_forces import stress_json
from tests.web.forces.conftest import asked, client_of, climb, offered

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(states, desk):
    """Two requirements; State A fits either, nobody else holds a level."""
    for fields in (asked(), asked(priority=2)):
        actions.make_requirement(fields=fields, by=desk)
    climb(actions.offer_pledge(contributor="STATE-A", fields=offered(), by=desk), desk, "L2")


@pytest.fixture
def posted(monkeypatch, empty):
    """The address a form leads to, its run carried out at once."""
    monkeypatch.setattr(matching.runs, "start", lambda run: None)

    def post(path, **said):
        answer = client_of("hq-forces").post(path, said)
        assert answer.status_code == 302, answer.context["form"].errors
        return runs.carry_out(Run.objects.latest("pk").pk)

    return post


def test_a_stress_test_of_the_records_is_what_the_command_says_of_them(register, desk, posted):
    run = posted("/forces/matching/stress/", late_days="400", leaves="on")
    inputs = runs.gather(desk, today()).inputs
    assert run.answer == stress_json(inputs, 400, True, None)
    assert run.answer["lost_in"] == {"UNSYM-R-1": ["STATE-A-1 400 days late", "STATE-A leaves"]}
    text = client_of("hq-forces").get(f"/forces/matching/{run.pk}/").content.decode()
    assert "State A (STATE-A) leaves" in text and "Not considered:" in text and "UNSYM-R-1" in text


def test_a_stress_test_tries_those_alone_that_are_named_and_says_who_is_not_there(register, desk):
    inputs = runs.gather(desk, today()).inputs
    late = stress_json(inputs, 400, False, None, pledges=["STATE-A-1"])
    assert [one["scenario"] for one in late["scenarios"]] == [one.name for one in each_late(inputs.pledges, 400)]
    run = runs.carry_out(runs.ask_run(what="stress", asked={"leaves": True, "contributors": ["STATE-B"]}, by=desk).pk)
    assert run.state == "failed" and "no contributor STATE-B" in run.said


def test_a_stress_test_without_a_scenario_is_asked_for_again(register, empty):
    answer = client_of("hq-forces").post("/forces/matching/stress/", {})
    assert answer.status_code == 400 and "Say by how many days" in answer.content.decode()
    assert not Run.objects.exists()


ADDED = """id,contributor,capability,strength,level,available_from,available_until,languages,caveats
NEW-1,STATE-B,formed-police,150,{level},2020-01-01,2100-01-01,fr,
"""


def test_a_pledge_added_in_a_what_if_fills_what_was_open_and_is_kept_nowhere(register, posted):
    run = posted("/forces/matching/", add=ADDED.format(level="L3"))
    assert run.answer["filled_by_priority"] == [1, 1, 0, 0, 0]
    assert "with NEW-1 of STATE-B" in run.answer["scenario"]
    assert client_of("hq-forces").get("/forces/pledge/NEW-1/").status_code == 404


def test_a_pledge_added_that_cannot_be_read_is_refused_by_row_and_column(register, desk):
    with pytest.raises(RefusedError, match=r"line 2.*level"):
        runs.ask_run(what="match", asked={"add": ADDED.format(level="L9")}, by=desk)
    with pytest.raises(RefusedError, match="STATE-A-1 already"):
        runs.ask_run(what="match", asked={"add": ADDED.format(level="L2").replace("NEW-1", "STATE-A-1")}, by=desk)


def test_a_named_standby_stands_beside_each_who_would_serve(register, desk, empty):
    climb(actions.offer_pledge(contributor="STATE-B", fields=offered(strength=200), by=desk), desk, "L2")
    climb(actions.offer_pledge(contributor="STATE-B", fields=offered(strength=220), by=desk), desk, "L2")
    run = runs.carry_out(runs.ask_run(what="match", by=desk).pk)
    page = client_of("hq-forces").get(f"/forces/matching/{run.pk}/")
    rows = {one["requirement"]: standby for one, standby in page.context["filled"]}
    assert [code for standby in rows.values() for code in standby] == ["STATE-B-2"] and page.context[
        "without_standby"
    ] == 1


# A case's own steps


def test_a_case_counts_its_own_days_and_what_really_happened(register, desk, empty):
    case = deployments.open_case(requirement="UNSYM-R-1", pledge="STATE-A-1", by=desk)
    before = client_of("hq-forces").get(f"/forces/case/{case.code}/").context["lines"]
    deployments.expect_step(code=case.code, expected_version=1, step="new:movement", days=(100, 120, 140), by=desk)
    day = today() - timedelta(days=3)
    deployments.expect_step(
        code=case.code, expected_version=2, step="redirected:decision", began_on=day, ended_on=today(), by=desk
    )
    (_, new, rows, *_), (_, redirected, *_) = client_of("hq-forces").get(f"/forces/case/{case.code}/").context["lines"]
    assert new.likely_days == before[0][1].likely_days + 100 and not new.passes
    assert [row["step"].name for row in rows if row["is_own"]] == ["movement"]
    decision = next(one for one in redirected.steps if one.name == "decision")
    assert (decision.began_day, decision.ended_day) == (0, 3)
    steps = client_of("hq-forces").get(f"/api/forces/case/{case.code}/").json()["steps"]
    assert steps[0]["days"] == [100, 120, 140] and steps[1]["days"] is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"step": "new:flying"}, "is no step"),
        ({"step": "new:mou", "days": (3, 2, 9)}, "at most the likely"),
        ({"step": "new:mou", "ended_on": today()}, "began before"),
        ({"step": "new:mou", "began_on": today() + timedelta(days=2)}, "still to come"),
    ],
)
def test_a_step_that_contradicts_itself_is_refused(register, desk, said, why):
    case = deployments.open_case(requirement="UNSYM-R-1", pledge="STATE-A-1", by=desk)
    with pytest.raises(RefusedError, match=why):
        deployments.expect_step(code=case.code, expected_version=1, by=desk, **said)
    assert not case.steps.exists()


# What a person sends


def sent(page, **said):
    files = {name: io.BytesIO(text.encode()) for name, text in said.items() if "\n" in text}
    for name, file in files.items():
        file.name = f"{name}.csv"
    return client_of("hq-forces").post(f"/forces/{page}/", said | files)


def test_options_sent_are_costed_with_what_moves_them(cast, empty):
    rate = packaged_rates().rates[0].name
    options = f"option,rate,quantity,from,until\none,{rate},100,2027-01,2027-06\n"
    answer = sent("costs", options=options, by_percent="10")
    assert answer.status_code == 200
    found = answer.context["answer"]
    assert found["options"][0]["option"] == "one" and found["sensitivity"]
    assert "What moves the cost" in answer.content.decode()


def test_a_roster_sent_makes_teams_of_mixed_nationalities(cast, empty):
    roster = "id,nationality,available_from,languages,areas\nP1,AAA,2027-01-01,fr,north\nP2,BBB,2027-01-05,fr,\n"
    teams = "id,area,size,most_of_one,priority,languages,needs_area_knowledge\nT1,north,2,1,1,fr,true\n"
    answer = sent("observers", roster=roster, teams=teams)
    (team,) = answer.context["answer"]["teams"]
    assert team["starts_on"] == "2027-01-05" and [one["nationality"] for one in team["members"]] == ["AAA", "BBB"]


def test_longer_tours_sent_are_compared(cast, empty):
    kind = next(iter(packaged_tours().learning_months))
    head = "scenario,post,kind,months,tour_months,usual_months,monthly_cost,journey_cost,long_tour_cost\n"
    rows = f"usual,P1,{kind},24,6,12,1000,500,0\nlonger,P1,{kind},24,24,12,1000,500,100\n"
    answer = sent("longer-tours", posts=head + rows, against="usual")
    by_name = {one["scenario"]: one for one in answer.context["answer"]["scenarios"]}
    assert by_name["longer"]["gained"] > 0 == by_name["usual"]["gained"]


@pytest.mark.parametrize(
    ("page", "said", "problem"),
    [
        ("costs", {"options": "option,rate\n", "by_percent": "10"}, "quantity"),
        ("observers", {"roster": "id,nationality,available_from\nP1,AAA,soon\n", "teams": "id\n"}, "line 2"),
        ("longer-tours", {"posts": "scenario,post\n", "against": "x"}, "kind"),
    ],
)
def test_files_that_cannot_be_read_are_answered_by_row_and_column(cast, empty, page, said, problem):
    answer = sent(page, **said)
    assert answer.status_code == 400 and problem in answer.content.decode()


def test_lists_have_their_json(register, desk, empty):
    client = client_of("hq-forces")
    runs.ask_run(what="match", by=desk)
    assert [one["code"] for one in client.get("/api/forces/contributors/").json()["contributors"]] == [
        "STATE-A", "STATE-B",
    ]  # fmt: skip
    assert client.get("/api/forces/matching/").json()["runs"][0]["what"] == "match"
    assert client.get("/api/forces/files/").json()["files"] == []
    assert client.get("/api/forces/cards/").json()["cards"] == []


# A unit that is moved, and how nimble that was


def arrive(case, desk, on):
    """Every step of redirecting a unit has ended."""
    steps = ("decision", "contributor-consent", "reconnaissance", "movement-in-theatre", "in-place")
    for number, step in enumerate(steps):
        case = deployments.expect_step(
            code=case.code, expected_version=case.row_version, step=f"redirected:{step}",
            began_on=on if number else case.opened_on, ended_on=on, by=desk,
        )  # fmt: skip
        assert (case.state == "arrived") == (number == 4)
    return case


def nimble(who, **said):
    return client_of(who).get("/api/findings/measures/", said).json()["nimbleness"]


@pytest.fixture
def moved(desk, states):
    """Asked for 90 and 40 days ago; a unit was in place for the first, and is taken from it for the second."""
    day = today()
    for days in (90, 40):
        actions.make_requirement(fields=asked(), by=desk, on=day - timedelta(days=days))
    unit = actions.offer_pledge(contributor="STATE-A", fields=offered(), by=desk)
    unit = climb(unit, desk, "L2", day - timedelta(days=80))
    first = deployments.open_case(requirement="UNSYM-R-1", pledge=unit.code, by=desk, on=day - timedelta(days=70))
    first = arrive(first, desk, day - timedelta(days=60))
    return first, deployments.redirect(
        code=first.code, expected_version=first.row_version, requirement="UNSYM-R-2", reason="Flood", by=desk,
        on=day - timedelta(days=30),
    )  # fmt: skip


def test_a_unit_in_place_is_redirected_and_leaves_its_requirement_open(moved, desk, empty):
    first, second = moved
    first.refresh_from_db()
    assert (first.state, first.ended_reason, second.state) == ("given-up", "Flood", "open")
    assert [one.stage for one in second.stages.all()] == ["confirmation"]
    second = arrive(second, desk, today() - timedelta(days=25))
    assert second.ended_on == today() - timedelta(days=25)
    page = client_of("hq-forces").get(f"/forces/case/{second.code}/").content.decode()
    assert "It took 5 days." in page and "in place" in page
    listed = client_of("hq-forces").get("/api/forces/requirements/").json()["requirements"]
    assert [one["code"] for one in listed] == ["UNSYM-R-1"]  # open again
    for who in ("hq-forces", "sym-planner"):
        states = [client_of(who).get(f"/api/forces/requirement/UNSYM-R-{n}/").json()["state"] for n in (1, 2)]
        assert states == ["open", "filled"]
    told = client_of("sym-planner").get("/forces/requirement/UNSYM-R-2/").content.decode()
    assert "which one is not told to this post" in told and "STATE-A" not in told
    with pytest.raises(RefusedError, match="something is under way"):
        deployments.redirect(code=second.code, expected_version=second.row_version, requirement="UNSYM-R-2",
                             reason="Back", by=desk)  # fmt: skip


def test_what_is_redirected_counts_in_the_nimbleness_of_the_ledger(moved, desk, empty):
    assert (nimble("hq-forces")["cases"], nimble("hq-forces")["open"]) == (2, 1)
    arrive(moved[1], desk, today() - timedelta(days=25))
    found = nimble("hq-forces")
    assert (found["cases"], found["open"], found["median_days"]) == (2, 0, 15)  # 15 days redirected, 30 new
    assert nimble("state-b")["cases"] == 0


# What is known of a unit


@pytest.fixture
def card(register, desk):
    """The card of State A's unit: a role in which women were counted, one in which they were not, and a training."""
    made = cards.open_card(pledge="STATE-A-1", mission="UNSYM", component="police", by=desk)
    made = cards.count_role(code=made.code, expected_version=1, name="platoon", persons=120, women=18, by=desk)
    made = cards.count_role(code=made.code, expected_version=2, name="medical", persons=6, women=None, by=desk)
    day = today() + timedelta(days=10)
    return cards.certify(code=made.code, expected_version=3, name="core training", valid_until=day, by=desk)


def test_the_card_says_women_by_role_and_unknown_where_nobody_counted(card, desk, empty):
    said = client_of("hq-forces").get(f"/api/forces/card/{card.code}/").json()["women_by_role"]
    assert said == [{"role": "platoon", "persons": 120, "women": 18}, {"role": "medical", "persons": 6, "women": None}]
    page = client_of("hq-forces").get(f"/forces/card/{card.code}/")
    roles = page.context["card"].women_by_role
    assert (roles["platoon"].share, roles["medical"].share) == (0.15, None)
    rows = page.content.decode().split('id="roles"')[1].split("</table>")[0]
    assert '<td class="amount">18</td>' in rows and "unknown" in rows
    with pytest.raises(RefusedError, match="more women than persons"):
        cards.count_role(code=card.code, expected_version=4, name="medical", persons=6, women=7, by=desk)


def test_a_training_is_known_until_its_certificate_ends_and_the_morning_tells_before(card, desk, empty):
    page = client_of("hq-forces").get(f"/forces/card/{card.code}/")
    assert "training" not in page.context["card"].missing and "core training" in page.content.decode()
    ending = [one for one in morning.ending_soon(desk, today()).entries if "core training" in one.why]
    assert [(one.due_on, one.late) for one in ending] == [(today() + timedelta(days=10), False)]
    later = cards.certify(
        code=card.code, expected_version=4, name="core training", valid_until=today() + timedelta(days=700), by=desk
    )
    assert later.certificates.count() == 1
    assert not [one for one in morning.ending_soon(desk, today()).entries if "core training" in one.why]


def test_a_turn_that_has_begun_is_neither_planned_anew_nor_replaced(states, desk):
    month = today().year * 12 + today().month - 1
    post = rotations.ask_slot(mission="UNSYM", capability="aircraft", first=month - 2, last=month + 5, by=desk)
    for state in ("STATE-A", "STATE-B"):
        rotations.offer_tours(
            contributor=state, capability="aircraft", first=month - 2, last=month + 5, min_tour=4, max_tour=4,
            max_tours=1, monthly_cost=Decimal(1000), by=desk,
        )  # fmt: skip
    before = runs.carry_out(runs.ask_run(what="rotate", by=desk).pk)
    began = post.tours.create(
        offer=TourOffer.objects.get(code="STATE-B-T-1"),
        from_on=rotations.first_day(month - 2), until_on=rotations.last_day(month + 1),
    )  # fmt: skip
    with pytest.raises(RefusedError, match="plan the turns anew"):
        rotations.take_over(run=before, slot=post.code, by=desk)
    anew = runs.carry_out(runs.ask_run(what="rotate", by=desk).pk)
    assert [(one["offer"], one["from"]) for one in anew.answer["tours"]] == [("STATE-A-T-1", from_ordinal(month + 2))]
    rotations.take_over(run=anew, slot=post.code, by=desk)
    assert post.tours.filter(pk=began.pk).exists() and post.tours.count() == 2


def test_a_post_kept_filled_says_what_each_of_its_outputs_costs(states, desk, empty):
    post = rotations.ask_slot(mission="UNSYM", capability="aircraft", first=2027 * 12, last=2027 * 12 + 1, by=desk)
    offer = rotations.offer_tours(
        contributor="STATE-A", capability="aircraft", first=2027 * 12, last=2027 * 12, min_tour=1, max_tour=1,
        max_tours=None, monthly_cost=Decimal(1000), by=desk,
    )  # fmt: skip
    post.tours.create(offer=offer, from_on=date(2027, 1, 1), until_on=date(2027, 1, 31))
    rotations.note_output(code=post.code, expected_version=1, name="sorties", number=Decimal(50), by=desk)
    page = client_of("hq-forces").get(f"/forces/slot/{post.code}/")
    held = page.context["held"]
    assert held.cost_per_output == {"sorties": round(held.cost / 50, 2)} and held.cost > 0
    assert "28 days" in page.content.decode() and "31 of 59 days held" in page.content.decode()
