"""Do the parts make the whole where the rule says so, and are they refused where it does not?"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.plans.periods import (
    PeriodError,
    frequency_of,
    lies_within,
    months_of,
    period_of,
    periods_between,
)
from bluehelm.plans.values import NOT_DISAGGREGATED, Reading, RollUpError, over_parts, over_time, share_of

COUNTS = st.integers(0, 1000).map(float)
AREAS = ["north", "south", "east", "west"]


def months(values: list[float | None], year: int = 2027) -> list[Reading]:
    return [Reading(f"{year}-{number + 1:02d}", value) for number, value in enumerate(values)]


@given(st.lists(COUNTS, min_size=12, max_size=12))
def test_months_add_up_to_quarters_and_quarters_to_the_year(values: list[float]):
    quarters = [over_time(months(values), "sum", f"2027-Q{number}") for number in (1, 2, 3, 4)]
    whole = over_time(quarters, "sum", "2027")
    assert whole.value == sum(values) == over_time(months(values), "sum", "2027").value


@given(st.lists(COUNTS, min_size=12, max_size=12), st.integers(0, 11))
def test_a_missing_month_leaves_the_year_unknown_and_never_zero(values: list[float], gone: int):
    with_gap: list[float | None] = [None if number == gone else value for number, value in enumerate(values)]
    assert over_time(months(with_gap), "sum", "2027").value is None
    without = [one for one in months(list(values)) if one.period != f"2027-{gone + 1:02d}"]
    assert over_time(without, "sum", "2027").value is None


@given(st.lists(COUNTS, min_size=12, max_size=12))
def test_the_latest_and_the_cumulative_are_those_of_the_last_month(values: list[float]):
    for rule in ("latest", "cumulative"):
        assert over_time(months(list(values)), rule, "2027").value == values[-1]


def test_what_is_not_summable_is_refused_over_time_and_over_parts():
    readings = months([1.0, 2.0])
    with pytest.raises(RollUpError, match="not put together"):
        over_time(readings, "none", "2027")
    with pytest.raises(RollUpError, match="not put together"):
        over_parts([replace(readings[0], parts={"area": "north"})], "none")


def test_a_month_that_is_covered_twice_is_refused():
    with pytest.raises(RollUpError, match="2027-01: more than one"):
        over_time([Reading("2027-01", 1), Reading("2027-Q1", 5)], "sum", "2027-Q1")


@given(st.lists(COUNTS, min_size=1, max_size=4), st.sampled_from(["sum", "cumulative", "latest"]))
def test_areas_add_up_to_the_whole(values: list[float], rule):
    parts = [Reading("2027-01", value, parts={"area": area}) for value, area in zip(values, AREAS, strict=False)]
    whole = over_parts(parts, rule)
    assert whole.value == sum(values)
    assert whole.parts == ({"area": "north"} if len(values) == 1 else {})


@given(st.lists(COUNTS, min_size=8, max_size=8))
def test_the_order_of_adding_does_not_matter(values: list[float]):
    told = [
        Reading("2027-01", value, parts={"area": area, "sex": sex})
        for value, (area, sex) in zip(values, [(a, s) for a in AREAS for s in ("women", "men")], strict=True)
    ]
    by_area = [over_parts([one for one in told if one.parts["area"] == area], "sum") for area in AREAS]
    by_sex = [over_parts([one for one in told if one.parts["sex"] == sex], "sum") for sex in ("women", "men")]
    assert over_parts(by_area, "sum").value == over_parts(by_sex, "sum").value == over_parts(told, "sum").value
    assert all("area" in one.parts and "sex" not in one.parts for one in by_area)


def test_a_share_comes_from_numerators_and_denominators_and_never_from_shares():
    parts = [
        Reading("2027-01", 0.5, numerator=1, denominator=2, parts={"area": "north"}),
        Reading("2027-01", 0.1, numerator=10, denominator=100, parts={"area": "south"}),
    ]
    assert over_parts(parts, "latest", is_share=True).value == 11 / 102
    with pytest.raises(RollUpError, match="Shares"):
        over_parts(parts, "sum", is_share=True)
    unknown = [*parts, Reading("2027-01", 0.3, parts={"area": "east"})]
    assert over_parts(unknown, "latest", is_share=True).value is None


def test_a_distribution_adds_category_by_category():
    parts = [
        Reading("2027-01", None, counts={"bad": 2, "fair": 5}, parts={"area": "north"}),
        Reading("2027-01", None, counts={"fair": 1, "good": 4}, parts={"area": "south"}),
    ]
    assert over_parts(parts, "distribution").counts == {"bad": 2, "fair": 6, "good": 4}


def test_parts_of_different_periods_and_a_part_twice_are_refused():
    north = Reading("2027-01", 1, parts={"area": "north"})
    with pytest.raises(RollUpError, match="one period"):
        over_parts([north, Reading("2027-02", 1, parts={"area": "south"})], "sum")
    with pytest.raises(RollUpError, match="twice"):
        over_parts([north, north], "sum")


def test_an_undefined_share_reads_not_disaggregated():
    assert share_of([Reading("2027-01", 30)], "sex", "women") == NOT_DISAGGREGATED
    told = [Reading("2027-01", 6, parts={"sex": "women"}), Reading("2027-01", 18, parts={"sex": "men"})]
    assert share_of(told, "sex", "women") == 0.25
    assert share_of([told[0], Reading("2027-01", None, parts={"sex": "men"})], "sex", "women") is None
    assert share_of([replace(one, value=0.0) for one in told], "sex", "women") is None


def test_a_value_outside_its_bounds_is_kept_and_doubtful():
    assert Reading("2027-01", 3, low=4, high=5).is_doubtful
    assert not Reading("2027-01", 3, low=3).is_doubtful
    assert not Reading("2027-01", None, low=1, high=2).is_doubtful


PERIODS = st.builds(
    period_of,
    st.integers(1990 * 12, 2050 * 12).map(lambda number: f"{number // 12}-{number % 12 + 1:02d}"),
    st.sampled_from(["month", "quarter", "half-year", "year", "budget-year"]),
)


@given(PERIODS)
def test_a_period_is_that_of_each_of_its_months(period: str):
    assert {period_of(month, frequency_of(period)) for month in months_of(period)} == {period}
    assert lies_within(period, period)


def test_a_budget_year_runs_from_july_to_june():
    assert (months_of("2026/27")[0], months_of("2026/27")[-1]) == ("2026-07", "2027-06")
    assert periods_between("2026-07", "2028-06", "budget-year") == ["2026/27", "2027/28"]
    assert periods_between("2026-08", "2027-03", "quarter") == ["2026-Q4", "2027-Q1"]


@pytest.mark.parametrize("text", ["2026-13", "2026-Q5", "2026/28", "26", "2026-H3", "", "2026-1"])
def test_what_is_no_period_is_refused(text: str):
    with pytest.raises(PeriodError, match="no period"):
        months_of(text)
