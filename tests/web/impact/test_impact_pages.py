"""Do the pages of impact show diagnostics first, a table for every picture, and the same to programs?"""

import pytest

from bluehelm.web.impact.presenters import event_study, grounds, path_of
from bluehelm.workflows.presence_kept import rows_of
from tests.published import publish

pytestmark = pytest.mark.django_db

BOUNDED = {"effect": -0.4, "interval": [-0.7, None], "p": 0.03, "minimum_detectable": 0.3, "raw": -0.5, "draws": 199}
ANSWER = {
    "missions": ["UNMISS", "MINUSCA"],
    "outcome": "any",
    "rings_km": [50.0, 100.0],
    "effects": [
        {"ring": "0-50 km", "estimator": "modelled-path", **BOUNDED, "unit": "share of events", "events": 40}
        | {"places": 12, "verdict": "fewer", "why_no_verdict": None},
        {"ring": "50-100 km", "estimator": "modelled-path", **dict.fromkeys(BOUNDED), "unit": "share of events"}
        | {"events": 0, "places": 0, "verdict": None, "why_no_verdict": "there is nothing to compare"},
    ],
    "leads": [{"ring": "0-50 km", "p": 0.4, "periods": []}],
    "event_study": [
        {"ring": "0-50 km", "unit": "events per cell and month", "period_months": 6}
        | {
            "periods": [
                {"period": number, "effect": number / 10, "interval": [number / 10 - 1, number / 10 + 1], "p": 0.5}
                for number in (-3, -2, 0, 1)
            ]
        }
    ],
    "sensitivity": [
        {
            "check": "large events",
            "ring": "0-50 km",
            "estimator": "modelled-path",
            **BOUNDED,
            "says": "only large ones",
        },
        {"check": "parallel trends", "ring": "0-50 km", "times": 1.0, "interval": [-1.0, 1.0], "says": "trends part"},
    ],
    "areas": [
        {"mission": "UNMISS", "area": "Bor", "latitude": 6.2, "longitude": 31.5, "opened": "2012-01", "cells": 3}
        | {
            "path": [
                {"from": "2011-07", "observed": 9.0, "modelled": None},
                {"from": "2012-01", "observed": 4.0, "modelled": 9.5},
            ],
            "difference": -5.5,
            "interval": [-9.0, 1.0],
        }
        | {"says": "difference from a modelled path; not lives saved"}
    ],
    "exposure": [
        {"mission": "UNMISS", "gid": 1, "latitude": 6.25, "longitude": 31.25, "ring": 0, "from": "2012-01"},
        {"mission": "UNMISS", "gid": 2, "latitude": 6.75, "longitude": 31.75, "ring": None, "from": None},
    ],
    "diagnostics": [{"mission": "UNMISS", "cells": 200, "places_compared": [18, 46]}],
    "notes": ["Every effect is a difference from a modelled path; not lives saved."],
}


@pytest.fixture
def kept(settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path / "home"
    publish(settings.BLUEHELM_HOME, "presence_effects", rows_of(ANSWER), months=("2010-01", "2016-12"))


def test_without_an_estimate_the_page_names_the_command(client, empty):
    page = client.get("/impact/").content.decode()
    assert "bluehelm impact presence MISSION --outcome any --keep" in page
    assert client.get("/api/impact/").json() == []
    assert client.get("/impact/1/").status_code == 404


@pytest.mark.usefixtures("kept")
def test_what_would_be_found_and_the_checks_come_before_the_estimates(client):
    assert "UNMISS, MINUSCA" in client.get("/impact/").content.decode()
    page = client.get("/impact/1/").content.decode()
    order = [
        "What would be found at all",
        "What there is to compare",
        "Before and after",
        "What speaks against",
        "Estimates",
    ]
    places = [page.index(f">{title}") for title in order]
    assert places == sorted(places)
    assert "not lives saved" in page and "nothing to compare" in page and "no bound" in page
    assert page.count("<svg") - page.count("ground__key") <= page.count("<caption")
    assert "falls of 30 per cent or more" in page and "places compared" in page and "0-50 km: 18; 50-100 km: 46" in page


@pytest.mark.usefixtures("kept")
def test_every_interval_says_how_often_it_should_hold(client):
    page = client.get("/impact/1/").content.decode()
    assert page.count("90 % interval</th>") == 4 and ">Interval<" not in page


@pytest.mark.usefixtures("kept")
def test_programs_get_the_same_figures(client):
    answer = client.get("/api/impact/1/").json()
    first, second = answer["parts"]["effect"]
    assert (first["effect"], first["low"], first["verdict"]) == (-0.4, -0.7, "fewer")
    assert "high" not in first and "effect" not in second
    assert answer["source"]["version"] == 1
    assert [one["version"] for one in client.get("/api/impact/").json()] == [1]


def test_the_picture_has_the_opening_between_before_and_after():
    study = event_study("0-50 km", {"period": [row | {"ring": "0-50 km", "low": -1.0, "high": 1.0} for row in (
        {"period": -2, "effect": 0.1}, {"period": 0, "effect": -0.5})]})  # fmt: skip
    before, after = study.marks
    assert before.x < study.opening < after.x
    assert before.y < study.zero < after.y  # up is more
    assert event_study("0-50 km", {}) is None


def test_a_path_has_its_opening_between_the_last_step_before_and_the_first_after():
    steps = [{"month": "2011-07", "observed": 8.0}, {"month": "2012-01", "observed": 4.0, "modelled": 6.0}]
    path = path_of(steps, "2012-01")
    (before, _), (after, low) = (map(float, point.split(",")) for point in path.observed.split())
    ((at, high),) = (map(float, point.split(",")) for point in path.modelled.split())
    assert before < path.opening < after == at and high < low and path.top == 8.0
    assert path_of([], "2012-01") is None


def test_the_map_lies_north_up_and_counts_every_cell():
    (ground,) = grounds([
        {"name": "UNMISS", "latitude": 6.25, "longitude": 31.25, "ring": "0-50 km"},
        {"name": "UNMISS", "latitude": 6.75, "longitude": 31.75},
    ], ["0-50 km"])  # fmt: skip
    south, north = ground.cells
    assert south.y > north.y and south.x < north.x
    assert (south.ring, north.ring) == (1, 0)
    assert [(place, number) for _, place, number in ground.rows] == [(1, 1), (0, 1)]
