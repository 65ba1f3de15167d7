"""Does a reader see the old version whole or the new one whole, whatever happens to the writer?"""

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date

import polars as pl
import pytest

from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.store import Store, StoreError, Submission, VersionLabel, reading_as
from bluehelm.tables import MISSIONS
from bluehelm.tables.provenance import Coverage, Reason, SourceNote
from tests.ged_rows import ged_row, ged_text
from tests.published import event, publish, rows_of

NOTE = SourceNote("un-missions", "List", "open", "UN", "https://example.org")


def submit(store, names, *, retrieved=date(2026, 1, 1), synthetic=False, parents=()):
    rows = pl.DataFrame({"mission": names, "name": names}).select(
        pl.lit(None).alias(name) if name not in ("mission", "name") else pl.col(name) for name in MISSIONS.column_names
    )
    nothing = pl.DataFrame(schema=NOTED_ROWS)
    with store.scratch() as scratch:
        rows.cast(MISSIONS.schema).write_parquet(scratch / "rows.parquet")
        raw = scratch / "raw.csv"
        raw.write_text("\n".join(names))
        return store.publish(
            Submission(
                table="missions",
                source=NOTE,
                rows_file=scratch / "rows.parquet",
                rows=rows.height,
                file_name="list.csv",
                sha256=hashlib.sha256(raw.read_bytes()).hexdigest(),
                raw=raw,
                retrieved=retrieved,
                set_aside=nothing,
                flagged=nothing,
                reasons=(Reason("because", 1, 2),),
                flags=(),
                notes=(),
                coverage=Coverage("1948-05", "2024-02", ("SSD",)),
                parents=parents,
                synthetic=synthetic,
            )
        )


def missions(store, version):
    return store.scan(version).collect()["mission"].to_list()


def test_a_new_version_stands_beside_the_old(tmp_path):
    store = Store(tmp_path)
    first, second = submit(store, ["UNMISS"]), submit(store, ["UNMISS", "UNTSO"], parents=(("missions", 1),))
    assert (first.version, second.version) == (1, 2)
    assert missions(store, first) == ["UNMISS"]
    assert missions(store, second) == ["UNMISS", "UNTSO"]
    assert store.latest("missions") == second
    assert store.version("missions", 2).parents == (("missions", 1),)


def test_an_entry_comes_back_as_it_was_written(tmp_path):
    store = Store(tmp_path)
    written = submit(store, ["UNMISS"])
    assert Store(tmp_path).versions() == [
        store.version("missions", 1),
    ]
    read = store.version("missions", 1)
    assert (read.source, read.reasons, read.coverage) == (NOTE, (Reason("because", 1, 2),), written.coverage)


def test_what_was_known_is_picked_by_the_day_of_retrieval(tmp_path):
    store = Store(tmp_path)
    submit(store, ["A"], retrieved=date(2025, 1, 1))
    submit(store, ["B"], retrieved=date(2026, 1, 1))
    assert store.latest("missions", known_on=date(2024, 12, 31)) is None
    assert store.latest("missions", known_on=date(2025, 6, 1)).version == 1
    assert store.latest("missions", known_on=date(2026, 1, 1)).version == 2


def test_an_older_file_imported_later_does_not_become_the_latest(tmp_path):
    store = Store(tmp_path)
    submit(store, ["new"], retrieved=date(2026, 1, 1))
    submit(store, ["old"], retrieved=date(2025, 1, 1))
    assert store.latest("missions").version == 1


def test_synthetic_versions_never_answer_for_real_ones(tmp_path):
    store = Store(tmp_path)
    submit(store, ["UNSYM"], synthetic=True)
    assert store.latest("missions") is None
    assert store.latest("missions", synthetic=True).version == 1


def test_a_missing_version_is_named_with_those_there_are(tmp_path):
    store = Store(tmp_path)
    submit(store, ["A"])
    with pytest.raises(StoreError, match="there is: 1"):
        store.version("missions", 7)


def test_a_changed_byte_and_a_missing_file_are_found(tmp_path):
    store = Store(tmp_path)
    first, second, third = (submit(store, [name]) for name in "ABC")
    assert store.damaged() == []
    rows = store.rows_path(first)
    rows.write_bytes(rows.read_bytes()[:-1] + b"\0")
    store.rows_path(second).unlink()
    (store.folder("missions", third.version) / "version.json").write_text("{}")
    assert [problem.split(":")[0] for problem in store.damaged()] == [
        "missions version 1",
        "missions version 2",
        "The entry of missions version 3 cannot be read",
    ]


