"""Does a table that leaves as a file hold the same rows, say what they are, and leave only when it may?"""

import csv
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pyarrow.parquet
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.products.cells import escaped, escaped_text, unescaped
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.sdmx import series_of
from bluehelm.store import Store, StoreError, VersionLabel
from bluehelm.tables import TABLES
from bluehelm.tables.provenance import SourceNote
from bluehelm.workflows import export_table as exporting
from bluehelm.workflows import table_files
from bluehelm.workflows.export_table import FORMATS, ExportRefusedError, export_table, open_data, version_to_export
from bluehelm.workflows.import_file import import_file
from bluehelm.workflows.whole_file import FileRefusedError
from tests.workflows.made_tables import NOTE, deployments, publish

RUN = ("=", "+", "-", "@", "\t", "\r", "\n")
EVERY_FORMAT = pytest.mark.parametrize("to", FORMATS)


def everybody(version):
    return True


@pytest.fixture
def store(tmp_path):
    publish(tmp_path / "home", "deployments", deployments())
    return Store(tmp_path / "home")


def export(store, to, out, *, allowed=everybody, number=1, table="deployments", **options):
    return export_table(store, store.version(table, number), to, out, allowed=allowed, **options)


def descriptor_of(written):
    return json.loads(written.descriptor.read_text(encoding="utf-8"))


def rows_of(store):
    return store.scan(store.version("deployments", 1)).collect()


def as_texts(row):
    """A row as a plain CSV reader shows it, which cannot tell an empty text from an unknown one."""
    return ["" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell) for cell in row]


def test_csv_gives_every_row_back_to_any_reader(store, tmp_path):
    written = export(store, "csv", tmp_path / "d.csv")
    with written.out.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == TABLES["deployments"].column_names
    assert [[unescaped(cell) for cell in row] for row in rows] == [as_texts(row) for row in rows_of(store).iter_rows()]


def test_csv_tells_an_empty_text_from_an_unknown_one(store, tmp_path):
    written = export(store, "csv", tmp_path / "d.csv")
    again = pl.read_csv(written.out, schema=TABLES["deployments"].schema)
    assert again["contributors"].to_list()[2] == ""
    assert again["iso3"].to_list()[2] is None


@pytest.mark.parametrize("to", ["csv", "xlsx", "sdmx-csv"])
def test_no_cell_of_a_spreadsheet_begins_as_a_formula(store, tmp_path, to):
    written = export(store, to, tmp_path / f"d.{to}")
    if to == "xlsx":
        sheet = openpyxl.load_workbook(written.out)["deployments"]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    else:
        with written.out.open(encoding="utf-8", newline="") as file:
            texts = [cell for row in list(csv.reader(file))[1:] for cell in row if not _is_number(cell)]
    assert "'=cmd|'/c calc'!A0" in texts
    assert not [text for text in texts if text.startswith(RUN)]


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


@given(st.lists(st.text(), min_size=1))
def test_escaping_lets_nothing_run_and_can_always_be_undone(texts):
    frame = escaped(pl.LazyFrame({"text": texts}, schema={"text": pl.String}), ["text"]).collect()
    cells = frame["text"].to_list()
    assert not [cell for cell in cells if cell.startswith(RUN)]
    assert [unescaped(cell) for cell in cells] == texts
    assert [escaped_text(text) for text in texts] == cells


def test_parquet_keeps_types_and_says_where_it_came_from(store, tmp_path):
    written = export(store, "parquet", tmp_path / "d.parquet")
    assert pl.read_parquet(written.out).equals(rows_of(store))
    about = json.loads(pl.read_parquet_metadata(written.out)["bluehelm"])
    assert (about["table"], about["version"], about["licence"]) == ("deployments", 1, "CC BY 4.0")


def test_xlsx_keeps_types_and_has_a_sheet_about_them(store, tmp_path):
    written = export(store, "xlsx", tmp_path / "d.xlsx")
    book = openpyxl.load_workbook(written.out)
    header, *rows = book["deployments"].iter_rows(values_only=True)
    assert list(header) == TABLES["deployments"].column_names
    assert [unescaped(row[3]) for row in rows] == rows_of(store)["location"].to_list()
    assert [row[9] for row in rows] == [400, None, 0, 2**40]
    assert [row[11] for row in rows] == [True, None, False, True]
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert about["citation"] == "Maker (2024)"
    assert about["column troops"].endswith("(persons)")


