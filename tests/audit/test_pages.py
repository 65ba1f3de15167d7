"""What does an auditor see, and what does everybody else?"""

import json

import pytest
from django.db import connection, transaction

from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.tokens import make_token
from bluehelm.web.audit.chain import verify
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.audit.models import Entry
from tests.audit.attacker import drop_guards
from tests.web.cast import POSTS, make_cast
from tests.web.page_reader import read

ADDRESSES = ["/audit/", "/audit/1/", "/api/audit/", "/api/audit/1/"]
CAPTION = "Entries, newest first"


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def auditor(client, cast):
    client.force_login(User.objects.get(username="auditor"))
    return client


@pytest.fixture
def some_entries(db) -> dict[str, int]:
    """The numbers of the entries on an unclassified, a confidential and a strictly confidential finding."""
    return {
        key: append_entry(
            deed="finding.raised",
            kind="finding",
            key=key,
            by="sym-jmac",
            post="sym-jmac",
            detail={"changed": ["state"], "to": {"state": "open", "cost": None, "owners": []}},
            reason=f"the reason of {key}",
            marking=marking,
            audience="mission:UNSYM|section:UNSYM/JMAC",
        ).sequence
        for marking, key in enumerate("abc")
    }


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_else_is_told_that_there_is_an_audit(client, cast, some_entries, address):
    for post in sorted(POSTS.keys() - {"auditor"}):
        client.force_login(User.objects.get(username=post))
        answer = client.get(address)
        assert (answer.status_code, b"finding.raised" in answer.content) == (404, False), post
    assert not Entry.objects.filter(deed="record.read").exists()


@pytest.mark.parametrize("address", ADDRESSES)
def test_whoever_has_not_signed_in_is_asked_to(client, some_entries, address):
    answer = client.get(address)
    assert (answer.status_code, answer.content.count(b"sym-jmac")) == (401 if "/api/" in address else 302, 0)


def test_the_list_shows_the_newest_entry_first(auditor, some_entries):
    rows = read(auditor.get("/audit/")).table(CAPTION)
    assert rows[0] == ["Number", "When", "Deed", "Record", "By", "In the post"]
    numbers = [int(row[0]) for row in rows[1:]]
    assert numbers == list(range(max(numbers), 0, -1))
    (raised,) = [row for row in rows if row[0] == str(some_entries["c"])]
    assert raised[2:] == ["finding.raised", "finding c", "sym-jmac", "sym-jmac"]


def test_an_auditor_with_less_clearance_sees_fewer_entries(auditor, some_entries, cast):
    post = cast["auditor"].post
    post.clearance = 0
    post.save()
    shown = {row[0] for row in read(auditor.get("/audit/")).table(CAPTION)}
    assert [key for key, number in some_entries.items() if str(number) in shown] == ["a"]
    for hidden in (some_entries["b"], some_entries["c"]):
        assert auditor.get(f"/audit/{hidden}/").status_code == auditor.get(f"/api/audit/{hidden}/").status_code == 404
    assert auditor.get("/api/audit/?key=c").json()["count"] == 0


def test_a_question_that_nothing_answers_says_so(auditor, some_entries):
    assert "No entry fits" in read(auditor.get("/audit/?by=nobody-at-all")).text


def test_filters_narrow_the_list_and_stay_in_the_address_of_the_next_page(auditor, some_entries):
    for number in range(60):
        append_entry(deed="duty.done", kind="duty", key=str(number), by="sym-planner")
    page = read(auditor.get("/audit/?kind=duty&by=sym-planner"))
    assert len(page.table(CAPTION)) == 51
    assert "1 to 50 of 60" in page.text
    (following,) = [link for link in page.attributes("a", "href") if "page=2" in link]
    assert "kind=duty" in following and "by=sym-planner" in following
    assert len(read(auditor.get(f"/audit/{following}")).table(CAPTION)) == 11
    assert read(auditor.get("/audit/?deed=finding.raised&key=b")).table(CAPTION)[1][0] == str(some_entries["b"])


