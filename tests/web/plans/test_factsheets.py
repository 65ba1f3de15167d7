"""Does a fact sheet say what is claimed and on what it rests, and does it claim nothing that nobody judged?"""

import re
from datetime import date

import pytest
from django.test import Client

from bluehelm.disclosure import Label, Marking
from bluehelm.products.factsheet import factsheets_pdf, in_words, series_picture
from bluehelm.spine import NotObservable, Recommendation, RecordRef
from bluehelm.web.accounts.models import User
from bluehelm.web.findings import actions as findings
from bluehelm.web.plans import actions, assessing, reads
from bluehelm.web.plans.actions import Amount, PlanError, Row
from bluehelm.web.plans.factsheets import factsheets
from bluehelm.web.plans.presenters import chart_of
from tests.plans.frameworks import SOUND
from tests.web.cast import make_cast
from tests.web.plans.test_rounds import REPORT, SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


@pytest.fixture
def plan(cast, monkeypatch):
    for module in ("actions", "factsheets"):
        monkeypatch.setattr(f"bluehelm.web.plans.{module}.today", lambda: date(2028, 2, 1))
    planner = cast["sym-planner"]
    made = actions.load_plan(mission="UNSYM", text=SOUND, why="The first plan.", by=planner)
    halves = [("2026-H2", 5.0), ("2027-H2", 9.0)]
    rows = [
        Row(2 + place, "I1", period, Amount(value=value), "Register") for place, (period, value) in enumerate(halves)
    ]
    actions.import_values(mission="UNSYM", rows=rows, by=planner)
    return made


def test_an_outcome_nobody_judged_claims_nothing(cast, plan):
    (sheet,) = factsheets(plan, "2027-H2", cast["sym-planner"])
    assert (sheet.judgement, sheet.other_causes, sheet.communities) == ("", "", ())
    assert "Nobody has judged" in sheet.claim and sheet.concluded_by.startswith("A draft")
    assert sheet.as_of == "2028-01-01"


def test_a_missing_value_keeps_its_place_and_stands_among_the_limits(cast, plan):
    (sheet,) = factsheets(plan, "2027-H2", cast["sym-planner"])
    series = sheet.series[0]
    assert series.points == (("2026-H2", 5.0), ("2027-H1", None), ("2027-H2", 9.0))
    assert (series.baseline, series.target) == (4, 12)
    assert series_picture(series)["layer"][0]["encoding"]["x"]["scale"]["domain"] == ["2026-H2", "2027-H1", "2027-H2"]
    assert any("1 value that was due is missing" in limit for limit in sheet.limits)


def test_what_people_concluded_stands_on_the_sheet_with_dissent_and_community_evidence(cast, plan):
    sheet = assessing.open_round(mission="UNSYM", period="2027-H2", by=cast["sym-planner"]).worksheets.get()
    asked = REPORT | {
        "sort": "community",
        "text": "The elders did it.",
        "method": "Village meetings",
        "sample": "14 villages",
    }
    assessing.add_evidence(worksheet=sheet, by=cast["sym-planner"], **asked)
    assessing.conclude(worksheet=sheet, said=SAID, expected_version=1, by=cast["sym-head"])
    (page,) = factsheets(plan, "2027-H2", cast["sym-planner"])
    assert page.judgement == "Contribution of the mission: some; confidence moderate."
    assert (page.other_causes, page.dissent) == ("A good harvest.", "Police disagree.")
    assert page.communities == (
        "The elders did it. (for a contribution; Village meetings, 14 villages; Patrol report 114)",
    )
    assert page.concluded_by.startswith("Concluded by Sym Head on ")


