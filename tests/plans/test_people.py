"""Is no small count of people shown, and can none be computed, whoever adds and subtracts?"""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from bluehelm.disclosure.figures import Figure, Laid
from bluehelm.disclosure.intervals import revealed
from bluehelm.plans.people import Leaving, Limits, counts_people, leaving
from bluehelm.plans.values import Reading
from tests.plans.frameworks import sound

LIMITS = Limits(5, 4)
COUNTS = st.integers(0, 12)
SEXES = ("women", "men", "unknown")


def period(number: int, whole: int, *parts: int) -> list[Reading]:
    month = f"2027-{number + 1:02d}"
    told = [Reading(month, float(one), parts={"sex": sex}) for one, sex in zip(parts, SEXES, strict=False)]
    return [Reading(month, float(whole)), *told]


def left(readings: Sequence[Reading], rule="sum", longer=()) -> Leaving:
    whole = [one for one in readings if not one.parts]
    return leaving(whole, [one for one in readings if one.parts], rule, longer, LIMITS)


@settings(max_examples=60)
@given(st.lists(COUNTS, min_size=1, max_size=3), st.integers(0, 6))
def test_nothing_can_be_computed_of_what_is_held_back_in_a_period(parts: list[int], rest: int):
    found = left(period(0, sum(parts) + rest, *parts))
    truth = [*parts, rest] if rest else parts
    shown = [*found.parts, *found.wholes]
    figures = [Figure((("part", f"{place}"),), None if one.value is None else int(one.value))
               for place, one in enumerate(shown)]  # fmt: skip
    sums = np.vstack([np.eye(len(truth))[: len(parts)], np.ones(len(truth))])
    assert not any(one.count is not None and 0 < one.count < 5 for one in figures)
    small = [place for place, row in enumerate(sums) if 0 < row @ truth < 5]
    assert not revealed(Laid(tuple(figures), sparse.csr_matrix(sums)), 4, small)


@settings(max_examples=40)
@given(st.lists(COUNTS, min_size=12, max_size=12))
def test_sums_over_time_give_no_month_away_and_hold_nothing_back_without_reason(months: list[int]):
    asked = ["2027-Q1", "2027-Q4", "2027-H1", "2027-H2", "2027"]
    found = left([one for number, whole in enumerate(months) for one in period(number, whole)], longer=asked)
    inside = {
        "2027-Q1": range(3),
        "2027-Q4": range(9, 12),
        "2027-H1": range(6),
        "2027-H2": range(6, 12),
        "2027": range(12),
    }
    shown = [(set(inside[name]), found.longer[name].value) for name in asked if not found.longer[name].held_back]
    figures = [Figure((("m", f"{n}"),), None if one.value is None else int(one.value))
               for n, one in enumerate(found.wholes)]  # fmt: skip
    rows = [np.eye(12)[n] for n in range(12)] + [np.array([float(n in held) for n in range(12)]) for held, _ in shown]
    figures += [Figure((("s", f"{n}"),), int(value or 0)) for n, (_, value) in enumerate(shown)]
    assert not revealed(Laid(tuple(figures), sparse.csr_matrix(np.vstack(rows))), 4)
    if all(count == 0 or count >= 5 for count in months):
        assert found.held_back == 0


def test_what_is_held_back_does_not_change_when_later_months_come():
    months = [one for number, whole in enumerate([7, 3, 9, 4, 8, 11]) for one in period(number, whole, whole)]
    early, late = left(months[:6], longer=["2027-Q1"]), left(months, longer=["2027-Q1", "2027-H1"])
    assert late.wholes[:3] == early.wholes and late.longer["2027-Q1"] == early.longer["2027-Q1"]
    assert early.longer["2027-Q1"].held_back and late.longer["2027-H1"].value == 42


def test_a_small_part_takes_another_with_it_and_the_whole_stays():
    found = left(period(0, 43, 3, 40))
    assert [one.value for one in (*found.wholes, *found.parts)] == [43, None, None]
    assert [one.value for one in (*left(period(0, 72, 12, 60)).parts,)] == [12, 60]


def test_a_share_of_few_people_is_held_back_and_its_counts_never_leave():
    def share(numerator: float | None, denominator: float | None, value: float = 0.5) -> Reading:
        (found,) = left([Reading("2027-01", value, numerator=numerator, denominator=denominator)], "latest").wholes
        assert (found.numerator, found.denominator) == (None, None)
        return found

    assert share(30, 60).value == 0.5
    for numerator, denominator in ((2, 60), (58, 60), (2, 4), (None, None)):
        assert share(numerator, denominator).held_back


def test_a_cumulative_count_does_not_tell_how_few_came_since():
    counts = [Reading(f"2027-0{number}", value) for number, value in enumerate([10.0, 12.0, 12.0, 19.0], 1)]
    assert [one.value for one in left(counts, "cumulative").wholes] == [10, None, None, 19]


def test_small_categories_of_a_distribution_are_held_back():
    (found,) = left([Reading("2027-01", None, counts={"bad": 2.0, "fair": 9.0, "good": 30.0})], "distribution").wholes
    assert found.counts == {"bad": None, "fair": None, "good": 30.0}


@pytest.mark.parametrize(("name", "expected"), [("I2", True), ("I3", True), ("C1", True), ("I1", False), ("I4", False)])
def test_people_are_counted_where_the_indicator_says_so_or_its_unit_names_them(name: str, expected: bool):
    from bluehelm.plans.framework import indicators_of

    indicator = next(one.indicator for one in indicators_of(sound()) if one.indicator.id == name)
    assert counts_people(indicator, frozenset({"sex", "age"}), frozenset({"deaths", "asked", "persons"})) is expected
