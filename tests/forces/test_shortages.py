"""Is the gap what is needed less what is ready and what has deployed?"""

from dataclasses import replace

from bluehelm.forces.shortages import shortages
from bluehelm.forces.supply import units_of
from tests.forces.offers import LADDER, level, pledge, requirement


def listed(requirements, pledges, served=(), deployed=(), at_least="L2"):
    units = units_of(pledges)
    return shortages(requirements, units, served=served, deployed=deployed, ladder=LADDER, at_least=level(at_least))


def test_the_gap_counts_ready_units_only_and_lists_every_level():
    asked = [requirement(f"R{n}") for n in range(3)]
    (one,) = listed(asked, [pledge("P1"), pledge("P2", level=level("L1"), strength=500)])
    assert (one.needed, one.open, one.gap) == (3, 3, 2)
    assert one.available == {"L1": 1, "L2": 1, "L3": 0, "RDL": 0}
    assert (one.needed_strength, one.available_strength, one.strength_gap) == (300, 100, 200)


def test_what_has_deployed_leaves_both_sums():
    asked = [requirement("R1"), requirement("R2")]
    (one,) = listed(asked, [pledge("P1"), pledge("P2")], served={"R1"}, deployed={"P1"})
    assert (one.needed, one.deployed, one.gap, one.strength_gap) == (2, 1, 0, 0)


def test_units_needed_and_strength_needed_are_those_of_the_same_requirements():
    asked = [requirement("R1", strength=70), requirement("R2", strength=40)]
    (one,) = listed(asked, [], served={"R1"}, deployed={"P1"})
    assert (one.needed, one.needed_strength) == (2, 110)
    assert (one.deployed, one.deployed_strength, one.gap, one.strength_gap) == (1, 70, 1, 40)


def test_each_requirement_is_held_to_the_level_it_asks_beside_the_one_threshold():
    asked = [requirement("R1", min_level=level("L3")), requirement("R2", min_level=level("L1")), requirement("R3")]
    offers = [pledge("P1"), pledge("P2"), pledge("P3", level=level("L1"))]
    (one,) = listed(asked, offers, at_least="L1")
    assert one.needed_at == {"L1": 1, "L2": 1, "L3": 1, "RDL": 0}
    assert (one.gap, one.gap_at_own_level) == (0, 1)  # nothing of L3 is there for R1
    (other,) = listed(asked, [replace(one, level=level("L3")) for one in offers], at_least="RDL")
    assert (other.gap, other.gap_at_own_level) == (3, 0)


def test_pledges_of_a_joint_group_close_one_gap_at_the_lowest_level_among_them():
    asked = [requirement("R1"), requirement("R2")]
    pair = [pledge("P1", joint_group="G", strength=60), pledge("P2", joint_group="G", strength=60, level=level("L3"))]
    (one,) = listed(asked, pair)
    assert one.available == {"L1": 0, "L2": 1, "L3": 0, "RDL": 0}
    assert (one.gap, one.available_strength, one.strength_gap) == (1, 120, 80)


def test_nothing_is_left_of_a_joint_group_that_has_deployed_in_part():
    pair = [pledge("P1", joint_group="G"), pledge("P2", joint_group="G")]
    (one,) = listed([requirement("R1"), requirement("R2")], pair, served={"R1"}, deployed={"P1"})
    assert (one.deployed, sum(one.available.values()), one.gap) == (1, 0, 1)


def test_the_largest_gap_comes_first_and_plenty_is_no_negative_gap():
    asked = [requirement("R1"), requirement("R2", capability="air"), requirement("R3", capability="air")]
    found = listed(asked, [pledge("P1"), pledge("P2")])
    assert [(one.capability, one.gap) for one in found] == [("air", 2), ("police", 0)]
    assert listed([], [pledge()]) == []
