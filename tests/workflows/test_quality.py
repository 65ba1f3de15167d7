"""Does the watch look at every chain in a data folder, and change nothing in it?"""

from datetime import date

import pytest

from bluehelm.store import Store
from bluehelm.tables.months import months_between
from bluehelm.workflows.import_file import import_file
from bluehelm.workflows.quality import watch_json, watch_quality
from tests.published import event, publish, rows_of


def contributions(by_year, last_month="12"):
    """Two contributors of one mission; the persons of each year."""
    rows = [
        {
            "month": month,
            "mission": "UNMISS",
            "contributor": contributor,
            "personnel": "troops",
            "provider_type": "Troops",
            "persons": persons // 2,
        }
        for year, persons in by_year.items()
        for month in months_between(f"{year}-01", f"{year}-{last_month}")
        for contributor in ("Nepal", "Ghana")
    ]
    return rows_of("contributions", rows)


def found(home, **asked):
    watch = watch_quality(home, as_of=asked.pop("as_of", date(2017, 3, 1)), **asked)
    return [(finding.code, finding.where.english, finding.since) for finding in watch.findings]


def test_a_contributions_table_that_halves_in_a_year_is_found_for_the_mission_and_in_all(tmp_path):
    rows = contributions({2014: 7000, 2015: 7200, 2016: 3600})
    publish(tmp_path, "contributions", rows, provider="ipi", months=("2014-01", "2016-12"))
    assert found(tmp_path) == [
        ("collapse", "contributions, UNMISS", "2016"),
        ("collapse", "contributions, all together", "2016"),
    ]


def test_a_year_of_which_months_are_missing_is_not_compared(tmp_path):
    rows = contributions({2014: 7000, 2015: 7200}).vstack(contributions({2016: 3000}, last_month="03"))
    publish(tmp_path, "contributions", rows, provider="ipi", months=("2014-01", "2016-03"))
    assert found(tmp_path) == []


def test_zeros_after_coverage_ended_are_found(tmp_path):
    rows = [
        {"country_id": "SSD", "iso3": "SSD", "month": month, "best": 100 if month < "2016-10" else 0}
        for month in months_between("2016-01", "2016-12")
    ]
    publish(tmp_path, "country_months", rows, provider="panel", months=("2016-01", "2016-12"))
    assert found(tmp_path) == [("empty_months", "country_months, 2016-10 to 2016-12", "2016-10")]


def test_the_rhythm_of_each_provider_decides_what_is_stale(tmp_path):
    publish(tmp_path, "events", [event(1, "2016-12-01")], months=("2016-01", "2016-12"), retrieved=date(2017, 6, 1))
    assert found(tmp_path, as_of=date(2018, 6, 30)) == []
    assert [code for code, _, _ in found(tmp_path, as_of=date(2018, 7, 7))] == ["stale_provider", "stale_provider"]


def test_a_gap_between_a_release_and_its_candidates_is_found(tmp_path):
    publish(tmp_path, "events", [event(1, "2016-12-01")], months=("2016-01", "2016-12"), retrieved=date(2017, 3, 1))
    rows = [event(2, "2017-03-01")]
    publish(
        tmp_path, "events", rows, provider="ucdp-candidate", months=("2017-03", "2017-03"), retrieved=date(2017, 4, 1)
    )
    assert ("uncovered_months", "events, 2017-01 to 2017-02", "2017-01") in found(tmp_path, as_of=date(2017, 4, 2))
    assert found(tmp_path, as_of=date(2017, 4, 2), known_on=date(2017, 3, 31)) == []


def test_an_empty_folder_has_nothing_to_look_at(tmp_path):
    answer = watch_json(watch_quality(tmp_path, as_of=date(2017, 1, 1)))
    assert (answer["findings"], answer["coverage"], answer["versions"]) == ([], [], [])


def test_nothing_is_repaired(tmp_path):
    rows = [event(1, "2016-12-01"), event(2, "2016-12-01")]
    publish(tmp_path, "events", rows, months=("2016-01", "2016-12"))
    assert ("duplicates", "events, ucdp-ged", None) in found(tmp_path)
    store = Store(tmp_path)
    assert store.damaged() == []
    assert store.scan(store.version("events", 1)).collect().height == 2


def test_the_coverage_map_says_who_speaks_of_a_country_and_month(tmp_path):
    publish(tmp_path, "events", [event(1, "2016-12-01")], months=("2016-01", "2016-12"), countries=("SSD",))
    (covered,) = watch_quality(tmp_path, as_of=date(2017, 1, 1)).coverage
    assert covered.speaks_of("SSD", "2016-05")
    assert not covered.speaks_of("SSD", "2017-01")
    assert not covered.speaks_of("CAF", "2016-05")


@pytest.mark.parametrize(
    ("provider", "name"),
    [("ipi-missions", "ipi/ipi_mission_month_to_2012.parquet"), ("geopko", "geopko/geopko_raw.csv.gz")],
)
def test_real_tables_are_looked_at_without_a_false_alarm_on_every_mission(shared_data, tmp_path, provider, name):
    import_file(tmp_path, provider, shared_data / name, set_aside=True)
    watch = watch_quality(tmp_path, as_of=date(2019, 1, 1))
    for finding in watch.findings:
        assert finding.evidence[0].version == 1
    assert len(watch.findings) < 120
