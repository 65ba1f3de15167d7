"""Does a token let a program do what its owner's post may, no more and no longer?"""

import re
from datetime import timedelta

import pytest
from django.http import Http404, JsonResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from ninja import NinjaAPI

from bluehelm.definitions.rights import DEEDS
from bluehelm.web.accounts.actions import close_account, open_account
from bluehelm.web.accounts.models import ApiToken, User
from bluehelm.web.accounts.token_auth import SessionAuth, TokenAuth, answer_refusals, token_or_session
from bluehelm.web.accounts.tokens import TokenError, digest, make_token, narrowed, revoke_token, scopes_of
from bluehelm.web.posts.acting import NOBODY
from bluehelm.web.posts.models import BrokenGlass, Occupancy
from bluehelm.web.posts.rights import rights
from tests.web.accounts.conftest import CHIEF, PASSWORD, TESTER, deeds, details, sign_in
from tests.web.page_reader import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(person, post_of):
    return post_of("planner", person)


@pytest.fixture
def made(person, planner):
    return make_token(owner=person, name="nightly", post=planner, scopes=["read:table"], days=30)


@token_or_session("read:table")
def tables(request):
    actor = request.actor
    return JsonResponse(
        {
            "account": actor.account,
            "post": actor.post_code,
            "may": [scope for scope in scopes_of(actor.role) if actor.may(*scope.split(":"))],
            "passes": len(actor.reader.passes),
        }
    )


@token_or_session("create:finding")
def raise_finding(request):
    return JsonResponse({})


def asked(view, header=None):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/", headers={"Authorization": header} if header else {})
    request.user, request.actor = AnonymousUser(), NOBODY
    return view(request)


def with_token(secret, view=tables):
    return asked(view, f"Bearer {secret}")


def test_a_token_acts_as_its_owner_in_its_post_with_its_scopes(made):
    answer = with_token(made[1])
    assert answer.status_code == 200
    assert b'"account": "anna", "post": "planner-1", "may": ["read:table"]' in answer.content


def test_the_secret_is_kept_nowhere(made):
    token, secret = made
    assert re.fullmatch(r"bluehelm_[\w-]{43}", secret)
    kept = ApiToken.objects.values().get()
    assert kept["digest"] == digest(secret)
    assert not [value for value in kept.values() if secret[9:] in str(value)]
    assert len(token.beginning) < 10


def refused(answer, status, code, words):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith('Bearer realm="bluehelm"')
    assert code.encode() in answer.content
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer bluehelm_x", "Basic YTpi", "bluehelm_x", "Bearer \x00"]
)
def test_what_is_no_token_is_refused(db, header):
    refused(asked(tables, header), 401, "invalid_token", "not known")


def test_without_token_and_session_one_is_told_what_to_send(db):
    refused(asked(tables), 401, "not_signed_in", "Sign in, or send a token")


def test_a_scope_that_was_not_given_is_refused(made):
    answer = with_token(made[1], raise_finding)
    refused(answer, 403, "insufficient_scope", "create:finding")
    assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]


def test_it_ends_on_its_day(made):
    ApiToken.objects.update(expires_at=timezone.now())
    refused(with_token(made[1]), 401, "invalid_token", "expired")


def test_it_ends_when_it_is_revoked(made):
    revoke_token(token=made[0], by="anna")
    revoke_token(token=made[0], by="anna")
    refused(with_token(made[1]), 401, "invalid_token", "revoked")
    assert [deed for deed, *_ in deeds("token.")] == ["token.made", "token.revoked"]


def test_it_ends_when_the_account_is_closed_and_stays_ended(made, person):
    User.objects.update(is_active=False)
    refused(with_token(made[1]), 401, "invalid_token", "closed")
    User.objects.update(is_active=True)
    close_account(name="anna", by=CHIEF, reason="left")
    User.objects.update(is_active=True)
    refused(with_token(made[1]), 401, "invalid_token", "revoked")


def test_it_ends_when_the_post_is_left(made):
    Occupancy.objects.update(from_on="2020-01-01", until_on="2020-12-31")
    refused(with_token(made[1]), 401, "invalid_token", "no longer holds")


def test_what_the_post_loses_the_token_loses(made, planner):
    planner.role = "training"
    planner.clearance = 0
    planner.save()
    answer = with_token(made[1])
    assert answer.status_code == 200
    planner.role = "viewer"
    planner.save()
    assert with_token(made[1], raise_finding).status_code == 403


