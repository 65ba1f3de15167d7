"""Do findings leave as dates and states, to those they may go to, and as nothing else?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.disclosure import Label, Marking
from bluehelm.spine import Recommendation
from bluehelm.store import Store
from bluehelm.web.data.actions import ReleaseError
from bluehelm.web.findings import actions
from bluehelm.web.findings.publishing import days_waited, publish_follow_through
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.workflows.readers import label_of
from tests.web.findings.conftest import DAY, MISSION, PATROL_REPORT, TEXTS

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=100)
SECTION = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))
days = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@pytest.fixture
def folder(settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return tmp_path


def raise_one(cast, label=MISSION, who="unsym-jmac"):
    return actions.raise_finding(texts=TEXTS, evidence=(PATROL_REPORT,), label=label, by=cast[who], on=DAY)


def published(cast, folder, *, audience="mission:UNSYM", marking=Marking.UNCLASSIFIED, who="unsym-jmac"):
    version = publish_follow_through(audience=audience, marking=marking, by=cast[who], today=LATER)
    return version, Store(folder).scan(version).collect()


def test_dates_and_states_leave_and_no_word_of_what_was_found(cast, folder):
    found = raise_one(cast)
    asked = Recommendation("Build a ferry.", "unsym-engineers", DAY + timedelta(days=30))
    found = actions.recommend(
        number=found.pk, expected_version=found.row_version, what=asked, by=cast["unsym-planner"], on=DAY
    ).finding
    version, rows = published(cast, folder)
    row = rows.row(0, named=True)
    assert (row["finding"], row["recommendation"], row["state"]) == (found.pk, 1, "recommended")
    assert (row["recommended_on"], row["due_on"], row["decided_on"]) == (DAY, asked.due_on, None)
    written = str(rows.rows()) + str(version)
    assert "Volmesh" not in written and "ferry" not in written and "unsym-jmac" not in written


def test_only_what_may_go_to_the_audience_is_published_and_labelled_so(cast, folder):
    raise_one(cast)
    raise_one(cast, SECTION)
    version, rows = published(cast, folder)
    assert rows.height == 1 and "mission:UNSYM" in version.label.releasable_to
    secret, both = published(cast, folder, audience="section:UNSYM/JMAC", marking=Marking.CONFIDENTIAL)
    assert both.height == 1 and label_of(secret.label) == SECTION


def test_where_nothing_may_go_to_the_audience_nothing_is_published(cast, folder):
    raise_one(cast, SECTION)
    with pytest.raises(ReleaseError, match="mission:UNSYM"):
        published(cast, folder)
    assert Store(folder).versions("follow_through") == []


@pytest.mark.parametrize("who", ["unsym-viewer", "unsym-chief", "auditor"])
def test_only_who_may_create_tables_publishes(cast, folder, who):
    raise_one(cast)
    with pytest.raises((NotAllowedError, ReleaseError)):
        published(cast, folder, who=who)
    assert Store(folder).versions("follow_through") == []


def test_a_rejected_recommendation_carries_its_outcome(cast, folder):
    found = raise_one(cast)
    asked = Recommendation("Build a ferry.", "unsym-engineers", DAY + timedelta(days=30))
    made = actions.recommend(
        number=found.pk, expected_version=found.row_version, what=asked, by=cast["unsym-planner"], on=DAY
    )
    actions.decide(
        number=found.pk, recommendation=made.number, expected_version=made.finding.row_version, outcome="rejected",
        why="The river is low all year.", by=cast["unsym-chief"], on=LATER,
    )  # fmt: skip
    row = published(cast, folder)[1].row(0, named=True)
    assert (row["state"], row["outcome"], row["decided_on"]) == ("rejected", "rejected", LATER)


@given(st.lists(st.tuples(days, days).map(sorted).map(tuple), max_size=5))
def test_a_day_on_which_two_causes_held_counts_once(waits):
    by_hand = sum(any(first <= date(2026, 1, 1) + timedelta(days=n) < last for first, last in waits) for n in range(60))
    assert days_waited(waits) == by_hand
