"""Does the program say that it runs, how busy it is and what went wrong, without a word on anybody?"""

import json
import logging
import sys

import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory
from django.urls import path

from bluehelm.web.running import views
from bluehelm.web.running.counting import PlainJson, Tally, counted, route_of

SECRET = "zq9-somebody"
TOKEN = "m" * 32


@pytest.mark.django_db
def test_health_is_yes_while_the_records_answer_and_no_when_they_do_not(client, monkeypatch):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ok"], answer["Cache-Control"]) == (200, True, "no-store")
    assert client.post("/healthz").status_code == 405

    def broken():
        raise DatabaseError("password of the database")

    monkeypatch.setattr(views.connection, "cursor", broken)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ok"]) == (503, False)
    assert "password" not in answer.content.decode()


@pytest.mark.django_db
def test_metrics_are_shown_to_whoever_knows_the_token_and_to_nobody_else(client, settings):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for wrong in ("", f"Bearer {TOKEN}x", "Bearer é"):
        assert client.get("/metrics", headers={"Authorization": wrong}).status_code == 404
    client.get(f"/tables/?text={SECRET}")
    client.get(f"/{SECRET}/")
    said = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert said.status_code == 200
    assert 'method="GET"' in said.content.decode() and 'route="none",status="404"' in said.content.decode()
    assert SECRET not in said.content.decode()


def test_counts_and_classes_of_time_add_up():
    tally = Tally()
    for seconds, status in [(0.004, 200), (0.01, 200), (0.3, 404), (99, 500)]:
        tally.begin()
        tally.end("GET", 'a"b', status, seconds)
    tally.begin()
    lines = dict(line.rsplit(" ", 1) for line in tally.text().splitlines() if not line.startswith("#"))
    found = {name.split(",", 1)[-1]: value for name, value in lines.items()}
    assert found['le="0.01"}'] == "2" and found['le="0.5"}'] == "3" and found['le="+Inf"}'] == "4"
    assert found['method="GET",route="a\\"b",status="200"}'] == "2"
    assert next(value for name, value in lines.items() if name.startswith("bluehelm_busy")) == "1"
    assert next(value for name, value in lines.items() if "seconds_count" in name) == "4"


def fails(request, name):
    raise ValueError(f"the file of {name} cannot be read")


urlpatterns = [path("person/<str:name>/", fails, name="fails")]


@pytest.fixture
def said():
    """The lines that the log would hold."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(PlainJson().format(record))

    kept, loggers = Kept(), [logging.getLogger("bluehelm.access"), logging.getLogger("django.request")]
    before = [(one, one.level) for one in loggers]
    for one in loggers:
        one.addHandler(kept)
        one.setLevel(logging.INFO)
    yield lines
    for one, level in before:
        one.removeHandler(kept)
        one.setLevel(level)


@pytest.mark.urls("tests.web.test_running")
def test_an_error_is_logged_by_kind_and_place_and_not_by_what_it_said(said):
    client = Client(raise_request_exception=False)
    answer = client.get(f"/person/{SECRET}/?name={SECRET}", headers={"User-Agent": SECRET, "Cookie": f"s={SECRET}"})
    assert answer.status_code == 500
    written = [json.loads(line) for line in said]
    assert {"route": "person/<str:name>/", "status": 500}.items() <= written[-1].items()
    assert any(line.get("error") == "ValueError" for line in written)
    assert SECRET not in "".join(said)


def test_every_answer_is_one_line_with_route_status_and_time(said):
    request = RequestFactory().get(f"/findings/?text={SECRET}")
    counted(lambda _: type("Answer", (), {"status_code": 204})())(request)
    (line,) = map(json.loads, said)
    assert line.keys() == {"at", "level", "from", "method", "route", "status", "ms"}
    assert (line["status"], line["route"]) == (204, "none")


def test_where_names_the_program_s_own_places():
    try:
        route_of(None)
    except AttributeError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, SECRET, (), sys.exc_info())
    line = json.loads(PlainJson().format(record))
    assert line["where"][0].startswith("bluehelm.web.running.counting:")
    assert SECRET not in json.dumps(line)
