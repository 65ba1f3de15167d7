"""Does the demonstration show every state, and is it written by deeds like any others?"""

from datetime import date

import pytest

from bluehelm.spine import State
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.demo import POSTS
from bluehelm.web.findings.demo import STORIES, build_demo_findings
from bluehelm.web.findings.models import Effect, Finding, Wait
from bluehelm.web.posts.acting import actor_in
from bluehelm.web.posts.models import Organisation, Post

TODAY = date(2026, 11, 21)


@pytest.fixture
def told(empty, db) -> list[Finding]:
    """The findings of the demonstration, told in a data folder without tables."""
    kinds = {"UNSYM": "mission", "HQ": "headquarters"}
    houses = {code: Organisation.objects.create(code=code, name=code, kind=kind) for code, kind in kinds.items()}
    person = User.objects.create_user("somebody", "somebody@example.org")
    actors = {}
    for code, title, role, house, component, section, clearance in POSTS:
        if (house or "UNSYM") in houses:
            post = Post.objects.create(
                code=code, title=title, role=role, organisation=houses[house or "UNSYM"],
                mission="" if house else "UNSYM", component=component, section=section, clearance=clearance,
            )  # fmt: skip
            actors[code] = actor_in(person, post)
    return build_demo_findings(actors, "UNSYM", TODAY)


def test_the_demonstration_shows_how_findings_begin_go_on_and_end(told):
    shown = {State(state) for state in Finding.objects.values_list("state", flat=True)}
    assert shown >= set(State) - {State.SUPERSEDED}
    assert len(told) >= 24
    assert Effect.objects.exclude(reading="").count() >= 5
    assert Effect.objects.exclude(not_observable_why="").exists()
    assert Finding.objects.filter(changes__deed="recommendation.reopened").exists()
    assert {wait.cause for wait in Wait.objects.all()} >= {"council", "host-consent", "agreement", "budget", "lift"}


def test_every_deed_of_the_demonstration_stands_in_the_audit(told):
    entries = Entry.objects.filter(kind="finding")
    assert entries.count() == sum(finding.row_version for finding in Finding.objects.all())


def test_the_stories_fill_in_their_places(told):
    for finding in Finding.objects.all():
        assert "{" not in finding.title + finding.statement
    assert {story.domain for story in STORIES} >= {"protection", "forces", "safety", "people", "data", "conduct"}
