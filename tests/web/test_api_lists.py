"""Do programs get lists a part at a time, as CSV, and not at all where they have them already?"""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bluehelm.disclosure import Label, Marking
from bluehelm.products.cells import unescaped
from bluehelm.spine import RecordRef
from bluehelm.web.accounts.tokens import make_token
from bluehelm.web.api.described import ANSWERS
from bluehelm.web.api.listed import MOST
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings import actions
from tests.web.cast import make_cast
from tests.web.walk import PAGES, QUERY

pytestmark = pytest.mark.django_db
LEDGER = "/api/findings/?sort=newest"


@pytest.fixture
def cast(demo):
    return make_cast()


def raised(by, title: str, to: str = "mission:UNSYM", marking: Marking = Marking.UNCLASSIFIED):
    texts = actions.Texts(title, "Seen from the road.", "protection", "high", "moderate", "UNSYM")
    label = Label(marking, frozenset({to}))
    return actions.raise_finding(texts=texts, evidence=(RecordRef("document", "D"),), label=label, by=by)


def program(actor, *scopes: str) -> Client:
    """A client that shows a token of the actor's, and keeps no session."""
    from bluehelm.web.accounts.models import User

    owner = User.objects.get(username=actor.account)
    _token, secret = make_token(owner=owner, name="program", post=actor.post, scopes=scopes, days=1)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def walked(client, url: str) -> list:
    """All rows, one part after the other, as Link leads."""
    rows, said = [], client.get(url)
    while True:
        assert said.status_code == 200, said.content
        rows += said.json()["findings"]
        if "Link" not in said.headers:
            assert said.json()["next_cursor"] is None
            return rows
        said = client.get(said.headers["Link"].split(">")[0].lstrip("<"))


def test_the_parts_of_a_list_are_the_list(cast):
    for number in range(7):
        raised(cast["sym-jmac"], f"finding {number}")
    client = program(cast["sym-planner"], "read:finding")
    whole = client.get(LEDGER).json()["findings"]
    assert len(whole) == 7
    assert walked(client, f"{LEDGER}&limit=3") == walked(client, f"{LEDGER}&limit=7") == whole


def test_what_comes_meanwhile_repeats_and_hides_nothing(cast):
    for number in range(4):
        raised(cast["sym-jmac"], f"finding {number}")
    client = program(cast["sym-planner"], "read:finding")
    first = client.get(f"{LEDGER}&limit=2")
    raised(cast["sym-jmac"], "newer than all")
    rest = walked(client, first.headers["Link"].split(">")[0].lstrip("<"))
    said = [row["title"] for row in [*first.json()["findings"], *rest]]
    assert said == [f"finding {number}" for number in (3, 2, 1, 0)]


def test_a_part_notes_as_read_what_it_holds_and_nothing_else(cast):
    numbers = [raised(cast["sym-jmac"], f"finding {n}", marking=Marking.CONFIDENTIAL).pk for n in range(4)]
    program(cast["sym-chief"], "read:finding").get(f"{LEDGER}&limit=1")
    assert Entry.objects.filter(kind="finding", by="sym-chief").get().key == f"{numbers[3]}"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("limit=0", 400, "misused"),
        (f"limit={MOST + 1}", 400, "misused"),
        ("limit=٣", 400, "misused"),
        ("limit=-1", 400, "misused"),
        ("cursor=nonsense", 400, "misused"),
        ("cursor=WyIxMjM0NTY3ODkiXQ", 410, "cursor_gone"),
        ("format=xml", 400, "misused"),
        ("list=people", 400, "misused"),
        ("format=csv&state=nonsense", 400, "bad_filter"),
    ],
)
def test_a_part_that_cannot_be_given_is_a_problem(cast, query, status, code):
    raised(cast["sym-jmac"], "one")
    said = program(cast["sym-planner"], "read:finding").get(f"{LEDGER}&{query}")
    assert (said.status_code, said["Content-Type"]) == (status, "application/problem+json")
    assert said.json()["error"]["code"] == code


def test_an_answer_that_is_no_list_is_not_given_as_csv(cast):
    said = program(cast["sym-planner"], "read:finding").get("/api/findings/measures/?format=csv")
    assert (said.status_code, said.json()["error"]["code"]) == (400, "misused")


def test_a_csv_has_the_rows_the_reader_may_read_and_no_formula(cast):
    raised(cast["sym-jmac"], "=HYPERLINK(1)")
    raised(cast["sym-jmac"], "secret", to="section:UNSYM/JMAC", marking=Marking.CONFIDENTIAL)
    client = program(cast["sym-planner"], "read:finding")
    said = client.get(f"{LEDGER}&format=csv")
    assert said["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in said["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(said.content.decode()))
    (told,) = client.get(LEDGER).json()["findings"]
    assert row["title"] == "'=HYPERLINK(1)" and unescaped(row["title"]) == told["title"]
    assert row["releasable_to"] == "|".join(told["releasable_to"]) and row["due"] == ""
    assert set(row) == set(told)


