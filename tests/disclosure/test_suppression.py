"""Is every small count held back, can none be computed, and is no more held back than needed?"""

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bluehelm.disclosure.figures import DisclosureError, Figure, cells_of, lay, possible_cells, with_margins
from bluehelm.disclosure.intervals import Attacker, ContradictionError, revealed, small_differences
from bluehelm.disclosure.suppression import suppress
from tests.disclosure import by_hand

SMALLEST, INTERVAL = 3, 2
RULE = {"smallest": SMALLEST, "interval": INTERVAL}


def cells(**counts: int) -> pl.DataFrame:
    """Persons by mission and sex: `A_F=3` are three women in mission A."""
    rows = [{"mission": name[0], "sex": name[2], "persons": count} for name, count in counts.items() if count]
    return pl.DataFrame(rows, schema={"mission": pl.String, "sex": pl.String, "persons": pl.Int64})


def laid_of(table: pl.DataFrame):
    return lay(with_margins(table), table)


def shown(figures, **of):
    return next(figure.count for figure in figures if figure.of == tuple(sorted(of.items())))


small_tables = st.fixed_dictionaries({f"{m}_{s}": st.integers(0, 4) for m in "AB" for s in "FM"}).map(
    lambda c: cells(**c)
)


@settings(max_examples=30)
@given(small_tables)
def test_no_small_count_is_shown_and_none_can_be_computed(table):
    assume(table.height and table["persons"].sum() <= 10)
    laid = laid_of(table)
    safe = suppress(laid, table["persons"].to_list(), **RULE)
    assert all(figure.count is None or figure.count == 0 or figure.count >= SMALLEST for figure in safe.figures)
    assert [f.count for f in safe.figures if f.count is not None] == [
        before.count for before, after in zip(laid.figures, safe.figures, strict=True) if after.count is not None
    ], "what is shown is true"
    found = by_hand.intervals(safe.laid, most=int(table["persons"].sum()) + INTERVAL)
    assert all(found[place][1] - found[place][0] >= INTERVAL for place in safe.small)


@settings(max_examples=15)
@given(small_tables)
def test_no_more_is_held_back_than_trying_every_way_does(table):
    assume(table.height and table["persons"].sum() <= 10)
    laid = laid_of(table)
    safe = suppress(laid, table["persons"].to_list(), **RULE)
    most = int(table["persons"].sum()) + INTERVAL
    assert safe.status == "optimal"
    assert safe.shown_less == by_hand.least_shown_less(laid, **RULE, most=most)


@settings(max_examples=25)
@given(small_tables, st.sets(st.integers(0, 8)))
def test_intervals_are_those_of_trying_every_table(table, places):
    assume(table.height and table["persons"].sum() <= 10)
    laid = laid_of(table)
    tried = by_hand.hidden(laid, {place for place in places if place < len(laid.figures) and laid.figures[place].count})
    total = int(table["persons"].sum())
    attacker = Attacker(tried, INTERVAL)
    for place, (least, most) in by_hand.intervals(tried, total + 3).items():
        found = attacker.interval(place)
        assert found.least == least
        assert found.most == most if found.most is not None else most >= total + 3


@pytest.mark.parametrize("method", ["at once", "one by one"])
def test_both_ways_hold_on_three_dimensions(method, monkeypatch):
    rows = [("A", "F", 1)] * 2 + [("A", "M", 1)] * 9 + [("B", "F", 1)] * 8 + [("B", "M", 2)] * 12 + [("A", "M", 2)] * 7
    table = cells_of(pl.DataFrame(rows, schema=["mission", "sex", "year"], orient="row"), ["mission", "sex", "year"])
    if method == "one by one":
        monkeypatch.setattr("bluehelm.disclosure.suppression.AT_ONCE", 0)
    safe = suppress(laid_of(table), table["persons"].to_list(), smallest=5, interval=4)
    assert safe.small and revealed(safe.laid, 4, safe.small) == []
    assert all(figure.count is None or figure.count >= 5 for figure in safe.figures)


def test_the_worked_table_of_the_page():
    table = cells(A_F=3, A_M=40, B_F=9, B_M=20)
    safe = suppress(laid_of(table), table["persons"].to_list(), smallest=5, interval=4)
    assert shown(safe.figures, mission="A", sex="F") is None
    assert shown(safe.figures, mission="A") == 43
    assert shown(safe.figures) == 72
    assert (safe.status, safe.shown_less) == ("optimal", 69)


def test_a_check_that_catches_primary_suppression_alone():
    table = cells(A_F=3, A_M=40, B_F=9, B_M=20)
    laid = laid_of(table)
    only_primary = by_hand.hidden(laid, {place for place, f in enumerate(laid.figures) if f.count < 5})
    (found,) = revealed(only_primary, 4)
    assert (found.figure.words, found.least, found.most) == ("mission A, sex F", 3, 3)


def test_contradicting_figures_are_refused():
    figures = [Figure((("sex", "F"),), 6), Figure((("sex", "M"),), None), Figure((), 5)]
    with pytest.raises(ContradictionError):
        revealed(lay(figures, possible_cells([figures])), 4)


def test_a_small_group_between_two_tables_is_found_by_subtraction():
    table = cells(A_F=10, A_M=2, B_M=30)
    women_and_men, women = Figure((("mission", "A"),), 12), Figure((("mission", "A"), ("sex", "F")), 10)
    laid = lay([women_and_men, women], table)
    assert small_differences(laid, [0, 1], 5) == [(women_and_men, women, 2)]
    assert small_differences(laid, [0, 0], 5) == []
    assert small_differences(laid, [0, 1], 2) == []


def test_what_is_too_large_to_check_does_not_leave():
    many = pl.DataFrame({"place": [str(n) for n in range(20_001)], "persons": [9] * 20_001})
    with pytest.raises(DisclosureError, match="can be checked"):
        lay([Figure((), 180_009)], many)


def test_an_unknown_level_is_called_so():
    rows = pl.DataFrame({"sex": ["F", None, None]})
    assert cells_of(rows, ["sex"]).to_dicts() == [{"sex": "F", "persons": 1}, {"sex": "unknown", "persons": 2}]
