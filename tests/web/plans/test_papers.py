"""Do papers of a plan say period, coverage and version, hold small counts back, and leave the same bytes each time?"""

import csv
import io
import zipfile
from datetime import date

import pytest
from openpyxl import load_workbook

from bluehelm.products.plan_files import COLUMNS, WRITERS, paper_docx, sdmx_period
from bluehelm.products.plan_word import plan_template
from bluehelm.web.audit.models import Entry
from bluehelm.web.disclosure.models import Release
from bluehelm.web.plans import actions, assessing
from bluehelm.web.plans.actions import Amount, PlanError, Row
from bluehelm.web.plans.filing import filed
from bluehelm.web.plans.morning import open_worksheets
from bluehelm.web.plans.papers import PAPERS
from tests.plans.frameworks import SOUND
from tests.web.cast import make_cast
from tests.web.plans.test_rounds import REPORT, SAID

pytestmark = pytest.mark.django_db
REPORTED = SOUND.replace(
    "every: half-year, roll_up: sum,", "every: half-year, roll_up: sum, reports: {report_section: Civil affairs},"
)


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


@pytest.fixture
def plan(cast, monkeypatch):
    for module in ("actions", "factsheets"):
        monkeypatch.setattr(f"bluehelm.web.plans.{module}.today", lambda: date(2028, 2, 1))
    planner = cast["sym-planner"]
    made = actions.load_plan(mission="UNSYM", text=REPORTED, why="The first plan.", by=planner)
    rows = [
        Row(2, "I1", "2026-H2", Amount(value=5.0), "=cmd()"),
        Row(3, "I1", "2027-H2", Amount(value=9.0), "Register"),
        Row(4, "I2", "2027-H2", Amount(value=3.0), "Register", {"sex": "women", "age": "young"}),
        Row(5, "I2", "2027-H2", Amount(value=40.0), "Register", {"sex": "men", "age": "young"}),
        Row(6, "I2", "2026-H2", Amount(value=2.0), "Register"),
    ]
    actions.import_values(mission="UNSYM", rows=rows, by=planner)
    sheet = assessing.open_round(mission="UNSYM", period="2027-H2", by=planner).worksheets.get()
    assessing.add_evidence(worksheet=sheet, by=planner, **REPORT)
    assessing.conclude(worksheet=sheet, said=SAID, expected_version=1, by=cast["sym-head"])
    return made


@pytest.mark.parametrize("kind", sorted(PAPERS))
def test_the_same_paper_gives_the_same_bytes_in_every_format(cast, plan, kind):
    pytest.importorskip("docxtpl")
    paper, again = (PAPERS[kind](plan, "2027-H2", cast["sym-planner"], synthetic="Synthetic") for _ in range(2))
    assert paper == again and paper.figures and paper.sections
    for form in ("docx", "xlsx", "csv"):
        assert WRITERS[form](paper) == WRITERS[form](again)


def test_a_paper_as_pdf_is_the_same_twice(cast, plan):
    pytest.importorskip("typst")
    paper = PAPERS["report"](plan, "2027-H2", cast["sym-planner"])
    assert WRITERS["pdf"](paper) == WRITERS["pdf"](paper)


def test_each_figure_says_period_coverage_and_version(cast, plan):
    paper = PAPERS["annex"](plan, "2027", cast["sym-planner"])
    found = [(one.period, one.words, one.coverage, one.plan) for one in paper.figures]
    assert found == [
        ("2027-H1", "missing", "1 of 2 values due", "plan version 1"),
        ("2027-H2", "9", "1 of 2 values due", "plan version 1"),
        ("2027", "unknown", "1 of 2 values due", "plan version 1"),
    ]
    assert [section.title for section in paper.sections] == ["Civil affairs"]


def test_small_counts_of_people_leave_in_no_format_and_the_release_is_logged(cast, plan):
    pytest.importorskip("docxtpl")
    left = filed("report", "csv", plan, "2027-H2", cast["sym-planner"])
    rows = list(csv.DictReader(io.StringIO(left.content.decode())))
    assert tuple(rows[0]) == COLUMNS
    said = {(row["INDICATOR"], row["PART"], row["TIME_PERIOD"]): (row["OBS_VALUE"], row["OBS_STATUS"]) for row in rows}
    assert said["I2", "_T", "2027-S2"] == ("43", "A") and said["I3", "_T", "2027-S2"] == ("", "O")
    assert said["I2", "age=young, sex=women", "2027-S2"] == said["I2", "age=young, sex=men", "2027-S2"] == ("", "Q")
    early = filed("dashboard", "csv", plan, "2026-H2", cast["sym-planner"])
    assert "I2,_T,2026-S2,,persons,Q" in early.content.decode()
    assert early.told["held_back"] == 1
    kept = Release.objects.get(pk=early.told["release"])
    assert (kept.table, kept.held_back, kept.sha256) == ("plan UNSYM", 1, early.told["sha256"])
    assert kept.label.releasable_to == plan.label.releasable_to
    assert Entry.objects.filter(deed="counts.released").count() == 2


