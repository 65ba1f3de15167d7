"""Does `impact presence` keep its contract, and refuse with reasons?"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bluehelm.cli import main
from bluehelm.definitions.presence_effects import packaged_presence_rules
from bluehelm.store import Store
from bluehelm.tables.grid import centre_of
from bluehelm.workflows.presence_panels import mapped
from tests.published import event, publish, rows_of

DEPLOYED = [("2012-01", 5.25, 30.25), ("2013-01", 7.25, 29.25)]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict]]:
    def run(*words: str, as_json: bool = True) -> tuple[int, dict]:
        with pytest.raises(SystemExit) as left:
            main(["--home", str(tmp_path), "impact", "presence", *words, *(["--json"] if as_json else [])])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(left.value.code or 0), json.loads(said.out) if as_json else {"text": said.out}

    return run


def violence(seed: int = 0) -> list[dict]:
    """Events all over South Sudan, clustered by place, 2008 to 2014."""
    random = np.random.default_rng(seed)
    places = [centre_of(int(gid)) for gid in (138000 + random.integers(0, 20, 12) - 720 * random.integers(0, 8, 12))]
    rows = []
    for number in range(600):
        latitude, longitude = places[min(int(random.exponential(3)), 11)]
        day = f"{random.integers(2008, 2015)}-{random.integers(1, 13):02d}-05"
        place = {"latitude": latitude, "longitude": longitude, "iso3": "SSD", "gw_id": 626}
        rows.append(event(number, day, place=place, sources=2))
    return rows


def deployed() -> list[dict]:
    rows = []
    for month in ("2011-10", "2012-01", "2012-06", "2013-01", "2014-06"):
        for first, latitude, longitude in DEPLOYED:
            if first <= month:
                rows.append(
                    {"mission": "UNMISS", "month": month, "source_map": f"Map {month}", "location": f"at {latitude}"}
                    | {"entry": 1, "latitude": latitude, "longitude": longitude, "troops": 200}
                )
    return rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(tmp_path, "events", violence(), months=("2005-01", "2014-12"), countries=("SSD",))
    publish(tmp_path, "deployments", rows_of("deployments", deployed()), provider="geopko")
    return tmp_path


QUICK = ("--outcome", "any", "--rings", "50,100", "--draws", "199")


@pytest.mark.long
def test_the_answer_keeps_the_contract_and_can_be_kept(ask, folder):
    code, answer = ask("UNMISS", *QUICK, "--keep")
    assert code == 0
    assert {"effects", "leads", "sensitivity", "minimum_detectable", "notes", "versions"} <= set(answer)
    assert len(answer["effects"]) == 2 * 8
    order = list(answer)
    assert order.index("minimum_detectable") < min(map(order.index, ("effects", "leads", "event_study", "areas")))
    for one in answer["effects"]:
        assert {"ring", "estimator", "effect", "interval", "events"} <= set(one)
        assert one["verdict"] is None or one["why_no_verdict"] is None
        assert one["effect"] is not None or one["why_no_verdict"]
        if one["verdict"]:
            assert one["p"] <= 0.05 and abs(one["effect"]) >= one["minimum_detectable"]
    assert {one["table"] for one in answer["versions"]} >= {"events", "deployments"}
    assert {one["name"] for one in answer["refused_methods"]} == {"before-and-after", "two-way-fixed-effects"}
    assert all("not lives saved" in one["says"] for one in answer["areas"])
    version = Store(folder).latest("presence_effects")
    assert version is not None and answer["kept"]["version"] == version.version
    assert ("events", 1) in version.parents
    assert Store(folder).scan(version).collect().height > 100
    assert version.retrieved >= date(2020, 1, 1)


@pytest.mark.long
def test_people_read_what_would_be_found_before_any_estimate(ask, folder):
    _, answer = ask("UNMISS", *QUICK, as_json=False)
    text = answer["text"]
    assert text.index("Would find") < text.index("Before") < text.index("modelled-path")
    assert "before-and-after" in text and "not lives saved" in text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("UNMIS", "--outcome", "any"), "no_events"),
        (("ATLANTIS", "--outcome", "any"), "unknown_mission"),
        (("UNMISS", "--outcome", "riots"), "no_such_outcome"),
        (("UNMISS", "--outcome", "any", "--rings", "100,50"), "misused"),
        (("UNMISS", "--outcome", "any", "--rings", "near"), "misused"),
        (("UNMISS,UNMISS", "--outcome", "any"), "misused"),
        (("UNMISS", "--outcome", "any", "--as-of", "2016-02-30"), "bad_date"),
        (("UNMISS", "--outcome", "any", "--as-of", "2006-01-31"), "no_before"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_be_answered_is_refused(ask, words, code):
    left, answer = ask(*words)
    assert left == 2
    assert answer["error"]["code"] == code
    assert answer["error"]["next"]


def test_without_maps_or_events_nothing_is_estimated(ask, tmp_path):
    assert ask("UNMISS", *QUICK)[1]["error"]["code"] == "no_events"
    publish(tmp_path, "events", violence(), months=("2005-01", "2014-12"), countries=("SSD",))
    assert ask("UNMISS", *QUICK)[1]["error"]["code"] == "no_deployments"
    others = [row | {"mission": "UNMIL"} for row in deployed()]
    publish(tmp_path, "deployments", rows_of("deployments", others), provider="geopko")
    assert ask("UNMISS", *QUICK)[1]["error"]["code"] == "no_maps"


def test_other_missions_are_named_only_where_they_stood_in_the_months_looked_at(tmp_path):
    publish(tmp_path, "events", violence(), months=("2005-01", "2014-12"), countries=("SSD",))
    near = [row | {"mission": "UNISFA"} for row in deployed()[:1]]
    later = [row | {"mission": "MINUSMA", "month": "2019-06", "source_map": "Map 2019-06"} for row in deployed()[:1]]
    publish(tmp_path, "deployments", rows_of("deployments", [*deployed(), *near, *later]), provider="geopko")
    rules = packaged_presence_rules()
    found = mapped(tmp_path, "UNMISS", rules, as_of=date(2020, 1, 1), known_on=None, force=False)
    (note,) = [one.english for one in found.notes if "count as presence" in one.english]
    assert "UNISFA" in note and "MINUSMA" not in note


@pytest.mark.long
def test_the_file_of_precisely_placed_events_is_refused_unless_forced(ask, tmp_path):
    names = ("event_id", "type", "date_start", "iso3", "latitude", "longitude", "gid", "side_a", "side_b")
    kept = (*names, "best", "low", "high")
    rows = [{name: row[name] for name in kept} | {"country": "South Sudan"} for row in violence()]
    placed = rows_of("located_events", rows)
    publish(tmp_path, "located_events", placed, provider="ucdp-ged-precise", months=("2005-01", "2014-12"))
    publish(tmp_path, "deployments", rows_of("deployments", deployed()), provider="geopko")
    code, answer = ask("UNMISS", *QUICK)
    assert (code, answer["error"]["code"]) == (2, "precise_events_only")
    code, answer = ask("UNMISS", *QUICK, "--force")
    assert code == 0
    assert any("Forced" in note for note in answer["notes"])
    assert {one["table"] for one in answer["versions"]} >= {"located_events"}
