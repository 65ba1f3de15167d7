"""Does the demonstration's register show every stage and standing, and is it written by deeds like any others?"""

import pytest

from bluehelm.definitions.force_generation import packaged_pipeline
from bluehelm.web.accounts.models import User
from bluehelm.web.audit.models import Entry
from bluehelm.web.demo import POSTS
from bluehelm.web.findings.models import Finding
from bluehelm.web.forces import reads
from bluehelm.web.forces.demo import PLEDGES, REQUIREMENTS, build_demo_forces
from bluehelm.web.forces.models import CaseStage, Change, DeploymentCase, Pledge, Requirement, Run, UnitCard
from bluehelm.web.posts.acting import Actor, actor_in
from bluehelm.web.posts.models import Occupancy, Organisation, Post
from bluehelm.workflows.clock import today

pytestmark = pytest.mark.django_db
KINDS = {"UNSYM": "mission", "HQ": "headquarters", "STATE-NORTH": "member-state", "STATE-SOUTH": "member-state"}


@pytest.fixture
def desk(empty) -> Actor:
    """The force generation desk of the demonstration, once the register is written."""
    houses = {code: Organisation.objects.create(code=code, name=code, kind=kind) for code, kind in KINDS.items()}
    actors = {}
    for code, title, role, house, component, section, clearance in POSTS:
        if (house or "UNSYM") in houses:
            post = Post.objects.create(
                code=code, title=title, role=role, organisation=houses[house or "UNSYM"],
                mission="" if house else "UNSYM", component=component, section=section, clearance=clearance,
            )  # fmt: skip
            person = User.objects.create_user(code, f"{code}@example.org")
            Occupancy.objects.create(post=post, person=person, from_on="2020-01-01")
            actors[code] = actor_in(person, post)
    build_demo_forces(actors, "UNSYM", today())
    return actors["force-generation"]


@pytest.mark.long
def test_the_register_is_as_large_and_as_mixed_as_life(desk):
    assert (Requirement.objects.count(), Pledge.objects.count()) == (REQUIREMENTS + 2, PLEDGES + 5) == (62, 205)
    waiting = set(CaseStage.objects.filter(left_on=None).values_list("stage", flat=True))
    assert waiting == {stage.name for stage in packaged_pipeline().stages}
    assert set(DeploymentCase.objects.values_list("state", flat=True)) == {"open", "arrived", "given-up"}
    assert set(Pledge.objects.values_list("level", flat=True)) == {"", "L1", "L2", "L3", "RDL"}
    told = reads.announcements(desk, today())
    assert len(told) == 2 and all(sum(one.funnel.standing.values()) == len(one.pledges) for one in told)
    assert Finding.objects.filter(domain="forces").count() >= 5 and UnitCard.objects.exclude(shown_on=None).exists()
    match, rotation = Run.objects.get(what="match"), Run.objects.get(what="rotate")
    assert match.answer["status"] == rotation.answer["status"] == "optimal"
    assert match.answer["filled"] and match.answer["unfilled"]
    assert any(one["smallest_change"] for one in match.answer["unfilled"])
    held = reads.calendar_of(reads.slot_list(desk)[0])
    assert len(held.contributors) == 5 and held.gaps
    deeds = Change.objects.count()
    assert deeds > 1000 and Entry.objects.exclude(kind="finding").count() >= deeds
