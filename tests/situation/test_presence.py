"""Is presence read from the latest map, with unknown strengths kept unknown?"""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.situation.presence import bases_by_month, latest_map_month, places_on_map
from bluehelm.tables import DEPLOYMENTS


def maps(text):
    """Rows of: mission month map location entry troops (a dash for unknown)."""
    rows = []
    for line in text.strip().splitlines():
        mission, month, source_map, location, entry, troops = line.split()
        known = {
            "mission": mission,
            "month": month,
            "source_map": source_map,
            "location": location,
            "entry": int(entry),
            "latitude": 5.0,
            "longitude": 30.0,
            "troops": None if troops == "-" else int(troops),
            "contributors": "Nepal|Rwanda",
        }
        rows.append({name: known.get(name) for name in DEPLOYMENTS.column_names})
    return pl.DataFrame(rows, schema=DEPLOYMENTS.schema)


MAPS = maps("""
    UNMISS 2017-08 Rev.9  Bor     1 400
    UNMISS 2017-11 Rev.9  Bor     1 150
    UNMISS 2017-11 Rev.10 Bor     1 350
    UNMISS 2017-11 Rev.9  Juba    1 -
    UNMISS 2017-11 Rev.9  Malakal 1 185
    UNMISS 2017-11 Rev.9  Malakal 2 900
    UNMISS 2017-11 Rev.9  Torit   1 100
    UNMISS 2017-11 Rev.9  Torit   2 -
    UNAMID 2017-12 Rev.1  Nyala   1 800
""")


def places():
    return {place.location: place for place in places_on_map(MAPS, "UNMISS", "2017-11")}


def test_the_latest_month_is_not_after_the_date_asked_for():
    assert latest_map_month(MAPS, "UNMISS", "2017-12") == "2017-11"
    assert latest_map_month(MAPS, "UNMISS", "2017-10") == "2017-08"
    assert latest_map_month(MAPS, "UNMISS", "2017-07") is None


def test_a_place_on_two_maps_of_one_month_is_counted_once_from_the_later_map():
    assert places()["Bor"].troops == 350


def test_entries_of_one_map_are_added_up():
    assert places()["Malakal"].troops == 1085


def test_an_unknown_strength_is_not_zero():
    assert places()["Juba"].troops is None
    assert places()["Juba"].has_unknown_strength


def test_a_place_with_one_unknown_entry_keeps_its_known_troops():
    assert places()["Torit"].troops == 100
    assert places()["Torit"].has_unknown_strength


def test_places_are_listed_by_size_with_unknown_last():
    assert [place.location for place in places_on_map(MAPS, "UNMISS", "2017-11")] == ["Malakal", "Bor", "Torit", "Juba"]


@pytest.mark.parametrize(
    ("said", "answer"), [([True, None], True), ([False, None], False), ([False, True], True), ([None, None], None)]
)
def test_police_are_there_when_one_entry_says_so_and_unknown_when_none_says_anything(said, answer):
    twice = MAPS.filter(pl.col("location") == "Malakal").with_columns(pl.Series("has_police", said, dtype=pl.Boolean))
    assert places_on_map(twice, "UNMISS", "2017-11")[0].has_police is answer


def test_contributors_are_listed_once():
    assert places()["Malakal"].contributors == ("Nepal", "Rwanda")


sightings = st.fixed_dictionaries(
    {
        "month": st.sampled_from(["2017-08", "2017-11"]),
        "source_map": st.sampled_from(["Rev.9", "Rev.10", "Rev.2"]),
        "location": st.sampled_from(["Bor", "Juba", "Torit"]),
        "entry": st.integers(1, 3),
        "troops": st.none() | st.integers(0, 900),
        "latitude": st.sampled_from([4.0, 6.0, None]),
    }
)


@given(st.lists(sightings, max_size=12, unique_by=lambda s: (s["month"], s["source_map"], s["location"], s["entry"])))
def test_the_bases_of_all_months_are_those_of_each_map_read_on_its_own(seen):
    rows = [{"mission": "UNMISS", "longitude": 31.0, **sighting} for sighting in seen]
    frame = pl.DataFrame([{n: row.get(n) for n in DEPLOYMENTS.column_names} for row in rows], schema=DEPLOYMENTS.schema)
    bases, unplaced = bases_by_month(frame, "UNMISS")
    expected = [
        (month, place.location, place.latitude, place.troops)
        for month in sorted({sighting["month"] for sighting in seen})
        for place in sorted(places_on_map(frame, "UNMISS", month), key=lambda place: place.location)
    ]
    assert bases.select("month", "location", "latitude", "troops").rows() == [
        row for row in expected if row[2] is not None
    ]
    assert unplaced == sum(row[2] is None for row in expected)
