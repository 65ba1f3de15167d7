"""Does a brief say about real files what a reader with a plain CSV reader would count?

Every expected figure is counted here from the provider's own bytes with csv, gzip and datetime alone, by the
text of the command contract.
"""

import csv
import gzip
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

GED_FILE = "ucdp/GEDEvent_v23_1_five_countries_to_2017.csv.gz"
GEOPKO_FILE = "geopko/geopko_raw.csv.gz"
MISSIONS_FILE = "un/DPPADPOSS-PKO.csv"
CANDIDATE_FILE = "ucdp/GEDEvent_candidate_v23_0_10.csv.gz"
PROVIDER_FILES = {"ucdp-ged": GED_FILE, "geopko": GEOPKO_FILE, "un-missions": MISSIONS_FILE}
TYPE_NAMES = {"1": "state-based", "2": "non-state", "3": "one-sided"}

Row = dict[str, str]
Point = tuple[float, float]
Ring = list[list[float]]


@dataclass(frozen=True)
class Case:
    """A mission, the day asked about, and where an event counts: `country` as UCDP names it, None when drawn."""

    mission: str
    as_of: str
    iso3: str
    country: str | None

    def __str__(self) -> str:
        return f"{self.mission}-{self.as_of}"


CASES = [
    Case("UNMISS", "2017-12-31", "SSD", "South Sudan"),
    Case("UNMISS", "2015-06-15", "SSD", "South Sudan"),
    Case("UNMISS", "2018-03-31", "SSD", "South Sudan"),  # three months beyond the events file
    Case("MINUSCA", "2017-12-31", "CAF", "Central African Republic"),
    Case("UNAMSIL", "2005-12-31", "SLE", "Sierra Leone"),
    Case("UNAMSIL", "2017-12-31", "SLE", "Sierra Leone"),  # long after the mission's end
    Case("UNAMSIL", "2001-03-31", "SLE", "Sierra Leone"),
    Case("UNAMSIL", "2000-03-31", "SLE", "Sierra Leone"),  # half of the places have no known strength
    Case("UNAMID", "2017-12-31", "SDN", None),
]


def rows_of(path: Path) -> list[Row]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text))
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def day_of(cell: str) -> date:
    return date.fromisoformat(cell[:10])


def is_doubtful(row: Row) -> bool:
    return not int(row["low"]) <= int(row["best"]) <= int(row["high"])


@dataclass(frozen=True)
class Reader:
    """The provider's rows, read the plain way."""

    events: list[Row]
    deployments: list[Row]
    missions: list[Row]


@pytest.fixture(scope="session")
def reader(shared_data: Path) -> Reader:
    return Reader(*(rows_of(shared_data / name) for name in (GED_FILE, GEOPKO_FILE, MISSIONS_FILE)))


@dataclass(frozen=True)
class Imported:
    home: Path
    answers: dict[str, dict[str, Any]]
    codes: dict[str, int]


@pytest.fixture(scope="session")
def imported(shared_data: Path, tmp_path_factory: pytest.TempPathFactory, run_process: Callable[..., Any]) -> Imported:
    """The three real files taken in through the command line, once."""
    home = tmp_path_factory.mktemp("real") / "home"
    ran = {
        provider: run_process(home, "import", provider, shared_data / name, "--json")
        for provider, name in PROVIDER_FILES.items()
    }
    codes = {provider: done.code for provider, done in ran.items()}
    return Imported(home, {provider: done.answer for provider, done in ran.items()}, codes)


