"""Does the registry hold the UN's missions as the UN lists them, with its known slips put right?"""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from bluehelm.definitions import DefinitionError, MissionEntry, MissionRegistry, packaged_text, parse_missions
from bluehelm.tables.grid import COLUMNS, cell_of

NOT_IN_THE_LIST = {"UNTAG", "UNTMIH"}
SAME_PLACE_DEGREES = 0.2
# the list's place is another one, or a point half-way between two headquarters
OTHER_PLACE_THAN_THE_LIST = {"UNEF II", "UNIIMOG", "UNMEE", "UNMOGIP", "UNPSG"}
JOINT = {"UNAVEM", "UNEF", "UNOSOM"}
NOT_PEACEKEEPING = {"IPTF", "MICAH", "UNCPSG", "UNFOR", "UNGCI", "UNOHCI", "UNPF", "UNSCOB", "UNSMA"}

SYNTHETIC = """
title: A mission made up for a demonstration
source: invented
valid_from: 2026-01-01
status: draft
checked_by: null
review_on: 2027-01-01
missions:
  - mission: DEMO
    name: A mission in Demonia
    synthetic: {synthetic}
    start_on: 2020-01-01
    end_on: {end_on}
    hosts: {hosts}
    host_names: {host_names}
    headquarters: {{place: Demo Town, latitude: {latitude}, longitude: -20}}
    kind: peacekeeping
    area: whole-country
"""


def parse(
    synthetic: str = "true",
    hosts: str = "[XDA]",
    host_names: str = "{XDA: Demonia}",
    end_on: str = "null",
    latitude: str = "-25.5",
) -> MissionEntry:
    given = {"synthetic": synthetic, "hosts": hosts, "host_names": host_names, "end_on": end_on, "latitude": latitude}
    return parse_missions(SYNTHETIC.format(**given), "demo.yaml").missions[0]


@pytest.fixture(scope="module")
def registry() -> MissionRegistry:
    return parse_missions(packaged_text("missions.yaml"), "missions.yaml")


@pytest.fixture
def un_list(shared_data: Path) -> dict[str, dict[str, str]]:
    path = shared_data / "un" / "DPPADPOSS-PKO.csv"
    with path.open(encoding="utf-8-sig", newline="") as rows:
        return {row["mission_acronym"].strip(): row for row in csv.DictReader(rows)}


def day(cell: str) -> date | None:
    return date.fromisoformat(cell.strip()) if cell.strip() else None


def test_every_operation_of_the_un_list_is_there_and_two_that_it_leaves_out(registry, un_list):
    assert len(un_list) == 81
    assert {entry.mission for entry in registry.missions} == set(un_list) | NOT_IN_THE_LIST


def test_dates_are_those_of_the_un_list(registry, un_list):
    listed = {mission: (day(row["start_date"]), day(row["end_date"])) for mission, row in un_list.items()}
    held = {e.mission: (e.start_on, e.end_on) for e in registry.missions if e.mission not in NOT_IN_THE_LIST}
    assert held == listed


def test_a_date_on_the_first_of_a_month_is_explained(registry):
    for entry in registry.missions:
        if 1 in {on.day for on in (entry.start_on, entry.end_on) if on}:
            assert any(words in (entry.note or "") for words in ("the first of", "exact", "Missing from the UN list"))


def test_a_name_other_than_the_lists_is_explained(registry, un_list):
    for entry in registry.missions:
        row = un_list.get(entry.mission)
        if row is None or entry.name != row["mission_name"].strip():
            assert entry.note, entry.mission


def test_names_are_whole(registry):
    assert registry.get("DOMREP").name.endswith("in the Dominican Republic")
    assert not [e.name for e in registry.missions if '"' in e.name or e.name.endswith((" the", " in"))]


def test_headquarters_are_where_the_un_list_puts_them_either_way_round(registry, un_list):
    moved = set()
    for mission, row in un_list.items():
        if not row["mission_latitude"]:
            continue
        first, second = (float(row[f"mission_{name}"].replace(",", ".")) for name in ("latitude", "longitude"))
        place = registry.get(mission).headquarters
        offsets = [
            max(abs(place.latitude - a), abs(place.longitude - b)) for a, b in ((first, second), (second, first))
        ]
        if min(offsets) > SAME_PLACE_DEGREES:
            moved.add(mission)
    assert moved == OTHER_PLACE_THAN_THE_LIST


