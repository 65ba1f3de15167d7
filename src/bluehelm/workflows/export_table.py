"""How does a version of a table leave as a file that others can open, check and cite?

One way out for every format: `export_table` asks the gate it is given before it reads a row, writes the file whole or
not at all, and puts a Data Package descriptor beside it. The same version in the same format is the same bytes.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.definitions.disclosure import PeopleTable, RowsAreCounts, RowsArePersons
from bluehelm.disclosure import OUTSIDER, may_read
from bluehelm.disclosure.parts import held_back, small_parts_held_back
from bluehelm.language import _
from bluehelm.products import sdmx
from bluehelm.products.cells import SAID
from bluehelm.products.datapackage import WrittenFile, datapackage, field_of, table_fields
from bluehelm.products.extras import MissingExtraError
from bluehelm.products.geojson import place_of, placing_columns
from bluehelm.spine import VersionRef
from bluehelm.store import Store, Version
from bluehelm.tables import TABLES, Table
from bluehelm.workflows.readers import label_of
from bluehelm.workflows.release_counts import disclosure_rules
from bluehelm.workflows.table_files import FORMATS, SHEET_ROWS, ExportRefusedError, Format, Rows, rows_in
from bluehelm.workflows.whole_file import whole_file, writable

__all__ = ["FORMATS", "ExportRefusedError", "Exported", "export_table", "open_data", "version_to_export"]

CSV_DIALECT = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file and its descriptor as they now lie on disk; `rows` are those of the table.

    `held_back` says how many counts of each column were held back; None where the table is not about people.
    """

    version: Version
    format: str
    out: Path
    descriptor: Path
    rows: int
    bytes: int
    sha256: str
    held_back: dict[str, int] | None = None

    def as_json(self) -> dict[str, Any]:
        """The answer of a command or a page."""
        return {
            "table": self.version.table,
            "version": self.version.version,
            "format": self.format,
            "out": str(self.out),
            "descriptor": str(self.descriptor),
            "rows": self.rows,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "held_back": self.held_back,
            "versions": [
                {
                    "table": self.version.table,
                    "version": self.version.version,
                    "sha256": self.version.sha256,
                    "retrieved": self.version.retrieved.isoformat(),
                }
            ],
        }


def open_data(version: Version) -> bool:
    """The gate of a file that anybody may receive: what its provider publishes for all."""
    return may_read(OUTSIDER, label_of(version.label))


