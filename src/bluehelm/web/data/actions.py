"""Which deeds change to whom a table is shown, and make a table of what people recorded?

Rows never change: releasing gives a version another label, publishing makes a new version. Both leave one audit entry
in the transaction that they are done in; the files are written last, so that a refusal leaves them as they were.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bluehelm.disclosure import Label, combined
from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.store import Store, StoreError, Submission, Version
from bluehelm.tables import TABLES, TableError
from bluehelm.tables.provenance import Coverage, SourceNote
from bluehelm.web.audit.chain import JSON
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.workflows.clock import today
from bluehelm.workflows.import_file import ImportReport, import_file
from bluehelm.workflows.readers import label_of, version_label

SHORTEST_REASON = 15


class ReleaseError(ValueError):
    """The deed was refused as it stands; nothing was changed."""


@transaction.atomic
def release_version(*, table: str, number: int, label: Label, reason: str, by: Actor) -> Version:
    """Give a table version another marking and other audiences; StoreError when there is none the actor may read.

    It takes the right to release at the marking it has and at the one it gets: lowering a marking is a release too.
    """
    store = Store(Path(settings.BLUEHELM_HOME))
    version = store.version(table, number)
    before = label_of(version.label)
    if not by.may_read("table", before):
        raise StoreError("no_such_version", f"There is no version {number} of the {table} table.", table, "")
    for marking in (before.marking, label.marking):
        by.require("release", "table", marking)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReleaseError(_("Say in a few words why; the reason stands in the audit."))
    if not by.may_read("table", label):
        raise ReleaseError(_("Under this label you could not see it yourself, nor take it back. Check the audience."))
    detail: dict[str, JSON] = {"from": _plain(before), "to": _plain(label)}
    append_entry(
        deed="table.released",
        kind="table",
        key=f"{table}/{number}",
        by=by.account,
        post=by.post_code,
        detail=detail,
        reason=reason.strip(),
        marking=label.marking.value,
        audience="|".join(sorted(label.releasable_to)),
    )
    return store.relabel(version, version_label(label))


def _plain(label: Label) -> dict[str, JSON]:
    return {"marking": label.marking.code, "releasable_to": list[JSON](sorted(label.releasable_to))}


@dataclass(frozen=True, slots=True)
class Record:
    """A record that rows were made from, as it stood: its kind, its number, its version and its label."""

    kind: str
    key: str
    row_version: int
    label: Label


@transaction.atomic
def publish_table(
    *,
    table: str,
    rows: pl.DataFrame,
    records: Iterable[Record],
    source: SourceNote,
    coverage: Coverage,
    by: Actor,
    synthetic: bool = False,
) -> Version:
    """Make approved records a new version of a table that keeps its promise.

    Its label is what its records have in common, and never less: the highest marking, the audiences they share. The
    records and their versions are kept beside the rows, as a provider's file is, and named by its digest.
    """
    made_from = sorted(records, key=lambda record: (record.kind, record.key))
    label = combined(record.label for record in made_from)
    by.require("create", "table", label.marking)
    if not all(by.may_read(record.kind, record.label) for record in made_from):
        raise NotAllowedError(_("Only who may read all of the records publishes them."))
    _check(table, rows)
    store = Store(Path(settings.BLUEHELM_HOME))
    with store.scratch() as scratch:
        raw, rows_file = scratch / "records.csv", scratch / "rows.parquet"
        _lineage(made_from).write_csv(raw)
        rows.write_parquet(rows_file)
        sha256 = hashlib.sha256(raw.read_bytes()).hexdigest()
        append_entry(
            deed="table.published",
            kind="table",
            key=table,
            by=by.account,
            post=by.post_code,
            detail={"records": len(made_from), "rows": rows.height, "sha256": sha256},
            marking=label.marking.value,
            audience="|".join(sorted(label.releasable_to)),
        )
        nothing = pl.DataFrame(schema=NOTED_ROWS)
        return store.publish(
            Submission(
                table=table,
                source=source,
                rows_file=rows_file,
                rows=rows.height,
                file_name="records.csv",
                sha256=sha256,
                retrieved=today(),
                set_aside=nothing,
                flagged=nothing,
                reasons=(),
                flags=(),
                notes=(),
                coverage=coverage,
                raw=raw,
                label=version_label(label),
                synthetic=synthetic,
            )
        )


def _check(table: str, rows: pl.DataFrame) -> None:
    """ReleaseError where there is no such table, or its promise is not kept."""
    if table not in TABLES:
        raise ReleaseError(_("There is no table %(table)s.") % {"table": table})
    try:
        TABLES[table].check(rows)
    except TableError as error:
        raise ReleaseError(str(error)) from None


def _lineage(records: Iterable[Record]) -> pl.DataFrame:
    """Which version of which record the rows were made from."""
    named = [(record.kind, record.key, record.row_version) for record in records]
    return pl.DataFrame(named, schema=["kind", "key", "row_version"], orient="row")


@transaction.atomic
def take_in_table(
    *, provider: str, file_name: str, content: bytes, label: Label, by: Actor, synthetic: bool = False
) -> ImportReport:
    """Make a file that somebody sent the next version of its provider's table; bad rows refuse it whole.

    `synthetic` is said of what an invented mission takes in, which never mixes with what is real.
    Raises NotAllowedError, ReleaseError for a label under which the actor could not see it, ImportRefusedError.
    """
    by.require("create", "table", label.marking)
    if not by.may_read("table", label):
        raise ReleaseError(_("Under this label you could not see it yourself, nor take it back. Check the audience."))
    home = Path(settings.BLUEHELM_HOME)
    append_entry(
        deed="table.taken_in",
        kind="table",
        key=provider,
        by=by.account,
        post=by.post_code,
        detail={"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()},
        marking=label.marking.value,
        audience="|".join(sorted(label.releasable_to)),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(file_name).name
        path.write_bytes(content)
        return import_file(home, provider, path, label=version_label(label), synthetic=synthetic)