def test_what_was_opened_in_an_emergency_it_never_has(made, person, planner):
    now = timezone.now()
    BrokenGlass.objects.create(
        person=person,
        post=planner,
        audience="post:other",
        marking=2,
        reason="a convoy is missing",
        from_at=now - timedelta(minutes=1),
        until_at=now + timedelta(hours=1),
    )
    assert b'"passes": 1' in with_token(made[1]).content


def test_a_token_of_the_demonstration_is_worth_nothing_in_production(made, settings):
    User.objects.update(is_demo=True)
    assert with_token(made[1]).status_code == 200
    settings.BLUEHELM_PRODUCTION = True
    refused(with_token(made[1]), 401, "invalid_token", "closed")


def test_the_day_of_the_last_use_is_kept_and_the_first_use_is_audited(made, person):
    with_token(made[1])
    with_token(made[1])
    assert ApiToken.objects.get().last_used_on == timezone.now().date()
    ApiToken.objects.update(last_used_on="2020-01-01")
    with_token(made[1])
    assert ApiToken.objects.get().last_used_on == timezone.now().date()
    assert deeds("token.") == [("token.made", "anna", "anna"), ("token.first_used", "anna", "anna")]
    assert details("token.first_used") == [{"token": made[0].beginning}]


@pytest.mark.parametrize(
    ("asked_for", "words"),
    [
        ({"scopes": ["decide:finding"]}, "may not decide:finding"),
        ({"scopes": ["read:everything"]}, "may not read:everything"),
        ({"scopes": []}, "Choose"),
        ({"days": 0}, "from 1 to 365"),
        ({"days": 366}, "from 1 to 365"),
    ],
)
def test_nobody_gives_a_token_more_than_the_post_has(person, planner, asked_for, words):
    wanted = {"owner": person, "name": "n", "post": planner, "scopes": ["read:table"], "days": 30} | asked_for
    with pytest.raises(TokenError, match=words):
        make_token(**wanted)
    assert not ApiToken.objects.exists()


def test_nobody_makes_a_token_for_a_post_of_somebody_else(person, post_of):
    with pytest.raises(TokenError, match="do not hold"):
        make_token(owner=person, name="n", post=post_of("auditor"), scopes=["read:audit_entry"], days=1)


ROLES = st.sampled_from(rights().roles)
KINDS = [kind.kind for kind in rights().kinds]


@given(ROLES, st.sets(st.sampled_from([f"{deed}:{kind}" for deed in DEEDS for kind in KINDS])), st.integers(0, 2))
def test_a_narrowed_role_may_exactly_what_both_allow(role, scopes, marking):
    for deed in DEEDS:
        for kind in KINDS:
            both = role.may(deed, kind, marking) and f"{deed}:{kind}" in scopes
            assert narrowed(role, scopes).may(deed, kind, marking) == both


@given(ROLES, st.sets(st.sampled_from(KINDS)))
def test_narrowing_shows_no_field_that_the_role_hides(role, kinds):
    for kind in KINDS:
        for field in role.hide.get(kind, ()):
            assert not narrowed(role, {f"read:{kind}" for kind in kinds}).sees(kind, field)


def confirmed(client):
    """Signed in, and the password given once more."""
    sign_in(client)
    client.post("/accounts/confirm/", {"password": PASSWORD})


def test_the_page_shows_the_secret_once(client, person, planner):
    confirmed(client)
    sent = {"post": planner.code, "name": "nightly", "days": "30", "scopes": ["read:table", "create:finding"]}
    answer = client.post("/accounts/tokens/new/", sent)
    secret = re.search(r"bluehelm_[\w-]{43}", answer.content.decode()).group()
    assert with_token(secret, raise_finding).status_code == 200
    assert "no-store" in answer["Cache-Control"]
    later = client.get("/accounts/tokens/").content.decode()
    assert secret not in later
    assert "nightly" in later


def test_the_page_refuses_with_words_what_the_post_may_not(client, person, planner):
    confirmed(client)
    sent = {"post": planner.code, "name": "n", "days": "999", "scopes": ["decide:finding"]}
    page = read(client.post("/accounts/tokens/new/", sent))
    assert "Nothing was changed" in page.text
    assert "from 1 to 365" in page.text or "decide:finding" in page.text
    assert not ApiToken.objects.exists()


