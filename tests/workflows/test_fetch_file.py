"""Does a fetched file lie in the data folder with its day and digest, and only once?"""

import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime

import pytest

from bluehelm.sources import IntakeError
from bluehelm.store import Store
from bluehelm.workflows.fetch_file import fetch_file
from bluehelm.workflows.import_file import import_file
from tests.sources.made_files import csv_text, fatality
from tests.sources.serving import Answer, serving

MONDAY, TUESDAY = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (16, 17))
ROWS = csv_text([fatality(1), fatality(2)]).encode()


def fetched(home, answer, **changes):
    with serving(lambda _: answer) as server:
        wish = {"url": f"{server.url}/data/CSV", "now": MONDAY, "environment": {}}
        return fetch_file(home, "un-fatalities", **(wish | changes))


def test_the_file_lies_beside_an_entry_that_says_where_it_came_from(tmp_path):
    report = fetched(tmp_path / "home", Answer(ROWS))
    assert report.path.read_bytes() == ROWS
    assert report.path.name == "DPPADPOSS-FATALITIES.csv"
    entry = json.loads((report.path.parent / "fetched.json").read_text())
    assert (entry["retrieved"], entry["sha256"], entry["bytes"]) == ("2026-11-16", report.sha256, len(ROWS))
    assert not list((tmp_path / "home").glob("staging/*"))


def test_the_same_bytes_are_kept_once_and_said_to_be_the_same(tmp_path):
    home = tmp_path / "home"
    first, second = fetched(home, Answer(ROWS)), fetched(home, Answer(ROWS), now=TUESDAY)
    assert (second.path, second.same_as, second.retrieved) == (first.path, "2026-11-16", date(2026, 11, 17))
    other = fetched(home, Answer(csv_text([fatality(3)]).encode()), now=TUESDAY)
    assert (other.path != first.path, other.same_as) == (True, None)


def test_a_fetched_file_imports_with_the_day_it_came(tmp_path):
    home = tmp_path / "home"
    report = fetched(home, Answer(ROWS))
    import_file(home, "un-fatalities", report.path, retrieved=report.retrieved)
    assert Store(home).version("fatalities", 1).retrieved == date(2026, 11, 16)
    assert Store(home).damaged() == []


def test_a_failed_fetch_leaves_nothing_not_even_a_data_folder(tmp_path):
    with pytest.raises(IntakeError):
        fetched(tmp_path / "home", Answer(b"no", 404))
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("code", "provider"), [("unknown_provider", "gdelt"), ("not_fetchable", "geopko"), ("not_fetchable", "areas")]
)
def test_a_provider_that_cannot_be_fetched_says_what_to_do_instead(tmp_path, code, provider):
    with pytest.raises(IntakeError) as refused:
        fetch_file(tmp_path / "home", provider, now=MONDAY, environment={})
    assert refused.value.code == code
    assert refused.value.next_step


def test_a_fetch_that_is_killed_leaves_no_file_and_the_next_one_sweeps_what_it_left(tmp_path):
    home, may_go_on = tmp_path / "home", threading.Event()

    def slowly(asked):
        may_go_on.wait(60)
        return Answer(ROWS)

    with serving(slowly) as server:
        words = ["--home", str(home), "fetch", "un-fatalities", "--url", f"{server.url}/CSV"]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = subprocess.Popen([sys.executable, "-m", "bluehelm", *words], env=environment)
        while not server.asked and process.poll() is None:
            time.sleep(0.05)
        process.kill()
        process.wait()
        may_go_on.set()
    assert server.asked
    assert not (home / "raw").exists()
    assert fetched(home, Answer(ROWS)).size == len(ROWS)
    assert list(home.glob("staging/*")) == []


@pytest.mark.parametrize(
    ("provider", "name", "content_type"),
    [
        ("geopko", "geopko.csv", "text/csv"),
        ("areas", "areas.geojson", "application/geo+json"),
        ("ucdp-ged-precise", "ged211.parquet", "application/vnd.apache.parquet"),
    ],
)
def test_a_provider_without_an_address_is_fetched_from_the_one_that_is_given(tmp_path, provider, name, content_type):
    with serving(lambda _: Answer(b"some bytes", content_type=content_type)) as server:
        asked = {"url": f"{server.url}/mirror/{name}", "now": MONDAY, "environment": {}}
        report = fetch_file(tmp_path / "home", provider, **asked)
    assert (report.path.name, report.path.read_bytes()) == (name, b"some bytes")


def test_a_page_in_place_of_the_file_is_refused_wherever_it_comes_from(tmp_path):
    page = Answer(b"<html>", content_type="text/html")
    with serving(lambda _: page) as server, pytest.raises(IntakeError) as refused:
        fetch_file(tmp_path / "home", "geopko", url=f"{server.url}/x.csv", now=MONDAY, environment={})
    assert refused.value.code and not (tmp_path / "home").exists()
