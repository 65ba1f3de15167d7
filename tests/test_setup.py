"""Does set-up work on a poor machine, are all pins safe, and is the wheel complete?

Set-up is tried with stand-ins for uv, npm, node, pip and venv, which note what they were asked: no network, and no
packages, are needed.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely
import yaml

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "src" / "bluehelm" / "web" / "static" / "vendor"
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


# --- pins ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [*REQUIREMENTS, ROOT / "package-lock.json", ROOT / "package.json"], ids=lambda p: p.name
)
def test_pins_hold_no_registry_address_and_no_machine_path(path: Path) -> None:
    told = path.read_text(encoding="utf-8")
    if path.name == "package-lock.json":  # where authors ask for support is no address to install from
        told = re.sub(r'"funding": [\[{].*?[\]}],?\n', "", told, flags=re.DOTALL)
    assert not re.search(
        r"https?://|file:|--(extra-)?index-url|--find-links|\"resolved\"|/(home|root|tmp|work|Users)/", told
    )


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda p: p.name)
def test_every_python_package_is_pinned_with_its_digest(path: Path) -> None:
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert entries
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.]+( ; .*)? \\\n +--hash=sha256:[0-9a-f]{64}", entry), entry


def test_everything_the_project_names_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [*project["project"]["optional-dependencies"].values(), project["dependency-groups"]["dev"]]
    named = [name for group in [project["project"]["dependencies"], *groups] for name in group]
    pinned = set(
        re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "all.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    wanted = {re.split(r"[<>=!~;\[ ]", name)[0].lower().replace("_", "-") for name in named}
    assert wanted <= pinned, f"run `python3 dev.py lock`: {wanted - pinned} is not pinned"


def test_front_end_libraries_are_pinned_exactly_and_with_digests() -> None:
    named = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", number) for number in named.values())
    assert {name: locked[f"node_modules/{name}"]["version"] for name in named} == named
    assert all(entry["integrity"].startswith("sha512-") for path, entry in locked.items() if path)


# --- set-up on a poor machine --------------------------------------------------------------------------------


STAND_IN = """#!{python}
import os, pathlib, sys, time
name, words = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
def note(line):
    with open({log!r}, "a") as log:
        log.write(line + "\\n")
{deed}
"""
UV = """
if words[0] == "venv":
    note("uv venv")
    home = pathlib.Path(words[-1])
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python").symlink_to({base!r})
    (home / "pyvenv.cfg").write_text("home = " + os.path.dirname({base!r}))
    (home / "lib" / "python{version}" / "site-packages").mkdir(parents=True)
if words[:2] == ["pip", "sync"]:
    note("uv sync")
    time.sleep(1 if pathlib.Path("slow").exists() else 0)
"""
NPM = """
note("npm " + words[0])
if pathlib.Path("broken").exists():
    print("npm has no network")
    sys.exit(7)
if pathlib.Path("killed").exists():
    os.kill(os.getppid(), 9)
    time.sleep(0.5)
    note("npm ended")
"""
NODE = """
if words[0].endswith("vendor.mjs"):
    note("node vendor")
    os.makedirs("src/bluehelm/web/static/vendor/borders", exist_ok=True)
"""
PIP = """
import os, pathlib, sys
words = sys.argv[1:]
if words[:1] == ["install"]:
    pins = words[-1]
    if pins.endswith("uv.txt"):
        sys.exit("no uv to be had")
    folder = words[words.index("--target") + 1]
    os.makedirs(folder, exist_ok=True)
    with open({log!r}, "a") as log:
        log.write(f"pip {{pathlib.Path(pins).name}} -> {{folder}}\\n")
