"""Do the drawn areas hold the places a mission worked in, and leave out those it did not?"""

import math
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.definitions import (
    AreaFile,
    DefinitionError,
    Ring,
    area_file,
    packaged_names,
    packaged_text,
    parse_areas,
    parse_missions,
)

AREA = """
title: Area of DEMO
source: invented
valid_from: 2026-01-01
status: draft
checked_by: null
review_on: 2027-01-01
mission: DEMO
areas:
  - name: The north
    from: {from_on}
    until: {until_on}
    polygons:
      - {ring}
"""
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]

# mission: places inside, places outside, each (name, latitude, longitude) from any atlas
PLACES = {
    "UNIFIL": (
        [("Naqoura", 33.12, 35.14), ("Tyre", 33.27, 35.20), ("Bint Jbeil", 33.12, 35.43), ("Khiam", 33.33, 35.61)],
        [("Beirut", 33.89, 35.50), ("Sidon", 33.56, 35.37), ("Nabatieh", 33.38, 35.48), ("Nahariya", 33.0, 35.1)],
    ),
    "UNDOF": (
        [("Camp Faouar", 33.24, 35.92), ("Quneitra", 33.125, 35.824), ("Camp Ziouani", 33.11, 35.77)],
        [("Damascus", 33.51, 36.29), ("Daraa", 32.62, 36.10), ("Tiberias", 32.79, 35.53)],
    ),
    "UNISFA": (
        [("Abyei", 9.595, 28.435), ("Agok", 9.357, 28.583), ("Diffra", 10.04, 28.41)],
        [("Kadugli", 11.01, 29.71), ("Gok Machar", 9.215, 26.86), ("Muglad", 11.03, 27.74), ("Turalei", 9.08, 28.43)],
    ),
    "UNTSO": (
        [("Naqoura", 33.12, 35.14), ("Quneitra", 33.125, 35.824), ("Nitzana", 30.88, 34.43), ("Taba", 29.49, 34.89)],
        [("Beirut", 33.89, 35.50), ("Gaza", 31.5, 34.47), ("Cairo", 30.04, 31.24), ("Tel Aviv", 32.07, 34.78)],
    ),
    "MINURSO": (
        [("Laayoune", 27.15, -13.20), ("Dakhla", 23.70, -15.93), ("Tifariti", 26.09, -10.61), ("Smara", 26.74, -11.67)],
        [
            ("Tindouf", 27.67, -8.15),
            ("Nouadhibou", 20.94, -17.04),
            ("Tarfaya", 27.94, -12.92),
            ("Tan-Tan", 28.44, -11.1),
        ],
    ),
    "UNFICYP": (
        [("Nicosia", 35.167, 33.367), ("Nicosia airport", 35.15, 33.28), ("Pyla", 35.015, 33.69)],
        [("Limassol", 34.68, 33.04), ("Larnaca", 34.92, 33.63), ("Kyrenia", 35.34, 33.32), ("Paphos", 34.77, 32.42)],
    ),
    "UNMOGIP": (
        [("Muzaffarabad", 34.37, 73.47), ("Poonch", 33.77, 74.09), ("Sialkot", 32.49, 74.53), ("Kargil", 34.56, 76.13)],
        [("Srinagar", 34.08, 74.80), ("Islamabad", 33.69, 73.05), ("Leh", 34.15, 77.58), ("Lahore", 31.55, 74.34)],
    ),
    "UNAMID": (
        [
            ("El Fasher", 13.63, 25.35),
            ("Nyala", 12.05, 24.88),
            ("El Geneina", 13.45, 22.45),
            ("Ed Daein", 11.46, 26.13),
        ],
        [("Khartoum", 15.59, 32.53), ("El Obeid", 13.18, 30.22), ("En Nahud", 12.69, 28.43), ("Abeche", 13.83, 20.83)],
    ),
    "UNMIK": (
        [("Pristina", 42.67, 21.17), ("Mitrovica", 42.89, 20.87), ("Prizren", 42.21, 20.74), ("Gjilan", 42.46, 21.47)],
        [("Skopje", 42.0, 21.43), ("Novi Pazar", 43.14, 20.51), ("Kukes", 42.08, 20.42), ("Bujanovac", 42.46, 21.77)],
    ),
    "UNTAET": (
        [
            ("Dili", -8.56, 125.57),
            ("Suai", -9.31, 125.26),
            ("Pante Macassar", -9.20, 124.36),
            ("Lospalos", -8.52, 127.0),
        ],
        [("Kupang", -10.18, 123.6), ("Atambua", -9.11, 124.89), ("Kalabahi", -8.22, 124.51)],
    ),
    "UNTAES": (
        [("Vukovar", 45.35, 19.0), ("Ilok", 45.22, 19.38), ("Beli Manastir", 45.77, 18.60), ("Erdut", 45.52, 19.06)],
        [("Osijek", 45.555, 18.69), ("Vinkovci", 45.288, 18.805), ("Sombor", 45.77, 19.11), ("Zagreb", 45.81, 15.98)],
    ),
    "UNMOP": (
        [("Prevlaka", 42.395, 18.52), ("Herceg Novi", 42.453, 18.537)],
        [("Dubrovnik", 42.65, 18.09), ("Kotor", 42.42, 18.77)],
    ),
    "UNOMIG": (
        [("Sukhumi", 43.0, 41.02), ("Gali", 42.63, 41.73), ("Zugdidi", 42.51, 41.87), ("Gudauta", 43.11, 40.62)],
        [("Kutaisi", 42.27, 42.70), ("Poti", 42.15, 41.67), ("Sochi", 43.60, 39.73), ("Tbilisi", 41.7, 44.8)],
    ),
    "UNIKOM": (
        [("Umm Qasr", 30.03, 47.93), ("Safwan", 30.11, 47.72)],
        [("Basra", 30.51, 47.78), ("Kuwait City", 29.37, 47.98)],
    ),
    "MINURCAT": (
        [("Abeche", 13.83, 20.83), ("Goz Beida", 12.22, 21.41), ("Birao", 10.28, 22.79), ("Iriba", 15.12, 22.25)],
        [("N'Djamena", 12.11, 15.05), ("El Geneina", 13.45, 22.45), ("Bangui", 4.37, 18.58), ("Ndele", 8.41, 20.65)],
    ),
    "UNMEE": (
        [("Badme", 14.73, 37.80), ("Zalambessa", 14.52, 39.38), ("Senafe", 14.70, 39.43)],
        [("Asmara", 15.33, 38.93), ("Adigrat", 14.28, 39.46), ("Axum", 14.13, 38.72), ("Assab", 13.01, 42.74)],
    ),
    "UNIIMOG": (
        [("Qasr-e Shirin", 34.52, 45.58), ("Mehran", 33.12, 46.16), ("Khorramshahr", 30.44, 48.17)],
        [("Tehran", 35.69, 51.39), ("Baghdad", 33.33, 44.43), ("Kirkuk", 35.47, 44.39)],
    ),
    "UNASOG": ([("Aouzou", 21.82, 17.43)], [("Faya", 17.93, 19.1), ("Bardai", 21.35, 17.0), ("Sabha", 27.04, 14.43)]),
    "UNOMUR": (
        [("Kabale", -1.25, 29.99), ("Kisoro", -1.285, 29.69)],
        [("Mbarara", -0.61, 30.66), ("Ruhengeri", -1.5, 29.63), ("Byumba", -1.58, 30.07)],
    ),
    "UNEF I": (
        [("Ismailia", 30.6, 32.27), ("Gaza", 31.5, 34.46), ("Sharm el-Sheikh", 27.91, 34.33)],
        [("Cairo", 30.04, 31.24), ("Tel Aviv", 32.07, 34.78), ("Beersheba", 31.25, 34.79)],
    ),
    "UNIPOM": (
        [("Lahore", 31.55, 74.34), ("Amritsar", 31.63, 74.87), ("Munabao", 25.74, 70.27)],
        [("Karachi", 24.86, 67.01), ("Delhi", 28.61, 77.21), ("Islamabad", 33.69, 73.05)],
    ),
    "UNSF": (
        [("Hollandia", -2.53, 140.7), ("Sorong", -0.88, 131.25), ("Merauke", -8.49, 140.4), ("Biak", -1.18, 136.08)],
        [("Vanimo", -2.68, 141.3), ("Ambon", -3.7, 128.18), ("Dobo", -5.76, 134.22)],
    ),
    "UNYOM": (
        [("Sana'a", 15.35, 44.2), ("Sada", 16.94, 43.76), ("Najran", 17.49, 44.13), ("Hodeida", 14.8, 42.95)],
        [("Aden", 12.8, 45.03), ("Taiz", 13.58, 44.02), ("Abha", 18.22, 42.5)],
    ),
    "UNMIS": (
        [("Juba", 4.85, 31.6), ("Kadugli", 11.01, 29.72), ("Ed Damazin", 11.79, 34.36), ("Abyei", 9.595, 28.435)],
        [("Khartoum", 15.59, 32.53), ("El Fasher", 13.63, 25.35), ("Gulu", 2.77, 32.3), ("Gambela", 8.25, 34.59)],
    ),
}
# missions that worked where another one did
SAME_AREA = {"UNMISET": "UNTAET", "UNMIT": "UNTAET", "UNPSG": "UNTAES", "UNCPSG": "UNTAES"}
OTHER_CHECKS = {"UNEF", "UNEF II"}

