"""Who did what to which record, and has the record of that been changed since?

`verify`, `checkpoint` and `export` read the data folder's file as it lies there, also on another machine.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bluehelm.cli.acting import remembered
from bluehelm.cli.answers import DONE, JSON, NO, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day
from bluehelm.language import _
from bluehelm.workflows.whole_file import FileRefusedError, whole_file, writable

if TYPE_CHECKING:
    from bluehelm.web.audit.chain import Entry
    from bluehelm.web.audit.checkpoint import Checkpoint
    from bluehelm.web.audit.proof import Proof
    from bluehelm.web.posts.acting import Actor

audit = typer.Typer(help="Read, export and verify the audit: who did what to which record.", no_args_is_help=True)

DATABASE = "bluehelm.sqlite3"
Since = Annotated[int, typer.Option(min=0, help="Only the entries after this number.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")]
Account = Annotated[
    str | None,
    typer.Option(
        "--as", envvar="BLUEHELM_ACCOUNT", callback=remembered, help="The account that asks; it must be an auditor's."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verbs of the audit to the program."""
    app.add_typer(audit, name="audit")


@audit.command("verify")
def verify_command(
    context: typer.Context,
    checkpoint: Annotated[Path | None, typer.Option(help="A checkpoint to hold the audit against.")] = None,
    public_key: Annotated[
        str | None, typer.Option(help="The key the checkpoint must be signed with: 64 hex characters, or a file.")
    ] = None,
    export: Annotated[Path | None, typer.Option(help="Verify this export instead of a data folder.")] = None,
    since: Since = 0,
    as_json: bool = JSON,
) -> int:
    """Prove offline that no entry was changed, taken out, moved or put in; exit 1 when one was."""
    from bluehelm.web.audit.proof import prove

    point = _checkpoint(checkpoint) if checkpoint else None
    known_key = _known_key(context.obj, public_key, folder_counts=export is None) if point else None
    with _broken_is_no(), _entries(context.obj, export, since) as entries:
        proof = prove(entries, since=since, checkpoint=point, known_key=known_key)
    if as_json:
        say_json(proof.json)
    else:
        say(_proof_text(proof))
    return DONE if proof.ok else NO


def _proof_text(proof: "Proof") -> str:
    verdict = proof.verdict
    if proof.ok:
        lines = [_("Holds      {entries:,} entries", entries=verdict.entries), proof.shown]
        if verdict.head:
            lines.insert(
                1,
                _(
                    "Ends with  entry {sequence} of {at}: {hash}",
                    sequence=verdict.head.sequence,
                    at=verdict.head.at,
                    hash=verdict.head.hash,
                ),
            )
        return "\n".join(lines)
    lines = [f"{_('Broken') if verdict.first_bad is not None else _('Not shown'):<10} {proof.reason}"]
    if verdict.first_bad is not None:
        lines.append(
            _("First bad  entry {first_bad} of {entries:,}", first_bad=verdict.first_bad, entries=verdict.entries)
        )
    return "\n".join(
        [*lines, _("Keep this data folder as it is, and compare it with a backup and with your checkpoints.")]
    )


@audit.command("checkpoint")
def checkpoint_command(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Where to write it; keep it away from the data folder.")],
    force: Force = False,
    as_json: bool = JSON,
) -> None:
    """Sign how far the audit reaches now, to be kept elsewhere; nothing is signed that does not hold."""
    from bluehelm.web.audit.checkpoint import as_text, sign
    from bluehelm.web.audit.keys import KeyFileError, signing_key
    from bluehelm.web.audit.proof import prove

    _check_out(out, force=force)
    with _broken_is_no(), _entries(context.obj) as entries:
        proof = prove(entries)
    verdict = proof.verdict
    if not proof.ok:
        what = _("The audit does not hold: {reason}. Nothing was signed.", reason=proof.reason)
        raise Refusal("broken", what, str(context.obj), "", _("`bluehelm audit verify` says more."), exit_code=NO)
    if verdict.head is None or verdict.ledger is None:
        raise Refusal(
            "nothing_to_sign", _("The audit has no entries yet."), str(context.obj), UNCHANGED, _("Sign it later.")
        )
    try:
        signed = sign(verdict.ledger, verdict.head, at=_now(), key=signing_key(context.obj))
    except KeyFileError as error:
        raise Refusal(
            "bad_key", str(error), str(context.obj), UNCHANGED, _("Put the right key in its place.")
        ) from None
    _write(out, [as_text(signed)], force=force)
    if as_json:
        say_json({"written": str(out), **signed.json})
    else:
        say(
            _(
                "Signed     entry {sequence} of {entries:,}, with the key {public_key}",
                sequence=signed.sequence,
                entries=verdict.entries,
                public_key=signed.public_key,
            )
        )
        say(
            _(
                "Written    {out}\nKeep it, and the key, where nobody who can change this data folder can change them.",
                out=out,
            )
        )


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


