"""What was found, what was decided about it, and how does a command add to it?

Every deed acts as a named account in its post (`--as`), reading alone also as the readers of an `--audience`. Findings
that the reader may not read are neither listed nor counted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.acting import remembered
from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day
from bluehelm.language import _

if TYPE_CHECKING:
    from bluehelm.spine import EvidenceRef, Measurement, NotObservable
    from bluehelm.web.findings.models import Finding
    from bluehelm.web.posts.acting import Actor

findings = typer.Typer(help="List findings, raise them, and carry them to their effect.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1, help="The finding's number.")]
Account = Annotated[
    str | None, typer.Option("--as", envvar="BLUEHELM_ACCOUNT", callback=remembered, help="The account that acts.")
]
InPost = Annotated[str | None, typer.Option("--post", help="In which of the account's posts; else in the first one.")]
Which = Annotated[int, typer.Option("--recommendation", min=1, help="Which of the finding's recommendations.")]
Seen = Annotated[int | None, typer.Option("--seen", help="The version you saw; refused if it has changed since.")]
Cited = Annotated[
    list[str] | None,
    typer.Option("--evidence", help="'document: Patrol report 114', or 'events version 3, SYN42'; may be repeated."),
]
Why = Annotated[str, typer.Option("--why", "--reason", help="Why; it is kept.")]


def register(app: typer.Typer) -> None:
    """Add `bluehelm findings ...`."""
    app.add_typer(findings, name="findings")


# Reading


@findings.command("list")
def list_command(
    context: typer.Context,
    account: Account = None,
    post: InPost = None,
    audience: Annotated[str | None, typer.Option(help="List what may go to these readers, such as everyone.")] = None,
    state: Annotated[str, typer.Option(help="open, ended, all, or one state.")] = "open",
    domain: Annotated[str, typer.Option(help="Only this domain.")] = "",
    severity: Annotated[str, typer.Option(help="Only this severity.")] = "",
    mission: Annotated[str, typer.Option(help="Only this mission.")] = "",
    owner: Annotated[str, typer.Option(help="Only what this post owns something of.")] = "",
    due: Annotated[str, typer.Option(help="overdue, week or month.")] = "",
    text: Annotated[str, typer.Option(help="Only those with all these words.")] = "",
    sort: Annotated[str, typer.Option(help="due, severity or newest.")] = "due",
    as_json: bool = JSON,
) -> None:
    """List the findings that the reader may read."""
    with _reading(context, account, post, audience) as actor:
        from bluehelm.web.findings.filters import Filters
        from bluehelm.web.findings.views import list_json

        asked = Filters(text, state, domain, severity, mission, owner, due, sort)
        if problems := asked.problems():
            what = _("The filters could not be understood.")
            raise Refusal("bad_filter", what, "options", UNCHANGED, _("Correct them."), problems)
        found = list_json(actor, asked)
        found["versions"] = _with_retrieval(context.obj, found["versions"])
    if as_json:
        say_json(found)
        return
    rows = [
        [f"{one['finding']}", one["severity"], one["state"], one["due"] or "", ",".join(one["owners"]), one["title"]]
        for one in found["findings"]
    ]
    header = [_("finding"), _("severity"), _("state"), _("due"), _("owner"), _("title")]
    say(table(header, rows, right=(0,)) if rows else _("No finding fits.\nNext  bluehelm findings add --help"))


@findings.command("show")
def show_command(
    context: typer.Context,
    number: Number,
    account: Account = None,
    post: InPost = None,
    audience: Annotated[str | None, typer.Option(help="Show it as these readers see it.")] = None,
    as_json: bool = JSON,
) -> None:
    """Show one finding with everything that followed from it."""
    with _reading(context, account, post, audience) as actor:
        shown = _shown(context.obj, actor, number)
    if as_json:
        say_json(shown)
    else:
        say(_text(shown))


@findings.command("mine")
def mine_command(context: typer.Context, account: Account = None, post: InPost = None, as_json: bool = JSON) -> None:
    """List what waits for the account's post, the longest overdue first."""
    with _acting(context.obj, account, post) as actor:
        from bluehelm.web.findings.presenters import reminder_json
        from bluehelm.web.findings.reads import reminders_for
        from bluehelm.workflows.clock import today

        waiting = [reminder_json(one) for one in reminders_for(actor, context.obj, today())]
    if as_json:
        say_json({"waiting": waiting, "versions": []})
        return
    rows = [[f"{one['finding']}", one["need"], one["falls_on"], _("late") if one["late"] else "", one["title"]]
            for one in waiting]  # fmt: skip
    say(
        table([_("finding"), _("what to do"), _("due"), "", _("title")], rows, right=(0,))
        if rows
        else _("Nothing waits.")
    )


