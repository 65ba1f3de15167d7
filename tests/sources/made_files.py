"""How are small files of every kind made for a test, and read as an import would read them?"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from bluehelm.sources import PROVIDERS, Intake, Provider, receive


def read_with(provider: Provider, path: Path, tmp_path: Path) -> Intake:
    """What a provider makes of a file."""
    folder = tmp_path / f"scratch-{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    return provider.read(receive(path, folder, wanted=provider.files), folder)


def read(provider: str, path: Path, tmp_path: Path) -> Intake:
    return read_with(PROVIDERS[provider], path, tmp_path)


def csv_text(rows: Iterable[Mapping[str, object]], header: Sequence[str] | None = None, separator: str = ",") -> str:
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, header or list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def csv_file(folder: Path, rows: Iterable[Mapping[str, object]], name: str = "file.csv", separator: str = ",") -> Path:
    path = folder / name
    path.write_text(csv_text(rows, separator=separator), encoding="utf-8")
    return path


def parquet_file(folder: Path, rows: Iterable[Mapping[str, object]], name: str = "file.parquet") -> Path:
    path = folder / name
    pl.DataFrame(list(rows), infer_schema_length=None).write_parquet(path)
    return path


def workbook(folder: Path, sheets: Mapping[str, Iterable[Sequence[object]]], name: str = "file.xlsx") -> Path:
    """A workbook with a sheet for each title; the caller may change it before saving through `openpyxl` itself."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    path = folder / name
    book.save(path)
    return path


SQUARE = [[30.0, 4.0], [32.0, 4.0], [32.0, 6.0], [30.0, 6.0], [30.0, 4.0]]


def feature(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    shape = {"type": "Polygon", "coordinates": [SQUARE]} if geometry is None else geometry
    return {"type": "Feature", "properties": {"area_id": "N", "name": "North", **properties}, "geometry": shape}


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def collection(*features: Any, **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", **members, "features": list(features)}


def geojson_file(folder: Path, content: Any, name: str = "areas.geojson") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return path


def contribution(**changes: object) -> dict[str, object]:
    """A row of the UN's series since 2010, in the lower-case spelling of its columns."""
    row: dict[str, object] = {
        "contribution_id": "1",
        "isocode3": "GHA",
        "contributing_country": "Ghana",
        "mission_acronym": "UNMISS",
        "personnel_type": "Troops",
        "female_personnel": "10",
        "male_personnel": "90",
        "last_reporting_date": "2015-01-31",
    }
    return row | changes


def earlier_contribution(**changes: object) -> dict[str, object]:
    """A row of the UN's series before 2010: a column for each kind of personnel and none for sex."""
    row: dict[str, object] = {
        "ID": "1",
        "Contributor": "Ghana",
        "Contributor_ISO-3": "GHA",
        "Date": "2005-01-31",
        "Mission": "UNMIL",
        "Mission_Country": "Liberia",
        "Mission_Country_ISO-3": "LBR",
        "Troops": "850",
        "Police": "35",
        "Observers": "11",
        "Total": "896",
    }
    return row | changes


def fatality(number: int, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "id": number,
        "incident_date": "2014-03-02",
        "casualty_id": f"UNMISS-2014-03-{number:05d}",
        "mission_acronym": "UNMISS",
        "type_of_casualty": "Fatality",
        "gender": "M",
        "casualty_nationality": "Ghana",
        "casualty_personnel_type": "Military",
        "type_of_incident": "Accident",
        "m49_code": "288.0",
        "isocode3": "GHA",
        "last_update": "2025-04-04",
    }
    return row | changes


def acled_event(number: int, **changes: object) -> dict[str, object]:
    """A row of an ACLED export, with the 31 columns that ACLED publishes."""
    row: dict[str, object] = {
        "event_id_cnty": f"SSD{number}",
        "event_date": "2024-01-31",
        "year": "2024",
        "time_precision": "1",
        "disorder_type": "Political violence",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "actor1": "Side A",
        "assoc_actor_1": "",
        "inter1": "State forces",
        "actor2": "Side B",
        "assoc_actor_2": "",
        "inter2": "Rebel group",
        "interaction": "State forces-Rebel group",
        "civilian_targeting": "",
        "iso": "728",
        "region": "Eastern Africa",
        "country": "South Sudan",
        "admin1": "Jonglei",
        "admin2": "Bor South",
        "admin3": "",
        "location": "Bor",
        "latitude": "6.2092",
        "longitude": "31.5589",
        "geo_precision": "1",
        "source": "A newspaper",
        "source_scale": "National",
        "notes": "Clashes were reported.",
        "fatalities": "3",
        "tags": "",
        "timestamp": "1706800000",
    }
    return row | changes


def ipi_row(contributor: str, mission: str, troops: int | None, **changes: object) -> dict[str, object]:
    """A row of the IPI database's detailed file: troops only, all of them men."""
    kinds = ("Individual_Police", "Formed_Police_Units", "Experts_on_Mission", "Troops", "Total")
    row: dict[str, object] = {
        "Date": "2010-01-31",
        "Contributor": contributor,
        "Contributor_ISO-3": "all" if contributor == "all" else {"Ghana": "GHA", "Nepal": "NPL"}[contributor],
        "Mission": mission,
    }
    for kind in kinds:
        counted = troops if kind in ("Troops", "Total") else None
        row |= {
            f"{kind}_Male": counted,
            f"{kind}_Female": None if counted is None else 0,
            f"{kind}_Total": counted,
        }
    return row | changes
