"""Does reading a restricted table leave its entry in the audit, by every way there is?"""

from datetime import date

import pytest
from django.test import Client

from bluehelm.store import VersionLabel
from bluehelm.web.accounts import tokens
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from tests.web.cast import make_cast
from tests.web.conftest import publish_events

pytestmark = pytest.mark.django_db
RESTRICTED = VersionLabel("confidential", ("mission:UNSYM",))


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    publish_events(tmp_path, date(2026, 1, 5))
    publish_events(tmp_path, date(2026, 2, 5), label=RESTRICTED)
    return make_cast()


def reads():
    return [(entry.by, entry.post, entry.key, entry.marking) for entry in Entry.objects.filter(deed="record.read")]


def test_a_page_and_its_json_note_a_restricted_version_once_in_a_while_and_open_data_never(cast):
    client = Client()
    client.force_login(User.objects.get(username="sym-jmac"))
    assert client.get("/tables/events/1/").status_code == 200
    assert reads() == []
    for address in ("/tables/events/2/", "/api/tables/events/2/", "/tables/events/2/"):
        assert client.get(address).status_code == 200
    assert reads() == [("sym-jmac", "sym-jmac", "events/2", 1)]


def test_a_token_s_read_is_noted_too(cast):
    owner = User.objects.get(username="sym-jmac")
    post = cast["sym-jmac"].post
    _token, secret = tokens.make_token(owner=owner, name="nightly", post=post, scopes=["read:table"], days=2)
    answer = Client().get("/api/tables/events/2/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert reads() == [("sym-jmac", "sym-jmac", "events/2", 1)]


def test_who_may_not_read_it_leaves_no_entry_for_there_is_nothing_to_read(cast):
    client = Client()
    client.force_login(User.objects.get(username="hq-forces"))
    assert client.get("/tables/events/2/").status_code == 404
    assert reads() == []