def test_every_headquarters_stands_in_a_host_country_or_a_cell_beside_it(registry, shared_data: Path):
    """The countries of PRIO-GRID land cells; Kosovo, Western Sahara and Timor-Leste go by their own codes there."""
    path = shared_data / "ucdp" / "pgm_skeleton.parquet"
    country = dict(pl.read_parquet(path, columns=["priogrid_gid", "iso3"]).iter_rows())
    for entry in registry.missions:
        gid = cell_of(entry.headquarters.latitude, entry.headquarters.longitude)
        near = {country.get(gid + row * COLUMNS + column) for row in (-1, 0, 1) for column in (-1, 0, 1)}
        assert near & set(entry.hosts), (entry.mission, entry.hosts, near)


def test_kinds_follow_the_uns_own_count_of_71_operations(registry):
    kinds = {kind: {e.mission for e in registry.missions if e.kind == kind} for kind in ("joint-entry", "other")}
    assert kinds == {"joint-entry": JOINT, "other": NOT_PEACEKEEPING}
    assert sum(entry.kind == "peacekeeping" for entry in registry.missions) == 71


def test_the_registry_is_a_draft_of_real_missions(registry):
    assert registry.status == "draft"
    assert not any(entry.synthetic or entry.host_names for entry in registry.missions)


@pytest.mark.parametrize("asked", ["UNEF II", "unef ii", "  Unef   II "])
def test_a_mission_is_found_whatever_the_case_and_blanks(registry, asked: str):
    assert registry.get(asked).mission == "UNEF II"


def test_an_unknown_mission_is_none_and_near_spellings_are_offered(registry):
    assert registry.get("UNFIL") is None
    assert registry.nearest(" unfil ")[0] == "UNIFIL"
    assert "UNEF I" in registry.nearest("UNEFI")
    assert registry.nearest("qqqqqqqq") == []


def test_a_synthetic_mission_may_have_an_invented_host_with_a_name():
    entry = parse()
    assert entry.synthetic and entry.host_names == {"XDA": "Demonia"}
    assert entry.headquarters.longitude == -20.0


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"synthetic": "false"}, "DEMO, hosts: XDA: no ISO 3166 alpha-3 code"),
        ({"synthetic": "1"}, "DEMO, synthetic"),
        ({"host_names": "{}"}, "DEMO, host_names: names nothing"),
        ({"host_names": "{XDA: Demonia, XDB: Other}"}, "DEMO, host_names: names XDA, XDB"),
        ({"hosts": "[SSD]"}, "DEMO, host_names: names XDA; the hosts whose names no list knows are none"),
        ({"hosts": "[YDA]"}, "DEMO, hosts: YDA"),
        ({"hosts": "[XDA, XDA]"}, "DEMO, hosts: is empty or names a country twice"),
        ({"hosts": "[]"}, "DEMO, hosts: is empty"),
        ({"hosts": "XDA"}, "DEMO, hosts"),
        ({"end_on": "2019-12-31"}, "DEMO, end_on: 2019-12-31 comes before start_on 2020-01-01"),
        ({"latitude": "90.5"}, "DEMO, headquarters, latitude"),
        ({"latitude": "'25.5'"}, "DEMO, headquarters, latitude"),
        ({"latitude": ".nan"}, "DEMO, headquarters, latitude"),
    ],
)
def test_what_contradicts_itself_is_refused_by_field(change: dict[str, str], problem: str):
    with pytest.raises(DefinitionError) as refusal:
        parse(**change)
    assert any(f"demo.yaml: missions, {problem}" in told for told in refusal.value.problems)


def test_a_real_mission_may_have_kosovo_as_its_host(registry):
    assert registry.get("UNMIK").hosts == ("XKX", "SRB")


@pytest.mark.parametrize("acronym", ["unmiss", " UNMISS", "UN/MISS", "''", "12"])
def test_an_acronym_is_written_in_capitals_without_padding(acronym: str):
    text = SYNTHETIC.format(synthetic="true", hosts="[XDA]", host_names="{XDA: D}", end_on="null", latitude="1")
    with pytest.raises(DefinitionError, match="mission"):
        parse_missions(text.replace("mission: DEMO", f"mission: '{acronym.strip(chr(39))}'"), "demo.yaml")
