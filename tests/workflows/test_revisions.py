"""Does a comparison of two kept versions say what changed, and which shown figures move?"""

from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest
from pyarrow import parquet

from bluehelm.store import Store, StoreError
from bluehelm.workflows.import_file import import_file
from bluehelm.workflows.revisions import RevisionError, compare_versions, moved_figures, revision_json
from tests.published import BANGUI, event, publish

OLD = [event(1, "2016-01-05", best=3), event(2, "2016-02-10", best=5), event(3, "2016-02-11", best=2, place=BANGUI)]
NEW = [event(1, "2016-01-05", best=4), event(2, "2016-02-10", best=5), event(4, "2016-03-01", best=9)]


@pytest.fixture
def home(tmp_path):
    publish(tmp_path, "events", OLD, months=("2016-01", "2016-02"))
    publish(tmp_path, "events", NEW, months=("2016-01", "2016-03"), retrieved=date(2025, 6, 1))
    return tmp_path


def test_a_comparison_keeps_its_contract(home):
    answer = revision_json(compare_versions(home, "events", 1, 2))
    assert (answer["table"], answer["from"], answer["to"]) == ("events", 1, 2)
    assert answer["changed"] == [
        {"iso3": "CAF", "month": "2016-02", "old": 2, "new": 0},
        {"iso3": "SSD", "month": "2016-01", "old": 3, "new": 4},
    ]
    assert (answer["total_old"], answer["total_new"]) == (10, 9)
    assert answer["compared"]["only_new"] == ["2016-03"]
    assert [version["version"] for version in answer["versions"]] == [1, 2]


def test_backwards_says_the_same_the_other_way_round(home):
    forth, back = (revision_json(compare_versions(home, "events", *pair)) for pair in ((1, 2), (2, 1)))
    assert [(c["iso3"], c["old"], c["new"]) for c in forth["changed"]] == [
        (c["iso3"], c["new"], c["old"]) for c in back["changed"]
    ]


def test_figures_of_a_brief_that_move_are_named(home):
    found = compare_versions(home, "events", 1, 2)
    moved = {
        f.figure: (f.old, f.new) for f in moved_figures(home, "UNMISS", found.old, found.new, as_of=date(2016, 3, 31))
    }
    assert moved["deaths, best"] == (8, 18)
    assert moved["deaths in 2016-01"] == (3, 4)
    assert moved["deaths in 2016-03"] == (None, 9)
    assert "deaths in 2016-02" not in moved


def test_no_figure_moves_between_a_version_and_itself(home):
    found = compare_versions(home, "events", 1, 1)
    assert moved_figures(home, "UNMISS", found.old, found.new, as_of=date(2016, 3, 31)) == []


def test_a_table_without_deaths_and_a_version_that_is_not_there_are_refused(home):
    with pytest.raises(RevisionError, match="no deaths by country and month"):
        compare_versions(home, "deployments", 1, 2)
    with pytest.raises(StoreError, match="there is: 1, 2"):
        compare_versions(home, "events", 1, 7)


def test_two_providers_ways_of_counting_are_not_called_a_revision(home):
    publish(home, "events", OLD, provider="ucdp-candidate", months=("2016-01", "2016-02"))
    assert any("not a revision" in note for note in compare_versions(home, "events", 1, 3).notes)


def test_the_dated_states_of_a_real_series_change_where_a_plain_reader_finds_it(shared_data, tmp_path):
    """Read row by row with pyarrow; the two newest states differ in 246 country-months, the others in none."""
    path = shared_data / "ucdp" / "vintages_2024H1_months_to_2021-06.parquet"
    import_file(tmp_path, "ucdp-vintages", path)
    states = defaultdict(dict)
    for row in parquet.read_table(path).to_pylist():
        states[row["vintage"].date()][row["country"], f"{row['month_end']:%Y-%m}"] = row["fatalities"]
    versions = Store(tmp_path).versions("country_months")
    assert [version.retrieved for version in versions] == sorted(states)
    for old, new in pairwise(versions):
        before, after = states[old.retrieved], states[new.retrieved]
        both = before.keys() & after.keys()
        answer = revision_json(compare_versions(tmp_path, "country_months", old.version, new.version))
        differing = sorted((before[key], after[key]) for key in both if before[key] != after[key])
        assert sorted((change["old"], change["new"]) for change in answer["changed"]) == differing
        assert answer["total_old"] == sum(before[key] for key in both)
        assert answer["total_new"] == sum(after[key] for key in both)
    assert len(answer["changed"]) == 246
    afghan = {
        change["month"]: (change["old"], change["new"]) for change in answer["changed"] if change["iso3"] == "AFG"
    }
    assert afghan == {
        month: (before[key], after[key])
        for key in both
        for country, month in [key]
        if country == "Afghanistan" and before[key] != after[key]
    }
