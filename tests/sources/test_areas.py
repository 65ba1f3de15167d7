"""Is a polygon taken in only when it is certain which ground it means?"""

import json
import re
from datetime import date

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.sources import IntakeError
from bluehelm.sources.outlines import OutlineError, outline_of
from tests.sources.made_files import SQUARE, collection, feature, geojson_file, polygon, read


def taken(tmp_path, *features, **members):
    intake = read("areas", geojson_file(tmp_path, collection(*features, **members)), tmp_path)
    intake.table.check(intake.frame())
    return intake


def test_an_area_keeps_its_name_code_days_and_ground(tmp_path):
    intake = taken(tmp_path, feature(kind="sector", iso3="SSD", valid_from="2014-01-01", valid_to="2015-06-30"))
    (row,) = intake.frame().to_dicts()
    assert (row["area_id"], row["name"], row["kind"], row["iso3"]) == ("N", "North", "sector", "SSD")
    assert (row["valid_from"], row["valid_to"]) == (date(2014, 1, 1), date(2015, 6, 30))
    assert (row["west"], row["south"], row["east"], row["north"]) == (30, 4, 32, 6)
    assert shapely.from_wkt(row["outline"]).equals(shapely.Polygon(SQUARE))


def test_boundary_files_of_several_makers_are_understood(tmp_path):
    makers = [
        {"type": "Feature", "properties": {"ADM1_PCODE": "SS01", "ADM1_EN": "Jonglei"}, "geometry": polygon(SQUARE)},
        {"type": "Feature", "properties": {"shapeID": "x1", "shapeName": "Unity"}, "geometry": polygon(SQUARE)},
        {"type": "Feature", "id": 7, "properties": {"name": "Lakes"}, "geometry": polygon(SQUARE)},
        {"type": "Feature", "properties": {"name": "Warrap"}, "geometry": polygon(SQUARE)},
    ]
    frame = taken(tmp_path, *makers).frame()
    assert sorted(frame.select("area_id", "name").rows()) == [
        ("7", "Lakes"),
        ("SS01", "Jonglei"),
        ("Warrap", "Warrap"),
        ("x1", "Unity"),
    ]


def test_a_ring_that_runs_the_other_way_is_turned_and_said(tmp_path):
    intake = taken(tmp_path, feature(polygon(SQUARE[::-1])))
    assert [note.reason for note in intake.notes] == [
        "a ring ran the other way round and was turned; the ground is the same"
    ]
    outline = shapely.from_wkt(intake.frame()["outline"][0])
    assert shapely.is_ccw(outline.exterior)
    assert outline.equals(shapely.Polygon(SQUARE))


def test_an_outline_over_the_antimeridian_is_cut_there_and_said(tmp_path):
    fiji = [[178.0, -18.0], [-178.0, -18.0], [-178.0, -16.0], [178.0, -16.0], [178.0, -18.0]]
    intake = taken(tmp_path, feature(polygon(fiji)))
    outline = shapely.from_wkt(intake.frame()["outline"][0])
    assert outline.area == pytest.approx(8)
    assert outline.covers(shapely.Point(179, -17))
    assert outline.covers(shapely.Point(-179, -17))
    assert not outline.intersects(shapely.Point(0, -17))
    assert any("antimeridian" in note.reason for note in intake.notes)


