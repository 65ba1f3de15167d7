"""Do the further commands of `forces` answer with one object and its sources, and refuse what is wrong plainly?"""

import json

import pytest

from bluehelm.cli import main

FILES = {
    "entries.csv": """\
unit,stage,entered_on,done_on,holder
U1,note-verbale,2027-01-01,2027-01-20,
U1,mou,2027-01-21,,
""",
    "answers.csv": """\
item,answer
strength,met
medical,not met
""",
    "candidates.csv": """\
unit,trip,need,last_visit_on,cost
U1,T1,2,,900
U2,T1,1,2026-01-01,900
U3,T2,5,,1200
""",
    "steps.csv": """\
step,after,least_days,likely_days,most_days
approval,,10,20,30
movement,approval,10,20,30
""",
    "equipment.csv": """\
unit,item,category,quarter,agreed,present,serviceable
U1,truck,support-vehicle,2027-Q1,10,9,5
U1,truck,support-vehicle,2027-Q2,10,9,4
U1,radio,communications,2027-Q2,5,,
""",
    "options.csv": """\
option,rate,quantity,from,until
A,personnel,100,2026-01,2026-02
B,risk-premium,10,2026-01,2026-01
""",
    "outputs.csv": """\
output,number
sortie,400
""",
    "roster.csv": """\
id,nationality,available_from,languages,areas
O1,AAA,2027-01-01,fr,north
O2,BBB,2027-01-05,ar,
""",
    "teams.csv": """\
id,area,size,most_of_one,priority,languages
T1,north,2,1,1,ar
T2,south,3,1,2,
""",
    "posts.csv": """\
scenario,post,kind,months,tour_months,usual_months
six,U2,intelligence,24,6,6
twelve,U2,intelligence,24,12,6
""",
    "turns.csv": """\
slot,contributor,from,until,monthly_cost,certified_until
S1,AAA,2027-01-01,2027-06-30,1000,2027-06-01
S1,BBB,2027-07-11,2027-12-31,1000,
""",
    "pledges.csv": """\
id,contributor,capability,strength,level,available_from,available_until,caveats
P1,AAA,police,100,L2,2026-01-01,2028-12-31,task:night-patrol
P2,BBB,police,100,L3,2026-01-01,2028-12-31,time:18:00-06:00
P3,CCC,police,90,L1,2026-01-01,2028-12-31,
""",
    "requirements.csv": """\
id,mission,capability,strength,from,until,min_level,priority
R1,M1,police,100,2027-01-01,2027-12-31,L2,1
R2,M1,police,100,2027-01-01,2027-12-31,L2,2
R3,M1,air,10,2027-01-01,2027-12-31,L2,2
""",
    "stationed.csv": """\
unit,area
P1,north
P2,north
P3,south
""",
    "deployed.csv": """\
pledge,requirement
P1,R1
""",
    "ratings.csv": """\
unit,component,task,on,rater,rating,cause
P1,police,joint patrol,2027-02-01,first,partly met,training
P1,police,joint patrol,2027-02-01,second,met,
""",
    "women.csv": """\
unit,role,women,people
P1,patrol,12,80
""",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)

    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["--home", "home", "forces", *words])
        return end.value.code, capsys.readouterr().out

    return run


def answer(run, *words):
    code, out = run(*words, "--json")
    assert code == 0
    assert run(*words)[0] == 0
    return json.loads(out)


def test_the_pipeline_says_who_holds_the_pen(run):
    found = answer(run, "pipeline", "entries.csv", "--as-of", "2027-05-01")
    (wait,) = found["stuck"]
    assert (wait["unit"], wait["stage"], wait["holder"], wait["days"]) == ("U1", "mou", "headquarters", 100)
    assert found["inputs"][0]["name"] == "entries.csv"
    assert found["rules"]["status"] == "draft"
    assert "stuck" in run("pipeline", "entries.csv", "--as-of", "2027-05-01")[1]


def test_a_visit_is_scored_by_the_checklist_named(run):
    found = answer(run, "visit", "answers.csv", "--checklist", "pre-deployment", "--visited-on", "2027-01-01")
    assert (found["share"], found["passes"], found["essential_unmet"]) == (0.5, False, ["medical"])
    assert found["findings"][0]["due_on"] == "2027-01-31"
    code, out = run("visit", "answers.csv", "--checklist", "tea", "--json")
    assert code == 2
    assert "known are" in json.loads(out)["error"]["problems"][0]


