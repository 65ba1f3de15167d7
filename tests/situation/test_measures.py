"""Do the measures of a situation equal what slow and obvious counting finds?"""

import math
from calendar import monthrange
from collections import Counter
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.geo.areas import EARTH_RADIUS_KM
from bluehelm.geo.nearest import nearest
from bluehelm.situation.events import Window
from bluehelm.situation.hotspots import cell_counts
from bluehelm.situation.rings import BASES, map_of, presence_around, rings_by_month
from bluehelm.situation.rolling import rolling_count, rolling_series
from bluehelm.situation.tempo import tempo
from bluehelm.situation.usual import clustering_of, false_discovery, usual
from bluehelm.situation.windows import last_covered_day, past_windows, window_before
from bluehelm.tables.grid import cell_of
from bluehelm.tables.months import months_between

YEAR = Window(date(2016, 1, 1), date(2016, 12, 31))
MONTHS = months_between("2016-01", "2016-12")
DAYS = st.dates(YEAR.first, YEAR.last)
PLACES = st.sampled_from([(4.1, 31.1), (4.2, 31.2), (4.6, 31.6), (9.9, 31.1)])
event = st.fixed_dictionaries(
    {
        "day": DAYS,
        "length": st.integers(0, 20),
        "place": PLACES,
        "best": st.integers(0, 9),
        "precision": st.integers(1, 4),
    }
)
some_events = st.lists(event, max_size=30)
EVENTS = {
    "date_start": pl.Date,
    "date_end": pl.Date,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "gid": pl.Int64,
    "place_precision": pl.Int64,
    "best": pl.Int64,
    "low": pl.Int64,
    "high": pl.Int64,
}


def table(events):
    rows = [
        (
            e["day"],
            e["day"] + timedelta(days=e["length"]),
            *e["place"],
            cell_of(*e["place"]),
            e["precision"],
            *[e["best"]] * 3,
        )
        for e in events
    ]
    return pl.DataFrame(rows, schema=EVENTS, orient="row")


def days_of(window):
    return [window.first + timedelta(days=day) for day in range((window.last - window.first).days + 1)]


# --- rolling counts ------------------------------------------------------------------------------------------


@given(some_events, DAYS, st.sampled_from([7, 30, 90]))
def test_last_days_hold_what_one_counts_day_by_day(events, until, length):
    window = window_before(until, length)
    days = set(days_of(window))
    assert len(days) == length
    lasting = [{e["day"] + timedelta(days=day) for day in range(e["length"] + 1)} for e in events]
    found = rolling_count(table(events), window)
    assert found.totals.count == sum(e["day"] in days for e in events)
    assert found.totals.best == sum(e["best"] for e in events if e["day"] in days)
    assert found.certain == sum(lasts <= days for lasts in lasting)
    assert found.possible == sum(bool(lasts & days) for lasts in lasting)
    assert found.certain <= found.totals.count <= found.possible


@given(some_events)
def test_a_rolling_series_says_on_every_day_what_the_window_holds(events):
    window = Window(date(2016, 3, 1), date(2016, 6, 30))
    counts = Counter(e["day"] for e in events if window.first <= e["day"] <= window.last)
    for row in rolling_series(table(events).lazy(), window, [7, 30]).iter_rows(named=True):
        for length in (7, 30):
            ends = window_before(row["day"], length)
            expected = sum(counts[day] for day in days_of(ends)) if ends.first >= window.first else None
            assert row[f"count_{length}"] == expected


# --- windows -------------------------------------------------------------------------------------------------


@given(DAYS, st.integers(1, 60), st.sets(st.sampled_from(MONTHS)))
def test_past_windows_are_disjoint_covered_and_before_the_last(until, length, covered):
    windows = past_windows(until, length, 12, YEAR, covered)
    recent = window_before(until, length)
    seen = set(days_of(recent))
    for window in windows:
        days = set(days_of(window))
        assert len(days) == length
        assert not days & seen
        assert YEAR.first <= window.first
        assert {f"{day:%Y-%m}" for day in days} <= covered
        seen |= days


@given(DAYS, DAYS, st.sets(st.sampled_from(MONTHS)))
def test_the_last_covered_day_is_found_by_walking_back(first, as_of, covered):
    day = min(as_of, YEAR.last)
    while day >= first and f"{day:%Y-%m}" not in covered:
        day -= timedelta(days=1)
    expected = day if day >= first else None
    assert last_covered_day(as_of, Window(first, YEAR.last), covered) == expected


