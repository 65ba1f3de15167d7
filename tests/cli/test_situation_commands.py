"""Do `revisions`, `situation`, `place` and `quality` answer with one object, and refuse with reasons?"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bluehelm.cli import main
from tests.published import event, publish


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict]]:
    def run(*words: str) -> tuple[int, dict]:
        with pytest.raises(SystemExit) as left:
            main(["--home", str(tmp_path), *words, "--json"])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(left.value.code or 0), json.loads(said.out)

    return run


@pytest.fixture
def two_versions(tmp_path: Path) -> None:
    old, new = [event(1, "2016-01-05", best=3)], [event(1, "2016-01-05", best=4)]
    publish(tmp_path, "events", old, months=("2015-01", "2016-12"))
    publish(tmp_path, "events", new, months=("2015-01", "2016-12"))


@pytest.mark.usefixtures("two_versions")
def test_revisions_keep_their_contract(ask):
    code, answer = ask("revisions", "events", "1", "2")
    assert code == 0
    assert {"table", "from", "to", "changed", "total_old", "total_new"} <= set(answer)
    assert answer["changed"] == [{"iso3": "SSD", "month": "2016-01", "old": 3, "new": 4}]
    assert answer["moved"] is None


@pytest.mark.usefixtures("two_versions")
def test_revisions_name_the_figures_of_a_mission_that_move(ask):
    _, answer = ask("revisions", "events", "1", "2", "--mission", "UNMISS", "--as-of", "2016-12-31")
    assert {"figure": "deaths, best", "old": 3, "new": 4} in answer["moved"]


@pytest.mark.usefixtures("two_versions")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("revisions", "events", "1", "9"), "no_such_version"),
        (("revisions", "deployments", "1", "2"), "not_comparable"),
        (("revisions", "nonsense", "1", "2"), "not_comparable"),
        (("revisions", "events", "one", "2"), "misused"),
        (("revisions", "events", "1", "2", "--mission", "ATLANTIS"), "unknown_mission"),
        (("situation", "ATLANTIS"), "unknown_mission"),
        (("situation", "UNMISS", "--as-of", "2016-02-30"), "bad_date"),
        (("brief", "UNMISS", "--month-rule", "halves"), "no_such_rule"),
        (("quality", "--as-of", "yesterday"), "bad_date"),
        (("place", ""), "unknown_place"),
        (("place", "Bor", "--country", "ZZZ"), "unknown_country"),
    ],
)
def test_what_cannot_be_answered_is_refused(ask, words, code):
    left, answer = ask(*words)
    assert left == 2
    assert answer["error"]["code"] == code
    assert all(answer["error"][key] for key in ("what", "where", "unchanged", "next"))


@pytest.mark.long
def test_a_name_of_several_places_is_asked_about_with_all_of_them(ask):
    code, answer = ask("place", "Bor")
    assert (code, answer["error"]["code"]) == (2, "ambiguous_place")
    found = {place["country"] for place in answer["candidates"]}
    assert {"SSD", "SRB", "TUR"} <= found
    code, answer = ask("place", "bor", "--country", "ssd")
    assert (code, answer["name"], answer["country"]) == (0, "Bor", "SSD")
    assert round(answer["lat"], 1) == 6.2
    assert answer["precision"]
    assert "GeoNames" in answer["source"]


def test_a_name_that_nearly_fits_brings_those_spelt_like_it(ask):
    code, answer = ask("place", "Bentuu", "--country", "SSD")
    assert (code, answer["error"]["code"], answer["nearest"]) == (2, "unknown_place", ["Bentiu"])


@pytest.mark.usefixtures("two_versions")
def test_a_broken_road_layer_is_refused_by_name(ask, tmp_path):
    (tmp_path / "roads.geojson").write_text("[]")
    left, answer = ask("situation", "UNMISS", "--as-of", "2016-12-31")
    assert (left, answer["error"]["code"], answer["error"]["where"]) == (2, "bad_roads", "roads.geojson")


@pytest.mark.usefixtures("two_versions")
def test_the_situation_and_the_quality_are_one_object_each(ask):
    code, answer = ask("situation", "UNMISS", "--as-of", "2016-12-31")
    assert (code, answer["measured_to"]) == (0, "2016-12-31")
    assert answer["versions"][0]["table"] == "events"
    code, answer = ask("quality", "--as-of", "2026-01-01")
    assert code == 0
    assert {finding["code"] for finding in answer["findings"]} == {"stale_provider"}
    assert answer["coverage"][0]["provider"] == "ucdp-ged"


@pytest.mark.usefixtures("two_versions")
@pytest.mark.parametrize(
    "words",
    [
        ("revisions", "events", "1", "2", "--mission", "UNMISS"),
        ("situation", "UNMISS", "--as-of", "2016-12-31"),
        ("quality", "--as-of", "2016-12-31"),
        ("place", "Juba", "--country", "SSD"),
    ],
)
def test_the_answer_is_said_in_words_too(tmp_path, capsys, words):
    with pytest.raises(SystemExit) as left:
        main(["--home", str(tmp_path), *words])
    assert left.value.code in (None, 0)
    said = capsys.readouterr()
    assert said.out.strip()
    assert not said.err