def test_what_was_begun_for_an_indicator_stands_in_the_list_and_on_the_timeline(cast, plan, monkeypatch):
    monkeypatch.setattr(findings, "_day", lambda on: on)  # the plan's years have not come yet
    planner, day = cast["sym-planner"], date(2027, 3, 5)
    texts = findings.Texts(title="Slow", statement="It is slow.", domain="plans", severity="low", confidence="low",
                           mission="UNSYM")  # fmt: skip
    label = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM"}))
    made = findings.raise_finding(
        texts=texts, evidence=[RecordRef("indicator", "UNSYM/I1")], label=label, by=planner, on=day
    )
    asked = Recommendation("Go by night.", "sym-planner", date(2027, 9, 1))
    findings.recommend(number=made.pk, expected_version=1, what=asked, by=planner, on=day)
    findings.decide(
        number=made.pk,
        recommendation=1,
        expected_version=2,
        outcome="accepted",
        why="Yes.",
        by=cast["sym-head"],
        on=day,
    )
    assert factsheets(plan, "2027-H2", planner)[0].actions == ()
    findings.start_action(
        number=made.pk, recommendation=1, expected_version=3, steps=["Go"], look_for=NotObservable("Nobody counts."),
        by=planner, on=date(2027, 4, 2),
    )  # fmt: skip
    (sheet,) = factsheets(plan, "2027-H2", planner)
    assert sheet.actions == (("2027-04-02", "Go by night."),)
    assert sheet.series[0].begun == (("2027-H1", "1"),)
    assert "action 1 began in 2027-H1" in in_words(sheet.series[0])
    assert series_picture(sheet.series[0])["layer"][-1]["data"]["values"] == [{"period": "2027-H1", "numbers": "1"}]
    assert factsheets(plan, "2026-H2", planner)[0].actions == ()


def test_an_outcome_that_is_not_there_is_refused(cast, plan):
    with pytest.raises(PlanError, match=r"no outcome O9; it has O1\.1"):
        factsheets(plan, "2027-H2", cast["sym-planner"], outcome="O9")


def test_the_same_sheet_gives_the_same_bytes_and_says_its_words(cast, plan, tmp_path):
    pytest.importorskip("typst")
    sheets = factsheets(plan, "2027-H2", cast["sym-planner"], synthetic="Synthetic")
    first, second = factsheets_pdf(sheets), factsheets_pdf(sheets)
    assert first == second and first.startswith(b"%PDF")
    assert re.search(rb"/Lang ?\(en", first)


def test_the_share_of_women_stands_with_the_chart_unless_it_would_tell_of_few(cast, plan):
    planner = cast["sym-planner"]
    old = [{"sex": sex, "age": "old"} for sex in ("women", "men")]

    def note() -> str:
        (sheet,) = factsheets(plan, "2027-H2", planner)
        return next(one.note for one in sheet.series if one.unit == "persons")

    assert note().endswith("; not disaggregated")
    for period, women in (("2026-H2", 30.0), ("2027-H2", 2.0)):
        rows = [Row(2, "I2", period, Amount(value=women), "Register", old[0])]
        rows += [Row(3, "I2", period, Amount(value=10.0), "Register", old[1])]
        actions.import_values(mission="UNSYM", rows=rows, by=planner)
        told = "men 25%, women 75%" if women > 5 else "held back"
        assert note().endswith(f"; {period} by age: {'unknown' if women > 5 else told}; {period} by sex: {told}")
    client = Client()
    client.force_login(User.objects.get(username="hq-training"))
    page = client.get("/plans/UNSYM/indicators/I2/").content.decode()
    assert "<td>men 25%, women 75%</td>" in page and "<td>held back</td>" in page and "17%" not in page


def test_the_target_of_a_year_is_said_and_not_drawn_beside_sums_of_half_years(cast, plan):
    yearly = SOUND.replace("targets: [{period: 2027-H2, value: 12}]", "targets: [{period: 2027, value: 12}]")
    later = actions.load_plan(mission="UNSYM", text=yearly, why="A year's target.", by=cast["sym-planner"])
    (sheet,) = factsheets(later, "2027-H2", cast["sym-planner"])
    assert (sheet.series[0].baseline, sheet.series[0].target) == (4, None)
    assert "; target 12 for 2027" in sheet.series[0].note

    def levels(version) -> list[str]:
        line = reads.line_of(version, cast["sym-planner"], date(2028, 2, 1), "I1")
        return [one.said for one in chart_of(line).levels if one.kind != "tick"]

    assert levels(later) == ["baseline 4, 2025-H2"]
    assert levels(plan) == ["baseline 4, 2025-H2", "target 12, 2027-H2"]