# mission: the least share of Geo-PKO rows inside, and every place that lies outside, with the reason
BASES_OUTSIDE = {
    "UNAMID": (1.0, set()),
    "UNISFA": (0.9, {"Kadugli", "Gok-machar", "Manyang OB"}),  # logistics and the border monitors
    "MINURSO": (0.9, {"Tindouf", "Nouadhibou", "Zouerate"}),  # liaison in Algeria and Mauritania
    "MINURCAT": (0.85, {"N'Djamena"}),  # headquarters
    "UNMIS": (
        0.85,  # headquarters, logistics and liaison; Lokichoggio was the base in Kenya
        {"Khartoum", "El Obeid", "Kassala", "Al Fasher", "Adis Abeba", "Lokichoggio"},
    ),
}


def packaged_area(mission: str) -> AreaFile:
    name = area_file(mission)
    return parse_areas(packaged_text(name), name)


def rings(mission: str) -> list[Ring]:
    return [ring for area in packaged_area(mission).areas for ring in area.polygons]


def shape(mission: str) -> shapely.Geometry:
    return shapely.union_all([shapely.Polygon(ring) for ring in rings(mission)])


def parse(ring: object = SQUARE, from_on: str = "null", until_on: str = "null") -> AreaFile:
    return parse_areas(AREA.format(ring=ring, from_on=from_on, until_on=until_on), "demo.yaml")


