"""Is every malformed file refused with its own code and words, and does a refusal change nothing?

Each case makes one file; the expected refusal is its code and words that must stand in what is said. Files whose
rows can be read one by one are refused for their bad rows, whole files for what no rule about rows could catch.
"""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from bluehelm.workflows.import_file import ImportRefusedError, import_file
from tests.ged_rows import HEADER, ged_row, ged_text
from tests.sources.made_files import (
    SQUARE,
    acled_event,
    collection,
    contribution,
    csv_text,
    earlier_contribution,
    fatality,
    feature,
    ipi_row,
    polygon,
)

MAPPING = """
title: A list
provider: own-list
licence: internal
citation: us
table: reports
columns:
  report_id: {from: id}
  reported_on: {from: day}
  type: {from: kind}
"""
LIST = [{"id": str(number), "day": "2024-01-31", "kind": "patrol"} for number in range(3)]
GOOD_GED = ged_text([ged_row(number) for number in range(1, 6)])
PANEL = {
    "country_iso3": "RWA",
    "year_month": "2000-01",
    "ucdp_event_count": "1",
    "ucdp_fatalities_best": "4",
    "ucdp_fatalities_high": "4",
    "ucdp_civilian_deaths": "0",
    "ucdp_state_based_events": "1",
    "ucdp_non_state_events": "0",
    "ucdp_one_sided_events": "0",
}
PLACED = {
    "id": 1,
    "date_start": "2014-01-02",
    "country": "South Sudan",
    "type": 1,
    "conflict_name": "C",
    "side_a": "A",
    "side_b": "B",
    "latitude": 6.2,
    "longitude": 31.5,
    "priogrid_gid": 138664,
    "low": 1,
    "best": 1,
    "high": 1,
}
CELL = {"priogrid_gid": 138664, "month_id": 409, "date": "2014-01-01", "sb": 1, "ns": 0, "os": 0} | {
    "low": 1,
    "best": 1,
    "high": 1,
    "n_sb": 1,
    "n_ns": 0,
    "n_os": 0,
}

Case = tuple[str, str, str, bytes, str]


def text(rows: list[dict[str, Any]]) -> bytes:
    return csv_text(rows).encode()


def ged(**changes: object) -> bytes:
    """Five good events and one changed."""
    return ged_text([*(ged_row(number) for number in range(1, 6)), ged_row(9, **changes)]).encode()


def two(row: Callable[..., dict[str, object]], **changes: object) -> bytes:
    return text([row(), row(**changes)])


