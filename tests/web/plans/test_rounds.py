"""Does a round end in a judgement of people, with evidence, dissent and a recommendation, and follow nobody?"""

from datetime import date

import polars as pl
import pytest
from django.test import Client

from bluehelm.definitions.plans import packaged_assessment
from bluehelm.plans.assessment import Answer, agreement, missing_of_evidence
from bluehelm.store.version import Coverage
from bluehelm.tables.presence_effects import PRESENCE_EFFECTS
from bluehelm.web.accounts.models import User
from bluehelm.web.findings.models import Finding
from bluehelm.web.plans import actions, assessing
from bluehelm.web.plans.actions import PlanError
from bluehelm.web.plans.assessing import Conclusion
from bluehelm.web.plans.models import Round, Worksheet
from bluehelm.web.plans.words import title_of
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.workflows.presence_evidence import offered_estimates
from tests.plans.frameworks import SOUND
from tests.web.cast import make_cast
from tests.web.conftest import publish_events

pytestmark = pytest.mark.django_db
COVERED = Coverage("2016-01", "2017-12", None)
REPORT = {"side": "for", "sort": "reports", "text": "Fewer raids.", "source": "Patrol report 114"}
SAID = Conclusion(
    contribution="some",
    confidence="moderate",
    rationale="Evidence is mixed.",
    other_explanations="A good harvest.",
    dissent="Police disagree.",
    recommendation="Ask again.",
    owner="sym-chief",
    due_on=date(2027, 12, 1),
    workshop="Facilitated by planning.",
)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("bluehelm.web.plans.actions.today", lambda: date(2028, 2, 1))


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


@pytest.fixture
def sheet(cast) -> Worksheet:
    actions.load_plan(mission="UNSYM", text=SOUND, why="The first plan.", by=cast["sym-planner"])
    return assessing.open_round(mission="UNSYM", period="2026-H2", by=cast["sym-planner"]).worksheets.get()


