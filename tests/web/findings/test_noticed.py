"""Does what the watch noticed become proposals once, to whom their data may be shown?"""

from datetime import date, timedelta

import pytest

from bluehelm.disclosure import Label, Marking
from bluehelm.language import Sentence
from bluehelm.situation.quality import DataFinding
from bluehelm.spine import RowRef
from bluehelm.store import Store, VersionLabel
from bluehelm.web.findings.models import Finding
from bluehelm.web.findings.noticed import THOSE_WHO_USE_DATA, propose_noticed
from tests.web.conftest import publish_events
from tests.web.findings.conftest import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    publish_events(tmp_path, date(2026, 1, 5))
    return tmp_path


def noticed(severity="high", version=1, where="ucdp-ged", code="stale_provider"):
    evidence = (RowRef("events", version, "", "a1" * 32),)
    what = Sentence("The newest version is old.")
    return DataFinding(code, what, Sentence(where), severity, "2026-01-05", evidence)


def test_the_same_thing_is_proposed_once_however_often_it_is_noticed(home):
    first = propose_noticed(home, [noticed()], DAY)
    again = propose_noticed(home, [noticed()], DAY + timedelta(days=1))
    assert [one.pk for one in first] == [one.pk for one in again]
    (kept,) = Finding.objects.all()
    assert (kept.own_state, kept.proposed_by, kept.domain) == ("proposed", "system:quality", "data")


def test_only_what_is_grave_enough_is_proposed_gravest_first(home):
    found = propose_noticed(home, [noticed("low", where="a"), noticed("medium", where="b"), noticed(where="c")], DAY)
    assert [one.severity for one in found] == ["high"]
    found = propose_noticed(home, [noticed("medium", where="b"), noticed(where="c")], DAY, at_least="medium")
    assert [one.severity for one in found] == ["high", "medium"]


def test_a_proposal_goes_to_those_who_use_open_data_and_no_further_than_its_data(home, cast):
    publish_events(home, date(2026, 2, 5), label=VersionLabel("confidential", ("section:UNSYM/JMAC",)))
    open_data, hidden = propose_noticed(home, [noticed(where="a"), noticed(version=2, where="b")], DAY)
    assert open_data.label == Label(Marking.UNCLASSIFIED, THOSE_WHO_USE_DATA)
    assert hidden.label == Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
    assert Store(home).version("events", 2).label.releasable_to == ("section:UNSYM/JMAC",)
    readable = Finding.objects.readable_by(cast["unsym-planner"])
    assert open_data in readable and hidden not in readable
