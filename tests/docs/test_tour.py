"""Does every step of the tour do what the page says, on the provider's file and on the demonstration?"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bluehelm.cli import main
from tests.docs.pages import DOCS

BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DEMONSTRATION = "## The same with the demonstration"
EVENTS = "GEDEvent_v23_1_five_countries_to_2017.csv.gz"


def blocks(text):
    return BLOCK.findall(text)


def halves():
    """The blocks on the provider's file and those on the demonstration."""
    first, second = (DOCS / "tour.md").read_text(encoding="utf-8").split(DEMONSTRATION)
    return blocks(first), blocks(second)


def commands(block):
    """Each command of a console block with the lines that its answer must hold."""
    steps = []
    for line in block.splitlines():
        if line.startswith("$ "):
            steps.append((shlex.split(line[2:]), []))
        else:
            steps[-1][1].append(line)
    return steps


def check(said, wanted, words):
    plain = " ".join(said.split())
    for line in wanted:
        assert line in plain, f"{shlex.join(words)} did not say {line!r} but:\n{said}"


def test_the_tour_on_the_providers_file(shared_data, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLUEHELM_HOME", str(tmp_path / "home"))
    (tmp_path / EVENTS).symlink_to(shared_data / "ucdp" / EVENTS)
    names = {"home": tmp_path / "home"}
    for kind, block in halves()[0]:
        if kind == "python":
            exec(compile(block, "docs/tour.md", "exec"), names)
            continue
        for words, wanted in commands(block):
            capsys.readouterr()
            with pytest.raises(SystemExit) as end:
                main(words[1:])
            said = capsys.readouterr()
            # The page shows one refusal: a file that is there already.
            assert end.value.code == (0 if wanted else 2), said
            check(said.out, wanted, words)
    assert {path.name for path in tmp_path.iterdir()} >= {"unmiss.svg", "unmiss.pdf", "events.csv"}


@pytest.mark.long
def test_the_tour_on_the_demonstration(tmp_path):
    steps = [step for kind, block in halves()[1] for step in commands(block) if kind == "console"]
    assert len(steps) == 2
    for words, wanted in steps:
        run = [sys.executable, "-m", "bluehelm", *words[1:]]
        done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False, env=plain_environment())
        assert done.returncode == 0, done.stderr
        check(done.stdout, wanted, words)
    assert "Synthetic demonstration data" in (tmp_path / "unsym.svg").read_text(encoding="utf-8")


def plain_environment():
    """Where the package is, and none of the settings of the tests."""
    return {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src"), "PATH": "/usr/bin:/bin"}


def test_every_link_of_the_tours_table_leads_to_a_step_of_it():
    text = (DOCS / "tour.md").read_text(encoding="utf-8")
    steps = re.findall(r"^## \d\. (\w+):", text, re.MULTILINE)
    assert [step.lower() for step in steps] == re.findall(r"^\| \[(\w+)\]\(#\d", text, re.MULTILINE)