@pytest.mark.parametrize("query", ["from_on=yesterday", "deed=no.such", "from_on=2026-11-21&until_on=2026-11-20"])
def test_a_question_that_cannot_be_read_lists_nothing_and_says_so(auditor, some_entries, query):
    page = auditor.get(f"/audit/?{query}")
    assert page.status_code == 200
    assert "cannot be read" in read(page).text
    assert "finding c" not in read(page).text
    answer = auditor.get(f"/api/audit/?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "misused")


def test_an_entry_says_all_that_was_written(auditor, some_entries):
    text = read(auditor.get(f"/audit/{some_entries['b']}/")).text
    for said in ("Confidential", "the reason of b", "finding b", "state", "section:UNSYM/JMAC", "Hash"):
        assert said in text


def test_reading_an_entry_on_a_restricted_record_is_itself_an_entry(auditor, some_entries):
    auditor.get(f"/audit/{some_entries['a']}/")
    assert not Entry.objects.filter(deed="record.read").exists()
    restricted = some_entries["c"]
    auditor.get(f"/audit/{restricted}/")
    auditor.get(f"/api/audit/{restricted}/")
    (noted,) = Entry.objects.filter(deed="record.read")
    assert (noted.kind, noted.key, noted.marking) == ("audit_entry", str(restricted), 2)
    assert noted.by == noted.post == "auditor"


def test_programs_are_told_the_same(auditor, some_entries):
    said = auditor.get("/api/audit/?kind=finding").json()
    assert [entry["key"] for entry in said["entries"]] == ["c", "b", "a"]
    assert (said["count"], said["more"], said["chain"]["entries"]) == (3, False, Entry.objects.count())
    entry = auditor.get(f"/api/audit/{some_entries['b']}/").json()
    assert (entry["marking"], entry["reason"]) == ("confidential", "the reason of b")
    assert entry["detail"] == {"changed": ["state"], "to": {"state": "open", "cost": None, "owners": []}}
    assert auditor.get("/api/audit/9999/").status_code == 404


def test_a_token_reads_the_audit_only_with_that_scope(client, cast, some_entries):
    owner, post = User.objects.get(username="auditor"), cast["auditor"].post
    for scope, status in (("read:audit_entry", 200), ("read:finding", 403)):
        _, secret = make_token(owner=owner, name=scope, post=post, scopes=[scope], days=1)
        answer = client.get("/api/audit/", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == status


def test_the_chain_is_verified_when_asked(auditor, some_entries):
    assert "holds" not in read(auditor.get("/audit/")).text
    assert "holds" in read(auditor.get("/audit/?verify=1")).text
    assert auditor.get("/api/audit/?verify=1").json()["chain"]["verification"]["ok"] is True


@pytest.mark.parametrize(
    "change",
    ["reason = 'another'", "detail = 'no JSON'", "detail = '7'", "at = 'no time'", "marking = 7", "hash = ''"],
)
@pytest.mark.django_db(transaction=True)
def test_a_broken_chain_is_shown_whatever_was_done_to_it(auditor, some_entries_kept, change):
    with connection.cursor() as cursor:
        drop_guards(cursor, connection.vendor)
        cursor.execute(f"UPDATE audit_entry SET {change} WHERE sequence = 3")
    page = read(auditor.get("/audit/?verify=1"))
    assert "The first bad entry is 3." in page.text
    assert "unguarded" in page.text
    said = auditor.get("/api/audit/?verify=1").json()["chain"]
    assert (said["verification"]["ok"], said["verification"]["first_bad"]) == (False, 3)
    assert len(said["guards_missing"]) > 1
    assert auditor.get("/audit/3/").status_code in (200, 404)


@pytest.fixture
def some_entries_kept(transactional_db):
    with transaction.atomic():
        for key in "abc":
            append_entry(deed="finding.raised", kind="finding", key=key, by="sym-jmac")


@pytest.mark.django_db
def test_the_number_of_questions_to_the_database_does_not_grow(auditor, django_assert_max_num_queries):
    for number in range(120):
        append_entry(deed="duty.done", kind="duty", key=str(number), by="sym-planner")
    with django_assert_max_num_queries(20):
        auditor.get("/audit/")
    assert verify(entry.link for entry in Entry.objects.all()).holds


def test_no_page_has_a_script_or_a_style_of_its_own(auditor, some_entries):
    for address in ("/audit/?verify=1", f"/audit/{some_entries['c']}/"):
        page = read(auditor.get(address))
        assert not [attrs for tag, attrs in page.elements if "style" in attrs or tag == "style"]
        assert all(attrs.get("src") for tag, attrs in page.elements if tag == "script")
    assert json.dumps(auditor.get("/api/audit/").json())


def test_a_day_is_written_as_the_browser_reads_it():
    from bluehelm.web.audit.forms import WantedForm

    form = WantedForm({"from_on": "2026-11-21"}, Entry.objects.none())
    assert form.fields["from_on"].widget.format == "%Y-%m-%d"
