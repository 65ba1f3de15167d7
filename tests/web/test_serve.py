"""Does `bluehelm serve` start, say where it is, and end without a mess?"""

import json
import os
import signal
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bluehelm.cli import main
from bluehelm.web.serve import PortError
from tests.web.conftest import free_port, serving


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


def test_the_address_is_said_once_it_answers_and_ctrl_c_ends_it_quietly(demo_home):
    with serving(demo_home, free_port()) as served:
        assert b"UNSYM" in fetched(served.address)
        figures = json.loads(fetched(f"{served.address}missions/UNSYM/brief.json?as_of=2025-12-31"))
        assert figures["mission"] == "UNSYM"
        assert served.end() == 0
    assert "Traceback" not in "".join(served.said)
    assert served.said[-1] == "Stopped.\n"


@pytest.mark.long
def test_a_start_makes_the_records_database_and_the_key(tmp_path):
    with serving(tmp_path / "new", free_port()) as served:
        assert b"No data has been imported yet" in fetched(served.address)
    with sqlite3.connect(tmp_path / "new" / "bluehelm.sqlite3") as records:
        assert records.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert records.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)
    records.close()
    assert (tmp_path / "new" / "secret.key").is_file()


@pytest.mark.long
def test_a_taken_port_is_named_and_the_next_one_used(tmp_path):
    wanted = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", wanted))
        other.listen()
        with serving(tmp_path, wanted) as served:
            assert f"Port {wanted} is taken" in served.said[0]
            assert served.address != f"http://127.0.0.1:{wanted}/"
            assert b"Missions" in fetched(served.address)


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux lists its open sockets in a file")
def test_the_page_is_not_served_to_other_machines(tmp_path):
    with serving(tmp_path, free_port()) as served:
        port = int(served.address.rstrip("/").rsplit(":", 1)[1])
        sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        listening = [local for _, local, _, state, *_ in sockets if state == "0A"]
        assert f"0100007F:{port:04X}" in listening
        assert f"00000000:{port:04X}" not in listening


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP], ids=["told to end", "terminal closed"])
@pytest.mark.long
def test_other_ends_are_as_quiet_as_ctrl_c_and_free_the_port(tmp_path, how):
    with serving(tmp_path, free_port()) as served:
        os.kill(served.process.pid, how)
        assert served.process.wait(30) == 0
    assert "Traceback" not in "".join(served.said)
    with pytest.raises(OSError, match="refused"):
        fetched(served.address)


@pytest.mark.long
def test_a_killed_server_takes_its_workers_with_it(tmp_path):
    with serving(tmp_path, free_port()) as served:
        served.process.kill()
        served.process.wait(30)
        until = time.monotonic() + 30
        while not is_refused(served.address):
            assert time.monotonic() < until, "a worker still answers"
            time.sleep(0.2)


def is_refused(address: str) -> bool:
    """Whether nobody listens any more; a worker that is just dying resets the connection instead."""
    try:
        fetched(address)
    except urllib.error.URLError as error:
        return isinstance(error.reason, ConnectionRefusedError)
    except OSError:
        return False
    return False


def test_when_every_port_is_taken_the_refusal_says_what_to_do(tmp_path, monkeypatch, capsys):
    def all_taken(home, port, address):
        raise PortError(f"Ports {port} to {port + 10} are all taken.")

    monkeypatch.setattr("bluehelm.web.serve.serve", all_taken)
    with pytest.raises(SystemExit) as end:
        main(["--home", str(tmp_path), "serve", "--port", "8000"])
    assert end.value.code == 2
    assert "--port" in capsys.readouterr().err
