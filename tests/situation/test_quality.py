"""Does the watch find what is wrong in data, and leave alone what is not?"""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.definitions.quality import Change, EmptyMonths, Rhythm, Silence
from bluehelm.situation import quality
from bluehelm.spine import VersionRef
from bluehelm.tables.months import months_between, ordinal
from tests.published import event, rows_of

VERSION = VersionRef("events", 3, "a" * 64, date(2024, 1, 1), "ucdp-ged")
CANDIDATES = Rhythm(provider="ucdp-candidate", renewed_days=45, months_behind=3)
SILENCE = Silence(months_before=12, fewest_before=6, months_silent=4)
CHANGE = Change(least=200, falls_to=0.5, rises_by=2.0)
EMPTY = EmptyMonths(fewest=1, least_average=10)


def codes(findings):
    return [(finding.code, finding.since) for finding in findings]


@pytest.mark.parametrize(("age", "behind", "found"), [(45, 3, 0), (46, 3, 1), (45, 4, 1), (46, 4, 2)])
def test_a_provider_is_stale_after_its_own_rhythm(age, behind, found):
    as_of = VERSION.retrieved + timedelta(days=age)
    year, month = divmod(ordinal(f"{as_of:%Y-%m}") - behind, 12)
    assert len(quality.stale(VERSION, f"{year}-{month + 1:02d}", CANDIDATES, as_of)) == found


def test_months_that_no_version_covers_are_named_as_runs():
    months = [*months_between("2016-01", "2016-03"), "2016-06", "2016-08"]
    found = quality.uncovered(months, [VERSION])
    assert codes(found) == [("uncovered_months", "2016-04"), ("uncovered_months", "2016-07")]
    assert "2016-04 to 2016-05" in str(found[0].what)
    assert quality.uncovered(months_between("2016-01", "2016-03"), [VERSION]) == []
    assert quality.uncovered([], []) == []


def busy(months, each=2):
    return [event(number, f"{month}-10") for number, month in enumerate(sorted(months * each))]


def silences(rows, covered):
    return quality.silences(rows_of("events", rows).lazy(), VERSION, covered, SILENCE)


def test_a_country_that_falls_silent_after_many_events_is_named():
    rows = busy(["2016-01", "2016-02", "2016-03", "2016-12"])
    assert codes(silences(rows, ("2016-01", "2016-12"))) == [("silence", "2016-04")]
    assert "SSD" in silences(rows, ("2016-01", "2016-12"))[0].where.english


def test_a_country_with_few_events_or_a_short_pause_is_not():
    assert silences(busy(["2016-01", "2016-12"]), ("2016-01", "2016-12")) == []
    assert silences(busy(["2016-01", "2016-02", "2016-03", "2016-07"]), ("2016-01", "2016-07")) == []


def test_months_after_the_last_covered_one_are_not_silence():
    assert silences(busy(["2016-01", "2016-02", "2016-03"]), ("2016-01", "2016-06")) == []
    assert codes(silences(busy(["2016-01", "2016-02", "2016-03"]), ("2016-01", "2016-07"))) == [("silence", "2016-04")]


def test_a_mission_without_a_map_for_long_is_named():
    maps = pl.LazyFrame(
        {"mission": ["A", "A", "A", "B", "B"], "month": ["2010-01", "2010-06", "2012-01", "2010-01", "2011-01"]}
    )
    (found,) = quality.map_gaps(maps, VERSION, 12)
    assert (found.code, found.where.english, found.since) == ("map_gap", "deployments, A", "2010-06")
    assert "19 months" in str(found.what)


yearly = st.dictionaries(st.tuples(st.sampled_from("AB"), st.integers(2000, 2008)), st.integers(0, 1000), max_size=12)


@given(yearly)
def test_collapses_and_jumps_are_those_of_neighbouring_years(values):
    rows = [(group, year, value) for (group, year), value in values.items()]
    series = pl.DataFrame(rows, schema={"group": pl.String, "year": pl.Int64, "value": pl.Int64}, orient="row")
    by_hand = set()
    for (group, year), value in values.items():
        was = values.get((group, year - 1))
        if was is not None and max(was, value) >= 200:
            if value <= was / 2:
                by_hand.add(("collapse", group, str(year)))
            elif value >= was * 2:
                by_hand.add(("jump", group, str(year)))
    found = quality.yearly_changes(series, "Events", "events", VERSION, CHANGE)
    assert {(f.code, f.where.english.removeprefix("events, "), f.since) for f in found} == by_hand


def months_of(values):
    names = months_between("2016-01", "2016-12")[: len(values)]
    return pl.DataFrame({"month": names, "value": values}, schema={"month": pl.String, "value": pl.Int64})


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([50, 40, 60, 0, 0], [("empty_months", "2016-04")]),
        ([0, 0, 50, 40], [("empty_months", "2016-01")]),
        ([0, 50, 0, 40, 0], [("empty_months", "2016-05"), ("empty_months", "2016-01")]),
        ([50, 0, 40], []),  # calm in between is told by other checks
        ([2, 0, 1, 0], []),  # so few that zeros are no wonder
        ([0, 0, 0], []),
        ([50, None, None], []),  # unknown is not zero
        ([], []),
    ],
)
def test_zeros_everywhere_at_an_end_of_a_table_are_doubted(values, found):
    assert codes(quality.empty_ends(months_of(values), "Deaths", VERSION, EMPTY)) == found


def test_rows_that_differ_in_their_number_only_are_named_once_a_group():
    rows = [
        event(1, "2016-01-01"),
        event(2, "2016-01-01"),
        event(3, "2016-01-01"),
        event(4, "2016-01-02"),
        event(5, "2016-01-01", best=2),
    ]
    (found,) = quality.duplicates(rows_of("events", rows).lazy(), "event_id", quality.SAME_EVENT, VERSION, 50)
    assert found.evidence[0].key == "1 = 2 = 3"
    assert "3 rows" in str(found.what)
    alone = rows_of("events", rows[3:]).lazy()
    assert quality.duplicates(alone, "event_id", quality.SAME_EVENT, VERSION, 50) == []


def test_of_very_many_groups_only_the_first_are_cited():
    rows = [event(number, f"2016-01-{1 + number // 2:02d}") for number in range(20)]
    (found,) = quality.duplicates(rows_of("events", rows).lazy(), "event_id", quality.SAME_EVENT, VERSION, 3)
    assert len(found.evidence) == 3
    assert "7 groups more" in str(found.what)


def test_every_finding_can_be_proposed_by_software_and_raised_by_nobody_yet():
    findings = [
        *quality.uncovered(["2016-01", "2016-03"], [VERSION]),
        *quality.stale(VERSION, "2016-01", CANDIDATES, date(2025, 1, 1)),
        *silences(busy(["2016-01", "2016-02", "2016-03", "2016-12"]), ("2016-01", "2016-12")),
    ]
    for finding in findings:
        proposed = finding.as_finding(date(2025, 1, 1))
        assert (proposed.proposed_by, proposed.raised_by, proposed.domain) == ("system:quality", "", "data")
        assert proposed.evidence
    assert len({finding.key for finding in findings}) == len(findings)