@pytest.mark.parametrize("mission", PLACES)
def test_well_known_places_lie_on_the_right_side(mission: str):
    area, (inside, outside) = shape(mission), PLACES[mission]
    wrong = [name for name, lat, lon in inside if not shapely.contains_xy(area, lon, lat)]
    wrong += [name for name, lat, lon in outside if shapely.contains_xy(area, lon, lat)]
    assert wrong == []


@pytest.mark.parametrize(("mission", "other"), SAME_AREA.items())
def test_missions_of_one_place_share_their_area(mission: str, other: str):
    assert rings(mission) == rings(other)


def test_the_two_emergency_forces_together_cover_what_each_covered():
    assert rings("UNEF") == rings("UNEF I") + rings("UNEF II")


def test_every_drawn_mission_has_an_area_a_draft_and_a_check_here():
    registry = parse_missions(packaged_text("missions.yaml"), "missions.yaml")
    drawn = {entry.mission for entry in registry.missions if entry.area == "drawn"}
    assert {area_file(mission) for mission in drawn} == {n for n in packaged_names() if n.startswith("areas/")}
    assert all(packaged_area(mission).mission == mission for mission in drawn)
    assert {packaged_area(mission).status for mission in drawn} == {"draft"}
    assert drawn == set(PLACES) | set(SAME_AREA) | OTHER_CHECKS


@pytest.mark.parametrize("mission", BASES_OUTSIDE)
def test_the_bases_on_published_maps_lie_inside_save_those_known_to_stand_apart(mission: str, shared_data: Path):
    path = shared_data / "geopko" / "geopko_raw.csv.gz"
    rows = pl.read_csv(path, infer_schema_length=0, encoding="utf8-lossy").filter(pl.col("Mission") == mission)
    longitude, latitude = (rows[name].cast(pl.Float64).to_numpy() for name in ("longitude", "latitude"))
    inside = shapely.contains_xy(shape(mission), longitude, latitude)
    least, apart = BASES_OUTSIDE[mission]
    assert set(rows["location"].filter(pl.Series(~inside)).str.strip_chars()) == apart
    assert inside.mean() >= least