def test_a_changed_raw_file_a_missing_one_and_a_missing_version_are_found(tmp_path):
    store = Store(tmp_path)
    first, second, _, _ = (submit(store, [name]) for name in "ABCD")
    raw = {version: tmp_path / "raw" / f"{version.sha256}.csv" for version in (first, second)}
    raw[first].write_text("other bytes")
    raw[second].unlink()
    shutil.rmtree(store.folder("missions", 3))
    said = " ".join(store.damaged())
    assert "version 1: raw/" in said
    assert "version 2: the provider's file" in said
    assert "version 3: is missing" in said
    assert len(store.damaged()) == 3


def test_a_lost_list_of_flagged_rows_is_found(tmp_path):
    store = Store(tmp_path)
    version = submit(store, ["A"])
    (store.folder("missions", version.version) / "flagged.parquet").unlink()
    assert store.damaged() == ["missions version 1: flagged.parquet is missing"]
    with pytest.raises(StoreError, match="cannot be read"):
        store.noted(version)


def test_scratch_folders_of_dead_processes_are_swept_and_those_of_live_ones_kept(tmp_path):
    store = Store(tmp_path)
    with store.scratch() as mine:
        dead = mine.with_name("dead")
        dead.mkdir()
        dead.with_suffix(".lock").touch()
        with store.scratch() as other:
            assert mine.is_dir()
            assert other.is_dir()
            assert not dead.exists()
    assert list((tmp_path / "staging").iterdir()) == []


def events_of(years):
    return [event(number, f"{year}-0{1 + number % 9}-15") for number, year in enumerate(years)]


@pytest.fixture
def many(monkeypatch):
    """Three rows count as many."""
    monkeypatch.setattr("bluehelm.store.store.MANY_ROWS", 3)


@pytest.mark.usefixtures("many")
def test_a_large_version_is_kept_by_year_and_read_like_any_other(tmp_path):
    rows = events_of([2016, 2014, 2016, 2015, 2014])
    version = publish(tmp_path, "events", rows)
    store = Store(tmp_path)
    assert [path.name for path in sorted(store.rows_path(version).iterdir())] == [
        f"{y}.parquet" for y in (2014, 2015, 2016)
    ]
    kept = store.scan(version).collect()
    assert kept.sort("event_id").equals(rows_of("events", rows).sort("event_id"))
    by_year = [part.collect()["event_id"].to_list() for part in store.scan_years(version)]
    assert by_year == [["1", "4"], ["3"], ["0", "2"]]  # in the order in which they were given
    assert store.damaged() == []


@pytest.mark.usefixtures("many")
def test_damage_to_one_year_of_a_large_version_is_found(tmp_path):
    store = Store(tmp_path)
    changed, lost = (publish(tmp_path, "events", events_of([2014, 2015, 2016])) for _ in range(2))
    year = store.rows_path(changed) / "2015.parquet"
    year.write_bytes(year.read_bytes()[:-1] + b"\0")
    (store.rows_path(lost) / "2015.parquet").unlink()
    assert [problem.split(":")[0] for problem in store.damaged()] == ["events version 1", "events version 2"]


@pytest.mark.usefixtures("many")
def test_a_large_table_without_years_stays_one_file(tmp_path):
    store = Store(tmp_path)
    version = submit(store, list("ABCDE"))
    assert store.rows_path(version).name == "rows.parquet"
    assert missions(store, version) == list("ABCDE")


def test_small_and_large_versions_stand_side_by_side(tmp_path, monkeypatch):
    store, rows = Store(tmp_path), events_of([2014, 2015, 2016])
    small = publish(tmp_path, "events", rows)
    monkeypatch.setattr("bluehelm.store.store.MANY_ROWS", 1)
    large = publish(tmp_path, "events", rows)
    assert store.rows_path(small).is_file()
    assert store.rows_path(large).is_dir()
    assert store.scan(small).collect().equals(store.scan(large).collect())
    assert [part.collect().height for part in store.scan_years(small)] == [3]


def test_rows_that_come_by_year_are_kept_as_they_come(tmp_path):
    store, frame = Store(tmp_path), rows_of("events", events_of([2014, 2015]))
    with store.scratch() as scratch:
        (scratch / "years").mkdir()
        for year in (2014, 2015):
            frame.filter(pl.col("date_start").dt.year() == year).write_parquet(scratch / "years" / f"{year}.parquet")
        nothing = pl.DataFrame(schema=NOTED_ROWS)
        kept = Submission(
            table="events",
            source=NOTE,
            rows_file=scratch / "years",
            rows=2,
            file_name="made",
            sha256="0" * 64,
            retrieved=date(2026, 1, 1),
            set_aside=nothing,
            flagged=nothing,
            reasons=(),
            flags=(),
            notes=(),
            coverage=Coverage("2014-01", "2015-12", None),
            synthetic=True,
        )
        version = store.publish(kept)
    assert store.scan(version).collect().equals(frame)
    assert store.damaged() == []


