"""How is a data folder backed up, restored and brought up to a new release? `backup`, `restore`, `upgrade`"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bluehelm.cli.answers import JSON, Refusal, progress_bar, say, say_json
from bluehelm.cli.asking import UNCHANGED
from bluehelm.cli.db import opened
from bluehelm.language import _, gettext_noop

OUTSIDE = gettext_noop(
    "Keys are not in it: keep secret.key, audit.key and fields.keys, or what names them, in another place."
)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("backup")(backup_command)
    app.command("restore")(restore_command)
    app.command("upgrade")(upgrade_command)


@contextmanager
def _refusals(where: Path) -> Iterator[None]:
    from django.db import DatabaseError

    from bluehelm.web.backup import BackupError

    try:
        yield
    except BackupError as error:
        raise Refusal(error.code, error.what, str(where), UNCHANGED, error.next_step, error.problems) from None
    except FileExistsError:
        next_step = _("Name another file; backups are never written over others.")
        raise Refusal("exists", _("{where} is there already.", where=where), str(where), UNCHANGED, next_step) from None
    except DatabaseError as error:
        what = _(
            "The database refused: {error}", error=str(error).splitlines()[0] if str(error) else type(error).__name__
        )
        raise Refusal("database_refused", what, str(where), UNCHANGED, _("Check BLUEHELM_DATABASE.")) from None


def backup_command(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not be there yet.")],
    as_json: bool = JSON,
) -> None:
    """Write the whole data folder, its records included, to one verified file; keys stay out."""
    _require_new(out)
    opened(context.obj)
    from bluehelm.web.backup import back_up

    with _refusals(out), progress_bar() as tell:
        made = back_up(context.obj, out, tell)
    if as_json:
        say_json(made.json)
    else:
        say(
            _(
                "Written    {out}: {files:,} files, {bytes:,} bytes, sha256 {sha256}",
                out=out,
                files=made.files,
                bytes=made.bytes,
                sha256=made.sha256,
            )
        )
        say(
            _(
                "Holds      records {records}, {audit_entries:,} entries of the audit\n{outside}",
                records=made.records[:12],
                audit_entries=made.audit_entries,
                outside=_(OUTSIDE),
            )
        )


def _require_new(out: Path) -> None:
    if out.exists() or not out.absolute().parent.is_dir():
        what = (
            _("{out} is there already.", out=out)
            if out.exists()
            else _("There is no folder {parent}.", parent=out.parent)
        )
        code = "exists" if out.exists() else "no_such_folder"
        raise Refusal(code, what, str(out), UNCHANGED, _("Name a new file in a folder that is there."))


def restore_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A backup.")],
    sha256: Annotated[str, typer.Option(help="The digest that `backup` said; another file is refused.")] = "",
    as_json: bool = JSON,
) -> None:
    """Make the data folder of --home again from a backup: the folder must be empty, the backup whole."""
    from bluehelm.store.years import file_digest
    from bluehelm.web.backup import restore

    if sha256 and file_digest(file) != sha256.lower():
        what, next_step = _("The file is not the one with this digest."), _("Find the right file.")
        raise Refusal("other_file", what, str(file), UNCHANGED, next_step)
    with _refusals(context.obj), progress_bar() as tell:
        made = restore(file, context.obj, tell)
    if as_json:
        say_json(made.json | {"home": str(context.obj)})
    else:
        say(
            _(
                "Restored   {obj}: {files:,} files, records {records}, as they were backed up",
                obj=context.obj,
                files=made.files,
                records=made.records[:12],
            )
        )
        say(
            _(
                "Next       put the keys back ({left_out}); bluehelm upgrade; serve",
                left_out=", ".join(made.left_out) or _("there were none"),
            )
        )


def upgrade_command(
    context: typer.Context,
    backup: Annotated[Path | None, typer.Option(help="Where the backup is written; default beside the folder.")] = None,
    as_json: bool = JSON,
) -> None:
    """Back the data folder up, then bring its records up to this release."""
    from datetime import UTC, datetime

    home: Path = context.obj
    opened(home)
    from bluehelm.web.backup import back_up
    from bluehelm.web.moving import audit_of
    from bluehelm.web.records import upgrade, waiting_migrations

    with _refusals(home):
        waiting = waiting_migrations()
    if not waiting:
        if as_json:
            say_json({"upgraded": [], "backup": None, "audit": None})
        else:
            say(_("Nothing to do: the records are of this release."))
        return
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    out = backup or home.with_name(f"{home.name}-before-upgrade-{moment}.zip")
    _require_new(out)
    with _refusals(out), progress_bar() as tell:
        made = back_up(home, out, tell)
    upgrade(home)
    verdict = audit_of("default")
    if not verdict.holds:
        what = _("The records were brought up, but their audit does not hold: {reason}.", reason=verdict.reason)
        next_step = _("`bluehelm restore {out}` into an empty folder gives them as they were.", out=out)
        raise Refusal("broken", what, str(home), "", next_step, exit_code=1)
    if as_json:
        say_json({"upgraded": waiting, "backup": made.json, "audit": {"entries": verdict.entries, "ok": True}})
    else:
        say(
            _(
                "Backed up  {out}\nUpgraded   {number} changes; the audit with {entries:,} entries holds",
                out=out,
                number=len(waiting),
                entries=verdict.entries,
            )
        )
