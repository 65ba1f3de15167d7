"""Does each morning list what needs its reader now, and nothing that he may not read?"""

from datetime import date, timedelta

import pytest
from django.test import Client

from bluehelm.disclosure import Label, Marking
from bluehelm.spine import Recommendation, RecordRef, RowRef
from bluehelm.store import Store
from bluehelm.tables.provenance import Coverage
from bluehelm.web.accounts.models import User
from bluehelm.web.findings import actions as findings
from bluehelm.web.findings.actions import Texts
from bluehelm.web.morning import sections
from bluehelm.web.morning.pages import PAGES, page_of
from bluehelm.web.posts.rights import rights
from tests.web.cast import make_cast
from tests.web.conftest import publish_events

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)
MISSION = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM"}))


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    publish_events(tmp_path, TODAY - timedelta(days=3))
    return make_cast()


def raise_one(cast, *, label=MISSION, evidence=None, domain="protection", title="The ferry is out of service"):
    texts = Texts(title, "No boat crosses since the rains.", domain, "high", "moderate", "UNSYM")
    cited = evidence or (RecordRef("document", "Patrol report 7"),)
    return findings.raise_finding(
        texts=texts, evidence=cited, label=label, by=cast["sym-jmac"], on=TODAY - timedelta(days=40)
    )


def recommend(cast, finding, due_on):
    asked = Recommendation("Repair the ferry.", "sym-chief", due_on)
    version, on = finding.row_version, TODAY - timedelta(days=30)
    return findings.recommend(number=finding.pk, expected_version=version, what=asked, by=cast["sym-planner"], on=on)


def titles(section):
    return [entry.text for entry in section.entries]


def test_every_role_has_a_morning():
    assert {role for page in PAGES for role in page.roles} == set(rights().codes)
    assert page_of("analyst").name == "protection" and page_of("").name == "research"


def test_an_overdue_decision_names_who_decides(cast):
    recommend(cast, raise_one(cast), TODAY - timedelta(days=2))
    listed = sections.overdue_decisions(cast["sym-planner"], TODAY)
    assert titles(listed) == ["The ferry is out of service"]
    assert "Component head" in listed.entries[0].why and listed.entries[0].late
    assert titles(sections.overdue_decisions(cast["sym-planner"], TODAY - timedelta(days=9))) == []


def test_a_decision_waits_for_those_who_may_decide_and_for_nobody_else(cast):
    recommend(cast, raise_one(cast), TODAY + timedelta(days=2))
    assert "The ferry is out of service" in titles(sections.waiting_for_you(cast["sym-chief"], TODAY))
    assert "The ferry is out of service" not in titles(sections.waiting_for_you(cast["sym-planner"], TODAY))


def test_a_finding_whose_data_has_a_newer_version_is_looked_at_again(cast, tmp_path):
    store = Store(tmp_path)
    first = store.latest("events")
    raise_one(cast, evidence=(RowRef("events", 1, "1", first.sha256),))
    assert titles(sections.changed_evidence(cast["sym-planner"], TODAY)) == []
    publish_events(tmp_path, TODAY)
    assert titles(sections.changed_evidence(cast["sym-planner"], TODAY)) == ["The ferry is out of service"]


def test_nothing_is_listed_that_the_reader_may_not_read(cast):
    hidden = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
    recommend_by = raise_one(cast, label=hidden)
    assert recommend_by.pk
    for who in ("sym-planner", "sym-head", "oth-planner", "hq-forces", "state-a", "nobody"):
        for page in PAGES:
            for listing in page.listings:
                assert "The ferry is out of service" not in titles(listing(cast[who], TODAY))
    about = sections.about("protection", "x", "protection")
    assert titles(about(cast["sym-jmac"], TODAY)) == ["The ferry is out of service"]


def test_new_data_is_compared_with_what_came_before(cast, tmp_path):
    publish_events(tmp_path, TODAY)
    listed = sections.new_versions(cast["researcher"], TODAY)
    assert len(listed.entries) == 2 and "version before had 0" in listed.entries[0].why
    assert titles(sections.new_versions(cast["researcher"], TODAY + timedelta(days=60))) == []


def test_a_revised_table_leads_to_what_moved(cast, tmp_path):
    assert titles(sections.moved_figures(cast["researcher"], TODAY)) == []
    publish_events(tmp_path, TODAY)
    (moved,) = sections.moved_figures(cast["researcher"], TODAY).entries
    assert moved.url == "/tables/events/revisions/?old=1&new=2"
    assert sections.moved_figures(cast["researcher"], TODAY + timedelta(days=60)).entries == ()


def test_what_is_covered_names_the_newest_version_of_each_provider(cast, tmp_path):
    publish_events(tmp_path, TODAY, coverage=Coverage("2020-01", "2026-10", None))
    (covered,) = sections.coverage(cast["researcher"], TODAY).entries
    assert covered.why == "2020-01 to 2026-10"


def test_a_long_section_shows_the_first_and_counts_the_rest(cast):
    for number in range(sections.LONGEST + 3):
        raise_one(cast, title=f"Finding {number}")
    listed = sections.about("protection", "x", "protection")(cast["sym-jmac"], TODAY)
    assert (len(listed.entries), listed.more) == (sections.LONGEST, 3)


@pytest.mark.parametrize("page", [page.name for page in PAGES])
@pytest.mark.parametrize("who", ["sym-planner", "state-a", "administrator"])
def test_every_morning_opens_for_every_post_and_its_json_says_the_same(cast, page, who):
    recommend(cast, raise_one(cast), TODAY - timedelta(days=2))
    client = Client()
    client.force_login(User.objects.get(username=who))
    shown = client.get(f"/morning/{page}/").content.decode()
    told = client.get(f"/api/morning/{page}/").json()
    entries = [entry for section in told["sections"] for entry in section["entries"]]
    assert all(entry["text"] in shown for entry in entries)
    assert bool(entries) or "Nothing now" in shown


def test_an_unknown_morning_is_not_there(cast):
    client = Client()
    client.force_login(User.objects.get(username="sym-planner"))
    assert client.get("/morning/never/").status_code == 404


def test_who_was_put_on_a_post_shows_to_the_head_and_the_auditor(cast):
    from django.utils import timezone

    from bluehelm.web.posts import actions as posts

    viewer, on = User.objects.get(username="sym-viewer"), timezone.now().date()
    posts.occupy(post=cast["sym-jmac"].post, person=viewer, from_on=on, by=cast["administrator"])
    for who in ("sym-head", "auditor"):
        (shown,) = sections.posts_filled(cast[who], on).entries
        assert "sym-viewer, put there by administrator" in shown.why
    assert sections.posts_filled(cast["sym-planner"], on).entries == ()
