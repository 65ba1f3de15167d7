"""Does the guide on plans lead from an empty folder to a first fact sheet, step by step as it is written?"""

import re

import pytest

from bluehelm.plans.people import Limits, leaving
from bluehelm.plans.values import Reading
from tests.docs.pages import DOCS, METHODS, table
from tests.docs.test_tour import commands

BLOCK = re.compile(r"^```(yaml|csv|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILES = {"yaml": "plan.yaml", "csv": "values.csv"}


@pytest.fixture
def folder(db, settings, tmp_path, monkeypatch):
    settings.BLUEHELM_HOME = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLUEHELM_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("BLUEHELM_ACCOUNT", raising=False)
    return tmp_path


@pytest.mark.django_db
def test_the_guide_leads_from_an_empty_folder_to_a_fact_sheet(folder, capsys):
    pytest.importorskip("typst")
    pytest.importorskip("docxtpl")
    from bluehelm.cli.main import main

    for kind, block in BLOCK.findall((DOCS / "guides" / "plans.md").read_text(encoding="utf-8")):
        if kind in FILES:
            (folder / FILES[kind]).write_text(block, encoding="utf-8")
            continue
        for words, wanted in commands(block):
            capsys.readouterr()
            with pytest.raises(SystemExit) as end:
                main(words[1:])
            said = capsys.readouterr()
            assert not end.value.code, (words, said)
            plain = " ".join(said.out.split())
            assert [line for line in wanted if line not in plain] == [], (words, said.out)
    assert (folder / "first.pdf").read_bytes().startswith(b"%PDF")
    assert "young,_T,2025-S2,19,persons,A" in (folder / "first.csv").read_text()


def test_the_worked_table_of_counts_of_people():
    for row in table(METHODS / "plan-people.md", "Persons on committees:"):
        parts = [Reading(row["period"], float(row[sex]), parts={"sex": sex}) for sex in ("women", "men")]
        found = leaving([Reading(row["period"], float(row["whole"]))], parts, "latest", (), Limits(5, 4))
        shown = ["–" if one.value is None else f"{one.value:g}" for one in (*found.parts, *found.wholes)]
        assert ", ".join(shown) == row["leaves as"]