@audit.command("export")
def export_command(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Where to write it: one JSON object a line.")],
    since: Since = 0,
    force: Force = False,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Write the entries to a file that verifies anywhere; what the account may not read is withheld, not left out.

    Without an account every content is withheld: what remains proves the chain and says nothing else.
    """
    _check_out(out, force=force)
    _require_entries(context.obj)
    actor = _auditor(context.obj, account) if account else None
    counted = {"entries": 0, "withheld": 0}
    with _broken_is_no(), _entries(context.obj, since=since) as entries:
        _write(out, _export_lines(entries, actor, counted), force=force)
    if actor:
        _note_export(actor, since, counted)
    if as_json:
        say_json({"written": str(out), "since": since, **counted})
    else:
        say(
            _(
                "Written    {entries:,} entries to {out}, {withheld:,} of them without content",
                entries=counted["entries"],
                out=out,
                withheld=counted["withheld"],
            )
        )
        if not account:
            say(_("Name an auditor's account with --as to export what the entries say."))


def _export_lines(entries: Iterable["Entry"], actor: "Actor | None", counted: dict[str, int]) -> Iterator[str]:
    from bluehelm.web.audit.chain import Link, as_line, withheld

    for entry in entries:
        may_read = actor is not None and isinstance(entry, Link) and actor.may("read", "audit_entry", entry.marking)
        leaving = entry if may_read or not isinstance(entry, Link) else withheld(entry)
        counted["entries"] += 1
        counted["withheld"] += not isinstance(leaving, Link)
        yield as_line(leaving) + "\n"


def _note_export(actor: "Actor", since: int, counted: dict[str, int]) -> None:
    from django.db import transaction

    from bluehelm.web.audit.entries import append_entry

    with transaction.atomic():
        append_entry(
            deed="audit.exported",
            kind="audit",
            key="",
            by=actor.account,
            post=actor.post_code,
            detail={"since": since, **counted},
        )


@audit.command("list")
def list_command(
    context: typer.Context,
    deed: Annotated[str, typer.Option(help="A deed, finding.raised, or its first word: finding.")] = "",
    by: Annotated[str, typer.Option(help="The account that did it.")] = "",
    kind: Annotated[str, typer.Option(help="The kind of record.")] = "",
    key: Annotated[str, typer.Option(help="The record.")] = "",
    from_on: Annotated[str | None, typer.Option("--from", help="The first day, YYYY-MM-DD.")] = None,
    until_on: Annotated[str | None, typer.Option("--until", help="The last day, YYYY-MM-DD.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the newest.")] = 50,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """List entries, newest first, as an auditor reads them."""
    first, last = asked_day(from_on, "--from"), asked_day(until_on, "--until")
    _require_entries(context.obj)
    actor = _auditor(context.obj, account)
    from bluehelm.web.audit.presenters import row_json
    from bluehelm.web.audit.reads import Wanted, entries_for

    wanted = Wanted(deed=deed, by=by, kind=kind, key=key, from_on=first, until_on=last)
    found = list(wanted.among(entries_for(actor))[: limit + 1])
    rows = [row_json(entry) for entry in found[:limit]]
    if as_json:
        say_json({"entries": rows, "more": len(found) > limit})
    elif rows:
        shown = ("sequence", "at", "deed", "by", "post", "kind", "key")
        say(table(shown, [[str(row[name]) for name in shown] for row in rows], right=(0,)))
        if len(found) > limit:
            say(_("There are older ones: --limit {limit}, or --until.", limit=limit * 10))
    else:
        say(_("No entry fits."))


def _auditor(home: Path, account: str | None) -> "Actor":
    """The actor of an account that may read the audit; refuses anybody else."""
    from bluehelm.web.records import open_records

    open_records(home)
    from bluehelm.web.posts.acting import NotAllowedError, actor_for_command

    next_step = _("Name an account that holds an auditor's post: --as NAME, or BLUEHELM_ACCOUNT.")
    try:
        actor = actor_for_command(account)
    except NotAllowedError as error:
        raise Refusal("not_allowed", error.what, "--as", UNCHANGED, next_step) from None
    if not actor.may("read", "audit_entry"):
        what = (
            _("The account {account!r} may not read the audit.", account=account)
            if account
            else _("Reading the audit takes an account.")
        )
        raise Refusal("not_allowed", what, "--as", UNCHANGED, next_step)
    return actor


@contextmanager
def _entries(home: Path, export: Path | None = None, since: int = 0) -> "Iterator[Iterable[Entry]]":
    """The entries of an export, else of the data folder's file, else of the database that the settings name."""
    from bluehelm.web.audit.chain import from_lines
    from bluehelm.web.audit.offline import links_of

    if export:
        with export.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
            yield from_lines(lines)
    elif _records_are_elsewhere(home):
        import django

        django.setup()
        from bluehelm.web.audit.stored import has_entries_table, stored_links

        if not has_entries_table():
            what, next_step = _("The database that is named holds no records."), _("Check BLUEHELM_DATABASE.")
            raise Refusal("no_records", what, "BLUEHELM_DATABASE", UNCHANGED, next_step)
        yield stored_links(since=since)
    else:
        _require_entries(home)
        with links_of(home / DATABASE, since=since) as links:
            yield links


def _require_entries(home: Path) -> None:
    if not (home / DATABASE).is_file() and not _records_are_elsewhere(home):
        what = _("There is no audit in {home}: it has no {database}.", home=home, database=DATABASE)
        next_step = _("Name a data folder with --home; `bluehelm demo` builds one.")
        raise Refusal("no_records", what, str(home), UNCHANGED, next_step)


def _records_are_elsewhere(home: Path) -> bool:
    """Whether the settings keep the records in another database than the data folder's file.

    A folder that holds the file is read without asking any settings, unless the environment names some.
    """
    named = os.environ.get("BLUEHELM_DATABASE") or "DJANGO_SETTINGS_MODULE" in os.environ
    if (home / DATABASE).is_file() and not named:
        return False
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluehelm.web.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        return "sqlite" not in str(settings.DATABASES["default"]["ENGINE"])
    except ImproperlyConfigured:
        return False


@contextmanager
def _broken_is_no() -> Iterator[None]:
    """What cannot be read as an audit is no proof: exit 1, with the keys of a verification."""
    from bluehelm.web.audit.chain import ExportError, NotCanonicalError
    from bluehelm.web.audit.offline import UnreadableError

    try:
        yield
    except (UnreadableError, NotCanonicalError, ExportError) as error:
        besides = {"entries": 0, "ok": False, "first_bad": None, "reason": str(error)}
        next_step = _("Keep the file as it is, and compare it with a backup.")
        raise Refusal("unreadable", str(error), "", UNCHANGED, next_step, besides=besides, exit_code=NO) from None


def _checkpoint(file: Path) -> "Checkpoint":
    from bluehelm.web.audit.checkpoint import CheckpointError, parse

    try:
        return parse(file.read_text(encoding="utf-8"))
    except (CheckpointError, UnicodeDecodeError) as error:
        raise Refusal(
            "bad_checkpoint", str(error), str(file), UNCHANGED, _("Give the file as it was signed.")
        ) from None


def _known_key(home: Path, given: str | None, *, folder_counts: bool) -> str | None:
    """The public key that was named, else the data folder's own."""
    from bluehelm.web.audit.checkpoint import CheckpointError, parse_public_key
    from bluehelm.web.audit.keys import KeyFileError, folder_public_key

    try:
        if given:
            return parse_public_key(Path(given).read_text(encoding="ascii") if Path(given).is_file() else given)
        return folder_public_key(home) if folder_counts else None
    except (CheckpointError, KeyFileError, UnicodeDecodeError) as error:
        raise Refusal(
            "bad_key", str(error), given or str(home), UNCHANGED, _("Give the key that signs here.")
        ) from None


def _check_out(out: Path, *, force: bool) -> None:
    with _file_refusals():
        writable(out, force=force)


def _write(out: Path, lines: Iterable[str], *, force: bool) -> None:
    with _file_refusals(), whole_file(out, force=force) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)


@contextmanager
def _file_refusals() -> Iterator[None]:
    try:
        yield
    except FileRefusedError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None
