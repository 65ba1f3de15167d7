"""Who appears in these tests? Posts of two invented missions, headquarters, two member states and an outsider."""

from datetime import date

from bluehelm.web.accounts.models import User
from bluehelm.web.posts.acting import NOBODY, Actor, actor_in
from bluehelm.web.posts.models import Occupancy, Organisation, Post

ORGANISATIONS = {
    "UNSYM": "mission",
    "UNOTH": "mission",
    "HQ": "headquarters",
    "STATE-A": "member-state",
    "STATE-B": "member-state",
    "SCHOOL": "training-provider",
    "INSTITUTE": "researcher",
}

POSTS = {
    # code: role, organisation, mission, component, section, clearance
    "sym-viewer": ("viewer", "UNSYM", "UNSYM", "staff", "", 0),
    "sym-reporter": ("reporter", "UNSYM", "UNSYM", "civilian", "civil-affairs", 1),
    "sym-jmac": ("analyst", "UNSYM", "UNSYM", "staff", "JMAC", 2),
    "sym-planner": ("planner", "UNSYM", "UNSYM", "staff", "planning", 1),
    "sym-chief": ("component-head", "UNSYM", "UNSYM", "staff", "", 2),
    "sym-head": ("mission-leadership", "UNSYM", "UNSYM", "", "", 2),
    "sym-conduct": ("conduct-officer", "UNSYM", "UNSYM", "civilian", "conduct", 2),
    "oth-planner": ("planner", "UNOTH", "UNOTH", "staff", "planning", 1),
    "hq-forces": ("force-generation", "HQ", "", "", "", 2),
    "hq-training": ("training", "HQ", "", "", "", 1),
    "state-a": ("contributor", "STATE-A", "", "", "", 1),
    "state-b": ("contributor", "STATE-B", "", "", "", 1),
    "school": ("training", "SCHOOL", "", "", "", 0),
    "researcher": ("viewer", "INSTITUTE", "", "", "", 0),
    "auditor": ("auditor", "HQ", "", "", "", 2),
    "administrator": ("administrator", "HQ", "", "", "", 0),
}


def make_cast() -> dict[str, Actor]:
    """Every actor by the code of the post; each account is called like its post. `nobody` has not signed in."""
    kept = {code: Organisation.objects.create(code=code, name=code, kind=kind) for code, kind in ORGANISATIONS.items()}
    return {code: _actor(code, kept, *facts) for code, facts in POSTS.items()} | {"nobody": NOBODY}


def _actor(code, organisations, role, organisation, mission, component, section, clearance) -> Actor:
    post = Post.objects.create(
        code=code,
        title=code.replace("-", " ").title(),
        role=role,
        organisation=organisations[organisation],
        mission=mission,
        component=component,
        section=section,
        duty_station="Zelleb",
        clearance=clearance,
    )
    person = User.objects.create_user(code, f"{code}@example.org")
    Occupancy.objects.create(post=post, person=person, from_on=date(2020, 1, 1))
    return actor_in(person, post)