def test_nothing_that_a_provider_says_of_itself_is_run_by_a_spreadsheet(tmp_path):
    trap = replace(NOTE, citation="=HYPERLINK(1)", title="@SUM(1)\x00")
    publish(tmp_path / "home", "deployments", deployments(), source=trap)
    written = export(Store(tmp_path / "home"), "xlsx", tmp_path / "d.xlsx")
    cells = [cell for row in openpyxl.load_workbook(written.out)["About"].iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert {"'=HYPERLINK(1)", "'@SUM(1)\ufffd"} <= {cell.value for cell in cells}


def test_geojson_is_what_the_standard_says(store, tmp_path):
    written = export(store, "geojson", tmp_path / "d.geojson")
    collection = json.loads(written.out.read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    places = [feature["geometry"] for feature in collection["features"]]
    assert places[0] == {"type": "Point", "coordinates": [30.5, 5.5]}
    assert places[2] is None
    assert collection["features"][1]["id"] == 'UNX|2017-01|map 1|Zoë, "North"\nCamp|1'
    properties = collection["features"][1]["properties"]
    assert properties["troops"] is None
    assert not {"latitude", "longitude"} & set(properties)


def test_outlines_leave_anticlockwise_with_their_holes_clockwise(tmp_path):
    clockwise = "POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))"
    store = publish_areas(tmp_path, [("a", clockwise), ("b", "MULTIPOLYGON (((9 9, 9 10, 10 10, 9 9)))")])
    written = export(store, "geojson", tmp_path / "a.geojson", table="areas")
    first, second = (f["geometry"] for f in json.loads(written.out.read_text())["features"])
    outer, hole = (shapely.LinearRing(ring) for ring in first["coordinates"])
    assert (outer.is_ccw, hole.is_ccw) == (True, False)
    assert second["type"] == "MultiPolygon"


def publish_areas(tmp_path, named):
    table = TABLES["areas"]
    said = [{"area_id": name, "name": name, "outline": outline} for name, outline in named]
    rows = [
        row | dict(zip(("west", "south", "east", "north"), shapely.from_wkt(row["outline"]).bounds, strict=True))
        for row in said
    ]
    full = [dict.fromkeys(table.column_names) | row for row in rows]
    publish(tmp_path / "home", "areas", pl.DataFrame(full, schema=table.schema))
    return Store(tmp_path / "home")


def test_a_geopackage_opens_with_rows_places_and_unknowns(store, tmp_path):
    written = export(store, "gpkg", tmp_path / "d.gpkg")
    info = pyogrio.read_info(written.out, layer="deployments")
    assert (info["crs"], info["geometry_type"], info["features"]) == ("EPSG:4326", "Point", 4)
    with closing(sqlite3.connect(written.out)) as package:
        rows = package.execute("select location, troops, has_police from deployments order by fid").fetchall()
        (changed,) = package.execute("select last_change from gpkg_contents").fetchone()
    assert rows == [(row[3], row[9], row[11]) for row in rows_of(store).iter_rows()]
    assert changed == "2024-05-01T00:00:00.000Z"
    _, _, places, _ = pyogrio.raw.read(written.out)
    assert [None if place is None else shapely.from_wkb(place).wkt for place in places] == [
        "POINT (30.5 5.5)",
        "POINT (-0.5 -5.25)",
        None,
        "POINT (180 5.5)",
    ]


def test_a_geopackage_may_have_any_name(store, tmp_path):
    written = export(store, "gpkg", tmp_path / "places.bin")
    assert written.out.read_bytes()[:15] == b"SQLite format 3"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "places.bin", "places.bin.datapackage.json"]


def test_sdmx_csv_has_the_standards_columns_one_observation_a_row_and_no_zero_for_unknown(store, tmp_path):
    written = export(store, "sdmx-csv", tmp_path / "d.csv")
    with written.out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:4] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ"]
    assert {(row["STRUCTURE"], row["STRUCTURE_ID"], row["ACTION"], row["FREQ"]) for row in rows} == {
        ("dataflow", "BLUEHELM:DEPLOYMENTS(1.0.0)", "I", "M")
    }
    assert [(row["OBS_VALUE"], row["OBS_STATUS"]) for row in rows] == [
        ("400", "A"), ("", "O"), ("0", "A"), (str(2**40), "A"),
    ]  # fmt: skip
    assert [row["TIME_PERIOD"] for row in rows] == ["2017-01", "2017-01", "2017-02", "2017-02"]
    assert {row["INDICATOR"] for row in rows} == {"TROOPS"}