@pytest.mark.parametrize("url", ["/api/missions/", "/api/tables/", "/api/coverage/", "/api/quality/", "/api/impact/"])
def test_the_lists_of_open_data_come_in_parts_and_as_csv(client, demo, url):
    first = client.get(f"{url}?limit=1")
    whole = client.get(url).json()
    (rows,) = [whole] if isinstance(whole, list) else [whole[{"/api/tables/": "versions", "/api/coverage/": "lanes",
                                                             "/api/quality/": "findings"}[url]]]  # fmt: skip
    assert len(rows) < 2 or 'rel="next"' in first.headers["Link"]
    read = list(csv.DictReader(io.StringIO(client.get(f"{url}?format=csv").content.decode())))
    assert len(read) == len(rows)


def test_the_audit_is_walked_by_cursor(cast):
    for number in range(3):
        raised(cast["sym-jmac"], f"finding {number}")
    client = program(cast["auditor"], "read:audit_entry")
    said, seen = client.get("/api/audit/?limit=2"), []
    while True:
        seen += [row["sequence"] for row in said.json()["entries"]]
        if "Link" not in said.headers:
            break
        said = client.get(said.headers["Link"].split(">")[0].lstrip("<"))
    assert len(seen) == len(set(seen)) > 3 and seen == sorted(seen, reverse=True)
    rows = client.get("/api/audit/?format=csv").content.decode().splitlines()
    assert len(rows) == len(seen) + 1


def test_what_the_asker_has_already_is_not_sent_again_until_it_changes(cast):
    raised(cast["sym-jmac"], "one")
    client = program(cast["sym-planner"], "read:finding")
    mark = client.get(LEDGER)["ETag"]
    again = client.get(LEDGER, headers={"If-None-Match": mark})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", mark)
    raised(cast["sym-jmac"], "two")
    assert client.get(LEDGER, headers={"If-None-Match": mark}).status_code == 200


def test_another_reader_s_mark_says_nothing(cast):
    raised(cast["sym-jmac"], "secret", to="section:UNSYM/JMAC", marking=Marking.CONFIDENTIAL)
    mark = program(cast["sym-jmac"], "read:finding").get(LEDGER)["ETag"]
    said = program(cast["sym-planner"], "read:finding").get(LEDGER, headers={"If-None-Match": mark})
    assert (said.status_code, said.json()["findings"]) == (200, [])


def test_a_token_that_asks_too_often_is_slowed_and_the_audit_is_told_once(cast, settings, monkeypatch):
    from bluehelm.web.accounts import tokens
    from bluehelm.web.accounts.token_rate import TokenRate

    now = [0.0]
    monkeypatch.setattr(tokens, "RATE", TokenRate(clock=lambda: now[0]))
    settings.TOKEN_REQUESTS_A_MINUTE = 3
    client = program(cast["sym-planner"], "read:finding")
    assert [client.get(LEDGER).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    slowed = client.get(LEDGER)
    assert slowed["Retry-After"] == "60" and slowed.json()["error"]["code"] == "too_many"
    now[0] = timedelta(minutes=1).total_seconds()
    assert client.get(LEDGER).status_code == 200
    assert Entry.objects.filter(deed="token.slowed").count() == 1


@pytest.mark.parametrize("who", ["hq-forces", "sym-jmac", "auditor", "administrator"])
def test_a_token_reads_nothing_of_what_its_scopes_do_not_name(cast, who):
    client = program(cast[who], "read:table" if who != "administrator" else "read:post")
    told = {}
    for name, (_, given) in PAGES.items():
        known = ANSWERS.get(name)
        if known is None or not known.scope or known.deeds or (who, known.scope) == ("administrator", "post"):
            continue
        said = client.get(reverse(name, kwargs={key: value for key, value in given.items() if key != QUERY}))
        if said.status_code == 200 and (not known.lists or any(said.json()[key] for key in known.lists)):
            told[name] = said.content[:200]
    assert told == {}


def test_a_failure_in_a_plain_view_is_a_problem_without_what_went_wrong(cast, monkeypatch):
    def failing(*_):
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("bluehelm.web.findings.views.finding_list", failing)
    client = program(cast["sym-planner"], "read:finding")
    client.raise_request_exception = False
    said = client.get(LEDGER)
    assert (said.status_code, said["Content-Type"]) == (500, "application/problem+json")
    assert said.json()["error"]["code"] == "failed" and "swordfish" not in said.content.decode()
