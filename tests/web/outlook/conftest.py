"""Which outlooks, posts and folders do these tests look at?"""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from bluehelm.disclosure import Label, Marking
from bluehelm.store import Store
from bluehelm.web.accounts.models import User
from bluehelm.web.outlook import actions
from bluehelm.web.outlook.models import OutlookRelease
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.outlook_publish import make_outlook, publish_outlook
from bluehelm.workflows.readers import tables_as_read_by
from tests.web.cast import make_cast

MISSION = "UNSYM"
OWN = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM"}))
WIDER = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM", "headquarters"}))
ORIGINS = (date(2025, 3, 31), date(2025, 6, 30))
DRAFTED, RELEASED = date(2025, 7, 10), date(2025, 7, 14)
REASON = "Read with the analysts; it informs the posture of the quarter."


@pytest.fixture(scope="session")
def kept_home(tmp_path_factory, demo_home) -> Path:
    """The demonstration's tables with two outlooks by country, a quarter apart: versions 1 and 2."""
    home = tmp_path_factory.mktemp("kept") / "home"
    shutil.copytree(demo_home, home)
    for as_of in ORIGINS:
        publish_outlook(home, make_outlook(home, MISSION, "country", as_of=as_of, samples=100, past_origins=1))
    return home


@pytest.fixture
def folder(settings, tmp_path, kept_home) -> Path:
    """A data folder of our own with both outlooks."""
    settings.BLUEHELM_HOME = tmp_path / "home"
    shutil.copytree(kept_home, settings.BLUEHELM_HOME)
    return settings.BLUEHELM_HOME


@pytest.fixture
def cast(db) -> dict[str, Actor]:
    return make_cast()


class Acts:
    """Does deeds as an actor, with the tables that actor reads and the version the record has by then."""

    def __init__(self, cast: dict[str, Actor]) -> None:
        self.cast = cast

    def __call__(self, deed, who: str, record=None, **named):
        actor = self.cast[who]
        if record is not None:
            record.refresh_from_db()
            named = {"number": record.pk, "expected_version": record.row_version} | named
        with tables_as_read_by(lambda: actor.reader_of("table")):
            return deed(by=actor, **named)


@pytest.fixture
def act(cast) -> Acts:
    return Acts(cast)


@pytest.fixture
def draft(folder, act) -> OutlookRelease:
    """A draft on the newer outlook, kept by the analyst for the mission."""
    return act(
        actions.draft_release, "sym-jmac", mission=MISSION, version=2, title="The second half of the year",
        assessment="Little has changed; the intervals are wide.", label=OWN, on=DRAFTED,
    )  # fmt: skip


@pytest.fixture
def release(draft, act) -> OutlookRelease:
    """The same, released to headquarters too."""
    return act(actions.release_outlook, "sym-head", draft, label=WIDER, reason=REASON, on=RELEASED)


@pytest.fixture
def unit(folder) -> str:
    """The one country of the synthetic mission."""
    store = Store(folder)
    return str(store.scan(store.version("outlooks", 2)).collect()["unit"][0])


def client_of(who: str) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(User.objects.get(username=who))
    return client
