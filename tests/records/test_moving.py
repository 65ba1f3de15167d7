"""Do records move between SQLite and PostgreSQL whole, or not at all?"""

import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from tests.audit.ledgers import ROOT
from tests.records.folder import environment


@pytest.mark.long
def test_records_move_to_postgresql_and_back_equal_by_digest(home, tmp_path, say, address):
    there, back = address(), tmp_path / "back"
    back.mkdir()
    _, before = say(home, "db", "digest")
    code, moved = say(home, "db", "move", "--to", there)
    assert (code, moved["sha256"], moved["audit"]["ok"]) == (0, before["sha256"], True)
    assert moved["rows"] == before["rows"] > 100 and moved["audit"]["entries"] > 4
    _, elsewhere = say(home, "db", "digest", BLUEHELM_DATABASE=there)
    assert elsewhere["tables"] == before["tables"]
    code, returned = say(back, "db", "move", "--to", "sqlite", BLUEHELM_DATABASE=there)
    assert (code, returned["sha256"]) == (0, before["sha256"])
    assert say(back, "db", "digest")[1] == before == say(home, "db", "digest")[1]
    assert say(back, "audit", "verify")[0] == 0
    assert sorted(path.name for path in back.iterdir() if "part" in path.name) == []


@pytest.mark.long
def test_new_records_follow_those_that_were_moved(home, say, address):
    there = address()
    assert say(home, "db", "move", "--to", there)[0] == 0
    code, made = say(
        home, "posts", "organisation", "NEW", "--name", "New", "--kind", "mission", BLUEHELM_DATABASE=there
    )
    assert code == 0, made
    assert say(home, "audit", "verify", BLUEHELM_DATABASE=there)[1]["ok"]


@pytest.mark.long
def test_records_are_never_written_over_others(home, say, address):
    there = address()
    assert say(home, "db", "move", "--to", there)[0] == 0
    code, refused = say(home, "db", "move", "--to", there)
    assert (code, refused["error"]["code"]) == (2, "not_empty")
    code, refused = say(home, "db", "move", "--to", "sqlite", BLUEHELM_DATABASE=there)
    assert (code, refused["error"]["code"]) == (2, "not_empty")


@pytest.mark.long
def test_what_cannot_be_reached_or_read_is_said_without_its_password(home, say):
    for where in (
        "postgresql://u:secret7@127.0.0.1:1/none",
        "mysql://u:secret7@h/n",
        "postgresql://u:secret7@h:port/n",
    ):
        code, refused = say(home, "db", "move", "--to", where)
        assert code == 2 and "secret7" not in str(refused)
    code, refused = say(home, "tables", BLUEHELM_DATABASE="")
    assert code == 0
    code, refused = say(home / "nowhere", "db", "digest")
    assert (code, refused["error"]["code"]) == (2, "no_records")


# Stops in the middle of the copying until it is told to go on, which it never is.
STOPS = """
import sys
import django
django.setup()
from pathlib import Path
from django.conf import settings
from bluehelm.web.databases import database
from bluehelm.web.moving import move_to, move_to_file
def tell(step, done, total):
    if "findings_finding" in step:
        print("in the middle", flush=True)
        sys.stdin.readline()
to = sys.argv[1]
if to == "sqlite":
    move_to_file(Path(settings.BLUEHELM_HOME) / "bluehelm.sqlite3", tell)
else:
    move_to(database(Path(settings.BLUEHELM_HOME), to), tell)
"""


def kill_in_the_middle(home, to, **besides):
    given = environment(home, DJANGO_SETTINGS_MODULE="bluehelm.web.settings", **besides)
    process = subprocess.Popen(
        [sys.executable, "-c", STOPS, to], cwd=ROOT, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "in the middle\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()


@pytest.mark.long
def test_a_move_killed_in_the_middle_leaves_the_source_untouched_and_can_be_made_again(home, tmp_path, say, address):
    there, back = address(), tmp_path / "back"
    back.mkdir()
    _, before = say(home, "db", "digest")
    kill_in_the_middle(home, there)
    assert say(home, "db", "digest")[1] == before
    assert say(home, "db", "move", "--to", there)[0] == 0
    kill_in_the_middle(back, "sqlite", BLUEHELM_DATABASE=there)
    assert not (back / "bluehelm.sqlite3").exists()
    assert say(back, "db", "move", "--to", "sqlite", BLUEHELM_DATABASE=there)[1]["sha256"] == before["sha256"]
    assert say(home, "db", "digest", BLUEHELM_DATABASE=there)[1] == before


def test_a_row_changed_behind_the_program_s_back_changes_the_digest(home, say):
    _, before = say(home, "db", "digest")
    with sqlite3.connect(home / "bluehelm.sqlite3") as connection:
        connection.execute("UPDATE posts_post SET title = title || ' ' WHERE code = 'sym-jmac'")
    connection.close()
    _, after = say(home, "db", "digest")
    assert [one["table"] for one, other in zip(before["tables"], after["tables"], strict=True) if one != other] == [
        "posts_post"
    ]
