"""What does an import do with a file that is broken, odd, mislabelled or hostile?

Every file is made from a small valid one of six rows. Three outcomes are laid down: a file that cannot be
trusted is refused whole, with or without --set-aside; a bad row refuses the file unless --set-aside keeps it
apart; a sound file, however odd its wrapping, is taken in with every value in its own column.
"""

import gzip
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

IMPORT_KEYS = {"table", "version", "rows", "set_aside", "reasons", "flags", "sha256"}
ERROR_KEYS = {"code", "what", "where", "unchanged", "next", "problems"}
TABLE_OF = {"ucdp-ged": "events", "geopko": "deployments", "un-missions": "missions"}
GIGABYTE = 1 << 30
ODD_ROW = 3  # the row that a case changes, counted from 0
ODD_LINE = 5  # its physical line
ROWS = 6

Files = Any  # the generator of provider files in conftest.py
Run = Callable[..., Any]
Make = Callable[[Files], bytes]


def check_error(answer: dict[str, Any]) -> None:
    """An error says what, where, what is unchanged and what to do next."""
    error = answer["error"]
    assert set(error) >= ERROR_KEYS
    for key in ("code", "what", "where", "unchanged", "next"):
        assert isinstance(error[key], str), f"error.{key} is {error[key]!r}"
        assert error[key].strip(), f"error.{key} is empty"
    assert isinstance(error["problems"], list)


