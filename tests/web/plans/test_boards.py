"""Does adopting a recommendation change the plan traceably, is a number retired and taken back, is late shown late?"""

import json
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings import actions as findings
from bluehelm.web.plans import actions, assessing, reads
from bluehelm.web.plans.actions import Amount, PlanError
from bluehelm.web.plans.dashboard import dashboard_of
from bluehelm.web.plans.models import IndicatorValue, PlanVersion
from bluehelm.web.plans.used import reports_of
from tests.plans.frameworks import SOUND
from tests.web.cast import make_cast
from tests.web.plans.test_rounds import REPORT, SAID

pytestmark = pytest.mark.django_db
TODAY = date(2027, 10, 15)
FEELINGS = SOUND.replace(
    "every: half-year, roll_up: sum,", "every: half-year, roll_up: distribution, categories: [safe, unsafe],"
)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    for module in ("views", "actions", "boards", "factsheets"):
        monkeypatch.setattr(f"bluehelm.web.plans.{module}.today", lambda: TODAY)


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


@pytest.fixture
def plan(cast) -> PlanVersion:
    return load(cast)


def load(cast, text=SOUND, who="sym-planner", **changed):
    fields = {"mission": "UNSYM", "text": text, "why": "The first plan.", "by": cast[who]} | changed
    return actions.load_plan(**fields)


