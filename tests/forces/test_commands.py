"""Do the three commands keep their contract: keys, exit codes, one JSON object, refusals that help?"""

import csv
import json
import math
import random
import shlex

import pytest

from bench.forces_instances import (
    OFFER_COLUMNS,
    PLEDGE_COLUMNS,
    REQUIREMENT_COLUMNS,
    SLOT_COLUMNS,
    contributors,
    demand,
    offers,
    slots,
    tours_offered,
    write,
)
from bluehelm.cli import main
from bluehelm.optimise.programs import Clock

pytest.importorskip("highspy")


@pytest.fixture
def files(tmp_path):
    chance = random.Random(0)
    return (
        write(tmp_path / "requirements.csv", demand(30, chance), REQUIREMENT_COLUMNS),
        write(tmp_path / "pledges.csv", offers(50, chance, joint=0.1, split=0.2), PLEDGE_COLUMNS),
        write(tmp_path / "contributors.csv", contributors(80, chance, most=(0, 2)), "contributor max_units"),
    )


@pytest.fixture
def rotation_files(tmp_path):
    chance = random.Random(0)
    return (
        write(tmp_path / "slots.csv", slots(4, 24, chance), SLOT_COLUMNS),
        write(tmp_path / "offers.csv", tours_offered(12, 24, chance), OFFER_COLUMNS),
    )


@pytest.fixture
def run(tmp_path, capsys):
    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["--home", str(tmp_path / "home"), "forces", *map(str, words)])
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    return run