def test_making_one_asks_for_the_password_again(client, person, planner):
    sign_in(client)
    assert "/accounts/confirm/" in client.get("/accounts/tokens/new/").headers["Location"]
    sent = {"post": planner.code, "name": "n", "days": "30", "scopes": ["read:table"]}
    assert "/accounts/confirm/" in client.post("/accounts/tokens/new/", sent).headers["Location"]
    assert not ApiToken.objects.exists()


def test_somebody_without_a_post_is_told_why_there_is_no_token(client, person):
    confirmed(client)
    assert "You hold none today" in read(client.get("/accounts/tokens/new/")).text
    assert client.post("/accounts/tokens/new/", {"name": "n"}).status_code == 200
    assert not ApiToken.objects.exists()


def test_only_the_owner_revokes_on_the_page(client, made):
    open_account(name="berta", by=TESTER, password=PASSWORD)
    berta = Client()
    sign_in(berta, "berta")
    assert berta.post(f"/accounts/tokens/{made[0].pk}/revoke/").status_code == 404
    sign_in(client)
    client.post(f"/accounts/tokens/{made[0].pk}/revoke/")
    assert ApiToken.objects.get().revoked_at


def test_every_answer_of_the_api_can_be_asked_for_with_a_token(client, made, demo_home, settings):
    settings.BLUEHELM_HOME = demo_home
    shown = {"headers": {"Authorization": f"Bearer {made[1]}"}}
    assert client.get("/api/tables/", **shown).status_code == 200
    revoke_token(token=made[0], by="anna")
    refused(client.get("/api/tables/", **shown), 401, "invalid_token", "revoked")
    assert client.get("/tables/", **shown).status_code == 200  # a page for people takes no token and needs none


def test_a_token_reads_tables_by_its_own_scopes_and_not_by_the_session_beside_it(client, person, planner, settings):
    from bluehelm.disclosure import Label, Marking
    from bluehelm.web.accounts.token_auth import tokens_act
    from bluehelm.workflows import readers

    _, reads = make_token(owner=person, name="r", post=planner, scopes=["read:table"], days=1)
    _, blind = make_token(owner=person, name="b", post=planner, scopes=["create:finding"], days=1)
    confidential = readers.version_label(Label(Marking.CONFIDENTIAL, frozenset({f"post:{planner.code}"})))
    seen = []

    def answer(request):
        from bluehelm.store.labels import admitted

        seen.append(admitted(confidential))
        return JsonResponse({})

    for secret in (reads, blind):
        request = RequestFactory().get("/api/tables/", headers={"Authorization": f"Bearer {secret}"})
        request.user, request.actor = person, NOBODY
        assert tokens_act(answer)(request).status_code == 200
    assert seen == [True, False]


def test_a_token_opens_no_page_of_the_account(client, made):
    shown = {"headers": {"Authorization": f"Bearer {made[1]}"}}
    for address in ("/accounts/", "/accounts/tokens/", "/accounts/tokens/new/", "/accounts/sessions/"):
        assert "/accounts/login/" in client.get(address, **shown).headers["Location"]


def test_django_ninja_says_the_same(made, client, person):
    api = NinjaAPI(auth=[TokenAuth(), SessionAuth()], urls_namespace="tokens_under_test")
    answer_refusals(api)

    @api.get("/who")
    def who(request):
        return {"account": request.actor.account}

    @api.get("/findings", auth=TokenAuth("read:finding"))
    def findings(request):
        return []

    from ninja.testing import TestClient

    program = TestClient(api)
    shown = {"headers": {"Authorization": f"Bearer {made[1]}"}}
    assert program.get("/who", **shown).json() == {"account": "anna"}
    denied = program.get("/findings", **shown)
    assert (denied.status_code, denied["WWW-Authenticate"][:6]) == (403, "Bearer")
    assert program.get("/who", headers={"Authorization": "Bearer x"}).status_code == 401
    assert program.get("/findings").status_code == 401


def test_a_post_that_is_not_held_is_not_replaced_by_another(planner):
    from bluehelm.web.accounts.views import _post_asked_for

    assert _post_asked_for(RequestFactory().get("/", {"post": "planner-1"}), [planner]) == planner
    with pytest.raises(Http404):
        _post_asked_for(RequestFactory().get("/", {"post": "somebody-elses"}), [planner])
