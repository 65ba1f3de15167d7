"""Is the demonstration whole, marked synthetic, and never mixed into a folder of real tables?"""

import json
import signal
import subprocess
import sys
import urllib.request
from datetime import date

import pytest

from bluehelm.store import Store
from bluehelm.workflows import demo as demonstration
from bluehelm.workflows.brief_mission import brief_mission
from bluehelm.workflows.demo import DemoError, build_demo
from bluehelm.workflows.import_file import import_file
from bluehelm.workflows.registry import mission_registry
from tests.ged_rows import ged_row, ged_text


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    build_demo(folder)
    return folder


def test_every_version_and_the_mission_are_marked_synthetic(home):
    versions = Store(home).versions()
    assert {version.table for version in versions} == {"events", "deployments", "missions"}
    assert all(version.synthetic for version in versions)
    synthetic = [entry for entry in mission_registry(home).missions if entry.synthetic]
    assert len(synthetic) == 1
    assert mission_registry(home).missions[0] == synthetic[0]


def test_its_brief_has_ten_years_of_figures_bases_and_neighbours(home):
    mission = mission_registry(home).missions[0].mission
    brief = brief_mission(home, mission, as_of=date(2025, 12, 31))
    assert brief.synthetic
    assert brief.events.count > 1000
    assert brief.events.nearby_count > 0
    assert brief.presence.locations > 5
    assert len(brief.hotspots) == 10
    assert Store(home).version("events", 1).coverage.first_month < "2016-07"


def test_real_missions_do_not_see_synthetic_tables(home):
    assert brief_mission(home, "UNMISS", as_of=date(2025, 12, 31)).versions == ()


def test_a_complete_demonstration_is_left_as_it_is(home):
    before = len(Store(home).versions())
    assert not build_demo(home).built
    assert len(Store(home).versions()) == before


def test_another_seed_wants_another_folder(home):
    with pytest.raises(DemoError):
        build_demo(home, seed=1)


def test_a_folder_with_real_tables_is_refused(tmp_path):
    path = tmp_path / "ged.csv"
    path.write_text(ged_text([ged_row(1)]), encoding="utf-8")
    import_file(tmp_path / "home", "ucdp-ged", path)
    with pytest.raises(DemoError, match="holds tables already"):
        build_demo(tmp_path / "home")


def test_a_build_that_broke_off_is_begun_again(tmp_path, monkeypatch):
    def breaks(home, country):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(demonstration, "CHAPTERS", (*demonstration.CHAPTERS, breaks))
        with pytest.raises(KeyboardInterrupt):
            build_demo(tmp_path)
    assert not json.loads((tmp_path / "demo.json").read_text())["complete"]
    assert build_demo(tmp_path).built


def test_an_unreadable_mark_is_refused_not_overwritten(tmp_path):
    (tmp_path / "demo.json").write_text("{")
    with pytest.raises(DemoError, match="cannot be read"):
        build_demo(tmp_path)
    assert (tmp_path / "demo.json").read_text() == "{"


@pytest.mark.long
def test_the_first_command_builds_serves_and_answers(tmp_path):
    command = [sys.executable, "-m", "bluehelm", "--home", str(tmp_path / "home"), "demo", "--port", "8790"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = next(line for line in process.stderr if "http://" in line)
            address = said.split()[1]
            with urllib.request.urlopen(f"{address}missions/UNSYM/", timeout=30) as answer:
                assert b"Synthetic demonstration" in answer.read()
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_later_chapter_builds_on_the_same_country(tmp_path, monkeypatch):
    seen = []
    chapters = (*demonstration.CHAPTERS, lambda home, country: seen.append(country.mission["mission"]))
    monkeypatch.setattr(demonstration, "CHAPTERS", chapters)
    assert seen == [] and build_demo(tmp_path).mission == seen[0]
