"""Which records does the demonstration hold?

Posts, the calendar's dates, findings and what the domains keep of the synthetic mission, written by the same deeds as
any others, so that the audit tells of them. A chapter that finds its records there leaves them: a build that was killed
is begun again.
"""

from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bluehelm.sources.synthetic import SyntheticCountry
from bluehelm.workflows.clock import today

if TYPE_CHECKING:  # Django's models can be imported only once the records are opened
    from bluehelm.web.posts.acting import Actor

ORGANISATIONS = (
    ("HQ", "Headquarters", "headquarters"),
    ("STATE-NORTH", "Permanent Mission of Northland (invented)", "member-state"),
    ("STATE-SOUTH", "Permanent Mission of Southland (invented)", "member-state"),
    ("SCHOOL", "Regional Training School (invented)", "training-provider"),
    ("INSTITUTE", "Institute for the Study of Peace (invented)", "researcher"),
)

# code, title, role, organisation (None: the mission), component, section, clearance
POSTS = (
    ("head", "Head of Mission", "mission-leadership", None, "", "", 2),
    ("chief-of-staff", "Chief of Staff", "component-head", None, "staff", "", 2),
    ("planner", "Planning Officer", "planner", None, "staff", "planning", 1),
    ("jmac", "Analyst, Joint Mission Analysis Centre", "analyst", None, "staff", "JMAC", 2),
    ("protection", "Protection of Civilians Adviser", "analyst", None, "civilian", "protection", 2),
    ("force-commander", "Force Commander", "component-head", None, "military", "", 2),
    ("reporter", "Civil Affairs Officer, north", "reporter", None, "civilian", "civil-affairs", 1),
    ("conduct", "Conduct and Discipline Officer", "conduct-officer", None, "civilian", "conduct", 2),
    ("viewer", "Liaison Assistant", "viewer", None, "civilian", "civil-affairs", 0),
    ("force-generation", "Force Generation Desk", "force-generation", "HQ", "", "", 2),
    ("training-desk", "Training Coordination Desk", "training", "HQ", "", "", 1),
    ("auditor", "Internal Auditor", "auditor", "HQ", "", "", 2),
    ("administrator", "Account Administrator", "administrator", "HQ", "", "", 1),
    ("northland", "Military Adviser of Northland", "contributor", "STATE-NORTH", "", "", 1),
    ("southland", "Military Adviser of Southland", "contributor", "STATE-SOUTH", "", "", 1),
    ("school", "Course Director", "training", "SCHOOL", "", "", 0),
    ("researcher", "Researcher", "viewer", "INSTITUTE", "", "", 0),
)
BUILDER = "system:demonstration"
DEMO_DRAWS = 199  # the fewest that may be asked for; so many take ten seconds


def write_posts(home: Path, country: SyntheticCountry) -> None:
    """The mission's posts and those around it, each with an account that one click signs into."""
    from bluehelm.web.records import open_records

    open_records(home)
    from bluehelm.web.accounts.actions import create_demo_people
    from bluehelm.web.posts import actions
    from bluehelm.web.posts.acting import keeper
    from bluehelm.web.posts.models import Organisation, Post

    by, mission = keeper(BUILDER), str(country.mission["mission"])
    station = country.mission["headquarters"]["place"]
    for code, name, kind in ((mission, country.mission["name"], "mission"), *ORGANISATIONS):
        if not Organisation.objects.filter(code=code).exists():
            actions.create_organisation(code=code, name=name, kind=kind, by=by)
    for code, title, role, organisation, component, section, clearance in POSTS:
        if Post.objects.filter(code=code).exists():
            continue
        post = Post(
            code=code,
            title=title,
            role=role,
            organisation=Organisation.objects.get(code=organisation or mission),
            mission="" if organisation else mission,
            component=component,
            section=section,
            duty_station="" if organisation else station,
            clearance=clearance,
        )
        actions.create_post(post=post, by=by)
    create_demo_people(Post.objects.order_by("pk"))


