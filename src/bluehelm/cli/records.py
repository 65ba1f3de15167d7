"""How do records come in from files and leave as files from a terminal? `bluehelm records ...`"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.answers import JSON, NO, Refusal, progress_bar, say, say_json, table
from bluehelm.cli.asking import UNCHANGED
from bluehelm.cli.jobs import Account, InPost, acting
from bluehelm.language import _

if TYPE_CHECKING:
    from bluehelm.web.exchange.models import RecordFile
    from bluehelm.web.posts.acting import Actor

records = typer.Typer(help="Take files of records in, undo that, and let records out.", no_args_is_help=True)

Kind = Annotated[str, typer.Argument(help="findings, plan-values, mission-dates, requirements, pledges, contributors.")]


def register(app: typer.Typer) -> None:
    """Add `bluehelm records ...`."""
    app.add_typer(records, name="records")


@records.command("import")
def import_command(
    context: typer.Context,
    kind: Kind,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; the first row names the columns.")],
    column: Annotated[
        list[str] | None, typer.Option("--column", help="OURS=THEIRS where the file calls it otherwise; repeat it.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Take it in; else only say what it would change.")] = False,
    with_reference: Annotated[
        bool, typer.Option("--with-reference", help="Also make what the file refers to and no record knows.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why records change; kept with each.")] = "",
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Say what a file's rows would change, and with --apply make them records, all or none."""
    content = _content(file)
    with acting(context.obj, account, post) as actor:
        looked = _looked(actor, kind, file, content, _columns(column), with_reference, reason)
        applied = apply and not looked.found.get("problems") and _changes(looked) > 0
        answer = _answer(looked, applied=applied)
        if applied:
            looked = _taken_in(actor, looked)
            answer["record_file"] = looked.pk
        else:
            _forgotten(actor, looked)
            answer["record_file"] = None
    say_json(answer) if as_json else say(_said(answer))
    if answer["problems"]:
        raise typer.Exit(NO)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        what = _("{file} cannot be read: {strerror}.", file=file, strerror=error.strerror)
        raise Refusal("no_such_file", what, str(file), UNCHANGED, _("Name a CSV or XLSX file.")) from None


def _columns(said: list[str] | None) -> dict[str, str]:
    pairs = [one.partition("=") for one in said or ()]
    if wrong := [name for name, sign, theirs in pairs if not (name and sign and theirs)]:
        what = _("{wrong}: a column is written OURS=THEIRS.", wrong=", ".join(wrong))
        raise Refusal("bad_column", what, "--column", UNCHANGED, _("Write --column 'title=Heading'."))
    return {ours.strip(): theirs.strip() for ours, _sign, theirs in pairs}


def _looked(
    actor: "Actor", kind: str, file: Path, content: bytes, said: dict[str, str], with_reference: bool, reason: str
) -> "RecordFile":
    from bluehelm.web.exchange.actions import ExchangeError, give, look

    try:
        given = give(kind=kind, file_name=file.name, content=content, by=actor)
    except ExchangeError as error:
        raise Refusal("bad_file", str(error), file.name, UNCHANGED, _("Mend the file."), error.problems) from None
    try:
        return look(
            number=given.pk, expected_version=given.row_version, mapping=given.mapping | said, by=actor,
            with_reference=with_reference, reason=reason,
        )  # fmt: skip
    except ExchangeError as error:
        _forgotten(actor, given)
        next_step = _("The file has {header}; say --column OURS=THEIRS.", header=", ".join(given.header))
        raise Refusal("bad_columns", str(error), file.name, UNCHANGED, next_step, error.problems) from None


def _taken_in(actor: "Actor", looked: "RecordFile") -> "RecordFile":
    from bluehelm.web.exchange.actions import ExchangeError, take_in

    try:
        return take_in(number=looked.pk, digest=looked.found["digest"], by=actor)
    except ExchangeError as error:
        raise Refusal(
            "not_taken_in", str(error), looked.file_name, UNCHANGED, _("Try again."), error.problems
        ) from None


def _forgotten(actor: "Actor", looked: "RecordFile") -> None:
    """A file that is not taken in is not kept: its next import brings it again."""
    from bluehelm.web.exchange.actions import leave

    looked.refresh_from_db(fields=["row_version"])
    leave(number=looked.pk, expected_version=looked.row_version, by=actor)


def _changes(looked: "RecordFile") -> int:
    return int(looked.found.get("new", 0)) + int(looked.found.get("changed", 0))


def _answer(looked: "RecordFile", *, applied: bool) -> dict[str, Any]:
    found = looked.found
    named = ("new", "changed", "same", "differences", "problems", "reference")
    return {
        "kind": looked.kind,
        "applied": applied,
        **{name: found[name] for name in named},
        "columns": looked.mapping,
        "inputs": [{"name": looked.file_name, "sha256": looked.sha256}],
    }


def _said(answer: dict[str, Any]) -> str:
    numbers = _(
        "new {new}, changed {changed}, as they stand {same}",
        new=answer["new"],
        changed=answer["changed"],
        same=answer["same"],
    )
    head = f"{_('Taken in') if answer['applied'] else _('Would be')}   {numbers}"
    rows = [[f"{one['line']}", one["deed"], one["key"], ", ".join(one["fields"])] for one in answer["differences"][:20]]
    lines = [head, *([table([_("line"), _("deed"), _("record"), _("fields")], rows, right=(0,))] if rows else [])]
    if answer["problems"]:
        lines += [_("This file cannot be taken in. Nothing was changed."), *answer["problems"]]
    elif not answer["applied"]:
        lines.append(_("Nothing was changed. With --apply it is taken in."))
    else:
        lines.append(
            _("Undo       bluehelm records undo {record_file} --reason WHY", record_file=answer["record_file"])
        )
    return "\n".join(lines)


@records.command("undo")
def undo_command(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help="The import's number.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Put back what an import changed, or nothing where a record was changed since."""
    with acting(context.obj, account, post) as actor:
        from bluehelm.web.exchange.actions import ExchangeError, undo
        from bluehelm.web.exchange.presenters import file_json

        try:
            answer = file_json(undo(number=number, reason=reason, by=actor))
        except ExchangeError as error:
            next_step = _("Change the records that are named on their pages.")
            raise Refusal("not_undone", str(error), f"{number}", UNCHANGED, next_step, error.problems) from None
    say_json(answer) if as_json else say(_("Undone     {kind}, import {number}", kind=answer["kind"], number=number))


@records.command("export")
def export_command(
    context: typer.Context,
    kind: Kind,
    out: Annotated[Path, typer.Option(help="The file to write: .csv or .xlsx.")],
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Write the records that the account's post may read as a file; noted in the audit."""
    from bluehelm.workflows.whole_file import FileRefusedError

    form = out.suffix.lower().removeprefix(".")
    with acting(context.obj, account, post) as actor, progress_bar() as progress:
        from bluehelm.web.exchange.actions import ExchangeError
        from bluehelm.web.exchange.carrying import write_out

        try:
            file = write_out(actor, kind, form, out, force=force, tell=progress)
        except FileRefusedError as error:
            raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None
        except ExchangeError as error:
            next_step = _("Name it FILE.csv or FILE.xlsx.")
            raise Refusal("bad_format", str(error), "--out", UNCHANGED, next_step) from None
    if as_json:
        say_json({"kind": kind, "file": file, "versions": []})
    else:
        say(
            _(
                "Wrote      {name}: {rows:,} rows, {bytes:,} bytes, sha256 {sha256}",
                name=out.name,
                rows=file["rows"],
                bytes=file["bytes"],
                sha256=file["sha256"][:12],
            )
        )
