"""Is what was backed up what is restored, and is anything else refused before a byte is written?"""

import hashlib
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

OUTSIDE = {"secret.key", "audit.key", "fields.keys", "records.lock", "store.lock", "secret.key.lock"}


def files_of(home: Path) -> dict[str, str]:
    """Every file beside the records and the keys, by its digest."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.name not in OUTSIDE and not path.name.startswith("bluehelm.sqlite3")
    }


@pytest.fixture(scope="module")
def backed_up(built, tmp_path_factory):
    """A backup, made in this process's own right."""
    from tests.records.conftest import given

    home = Path(shutil.copytree(built, tmp_path_factory.mktemp("source") / "home"))
    (home / "secret.key").write_text("never to be copied")
    out = home.parent / "backup.zip"
    code, answer = given(home, "backup", out)
    assert code == 0, answer
    return home, out, answer


@pytest.mark.long
def test_a_restored_folder_equals_the_original_by_digest(backed_up, tmp_path, say):
    home, out, made = backed_up
    again = tmp_path / "again"
    code, restored = say(again, "restore", out, "--sha256", made["sha256"])
    assert code == 0, restored
    assert say(again, "db", "digest")[1] == say(home, "db", "digest")[1]
    assert restored["records"] == made["records"]
    assert files_of(again) == files_of(home) and len(files_of(home)) > 3
    assert say(again, "audit", "verify")[0] == 0
    assert say(again, "tables", "--verify")[0] in (0, 1)  # raw files of made-up versions are not there in either
    assert not list(again.glob("*part*")) and not list(tmp_path.glob(".*"))


def test_keys_are_outside_and_it_says_so(backed_up):
    _, out, made = backed_up
    assert made["left_out"] == ["secret.key"]
    assert b"never to be copied" not in out.read_bytes()
    with zipfile.ZipFile(out) as archive:
        assert not OUTSIDE & set(archive.namelist())


