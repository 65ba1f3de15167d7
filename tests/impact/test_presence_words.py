"""Does an estimate of presence say how sure its parts are, and does it cite what was measured?"""

import csv
from pathlib import Path
from types import SimpleNamespace

from bluehelm.definitions.presence_effects import packaged_presence_rules
from bluehelm.workflows.presence_answer import presence_json
from bluehelm.workflows.presence_impact import _notes
from tests.impact.made_estimate import estimate

MEASURED = Path(__file__).resolve().parents[2] / "bench" / "impact_presence.csv"


def test_bounds_of_parallel_trends_say_their_own_level():
    answer = presence_json(estimate())
    bounds = [one for one in answer["sensitivity"] if "times" in one]
    assert answer["interval_level"] == 0.9
    assert {one["interval_level"] for one in bounds} == {0.95}
    assert all("an interval of 95%" in one["says"] for one in bounds)


def test_missions_together_say_that_some_inferences_are_too_sure():
    rules, nothing = packaged_presence_rules(), SimpleNamespace(notes=())
    together = [str(note.english) for note in _notes([nothing, nothing], [], rules)]
    alone = [str(note.english) for note in _notes([nothing], [], rules)]
    assert any("slightly too sure" in note for note in together)
    assert not any("slightly too sure" in note for note in alone)


def test_methods_refused_by_name_cite_what_the_bench_found():
    found = {
        row["figure"]: f"{100 * float(row['value']):.0f} of 100"
        for row in csv.DictReader(MEASURED.read_text(encoding="utf-8").splitlines())
        if (row["case"], row["missions"]) == ("placebo", "1000")
    }
    says = {one.name: one.says for one in packaged_presence_rules().refused_methods}
    assert found["refused: before and after"] in says["before-and-after"]
    assert found["refused: two-way fixed effects, naive errors"] in says["two-way-fixed-effects"]
