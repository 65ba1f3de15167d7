"""Does a part's share of a count rest on shown and complete counts of one set of keys alone?"""

from hypothesis import given
from hypothesis import strategies as st

from bluehelm.plans.people import Limits, leaving
from bluehelm.plans.shares import Shares, has_shares, shares_of_parts
from bluehelm.plans.values import Reading
from bluehelm.plans.wholes import wholes_slowly

LIMITS = Limits(5, 5)


def part(period: str, value: float | None, **parts: str) -> Reading:
    return Reading(period, value, parts=parts)


def shares(*parts: Reading, whole: float | None = None) -> list[Shares]:
    return shares_of_parts([Reading(one.period, whole) for one in parts], parts)


def test_each_part_has_its_share_of_its_own_set_of_keys():
    told = [part("2027-01", 30, sex="women"), part("2027-01", 10, sex="men"), part("2027-01", 40, area="north")]
    by_area, by_sex = shares(*told)
    assert (by_sex.key, by_sex.of, str(by_sex)) == ("sex", {"men": 0.25, "women": 0.75}, "men 25%, women 75%")
    assert by_area.of == {"north": None} and str(by_area) == "unknown"  # one part alone is no share of anything


def test_no_share_is_said_where_a_part_is_missing_or_the_whole_has_more():
    both = [part("2027-01", 30, sex="women"), part("2027-01", 10, sex="men")]
    found = shares(*both, part("2027-02", 30, sex="women"))
    assert [one.of for one in found] == [{"men": 0.25, "women": 0.75}, {"women": None}]
    assert shares(*both, whole=50.0)[0].of == {"men": None, "women": None}


def test_shares_of_shares_and_medians_are_not_made():
    assert has_shares("sum", "persons") and not has_shares("latest", "share of members")
    assert not has_shares("none", "persons") and not has_shares("distribution", "persons")
    assert shares(Reading("2027-01", 0.5, numerator=1, denominator=2, parts={"sex": "women"})) == []


@given(st.lists(st.integers(0, 30), min_size=2, max_size=4))
def test_no_share_rests_on_a_count_that_is_held_back(counts):
    told = [part("2027-01", float(count), area=f"area {number}") for number, count in enumerate(counts)]
    shown = leaving(wholes_slowly(told, "sum"), told, "sum", (), LIMITS)
    (found,) = shares_of_parts(shown.wholes, shown.parts)
    held = any(one.held_back for one in shown.parts)
    assert found.held_back is held
    assert not held or (set(found.of.values()) == {None} and str(found) == "held back")
