"""Does the product-limit estimate agree with a library, with counting by hand, and with what must hold?"""

import warnings
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bluehelm.scoring.survival import Watched, incidence, median, moments, product_limit

ENDINGS = ("implemented", "rejected", "overtaken")
cases = st.lists(
    st.builds(Watched, st.integers(0, 40), st.one_of(st.none(), st.sampled_from(ENDINGS))), min_size=1, max_size=30
)
finished = st.lists(st.builds(Watched, st.integers(0, 40), st.just("implemented")), min_size=1, max_size=30)


def slow_share_left(cases: list[Watched], ending: str, day: int) -> float:
    """The share left after a day: live through the days one by one."""
    share = 1.0
    for today in range(day + 1):
        at_risk = sum(case.days >= today for case in cases)
        ended = sum(case.days == today and case.ended == ending for case in cases)
        if at_risk:
            share *= 1 - ended / at_risk
    return share


def slow_incidence(cases: list[Watched], day: int) -> dict[str, float]:
    shares: Counter[str] = Counter()
    still_open = 1.0
    for today in range(day + 1):
        at_risk = [case for case in cases if case.days >= today]
        ended = [case.ended for case in at_risk if case.days == today and case.ended]
        if not ended:
            continue
        for ending in ended:
            shares[ending] += still_open / len(at_risk)
        still_open *= 1 - len(ended) / len(at_risk)
    return dict(shares)


@given(cases)
def test_the_curve_is_that_of_living_through_the_days(cases):
    for left in product_limit(cases, "implemented"):
        assert left.share == pytest.approx(slow_share_left(cases, "implemented", left.day), abs=1e-12)


@given(cases)
def test_the_curve_and_its_intervals_are_those_of_scipy(cases):
    stats = pytest.importorskip("scipy.stats")
    done = [case.days for case in cases if case.ended == "implemented"]
    rest = [case.days for case in cases if case.ended != "implemented"]
    assume(done)
    curve = product_limit(cases, "implemented")
    theirs = stats.ecdf(stats.CensoredData(uncensored=done, right=rest)).sf
    for left in curve:
        assert left.share == pytest.approx(float(theirs.evaluate(left.day)), abs=1e-12)
    if any(left.low is not None for left in curve) and len(cases) > len(done):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it divides by zero where the share is 0 or 1
            interval = theirs.confidence_interval(0.95, method="log-log")
        for left in curve:
            if left.low is not None:
                assert left.low == pytest.approx(float(interval.low.evaluate(left.day)), abs=1e-9)
                assert left.high == pytest.approx(float(interval.high.evaluate(left.day)), abs=1e-9)


@given(finished)
def test_without_open_cases_the_median_is_the_ordinary_lower_one(cases):
    ordered = sorted(case.days for case in cases)
    assert median(product_limit(cases, "implemented")).days == ordered[(len(ordered) - 1) // 2]


@given(cases)
def test_the_curve_never_rises_and_stays_a_share(cases):
    shares = [1.0, *(left.share for left in product_limit(cases, "implemented"))]
    assert all(after <= before + 1e-12 for before, after in pairwise(shares))
    assert all(-1e-12 <= share <= 1 for share in shares)


@given(cases, st.integers(0, 45))
def test_every_case_ended_somehow_or_is_open(cases, day):
    assert incidence(cases, day) == pytest.approx(slow_incidence(cases, day), abs=1e-12)
    assert sum(incidence(cases, day).values()) <= 1 + 1e-12


@given(cases, st.integers(0, 45))
def test_taking_other_endings_for_open_cases_never_understates(cases, day):
    """Why the shares on the page come from the cumulative incidence and not from the curve."""
    curve = [left.share for left in product_limit(cases, "implemented") if left.day <= day]
    assert 1 - (curve[-1] if curve else 1.0) >= incidence(cases, day).get("implemented", 0.0) - 1e-12


@given(cases, st.integers(1, 10))
def test_the_same_cases_many_times_give_the_same_curve(cases, times):
    once, often = product_limit(cases, "implemented"), product_limit(cases * times, "implemented")
    assert [left.share for left in often] == pytest.approx([left.share for left in once])


@given(cases)
def test_the_median_lies_in_its_interval(cases):
    found = median(product_limit(cases, "implemented"))
    if found.days is not None:
        assert found.low is not None
        assert found.low <= found.days
        assert found.high is None or found.days <= found.high


def test_open_cases_count_for_as_long_as_they_were_watched():
    """Three done on days 2, 4 and 6: alone their median is 4; two more open since day 5 make it 6."""
    done = [Watched(2, "implemented"), Watched(4, "implemented"), Watched(6, "implemented")]
    assert median(product_limit(done, "implemented")).days == 4
    assert median(product_limit([*done, Watched(5), Watched(5)], "implemented")).days == 6


def test_nothing_finished_means_no_median_and_no_interval():
    assert median(product_limit([Watched(5), Watched(9)], "implemented")).days is None
    assert median([]).low is None


def test_a_case_cannot_be_watched_for_less_than_no_time():
    with pytest.raises(ValueError, match="0 days or more"):
        Watched(-1)


def test_who_was_last_seen_open_on_a_day_still_counts_on_it():
    assert [(moment.day, moment.at_risk) for moment in moments([Watched(3, "implemented"), Watched(3)])] == [(3, 2)]
