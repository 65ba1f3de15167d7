"""Does a command that cannot go on say so without a traceback, and leave everything as it was?"""

import json

import pytest

from bluehelm.cli import main
from bluehelm.store import Store
from tests.ged_rows import ged_row, ged_text


@pytest.fixture
def home(tmp_path):
    path = tmp_path / "ged.csv"
    path.write_text(ged_text([ged_row(number) for number in range(1, 20)]), encoding="utf-8")
    run("--home", str(tmp_path / "home"), "import", "ucdp-ged", str(path))
    return tmp_path / "home"


def run(*words):
    with pytest.raises(SystemExit) as end:
        main(list(words))
    return end.value.code


def refusal(capsys):
    return json.loads(capsys.readouterr().out)["error"]


def test_a_damaged_table_is_named_as_such(home, capsys):
    store = Store(home)
    rows = store.rows_path(store.version("events", 1))
    rows.write_bytes(rows.read_bytes()[:200])
    capsys.readouterr()
    assert run("--home", str(home), "brief", "UNMISS", "--json") == 1
    assert refusal(capsys)["code"] == "damaged"


def test_verify_says_no_when_a_file_was_touched(home, capsys):
    next((home / "raw").iterdir()).unlink()
    capsys.readouterr()
    assert run("--home", str(home), "tables", "--verify", "--json") == 1
    assert "missing from raw/" in refusal(capsys)["problems"][0]


def test_a_folder_is_no_file_to_write_a_brief_to(home, tmp_path, capsys):
    before = sorted(tmp_path.iterdir())
    assert run("--home", str(home), "brief", "UNMISS", "--out", str(tmp_path)) == 2
    assert sorted(tmp_path.iterdir()) == before
    assert "is a folder" in capsys.readouterr().err


def test_a_brief_is_written_as_one_page(home, tmp_path):
    assert (
        run("--home", str(home), "brief", "UNMISS", "--as-of", "2016-12-31", "--out", str(tmp_path / "brief.html")) == 0
    )
    page = (tmp_path / "brief.html").read_text(encoding="utf-8")
    assert "United Nations Mission in South Sudan" in page
    assert "<script" not in page


def test_a_border_folder_that_is_not_there_is_named(home, monkeypatch, capsys):
    monkeypatch.setenv("BLUEHELM_BORDERS", "no-such-folder")
    capsys.readouterr()
    assert run("--home", str(home), "brief", "UNMISS", "--json") == 2
    assert "BLUEHELM_BORDERS" in refusal(capsys)["what"]


@pytest.mark.parametrize("port", ["0", "-1", "70000", "eighty"])
def test_an_impossible_port_is_refused(home, port, capsys):
    capsys.readouterr()
    assert run("--home", str(home), "serve", "--port", port) == 2
    assert "--port" in capsys.readouterr().err


def test_a_definition_of_the_data_folder_that_is_not_sound_is_named_with_its_faults(home, capsys):
    (home / "definitions").mkdir()
    (home / "definitions" / "missions.yaml").write_text("title: Ours\nmissions: []\n")
    capsys.readouterr()
    assert run("--home", str(home), "brief", "UNMISS", "--json") == 2
    error = refusal(capsys)
    assert error["code"] == "bad_definition"
    assert any("source" in problem for problem in error["problems"])
