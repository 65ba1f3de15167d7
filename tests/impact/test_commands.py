"""Do the commands of impact keep their contract: keys, order, exit codes, refusals that help?"""

import csv
import gzip
import json
import math
import sys

import numpy as np
import pytest

from bluehelm.cli import main
from bluehelm.impact.estimate import METHODS
from tests.impact.made_panels import COLUMNS, FROM, MONTHS, outcomes, rows_of, words, write

KEYS = set("att interval p_placebo pre_rmspe weights path diagnostics refused".split())


@pytest.fixture
def panel(tmp_path):
    return write(tmp_path / "panel.csv", rows_of(outcomes(effect=-40)))


@pytest.fixture
def said(tmp_path, capsys):
    """What `impact estimate WORDS` says to people: exit code, stdout, stderr."""

    def said(*asked):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["--home", str(tmp_path / "home"), "impact", "estimate", *map(str, asked)])
        told = capsys.readouterr()
        return end.value.code, told.out, told.err

    return said


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_with_every_key_of_the_contract(method, panel, ask):
    if method == "sdid":
        pytest.importorskip("diff_diff")
    code, answer = ask(*words(panel, method))
    assert code == 0 and set(answer) >= KEYS
    assert next(iter(answer)) == "minimum_detectable"
    after = [row for row in answer["path"] if row["time"] >= FROM]
    assert [row["time"] for row in answer["path"]] == MONTHS
    assert set(answer["path"][0]) >= {"time", "observed", "modelled"}
    assert answer["att"] == pytest.approx(np.mean([row["observed"] - row["modelled"] for row in after]))
    before = [row["observed"] - row["modelled"] for row in answer["path"] if row["time"] < FROM]
    assert answer["pre_rmspe"] == pytest.approx(math.sqrt(np.mean(np.square(before))))
    assert answer["interval"][0] < answer["att"] < answer["interval"][1]
    assert len(answer["weights"]) == 24 and sum(answer["weights"].values()) == pytest.approx(1)
    ratios = [one["ratio"] for one in answer["placebos"]]
    assert ratios == sorted(ratios, reverse=True) and len(ratios) == 25
    rank = 1 + [one["unit"] for one in answer["placebos"]].index("A00")
    assert answer["p_placebo"] == pytest.approx(rank / 25)
    assert answer["inputs"][0]["name"] == "panel.csv" and len(answer["inputs"][0]["sha256"]) == 64
    assert answer["att"] == pytest.approx(-40, abs=8)


def test_a_large_effect_on_a_well_fitted_unit_is_given_a_verdict(panel, ask):
    _, answer = ask(*words(panel, "synthetic-control"))
    assert answer["refused"] is None and answer["verdict"] == "lower than modelled"
    assert abs(answer["att"]) >= answer["minimum_detectable"]
    assert all(check["passed"] and check["says"] is None for check in answer["diagnostics"])


def test_a_small_effect_is_given_no_verdict_and_its_estimate_all_the_same(tmp_path, ask):
    path = write(tmp_path / "panel.csv", rows_of(outcomes(effect=-0.2)))
    _, answer = ask(*words(path, "synthetic-control"))
    assert answer["verdict"] is None and "this panel would find" in answer["refused"]
    assert abs(answer["att"]) < answer["minimum_detectable"]
    assert math.isfinite(answer["att"])


def test_with_twelve_donors_no_verdict_is_given(tmp_path, ask):
    path = write(tmp_path / "panel.csv", rows_of(outcomes(donors=12, effect=-40)))
    _, answer = ask(*words(path, "synthetic-control"))
    assert answer["verdict"] is None and answer["minimum_detectable"] is None
    assert "12 donors: a rank among fewer than 20 units cannot reach 0.05" in answer["refused"]
    assert answer["att"] == pytest.approx(-40, abs=8) and answer["p_placebo"] == pytest.approx(1 / 13)


def test_a_unit_outside_its_donors_is_given_no_verdict(tmp_path, ask):
    made = outcomes(effect=-40)
    made[:, 0] += 500
    _, answer = ask(*words(write(tmp_path / "panel.csv", rows_of(made)), "synthetic-control"))
    failed = {check["name"] for check in answer["diagnostics"] if not check["passed"]}
    assert {"fit", "overlap"} <= failed and answer["verdict"] is None
    assert answer["interval"] is None or answer["interval"][0] < answer["interval"][1]


