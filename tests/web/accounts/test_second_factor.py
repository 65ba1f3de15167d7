"""Is a second factor asked for, kept secret, and needed where a role needs it?"""

import re
import time
import zlib

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client

from bluehelm.web.accounts.actions import AccountError, remove_second_factors
from bluehelm.web.accounts.adapters import SecondFactorAdapter, _keys
from bluehelm.web.accounts.models import User
from bluehelm.web.secrets import SecretError, kept_under, key_file, rotate
from tests.web.accounts.conftest import CHIEF, PASSWORD, deeds, is_signed_in, sign_in
from tests.web.page_reader import read

pytestmark = pytest.mark.django_db


def code_of(secret: str, steps: int = 0) -> str:
    """What an authenticator app shows, this half minute or some later one."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def confirmed(client):
    sign_in(client)
    client.post("/accounts/confirm/", {"password": PASSWORD})


def set_up(client) -> tuple[str, list[str]]:
    """Set up an authenticator app as the page says; its secret and the recovery codes shown."""
    confirmed(client)
    page = client.get("/accounts/second-factor/totp/activate/").content.decode()
    secret = re.search(r'class="digest">([A-Z2-7]{32})<', page).group(1)
    assert 'src="data:image/svg+xml;base64,' in page
    answer = client.post("/accounts/second-factor/totp/activate/", {"code": code_of(secret)}, follow=True)
    return secret, re.findall(r"<li><code>(\d{8})</code></li>", answer.content.decode())


def test_the_code_is_asked_for_after_the_password(client, person, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        secret, _ = set_up(client)
    other = Client()
    assert sign_in(other).headers["Location"] == "/accounts/second-factor/authenticate/"
    assert not is_signed_in(other)
    assert other.post("/accounts/second-factor/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_signed_in(other)
    other.post("/accounts/second-factor/authenticate/", {"code": code_of(secret, 1)})
    assert is_signed_in(other)
    assert ("account.second_factor_failed", "anna", "system:sign-in") in deeds()
    assert ("account.second_factor_added", "anna", "anna") in deeds()


def test_a_code_is_good_once(client, person):
    secret, _ = set_up(client)
    code = code_of(secret, 1)
    for expected in (True, False):
        other = Client()
        sign_in(other)
        other.post("/accounts/second-factor/authenticate/", {"code": code})
        assert is_signed_in(other) == expected


def test_a_recovery_code_lets_in_once(client, person):
    _, codes = set_up(client)
    assert len(codes) == 10
    for expected in (True, False):
        other = Client()
        sign_in(other)
        other.post("/accounts/second-factor/authenticate/", {"code": codes[0]})
        assert is_signed_in(other) == expected


def test_recovery_codes_are_shown_once(client, person):
    _, codes = set_up(client)
    again = client.get("/accounts/second-factor/recovery-codes/").content.decode()
    assert not [code for code in codes if code in again]
    assert client.get("/accounts/second-factor/recovery-codes/download/").status_code in (403, 404)


def test_guessing_codes_ends_soon(client, person, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "30/m/ip,4/10m/key"}
    secret, _ = set_up(client)
    other = Client()
    sign_in(other)
    for _ in range(4):
        other.post("/accounts/second-factor/authenticate/", {"code": "000000"})
    page = other.post("/accounts/second-factor/authenticate/", {"code": code_of(secret, 1)})
    assert "Too many" in read(page).text
    assert not is_signed_in(other)


def test_nothing_of_a_factor_is_readable_in_the_database(client, person):
    secret, codes = set_up(client)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not [code for code in codes if code in kept]


def test_a_secret_that_is_being_set_up_is_not_readable_in_the_session(client, person):
    confirmed(client)
    page = client.get("/accounts/second-factor/totp/activate/").content.decode()
    secret = re.search(r'class="digest">([A-Z2-7]{32})<', page).group(1)
    session = Session.objects.get(pk=client.session.session_key)
    assert session.get_decoded()["mfa.totp.secret"] == secret
    unsigned = signing.b64_decode(session.session_data.split(":")[0].lstrip(".").encode())
    for kept in (unsigned, zlib.decompress(unsigned) if session.session_data.startswith(".") else b""):
        assert secret.encode() not in kept and b"mfa.totp" not in kept


def test_its_secrets_are_bound_to_their_account(client, person):
    secret, _ = set_up(client)
    factor = Authenticator.objects.get(type="totp")
    kept = factor.data["secret"]
    assert kept.startswith("aes256gcm:") and SecondFactorAdapter().decrypt(kept) == secret
    other = User.objects.create_user("other", "other@example.org")
    moved = Authenticator.objects.create(user=other, type="totp", data={"secret": kept})
    with pytest.raises(SecretError, match="copied"):
        SecondFactorAdapter().decrypt(kept)
    factor.delete()
    with pytest.raises(SecretError, match="belongs elsewhere"):
        SecondFactorAdapter().decrypt(moved.data["secret"])


def test_a_rotation_keeps_every_factor_under_the_new_key_those_of_earlier_releases_too(client, person, settings):
    secret, codes = set_up(client)
    other = User.objects.create_user("other", "other@example.org")
    before = _keys().encrypt(b"JBSWY3DPEHPK3PXP").decode()
    earlier = Authenticator.objects.create(user=other, type="totp", data={"secret": before})
    key_id, count, dropped = rotate(key_file(settings.BLUEHELM_HOME))
    assert (count, len(dropped), kept_under()) == (3, 1, {key_id: 3})
    earlier.refresh_from_db()
    assert SecondFactorAdapter().decrypt(earlier.data["secret"]) == "JBSWY3DPEHPK3PXP"
    factor = Authenticator.objects.get(type="recovery_codes")
    assert factor.wrap().validate_code(codes[0]) and not factor.wrap().validate_code(codes[0])
    assert SecondFactorAdapter().decrypt(Authenticator.objects.get(user=person, type="totp").data["secret"]) == secret


def test_what_earlier_releases_wrote_is_read_with_a_replaced_key_and_refused_without(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "first", []
    written = _keys().encrypt(b"a secret").decode()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    assert SecondFactorAdapter().decrypt(written) == "a secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SecretError):
        SecondFactorAdapter().decrypt(written)


def test_changing_factors_asks_for_the_password_first(client, person):
    sign_in(client)
    for address in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        assert "/accounts/confirm/" in client.get(f"/accounts/second-factor/{address}").headers["Location"]


# --- where a role needs it ---------------------------------------------------------------------------------


@pytest.fixture
def enforced(settings):
    settings.SECOND_FACTOR_ENFORCED = True


@pytest.mark.parametrize("role", ["administrator", "conduct-officer", "mission-leadership"])
def test_a_grave_role_goes_nowhere_without_one(client, person, post_of, enforced, role):
    post_of(role, person)
    sign_in(client)
    for address in ("/", "/accounts/", "/accounts/tokens/", "/tables/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/second-factor/")
    page = read(client.get("/accounts/second-factor/"))
    assert "must not be able to act for it" in page.text


def test_a_program_is_told_so_as_a_problem(client, person, post_of, enforced):
    post_of("administrator", person)
    sign_in(client)
    answer = client.get("/api/missions/")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_it_may_be_set_up_and_then_every_page_is_open(client, person, post_of, enforced):
    post_of("administrator", person)
    set_up(client)
    assert is_signed_in(client)
    assert client.get("/").status_code == 200


def test_the_password_can_be_changed_and_the_session_ended_before(client, person, post_of, enforced):
    post_of("administrator", person)
    sign_in(client)
    assert client.get("/accounts/password/change/").status_code == 200
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"


@pytest.mark.parametrize("role", ["viewer", "planner", "analyst"])
def test_other_roles_may_do_without(client, person, post_of, enforced, role):
    post_of(role, person)
    sign_in(client)
    assert is_signed_in(client)


def test_outside_production_it_is_only_said(client, person, post_of):
    post_of("administrator", person)
    sign_in(client)
    assert is_signed_in(client)
    assert "Here it is not enforced" in read(client.get("/accounts/second-factor/")).text


def test_the_last_factor_of_a_grave_role_cannot_be_switched_off(client, person, post_of, enforced):
    post_of("administrator", person)
    set_up(client)
    page = client.post("/accounts/second-factor/totp/deactivate/")
    assert "cannot deactivate" in read(page).text
    assert Authenticator.objects.filter(type="totp").exists()


def test_it_can_be_switched_off_by_others(client, person):
    set_up(client)
    client.post("/accounts/second-factor/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert ("account.second_factor_removed", "anna", "anna") in deeds()
    assert sign_in(Client()).headers["Location"] == "/morning/"


def test_single_sign_on_counts_where_the_issuer_asks_for_a_second_factor(client, person, post_of, enforced, settings):
    post_of("administrator", person)
    sign_in(client)
    session = client.session
    session["account_authentication_methods"] = [{"method": "socialaccount", "at": time.time()}]
    session.save()
    assert not is_signed_in(client)
    settings.OIDC_ASKS_SECOND_FACTOR = True
    assert is_signed_in(client)


def test_an_administrator_removes_the_factors_of_somebody_who_lost_them(client, person):
    set_up(client)
    with pytest.raises(AccountError, match="takes a reason"):
        remove_second_factors(name="anna", by=CHIEF, reason=" ")
    assert remove_second_factors(name="anna", by=CHIEF, reason="telephone lost; known by voice") == 2
    assert not is_signed_in(client)
    assert sign_in(Client()).headers["Location"] == "/morning/"
    assert ("account.second_factor_removed", "anna", "chief") in deeds()
