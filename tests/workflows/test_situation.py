"""Is a mission's situation measured on what is covered, with distances only where there is something to measure to?"""

import json
from datetime import date, timedelta

import pytest

from bluehelm.workflows.roads import RoadsError, road_layer
from bluehelm.workflows.situation import measure_situation, situation_json
from tests.published import event, publish

# A road along the meridian of Juba, and another far away.
ROADS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "LineString", "coordinates": [[31.75, 3], [31.75, 6]]},
        },
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[25, 9], [26, 9]]}},
    ],
}
SQUARE = "POLYGON ((31 4, 32 4, 32 5, 31 5, 31 4))"


def daily(number, first, days, every):
    start = date.fromisoformat(first)
    return [event(number + day, str(start + timedelta(days=day))) for day in range(0, days, every)]


def area(name, outline, **said):
    return {
        "area_id": name,
        "name": name,
        "outline": outline,
        "west": 31.0,
        "south": 4.0,
        "east": 32.0,
        "north": 5.0,
        **said,
    }


def base(location, troops, **place):
    row = {"mission": "UNMISS", "month": "2016-06", "source_map": "Map 1", "location": location, "entry": 1}
    return row | {"latitude": 4.85, "longitude": 31.6, "troops": troops} | place


@pytest.fixture
def home(tmp_path):
    """An event every ten days for a year, then one a day in the last month."""
    rows = [*daily(0, "2015-12-01", 366, 10), *daily(1000, "2016-12-01", 31, 1)]
    publish(tmp_path, "events", rows, months=("2014-01", "2016-12"))
    return tmp_path


def test_windows_end_on_the_last_covered_day_and_say_so(home):
    found = measure_situation(home, "UNMISS", as_of=date(2017, 2, 15))
    assert found.measured_to == date(2016, 12, 31)
    assert [count.totals.count for count in found.rolling] == [7, 30, 31 + 6]
    assert any("Measured to 2016-12-31" in note for note in found.notes)
    assert measure_situation(home, "UNMISS", as_of=date(2016, 11, 30)).measured_to == date(2016, 11, 30)


def test_a_flare_is_above_what_is_usual_and_its_cell_is_named(home):
    found = measure_situation(home, "UNMISS", as_of=date(2016, 12, 31))
    assert found.tempo.verdict == "above"
    assert found.tempo.count > found.tempo.high
    (cell, place) = found.hotspots.cells[0]
    assert (found.hotspots.named, cell.gid) == (1, event(1, "2016-01-01")["gid"])
    assert (place.base, place.base_km, place.road_km, place.area, place.around) == (None, None, None, None, None)


def test_calm_is_within_what_is_usual(home):
    found = measure_situation(home, "UNMISS", as_of=date(2016, 11, 30))
    assert (found.tempo.verdict, found.hotspots.named) == ("within", 0)


def test_too_little_past_is_unknown_not_calm(tmp_path):
    publish(tmp_path, "events", daily(0, "2016-10-01", 60, 1), months=("2016-10", "2016-12"))
    found = measure_situation(tmp_path, "UNMISS", as_of=date(2016, 12, 31))
    assert (found.tempo, found.hotspots) == (None, None)
    assert [count and count.totals.count for count in found.rolling] == [0, 0, 58]


def test_a_window_that_reaches_into_uncovered_months_is_unknown(tmp_path):
    publish(tmp_path, "events", daily(0, "2016-12-01", 31, 1), months=("2016-12", "2016-12"))
    found = measure_situation(tmp_path, "UNMISS", as_of=date(2016, 12, 31))
    assert [count and count.totals.count for count in found.rolling] == [7, 30, None]
    answer = situation_json(found)["rolling"][2]
    assert answer["days"] == 90
    assert set(answer.values()) == {90, None}


def test_nothing_held_is_nothing_known(tmp_path):
    found = measure_situation(tmp_path, "UNMISS", as_of=date(2016, 12, 31))
    assert (found.measured_to, found.tempo, found.hotspots, found.rings) == (None, None, None, None)
    assert found.rolling == (None, None, None)
    assert found.notes


def test_distances_to_base_road_and_the_area_are_measured_from_the_cells_centre(home):
    bases = [
        base("Juba", 900),
        base("Elsewhere", None, latitude=9.5, longitude=28.0),
        base("Nowhere", 5, latitude=None),
    ]
    publish(home, "deployments", bases, provider="geopko", months=("2016-06", "2016-06"))
    areas = [area("Square", SQUARE), area("Past", SQUARE, valid_to=date(2016, 1, 1))]
    publish(home, "areas", areas, provider="areas")
    (home / "roads.geojson").write_text(json.dumps(ROADS))
    found = measure_situation(home, "UNMISS", as_of=date(2016, 12, 31))
    _, place = found.hotspots.cells[0]  # the cell's centre is 4.75, 31.75
    assert (place.base, place.area) == ("Juba", "Square")
    assert place.base_km == pytest.approx(20.0, abs=0.1)
    assert place.road_km == pytest.approx(0, abs=1e-6)
    assert [(ring.bases, ring.troops, ring.unknown_strength) for ring in place.around] == [
        (1, 900, 0),
        (0, 0, 0),
        (0, 0, 0),
        (1, None, 1),
    ]
    assert found.unplaced_bases == 1
    assert [(of.area, of.count) for of in found.areas] == [("Square", 37)]
    answer = situation_json(found)
    assert [version["table"] for version in answer["versions"]] == ["events", "deployments", "areas"]
    assert answer["inputs"][0]["name"] == "roads.geojson"


def test_rings_begin_with_the_first_map(home):
    publish(home, "deployments", [base("Juba", 900)], provider="geopko", months=("2016-06", "2016-06"))
    rings = {of.month: of for of in measure_situation(home, "UNMISS", as_of=date(2016, 12, 31)).rings}
    assert rings["2016-05"].rings is None
    assert rings["2016-12"].map_month == "2016-06"
    assert [ring.count for ring in rings["2016-12"].rings] == [31, 0, 0, 0]


def test_without_an_areas_table_events_are_counted_by_the_providers_names(tmp_path):
    rows = [event(1, "2016-12-01", admin_1="Jubek"), event(2, "2016-12-02", admin_1="Jubek"), event(3, "2016-12-03")]
    publish(tmp_path, "events", rows, months=("2016-01", "2016-12"))
    found = measure_situation(tmp_path, "UNMISS", as_of=date(2016, 12, 31))
    assert [(of.area, of.count) for of in found.areas] == [("Jubek", 2), (None, 1)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "no GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "holds nothing"),
        ('{"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}', "holds Point"),
        (
            '{"features": [{"geometry": {"type": "LineString", "coordinates": [[500000, 1], [500100, 2]]}}]}',
            "not in degrees",
        ),
        ('{"features": [{"geometry": null}]}', "no GeoJSON"),
    ],
)
def test_a_road_layer_that_is_none_is_refused(tmp_path, content, said):
    (tmp_path / "roads.geojson").write_text(content)
    with pytest.raises(RoadsError, match=said):
        road_layer(tmp_path)


def test_the_situation_uses_the_candidates_too(home):
    rows = [event(9000 + day, f"2017-01-{day:02d}") for day in range(1, 32)]
    publish(home, "events", rows, provider="ucdp-candidate", months=("2017-01", "2017-01"))
    found = measure_situation(home, "UNMISS", as_of=date(2017, 1, 31))
    assert found.measured_to == date(2017, 1, 31)
    assert found.rolling[1].totals.count == 30
    assert any("candidate" in note for note in found.notes)
