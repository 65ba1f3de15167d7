"""Can an administrator keep accounts in the browser, and nobody else?"""

import re

import pytest
from django.test import Client

from bluehelm.web.accounts.actions import open_account
from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.tokens import make_token
from bluehelm.web.audit.models import Entry
from bluehelm.web.posts.acting import NotAllowedError, actor_in, posts_of
from tests.web.accounts.conftest import PASSWORD, TESTER, is_signed_in, sign_in
from tests.web.page_reader import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(post_of) -> Client:
    """An administrator who is signed in."""
    user = open_account(name="chief", by=TESTER, password=PASSWORD)
    post_of("administrator", user, code="ADM-1")
    client = Client()
    sign_in(client, "chief")
    return client


def addresses(user) -> list[str]:
    return ["/people/", "/people/new/", f"/people/{user.pk}/"]


def changes(user) -> list[str]:
    return [f"/people/{user.pk}/{deed}/" for deed in ("link", "close", "reopen", "unlock", "remove-factors")]


@pytest.mark.parametrize("role", ["viewer", "planner", "mission-leadership", "auditor", None])
def test_for_everybody_else_there_are_no_such_pages(client, person, post_of, role):
    if role:
        post_of(role, person)
    sign_in(client)
    assert {client.get(address).status_code for address in addresses(person)} == {404}
    assert {client.post(address, {"reason": "x"}).status_code for address in changes(person)} == {404}
    assert User.objects.get().is_active


def test_without_signing_in_one_is_led_there(client, person):
    for address in addresses(person):
        assert "/accounts/login/" in client.get(address).headers["Location"]


def test_the_deeds_themselves_refuse_who_may_not(person, post_of):
    planner = actor_in(person, post_of("planner", person))
    with pytest.raises(NotAllowedError):
        open_account(name="eve", by=planner)
    assert not User.objects.filter(username="eve").exists()


def test_programs_read_the_same_with_a_token_of_an_administrator(chief, person, post_of):
    own = User.objects.get(username="chief")
    _, secret = make_token(
        owner=own, name="n", post=posts_of(own)[0], scopes=["read:account", "create:account"], days=1
    )
    _, other = make_token(owner=own, name="n", post=posts_of(own)[0], scopes=["read:account"], days=1)
    listed = chief.get("/api/people/?find=anna").json()["accounts"]
    assert [(one["name"], one["open"], one["posts"]) for one in listed] == [("anna", True, [])]
    for address in ("/api/people/", f"/api/people/{person.pk}/"):
        shown = {"headers": {"Authorization": f"Bearer {secret}"}}
        assert Client().get(address, **shown).json() == chief.get(address).json()
        assert Client().get(address, headers={"Authorization": f"Bearer {other}"}).status_code == 403
        assert Client().post(address, **shown).status_code in (404, 405)


def test_people_are_found_by_a_part_of_name_or_address(chief, person):
    assert read(chief.get("/people/?find=EXAMPLE.org")).text.count("anna") >= 1
    assert "anna" in read(chief.get("/people/?find=nn")).text
    for nobody in ("zz", "%00"):
        assert "Nobody found" in read(chief.get(f"/people/?find={nobody}")).text


def test_an_account_is_opened_with_a_link_that_works(chief, post_of):
    post_of("planner", code="PLN-1")
    answer = chief.post("/people/new/", {"name": "berta", "email": "berta@example.org", "post": "PLN-1"})
    link = re.search(r'id="link">http://testserver(/[^<]+)<', answer.content.decode())[1]
    assert Client().get(link).status_code == 302
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.get(deed="account.opened", key="berta")
    assert (entry.by, entry.post) == ("chief", "ADM-1")
    assert "PLN-1" in read(chief.get(f"/people/{User.objects.get(username='berta').pk}/")).text


def test_what_cannot_be_an_account_is_said_and_nothing_is_kept(chief, person):
    page = read(chief.post("/people/new/", {"name": "anna"}))
    assert "There is an account 'anna' already." in page.text
    assert "Nothing was changed" in page.text
    assert User.objects.count() == 2


def test_an_account_is_closed_and_reopened_with_a_reason(chief, person, client):
    sign_in(client)
    closing = chief.post(f"/people/{person.pk}/close/", {"reason": "left"}, follow=True)
    assert "The account is closed." in read(closing).text
    assert not is_signed_in(client)
    assert "takes a reason" in read(chief.post(f"/people/{person.pk}/reopen/", {"reason": " "}, follow=True)).text
    chief.post(f"/people/{person.pk}/reopen/", {"reason": "back"})
    assert sign_in(client).status_code == 302
    assert list(Entry.objects.filter(deed="account.closed").values_list("by", "post", "reason")) == [
        ("chief", "ADM-1", "left")
    ]


def test_a_locked_name_is_shown_and_unlocked(chief, person, settings):
    settings.AXES_FAILURE_LIMIT = 2
    for number in range(2):
        sign_in(Client(), password=f"not the right one {number}")
    assert "locked" in read(chief.get(f"/people/{person.pk}/")).text
    chief.post(f"/people/{person.pk}/unlock/")
    assert sign_in(Client()).status_code == 302


def test_the_last_administrator_cannot_close_the_own_account(chief):
    own = User.objects.get(username="chief")
    answer = chief.post(f"/people/{own.pk}/close/", {"reason": "tired"}, follow=True)
    assert "last administrator" in read(answer).text
    assert User.objects.get().is_active


@pytest.mark.parametrize("address", ["/people/999/", "/people/0/", "/people/999/close/", "/people/1/explode/"])
def test_what_is_not_there_is_not_there(chief, address):
    assert chief.get(address).status_code in (404, 405)
    assert chief.post(address).status_code in (404, 405)


@pytest.mark.parametrize("name", ["\u0430nna", "anna smith", "anna@b", "\uff41nna"])
def test_names_that_look_like_others_are_refused(db, name):
    from bluehelm.web.accounts.actions import AccountError, open_account
    from tests.web.accounts.conftest import TESTER

    with pytest.raises(AccountError, match="letters"):
        open_account(name=name, by=TESTER)


@pytest.mark.parametrize("reason", ["x" * 2001, "NUL \0"])
def test_a_reason_that_cannot_be_kept_closes_nothing(person, reason):
    from bluehelm.web.accounts.actions import AccountError, close_account
    from tests.web.accounts.conftest import TESTER

    with pytest.raises(AccountError, match="reason"):
        close_account(name="anna", by=TESTER, reason=reason)
    person.refresh_from_db()
    assert person.is_active
