"""Does the guide to a new source work when it is followed to the letter?"""

import importlib.util
import re
from pathlib import Path

import pytest

from bluehelm.sources import PROVIDERS
from bluehelm.workflows.import_file import import_file

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "add-a-source.md"


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def guide(tmp_path, monkeypatch):
    """The guide's two files, the first of them registered."""
    source, test = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "road_watch.py").write_text(source, encoding="utf-8")
    (tmp_path / "test_road_watch.py").write_text(test, encoding="utf-8")
    for provider in loaded(tmp_path / "road_watch.py").PROVIDERS:
        monkeypatch.setitem(PROVIDERS, provider.name, provider)
    return loaded(tmp_path / "test_road_watch.py")


def test_the_guides_own_test_passes_on_the_guides_own_source(guide, tmp_path):
    tests = [function for name, function in vars(guide).items() if name.startswith("test_")]
    assert tests
    for test in tests:
        folder = tmp_path / test.__name__
        folder.mkdir()
        test(folder)


def test_the_new_provider_imports_like_any_other(guide, tmp_path):
    path = tmp_path / "road-watch.csv"
    path.write_text(guide.FILE, encoding="utf-8")
    report = import_file(tmp_path / "home", "road-watch", path, set_aside=True)
    assert (report.table, report.rows, report.set_aside) == ("reports", 2, 1)
