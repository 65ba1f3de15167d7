"""Can a unit of several pledges, and one in several parts, be deployed, with nothing of it counted twice?"""

import pytest

from bluehelm.web.forces import actions, deployments, from_records, reads
from bluehelm.web.forces.held import RefusedError
from bluehelm.web.forces.models import Pledge, Requirement
from bluehelm.web.posts.models import Audience
from bluehelm.workflows.clock import today
from tests.web.forces.conftest import asked, climb, offered

pytestmark = pytest.mark.django_db


def place(case):
    """A case as it is once the unit has arrived."""
    case.state, case.ended_on = "arrived", today()
    case.save()
    return case


def test_each_pledge_of_a_joint_group_has_a_case_under_the_requirement_they_fill(joined, desk, empty):
    first = deployments.open_case(requirement="UNSYM-R-1", pledge="STATE-A-1", by=desk)
    with pytest.raises(RefusedError, match=first.code):
        deployments.open_case(requirement="UNSYM-R-1", pledge="STATE-A-1", by=desk)
    with pytest.raises(RefusedError, match=first.code):  # the group is one unit and serves one requirement
        deployments.open_case(requirement="UNSYM-R-2", pledge="STATE-B-1", by=desk)
    other = climb(actions.offer_pledge(contributor="STATE-B", fields=offered(), by=desk), desk, "L2")
    with pytest.raises(RefusedError, match=first.code):
        deployments.open_case(requirement="UNSYM-R-1", pledge=other.code, by=desk)
    place(first)
    assert reads.one(Requirement, desk, "UNSYM-R-1").case_state == "open"  # half a unit is not in place
    assert "UNSYM-R-1" in {one.id for one in reads.gap_list(desk, today(), "L1").requirements}
    assert reads.gap_list(desk, today(), "L1").gaps[0].deployed == 0
    second = deployments.open_case(requirement="UNSYM-R-1", pledge="STATE-B-1", by=desk)
    listed = [reads.one(Requirement, desk, "UNSYM-R-1").case_state]
    place(second)
    assert [*listed, reads.one(Requirement, desk, "UNSYM-R-1").case_state] == ["open", "arrived"]


def test_what_a_state_is_told_of_a_requirement_does_not_change_with_its_partner_s_case(joined, desk, cast):
    state_a, wanted = cast["state-a"], Requirement.objects.get(code="UNSYM-R-1")
    wanted.releasable_to = Audience.of(wanted.releasable_to.names | {"organisation:STATE-A"})
    wanted.save()
    place(deployments.open_case(requirement="UNSYM-R-1", pledge="STATE-A-1", by=desk))
    told = [reads.one(Requirement, state_a, "UNSYM-R-1").case_state]
    place(deployments.open_case(requirement="UNSYM-R-1", pledge="STATE-B-1", by=desk))
    assert told == ["arrived"]
    assert reads.one(Requirement, state_a, "UNSYM-R-1").case_state == "arrived"


def test_the_limits_of_every_pledge_of_a_joint_unit_hold_for_the_unit(joined, desk):
    actions.declare_caveat(
        code="STATE-A-1", expected_version=Pledge.objects.get(code="STATE-A-1").row_version,
        caveat="task:night-patrol", source="note verbale", by=desk,
    )  # fmt: skip
    for pledge in ("STATE-A-1", "STATE-B-1"):
        place(deployments.open_case(requirement="UNSYM-R-1", pledge=pledge, by=desk))
    found = reads.coverage(desk, "UNSYM", today())
    assert found.units["north"] == ("STATE-A-1", "STATE-B-1")
    assert len(found.uncovered["north", "night-patrol"].hours) == 24
    assert ("north", "convoy") not in found.uncovered


def test_a_pledge_in_parts_serves_requirements_of_one_mission_until_no_part_is_left(states, desk):
    in_parts = {"accepts_parts": True, "strength": 50}
    for changes in (in_parts | {"strength": 90}, in_parts, in_parts, in_parts | {"mission": "UNOTH"}):
        actions.make_requirement(fields=asked(**changes), by=desk)
    made = actions.offer_pledge(contributor="STATE-A", fields=offered(splits_into=3), by=desk)
    climb(made, desk, "L2")
    for requirement in ("UNSYM-R-1", "UNSYM-R-2"):  # two parts, then one
        deployments.open_case(requirement=requirement, pledge=made.code, by=desk)
    with pytest.raises(RefusedError, match="takes 1 of the 3 parts of STATE-A-1, of which 0 are free"):
        deployments.open_case(requirement="UNSYM-R-3", pledge=made.code, by=desk)
    with pytest.raises(RefusedError, match="all its parts serve one mission"):
        deployments.open_case(requirement="UNOTH-R-1", pledge=made.code, by=desk)
    said = {"mission": "UNSYM", "first": (today().year + 1) * 12, "last": (today().year + 1) * 12}
    text = from_records.costs_of_records(desk, said, today()).files["options"]
    persons = [line.split(",")[2] for line in text.splitlines() if line.startswith("in place and on the way,personnel")]
    assert sorted(persons) == ["100", "50"]  # of the 150 pledged
    assert reads.units_serving("UNSYM") == [(made.code, "STATE-A-1: formed-police")]
