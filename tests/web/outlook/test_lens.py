"""Is the lens a profile and a narrative, with evidence and an answer, and never one number?"""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, models, transaction

from bluehelm.disclosure import Label, Marking
from bluehelm.web.audit.models import Entry
from bluehelm.web.outlook import lens_actions, lens_presenters
from bluehelm.web.outlook.held import OutlookDeedError
from bluehelm.web.outlook.lens_words import factors
from bluehelm.web.outlook.models import Escalation, FactorFinding, LensAssessment, Trigger
from bluehelm.web.outlook.reads import assessments_shown_to, escalated_and_silent
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from tests.web.outlook.conftest import MISSION, Acts, client_of

pytestmark = pytest.mark.django_db

FOR_MISSION = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM"}))
PLACE, DAY = "The northern valleys", date(2026, 3, 2)
SAID = {"indicator": "", "found": "present", "movement": "", "confidence": "moderate", "mitigation": "",
        "evidence": "document: Field report 3", "reasoning": "Seen by two patrols."}  # fmt: skip


@pytest.fixture
def act(cast, settings, tmp_path) -> Acts:
    settings.BLUEHELM_HOME = tmp_path / "none"
    return Acts(cast)


def begin(act, who="sym-jmac", **changed) -> LensAssessment:
    asked = {"mission": MISSION, "place": PLACE, "assessed_on": DAY, "label": FOR_MISSION} | changed
    return act(lens_actions.draft_assessment, who, **asked)


def judge(act, assessment, factor, who="sym-jmac", **changed):
    return act(lens_actions.judge_factor, who, assessment, factor=factor, on=DAY, **(SAID | changed))


def whole(act, **changed) -> LensAssessment:
    """An assessment with a word on every factor and a narrative."""
    assessment = begin(act, **changed)
    for factor in factors():
        judge(act, assessment, factor.number)
    act(lens_actions.write_narrative, "sym-jmac", assessment, place=PLACE, narrative="Two groups, one market.")
    return assessment


# From a draft to somebody who answers


def test_an_assessment_is_finished_with_a_word_on_every_factor_and_a_narrative(act):
    assessment = begin(act)
    judge(act, assessment, 1)
    with pytest.raises(OutlookDeedError, match=r"factors 2, 3, .*, 14 what was found, or that it is not known"):
        act(lens_actions.finish_assessment, "sym-jmac", assessment)
    for factor in factors():
        judge(act, assessment, factor.number, found="not-known", confidence="", evidence="")
    with pytest.raises(OutlookDeedError, match="write the narrative"):
        act(lens_actions.finish_assessment, "sym-jmac", assessment)
    act(lens_actions.write_narrative, "sym-jmac", assessment, place=PLACE, narrative="Nobody could look.")
    done = act(lens_actions.finish_assessment, "sym-jmac", assessment, on=DAY)
    assert (done.state, done.finished_by, done.finished_post.code) == ("final", "sym-jmac", "sym-jmac")


def test_what_was_finished_is_not_changed_but_assessed_anew(act):
    assessment = whole(act)
    act(lens_actions.finish_assessment, "sym-jmac", assessment, on=DAY)
    for deed, asked in (
        (lens_actions.write_narrative, {"place": PLACE, "narrative": "Other"}),
        (lens_actions.add_trigger, {"starts": DAY, "until": None, "text": "Census"}),
        (lens_actions.judge_factor, {"factor": 1, "on": DAY, **SAID}),
    ):
        with pytest.raises(OutlookDeedError, match="begin a new assessment"):
            act(deed, "sym-jmac", assessment, **asked)