def check_refused_import(done: Any, provider: str, path: Path) -> None:
    """Exit 2 and one object that holds both the error and the import's keys, with no version."""
    assert done.code == 2, done.stdout + done.stderr
    check_error(done.answer)
    assert set(done.answer) >= IMPORT_KEYS
    assert done.answer["table"] == TABLE_OF[provider]
    assert done.answer["version"] is None
    if path.is_file():
        assert done.answer["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    else:
        assert done.answer["sha256"] is None


class Unchanged:
    """`with Unchanged(...)`: the tables and the home's files are byte for byte the same afterwards."""

    def __init__(self, home: Path, run: Run, snapshot: Callable[[Path], dict[str, str]]) -> None:
        self.home, self.run, self.snapshot = home, run, snapshot

    def state(self) -> tuple[dict[str, str], str]:
        return self.snapshot(self.home), self.run(self.home, "tables", "--json").stdout

    def __enter__(self) -> None:
        self.before = self.state()

    def __exit__(self, *raised: object) -> None:
        (files_before, tables_before), (files, tables) = self.before, self.state()
        changed = {path for path, _digest in set(files_before.items()) ^ set(files.items())}
        assert not changed, f"the home's files changed: {sorted(changed)}"
        assert tables == tables_before


@pytest.fixture
def unchanged(home: Path, run: Run, snapshot: Callable[[Path], dict[str, str]]) -> Unchanged:
    return Unchanged(home, run, snapshot)


def swapped(names: list[str], one: str, other: str) -> list[str]:
    exchange = {one: other, other: one}
    return [exchange.get(name, name) for name in names]


def renamed(names: list[str], old: str, new: str) -> list[str]:
    return [new if name == old else name for name in names]


def ged_header(files: Files) -> list[str]:
    return list(files.columns["ucdp-ged"])


def best_and_low_swapped(files: Files) -> bytes:
    """Every low is 0 and every best above it, so that each row read by these names contradicts itself."""
    return bytes(files.ged_under(swapped(ged_header(files), "best", "low"), {row: {"low": "0"} for row in range(ROWS)}))


def start_and_end_swapped(files: Files) -> bytes:
    """Every event lasts until the end of January, so that each row read by these names ends before it starts."""
    ends = {row: {"date_end": "2014-01-31 00:00:00"} for row in range(ROWS)}
    return bytes(files.ged_under(swapped(ged_header(files), "date_start", "date_end"), ends))


def excel_bytes(files: Files) -> bytes:
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
    return bytes(files.zipped({"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": sheet.encode()}))


def parquet_bytes(files: Files) -> bytes:
    held = io.BytesIO()
    pl.read_csv(files.ged(), infer_schema=False).write_parquet(held)
    return held.getvalue()


def html_bytes(_: Files) -> bytes:
    return (
        b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\n<body>Please sign in, then try.</body></html>\n"
    )


def encrypted_zip(files: Files) -> bytes:
    """A zip whose member is marked as encrypted in both places where a zip says so."""
    archive = bytearray(files.zipped({"ged.csv": files.ged()}))
    archive[6] |= 1
    archive[archive.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(archive)


def zip_with_damaged_content(files: Files) -> bytes:
    archive = bytearray(files.zipped({"ged.csv": files.ged()}))
    archive[archive.rindex(b"PK\x01\x02") // 2] ^= 0xFF
    return bytes(archive)


def zip_that_understates_its_size(files: Files) -> bytes:
    archive = bytearray(files.zipped({"ged.csv": files.ged()}))
    directory = archive.rindex(b"PK\x01\x02")
    for place in (22, directory + 24):
        archive[place : place + 4] = struct.pack("<I", 1000)
    return bytes(archive)


def gzip_with_damaged_content(files: Files) -> bytes:
    held = bytearray(files.gzipped(files.ged()))
    held[-8] ^= 0xFF  # the check sum
    return bytes(held)


def zip_bomb(_: Files) -> bytes:
    held = io.BytesIO()
    block = bytes(1 << 24)
    with (
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("ged.csv", "w", force_zip64=True) as member,
    ):
        for _block in range(GIGABYTE // len(block)):
            member.write(block)
    return held.getvalue()


def gzip_bomb(files: Files) -> bytes:
    """A valid header and a gigabyte of blanks, as many gzip members one after the other."""
    header = files.ged().splitlines(keepends=True)[0]
    block = 1 << 24
    return bytes(files.gzipped(header) + gzip.compress(b" " * block, 6) * (GIGABYTE // block))


def gzip_bomb_of_one_cell(files: Files) -> bytes:
    """Valid rows, then a cell that never ends: a gigabyte of one letter inside quotes."""
    block = b"a" * (1 << 24)
    return bytes(files.gzipped(files.ged() + b'"') + gzip.compress(block, 6) * (GIGABYTE // len(block)))


def cut_inside_a_quoted_cell(files: Files) -> bytes:
    whole: bytes = files.ged({ROWS - 1: {"where_description": 'near "the bridge", north of town'}})
    return whole[: whole.rindex(b"the bridge") + 5]


UNTRUSTED_FILES: dict[str, tuple[str, Make]] = {
    # cut short or damaged
    "truncated gzip": ("ged.csv.gz", lambda f: f.gzipped(f.ged())[:-40]),
    "gzip without its last eight bytes": ("ged.csv.gz", lambda f: f.gzipped(f.ged())[:-8]),
    "gzip with trailing garbage": ("ged.csv.gz", lambda f: f.gzipped(f.ged()) + b"and then some"),
    "gzip with a wrong check sum": ("ged.csv.gz", gzip_with_damaged_content),
    "gzip header alone": ("ged.csv.gz", lambda f: f.gzipped(f.ged())[:10]),
    "csv cut in mid-row": ("ged.csv", lambda f: f.ged()[:-100]),
    "csv cut in mid-row inside a gzip": ("ged.csv.gz", lambda f: f.gzipped(f.ged()[:-100])),
    "csv cut inside a quoted cell": ("ged.csv", cut_inside_a_quoted_cell),
    "header cut short": ("ged.csv", lambda f: f.ged()[:200]),
    # a header that does not fit
    "header with one name missing": ("ged.csv", lambda f: f.ged_under([n for n in ged_header(f) if n != "adm_2"])),
    "header with one name too many": ("ged.csv", lambda f: f.ged_under([*ged_header(f), "notes"])),
    "header without latitude": ("ged.csv", lambda f: f.ged_under(renamed(ged_header(f), "latitude", "northing"))),
    "latitude and longitude swapped in the header": (
        "ged.csv",
        lambda f: f.ged_under(swapped(ged_header(f), "latitude", "longitude")),
    ),
    "best and low swapped in the header": ("ged.csv", best_and_low_swapped),
    "start and end swapped in the header": ("ged.csv", start_and_end_swapped),
    "a name twice in the header": ("ged.csv", lambda f: f.ged_under(renamed(ged_header(f), "adm_2", "adm_1"))),
    "best twice in the header": ("ged.csv", lambda f: f.ged_under(renamed(ged_header(f), "gwnob", "best"))),
    "no header": ("ged.csv", lambda f: b"".join(f.ged().splitlines(keepends=True)[1:])),
    # nothing in it
    "header only": ("ged.csv", lambda f: f.ged().splitlines(keepends=True)[0]),
    "header only, no final newline": ("ged.csv", lambda f: f.ged().splitlines()[0]),
    "zero bytes": ("ged.csv", lambda _: b""),
    "zero bytes inside a gzip": ("ged.csv.gz", lambda f: f.gzipped(b"")),
    "zero bytes with a gzip name": ("ged.csv.gz", lambda _: b""),
    "only blank lines": ("ged.csv", lambda _: b"\n\n\r\n\n"),
    "only a byte order mark": ("ged.csv", lambda _: b"\xef\xbb\xbf"),
    # not UTF-8
    "UTF-16": ("ged.csv", lambda f: f.ged().decode().encode("utf-16")),
    "UTF-16 without a mark": ("ged.csv", lambda f: f.ged().decode().encode("utf-16-le")),
    "Latin-1": ("ged.csv", lambda f: f.ged({2: {"adm_1": "Équatoria"}}).decode().encode("latin-1")),
    "NUL bytes in a cell": ("ged.csv", lambda f: f.ged({2: {"adm_1": "Jong\0lei"}})),
    "NUL bytes at the end": ("ged.csv", lambda f: f.ged() + bytes(64)),
    # another kind of file than its name says
    "plain csv named .gz": ("ged.csv.gz", lambda f: f.ged()),
    "plain csv named .zip": ("ged.zip", lambda f: f.ged()),
    "gzip named .csv": ("ged.csv", lambda f: f.gzipped(f.ged())),
    "gzip named .zip": ("ged.zip", lambda f: f.gzipped(f.ged())),
    "zip named .csv": ("ged.csv", lambda f: f.zipped({"ged.csv": f.ged()})),
    "zip named .gz": ("ged.csv.gz", lambda f: f.zipped({"ged.csv": f.ged()})),
    "gzip inside a gzip": ("ged.csv.gz", lambda f: f.gzipped(f.gzipped(f.ged()))),
    "Excel named .csv": ("ged.csv", excel_bytes),
    "Excel named .zip": ("ged.zip", excel_bytes),
    "Parquet named .csv": ("ged.csv", parquet_bytes),
    "a web page named .csv": ("ged.csv", html_bytes),
    "JSON named .csv": ("ged.csv", lambda _: b'{"error": "please sign in"}\n'),
    "semicolons between cells": ("ged.csv", lambda f: f.ged(separator=";")),
    "tabs between cells": ("ged.csv", lambda f: f.ged(separator="\t")),
    # archives
    "zip with two members": ("ged.zip", lambda f: f.zipped({"a.csv": f.ged(), "b.csv": f.ged()})),
    "zip with no member": ("ged.zip", lambda f: f.zipped({})),
    "zip with only a folder": ("ged.zip", lambda f: f.zipped({"folder/": b""})),
    "zip of a zip": ("ged.zip", lambda f: f.zipped({"inner.zip": f.zipped({"ged.csv": f.ged()})})),
    "encrypted zip": ("ged.zip", encrypted_zip),
    "truncated zip": ("ged.zip", lambda f: f.zipped({"ged.csv": f.ged()})[:-30]),
    "zip with damaged content": ("ged.zip", zip_with_damaged_content),
    "zip that understates its size": ("ged.zip", zip_that_understates_its_size),
    "zip bomb": ("ged.zip", zip_bomb),
    "gzip bomb of blanks": ("ged.csv.gz", gzip_bomb),
    "gzip bomb of one cell": ("ged.csv.gz", gzip_bomb_of_one_cell),
}


@pytest.mark.parametrize("case", UNTRUSTED_FILES)
def test_an_untrusted_file_is_refused_whatever_is_asked(
    case: str, home: Path, tmp_path: Path, run: Run, files: Files, unchanged: Unchanged
) -> None:
    name, make = UNTRUSTED_FILES[case]
    path = tmp_path / name
    path.write_bytes(make(files))
    for options in ([], ["--set-aside"]):
        with unchanged:
            done = run(home, "import", "ucdp-ged", path, *options, "--json")
        check_refused_import(done, "ucdp-ged", path)


@pytest.mark.parametrize("case", ["truncated gzip", "header only", "encrypted zip"])
def test_a_dry_run_refuses_an_untrusted_file_too(
    case: str, home: Path, tmp_path: Path, run: Run, files: Files, unchanged: Unchanged
) -> None:
    name, make = UNTRUSTED_FILES[case]
    path = tmp_path / name
    path.write_bytes(make(files))
    with unchanged:
        done = run(home, "import", "ucdp-ged", path, "--dry-run", "--json")
    check_refused_import(done, "ucdp-ged", path)


@pytest.mark.parametrize("provider", TABLE_OF)
@pytest.mark.parametrize("other", TABLE_OF)
def test_a_file_of_another_provider_is_refused(
    provider: str, other: str, home: Path, tmp_path: Path, run: Run, files: Files, unchanged: Unchanged
) -> None:
    path = tmp_path / "provider.csv"
    path.write_bytes(files.valid(other))
    if provider == other:
        assert run(home, "import", provider, path, "--json").code == 0
        return
    for options in ([], ["--set-aside"]):
        with unchanged:
            done = run(home, "import", provider, path, *options, "--json")
        check_refused_import(done, provider, path)


@pytest.mark.parametrize("provider", ["geopko", "un-missions"])
@pytest.mark.parametrize("damage", ["cut", "no rows", "one name missing", "not UTF-8"])
def test_the_other_providers_files_are_held_to_the_same(
    provider: str, damage: str, home: Path, tmp_path: Path, run: Run, files: Files, unchanged: Unchanged
) -> None:
    whole = files.valid(provider)
    header, _, body = whole.partition(b"\n")
    made = {
        "cut": whole[:-20],
        "no rows": header + b"\n",
        "one name missing": header.rpartition(b",")[0] + b"\n" + body,
        "not UTF-8": whole.replace(b"Juba", b"Jub\xe9").replace(b"Place", b"Plac\xe9"),
    }
    path = tmp_path / "provider.csv"
    path.write_bytes(made[damage])
    for options in ([], ["--set-aside"]):
        with unchanged:
            done = run(home, "import", provider, path, *options, "--json")
        check_refused_import(done, provider, path)


@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_what_is_not_a_file_is_refused(kind: str, home: Path, tmp_path: Path, run: Run, unchanged: Unchanged) -> None:
    path = tmp_path / "ged.csv"
    if kind == "folder":
        path.mkdir()
    for options in ([], ["--set-aside"]):
        with unchanged:
            done = run(home, "import", "ucdp-ged", path, *options, "--json")
        check_refused_import(done, "ucdp-ged", path)


BAD_GED_CELLS: dict[str, dict[str, str]] = {
    "latitude 91": {"latitude": "91"},
    "latitude -90.01": {"latitude": "-90.01"},
    "latitude NaN": {"latitude": "NaN"},
    "latitude inf": {"latitude": "inf"},
    "latitude 1e400": {"latitude": "1e400"},
    "latitude empty": {"latitude": ""},
    "latitude a word": {"latitude": "north"},
    "latitude with a decimal comma": {"latitude": "6,25"},
    "longitude 181": {"longitude": "181"},
    "longitude -180.5": {"longitude": "-180.5"},
    "longitude -inf": {"longitude": "-inf"},
    "31 February": {"date_start": "2014-02-31 00:00:00"},
    "29 February of a common year": {"date_start": "2014-02-29", "date_end": "2014-02-29"},
    "month 13": {"date_end": "2014-13-01 00:00:00"},
    "month 0": {"date_start": "2014-00-10 00:00:00"},
    "year 0": {"date_start": "0000-01-10 00:00:00"},
    "day before month": {"date_start": "15/01/2014", "date_end": "15/01/2014"},
    "date empty": {"date_start": ""},
    "date a word": {"date_end": "unknown"},
    "deaths not a whole number": {"best": "1.5"},
    "latitude with underscores": {"latitude": "1_0.5"},
    "deaths with underscores": {"best": "1_000", "high": "1_000"},
    "deaths a word": {"deaths_civilians": "many"},
    "deaths empty": {"best": ""},
    "deaths NaN": {"high": "NaN"},
    "deaths beyond any machine's numbers": {"high": "1" + "0" * 30},
    "type of violence 4": {"type_of_violence": "4"},
    "type of violence empty": {"type_of_violence": ""},
    "no id": {"id": ""},
    "blank id": {"id": "  "},
    "an id for the second time": {"id": "900001"},
    "country number empty": {"country_id": ""},
}

BAD_CELLS: dict[str, tuple[str, dict[str, str]]] = {
    **{case: ("ucdp-ged", cells) for case, cells in BAD_GED_CELLS.items()},
    "geopko: month 13": ("geopko", {"month": "13"}),
    "geopko: month 0": ("geopko", {"month": "0"}),
    "geopko: year a word": ("geopko", {"year": "last year"}),
    "geopko: no mission": ("geopko", {"Mission": ""}),
    "geopko: no place": ("geopko", {"location": ""}),
    "geopko: latitude 91": ("geopko", {"latitude": "91"}),
    "geopko: longitude 181": ("geopko", {"longitude": "181"}),
    "un-missions: 31 February": ("un-missions", {"start_date": "2011-02-31"}),
    "un-missions: end a word": ("un-missions", {"end_date": "ongoing"}),
    "un-missions: no acronym": ("un-missions", {"mission_acronym": ""}),
    "un-missions: an acronym for the second time": ("un-missions", {"mission_acronym": "UNMISS"}),
    "un-missions: longitude 181": ("un-missions", {"mission_longitude": "181,0000", "mission_latitude": "4,0000"}),
}


@pytest.fixture(params=BAD_CELLS)
def bad_file(request: pytest.FixtureRequest, tmp_path: Path, files: Files) -> tuple[str, Path]:
    provider, cells = BAD_CELLS[request.param]
    path = tmp_path / "provider.csv"
    path.write_bytes(files.valid(provider, {ODD_ROW: cells}))
    return provider, path


def check_counted(counted: list[dict[str, Any]], first_line: int, count: int = 1) -> None:
    assert [(one["count"], one["first_line"]) for one in counted] == [(count, first_line)], counted
    assert all(isinstance(one["reason"], str) and one["reason"].strip() for one in counted)


def test_a_bad_row_refuses_the_file(bad_file: tuple[str, Path], home: Path, run: Run, unchanged: Unchanged) -> None:
    provider, path = bad_file
    with unchanged:
        done = run(home, "import", provider, path, "--json")
    check_refused_import(done, provider, path)
    check_counted(done.answer["reasons"], ODD_LINE)


def test_set_aside_keeps_the_bad_row_apart(bad_file: tuple[str, Path], home: Path, run: Run) -> None:
    provider, path = bad_file
    done = run(home, "import", provider, path, "--set-aside", "--json")
    assert done.code == 0, done.stdout + done.stderr
    assert "error" not in done.answer
    assert (done.answer["rows"], done.answer["set_aside"]) == (ROWS - 1, 1)
    assert isinstance(done.answer["version"], int)
    check_counted(done.answer["reasons"], ODD_LINE)
    assert done.answer["flags"] == []
    assert done.answer["sha256"] in run(home, "tables", "--json").stdout


@pytest.mark.parametrize("case", ["latitude 91", "geopko: month 13", "un-missions: end a word"])
def test_a_dry_run_counts_the_same_and_keeps_nothing(
    case: str, home: Path, tmp_path: Path, run: Run, files: Files, unchanged: Unchanged
) -> None:
    provider, cells = BAD_CELLS[case]
    path = tmp_path / "provider.csv"
    path.write_bytes(files.valid(provider, {ODD_ROW: cells}))
    with unchanged:
        refused = run(home, "import", provider, path, "--dry-run", "--json")
        tried = run(home, "import", provider, path, "--set-aside", "--dry-run", "--json")
    check_refused_import(refused, provider, path)
    check_counted(refused.answer["reasons"], ODD_LINE)
    done = run(home, "import", provider, path, "--set-aside", "--json")
    assert (tried.code, tried.answer["version"]) == (0, None)
    figures = ("table", "rows", "set_aside", "reasons", "flags", "sha256")
    assert {key: tried.answer[key] for key in figures} == {key: done.answer[key] for key in figures}


def test_bad_rows_are_gathered_by_reason(home_without_events: Path, tmp_path: Path, run: Run, files: Files) -> None:
    changes = {2: {"latitude": "91"}, 4: {"latitude": "-95"}, 5: {"date_start": "2014-02-31 00:00:00"}}
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged(changes))
    done = run(home_without_events, "import", "ucdp-ged", path, "--set-aside", "--json")
    assert (done.code, done.answer["rows"], done.answer["set_aside"]) == (0, 3, 3)
    found = sorted((reason["count"], reason["first_line"]) for reason in done.answer["reasons"])
    assert found == [(1, 7), (2, 4)]


def test_only_the_good_rows_reach_the_brief(home_without_events: Path, tmp_path: Path, run: Run, files: Files) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged({ODD_ROW: {"latitude": "91"}}))
    run(home_without_events, "import", "ucdp-ged", path, "--set-aside", "--json")
    events = brief_of(home_without_events, run)["events"]
    assert (events["count"], events["best"]) == (5, 1 + 2 + 3 + 5 + 6)


def test_a_doubtful_row_is_kept_unchanged_and_flagged(
    home_without_events: Path, tmp_path: Path, run: Run, files: Files
) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged({ODD_ROW: {"best": "4", "low": "7", "high": "9"}}))
    done = run(home_without_events, "import", "ucdp-ged", path, "--json")
    assert (done.code, done.answer["rows"], done.answer["set_aside"]) == (0, ROWS, 0)
    assert done.answer["reasons"] == []
    check_counted(done.answer["flags"], ODD_LINE)
    events = brief_of(home_without_events, run)["events"]
    assert (events["best"], events["low"], events["high"], events["doubtful"]) == (21, 24, 26, 1)


NEVER_SILENT: dict[str, tuple[str, dict[str, str]]] = {
    "an event that ends before it starts": ("ucdp-ged", {"date_end": "2013-12-01 00:00:00"}),
    "deaths below zero": ("ucdp-ged", {"best": "-1", "low": "-1", "high": "-1", "deaths_a": "-1"}),
    "a lowest estimate below zero": ("ucdp-ged", {"low": "-3"}),
    "date precision 9": ("ucdp-ged", {"date_prec": "9"}),
    "place precision 0": ("ucdp-ged", {"where_prec": "0"}),
    "geopko: troops below zero": ("geopko", {"No.troops": "-5"}),
    "geopko: troops not a whole number": ("geopko", {"No.troops": "12.5"}),
    "geopko: troops a strange word": ("geopko", {"No.troops": "several"}),
    "un-missions: an end before the start": ("un-missions", {"end_date": "2001-01-01"}),
    "un-missions: latitude 95": ("un-missions", {"mission_latitude": "95,0000"}),
}


@pytest.mark.parametrize("case", NEVER_SILENT)
def test_a_row_that_contradicts_itself_is_never_kept_in_silence(
    case: str, home: Path, tmp_path: Path, run: Run, files: Files
) -> None:
    provider, cells = NEVER_SILENT[case]
    path = tmp_path / "provider.csv"
    path.write_bytes(files.valid(provider, {ODD_ROW: cells}))
    done = run(home, "import", provider, path, "--json")
    if done.code == 0:
        check_counted(done.answer["flags"], ODD_LINE)
        return
    check_refused_import(done, provider, path)
    apart = run(home, "import", provider, path, "--set-aside", "--json")
    assert (apart.code, apart.answer["rows"], apart.answer["set_aside"]) == (0, ROWS - 1, 1)
    check_counted(apart.answer["reasons"], ODD_LINE)


@pytest.mark.parametrize("cells", [48, 50, 1], ids=["one cell short", "one cell long", "one cell alone"])
def test_a_row_of_another_length_is_never_shifted_into_place(
    cells: int, home: Path, tmp_path: Path, run: Run, files: Files, unchanged: Unchanged
) -> None:
    lines = files.ged().splitlines(keepends=True)
    lines[ODD_LINE - 1] = b",".join([*lines[ODD_LINE - 1].rstrip(b"\n").split(b","), b"x"][:cells]) + b"\n"
    path = tmp_path / "ged.csv"
    path.write_bytes(b"".join(lines))
    with unchanged:
        check_refused_import(run(home, "import", "ucdp-ged", path, "--json"), "ucdp-ged", path)
    apart = run(home, "import", "ucdp-ged", path, "--set-aside", "--json")
    if apart.code == 0:
        assert (apart.answer["rows"], apart.answer["set_aside"]) == (ROWS - 1, 1)
        check_counted(apart.answer["reasons"], ODD_LINE)
    else:
        check_refused_import(apart, "ucdp-ged", path)


def with_line_breaks(files: Files, newline: str, bad: dict[int, dict[str, str]]) -> bytes:
    """Row 1 takes three physical lines, so that row 3 stands on line 7."""
    broken = {1: {"where_description": f"by the river{newline}and{newline}the road"}}
    return bytes(files.ged({**broken, **bad}, newline=newline))


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_line_numbers_are_physical_lines(newline: str, home: Path, tmp_path: Path, run: Run, files: Files) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(with_line_breaks(files, newline, {3: {"latitude": "91"}}))
    done = run(home, "import", "ucdp-ged", path, "--set-aside", "--json")
    assert (done.code, done.answer["rows"], done.answer["set_aside"]) == (0, ROWS - 1, 1)
    check_counted(done.answer["reasons"], 7)


def test_a_row_of_several_lines_is_named_by_its_first(home: Path, tmp_path: Path, run: Run, files: Files) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged({ODD_ROW: {"where_description": "by the river\nand the road", "latitude": "91"}}))
    done = run(home, "import", "ucdp-ged", path, "--set-aside", "--json")
    check_counted(done.answer["reasons"], ODD_LINE)


def test_flags_count_physical_lines_too(home: Path, tmp_path: Path, run: Run, files: Files) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(with_line_breaks(files, "\n", {3: {"low": "9"}}))
    done = run(home, "import", "ucdp-ged", path, "--json")
    check_counted(done.answer["flags"], 7)


def with_cells(cells: dict[str, str]) -> Make:
    return lambda files: files.ged({ODD_ROW: cells})


def sparse_zip(files: Files) -> bytes:
    """One member stored without compression."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("ged.csv", files.ged())
    return held.getvalue()


def two_gzip_members(files: Files) -> bytes:
    whole = files.ged()
    half = len(whole) // 2
    return bytes(files.gzipped(whole[:half]) + files.gzipped(whole[half:]))


SOUND_FILES: dict[str, tuple[str, Make]] = {
    "as published": ("ged.csv", lambda f: f.ged()),
    "gzip": ("ged.csv.gz", lambda f: f.gzipped(f.ged())),
    "gzip in two members": ("ged.csv.gz", two_gzip_members),
    "zip with one member": ("ged.zip", lambda f: f.zipped({"ged.csv": f.ged()})),
    "zip named .csv.zip": ("ged.csv.zip", lambda f: f.zipped({"GEDEvent_v23_1.csv": f.ged()})),
    "zip without compression": ("ged.zip", sparse_zip),
    "a name in capitals": ("GED.CSV", lambda f: f.ged()),
    "a name with blanks and accents": ("événements été.csv", lambda f: f.ged()),
    "UTF-8 with a byte order mark": ("ged.csv", lambda f: b"\xef\xbb\xbf" + f.ged()),
    "byte order mark inside a gzip": ("ged.csv.gz", lambda f: f.gzipped(b"\xef\xbb\xbf" + f.ged())),
    "CRLF": ("ged.csv", lambda f: f.ged(newline="\r\n")),
    "every cell quoted": ("ged.csv", lambda f: f.ged(quote_all=True)),
    "byte order mark and every cell quoted": ("ged.csv", lambda f: b"\xef\xbb\xbf" + f.ged(quote_all=True)),
    "no final newline": ("ged.csv", lambda f: f.ged().removesuffix(b"\n")),
    "no final newline and every cell quoted": ("ged.csv", lambda f: f.ged(quote_all=True).removesuffix(b"\n")),
    "line breaks in a cell": ("ged.csv", with_cells({"where_description": "by the river\r\nand\nthe road"})),
    "commas and quotes in a cell": ("ged.csv", with_cells({"source_headline": 'He said, "no, not ""here"""'})),
    "a very long cell": ("ged.csv", with_cells({"source_article": "report " * 40_000})),
    "text of many scripts": ("ged.csv", with_cells({"adm_1": "جونقلي · Équatoria · 琼莱 · 𐤀"})),
    "text that looks like a formula": ("ged.csv", with_cells({"source_headline": "=1+1", "where_coordinates": "@Bor"})),
    "text that looks like nothing": ("ged.csv", with_cells({"adm_1": "NA", "adm_2": "null", "side_b": "NaN"})),
    "dates with a T": (
        "ged.csv",
        with_cells({"date_start": "2014-01-04T00:00:00", "date_end": "2014-01-04T00:00:00"}),
    ),
    "dates with milliseconds": (
        "ged.csv",
        with_cells({"date_start": "2014-01-04 00:00:00.000", "date_end": "2014-01-04 00:00:00.000"}),
    ),
    "dates without a time": ("ged.csv", with_cells({"date_start": "2014-01-04", "date_end": "2014-01-04"})),
    "active year as a word": ("ged.csv", with_cells({"active_year": "True"})),
    "sources not counted": ("ged.csv", with_cells({"number_of_sources": "-1"})),
    "no shape": ("ged.csv", with_cells({"geom_wkt": ""})),
    "coordinates with many digits": (
        "ged.csv",
        with_cells({"latitude": "6.230000000000000", "longitude": "31.5800000"}),
    ),
}


def brief_of(home: Path, run: Run, mission: str = "UNMISS") -> dict[str, Any]:
    done = run(home, "brief", mission, "--as-of", "2017-12-31", "--json")
    assert done.code == 0, done.stdout + done.stderr
    answer: dict[str, Any] = done.answer
    return answer


@pytest.mark.parametrize("case", SOUND_FILES)
def test_a_sound_file_is_taken_in_with_every_value_in_its_column(
    case: str, home_without_events: Path, tmp_path: Path, run: Run, files: Files
) -> None:
    name, make = SOUND_FILES[case]
    path = tmp_path / name
    path.write_bytes(make(files))
    done = run(home_without_events, "import", "ucdp-ged", path, "--json")
    assert done.code == 0, done.stdout + done.stderr
    assert "error" not in done.answer
    assert (done.answer["table"], done.answer["rows"], done.answer["set_aside"]) == ("events", ROWS, 0)
    assert (done.answer["reasons"], done.answer["flags"]) == ([], [])
    assert done.answer["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    brief = brief_of(home_without_events, run)
    events = brief["events"]
    assert [events[key] for key in ("count", "best", "low", "high", "doubtful")] == [6, 21, 21, 21, 0]
    assert [month for month in events["by_month"] if month["count"]] == [{"month": "2014-01", "count": 6, "best": 21}]
    # latitudes 6.20 to 6.25 and longitudes 31.55 to 31.60 lie in one cell: row 192, column 423, both from 0
    assert [(spot["gid"], spot["lat"], spot["lon"], spot["best"]) for spot in brief["hotspots"]] == [
        (192 * 720 + 423 + 1, 6.25, 31.75, 21)
    ]


EDGES: dict[str, tuple[str, dict[str, str]]] = {
    "a country number nobody knows": ("ucdp-ged", {"country": "Atlantis", "country_id": "99999"}),
    "the north pole": ("ucdp-ged", {"latitude": "90", "longitude": "180", "geom_wkt": "", "priogrid_gid": "259200"}),
    "the south pole": ("ucdp-ged", {"latitude": "-90", "longitude": "-180", "geom_wkt": "", "priogrid_gid": "1"}),
    "29 February of a leap year": ("ucdp-ged", {"date_start": "2016-02-29", "date_end": "2016-02-29", "year": "2016"}),
    "geopko: unknown troops": ("geopko", {"No.troops": "unknown"}),
    "geopko: a place that could not be found": ("geopko", {"latitude": "NA", "longitude": "NA", "PRIOID": "NA"}),
    "un-missions: no start": ("un-missions", {"start_date": ""}),
    "un-missions: no place": (
        "un-missions",
        {"mission_location": "", "mission_longitude": "", "mission_latitude": ""},
    ),
    "un-missions: ended": ("un-missions", {"mission_isactive": "NO", "end_date": "2015-01-31"}),
}


@pytest.mark.parametrize("case", EDGES)
def test_a_row_at_the_edge_of_what_is_allowed_is_kept(
    case: str, home: Path, tmp_path: Path, run: Run, files: Files
) -> None:
    provider, cells = EDGES[case]
    path = tmp_path / "provider.csv"
    path.write_bytes(files.valid(provider, {ODD_ROW: cells}))
    done = run(home, "import", provider, path, "--json")
    assert done.code == 0, done.stdout + done.stderr
    assert (done.answer["rows"], done.answer["set_aside"], done.answer["reasons"]) == (ROWS, 0, [])


def test_an_event_in_a_country_nobody_knows_is_not_counted_for_another(
    home_without_events: Path, tmp_path: Path, run: Run, files: Files
) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged({ODD_ROW: {"country": "Atlantis", "country_id": "99999"}}))
    run(home_without_events, "import", "ucdp-ged", path, "--json")
    assert brief_of(home_without_events, run)["events"]["count"] == ROWS - 1


def test_an_unknown_strength_is_not_zero(home_without_events: Path, tmp_path: Path, run: Run, files: Files) -> None:
    path = tmp_path / "geopko.csv"
    path.write_bytes(files.valid("geopko", {2: {"No.troops": "unknown"}}))
    run(home_without_events, "import", "geopko", path, "--json")
    presence = brief_of(home_without_events, run)["presence"]
    found = [presence[key] for key in ("as_of_month", "locations", "troops", "unknown_strength")]
    assert found == ["2014-01", 6, 100 + 200 + 400 + 500 + 600, 1]


def test_the_sum_of_unknown_strengths_is_unknown(
    home_without_events: Path, tmp_path: Path, run: Run, files: Files
) -> None:
    path = tmp_path / "geopko.csv"
    path.write_bytes(files.valid("geopko", {number: {"No.troops": "unknown"} for number in range(ROWS)}))
    run(home_without_events, "import", "geopko", path, "--json")
    presence = brief_of(home_without_events, run)["presence"]
    assert (presence["troops"], presence["unknown_strength"]) == (None, 6)


def test_the_missions_dates_are_those_of_the_list(home: Path, tmp_path: Path, run: Run, files: Files) -> None:
    path = tmp_path / "missions.csv"
    path.write_bytes(files.valid("un-missions", {0: {"start_date": "2014-01-02", "end_date": "2014-01-04"}}))
    assert run(home, "import", "un-missions", path, "--json").code == 0
    events = brief_of(home, run)["events"]
    assert (events["count"], events["best"]) == (3, 2 + 3 + 4)
    assert events["by_month"] == [{"month": "2014-01", "count": 3, "best": 9}]


def test_months_that_the_table_does_not_cover_are_unknown(
    home_without_events: Path, tmp_path: Path, run: Run, files: Files
) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged({5: {"date_start": "2014-03-20", "date_end": "2014-03-20"}}))
    run(home_without_events, "import", "ucdp-ged", path, "--json")
    events = run(home_without_events, "brief", "UNMISS", "--as-of", "2014-05-15", "--json").answer["events"]
    assert events["last_covered_month"] == "2014-03"
    assert events["by_month"][-6:] == [
        # no event file tells of the months before its first event; a month without events between is zero
        {"month": "2013-12", "count": None, "best": None},
        {"month": "2014-01", "count": 5, "best": 15},
        {"month": "2014-02", "count": 0, "best": 0},
        {"month": "2014-03", "count": 1, "best": 6},
        {"month": "2014-04", "count": None, "best": None},
        {"month": "2014-05", "count": None, "best": None},
    ]
    assert events["by_month"][0]["month"] == "2011-07"


def test_hotspots_with_equal_deaths_are_listed_by_gid(
    home_without_events: Path, tmp_path: Path, run: Run, files: Files
) -> None:
    # rows 0 to 5 move to cells of their own, the last row furthest south; all with one death
    one = {"best": "1", "low": "1", "high": "1", "deaths_a": "1"}
    changes = {
        number: {**one, "latitude": f"{9.25 - number / 2}", "longitude": "31.75", "geom_wkt": "", "priogrid_gid": ""}
        for number in range(ROWS)
    }
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged(changes))
    assert run(home_without_events, "import", "ucdp-ged", path, "--json").code == 0
    gids = [spot["gid"] for spot in brief_of(home_without_events, run)["hotspots"]]
    assert gids == [(193 + number) * 720 + 424 for number in range(ROWS)]


def test_a_brief_rests_on_the_newest_version(home: Path, tmp_path: Path, run: Run, files: Files) -> None:
    before = brief_of(home, run)
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged({0: {"best": "50", "high": "60"}}))
    answer = run(home, "import", "ucdp-ged", path, "--json").answer
    after = brief_of(home, run)
    [old] = [version for version in before["versions"] if version["table"] == "events"]
    [new] = [version for version in after["versions"] if version["table"] == "events"]
    assert new["version"] == answer["version"] > old["version"]
    assert new["sha256"] == answer["sha256"]
    assert after["events"]["best"] - before["events"]["best"] == 49


