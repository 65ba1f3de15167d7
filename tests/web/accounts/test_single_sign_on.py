"""Does single sign-on let in those we know, and give nobody else a right?"""

from urllib.parse import urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from bluehelm.web.accounts.actions import close_account, open_account
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from tests.web.accounts.conftest import CHIEF, PASSWORD, TESTER, deeds, details, is_signed_in, sign_in
from tests.web.accounts.issuer import CLIENT, SECRET, issuing
from tests.web.page_reader import read

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/sso/desk/login/"


@pytest.fixture(scope="module")
def running():
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def issuer(running, settings):
    running.person = {"sub": "subject-1", "email": "anna@example.org", "email_verified": True}
    running.claims, running.is_broken = {}, False
    app = {"provider_id": "desk", "name": "the desk's directory", "client_id": CLIENT, "secret": SECRET}
    app["settings"] = {"server_url": running.address}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return running


def come_in(client, **sent):
    """What a browser does: to the issuer, and back with its answer."""
    leaving = client.post(LOGIN, sent)
    assert leaving.status_code == 302
    back = httpx.get(leaving.headers["Location"]).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def test_without_an_issuer_there_is_no_such_way(client, db):
    assert "Sign in with the" not in read(client.get("/accounts/login/")).text
    assert client.post(LOGIN).status_code == 404


def test_the_sign_in_page_offers_it(client, db, issuer):
    page = read(client.get("/accounts/login/"))
    assert "Sign in with the desk's directory" in page.text


def test_a_person_is_found_by_verified_address_once_and_by_subject_from_then_on(client, person, issuer):
    assert come_in(client, next="/tables/").headers["Location"] == "/tables/"
    assert is_signed_in(client)
    assert SocialAccount.objects.get().user == person
    issuer.person = {"sub": "subject-1", "email": "other@example.org", "email_verified": True}
    other = Client()
    come_in(other)
    assert is_signed_in(other)
    assert details("account.signed_in") == [{"way": "socialaccount"}] * 2
    assert ("account.single_sign_on_connected", "anna", "anna") in deeds()


def test_the_password_goes_on_working(client, person, issuer):
    come_in(client)
    assert sign_in(Client()).status_code == 302


@pytest.mark.parametrize("verified", [False, None])
def test_an_address_that_the_issuer_has_not_verified_opens_nothing(client, person, issuer, verified):
    issuer.person["email_verified"] = verified
    assert "no account for you" in read(come_in(client)).text
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_somebody_unknown_is_refused(client, person, issuer):
    issuer.person["email"] = "eve@example.org"
    assert "no account for you" in read(come_in(client)).text
    assert not is_signed_in(client)
    assert User.objects.count() == 1


def test_somebody_unknown_gets_an_account_without_rights_where_that_is_set(client, issuer, settings):
    settings.OIDC_OPENS_ACCOUNTS = True
    issuer.person |= {"email": "eve@example.org", "preferred_username": "eve"}
    come_in(client)
    assert "None. You see open data only" in read(client.get("/accounts/")).text
    eve = User.objects.get()
    assert (eve.username, eve.has_usable_password(), eve.is_superuser, eve.is_staff) == ("eve", False, False, False)
    assert ("account.opened", "eve", "system:single sign-on") in deeds()


def test_a_taken_name_is_not_taken_over(client, issuer, settings):
    open_account(name="eve", email="first@example.org", by=TESTER, password=PASSWORD)
    settings.OIDC_OPENS_ACCOUNTS = True
    issuer.person |= {"email": "second@example.org", "preferred_username": "eve"}
    come_in(client)
    assert User.objects.count() == 2
    assert User.objects.get(email="second@example.org").username != "eve"


def test_a_closed_account_stays_closed(client, person, issuer):
    close_account(name="anna", by=CHIEF, reason="left")
    assert come_in(client).headers["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "claims", [{"iss": "https://elsewhere.example.org"}, {"aud": "another client"}, {"exp": 1_000_000_000}], ids=str
)
def test_a_token_for_others_or_from_others_opens_nothing(client, person, issuer, claims):
    issuer.claims = claims
    assert "Single sign-on failed" in read(come_in(client)).text
    assert not is_signed_in(client)


def test_an_answer_nobody_asked_for_opens_nothing(client, person, issuer):
    answer = client.get("/accounts/sso/desk/login/callback/?code=code-0&state=made-up")
    assert "Single sign-on failed" in read(answer).text
    assert not is_signed_in(client)


def test_stopping_on_the_other_side_is_said(client, person, issuer):
    leaving = client.post(LOGIN).headers["Location"]
    state = httpx.URL(leaving).params["state"]
    answer = client.get(f"/accounts/sso/desk/login/callback/?error=access_denied&state={state}", follow=True)
    assert "Sign-in cancelled" in read(answer).text


def test_an_issuer_that_does_not_answer_is_said(client, person, issuer):
    issuer.is_broken = True
    assert "Single sign-on failed" in read(client.post(LOGIN, follow=True)).text


def test_a_link_alone_starts_nothing(client, person, issuer):
    assert "Continue" in read(client.get(LOGIN)).text


def test_no_token_of_the_issuer_is_kept(client, person, issuer):
    come_in(client)
    assert not SocialToken.objects.exists()
    assert "opens userinfo" not in str(list(Entry.objects.values_list())) + str(list(SocialAccount.objects.values()))
