"""Do `outlook brief` and `outlook publish` answer with one object, and refuse with reasons?"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bluehelm.cli import main
from tests.published import event, publish


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict]]:
    def run(*words: str) -> tuple[int, dict]:
        with pytest.raises(SystemExit) as left:
            main(["--home", str(tmp_path), "outlook", *words, "--json"])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(left.value.code or 0), json.loads(said.out)

    return run


@pytest.fixture
def events(tmp_path: Path) -> None:
    days = [date(year, month, 5) for year in range(2012, 2017) for month in range(1, 13, 2)]
    rows = [event(number, day.isoformat(), best=30) for number, day in enumerate(days)]
    publish(tmp_path, "events", rows, months=("2012-01", "2016-12"), countries=("SSD",))


@pytest.mark.usefixtures("events")
def test_the_brief_keeps_its_contract(ask):
    code, answer = ask("brief", "UNMISS", "--as-of", "2016-12-31")
    assert code == 0
    assert {"mission", "as_of", "known_on", "unit_kind", "origin", "samples", "seed", "targets", "scores", "versions",
            "reporting_note", "notes"} <= set(answer)  # fmt: skip
    assert (answer["origin"], answer["unit_kind"], answer["samples"]) == ("2016-12", "country", 1000)
    month = answer["targets"][0]["units"][0]["months"][0]
    assert month["month"] == "2017-01"
    assert month["probability"] == pytest.approx(0.5, abs=0.01)  # every other month of the last twelve
    assert (month["low"], month["high"]) == (0, 30)
    assert answer["targets"][0]["shown"] == [
        {"first": "2017-01", "last": "2017-12", "model": "conflictology", "naive": True}
    ]


@pytest.mark.usefixtures("events")
def test_the_brief_of_a_day_reads_nothing_that_came_later(ask):
    _, answer = ask("brief", "UNMISS", "--as-of", "2015-06-15")
    assert answer["origin"] == "2015-05"
    assert answer["targets"][0]["units"][0]["months"][0]["month"] == "2015-06"


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["brief", "UNNONE"], "unknown_mission"),
        (["brief", "UNMISS", "--as-of", "2016-13-01"], "bad_date"),
        (["brief", "UNMISS", "--by", "village"], "no_such_unit"),
        (["brief", "UNMISS", "--by", "area"], "no_outlook"),
        (["brief", "UNMISS", "--as-of", "1990-01-01"], "no_outlook"),
        (["brief", "MINUSCA"], "no_outlook"),
        (["publish", "UNMISS"], "not_allowed"),
    ],
)
def test_what_cannot_be_said_is_refused_with_a_next_step(ask, words, code):
    left, answer = ask(*words)
    assert left == 2
    assert answer["error"]["code"] == code
    assert answer["error"]["next"] and answer["error"]["unchanged"] == "Nothing was changed."
