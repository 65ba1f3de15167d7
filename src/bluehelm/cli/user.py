"""Who has an account, and how is one opened, closed, unlocked or given a new password from the command line?

Whoever reaches the data folder's files reaches what is in them, so that these commands ask for no password of their
own; the audit names them as `system:bluehelm user`. No password is ever taken from the command line, where other
programs could read it.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.language import _, gettext_noop

if TYPE_CHECKING:
    from bluehelm.web.accounts.models import User

BY = "system:bluehelm user"
ADDRESS = "http://127.0.0.1:8000"
UNCHANGED = gettext_noop("Nothing was changed.")

Name = Annotated[str, typer.Argument(help="The account's name.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for the audit.")]
Address = Annotated[str, typer.Option(envvar="BLUEHELM_ADDRESS", help="Where people reach the pages, for the link.")]

user = typer.Typer(help="Open, close, unlock and list accounts.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add `bluehelm user ...`."""
    app.add_typer(user, name="user")


@contextmanager
def _accounts(home: Path) -> Iterator[Any]:
    """The actions on the accounts of a data folder; what they refuse becomes the command's refusal."""
    from django.core.exceptions import ImproperlyConfigured

    from bluehelm.web.records import open_records
    from bluehelm.web.serve import keep_secret_key  # links are signed with it, and the server must know it

    try:
        from bluehelm.web import production

        if production.BLUEHELM_PRODUCTION:
            production.require(os.environ)  # before anything is made in the folder
        home.mkdir(parents=True, exist_ok=True)
        keep_secret_key(home)
        open_records(home)
    except ImproperlyConfigured as error:
        raise Refusal("bad_settings", str(error), "environment", UNCHANGED, _("Correct the settings.")) from None
    from bluehelm.web.accounts import actions
    from bluehelm.web.posts.acting import keeper

    try:
        yield actions, keeper(BY)
    except actions.AccountError as refused:
        raise Refusal("account_refused", refused.what, "account", UNCHANGED, refused.next_step) from None


@user.command("create")
def create_command(
    context: typer.Context,
    name: Name,
    email: Annotated[str, typer.Option(help="The e-mail address; single sign-on finds the account by it.")] = "",
    post: Annotated[str, typer.Option(help="The code of the post the person takes today.")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read a password from stdin.")] = False,
    address: Address = ADDRESS,
    as_json: bool = JSON,
) -> None:
    """Open an account. Without a password it answers a link with which the person sets one, once."""
    password = _password() if password_stdin else ""
    with _accounts(context.obj) as (actions, by):
        made = actions.open_account(name=name, email=email, post=post, password=password, by=by)
        link = "" if password else address.rstrip("/") + actions.password_link(name=name, by=by)
    if as_json:
        say_json({**_shaped(made), "link": link or None})
        return
    say(
        _("Opened     {name}", name=name)
        + (_(", on the post {post}", post=post) if post else _(", without a post: it sees open data only"))
    )
    if link:
        say(_("Next       give {name} this link, which sets a password once:\n{link}", name=name, link=link))


def _password() -> str:
    """A password from a pipe, or asked for twice at a terminal that does not show it."""
    if sys.stdin.isatty():
        return str(typer.prompt(_("Password"), hide_input=True, confirmation_prompt=True, err=True))
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise Refusal(
            "no_password", _("No password came in."), "stdin", UNCHANGED, _("Pipe one in, or leave the option out.")
        )
    return given


@user.command("list")
def list_command(context: typer.Context, as_json: bool = JSON) -> None:
    """List the accounts, the posts they hold today and when they were last signed into."""
    with _accounts(context.obj):
        from bluehelm.web.accounts.models import User

        shaped = [_shaped(one) for one in User.objects.order_by("username")]
    if as_json:
        say_json({"accounts": shaped})
    elif shaped:
        rows = [
            [
                one["name"],
                _("open") if one["open"] else _("closed"),
                ", ".join(one["posts"]) or _("none"),
                _("yes") if one["second_factor"] else _("no"),
                (one["last_signed_in"] or _("never"))[:10],
            ]
            for one in shaped
        ]
        say(table([_("name"), _("state"), _("posts"), _("second factor"), _("signed in")], rows))
    else:
        say(_("No accounts yet.\nNext  bluehelm user create NAME --post CODE"))


@user.command("close")
def close_command(context: typer.Context, name: Name, reason: Why, as_json: bool = JSON) -> None:
    """Close an account: its sessions end and its tokens are revoked; what it did keeps its name."""
    with _accounts(context.obj) as (actions, by):
        _answer(actions.close_account(name=name, by=by, reason=reason), _("Closed"), as_json)


@user.command("reopen")
def reopen_command(context: typer.Context, name: Name, reason: Why, as_json: bool = JSON) -> None:
    """Open a closed account again."""
    with _accounts(context.obj) as (actions, by):
        _answer(actions.reopen_account(name=name, by=by, reason=reason), _("Reopened"), as_json)


@user.command("unlock")
def unlock_command(context: typer.Context, name: Name, as_json: bool = JSON) -> None:
    """Let a name in again that was locked after too many failures."""
    with _accounts(context.obj) as (actions, by):
        forgotten = actions.unlock_account(name=name, by=by)
    if as_json:
        say_json({"name": name, "failures_forgotten_of": forgotten})
    else:
        say(_("Unlocked   {name}", name=name))


@user.command("reset")
def reset_command(
    context: typer.Context,
    name: Name,
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="Remove the second factors too; takes a reason.")
    ] = False,
    reason: Why = "",
    address: Address = ADDRESS,
    as_json: bool = JSON,
) -> None:
    """Make a link with which the person sets a new password, once and for a day."""
    with _accounts(context.obj) as (actions, by):
        removed = actions.remove_second_factors(name=name, by=by, reason=reason) if second_factor else 0
        link = address.rstrip("/") + actions.password_link(name=name, by=by)
    if as_json:
        say_json({"name": name, "link": link, "second_factors_removed": removed})
        return
    if second_factor:
        say(_("Removed    {removed} second factor(s) of {name}", removed=removed, name=name))
    say(_("Next       give {name} this link, which sets a password once:\n{link}", name=name, link=link))


@user.command("close-dormant")
def close_dormant_command(
    context: typer.Context,
    days: Annotated[int | None, typer.Option(min=1, help="Unused for so long; 90 unless settings differ.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say which; change nothing.")] = False,
    as_json: bool = JSON,
) -> None:
    """Close the accounts nobody has used; never the last administrator's."""
    with _accounts(context.obj):
        from django.conf import settings

        from bluehelm.web.accounts.dormant import close_dormant, dormant_for

        days = days or settings.DORMANT_DAYS
        found = dormant_for(days) if dry_run else close_dormant(days=days, by=BY)
    names = [one.get_username() for one in found]
    if as_json:
        say_json({"days": days, "dry_run": dry_run, "closed": [] if dry_run else names, "dormant": names})
    elif names:
        say(f"{_('Would close') if dry_run else _('Closed'):<12}{', '.join(names)}")
    else:
        say(_("No account has been unused for {days} days.", days=days))


def _answer(one: "User", done: str, as_json: bool) -> None:
    if as_json:
        say_json(_shaped(one))
    else:
        say(f"{done:<10} {one.get_username()}")


def _shaped(one: "User") -> dict[str, Any]:
    from bluehelm.web.accounts.presenters import account_json

    return account_json(one)