def export_table(
    store: Store,
    version: Version,
    to: str,
    out: Path,
    *,
    allowed: Callable[[Version], bool],
    force: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Exported:
    """Write a version as one of FORMATS, with `OUT.datapackage.json` beside it.

    `allowed` says whether this version may leave to whoever receives the file; there is no default, so that nobody
    can forget to ask; `progress` hears how many more rows were read. Raises ExportRefusedError, FileRefusedError or
    MissingExtraError; then nothing is written.
    """
    if not allowed(version):
        what = _(
            "Version {version} of the {table} table may not leave to this audience.",
            version=version.version,
            table=version.table,
        )
        raise ExportRefusedError("not_releasable", what, _("Whoever answers for it can release it."))
    table, form = TABLES[version.table], _format(to)
    _refuse_unfit(table, version, to)
    descriptor = out.with_name(out.name + ".datapackage.json")
    writable(descriptor, force=force)
    leaving = _Leaving(rows_in(_files(store, version), table, progress), disclosure_rules().tables.get(table.name))
    with whole_file(out, force=force) as part, whole_file(descriptor, force=force) as beside:
        form.write(leaving.rows, version, part)
        written = _written(part, out.name, table, to, form)
        package = datapackage(
            written,
            table,
            _fields(table, to),
            _ref(version),
            url=version.source.url,
            lineage=_lineage(version, to) | leaving.said,
        )
        beside.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Exported(version, to, out, descriptor, version.rows, written.bytes, written.sha256, leaving.held_back)


class _Leaving:
    """The rows of a table as they leave: where they are counts about people, small parts are held back and counted."""

    def __init__(self, rows: Rows, rule: PeopleTable | None) -> None:
        self._rows, self._rule = rows, rule
        self.held_back: dict[str, int] | None = None

    def rows(self) -> Iterator[pl.DataFrame]:
        """One pass over the rows; a format that takes several counts what is held back in its last."""
        if not isinstance(self._rule, RowsAreCounts):
            yield from self._rows()
            return
        rules, columns = disclosure_rules(), [*self._rule.parts, self._rule.total]
        self.held_back = dict.fromkeys(columns, 0)
        for batch in self._rows():
            leaving = small_parts_held_back(
                batch, self._rule.parts, self._rule.total, smallest=rules.smallest, interval=rules.interval
            )
            for name, cells in held_back(batch, leaving, columns).items():
                self.held_back[name] += cells
            yield leaving

    @property
    def said(self) -> dict[str, Any]:
        """What the descriptor says of it."""
        if self.held_back is None:
            return {}
        rules = disclosure_rules()
        rule = f"counts of 1 to {rules.smallest - 1} persons, and what would give them away, are empty"
        return {"disclosure": {"rule": rule, "status": rules.status, "held_back": self.held_back}}


def _files(store: Store, version: Version) -> list[Path]:
    """The Parquet files with a version's rows, in order."""
    rows = store.rows_path(version)
    return sorted(rows.glob("*.parquet")) if rows.is_dir() else [rows]


def _format(to: str) -> Format:
    if to not in FORMATS:
        what = _("There is no format {to!r}; there is: {formats}.", to=to, formats=", ".join(FORMATS))
        raise ExportRefusedError("no_such_format", what, _("Name one of them with --to."))
    return FORMATS[to]


def _refuse_unfit(table: Table, version: Version, to: str) -> None:
    """Refuse before anything is written what the format cannot hold."""
    if isinstance(disclosure_rules().tables.get(table.name), RowsArePersons):
        what = _("The rows of the {name} table are persons: they leave as counts only.", name=table.name)
        next_step = _(
            "`bluehelm disclosure release {name} --by mission,year` writes counts that reveal nobody.", name=table.name
        )
        raise ExportRefusedError("rows_are_persons", what, next_step)
    if to == "xlsx" and version.rows >= SHEET_ROWS:
        what = _(
            "{rows:,} rows do not fit in a sheet, which holds {sheet_rows:,} below its header.",
            rows=version.rows,
            sheet_rows=SHEET_ROWS - 1,
        )
        raise ExportRefusedError("too_many_rows", what, _("Export it as csv or parquet."))
    if to in ("geojson", "gpkg") and place_of(table) is None:
        what = _("The rows of the {name} table have no place: no coordinates and no outline.", name=table.name)
        raise ExportRefusedError("no_places", what, _("Export it as csv, parquet or xlsx."))
    if to == "sdmx-csv" and sdmx.series_of(table) is None:
        fit = ", ".join(name for name, other in TABLES.items() if sdmx.series_of(other))
        what = _(
            "The {name} table is no series: its rows are not counts by month. Series are: {fit}.",
            name=table.name,
            fit=fit,
        )
        raise ExportRefusedError("no_series", what, _("Export it as csv, parquet or xlsx."))
    if to == "gpkg" and find_spec("pyogrio") is None:
        raise MissingExtraError(_("A GeoPackage"), "documents")


def _written(part: Path, name: str, table: Table, to: str, form: Format) -> WrittenFile:
    with part.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    dialect = CSV_DIALECT if to.endswith("csv") else {"sheetName": table.name} if to == "xlsx" else None
    return WrittenFile(name, to, form.mediatype, part.stat().st_size, sha256, form.is_table, dialect)


def _fields(table: Table, to: str) -> list[dict[str, Any]]:
    if to == "sdmx-csv":
        return _series_fields(table)
    place = place_of(table) if to == "geojson" else None
    hidden = placing_columns(place) if place else set()
    return [field for field in table_fields(table) if field["name"] not in hidden]


def _series_fields(table: Table) -> list[dict[str, Any]]:
    """The standard's columns with what each is for: structure, dimension, measure or attribute."""
    series = sdmx.series_of(table)
    assert series is not None  # refused before
    known = {sdmx.concept(column): column for column in (*series.dimensions, *series.attributes)}
    dimensions = {"FREQ", "INDICATOR", *(sdmx.concept(column) for column in series.dimensions)}
    return [
        (field_of(known[name], name) if name in known else {"name": name, "type": _plain_type(name)})
        | {"role": _role(name, dimensions)}
        for name in series.header
    ]


def _plain_type(name: str) -> str:
    return "integer" if name == "OBS_VALUE" else "string"


def _role(name: str, dimensions: set[str]) -> str:
    if name in sdmx.ABOUT:
        return "structure"
    return "dimension" if name in dimensions else "measure" if name == "OBS_VALUE" else "attribute"


def _ref(version: Version) -> VersionRef:
    return VersionRef(
        table=version.table,
        version=version.version,
        sha256=version.sha256,
        retrieved=version.retrieved,
        provider=version.provider,
        title=version.source.title,
        licence=version.source.licence,
        citation=version.source.citation,
    )


def _lineage(version: Version, to: str) -> dict[str, Any]:
    coverage = version.coverage
    return {
        "synthetic": version.synthetic,
        "marking": version.label.marking,
        "releasable_to": list(version.label.releasable_to),
        "parents": [{"table": table, "version": number} for table, number in version.parents],
        "rows": version.rows,
        "rows_sha256": version.rows_sha256,
        "set_aside": version.set_aside,
        "reasons": [asdict(reason) for reason in version.reasons],
        "flags": [asdict(flag) for flag in version.flags],
        "notes": [asdict(note) for note in version.notes],
        "coverage": {
            "first_month": coverage.first_month,
            "last_month": coverage.last_month,
            "countries": None if coverage.countries is None else list(coverage.countries),
            **({"unknown_months": list(coverage.unknown_months)} if coverage.unknown_months else {}),
        },
        **({"escaped": SAID} if to in ("csv", "xlsx", "sdmx-csv") else {}),
    }


def version_to_export(
    store: Store, table: str, *, number: int | None = None, provider: str | None = None, known_on: date | None = None
) -> Version:
    """The version that a reader means: by its number, or the newest known; real data before synthetic.

    Raises StoreError when there is no such version and ExportRefusedError when the newest is not the only candidate:
    providers' chains are never mixed, so that the reader must name one.
    """
    if table not in TABLES:
        what = _("There is no table {table!r}; there is: {tables}.", table=table, tables=", ".join(TABLES))
        raise ExportRefusedError("no_such_table", what, _("`bluehelm tables` lists the versions of each."))
    if number is not None:
        return store.version(table, number)
    chains = store.known(table, provider=provider, known_on=known_on) or store.known(
        table, provider=provider, known_on=known_on, synthetic=True
    )
    if not chains:
        held = _(" retrieved by {known_on}", known_on=known_on) if known_on else ""
        of = _(" of {provider}", provider=provider) if provider else ""
        what = _("There is no version of the {table} table{of}{held}.", table=table, of=of, held=held)
        raise ExportRefusedError("no_such_version", what, _("`bluehelm tables` lists all versions."))
    providers = sorted({version.provider for version in chains})
    if len(providers) > 1:
        what = _(
            "The {table} table has versions of several providers: {providers}.",
            table=table,
            providers=", ".join(providers),
        )
        raise ExportRefusedError("several_providers", what, _("Name one with --provider, or a --version."))
    return chains[-1]
