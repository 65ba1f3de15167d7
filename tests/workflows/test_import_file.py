"""Does an import end in a whole new version or in a refusal that changes nothing?"""

from datetime import date

import pytest

from bluehelm.store import Store
from bluehelm.workflows.import_file import ImportRefusedError, import_file
from tests.ged_rows import ged_row, ged_text
from tests.sources.made_files import csv_file


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def ged(tmp_path, rows, name="ged.csv"):
    path = tmp_path / name
    path.write_text(ged_text(rows), encoding="utf-8")
    return path


GOOD = [ged_row(number) for number in range(1, 30)]
ONE_BAD = [*GOOD, ged_row(30, latitude="412.0"), ged_row(31)]


def test_a_good_file_becomes_a_version_and_its_bytes_are_kept(tmp_path, home):
    path = ged(tmp_path, GOOD)
    report = import_file(home, "ucdp-ged", path)
    assert (report.table, report.version, report.rows, report.set_aside) == ("events", 1, 29, 0)
    raw = home / "raw" / f"{report.sha256}.csv"
    assert raw.read_bytes() == path.read_bytes()


def test_the_same_file_again_is_a_new_version_that_says_so(tmp_path, home):
    path = ged(tmp_path, GOOD)
    import_file(home, "ucdp-ged", path)
    report = import_file(home, "ucdp-ged", path)
    assert (report.version, report.same_as) == (2, 1)


def test_a_bad_row_refuses_the_file_and_says_where_it_is(tmp_path, home):
    import_file(home, "ucdp-ged", ged(tmp_path, GOOD))
    with pytest.raises(ImportRefusedError) as refused:
        import_file(home, "ucdp-ged", ged(tmp_path, ONE_BAD))
    assert refused.value.cause.code == "bad_rows"
    assert refused.value.cause.problems == ("line 31, latitude = '412.0': the latitude is not between -90 and 90",)
    report = refused.value.report
    assert (report.version, report.rows, report.set_aside) == (None, 30, 1)
    assert len(Store(home).versions()) == 1


def test_set_aside_keeps_bad_rows_apart_and_readable(tmp_path, home):
    report = import_file(home, "ucdp-ged", ged(tmp_path, ONE_BAD), set_aside=True)
    store = Store(home)
    apart, _ = store.noted(store.version("events", report.version))
    assert (report.rows, report.set_aside) == (30, 1)
    assert apart.rows() == [(31, "latitude", "412.0", "the latitude is not between -90 and 90")]


def test_a_dry_run_reports_and_changes_nothing(tmp_path, home):
    report = import_file(home, "ucdp-ged", ged(tmp_path, GOOD), dry_run=True)
    assert (report.version, report.rows) == (None, 29)
    assert Store(home).versions() == []
    assert not home.exists()


def test_neither_a_dry_run_nor_a_refusal_makes_a_data_folder(tmp_path, home):
    import_file(home, "ucdp-ged", ged(tmp_path, GOOD), dry_run=True)
    with pytest.raises(ImportRefusedError):
        import_file(home, "ucdp-ged", ged(tmp_path, ONE_BAD))
    assert not home.exists()


def test_a_dry_run_of_a_bad_file_is_refused_like_the_import_would_be(tmp_path, home):
    with pytest.raises(ImportRefusedError):
        import_file(home, "ucdp-ged", ged(tmp_path, ONE_BAD), dry_run=True)


def test_many_bad_rows_are_counted_and_the_first_twenty_listed(tmp_path, home):
    rows = GOOD + [ged_row(100 + number, date_start="soon") for number in range(25)]
    with pytest.raises(ImportRefusedError) as refused:
        import_file(home, "ucdp-ged", ged(tmp_path, rows))
    assert refused.value.report.reasons[0].count == 25
    assert refused.value.cause.problems[-1] == "and 5 more"


def test_an_unknown_provider_is_told_which_there_are(tmp_path, home):
    with pytest.raises(ImportRefusedError, match=r"ucdp-ged, ucdp-candidate, .*geopko, un-missions, .*mapped, xlsform"):
        import_file(home, "gdelt", ged(tmp_path, GOOD))


def test_the_day_of_the_download_is_kept(tmp_path, home):
    import_file(home, "ucdp-ged", ged(tmp_path, GOOD), retrieved=date(2024, 6, 1))
    assert Store(home).version("events", 1).retrieved == date(2024, 6, 1)


def test_progress_reaches_the_end_of_the_file(tmp_path, home):
    heard = []
    import_file(
        home, "ucdp-ged", ged(tmp_path, GOOD), progress=lambda step, done, total: heard.append((step, done, total))
    )
    copied = [(done, total) for step, done, total in heard if step == "Copying"]
    assert copied[-1][0] == copied[-1][1] > 0