def page_of(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client


def decided(cast, outcome="accepted") -> tuple[int, int]:
    """A concluded worksheet whose recommendation leadership answered: the finding and the decision."""
    opened = assessing.open_round(mission="UNSYM", period="2026-H2", by=cast["sym-planner"])
    sheet = opened.worksheets.get()
    assessing.add_evidence(worksheet=sheet, by=cast["sym-planner"], **REPORT)
    found = assessing.conclude(worksheet=sheet, said=SAID, expected_version=1, by=cast["sym-head"])
    made = findings.decide(
        number=found.pk, recommendation=1, expected_version=found.row_version, outcome=outcome, why="It helps.",
        by=cast["sym-head"],
    )  # fmt: skip
    return found.pk, made.pk


def test_adopting_a_recommendation_makes_a_version_that_names_its_decision_and_says_what_differs(cast, plan):
    finding, decision = decided(cast)
    client = page_of("sym-planner")
    assert f"?decision={decision}" in client.get("/plans/UNSYM/dashboard/").content.decode()
    form = client.get(f"/plans/UNSYM/edit/?decision={decision}").content.decode()
    assert f'name="decision" value="{decision}"' in form
    said = {"text": SOUND.replace("value: 12", "value: 15"), "why": "As decided.", "decision": decision}
    assert client.post("/plans/UNSYM/edit/", said).status_code == 302
    second = PlanVersion.objects.get(number=2)
    assert (second.decision_id, second.decision.recommendation.finding_id) == (decision, finding)
    detail = json.loads(Entry.objects.filter(deed="plan.loaded").latest("pk").detail)
    assert (detail["decision"], detail["finding"]) == (decision, finding)
    page = client.get("/plans/UNSYM/changes/?old=1&new=2").content.decode()
    assert f"/findings/{finding}/" in page and "value 12" in page and "value 15" in page
    assert "the plan carries it out" in client.get("/plans/UNSYM/dashboard/").content.decode()
    assert client.get("/api/plans/UNSYM/").json()["decision"] == decision


def test_a_plan_carries_out_nothing_that_was_rejected_or_that_the_actor_may_not_read(cast, plan):
    _finding, decision = decided(cast, "rejected")
    text = SOUND.replace("value: 12", "value: 15")
    with pytest.raises(PlanError, match="rejected"):
        load(cast, text, decision=decision)
    with pytest.raises(PlanError, match="no decision 999"):
        load(cast, text, decision=999)
    assert PlanVersion.objects.count() == 1


def test_a_number_no_decision_used_is_retired_in_one_deed_and_taken_back_in_another(cast, plan):
    client, planner = page_of("sym-planner"), cast["sym-planner"]
    assert "I4" in [one.placed.indicator.id for one in reports_of(plan, planner).unused]
    client.post("/plans/UNSYM/indicators/I4/retire/", {"why": "Nobody used it."})
    second = reads.current_version("UNSYM", planner)
    line = reads.line_of(second, planner, date(2028, 2, 1), "I4")
    assert line.missing[-1] == "2027-09" and line.placed.indicator.retired_from == "2027-10"
    reported = reports_of(second, planner)
    assert [one.placed.indicator.id for one in reported.retired] == ["I4"] and second.number == 2
    assert "Take back" in client.get("/plans/UNSYM/reports/").content.decode()
    client.post("/plans/UNSYM/indicators/I4/bring-back/", {"why": "It is asked for again."})
    assert reads.current_version("UNSYM", planner).text == SOUND
    for who, status in (("hq-training", 404), ("sym-viewer", 404)):
        assert page_of(who).post("/plans/UNSYM/indicators/I4/retire/", {"why": "x"}).status_code == status


def test_a_value_that_comes_long_after_its_period_is_late_and_a_correction_makes_it_no_later(cast, plan):
    PlanVersion.objects.update(loaded_at=datetime(2026, 7, 1, tzinfo=UTC))
    for period in ("2026-H2", "2027-H1"):
        value = actions.enter_value(
            mission="UNSYM", indicator="I1", period=period, amount=Amount(value=5.0), source="R", by=cast["sym-planner"]
        )
        at = datetime(2027, 3, 1, tzinfo=UTC) if period == "2026-H2" else datetime(2027, 7, 20, tzinfo=UTC)
        IndicatorValue.objects.filter(pk=value.pk).update(entered_at=at)
    value.refresh_from_db()
    actions.correct_value(value=value, amount=Amount(value=6.0), source="R", reason="Late.", by=cast["sym-planner"])
    line = reads.line_of(plan, cast["sym-planner"], TODAY, "I1")
    assert line.late == ("2026-H2",)
    found = dashboard_of(plan, cast["sym-planner"], TODAY)
    assert [one.placed.indicator.id for one in found.late] == ["I1"]
    assert "1 late" in page_of("sym-planner").get("/plans/UNSYM/").content.decode()
    assert "Came late" in page_of("sym-planner").get("/plans/UNSYM/indicators/I1/").content.decode()


def test_a_distribution_is_entered_by_category_on_the_page_and_refused_otherwise(cast):
    load(cast, FEELINGS)
    client = page_of("sym-planner")
    said = {"period": "2026-H2", "source": "Survey", "count_0": "12", "count_1": "7"}
    assert client.post("/plans/UNSYM/indicators/I1/", said).status_code == 302
    (reading,) = reads.line_of(
        reads.current_version("UNSYM", cast["sym-planner"]), cast["sym-planner"], TODAY, "I1"
    ).readings
    assert reading.counts == {"safe": 12, "unsafe": 7}
    assert "safe 12" in client.get("/plans/UNSYM/indicators/I1/").content.decode()
    entered = {"mission": "UNSYM", "period": "2027-H1", "source": "S", "by": cast["sym-planner"]}
    for indicator, amount in (
        ("I1", Amount(value=3.0)), ("I1", Amount(counts={"maybe": 3.0})), ("I2", Amount(counts={"safe": 3.0})),
    ):  # fmt: skip
        with pytest.raises(PlanError, match=r"categories|distribution"):
            actions.enter_value(indicator=indicator, amount=amount, **entered)


def test_missions_that_share_a_framework_stand_together_on_one_page(cast):
    both = SOUND.replace("missions: [UNSYM]", "missions: [UNSYM, UNOTH]")
    for mission, who, value in (("UNSYM", "sym-planner", 20.0), ("UNOTH", "oth-planner", 30.0)):
        actions.load_plan(mission=mission, text=both, why="Shared.", by=cast[who])
        actions.enter_value(
            mission=mission, indicator="I1", period="2027-H1", amount=Amount(value=value), source="R", by=cast[who]
        )
    answer = page_of("hq-training").get("/api/plans/UNSYM/together/?period=2027-H1").json()
    found = next(one for one in answer["indicators"] if one["id"] == "I1")
    assert (found["by_mission"]["UNSYM"]["value"], found["whole"]["value"]) == (20, 50)
    alone = page_of("sym-planner").get("/api/plans/UNSYM/together/?period=2027-H1").json()
    found = next(one for one in alone["indicators"] if one["id"] == "I1")
    assert (found["by_mission"]["UNOTH"], found["whole"], found["why_not"]) == (None, None, "No value of UNOTH.")
    page = page_of("hq-training").get("/plans/UNSYM/together/?period=2027-H1").content.decode()
    assert "no mission is ranked" in page and "50" in page


def test_papers_are_offered_and_leave_by_their_address(cast, plan):
    decided(cast)
    client = page_of("sym-planner")
    page = client.get("/plans/UNSYM/papers/?period=2026-H2").content.decode()
    assert "papers/report.xlsx?period=2026-H2" in page
    left = client.get("/plans/UNSYM/papers/report.xlsx?period=2026-H2")
    assert left["Content-Disposition"] == 'attachment; filename="UNSYM-report-2026-H2.xlsx"'
    refused = client.get("/plans/UNSYM/papers/report.xlsx?period=2020-H2", follow=True)
    assert "There is no assessment of 2020-H2" in refused.content.decode()
    assert client.get("/plans/UNSYM/papers/report.exe").status_code == 404
