"""Are the borders on the map those that somebody chose, with the disputed ones told apart?"""

import json

import pytest
import yaml

from bluehelm.definitions import packaged_text


def layer(client, name):
    return client.get(f"/borders/{name}.geojson").json()


def test_every_line_says_whether_it_is_disputed_and_the_definition_decides(client, empty):
    lines = [feature["properties"] for feature in layer(client, "lines")["features"]]
    assert {line["between"]: line["disputed"] for line in lines}["SDN-SSD"] is True
    assert {line["between"]: line["disputed"] for line in lines}["KEN-UGA"] is False
    assert {line["between"] for line in lines if line["disputed"]} <= {
        "-".join(sorted(pair)) for pair in yaml.safe_load(packaged_text("disputed_lines.yaml"))["pairs"]
    }


def test_the_data_folders_own_borders_are_added(client, demo):
    codes = [feature["properties"]["iso3"] for feature in layer(client, "countries")["features"]]
    own = json.loads((demo / "borders" / "countries.geojson").read_text())["features"]
    assert {"SSD", *(feature["properties"]["iso3"] for feature in own)} <= set(codes)


def test_the_demonstration_has_a_disputed_and_an_undisputed_line(client, demo):
    own = [f["properties"] for f in layer(client, "lines")["features"] if f["properties"]["between"].startswith("X")]
    assert {line["disputed"] for line in own} == {True, False}


def test_another_boundary_file_replaces_the_packaged_one(client, empty, tmp_path, monkeypatch):
    chosen = {"type": "FeatureCollection", "features": []}
    for name in ("countries", "lines"):
        (tmp_path / f"{name}.geojson").write_text(json.dumps(chosen))
    before = client.get("/borders/countries.geojson")["ETag"]
    monkeypatch.setenv("BLUEHELM_BORDERS", str(tmp_path))
    assert layer(client, "countries") == chosen
    assert layer(client, "lines") == chosen
    assert client.get("/borders/countries.geojson")["ETag"] != before


@pytest.mark.parametrize("name", ["countries", "lines"])
def test_a_browser_that_has_the_borders_is_not_sent_them_again(client, demo, name):
    first = client.get(f"/borders/{name}.geojson", headers={"accept-encoding": "gzip"})
    assert first["Content-Encoding"] == "gzip"
    again = client.get(f"/borders/{name}.geojson", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_changed_borders_are_sent_again(client, demo, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    first = client.get("/borders/lines.geojson")["ETag"]
    (tmp_path / "borders").mkdir()
    line = {
        "type": "Feature",
        "properties": {"between": "XAA-XAB"},
        "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
    }
    (tmp_path / "borders" / "lines.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [line]}))
    answer = client.get("/borders/lines.geojson", headers={"if-none-match": first})
    assert answer.status_code == 200
    assert "XAA-XAB" in answer.content.decode()


def test_there_are_no_other_borders(client, demo):
    assert client.get("/borders/secret.geojson").status_code == 404
