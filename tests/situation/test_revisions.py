"""Is a change between two versions what one finds by comparing them cell by cell?"""

from collections import defaultdict
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.situation.revisions import COUNTRY_MONTHS, country_months_of_events, country_months_of_series, revision
from bluehelm.tables.months import months_between
from bluehelm.tables.provenance import Coverage

COUNTRIES = ("SSD", "SDN", "CAF")
MONTHS = months_between("2016-01", "2016-08")
cells = st.dictionaries(
    st.tuples(st.sampled_from([*COUNTRIES, None]), st.sampled_from(MONTHS)),
    st.tuples(st.integers(0, 9), st.integers(0, 3)),
    max_size=12,
)
some_months = st.tuples(st.sampled_from(MONTHS), st.sampled_from(MONTHS)).map(sorted)
coverages = st.builds(
    lambda months, named: Coverage(months[0], months[1], named),
    some_months,
    st.none() | st.sets(st.sampled_from(COUNTRIES), min_size=1).map(lambda named: tuple(sorted(named))),
)


def state(found):
    rows = [(iso3, month, *values) for (iso3, month), values in found.items()]
    return pl.DataFrame(rows, schema=COUNTRY_MONTHS, orient="row")


def speaks(covered, iso3, month):
    return covered.first_month <= month <= covered.last_month and (
        covered.countries is None or iso3 in covered.countries
    )


@given(cells, cells, coverages, coverages)
def test_changes_are_those_found_cell_by_cell_where_both_speak(old, new, covered_old, covered_new):
    found = revision(state(old), state(new), covered_old, covered_new, missing=0)
    expected, totals = {}, [0, 0]
    for iso3 in (*COUNTRIES, None):
        for month in MONTHS:
            if speaks(covered_old, iso3, month) and speaks(covered_new, iso3, month):
                before, after = old.get((iso3, month), (0, 0)), new.get((iso3, month), (0, 0))
                totals = [totals[0] + before[0], totals[1] + after[0]]
                if before != after:
                    expected[iso3, month] = (before[0], after[0], before[1], after[1])
    told = {(c.iso3, c.month): (c.old, c.new, c.old_count, c.new_count) for c in found.changed}
    assert told == expected
    assert [found.total_old, found.total_new] == totals
    assert found.total_new - found.total_old == sum(c.new - c.old for c in found.changed)


@given(cells, coverages)
def test_a_version_does_not_differ_from_itself(found, covered):
    same = revision(state(found), state(found), covered, covered, missing=0)
    assert (same.changed, same.only_old, same.only_new) == ((), (), ())
    assert same.total_old == same.total_new


@given(cells, cells, coverages, coverages)
def test_months_covered_once_are_told_apart(old, new, covered_old, covered_new):
    found = revision(state(old), state(new), covered_old, covered_new, missing=0)
    one, other = (set(months_between(c.first_month, c.last_month)) for c in (covered_old, covered_new))
    assert set(found.compared) == one & other
    assert (set(found.only_old), set(found.only_new)) == (one - other, other - one)


def test_a_country_of_which_only_one_state_of_a_series_speaks_has_not_changed():
    whole = Coverage("2016-01", "2016-02", None)
    old = state({("SSD", "2016-01"): (4, 1), ("SSD", "2016-02"): (4, 1)})
    new = state({("SSD", "2016-01"): (5, 1), ("CAF", "2016-01"): (7, 2)})
    found = revision(old, new, whole, whole, missing=None)
    assert [(c.iso3, c.month, c.old, c.new) for c in found.changed] == [("SSD", "2016-01", 4, 5)]
    assert (found.total_old, found.total_new, found.countries_only_new) == (4, 5, ("CAF",))


def test_events_count_in_the_month_in_which_they_began_in_no_country_too():
    days = [("SSD", date(2016, 1, 31), 3), ("SSD", date(2016, 1, 1), 4), (None, date(2016, 2, 1), 5)]
    events = pl.DataFrame(days, schema={"iso3": pl.String, "date_start": pl.Date, "best": pl.Int64}, orient="row")
    sums = defaultdict(
        lambda: (0, 0), {(i, m): (d, c) for i, m, d, c in country_months_of_events(events.lazy()).rows()}
    )
    assert sums == {("SSD", "2016-01"): (7, 2), (None, "2016-02"): (5, 1)}


def test_a_country_of_two_rows_one_of_them_unknown_is_unknown():
    rows = [("YEM", "2016-01", 3, 1), ("YEM", "2016-01", None, 1)]
    schema = {"iso3": pl.String, "month": pl.String, "best": pl.Int64, "events": pl.Int64}
    series = pl.DataFrame(rows, schema=schema, orient="row")
    assert country_months_of_series(series.lazy()).rows() == [("YEM", "2016-01", None, 2)]
