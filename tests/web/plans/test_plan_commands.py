"""Do the commands of plans do what the pages do, as a named account, and refuse in one object what they cannot do?"""

import json

import pytest

from bluehelm.cli.main import main
from bluehelm.web.plans import actions
from tests.plans.frameworks import SOUND
from tests.web.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


@pytest.fixture
def bluehelm(cast, tmp_path, capsys, monkeypatch):
    """Run a command on the records of this test; the exit code and the one object that it answers."""
    monkeypatch.setenv("BLUEHELM_HOME", str(tmp_path))
    monkeypatch.delenv("BLUEHELM_ACCOUNT", raising=False)

    def run(*words: str, account: str | None = "sym-planner"):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(tmp_path), "plan", *words, *(["--as", account] if account else []), "--json"])
        return ended.value.code or 0, json.loads(capsys.readouterr().out)

    return run


def test_a_plan_is_loaded_filled_and_compared_by_commands(bluehelm, tmp_path):
    first, second, values = tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "values.csv"
    first.write_text(SOUND)
    second.write_text(SOUND.replace("value: 12", "value: 15"))
    values.write_text(
        "indicator,period,part,value,source\nI2,2026-H2,sex=women,3,Register\nI2,2026-H2,sex=men,4,Register\n"
    )
    assert bluehelm("load", str(first), "--why", "First.")[1]["version"] == 1
    assert bluehelm("load", str(second), "--why", "More.")[1]["version"] == 2
    code, made = bluehelm("value", "UNSYM", "I1", "2026-H2", "--value", "5", "--source", "Register")
    assert (code, made["value"], made["stands"]) == (0, 5.0, True)
    code, made = bluehelm("value", "UNSYM", "I1", "2026-H2", "--value", "6", "--source", "R", "--correct", "Late.")
    assert (code, made["reason"]) == (0, "Late.")
    assert bluehelm("import", "UNSYM", str(values))[1]["values"] == 2
    shown = bluehelm("show", "UNSYM")[1]
    assert next(one for one in shown["indicators"] if one["id"] == "I2")["values"][0]["value"] == 7
    assert len(bluehelm("diff", "1", "2", "--mission", "UNSYM")[1]["differences"]) == 2
    assert len(bluehelm("reports", "UNSYM")[1]["numbers"]) == 5


def test_refusals_of_commands_are_one_object(bluehelm, tmp_path, cast):
    bad = tmp_path / "bad.csv"
    bad.write_text("indicator,period,value\nI1,2026-H2,many\n")
    (tmp_path / "a.yaml").write_text(SOUND)
    assert bluehelm("show", "UNSYM")[1]["error"]["code"] == "no_such_plan"
    assert bluehelm("load", str(tmp_path / "a.yaml"), "--why", "x", account=None)[1]["error"]["code"] == "no_account"
    assert bluehelm("load", str(tmp_path / "none.yaml"), "--why", "x")[1]["error"]["code"] == "no_such_file"
    actions.load_plan(mission="UNSYM", text=SOUND, why="The first plan.", by=cast["sym-planner"])
    code, answer = bluehelm("import", "UNSYM", str(bad))
    assert (code, answer["error"]["problems"]) == (2, ["line 1: there is no column source"])
    code, answer = bluehelm("value", "UNSYM", "I1", "2026-H2", "--value", "5", "--source", "R", "--part", "sex")
    assert (code, answer["error"]["code"]) == (2, "bad_part")
    assert (
        bluehelm("value", "UNSYM", "I9", "2026-H2", "--value", "5", "--source", "R")[1]["error"]["code"]
        == "plan_refused"
    )
