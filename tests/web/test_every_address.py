"""Does every address show every role what it should, and no secret to anybody who may not read it?

A secret text is planted in every kind of record, addressed to one section only. Every address is then asked for as
every role, before and after: whoever may not read the secret gets the very same answers, in totals and differences too.
"""

import re
import shutil
from datetime import timedelta

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bluehelm.disclosure import Label, Marking
from bluehelm.spine import RecordRef
from bluehelm.store import Store, VersionLabel
from bluehelm.web.accounts.models import User
from bluehelm.web.findings import actions as findings
from bluehelm.web.findings.actions import Texts
from bluehelm.web.posts.models import Audience, BrokenGlass
from bluehelm.web.rhythm.models import MissionDate
from bluehelm.workflows.presence_kept import rows_of
from tests.web.cast import POSTS, make_cast
from tests.web.conftest import publish_events
from tests.web.impact.test_impact_pages import ANSWER
from tests.web.walk import PAGES, QUERY, addresses

CANARY = "zq7-canary"
SECTION = "section:UNSYM/JMAC"
SECRET = Label(Marking.CONFIDENTIAL, frozenset({SECTION}))
KNOWS = {"sym-jmac"}
AUDITS = {"auditor"}
SIGNED_IN = sorted(POSTS)
EVERYBODY = [*SIGNED_IN, "nobody"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def folder(settings, tmp_path, cast, demo_home):
    """A data folder of our own, with the synthetic mission and one open version of its events."""
    settings.BLUEHELM_HOME = tmp_path / "home"
    shutil.copytree(demo_home, settings.BLUEHELM_HOME)
    return settings.BLUEHELM_HOME


def client_of(who: str) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(User.objects.get(username=who))
    return client


def ask(client: Client, name: str):
    kwargs = {key: value for key, value in PAGES[name][1].items() if key != QUERY}
    query = f"?{PAGES[name][1][QUERY]}" if QUERY in PAGES[name][1] else ""
    return client.get(reverse(name, kwargs=kwargs) + query)


def plant(folder, cast) -> None:
    """The secret text in every kind of record that can carry it, addressed to one section."""
    jmac = cast["sym-jmac"]
    texts = Texts(
        title=f"{CANARY} title", statement=f"{CANARY} statement", domain="protection", severity="critical",
        confidence="high", mission="UNSYM",
    )  # fmt: skip
    found = findings.raise_finding(
        texts=texts, evidence=(RecordRef("document", f"{CANARY} document"),), label=SECRET, by=jmac
    )
    assert found.pk
    source = f"{CANARY} source"
    MissionDate.objects.create(
        mission="UNSYM", anchor="council-report", on=timezone.now().date() + timedelta(days=50), source=source,
        marking=SECRET.marking.value, releasable_to=Audience.of(SECRET.releasable_to),
    )  # fmt: skip
    store = Store(folder)
    first = store.latest("events", synthetic=True)
    rows = store.scan(first).collect()
    label = VersionLabel("confidential", (SECTION,))
    facts = {"file_name": f"{CANARY}.csv", "label": label, "synthetic": True, "coverage": first.coverage}
    publish_events(folder, timezone.now().date(), rows, **facts)
    estimate = rows_of(ANSWER).with_columns(pl.col("name") + f" {CANARY}")
    publish_events(folder, timezone.now().date(), estimate, **(facts | {"table": "presence_effects"}))
    BrokenGlass.objects.create(
        person_id=jmac.user_id, post=jmac.post, audience="section:UNSYM/conduct", marking=1,
        reason=f"{CANARY} reason", from_at=timezone.now(), until_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip


HEADS = {"sym-head", "sym-chief", "sym-conduct"}
"""Those who are told of broken glass, on the pages that tell of it."""
TELLS_OF_GLASS = {"posts:mine", "morning:page", "morning:json"}


def may_show(who: str, name: str) -> bool:
    """Whether this reader may meet the secret at this address."""
    if who in KNOWS:
        return True
    return (who in AUDITS and name.startswith("audit:")) or (who in HEADS and name in TELLS_OF_GLASS)


def body_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", errors="replace")


def told(response) -> str:
    """What an answer says, headers too, without what changes from one request to the next."""
    text = f"{response.status_code} {sorted(response.headers.items())} {body_of(response)}"
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return re.sub(r"ETag\W+[^)]*|Content-Length\W+[^)]*|\d{2}:\d{2}(:\d{2}(\.\d+)?)?|nonce-[\w-]+", "", text)


def test_no_address_is_missing_from_the_walk():
    assert sorted(set(addresses())) == sorted(PAGES), "say in tests/web/walk.py what the new address shows to whom"


def expected(rule: str, who: str) -> set[int]:
    """The answers that a rule allows somebody."""
    is_signed_in = who != "nobody"
    if rule == "open":
        return {200, 302}
    if rule in ("own", "shut"):
        return {200, 302, 401, 403, 404, 405} if rule == "own" else {302, 404, 401}
    if rule == "deed":
        return {405} if is_signed_in else {302, 405}
    if rule == "record":
        return {200} if who in KNOWS else {404, 302, 401}
    if not is_signed_in:
        return {302, 401}
    allowed = {
        "signed in": True,
        "keepers": who == "administrator",
        "auditors": who == "auditor",
        "own mission": who.startswith("sym-") or who in ("administrator", "auditor"),
        "raisers": POSTS[who][0] in RAISERS,
    }[rule]
    return {200, 302} if allowed else {403, 404}


RAISERS = {
    "reporter", "analyst", "planner", "component-head", "mission-leadership", "conduct-officer", "force-generation",
    "training",
}  # fmt: skip


FIRST = {
    "nobody",
    "sym-viewer",
    "sym-jmac",
    "sym-planner",
    "sym-head",
    "hq-forces",
    "state-a",
    "auditor",
    "administrator",
}


def some_later(names, first):
    """The others take their turn among the long tests."""
    return [name if name in first else pytest.param(name, marks=pytest.mark.long) for name in names]


@pytest.mark.parametrize("who", some_later(EVERYBODY, FIRST))
def test_every_address_answers_a_role_as_the_walk_says(folder, cast, who):
    plant(folder, cast)
    client, wrong = client_of(who), {}
    for name, (rule, _) in PAGES.items():
        if name == "account_logout":
            continue
        status = ask(client, name).status_code
        if status not in expected(rule, who):
            wrong[name] = (rule, status)
    assert wrong == {}


# one of each standing towards the secret; the others stand as one of these does
OUTSIDERS = ["nobody", "sym-viewer", "sym-planner", "sym-head", "oth-planner", "hq-forces", "state-a", "auditor"]


@pytest.mark.parametrize("who", some_later(OUTSIDERS, {"nobody", "sym-planner", "sym-head", "auditor"}))
def test_the_secret_changes_nothing_that_an_outsider_can_see(folder, cast, who):
    client = client_of(who)
    # the pages of one's own account draw a new random key at every request
    names = [name for name in PAGES if PAGES[name][0] not in ("record", "own")]
    before = {name: told(ask(client, name)) for name in names if not may_show(who, name)}
    plant(folder, cast)
    after = {name: told(ask(client, name)) for name in before}
    assert [name for name in before if before[name] != after[name]] == []
    further = [name for name in PAGES if name not in names and name != "account_logout"]
    answers = after | {name: told(ask(client, name)) for name in further}
    assert [name for name, text in answers.items() if CANARY in text] == []


def test_the_one_who_may_read_it_finds_the_secret_so_that_the_walk_can_fail(folder, cast):
    plant(folder, cast)
    client = client_of("sym-jmac")
    shows = {name for name in PAGES if name != "account_logout" and CANARY in body_of(ask(client, name))}
    assert {"findings:list", "findings:list-json", "findings:page", "findings:json"} <= shows
    assert {"rhythm:calendar", "data:version", "api:tables", "api:table"} <= shows


def test_the_secret_s_number_answers_like_a_number_that_never_was(folder, cast):
    plant(folder, cast)
    client = client_of("sym-planner")
    for hidden, never in (
        (reverse("findings:page", args=[1]), reverse("findings:page", args=[4711])),
        (reverse("findings:json", args=[1]), reverse("findings:json", args=[4711])),
    ):
        one, other = client.get(hidden), client.get(never)
        assert one.status_code == other.status_code == 404
        assert told(one).replace(hidden, "") == told(other).replace(never, "")


def test_a_hidden_version_answers_like_one_that_never_was(folder, cast):
    plant(folder, cast)
    client = client_of("nobody")
    one, other = client.get("/tables/events/2/"), client.get("/tables/events/3/")
    assert one.status_code == other.status_code == 404
    assert told(one).replace("version 2", "").replace("/2/", "") == told(other).replace("version 3", "").replace(
        "/3/", ""
    )
    assert Store(folder).version("events", 2).file_name == f"{CANARY}.csv"
