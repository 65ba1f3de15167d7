"""Do twenty people write at once without an error, and is nothing lost that was acknowledged when a server dies?"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.audit.ledgers import ROOT
from tests.records.folder import environment
from tests.web.conftest import free_port, serving

PROCESSES, THREADS, EACH = 4, 5, 10  # twenty writers
KILLS = 100


def settings_of(home, **besides):
    return environment(home, DJANGO_SETTINGS_MODULE="bluehelm.web.settings", **besides)


def counted(home, **besides):
    """How many findings there are, by their titles, and what a walk along the audit says."""
    program = """
import django, json
django.setup()
from bluehelm.web.findings.models import Finding
from bluehelm.web.moving import audit_of
verdict = audit_of("default")
print(json.dumps([list(Finding.objects.values_list("title", flat=True)), verdict.entries, verdict.holds]))
"""
    return json.loads(ran(program, home, besides))


def ran(program, home, besides):
    """What a program of its own says, with the application's settings on a folder."""
    words, given = [sys.executable, "-c", program], settings_of(home, **besides)
    done = subprocess.run(words, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.long
@pytest.mark.parametrize("kept_in", ["sqlite", "postgresql"])
def test_twenty_writers_at_once_meet_no_error_and_lose_nothing(home, say, address, kept_in):
    besides = {}
    if kept_in == "postgresql":
        besides = {"BLUEHELM_DATABASE": address()}
        assert say(home, "db", "move", "--to", besides["BLUEHELM_DATABASE"])[0] == 0
    before, entries, _ = counted(home, **besides)
    words = [sys.executable, "-m", "tests.records.writers", "at-once", str(THREADS), str(EACH)]
    running = [
        subprocess.Popen(words, cwd=ROOT, env=settings_of(home, **besides), stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    said = [line for process in running for line in process.communicate()[0].splitlines()]
    assert [line for line in said if not line.isdigit()] == []
    assert len(set(said)) == PROCESSES * THREADS * EACH
    after, more, holds = counted(home, **besides)
    assert len(after) == len(set(after)) == len(before) + PROCESSES * THREADS * EACH
    assert (more, holds) == (entries + PROCESSES * THREADS * EACH, True)


def signed_in(home, **besides):
    """The cookie of a session of the analyst, as the application makes one."""
    program = """
import django
django.setup()
from django.conf import settings
from django.test import Client
from bluehelm.web.accounts.models import User
client = Client()
client.force_login(User.objects.get(username="sym-jmac"))
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""
    return ran(program, home, besides).strip()


TOKEN = "a" * 32


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given):
        return None


def write_by_form(address: str, session: str, title: str) -> bool:
    """Send the form of a new finding; True when the server acknowledged it, False when it died before."""
    fields = {
        "title": title, "statement": "Seen from the road.", "evidence": "document: D", "domain": "protection",
        "severity": "high", "confidence": "moderate", "mission": "UNSYM", "marking": "0", "audience": "mission:UNSYM",
        "csrfmiddlewaretoken": TOKEN, "acting_post": "sym-jmac",
    }  # fmt: skip
    headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}
    asked = urllib.request.Request(f"{address}findings/new/", urllib.parse.urlencode(fields).encode(), headers)
    try:
        answer = urllib.request.build_opener(NoRedirect).open(asked, timeout=30)
        raise AssertionError(f"the form was answered {answer.status}: {answer.read()[:3000]!r}")
    except urllib.error.HTTPError as error:
        with error:
            assert error.code == 302, (error.code, error.read()[:3000])
            return bool(re.fullmatch(r"/findings/\d+/", error.headers.get("Location", "")))  # cut off: not acknowledged
    except (OSError, EOFError, ValueError) as error:
        if isinstance(error, AssertionError):
            raise
        return False
    except Exception as error:  # an answer cut off by the kill
        assert type(error).__module__ == "http.client", error
        return False


def writing(address, session, acknowledged, stopping, name):
    number = 0
    while not stopping.is_set():
        title = f"{name}-{number}"
        number += 1
        if write_by_form(address, session, title):
            acknowledged.append(title)
        else:
            time.sleep(0.01)


@pytest.mark.long
@pytest.mark.parametrize(("kept_in", "kills"), [("sqlite", KILLS), ("postgresql", 20)])
def test_a_server_killed_again_and_again_loses_no_acknowledged_write(home, say, address, kept_in, kills):
    """The application is loaded once and forked for each life, so that a hundred deaths take seconds."""
    besides = {"BLUEHELM_SECRET_KEY": "k" * 50}
    if kept_in == "postgresql":
        besides["BLUEHELM_DATABASE"] = address()
        assert say(home, "db", "move", "--to", besides["BLUEHELM_DATABASE"])[0] == 0
    session, port = signed_in(home, **besides), free_port()
    before, _, _ = counted(home, **besides)
    words = [sys.executable, "-m", "tests.records.writers", "serve", str(port)]
    given = settings_of(home, TEST_SESSION=session, **besides)
    loaded = subprocess.Popen(words, cwd=ROOT, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    acknowledged: list[str] = []
    stopping, chance = threading.Event(), random.Random(0)
    given = (f"http://127.0.0.1:{port}/", session, acknowledged, stopping)
    people = [threading.Thread(target=writing, args=(*given, f"person {number}")) for number in range(4)]
    for person in people:
        person.start()
    try:
        for _ in range(kills):
            loaded.stdin.write("again\n")
            loaded.stdin.flush()
            server, reached = int(loaded.stdout.readline()), len(acknowledged)
            until = time.monotonic() + 30
            while len(acknowledged) == reached and time.monotonic() < until:
                time.sleep(0.002)
            time.sleep(chance.random() * 0.05)
            os.kill(server, signal.SIGKILL)
    finally:
        stopping.set()
        for person in people:
            person.join()
        loaded.stdin.close()
        loaded.wait(30)
        loaded.stdout.close()
    after, _, holds = counted(home, **besides)
    assert len(acknowledged) >= kills
    assert set(acknowledged) <= set(after), "an acknowledged write is not there"
    assert len(after) == len(set(after)) and set(before) <= set(after)
    assert holds
    print(f"{kept_in}: {kills} kills, {len(acknowledged)} acknowledged, {len(after) - len(before)} kept")


LIVES = int(os.environ.get("BLUEHELM_TEST_LIVES", "3"))
"""How often the server as people start it is killed: a start takes seconds of both cores. A hundred on demand."""


@pytest.mark.long
@pytest.mark.parametrize("kept_in", ["sqlite", "postgresql"])
def test_the_server_as_people_start_it_loses_no_acknowledged_write_when_killed(home, say, address, kept_in):
    """The same with every process of `bluehelm serve`, which takes seconds to start: fewer times."""
    besides = {"BLUEHELM_SECRET_KEY": "k" * 50}
    if kept_in == "postgresql":
        besides["BLUEHELM_DATABASE"] = address()
        assert say(home, "db", "move", "--to", besides["BLUEHELM_DATABASE"])[0] == 0
    session, acknowledged, chance = signed_in(home, **besides), [], random.Random(0)
    before, _, _ = counted(home, **besides)
    lives = LIVES if kept_in == "sqlite" else max(1, LIVES // 5)
    for life in range(lives):
        stopping = threading.Event()
        with serving(home, free_port(), **besides) as served:
            given = (served.address, session, acknowledged, stopping)
            people = [threading.Thread(target=writing, args=(*given, f"life {life} person {n}")) for n in range(4)]
            for person in people:
                person.start()
            until, reached = time.monotonic() + 60, len(acknowledged) + 3
            while len(acknowledged) < reached and time.monotonic() < until:
                time.sleep(0.002)
            time.sleep(chance.random() * 0.05)
            os.killpg(served.process.pid, signal.SIGKILL)
            served.process.wait(30)
            stopping.set()
            for person in people:
                person.join()
    after, _, holds = counted(home, **besides)
    assert len(acknowledged) >= 3 * lives and set(acknowledged) <= set(after) and holds
    assert len(after) == len(set(after)) and set(before) <= set(after)
    print(f"{kept_in}: {lives} kills, {len(acknowledged)} acknowledged, {len(after) - len(before)} kept")


OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.long
@pytest.mark.parametrize("kept_in", ["sqlite", "postgresql"])
def test_load_beyond_the_server_s_threads_waits_and_is_not_an_error(home, say, address, kept_in):
    """Twenty people write over HTTP to eight threads: everybody is answered, nothing is lost, connections are few."""
    besides = {"BLUEHELM_SECRET_KEY": "k" * 50}
    if kept_in == "postgresql":
        besides["BLUEHELM_DATABASE"] = address()
        assert say(home, "db", "move", "--to", besides["BLUEHELM_DATABASE"])[0] == 0
    session, answered = signed_in(home, **besides), []
    before, _, _ = counted(home, **besides)
    with serving(home, free_port(), **besides) as served:

        def write(name):
            answered.extend(write_by_form(served.address, session, f"{name}-{number}") for number in range(5))

        people = [threading.Thread(target=write, args=(f"person {number}",)) for number in range(20)]
        for person in people:
            person.start()
        most = connections_while(people, besides.get("BLUEHELM_DATABASE"))
        for person in people:
            person.join()
    after, _, holds = counted(home, **besides)
    assert answered == [True] * 100 and len(after) == len(set(after)) == len(before) + 100 and holds
    assert most <= 12  # eight threads that answer, two that do jobs, each with one that says it is alive


def connections_while(people, there) -> int:
    """The most connections that the server had to a PostgreSQL while people wrote; none where there is none."""
    if there is None:
        return 0
    import psycopg

    most = 0
    with psycopg.connect(there, autocommit=True) as watching:
        while any(person.is_alive() for person in people):
            most = max(most, watching.execute(OTHERS).fetchone()[0])
            time.sleep(0.05)
    assert most >= 1
    return most
