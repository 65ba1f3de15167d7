"""Which jobs are there, and how are they done and ended from a terminal? `bluehelm jobs ...`"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.acting import remembered
from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED
from bluehelm.language import _

if TYPE_CHECKING:
    from bluehelm.web.posts.acting import Actor

jobs = typer.Typer(help="List jobs, do them, cancel one.", no_args_is_help=True)

Account = Annotated[
    str | None, typer.Option("--as", envvar="BLUEHELM_ACCOUNT", callback=remembered, help="The account that acts.")
]
InPost = Annotated[str | None, typer.Option("--post", help="In which of the account's posts; else in the first one.")]


def register(app: typer.Typer) -> None:
    """Add `bluehelm jobs ...`."""
    app.add_typer(jobs, name="jobs")


@contextmanager
def acting(home: Path, account: str | None, post: str | None) -> Iterator["Actor"]:
    """The records opened for an account in its post, its refusals in the words of commands."""
    from bluehelm.web.records import open_records

    open_records(home)
    from bluehelm.web.posts.acting import NotAllowedError, actor_for_command

    if not account:
        next_step = _("Say --as NAME; `bluehelm user list` names the accounts.")
        raise Refusal("no_account", _("This is done by an account in its post."), "--as", UNCHANGED, next_step)
    try:
        yield actor_for_command(account, post=post)
    except NotAllowedError as error:
        next_step = _("`bluehelm user list` names the accounts and their posts.")
        raise Refusal("not_allowed", error.what, "--as", UNCHANGED, next_step) from None


@jobs.command("list")
def list_command(context: typer.Context, account: Account = None, post: InPost = None, as_json: bool = JSON) -> None:
    """List the jobs of the account's post, newest first; all of them for whoever keeps accounts."""
    with acting(context.obj, account, post) as actor:
        from bluehelm.web.jobs.presenters import job_json
        from bluehelm.web.jobs.reads import jobs_shown_to

        found = [job_json(job, actor) for job in jobs_shown_to(actor)[:50]]
    if as_json:
        say_json({"jobs": found, "versions": []})
        return
    rows = [
        [
            f"{one['job']}",
            one["state"],
            _("{done} of {total}", done=one["done"], total=one["total"]) if one["total"] else "",
            one["title"],
        ]
        for one in found
    ]
    say(table([_("job"), _("state"), _("progress"), _("what")], rows, right=(0,)) if rows else _("No job."))


@jobs.command("run")
def run_command(
    context: typer.Context,
    keep_on: Annotated[
        bool, typer.Option("--keep-on", help="Go on until Ctrl-C, as a worker beside the server.")
    ] = False,
    as_json: bool = JSON,
) -> None:
    """Do every job that waits or was cut short; each acts as the post that asked for it."""
    from bluehelm.web.records import open_records

    open_records(context.obj)
    from bluehelm.web.jobs.worker import run_all, run_until_stopped

    if keep_on:
        run_until_stopped()
        return
    number = run_all()
    say_json({"done": number, "versions": []}) if as_json else say(_("Done       {number:,} jobs", number=number))


@jobs.command("cancel")
def cancel_command(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help="The job's number.")],
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Ask for an open job to end."""
    with acting(context.obj, account, post) as actor:
        from bluehelm.web.jobs.actions import JobError, cancel
        from bluehelm.web.jobs.presenters import job_json

        try:
            answer: dict[str, Any] = job_json(cancel(number=number, by=actor), actor)
        except JobError as refusal:
            next_step = _("`bluehelm jobs list` shows how jobs stand.")
            raise Refusal("has_ended", str(refusal), f"{number}", UNCHANGED, next_step) from None
    say_json(answer) if as_json else say(
        _("Job {number}   {state}, asked to end", number=number, state=answer["state"])
    )