def damaged(out: Path, target: Path, how: str) -> Path:
    """A copy of a backup that something happened to."""
    content = out.read_bytes()
    if how == "cut off":
        target.write_bytes(content[: len(content) * 2 // 3])
    elif how == "empty":
        target.write_bytes(b"")
    elif how == "a byte turned":
        place = len(content) // 3
        target.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    else:
        with zipfile.ZipFile(out) as whole, zipfile.ZipFile(target, "w") as altered:
            for name in whole.namelist():
                kept = whole.read(name)
                if how == "a row altered" and name.endswith("sqlite3"):
                    kept = kept.replace(b"Resolution 1", b"Resolution 2")
                if how == "a file taken out" and name.endswith("label.json"):
                    continue
                altered.writestr(name, kept)
            if how == "a file put in":
                altered.writestr("definitions/more.yaml", "title: x")
            if how == "a file put outside":
                altered.writestr("../../outside.txt", "x")
    return target


DAMAGES = [
    "cut off", "empty", "a byte turned", "a row altered", "a file taken out", "a file put in", "a file put outside",
]  # fmt: skip


@pytest.mark.parametrize("how", DAMAGES)
def test_what_was_cut_off_or_altered_is_refused_and_nothing_is_written(backed_up, tmp_path, how):
    from bluehelm.web.backup import BackupError, check, restore

    _, out, _ = backed_up
    copy = damaged(out, tmp_path / "copy.zip", how)
    assert copy.read_bytes() != out.read_bytes()
    with pytest.raises(BackupError) as refused:
        check(copy)
    assert refused.value.code == "damaged"
    with pytest.raises(BackupError):
        restore(copy, tmp_path / "again", lambda *_: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.zip"]


def test_every_byte_of_a_small_backup_counts(tmp_path):
    """Whatever byte of a member is turned, the check says no; a turned byte that no reader sees changes nothing."""
    from bluehelm.web.backup import BackupError, check

    out = tmp_path / "small.zip"
    content = {"a.txt": b"persons", "tables/b.txt": b"x" * 40}
    listed = {name: {"sha256": hashlib.sha256(text).hexdigest(), "bytes": len(text)} for name, text in content.items()}
    manifest = {
        "format": 1,
        "release": "0",
        "records": {"sha256": "", "audit_entries": 0},
        "left_out": [],
        "files": listed,
    }
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in content.items():
            archive.writestr(name, text)
        archive.writestr("manifest.json", json.dumps(manifest))
    whole, refused = out.read_bytes(), 0
    assert check(out) == manifest
    for place in range(len(whole)):
        out.write_bytes(whole[:place] + bytes([whole[place] ^ 0x11]) + whole[place + 1 :])
        try:
            found = check(out)
        except BackupError:
            refused += 1
        else:
            with zipfile.ZipFile(out) as archive:
                assert {name: archive.read(name) for name in found["files"]} == content
    assert refused > len(whole) // 2


def test_restoring_into_a_folder_that_is_not_empty_and_over_a_file_is_refused(backed_up, tmp_path, say):
    home, out, _ = backed_up
    before = files_of(home)
    code, refused = say(home, "restore", out)
    assert (code, refused["error"]["code"]) == (2, "not_empty")
    assert files_of(home) == before
    code, refused = say(home, "backup", out)
    assert (code, refused["error"]["code"]) == (2, "exists")
    code, refused = say(home, "backup", home / "inside.zip")
    assert (code, refused["error"]["code"]) == (2, "inside")
    code, refused = say(tmp_path / "x", "restore", out, "--sha256", "00")
    assert (code, refused["error"]["code"]) == (2, "other_file")


@pytest.mark.long
def test_records_on_postgresql_are_backed_up_and_restored_alike(home, tmp_path, say, address):
    first, second = address(), address()
    assert say(home, "db", "move", "--to", first)[0] == 0
    (home / "bluehelm.sqlite3").unlink()
    out, again, plain = tmp_path / "b.zip", tmp_path / "again", tmp_path / "plain"
    code, made = say(home, "backup", out, BLUEHELM_DATABASE=first)
    assert code == 0, made
    code, restored = say(again, "restore", out, BLUEHELM_DATABASE=second)
    assert (code, restored["records"]) == (0, made["records"])
    assert not (again / "bluehelm.sqlite3").exists()
    assert say(again, "db", "digest", BLUEHELM_DATABASE=second)[1]["sha256"] == made["records"]["sha256"]
    assert say(plain, "restore", out)[0] == 0
    assert say(plain, "db", "digest")[1]["sha256"] == made["records"]["sha256"]
    code, refused = say(tmp_path / "third", "restore", out, BLUEHELM_DATABASE=second)
    assert (code, refused["error"]["code"]) == (2, "not_empty")
    assert not (tmp_path / "third").exists()


KEPT = Path(__file__).with_name("release_0_1_0.zip")


def rolled_back(home: Path, app: str, table: str) -> None:
    """Records as they were before an application had its table."""
    with sqlite3.connect(home / "bluehelm.sqlite3") as connection:
        connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM django_migrations WHERE app = ?", [app])
    connection.close()


@pytest.mark.long
def test_an_upgrade_backs_up_first_and_the_backup_restores_the_earlier_release(home, tmp_path, say):
    rolled_back(home, "disclosure", "disclosure_release")
    _, before = say(home, "db", "digest")
    code, refused = say(home, "posts", "list")
    assert (code, refused["error"]["code"]) == (2, "earlier_release")
    assert say(home, "db", "digest")[1] == before, "no command brings records up in passing"
    code, answer = say(home, "upgrade", "--backup", tmp_path / "before.zip")
    assert (code, answer["upgraded"], answer["audit"]["ok"]) == (0, ["disclosure 0001_release"], True)
    assert answer["backup"]["records"]["sha256"] == before["sha256"]
    code, posts = say(home, "posts", "list")
    assert code == 0 and len(posts["posts"]) > 10
    assert say(home, "upgrade")[1]["upgraded"] == []
    earlier = tmp_path / "earlier"
    assert say(earlier, "restore", tmp_path / "before.zip")[0] == 0
    assert say(earlier, "db", "digest")[1] == before


@pytest.mark.long
def test_a_data_folder_of_the_previous_release_is_restored_and_upgraded(tmp_path, say):
    home = tmp_path / "home"
    code, restored = say(home, "restore", KEPT)
    assert (code, restored["release"]) == (0, "0.1.0")
    code, answer = say(home, "upgrade", "--backup", tmp_path / "before.zip")
    assert code == 0, answer
    assert say(home, "audit", "verify")[1]["ok"]
    code, found = say(home, "--as", "sym-jmac", "findings", "list", "--state", "all")
    assert code == 0 and len(found["findings"]) == 2
    assert say(home, "--as", "hq-forces", "disclosure", "log")[1]["releases"][0]["by"] == "mission, sex"
