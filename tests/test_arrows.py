"""Do the arrows between the packages hold, and would anyone notice if one were turned round?"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ARROWS = "Arrows: a layer imports only what stands below it"
STORE_AND_SOURCES = "Store and sources: they know tables and nothing else of bluehelm"
PURE = "Pure packages: no Django, no database, no network"
SIBLINGS = "Domains: siblings that do not import each other"


def lint_imports(project: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over a project's own src, whatever else is on the path."""
    lines = ["import sys", f"sys.path.insert(0, {str(project / 'src')!r})"]
    lines += ["from importlinter.cli import lint_imports_command as arrows", "arrows(['--no-cache', '--no-logo'])"]
    words = [sys.executable, "-c", "\n".join(lines)]
    return subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A project with the same Python modules and the same contracts, free to be spoilt."""
    only_python = shutil.ignore_patterns("static", "templates", "__pycache__")
    shutil.copytree(ROOT / "src" / "bluehelm", tmp_path / "src" / "bluehelm", ignore=only_python)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def add_import(project: Path, module: str, line: str) -> None:
    path = project / "src" / "bluehelm" / module
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


def test_the_arrows_hold() -> None:
    found = lint_imports(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr
    for contract in (ARROWS, STORE_AND_SOURCES, PURE, SIBLINGS):
        assert f"{contract} KEPT" in found.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("tables/months.py", "import bluehelm.cli", ARROWS),
        ("workflows/__init__.py", "import bluehelm.web.settings", ARROWS),
        ("sources/__init__.py", "import bluehelm.store", ARROWS),
        ("store/__init__.py", "import bluehelm.sources", ARROWS),
        ("newcomer/__init__.py", "import bluehelm.tables", ARROWS),
        ("store/__init__.py", "import bluehelm.spine", STORE_AND_SOURCES),
        ("sources/__init__.py", "from bluehelm import definitions", STORE_AND_SOURCES),
        ("situation/__init__.py", "import duckdb", PURE),
        ("definitions/__init__.py", "import django.db", PURE),
        ("products/__init__.py", "import urllib.request", PURE),
        ("tables/__init__.py", "import sqlite3", PURE),
    ],
)
def test_an_arrow_turned_round_is_noticed(copy: Path, module: str, line: str, contract: str) -> None:
    add_import(copy, module, line)
    found = lint_imports(copy)
    assert found.returncode == 1, found.stdout + found.stderr
    assert f"{contract} BROKEN" in found.stdout


def test_a_domain_that_imports_its_sibling_is_noticed(copy: Path) -> None:
    add_import(copy, "forces/__init__.py", "import bluehelm.situation")
    found = lint_imports(copy)
    assert found.returncode == 1, found.stdout + found.stderr
    assert f"{SIBLINGS} BROKEN" in found.stdout
