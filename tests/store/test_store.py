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
from bluehelm.store import Store, StoreError, Submission
from bluehelm.tables import MISSIONS
from bluehelm.tables.provenance import Coverage, Reason, SourceNote
from tests.ged_rows import ged_row, ged_text

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


def test_an_import_killed_at_random_points_leaves_the_old_version_whole(tmp_path):
    check_killed_imports(tmp_path, times=8)


@pytest.mark.long
def test_a_hundred_killed_imports_leave_every_version_whole(tmp_path):
    check_killed_imports(tmp_path, times=100)
