"""Do the commands of protection say what a post reaches, and name what is wrong with a file?"""

import json
import os
import subprocess
import sys
from datetime import date

import pytest
from typer.testing import CliRunner

from bluehelm.cli.answers import Refusal
from bluehelm.cli.main import app
from bluehelm.cli.protection import _moved_lines
from bluehelm.cli.reports import _refuse_unknown


def run(*words, home):
    return CliRunner().invoke(app, ["--home", str(home), "protection", *words])


def test_coverage_names_its_method_its_files_and_every_bad_line(tmp_path):
    places, travel = tmp_path / "places.csv", tmp_path / "travel.csv"
    places.write_text("place,population\na,100\nb,\n")
    travel.write_text("post,place,km\nP,a,5\nP,b,60\n")
    found = json.loads(
        run("coverage", str(places), str(travel), "--speed", "20", "--within", "30", "--json", home=tmp_path).stdout
    )
    assert found["method"] == "distances at 20 km an hour"
    assert [(one["places"], one["population"], one["beyond"]) for one in found["bands"]] == [(1, 100, 1)]
    assert {one["name"] for one in found["inputs"]} == {"places.csv", "travel.csv"}
    travel.write_text("post,place,km\nP,c,5\n")
    refused = subprocess.run(
        [sys.executable, "-m", "bluehelm", "--home", str(tmp_path), "protection", "coverage", str(places), str(travel),
         "--speed", "20", "--json"],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": "src"},
    )  # fmt: skip
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["error"]["problems"] == ["c has times and is not listed"]


def test_a_command_says_what_changed_of_threats_and_that_nothing_did():
    days = date(2026, 1, 1), date(2026, 3, 1)
    told = _moved_lines([(4, "changed", ["Impact (rose): Serious → Grave"]), (7, "new", [])], *days)
    assert told[1:] == ["     4  Impact (rose): Serious → Grave", "     7  new"]
    assert _moved_lines([], *days) == ["Nothing is said differently on 2026-01-01 and 2026-03-01."]


def test_a_type_that_no_list_has_is_refused_and_not_answered_with_no_reports():
    _refuse_unknown({"type": "abduction", "verification": "verified", "work": "", "text": "x"})
    with pytest.raises(Refusal, match="nosuch"):
        _refuse_unknown({"type": "nosuch"})
