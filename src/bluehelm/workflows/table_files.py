"""How is a table written in each format that others can open?

Rows stream in batches, so that a version larger than memory can leave too. Nothing here depends on the day of
writing or the machine's clock.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.products import sdmx
from bluehelm.products.cells import escaped
from bluehelm.products.geojson import CLOSING, Place, features, geometries, opening, place_of
from bluehelm.products.letters import UNPRINTABLE
from bluehelm.store import Version
from bluehelm.tables import TABLES, Table
from bluehelm.workflows.undated_zip import UndatedZip

Write = Callable[[pl.LazyFrame, Version, Path], None]

BATCH_ROWS = 50_000
ROW_GROUP = 250_000
SHEET_ROWS = 1_048_576  # what a sheet of an XLSX file can hold, the header included
CELL_LETTERS = 32_767  # what a cell of it can hold


class ExportRefusedError(ValueError):
    """A version cannot leave in this form; `code` says why, and nothing was written."""

    def __init__(self, code: str, what: str, next_step: str) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a table: its media type, what writes it, and whether its rows read as a plain table."""

    mediatype: str
    write: Write
    is_table: bool = True


def _texts(rows: pl.LazyFrame) -> list[str]:
    return [name for name, dtype in rows.collect_schema().items() if dtype == pl.String]


def _csv(rows: pl.LazyFrame, version: Version, path: Path) -> None:
    escaped(rows, _texts(rows)).sink_csv(path, maintain_order=True)


def _sdmx_csv(rows: pl.LazyFrame, version: Version, path: Path) -> None:
    series = sdmx.series_of(TABLES[version.table])
    assert series is not None  # refused before
    _csv(sdmx.observations(rows, series), version, path)


def _parquet(rows: pl.LazyFrame, version: Version, path: Path) -> None:
    about = {"bluehelm": json.dumps(_about(version), ensure_ascii=False)}
    rows.sink_parquet(path, maintain_order=True, row_group_size=ROW_GROUP, metadata=about)


def _geojson(rows: pl.LazyFrame, version: Version, path: Path) -> None:
    table = TABLES[version.table]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(opening(_about(version)))
        comma = "\n"
        for batch in _batches(rows):
            for feature in features(batch, table, _place(table)):
                file.write(comma + feature)
                comma = ",\n"
        file.write("\n" + CLOSING)


def _gpkg(rows: pl.LazyFrame, version: Version, path: Path) -> None:
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyogrio  # type: ignore[import-untyped]  # an extra: the command line works without it

    place = _place(TABLES[version.table])
    batches = _located(rows, place)
    first = next(batches)
    reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
    # The format keeps the time of its last change; the day of retrieval is the same for the same version.
    stamp = f"{version.retrieved.isoformat()}T00:00:00.000Z"
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        pyogrio.write_arrow(
            reader,
            path,
            layer=version.table,
            driver="GPKG",
            geometry_name="_place",
            geometry_type="Point" if place == "point" else "Unknown",
            crs="EPSG:4326",
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _located(rows: pl.LazyFrame, place: Place) -> Iterator[Any]:
    """The rows in Arrow batches, each with its place as WKB in `_place`; one empty batch when there are none."""
    some = False
    for batch in _batches(rows):
        some = True
        yield from _with_places(batch, place)
    if not some:
        yield from _with_places(rows.head(0).collect(), place)


def _with_places(batch: pl.DataFrame, place: Place) -> list[Any]:
    import pyarrow as pa
    import shapely

    places = pa.array(list(shapely.to_wkb(geometries(batch, place))), pa.binary())
    table = batch.to_arrow(compat_level=pl.CompatLevel.oldest()).append_column("_place", places).combine_chunks()
    return table.to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]


def _xlsx(rows: pl.LazyFrame, version: Version, path: Path) -> None:
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]

    texts = _texts(rows)
    _refuse_long_texts(rows, texts)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(version.table)
    sheet.freeze_panes = "A2"
    sheet.append(rows.collect_schema().names())
    for batch in _batches(escaped(rows, texts)):
        for row in batch.iter_rows():
            sheet.append([UNPRINTABLE.sub("\ufffd", cell) if isinstance(cell, str) else cell for cell in row])
    _about_sheet(book.create_sheet("About"), version)
    retrieved = datetime.combine(version.retrieved, time())  # the format's dates have no zone
    book.properties.creator, book.properties.created, book.properties.modified = "bluehelm", retrieved, retrieved
    with UndatedZip(path, "w") as archive:
        ExcelWriter(book, archive).save()


def _refuse_long_texts(rows: pl.LazyFrame, texts: list[str]) -> None:
    longest = rows.select(pl.max_horizontal(pl.col(name).str.len_chars().max() for name in texts)).collect().item()
    if longest is not None and longest >= CELL_LETTERS:
        what = f"A text of {longest:,} letters does not fit in a cell, which holds {CELL_LETTERS:,}."
        raise ExportRefusedError("too_long_a_text", what, "Export it as csv or parquet.")


def _about_sheet(sheet: Any, version: Version) -> None:
    """Whose data these are and what each column means, so that the sheet can be read without its descriptor."""
    for name, value in _about(version).items():
        sheet.append([name, str(value)])
    for column in TABLES[version.table].columns:
        sheet.append([f"column {column.name}", f"{column.meaning}{f' ({column.unit})' if column.unit else ''}"])


def _place(table: Table) -> Place:
    place = place_of(table)
    assert place is not None  # refused before
    return place


def _batches(rows: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    return iter(rows.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True))


def _about(version: Version) -> dict[str, Any]:
    """What every format that can carry words says of itself."""
    return {
        "table": version.table,
        "version": version.version,
        "synthetic": version.synthetic,
        "title": version.source.title,
        "provider": version.provider,
        "citation": version.source.citation,
        "licence": version.source.licence,
        "retrieved": version.retrieved.isoformat(),
        "sha256_of_providers_file": version.sha256,
    }


FORMATS: dict[str, Format] = {
    "csv": Format("text/csv", _csv),
    "parquet": Format("application/vnd.apache.parquet", _parquet),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "geojson": Format("application/geo+json", _geojson, is_table=False),
    "gpkg": Format("application/geopackage+sqlite3", _gpkg, is_table=False),
    "sdmx-csv": Format("application/vnd.sdmx.data+csv;version=2.0.0", _sdmx_csv),
}