def test_the_last_day_of_every_month_is_known():
    for month in MONTHS:
        days = monthrange(2016, int(month[5:]))[1]
        assert last_covered_day(date(2020, 1, 1), Window(YEAR.first, date.max), [month]).day == days


# --- what is usual -------------------------------------------------------------------------------------------


def negative_binomial(count, mean, variance):
    """Its probability by the formula, one count after the other."""
    size, share = mean**2 / (variance - mean), mean / variance
    ways = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return math.exp(ways + size * math.log(share) + count * math.log1p(-share))


pasts = st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1, max_size=6)


@given(pasts, st.integers(0, 30))
def test_probabilities_are_those_of_the_formula_added_up(past, count):
    history = np.array(past)
    clustering = clustering_of(history)
    expected = usual(history, clustering)
    for row, windows in enumerate(past):
        mean = (sum(windows) + 0.5) / 4
        variance = (mean + clustering * mean**2) * 1.25
        fewer = sum(negative_binomial(number, mean, variance) for number in range(count))
        assert expected.at_least(np.array([count]))[row] == pytest.approx(1 - fewer, abs=1e-9)
        exactly = negative_binomial(count, mean, variance)
        assert expected.at_most(np.array([count]))[row] == pytest.approx(fewer + exactly, abs=1e-9)


@given(pasts, st.sampled_from([0.5, 0.9, 0.99]))
def test_an_interval_holds_what_it_says_and_no_smaller_tail(past, level):
    expected = usual(np.array(past), 0.3)
    low, high = expected.interval(level)
    assert (low <= high).all()
    assert (expected.at_most(high) - expected.at_most(low - 1) >= level - 1e-9).all()


@given(pasts)
def test_clustering_is_what_moments_say(past):
    means = [sum(windows) / 4 for windows in past]
    variances = [sum((n - m) ** 2 for n in windows) / 3 for windows, m in zip(past, means, strict=True)]
    squares = sum(m * m for m in means)
    by_hand = max(0.0, (sum(variances) - sum(means)) / squares) if squares else 0.0
    assert clustering_of(np.array(past)) == pytest.approx(by_hand)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_the_false_discovery_rate_is_benjamini_and_hochbergs(p_values):
    ranked = sorted(p_values)
    steps = [min(1.0, p * len(ranked) / (rank + 1)) for rank, p in enumerate(ranked)]
    by_hand = {p: min(step for q, step in zip(ranked, steps, strict=True) if q >= p) for p in p_values}
    assert false_discovery(np.array(p_values)) == pytest.approx([by_hand[p] for p in p_values])


def test_cells_that_go_on_as_before_are_rarely_called_hotspots():
    """Poisson cells without any change: of 200 worlds with 40 cells few name even one."""
    chance = np.random.default_rng(0)
    named = 0
    for _ in range(200):
        counts = chance.poisson(chance.gamma(2, 2, size=(40, 1)), size=(40, 9))
        expected = usual(counts[:, 1:], clustering_of(counts[:, 1:]))
        named += bool((false_discovery(expected.at_least(counts[:, 0])) <= 0.1).any())
    assert named <= 30  # a tenth of the worlds is 20


def test_a_cell_that_flares_up_is_named():
    history = np.array([[2, 1, 0, 3, 1, 2, 1, 2]] * 20)
    counts = np.array([15] + [2] * 19)
    q_values = false_discovery(usual(history, clustering_of(history)).at_least(counts))
    assert list(np.flatnonzero(q_values <= 0.1)) == [0]


# --- hotspots and tempo --------------------------------------------------------------------------------------


@given(some_events)
def test_cells_are_counted_as_one_counts_them_by_hand(events):
    recent, past = window_before(YEAR.last, 60), past_windows(YEAR.last, 60, 4, YEAR, MONTHS)
    assert len(past) == 4
    cells, clustering = cell_counts(table(events).lazy(), recent, past, 0.9)
    by_hand = {}
    for e in events:
        for number, window in enumerate([recent, *past]):
            if window.first <= e["day"] <= window.last:
                by_hand.setdefault(cell_of(*e["place"]), [0] * 5)[number] += 1
    assert {cell.gid: cell.count for cell in cells} == {gid: counts[0] for gid, counts in by_hand.items()}
    if by_hand:
        assert clustering == pytest.approx(clustering_of(np.array([counts[1:] for counts in by_hand.values()])))
    for cell in cells:
        mean = (sum(by_hand[cell.gid][1:]) + 0.5) / 4
        variance = (mean + clustering * mean**2) * 1.25
        tail = 1 - sum(negative_binomial(number, mean, variance) for number in range(cell.count))
        assert (cell.expected, cell.p_value) == (pytest.approx(mean), pytest.approx(tail, abs=1e-9))
        there = [e for e in events if cell_of(*e["place"]) == cell.gid and recent.first <= e["day"] <= recent.last]
        assert cell.best == sum(e["best"] for e in there)
        assert cell.unplaced == sum(e["precision"] > 2 for e in there)
    assert [cell.p_value for cell in cells] == sorted(cell.p_value for cell in cells)


