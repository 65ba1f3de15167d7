"""Can anybody who does not fill the plan learn of few people from any page, answer or paper of it?"""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from bluehelm.disclosure import Label, Marking
from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.tokens import make_token
from bluehelm.web.exchange import plan_values
from bluehelm.web.plans import actions, assessing, reads
from bluehelm.web.plans.actions import Amount, Row
from bluehelm.web.plans.models import IndicatorValue
from bluehelm.web.plans.papers import PAPERS
from tests.plans.frameworks import SOUND
from tests.web.cast import make_cast
from tests.web.walk import PAGES

pytestmark = pytest.mark.django_db
TODAY = date(2028, 2, 1)
WIDE = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM", "headquarters", "researchers"}))
TOLD = {"sex": "women", "age": "young"}, {"sex": "men", "age": "young"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    for module in ("views", "actions", "boards"):
        monkeypatch.setattr(f"bluehelm.web.plans.{module}.today", lambda: TODAY)


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


@pytest.fixture
def plan(cast):
    """Three women and forty men, and two people in the half-year before; the baseline counts three."""
    planner = cast["sym-planner"]
    made = actions.load_plan(mission="UNSYM", text=SOUND, why="The first plan.", by=planner, label=WIDE)
    rows = [
        Row(2, "I2", "2027-H2", Amount(value=3.0), "Register", TOLD[0]),
        Row(3, "I2", "2027-H2", Amount(value=40.0), "Register", TOLD[1]),
        Row(4, "I2", "2027-H1", Amount(value=2.0), "Register", note="Two sisters."),
        Row(5, "I3", "2027-H2", Amount(numerator=2.0, denominator=61.0), "Survey"),
        Row(6, "I1", "2027-H2", Amount(value=3.0), "Committees"),
    ]
    actions.import_values(mission="UNSYM", rows=rows, by=planner)
    return made


def others(plan) -> None:
    """As many people in all, others among them: what differs must not show."""
    for (indicator, period, part), number in {
        ("I2", "2027-H2", "age=young, sex=women"): 4.0,
        ("I2", "2027-H2", "age=young, sex=men"): 39.0,
        ("I2", "2027-H1", ""): 1.0,
    }.items():
        found = IndicatorValue.objects.filter(indicator=indicator, period=period, part=part)
        assert found.update(value=number, note="") == 1
    share = IndicatorValue.objects.filter(indicator="I3")
    assert share.update(value=3 / 61, numerator=3.0) == 1


PLACES = {
    "plans:indicator": {"name": "I2"},
    "plans:indicator-json": {"name": "I2"},
}
NAMES = [name for name in PAGES if name.startswith("plans:") and PAGES[name][0] == "record" and "round" not in name]
NAMES = [name for name in NAMES if name not in ("plans:worksheet", "plans:correct", "plans:paper")]


def told(client: Client) -> dict[str, str]:
    answers = {}
    for name in NAMES:
        place = {key: value for key, value in PAGES[name][1].items() if isinstance(key, str)} | PLACES.get(name, {})
        answer = client.get(reverse(name, kwargs=place))
        assert answer.status_code == 200, name
        text = answer.content.decode()
        answers[name] = re.sub(r'csrfmiddlewaretoken" value="\w+"|nonce-[\w-]+', "", text)
    return answers


def client_of(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client


@pytest.mark.parametrize("who", ["researcher", "hq-training", "sym-viewer", "auditor"])
def test_small_counts_change_nothing_that_others_can_see(cast, plan, who):
    before = told(client_of(who))
    assert "held back" in before["plans:indicator"] and "held_back&quot;" not in before["plans:indicator"]
    assert '"value": 43.0' in before["plans:plan-json"]
    assert "Two sisters" not in "".join(before.values())
    others(plan)
    after = told(client_of(who))
    assert [name for name in before if before[name] != after[name]] == []


def test_who_fills_the_plan_sees_them_and_what_leaves_is_the_same_for_everybody(cast, plan):
    shown = told(client_of("sym-planner"))
    assert "Two sisters" in shown["plans:indicator"] and "because your post fills this plan" in shown["plans:plan"]
    asked = [("dashboard", "2027-H1"), ("dashboard", "2027"), ("factsheet", "2027-H2")]
    papers = [PAPERS[kind](plan, period, cast["sym-planner"]) for kind, period in asked]
    others(plan)
    assert papers == [PAPERS[kind](plan, period, cast["sym-planner"]) for kind, period in asked]
    assert [paper.held_back for paper in papers] == [1, 5, 3]


@pytest.mark.parametrize(("scopes", "is_full"), [(["read:plan"], False), (["read:plan", "create:plan"], True)])
def test_a_token_sees_small_counts_only_with_the_scope_to_fill_the_plan(cast, plan, scopes, is_full):
    user = User.objects.get(username="sym-planner")
    _token, secret = make_token(owner=user, name="t", post=cast["sym-planner"].post, scopes=scopes, days=1)
    answer = Client().get("/api/plans/UNSYM/indicators/I2/", headers={"Authorization": f"Bearer {secret}"}).json()
    values = {(one["period"], one["part"]): one["value"] for one in answer["history"]}
    assert values["2027-H1", ""] == (2.0 if is_full else None)
    assert any(one["held_back"] for one in answer["history"]) is not is_full


def test_a_correction_does_not_tell_the_number_it_corrected(cast, plan):
    value = reads.standing_value("UNSYM", "I2", "2027-H1", {}, cast["sym-planner"])
    actions.correct_value(
        value=value, amount=Amount(value=21.0), source="Register", reason="2 were 21.", by=cast["sym-planner"]
    )
    answer = client_of("researcher").get("/api/plans/UNSYM/indicators/I2/").json()
    told = [(one["value"], one["held_back"], one["stands"]) for one in answer["history"] if one["period"] == "2027-H1"]
    assert told == [(None, True, False), (21.0, False, True)]


def test_a_baseline_of_few_people_does_not_leave(cast, plan):
    def baselines(who: str) -> list[str]:
        plan_json = client_of(who).get("/api/plans/UNSYM/").json()
        outcome = plan_json["framework"]["objectives"][0]["outcomes"][0]
        return [one["id"] for one in outcome["indicators"] if "baseline" in one]

    assert baselines("sym-planner") == ["I1", "I2", "I3"] and baselines("researcher") == ["I1", "I3"]


@pytest.mark.parametrize("kind", [*PAPERS])
def test_no_note_and_no_reason_of_a_value_held_back_stands_on_a_paper(cast, plan, kind, monkeypatch):
    for module in ("factsheets", "assessing"):
        monkeypatch.setattr(f"bluehelm.web.plans.{module}.today", lambda: TODAY, raising=False)
    planner = cast["sym-planner"]
    text = SOUND.replace("every: half-year,", "every: half-year, reports: {report_section: Progress},")
    version = actions.load_plan(mission="UNSYM", text=text, why="Sections.", by=planner)
    assessing.open_round(mission="UNSYM", period="2027-H1", by=planner)
    value = reads.standing_value("UNSYM", "I2", "2027-H1", {}, planner)
    actions.correct_value(
        value=value, amount=Amount(value=3.0), source="Register", reason="A third sister.", note="Three.", by=planner
    )
    paper = PAPERS[kind](version, "2027-H1", planner)
    assert "held back" in {one.status for one in paper.figures}
    assert not re.search("Two sisters|third sister|Three", repr(paper))


@pytest.mark.parametrize("who", ["researcher", "hq-training", "sym-viewer"])
def test_a_file_of_all_values_tells_no_more_than_the_pages(cast, plan, who):
    def rows() -> list:
        return [row for _number, row in plan_values.out(cast[who]).rows(0)]

    before = rows()
    assert len(before) == 5 and "Two sisters" not in repr(before)
    assert {(row[0], row[3]) for row in before} == {("I1", 3.0), ("I2", None), ("I3", None)}
    others(plan)
    assert rows() == before
    assert {row[3] for _number, row in plan_values.out(cast["sym-planner"]).rows(0)} >= {1.0, 4.0, 39.0}
