"""Does a session end when it should, and can a person end those elsewhere?"""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from bluehelm.web.accounts.actions import open_account
from bluehelm.web.accounts.middleware import SEEN_AT
from bluehelm.web.accounts.recording import SIGNED_IN_AT
from tests.web.accounts.conftest import PASSWORD, TESTER, details, is_signed_in, sign_in
from tests.web.page_reader import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, person) -> Client:
    sign_in(client)
    return client


def change(client, **values):
    session = client.session
    session.update(values)
    session.save()


def ago(**duration) -> float:
    return (timezone.now() - timedelta(**duration)).timestamp()


def test_a_session_ends_half_an_hour_after_the_last_request(signed_in, settings):
    assert settings.SESSION_COOKIE_AGE == 1800
    left = Session.objects.get(pk=signed_in.session.session_key).expire_date - timezone.now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_signed_in(signed_in)


def test_use_keeps_a_session_alive(signed_in):
    change(signed_in, **{SEEN_AT: ago(minutes=2)})
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    assert is_signed_in(signed_in)
    assert Session.objects.get().expire_date > timezone.now() + timedelta(minutes=29)


def test_use_is_noted_once_a_minute_only(signed_in):
    is_signed_in(signed_in)
    noted = UserSession.objects.get().last_seen_at
    is_signed_in(signed_in)
    assert UserSession.objects.get().last_seen_at == noted
    change(signed_in, **{SEEN_AT: ago(minutes=2)})
    is_signed_in(signed_in)
    assert UserSession.objects.get().last_seen_at > noted


def test_use_does_not_carry_a_session_beyond_half_a_day(signed_in):
    change(signed_in, **{SIGNED_IN_AT: ago(hours=11, minutes=59)})
    assert is_signed_in(signed_in)
    change(signed_in, **{SIGNED_IN_AT: ago(hours=12, minutes=1)})
    assert "as long as it may" in read(signed_in.get("/accounts/", follow=True)).text
    assert not is_signed_in(signed_in)


def test_a_session_that_does_not_say_when_it_began_is_over(signed_in):
    session = signed_in.session
    del session[SIGNED_IN_AT]
    session.save()
    assert not is_signed_in(signed_in)


def test_the_page_lists_the_sessions_and_ends_one_of_them(signed_in, person):
    other, third = Client(), Client()
    sign_in(other, headers={"User-Agent": "A browser elsewhere"})
    sign_in(third)
    page = read(signed_in.get("/accounts/sessions/"))
    assert "A browser elsewhere" in page.text
    ended = UserSession.objects.get(session_key=other.session.session_key)
    signed_in.post("/accounts/sessions/end/", {"session": ended.pk})
    assert [is_signed_in(one) for one in (signed_in, other, third)] == [True, False, True]
    assert details("account.sessions_ended") == [{"count": 1}]


def test_all_others_end_at_once(signed_in):
    others = [Client(), Client()]
    for other in others:
        sign_in(other)
    signed_in.post("/accounts/sessions/")
    assert is_signed_in(signed_in)
    assert not any(is_signed_in(other) for other in others)


def test_nobody_ends_the_session_of_another_person(signed_in):
    open_account(name="berta", by=TESTER, password=PASSWORD)
    berta = Client()
    sign_in(berta, "berta")
    hers = UserSession.objects.get(user__username="berta")
    for asked in (hers.pk, "", "x", 10**30):
        assert signed_in.post("/accounts/sessions/end/", {"session": asked}).status_code == 404
    assert is_signed_in(berta)


def test_signing_in_gives_a_new_session_key(client, person):
    client.get("/accounts/login/")
    session = client.session
    session["something"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_pages_of_an_account_are_kept_by_no_cache(signed_in):
    for address in ("/accounts/", "/accounts/sessions/", "/accounts/tokens/"):
        assert "no-store" in signed_in.get(address)["Cache-Control"]


def test_somebody_who_is_not_signed_in_has_no_session_row(client):
    client.get("/")
    assert not Session.objects.exists()


def test_a_number_of_any_length_ends_no_session(signed_in):
    assert signed_in.post("/accounts/sessions/end/", {"session": "9" * 5000}).status_code == 404
