"""How is a table written in each format that others can open?

Rows stream in batches, so that a version larger than memory can leave too. Nothing here depends on the day of
writing or the machine's clock.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import IO, Any

import polars as pl

from bluehelm.language import _
from bluehelm.products import sdmx
from bluehelm.products.cells import escaped, escaped_text
from bluehelm.products.geojson import CLOSING, Place, features, geometries, opening, place_of
from bluehelm.products.letters import printable
from bluehelm.store import Version
from bluehelm.tables import TABLES, Table
from bluehelm.workflows.undated_zip import UndatedZip

Rows = Callable[[], Iterator[pl.DataFrame]]
"""A table's rows from the first to the last, in batches of which at least one comes, as often as asked."""

Write = Callable[[Rows, Version, Path], None]

BATCH_ROWS = 50_000
SHEET_ROWS = 1_048_576  # what a sheet of an XLSX file can hold, the header included
CELL_LETTERS = 32_767  # what a cell of it can hold


class ExportRefusedError(ValueError):
    """A version cannot leave in this form; `code` says why, and nothing was written."""

    def __init__(self, code: str, what: str, next_step: str) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.next_step = next_step


def rows_in(files: Sequence[Path], table: Table, tell: Callable[[int], None] | None = None) -> Rows:
    """The rows of Parquet files, one after the other; `tell` hears how many have been read since it was last told."""

    def batches() -> Iterator[pl.DataFrame]:
        from pyarrow.parquet import ParquetFile  # type: ignore[import-untyped]

        some = False
        for path in files:
            with ParquetFile(path) as file:
                # Read by Arrow: it holds one row group at a time, where a scan reads far ahead.
                for batch in file.iter_batches(BATCH_ROWS):
                    some = True
                    yield pl.DataFrame(pl.from_arrow(batch))
                    if tell:
                        tell(batch.num_rows)
        if not some:
            yield table.schema.to_frame()

    return batches


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a table: its media type, what writes it, and whether its rows read as a plain table."""

    mediatype: str
    write: Write
    is_table: bool = True


def _csv(rows: Rows, version: Version, path: Path) -> None:
    with path.open("wb") as file:
        first = True
        for batch in rows():
            _as_csv(batch.lazy(), file, with_header=first)
            first = False


def _sdmx_csv(rows: Rows, version: Version, path: Path) -> None:
    series = sdmx.series_of(TABLES[version.table])
    assert series is not None  # refused before
    with path.open("wb") as file:
        first = True
        for value in series.values:
            for batch in rows():
                _as_csv(sdmx.observations(batch.lazy(), series, value), file, with_header=first)
                first = False


def _as_csv(rows: pl.LazyFrame, file: IO[bytes], *, with_header: bool) -> None:
    texts = [name for name, dtype in rows.collect_schema().items() if dtype == pl.String]
    escaped(rows, texts).collect().write_csv(file, include_header=with_header)


def _parquet(rows: Rows, version: Version, path: Path) -> None:
    from pyarrow.parquet import ParquetWriter

    empty = _arrow(TABLES[version.table].schema.to_frame())
    about = {"bluehelm": json.dumps(_about(version), ensure_ascii=False)}
    with ParquetWriter(path, empty.schema.with_metadata(about), compression="zstd") as writer:
        for batch in rows():
            writer.write_table(_arrow(batch).replace_schema_metadata(about))


def _arrow(rows: pl.DataFrame) -> Any:
    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())


def _geojson(rows: Rows, version: Version, path: Path) -> None:
    table = TABLES[version.table]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(opening(_about(version)))
        comma = "\n"
        for batch in rows():
            for feature in features(batch, table, _place(table)):
                file.write(comma + feature)
                comma = ",\n"
        file.write("\n" + CLOSING)


def _gpkg(rows: Rows, version: Version, path: Path) -> None:
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyogrio  # type: ignore[import-untyped]  # an extra: the command line works without it

    place = _place(TABLES[version.table])
    batches = (part for batch in rows() for part in _with_places(batch, place))
    first = next(batches)
    reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
    kind = "Point" if place == "point" else "Unknown"
    target = path.with_name(f"{path.name}.gpkg")  # the writer warns of any other ending
    try:
        with _written_on(version.retrieved):
            pyogrio.write_arrow(
                reader, target, version.table, "GPKG", geometry_name="_place", geometry_type=kind, crs="EPSG:4326"
            )
        target.replace(path)
    finally:
        target.unlink(missing_ok=True)


@contextmanager
def _written_on(day: date) -> Iterator[None]:
    """A GeoPackage keeps the time of its last change; a day of the version's own is the same whenever it is written."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _with_places(batch: pl.DataFrame, place: Place) -> list[Any]:
    """The rows as Arrow batches, at least one, each with its place as WKB in `_place`."""
    import pyarrow as pa
    import shapely

    places = pa.array(list(shapely.to_wkb(geometries(batch, place))), pa.binary())
    table = _arrow(batch).append_column("_place", places).combine_chunks()
    return table.to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]


def _xlsx(rows: Rows, version: Version, path: Path) -> None:
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]

    texts = [column.name for column in TABLES[version.table].columns if column.dtype == pl.String]
    _refuse_long_texts(rows, texts)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(version.table)
    sheet.freeze_panes = "A2"
    sheet.append(TABLES[version.table].column_names)
    for batch in rows():
        for row in escaped(batch.lazy(), texts).collect().iter_rows():
            sheet.append(printable(row))
    _about_sheet(book.create_sheet("About"), version)
    retrieved = datetime.combine(version.retrieved, time())  # the format's dates have no zone
    book.properties.creator, book.properties.created, book.properties.modified = "bluehelm", retrieved, retrieved
    with UndatedZip(path, "w") as archive:
        ExcelWriter(book, archive).save()


def _refuse_long_texts(rows: Rows, texts: list[str]) -> None:
    lengths = pl.max_horizontal(pl.col(name).str.len_chars().max() for name in texts)
    longest = max(batch.select(lengths).item() or 0 for batch in rows())
    if longest >= CELL_LETTERS:
        what = _(
            "A text of {longest:,} letters does not fit in a cell, which holds {cell_letters:,}.",
            longest=longest,
            cell_letters=CELL_LETTERS,
        )
        raise ExportRefusedError("too_long_a_text", what, _("Export it as csv or parquet."))


def _about_sheet(sheet: Any, version: Version) -> None:
    """Whose data these are and what each column means, so that the sheet can be read without its descriptor."""
    for name, value in _about(version).items():
        sheet.append([name, escaped_text(printable(str(value)))])
    for column in TABLES[version.table].columns:
        sheet.append([f"column {column.name}", f"{column.meaning}{f' ({column.unit})' if column.unit else ''}"])


def _place(table: Table) -> Place:
    place = place_of(table)
    assert place is not None  # refused before
    return place


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
