"""A chain made by hand, and a data folder made by the application, for the tests of the audit."""

import json
import os
import subprocess
import sys
from pathlib import Path

from bluehelm.web.audit.chain import BEGUN, Link, beginning, linked

ROOT = Path(__file__).resolve().parents[2]

# Writes entries as the application does: each in a transaction of its own.
WRITER = """
import sys
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from django.db import transaction
from bluehelm.web.audit.entries import append_entry
name, count, gate = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if gate:
    print("ready", flush=True)
    sys.stdin.readline()
else:
    call_command("migrate", interactive=False, verbosity=0)
for number in range(count):
    with transaction.atomic():
        append_entry(deed="finding.raised", kind="finding", key=str(number), by=name, reason="seen from the road")
"""


def link(sequence: int, previous_hash: str, **said: object) -> Link:
    written = {
        "at": f"2026-11-21T08:00:00.{sequence:06d}Z",
        "deed": "finding.raised",
        "by": "analyst",
        "post": "JMAC-1",
        "kind": "finding",
        "key": str(sequence),
        "detail": '{"changed":["state"]}',
        "reason": "seen from the road",
        "marking": 1,
        "audience": "mission:UNXX",
        "nonce": "00" * 16,
    }
    return linked(Link(sequence=sequence, previous_hash=previous_hash, **(written | said)))


def ledger(length: int, name: str = "ab" * 16, **said: object) -> list[Link]:
    """A chain of this length that holds."""
    begun = link(1, beginning(name), deed=BEGUN, kind="ledger", key=name, by="system:audit", marking=0, audience="")
    chain = [begun]
    while len(chain) < length:
        chain.append(link(len(chain) + 1, chain[-1].hash, **said))
    return chain[:length]


def environment(home: Path, **besides: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}
    settings = {
        "DJANGO_SETTINGS_MODULE": "bluehelm.web.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    return {**kept, **settings, "BLUEHELM_HOME": str(home), **besides}


def write_entries(home: Path, count: int, **besides: str) -> Path:
    """A data folder with so many entries after the first; returns its database."""
    home.mkdir(exist_ok=True)
    words = [sys.executable, "-c", WRITER, "analyst", str(count), ""]
    subprocess.run(words, env=environment(home, **besides), check=True)
    return home / "bluehelm.sqlite3"


def write_at_once(home: Path, writers: int, each: int, **besides: str) -> list[int]:
    """Let so many processes write at the same time into a folder that is ready; returns their exit codes."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, f"writer-{number}", str(each), "gate"],
            env=environment(home, **besides),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(writers)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    codes = [process.wait() for process in processes]
    for process in processes:
        process.stdin.close()
        process.stdout.close()
    return codes


def command(home: Path, *words: object, **besides: str) -> subprocess.CompletedProcess[str]:
    """A command of the program, as a person gives it."""
    given = environment(home, **besides)
    if "DJANGO_SETTINGS_MODULE" not in besides:
        del given["DJANGO_SETTINGS_MODULE"]
    spoken = [sys.executable, "-m", "bluehelm", "--home", str(home), "audit", *map(str, words)]
    return subprocess.run(spoken, env=given, capture_output=True, text=True, check=False)


# Django keeps to one data folder a process, so that commands which open the records run in another; several in one.
COMMANDS = """
import contextlib, io, json, sys
from bluehelm.cli import main
for words in json.loads(sys.argv[2]):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            main(["--home", sys.argv[1], "audit", *words])
        except SystemExit as ended:
            code = ended.code
    print(json.dumps([code, said.getvalue()]))
"""


def commands(home: Path, *many: list[object]) -> list[tuple[int, str]]:
    """The exit code and the answer of each command, given one after another in one process."""
    given = environment(home)
    del given["DJANGO_SETTINGS_MODULE"]
    words = json.dumps([[str(word) for word in each] for each in many])
    spoken = [sys.executable, "-c", COMMANDS, str(home), words]
    ran = subprocess.run(spoken, env=given, stdout=subprocess.PIPE, text=True, check=True)
    return [tuple(json.loads(line)) for line in ran.stdout.splitlines()]
