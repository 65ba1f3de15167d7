"""Do agreed, present and serviceable add up, and is a run of short quarters counted as by hand?"""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.forces.equipment import Line, effects, equipment, quarter_name, quarter_of
from bluehelm.forces.supply import ForcesError

NOW = quarter_of("2027-Q2")


@dataclass(frozen=True)
class Rules:
    serviceable_share: float = 0.9
    effects: dict = field(default_factory=lambda: {"vehicle": "fewer patrols"})


def line(serviceable, present=None, agreed=10, back=0, unit="U1", item="truck", category="vehicle"):
    there = serviceable if present is None else present
    return Line(unit, item, category, NOW - back, agreed, there, serviceable)


def state(*lines):
    return equipment(lines, Rules(), NOW)


def test_what_misses_is_absent_or_defective():
    found = state(line(5, present=8))
    assert (found.agreed, found.serviceable, found.absent, found.defective, found.beyond) == (10, 5, 2, 3, 0)
    (short,) = found.short
    assert (short.absent, short.defective, short.quarters_short) == (2, 3, 1)


def test_a_line_is_short_below_the_share_of_the_definition():
    assert state(line(9)).short == ()
    assert len(state(line(8)).short) == 1


def test_a_run_of_short_quarters_ends_where_the_line_was_not_short():
    assert state(line(5), line(5, back=1), line(9, back=2), line(5, back=3)).short[0].quarters_short == 2


def test_a_quarter_without_numbers_is_skipped_and_one_without_a_report_ends_the_run():
    unknown = Line("U1", "truck", "vehicle", NOW - 1, 10, None, None)
    assert state(line(5), unknown, line(5, back=2)).short[0].quarters_short == 2
    assert state(line(5), line(5, back=2)).short[0].quarters_short == 1


def test_unknown_numbers_are_named_and_never_counted_as_none():
    found = state(Line("U1", "truck", "vehicle", NOW, 10, 8, None))
    assert (found.unknown, found.agreed, found.short) == (("U1, truck",), 0, ())


def test_more_serviceable_than_present_is_doubtful_and_left_out_of_the_sums():
    found = state(line(9, present=4))
    assert found.doubtful == ("U1, truck: 9 serviceable of 4 present",)
    assert found.agreed == 0


def test_the_effect_of_a_category_is_that_of_the_definition():
    found = effects(state(line(2), line(3, item="car"), line(1, item="radio", category="other")))
    assert [(one.unit, one.effect, one.items, one.serviceable_share) for one in found] == [
        ("U1", "fewer patrols", ("car", "truck"), 0.25)
    ]


def test_the_same_line_twice_is_refused():
    with pytest.raises(ForcesError, match="2027-Q2: is there twice"):
        state(line(5), line(6))


def test_quarters_are_named_as_they_are_read():
    assert quarter_name(quarter_of("2026-Q4") + 1) == "2027-Q1"
    for wrong in ("2027-Q5", "2027", "27-Q1"):
        with pytest.raises(ValueError, match="quarter"):
            quarter_of(wrong)


numbers = st.one_of(st.none(), st.integers(0, 20))


@given(st.lists(st.tuples(st.integers(0, 15), numbers, numbers), max_size=8))
def test_the_sums_reconcile(drawn):
    lines = [Line("U1", f"item {n}", "vehicle", NOW, *numbers) for n, numbers in enumerate(drawn)]
    found = state(*lines)
    assert found.agreed == found.serviceable + found.absent + found.defective - found.beyond
    named = len(found.unknown) + len(found.doubtful)
    assert found.lines - named == sum(line.is_known and not line.is_doubtful for line in lines)