def test_the_whole_world_is_not_taken_for_a_crossing(tmp_path):
    world = [[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]
    assert shapely.from_wkt(taken(tmp_path, feature(polygon(world))).frame()["outline"][0]).area == 360 * 180


BAD_FEATURES = {
    "a ring that does not close": (feature(polygon(SQUARE[:-1])), "does not close"),
    "a ring of three positions": (feature(polygon([[0, 0], [1, 1], [0, 0]])), "fewer than four"),
    "a ring that crosses itself": (feature(polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]])), "crosses itself"),
    "a ring that encloses nothing": (feature(polygon([[0, 0], [1, 1], [2, 2], [0, 0]])), "encloses nothing|crosses"),
    "a point": (feature({"type": "Point", "coordinates": [1, 2]}), "neither a polygon"),
    "no geometry": ({"type": "Feature", "properties": {"name": "A"}, "geometry": None}, "neither a polygon"),
    "an empty polygon": (feature(polygon()), "empty"),
    "words for numbers": (feature(polygon([["a", "b"], [1, 2], [2, 3], [1, 2]])), "not a position"),
    "no name": ({"type": "Feature", "properties": {"area_id": "A"}, "geometry": polygon(SQUARE)}, "no name"),
    "a day that is none": (feature(valid_from="2014-02-30"), "not written YYYY-MM-DD"),
    "an end before the start": (feature(valid_from="2014-02-03", valid_to="2013-01-01"), "ends before it begins"),
    "round the pole": (
        feature(polygon([[0, -80], [120, -80], [-120, -80], [0, -80]])),
        "round a pole",
    ),
    "no feature": ({"type": "Polygon", "coordinates": [SQUARE]}, "not a GeoJSON feature"),
    "the same area again": (feature(name="Another"), "stand in an earlier feature"),
}


@pytest.mark.parametrize("case", BAD_FEATURES)
def test_a_bad_feature_is_set_aside_with_its_line_and_reason(tmp_path, case):
    bad, reason = BAD_FEATURES[case]
    text = '{"type": "FeatureCollection", "features": [\n'
    path = geojson_file(tmp_path, text + json.dumps(feature()) + ",\n" + json.dumps(bad) + "\n]}")
    intake = read("areas", path, tmp_path)
    assert (intake.rows, intake.set_aside["line"].to_list()) == (1, [3])
    assert re.search(reason, intake.set_aside["reason"][0])


def test_outlines_of_one_area_that_hold_on_the_same_day_are_flagged(tmp_path):
    first = feature(valid_from="2014-01-01", valid_to="2014-12-31")
    assert taken(tmp_path, first, feature(valid_from="2015-01-01")).flagged.is_empty()
    assert taken(tmp_path, first, feature(valid_from="2014-06-01")).flagged.height == 1


@pytest.mark.parametrize(
    ("code", "content"),
    [
        (
            "wrong_crs",
            collection(feature(), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32636"}}),
        ),
        ("wrong_crs", collection(feature(polygon([[300000, 500000], [1, 1], [2, 2], [300000, 500000]])))),
        ("wrong_crs", collection(feature(polygon([[4.0, 130.0], [4.0, 132.0], [6.0, 132.0], [4.0, 130.0]])))),
        ("bad_geojson", feature()),
        ("bad_geojson", [feature()]),
        ("bad_json", '{"type": "FeatureCollection", "features": ['),
        ("bad_json", '{"type": "FeatureCollection", "features": [NaN]}'),
        ("empty_file", collection()),
        ("header_does_not_fit", collection(feature({"type": "Point", "coordinates": [1, 2]}))),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_whole(tmp_path, code, content):
    with pytest.raises(IntakeError) as refused:
        read("areas", geojson_file(tmp_path, content), tmp_path)
    assert refused.value.code == code
    assert refused.value.next_step


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"])
def test_the_old_names_of_wgs84_are_accepted(tmp_path, name):
    assert taken(tmp_path, feature(), crs={"type": "name", "properties": {"name": name}}).rows == 1


corners = st.tuples(st.floats(-179, 179), st.floats(-89, 89))


@given(corners, st.floats(0.1, 170), st.floats(0.1, 80), st.floats(-360, 360))
def test_shifting_an_outline_round_the_world_keeps_its_ground(corner, width, height, shift):
    """However longitudes are written, the area in square degrees and the latitudes are the same."""
    west, south = corner
    height = min(height, 89.5 - south)
    if height <= 0:
        return
    ring = [(west, south), (west + width, south), (west + width, south + height), (west, south + height), (west, south)]
    wrapped = [[(x + shift + 180) % 360 - 180, y] for x, y in ring]
    try:
        outline, _, _ = outline_of(polygon(wrapped))
    except OutlineError:
        # An edge that lies on the antimeridian to the last digit may fall to either side.
        assert any(abs(abs(x) - 180) < 1e-6 for x, _ in wrapped)
        return
    assert outline.is_valid
    assert outline.area == pytest.approx(width * height, rel=1e-6)
    assert -180 <= outline.bounds[0] <= outline.bounds[2] <= 180