@pytest.mark.parametrize(
    "day", ["2017-02-30", "2017-13-01", "20171231", "2017-W52-7", "2017-12", "31/12/2017", "yesterday", ""]
)
@pytest.mark.parametrize("clock", ["--as-of", "--known-on"])
def test_a_date_that_is_not_a_day_is_refused(day: str, clock: str, home: Path, run: Run, unchanged: Unchanged) -> None:
    days = {"--as-of": "2017-12-31", clock: day}
    with unchanged:
        done = run(home, "brief", "UNMISS", *[word for pair in days.items() for word in pair], "--json")
    assert done.code == 2
    check_error(done.answer)


@pytest.mark.parametrize("mission", ["ATLANTIS", "", "../UNMISS", "UNMISS;"])
def test_an_unknown_mission_is_refused(mission: str, home: Path, run: Run, unchanged: Unchanged) -> None:
    with unchanged:
        done = run(home, "brief", mission, "--as-of", "2017-12-31", "--json")
    assert done.code == 2
    check_error(done.answer)


def test_a_brief_of_a_day_before_the_mission_has_no_figures(home: Path, run: Run) -> None:
    done = run(home, "brief", "UNMISS", "--as-of", "2005-01-01", "--json")
    assert done.code == 0
    assert done.answer["presence"] is None
    assert done.answer["hotspots"] == []
    events = done.answer["events"]
    assert events is None or (events["count"], events["best"], events["by_month"]) == (0, 0, [])