def rows_of(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def lines(path, *rows):
    """A file of rows whose cells are parted by blanks."""
    path.write_text("".join(row.replace(" ", ",") + "\n" for row in rows), encoding="utf-8")
    return path


def answer(ran):
    return json.loads(ran[1])


MATCH_KEYS = set(
    "status filled_by_priority surplus_strength filled unfilled unused monthly_cost not_considered objective bound "
    "inputs seconds greedy".split()
)


def test_match_answers_with_every_key_of_the_contract(run, files):
    ran = run("match", *files, "--json")
    found = answer(ran)
    assert ran[0] == 0
    assert set(found) >= MATCH_KEYS
    assert found["status"] == "optimal"
    assert found["objective"] == found["bound"] == [*found["filled_by_priority"], found["surplus_strength"]]
    assert [entry["name"] for entry in found["inputs"]] == [path.name for path in files]
    assert {"host acceptance", "regional politics", "conduct", "performance"} <= set(found["not_considered"])


def test_every_requirement_and_every_pledge_is_accounted_for_once(run, files):
    found = answer(run("match", *files, "--json"))
    asked = [row["id"] for row in rows_of(files[0])]
    offered = {row["id"] for row in rows_of(files[1])}
    assert sorted([one["requirement"] for one in [*found["filled"], *found["unfilled"]]]) == sorted(asked)
    used = {pledge for one in found["filled"] for pledge in one["pledges"]}
    unused = {one["pledge"] for one in found["unused"]}
    assert used | unused == offered
    assert not used & unused
    assert all(one["reasons"] for one in found["unused"])
    codes = {reason["code"] for one in found["unfilled"] for near in one["nearest"] for reason in near["reasons"]}
    assert codes <= {"capability", "level", "availability", "language", "caveat", "strength", "ceiling", "taken"}


def test_a_change_proposed_written_into_the_file_fills_the_requirement(run, files):
    before = answer(run("match", *files, "--json"))
    one = next(one for one in before["unfilled"] if one["smallest_change"])
    change = one["smallest_change"]
    rows = rows_of(files[1])
    (row,) = [row for row in rows if row["id"] == change["pledge"]]
    assert row[change["field"]] == str(change["from"])
    row[change["field"]] = str(change["to"])
    write(files[1], rows, PLEDGE_COLUMNS)
    after = answer(run("match", *files, "--json"))
    assert after["filled_by_priority"] > before["filled_by_priority"]


def test_a_shortfall_exits_1_only_when_asked(run, files):
    assert run("match", *files)[0] == 0
    assert run("match", *files, "--fail-on-shortfall")[0] == 1


def test_people_are_told_what_is_short_what_was_not_considered_and_how_to_ask_why(run, files):
    code, out, _ = run("match", *files)
    assert code == 0
    for word in ("Asked", "Matched", "Short", "host acceptance", "bluehelm forces explain"):
        assert word in out


def test_the_command_that_says_why_asks_with_the_same_ceilings(run, files):
    last = run("match", *files)[1].splitlines()[-1]
    words = shlex.split(last.partition("bluehelm forces ")[2])
    assert words[-2:] == ["--contributors", str(files[2])]
    answered = answer(run(*words, "--json"))
    assert answered["requirement"] in {one["requirement"] for one in answer(run("match", *files, "--json"))["unfilled"]}
    assert not answered["filled"]


def test_a_unit_that_serves_elsewhere_or_is_one_too_many_is_told_in_words(run, files):
    unfilled = answer(run("match", *files, "--json"))["unfilled"]
    for code, words in (("taken", "serves "), ("ceiling", " at most")):
        told = [(o["requirement"], r["code"]) for o in unfilled for n in o["nearest"] for r in n["reasons"]]
        named = next(requirement for requirement, said in told if said == code)
        assert words in run("explain", *files[:2], named, "--contributors", files[2])[1]


def test_explain_names_the_rules_of_the_nearest_offers(run, files):
    unfilled = answer(run("match", *files[:2], "--json"))["unfilled"][0]
    found = answer(run("explain", *files[:2], unfilled["requirement"], "--json"))
    assert found["nearest"] == unfilled["nearest"]
    assert found["smallest_change"] == unfilled["smallest_change"]
    assert found["filled"] is False
    assert unfilled["requirement"] in run("explain", *files[:2], unfilled["requirement"])[1]


def test_a_pledge_whose_level_lapses_first_serves_and_is_named_with_the_day_of_its_renewal(run, tmp_path):
    wants = ["R1 M police 100 2027-03-01 2027-12-31 L2 1", "R2 M police 500 2027-03-01 2027-12-31 L2 2"]
    asked = lines(tmp_path / "r.csv", "id mission capability strength from until min_level priority", *wants)
    columns = "id contributor capability strength level available_from available_until expires_on"
    first = "P1 A police 100 L2 2027-01-01 2028-12-31 2027-02-28"
    alone = lines(tmp_path / "p.csv", columns, first)
    both = lines(tmp_path / "q.csv", columns, first, "P2 A police 100 L2 2027-01-01 2028-12-31 2027-03-01")
    found = answer(run("match", asked, alone, "--json"))
    assert found["expires_before"] == [{"requirement": "R1", "pledge": "P1", "expires_on": "2027-02-28"}]
    nearest = answer(run("explain", asked, both, "R2", "--json"))["nearest"]
    lapsing = [{"pledge": "P1", "expires_on": "2027-02-28"}]
    assert {one["pledge"]: one.get("expires_before") for one in nearest} == {"P1": lapsing, "P2": None}
    for words in (("match", asked, alone), ("explain", asked, both, "R2")):
        assert "Renew      P1 by 2027-02-28, or it counts for nothing" in run(*words)[1]


def test_a_requirement_that_is_not_there_is_refused_and_a_near_one_offered(run, files):
    code, out, _ = run("explain", *files[:2], "R0000", "--json")
    assert code == 2
    assert "Did you mean R00" in json.loads(out)["error"]["next"]


def test_problems_of_all_files_are_told_together_with_file_line_and_column(run, files):
    files[0].write_text(files[0].read_text().replace("R00002", "R00001"), encoding="utf-8")
    files[1].write_text(files[1].read_text().replace(",L2,", ",L7,", 1), encoding="utf-8")
    code, out, _ = run("match", *files, "--json")
    error = json.loads(out)["error"]
    assert (code, error["code"]) == (2, "bad_input")
    assert any(problem.startswith("requirements.csv line 3, id: ") for problem in error["problems"])
    assert any(problem.startswith("pledges.csv line ") and ", level: " in problem for problem in error["problems"])


def test_a_contributor_without_a_row_is_refused(run, files):
    files[2].write_text("contributor,max_units\nX01,1\n", encoding="utf-8")
    code, out, _ = run("match", *files, "--json")
    assert code == 2
    assert "is not listed in contributors.csv" in json.loads(out)["error"]["problems"][0]


def test_a_file_that_is_not_there_is_refused(run, files, tmp_path):
    code, out, _ = run("match", tmp_path / "none.csv", files[1], "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "no_such_file")


def test_what_if_a_pledge_were_dropped(run, files):
    before = answer(run("match", *files, "--json"))
    dropped = before["filled"][0]["pledges"][0]
    after = answer(run("match", *files, "--drop", dropped, "--json"))
    assert after["filled_by_priority"] <= before["filled_by_priority"]
    assert all(dropped not in one["pledges"] for one in after["filled"])
    assert run("match", *files, "--drop", "P99999", "--json")[0] == 2
    assert run("match", *files, "--delay", "P00001", "--json")[0] == 2


def test_a_pledge_added_of_a_contributor_without_a_row_is_refused(run, files, tmp_path):
    (row,) = rows_of(files[1])[:1]
    more = write(tmp_path / "more.csv", [{**row, "id": "NEW", "contributor": "QQQ", "joint_group": ""}], PLEDGE_COLUMNS)
    code, _, told = run("match", *files, "--add", more)
    assert code == 2
    assert "more.csv, pledge NEW, contributor: 'QQQ' is not listed in contributors.csv" in told


def test_a_french_reader_is_told_of_no_what_if_where_nothing_was_supposed(run, files, monkeypatch):
    monkeypatch.setenv("BLUEHELM_LANGUAGE", "fr")
    assert "tel qu’engagé" not in run("match", *files)[1]


@pytest.mark.parametrize("days", ["99999999", "-99999999"])
def test_a_delay_that_no_calendar_holds_is_refused(run, files, days):
    name = rows_of(files[1])[0]["id"]
    code, _, told = run("match", *files, "--delay", f"{name}={days}")
    assert code == 2
    assert "Nothing was computed" in told
    assert run("stress", *files, "--late", "99999999")[0] == 0


def test_the_plan_is_written_as_csv_only_when_all_went_well(run, files, tmp_path):
    assert run("match", *files, "--out", tmp_path / "plan.csv")[0] == 0
    rows = rows_of(tmp_path / "plan.csv")
    assert [row["requirement"] for row in rows] == sorted(row["requirement"] for row in rows) != []
    assert run("match", *files, "--out", tmp_path / "none" / "plan.csv", "--json")[0] == 2


def test_rotate_answers_with_every_key_of_the_contract(run, rotation_files):
    ran = run("rotate", *rotation_files, "--json")
    found = answer(ran)
    wanted = "status uncovered_months cost tours objective bound inputs seconds greedy not_considered".split()
    assert set(found) >= set(wanted)
    assert found["status"] == "optimal"
    assert found["objective"] == found["bound"] == [found["uncovered_months"], found["cost"]]
    assert set(found["greedy"]) == {"uncovered_months", "cost"}
    assert {"slot", "offer", "from", "until"} <= set(found["tours"][0])
    assert sum(len(one["months"]) for one in found["uncovered"]) == found["uncovered_months"]
    assert "Uncovered" in run("rotate", *rotation_files)[1]


@pytest.mark.parametrize(("language", "header"), [("en", "slot,offer,contributor,from,until"), ("fr", None)])
def test_a_rotation_is_written_as_csv_in_every_language(run, rotation_files, tmp_path, monkeypatch, language, header):
    monkeypatch.setenv("BLUEHELM_LANGUAGE", language)
    out = tmp_path / "tours.csv"
    tours = answer(run("rotate", *rotation_files, "--out", out, "--json"))["tours"]
    titles, *rows = out.read_text(encoding="utf-8").splitlines()
    assert header in (None, titles)
    assert rows == [
        ",".join(tour[name] for name in ("slot", "offer", "contributor", "from", "until")) for tour in tours
    ]


def test_a_tour_of_unknown_cost_is_not_taken_for_cheap_and_is_left_out_of_the_sum(run, tmp_path):
    slots = lines(tmp_path / "s.csv", "id capability from until", "S1 air 2027-01 2027-02", "S2 air 2027-01 2027-02")
    columns = "id contributor capability available_from available_until min_tour max_tour max_tours monthly_cost"
    unknown, cheap, dear = (
        f"{name} {name} air 2027-01 2027-02 2 2 1 {cost}" for name, cost in (("A", ""), ("B", 5), ("C", 7))
    )
    found = answer(run("rotate", slots, lines(tmp_path / "o.csv", columns, unknown, cheap, dear), "--json"))
    assert "B" in {tour["offer"] for tour in found["tours"]} and found["objective"] == found["bound"] == [0, 24]
    ran = run("rotate", slots, lines(tmp_path / "o.csv", columns, unknown, cheap))[1]
    assert "cost 10 " in ran and "leaves out 1 tour of unknown cost" in ran
    found = answer(run("rotate", slots, lines(tmp_path / "o.csv", columns, unknown, cheap), "--json"))
    assert (found["cost"], [one["offer"] for one in found["cost_unknown"]]) == (10, ["A"])


def test_rotate_refuses_what_is_no_month(run, rotation_files):
    rotation_files[0].write_text("id,capability,from,until\nS1,air,2027-13,2027-02\n", encoding="utf-8")
    code, out, _ = run("rotate", *rotation_files, "--json")
    assert code == 2
    assert json.loads(out)["error"]["problems"][0].startswith("slots.csv line 2, from: ")


def test_without_the_solver_the_extra_is_named(run, files, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "highspy", None)
    code, out, _ = run("match", *files, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "extra_missing")


@pytest.fixture
def no_time(monkeypatch):
    """A limit is over as soon as it is asked about, on a machine of any speed; no limit is none."""
    monkeypatch.setattr(Clock, "left", lambda self: math.inf if self.limit is None else 0.0)


def test_a_time_limit_of_matching_gives_the_best_found_with_its_gap(run, files, no_time):
    best, hurried = answer(run("match", *files, "--json")), answer(run("match", *files, "--time-limit", 5, "--json"))
    assert (best["status"], hurried["status"]) == ("optimal", "feasible")
    assert best["objective"] == best["bound"] and hurried["objective"] != hurried["bound"]
    assert hurried["greedy"]["filled_by_priority"] <= hurried["filled_by_priority"] <= best["filled_by_priority"]
    assert best["filled_by_priority"][0] <= hurried["bound"][0]
    assert len(hurried["filled"]) == sum(hurried["filled_by_priority"])
    code, said, _ = run("match", *files, "--time-limit", 5)
    assert code == 0 and "best found, gap" in said


def test_a_time_limit_of_rotation_gives_the_best_found_with_its_gap(run, tmp_path, no_time):
    chance = random.Random(1)
    posts = write(tmp_path / "slots.csv", slots(6, 24, chance), SLOT_COLUMNS)
    tours = write(tmp_path / "offers.csv", tours_offered(15, 24, chance, (3, 12)), OFFER_COLUMNS)
    best = answer(run("rotate", posts, tours, "--json"))
    hurried = answer(run("rotate", posts, tours, "--time-limit", 5, "--json"))
    assert (best["status"], hurried["status"]) == ("optimal", "feasible")
    assert hurried["bound"][0] <= best["uncovered_months"] < hurried["uncovered_months"]
    code, said, _ = run("rotate", posts, tours, "--time-limit", 5)
    assert code == 0 and "best found" in said


def test_a_time_limit_of_teams_of_observers_says_that_they_are_not_proved(run, tmp_path, no_time):
    roster, teams = tmp_path / "roster.csv", tmp_path / "teams.csv"
    roster.write_text("id,nationality,available_from\nP1,XAA,2027-01-01\nP2,XAB,2027-01-02\n")
    teams.write_text("id,area,size,most_of_one,priority\nT1,north,2,1,1\n")
    assert answer(run("observers", roster, teams, "--json"))["status"] == "optimal"
    hurried = answer(run("observers", roster, teams, "--time-limit", 5, "--json"))
    assert (hurried["status"], hurried["teams"]) == ("feasible", [])
