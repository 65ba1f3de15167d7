"""How does an outside examiner run a command, and what does a small valid provider file look like?

The examiner knows the command contract and the providers' published columns, nothing of the program's inside.
Row `i` of a generated file (counted from 0) stands on physical line `i + 2`, because the header is line 1.
"""

import contextlib
import csv
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest


def refuse_constant(name: str) -> NoReturn:
    raise AssertionError(f"{name} is not JSON")


@dataclass(frozen=True)
class Ran:
    """What one command left behind: its exit code and all it wrote."""

    code: int
    stdout: str
    stderr: str

    @property
    def answer(self) -> dict[str, Any]:
        """The one JSON object on stdout; fails when there is none, more than one, or anything beside it."""
        assert "Traceback" not in self.stderr + self.stdout, self.stderr + self.stdout
        try:
            found = json.loads(self.stdout, parse_constant=refuse_constant)
        except json.JSONDecodeError as wrong:
            pytest.fail(f"stdout is not one JSON object ({wrong}); stdout {self.stdout!r}; stderr {self.stderr!r}")
        assert isinstance(found, dict), found
        return found


Run = Callable[..., Ran]


def exit_code(left: SystemExit) -> int:
    if left.code is None:
        return 0
    return left.code if isinstance(left.code, int) else 1


def in_process(home: Path, *words: object) -> Ran:
    """Run the command inside this process, for the many cases."""
    from bluehelm.cli import main

    stdout, stderr = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _stream in range(2))
    code = 0
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            main(["--home", str(home), *map(str, words)])
        except SystemExit as left:
            code = exit_code(left)
    written = [stream.buffer.getvalue().decode() for stream in (stdout, stderr)]
    return Ran(code, *written)


@pytest.fixture(scope="session")
def run() -> Run:
    return in_process


def command(home: Path, *words: object, **environment: str) -> tuple[list[str], dict[str, str]]:
    # the child must find the same code as this process, however that was put on the path
    path = os.pathsep.join(place for place in sys.path if place)
    variables = {**os.environ, "PYTHONPATH": path, "BLUEHELM_HOME": str(home), **environment}
    return [sys.executable, "-m", "bluehelm", *map(str, words)], variables


def as_process(home: Path, *words: object, **environment: str) -> Ran:
    """Run the command as a user does, in a process of its own; bytes that are not UTF-8 are shown escaped."""
    line, variables = command(home, *words, **environment)
    done = subprocess.run(line, env=variables, capture_output=True, timeout=300, check=False)
    return Ran(done.returncode, done.stdout.decode("utf-8", "backslashreplace"), done.stderr.decode("utf-8", "replace"))


@pytest.fixture(scope="session")
def run_process() -> Run:
    return as_process