def test_donors_that_never_moved_count_in_p_placebo_and_not_in_what_the_verdict_rests_on(tmp_path, ask):
    made = outcomes(donors=40, effect=-40)
    made[:, 30:] = 0
    _, answer = ask(*words(write(tmp_path / "panel.csv", rows_of(made)), "synthetic-control"))
    assert answer["p_placebo"] == pytest.approx(1 / 41) and len(answer["placebos"]) == 41
    alike = sum(one["comparable"] for one in answer["placebos"])
    assert alike <= 30 and answer["p_comparable"] == pytest.approx(1 / alike)
    assert any(note.startswith("11 donors never moved before T") for note in answer["notes"])


def test_people_are_told_the_smallest_effect_before_anything_else(panel, said):
    code, out, _ = said(*words(panel))
    assert code == 0 and out.startswith("Would find")
    places = [out.index(word) for word in ("Would find", "Check", "Difference", "Interval", "Rank", "Verdict")]
    assert places == sorted(places)
    assert "not lives saved" in out


@pytest.mark.parametrize("name", ["before-and-after", "before-after", "pre-post", "two-way-fixed-effects", "twfe"])
def test_before_and_after_and_naive_errors_are_refused_by_name(name, panel, ask):
    code, answer = ask(*words(panel, name))
    assert code == 2 and answer["error"]["code"] == "refused_method"
    assert "of 100" in answer["error"]["what"] and "synthetic-control" in answer["error"]["next"]


def test_an_unknown_method_is_refused_with_those_there_are(panel, ask):
    code, answer = ask(*words(panel, "magic"))
    assert code == 2 and answer["error"]["code"] == "no_such_method"
    assert all(name in answer["error"]["next"] for name in METHODS)


def test_packed_files_and_years_are_read(panel, tmp_path, ask):
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(panel.read_bytes()))
    assert ask(*words(packed))[1]["att"] == ask(*words(panel))[1]["att"]


def test_a_missing_file_is_refused(tmp_path, ask):
    code, answer = ask(*words(tmp_path / "none.csv"))
    assert code == 2 and answer["error"]["unchanged"]


# --- predictors -------------------------------------------------------------------------------------------------------


PREDICTORS = {
    "mapping": "predictors:\n  - {column: roads, from: 2010-01, to: 2012-12, op: mean}\nfit_from: 2011-01\n",
    "list": "- column: roads\n  from: 2010-01\n  to: 2012-12\n  op: mean\n- fit_from: 2011-01\n",
    "list with both in one entry": "- {column: roads, from: 2010-01, to: 2012-12, op: mean, fit_from: 2011-01}\n",
    "flow list": "# roads\n[{column: roads, from: 2010-01, to: 2012-12, op: mean}, {fit_from: 2011-01}]\n",
}


@pytest.fixture
def with_roads(tmp_path):
    rows = rows_of(outcomes(donors=5, effect=-40))
    for row in rows:
        row["roads"] = "" if MONTHS.index(row["month"]) % 3 else str(1 + int(row["area"][1:]) % 3)
    return write(tmp_path / "panel.csv", rows)


def asked(path, tmp_path, text, method="augmented"):
    (tmp_path / "predictors.yaml").write_text(text, encoding="utf-8")
    return [*words(path, method), "--predictors", tmp_path / "predictors.yaml"]


def test_predictors_say_the_same_as_mapping_and_as_list(with_roads, tmp_path, ask):
    told = [ask(*asked(with_roads, tmp_path, text)) for text in PREDICTORS.values()]
    assert {code for code, _ in told} == {0}
    assert len({json.dumps(answer["weights"]) for _, answer in told}) == 1
    assert told[0][1]["weights"] != ask(*words(with_roads, "augmented"))[1]["weights"]
    assert [file["name"] for file in told[0][1]["inputs"]] == ["panel.csv", "predictors.yaml"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {column: rods, from: 2010-01, to: 2012-12, op: mean}", "did you mean 'roads'"),
        ("- {column: area, from: 2010-01, to: 2012-12, op: mean}", "is no number"),
        ("- {column: roads, from: 1990-01, to: 1990-12, op: mean}", "no value for A00, A01, A02 and 3 more"),
        ("- {column: roads, from: 2012-12, to: 2010-01, op: mean}", "comes before"),
        ("- {column: roads, from: 2010-01, to: 2012-12, op: sum}", "op"),
        ("- {column: roads, from: 2010-01, to: 2012-12, wp: mean}", "not a known key"),
        ("predictors: []", "predictors"),
        ("- {column: roads, from: 2010-01, to: 2012-12}\n- {fit_from: 2012-12, fit_to: 2012-12}", "fewer than two"),
        ("just words", "mapping"),
    ],
)
def test_predictors_that_cannot_be_used_are_refused_with_the_reason(text, says, with_roads, tmp_path, ask):
    code, answer = ask(*asked(with_roads, tmp_path, text))
    assert code == 2 and says in " ".join(answer["error"]["problems"])


