"""Does each fast way through many reports say what the slow, obvious one says, and to nobody more than he may read?"""

import random
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bluehelm.definitions.report_types import packaged_duplicate_rules, packaged_report_types
from bluehelm.disclosure import Label, Marking, may_read
from bluehelm.situation.duplicates import candidate_pairs
from bluehelm.web import bounded
from bluehelm.web.posts.models import Audience
from bluehelm.web.reports import actions, reads, views
from bluehelm.web.reports.content import content_of, fields_of
from bluehelm.web.reports.lookalikes import as_pair, keep_all, told
from bluehelm.web.reports.models import Lookalike, Report
from bluehelm.web.reports.reads import Filters
from tests.web.reports.conftest import MISSION, content, filed

pytestmark = pytest.mark.django_db
DESK = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
SAID = ("Shots at the ford.", "The market burnt.", "Cattle were taken north.", "Shots at the market.")


def laid_down(number: int, seed: int = 1) -> list[Report]:
    """Reports of two months, some for the desk alone, some without a point, some counted as an earlier one."""
    chance, now = random.Random(seed), timezone.now()
    labels = [(one, Audience.of(one.releasable_to)) for one in (MISSION, MISSION, MISSION, DESK)]
    made = []
    for _ in range(number):
        label, audience = chance.choice(labels)
        has_point, at = chance.random() < 0.8, now - timedelta(minutes=chance.randrange(60 * 24 * 60) // 30 * 30)
        instant = at.isoformat(timespec="minutes")
        said = content(
            type=chance.choice(("arrest", "shelling", "patrol", "attack-on-civilians")),
            narrative=chance.choice(SAID), from_at=instant, until_at=instant,
            latitude=4 + chance.random() if has_point else None,
            longitude=30 + chance.random() if has_point else None,
        )  # fmt: skip
        grade = chance.choice(("", "B"))
        made.append(Report(mission="UNSYM", unit=chance.choice(("military", "police")), received_at=at,
                           reliability=grade, credibility=grade and "2", marking=label.marking.value,
                           releasable_to=audience, **fields_of(said)))  # fmt: skip
    Report.objects.bulk_create(made)
    for one, other in zip(made[::9], made[1::9], strict=False):
        Report.objects.filter(pk=one.pk).update(counted_as=other)
    keep_all(Report.objects.all())
    return list(Report.objects.order_by("-from_at", "-pk"))


@pytest.fixture
def many(cast):
    return laid_down(220)


def may_see(actor, reports):
    return [one for one in reports if may_read(actor.reader_of("report"), one.label)]


def once(shown):
    """Each event once: those counted for themselves, and the first of those whose counting report is not shown."""
    known, first = {one.pk for one in shown}, {}
    for one in sorted(shown, key=lambda one: one.pk):
        first.setdefault(one.counted_as_id, one.pk)
    return [
        one
        for one in shown
        if one.counted_as_id is None or (one.counted_as_id not in known and first[one.counted_as_id] == one.pk)
    ]


@pytest.mark.parametrize("who", ["sym-jmac", "sym-planner"])
def test_a_long_list_is_walked_by_pages_and_by_cursors_without_a_gap(cast, client_of, many, who, monkeypatch):
    monkeypatch.setattr(bounded, "MOST_COUNTED", 40)
    monkeypatch.setattr(views, "A_PAGE", 20)
    client, wanted = client_of(who), [one.pk for one in may_see(cast[who], many)]
    walked, address = [], "/reports/?days=0"
    while address:
        page = client.get(address).context["page"]
        walked += [one.pk for one in page]
        older = "&".join(["/reports/?days=0", f"after={walked[-1]}"])
        here = address.split("&page=")[0]
        address = (
            f"{here}&page={page.next_page_number()}" if page.has_next() else older if page.paginator.is_more else ""
        )
    assert walked == wanted
    parts, cursor = [], ""
    while cursor is not None:
        answer = client.get(f"/api/reports/?days=0&limit=30&cursor={cursor}").json()
        parts += [one["report"] for one in answer["reports"]]
        cursor = answer["next_cursor"]
    assert parts == wanted
    assert client.get("/api/reports/?days=0&limit=30&cursor=WyI5OTk5OTkiXQ").status_code == 410


def test_a_report_that_may_not_be_read_is_no_place_to_go_on_from(cast, client_of, many):
    hidden = next(one for one in many if one.marking)
    client = client_of("sym-planner")
    whole = client.get("/reports/?days=0").context["rows"]
    assert client.get(f"/reports/?days=0&after={hidden.pk}").context["rows"] == whole


def test_words_are_looked_for_in_the_newest_and_then_in_older_ones(cast, many):
    jmac, now, found, after = cast["sym-jmac"], timezone.now(), [], 0
    wanted = [one.pk for one in may_see(jmac, many) if "market" in one.narrative]
    while after is not None:
        listed = reads.report_list(jmac, Filters(text="market", days="0"), now, after, most_searched=50)
        found += [one.pk for one in listed.found]
        after = listed.searched_to
    assert found == wanted
    whole = reads.report_list(jmac, Filters(text="market", days="0"), now, most_searched=0)
    assert [one.pk for one in whole.found] == wanted and whole.searched_to is None


@pytest.mark.parametrize("who", ["sym-jmac", "sym-planner"])
def test_pairs_that_were_kept_are_those_that_comparing_all_with_all_finds(cast, many, who):
    rules, shown = packaged_duplicate_rules(), once(may_see(cast[who], many))
    wanted = {(one.first, one.second): one.points for one in candidate_pairs(map(told, shown), rules)}
    found = [as_pair(one) for one in reads.pairs_to_look_at(cast[who], timezone.now() - timedelta(days=90))]
    assert {(one.first, one.second): one.points for one in found} == wanted and len(wanted) > 20
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)


