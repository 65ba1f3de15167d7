"""Is a range read as it was meant, is harm never more certain than what was told, and is effort told beside counts?"""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.situation.effort import COUNTS, EFFORT, effort_by_unit
from bluehelm.situation.reports import Harm, Range, Report, is_late, problems_of

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ranges = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(lambda pair: Range(min(pair), max(pair)))
some_ranges = ranges | st.integers(0, 500).map(lambda low: Range(low, None))


@given(some_ranges)
def test_a_range_written_and_read_again_is_the_same(one):
    assert Range.read(f" {one} ") == one


@pytest.mark.parametrize("text", ["many", "-3", "5-2", "3++", "1000001", "1.5", "3-", "0x3"])
def test_what_is_no_number_of_persons_is_refused(text):
    with pytest.raises(ValueError, match=r"persons|fewer"):
        Range.read(text)


def test_nothing_is_unknown_and_nobody_is_zero():
    assert Range.read("") is Range.read("?") is None
    assert Range.read("0") == Range(0, 0)


@given(st.dictionaries(st.sampled_from(("women", "men", "girls", "boys")), some_ranges))
def test_persons_told_apart_alone_never_give_an_upper_bound(groups):
    persons = Harm("killed", None, groups).persons
    assert persons == (Range(sum(one.low for one in groups.values()), None) if groups else None)


def test_everything_wrong_is_told_at_once():
    report = Report(1, "gossip", NOW, NOW - timedelta(hours=1), "soon", "", "guess", 9, 4.0, None)
    told = problems_of(report, ["patrol"], NOW)
    assert len(told) == 7, told


def test_late_is_later_than_the_rule_says_and_open_ones_become_late():
    assert not is_late(NOW, NOW + timedelta(hours=72), NOW, 72)
    assert is_late(NOW, NOW + timedelta(hours=73), NOW, 72)
    assert is_late(NOW, None, NOW + timedelta(hours=73), 72)


DAYS = [date(2026, 11, day) for day in range(1, 8)]
cells = st.dictionaries(st.sampled_from(DAYS), st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)))


@given(cells, st.dictionaries(st.sampled_from(DAYS), st.integers(1, 30)))
def test_effort_is_what_counting_day_by_day_gives(told, made):
    effort = pl.DataFrame([{"on": on, "unit": "police", "patrols": p, "reporters": r} for on, (p, r) in told.items()],
                          schema=EFFORT)  # fmt: skip
    counts = pl.DataFrame([{"on": on, "unit": "police", "reports": n} for on, n in made.items()], schema=COUNTS)
    found = effort_by_unit(effort, counts, DAYS[0], DAYS[-1])
    if not told and not made:
        assert found == []
        return
    (one,) = found
    patrols = [p for p, _ in told.values() if p is not None]
    reporters = {on: r for on, (_, r) in told.items() if r is not None}
    assert one.patrols == (sum(patrols) if patrols else None)
    assert one.reporter_days == (sum(reporters.values()) if reporters else None)
    assert one.missing == tuple(day for day in DAYS if day not in told and day not in made)
    assert one.reports == sum(made.values())
    days = sum(reporters.values())
    expected = round(10 * sum(n for on, n in made.items() if on in reporters) / days, 2) if days else None
    assert one.per_10 == expected
