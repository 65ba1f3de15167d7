"""Does the map show what the brief says, where it says it, and in true proportion?"""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from bluehelm.products.brief import Base, brief_json
from bluehelm.products.maps import (
    BASE_SIZE,
    EVENT_RADIUS,
    HostOutline,
    also_there,
    base_size,
    cell_ring,
    event_radius,
    host_outlines,
    legend_steps,
    map_bounds,
    map_layers,
    with_disputes,
)
from bluehelm.tables.grid import cell_of
from tests.products.made_brief import BRIEF, COUNTRIES, UNCOVERED, drawn_brief, rectangle

ZONE = HostOutline("Buffer zone", (tuple((x, y) for x, y in rectangle(30.2, 5.2, 30.9, 5.9)),))


def properties(layer):
    return [feature["properties"] for feature in layer["features"]]


def names(layer):
    return [one["name"] for one in properties(layer)]


def test_events_on_the_map_add_up_to_the_figures_of_the_brief():
    events = properties(map_layers(BRIEF, [], COUNTRIES)["events"])
    inside = [event for event in events if event["inside"]]
    assert sum(event["best"] for event in inside) == BRIEF.events.best
    assert sum(event["count"] for event in inside) == BRIEF.events.count
    assert [event["best"] for event in events if not event["inside"]] == [7]


def test_longitude_comes_first():
    layers = map_layers(BRIEF, [], COUNTRIES)
    assert layers["events"]["features"][0]["geometry"]["coordinates"] == [30.6, 5.6]
    assert layers["bases"]["features"][0]["geometry"]["coordinates"] == [30.5, 5.5]


def test_an_unknown_strength_stays_unknown_and_is_drawn_at_the_smallest_size():
    farpost = next(base for base in properties(map_layers(BRIEF, [])["bases"]) if base["location"] == "Farpost")
    assert farpost["troops"] is None
    assert farpost["size"] == BASE_SIZE[0]


def test_a_post_without_troops_is_no_base_and_no_unknown_strength():
    bases = {base["location"]: base for base in properties(map_layers(BRIEF, [])["bases"])}
    assert {name: base["kind"] for name, base in bases.items()} == {
        "Midtown": "base",
        "Farpost": "unknown",
        "Hilltop": "base",
        "Lookout": "post",
    }
    assert (bases["Lookout"]["police"], bases["Farpost"]["police"], bases["Midtown"]["police"]) == (True, None, False)


@pytest.mark.parametrize(
    ("police", "observers", "said"),
    [
        (True, True, "police, observers"),
        (True, False, "police"),
        (False, True, "observers"),
        (False, False, "none"),
        (None, None, "unknown"),
        (None, True, "police unknown, observers"),
        (False, None, "observers unknown"),
    ],
)
def test_who_else_stands_at_a_place_is_said_and_unknown_is_not_none(police, observers, said):
    assert also_there(Base("Camp", 5.0, 30.0, 0, (), police, observers)) == said


def test_the_map_names_the_versions_behind_it():
    assert map_layers(BRIEF, [])["versions"] == brief_json(BRIEF)["versions"]


def test_a_base_without_coordinates_is_counted_and_not_placed():
    layers = map_layers(BRIEF, [])
    assert layers["unplaced"] == 1
    assert "Nowhere" not in [base["location"] for base in properties(layers["bases"])]


def test_a_whole_country_is_its_outer_boundary_from_the_boundary_file():
    (area,) = map_layers(BRIEF, [], COUNTRIES)["area"]["features"]
    assert area["properties"] == {"name": "Exland", "status": "checked", "drawn": False}
    assert area["geometry"]["coordinates"] == [[rectangle(30, 5, 31, 6)]]


def test_a_drawn_area_is_drawn_as_given_and_never_replaced_by_the_country():
    (area,) = map_layers(drawn_brief(), [ZONE], COUNTRIES)["area"]["features"]
    assert area["properties"] == {"name": "Buffer zone", "status": "draft", "drawn": True}
    assert map_layers(drawn_brief(), [], COUNTRIES)["area"]["features"] == []


def test_hosts_missing_from_the_boundary_file_are_left_out():
    assert host_outlines(COUNTRIES, ["QQQ"]) == []


def test_bounds_hold_the_area_with_some_space_around_it():
    west, south, east, north = map_bounds(BRIEF, host_outlines(COUNTRIES, ["XEX"]))
    assert west < 30 < 31 < east
    assert south < 5 < 6 < north


def test_a_tiny_area_is_shown_with_its_surroundings():
    west, south, east, north = map_bounds(
        BRIEF, [HostOutline("Camp", (((30.0, 5.0), (30.01, 5.0), (30.0, 5.01), (30.0, 5.0)),))]
    )
    assert east - west == pytest.approx(1, abs=1e-3)
    assert north - south == pytest.approx(1, abs=1e-3)


