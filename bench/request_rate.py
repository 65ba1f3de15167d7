"""What do markings and the audit cost a page under load?

    python -m bench.request_rate

The real server, two processes of four threads, answers the same address over HTTP with markings and audit as they are
and with both taken out, in turn in one run: requests a second, and the time that 99 of 100 stay under. A page of a
ledger of 2,000 findings, a third of them confidential, is asked for by eight programs at once, by people signed in
(every read noted when it is first made) and by a program with a token. Appended to bench/request_rate.csv.
"""

import csv
import http.client
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bluehelm.workflows.clock import today

HISTORY = Path(__file__).with_name("request_rate.csv")
COLUMNS = (
    "date", "commit", "address", "asker", "with_a_second", "without_a_second", "ratio", "with_p50_ms", "with_p99_ms",
    "without_p99_ms", "asked", "errors",
)  # fmt: skip
ADDRESSES = ("/findings/", "/api/findings/?limit=50", "/findings/7/", "/api/findings/7/")
FINDINGS, ASKERS, SECONDS, TURNS = 2_000, 8, 4.0, 3
LEAST = 0.5
"""With both, at least this share of the rate without."""


def bare() -> object:
    """The application with markings and audit taken out: every reader reads all, and no read is noted."""
    from bluehelm.web import serve

    made = serve.application()
    from django.db.models import Q

    import bluehelm.web.audit.reads as reads
    import bluehelm.web.findings.reads as of_findings
    import bluehelm.web.findings.views as views
    import bluehelm.web.posts.marked as marked
    import bluehelm.web.posts.middleware as middleware

    def everything(_reader: object) -> Q:
        return Q()

    def nothing(**_given: object) -> None:
        return None

    marked.readable = everything
    for module in (of_findings, views, reads):
        if hasattr(module, "readable"):
            module.readable = everything
    for module in (reads, views, middleware):
        if hasattr(module, "append_read"):
            module.append_read = nothing
    return made


def _serve(home: str, port: str, target: str) -> None:
    """One server, until it is ended."""
    os.environ |= {"BLUEHELM_HOME": home, "DJANGO_SETTINGS_MODULE": "bluehelm.web.settings"}
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from bluehelm.web.serve import THREADS, WORKERS

    multiprocessing.set_start_method("spawn", force=True)
    Granian(
        target, factory=True, address="127.0.0.1", port=int(port), interface=Interfaces.WSGI, workers=WORKERS,
        blocking_threads=THREADS, websockets=False, log_level=LogLevels.error,
    ).serve()  # fmt: skip


def _fill(home: str) -> None:
    """The ledger, and how to ask for it: prints the cookie of a session and a token."""
    from bluehelm.web.records import open_records

    open_records(Path(home))
    from datetime import date

    from django.conf import settings
    from django.test import Client

    from bluehelm.disclosure import Label, Marking
    from bluehelm.spine import RecordRef
    from bluehelm.web.accounts.models import User
    from bluehelm.web.accounts.tokens import make_token
    from bluehelm.web.findings import actions
    from bluehelm.web.posts.acting import actor_for_command
    from bluehelm.web.posts.models import Occupancy, Organisation, Post

    house = Organisation.objects.create(code="UNSYM", name="Mission", kind="mission")
    post = Post.objects.create(
        code="desk", title="Desk", role="analyst", organisation=house, mission="UNSYM", component="staff",
        section="JMAC", clearance=2,
    )  # fmt: skip
    person = User.objects.create_user("desk", "desk@example.org")
    Occupancy.objects.create(post=post, person=person, from_on=date(2020, 1, 1))
    by = actor_for_command("desk")
    for number in range(FINDINGS):
        texts = actions.Texts(f"Finding {number}", "Seen.", "protection", "high", "high", "UNSYM")
        marking = Marking.CONFIDENTIAL if number % 3 == 0 else Marking.UNCLASSIFIED
        label = Label(marking, frozenset({"mission:UNSYM"}))
        actions.raise_finding(texts=texts, evidence=(RecordRef("document", "D"),), label=label, by=by)
    _, secret = make_token(owner=person, name="bench", post=post, scopes=["read:finding"], days=1)
    client = Client()
    client.force_login(person)
    print(client.cookies[settings.SESSION_COOKIE_NAME].value, secret)


