"""How does a file become records: given, its columns named, looked at, taken in, undone?

Looking is doing it and taking it back: every row goes through the same action as on its page, in a transaction that is
rolled back, so that what is shown is what will happen. A file with any problem changes nothing, and neither does one
whose differences are no longer those that were shown.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.spine import ChainError, NotPossibleError
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.exchange import columns
from bluehelm.web.exchange.kinds import NEW, SAME, Asked, Kept, Plan, RecordKind, Step, on_line, record_kinds
from bluehelm.web.exchange.models import LEFT, OPEN, TAKEN, UNDONE, RecordFile
from bluehelm.web.exchange.reads import files_shown_to
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.models import Post
from bluehelm.workflows.record_files import RecordFileError, Row, Sheet, read_sheet

MOST_BYTES = 10_000_000
MOST_ROWS = 5_000
SHOWN = 200
"""Differences and problems that are kept for the page; all are counted."""


class ExchangeError(ValueError):
    """The file was refused as it stands; nothing was changed. `problems` says more."""

    def __init__(self, what: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(what)
        self.problems = problems


class _BackError(Exception):
    """Ends a look: everything it did is taken back."""


def kind_for(name: str, by: Actor) -> RecordKind:
    """A kind whose files the actor takes in; NotAllowedError for any other."""
    kind = record_kinds().get(name)
    if kind is None or by.post is None or by.post.pk is None or by.viewing or not kind.may_take_in(by):
        raise NotAllowedError(_("There is no such kind of record, or your post does not take in files of it."))
    return kind


def highest_written(kind: RecordKind, by: Actor) -> int:
    """The highest marking that the actor may write of a kind: what a file may hold at most."""
    return max((level for level in range(3) if by.may("create", kind.right, level)), default=0)


@transaction.atomic
def give(*, kind: str, file_name: str, content: bytes, by: Actor) -> RecordFile:
    """Keep a file to be looked at, with a first guess at its columns; looked at already where that is complete."""
    wanted, post = kind_for(kind, by), _post(by)
    if len(content) > MOST_BYTES:
        raise ExchangeError(_("The file is too large; the most is %(most)s bytes.") % {"most": f"{MOST_BYTES:,}"})
    sheet = _sheet(file_name, content)
    mapping = columns.proposed(wanted, sheet.header, post)
    made = RecordFile.objects.create(
        kind=kind, file_name=file_name[:200], sha256=sheet.sha256, content=content, header=list(sheet.header),
        mapping=mapping, post=post, given_by=by.account, given_at=timezone.now(), marking=highest_written(wanted, by),
    )  # fmt: skip
    _note(made, "records.file_given", by)
    if not columns.wrong(wanted, sheet.header, mapping):
        return look(number=made.pk, expected_version=1, mapping=mapping, by=by)
    return made


@transaction.atomic
def look(
    *,
    number: int,
    expected_version: int,
    mapping: Mapping[str, str],
    by: Actor,
    with_reference: bool = False,
    reason: str = "",
) -> RecordFile:
    """Read the file by these columns and keep what it would change; no record is changed."""
    file = _held(number, expected_version, by, OPEN)
    kind, post = kind_for(file.kind, by), _post(by)
    said = {name: column for name, column in mapping.items() if column}
    if wrong := columns.wrong(kind, file.header, said):
        raise ExchangeError(_("The columns cannot be read so."), tuple(wrong))
    file.mapping, file.with_reference, file.reason = said, with_reference, reason.strip()[:300]
    plan = _plan(kind, file, by)
    _rehearse(plan)
    file.found = _found(plan)
    columns.remember(kind, file.header, said, post)
    file.save_changed("mapping", "with_reference", "reason", "found", expected_version=expected_version)
    return file


@transaction.atomic
def take_in(*, number: int, digest: str, by: Actor) -> RecordFile:
    """Make the rows of a file records, all or none; `digest` is of the differences that were shown."""
    file = _held(number, None, by, OPEN)
    kind = kind_for(file.kind, by)
    plan = _plan(kind, file, by)
    if plan.problems:
        raise ExchangeError(_("The file cannot be taken in."), tuple(plan.problems))
    if digest_of(plan) != digest:
        raise ExchangeError(_("The records changed after the differences were shown; look at them again."))
    steps = [step for step in plan.steps if step.deed != SAME]
    if not steps:
        raise ExchangeError(_("Every row stands as it did; there is nothing to take in."))
    kept, wrong = [], []
    for step in steps:
        try:
            key, version = step.apply()
        except (ValueError, PermissionError, ChainError, NotPossibleError, ChangedMeanwhileError) as error:
            wrong.append(on_line(step.line, _said(error)))
        else:
            kept.append({"key": key, "deed": step.deed, "fields": step.fields, "version": version})
    if wrong:
        raise ExchangeError(_("The file cannot be taken in."), tuple(wrong))
    file.changes, file.state, file.content, file.ended_at = _jsonable(kept), TAKEN, None, timezone.now()
    file.found = {}
    file.save_changed("changes", "state", "content", "ended_at", "found", expected_version=file.row_version)
    _note(file, "records.taken_in", by, rows=len(kept))
    return file


@transaction.atomic
def undo(*, number: int, reason: str, by: Actor) -> RecordFile:
    """Put back what a file changed; refused as a whole where a record was changed since or something hangs on it."""
    file = _held(number, None, by, TAKEN)
    kind = kind_for(file.kind, by)
    if not reason.strip():
        raise ExchangeError(_("Say why; the reason is kept."))
    asked, problems = Asked(by, source_of(file), reason.strip()), []
    for said in reversed(file.changes):
        try:
            problem = kind.undo(Kept(said["key"], said["deed"], said["fields"], said["version"]), asked)
        except (ValueError, PermissionError, ChainError, NotPossibleError, ChangedMeanwhileError) as error:
            problem = f"{said['key']}: {_said(error)}"
        problems += [problem] if problem else []
    if problems:
        raise ExchangeError(_("The import cannot be undone."), tuple(problems))
    file.state, file.ended_at, file.undone_reason = UNDONE, timezone.now(), reason.strip()[:300]
    file.save_changed("state", "ended_at", "undone_reason", expected_version=file.row_version)
    _note(file, "records.import_undone", by, reason=reason.strip(), rows=len(file.changes))
    return file


@transaction.atomic
def leave(*, number: int, expected_version: int, by: Actor) -> RecordFile:
    """Take a file in no more: its bytes are forgotten."""
    file = _held(number, expected_version, by, OPEN)
    file.state, file.content, file.ended_at, file.found = LEFT, None, timezone.now(), {}
    file.save_changed("state", "content", "ended_at", "found", expected_version=expected_version)
    _note(file, "records.file_left", by)
    return file


def source_of(file: RecordFile) -> str:
    """How a record names the file that said so."""
    return f"{file.file_name} ({file.sha256[:12]})"


def digest_of(plan: Plan) -> str:
    """The digest of what a plan would change: the same for the same file and the same records."""
    said = [[step.line, step.key, step.deed, step.fields] for step in plan.steps if step.deed != SAME]
    text = json.dumps(said, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def _plan(kind: RecordKind, file: RecordFile, by: Actor) -> Plan:
    sheet = _sheet(file.file_name, bytes(file.content or b""))
    rows = [Row(row.line, {name: row.cells[column] for name, column in file.mapping.items()}) for row in sheet.rows]
    reason = file.reason or _("Taken in from %(file)s") % {"file": source_of(file)}
    plan = kind.plan(rows, Asked(by, source_of(file), reason, file.with_reference))
    if plan.reference and not file.with_reference:
        named = ", ".join(plan.reference)
        plan.problems.append(
            _("No record knows %(named)s. Ask for them to be made too, or correct the file.") % {"named": named}
        )
    if not plan.steps and not plan.problems:
        plan.problems.append(_("The file has no rows."))
    return plan


def _rehearse(plan: Plan) -> None:
    """Do what the plan says and take it back; what an action refuses becomes a problem of its line."""
    if plan.problems:
        return
    wrong: list[str] = []
    try:
        with transaction.atomic():
            for step in plan.steps:
                if step.deed != SAME:
                    wrong += _tried(step)
            raise _BackError
    except _BackError:
        plan.problems += wrong


def _tried(step: Step) -> list[str]:
    try:
        step.apply()
    except (ValueError, PermissionError, ChainError, NotPossibleError, ChangedMeanwhileError) as error:
        return [on_line(step.line, _said(error))]
    return []


def _said(error: Exception) -> str:
    return error.what if isinstance(error, NotAllowedError) else str(error)


def _found(plan: Plan) -> dict[str, Any]:
    shown = [step for step in plan.steps if step.deed != SAME][:SHOWN]
    return {
        "digest": digest_of(plan),
        "new": sum(step.deed == NEW for step in plan.steps),
        "changed": sum(step.deed not in (NEW, SAME) for step in plan.steps),
        "same": sum(step.deed == SAME for step in plan.steps),
        "differences": _jsonable(
            [{"line": one.line, "key": one.key, "deed": one.deed, "fields": one.fields} for one in shown]
        ),
        "problems": plan.problems[:SHOWN],
        "problem_count": len(plan.problems),
        "reference": plan.reference,
    }


def _jsonable(said: Any) -> Any:
    return json.loads(json.dumps(said, cls=DjangoJSONEncoder))


def _sheet(file_name: str, content: bytes) -> Sheet:
    try:
        return read_sheet(file_name, content, MOST_ROWS)
    except RecordFileError as error:
        raise ExchangeError(str(error), error.problems) from None


def _held(number: int, expected_version: int | None, by: Actor, state: str) -> RecordFile:
    file = files_shown_to(by).select_for_update(of=("self",)).filter(pk=number).first()
    if file is None or by.viewing:
        raise NotAllowedError(_("There is no such file, or it is not yours."))
    if expected_version not in (None, file.row_version):
        raise ChangedMeanwhileError(file)
    if file.state != state:
        raise ExchangeError(_("This file is %(state)s.") % {"state": file.get_state_display()})
    return file


def _post(by: Actor) -> Post:
    if by.post is None:
        raise NotAllowedError(_("This takes a post."))
    return by.post


def _note(file: RecordFile, deed: str, by: Actor, *, reason: str = "", **detail: Any) -> None:
    append_entry(
        deed=deed, kind="record_file", key=str(file.pk), by=by.account, post=by.post_code,
        detail={"kind": file.kind, "sha256": file.sha256, **detail}, reason=reason, marking=file.marking,
    )  # fmt: skip
