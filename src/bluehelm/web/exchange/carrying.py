"""How are records carried out and in by a job?

What leaves is filtered for the post that asked, written row by row and noted in the audit with its digest. A CSV that
was cut short goes on where its last sure batch ended; a workbook is begun again.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from bluehelm.web.audit.entries import append_entry
from bluehelm.web.exchange import actions
from bluehelm.web.exchange.actions import ExchangeError
from bluehelm.web.exchange.kinds import Out, RecordKind, record_kinds
from bluehelm.web.exchange.reads import files_shown_to
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.workflows.record_files import FORMATS, write_csv, write_xlsx
from bluehelm.workflows.whole_file import whole_file

if TYPE_CHECKING:
    from bluehelm.web.jobs.run import Run

BATCH = 500
Parameters = Mapping[str, Any]
Progress = Callable[[str, int, int], None]


def check_export(by: Actor, parameters: Parameters) -> None:
    kind = record_kinds().get(str(parameters.get("records", "")))
    if kind is None or not by.may("read", kind.right):
        raise NotAllowedError(_("There is no such kind of record, or your post reads none of it."))
    if parameters.get("format") not in FORMATS:
        raise ExchangeError(_("A file is one of: %(formats)s.") % {"formats": ", ".join(FORMATS)})


def export(run: "Run") -> dict[str, Any]:
    """Write the records that the asking post may read; the file's name, digest, rows and marking."""
    kind, form = record_kinds()[run.parameters["records"]], run.parameters["format"]
    leaving = kind.out(run.by)
    name = f"{kind.name}.{form}"
    part, path = run.folder / f".{name}.part", run.folder / name
    number = _csv(run, part, kind.names, leaving) if form == "csv" else _xlsx(run, part, kind.names, leaving)
    os.replace(part, path)
    return {"file": _noted(path, number, kind, leaving, run.by), "marking": leaving.marking}


def write_out(by: Actor, records: str, form: str, out: Path, *, force: bool, tell: Progress) -> dict[str, Any]:
    """The same for a command, at once and to a file of its own; FileRefusedError for one that is there."""
    check_export(by, {"records": records, "format": form})
    kind = record_kinds()[records]
    leaving = kind.out(by)

    def told(number: int, _size: int) -> None:
        tell(_("Writing rows"), number, leaving.number)

    write = write_csv if form == "csv" else write_xlsx
    with whole_file(out, force=force) as part:
        number = write(part, kind.names, (row for _number, row in leaving.rows(0)), told, batch=BATCH)
    return _noted(out, number, kind, leaving, by)


def _noted(path: Path, number: int, kind: RecordKind, leaving: Out, by: Actor) -> dict[str, Any]:
    """What left, after the audit says so."""
    sha256 = sha256_of(path)
    with transaction.atomic():
        append_entry(
            deed="records.exported", kind=kind.right, key=kind.name, by=by.account, post=by.post_code,
            detail={"rows": number, "sha256": sha256}, marking=leaving.marking,
        )  # fmt: skip
    return {"name": path.name, "rows": number, "sha256": sha256, "bytes": path.stat().st_size}


def _csv(run: "Run", part: Path, names: Sequence[str], leaving: Out) -> int:
    done, sure, last = (int(run.checkpoint.get(name, 0)) for name in ("rows", "bytes", "last"))
    if not part.is_file() or part.stat().st_size < sure:
        done = sure = last = 0
    rows = _Heard(run, leaving, done, last)

    def reached(number: int, size: int) -> None:
        checkpoint = {"rows": done + number, "bytes": size, "last": rows.last}
        run.reached(checkpoint, _("Writing rows"), done + number, leaving.number)

    return done + write_csv(part, names, rows, reached, batch=BATCH, after=sure)


def _xlsx(run: "Run", part: Path, names: Sequence[str], leaving: Out) -> int:
    return write_xlsx(part, names, _Heard(run, leaving, 0, 0), lambda *_said: None, batch=BATCH)


class _Heard:
    """The rows, hearing between them whether the job was cancelled; `last` is the number of the latest record."""

    def __init__(self, run: "Run", leaving: Out, done: int, last: int) -> None:
        self.run, self.leaving, self.done, self.last = run, leaving, done, last

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for number, row in self.leaving.rows(self.last):
            if self.done % 100 == 0:
                self.run.tell(_("Writing rows"), self.done, self.leaving.number)
            self.done, self.last = self.done + 1, number
            yield row


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_import(by: Actor, parameters: Parameters) -> None:
    _require_own(by, parameters)


def take_in(run: "Run") -> dict[str, Any]:
    done = actions.take_in(number=run.parameters["file"], digest=run.parameters["digest"], by=run.by)
    return {"records": len(done.changes), "record_file": done.pk, "marking": done.marking}


def check_undo(by: Actor, parameters: Parameters) -> None:
    _require_own(by, parameters)
    if not str(parameters.get("reason", "")).strip():
        raise ExchangeError(_("Say why; the reason is kept."))


def undo(run: "Run") -> dict[str, Any]:
    done = actions.undo(number=run.parameters["file"], reason=run.parameters["reason"], by=run.by)
    return {"records": len(done.changes), "record_file": done.pk, "marking": done.marking}


def _require_own(by: Actor, parameters: Parameters) -> None:
    file = files_shown_to(by).filter(pk=int(parameters.get("file") or 0)).first()
    if file is None:
        raise NotAllowedError(_("There is no such file, or it is not yours."))
    actions.kind_for(file.kind, by)