@pytest.fixture(scope="session")
def start_process() -> Callable[..., "subprocess.Popen[bytes]"]:
    """Start a command without waiting for it, so that two can meet."""

    def start(home: Path, *words: object) -> "subprocess.Popen[bytes]":
        line, variables = command(home, *words)
        return subprocess.Popen(line, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return start


def kept_files(home: Path) -> dict[str, str]:
    """The digest of every file a home keeps; a lock's own file holds nothing and may come and go."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


@pytest.fixture(scope="session")
def snapshot() -> Callable[[Path], dict[str, str]]:
    return kept_files


GED_HEADER = """
id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name
dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b
number_of_sources source_article source_office source_date source_headline source_original where_prec
where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id
region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high
low gwnoa gwnob
"""
GEOPKO_HEADER = f"""
Source Mission year month location country latitude longitude No.troops
RPF RPF_No RES RES_No FP FP_No No.TCC
{" ".join(f"name.of.TCC{number} No.troops.per.TCC{number}" for number in range(1, 15))}
UNPOL..dummy. UNMO..dummy. HQ LO comments cow_code gwno name
{" ".join(f"TCC{number}" for number in range(1, 15))}
ADM1_id ADM1_name ADM2_id ADM2_name PRIOID
"""
MISSION_HEADER = """
id mission_acronym mission_name lead_department mission_isactive start_date end_date mission_location
mission_longitude mission_latitude last_update
"""
GED_COLUMNS, GEOPKO_COLUMNS, MISSION_COLUMNS = GED_HEADER.split(), GEOPKO_HEADER.split(), MISSION_HEADER.split()

Row = dict[str, str]
Changes = Mapping[int, Mapping[str, str]]


def ged_row(number: int) -> Row:
    """A valid event near Bor, South Sudan, in January 2014; every row another day, place and number of deaths."""
    latitude, longitude = f"{6.2 + number / 100:.2f}", f"{31.55 + number / 100:.2f}"
    gid = int((float(latitude) + 90) * 2) * 720 + int((float(longitude) + 180) * 2) + 1
    deaths = str(number + 1)
    row = dict.fromkeys(GED_COLUMNS, "")
    row |= {"id": str(900001 + number), "relid": f"SSD-2014-1-0-{number}", "year": "2014", "active_year": "1"}
    row |= {"code_status": "Clear", "type_of_violence": "1", "conflict_dset_id": "11345", "conflict_new_id": "11345"}
    row |= {"conflict_name": "South Sudan: Government", "dyad_dset_id": "12345", "dyad_new_id": "12345"}
    row |= {"dyad_name": "Government - Opposition", "side_a_dset_id": "113", "side_a_new_id": "113"}
    row |= {"side_a": "Government", "side_b_dset_id": "4225", "side_b_new_id": "4225", "side_b": "Opposition"}
    row |= {"number_of_sources": "2", "source_article": "A report", "source_original": "a witness"}
    row |= {"where_prec": "1", "where_coordinates": "Bor town", "where_description": "in Bor", "adm_1": "Jonglei"}
    row |= {"latitude": latitude, "longitude": longitude, "geom_wkt": f"POINT ({longitude} {latitude})"}
    row |= {"priogrid_gid": str(gid), "country": "South Sudan", "country_id": "626", "region": "Africa"}
    row |= {"event_clarity": "1", "date_prec": "1", "gwnoa": "626"}
    row |= {"date_start": f"2014-01-{number + 1:02d} 00:00:00", "date_end": f"2014-01-{number + 1:02d} 00:00:00"}
    row |= {"deaths_a": deaths, "deaths_b": "0", "deaths_civilians": "0", "deaths_unknown": "0"}
    return row | {"best": deaths, "high": deaths, "low": deaths}


def geopko_row(number: int) -> Row:
    """A valid place of UNMISS on a map of January 2014; troops rise by a hundred a row."""
    row = dict.fromkeys(GEOPKO_COLUMNS, "NA")
    row |= {"Source": "Map no. 1", "Mission": "UNMISS", "year": "2014", "month": "1", "location": f"Place {number}"}
    row |= {"country": "South Sudan", "latitude": f"{6.2 + number / 100:.2f}", "longitude": "31.55"}
    row |= {"No.troops": str(100 * (number + 1)), "RES": "0", "RES_No": "0", "FP": "0", "FP_No": "0", "No.TCC": "1"}
    row |= {"name.of.TCC1": "Ghana", "No.troops.per.TCC1": str(100 * (number + 1)), "TCC1": "452"}
    row |= {"UNPOL..dummy.": "0", "UNMO..dummy.": "0", "HQ": "0", "LO": "0", "comments": ""}
    row |= {"cow_code": "626", "gwno": "626", "name": "South Sudan", "ADM1_id": "1", "ADM1_name": "Jonglei"}
    return row | {"ADM2_id": "2", "ADM2_name": "Bor", "PRIOID": "138664"}


def mission_row(number: int) -> Row:
    """A valid operation; row 0 is UNMISS as the UN lists it, the others are made up."""
    acronyms = ["UNMISS", *(f"TEST{other}" for other in range(1, 20))]
    row = {"id": str(number + 1), "mission_acronym": acronyms[number], "mission_name": f"Mission number {number}"}
    row |= {"lead_department": "DPO", "mission_isactive": "Yes", "start_date": "2011-07-08", "end_date": ""}
    row |= {"mission_location": "Juba", "mission_longitude": "31,6000", "mission_latitude": "4,8500"}
    return row | {"last_update": "2024-02-19"}


def csv_bytes(
    header: Sequence[str],
    cells: Iterable[Sequence[str]],
    *,
    separator: str = ",",
    newline: str = "\n",
    quote_all: bool = False,
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=separator,
        lineterminator=newline,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerow(header)
    writer.writerows(cells)
    return text.getvalue().encode()


class ProviderFiles:
    """Small files of each provider, valid until a caller changes something."""

    columns: Mapping[str, Sequence[str]] = {
        "ucdp-ged": GED_COLUMNS,
        "geopko": GEOPKO_COLUMNS,
        "un-missions": MISSION_COLUMNS,
    }
    row_of: Mapping[str, Callable[[int], Row]] = {
        "ucdp-ged": ged_row,
        "geopko": geopko_row,
        "un-missions": mission_row,
    }
    length = 6

    def rows(self, provider: str, changes: Changes | None = None) -> list[list[str]]:
        """The cells of a valid file; `changes` maps a row's number to the cells that differ."""
        changed = changes or {}
        rows = [{**self.row_of[provider](number), **changed.get(number, {})} for number in range(self.length)]
        return [[row[column] for column in self.columns[provider]] for row in rows]

    def valid(self, provider: str, changes: Changes | None = None, **style: Any) -> bytes:
        return csv_bytes(self.columns[provider], self.rows(provider, changes), **style)

    def ged(self, changes: Changes | None = None, **style: Any) -> bytes:
        return self.valid("ucdp-ged", changes, **style)

    def ged_under(self, header: Sequence[str], changes: Changes | None = None) -> bytes:
        """Valid GED rows under another header."""
        return csv_bytes(header, self.rows("ucdp-ged", changes))

    @staticmethod
    def zipped(members: Mapping[str, bytes]) -> bytes:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return held.getvalue()

    @staticmethod
    def gzipped(content: bytes) -> bytes:
        return gzip.compress(content, mtime=0)


@pytest.fixture(scope="session")
def files() -> ProviderFiles:
    return ProviderFiles()


def imported(home: Path, provider: str, path: Path) -> None:
    done = in_process(home, "import", provider, path, "--json")
    assert done.code == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def missions_home(tmp_path_factory: pytest.TempPathFactory, files: ProviderFiles) -> Path:
    """A home that knows the missions and nothing else."""
    place = tmp_path_factory.mktemp("missions")
    (place / "missions.csv").write_bytes(files.valid("un-missions"))
    imported(place / "home", "un-missions", place / "missions.csv")
    return place / "home"


@pytest.fixture(scope="session")
def full_home(tmp_path_factory: pytest.TempPathFactory, missions_home: Path, files: ProviderFiles) -> Path:
    """A home that holds a small version of every table."""
    place = tmp_path_factory.mktemp("full")
    shutil.copytree(missions_home, place / "home")
    for provider in ("ucdp-ged", "geopko"):
        (place / f"{provider}.csv").write_bytes(files.valid(provider))
        imported(place / "home", provider, place / f"{provider}.csv")
    return place / "home"


@pytest.fixture
def home(full_home: Path, tmp_path: Path) -> Path:
    """A test's own copy of the full home."""
    shutil.copytree(full_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def home_without_events(missions_home: Path, tmp_path: Path) -> Path:
    """A test's own copy of the home that knows only the missions."""
    shutil.copytree(missions_home, tmp_path / "home")
    return tmp_path / "home"
