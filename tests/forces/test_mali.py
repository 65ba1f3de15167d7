"""Does the example of the aircraft shared in Mali give the coverage it had?"""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from bluehelm.cli import main

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "mali"


@pytest.fixture
def run(tmp_path, capsys):
    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["--home", str(tmp_path / "home"), "forces", *map(str, words), "--json"])
        assert end.value.code == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_every_day_from_july_2016_to_november_2020_was_covered(run):
    answer = run(
        "calendar", EXAMPLE / "turns.csv", "--from", "2016-07-01", "--until", "2020-11-30", "--framework", "NOR"
    )
    (slot,) = answer["slots"]
    days = (date(2020, 11, 30) - date(2016, 7, 1)).days + 1
    assert (slot["covered_days"], slot["days"], slot["gap_days"]) == (days, days, 0) == (1614, 1614, 0)
    assert slot["contributors"] == ["BEL", "DNK", "NOR", "PRT", "SWE"]
    assert slot["without"]["SWE"] == 184
    assert slot["single_point_of_failure"] == "NOR"
    assert slot["cost"] is None


def test_the_cost_of_a_sortie_is_unknown_while_the_cost_is(run):
    period = ["--from", "2016-07-01", "--until", "2018-03-31", "--outputs", EXAMPLE / "outputs.csv"]
    (slot,) = run("calendar", EXAMPLE / "turns.csv", *period)["slots"]
    assert slot["cost_per_output"] == {"passenger": None, "sortie": None, "tonne": None}


def test_turns_of_at_most_six_months_can_cover_all_53_months(run):
    pytest.importorskip("highspy")
    answer = run("rotate", EXAMPLE / "slots.csv", EXAMPLE / "offers.csv")
    assert (answer["status"], answer["uncovered_months"]) == ("optimal", 0)


def test_without_those_who_went_on_23_months_are_empty(run, tmp_path):
    pytest.importorskip("highspy")
    with (EXAMPLE / "offers.csv").open() as file:
        rows = [row for row in csv.reader(file) if not row[0].endswith("-2")]
    five = tmp_path / "five.csv"
    five.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    assert run("rotate", EXAMPLE / "slots.csv", five)["uncovered_months"] == 23


def test_the_page_says_the_same_figures():
    told = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    for row in ("| 1,614 of 1,614 |", "| 184 |", "| 23 of 53 |"):
        assert row in told