@pytest.mark.parametrize(
    ("factor", "changed", "said"),
    [
        (1, {"evidence": " "}, "Name the evidence"),
        (1, {"confidence": ""}, "no word of the lens"),
        (1, {"found": "0.7"}, "no word of the lens"),
        (1, {"found": "7"}, "no word of the lens"),
        (1, {"movement": "up"}, "no word of the lens"),
        (1, {"reasoning": ""}, "why you find so"),
        (15, {}, "no such factor"),
        (1, {"indicator": "2.1"}, "no such factor or indicator"),
    ],
)
def test_a_factor_is_judged_in_a_word_with_evidence_and_confidence_or_not_at_all(act, factor, changed, said):
    assessment = begin(act)
    with pytest.raises(OutlookDeedError, match=said):
        judge(act, assessment, factor, **changed)
    assert not FactorFinding.objects.exists()


def test_judging_again_replaces_and_an_indicator_stands_beside_its_factor(act):
    assessment = begin(act)
    judge(act, assessment, 8)
    judge(act, assessment, 8, found="strong")
    judge(act, assessment, 8, indicator="8.8", found="signs")
    assert list(assessment.findings.order_by("pk").values_list("indicator", "found")) == [
        ("", "strong"), ("8.8", "signs"),
    ]  # fmt: skip


def test_of_two_assessors_the_second_sees_the_first(act):
    assessment = begin(act)
    seen = assessment.row_version
    judge(act, assessment, 1)
    with pytest.raises(ChangedMeanwhileError):
        act(lens_actions.write_narrative, "sym-chief", None, number=assessment.pk, expected_version=seen, place=PLACE,
            narrative="Mine")  # fmt: skip
    assessment.refresh_from_db()
    assert assessment.narrative == ""


def test_an_escalation_is_acknowledged_by_the_post_it_was_put_before_and_by_no_other(cast, act):
    assessment = whole(act)
    put = act(lens_actions.escalate, "sym-jmac", assessment, post="sym-head", why="Weeks, not months.", on=DAY)
    assert escalated_and_silent(cast["sym-head"]) == [put]
    answer = {"escalation": put.pk, "answer": "Night presence from Friday."}
    for other in ("sym-chief", "sym-jmac", "auditor"):
        with pytest.raises(NotAllowedError):
            act(lens_actions.acknowledge_escalation, other, assessment, **answer)
    with pytest.raises(OutlookDeedError, match="be it nothing"):
        act(lens_actions.acknowledge_escalation, "sym-head", assessment, escalation=put.pk, answer=" ")
    done = act(lens_actions.acknowledge_escalation, "sym-head", assessment, **answer)
    assert (done.acknowledged_by, escalated_and_silent(cast["sym-head"])) == ("sym-head", [])
    entry = Entry.objects.get(deed="lens.escalation_acknowledged")
    assert (entry.by, entry.kind, entry.marking) == ("sym-head", "lens", 1)


def test_it_is_put_before_nobody_who_may_not_read_it(act):
    assessment = begin(act)
    for stranger in ("oth-planner", "sym-viewer", "sym-reporter", "hq-forces", "state-a"):
        with pytest.raises(OutlookDeedError, match="no post"):
            act(lens_actions.escalate, "sym-jmac", assessment, post=stranger, why="Now")
    assert not Escalation.objects.exists()


@pytest.mark.parametrize("who", ["sym-viewer", "sym-reporter", "sym-planner", "sym-conduct", "oth-planner",
                                 "hq-forces", "auditor", "administrator", "nobody"])  # fmt: skip
def test_nobody_else_begins_an_assessment(act, who):
    with pytest.raises(NotAllowedError):
        begin(act, who)


def test_it_takes_the_right_to_release_to_let_others_read_it(cast, act):
    assessment = begin(act)
    wider = Label(Marking.CONFIDENTIAL, frozenset({"mission:UNSYM", "organisation:HQ"}))
    asked = {"label": wider, "reason": "The desk plans the visit."}
    with pytest.raises(NotAllowedError):
        act(lens_actions.relabel_assessment, "sym-chief", assessment, **asked)
    act(lens_actions.relabel_assessment, "sym-head", assessment, **asked)
    assert assessments_shown_to(cast["auditor"]).count() == 0  # a draft, and the auditor writes none
    act(lens_actions.escalate, "sym-jmac", assessment, post="auditor", why="To see who answers.")
    assert assessments_shown_to(cast["auditor"]).count() == 1


