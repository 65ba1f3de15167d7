"""Who signs in during these tests, and what does the audit say of it?"""

import json

import pytest
from django.core.cache import cache
from django.utils import timezone

from bluehelm.web.accounts.actions import open_account
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.posts.acting import keeper
from bluehelm.web.posts.models import Occupancy, Organisation, Post

PASSWORD = "four grey cranes over water"
TESTER, CHIEF = keeper("system:test"), keeper("chief")


@pytest.fixture(autouse=True)
def nothing_counted_before(request):
    """Every test begins with no failures counted; those in a browser have a server of their own instead."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Argon2 is slow on purpose; only the tests about it use it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def argon2(settings):
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path / "home"
    settings.BLUEHELM_HOME.mkdir()
    return settings.BLUEHELM_HOME


@pytest.fixture
def person(db) -> User:
    """Somebody with a password and no post."""
    return open_account(name="anna", email="anna@example.org", by=TESTER, password=PASSWORD)


@pytest.fixture
def mission(db) -> Organisation:
    return Organisation.objects.create(code="UNSYM", name="The mission", kind="mission")


@pytest.fixture
def post_of(mission):
    """Makes a post of a role and puts somebody on it."""

    def make(role: str, *people: User, code: str = "", clearance: int = 2) -> Post:
        post = Post.objects.create(
            code=code or f"{role}-1", title=role.title(), role=role, organisation=mission, clearance=clearance
        )
        for one in people:
            Occupancy.objects.create(post=post, person=one, from_on=timezone.now().date())
        return post

    return make


def sign_in(client, name="anna", password=PASSWORD, **sent):
    return client.post("/accounts/login/", {"login": name, "password": password}, **sent)


def is_signed_in(client) -> bool:
    return client.get("/accounts/").status_code == 200


def deeds(prefix: str = "account.") -> list[tuple[str, str, str]]:
    """What the audit says: deed, record and who did it, oldest first."""
    found = Entry.objects.filter(deed__startswith=prefix).order_by("sequence")
    return [(entry.deed, entry.key, entry.by) for entry in found]


def details(deed: str) -> list[dict]:
    return [json.loads(entry.detail) for entry in Entry.objects.filter(deed=deed).order_by("sequence")]
