"""Is a stale report drawn apart from a fresh one, and does the map hold every mark it is given?"""

from bluehelm.products.report_map import Marked, report_layers


def marked(number: int, is_stale: bool = False, longitude: float = 30.0) -> Marked:
    return Marked(number, "incident", 4.0, longitude, "Shelling, Zelleb", ("1 Nov", "Killed: 3+"), is_stale)


def test_stale_reports_stand_in_a_layer_of_their_own():
    layers = report_layers([marked(1), marked(2, is_stale=True)])
    assert [one["properties"]["number"] for one in layers["events"]["features"]] == [1]
    assert [one["properties"]["number"] for one in layers["stale"]["features"]] == [2]
    assert layers["stale"]["features"][0]["geometry"] == {"type": "Point", "coordinates": [30.0, 4.0]}


def test_the_map_shows_all_of_them_and_never_less_than_a_degree():
    assert report_layers([])["bounds"] is None
    west, south, east, north = report_layers([marked(1)])["bounds"]
    assert east - west >= 1 and north - south >= 1
    west, _south, east, _north = report_layers([marked(1, longitude=-179.9), marked(2, longitude=179.9)])["bounds"]
    assert (west, east) == (-180.0, 180.0)
