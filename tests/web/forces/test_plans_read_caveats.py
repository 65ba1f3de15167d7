"""Does a plan say what it asks of units that nobody in place may do, and to those alone who may read caveats?"""

import pytest

from bluehelm.disclosure import Label
from bluehelm.web.forces import actions as forces
from bluehelm.web.forces import deployments
from bluehelm.web.forces.models import Pledge
from bluehelm.web.plans import actions as plans
from bluehelm.workflows.clock import today
from tests.plans.frameworks import SOUND
from tests.web.forces.conftest import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]
ASKS = "component: military, area: north, units_do: [convoy, night-patrol]}"
PLAN, ANSWER = "/plans/UNSYM/", "/api/plans/UNSYM/"


@pytest.fixture
def plan(cast):
    text = SOUND.replace("committees, component: military}", f"committees, {ASKS}")
    return plans.load_plan(mission="UNSYM", text=text, why="The first plan.", by=cast["sym-planner"])


@pytest.fixture
def unit(requirement, ready, desk):
    """A unit in place in the north that does no convoys and nothing by night."""
    forces.declare_caveat(
        code=ready.code, expected_version=3, caveat="task:convoy|time:18:00-06:00", source="Letter", by=desk
    )
    seen = Label(ready.label.marking, ready.label.releasable_to | {"mission:UNSYM"})
    why = "The mission that commands it must know its limits."
    forces.relabel(model=Pledge, code=ready.code, expected_version=4, label=seen, reason=why, by=desk)
    case = deployments.open_case(requirement=requirement.code, pledge=ready.code, by=desk)
    case.state, case.ended_on = "arrived", today()
    case.save()
    return case


def test_a_plan_says_which_activity_no_unit_in_place_may_do(plan, unit):
    cannot = client_of("sym-head").get(ANSWER).json()["units_cannot"]
    night = [*range(6), *range(18, 24)]
    assert [(one["activity"], one["area"], one["task"], one["units"]) for one in cannot] == [
        ("A-1", "north", "convoy", 1),
        ("A-1", "north", "night-patrol", 1),
    ]
    assert [one["hours"] for one in cannot] == [list(range(24)), night]
    assert "convoy in north: by units in place at no hour" in client_of("sym-head").get(PLAN).content.decode()


def test_where_no_unit_stands_nobody_may(plan, desk):
    (first, _second) = client_of("sym-head").get(ANSWER).json()["units_cannot"]
    assert (first["units"], len(first["hours"])) == (0, 24)
    assert "convoy in north: no unit in place" in client_of("sym-head").get(PLAN).content.decode()


def test_who_may_not_read_caveats_is_told_nothing_of_them(plan, unit):
    assert client_of("sym-planner").get(ANSWER).json()["units_cannot"] == []
    assert "in place" not in client_of("sym-planner").get(PLAN).content.decode()
