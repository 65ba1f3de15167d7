"""Which posts are there, and how does a command open one, fill one, or release a table version to others?

Posts are kept by whoever reaches the data folder's files, so that the first administrator can be made at all; the audit
names these deeds `system:bluehelm posts`. A release is an account's own deed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bluehelm.cli.acting import remembered
from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day
from bluehelm.disclosure import Label, Marking, audience_names
from bluehelm.language import _

BY = "system:bluehelm posts"

posts = typer.Typer(help="List, open and fill posts.", no_args_is_help=True)

Clearance = Annotated[str, typer.Option(help="The highest marking the post reads: unclassified, confidential, ...")]


def register(app: typer.Typer) -> None:
    """Add `bluehelm posts ...` and `bluehelm release`."""
    app.add_typer(posts, name="posts")
    app.command("release")(release_command)


def asked_marking(code: str, option: str) -> Marking:
    """The marking of an option; refuses one that there is not."""
    try:
        return Marking.from_code(code)
    except ValueError as error:
        raise Refusal(
            "bad_marking", str(error), option, UNCHANGED, _("Write {option} confidential, for example.", option=option)
        ) from None


def asked_audience(text: str, option: str) -> frozenset[str]:
    """The audiences of an option; refuses what cannot be read as one."""
    try:
        return audience_names(text)
    except ValueError as error:
        next_step = _("Write {option} 'mission:UNMISS | headquarters', for example.", option=option)
        raise Refusal("bad_audience", str(error), option, UNCHANGED, next_step) from None


@contextmanager
def _kept_posts(home: Path) -> Iterator[None]:
    """The records of a data folder; what the deeds refuse becomes the command's refusal."""
    from bluehelm.web.records import open_records

    open_records(home)
    from django.core.exceptions import ValidationError

    from bluehelm.web.posts.acting import NotAllowedError
    from bluehelm.web.posts.actions import PostError

    try:
        yield
    except (PostError, NotAllowedError) as error:
        raise Refusal(
            "not_done", str(error), "posts", UNCHANGED, _("`bluehelm posts list` shows what there is.")
        ) from None
    except ValidationError as error:
        raise Refusal(
            "not_sound", _("The post is not sound."), "posts", UNCHANGED, _("Correct it."), error.messages
        ) from None


@posts.command("list")
def list_command(context: typer.Context, as_json: bool = JSON) -> None:
    """List the posts and who holds them today."""
    with _kept_posts(context.obj):
        from bluehelm.web.posts.models import Post
        from bluehelm.web.posts.reads import held_today

        kept = Post.objects.select_related("organisation").order_by("code")
        held = held_today(kept)
        rows = [
            {
                "post": post.code,
                "title": post.title,
                "role": post.role,
                "organisation": post.organisation.code,
                "mission": post.mission,
                "section": post.section,
                "clearance": Marking(post.clearance).code,
                "held_by": [occupancy.person.get_username() for occupancy in held.get(post.pk, [])],
            }
            for post in kept
        ]
    if as_json:
        say_json({"posts": rows})
    elif rows:
        columns = [_("post"), _("role"), _("organisation"), _("mission"), _("section"), _("clearance")]
        said = [[*(str(row[name]) for name in columns), ", ".join(row["held_by"]) or _("vacant")] for row in rows]
        say(table([*columns, _("held by")], said))
    else:
        say(_("No posts yet.\nNext  bluehelm posts organisation HQ --name Headquarters --kind headquarters"))


@posts.command("organisation")
def organisation_command(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Short and lasting, such as UNMISS or HQ.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    kind: Annotated[str, typer.Option(help="mission, headquarters, member-state, training-provider or researcher.")],
    as_json: bool = JSON,
) -> None:
    """Add an organisation."""
    with _kept_posts(context.obj):
        from bluehelm.web.posts.acting import keeper
        from bluehelm.web.posts.actions import create_organisation

        made = create_organisation(code=code, name=name, kind=kind, by=keeper(BY))
    _done({"organisation": made.code, "kind": made.kind}, _("Added      {code}", code=made.code), as_json=as_json)


