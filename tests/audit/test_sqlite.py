"""Do many writers at once make one chain, and is it read whatever state its files are in?"""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bluehelm.web.audit.chain import verify
from bluehelm.web.audit.offline import UnreadableError, links_of
from tests.audit.conftest import ENTRIES
from tests.audit.ledgers import environment, write_at_once

WRITERS, EACH = 3, 30

KILLED = """
import os, signal, django
django.setup()
from django.db import transaction
from bluehelm.web.audit.entries import append_entry
for key in "abc":
    with transaction.atomic():
        append_entry(deed="finding.raised", kind="finding", key=key, by="killed")
with transaction.atomic():
    append_entry(deed="finding.raised", kind="finding", key="d", by="killed")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def chain(database: Path, since: int = 0):
    with links_of(database, since=since) as links:
        return list(links)


def state(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_writers_at_once_make_one_chain_that_holds_whenever_it_is_read(home):
    codes = []
    writing = threading.Thread(target=lambda: codes.extend(write_at_once(home, WRITERS, EACH)))
    writing.start()
    while writing.is_alive():
        assert verify(chain(home / "bluehelm.sqlite3")).holds
        writing.join(0.1)
    assert codes == [0] * WRITERS
    found = chain(home / "bluehelm.sqlite3")
    assert len(found) == ENTRIES + WRITERS * EACH
    assert verify(found).holds
    for number in range(WRITERS):
        assert [link.key for link in found if link.by == f"writer-{number}"] == [str(place) for place in range(EACH)]


@pytest.fixture
def killed(home) -> Path:
    """The folder after a writer was killed in its fourth deed, with three kept in the write-ahead log alone."""
    ran = subprocess.run([sys.executable, "-c", KILLED], env=environment(home), check=False)
    assert ran.returncode == -signal.SIGKILL
    assert (home / "bluehelm.sqlite3-wal").stat().st_size
    return home


def test_what_a_killed_writer_kept_is_read_and_what_it_did_not_keep_is_not(killed):
    found = chain(killed / "bluehelm.sqlite3")
    assert [link.key for link in found[ENTRIES:]] == ["a", "b", "c"]
    assert verify(found).holds


def test_a_copy_with_its_log_is_read_and_left_as_it_is(killed, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("bluehelm.sqlite3", "bluehelm.sqlite3-wal"):
        shutil.copy(killed / name, copy)
    before = state(copy)
    assert len(chain(copy / "bluehelm.sqlite3")) == ENTRIES + 3
    assert state(copy) == before


def test_a_folder_at_rest_is_left_as_it_is(home):
    before = state(home)
    assert len(chain(home / "bluehelm.sqlite3")) == ENTRIES
    assert state(home) == before


def test_a_log_is_read_on_a_disk_that_cannot_be_written(killed, monkeypatch):
    """As root the disk's rights are no hindrance: SQLite is refused instead, as it is on such a disk."""
    connect = sqlite3.connect

    class Refusing:
        text_factory = None

        def execute(self, *_asked):
            raise sqlite3.OperationalError("unable to open database file")

        def close(self):
            pass

    def refuse_in_place(address, **named):
        is_in_place = address.startswith(killed.as_uri()) and address.endswith("mode=ro")
        return Refusing() if is_in_place else connect(address, **named)

    monkeypatch.setattr("bluehelm.web.audit.offline.sqlite3.connect", refuse_in_place)
    assert len(chain(killed / "bluehelm.sqlite3")) == ENTRIES + 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_read(killed):
    for file in killed.iterdir():
        file.chmod(0o444)
    killed.chmod(0o555)
    try:
        assert len(chain(killed / "bluehelm.sqlite3")) == ENTRIES + 3
    finally:
        killed.chmod(0o755)


def test_only_what_follows_a_number_is_read(home):
    found = chain(home / "bluehelm.sqlite3", since=9)
    assert [link.sequence for link in found] == [10, 11, 12]
    assert verify(found, since=9).holds


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_that_is_no_database_is_refused(tmp_path, content):
    file = tmp_path / "bluehelm.sqlite3"
    file.write_bytes(content)
    with pytest.raises(UnreadableError, match="cannot be read"):
        chain(file)


def test_a_damaged_page_is_refused_or_found(home):
    file = home / "bluehelm.sqlite3"
    content = bytearray(file.read_bytes())
    place = content.index(b"seen from the road")
    content[place - 40 : place + 40] = b"\xff" * 80
    file.write_bytes(content)
    with contextlib.suppress(UnreadableError):
        assert not verify(chain(file)).holds