def zipped(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def parquet(rows: list[dict[str, Any]]) -> bytes:
    held = io.BytesIO()
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(held)
    return held.getvalue()


def sheet(rows: list[list[Any]], change: Callable[[Any], object] = lambda book: None) -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    change(book)
    book.save(held)
    return held.getvalue()


def areas(*features: Any, **members: Any) -> bytes:
    return json.dumps(collection(*features, **members)).encode()


EMPTY = io.BytesIO()
pl.DataFrame(schema=dict.fromkeys(ipi_row("Ghana", "UNMIL", 1), pl.String)).write_parquet(EMPTY)
NO_ROWS = EMPTY.getvalue()
ROWS = [["id", "day", "kind"], ["1", "2024-01-31", "patrol"]]
CASES: dict[str, Case] = {
    # what no rule about rows could catch
    "an empty file": ("ucdp-ged", "a.csv", b"", "empty_file", "it is empty"),
    "blanks only": ("ucdp-ged", "a.csv", b" \n \n", "empty_file", "it is empty"),
    "a header and nothing else": ("ucdp-ged", "a.csv", ",".join(HEADER).encode() + b"\n", "empty_file", "no rows"),
    "a web page": ("un-fatalities", "a.csv", b"<!doctype html><p>Sign in", "mislabelled_file", "web page"),
    "an error in JSON": ("acled", "a.csv", b'{"status": 403}', "mislabelled_file", "geojson"),
    "a PDF": ("un-missions", "a.csv", b"%PDF-1.7", "mislabelled_file", "PDF"),
    "an old workbook": ("mapped", "a.xls", b"\xd0\xcf\x11\xe0" + b"0" * 99, "mislabelled_file", "old Excel"),
    "UTF-16": ("ucdp-ged", "a.csv", GOOD_GED.encode("utf-16"), "mislabelled_file", "UTF-16"),
    "Latin-1": (
        "un-fatalities",
        "a.csv",
        csv_text([fatality(1, casualty_nationality="Côte")]).encode("latin-1"),
        "wrong_encoding",
        "line 2",
    ),
    "a NUL byte": ("ucdp-ged", "a.csv", GOOD_GED.encode().replace(b"Side A", b"Side\x00A", 1), "wrong_encoding", "NUL"),
    "bare carriage returns": (
        "acled",
        "a.csv",
        text([acled_event(1)]).replace(b"\n", b"\r"),
        "wrong_line_ends",
        "carriage",
    ),
    "gzip named csv": ("ucdp-ged", "a.csv", gzip.compress(GOOD_GED.encode()), "mislabelled_file", "gzip"),
    "csv named gzip": ("ucdp-ged", "a.csv.gz", GOOD_GED.encode(), "mislabelled_file", "gzip"),
    "half a gzip": ("ucdp-ged", "a.csv.gz", gzip.compress(GOOD_GED.encode())[:-20], "truncated_file", "cut short"),
    "half a zip": ("ucdp-ged", "a.zip", zipped({"a.csv": GOOD_GED.encode()})[:-30], "truncated_file", "damaged"),
    "two files in a zip": (
        "ucdp-ged",
        "a.zip",
        zipped({"a.csv": b"a\n", "b.csv": b"a\n"}),
        "mislabelled_file",
        "exactly one",
    ),
    "a folder up in a zip": ("ucdp-ged", "a.zip", zipped({"../../a.exe": b"a\n"}), "mislabelled_file", "exactly one"),
    "a bomb": ("ucdp-ged", "a.csv.gz", gzip.compress(b"0" * (80 << 20)), "unsafe_file", "200 times"),
    "a CSV for Parquet": ("ipi", "a.parquet", b"Date,Contributor\n", "mislabelled_file", "parquet"),
    "Parquet for a CSV": ("un-fatalities", "a.parquet", parquet([fatality(1)]), "mislabelled_file", "csv"),
    "half a Parquet": ("ipi", "a.parquet", parquet([ipi_row("Ghana", "UNMIL", 1)])[:-9], "truncated_file", "Parquet"),
    "Parquet without rows": ("ipi", "a.parquet", NO_ROWS, "empty_file", "no rows"),
    # headers
    "a repeated column": ("ucdp-ged", "a.csv", GOOD_GED.replace("relid", "id", 1).encode(), "bad_header", "repeats id"),
    "a column without a name": (
        "ucdp-ged",
        "a.csv",
        GOOD_GED.replace("relid", "", 1).encode(),
        "bad_header",
        "without a name",
    ),
    "columns that are missing": ("ucdp-ged", "a.csv", b"id,year\n1,2014\n", "bad_header", "lacks"),
    "another provider's columns": ("acled", "a.csv", GOOD_GED.encode(), "bad_header", "event_id_cnty"),
    "IPI without a kind": (
        "ipi",
        "a.parquet",
        parquet([{"Date": "2010-01-31", "Contributor": "a"}]),
        "bad_header",
        "lacks",
    ),
    "a series before 2010 without troops": (
        "un-contributions-before-2010",
        "a.csv",
        text([{"Contributor": "a", "Date": "b", "Mission": "c"}]),
        "bad_header",
        "Troops",
    ),
    "vintages without a day": (
        "ucdp-vintages",
        "a.csv",
        text([{"month_end": "a", "country": "b", "fatalities": 1}]),
        "bad_header",
        "vintage",
    ),
    # rows that do not fit their header
    "a cell too many": ("ucdp-ged", "a.csv", GOOD_GED.encode() + b"1,2,3\n", "header_does_not_fit", "49 columns"),
    "a quote that never ends": (
        "ucdp-ged",
        "a.csv",
        GOOD_GED.encode() + b'"never',
        "header_does_not_fit",
        "49 columns",
    ),
    "exchanged coordinates": (
        "ucdp-ged",
        "a.csv",
        GOOD_GED.replace("latitude", "?", 1).replace("longitude", "latitude", 1).replace("?", "longitude", 1).encode(),
        "header_does_not_fit",
        "under each other's names",
    ),
    "every day unreadable": (
        "un-fatalities",
        "a.csv",
        text([fatality(n, incident_date="soon") for n in range(3)]),
        "header_does_not_fit",
        "cannot be read as a date",
    ),
    "a day of a vintage unreadable": (
        "ucdp-vintages",
        "a.csv",
        text([{"month_end": "2020-01-31", "country": "Mali", "fatalities": 1, "vintage": "x"}]),
        "header_does_not_fit",
        "cannot be read",
    ),
    # rows
    "latitude 91": ("ucdp-ged", "a.csv", ged(latitude="91"), "bad_rows", "latitude"),
    "longitude 181": ("ucdp-ged", "a.csv", ged(longitude="181"), "bad_rows", "longitude"),
    "31 February": ("ucdp-ged", "a.csv", ged(date_start="2014-02-31"), "bad_rows", "first day"),
    "deaths in words": ("ucdp-ged", "a.csv", ged(best="many"), "bad_rows", "best"),
    "half a death": ("ucdp-ged", "a.csv", ged(best="1.5"), "bad_rows", "best"),
    "deaths below 0": ("ucdp-ged", "a.csv", ged(low="-1"), "bad_rows", "low"),
    "a thousand with a comma": ("ucdp-ged", "a.csv", ged(high="1,000"), "bad_rows", "high"),
    "a thousand with an underscore": ("ucdp-ged", "a.csv", ged(high="1_000"), "bad_rows", "high"),
    "an infinite latitude": ("ucdp-ged", "a.csv", ged(latitude="inf"), "bad_rows", "latitude"),
    "a fourth type": ("ucdp-ged", "a.csv", ged(type_of_violence="4"), "bad_rows", "1, 2 or 3"),
    "no id": ("ucdp-ged", "a.csv", ged(id=""), "bad_rows", "no id"),
    "the same id": ("ucdp-ged", "a.csv", ged(id="1"), "bad_rows", "earlier row"),
    "a yearly release as candidates": (
        "ucdp-candidate",
        "a.csv",
        ged_text([ged_row(n) for n in range(40)]).encode(),
        "another_provider",
        "more than two calendar years",
    ),
    "a placed event without a country": (
        "ucdp-ged-precise",
        "a.parquet",
        parquet([PLACED, PLACED | {"id": 2, "country": ""}]),
        "bad_rows",
        "country",
    ),
    "a placed event nowhere": (
        "ucdp-ged-precise",
        "a.parquet",
        parquet([PLACED, PLACED | {"id": 2, "latitude": float("nan")}]),
        "bad_rows",
        "latitude",
    ),
    "a cell that is none": (
        "ucdp-cell-months",
        "a.parquet",
        parquet([CELL, CELL | {"priogrid_gid": 259201}]),
        "bad_rows",
        "no such grid cell",
    ),
    "a month 13": (
        "ucdp-country-panel",
        "a.csv",
        text([PANEL, PANEL | {"year_month": "2000-13"}]),
        "bad_rows",
        "month",
    ),
    "half an event": (
        "ucdp-country-panel",
        "a.csv",
        text([PANEL, PANEL | {"year_month": "2000-02", "ucdp_event_count": "0.5"}]),
        "bad_rows",
        "ucdp_event_count",
    ),
    "the same month again": ("ucdp-country-panel", "a.csv", text([PANEL, PANEL]), "bad_rows", "earlier row"),
    "a death of nobody's mission": (
        "un-fatalities",
        "a.csv",
        text([fatality(1), fatality(2, mission_acronym=" ")]),
        "bad_rows",
        "no acronym",
    ),
    "an injury among deaths": (
        "un-fatalities",
        "a.csv",
        text([fatality(1), fatality(2, type_of_casualty="Injury")]),
        "bad_rows",
        "not about a death",
    ),
    "a contribution of nobody": (
        "un-contributions",
        "a.csv",
        two(contribution, contributing_country=""),
        "bad_rows",
        "contributor",
    ),
    "a contribution below 0": (
        "un-contributions",
        "a.csv",
        two(contribution, isocode3="NPL", male_personnel="-5"),
        "bad_rows",
        "male_personnel",
    ),
    "a contribution on no day": (
        "un-contributions",
        "a.csv",
        two(contribution, last_reporting_date="2015/31/01"),
        "bad_rows",
        "date",
    ),
    "the same contribution again": ("un-contributions", "a.csv", two(contribution), "bad_rows", "earlier row"),
    "troops in words": (
        "un-contributions-before-2010",
        "a.csv",
        two(earlier_contribution, Contributor="Nepal", Troops="some"),
        "bad_rows",
        "persons",
    ),
    "IPI below 0": (
        "ipi",
        "a.parquet",
        parquet([ipi_row("Ghana", "UNMIL", 1), ipi_row("Nepal", "UNMIL", -1)]),
        "bad_rows",
        "persons",
    ),
    "an ACLED event on no day": (
        "acled",
        "a.csv",
        text([acled_event(1), acled_event(2, event_date="31/01/2024")]),
        "bad_rows",
        "date",
    ),
    "an ACLED event without a type": (
        "acled",
        "a.csv",
        text([acled_event(1), acled_event(2, event_type="")]),
        "bad_rows",
        "type",
    ),
    "the same ACLED event again": ("acled", "a.csv", text([acled_event(1), acled_event(1)]), "bad_rows", "earlier row"),
    # areas
    "no JSON": ("areas", "a.geojson", b'{"type": "FeatureCollection", ', "bad_json", "not JSON"),
    "JSON of something else": ("areas", "a.json", b'{"type": "Topology"}', "bad_geojson", "Topology"),
    "no features": ("areas", "a.geojson", areas(), "empty_file", "no features"),
    "metres for degrees": (
        "areas",
        "a.geojson",
        areas(feature(polygon([[3e5, 5e5], [1, 1], [2, 2], [3e5, 5e5]]))),
        "wrong_crs",
        "degrees",
    ),
    "another coordinate system": (
        "areas",
        "a.geojson",
        areas(feature(), crs={"properties": {"name": "EPSG:32636"}}),
        "wrong_crs",
        "EPSG:32636",
    ),
    "a ring left open": (
        "areas",
        "a.geojson",
        areas(feature(), feature(polygon(SQUARE[:-1]), area_id="S")),
        "bad_rows",
        "does not close",
    ),
    "a bow tie": (
        "areas",
        "a.geojson",
        areas(feature(), feature(polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]), area_id="S")),
        "bad_rows",
        "crosses itself",
    ),
    "points for areas": (
        "areas",
        "a.geojson",
        areas(feature({"type": "Point", "coordinates": [1, 2]})),
        "header_does_not_fit",
        "neither a polygon",
    ),
    # workbooks
    "a zip named xlsx": ("mapped", "a.xlsx", zipped({"a.csv": b"a\n"}), "mislabelled_file", "no workbook"),
    "half a workbook": ("mapped", "a.xlsx", sheet(ROWS)[:-99], "truncated_file", "damaged"),
    "a workbook that is a bomb": (
        "mapped",
        "a.xlsx",
        zipped({"xl/workbook.xml": b"", "xl/a.xml": b" " * (80 << 20)}),
        "unsafe_file",
        "200 times",
    ),
    "a workbook with macros": (
        "mapped",
        "a.xlsx",
        zipped({"xl/workbook.xml": b"", "xl/vbaProject.bin": b"x"}),
        "unsafe_file",
        "macros",
    ),
    "merged cells": (
        "mapped",
        "a.xlsx",
        sheet(ROWS, lambda book: book.active.merge_cells("A1:B1")),
        "merged_cells",
        "A1:B1",
    ),
    "two sheets": (
        "mapped",
        "a.xlsx",
        sheet(ROWS, lambda book: book.create_sheet("More").append(["x"])),
        "which_sheet",
        "2 sheets",
    ),
    "a formula never computed": (
        "mapped",
        "a.xlsx",
        sheet([*ROWS, ["=1+1", "2024-01-31", "patrol"]]),
        "bad_cells",
        "A3",
    ),
    "an error cell": ("mapped", "a.xlsx", sheet([*ROWS, ["2", "#REF!", "patrol"]]), "bad_cells", "#REF!"),
    "a sheet without rows": ("mapped", "a.xlsx", sheet(ROWS[:1]), "empty_file", "no rows"),
    "a value beyond the header": (
        "mapped",
        "a.xlsx",
        sheet([*ROWS, ["2", "2024-01-31", "patrol", "more"]]),
        "header_does_not_fit",
        "has no name",
    ),
    # anybody's files
    "a mapped column that is missing": (
        "mapped",
        "a.csv",
        text([{"id": "1", "day": "2024-01-31"}]),
        "bad_header",
        "kind",
    ),
    "a mapped day that is none": (
        "mapped",
        "a.csv",
        text([*LIST, LIST[0] | {"id": "9", "day": "31 Jan"}]),
        "bad_rows",
        "reported_on",
    ),
    "a mapped cell that is empty": (
        "mapped",
        "a.csv",
        text([*LIST, LIST[0] | {"id": "9", "kind": ""}]),
        "bad_rows",
        "type is missing",
    ),
    "a mapped id again": ("mapped", "a.csv", text([*LIST, LIST[0]]), "bad_rows", "earlier row"),
    "a mapped file with semicolons": ("mapped", "a.csv", text(LIST).replace(b",", b";"), "bad_header", "lacks"),
}


def test_the_corpus_is_large_enough_and_of_every_format():
    assert len(CASES) >= 60
    assert {Path(case[1]).suffix for case in CASES.values()} >= {".csv", ".gz", ".zip", ".parquet", ".xlsx", ".geojson"}


@pytest.mark.parametrize("name", CASES)
def test_a_malformed_file_is_refused_in_its_own_words_and_nothing_is_changed(tmp_path, name):
    provider, file_name, content, code, words = CASES[name]
    path, mapping = tmp_path / file_name, tmp_path / "mapping.yaml"
    path.write_bytes(content)
    mapping.write_text(MAPPING)
    with pytest.raises(ImportRefusedError) as refused:
        import_file(tmp_path / "home", provider, path, mapping=mapping if provider == "mapped" else None)
    cause = refused.value.cause
    assert cause.code == code, f"{cause.what} {cause.problems}"
    assert words in " ".join((cause.what, *cause.problems))
    assert file_name in cause.what
    assert cause.next_step
    assert path.read_bytes() == content
    assert not (tmp_path / "home").exists()
