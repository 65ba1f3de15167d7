"""Do points fall where a slow and obvious reckoning puts them?"""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon

from bluehelm.geo.areas import area_at, area_of, distance_km, distance_to_area_km, distance_to_lines_km, inside

L_SHAPE = ((20.0, 5.0), (24.0, 5.0), (24.0, 7.0), (22.0, 7.0), (22.0, 9.0), (20.0, 9.0), (20.0, 5.0))

latitudes = st.floats(3, 11)
longitudes = st.floats(18, 26)


def by_even_odd(latitude, longitude, ring):
    """Count how often a ray to the east crosses the ring."""
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > latitude) != (y2 > latitude) and longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1


def on_the_edge(latitude, longitude):
    return latitude in (5, 7, 9) or longitude in (20, 22, 24)


@given(st.lists(st.tuples(latitudes, longitudes), min_size=1, max_size=30))
def test_inside_agrees_with_counting_crossings(points):
    points = [point for point in points if not on_the_edge(*point)]
    latitude, longitude = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    expected = [by_even_odd(*point, L_SHAPE) for point in points]
    assert inside(latitude, longitude, area_of([L_SHAPE])).tolist() == expected


def test_the_edge_belongs_to_the_area():
    assert inside(np.array([5.0]), np.array([21.0]), area_of([L_SHAPE])).tolist() == [True]


def test_overlapping_polygons_are_one_area():
    twice = area_of([L_SHAPE, L_SHAPE])
    assert inside(np.array([6.0]), np.array([21.0]), twice).tolist() == [True]


def test_a_degree_of_the_equator_is_111_195_km():
    zero, one = np.array([0.0]), np.array([1.0])
    assert distance_km(zero, zero, zero, one)[0] == pytest.approx(111.195, abs=0.001)


def test_a_quarter_of_the_globe_is_a_quarter_of_its_circumference():
    quarter = distance_km(np.array([0.0]), np.array([0.0]), np.array([90.0]), np.array([0.0]))[0]
    assert quarter == pytest.approx(math.pi * 6371.0088 / 2)


@given(latitudes, longitudes)
def test_distance_to_an_area_is_zero_inside_and_close_to_the_nearest_of_many_edge_points(latitude, longitude):
    area, point = area_of([L_SHAPE]), (np.array([latitude]), np.array([longitude]))
    measured = distance_to_area_km(*point, area)[0]
    if inside(*point, area)[0]:
        assert measured == pytest.approx(0, abs=1e-6)
    else:
        edge = [area.exterior.interpolate(share / 2000, normalized=True) for share in range(2000)]
        ends = np.array([(p.y, p.x) for p in edge])
        nearest = distance_km(np.full(2000, latitude), np.full(2000, longitude), ends[:, 0], ends[:, 1]).min()
        assert measured == pytest.approx(nearest, rel=0.02, abs=0.6)


NEIGHBOURS = [
    Polygon([(20, 5), (22, 5), (22, 9), (20, 9)]),
    Polygon([(22, 5), (24, 5), (24, 7), (22, 7)]),
    Polygon([(21, 6), (23, 6), (23, 8), (21, 8)]),  # lies over both
]


@given(st.lists(st.tuples(latitudes, longitudes), min_size=1, max_size=30))
def test_a_point_is_in_the_first_area_that_holds_it(points):
    latitude, longitude = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    by_hand = [
        next((n for n, area in enumerate(NEIGHBOURS) if area.intersects(Point(lon, lat))), -1) for lat, lon in points
    ]
    assert area_at(latitude, longitude, NEIGHBOURS).tolist() == by_hand


def test_a_point_on_a_common_edge_is_in_the_first_of_both_areas():
    assert area_at(np.array([5.5, 5.0]), np.array([22.0, 30.0]), NEIGHBOURS).tolist() == [0, -1]


def test_no_areas_hold_nothing():
    assert area_at(np.array([5.5]), np.array([22.0]), []).tolist() == [-1]


def test_a_road_is_as_far_as_its_nearest_point():
    road = LineString([(30, 0), (30, 10)])
    away = distance_to_lines_km(np.array([5.0, 5.0, 12.0]), np.array([30.0, 31.0, 30.0]), road)
    assert away == pytest.approx([0, 110.8, 222.4], abs=0.2)