def test_a_brief_without_any_table_is_null_and_not_zero(tmp_path: Path, run: Run) -> None:
    done = run(tmp_path / "nothing", "brief", "UNMISS", "--as-of", "2017-12-31", "--json")
    assert done.code == 0
    assert (done.answer["events"], done.answer["presence"], done.answer["hotspots"]) == (None, None, [])
    assert done.answer["versions"] == []


def test_an_unknown_mission_is_refused_without_any_table(tmp_path: Path, run: Run) -> None:
    done = run(tmp_path / "nothing", "brief", "ATLANTIS", "--as-of", "2017-12-31", "--json")
    assert done.code == 2
    check_error(done.answer)


def test_the_clock_of_what_was_known_is_not_the_clock_of_what_happened(home: Path, run: Run) -> None:
    earlier = (datetime.now(UTC).date() - timedelta(days=2)).isoformat()
    done = run(home, "brief", "UNMISS", "--as-of", "2017-12-31", "--known-on", earlier, "--json")
    assert (done.code, done.answer["events"], done.answer["presence"]) == (0, None, None)
    early = run(home, "brief", "UNMISS", "--as-of", "2014-01-03", "--json")
    assert early.answer["events"]["count"] == 3


def test_an_unknown_provider_is_refused(
    home: Path, tmp_path: Path, run: Run, files: Files, unchanged: Unchanged
) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged())
    with unchanged:
        done = run(home, "import", "ucdp", path, "--json")
    assert done.code == 2
    check_error(done.answer)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path, run: Run, files: Files) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged())
    before = path.read_bytes()
    done = run(path, "import", "ucdp-ged", path, "--json")
    assert done.code == 2
    check_error(done.answer)
    assert path.read_bytes() == before


