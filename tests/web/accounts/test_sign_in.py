"""Can one sign in with a password, and does nobody learn anything from failing?"""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from bluehelm.web.accounts.actions import AccountError, close_account, open_account, password_link
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from tests.web.accounts.conftest import CHIEF, PASSWORD, TESTER, deeds, details, is_signed_in, sign_in
from tests.web.page_reader import read

pytestmark = pytest.mark.django_db


def test_the_right_password_opens_the_account_and_the_audit_says_how(client, person):
    assert sign_in(client).status_code == 302
    assert is_signed_in(client)
    assert ("account.signed_in", "anna", "anna") in deeds()
    assert details("account.signed_in") == [{"way": "password"}]


def test_passwords_are_kept_with_argon2(argon2, person):
    assert person.password.startswith("argon2$argon2id$")


def test_an_account_brought_from_elsewhere_is_renewed_to_argon2_at_sign_in(client, argon2, person):
    from django.contrib.auth.hashers import make_password

    User.objects.filter(pk=person.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    assert sign_in(client).status_code == 302
    person.refresh_from_db()
    assert person.password.startswith("argon2$")


def plain(answer) -> str:
    """The page without what differs at every request, and without the name that was typed."""
    text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.content.decode())
    return text.replace("anna", "NAME").replace("nobody-of-this-name", "NAME")


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(person):
    known = sign_in(Client(), "anna", "not the right one at all")
    unknown = sign_in(Client(), "nobody-of-this-name", "not the right one at all")
    assert known.status_code == unknown.status_code == 200
    assert plain(known) == plain(unknown)
    assert "not correct" in plain(known)


def test_failures_are_recorded_without_what_was_typed(client, person):
    sign_in(client, "anna", "swordfish-of-the-day")
    sign_in(client, "swordfish-of-the-day", "")
    sign_in(client, "swordfish-of-the-day", "x")
    assert [entry for entry in deeds() if entry[0] == "account.sign_in_failed"] == [
        ("account.sign_in_failed", "anna", "system:sign-in"),
        ("account.sign_in_failed", "unknown", "system:sign-in"),
    ]
    assert not [entry for entry in Entry.objects.values_list() if "swordfish" in str(entry)]


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/signup/?next=/"])
def test_nobody_registers(client, address):
    assert "opened by an administrator" in read(client.get(address)).text
    sent = {"username": "eve", "email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(address, sent)
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short words", "12"),
        ("928374650192837", "numeric"),
        ("1q2w3e4r5t6y", "common"),
        ("anna-smith@example.org", "similar"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password, words):
    with pytest.raises(AccountError, match=words):
        open_account(name="anna-smith", email="anna-smith@example.org", by=TESTER, password=password)
    assert not User.objects.exists()


def test_signing_out_ends_the_session_on_the_server(client, person):
    sign_in(client)
    kept = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    other = Client()
    other.cookies["sessionid"] = kept
    assert not is_signed_in(other)
    assert ("account.signed_out", "anna", "anna") in deeds()


def test_a_link_cannot_sign_anybody_out(client, person):
    sign_in(client)
    client.get("/accounts/logout/")
    assert is_signed_in(client)


def test_nobody_is_led_to_another_site_after_signing_in(client, person):
    sent = {"login": "anna", "password": PASSWORD, "next": "https://example.org/trap"}
    assert client.post("/accounts/login/", sent).headers["Location"] == "/morning/"
    sent["next"] = "/tables/"
    assert Client().post("/accounts/login/", sent).headers["Location"] == "/tables/"


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(client, person):
    other = Client()
    sign_in(client)
    sign_in(other)
    changed = "nine old herons on one leg"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": changed, "password2": changed})
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert ("account.password_changed", "anna", "anna") in deeds()


def test_without_mail_a_forgotten_password_leads_to_the_administrator(client, person):
    page = read(client.get("/accounts/password/reset/"))
    assert "Ask your administrator" in page.text
    client.post("/accounts/password/reset/", {"email": "anna@example.org"})
    assert mail.outbox == []


def test_with_mail_a_link_is_sent_to_the_account_and_to_nobody_else(client, person, settings):
    settings.MAIL_IS_CONFIGURED = True
    answers = [
        client.post("/accounts/password/reset/", {"email": address}, follow=True)
        for address in ("anna@example.org", "nobody@example.org")
    ]
    assert plain(answers[0]) == plain(answers[1])
    assert [message.to for message in mail.outbox] == [["anna@example.org"]]
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def set_by_link(link, password):
    """Follow a link as a browser does, and send a new password."""
    browser = Client()
    page = browser.get(link, follow=True)
    form = page.redirect_chain[-1][0] if page.redirect_chain else link
    return browser.post(form, {"password1": password, "password2": password}, follow=True), page


def test_a_link_sets_a_password_once(person, client):
    sign_in(client)
    link = password_link(name="anna", by=CHIEF)
    changed = "nine old herons on one leg"
    answer, _ = set_by_link(link, changed)
    assert "The password is set" in read(answer).text
    assert not is_signed_in(client)
    assert sign_in(Client(), password=changed).status_code == 302
    _, page = set_by_link(link, "ten old herons on one leg")
    assert "This link does not hold" in read(page).text
    assert [entry for entry in deeds() if "link" in entry[0]] == [
        ("account.link_made", "anna", "chief"),
        ("account.password_set_by_link", "anna", "anna"),
    ]


def test_a_link_is_too_old_after_its_time(person, settings):
    link = password_link(name="anna", by=CHIEF)
    settings.PASSWORD_RESET_TIMEOUT = -1
    _, page = set_by_link(link, PASSWORD)
    assert "This link does not hold" in read(page).text


def test_a_weak_password_is_refused_by_the_link_too(person):
    answer, _ = set_by_link(password_link(name="anna", by=CHIEF), "short")
    assert "at least 12 characters" in read(answer).text
    assert sign_in(Client()).status_code == 302


def test_closing_an_account_ends_its_sessions_at_once(client, person):
    sign_in(client)
    close_account(name="anna", by=CHIEF, reason="left the mission")
    assert not is_signed_in(client)
    assert not UserSession.objects.exists()
    answer = sign_in(Client())
    assert answer.headers["Location"] == "/accounts/inactive/"
    assert Entry.objects.get(deed="account.closed").reason == "left the mission"


def test_a_closed_account_says_so_only_to_whoever_knows_its_password(person):
    close_account(name="anna", by=CHIEF, reason="left the mission")
    wrong = sign_in(Client(), password="not the right one at all")
    unknown = sign_in(Client(), "nobody-of-this-name", "not the right one at all")
    assert plain(wrong) == plain(unknown)