def write_calendar(home: Path, country: SyntheticCountry) -> None:
    """The end of the mandate and the next report to the Council, and the duties done so far."""
    from bluehelm.web.rhythm import actions
    from bluehelm.web.rhythm.models import DutyDone, MissionDate
    from bluehelm.web.rhythm.reads import tasks_of

    mission, planner = str(country.mission["mission"]), _actor("planner")
    source = "Resolution of the synthetic Council, paragraph 1 (invented)"
    for anchor, days in (("mandate-ends", 150), ("council-report", 50)):
        on = today() + timedelta(days=days)
        if not MissionDate.objects.filter(mission=mission, anchor=anchor).exists():
            actions.set_mission_date(mission=mission, anchor=anchor, on=on, source=source, by=planner)
    if DutyDone.objects.exists():
        return
    for number, task in enumerate(tasks_of(planner, today())):
        if task.due_on < today() and number % 9 != 4:  # some stay late, as in life
            doer = {"planner": "planner", "analyst": "jmac", "mission-leadership": "head"}.get(task.duty.role)
            if doer:
                actions.do_duty(
                    mission=mission,
                    duty=task.duty.duty,
                    due_on=task.due_on,
                    evidence=f"Registry, {task.duty.title.lower()}, {task.due_on}",
                    by=_actor(doer),
                )


def write_findings(home: Path, country: SyntheticCountry) -> None:
    """Findings in every state, with what followed from them."""
    from bluehelm.web.findings.demo import build_demo_findings
    from bluehelm.web.findings.models import Finding
    from bluehelm.web.posts.models import Post

    if Finding.objects.exists():
        return
    actors = {post.code: _actor(post.code) for post in Post.objects.all()}
    build_demo_findings(actors, str(country.mission["mission"]), today())


def write_plan(home: Path, country: SyntheticCountry) -> None:
    """The mission's plan with two years of invented values."""
    from bluehelm.web.plans.demo import build_demo_plan

    build_demo_plan(str(country.mission["mission"]), _actor("planner"), _actor("head"), today())


def write_outlooks(home: Path, country: SyntheticCountry) -> None:
    """Outlooks a quarter apart with what followed, and the lens on one place at two dates.

    Making an outlook takes the extra `outlook`, which scores it; without that there is the lens alone.
    """
    from bluehelm.web.outlook.demo import write_demo
    from bluehelm.web.posts.models import Post

    actors = {post.code: _actor(post.code) for post in Post.objects.all()}
    write_demo(home, str(country.mission["mission"]), "The north of the mission's area (invented)", actors)


def write_forces(home: Path, country: SyntheticCountry) -> None:
    """Requirements, pledges, deployments, visits, cards and turns of invented states."""
    from bluehelm.web.forces.demo import build_demo_forces, is_built
    from bluehelm.web.posts.models import Post

    if is_built():
        return
    actors = {post.code: _actor(post.code) for post in Post.objects.all()}
    build_demo_forces(actors, str(country.mission["mission"]), today())


def write_impact(home: Path, country: SyntheticCountry) -> None:
    """An estimate of what presence changed, within 50 km as the country is small; it takes the extra `impact`."""
    from bluehelm.store import Store

    if not find_spec("pyfixest") or Store(home).versions("presence_effects"):
        return
    from bluehelm.workflows.presence_impact import presence_impact
    from bluehelm.workflows.presence_kept import keep_presence

    missions = [str(country.mission["mission"])]
    found = presence_impact(home, missions, outcome="any", rings=[50.0], as_of=today(), draws=DEMO_DRAWS)
    keep_presence(Store(home), found)


def write_reports(home: Path, country: SyntheticCountry) -> None:
    """Two years of reports, what the desks made of them, and what is still to do."""
    from bluehelm.web.posts.models import Post
    from bluehelm.web.reports.demo import build_demo_reports, is_built

    if is_built():
        return
    actors = {post.code: _actor(post.code) for post in Post.objects.all()}
    build_demo_reports(actors, country)


def write_protection(home: Path, country: SyntheticCountry) -> None:
    """Two years of alerts with their clocks, threats, promises and what answers them; all invented."""
    from bluehelm.web.protection.demo import build_demo_protection, is_built
    from bluehelm.web.protection.demo_tables import build_demo_tables

    if not is_built():
        places = {town.name: (town.latitude, town.longitude) for town in country.towns}
        build_demo_protection(str(country.mission["mission"]), places, _actor("jmac"), today())
        build_demo_tables(country, _actor("jmac"))


def _actor(post_code: str) -> "Actor":
    from bluehelm.web.posts.acting import actor_for_command

    return actor_for_command(f"demo-{post_code}")


RECORDS: tuple[Callable[[Path, SyntheticCountry], None], ...] = (
    write_posts,
    write_calendar,
    write_findings,
    write_plan,
    write_outlooks,
    write_forces,
    write_impact,
    write_reports,
    write_protection,
)
