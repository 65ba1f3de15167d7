"""Who reports in these tests, and what?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bluehelm.disclosure import Label, Marking
from bluehelm.web.accounts.models import User
from bluehelm.web.reports import actions
from bluehelm.web.reports.models import Report
from tests.web.cast import make_cast

MISSION = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM"}))


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


@pytest.fixture
def client_of(cast):
    def signed_in(who: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=who))
        return client

    return signed_in


def content(hours_ago: float = 3, **changed):
    """What an ordinary report says."""
    at = (timezone.now() - timedelta(hours=hours_ago)).isoformat(timespec="minutes")
    said = {
        "type": "attack-on-civilians", "from_at": at, "until_at": at, "certainty": "hours", "place": "Zelleb",
        "placed_by": "map", "precision": 2, "latitude": 4.0, "longitude": 30.0,
        "parties": [["River Brigade", "perpetrator"]], "harm": {"killed": {"all": [2, 3]}},
        "narrative": "Armed men came to the market at dusk and burnt the stalls.", "response": "",
    }  # fmt: skip
    return said | changed


def filed(by, label=MISSION, **changed) -> Report:
    return actions.file_report(content=content(**changed), label=label, by=by)