VINTAGES = [
    {"month_end": "2020-01-31", "country": country, "fatalities": deaths, "vintage": day}
    for day, deaths in (("2024-02-22", 3), ("2024-01-26", 2), ("2024-03-21", 5))
    for country in ("Ghana", "Mali")
]


def vintages(tmp_path, rows=VINTAGES):
    return csv_file(tmp_path, rows, "vintages.csv")


def test_a_file_of_dated_states_makes_a_version_of_each_in_their_order(tmp_path, home):
    report = import_file(home, "ucdp-vintages", vintages(tmp_path))
    assert (report.version, report.versions_made, report.rows) == (3, (1, 2, 3), 2)
    versions = Store(home).versions("country_months")
    assert [version.retrieved.isoformat() for version in versions] == ["2024-01-26", "2024-02-22", "2024-03-21"]
    assert [Store(home).scan(version).collect()["best"].sum() for version in versions] == [4, 6, 10]
    assert Store(home).damaged() == []


def test_what_was_known_on_a_day_is_the_state_of_that_day(tmp_path, home):
    import_file(home, "ucdp-vintages", vintages(tmp_path))
    known = Store(home).latest("country_months", known_on=date(2024, 3, 1))
    assert known.retrieved == date(2024, 2, 22)


def test_states_that_a_cut_short_import_kept_are_not_kept_again(tmp_path, home, monkeypatch):
    path, kept = vintages(tmp_path), []

    def publish_one(store, submission):
        if kept:
            raise KeyboardInterrupt
        kept.append(submission)
        return whole(store, submission)

    whole = Store.publish
    monkeypatch.setattr(Store, "publish", publish_one)
    with pytest.raises(KeyboardInterrupt):
        import_file(home, "ucdp-vintages", path)
    monkeypatch.undo()
    assert import_file(home, "ucdp-vintages", path).versions_made == (1, 2, 3)
    assert import_file(home, "ucdp-vintages", path).versions_made == (1, 2, 3)
    assert len(Store(home).versions()) == 3


def test_a_bad_row_in_one_state_refuses_all_of_them(tmp_path, home):
    with pytest.raises(ImportRefusedError) as refused:
        import_file(
            home, "ucdp-vintages", vintages(tmp_path, [*VINTAGES, VINTAGES[0] | {"country": "Togo", "fatalities": "x"}])
        )
    assert refused.value.cause.problems == ("line 8, fatalities = 'x': fatalities is not a whole number of 0 or more",)
    assert Store(home).versions() == []


def test_a_candidate_file_given_as_a_yearly_release_goes_into_its_own_chain_and_says_so(tmp_path, home):
    rows = [ged_row(number, year=2014, date_start="2014-01-02", date_end="2014-01-02") for number in range(1, 9)]
    report = import_file(home, "ucdp-ged", ged(tmp_path, rows, "GEDEvent_v14_0_1.csv"))
    assert (report.provider, report.asked_for) == ("ucdp-candidate", "ucdp-ged")
    assert Store(home).versions("events")[0].provider == "ucdp-candidate"
    assert any("kept under the provider ucdp-candidate" in note.reason for note in report.notes)


MAPPING = """
title: Patrol log
provider: sector-north-patrols
licence: internal
citation: operations desk
table: reports
columns:
  report_id: {from: Number}
  reported_on: {from: Day}
  type: {from: Kind}
"""


def test_a_file_of_ones_own_is_kept_under_the_name_that_its_mapping_gives(tmp_path, home):
    path = csv_file(tmp_path, [{"Number": "1", "Day": "2024-01-31", "Kind": "patrol"}], "log.csv")
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    report = import_file(home, "mapped", path, mapping=tmp_path / "mapping.yaml")
    version = Store(home).version("reports", report.version)
    assert (version.provider, version.rows, version.source.releasable_to) == ("sector-north-patrols", 1, ())


@pytest.mark.parametrize(
    ("code", "provider", "mapping"),
    [
        ("misused", "mapped", None),
        ("misused", "xlsform", MAPPING),
        ("misused", "ucdp-ged", MAPPING),
        ("bad_mapping", "mapped", "title: x"),
        ("bad_mapping", "mapped", "title: ["),
    ],
)
def test_a_mapping_that_is_missing_or_wrong_or_not_wanted_is_refused(tmp_path, home, code, provider, mapping):
    path = csv_file(tmp_path, [{"Number": "1", "Day": "2024-01-31", "Kind": "patrol"}], "log.csv")
    if mapping:
        (tmp_path / "mapping.yaml").write_text(mapping)
    with pytest.raises(ImportRefusedError) as refused:
        import_file(home, provider, path, mapping=tmp_path / "mapping.yaml" if mapping else None)
    assert refused.value.cause.code == code
    assert not home.exists()