def test_every_series_names_an_observation_by_its_dimensions_alone(tmp_path):
    table = TABLES["country_months"]
    said = [("1", "2017-01", 5), ("1", "2017-02", None), ("2", "2017-01", 0)]
    full = [dict.fromkeys(table.column_names) | {"country_id": c, "month": m, "best": b} for c, m, b in said]
    publish(tmp_path / "home", "country_months", pl.DataFrame(full, schema=table.schema))
    store = Store(tmp_path / "home")
    written = export(store, "sdmx-csv", tmp_path / "c.csv", table="country_months")
    roles = {field["name"]: field["role"] for field in descriptor_of(written)["resources"][0]["schema"]["fields"]}
    dimensions = [name for name, role in roles.items() if role == "dimension"]
    assert dimensions == ["FREQ", "COUNTRY_ID", "TIME_PERIOD", "INDICATOR"]
    with written.out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [tuple(row[name] for name in dimensions) for row in rows]
    values = series_of(table).values
    assert len(set(keys)) == len(keys) == len(said) * len(values)
    found = {(row["COUNTRY_ID"], row["TIME_PERIOD"]): row["OBS_VALUE"] for row in rows if row["INDICATOR"] == "BEST"}
    assert found == {("1", "2017-01"): "5", ("1", "2017-02"): "", ("2", "2017-01"): "0"}


def test_every_monthly_count_is_a_series_with_names_that_the_standard_allows():
    names = {name for name, table in TABLES.items() if series_of(table)}
    assert {"country_months", "contributions", "deployments"} <= names
    assert not {"events", "missions", "areas"} & names
    for name in names:
        header = series_of(TABLES[name]).header
        assert len(set(header)) == len(header)
        assert all(column.replace("_", "").isalnum() and column.isupper() for column in header)


@EVERY_FORMAT
def test_the_descriptor_tells_size_digest_meaning_terms_and_lineage(store, tmp_path, to):
    written = export(store, to, tmp_path / f"d.{to}")
    package = descriptor_of(written)
    (resource,) = package["resources"]
    content = written.out.read_bytes()
    assert resource["path"] == written.out.name
    assert resource["bytes"] == len(content) == written.bytes
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert package["sources"] == [{"title": "Made & rows", "path": "https://example.org/data"}]
    assert package["licenses"] == [{"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": "https://example.org/data"}]
    own = package["bluehelm"]
    assert own["parents"] == [{"table": "missions", "version": 3}]
    assert (own["citation"], own["rows"], own["flags"][0]["count"]) == ("Maker (2024)", 4, 1)
    assert (own["marking"], own["releasable_to"]) == ("unclassified", ["everyone"])
    assert own["coverage"] == {"first_month": "2017-01", "last_month": "2017-02", "countries": ["XEX"]}


@pytest.mark.parametrize("to", ["csv", "xlsx", "parquet", "sdmx-csv"])
def test_the_descriptor_names_the_columns_of_the_file_in_their_order(store, tmp_path, to):
    written = export(store, to, tmp_path / f"d.{to}")
    fields = [field["name"] for field in descriptor_of(written)["resources"][0]["schema"]["fields"]]
    if to == "xlsx":
        held = [cell.value for cell in next(openpyxl.load_workbook(written.out)["deployments"].iter_rows())]
    elif to == "parquet":
        held = pl.read_parquet_schema(written.out).names()
    else:
        held = written.out.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert fields == held