def page_of(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client


def test_a_round_has_a_worksheet_for_each_outcome_and_is_held_once(cast, sheet):
    assert sheet.outcome == "O1.1"
    with pytest.raises(PlanError, match="already"):
        assessing.open_round(mission="UNSYM", period="2026-H2", by=cast["sym-planner"])
    with pytest.raises(NotAllowedError):
        assessing.open_round(mission="UNSYM", period="2027-H1", by=cast["oth-planner"])


def test_a_period_that_has_not_begun_is_not_assessed(cast, sheet):
    with pytest.raises(PlanError, match="2999-H1 has not begun"):
        assessing.open_round(mission="UNSYM", period="2999-H1", by=cast["sym-planner"])
    with pytest.raises(PlanError, match="no period"):
        assessing.open_round(mission="UNSYM", period="soon", by=cast["sym-planner"])
    assert Round.objects.count() == 1


def test_what_people_say_counts_only_with_method_and_sample(cast, sheet):
    asked = REPORT | {"sort": "perception"}
    with pytest.raises(PlanError, match="method, sample"):
        assessing.add_evidence(worksheet=sheet, by=cast["sym-planner"], **asked)
    assessing.add_evidence(worksheet=sheet, by=cast["sym-planner"], method="Survey", sample="412 households", **asked)
    assert sheet.evidence.count() == 1
    assert missing_of_evidence("reports", "", "") == []


def test_nobody_sees_the_others_answers_before_giving_an_own_one(cast, sheet):
    for who in ("sym-jmac", "sym-chief", "sym-head"):
        assessing.answer_alone(
            worksheet=sheet, contribution="some", confidence="low", rationale="It looks so.", by=cast[who]
        )
    assert assessing.agreement_of(sheet, cast["sym-planner"]) is None
    assessing.answer_alone(
        worksheet=sheet, contribution="none", confidence="low", rationale="Others did it.", by=cast["sym-planner"]
    )
    found = assessing.agreement_of(sheet, cast["sym-planner"])
    assert (found.answers, found.by_word, found.share_of_pairs) == (4, {"none": 1, "some": 3}, 0.5)
    with pytest.raises(PlanError, match="answered already"):
        assessing.answer_alone(
            worksheet=sheet, contribution="some", confidence="low", rationale="Now I do.", by=cast["sym-planner"]
        )


def test_agreement_of_few_is_not_given_as_a_share():
    answers = [Answer("a", "some", "low", "x"), Answer("b", "some", "low", "x")]
    assert agreement(answers, 3).share_of_pairs is None
    assert agreement(answers, 2).share_of_pairs == 1
    assert agreement([], 2).by_word == {}


def test_a_conclusion_rests_on_evidence_and_ends_in_a_recommendation(cast, sheet):
    with pytest.raises(PlanError, match="rests on evidence"):
        assessing.conclude(worksheet=sheet, said=SAID, expected_version=1, by=cast["sym-head"])
    assessing.add_evidence(worksheet=sheet, by=cast["sym-planner"], **REPORT)
    with pytest.raises(NotAllowedError):
        assessing.conclude(worksheet=sheet, said=SAID, expected_version=1, by=cast["sym-planner"])
    finding = assessing.conclude(worksheet=sheet, said=SAID, expected_version=1, by=cast["sym-head"])
    cited = {str(one.ref) for one in finding.evidence.all()}
    assert {"worksheet: UNSYM/2026-H2/O1.1", "indicator: UNSYM/I1"} <= cited
    asked = finding.recommendations.get()
    assert (asked.text, asked.owner.code) == ("Ask again.", "sym-chief")
    with pytest.raises(PlanError, match="concluded"):
        assessing.add_evidence(worksheet=sheet, by=cast["sym-planner"], **REPORT)


def test_of_two_conclusions_at_once_the_second_is_told_and_leaves_no_finding(cast, sheet):
    assessing.add_evidence(worksheet=sheet, by=cast["sym-planner"], **REPORT)
    seen_by_both = Worksheet.objects.get(pk=sheet.pk)
    assessing.conclude(worksheet=sheet, said=SAID, expected_version=1, by=cast["sym-head"])
    with pytest.raises(ChangedMeanwhileError):
        assessing.conclude(worksheet=seen_by_both, said=SAID, expected_version=1, by=cast["sym-chief"])
    assert Finding.objects.count() == 1


def test_a_round_closes_only_when_every_outcome_is_concluded(cast, sheet):
    assessed = Round.objects.get()
    with pytest.raises(PlanError, match=r"O1\.1"):
        assessing.close_round(assessment=assessed, by=cast["sym-head"])
    assessing.add_evidence(worksheet=sheet, by=cast["sym-planner"], **REPORT)
    assessing.conclude(worksheet=sheet, said=SAID, expected_version=1, by=cast["sym-head"])
    assert assessing.close_round(assessment=assessed, by=cast["sym-head"]).closed_at


def test_the_worksheet_page_does_each_deed_and_says_what_is_wrong(cast, sheet):
    address = f"/plans/UNSYM/rounds/{sheet.round_id}/O1.1/"
    planner, head = page_of("sym-planner"), page_of("sym-head")
    assert planner.post(address, {"deed": "describe", "seen": "1", "context_change": "Rain."}).status_code == 302
    late = planner.post(address, {"deed": "describe", "seen": "1", "context_change": "Drought."})
    assert (late.status_code, Worksheet.objects.get().context_change) == (400, "Rain.")
    assert planner.post(address, {"deed": "evidence", **REPORT}).status_code == 302
    assert planner.post(address, {"deed": "evidence", **REPORT, "sort": "community"}).status_code == 400
    assert planner.post(address, {"deed": "nothing"}).status_code == 404
    said = {"deed": "conclude", "seen": "2", "contribution": "some", "confidence": "low", "rationale": "So.",
            "due_on": "2030-01-01", "other_explanations": "Rain.", "recommendation": "Ask.", "owner": "sym-chief",
            }  # fmt: skip
    assert planner.post(address, said).status_code == 404
    assert head.post(address, said | {"owner": "nobody-here"}).status_code == 400
    assert head.post(address, said).status_code == 302
    shown = page_of("sym-viewer").get(address).content.decode()
    assert "What was recommended" in shown
    assert page_of("oth-planner").get(address).status_code == 404


def effect(entry: int, **said: object) -> dict[str, object]:
    row = dict.fromkeys(PRESENCE_EFFECTS.schema)
    known = {"missions": "UNSYM|UNOTH", "outcome": "any", "rings": "50|100", "part": "effect", "entry": entry}
    return row | known | {"name": "first opening", "ring": "0-50 km"} | said


def test_an_estimate_of_presence_is_offered_as_evidence_and_says_no_judgement(cast, sheet, tmp_path):
    rows = [
        effect(1, effect=-0.2, low=-0.6, high=0.1, unit="events", says="below what would be found"),
        effect(2, effect=-0.4, low=-0.7, high=-0.1, unit="events", verdict="fewer"),
    ]
    table = pl.DataFrame(rows, schema=PRESENCE_EFFECTS.schema)
    publish_events(tmp_path, date(2027, 1, 1), table, table="presence_effects", reasons=(), flags=(), coverage=COVERED)
    offered = offered_estimates(tmp_path, "UNSYM")
    assert [one.text.split("; ")[1] for one in offered] == [
        "no verdict: below what would be found. Difference from a modelled path",
        "fewer than modelled. Difference from a modelled path",
    ]
    assert offered_estimates(tmp_path, "UNMISS") == []
    address = f"/plans/UNSYM/rounds/{sheet.round_id}/O1.1/"
    planner = page_of("sym-planner")
    assert offered[0].source in planner.get(address).content.decode()
    cited = {"deed": "evidence", "sort": "estimate", "text": offered[0].text, "source": offered[0].source}
    assert planner.post(address, cited).status_code == 400  # nobody said which way it speaks
    assert planner.post(address, cited | {"side": "context"}).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.evidence.get().sort, sheet.contribution) == ("estimate", "")


def test_a_worksheet_shows_the_indicators_as_they_stood_when_its_period_ended(cast, sheet, monkeypatch):
    for module in ("actions", "factsheets"):
        monkeypatch.setattr(f"bluehelm.web.plans.{module}.today", lambda: date(2027, 10, 15))
    for period, value in (("2026-H2", 11.0), ("2027-H1", 97.0)):
        actions.enter_value(mission="UNSYM", indicator="I1", period=period, source="Register", by=cast["sym-planner"],
                            amount=actions.Amount(value=value))  # fmt: skip
    page = page_of("sym-planner").get(f"/plans/UNSYM/rounds/{sheet.round_id}/O1.1/").content.decode()
    assert '<span class="source">2026-H2</span>' in page and '<span class="source">2027-H1</span>' not in page


def test_people_read_titles_and_not_the_words_that_records_keep(cast, sheet):
    assessing.add_evidence(worksheet=sheet, by=cast["sym-planner"], **REPORT)
    page = page_of("sym-planner").get(f"/plans/UNSYM/rounds/{sheet.round_id}/O1.1/").content.decode()
    kinds = {one.word: one.title for one in packaged_assessment().evidence_kinds}
    assert f"Patrol report 114 · {kinds['reports']}" in page
    assert title_of("under-way", "state") == "Under way" and title_of("unheard", "trend") == "unheard"