"""
BLUEHELM = """
import json, os, sys
print(json.dumps([sys.argv[1:], os.environ["BLUEHELM_HOME"], sys.prefix]))
sys.exit(3)
"""
NO_VENV = 'raise SystemExit("ensurepip is not available")'
BASE = os.path.realpath(sys._base_executable)


@dataclass(frozen=True)
class Machine:
    """A copy of what set-up reads, and a PATH with nothing on it but stand-ins."""

    root: Path
    programs: Path

    def put(self, program: str, deed: str) -> None:
        path = self.programs / program
        path.write_text(STAND_IN.format(python=BASE, log=str(self.root / "log"), deed=deed), encoding="utf-8")
        path.chmod(0o755)

    def hide(self, **modules: str) -> None:
        """Put modules before the standard library's in every Python that set-up starts."""
        for name, content in modules.items():
            (self.programs / f"{name}.py").write_text(content, encoding="utf-8")

    def command(self, *words: str) -> list[str]:
        return [BASE, str(self.root / "dev.py"), *words]

    def environment(self, **variables: str) -> dict[str, str]:
        return {"PATH": str(self.programs), "PYTHONPATH": str(self.programs), "HOME": str(self.root), **variables}

    def dev(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = self.environment(**variables)
        return subprocess.run(self.command(*words), env=environment, capture_output=True, text=True, check=False)

    @property
    def log(self) -> list[str]:
        path = self.root / "log"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture
def bare(tmp_path: Path) -> Machine:
    """A machine with Python, node and npm: no uv, no pip, no venv."""
    machine = Machine(tmp_path / "project", tmp_path / "programs")
    machine.programs.mkdir()
    (machine.root / "src" / "bluehelm").mkdir(parents=True)
    (machine.root / "src" / "bluehelm" / "__init__.py").touch()
    (machine.root / "src" / "bluehelm" / "__main__.py").write_text(BLUEHELM, encoding="utf-8")
    for name in ("dev.py", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, machine.root)
    for name in ("requirements", "frontend"):
        shutil.copytree(ROOT / name, machine.root / name)
    symbols = Path("src", "bluehelm", "definitions", "protection", "map.yaml")  # which symbols are drawn at set-up
    (machine.root / symbols).parent.mkdir(parents=True)
    shutil.copy(ROOT / symbols, machine.root / symbols)
    machine.hide(pip='raise SystemExit("no pip")', venv=NO_VENV)
    machine.put("npm", NPM)
    machine.put("node", NODE)
    return machine


@pytest.fixture
def machine(bare: Machine) -> Machine:
    """A machine with uv on the PATH."""
    bare.put("uv", UV.format(base=BASE, version=sysconfig.get_python_version()))
    return bare


ONE_SET_UP = ["uv venv", "uv sync", "npm ci", "node vendor"]


def test_without_a_word_it_lists_the_verbs_and_makes_nothing(bare: Machine) -> None:
    before = sorted(bare.root.rglob("*"))
    done = bare.dev()
    assert done.returncode == 0
    assert re.findall(r"^  (\w+) ", done.stdout, re.MULTILINE) == [
        "demo",
        "test",
        "check",
        "bench",
        "french",
        "bundle",
        "lock",
        "setup",
    ]
    assert sorted(bare.root.rglob("*")) == before


def test_any_other_word_goes_to_bluehelm_with_its_exit_code_and_a_clean_stdout(machine: Machine) -> None:
    done = machine.dev("brief", "UNOSOM II", "--json")
    assert done.returncode == 3
    words, home, prefix = json.loads(done.stdout)
    assert words == ["brief", "UNOSOM II", "--json"]
    assert home == str(machine.root / ".bluehelm")
    assert prefix == str(machine.root / ".venv")
    assert "Setting up" in done.stderr
    assert machine.log == ONE_SET_UP


def test_the_users_own_data_folder_is_kept(machine: Machine) -> None:
    assert json.loads(machine.dev("tables", BLUEHELM_HOME="elsewhere").stdout)[1] == "elsewhere"


def test_a_second_run_does_nothing_and_takes_less_than_a_second(machine: Machine) -> None:
    machine.dev("setup")
    seconds = []
    for _ in range(5):
        begun = time.monotonic()
        done = machine.dev("setup")
        seconds.append(time.monotonic() - begun)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert min(seconds) < 1  # the quickest of five: other work on the machine slows some of them
    assert machine.log == ONE_SET_UP


def test_a_changed_pin_brings_the_environment_up_to_date_in_place(machine: Machine) -> None:
    machine.dev("setup")
    with (machine.root / "requirements" / "all.txt").open("a", encoding="utf-8") as pins:
        pins.write("# changed\n")
    assert machine.dev("setup").returncode == 0
    assert machine.log == [*ONE_SET_UP, "uv sync", "npm ci", "node vendor"]


def test_a_failed_step_is_shown_ends_with_2_and_is_made_again(machine: Machine) -> None:
    (machine.root / "broken").touch()
    done = machine.dev("tables", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "npm has no network" in done.stderr
    assert "ended with 7" in done.stderr
    assert "unchanged" in done.stderr
    assert "Next: " in done.stderr
    (machine.root / "broken").unlink()
    assert machine.dev("setup").returncode == 0
    assert machine.log == ["uv venv", "uv sync", "npm ci", *ONE_SET_UP]


def test_a_killed_set_up_is_made_again_from_the_start_once_its_last_step_has_ended(machine: Machine) -> None:
    (machine.root / "killed").touch()
    with subprocess.Popen(machine.command("setup"), env=machine.environment(), stderr=subprocess.DEVNULL) as killed:
        assert killed.wait() == -9
    (machine.root / "killed").unlink()
    assert machine.dev("setup").returncode == 0
    assert machine.log == ["uv venv", "uv sync", "npm ci", "npm ended", *ONE_SET_UP]


def test_two_at_once_set_up_once(machine: Machine) -> None:
    (machine.root / "slow").touch()
    start = {"env": machine.environment(), "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(machine.command("setup"), **start) for _ in range(2)]
    told = [run.communicate()[1] for run in both]
    assert [run.returncode for run in both] == [0, 0]
    assert sum("waiting for it" in words for words in told) == 1
    assert machine.log == ONE_SET_UP


def test_without_uv_pip_and_venv_it_says_so_and_what_to_install(bare: Machine) -> None:
    done = bare.dev("tables", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "has neither pip nor venv, and uv is not on the PATH" in done.stderr
    assert "Next: install one of them" in done.stderr
    assert not (bare.root / ".venv").exists()


def test_without_uv_and_venv_pip_alone_makes_an_environment(bare: Machine) -> None:
    bare.hide(pip=PIP.format(log=str(bare.root / "log")))
    done = bare.dev("tables", "--json")
    assert done.returncode == 3, done.stderr
    assert "going on without it" in done.stderr
    assert json.loads(done.stdout)[2] == str(bare.root / ".venv")
    site = bare.root / ".venv" / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    assert bare.log == [f"pip all.txt -> {site}", "npm ci", "node vendor"]


def test_without_npm_the_pinned_node_is_fetched(bare: Machine) -> None:
    bare.hide(pip=PIP.format(log=str(bare.root / "log")))
    (bare.programs / "npm").unlink()
    done = bare.dev("setup")
    assert f"pip node.txt -> {bare.root / '.packages' / 'node'}" in bare.log
    assert done.returncode == 2, "the stand-in fetches no node, so that starting it must fail"
    assert "did not start" in done.stderr


def note_as(machine: Machine, module: str, code: int = 0) -> None:
    """A module of the environment that notes its words and ends with a code."""
    path = machine.root / "src" / f"{module}.py"
    path.parent.mkdir(exist_ok=True)
    note = f"open({str(machine.root / 'log')!r}, 'a').write(' '.join([{module!r}, *sys.argv[1:]]) + '\\n')"
    arrows = f"def lint_imports_command(words):\n    {note}\n" if "importlinter" in module else note
    path.write_text(f"import sys\n{arrows}\nsys.exit({code}) if {code} else None\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("test",), "pytest -n 2 --dist worksteal -m not long and not bench"),
        (("test", "--long"), "pytest -n 2 --dist worksteal -m not bench"),
        (("test", "-k", "tempo", "-x"), "pytest -n 2 --dist worksteal -m not long and not bench -k tempo -x"),
    ],
)
def test_test_runs_pytest_on_two_cores_without_the_long_ones(
    machine: Machine, words: tuple[str, ...], asked: str
) -> None:
    note_as(machine, "pytest", code=5)
    assert machine.dev(*words).returncode == 5
    assert machine.log[-1] == asked


CHECKED = [
    "ruff format --check .",
    "ruff check .",
    "mypy",
    "importlinter/cli",
    "bandit --quiet --recursive src --configfile pyproject.toml",
    "bandit --quiet --recursive src/bluehelm/web --tests B608",
    "pip_audit --requirement requirements/all.txt --disable-pip --require-hashes --format json --progress-spinner off",
]


def with_checks(machine: Machine, types: int = 0) -> None:
    for module in ("ruff", "importlinter/cli", "bandit", "pip_audit", "pytest"):
        note_as(machine, module)
    note_as(machine, "mypy", code=types)


def test_check_runs_format_lint_types_arrows_and_then_the_tests(machine: Machine) -> None:
    with_checks(machine)
    assert machine.dev("check").returncode == 0
    assert machine.log[4:] == [*CHECKED, "pytest -n 2 --dist worksteal -m not long and not bench"]


def test_check_can_leave_the_tests_out(machine: Machine) -> None:
    with_checks(machine)
    assert machine.dev("check", "--no-tests").returncode == 0
    assert machine.log[4:] == CHECKED


def test_a_failed_check_is_named_and_fails(machine: Machine) -> None:
    with_checks(machine, types=1)
    done = machine.dev("check")
    assert done.returncode == 1
    assert "Failed: types." in done.stderr
    assert machine.log[4:] == CHECKED


# --- what set-up brings into the pages -----------------------------------------------------------------------


def layer(name: str) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads((VENDOR / "borders" / f"{name}.geojson").read_text())["features"]
    return features


def country(iso3: str) -> shapely.Geometry:
    (feature,) = [feature for feature in layer("countries") if feature["properties"]["iso3"] == iso3]
    return shapely.from_geojson(json.dumps(feature["geometry"]))


def test_no_edge_of_a_country_or_a_line_runs_across_the_map() -> None:
    countries, lines = layer("countries"), layer("lines")
    assert len(countries) > 200
    assert len(lines) > 300
    rings = [ring for shape in countries for polygon in shape["geometry"]["coordinates"] for ring in polygon]
    for positions in rings + [line["geometry"]["coordinates"] for line in lines]:
        for (west, south), (east, north) in pairwise(positions):
            assert abs(west - east) <= 180
            assert max(abs(west), abs(east)) <= 180
            assert max(abs(south), abs(north)) <= 90


@pytest.mark.parametrize("iso3", ["RUS", "FJI"])
def test_a_country_beyond_the_180th_meridian_is_cut_along_it(iso3: str) -> None:
    west, _, east, _ = country(iso3).bounds
    assert (west, east) == (-180, 180)
    assert shapely.is_valid(country(iso3))
    assert not country(iso3).contains(shapely.Point(0, country(iso3).centroid.y))


def test_antarctica_is_closed_along_the_foot_of_the_map() -> None:
    antarctica = country("ATA")
    assert shapely.is_valid(antarctica)
    assert antarctica.bounds[:3] == (-180, -90, 180)
    assert antarctica.contains(shapely.MultiPoint([(-179, -89.9), (0, -89), (179, -89.9)]))


@pytest.mark.parametrize(("iso3", "place"), [("SOM", (44.06, 9.56)), ("CYP", (33.32, 35.30)), ("ESH", (-13.2, 27.1))])
def test_countries_are_drawn_as_the_united_nations_counts_them(iso3: str, place: tuple[float, float]) -> None:
    assert country(iso3).contains(shapely.Point(place))


def test_every_disputed_pair_has_a_line_and_every_line_names_two_countries_in_order() -> None:
    text = (ROOT / "src" / "bluehelm" / "definitions" / "disputed_lines.yaml").read_text(encoding="utf-8")
    pairs = ["-".join(pair) for pair in yaml.safe_load(text)["pairs"]]
    drawn = [line["properties"]["between"] for line in layer("lines")]
    assert set(pairs) <= set(drawn)
    assert len(set(pairs)) == len(pairs)
    assert all(re.fullmatch(r"[A-Z]{3}-[A-Z]{3}", between) and between[:3] < between[4:] for between in drawn)
    assert {line["geometry"]["type"] for line in layer("lines")} == {"LineString"}


def test_scripts_and_styles_point_at_no_source_map() -> None:
    files = [path for path in VENDOR.iterdir() if path.is_file()]
    wanted = {"maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css", "echarts.esm.min.mjs"}
    assert {path.name for path in files} == wanted
    assert not [path.name for path in files if b"sourceMappingURL" in path.read_bytes()]


def test_third_party_names_exactly_what_the_vendor_folder_carries() -> None:
    texts = {path.stem.replace("--", "/"): path.read_text(encoding="utf-8") for path in (VENDOR / "licences").iterdir()}
    carried = {name: text.splitlines()[0].split(": ")[-1] for name, text in texts.items()}
    told = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+) \| (.+?) \| ", told, re.MULTILINE)
    assert dict(rows[1:]) == carried
    assert all(len(text) > 600 for text in texts.values()), "a licence text is missing"


# --- what the tests themselves stand on ----------------------------------------------------------------------


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_the_network_beyond_this_machine_is_refused(host: str) -> None:
    with pytest.raises(Exception, match="asked the network for"):
        socket.create_connection((host, 9), timeout=0.1)


def test_a_bare_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as one, pytest.raises(Exception, match="asked the network for"):
        one.connect(("192.0.2.1", 9))


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 error")])
def test_missing_real_data_is_a_visible_skip_and_on_ci_a_failure(tmp_path: Path, ci: str, outcome: str) -> None:
    tests = tmp_path / "project" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "conftest.py", tests)
    (tests / "test_one.py").write_text("def test_one(shared_data):\n    pass\n", encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", str(tests)]
    environment = {**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    told = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False).stdout
    assert outcome in told.splitlines()[-1]
    assert "the real data is not there: no folder shared/data beside the project's" in told
