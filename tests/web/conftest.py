"""Which data folders do the tests of the web application look at?"""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.store import Store, Submission
from bluehelm.tables import EVENTS
from bluehelm.tables.grid import cell_of
from bluehelm.tables.provenance import OPEN_DATA, Coverage, Reason, SourceNote
from bluehelm.workflows.demo import build_demo
from bluehelm.workflows.import_file import import_file
from tests.audit.lifted import flush_lifts_the_audit_guards  # noqa: F401  # a fixture

SRC = Path(__file__).resolve().parents[2] / "src"
PATIENCE_SECONDS = 180


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory) -> Path:
    """A data folder with the synthetic mission."""
    home = tmp_path_factory.mktemp("demo")
    build_demo(home)
    return home


@pytest.fixture(scope="session")
def real_home(tmp_path_factory, shared_data) -> Path:
    """A data folder with the real provider files."""
    home = tmp_path_factory.mktemp("real")
    import_file(home, "ucdp-ged", shared_data / "ucdp" / "GEDEvent_v23_1_five_countries_to_2017.csv.gz")
    import_file(home, "geopko", shared_data / "geopko" / "geopko_raw.csv.gz")
    import_file(home, "un-missions", shared_data / "un" / "DPPADPOSS-PKO.csv")
    return home


@pytest.fixture
def demo(settings, demo_home) -> Path:
    settings.BLUEHELM_HOME = demo_home
    return demo_home


@pytest.fixture
def empty(settings, tmp_path) -> Path:
    settings.BLUEHELM_HOME = tmp_path / "empty"
    return settings.BLUEHELM_HOME


def event_rows(*events: tuple[str, str, int]) -> pl.DataFrame:
    """Rows of the events table, each of a country, a day and deaths; all else is alike."""
    alike = {
        "type": "one-sided",
        "date_precision": 1,
        "gw_id": 626,
        "place_precision": 1,
        "latitude": 4.85,
        "longitude": 31.6,
        "gid": cell_of(4.85, 31.6),
        "side_a": "somebody",
        "side_b": "civilians",
        **dict.fromkeys(("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"), 0),
        "clarity": 1,
        "coding_status": "clear",
    }
    rows = [
        alike
        | {"event_id": str(number), "iso3": iso3, "best": deaths, "low": deaths, "high": deaths}
        | dict.fromkeys(("date_start", "date_end"), date.fromisoformat(day))
        for number, (iso3, day, deaths) in enumerate(events)
    ]
    return pl.DataFrame(rows, schema=EVENTS.schema)


def publish_events(home: Path, retrieved: date, rows: pl.DataFrame | None = None, **changed: object) -> None:
    """A version of the events table, without rows when none are given, from a provider of our own making."""
    given = pl.DataFrame(schema=EVENTS.schema) if rows is None else rows
    store, noted = Store(home), pl.DataFrame(schema=NOTED_ROWS)
    with store.scratch() as scratch:
        rows_file = scratch / "rows.parquet"
        given.write_parquet(rows_file)
        facts = {
            "table": "events",
            "source": SourceNote(
                "ucdp-ged", "A made-up release", "CC BY 4.0", "Nobody (2024)", "https://example.org/", OPEN_DATA
            ),
            "rows_file": rows_file,
            "rows": given.height,
            "file_name": "events.csv",
            "sha256": "a1" * 32,
            "retrieved": retrieved,
            "set_aside": noted,
            "flagged": noted,
            "reasons": (Reason("the date cannot be read", 3, 41),),
            "flags": (Reason("the best estimate lies outside low and high", 2, 17),),
            "notes": (),
            "coverage": Coverage("1989-01", "2019-06", ("SSD", "SDN")),
        }
        store.publish(Submission(**(facts | changed)))


@pytest.fixture
def small(settings, tmp_path) -> Path:
    """A data folder with one version of events on South Sudan and Sudan, to June 2019, and no events in it."""
    settings.BLUEHELM_HOME = tmp_path / "small"
    publish_events(settings.BLUEHELM_HOME, date(2024, 5, 1))
    return settings.BLUEHELM_HOME


@pytest.fixture
def revised(settings, tmp_path) -> Path:
    """Two versions of events: the second has two deaths more in one month, and one event moved to another month."""
    settings.BLUEHELM_HOME = tmp_path / "revised"
    first = event_rows(("SSD", "2016-07-08", 300), ("SSD", "2016-08-01", 5), ("SDN", "2016-07-09", 4))
    second = event_rows(("SSD", "2016-07-08", 302), ("SSD", "2016-09-01", 5), ("SDN", "2016-07-09", 4))
    publish_events(settings.BLUEHELM_HOME, date(2024, 5, 1), first)
    publish_events(
        settings.BLUEHELM_HOME, date(2024, 6, 1), second, coverage=Coverage("1989-01", "2019-07", ("SSD", "SDN"))
    )
    return settings.BLUEHELM_HOME


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(home: Path, port: int, **environment: str) -> Iterator["Served"]:
    """`bluehelm serve` as a person starts it; ends it as Ctrl-C does."""
    program = [sys.executable, "-m", "bluehelm", "--home", str(home), "serve", "--port", str(port)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}
    process = subprocess.Popen(
        program,
        env={**kept, "PYTHONPATH": str(SRC), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that Ctrl-C reaches the server and its workers, and not the tests
    )
    served = Served(process)
    try:
        yield served
    finally:
        served.end()


class Served:
    """A running server: what it has said so far, its address once it answers, its exit code once ended."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self.said: list[str] = []
        self.address = ""
        self._answers = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._answers.wait(PATIENCE_SECONDS)
        assert self.address, f"the server gave no address: {self.said}"

    def _listen(self) -> None:
        for line in self.process.stderr:
            self.said.append(line)
            if line.startswith("Bluehelm"):
                self.address = line.split()[1]
                self._answers.set()
        self._answers.set()

    def end(self) -> int:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                raise
        self._listener.join(10)
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.returncode