def test_visits_are_planned_within_the_budget(run):
    found = answer(run, "visit-plan", "candidates.csv", "--budget", "1500", "--as-of", "2027-01-01")
    assert [(trip["trip"], trip["is_planned"]) for trip in found["trips"]] == [("T2", True), ("T1", False)]
    assert found["spent"] == 1200
    assert run("visit-plan", "candidates.csv", "--budget", "much")[0] == 2


def test_the_timeline_passes_or_exits_1_when_asked(run):
    found = answer(run, "timeline", "2027-01-01", "steps.csv")
    assert found["likely_days"] == 40
    assert found["passes"]
    assert found["ends_on"]["0.5"] == "2027-02-10"
    assert run("timeline", "2027-01-01", "--fail-on-shortfall")[0] == 1
    assert answer(run, "timeline", "2027-01-01", "--template", "redirected")["passes"]
    assert run("timeline", "January", "steps.csv")[0] == 2


def test_equipment_short_for_two_quarters_names_its_effect_and_what_is_unknown(run):
    found = answer(run, "equipment", "equipment.csv")
    assert found["quarter"] == "2027-Q2"
    assert (found["short"][0]["quarters_short"], found["effects"][0]["items"]) == (2, ["truck"])
    assert found["unknown"] == ["U1, radio"]
    assert answer(run, "equipment", "equipment.csv", "--quarter", "2027-Q1")["short"][0]["quarters_short"] == 1
    assert run("equipment", "equipment.csv", "--quarter", "spring")[0] == 2


def test_cost_names_unknown_rates_and_the_source_of_the_known(run):
    found = answer(run, "cost", "options.csv", "--outputs", "outputs.csv")
    known, unknown = found["options"]
    assert (known["total"], known["cost_per_output"]) == (289600, {"sortie": 724})
    assert (unknown["total"], unknown["unknown"]) == (None, ["risk-premium"])
    assert {rate["name"] for rate in found["rates"]} == {"personnel", "risk-premium"}


def test_a_table_of_rates_of_ones_own_is_read_strictly(run, folder):
    own = (
        "title: Ours\nsource: invented\nvalid_from: 2020-01-01\nstatus: draft\nchecked_by: null\n"
        "review_on: 2027-01-01\n"
        "currency: USD\nrates:\n  - {name: personnel, kind: personnel, basis: month, amount: '10', share_of: null, "
        "price_year: null, valid_from: 2020-01-01, valid_until: null, source: invented}\n"
    )
    (folder / "own.yaml").write_text(own, encoding="utf-8")
    (folder / "few.csv").write_text(
        "option,rate,quantity,from,until\nA,personnel,3,2026-01,2026-01\n", encoding="utf-8"
    )
    assert answer(run, "cost", "few.csv", "--rules", "own.yaml")["options"][0]["total"] == 30
    (folder / "own.yaml").write_text(own.replace("'10'", "10"), encoding="utf-8")
    code, out = run("cost", "few.csv", "--rules", "own.yaml", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "bad_definition")


def test_teams_are_formed_and_what_is_short_is_named(run):
    pytest.importorskip("highspy")
    found = answer(run, "observers", "roster.csv", "teams.csv")
    assert [(team["team"], team["starts_on"]) for team in found["teams"]] == [("T1", "2027-01-05")]
    assert found["short"] == [{"team": "T2", "lacks": ["size: 3 needed, 0 free"]}]
    assert run("observers", "roster.csv", "teams.csv", "--fail-on-shortfall")[0] == 1


def test_longer_tours_are_compared_with_the_scenario_named(run):
    six, twelve = answer(run, "tours", "posts.csv", "--against", "six")["scenarios"]
    assert (six["expert"], twelve["expert"], twelve["gained"], twelve["cost"]) == (8, 16, 8, None)
    assert run("tours", "posts.csv", "--against", "nine")[0] == 2


def test_a_calendar_shows_gaps_and_certificates(run):
    (slot,) = answer(run, "calendar", "turns.csv", "--from", "2027-01-01", "--until", "2027-12-31")["slots"]
    assert slot["gap_days"] == 10
    assert slot["certificates"][0]["days_without"] == 29


def test_unit_types_are_listed_and_split(run):
    assert len(answer(run, "unit-types")["unit_types"]) > 30
    assert answer(run, "unit-types", "--split", "formed-police", "--parts", "4")["lost_somewhere"]
    assert run("unit-types", "--split", "cavalry")[0] == 2