def in_ring(point: Point, ring: Ring) -> bool:
    """Even-odd rule: a ray from the point to the east leaves the ring once more than it enters it."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def test_the_ray_finds_a_point_in_a_hollow_shape_and_not_in_its_hollow() -> None:
    cup = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [3.0, 4.0], [3.0, 1.0], [1.0, 1.0], [1.0, 4.0], [0.0, 4.0]]
    assert in_ring((0.5, 3.0), cup)
    assert in_ring((2.0, 0.5), cup)
    assert not in_ring((2.0, 3.0), cup)
    assert not in_ring((5.0, 3.0), cup)


@pytest.fixture(scope="session")
def drawn_area(pytestconfig: pytest.Config) -> list[Ring]:
    """The rings of UNAMID's area; each is a list of [longitude, latitude]."""
    path = pytestconfig.rootpath / "src/bluehelm/definitions/areas/unamid.yaml"
    parts = yaml.safe_load(path.read_text(encoding="utf-8"))["areas"]
    assert [(part["from"], part["until"]) for part in parts] == [(None, None)] * len(parts)
    return [ring for part in parts for ring in part["polygons"]]


def mission_dates(reader: Reader, mission: str) -> tuple[date, date | None]:
    [row] = [row for row in reader.missions if row["mission_acronym"] == mission]
    return day_of(row["start_date"]), day_of(row["end_date"]) if row["end_date"] else None


def counted_events(reader: Reader, case: Case, area: list[Ring]) -> list[Row]:
    start, end = mission_dates(reader, case.mission)
    last = min(date.fromisoformat(case.as_of), end or date.max)

    def inside(row: Row) -> bool:
        if case.country is not None:
            return row["country"] == case.country
        point = (float(row["longitude"]), float(row["latitude"]))
        return any(in_ring(point, ring) for ring in area)

    return [row for row in reader.events if start <= day_of(row["date_start"]) <= last and inside(row)]


def months_from(first: date, last: date) -> list[str]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]


def total(rows: Iterable[Row], column: str) -> int:
    return sum(int(row[column]) for row in rows)


def monthly(events: list[Row], reader: Reader, case: Case) -> list[dict[str, Any]]:
    start, end = mission_dates(reader, case.mission)
    covered = max(row["date_start"][:7] for row in reader.events)
    by_month: dict[str, list[Row]] = defaultdict(list)
    for row in events:
        by_month[row["date_start"][:7]].append(row)
    return [
        {"month": month, "count": len(by_month[month]), "best": total(by_month[month], "best")}
        if month <= covered
        else {"month": month, "count": None, "best": None}
        for month in months_from(start, min(date.fromisoformat(case.as_of), end or date.max))
    ]


def cell_centres(events: list[Row]) -> list[tuple[int, float, float, int, int]]:
    """(gid, latitude, longitude, deaths, events) of the ten PRIO-GRID cells with most deaths, ties by gid."""
    cells: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in events:
        cells[int((float(row["latitude"]) + 90) * 2), int((float(row["longitude"]) + 180) * 2)].append(row)
    found = [
        (south * 720 + west + 1, south / 2 - 89.75, west / 2 - 179.75, total(rows, "best"), len(rows))
        for (south, west), rows in cells.items()
    ]
    return sorted(found, key=lambda cell: (-cell[3], cell[0]))[:10]


def presence_of(reader: Reader, case: Case) -> dict[str, Any] | None:
    maps: dict[str, list[Row]] = defaultdict(list)
    for row in reader.deployments:
        if row["Mission"] == case.mission:
            maps[f"{int(row['year']):04d}-{int(row['month']):02d}"].append(row)
    month = max((month for month in maps if month <= case.as_of[:7]), default=None)
    if month is None:
        return None
    known = [int(row["No.troops"]) for row in maps[month] if row["No.troops"] != "unknown"]
    return {
        "as_of_month": month,
        "locations": len({row["location"] for row in maps[month]}),
        "troops": sum(known) if known else None,
        "unknown_strength": len(maps[month]) - len(known),
    }


@dataclass(frozen=True)
class Compared:
    """One brief and the events that the plain reader counts for it."""

    case: Case
    brief: dict[str, Any]
    events: list[Row]