@posts.command("add")
def add_command(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Short and lasting, such as unmiss-planner.")],
    title: Annotated[str, typer.Option(help="The post's title.")],
    role: Annotated[str, typer.Option(help="What it may do; docs/rights.md lists the roles.")],
    organisation: Annotated[str, typer.Option(help="The code of its organisation.")],
    mission: Annotated[str, typer.Option(help="The mission it belongs to.")] = "",
    component: Annotated[str, typer.Option(help="The component within the mission.")] = "",
    section: Annotated[str, typer.Option(help="The section within the mission.")] = "",
    duty_station: Annotated[str, typer.Option(help="The place it works at.")] = "",
    clearance: Clearance = "unclassified",
    as_json: bool = JSON,
) -> None:
    """Add a post."""
    marking = asked_marking(clearance, "--clearance")
    with _kept_posts(context.obj):
        from bluehelm.web.posts.acting import keeper
        from bluehelm.web.posts.actions import PostError, create_post
        from bluehelm.web.posts.models import Organisation, Post

        kept = Organisation.objects.filter(code=organisation).first()
        if kept is None:
            raise PostError(_("There is no organisation {organisation!r}.", organisation=organisation))
        post = Post(
            code=code,
            title=title,
            role=role,
            organisation=kept,
            mission=mission,
            component=component,
            section=section,
            duty_station=duty_station,
            clearance=marking.value,
        )
        made = create_post(post=post, by=keeper(BY))
    _done({"post": made.code, "role": made.role}, _("Added      {code}", code=made.code), as_json=as_json)


@posts.command("fill")
def fill_command(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="The post.")],
    account: Annotated[str, typer.Argument(help="The account of who takes it.")],
    from_on: Annotated[str | None, typer.Option("--from", help="The first day; default today.")] = None,
    until_on: Annotated[str | None, typer.Option("--until", help="The last day; open when not given.")] = None,
    as_json: bool = JSON,
) -> None:
    """Put a person on a post."""
    first, last = asked_day(from_on, "--from"), asked_day(until_on, "--until")
    with _kept_posts(context.obj):
        from bluehelm.web.accounts.models import User
        from bluehelm.web.posts.acting import keeper
        from bluehelm.web.posts.actions import PostError, occupy
        from bluehelm.web.posts.models import Post
        from bluehelm.workflows.clock import today

        post, person = Post.objects.filter(code=code).first(), User.objects.filter(username=account).first()
        if post is None or person is None:
            raise PostError(_("There is no {post} of this name.", post=_("post") if post is None else _("account")))
        made = occupy(post=post, person=person, from_on=first or today(), until_on=last, by=keeper(BY))
    first_on, last_on = made.from_on.isoformat(), _iso(made.until_on)
    answer: dict[str, object] = {"post": code, "account": account, "from": first_on, "until": last_on}
    _done(answer, _("Filled     {code} with {account}", code=code, account=account), as_json=as_json)


def release_command(
    context: typer.Context,
    table_name: Annotated[str, typer.Argument(metavar="TABLE", help="The table.")],
    number: Annotated[int, typer.Argument(help="Its version.")],
    to: Annotated[str, typer.Option(help="Who may see it: 'mission:UNMISS | headquarters', or everyone.")],
    reason: Annotated[str, typer.Option("--why", "--reason", help="Why; it is kept.")],
    marking: Annotated[str, typer.Option(help="Its marking.")] = "unclassified",
    account: Annotated[
        str | None, typer.Option("--as", envvar="BLUEHELM_ACCOUNT", callback=remembered, help="The account that acts.")
    ] = None,
    as_json: bool = JSON,
) -> None:
    """Release a table version to others, or take it back from them."""
    label = Label(asked_marking(marking, "--marking"), asked_audience(to, "--to"))
    from bluehelm.web.records import open_records

    open_records(context.obj)
    from bluehelm.store import StoreError
    from bluehelm.web.data.actions import ReleaseError, release_version
    from bluehelm.web.posts.acting import NotAllowedError, actor_for_command
    from bluehelm.workflows.readers import tables_as_read_by

    try:
        actor = actor_for_command(account)
        with tables_as_read_by(lambda: actor.reader_of("table")):  # --as may stand after the verb
            version = release_version(table=table_name, number=number, label=label, reason=reason, by=actor)
    except StoreError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None
    except (ReleaseError, NotAllowedError) as error:
        next_step = _("Name with --as an account whose post may release, and say why.")
        raise Refusal("not_released", str(error), table_name, UNCHANGED, next_step) from None
    answer = {
        "table": version.table,
        "version": version.version,
        "marking": version.label.marking,
        "releasable_to": list(version.label.releasable_to),
    }
    shown_to = ", ".join(version.label.releasable_to) or _("nobody")
    _done(
        answer,
        _(
            "Released   {table} version {version} to {shown_to}",
            table=version.table,
            version=version.version,
            shown_to=shown_to,
        ),
        as_json=as_json,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _done(answer: dict[str, object], text: str, *, as_json: bool) -> None:
    if as_json:
        say_json(answer)
    else:
        say(text)