def test_the_gap_list_counts_what_is_needed_ready_and_deployed(run):
    found = answer(
        run, "gaps", "requirements.csv", "pledges.csv", "--deployed", "deployed.csv", "--as-of", "2027-01-01"
    )
    gaps = {gap["capability"]: gap for gap in found["gaps"]}
    assert (gaps["police"]["needed"], gaps["police"]["deployed"], gaps["police"]["gap"]) == (2, 1, 0)
    assert gaps["police"]["available"] == {"L1": 1, "L2": 0, "L3": 1, "RDL": 0}
    assert gaps["air"]["gap"] == 1
    assert run("gaps", "requirements.csv", "pledges.csv", "--fail-on-shortfall")[0] == 1
    assert run("gaps", "requirements.csv", "pledges.csv", "--at-least", "L9")[0] == 2


def test_a_requirement_that_has_ended_is_no_gap(run):
    words = ["gaps", "requirements.csv", "pledges.csv", "--as-of", "2099-01-01"]
    assert answer(run, *words)["gaps"] == []
    assert "As of 2099-01-01; the gap counts units from L2 on" in run(*words)[1]


def test_the_gap_list_is_written_as_pdf(run, folder):
    pytest.importorskip("typst")
    from tests.products.paper_readers import pdf_text

    day = ["--as-of", "2027-01-01", "--pdf"]
    assert run("gaps", "requirements.csv", "pledges.csv", *day, "gaps.pdf")[0] == 0
    assert run("gaps", "requirements.csv", "pledges.csv", *day, "again.pdf")[0] == 0
    assert (folder / "gaps.pdf").read_bytes() == (folder / "again.pdf").read_bytes()
    said = pdf_text((folder / "gaps.pdf").read_bytes())
    for words in ("Capabilities that are short", "police", "2027-01-01", "host acceptance", "pledges.csv"):
        assert words in said
    assert run("gaps", "requirements.csv", "pledges.csv", "--pdf", "none/gaps.pdf")[0] == 2


def test_the_coverage_map_says_which_task_nobody_can_do_at_which_hours(run):
    words = [
        "coverage",
        "pledges.csv",
        "stationed.csv",
        "--mission",
        "M1",
        "--task",
        "night-patrol",
        "--task",
        "convoy",
    ]
    (gap,) = answer(run, *words)["uncovered"]
    assert (gap["area"], gap["task"]) == ("north", "night-patrol")
    assert gap["hours"] == [*range(6), *range(18, 24)]
    assert "18:00-24:00" in run(*words)[1]


def test_stress_names_what_is_lost_when_each_is_late_or_leaves(run):
    pytest.importorskip("highspy")
    found = answer(run, "stress", "requirements.csv", "pledges.csv", "--late", "400", "--leaves")
    lost = {one["scenario"]: one["lost"] for one in found["scenarios"] if one["lost"]}
    assert lost == {"P1 400 days late": ["R2"], "P2 400 days late": ["R2"], "AAA leaves": ["R2"], "BBB leaves": ["R2"]}
    assert len(found["lost_in"]["R2"]) == 4
    assert run("stress", "requirements.csv", "pledges.csv")[0] == 2


def test_the_unit_card_puts_together_what_files_say_and_names_the_rest(run):
    words = ["unit-card", "P1", "--ratings", "ratings.csv", "--pledges", "pledges.csv", "--women", "women.csv"]
    found = answer(run, *words)
    assert (found["contributor"], found["level"], found["caveats"]) == ("AAA", "L2", ["task:night-patrol"])
    assert found["tasks"][0]["raters_differ"]
    assert found["women_by_role"]["patrol"]["share"] == 0.15
    assert found["missing"] == ["visits", "training", "equipment"]
    assert found["raters"][0]["is_few"]


@pytest.mark.parametrize(
    ("file", "command", "column"),
    [
        ("entries.csv", ["pipeline", "entries.csv"], "entered_on"),
        ("steps.csv", ["timeline", "2027-01-01", "steps.csv"], "likely_days"),
        ("equipment.csv", ["equipment", "equipment.csv"], "quarter"),
        ("turns.csv", ["calendar", "turns.csv", "--from", "2027-01-01", "--until", "2027-02-01"], "until"),
        ("posts.csv", ["tours", "posts.csv", "--against", "six"], "months"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_line_and_column(run, folder, file, command, column):
    header, row, *rest = FILES[file].splitlines()
    place = header.split(",").index(column)
    cells = row.split(",")
    cells[place] = "soon"
    (folder / file).write_text("\n".join([header, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    code, out = run(*command, "--json")
    assert code == 2
    assert json.loads(out)["error"]["problems"][0].startswith(f"{file} line 2, {column}: 'soon'")