@EVERY_FORMAT
def test_the_same_version_is_the_same_file_on_any_day(store, tmp_path, to):
    first = export(store, to, tmp_path / f"first.{to}")
    program = (
        "import sys; from pathlib import Path; from bluehelm.store import Store; "
        "from bluehelm.workflows.export_table import export_table; s = Store(Path(sys.argv[1])); "
        "export_table(s, s.version('deployments', 1), sys.argv[2], Path(sys.argv[3]), allowed=lambda version: True)"
    )
    again = tmp_path / "again" / f"first.{to}"
    again.parent.mkdir()
    words = [sys.executable, "-c", program, str(store.home), to, str(again)]
    elsewhere = {**os.environ, "TZ": "Pacific/Auckland", "PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"}
    subprocess.run(words, check=True, env=elsewhere)
    assert again.read_bytes() == first.out.read_bytes()
    assert again.with_name(first.descriptor.name).read_bytes() == first.descriptor.read_bytes()


def test_no_member_of_an_xlsx_tells_when_it_was_written(store, tmp_path):
    written = export(store, "xlsx", tmp_path / "d.xlsx")
    with zipfile.ZipFile(written.out) as parts:
        assert {member.date_time for member in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert core.count("2024-05-01T00:00:00Z") == 2


@EVERY_FORMAT
def test_what_may_not_leave_is_not_even_read(store, tmp_path, to, monkeypatch):
    monkeypatch.setattr(exporting, "rows_in", lambda *_: pytest.fail("rows were read"))
    with pytest.raises(ExportRefusedError) as refused:
        export(store, to, tmp_path / f"d.{to}", allowed=lambda version: False)
    assert refused.value.code == "not_releasable"
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize(
    ("label", "may"),
    [
        (VersionLabel("unclassified", ("everyone",)), True),
        (VersionLabel("unclassified", ("mission:UNX",)), False),
        (VersionLabel("confidential", ("everyone",)), False),
        (VersionLabel("unclassified", ()), False),
        (VersionLabel("no such marking", ("everyone",)), False),
    ],
)
def test_open_data_is_unclassified_and_for_everyone(store, label, may):
    assert open_data(replace(store.version("deployments", 1), label=label)) is may


def test_a_providers_terms_that_forbid_it_keep_its_rows_in(tmp_path):
    closed = SourceNote("closed", "Rows", "no redistribution", "x", "", ())
    version = publish(tmp_path / "home", "deployments", deployments(), source=closed)
    assert not open_data(version)


@EVERY_FORMAT
def test_a_file_that_is_there_is_kept_unless_forced(store, tmp_path, to):
    out = tmp_path / f"d.{to}"
    out.write_text("mine")
    with pytest.raises(FileRefusedError) as refused:
        export(store, to, out)
    assert refused.value.code == "exists"
    assert out.read_text() == "mine"
    assert export(store, to, out, force=True).bytes == out.stat().st_size


def test_a_descriptor_that_is_there_is_kept_too(store, tmp_path):
    (tmp_path / "d.csv.datapackage.json").write_text("mine")
    with pytest.raises(FileRefusedError):
        export(store, "csv", tmp_path / "d.csv")
    assert not (tmp_path / "d.csv").exists()


@EVERY_FORMAT
def test_a_writer_that_fails_leaves_what_was_there(store, tmp_path, to, monkeypatch):
    out = tmp_path / f"d.{to}"
    out.write_text("mine")

    def fail(rows, version, path):
        path.write_bytes(b"half")
        raise OSError("the disk is full")

    monkeypatch.setitem(FORMATS, to, replace(FORMATS[to], write=fail))
    with pytest.raises(OSError, match="disk is full"):
        export(store, to, out, force=True)
    assert out.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == [out.name, "home"]


@pytest.mark.parametrize(
    ("table", "to", "code"),
    [
        ("missions", "sdmx-csv", "no_series"),
        ("country_months", "geojson", "no_places"),
        ("country_months", "gpkg", "no_places"),
        ("deployments", "ods", "no_such_format"),
    ],
)
def test_a_format_that_cannot_hold_a_table_is_refused_in_words(store, tmp_path, table, to, code):
    version = replace(store.version("deployments", 1), table=table)
    with pytest.raises(ExportRefusedError) as refused:
        export_table(store, version, to, tmp_path / "x", allowed=everybody)
    assert refused.value.code == code
    assert refused.value.next_step
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_more_rows_than_a_sheet_holds_are_refused_before_writing(store, tmp_path):
    version = store.version("deployments", 1)
    for rows, fits in ((1_048_575, True), (1_048_576, False)):
        big = replace(version, rows=rows)
        if fits:
            export_table(store, big, "xlsx", tmp_path / "d.xlsx", allowed=everybody)
        else:
            with pytest.raises(ExportRefusedError, match="1,048,576 rows do not fit in a sheet"):
                export_table(store, big, "xlsx", tmp_path / "e.xlsx", allowed=everybody)


def test_a_text_too_long_for_a_cell_is_refused(tmp_path):
    rows = deployments().with_columns(pl.lit("x" * 32_767).alias("comment"))
    publish(tmp_path / "home", "deployments", rows)
    with pytest.raises(ExportRefusedError) as refused:
        export(Store(tmp_path / "home"), "xlsx", tmp_path / "d.xlsx")
    assert refused.value.code == "too_long_a_text"


@EVERY_FORMAT
def test_a_table_without_rows_leaves_as_a_file_without_rows(tmp_path, to):
    publish(tmp_path / "home", "deployments", deployments([]))
    written = export(Store(tmp_path / "home"), to, tmp_path / f"d.{to}")
    assert written.rows == 0
    assert written.out.exists()


@EVERY_FORMAT
def test_a_table_of_several_batches_keeps_its_order(tmp_path, to, monkeypatch):
    monkeypatch.setattr(table_files, "BATCH_ROWS", 7)
    rows = [("UNX", "2017-01", "map", f"Place {n:03}", 1, "XEX", 5.0, 30.0, 1, n, "A", True) for n in range(100)]
    publish(tmp_path / "home", "deployments", deployments(rows))
    written = export(Store(tmp_path / "home"), to, tmp_path / f"d.{to}")
    assert places_in(written, to) == [f"Place {n:03}" for n in range(100)]


def places_in(written, to):
    if to == "parquet":
        return pl.read_parquet(written.out)["location"].to_list()
    if to == "xlsx":
        sheet = openpyxl.load_workbook(written.out)["deployments"]
        return [row[3] for row in list(sheet.iter_rows(values_only=True))[1:]]
    if to == "geojson":
        return [f["properties"]["location"] for f in json.loads(written.out.read_text())["features"]]
    if to == "gpkg":
        with closing(sqlite3.connect(written.out)) as package:
            return [name for (name,) in package.execute("select location from deployments order by fid")]
    name = "LOCATION" if to == "sdmx-csv" else "location"
    return [row[name] for row in csv.DictReader(io.StringIO(written.out.read_text()))]


def test_a_missing_extra_is_named_before_anything_is_written(store, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as refused:
        export(store, "gpkg", tmp_path / "d.gpkg")
    assert refused.value.extra == "documents"
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_the_newest_version_known_on_a_day_is_meant(store):
    publish(store.home, "deployments", deployments(), retrieved=date(2024, 6, 1))
    assert version_to_export(store, "deployments").version == 2
    assert version_to_export(store, "deployments", known_on=date(2024, 5, 31)).version == 1
    assert version_to_export(store, "deployments", number=1).version == 1
    with pytest.raises(ExportRefusedError, match="retrieved by 2024-04-30"):
        version_to_export(store, "deployments", known_on=date(2024, 5, 1) - timedelta(days=1))
    with pytest.raises(StoreError, match="no version 9"):
        version_to_export(store, "deployments", number=9)


@EVERY_FORMAT
def test_synthetic_rows_say_so_beside_the_file(tmp_path, to):
    publish(tmp_path / "home", "deployments", deployments(), synthetic=True)
    package = descriptor_of(export(Store(tmp_path / "home"), to, tmp_path / f"d.{to}"))
    assert package["title"] == "Deployments by place, version 1, synthetic"
    assert package["bluehelm"]["synthetic"] is True


def test_real_rows_are_meant_before_synthetic_ones_and_those_where_there_are_no_others(tmp_path):
    publish(tmp_path, "deployments", deployments(), synthetic=True)
    assert version_to_export(Store(tmp_path), "deployments").synthetic
    publish(tmp_path, "deployments", deployments(), retrieved=date(2020, 1, 1))
    assert not version_to_export(Store(tmp_path), "deployments").synthetic


def test_of_several_providers_one_must_be_named(store):
    publish(store.home, "deployments", deployments(), source=replace(NOTE, provider="other"))
    with pytest.raises(ExportRefusedError, match="maker, other"):
        version_to_export(store, "deployments")
    assert version_to_export(store, "deployments", provider="other").version == 2


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell a process's memory")
@pytest.mark.parametrize("to", ["csv", "parquet"])
def test_a_table_larger_than_the_memory_it_gets_streams_through(tmp_path, to):
    rows = [("UNX", "2017-01", "map", f"Place {n}", 1, "XEX", 5.0, 30.0, 1, n, "A", True) for n in range(10**5)]
    remark = pl.format("A long remark on {}, the same as on the day before and before that. " * 4, *["location"] * 4)
    few = deployments(rows).with_columns(remark.alias("comment"))
    home = tmp_path / "home"
    publish(home, "deployments", few)
    store = Store(home)
    rows_file, copies = store.rows_path(store.version("deployments", 1)), 40
    many = tmp_path / "many.parquet"
    pl.concat([pl.scan_parquet(rows_file)] * copies).sink_parquet(many, maintain_order=True)
    many.replace(rows_file)
    program = (
        "import re, sys; from pathlib import Path; from bluehelm.store import Store; "
        "from bluehelm.workflows.export_table import export_table; s = Store(Path(sys.argv[1])); "
        "export_table(s, s.version('deployments', 1), sys.argv[2], Path(sys.argv[3]), allowed=lambda version: True); "
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1] + '000')"
    )
    words = [sys.executable, "-c", program, str(home), to, str(tmp_path / f"d.{to}")]
    elsewhere = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    told = subprocess.run(words, check=True, env=elsewhere, capture_output=True, text=True)
    scan = pl.scan_csv if to == "csv" else pl.scan_parquet
    assert scan(tmp_path / f"d.{to}").select(pl.len()).collect().item() == few.height * copies
    assert int(told.stdout) < few.estimated_size() * copies / 3


