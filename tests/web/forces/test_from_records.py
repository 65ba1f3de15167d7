"""Do a mission's own records answer what options cost, which teams its observers make, and what longer tours gain?"""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from bluehelm.definitions.force_generation import packaged_rates
from bluehelm.web.forces import actions, deployments, from_records
from bluehelm.web.forces.actions import Line
from bluehelm.web.forces.models import Pledge
from bluehelm.workflows.clock import today
from tests.web.forces.conftest import asked, client_of, climb, offered

pytestmark = pytest.mark.django_db
YEAR = today().year + 1
COSTS = {"mission": "UNSYM", "first": f"{YEAR}-01", "last": f"{YEAR}-12", "by_percent": 10}


def observers(**changes):
    return {"capability": from_records.OBSERVERS, "languages": "fr", "min_level": "L1", "strength": 2} | changes


@pytest.fixture
def register(states, desk):
    """A police unit asked for and on its way, one more asked for, and observers of two states for a team of two."""
    lines = [Line("function", "riot police", 140), Line("equipment", "water truck", 4)]
    actions.make_requirement(fields=asked(), lines=lines, by=desk)
    actions.make_requirement(fields=asked(priority=2, strength=100), by=desk)
    ready = climb(actions.offer_pledge(contributor="STATE-A", fields=offered(), by=desk), desk, "L2")
    actions.make_requirement(
        fields=asked(**observers()), lines=[Line("function", "observer", 2)], by=desk
    )  # fmt: skip
    without_level = {name: value for name, value in observers().items() if name != "min_level"}
    for state, areas in (("STATE-A", "north"), ("STATE-B", "")):
        made = actions.offer_pledge(contributor=state, fields=offered(**without_level, areas=areas), by=desk)
        climb(made, desk, "L1")
    return deployments.open_case(requirement="UNSYM-R-1", pledge=ready.code, by=desk)


def answer(who, page, **said):
    return client_of(who).get(f"/forces/{page}/", said).context["answer"]


def test_each_option_of_a_mission_costs_its_persons_by_the_rate_of_each_month(register, empty):
    found = {one["option"]: one for one in answer("hq-forces", "costs", **COSTS)["options"]}
    rate = next(one for one in packaged_rates().rates if one.name == "personnel" and one.valid_until is None)
    assert found["asked for"]["known"] == (140 + 100 + 2) * 12 * rate.amount
    assert found["in place and on the way"]["known"] == 150 * 12 * rate.amount
    assert "in place" not in found  # nothing has arrived, and nothing is not said to cost 0
    assert found["asked for"]["total"] is None and found["asked for"]["unknown"] == ["wet-lease"]


def test_equipment_counted_is_charged_for_what_of_it_works(register, desk):
    unit = register.pledge
    unit.equipment.create(quarter="2026-Q3", item="truck", category="support-vehicle", agreed=4, serviceable=3)
    said = {"mission": "UNSYM", "first": YEAR * 12, "last": YEAR * 12}
    text = from_records.costs_of_records(desk, said, today()).files["options"]
    (line,) = [
        row for row in csv.DictReader(io.StringIO(text))
        if row["rate"] == "wet-lease" and row["option"] == "in place and on the way"
    ]  # fmt: skip
    assert (line["quantity"], Decimal(line["serviceable_share"])) == ("4", Decimal("0.75"))


def test_observers_whose_pledge_has_lapsed_or_was_never_registered_are_on_no_roster(register, desk):
    said = {"mission": "UNSYM", "most_of_one": 1, "needs_area_knowledge": True, "excluded_nationalities": ""}
    Pledge.objects.filter(code="STATE-B-1").update(expires_on=today() - timedelta(days=1))
    actions.offer_pledge(contributor="STATE-B", fields=offered(capability=from_records.OBSERVERS, strength=1), by=desk)
    roster = csv.DictReader(io.StringIO(from_records.observers_of_records(desk, said, today()).files["roster"]))
    assert {row["nationality"] for row in roster} == {"STATE-A"}


def test_the_observers_offered_make_the_teams_asked_for(register, desk, empty):
    said = {"mission": "UNSYM", "most_of_one": 1, "needs_area_knowledge": "on"}
    (team,) = answer("hq-forces", "observers", **said)["teams"]
    assert {one["nationality"] for one in team["members"]} == {"STATE-A", "STATE-B"} and len(team["members"]) == 2
    assert [one.rsplit("-", 1)[0] for one in team["know_the_area"]] == ["STATE-A-2"]
    actions.declare_caveat(code="STATE-B-1", expected_version=2, caveat="area:north", source="Letter", by=desk)
    limited = answer("hq-forces", "observers", **said)["short"]
    assert limited[0]["lacks"] == ["nationalities: 2 needed, 1 with at most 1 of one"]  # two of State A are free
    short = answer("hq-forces", "observers", **said, excluded_nationalities="STATE-B")["short"]
    assert [one["team"] for one in short] == ["UNSYM-R-3"]


def test_longer_tours_of_the_posts_asked_for_gain_what_is_not_learned_anew(register, empty):
    said = {"mission": "UNSYM", "months": 24, "usual_tour": 6, "longer_tour": 12, "gap_months": 0}
    by_name = {one["scenario"]: one for one in answer("hq-forces", "longer-tours", **said)["scenarios"]}
    learning = 2  # months that a post of an observer takes, as defined; two posts
    assert {name: one["gained"] for name, one in by_name.items()} == {
        "usual": 0, "longer": 2 * 2 * learning, "seconded": 2 * 3 * learning,
    }  # fmt: skip
    assert by_name["longer"]["more_cost"] is None


def test_the_files_of_the_records_give_the_answer_of_the_page(register, empty):
    client = client_of("hq-forces")
    page = client.get("/forces/costs/", COSTS)
    text = client.get("/forces/costs/", COSTS | {"file": "options"}).content
    file = io.BytesIO(text)
    file.name = "options.csv"
    sent = client.post("/forces/costs/", {"options": file, "by_percent": 10})
    assert sent.context["answer"] == page.context["answer"]
    twin = client.get("/api/forces/costs/", COSTS).json()
    assert twin["answer"]["inputs"] == page.context["answer"]["inputs"] and twin["missions"] == ["UNSYM"]


def test_a_state_is_not_told_what_others_cost_and_a_mission_of_its_own_alone(register, empty):
    for page, said in (("costs", COSTS), ("observers", {"mission": "UNSYM", "most_of_one": 1})):
        found = client_of("state-a").get(f"/forces/{page}/", said).context
        assert found["asked"] is None and found["answer"] is None
        assert client_of("state-a").get(f"/api/forces/{page}/", said).json()["answer"] is None
    elsewhere = client_of("oth-planner").get("/forces/costs/", COSTS)
    assert elsewhere.status_code == 400 and elsewhere.context["answer"] is None


def test_months_that_contradict_each_other_are_told(register, empty):
    answer = client_of("hq-forces").get("/api/forces/costs/", COSTS | {"last": f"{YEAR - 1}-12"})
    assert answer.status_code == 400 and "before the first month" in answer.content.decode()