@dataclass
class Load:
    """What eight askers met in some seconds."""

    seconds: float
    times: list[float]
    errors: int

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds


def _ask(port: int, path: str, headers: dict[str, str], until: float, times: list[float], errors: list[int]) -> None:
    there = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.perf_counter() < until:
        began = time.perf_counter()
        there.request("GET", path, headers=headers)
        answer = there.getresponse()
        answer.read()
        times.append(time.perf_counter() - began)
        if answer.status != 200:
            errors.append(answer.status)
    there.close()


def load(port: int, path: str, headers: dict[str, str], seconds: float = SECONDS) -> Load:
    times: list[float] = []
    errors: list[int] = []
    began = time.perf_counter()
    given = (port, path, headers, began + seconds, times, errors)
    asking = [threading.Thread(target=_ask, args=given) for _ in range(ASKERS)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    return Load(time.perf_counter() - began, times, len(errors))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        given = {**os.environ, "BLUEHELM_SECRET_KEY": "k" * 50, "BLUEHELM_TOKEN_REQUESTS_A_MINUTE": "1000000000"}
        this = [sys.executable, "-m", "bench.request_rate"]
        said = subprocess.run([*this, "fill", folder], check=True, capture_output=True, text=True, env=given).stdout
        cookie, secret = said.split()[-2:]
        ways = {"session": {"Cookie": f"sessionid={cookie}"}, "token": {"Authorization": f"Bearer {secret}"}}
        targets = {_free(): "bluehelm.web.serve:application", _free(): "bench.request_rate:bare"}
        running = [
            subprocess.Popen([*this, "serve", folder, f"{port}", what], env=given) for port, what in targets.items()
        ]
        try:
            with_both, without = targets
            for port in targets:
                _wait_for(port)
            rows = [_compared(with_both, without, path, way, ways[way]) for path in ADDRESSES
                    for way in ways if way == "session" or path.startswith("/api")]  # fmt: skip
        finally:
            for server in running:
                server.terminate()
            for server in running:
                server.wait(30)
    _keep(rows)
    return 0 if all(row["ratio"] >= LEAST and not row["errors"] for row in rows) else 1


def _compared(with_both: int, without: int, path: str, way: str, headers: dict[str, str]) -> dict[str, object]:
    for port in (with_both, without):
        load(port, path, headers, 1.0)  # all is loaded, and first reads are noted
    pairs = [(load(with_both, path, headers), load(without, path, headers)) for _ in range(TURNS)]
    times, bare_times = ([time for pair in pairs for time in pair[which].times] for which in (0, 1))
    row: dict[str, object] = {
        "date": today().isoformat(),
        "commit": _commit(),
        "address": path,
        "asker": way,
        "with_a_second": round(median(one.rate for one, _ in pairs), 1),
        "without_a_second": round(median(one.rate for _, one in pairs), 1),
        "ratio": round(median(one.rate / other.rate for one, other in pairs), 3),
        "with_p50_ms": round(_at(times, 0.5) * 1000, 1),
        "with_p99_ms": round(_at(times, 0.99) * 1000, 1),
        "without_p99_ms": round(_at(bare_times, 0.99) * 1000, 1),
        "asked": len(times) + len(bare_times),
        "errors": sum(one.errors + other.errors for one, other in pairs),
    }
    print("  ".join(f"{name} {row[name]}" for name in COLUMNS[2:]), flush=True)
    return row


def _at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _keep(rows: list[dict[str, object]]) -> None:
    is_new = not HISTORY.exists()
    with HISTORY.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerows(rows)


def _commit() -> str:
    words = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def _free() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            there = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            there.request("GET", "/healthz")
            if there.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server does not answer.")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", home]:
            _fill(home)
        case ["serve", home, port, target]:
            _serve(home, port, target)
        case _:
            sys.exit(main())
