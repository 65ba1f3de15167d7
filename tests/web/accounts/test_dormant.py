"""Are accounts closed that nobody uses, and never the one that could open them again?"""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from bluehelm.web.accounts.actions import AccountError, close_account, create_demo_people, open_account, reopen_account
from bluehelm.web.accounts.dormant import close_dormant, dormant_for
from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.tokens import make_token
from bluehelm.web.audit.models import Entry
from tests.web.accounts.conftest import CHIEF, PASSWORD, TESTER, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


def account(name, *, seen=None, opened=200):
    user = open_account(name=name, by=TESTER, password=PASSWORD)
    user.date_joined = timezone.now() - timedelta(days=opened)
    user.last_login = timezone.now() - timedelta(days=seen) if seen is not None else None
    user.save()
    return user


def names(users):
    return [user.username for user in users]


def test_accounts_nobody_used_are_closed_and_the_audit_says_why(db):
    for name, seen in (("anna", 91), ("berta", 89), ("carl", None)):
        account(name, seen=seen)
    account("dora", opened=10)
    assert names(dormant_for(90)) == ["anna", "carl"]
    assert names(close_dormant(days=90)) == ["anna", "carl"]
    assert sorted(names(User.objects.filter(is_active=True))) == ["berta", "dora"]
    entry = Entry.objects.filter(deed="account.closed").first()
    assert (entry.key, entry.by, entry.reason) == ("anna", "system:dormant accounts", "not used for 90 days")
    assert close_dormant(days=90) == []


def test_an_account_whose_token_works_is_in_use(post_of):
    user = account("anna", seen=200)
    token, _ = make_token(owner=user, name="n", post=post_of("viewer", user), scopes=["read:table"], days=30)
    assert names(dormant_for(90)) == ["anna"]
    token.last_used_on = timezone.now().date()
    token.save()
    assert dormant_for(90) == []


def test_the_last_administrator_is_never_closed(post_of):
    first, second = account("anna", seen=300), account("berta", seen=200)
    post_of("administrator", first, second)
    assert names(close_dormant(days=90)) == ["anna"]
    assert close_dormant(days=90) == []
    with pytest.raises(AccountError, match="last administrator"):
        close_account(name="berta", by=CHIEF, reason="tidying")
    assert User.objects.get(username="berta").is_active


def test_where_another_administrator_is_active_a_dormant_one_is_closed(post_of):
    post_of("administrator", account("anna", seen=300), account("berta", seen=1))
    assert names(close_dormant(days=90)) == ["anna"]


def test_people_of_the_demonstration_stay(post_of):
    create_demo_people([post_of("viewer")])
    User.objects.update(date_joined=timezone.now() - timedelta(days=900))
    assert dormant_for(90) == []


def test_the_first_sign_in_of_a_day_closes_them_before_it_lets_anybody_in(db):
    account("anna", seen=91)
    account("berta", seen=91)
    client = Client()
    sign_in(client, "anna")
    assert not is_signed_in(client)
    assert not User.objects.filter(is_active=True).exists()


def test_it_is_done_once_a_day(db):
    sign_in(Client(), "nobody", "x")
    account("anna", seen=91)
    sign_in(Client(), "nobody", "x")
    assert User.objects.get().is_active
    cache.clear()
    sign_in(Client(), "nobody", "x")
    assert not User.objects.get().is_active


def test_a_reopened_account_is_not_dormant_at_once(db):
    account("anna", seen=300)
    close_dormant(days=90)
    reopen_account(name="anna", by=CHIEF, reason="back from leave")
    assert dormant_for(90) == []
    assert sign_in(Client(), "anna").status_code == 302


def test_closing_takes_a_reason_and_an_open_account(person):
    with pytest.raises(AccountError, match="takes a reason"):
        close_account(name="anna", by=CHIEF, reason="  ")
    close_account(name="anna", by=CHIEF, reason="left")
    with pytest.raises(AccountError, match="closed already"):
        close_account(name="anna", by=CHIEF, reason="left")
    with pytest.raises(AccountError, match="no account"):
        close_account(name="nobody", by=CHIEF, reason="left")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"name": "ANNA"}, "already"),
        ({"name": "two words"}, "letters a to z"),
        ({"name": ""}, "letters a to z"),
        ({"name": "berta", "email": "not an address"}, "valid email"),
        ({"name": "berta", "email": "Anna@Example.org"}, "another account has"),
        ({"name": "berta", "post": "NO-SUCH"}, "no open post"),
    ],
)
def test_what_cannot_be_an_account_is_refused_and_nothing_is_kept(person, asked, words):
    with pytest.raises(AccountError, match=f"(?i){words}"):
        open_account(by=CHIEF, **asked)
    assert names(User.objects.all()) == ["anna"]
    assert Entry.objects.filter(deed="account.opened").count() == 1
