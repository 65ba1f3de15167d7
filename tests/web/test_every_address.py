"""Does every address show every role what it should, and no secret to anybody who may not read it?

A secret text is planted in every kind of record, addressed to one section only. Every address is then asked for as
every role, before and after: whoever may not read the secret gets the very same answers, in totals and differences too.
"""

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bluehelm.disclosure import Label, Marking
from bluehelm.protection import Observed
from bluehelm.spine import RecordRef
from bluehelm.store import Store, VersionLabel
from bluehelm.web.accounts.models import User
from bluehelm.web.exchange.models import RecordFile
from bluehelm.web.findings import actions as findings
from bluehelm.web.findings.actions import Texts
from bluehelm.web.forces import actions as forces
from bluehelm.web.forces import cards, deployments, rotations, runs, visits
from bluehelm.web.jobs.models import Job
from bluehelm.web.outlook.models import (
    Escalation,
    LensAssessment,
    OutlookRelease,
    OwnProbability,
    Threshold,
    Told,
)
from bluehelm.web.plans.actions import Amount, enter_value, load_plan
from bluehelm.web.plans.assessing import add_evidence, open_round
from bluehelm.web.posts.models import Audience, BrokenGlass
from bluehelm.web.protection import actions as protection
from bluehelm.web.protection.models import Referral
from bluehelm.web.reports import actions as reports
from bluehelm.web.reports.files import prepare
from bluehelm.web.reports.models import DayEffort, InformationRequest, Product, ProductVersion
from bluehelm.web.rhythm.models import MissionDate
from bluehelm.workflows.outlook_publish import make_outlook, publish_outlook
from bluehelm.workflows.presence_kept import rows_of
from tests.plans.frameworks import SOUND
from tests.web.cast import POSTS, make_cast
from tests.web.conftest import publish_events
from tests.web.forces.conftest import asked as asked_fields
from tests.web.forces.conftest import climb
from tests.web.forces.conftest import offered as offered_fields
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
    register(cast)
    return settings.BLUEHELM_HOME


def register(cast) -> None:
    """A requirement that the states see, a pledge of each of two states, and a matching of them."""
    desk = cast["hq-forces"]
    asked = forces.make_requirement(fields=asked_fields(), by=desk)
    forces.ask_the_states(code=asked.code, expected_version=1, by=desk)
    for state in ("STATE-A", "STATE-B"):
        forces.add_contributor(code=state, name=state, by=desk)
        made = forces.offer_pledge(contributor=state, fields=offered_fields(), by=desk)
        climb(made, desk, "L2")
    runs.carry_out(runs.ask_run(what="match", by=desk).pk)