def test_a_refused_file_into_an_empty_home_leaves_no_table(tmp_path: Path, run: Run, files: Files) -> None:
    empty = run(tmp_path / "home", "tables", "--json").stdout
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged({ODD_ROW: {"latitude": "91"}}))
    assert run(tmp_path / "home", "import", "ucdp-ged", path, "--json").code == 2
    assert run(tmp_path / "home", "tables", "--json").stdout == empty


def test_a_dry_run_of_a_sound_file_keeps_nothing(
    home: Path, tmp_path: Path, run: Run, files: Files, unchanged: Unchanged
) -> None:
    path = tmp_path / "ged.csv"
    path.write_bytes(files.ged())
    with unchanged:
        done = run(home, "import", "ucdp-ged", path, "--dry-run", "--json")
    assert (done.code, done.answer["version"], done.answer["rows"]) == (0, None, ROWS)


def test_two_imports_at_once_leave_whole_versions(
    home: Path, tmp_path: Path, run: Run, files: Files, start_process: Callable[..., Any]
) -> None:
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for number, path in enumerate(paths):
        path.write_bytes(files.ged({0: {"best": str(number), "low": "0"}}))
    started = [start_process(home, "import", "ucdp-ged", path, "--json") for path in paths]
    written = [process.communicate(timeout=120)[0] for process in started]
    answers = [json.loads(text) for text in written]
    codes = [process.returncode for process in started]
    assert set(codes) <= {0, 3}
    assert 0 in codes
    versions = [answer["version"] for answer, code in zip(answers, codes, strict=True) if code == 0]
    assert len(set(versions)) == len(versions)
    known = run(home, "tables", "--json").stdout
    for answer, code in zip(answers, codes, strict=True):
        assert (answer["sha256"] in known) == (code == 0)