@given(some_events)
def test_tempo_ranks_the_last_window_among_its_own_past(events):
    recent, past = window_before(YEAR.last, 30), past_windows(YEAR.last, 30, 11, YEAR, MONTHS)
    counts = [sum(w.first <= e["day"] <= w.last for e in events) for w in (recent, *past)]
    found = tempo(table(events), recent, past, 0.9)
    assert (found.count, list(found.past)) == (counts[0], counts[1:])
    below = sum(other < counts[0] for other in counts[1:])
    same = sum(other == counts[0] for other in counts[1:])
    assert found.rank == pytest.approx((below + same / 2) / len(past))
    assert found.low <= found.high
    assert found.verdict == ("above" if found.count > found.high else "below" if found.count < found.low else "within")


# --- rings ---------------------------------------------------------------------------------------------------

EDGES = [0.0, 50.0, 100.0, 200.0]
base = st.fixed_dictionaries(
    {
        "month": st.sampled_from(["2016-02", "2016-06", "2016-09"]),
        "latitude": st.floats(3, 10),
        "longitude": st.floats(29, 33),
        "troops": st.none() | st.integers(0, 900),
    }
)
some_bases = st.lists(base, max_size=8)


def great_circle_km(one, other):
    """By the law of cosines of the sphere; another formula than the program's."""
    phi, psi = math.radians(one[0]), math.radians(other[0])
    angle = math.sin(phi) * math.sin(psi) + math.cos(phi) * math.cos(psi) * math.cos(math.radians(other[1] - one[1]))
    return EARTH_RADIUS_KM * math.acos(min(1.0, max(-1.0, angle)))


def ring_number(km):
    return sum(km >= edge for edge in EDGES) - 1


@given(some_events, some_bases)
def test_rings_hold_what_one_measures_event_by_event(events, bases):
    found = rings_by_month(table(events).lazy(), pl.DataFrame(bases, schema=BASES), MONTHS, EDGES)
    assert [of.month for of in found] == MONTHS
    for of in found:
        maps = [b["month"] for b in bases if b["month"] <= of.month]
        began = [e for e in events if f"{e['day']:%Y-%m}" == of.month]
        if not maps:
            assert (of.map_month, of.rings) == (None, None)
            continue
        assert of.map_month == max(maps)
        standing = [(b["latitude"], b["longitude"]) for b in bases if b["month"] == of.map_month]
        away = [min(great_circle_km(e["place"], place) for place in standing) for e in began]
        if any(abs(km - edge) < 1e-3 for km in away for edge in EDGES[1:]):
            continue  # on the line the two formulas may round apart
        assert [ring.count for ring in of.rings] == [sum(ring_number(km) == n for km in away) for n in range(4)]
        assert sum(ring.best for ring in of.rings) == sum(e["best"] for e in began)


@given(st.tuples(st.floats(3, 10), st.floats(29, 33)), some_bases)
def test_presence_around_a_place_holds_every_base_once(place, bases):
    rings = presence_around(*place, pl.DataFrame(bases, schema=BASES), EDGES)
    assert sum(ring.bases for ring in rings) == len(bases)
    assert sum(ring.unknown_strength for ring in rings) == sum(b["troops"] is None for b in bases)
    assert sum(ring.troops or 0 for ring in rings) == sum(b["troops"] or 0 for b in bases)
    for ring in rings:
        assert (ring.troops is None) == (0 < ring.bases == ring.unknown_strength)


@given(st.sets(st.sampled_from(MONTHS)))
def test_a_month_is_measured_against_the_latest_map_not_after_it(maps):
    for month, of in map_of(MONTHS, sorted(maps)).items():
        earlier = [name for name in maps if name <= month]
        assert of == (max(earlier) if earlier else None)


points = st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=12)


@given(points, points)
def test_the_nearest_place_is_the_one_found_by_measuring_all(here, there):
    columns = [np.array(column) for column in (*zip(*here, strict=True), *zip(*there, strict=True))]
    numbers, away = nearest(*columns)
    for point, number, km in zip(here, numbers, away, strict=True):
        assert 0 <= number < len(there)
        # the law of cosines loses metres at small angles
        assert km == pytest.approx(min(great_circle_km(point, place) for place in there), abs=0.2)