@findings.command("measures")
def measures_command(
    context: typer.Context,
    account: Account = None,
    post: InPost = None,
    audience: Annotated[str | None, typer.Option(help="Measure what may go to these readers.")] = None,
    mission: Annotated[str, typer.Option(help="Only this mission.")] = "",
    as_of: Annotated[str | None, typer.Option(help="As things stood on this day; default today.")] = None,
    as_json: bool = JSON,
) -> None:
    """Nimbleness and adaptiveness of the findings that the reader may read."""
    day = asked_day(as_of, "--as-of")
    with _reading(context, account, post, audience) as actor:
        from bluehelm.web.findings.measured import measures_for, measures_json
        from bluehelm.workflows.clock import today

        found = measures_json(measures_for(actor, day or today(), mission=mission))
    if as_json:
        say_json(found)
        return
    for name in ("adaptiveness", "nimbleness"):
        one = found[name]
        median = (
            _("not reached") if one["median_days"] is None else _("{median_days} days", median_days=one["median_days"])
        )
        said = _(
            "{name:<13} {cases} cases, {open} open, median {median}",
            name=name,
            cases=one["cases"],
            open=one["open"],
            median=median,
        )
        say(said + (_(" (few cases)") if one["too_few"] else ""))


# Deeds


@findings.command("add")
def add_command(
    context: typer.Context,
    title: Annotated[str, typer.Argument(help="One sentence that says what is wrong.")],
    statement: Annotated[str, typer.Option(help="What was found; the title again when left out.")] = "",
    domain: Annotated[str, typer.Option(help="protection, forces, safety ...")] = "situation",
    severity: Annotated[str, typer.Option(help="critical, high, medium or low.")] = "medium",
    confidence: Annotated[str, typer.Option(help="high, moderate or low.")] = "moderate",
    mission: Annotated[str | None, typer.Option(help="Default: that of the post.")] = None,
    evidence: Cited = None,
    marking: Annotated[str, typer.Option(help="unclassified, confidential or strictly-confidential.")] = "unclassified",
    releasable_to: Annotated[str | None, typer.Option(help="Default: the post's mission, or its organisation.")] = None,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Raise a finding; the account stands behind it."""
    with _acting(context.obj, account, post) as actor:
        from bluehelm.disclosure import Label, Marking, audience_names
        from bluehelm.web.findings import actions

        texts = actions.Texts(
            title, statement or title, domain, severity, confidence, _mission(actor) if mission is None else mission
        )
        label = Label(Marking.from_code(marking), audience_names(releasable_to or _own_audience(actor)))
        made = actions.raise_finding(texts=texts, evidence=_refs(context.obj, evidence), label=label, by=actor)
        _answer(context.obj, actor, made.pk, _("Raised"), as_json=as_json)


@findings.command("recommend")
def recommend_command(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Option(help="What should be done.")],
    owner: Annotated[str, typer.Option(help="The code of the post that should do it.")],
    due: Annotated[str, typer.Option(help="Until when, YYYY-MM-DD.")],
    cost: Annotated[int | None, typer.Option(help="In US dollars, if known.")] = None,
    capability: Annotated[str, typer.Option(help="new or redirected, if it brings a capability.")] = "",
    seen: Seen = None,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Recommend to a post what should be done about a finding."""
    due_on = asked_day(due, "--due")
    if due_on is None or capability not in ("", "new", "redirected"):
        what = _("{capability!r} is no kind of capability.", capability=capability)
        raise Refusal("bad_capability", what, "--capability", UNCHANGED, _("Write new or redirected, or leave it out."))
    with _acting(context.obj, account, post) as actor:
        from bluehelm.spine import Recommendation
        from bluehelm.web.findings import actions

        asked = Recommendation(text, owner, due_on, cost, capability)  # type: ignore[arg-type]  # checked above
        _do(actions.recommend, actor, number, seen, what=asked)
        _answer(context.obj, actor, number, _("Recommended"), as_json=as_json)


@findings.command("decide")
def decide_command(
    context: typer.Context,
    number: Number,
    outcome: Annotated[str, typer.Argument(help="accepted, modified or rejected.")],
    why: Why,
    modified_to: Annotated[str, typer.Option(help="What is decided instead, when modified.")] = "",
    recommendation: Which = 1,
    seen: Seen = None,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Accept, modify or reject a recommendation, with a reason."""
    outcomes = ("accepted", "modified", "rejected")
    if outcome not in outcomes:
        what = _("{outcome!r} is no decision.", outcome=outcome)
        raise Refusal(
            "bad_outcome", what, "OUTCOME", UNCHANGED, _("Write one of: {outcomes}.", outcomes=", ".join(outcomes))
        )
    with _acting(context.obj, account, post) as actor:
        from bluehelm.web.findings import actions

        named = {"recommendation": recommendation, "outcome": outcome, "why": why, "modified_to": modified_to}
        _do(actions.decide, actor, number, seen, **named)
        _answer(context.obj, actor, number, _("Decided"), as_json=as_json)


@findings.command("start")
def start_command(
    context: typer.Context,
    number: Number,
    step: Annotated[list[str], typer.Option(help="A step of the action; may be repeated.")],
    measurement: Annotated[str, typer.Option(help="What will be measured.")] = "",
    source: Annotated[str, typer.Option(help="In which source.")] = "",
    read_on: Annotated[str | None, typer.Option(help="The day it is to be read, YYYY-MM-DD.")] = None,
    before: Annotated[str, typer.Option(help="What it reads today.")] = "",
    not_observable: Annotated[str, typer.Option(help="Or why the effect cannot be observed.")] = "",
    recommendation: Which = 1,
    seen: Seen = None,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Begin what was decided, naming beforehand how its effect will be seen."""
    day = asked_day(read_on, "--read-on")
    with _acting(context.obj, account, post) as actor:
        from bluehelm.web.findings import actions

        look_for = _look_for(measurement, source, day, before, not_observable)
        _do(actions.start_action, actor, number, seen, recommendation=recommendation, steps=step, look_for=look_for)
        _answer(context.obj, actor, number, _("Begun"), as_json=as_json)


@findings.command("step")
def step_command(
    context: typer.Context,
    number: Number,
    step: Annotated[int, typer.Argument(min=1, help="The number of the step that is done.")],
    evidence: Cited = None,
    recommendation: Which = 1,
    seen: Seen = None,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Report a step of an action done, with evidence."""
    with _acting(context.obj, account, post) as actor:
        from bluehelm.web.findings import actions

        named = {"recommendation": recommendation, "step": step, "evidence": _refs(context.obj, evidence)}
        _do(actions.finish_step, actor, number, seen, **named)
        _answer(context.obj, actor, number, _("Done"), as_json=as_json)


@findings.command("done")
def done_command(
    context: typer.Context,
    number: Number,
    evidence: Cited = None,
    in_part: Annotated[bool, typer.Option("--in-part", help="Only a part of it is done.")] = False,
    recommendation: Which = 1,
    seen: Seen = None,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Report an action done, with evidence."""
    with _acting(context.obj, account, post) as actor:
        from bluehelm.web.findings import actions

        extent = _("in part") if in_part else _("in full")
        named = {"recommendation": recommendation, "extent": extent, "evidence": _refs(context.obj, evidence)}
        _do(actions.finish_action, actor, number, seen, **named)
        _answer(context.obj, actor, number, _("Done"), as_json=as_json)


@findings.command("effect")
def effect_command(
    context: typer.Context,
    number: Number,
    reading: Annotated[str, typer.Option(help="What the measurement shows.")],
    judgement: Annotated[str, typer.Option(help="What you make of it.")],
    confidence: Annotated[str, typer.Option(help="high, moderate or low.")] = "moderate",
    evidence: Cited = None,
    recommendation: Which = 1,
    seen: Seen = None,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Read the measurement that was named before the action began."""
    with _acting(context.obj, account, post) as actor:
        from bluehelm.web.findings import actions

        said = {"reading": reading, "judgement": judgement, "confidence": confidence}
        named = {"recommendation": recommendation, "evidence": _refs(context.obj, evidence), **said}
        _do(actions.read_effect, actor, number, seen, **named)
        _answer(context.obj, actor, number, _("Read"), as_json=as_json)


@findings.command("reopen")
def reopen_command(
    context: typer.Context,
    number: Number,
    why: Why,
    recommendation: Annotated[
        int | None, typer.Option(min=1, help="A recommendation; else the finding itself.")
    ] = None,
    seen: Seen = None,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Begin again with a finding, or with one of its recommendations, and say why."""
    with _acting(context.obj, account, post) as actor:
        from bluehelm.web.findings import actions

        if recommendation is None:
            _do(actions.reopen_finding, actor, number, seen, reason=why)
        else:
            _do(actions.reopen_recommendation, actor, number, seen, recommendation=recommendation, reason=why)
        _answer(context.obj, actor, number, _("Reopened"), as_json=as_json)


@findings.command("publish")
def publish_command(
    context: typer.Context,
    to: Annotated[str, typer.Option(help="The one audience it goes to: mission:UNMISS, headquarters or everyone.")],
    marking: Annotated[str, typer.Option(help="Leave out findings above this marking.")] = "unclassified",
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Make a table version of dates and states, without what findings say: for measuring follow-through elsewhere."""
    from bluehelm.cli.posts import asked_audience, asked_marking

    highest, audiences = asked_marking(marking, "--marking"), asked_audience(to, "--to")
    if len(audiences) != 1:
        raise Refusal("bad_audience", _("Name one audience."), "--to", UNCHANGED, _("Publish once for each audience."))
    with _acting(context.obj, account, post) as actor:
        from bluehelm.web.data.actions import ReleaseError
        from bluehelm.web.findings.publishing import publish_follow_through
        from bluehelm.workflows.clock import today

        try:
            version = publish_follow_through(audience=min(audiences), marking=highest, by=actor, today=today())
        except ReleaseError as error:
            raise Refusal("nothing_to_publish", str(error), "--to", UNCHANGED, _("Name another audience.")) from None
    answer = {"table": version.table, "version": version.version, "rows": version.rows, "sha256": version.sha256}
    if as_json:
        say_json(answer)
    else:
        say(
            _(
                "Published  {rows:,} rows as {table} version {version}",
                rows=version.rows,
                table=version.table,
                version=version.version,
            )
        )


@findings.command("merge")
def merge_command(
    context: typer.Context,
    number: Number,
    into: Annotated[int, typer.Argument(min=1, help="The finding it is merged into.")],
    kept: Annotated[str, typer.Option(help="What of it is kept there.")],
    seen: Seen = None,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Merge a finding into another that says the same; both stay readable."""
    with _acting(context.obj, account, post) as actor:
        from bluehelm.web.findings import actions

        _do(actions.merge_findings, actor, number, seen, into=into, kept=kept)
        _answer(context.obj, actor, number, _("Merged"), as_json=as_json)


# How every command begins and ends


@contextmanager
def _acting(home: Path, account: str | None, post: str | None) -> Iterator["Actor"]:
    """Somebody with a post, who acts; what the deeds refuse becomes the command's refusal."""
    if not account:
        next_step = _("Name the account with --as NAME, or set BLUEHELM_ACCOUNT; `bluehelm user list` names them.")
        raise Refusal("no_account", _("This acts as somebody, and no account was named."), "--as", UNCHANGED, next_step)
    with _refusals(home, account):
        from bluehelm.web.posts.acting import actor_for_command

        with _tables_of(actor_for_command(account, post=post)) as actor:
            yield actor


@contextmanager
def _reading(context: typer.Context, account: str | None, post: str | None, audience: str | None) -> Iterator["Actor"]:
    """Somebody who reads: an account in its post, or whoever belongs to an audience, named before or after the verb.

    Where neither is named, everyone: as for every other command.
    """
    audience = audience or context.find_root().params.get("audience")
    with _refusals(context.obj, account or ""):
        from bluehelm.web.posts.acting import actor_for_command

        with _tables_of(actor_for_command(None if audience else account, audience, post)) as actor:
            yield actor


@contextmanager
def _tables_of(actor: "Actor") -> Iterator["Actor"]:
    """Tables, too, are read as whoever acts: a finding may cite versions that go to fewer than the finding does."""
    from bluehelm.web.posts.middleware import note_reads
    from bluehelm.workflows.readers import tables_as_read_by

    with tables_as_read_by(lambda: actor.reader_of("table")) as reading:
        yield actor
    note_reads(reading, actor)


@contextmanager
def _refusals(home: Path, account: str) -> Iterator[None]:
    from bluehelm.web.records import open_records

    open_records(home)
    from bluehelm.web.findings.actions import FindingError
    from bluehelm.web.findings.evidence import EvidenceError
    from bluehelm.web.posts.acting import NotAllowedError
    from bluehelm.web.posts.marked import ChangedMeanwhileError

    try:
        yield
    except NotAllowedError as error:
        next_step = _("`bluehelm user list` names the accounts and their posts.")
        raise Refusal("not_allowed", error.what, f"--as {account}", UNCHANGED, next_step) from None
    except ChangedMeanwhileError as error:
        next_step = _("Look at it with `bluehelm findings show`, then do it again.")
        raise Refusal("changed_meanwhile", str(error), "--seen", UNCHANGED, next_step) from None
    except EvidenceError as error:
        what, next_step = _("Evidence could not be understood."), _("Correct it; `bluehelm tables` lists the versions.")
        raise Refusal("bad_evidence", what, "--evidence", UNCHANGED, next_step, error.problems) from None
    except (FindingError, ValueError) as error:
        raise Refusal("finding_refused", str(error), "finding", UNCHANGED, _("Correct it and try again.")) from None


def _do(deed: Callable[..., object], actor: "Actor", number: int, seen: int | None, **named: Any) -> None:
    """Do a deed to the version that was seen, or to the one that stands."""
    from bluehelm.web.findings.actions import NO_SUCH
    from bluehelm.web.findings.reads import findings_shown_to
    from bluehelm.web.posts.acting import NotAllowedError

    standing = findings_shown_to(actor).values_list("row_version", flat=True).filter(pk=number).first()
    if standing is None:
        raise NotAllowedError(NO_SUCH)
    deed(number=number, expected_version=seen or standing, by=actor, **named)


def _refs(home: Path, cited: list[str] | None) -> "tuple[EvidenceRef, ...]":
    from bluehelm.store import Store
    from bluehelm.web.findings.evidence import read_evidence

    def sha256_of(table: str, number: int) -> str | None:
        return next((one.sha256 for one in Store(home).versions(table) if one.version == number), None)

    return read_evidence("\n".join(cited or []), sha256_of)


def _look_for(
    measurement: str, source: str, read_on: date | None, before: str, why_not: str
) -> "Measurement | NotObservable":
    from bluehelm.spine import ChainError, Measurement, NotObservable

    if bool(why_not) == bool(measurement or source or read_on):
        raise ChainError(
            _("Say how the effect will be seen, or with --not-observable why it cannot be: one of the two.")
        )
    if why_not:
        return NotObservable(why_not)
    if read_on is None:
        raise ChainError(_("Say with --read-on on which day the measurement is to be read."))
    return Measurement(measurement, source, read_on, before)


def _mission(actor: "Actor") -> str:
    return actor.post.mission if actor.post else ""


def _own_audience(actor: "Actor") -> str:
    if actor.post is None:
        return ""
    return f"mission:{actor.post.mission}" if actor.post.mission else f"organisation:{actor.post.organisation.code}"


def _shown(home: Path, actor: "Actor", number: int) -> dict[str, Any]:
    from bluehelm.web.findings.actions import NO_SUCH
    from bluehelm.web.findings.presenters import cited_refs, finding_json
    from bluehelm.web.findings.reads import whole_finding
    from bluehelm.web.findings.views import note_read
    from bluehelm.web.posts.acting import NotAllowedError

    finding: Finding | None = whole_finding(actor, number)
    if finding is None:
        raise NotAllowedError(NO_SUCH)
    note_read(actor, [finding])
    return finding_json(finding, actor) | {"versions": _with_retrieval(home, cited_refs([finding]))}


def _with_retrieval(home: Path, cited: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cited versions with the day each was retrieved, where the data folder still tells."""
    from bluehelm.store import Store

    retrieved = {(one.table, one.version): one.retrieved.isoformat() for one in Store(home).versions()} if cited else {}
    return [{**one, "retrieved": retrieved.get((one["table"], one["version"]))} for one in cited]


def _answer(home: Path, actor: "Actor", number: int, done: str, *, as_json: bool) -> None:
    shown = _shown(home, actor, number)
    if as_json:
        say_json(shown)
    else:
        say(
            _(
                "{done:<10} finding {number}, now {state}\nNext       bluehelm findings show {number}",
                done=done,
                number=number,
                state=shown["state"],
            )
        )


def _text(shown: dict[str, Any]) -> str:
    lines = [
        f"{shown['finding']}  {shown['title']}",
        _(
            "   {state}, {severity}, {domain}, found {found}",
            state=shown["state"],
            severity=shown["severity"],
            domain=shown["domain"],
            found=shown["found"],
        ),
        f"   {shown['statement']}",
    ]
    for asked in shown["recommendations"]:
        lines.append(f"{asked['number']}. {asked['text']}")
        lines.append(_("   {state}, {owner}, due {due}", state=asked["state"], owner=asked["owner"], due=asked["due"]))
        lines += [
            _(
                "   {outcome} on {on} by {post}: {why}",
                outcome=one["outcome"],
                on=one["on"],
                post=one["post"],
                why=one["why"],
            )
            for one in asked["decisions"]
        ]
    return "\n".join(lines)
