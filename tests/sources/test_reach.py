"""Do a mission's places, ways and roads come in as they were said, and is what is wrong told line by line?"""

import json
from datetime import date

import pytest

from bluehelm.store import Store, VersionLabel
from bluehelm.workflows.import_file import ImportRefusedError, import_file

OURS = VersionLabel("confidential", ("mission:UNX",))


def taken_in(home, provider, name, text, **more):
    path = home / name
    home.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    report = import_file(home / "data", provider, path, label=OURS, **more)
    from bluehelm.store import reading_as

    with reading_as(lambda label: True):
        store = Store(home / "data")
        return store.scan(store.version(report.table, report.version)).collect()


def refused(home, provider, name, text):
    with pytest.raises(ImportRefusedError) as refusal:
        taken_in(home, provider, name, text)
    return "\n".join([refusal.value.cause.what, *refusal.value.cause.problems])


def test_places_and_ways_keep_what_is_unknown_unknown(tmp_path):
    places = taken_in(
        tmp_path, "populated-places", "places.csv",
        "mission,place,population,latitude,longitude\nUNX,Zelleb,1200,4.5,30\nUNX,Ford,,,\n",
    )  # fmt: skip
    assert places.select("place", "population", "latitude").rows() == [("Ford", None, None), ("Zelleb", 1200, 4.5)]
    ways = taken_in(
        tmp_path, "travel-times", "ways.csv",
        "mission,post,place,minutes,km\nUNX,Base,Zelleb,45,\nUNX,Base,Ford,,80.5\nUNX,Camp,Ford,,\n",
    )  # fmt: skip
    assert ways.select("post", "place", "minutes", "km").rows() == [
        ("Base", "Ford", None, 80.5), ("Base", "Zelleb", 45.0, None), ("Camp", "Ford", None, None),
    ]  # fmt: skip


def test_wrong_numbers_and_names_that_are_missing_are_told_at_once(tmp_path):
    said = refused(
        tmp_path, "populated-places", "places.csv",
        "mission,place,population,latitude,longitude\nUNX,Zelleb,many,4,30\n,Ford,3,,\nUNX,Hill,4,95,30\n"
        + "".join(f"UNX,Place {n},4,4,30\n" for n in range(40)),
    )  # fmt: skip
    assert "population is not a whole number" in said and "no acronym" in said and "latitude" in said
    assert "minutes" in refused(
        tmp_path, "travel-times", "ways.csv", "mission,post,place,minutes\nUNX,Base,Zelleb,-3\n"
    )


def road(months="1-3|11", **changed):
    said = {"name": "A to B", "months_passable": months, "source": "engineers", "seen_on": "2026-10-01"} | changed
    line = {"type": "LineString", "coordinates": [[30, 4], [30.5, 4.25]]}
    return {"type": "Feature", "properties": said, "geometry": line}


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


@pytest.mark.parametrize(
    ("months", "read"),
    [("1-3|11", "1|2|3|11"), ("11-2", "1|2|11|12"), ([4, 5], "4|5"), ("all", "|".join(map(str, range(1, 13)))),
     ("", ""), (None, None)],
)  # fmt: skip
def test_months_are_read_over_the_new_year_and_silence_stays_unknown(tmp_path, months, read):
    rows = taken_in(tmp_path, "road-seasons", "roads.geojson", collection(road(months)))
    assert rows["months_passable"].to_list() == [read]
    assert rows.select("road_id", "seen_on").rows() == [("A to B", date(2026, 10, 1))]
    assert rows["line"][0] == "LINESTRING (30 4, 30.5 4.25)"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (collection(road(), road("13", name="C")), "months are numbers from 1 to 12"),
        (collection(road(), road(name="C", source=" ")), "nobody is named who says so"),
        (collection(road(), road(name="C", seen_on="soon")), "not written YYYY-MM-DD"),
        (collection(road(), road()), "the same road stands in an earlier feature"),
        (collection(road() | {"geometry": {"type": "Point", "coordinates": [30, 4]}}), "it is not a line"),
        (collection(road(), crs={"properties": {"name": "EPSG:32636"}}), "not in WGS84"),
        (collection(road() | {"geometry": {"type": "LineString", "coordinates": [[300000, 4], [1, 1]]}}), "longitude"),
        ("{}", "not a FeatureCollection"),
    ],
)
def test_what_is_no_road_is_refused_with_its_reason(tmp_path, text, why):
    assert why in refused(tmp_path, "road-seasons", "roads.geojson", text)
    assert not list((tmp_path / "data").glob("tables/road_seasons/0*")), "nothing was kept"
