"""Is whoever guesses locked out, and nobody else?"""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from bluehelm.web.accounts.actions import unlock_account
from tests.web.accounts.conftest import CHIEF, PASSWORD, deeds, sign_in
from tests.web.page_reader import read

pytestmark = pytest.mark.django_db

WRONG = "not the right one at all"


@pytest.fixture(autouse=True)
def three_failures(settings):
    settings.AXES_FAILURE_LIMIT = 3


def guess(times, name="anna", **sent):
    return [sign_in(Client(), name, f"{WRONG} {n}", **sent) for n in range(times)][-1]


def test_after_too_many_failures_the_right_password_does_not_help(person):
    assert guess(3).status_code == 429
    answer = sign_in(Client())
    assert answer.status_code == 429
    assert answer["Retry-After"] == "1800"
    assert "Too many attempts" in read(answer).text


def test_fewer_failures_are_forgotten_with_the_right_password(person):
    for _ in range(3):
        guess(2)
        assert sign_in(Client()).status_code == 302


def test_a_name_that_does_not_exist_is_locked_alike(person):
    for name in ("anna", "nobody-of-this-name"):
        guess(3, name)
    pages = [read(sign_in(Client(), name)).text for name in ("anna", "nobody-of-this-name")]
    assert pages[0] == pages[1]


def test_capitals_and_blanks_are_no_way_around(person):
    for name in ("anna", "ANNA", " anna "):
        guess(1, name)
    assert sign_in(Client()).status_code == 429


def test_one_address_cannot_lock_another_out(person):
    guess(3, REMOTE_ADDR="192.0.2.1")
    assert sign_in(Client(), REMOTE_ADDR="192.0.2.1").status_code == 429
    assert sign_in(Client(), REMOTE_ADDR="192.0.2.2").status_code == 302


def test_many_addresses_together_are_slowed_too(person, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "30/m/ip,4/10m/key"}
    for number in range(4):
        guess(1, REMOTE_ADDR=f"192.0.2.{number}")
    assert "Too many failed" in read(sign_in(Client(), REMOTE_ADDR="192.0.2.9")).text


def test_it_ends_by_itself(person):
    guess(3)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert sign_in(Client()).status_code == 302


def test_attempts_during_the_lock_do_not_make_it_longer(person):
    guess(3)
    before = AccessAttempt.objects.get().attempt_time
    guess(2)
    assert AccessAttempt.objects.get().attempt_time == before


def test_an_administrator_unlocks(person):
    guess(3, "ANNA")
    assert unlock_account(name="anna", by=CHIEF) == 1
    assert sign_in(Client()).status_code == 302
    assert ("account.unlocked", "anna", "chief") in deeds()


def test_the_audit_says_it_once_however_often_one_tries(person):
    guess(8)
    said = [deed for deed, key, _ in deeds() if key == "anna" and deed != "account.opened"]
    assert said == ["account.sign_in_failed"] * 3 + ["account.locked"]


def test_what_is_kept_of_an_attempt_holds_no_password(person):
    guess(2)
    assert not [row for row in AccessAttempt.objects.values_list() if WRONG in str(row)]


def test_a_forwarded_address_counts_only_behind_a_proxy(person, settings):
    forged = [f"198.51.100.{n}" for n in range(3)]
    for address in forged:
        guess(1, headers={"X-Forwarded-For": address})
    assert sign_in(Client()).status_code == 429
    AccessAttempt.objects.all().delete()

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for address in forged:  # what the client wrote first, what the proxy added last
        guess(1, headers={"X-Forwarded-For": f"{address}, 203.0.113.7"})
    assert sign_in(Client(), headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"}).status_code == 429
    assert sign_in(Client(), headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 302


def test_confirming_the_password_is_guarded_too(client, person):
    sign_in(client)
    for number in range(3):
        client.post("/accounts/confirm/", {"password": f"{WRONG} {number}"})
    assert sign_in(Client(), password=PASSWORD).status_code == 429