def test_predictors_that_reach_beyond_t_withhold_the_verdict(with_roads, tmp_path, ask):
    text = "- {column: roads, from: 2010-01, to: 2013-06, op: last}\n- {fit_to: 2012-12}"
    _, answer = ask(*asked(with_roads, tmp_path, text))
    assert "seen times at or after T" in answer["refused"] and "2013-06 reaches beyond 2012-12" in str(answer["notes"])


@pytest.mark.parametrize("method", ["did", "sdid"])
def test_a_method_without_predictors_says_so(method, with_roads, tmp_path, ask):
    code, answer = ask(*asked(with_roads, tmp_path, PREDICTORS["list"], method))
    assert code == 2 and answer["error"]["code"] == "takes_no_predictors"


# --- many places ------------------------------------------------------------------------------------------------------


def staggered(tmp_path, change=lambda row: row):
    made = outcomes(donors=19)
    rows = rows_of(made)
    for row in rows:
        number = int(row["area"][1:])
        row["first"] = {0: MONTHS[12], 1: MONTHS[24]}.get(number % 4, "" if number % 2 else "never")
        if len(row["first"]) == 7 and row["month"] >= row["first"]:
            row["deaths"] = repr(float(row["deaths"]) - 7)
    return write(tmp_path / "panel.csv", [change(row) for row in rows])


def test_places_that_came_at_different_times_are_told_apart(tmp_path, ask):
    pytest.importorskip("diff_diff")
    path = staggered(tmp_path)
    code, answer = ask(path, *COLUMNS, "--first-column", "first", verb="staggered")
    assert code == 0
    assert set(answer) >= {"effects", "simple", "group", "dynamic", "notes", "inputs"}
    assert answer["simple"]["att"] == pytest.approx(-7, abs=6)
    assert 0 < answer["simple"]["p_placebo"] <= 1
    assert "standard_error" not in str(answer), "errors of independent places found effects too often"
    values = {(row["area"], row["month"]): float(row["deaths"]) for row in rows_from(path)}
    (one,) = [one for one in answer["effects"] if (one["first"], one["time"]) == (MONTHS[12], MONTHS[20])]
    groups = {"now": range(0, 20, 4), "never": [place for place in range(20) if place % 4 > 1]}
    change = {
        name: np.mean([values[f"A{place:02d}", MONTHS[20]] - values[f"A{place:02d}", MONTHS[11]] for place in places])
        for name, places in groups.items()
    }
    assert one["att"] == pytest.approx(change["now"] - change["never"])


def rows_from(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda row: row | {"first": MONTHS[12]}, "no unit is never treated"),
        (lambda row: row | {"first": ""}, "treated units absent"),
        (lambda row: row | ({"first": "soon"} if row["area"] == "A03" else {}), "first of A03: 'soon' is neither"),
        (lambda row: row | ({"first": "2011"} if row["area"] == "A03" else {}), "written otherwise"),
        (lambda row: row | ({"first": MONTHS[5]} if row["month"] == MONTHS[3] else {}), "both"),
    ],
)
def test_places_whose_first_time_cannot_be_used_are_refused(change, says, tmp_path, ask):
    code, answer = ask(staggered(tmp_path, change), *COLUMNS, "--first-column", "first", verb="staggered")
    assert code == 2 and says in " ".join(answer["error"]["problems"])


def test_without_the_extra_the_command_says_which_one_brings_it(panel, ask, monkeypatch):
    monkeypatch.setitem(sys.modules, "diff_diff", None)
    monkeypatch.setitem(sys.modules, "diff_diff.utils", None)
    code, answer = ask(*words(panel, "sdid"))
    assert code == 2 and answer["error"]["code"] == "extra_missing" and "bluehelm[impact]" in answer["error"]["next"]
    assert ask(*words(panel, "did"))[0] == 0
