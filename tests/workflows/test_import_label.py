"""Does an import say who may see the version, and does it keep what it was told?"""

import pytest

from bluehelm.sources import PROVIDERS
from bluehelm.store import Store, VersionLabel
from bluehelm.workflows.import_file import import_file
from tests.sources.made_files import csv_text, fatality


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "fatalities.csv"
    path.write_bytes(csv_text([fatality(1), fatality(2)]).encode())
    return path


def test_a_provider_s_terms_say_who_may_see_it_unless_it_is_told(tmp_path, file):
    home = tmp_path / "home"
    assert import_file(home, "un-fatalities", file).label == VersionLabel("unclassified", ("everyone",))
    told = VersionLabel("confidential", ("mission:UNX",))
    assert import_file(home, "un-fatalities", file, label=told).label == told
    assert [version.label for version in Store(home).versions()] == [VersionLabel("unclassified", ("everyone",)), told]


def test_only_what_is_published_for_all_goes_to_everyone_by_itself():
    open_data = {name for name, provider in PROVIDERS.items() if provider.note.releasable_to == ("everyone",)}
    nobody = {name for name, provider in PROVIDERS.items() if provider.note.releasable_to == ()}
    assert open_data | nobody == set(PROVIDERS)
    assert {"acled", "areas"} <= nobody and {"ucdp-ged", "geopko", "un-missions"} <= open_data


def test_a_dry_run_keeps_no_label(tmp_path, file):
    report = import_file(tmp_path / "home", "un-fatalities", file, dry_run=True, label=VersionLabel())
    assert report.version is None and report.label is None