def test_a_real_series_leaves_with_the_providers_own_sums(shared_data, tmp_path):
    given = shared_data / "ucdp" / "cm_ucdp_panel_iso3_to_2021-06.parquet"
    import_file(tmp_path / "home", "ucdp-country-panel", given)
    store = Store(tmp_path / "home")
    written = export(store, "sdmx-csv", tmp_path / "panel.csv", table="country_months", allowed=open_data)
    with written.out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    panel = pyarrow.parquet.read_table(given).to_pylist()
    for indicator, column in (("BEST", "ucdp_fatalities_best"), ("EVENTS", "ucdp_event_count")):
        theirs = {(row["country_iso3"], str(row["year_month"])[:7]): row[column] for row in panel}
        ours = {
            (row["REF_AREA"], row["TIME_PERIOD"]): row["OBS_VALUE"] for row in rows if row["INDICATOR"] == indicator
        }
        known = {key: int(value) for key, value in ours.items() if value}
        assert len(ours) == len(panel)
        # UCDP observes nothing before 1989: the panel's zeros there are unknown, and leave as such.
        observed = {key: int(value) for key, value in theirs.items() if value is not None and key[1] >= "1989-01"}
        assert known == observed


@pytest.mark.parametrize("to", ["csv", "parquet", "geojson"])
def test_real_events_leave_whole(shared_data, tmp_path, to):
    import_file(tmp_path / "home", "ucdp-ged", shared_data / "ucdp" / "GEDEvent_v23_1_five_countries_to_2017.csv.gz")
    written = export(Store(tmp_path / "home"), to, tmp_path / f"e.{to}", table="events", allowed=open_data)
    if to == "geojson":
        deaths = [f["properties"]["best"] for f in json.loads(written.out.read_text(encoding="utf-8"))["features"]]
    else:
        deaths = (pl.read_csv(written.out) if to == "csv" else pl.read_parquet(written.out))["best"].to_list()
    assert (len(deaths), sum(deaths)) == (8_431, 314_389)