def test_a_report_filed_or_changed_is_compared_as_all_are(cast):
    for report in laid_down(60, seed=4)[:25]:
        content_now = content_of(report) | {"place": "Zelleb", "latitude": 4.5, "longitude": 30.5}
        actions.edit_report(number=report.pk, expected_version=1, content=content_now, by=cast["sym-jmac"])
    filed(cast["sym-reporter"])
    standing = Report.objects.all()
    wanted = {(one.first, one.second) for one in candidate_pairs(map(told, standing), packaged_duplicate_rules())}
    assert set(Lookalike.objects.values_list("first", "second")) == wanted


@pytest.mark.parametrize("who", ["sym-jmac", "sym-planner"])
def test_a_map_of_many_draws_groups_that_hold_each_event_once(cast, client_of, many, who, monkeypatch):
    monkeypatch.setattr(reads, "MOST_ON_A_MAP", 20)
    now, stale_after = timezone.now(), timedelta(days=packaged_report_types().stale_after_days)
    events = [one for one in once(may_see(cast[who], many)) if one.latitude and one.from_at > now - timedelta(days=90)]
    sides = [
        max(map(place, events)) - min(map(place, events))
        for place in (lambda one: one.latitude, lambda one: one.longitude)
    ]
    side = max(*sides, reads.LEAST_SPAN) / reads.SQUARES
    squares = defaultdict(list)
    for one in events:
        square = (round(one.latitude / side), round(one.longitude / side), one.sort, one.from_at < now - stale_after)
        squares[square].append(one)
    found = reads.mapped(cast[who], 90, now)
    assert found.points == [] and found.counted == len(events) and not found.more
    drawn = Counter((one.reports, one.sort, one.is_stale, one.newest_at) for one in found.groups)
    wanted = Counter((len(of), key[2], key[3], max(one.from_at for one in of)) for key, of in squares.items())
    assert drawn == wanted
    layers = client_of(who).get("/api/reports/map/?days=90").json()
    assert sum(int(one["properties"]["name"]) for one in layers["labels"]["features"]) == layers["reports"] - sum(
        len(of) == 1 for of in squares.values()
    )
    monkeypatch.setattr(reads, "MOST_GROUPED", 50)
    newest = reads.mapped(cast[who], 90, now)
    assert newest.more and 50 <= newest.counted <= 50 + 5, "those of one instant stay together"


@pytest.mark.parametrize("who", ["sym-jmac", "sym-planner"])
def test_effort_counts_each_event_once_by_a_report_that_may_be_read(cast, many, who):
    today = timezone.now().date()
    first = today - timedelta(days=27)
    wanted = Counter(one.unit for one in once(may_see(cast[who], many)) if first <= one.from_at.date() <= today)
    assert {one.unit: one.reports for one in reads.efforts(cast[who], "UNSYM", first, today)} == dict(wanted)


def test_the_indexes_are_those_that_the_lists_use(cast):
    jmac, now = cast["sym-jmac"], timezone.now()
    if connection.vendor == "postgresql":  # on few rows it would read them all
        with connection.cursor() as cursor:
            for way in ("seqscan", "sort", "bitmapscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    asked = {
        "report_by_time": reads.report_list(jmac, Filters(), now).found[:50],
        "report_by_type": reads.report_list(jmac, Filters(type="arrest"), now).found[:50],
        "report_by_sort": reads.report_list(jmac, Filters(sort="event", days="0"), now).found[:50],
        "report_by_sort_and_standing": reads.report_list(
            jmac, Filters(sort="event", verification="refuted", days="0"), now
        ).found[:50],
        "report_to_grade": reads.report_list(jmac, Filters(work="grade", days="0"), now).found[:50],
        "report_to_verify": reads.report_list(jmac, Filters(work="verify", days="0"), now).found[:50],
        "report_version_waiting": reads.report_list(jmac, Filters(work="decide", days="0"), now).found[:50],
        "report_on_a_map": reads.newest_with_point(jmac, 30, now)[:50],
        "report_doubles": Report.objects.filter(counted_as=1).order_by(),
        "lookalike_by_time": Lookalike.objects.filter(latest_at__gte=now - timedelta(days=7)).order_by(),
    }
    told = {name: records.explain() for name, records in asked.items()}
    assert [name for name, plan in told.items() if name not in plan] == [], told
