"""Do the pages of posts show and do what they say, and refuse the rest?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.posts.models import BrokenGlass, Occupancy, Organisation, Post

pytestmark = pytest.mark.django_db
REASON = "An attack on the camp is reported and their duty officer does not answer."


@pytest.fixture
def signed_in(cast):
    def as_whom(who):
        client = Client()
        client.force_login(User.objects.get(username=who))
        return client

    return as_whom


def test_somebody_with_two_posts_acts_in_the_one_chosen(signed_in, cast):
    planner = User.objects.get(username="sym-planner")
    Occupancy.objects.create(post=cast["sym-head"].post, person=planner, from_on=timezone.now().date())
    client = signed_in("sym-planner")
    assert client.get("/api/posts/").json()["acting"] == "sym-head"  # the first by code
    client.post("/posts/choose/", {"post": "sym-planner"})
    assert client.get("/api/posts/").json()["acting"] == "sym-planner"


def test_a_post_that_one_does_not_hold_cannot_be_chosen(signed_in):
    client = signed_in("sym-viewer")
    assert client.post("/posts/choose/", {"post": "sym-head"}).status_code == 404
    assert client.get("/api/posts/").json()["acting"] == "sym-viewer"


def test_choosing_leads_back_to_our_own_pages_only(signed_in):
    client = signed_in("sym-viewer")
    assert client.post("/posts/choose/", {"post": "sym-viewer", "next": "/calendar/"}).url == "/calendar/"
    assert client.post("/posts/choose/", {"post": "sym-viewer", "next": "https://example.org/"}).url == "/posts/"


def test_one_sees_the_posts_of_one_s_own_mission_and_no_others(signed_in):
    codes = {post["code"] for post in signed_in("sym-viewer").get("/api/posts/all/").json()["posts"]}
    assert "sym-head" in codes and "oth-planner" not in codes
    assert {post["code"] for post in signed_in("state-a").get("/api/posts/all/").json()["posts"]} == {"state-a"}
    assert signed_in("oth-planner").get("/posts/post/sym-head/").status_code == 404


def test_an_administrator_opens_fills_and_vacates_a_post(signed_in):
    client = signed_in("administrator")
    organisation = Organisation.objects.get(code="UNSYM").pk
    fields = {"code": "sym-new", "title": "New post", "role": "analyst", "organisation": organisation, "clearance": 1}
    assert client.post("/posts/new/", {**fields, "mission": "UNSYM"}).status_code == 302
    today = timezone.now().date()
    client.post("/posts/post/sym-new/occupy/", {"account": "sym-viewer", "from_on": today.isoformat()})
    held = Occupancy.objects.get(post__code="sym-new")
    assert held.person.get_username() == "sym-viewer"
    client.post(f"/posts/vacate/{held.pk}/", {"until_on": today.isoformat()})
    assert Occupancy.objects.get(pk=held.pk).until_on == today
    deeds = ["post.created", "post.occupied", "post.vacated"]
    assert [entry.deed for entry in Entry.objects.filter(deed__in=deeds)] == deeds


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"role": "emperor"}, "emperor"),
        ({"code": "sym head"}, "slug"),
        ({"code": "sym-head"}, "already exists"),
        ({"clearance": 9}, "9"),
        ({"section": "JMAC", "mission": ""}, "belongs_to_a_mission"),
    ],
)
def test_a_post_that_is_not_sound_is_refused_with_the_reason(signed_in, fields, said):
    organisation = Organisation.objects.get(code="UNSYM").pk
    sound = {"code": "sym-new", "title": "New", "role": "analyst", "organisation": organisation, "clearance": 1}
    answer = signed_in("administrator").post("/posts/new/", sound | fields)
    assert answer.status_code == 400 and said in answer.content.decode()
    assert not Post.objects.filter(title="New").exists()


@pytest.mark.parametrize("who", ["sym-head", "auditor", "sym-viewer"])
def test_only_those_who_keep_posts_change_them(signed_in, cast, who):
    client = signed_in(who)
    before = (Post.objects.count(), Occupancy.objects.count())
    assert client.get("/posts/new/").status_code == 404
    assert client.post("/posts/new-organisation/", {"code": "X", "name": "X", "kind": "mission"}).status_code == 404
    assert client.post("/posts/post/sym-jmac/occupy/", {"account": who, "from_on": "2026-01-01"}).status_code == 404
    assert client.post("/posts/post/sym-jmac/look-through/", {"reason": REASON}).status_code == 404
    assert client.post(f"/posts/vacate/{Occupancy.objects.first().pk}/", {"until_on": "2026-01-01"}).status_code == 404
    assert (Post.objects.count(), Occupancy.objects.count()) == before


def test_an_administrator_looks_through_a_post_changes_nothing_and_comes_back(signed_in):
    client = signed_in("administrator")
    assert client.post("/posts/post/sym-planner/look-through/", {"reason": "short"}).status_code == 400
    client.post("/posts/post/sym-planner/look-through/", {"reason": REASON})
    assert "Sym Planner" in client.get("/missions/").content.decode()
    assert client.get("/calendar/").context["mission"] == "UNSYM"
    assert client.post("/calendar/dates/", {}).status_code == 404  # a planner's deed, not a looker's
    assert client.get("/posts/new/").status_code == 404
    client.post("/posts/look-away/")
    assert client.get("/posts/new/").status_code == 200
    seen = Entry.objects.filter(deed__startswith="post.viewed_as").order_by("sequence")
    assert [(entry.deed, entry.by) for entry in seen] == [
        ("post.viewed_as", "administrator"),
        ("post.viewed_as_ended", "administrator"),
    ]


def test_the_glass_is_broken_on_the_page_told_to_the_head_and_acknowledged(signed_in):
    planner, head = signed_in("sym-planner"), signed_in("sym-head")
    page = planner.get("/posts/glass/").content.decode()
    assert "section:UNSYM/JMAC" in page and "UNOTH" not in page
    asked = {"audience": "section:UNSYM/JMAC", "minutes": 60, "reason": REASON}
    assert planner.post("/posts/glass/", asked).status_code == 302
    glass = BrokenGlass.objects.get()
    assert timedelta(minutes=59) < glass.until_at - glass.from_at <= timedelta(hours=1)
    assert REASON in head.get("/posts/").content.decode()
    assert REASON in head.get("/morning/planning/").content.decode()
    assert REASON not in signed_in("sym-viewer").get("/posts/").content.decode()
    head.post(f"/posts/glass/{glass.pk}/seen/")
    assert REASON not in head.get("/posts/").content.decode()
    assert signed_in("sym-viewer").post(f"/posts/glass/{glass.pk}/close/").status_code == 404
    planner.post(f"/posts/glass/{glass.pk}/close/")
    glass.refresh_from_db()
    assert glass.until_at <= timezone.now()


@pytest.mark.parametrize(
    "wrong", [{"reason": "  "}, {"minutes": 9999}, {"audience": "section:UNOTH/planning"}, {"audience": "everyone"}]
)
def test_the_glass_stays_whole_when_something_is_wrong(signed_in, wrong):
    asked = {"audience": "section:UNSYM/JMAC", "minutes": 60, "reason": REASON} | wrong
    assert signed_in("sym-planner").post("/posts/glass/", asked).status_code == 400
    assert not BrokenGlass.objects.exists()


def test_the_page_of_rights_says_what_the_definition_says(client):
    told = client.get("/api/posts/rights/").json()
    assert {role["role"] for role in told["roles"]} >= {"viewer", "auditor", "administrator"}
    page = client.get("/posts/rights/").content.decode()
    assert all(role["title"] in page for role in told["roles"]) and "draft" in page


def test_somebody_without_a_post_is_told_so(signed_in, db):
    User.objects.create_user("newcomer", "newcomer@example.org")
    client = Client()
    client.force_login(User.objects.get(username="newcomer"))
    assert "You hold no post today" in client.get("/posts/").content.decode()
    assert client.get("/api/posts/all/").json() == {"posts": []}
    assert client.get("/morning/").url == "/morning/research/"


def test_an_onward_address_that_is_no_page_leads_to_one_s_posts(signed_in):
    assert signed_in("sym-viewer").post("/posts/choose/", {"post": "sym-viewer", "next": "foo"}).url == "/posts/"


def test_what_is_answered_to_somebody_signed_in_is_kept_by_no_machine(signed_in):
    assert signed_in("sym-viewer").get("/posts/")["Cache-Control"] == "no-store"