def test_the_report_tells_evidence_dissent_and_what_was_recommended(cast, plan):
    paper = PAPERS["report"](plan, "2027-H2", cast["sym-planner"])
    text = repr(paper.sections)
    said = ("Fewer raids.", "Patrol report 114", "A good harvest.", "Police disagree.", "Facilitated by planning.")
    for word in (*said, "Ask again.", "Sym Chief"):
        assert word in text
    hidden = PAPERS["report"](plan, "2027-H2", cast["hq-training"])
    assert "Ask again." not in repr(hidden.sections)
    with pytest.raises(PlanError, match="no assessment of 2026-H2"):
        PAPERS["report"](plan, "2026-H2", cast["sym-planner"])


def test_a_desk_may_edit_the_word_template_and_no_cell_runs(cast, plan):
    pytest.importorskip("docxtpl")
    from docx import Document

    edited = Document(io.BytesIO(plan_template()))
    edited.add_paragraph("Desk three for {{ mission }}")
    own = io.BytesIO()
    edited.save(own)
    paper = PAPERS["factsheet"](plan, "2027-H2", cast["sym-planner"])
    words = [line.text for line in Document(io.BytesIO(paper_docx(paper, own.getvalue()))).paragraphs]
    assert "Desk three for UNSYM" in words and "What the mission did" in words
    book = load_workbook(io.BytesIO(WRITERS["xlsx"](paper)))
    assert book.sheetnames == ["Figures", "Text", "About"]
    assert not any(str(cell.value).startswith("=") for sheet in book for row in sheet for cell in row)
    assert zipfile.ZipFile(io.BytesIO(WRITERS["xlsx"](paper))).infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("period", "written"),
    [("2027-03", "2027-03"), ("2027-Q1", "2027-Q1"), ("2027-H2", "2027-S2"), ("2026/27", "2026-07-01/P1Y")],
)
def test_periods_are_written_as_the_standard_has_them(period, written):
    assert sdmx_period(period) == written


MONTHLY = REPORTED.replace("every: half-year, roll_up: sum,", "every: month, roll_up: sum,")


def test_a_paper_of_a_period_says_nothing_of_what_came_after_it(cast, monkeypatch):
    for module in ("actions", "factsheets"):
        monkeypatch.setattr(f"bluehelm.web.plans.{module}.today", lambda: date(2028, 2, 1))
    planner = cast["sym-planner"]
    plan = actions.load_plan(mission="UNSYM", text=MONTHLY, why="The first plan.", by=planner)
    levels = [*range(9, 3, -1), *range(10, 70, 5)]
    months = [f"{2026 + (6 + place) // 12}-{(6 + place) % 12 + 1:02d}" for place in range(18)]
    rows = [Row(place, "I1", month, Amount(value=float(level)), "Register")
            for place, (month, level) in enumerate(zip(months, levels, strict=True))]  # fmt: skip
    actions.import_values(mission="UNSYM", rows=rows, by=planner)
    early, late = (repr(PAPERS["dashboard"](plan, period, planner).sections) for period in ("2026-H2", "2027-H2"))
    assert "worsening" in early and "from 6 values" in early
    assert "improving" in late and "from 18 values" in late


def test_what_is_held_back_after_a_period_is_no_limit_of_its_sheet(cast, plan):
    actions.import_values(
        mission="UNSYM", rows=[Row(2, "I2", "2027-H1", Amount(value=3.0), "Register")], by=cast["sym-planner"]
    )
    told = repr(PAPERS["factsheet"](plan, "2026-H2", cast["sym-planner"]).sections)
    assert "1 values of few people" in told or "1 value of few people" in told


def test_the_next_target_is_the_first_that_falls_due_in_whatever_order_they_stand(cast, monkeypatch):
    for module in ("actions", "factsheets"):
        monkeypatch.setattr(f"bluehelm.web.plans.{module}.today", lambda: date(2028, 2, 1))
    later = "targets: [{period: 2027-H2, value: 12}"
    text = REPORTED.replace(later, later + ", {period: 2027-H1, value: 8}")
    plan = actions.load_plan(mission="UNSYM", text=text, why="The first plan.", by=cast["sym-planner"])
    assert "8 (2027-H1)" in repr(PAPERS["annex"](plan, "2026-H2", cast["sym-planner"]).sections)


def test_an_outcome_to_conclude_on_is_named_by_its_title(cast, plan):
    assessing.open_round(mission="UNSYM", period="2026-H2", by=cast["sym-planner"])
    title = "Herders and farmers settle disputes without violence"
    assert f"{title}, assessment of 2026-H2" in repr(PAPERS["dashboard"](plan, "2027-H2", cast["sym-planner"]).sections)
    assert title in repr(open_worksheets(cast["sym-planner"], date(2028, 2, 1)))


def test_a_period_in_progress_misses_nothing_that_is_not_due_and_one_to_come_has_no_paper(cast, plan, monkeypatch):
    for module in ("actions", "factsheets"):
        monkeypatch.setattr(f"bluehelm.web.plans.{module}.today", lambda: date(2027, 3, 10))
    told = repr(PAPERS["factsheet"](plan, "2027", cast["sym-planner"]).sections)
    assert "2026-H2" in told and "Disputes settled by market committees: " not in told
    with pytest.raises(PlanError, match="2027-H2 has not begun"):
        filed("factsheet", "csv", plan, "2027-H2", cast["sym-planner"])