def plant_pledge(cast) -> None:
    """What another state offers, with the secret in every text that can carry it, and all that follows from it."""
    desk, code = cast["hq-forces"], "STATE-B-2"
    fields = offered_fields(strength=777)
    made = forces.offer_pledge(
        contributor="STATE-B", fields=fields, caveats=f"area:{CANARY}", source=f"{CANARY} letter", by=cast["state-b"]
    )
    assert climb(made, desk, "L2").code == code
    deployments.open_case(requirement="UNSYM-R-1", pledge=code, holder=f"{CANARY} desk", by=desk)
    visit = visits.plan_visit(pledge=code, checklist="pre-deployment", planned_on=timezone.now().date(), by=desk)
    answers = {"medical": ("not met", f"{CANARY} remark")}
    visits.answer_visit(code=visit.code, expected_version=1, answers=answers, by=desk)
    visits.raise_from_visit(code=visit.code, expected_version=2, item="medical", severity="high", by=desk)
    forces.announce(
        contributor="STATE-B", ministerial=f"{CANARY} meeting", category="unit", text=f"{CANARY} unit",
        announced_on=timezone.now().date(), by=desk,
    )  # fmt: skip
    card = cards.open_card(pledge=code, mission="UNSYM", component="police", by=desk)
    cards.show_card(code=card.code, expected_version=1, by=desk)
    cards.reply(code=card.code, expected_version=2, text=f"{CANARY} reply", by=cast["state-b"])
    rotations.offer_tours(
        contributor="STATE-B", capability=f"{CANARY} aircraft", first=24312, last=24330, min_tour=3, max_tour=6,
        max_tours=None, monthly_cost=Decimal(9), by=cast["state-b"],
    )  # fmt: skip
    file = forces.open_undeclared(
        pledge=code, mission="UNSYM", caveat=f"task:{CANARY}", ordered_on=timezone.now().date(),
        order=f"{CANARY} order", by=cast["sym-head"],
    )  # fmt: skip
    forces.put_to_contributor(code=file.code, expected_version=1, by=desk)
    runs.carry_out(runs.ask_run(what="match", by=desk).pk)


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
    plan = load_plan(
        mission="UNSYM", text=SOUND.replace("title: Deaths in the north", f"title: {CANARY}"), why=f"{CANARY} why",
        by=jmac, label=SECRET,
    )  # fmt: skip
    assert plan.pk
    enter_value(
        mission="UNSYM", indicator="C1", period="2026-07", amount=Amount(value=7), source=f"{CANARY} source", by=jmac
    )
    assessed = open_round(mission="UNSYM", period="2026-H2", by=jmac)
    add_evidence(
        worksheet=assessed.worksheets.get(), side="for", sort="reports", text=f"{CANARY} text", source="x", by=jmac
    )
    plant_outlooks(folder, jmac)
    plant_exchange(jmac)
    plant_reports(jmac)
    plant_protection(jmac)
    estimate = rows_of(ANSWER).with_columns(pl.col("name") + f" {CANARY}")
    publish_events(folder, timezone.now().date(), estimate, **(facts | {"table": "presence_effects"}))
    BrokenGlass.objects.create(
        person_id=jmac.user_id, post=jmac.post, audience="section:UNSYM/conduct", marking=1,
        reason=f"{CANARY} reason", from_at=timezone.now(), until_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip


def plant_reports(jmac) -> None:
    """A report with a version that waits, a file, a near report, a product and a request, each with the secret text."""
    at = timezone.now() - timedelta(hours=3)
    said = {
        "type": "attack-on-civilians", "from_at": at.isoformat(timespec="minutes"), "placed_by": "map", "precision": 1,
        "until_at": at.isoformat(timespec="minutes"), "certainty": "day", "place": f"{CANARY} place", "latitude": 4.0,
        "longitude": 30.0, "parties": [[f"{CANARY} group", "perpetrator"]], "harm": {"killed": {"all": [1, 2]}},
        "narrative": f"{CANARY} narrative", "response": f"{CANARY} response",
    }  # fmt: skip
    made = reports.file_report(content=said, label=SECRET, by=jmac, source=f"{CANARY} source")
    reports.edit_report(number=made.pk, expected_version=1, content=said | {"response": f"{CANARY} 2"}, by=jmac)
    reports.edit_report(number=made.pk, expected_version=1, content=said | {"response": f"{CANARY} 3"}, by=jmac)
    reports.add_file(
        number=made.pk, expected_version=2, prepared=prepare(f"{CANARY} file".encode()), caption=CANARY, by=jmac
    )
    reports.file_report(content=said, label=SECRET, by=jmac)
    label = {"marking": SECRET.marking.value, "releasable_to": Audience.of(SECRET.releasable_to), "mission": "UNSYM"}
    product = Product.objects.create(
        sort="daily", title=f"{CANARY} product", text=CANARY, from_at=at, until_at=at, drafted_post=jmac.post, **label
    )
    ProductVersion.objects.create(product=product, row_version=1, at=at, post=jmac.post, text=CANARY)
    InformationRequest.objects.create(
        question=f"{CANARY} question", asked_at=at, asked_post=jmac.post, to_post=jmac.post, due_at=at, **label
    )
    DayEffort.objects.create(unit=f"{CANARY} unit", on=at.date(), patrols=7, **label)


def plant_protection(jmac) -> None:
    """An alert, a threat and what answers them, each with the secret text; a caller besides, whom nobody reads."""
    alert = protection.enter_alert(
        label=SECRET, by=jmac, what="attack", place=f"{CANARY} place", text=f"{CANARY} words", channel="hotline",
        latitude=1.0, longitude=30.0, identity=f"{CANARY} caller", caller_number="+999 55 123 4567",
    )  # fmt: skip
    threat = protection.enter_threat(
        label=SECRET, by=jmac, title=f"{CANARY} threat", place=f"{CANARY} place", perpetrator=CANARY, civilians=CANARY,
        likelihood="likely", impact="grave", rationale=CANARY, lead="sym-jmac",
    )  # fmt: skip
    for record in (alert, threat):
        Referral.objects.create(
            **{record.kind: record}, sort="escalation", to_post=jmac.post, from_post=jmac.post, at=timezone.now(),
            text=f"{CANARY} referral",
        )  # fmt: skip
    protection.enter_activity(
        label=SECRET, by=jmac, what="patrol", threat=f"{threat.pk}", intended=f"{CANARY} outcome", place=CANARY
    )
    met = protection.enter_engagement(
        label=SECRET, by=jmac, heard=["women"], raised=f"{CANARY} issue", place=CANARY, level="local"
    )
    protection.make_promise(
        number=met.pk, expected_version=1, by=jmac, text=f"{CANARY} promise", owner="sym-jmac", due_on=date(2027, 1, 1)
    )
    protection.enter_obstruction(label=SECRET, by=jmac, what="flight", place=CANARY, text=CANARY)
    report = Observed(CANARY, "patrol", date(2026, 3, 1), CANARY, CANARY, ("CHE", "FJI"), None, "", CANARY)
    protection.enter_observations(label=SECRET, by=jmac, reports=[report])


def plant_exchange(jmac) -> None:
    """A file of records and a job of one post, each with the secret text wherever it can stand."""
    now = timezone.now()
    RecordFile.objects.create(
        kind="findings", file_name=f"{CANARY}.csv", sha256="ab" * 32, content=CANARY.encode(), header=[CANARY],
        mapping={"title": CANARY}, reason=CANARY, found={"new": 1, "changed": 0, "same": 0, "problems": [CANARY]},
        post=jmac.post, given_by="sym-jmac", given_at=now, marking=1,
    )  # fmt: skip
    Job.objects.create(
        kind="export", parameters={"records": CANARY}, asked_by="sym-jmac", post=jmac.post, asked_at=now, key="planted",
        state="done", message=CANARY, result={"file": {"name": f"{CANARY}.csv", "rows": 1, "bytes": 1, "sha256": "c"}},
        ended_at=now, marking=1,
    )  # fmt: skip


def plant_outlooks(folder, jmac) -> None:
    """An outlook with its numbers, a threshold, and an assessment with an escalation, each with the secret text."""
    store = Store(folder)
    for version in publish_outlook(folder, secret_outlook(folder)).values():
        store.relabel(version, VersionLabel("confidential", (SECTION,)))
    label = {"marking": SECRET.marking.value, "releasable_to": Audience.of(SECRET.releasable_to)}
    day, post = timezone.now().date(), jmac.post
    release = OutlookRelease.objects.create(
        mission="UNSYM", unit_kind="country", origin="2025-12", version=1, sha256="ab" * 32, title=f"{CANARY} outlook",
        assessment=f"{CANARY} assessment", state="released", drafted_on=day, drafted_by="sym-jmac", drafted_post=post,
        released_on=day, released_by="sym-jmac", released_post=post, **label,
    )  # fmt: skip
    Told.objects.create(release=release, post=post, how=f"{CANARY} how", on=day, by="sym-jmac", by_post=post)
    OwnProbability.objects.create(
        release=release, unit="XKA", target="all", month="2026-03", deaths=25, percent=50, why=f"{CANARY} why", on=day,
        by="sym-jmac", by_post=post,
    )  # fmt: skip
    Threshold.objects.create(
        mission="UNSYM", unit_kind="country", target="all", deaths=7, why=f"{CANARY} threshold", from_on=day,
        chosen_by="sym-jmac", chosen_post=post, **label,
    )  # fmt: skip
    assessment = LensAssessment.objects.create(
        mission="UNSYM", place=f"{CANARY} place", assessed_on=day, narrative=f"{CANARY} narrative", state="final",
        drafted_by="sym-jmac", drafted_post=post, finished_on=day, finished_by="sym-jmac", finished_post=post, **label,
    )  # fmt: skip
    Escalation.objects.create(
        assessment=assessment, to_post=post, why=f"{CANARY} escalation", on=day, by="sym-jmac", by_post=post
    )


MADE = []


def secret_outlook(folder):
    """An outlook that names its place by the secret text; it is made once."""
    if not MADE:
        made = make_outlook(folder, "UNSYM", "country", as_of=date(2025, 12, 31), samples=20, past_origins=1)
        named = made.outlooks.with_columns(unit_name=pl.lit(f"{CANARY} country"))
        MADE.append(replace(made, outlooks=named))
    return MADE[0]


REPORTS_WITHOUT = {
    "reports:draft", "reports:answer", "reports:field", "reports:xlsform", "reports:identities", "reports:do",
    "reports:new-deed", "reports:edit-deed", "reports:deed", "reports:pairs-json",
    "reports:without-line",
}  # fmt: skip
"""Deeds, what holds no record, and pairs, which a program is told by their numbers alone."""
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
        return (
            {302, 401} if rule in ("signed in", "job", "keepers", "auditors", "own mission", "raisers") else {302, 404}
        )
    allowed = {
        "signed in": True,
        "job": who in KNOWS or who == "administrator",
        "keepers": who == "administrator",
        "auditors": who == "auditor",
        "own mission": who.startswith("sym-") or who in ("administrator", "auditor"),
        "raisers": POSTS[who][0] in RAISERS,
        "keeps plans": POSTS[who][0] in PLAN_KEEPERS and POSTS[who][2] == "UNSYM",
        "generates": who == "hq-forces",
        "of state b": who in ("state-b", "hq-forces"),
        "limits": who in ("state-a", "state-b", "hq-forces", "sym-chief", "sym-head"),
        "asks for units": who in ("hq-forces", "sym-planner", "oth-planner"),
        "outlook writers": POSTS[who][0] in {"analyst", "planner", "component-head", "mission-leadership"},
        "files reports": (POSTS[who][0] in REPORTERS and POSTS[who][2] == "UNSYM") or who == "oth-planner",
        "assessors": POSTS[who][0] in {"analyst", "component-head", "mission-leadership"},
        "reads alerts": POSTS[who][0] in ALERTED | {"planner", "auditor"},
        "reads reports": POSTS[who][0] in ALERTED | {"planner", "viewer", "auditor"},
        "reads threats": POSTS[who][0] in (ALERTED - {"reporter"}) | {"planner", "auditor"},
        "reads observations": POSTS[who][0] in ALERTED | {"auditor"},
        "enters alerts": POSTS[who][0] in ALERTED,
    }[rule]
    return {200, 302} if allowed else {403, 404}


REPORTERS = {"reporter", "analyst", "planner", "component-head", "mission-leadership"}
ALERTED = {"reporter", "analyst", "component-head", "mission-leadership"}
PLAN_KEEPERS = {"reporter", "analyst", "planner", "component-head", "mission-leadership"}
RAISERS = {
    "reporter", "analyst", "planner", "component-head", "mission-leadership", "conduct-officer", "force-generation",
    "training", "contributor",
}  # fmt: skip


FIRST = {"nobody"}


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
        answer = ask(client, name)
        if answer.streaming:
            list(answer)  # to its end, where its file is closed
        if answer.status_code not in expected(rule, who):
            wrong[name] = (rule, answer.status_code)
    assert wrong == {}


# one of each standing towards the secret; the others stand as one of these does
OUTSIDERS = ["nobody", "sym-viewer", "sym-planner", "sym-head", "oth-planner", "hq-forces", "state-a", "auditor"]


@pytest.mark.parametrize("who", some_later(OUTSIDERS, {"nobody"}))
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


TELLS_WHETHER_FILLED = {"forces:requirements", "forces:requirements-json"}
"""Whoever asks for a unit and is no state is told that one is on its way, though not whose."""
OTHERS = ["state-a", "nobody", "sym-planner", "sym-viewer", "oth-planner", "researcher", "administrator"]


@pytest.mark.parametrize("who", some_later(OTHERS, set()))
def test_another_state_s_pledge_changes_nothing_that_a_state_can_see(folder, cast, who):
    client = client_of(who)
    names = [name for name in PAGES if PAGES[name][0] != "own"]
    before = {name: told(ask(client, name)) for name in names}
    plant_pledge(cast)
    after = {name: told(ask(client, name)) for name in names}
    may_differ = set() if who.startswith("state") else TELLS_WHETHER_FILLED
    assert {name for name in names if before[name] != after[name]} <= may_differ
    assert [name for name in may_differ if CANARY in after[name] or "STATE-B" in after[name]] == []
    hidden = ("pledge/STATE-B-2", "case/UNSYM-R-1-1", "visit/STATE-B-2-V-1", "card/STATE-B-2-K-1",
              "undeclared/UNSYM-U-1", "ministerial/STATE-B-M-1", "tours/STATE-B-T-1", "contributor/STATE-B",
              )  # fmt: skip
    for path in hidden:
        one, other = client.get(f"/forces/{path}/"), client.get(f"/forces/{path}0/")
        assert one.status_code == other.status_code != 200
        assert told(one).replace(path, "") == told(other).replace(f"{path}0", "")


def test_the_state_itself_finds_its_secret_on_every_page_that_can_show_it(folder, cast):
    plant_pledge(cast)
    client = client_of("state-b")
    shows = {name for name in PAGES if name != "account_logout" and CANARY in body_of(ask(client, name))}
    assert {"forces:caveats", "forces:caveats-json", "forces:pipeline", "forces:pipeline-json"} <= shows
    assert {"forces:ministerials", "forces:ministerials-json", "forces:rotations", "forces:rotations-json"} <= shows
    for path in ("visit/STATE-B-2-V-1", "card/STATE-B-2-K-1", "pledge/STATE-B-2", "undeclared/UNSYM-U-1"):
        assert CANARY in body_of(client.get(f"/forces/{path}/"))


def test_the_one_who_may_read_it_finds_the_secret_so_that_the_walk_can_fail(folder, cast):
    plant(folder, cast)
    client = client_of("sym-jmac")
    shows = {name for name in PAGES if name != "account_logout" and CANARY in body_of(ask(client, name))}
    assert {"findings:list", "findings:list-json", "findings:page", "findings:json"} <= shows
    assert {"rhythm:calendar", "data:version", "api:tables", "api:table"} <= shows
    assert {
        "protection:list",
        "protection:page",
        "protection:json",
        "protection:matrix",
        "protection:map-json",
        "protection:map",
        "protection:desk-map-json",
    } <= shows
    assert {"outlook:list", "outlook:page", "outlook:json", "outlook:map-json", "outlook:history"} <= shows
    assert {"outlook:thresholds", "outlook:lens", "outlook:lens-page", "outlook:lens-page-json"} <= shows
    assert {name for name in PAGES if name.startswith("reports:")} - REPORTS_WITHOUT <= shows


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
