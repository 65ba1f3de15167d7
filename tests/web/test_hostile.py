"""Is everything that is sent with ill will refused, without a change, a trace of the program or a secret?"""

import hashlib
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client

from bluehelm.disclosure import Label, Marking
from bluehelm.spine import RecordRef
from bluehelm.web.accounts.models import ApiToken, User
from bluehelm.web.digests import digests
from bluehelm.web.findings import actions as findings
from tests.web.cast import make_cast
from tests.web.hostile import Attempt, attempts
from tests.web.test_every_address import plant_pledge, register

pytestmark = pytest.mark.django_db
CANARY = "zq8-hidden"
NOTED = re.compile(r"^(audit|axes|django_session|usersessions|cache|accounts_apitoken)")
"""Tables that note that somebody asked, and when."""
TRACES = re.compile(
    r"Traceback|site-packages|/src/bluehelm/|File \"|django\.|sqlite3|psycopg|OperationalError|secret\.key|DEBUG"
)
A_FAMILY = 2
"""Attempts of each family in the quick sample."""


@pytest.fixture
def folder(settings, tmp_path, demo_home):
    import shutil

    settings.BLUEHELM_HOME = tmp_path / "home"
    shutil.copytree(demo_home, settings.BLUEHELM_HOME)
    cast = make_cast()
    register(cast)
    plant_pledge(cast)
    texts = findings.Texts(f"{CANARY} title", f"{CANARY} text", "protection", "high", "high", "UNSYM")
    label = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
    findings.raise_finding(texts=texts, evidence=(RecordRef("document", "D"),), label=label, by=cast["sym-jmac"])
    return settings.BLUEHELM_HOME


def state_of(folder: Path) -> tuple:
    """What must not change: the rows of every table of records, and every file."""
    rows = {one.table: (one.rows, one.sha256) for one in digests("default") if not NOTED.match(one.table)}
    files = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return rows, files


def changed(before: tuple, now: tuple) -> list[str]:
    """The tables and files that are not as they were."""
    return [
        name for old, new in zip(before, now, strict=True) for name in {*old, *new} if old.get(name) != new.get(name)
    ]


class Sender:
    """Sends attempts, each as its person, with a client that a person keeps."""

    def __init__(self) -> None:
        self.clients: dict[tuple[str, bool], Client] = {}

    def client(self, attempt: Attempt) -> Client:
        key = (attempt.who, attempt.checks_key)
        if key not in self.clients:
            made = Client(enforce_csrf_checks=attempt.checks_key, raise_request_exception=False)
            made.force_login(User.objects.get(username=attempt.who))
            self.clients[key] = made
        return self.clients[key]

    def send(self, attempt: Attempt):
        more = {"headers": attempt.headers}
        if attempt.content_type:
            more["content_type"] = attempt.content_type
        client = self.client(attempt)
        if attempt.method == "get":
            return client.get(attempt.url, headers=attempt.headers)
        if attempt.length:
            more["CONTENT_LENGTH"] = attempt.length
        if isinstance(attempt.data, bytes):
            return client.generic("POST", attempt.url, attempt.data, **more)
        return client.post(attempt.url, attempt.data, **more)


def secrets() -> list[str]:
    """What no answer may hold."""
    hashes = [one for one in User.objects.values_list("password", flat=True) if one]
    return [configured.SECRET_KEY, CANARY, *hashes, *ApiToken.objects.values_list("digest", flat=True), "root:x:0"]


def wrong_with(answer, known: list[str]) -> str:
    """What is not as it must be in an answer; empty when all is."""
    if not 400 <= answer.status_code < 500:
        return f"{answer.status_code} {answer.headers.get('Location', '')}"
    said = f"{answer.headers} {answer.content.decode('utf-8', 'replace')}"
    if traces := TRACES.search(said):
        return f"a trace of the program: {traces.group()}"
    if any(secret in said for secret in known):
        return "a secret"
    if "html" in answer.headers.get("Content-Type", "") and ("<script>alert" in said or "onerror=alert(1)>" in said):
        return "markup that was sent"
    return ""


def tried(folder: Path, chosen: list[Attempt]) -> tuple[list[str], Counter]:
    sender, known, wrong = Sender(), secrets(), []
    sender.send(Attempt("warm", "get", "/"))  # what is made at the first request of all
    for attempt in chosen:
        sender.client(attempt)  # signing in is a change of its own
    before = state_of(folder)
    for number, attempt in enumerate(chosen):
        if found := wrong_with(sender.send(attempt), known):
            wrong.append(f"{found} <- {attempt}")
        if number % 50 == 49 or attempt is chosen[-1]:
            now = state_of(folder)
            wrong += [f"changed by {number}: {name}" for name in changed(before, now)]
            before = now
    return wrong, Counter(attempt.family.split(",")[0] for attempt in chosen)


def test_a_sample_of_hostile_input_is_refused_and_changes_nothing(folder):
    by_family: dict[str, list[Attempt]] = {}
    for attempt in attempts():
        by_family.setdefault(attempt.family.split(",")[0], []).append(attempt)
    chance = random.Random(0)
    chosen = [one for each in by_family.values() for one in chance.sample(each, min(A_FAMILY, len(each)))]
    wrong, counted = tried(folder, chosen)
    assert wrong == [] and len(counted) >= 8


@pytest.mark.long
def test_a_thousand_hostile_inputs_are_refused_and_change_nothing(folder):
    chosen = attempts()
    wrong, counted = tried(folder, chosen)
    print(len(chosen), dict(counted))
    assert wrong == [] and len(chosen) >= 1000