def test_a_draft_is_read_by_those_who_write_assessments_and_a_final_one_by_those_addressed(cast, act):
    assessment = whole(act)
    assert assessments_shown_to(cast["sym-planner"]).count() == 0
    act(lens_actions.finish_assessment, "sym-jmac", assessment, on=DAY)
    assert assessments_shown_to(cast["sym-planner"]).count() == 1
    for who in ("sym-viewer", "sym-reporter", "oth-planner", "hq-forces", "nobody"):
        assert assessments_shown_to(cast[who]).count() == 0


def test_what_the_database_can_refuse_it_refuses(act):
    assessment = begin(act)
    judged = judge(act, assessment, 1)
    for broken in ({"evidence": ""}, {"confidence": ""}, {"factor": 15}, {"reasoning": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FactorFinding.objects.filter(pk=judged.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        LensAssessment.objects.filter(pk=assessment.pk).update(state="final")


# Change over time


def test_the_words_of_the_same_place_stand_side_by_side(act):
    first = whole(act)
    act(lens_actions.finish_assessment, "sym-jmac", first, on=DAY)
    second = begin(act, assessed_on=date(2026, 6, 2))
    act(lens_actions.judge_factor, "sym-jmac", second, factor=1, on=date(2026, 6, 2), **(SAID | {"found": "strong"}))
    said = client_of("sym-jmac").get(f"/api/lens/{second.pk}/").json()
    words = {one["factor"]: [word["found"] for word in one["words"]] for one in said["over_time"]}
    assert words[1] == ["Present", "Strong"]
    assert words[2] == ["Present", None]
    page = client_of("sym-jmac").get(f"/lens/{second.pk}/").content.decode()
    assert "How it changed" in page and "Field report 3" in page


# Never one number

WEB = Path(lens_presenters.__file__).parent
SOURCES = [*WEB.glob("lens_*.py"), WEB.parents[1] / "definitions" / "atrocity_lens.py"]
ADDING = {"sum", "mean", "fmean", "average", "avg", "Sum", "Avg", "Count", "Max", "Min", "max", "min", "aggregate",
          "annotate", "count", "Counter", "median", "round", "float"}  # fmt: skip
COUNTED = {"assessment", "expected_version", "factor", "number", "row_version", "escalation", "version"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_no_line_of_the_lens_adds_up_or_averages(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    assert called & ADDING == set()
    arithmetic = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Mult | ast.Sub | ast.Pow)
    ]
    assert arithmetic == []


def test_the_check_catches_a_line_that_adds_up(tmp_path):
    spoilt = tmp_path / "lens_score.py"
    spoilt.write_text("score = sum(ranks[one] for one in found) / 14\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        test_no_line_of_the_lens_adds_up_or_averages(spoilt)


@pytest.mark.parametrize(
    "template", sorted((WEB / "templates" / "outlook").glob("lens*.html")), ids=lambda one: one.name
)
def test_no_page_of_the_lens_counts(template):
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*(length|add|floatformat)|forloop\.counter|widthratio|progress", text)


def test_no_column_of_the_lens_could_be_added_up():
    numbers = (models.IntegerField, models.FloatField, models.DecimalField)
    for model in (LensAssessment, FactorFinding, Trigger, Escalation):
        found = {one.name for one in model._meta.fields if isinstance(one, numbers) and not one.primary_key}
        assert found <= {"factor", "marking", "row_version"}, model


def test_the_json_holds_no_number_but_those_that_name_something(act):
    assessment = whole(act)
    said = client_of("sym-jmac").get(f"/api/lens/{assessment.pk}/").json()
    assert said["narrative"] and said["caution"]
    assert set(numbers_in(said)) <= {"number", "factor", "row_version", "version"}


def numbers_in(value, key=""):
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in numbers_in(inner, name)]
    if isinstance(value, list):
        return [found for inner in value for found in numbers_in(inner, key)]
    return [key] if isinstance(value, int | float) and not isinstance(value, bool) else []
