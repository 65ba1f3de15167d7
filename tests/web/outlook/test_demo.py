"""Does the demonstration show outlooks with what followed, what was done on them, and the lens at two dates?"""

import pytest

from bluehelm.disclosure import EVERYONE
from bluehelm.store import Store
from bluehelm.web.accounts.actions import create_demo_people
from bluehelm.web.demo import POSTS
from bluehelm.web.outlook.demo import QUARTERS, write_demo
from bluehelm.web.outlook.models import LensAssessment, OutlookRelease, Told
from bluehelm.web.outlook.reads import acted_unit_months, escalated_and_silent, past_of, told_and_silent
from bluehelm.web.posts.acting import actor_for_command
from bluehelm.web.posts.models import Organisation, Post
from bluehelm.workflows.readers import tables_as_read_by

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def actors(settings, tmp_path, demo_home):
    """The demonstration's people on a folder with its tables alone."""
    import shutil

    settings.BLUEHELM_HOME = tmp_path / "home"
    shutil.copytree(demo_home, settings.BLUEHELM_HOME)
    houses = {
        code: Organisation.objects.create(code=code, name=code, kind=kind)
        for code, kind in (("UNSYM", "mission"), ("HQ", "headquarters"))
    }
    posts = [
        Post.objects.create(
            code=code, title=title, role=role, organisation=houses[house or "UNSYM"], mission="" if house else "UNSYM",
            component=component, section=section, clearance=clearance,
        )
        for code, title, role, house, component, section, clearance in POSTS
        if (house or "UNSYM") in houses
    ]  # fmt: skip
    create_demo_people(posts)
    return {post.code: actor_for_command(f"demo-{post.code}") for post in posts}


def test_the_demonstration_holds_a_year_of_outlooks_and_the_lens_at_two_dates(actors, settings):
    write_demo(settings.BLUEHELM_HOME, "UNSYM", "The north", actors)
    write_demo(settings.BLUEHELM_HOME, "UNSYM", "The north", actors)  # what is there is left
    assert sorted(OutlookRelease.objects.values_list("state", flat=True)) == ["released"] * 3 + ["withdrawn"]
    assert len(Store(settings.BLUEHELM_HOME).versions("outlooks")) == len(QUARTERS)
    with tables_as_read_by(lambda: actors["head"].reader_of("table")):
        past = past_of(actors["head"], "UNSYM", "cell")
    counts = past.counts["all"]
    assert all(counts[one] > 0 for one in ("hit", "miss", "false alarm", "quiet", "acted"))
    assert past.own.cases > 0 and len(past.own_by_post) == 2
    assert len(acted_unit_months("UNSYM", "cell")) == 3
    last = Store(settings.BLUEHELM_HOME).versions("outlooks")[-1]
    assert any("action was taken" in note.reason for note in last.notes)
    assert EVERYONE not in last.label.releasable_to
    assert Told.objects.filter(acknowledged_on=None).exists() and told_and_silent(actors["protection"])
    first, second = LensAssessment.objects.order_by("assessed_on")
    assert (first.state, second.state) == ("final", "final")
    assert first.findings.filter(indicator="").count() == second.findings.filter(indicator="").count() == 14
    assert [one.assessment_id for one in escalated_and_silent(actors["force-commander"])] == [second.pk]
