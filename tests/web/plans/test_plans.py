"""Are plans kept by version, values never overwritten, and is nobody shown more than is addressed to them?"""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from bluehelm.disclosure import Label, Marking
from bluehelm.spine import Recommendation, RecordRef
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings import actions as findings
from bluehelm.web.findings.actions import Texts
from bluehelm.web.plans import actions, assessing, morning, reads
from bluehelm.web.plans.actions import Amount, PlanError, Row
from bluehelm.web.plans.models import IndicatorValue, PlanVersion
from bluehelm.web.plans.used import reports_of
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.models import Post
from tests.plans.frameworks import SOUND
from tests.web.cast import make_cast

pytestmark = pytest.mark.django_db
TODAY = date(2027, 10, 15)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    for module in ("views", "actions", "boards"):
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


def enter(cast, indicator="I1", period="2026-H2", value=5.0, who="sym-planner", **changed):
    fields = {"mission": "UNSYM", "indicator": indicator, "period": period, "source": "Register", "by": cast[who]}
    return actions.enter_value(**(fields | {"amount": Amount(value=value)} | changed))


def page_of(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client


def test_versions_are_numbered_and_the_same_text_makes_no_second_one(cast, plan):
    assert plan.number == 1
    with pytest.raises(PlanError, match="version 1 already"):
        load(cast)
    second = load(cast, SOUND.replace("value: 12", "value: 15"), why="More is possible.")
    assert (second.number, reads.current_version("UNSYM", cast["sym-planner"]).pk) == (2, second.pk)
    assert PlanVersion.objects.get(number=1).text == SOUND
    assert [entry.deed for entry in Entry.objects.filter(kind="plan_version")] == ["plan.loaded", "plan.loaded"]


def test_a_plan_that_does_not_hang_together_is_kept_only_as_unfinished(cast):
    spoilt = SOUND.replace(", owner: force}", "}")
    with pytest.raises(PlanError) as refused:
        load(cast, spoilt)
    assert [one.code for one in refused.value.problems] == ["no-owner"]
    assert not PlanVersion.objects.exists()
    assert load(cast, spoilt, unfinished=True).problems == 1
    with pytest.raises(PlanError, match="cannot be read"):
        load(cast, "objectives: [", unfinished=True)


@pytest.mark.parametrize("who", ["sym-viewer", "oth-planner", "hq-forces", "auditor", "nobody", "administrator"])
def test_only_a_post_of_the_mission_changes_its_plan(cast, plan, who):
    with pytest.raises(NotAllowedError):
        load(cast, SOUND.replace("value: 12", "value: 15"), who=who)
    with pytest.raises(NotAllowedError):
        enter(cast, who=who)


def test_a_value_that_stands_is_corrected_and_never_overwritten(cast, plan):
    first = enter(cast)
    with pytest.raises(PlanError, match="stands already"):
        enter(cast, value=6.0)
    with pytest.raises(PlanError, match="Say why"):
        actions.correct_value(
            value=first, amount=Amount(value=6), source="Register", reason=" ", by=cast["sym-planner"]
        )
    second = actions.correct_value(
        value=first, amount=Amount(value=6), source="Register", reason="One was counted twice.", by=cast["sym-planner"]
    )
    first.refresh_from_db()
    assert (first.stands, first.value, second.stands, second.corrects_id) == (False, 5.0, True, first.pk)
    with pytest.raises(PlanError, match="corrected already"):
        actions.correct_value(value=first, amount=Amount(value=7), source="x", reason="y", by=cast["sym-planner"])
    assert IndicatorValue.objects.count() == 2


def test_of_two_corrections_at_once_the_second_is_told(cast, plan):
    first = enter(cast)
    seen_by_both = IndicatorValue.objects.get(pk=first.pk)
    actions.correct_value(value=first, amount=Amount(value=6), source="R", reason="One.", by=cast["sym-planner"])
    with pytest.raises(ChangedMeanwhileError):
        actions.correct_value(
            value=seen_by_both, amount=Amount(value=7), source="R", reason="Two.", by=cast["sym-chief"]
        )
    assert IndicatorValue.objects.filter(stands=True).get().value == 6


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"indicator": "I99"}, "no indicator I99"),
        ({"period": "2026-13"}, "no period"),
        ({"period": "2026-Q3"}, "due every half-year"),
        ({"period": "2028-H1"}, "has not begun"),
        ({"parts": {"sex": "women"}}, "not by sex"),
        ({"source": " "}, "source"),
        ({"amount": Amount()}, "Give a value"),
        ({"amount": Amount(value=float("nan"))}, "is a number"),
        ({"amount": Amount(value=float("inf"))}, "is a number"),
        ({"amount": Amount(value=5, low=9, high=2)}, "Low is above high"),
        ({"amount": Amount(value=0.5, numerator=1, denominator=10)}, "is not 1 of 10"),
        ({"amount": Amount(numerator=1, denominator=-10)}, "never below 0"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_kept(cast, plan, changed, said):
    with pytest.raises(PlanError, match=said):
        enter(cast, **changed)
    assert not IndicatorValue.objects.exists()


def test_a_share_keeps_its_numerator_and_denominator(cast, plan):
    made = enter(cast, indicator="I3", amount=Amount(numerator=30, denominator=120))
    assert (made.value, made.numerator, made.denominator) == (0.25, 30, 120)


def test_after_a_period_is_closed_a_change_is_a_correction(cast, plan):
    known = enter(cast)
    with pytest.raises(NotAllowedError):
        actions.close_period(mission="UNSYM", period="2026-H2", by=cast["sym-planner"])
    with pytest.raises(PlanError, match="has not ended"):
        actions.close_period(mission="UNSYM", period="2027", by=cast["sym-head"])
    actions.close_period(mission="UNSYM", period="2026", by=cast["sym-head"])
    with pytest.raises(PlanError, match="closed already"):
        actions.close_period(mission="UNSYM", period="2026", by=cast["sym-head"])
    with pytest.raises(PlanError, match="is closed"):
        enter(cast, indicator="I3", amount=Amount(numerator=1, denominator=2))
    made = actions.correct_value(
        value=known, amount=Amount(value=6), source="Register", reason="Late report.", by=cast["sym-planner"]
    )
    assert made.stands


def test_a_value_that_was_missing_when_its_period_was_closed_comes_with_the_reason(cast, plan):
    actions.close_period(mission="UNSYM", period="2026", by=cast["sym-head"])
    with pytest.raises(PlanError, match="say in the note why"):
        enter(cast)
    rows = [Row(2, "I3", "2026-H2", Amount(numerator=3, denominator=9), "Survey")]
    with pytest.raises(PlanError) as refused:
        actions.import_values(mission="UNSYM", rows=rows, by=cast["sym-planner"])
    assert "note" in refused.value.problems[0].message
    made = enter(cast, note="The register came with the January convoy.")
    assert made.stands and made.note


def test_missing_values_are_named_and_those_not_due_are_not(cast, plan):
    enter(cast)
    line = next(one for one in reads.lines_of(plan, cast["sym-planner"], TODAY) if one.placed.indicator.id == "I1")
    assert line.missing == ("2027-H1",)
    assert line.last.value == 5
    later = next(
        one for one in reads.lines_of(plan, cast["sym-planner"], date(2026, 7, 2)) if one.placed.kind == "output"
    )
    assert later.missing == ()


def test_parts_that_make_no_whole_are_there_and_not_missing(cast):
    rule = "roll_up: {}, owner: civil-affairs,\n             youth: participation"
    apart = SOUND.replace(rule.format("latest"), rule.format("none"))
    plan = load(cast, apart)
    enter(cast, indicator="I2", value=3.0, parts={"sex": "women"})
    planner = cast["sym-planner"]
    line = next(one for one in reads.lines_of(plan, planner, TODAY) if one.placed.indicator.id == "I2")
    assert line.missing == reads.line_of(plan, planner, TODAY, "I2").missing == ("2027-H1",)


def test_a_part_without_which_the_whole_is_unknown_is_asked_for(cast, plan):
    women, men = ({"sex": sex, "age": "young"} for sex in ("women", "men"))
    for period, parts in (("2026-H2", women), ("2026-H2", men), ("2027-H1", women)):
        enter(cast, indicator="I2", period=period, value=20.0, parts=parts)
    planner, missing = cast["sym-planner"], "2027-H1 (age=young, sex=men)"
    line = next(one for one in reads.lines_of(plan, planner, TODAY) if one.placed.indicator.id == "I2")
    assert line.readings[-1].value is None and line.missing == ()
    assert [str(one) for one in line.owed] == [missing]
    assert reads.line_of(plan, planner, TODAY, "I2").owed == line.owed
    entry = next(one for one in morning.missing_values(planner, TODAY).entries if "/I2/" in one.url)
    assert entry.why == f"1 value, first {missing}; owed by civil-affairs."
    client = page_of("sym-planner")
    for page in ("dashboard/", "indicators/I2/"):
        assert missing in client.get(f"/plans/UNSYM/{page}").content.decode()


def test_the_page_names_a_problem_its_place_in_words_and_what_mends_it(cast):
    spoilt = SOUND.replace(", owner: force}", "}")
    client = page_of("sym-planner")
    told = client.post("/plans/UNSYM/edit/", {"text": spoilt, "why": "Begin."}).content.decode()
    load(cast, spoilt, unfinished=True)
    for page in (told, client.get("/plans/UNSYM/").content.decode()):
        assert "An indicator without owner" in page and "Name the post that owes it." in page
        assert "Patrols along the corridor on market days › Market days with a patrol" in page
        assert "O1/O1.1/P1/I4" not in page


def test_an_owner_that_is_no_post_is_told_when_the_plan_is_kept(cast):
    text = SOUND.replace("owner: civil-affairs", "owner: sym-reporter").replace("owner: jmac", "owner: sym-jmac")
    client = page_of("sym-planner")
    page = client.post("/plans/UNSYM/edit/", {"text": text, "why": "Begin."}, follow=True).content.decode()
    assert "force owes 1 indicator and is no post. Name the code of an open post of the mission" in page
    assert "An owner that is no post of the mission" in page and "sym-reporter owes" not in page
    assert "is no post" not in page_of("sym-viewer").get("/plans/UNSYM/").content.decode()


def test_whoever_enters_a_text_is_told_that_it_is_shown_as_written(cast, plan):
    client = page_of("sym-planner")
    for page in ("indicators/I2/", "edit/"):
        assert "put no number of a few people into" in client.get(f"/plans/UNSYM/{page}").content.decode()


def test_a_missing_period_keeps_its_place_in_the_picture_and_the_table(cast, plan):
    for period, value in (("2026-H2", 5.0), ("2027-H2", 7.0)):
        enter(cast, period=period, value=value)
    page = page_of("sym-planner").get("/plans/UNSYM/indicators/I1/").content.decode()
    places = [page.index(f"<title>{period}: ") for period in ("2026-H2", "2027-H1", "2027-H2")]
    assert places == sorted(places) and "2027-H1: unknown" in page
    assert '<th scope="row">2027-H1</th><td><span class="none">value missing</span>' in page


def test_parts_make_the_whole_where_the_rule_allows_it(cast, plan):
    for sex, number in (("women", 3.0), ("men", 4.0)):
        enter(cast, indicator="I2", value=number, parts={"sex": sex})
    line = next(one for one in reads.lines_of(plan, cast["sym-planner"], TODAY) if one.placed.indicator.id == "I2")
    assert [(one.period, one.value) for one in line.readings] == [("2026-H2", 7.0)]


def test_a_file_of_values_is_taken_in_whole_or_not_at_all(cast, plan):
    good = Row(2, "I1", "2026-H2", Amount(value=1), "Register")
    bad = [Row(3, "I9", "2026-H2", Amount(value=1), "R"), Row(4, "I1", "2026-H2", Amount(value=2), "R")]
    with pytest.raises(PlanError) as refused:
        actions.import_values(mission="UNSYM", rows=[good, *bad], by=cast["sym-planner"])
    assert [one.where for one in refused.value.problems] == ["line 3", "line 4"]
    assert not IndicatorValue.objects.exists()
    assert actions.import_values(mission="UNSYM", rows=[good], by=cast["sym-planner"]) == 1


def test_a_plan_addressed_to_others_does_not_exist_for_a_reader(cast):
    secret = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
    load(cast, who="sym-jmac", label=secret)
    for address in ("/plans/UNSYM/", "/api/plans/UNSYM/", "/plans/UNSYM/indicators/I1/", "/plans/UNSYM/reports/"):
        assert page_of("sym-planner").get(address).status_code == 404
        assert page_of("sym-jmac").get(address).status_code == 200
    assert page_of("sym-planner").get("/api/plans/").json() == {"plans": []}


def test_a_number_is_used_where_a_decision_cites_it_and_only_what_may_be_read_counts(cast, plan):
    texts = Texts(
        title="Disputes rise", statement="They do.", domain="plans", severity="high", confidence="high", mission="UNSYM"
    )
    label = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
    found = findings.raise_finding(
        texts=texts, evidence=(RecordRef("indicator", "UNSYM/I1"),), label=label, by=cast["sym-jmac"]
    )
    unused = {one.placed.indicator.id for one in reports_of(plan, cast["sym-jmac"]).unused}
    assert "I1" in unused
    asked = Recommendation("Open two more committees.", Post.objects.get(code="sym-jmac").code, TODAY)
    findings.recommend(number=found.pk, expected_version=found.row_version, what=asked, by=cast["sym-jmac"])
    found.refresh_from_db()
    in_jmac = replace(cast["sym-head"], reader=cast["sym-jmac"].reader)
    findings.decide(
        number=found.pk, recommendation=1, expected_version=found.row_version, outcome="accepted", why="It is due.",
        by=in_jmac,
    )  # fmt: skip
    assert unused - {one.placed.indicator.id for one in reports_of(plan, cast["sym-jmac"]).unused} == {"I1"}
    assert {one.placed.indicator.id for one in reports_of(plan, cast["sym-planner"]).unused} == unused


def test_pages_enter_correct_and_refuse(cast, plan):
    planner = page_of("sym-planner")
    entered = planner.post(
        "/plans/UNSYM/indicators/I1/", {"period": "2026-H2", "value": "5", "source": "Register"}, follow=True
    )
    assert "Entered." in entered.content.decode()
    refused = planner.post("/plans/UNSYM/indicators/I1/", {"period": "2026-H2", "value": "9", "source": "Register"})
    assert (refused.status_code, IndicatorValue.objects.count()) == (400, 1)
    number = IndicatorValue.objects.get().pk
    address = f"/plans/UNSYM/values/{number}/correct/"
    planner.post(address, {"value": "6", "source": "Register", "reason": "Late report."})
    shown = planner.get("/plans/UNSYM/indicators/I1/").content.decode()
    assert "Late report." in shown and "corrected" in shown
    assert page_of("sym-viewer").get("/plans/UNSYM/indicators/I1/").status_code == 200
    assert page_of("sym-viewer").post("/plans/UNSYM/indicators/I1/", {"period": "2027-H1"}).status_code == 404


def test_the_editor_keeps_what_a_file_would_have_kept(cast):
    planner = page_of("sym-planner")
    bad = planner.post("/plans/UNSYM/edit/", {"text": SOUND.replace("better: lower", "beter: lower"), "why": "First."})
    assert bad.status_code == 400
    assert "unknown-key" in bad.content.decode()
    planner.post("/plans/UNSYM/edit/", {"text": SOUND.strip().replace("\n", "\r\n"), "why": "First."})
    assert PlanVersion.objects.get().text == SOUND.strip()


def test_changes_are_told_in_words_on_the_page_and_as_json(cast, plan):
    load(cast, SOUND.replace("value: 12", "value: 15"), why="More is possible.")
    told = page_of("sym-viewer").get("/api/plans/UNSYM/changes/").json()
    assert (told["old"], told["new"], len(told["differences"])) == (1, 2, 2)
    assert "value 12 became" in page_of("sym-viewer").get("/plans/UNSYM/changes/").content.decode()


def test_the_planners_morning_names_missing_values_and_outcomes_to_conclude_on(cast, plan):
    enter(cast)
    missing = morning.missing_values(cast["sym-planner"], TODAY)
    assert {"Disputes settled by market committees", "Deaths in the north"} <= {one.text for one in missing.entries}
    assert all(one.late and one.due_on <= TODAY for one in missing.entries)
    assert morning.missing_values(cast["oth-planner"], TODAY).entries == ()
    assert morning.open_worksheets(cast["sym-planner"], TODAY).entries == ()
    assessing.open_round(mission="UNSYM", period="2026-H2", by=cast["sym-planner"])
    assert [one.text for one in morning.open_worksheets(cast["sym-planner"], TODAY).entries] == [
        "Herders and farmers settle disputes without violence"
    ]
