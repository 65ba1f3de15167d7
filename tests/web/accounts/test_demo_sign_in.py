"""Is somebody signed in by a click in the demonstration, and nowhere else at all?"""

import json

import pytest
from django.test import Client

from bluehelm.web.accounts.actions import AccountError, create_demo_people, open_account
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from tests.web.accounts.conftest import CHIEF, PASSWORD, TESTER, details, is_signed_in, sign_in
from tests.web.page_reader import read

pytestmark = pytest.mark.django_db

ADDRESS = "/demo/sign-in/"


def mark(folder, complete=True):
    (folder / "demo.json").write_text(json.dumps({"seed": 0, "mission": "UNSYM", "complete": complete}))


@pytest.fixture
def people(post_of):
    posts = [post_of("planner"), post_of("analyst"), post_of("administrator")]
    return create_demo_people(posts)


@pytest.fixture
def demonstration(settings, folder, people):
    """The server of `bluehelm demo`, asked from this machine."""
    settings.BLUEHELM_PRODUCTION = False
    settings.SERVED_TO_THIS_MACHINE = True
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "desk.example.org"]
    mark(folder)
    return folder


def here(**other) -> Client:
    return Client(**{"SERVER_NAME": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1"} | other)


def click(client, person):
    return client.post(ADDRESS, {"person": person.username})


def assert_shut(client, person):
    assert client.get(ADDRESS).status_code == 404
    assert click(client, person).status_code == 404
    assert not is_signed_in(client)


def test_one_click_signs_in_as_the_post(demonstration, people):
    client = here()
    page = read(client.get(ADDRESS))
    for words in ("Planner", "Analyst", "The mission", "Planning and performance"):
        assert words in page.text
    assert click(client, people[0]).status_code == 302
    assert "Planner (planner-1)" in read(client.get("/accounts/")).text
    assert details("account.signed_in") == [{"way": "demonstration"}]


def test_another_click_is_another_person_with_another_session(demonstration, people):
    client = here()
    click(client, people[0])
    first = client.session.session_key
    click(client, people[1])
    assert "analyst-1" in read(client.get("/accounts/")).text
    assert client.session.session_key != first


def test_a_click_takes_the_pages_key(demonstration, people):
    strict = here(enforce_csrf_checks=True)
    strict.get(ADDRESS)
    assert click(strict, people[0]).status_code == 403
    assert not is_signed_in(strict)


def test_a_link_signs_nobody_in(demonstration, people):
    client = here()
    client.get(ADDRESS, {"person": people[0].username})
    assert not is_signed_in(client)


def test_production_shuts_it_whatever_the_folder_says(demonstration, people, settings):
    settings.BLUEHELM_PRODUCTION = True
    assert_shut(here(), people[0])


def test_a_session_of_the_demonstration_is_worth_nothing_in_production(demonstration, people, settings):
    client = here()
    click(client, people[2])
    settings.BLUEHELM_PRODUCTION = True
    assert not is_signed_in(client)


def test_another_server_than_ours_shuts_it(demonstration, people, settings):
    settings.SERVED_TO_THIS_MACHINE = False
    assert_shut(here(), people[0])


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"complete": false}', '{"complete": "yes"}'])
def test_a_folder_that_is_no_finished_demonstration_shuts_it(demonstration, people, text):
    (demonstration / "demo.json").unlink()
    if text is not None:
        (demonstration / "demo.json").write_text(text)
    assert_shut(here(), people[0])


@pytest.mark.parametrize(
    "sent",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"SERVER_NAME": "desk.example.org"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
    ids=str,
)
def test_asked_from_elsewhere_it_is_shut(demonstration, people, sent):
    assert_shut(here(**sent), people[0])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_has_several_names(demonstration, people, host):
    assert click(here(SERVER_NAME=host), people[0]).status_code == 302


def test_a_mark_put_into_a_folder_of_real_accounts_opens_none_of_them(settings, folder, person, post_of):
    post_of("administrator", person)
    settings.SERVED_TO_THIS_MACHINE = True
    mark(folder)
    assert_shut(here(), person)


def test_a_real_account_in_a_demonstration_is_not_among_those_to_click(demonstration, people):
    real = open_account(name="berta", by=TESTER, password=PASSWORD)
    client = here()
    assert "berta" not in client.get(ADDRESS).content.decode()
    assert click(client, real).status_code == 404
    assert not is_signed_in(client)


@pytest.mark.parametrize("asked", ["", "x", "1", "demo-*", "\x00"])
def test_an_unknown_person_is_nobody(demonstration, people, asked):
    client = here()
    assert client.post(ADDRESS, {"person": asked}).status_code == 404
    assert not is_signed_in(client)


def test_people_of_the_demonstration_have_no_password_and_no_way_to_get_one(demonstration, people):
    from bluehelm.web.accounts.actions import password_link

    assert not any(user.has_usable_password() for user in people)
    sign_in(client := here(), people[0].username, "")
    assert not is_signed_in(client)
    with pytest.raises(AccountError, match="demonstration"):
        password_link(name=people[0].username, by=CHIEF)


def test_they_cannot_give_themselves_a_password(demonstration, people):
    client = here()
    click(client, people[0])
    sent = {"password1": PASSWORD, "password2": PASSWORD}
    assert "have no password" in read(client.post("/accounts/password/set/", sent)).text
    assert not User.objects.get(pk=people[0].pk).has_usable_password()


def test_the_pages_lead_to_the_posts_instead_of_a_password(demonstration, people, settings):
    page = here().get("/accounts/login/").content.decode()
    assert "nobody here has a password" in page
    assert page.count(f'href="{ADDRESS}"') == 2
    settings.SERVED_TO_THIS_MACHINE = False
    assert ADDRESS not in here().get("/accounts/login/").content.decode()


def test_they_are_made_once_and_only_where_nobody_real_is(people, post_of, mission):
    from bluehelm.web.posts.models import Occupancy, Post

    assert create_demo_people(Post.objects.order_by("pk")) == people
    assert Occupancy.objects.count() == 3
    assert Entry.objects.filter(deed="account.opened").count() == 3
    open_account(name="berta", by=TESTER, password=PASSWORD)
    with pytest.raises(AccountError, match="accounts of its own"):
        create_demo_people([post_of("viewer")])
    assert User.objects.filter(is_demo=True).count() == 3
