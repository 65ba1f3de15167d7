"""Who works on requirements and pledges in these tests: headquarters, a mission, and two states."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from bluehelm.web.accounts.models import User
from bluehelm.web.forces import actions
from bluehelm.web.forces.models import Contributor, Pledge, Requirement
from bluehelm.workflows.clock import today
from tests.web.cast import make_cast

EVIDENCE = {
    kind: f"{kind} of the tests"
    for kind in (
        "note verbale",
        "table of organisation",
        "major equipment list",
        "self-sustainment list",
        "assessment and advisory visit report",
        "statement of unit requirement",
        "draft memorandum of understanding",
        "load list",
        "verification visit report",
        "rapid deployment agreement",
    )
}


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def desk(cast):
    """The force generation desk."""
    return cast["hq-forces"]


@pytest.fixture
def states(desk) -> dict[str, Contributor]:
    return {
        code: actions.add_contributor(code=code, name=f"State {code[-1]}", by=desk) for code in ("STATE-A", "STATE-B")
    }


def asked(**changes: Any) -> dict[str, Any]:
    year = today().year
    return {
        "mission": "UNSYM",
        "capability": "formed-police",
        "strength": 140,
        "from_on": date(year + 1, 1, 1),
        "until_on": date(year + 1, 12, 31),
        "min_level": "L2",
        "languages": "fr",
        "priority": 1,
        "accepts_parts": False,
        "area": "north",
        "tasks": "convoy|night-patrol",
    } | changes


def offered(**changes: Any) -> dict[str, Any]:
    year = today().year
    return {
        "capability": "formed-police",
        "strength": 150,
        "from_on": date(year, 1, 1),
        "until_on": date(year + 3, 12, 31),
        "languages": "en|fr",
        "splits_into": 1,
        "women": None,
        "monthly_cost": None,
        "joint_group": "",
    } | changes


@pytest.fixture
def requirement(desk) -> Requirement:
    return actions.make_requirement(fields=asked(), by=desk)


@pytest.fixture
def pledge(desk, states) -> Pledge:
    """An offer of State A, not registered yet."""
    return actions.offer_pledge(contributor="STATE-A", fields=offered(), by=desk)


def climb(pledge: Pledge, desk, to: str, on: date | None = None) -> Pledge:
    """Raise a pledge to a level, with all the evidence the ladder names."""
    while pledge.level != to:
        pledge = actions.raise_readiness(
            code=pledge.code, expected_version=pledge.row_version, evidence=EVIDENCE, by=desk, on=on
        )
    return pledge


@pytest.fixture
def ready(pledge, desk) -> Pledge:
    return climb(pledge, desk, "L2")


def client_of(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client


@pytest.fixture
def joined(states, desk):
    """A unit that both states make together, and two requirements that it could serve."""
    for fields in (asked(strength=100), asked(strength=100, area="south", priority=2)):
        actions.make_requirement(fields=fields, by=desk)
    for state in ("STATE-A", "STATE-B"):
        made = actions.offer_pledge(contributor=state, fields=offered(joint_group="G"), by=desk)
        climb(made, desk, "L2")
