"""Does the wheel carry everything, and does what it installs work where the source folder is not?"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.products.paper_readers import pdf_text, word_text

ROOT = Path(__file__).resolve().parents[1]
# Nothing answers there: whatever asks the network fails at once.
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


class Installed:
    """An environment that holds the wheel and, from elsewhere, the libraries it names; no source folder."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
        self.python = folder / "env" / "bin" / "python"
        (site,) = (folder / "env" / "lib").glob("python*/site-packages")
        # A path file inside the folder named here is not followed, so that no link to the source folder works.
        (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        uv = shutil.which("uv") or str(ROOT / ".packages" / "uv" / "bin" / "uv")
        pip = [uv, "pip", "install", "--python", str(self.python)]
        if not Path(uv).exists():
            pip = [sys.executable, "-m", "pip", "install", "--target", str(site)]
        subprocess.run([*pip, "--quiet", "--no-deps", "--no-index", str(wheel)], cwd=folder, check=True)

    def run(self, *words: str) -> str:
        """What a program of the environment says, run in an empty home folder and without the network."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **NO_NETWORK}
        done = subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def bluehelm(self, *words: str) -> str:
        program = self.folder / "env" / "bin" / "bluehelm"
        start = [str(program)] if program.exists() else [str(self.python), "-m", "bluehelm"]
        return self.run(*start, "--home", str(self.folder / "data"), *words)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"), wheel)


@pytest.fixture(scope="module")
def mission(installed: Installed) -> str:
    """The demonstration mission, built by the installed program."""
    built = json.loads(installed.bluehelm("demo", "--no-serve", "--json"))
    return str(built["mission"])


def test_the_wheel_carries_all_that_the_source_folder_holds(wheel: Path) -> None:
    source = ROOT / "src" / "bluehelm"
    held = [path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"bluehelm/{path.relative_to(source).as_posix()}" for path in held} <= names
    assert "bluehelm/web/static/vendor/maplibre-gl-worker.mjs" in names
    assert "bluehelm/web/static/vendor/borders/lines.geojson" in names
    assert "bluehelm/definitions/disputed_lines.yaml" in names
    assert "bluehelm/products/templates/brief.typ" in names


def test_the_wheel_carries_licences_and_nothing_beside_the_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"bluehelm", f"bluehelm-{version_of(wheel)}.dist-info"}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/THIRD_PARTY.md") for name in names)


def version_of(wheel: Path) -> str:
    return wheel.name.split("-")[1]


def test_the_installed_program_is_the_wheels_and_says_its_version(installed: Installed, wheel: Path) -> None:
    where = installed.run(str(installed.python), "-c", "import bluehelm; print(bluehelm.__file__)").strip()
    assert Path(where).is_relative_to(installed.folder)
    assert installed.bluehelm("--version").strip() == f"bluehelm {version_of(wheel)}"


def test_every_definition_of_the_wheel_can_be_read(installed: Installed) -> None:
    ask = "from bluehelm.definitions import packaged_names as n, packaged_text as t, parse_header as h; "
    ask += "print(len([h(t(name), name) for name in n()]))"
    source = ROOT / "src" / "bluehelm" / "definitions"
    assert int(installed.run(str(installed.python), "-c", ask)) == len(list(source.rglob("*.yaml")))


def test_static_files_of_the_wheel_are_found_by_the_pages(installed: Installed) -> None:
    ask = (
        "import os; os.environ.update(DJANGO_SETTINGS_MODULE='bluehelm.web.settings', BLUEHELM_HOME='data'); "
        "import django; django.setup(); from django.contrib.staticfiles import finders; "
        "print(finders.find('vendor/maplibre-gl.mjs')); print(finders.find('design/map.js'))"
    )
    found = installed.run(str(installed.python), "-c", ask).split()
    assert all(Path(path).is_relative_to(installed.folder) for path in found)


@pytest.mark.long
def test_the_installed_program_builds_a_mission_and_briefs_it(installed: Installed, mission: str) -> None:
    brief = json.loads(installed.bluehelm("brief", mission, "--json"))
    assert brief["synthetic"] is True
    assert brief["events"]["count"] > 0


@pytest.mark.long
def test_the_installed_program_writes_a_brief_on_every_paper(installed: Installed, mission: str) -> None:
    brief = json.loads(installed.bluehelm("brief", mission, "--json"))
    for suffix in ("html", "pdf", "docx"):
        installed.bluehelm("brief", mission, "--out", f"brief.{suffix}")
    page = (installed.folder / "brief.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    for text in (
        pdf_text((installed.folder / "brief.pdf").read_bytes()),
        word_text((installed.folder / "brief.docx").read_bytes()),
    ):
        assert f"{brief['events']['best']:,}" in text
        assert brief["versions"][0]["sha256"] in text


@pytest.mark.long
def test_the_installed_program_exports_a_table_and_a_chart(installed: Installed, mission: str) -> None:
    told = json.loads(installed.bluehelm("export", "events", "--to", "csv", "--out", "events.csv", "--json"))
    assert (installed.folder / "events.csv.datapackage.json").is_file()
    assert told["rows"] > 0
    installed.bluehelm("chart", mission, "--out", "chart.svg")
    assert (installed.folder / "chart.svg").read_text(encoding="utf-8").startswith("<svg")