@pytest.fixture(scope="session")
def briefs(imported: Imported, run: Callable[..., Any]) -> Callable[[Case], dict[str, Any]]:
    """The brief of a case, asked for once."""
    known: dict[Case, dict[str, Any]] = {}

    def brief(case: Case) -> dict[str, Any]:
        if case not in known:
            done = run(imported.home, "brief", case.mission, "--as-of", case.as_of, "--json")
            assert done.code == 0, done.stdout + done.stderr
            known[case] = done.answer
        return known[case]

    return brief


@pytest.fixture(params=CASES, ids=str)
def compared(
    request: pytest.FixtureRequest,
    briefs: Callable[[Case], dict[str, Any]],
    reader: Reader,
    drawn_area: list[Ring],
) -> Compared:
    return Compared(request.param, briefs(request.param), counted_events(reader, request.param, drawn_area))


@pytest.mark.parametrize("provider", PROVIDER_FILES)
def test_the_generated_files_have_the_published_columns(provider: str, shared_data: Path, files: Any) -> None:
    path = shared_data / PROVIDER_FILES[provider]
    assert list(rows_of(path)[0]) == list(files.columns[provider])


@pytest.mark.parametrize("provider", PROVIDER_FILES)
def test_no_row_of_a_real_file_is_lost(provider: str, imported: Imported, reader: Reader, shared_data: Path) -> None:
    lengths = {"ucdp-ged": 8431, "geopko": 12190, "un-missions": 81}
    read = {"ucdp-ged": reader.events, "geopko": reader.deployments, "un-missions": reader.missions}
    answer = imported.answers[provider]
    assert imported.codes[provider] == 0
    assert answer["rows"] == lengths[provider] == len(read[provider])
    assert answer["set_aside"] == 0
    assert answer["reasons"] == []
    assert isinstance(answer["version"], int)
    assert answer["sha256"] == hashlib.sha256((shared_data / PROVIDER_FILES[provider]).read_bytes()).hexdigest()


def test_the_rows_that_contradict_themselves_are_flagged_and_no_others(imported: Imported, reader: Reader) -> None:
    doubtful = [row for row in reader.events if is_doubtful(row)]
    flags = imported.answers["ucdp-ged"]["flags"]
    assert sum(flag["count"] for flag in flags) == len(doubtful) == 86


def test_the_first_flag_names_the_physical_line_of_the_row(imported: Imported, shared_data: Path) -> None:
    with gzip.open(shared_data / GED_FILE, "rt", encoding="utf-8", newline="") as text:
        lines = csv.DictReader(text)
        before = lines.line_num
        for row in lines:
            if is_doubtful(row):
                break
            before = lines.line_num
    flags = imported.answers["ucdp-ged"]["flags"]
    # the row begins on the line after the one on which the row before it ended; line 1 is the header
    assert min(flag["first_line"] for flag in flags) == max(before, 1) + 1


