"""How do counts about people leave, and what do tables of counts tell together? `bluehelm disclosure ...`"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.acting import remembered
from bluehelm.cli.answers import DONE, JSON, NO, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED
from bluehelm.cli.posts import asked_audience
from bluehelm.language import _

if TYPE_CHECKING:
    from bluehelm.store import Version

disclosure = typer.Typer(help="Let counts about people leave, and check what they tell together.", no_args_is_help=True)

Account = Annotated[
    str | None, typer.Option("--as", envvar="BLUEHELM_ACCOUNT", callback=remembered, help="The account that acts.")
]


def register(app: typer.Typer) -> None:
    """Add `bluehelm disclosure ...`."""
    app.add_typer(disclosure, name="disclosure")


@contextmanager
def _refusals(where: str) -> Iterator[None]:
    """Counts that may not leave: exit 2, nothing written."""
    from bluehelm.disclosure.figures import DisclosureError
    from bluehelm.workflows.release_counts import LinkedError
    from bluehelm.workflows.whole_file import FileRefusedError

    try:
        yield
    except FileRefusedError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None
    except LinkedError as error:
        next_step = _("Take the dimensions of an earlier release, fewer or coarser ones.")
        raise Refusal("reveals_with_others", error.what, where, UNCHANGED, next_step, error.problems) from None
    except DisclosureError as error:
        next_step = _("docs/methods/suppression.md says how counts are checked.")
        raise Refusal("not_safe", error.what, where, UNCHANGED, next_step, error.problems) from None


@disclosure.command("check")
def check_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Counts as CSV: dimensions and `persons`.")],
    beside: Annotated[
        list[Path] | None, typer.Option("--with", exists=True, dir_okay=False, help="Another file on the same persons.")
    ] = None,
    as_json: bool = JSON,
) -> int:
    """Say which small counts files show, or let somebody compute; exit 1 when they do. `all` is a margin."""
    from bluehelm.store.years import file_digest
    from bluehelm.workflows.release_counts import check_files, disclosure_rules

    files = [file, *(beside or [])]
    with _refusals(str(file)):
        found = check_files(files)
    rules = disclosure_rules()
    if as_json:
        say_json(
            {
                "ok": not found.problems,
                "shown": [{"of": dict(figure.of), "persons": figure.count} for figure in found.small],
                "computed": [
                    {"of": dict(one.figure.of), "least": one.least, "most": one.most} for one in found.revealed
                ],
                "subtracted": [
                    {"of": dict(more.of), "less": dict(less.of), "persons": persons}
                    for more, less, persons in found.differences
                ],
                "rules": {"smallest": rules.smallest, "interval": rules.interval, "status": rules.status},
                "inputs": [{"name": one.name, "sha256": file_digest(one)} for one in files],
            }
        )
    elif found.problems:
        say("\n".join([_("Reveals"), *(f"  {problem}" for problem in found.problems)]))
    else:
        say(
            _("Holds      no count of 1 to {smallest} persons is shown or can be computed", smallest=rules.smallest - 1)
        )
    return NO if found.problems else DONE


@disclosure.command("release")
def release_command(
    context: typer.Context,
    table_name: Annotated[
        str, typer.Argument(metavar="TABLE", help="A table about people: fatalities, mission_incidents.")
    ],
    by: Annotated[str, typer.Option(help="What to count by: mission,year for example.")],
    to: Annotated[str, typer.Option(help="Who may have it: 'mission:UNMISS | headquarters', or everyone.")],
    reason: Annotated[str, typer.Option("--why", "--reason", help="Why; it is kept.")],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    version: Annotated[int | None, typer.Option(min=1, help="Which version; default the newest.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Let the counts of a table about people leave as a file; small ones are held back, and it is logged to whom."""
    asked = _Asked(
        table_name, version, [name.strip() for name in by.split(",") if name.strip()], asked_audience(to, "--to"),
        reason, out, force, account,
    )  # fmt: skip
    answer = _release(context.obj, asked)
    if as_json:
        say_json(answer)
    else:
        say(
            _(
                "Written    {out}: {figures:,} counts, {held_back:,} of them held back",
                out=out,
                figures=answer["figures"],
                held_back=answer["held_back"],
            )
        )
        say(_("Logged     release {release} to {to}", release=answer["release"], to=", ".join(answer["to"])))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A release of counts that is asked for."""

    table: str
    version: int | None
    dimensions: list[str]
    to: frozenset[str]
    reason: str
    out: Path
    force: bool
    account: str | None


def _release(home: Path, asked: _Asked) -> dict[str, Any]:
    """Count, write the file and log the release, or none of it; what the command answers."""
    from bluehelm.workflows.whole_file import writable

    with _refusals(str(asked.out)):
        writable(asked.out, force=asked.force)
    from bluehelm.web.records import open_records

    open_records(home)
    from bluehelm.web.data.actions import ReleaseError
    from bluehelm.web.posts.acting import NotAllowedError
    from bluehelm.workflows.export_table import ExportRefusedError

    try:
        return _written(home, asked)
    except ExportRefusedError as error:
        raise Refusal(error.code, error.what, asked.table, UNCHANGED, error.next_step) from None
    except (ReleaseError, NotAllowedError) as error:
        next_step = _("Name with --as an account whose post may release, and say why.")
        raise Refusal("not_released", str(error), asked.table, UNCHANGED, next_step) from None


def _written(home: Path, asked: _Asked) -> dict[str, Any]:
    from django.db import transaction

    from bluehelm.store import Store
    from bluehelm.web.disclosure.actions import release_counts
    from bluehelm.web.posts.acting import actor_for_command
    from bluehelm.workflows.export_table import version_to_export
    from bluehelm.workflows.readers import tables_as_read_by
    from bluehelm.workflows.release_counts import write_counts
    from bluehelm.workflows.whole_file import whole_file

    actor = actor_for_command(asked.account)
    with (
        _refusals(asked.table),
        tables_as_read_by(lambda: actor.reader_of("table")),
        whole_file(asked.out, force=asked.force) as part,
        transaction.atomic(),  # the file is written last, before the record is kept for good
    ):
        chosen = version_to_export(Store(home), asked.table, number=asked.version)
        made, safe = release_counts(
            table=asked.table, number=chosen.version, by_dimensions=asked.dimensions, to=asked.to, reason=asked.reason,
            by=actor,
        )  # fmt: skip
        write_counts(safe.figures, asked.dimensions, part)
    return {
        "release": made.pk,
        "table": asked.table,
        "by": asked.dimensions,
        "to": sorted(asked.to),
        "out": str(asked.out),
        "figures": len(safe.figures),
        "small": len(safe.small),
        "held_back": made.held_back,
        "status": safe.status,
        "sha256": made.sha256,
        "versions": [_version_json(chosen)],
    }


def _version_json(version: "Version") -> dict[str, Any]:
    return {
        "table": version.table,
        "version": version.version,
        "sha256": version.sha256,
        "retrieved": version.retrieved.isoformat(),
    }


@disclosure.command("log")
def log_command(context: typer.Context, account: Account = None, as_json: bool = JSON) -> None:
    """List the counts that left, as the account may read it: when, to whom, by whom and why."""
    from bluehelm.web.records import open_records

    open_records(context.obj)
    from bluehelm.web.disclosure.models import Release
    from bluehelm.web.posts.acting import NotAllowedError, actor_for_command

    try:
        actor = actor_for_command(account)
    except NotAllowedError as error:
        next_step = _("`bluehelm user list` names the accounts and their posts.")
        raise Refusal("not_allowed", error.what, "--as", UNCHANGED, next_step) from None
    signed_in = bool(account)
    rows: list[dict[str, Any]] = [
        {
            "release": one.pk,
            "at": one.released_at.isoformat(),
            "table": one.table,
            "version": one.number,
            "by": one.dimensions,
            "to": sorted(one.label.releasable_to),
            "held_back": one.held_back,
            "released_by": one.released_by if signed_in else None,
            "post": one.post if signed_in else None,
            "why": one.reason if signed_in else None,
            "sha256": one.sha256,
        }
        for one in Release.objects.readable_by(actor).select_related("releasable_to")
    ]
    if as_json:
        say_json({"releases": rows})
    elif rows:
        columns = ["release", "at", "table", "version", "by", "held_back"]
        said = [[*(str(row[name]) for name in columns), ", ".join(row["to"])] for row in rows]
        say(table([*columns, _("to")], said))
    else:
        say(_("No counts about people have left, or none that you may read of."))