def test_dated_areas_hold_between_their_days_both_included():
    areas = packaged_area("UNEF I")
    assert [area.name for area in areas.on(date(1957, 3, 5))] == ["Suez Canal and Sinai"]
    assert [area.name for area in areas.on(date(1957, 3, 6))] == ["Gaza Strip, Sinai frontier and Sharm el-Sheikh"]
    bounded = parse(from_on="2020-01-02", until_on="2020-01-03")
    assert [len(bounded.on(date(2020, 1, day))) for day in (1, 2, 3, 4)] == [0, 1, 1, 0]


def test_an_area_cannot_end_before_it_began():
    with pytest.raises(DefinitionError, match="The north, until: 2019-01-01 comes before from 2020-01-01"):
        parse(from_on="2020-01-01", until_on="2019-01-01")


def test_polygons_are_tuples_of_longitude_and_latitude():
    assert parse().areas[0].polygons == (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)),)


@pytest.mark.parametrize(
    ("ring", "problem"),
    [
        (SQUARE[:-1], "is not closed"),
        ([[0, 0], [1, 1], [0, 0]], "has 3 points"),
        ([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]], "is not a valid polygon: Self-intersection"),
        ([[0, 0], [1, 1], [2, 2], [0, 0]], "is not a valid polygon"),
        ([[0, 0], [181, 0], [1, 1], [0, 0]], "number 2, number 1: Input should be less than or equal to 180"),
        ([[0, 0], [1, -91], [1, 1], [0, 0]], "number 2, number 2: Input should be greater than or equal to -90"),
        ([[0, 0], [1, 0, 5], [1, 1], [0, 0]], "at most 2 items"),
        ([[0, 0], [1, "0"], [1, 1], [0, 0]], "should be a valid number"),
        ("[[0, 0], [1, .inf], [1, 1], [0, 0]]", "should be"),
        ([], "has 0 points"),
    ],
)
def test_a_ring_that_bounds_nothing_on_earth_is_refused(ring: object, problem: str):
    with pytest.raises(DefinitionError) as refusal:
        parse(ring)
    (told,) = refusal.value.problems
    assert told.startswith("demo.yaml: areas, The north, polygons, number 1") and problem in told


@pytest.mark.parametrize(("shape_of_file", "problem"), [("areas: []", "areas: is empty"), ("areas: 3", "areas")])
def test_a_file_without_areas_is_refused(shape_of_file: str, problem: str):
    text = AREA.format(ring=SQUARE, from_on="null", until_on="null").split("areas:")[0] + shape_of_file
    with pytest.raises(DefinitionError, match=problem):
        parse_areas(text, "demo.yaml")


def test_an_area_without_polygons_is_refused():
    text = AREA.format(ring="", from_on="null", until_on="null").replace("polygons:\n      - ", "polygons: []")
    with pytest.raises(DefinitionError, match="The north, polygons: is empty"):
        parse_areas(text, "demo.yaml")


@settings(deadline=None)  # a busy machine is not a wrong answer
@given(
    st.lists(st.floats(0.5, 10), min_size=3, max_size=20),
    st.floats(-160, 160),
    st.floats(-75, 75),
)
def test_any_closed_star_is_taken_in_and_refused_once_opened(radii: list[float], lon: float, lat: float):
    angles = [2 * math.pi * i / len(radii) for i in range(len(radii))]
    # rounded as people write coordinates: YAML takes 1e-05 for text
    star = [
        [round(lon + r * math.cos(a), 4), round(lat + r * math.sin(a), 4)] for r, a in zip(radii, angles, strict=True)
    ]
    assert len(parse([*star, star[0]]).areas[0].polygons[0]) == len(star) + 1
    with pytest.raises(DefinitionError):
        parse(star)


def test_area_files_are_named_after_missions():
    assert area_file("UNEF II") == "areas/unef_ii.yaml"
