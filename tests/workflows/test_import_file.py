"""Does an import end in a whole new version or in a refusal that changes nothing?"""

from datetime import date

import pytest

from bluehelm.store import Store
from bluehelm.workflows.import_file import ImportRefusedError, import_file
from tests.ged_rows import ged_row, ged_text


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
    with pytest.raises(ImportRefusedError, match="ucdp-ged, geopko, un-missions"):
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