def test_without_an_area_the_map_shows_what_there_is_and_without_anything_it_has_no_bounds():
    west, south, east, north = map_bounds(BRIEF, [])
    assert west < 30.2 < 30.9 < east
    assert south < 5.2 < 5.8 < north
    assert map_bounds(UNCOVERED, []) is None
    assert map_layers(UNCOVERED, [])["bounds"] is None


def test_countries_are_named_as_lists_name_them_and_territories_without_a_code_are_not():
    assert names(map_layers(BRIEF, [], COUNTRIES)["labels"]) == ["Exland", "Uganda"]


def test_no_country_name_stands_inside_a_drawn_area():
    labels = map_layers(drawn_brief(), [ZONE], COUNTRIES)["labels"]
    zone = shape({"type": "Polygon", "coordinates": [rectangle(30.2, 5.2, 30.9, 5.9)]})
    assert "Exland" in names(labels)
    assert not any(zone.contains(shape(label["geometry"])) for label in labels["features"])


def shared(between, *, disputed):
    return {"features": [line(between, [(31, 4), (31, 7)], disputed=disputed)]}


def test_hosts_that_dispute_a_line_are_not_named_beside_it_and_others_are():
    hosts = replace(drawn_brief(), scope=replace(drawn_brief().scope, countries=("UGA", "XEX")))

    def named(brief, lines):
        return names(map_layers(brief, [ZONE], COUNTRIES, lines)["labels"])

    assert named(hosts, shared("UGA-XEX", disputed=True)) == []
    assert named(hosts, shared("UGA-XEX", disputed=False)) == ["Exland", "Uganda"]
    assert named(hosts, shared("SOM-UGA", disputed=True)) == ["Exland", "Uganda"]
    assert named(drawn_brief(), shared("UGA-XEX", disputed=True)) == ["Exland", "Uganda"]


def test_a_host_far_from_the_line_it_disputes_keeps_its_name():
    hosts = replace(drawn_brief(), scope=replace(drawn_brief().scope, countries=("UGA", "XEX")))
    far = {"features": [line("UGA-XEX", [(32.2, 4), (32.2, 7)], disputed=True)]}
    assert names(map_layers(hosts, [ZONE], COUNTRIES, far)["labels"]) == ["Exland"]


def line(between, points=((1, 1), (2, 2)), **told):
    return {"properties": {"between": between, **told}, "geometry": {"type": "LineString", "coordinates": list(points)}}


def test_a_line_is_disputed_by_its_pair_unless_the_file_says_so_itself():
    lines = {
        "features": [line("AAA-BBB"), line("BBB-CCC"), line("AAA-BBB", disputed=False), line("CCC-DDD", disputed=True)]
    }
    told = [feature["properties"]["disputed"] for feature in with_disputes(lines, {"AAA-BBB"})["features"]]
    assert told == [True, False, False, True]


def test_a_line_of_one_point_cannot_be_drawn_and_is_left_out():
    lines = {"features": [line("ITA-VAT", [(12.4, 41.9)]), line("AAA-BBB")]}
    assert [feature["properties"]["between"] for feature in with_disputes(lines, set())["features"]] == ["AAA-BBB"]


def test_a_cell_is_half_a_degree_wide_and_holds_its_centre():
    spot = BRIEF.hotspots[0]
    cell = shape({"type": "Polygon", "coordinates": [cell_ring(spot)]})
    assert cell.area == 0.25
    assert cell.exterior.is_ccw
    assert cell.contains(Point(spot.longitude, spot.latitude))
    assert cell_of(*reversed(cell.centroid.coords[0])) == spot.gid


@given(st.integers(1, 100_000), st.data())
def test_areas_of_marks_compare_as_their_values_do(most, data):
    value = data.draw(st.integers(1, most))
    radius, largest = event_radius(value, most), event_radius(most, most)
    assert largest == EVENT_RADIUS[1]
    assert radius == EVENT_RADIUS[0] or math.isclose((radius / largest) ** 2, value / most, rel_tol=0.02)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_larger_base_is_never_drawn_smaller(fewer, more, most):
    assert base_size(min(fewer, more), most) <= base_size(max(fewer, more), most)


@given(st.integers(0, 10**7))
def test_the_legend_shows_rising_sizes_that_occur(most):
    steps = legend_steps(most)
    assert steps == sorted(set(steps))
    assert len(steps) <= 3
    assert all(1 <= step <= most for step in steps)
    assert bool(steps) == (most >= 1)


def test_legend_sizes_are_round_numbers():
    assert legend_steps(975) == [50, 200, 500]
    assert legend_steps(1) == [1]


def test_no_events_and_no_bases_leave_every_layer_empty():
    layers = map_layers(replace(UNCOVERED, presence=None), [], COUNTRIES)
    assert [layers[name]["features"] for name in ("events", "cells", "bases")] == [[], [], []]
