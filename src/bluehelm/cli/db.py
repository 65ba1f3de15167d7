"""How do the records of a data folder move to another database, and are two the same? `bluehelm db ...`"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bluehelm.cli.answers import JSON, Refusal, progress_bar, say, say_json
from bluehelm.cli.asking import UNCHANGED
from bluehelm.language import _

if TYPE_CHECKING:
    from bluehelm.web.moving import Moved

db = typer.Typer(help="Move records between SQLite and PostgreSQL, and compare them.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add `bluehelm db ...`."""
    app.add_typer(db, name="db")


def opened(home: Path) -> None:
    """The records as they stand, without bringing them up to this release; refuses a folder that has none."""
    from django.core.exceptions import ImproperlyConfigured

    from bluehelm.web.databases import DATABASE, named_database

    os.environ["BLUEHELM_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluehelm.web.settings")
    if not named_database() and not (home / DATABASE).is_file():
        next_step = _("Name a data folder with --home; `bluehelm demo` builds one.")
        raise Refusal("no_records", _("There are no records in {home}.", home=home), str(home), UNCHANGED, next_step)
    import django

    try:
        django.setup()
    except ImproperlyConfigured as error:
        next_step = _("docs/operations.md says how it is written.")
        raise Refusal("bad_settings", str(error), "environment", UNCHANGED, next_step) from None


@db.command("move")
def move_command(
    context: typer.Context,
    to: Annotated[
        str, typer.Option(help="sqlite (the folder's file), or postgresql://USER@HOST/NAME, which is empty.")
    ],
    as_json: bool = JSON,
) -> None:
    """Copy the records into another, empty database, equal by digest; the source stays as it is."""
    home: Path = context.obj
    opened(home)
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from bluehelm.web.databases import DATABASE, database
    from bluehelm.web.moving import MoveError, move_to, move_to_file

    try:
        with progress_bar() as tell:
            moved = move_to_file(home / DATABASE, tell) if to == "sqlite" else move_to(database(home, to), tell)
    except ImproperlyConfigured as error:
        raise Refusal("bad_address", str(error), "--to", UNCHANGED, _("Correct the address.")) from None
    except MoveError as error:
        raise Refusal(error.code, error.what, "--to", UNCHANGED, error.next_step, error.problems) from None
    except DatabaseError as error:
        what = _(
            "A database refused: {error}", error=str(error).splitlines()[0] if str(error) else type(error).__name__
        )
        raise Refusal("database_refused", what, "--to", UNCHANGED, _("Check the address and its rights.")) from None
    _say_moved(moved, to, as_json=as_json)


def _say_moved(moved: "Moved", to: str, *, as_json: bool) -> None:
    kind = "sqlite" if to == "sqlite" else "postgresql"
    if as_json:
        tables = [{"table": one.table, "rows": one.rows, "sha256": one.sha256} for one in moved.tables]
        audit = {"entries": moved.audit_entries, "ok": True}
        say_json({"to": kind, "rows": moved.rows, "sha256": moved.sha256, "audit": audit, "tables": tables})
        return
    say(
        _(
            "Moved      {rows:,} rows of {number} tables to {kind}, equal by digest {sha256}",
            rows=moved.rows,
            number=len(moved.tables),
            kind=kind,
            sha256=moved.sha256[:12],
        )
    )
    say(_("Holds      the audit with {audit_entries:,} entries", audit_entries=moved.audit_entries))
    set_to = _("take BLUEHELM_DATABASE away") if kind == "sqlite" else _("set BLUEHELM_DATABASE to the address")
    say(_("Next       {set_to}, then start the server; the old database is as it was", set_to=set_to))


@db.command("digest")
def digest_command(context: typer.Context, as_json: bool = JSON) -> None:
    """Say the digest of every table of records, the same whatever database keeps them."""
    opened(context.obj)
    from bluehelm.web.digests import digest_of_all, digests

    tables = digests("default")
    sha256 = digest_of_all(tables)
    if as_json:
        said = [{"table": one.table, "rows": one.rows, "sha256": one.sha256} for one in tables]
        say_json({"rows": sum(one.rows for one in tables), "sha256": sha256, "tables": said})
    else:
        say("\n".join(f"{one.sha256[:12]}  {one.rows:>9,}  {one.table}" for one in tables))
        say(_("{sha256}  all together", sha256=sha256[:12]))