def test_a_providers_chain_is_its_own(tmp_path):
    store = Store(tmp_path)
    for number, (provider, day) in enumerate([("a", 1), ("b", 3), ("a", 2)]):
        publish(tmp_path, "events", [event(number, "2016-01-01")], provider=provider, retrieved=date(2024, 1, day))
    assert store.latest("events").provider == "b"
    assert store.latest("events", provider="a").version == 3
    assert store.latest("events", provider="a", known_on=date(2024, 1, 1)).version == 1
    assert store.latest("events", provider="c") is None
    assert [version.version for version in store.known("events")] == [1, 3, 2]


def ged_file(tmp_path, rows, name="ged.csv"):
    path = tmp_path / name
    path.write_text(ged_text([ged_row(number) for number in range(1, rows + 1)]), encoding="utf-8")
    return path


def importing(home, path):
    command = [sys.executable, "-m", "bluehelm", "--home", str(home), "import", "ucdp-ged", str(path), "--json"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_processes_that_import_at_once_each_get_a_version_of_their_own(tmp_path):
    home, path = tmp_path / "home", ged_file(tmp_path, 200)
    running = [importing(home, path) for _ in range(4)]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    store = Store(home)
    assert [version.version for version in store.versions("events")] == [1, 2, 3, 4]
    assert store.damaged() == []


def killed_imports(tmp_path, times):
    """Import a small file, then kill ``times`` imports of a larger one at random points; yield the store after each.

    An import that ends before its kill counts for nothing and shortens the clock: machines change pace under load.
    """
    home, chance = tmp_path / "home", random.Random(0)
    small, large = ged_file(tmp_path, 50, "small.csv"), ged_file(tmp_path, 20_000, "large.csv")
    assert importing(home, small).wait() == 0
    reference = tmp_path / "reference"
    shutil.copytree(home, reference)
    started = time.monotonic()
    assert importing(reference, large).wait() == 0
    whole_seconds = time.monotonic() - started
    killed = 0
    while killed < times:
        process = importing(home, large)
        try:
            process.wait(timeout=chance.uniform(0.2, 1.05) * whole_seconds)
            assert process.returncode == 0
            whole_seconds *= 0.9
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
        yield Store(home)


def check_killed_imports(tmp_path, times):
    for store in killed_imports(tmp_path, times):
        assert store.damaged() == []
        versions = store.versions("events")
        assert store.scan(versions[0]).collect().height == 50
        assert all(store.scan(version).collect().height == 20_000 for version in versions[1:])
    home = tmp_path / "home"
    assert importing(home, tmp_path / "small.csv").wait() == 0
    assert Store(home).latest("events").rows == 50
    assert list((home / "staging").iterdir()) == []


@pytest.mark.long
def test_an_import_killed_at_random_points_leaves_the_old_version_whole(tmp_path):
    check_killed_imports(tmp_path, times=8)


@pytest.mark.long
def test_a_hundred_killed_imports_leave_every_version_whole(tmp_path):
    check_killed_imports(tmp_path, times=100)


HIDDEN = VersionLabel("confidential", ("mission:UNX",))


def seen_by_others(label):
    return label != HIDDEN


def test_a_damaged_version_that_is_hidden_stops_nobody_and_is_not_named(tmp_path):
    store = Store(tmp_path)
    submit(store, ["A"])
    hidden = submit(store, ["B"])
    store.relabel(hidden, HIDDEN)
    (store.folder("missions", hidden.version) / "version.json").write_text("{broken")
    with reading_as(seen_by_others):
        assert [version.version for version in store.versions()] == [1]
        assert store.damaged() == []
    assert "cannot be read" in " ".join(store.damaged())


def test_a_lost_label_hides_the_version_and_is_damage(tmp_path):
    store = Store(tmp_path)
    version = submit(store, ["A"])
    (store.folder("missions", version.version) / "label.json").unlink()
    assert store.damaged() == ["missions version 1: label.json is missing"]
    with reading_as(lambda label: bool(label.releasable_to)):
        assert store.versions() == []


def test_reading_a_restricted_version_is_remembered_and_reading_open_data_is_not(tmp_path):
    store = Store(tmp_path)
    submit(store, ["A"])
    restricted = store.relabel(submit(store, ["B"]), HIDDEN)
    with reading_as(lambda label: True) as reading:
        for version in store.versions():
            assert store.scan(version).collect().height == 1
    assert reading.restricted == {("missions", restricted.version): HIDDEN}