def test_the_monthly_candidate_file_is_taken_in_whole(
    shared_data: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    rows = rows_of(shared_data / CANDIDATE_FILE)
    done = run(tmp_path / "home", "import", "ucdp-ged", shared_data / CANDIDATE_FILE, "--json")
    assert (done.code, done.answer["rows"], done.answer["set_aside"]) == (0, len(rows), 0)
    assert sum(flag["count"] for flag in done.answer["flags"]) == sum(map(is_doubtful, rows))


def test_the_brief_repeats_the_question(compared: Compared) -> None:
    assert compared.brief["mission"] == compared.case.mission
    assert compared.brief["as_of"] == compared.case.as_of
    assert compared.brief["known_on"] is None
    assert compared.brief["scope"]["countries"] == [compared.case.iso3]
    assert compared.brief["scope"]["area"]


def test_the_missions_dates_are_those_of_the_list(compared: Compared, reader: Reader) -> None:
    start, end = mission_dates(reader, compared.case.mission)
    scope = compared.brief["scope"]
    assert (scope["start"], scope["end"]) == (start.isoformat(), end.isoformat() if end else None)


def test_the_totals_are_those_of_the_file(compared: Compared) -> None:
    events = compared.brief["events"]
    assert compared.events
    assert events["count"] == len(compared.events)
    for estimate in ("best", "low", "high"):
        assert events[estimate] == total(compared.events, estimate), estimate


def test_each_type_of_violence_is_counted_apart(compared: Compared) -> None:
    expected = {}
    for code, name in TYPE_NAMES.items():
        rows = [row for row in compared.events if row["type_of_violence"] == code]
        expected[name] = {"count": len(rows), "best": total(rows, "best")}
    assert compared.brief["events"]["by_type"] == expected


def test_every_month_from_start_to_end_is_listed(compared: Compared, reader: Reader) -> None:
    events = compared.brief["events"]
    assert events["by_month"] == monthly(compared.events, reader, compared.case)
    assert events["month_rule"] == "date_start"
    assert events["first_covered_month"] == min(row["date_start"][:7] for row in reader.events)
    assert events["last_covered_month"] == max(row["date_start"][:7] for row in reader.events)


def test_events_that_span_months_are_counted(compared: Compared) -> None:
    spanning = [row for row in compared.events if row["date_start"][:7] != row["date_end"][:7]]
    assert compared.brief["events"]["spanning_months"] == len(spanning)


def test_doubtful_events_are_counted(compared: Compared) -> None:
    assert compared.brief["events"]["doubtful"] == sum(map(is_doubtful, compared.events))


def test_the_ten_cells_with_most_deaths_are_the_hotspots(compared: Compared) -> None:
    expected = [(gid, latitude, longitude, best) for gid, latitude, longitude, best, _ in cell_centres(compared.events)]
    assert [(spot["gid"], spot["lat"], spot["lon"], spot["best"]) for spot in compared.brief["hotspots"]] == expected


def test_presence_is_that_of_the_latest_map(compared: Compared, reader: Reader) -> None:
    expected = presence_of(reader, compared.case)
    assert expected is not None
    assert {key: compared.brief["presence"][key] for key in expected} == expected


def test_every_figure_names_the_versions_behind_it(compared: Compared, imported: Imported) -> None:
    versions = compared.brief["versions"]
    found = sorted((version["table"], version["version"], version["sha256"]) for version in versions)
    answers = imported.answers.values()
    assert found == sorted((answer["table"], answer["version"], answer["sha256"]) for answer in answers)
    today = datetime.now(UTC).date()
    for version in versions:
        # a run that crosses midnight may have been retrieved yesterday
        assert timedelta(0) <= today - date.fromisoformat(version["retrieved"]) <= timedelta(days=1)


def test_what_was_not_yet_known_is_null(imported: Imported, run: Callable[..., Any]) -> None:
    question = ("brief", "UNMISS", "--as-of", "2017-12-31", "--known-on", "2001-01-01", "--json")
    done = run(imported.home, *question)
    assert done.code == 0
    assert done.answer["known_on"] == "2001-01-01"
    assert done.answer["events"] is None
    assert done.answer["presence"] is None
    assert done.answer["hotspots"] == []
    assert done.answer["versions"] == []


def test_what_is_known_today_is_what_was_imported(
    imported: Imported, run: Callable[..., Any], briefs: Callable[[Case], dict[str, Any]]
) -> None:
    today = datetime.now(UTC).date().isoformat()
    done = run(imported.home, "brief", "UNMISS", "--as-of", "2017-12-31", "--known-on", today, "--json")
    plain = briefs(CASES[0])
    assert done.code == 0
    assert done.answer["known_on"] == today
    assert {**done.answer, "known_on": None} == plain


def test_a_mission_without_a_map_by_then_has_no_presence(
    imported: Imported, run: Callable[..., Any], reader: Reader
) -> None:
    # the first map of UNMISS is of October 2011; the mission began in July
    assert presence_of(reader, Case("UNMISS", "2011-09-30", "SSD", "South Sudan")) is None
    done = run(imported.home, "brief", "UNMISS", "--as-of", "2011-09-30", "--json")
    assert done.code == 0
    assert done.answer["presence"] is None
    assert done.answer["events"]["count"] > 0
