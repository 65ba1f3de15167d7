"""What may happen in a mission's area? The commands `outlook brief` and `outlook publish`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.acting import remembered
from bluehelm.cli.answers import JSON, Refusal, progress_bar, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day, mission_refusals
from bluehelm.cli.outlook import EXTRAS, OwnSource
from bluehelm.language import _, called, figure
from bluehelm.workflows.clock import today

if TYPE_CHECKING:
    from bluehelm.definitions.outlook import Unit

MOST_SHOWN = 12

Mission = Annotated[str, typer.Argument(help="The mission's acronym, such as UNMISS.")]
AsOf = Annotated[str | None, typer.Option(help="Cut what happened at this day; default today.")]
KnownOn = Annotated[str | None, typer.Option(help="Use the tables retrieved by this day; default now.")]
By = Annotated[str | None, typer.Option("--by", help="Speak of countries, areas or cells: country, area or cell.")]
Account = Annotated[
    str | None, typer.Option("--as", envvar="BLUEHELM_ACCOUNT", callback=remembered, help="The account that acts.")
]


def register(outlook: typer.Typer) -> None:
    """Add these commands to the group `outlook`."""
    outlook.command("brief")(brief_command)
    outlook.command("publish")(publish_command)


def brief_command(
    context: typer.Context,
    mission: Mission,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    by: By = None,
    as_json: bool = JSON,
) -> None:
    """Say how likely it is that a mission's countries, areas or cells see so many deaths, with intervals and scores."""
    day, known = asked_day(as_of, "--as-of") or today(), asked_day(known_on, "--known-on")
    kind = _asked_unit(by)
    with mission_refusals(mission), _refusals(mission):
        from bluehelm.workflows.outlook_brief import brief_json, brief_outlook

        answer = brief_json(brief_outlook(context.obj, mission, as_of=day, known_on=known, unit_kind=kind))
    say_json(answer) if as_json else say(_text(answer))


def publish_command(
    context: typer.Context,
    mission: Mission,
    by: By = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    model: Annotated[str | None, typer.Option(help="The model held against the naive one.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the samples.")] = 0,
    source: OwnSource = None,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Make an outlook from the tables, judge it on past origins, and keep it for the mission until it is released."""
    day, known = asked_day(as_of, "--as-of") or today(), asked_day(known_on, "--known-on")
    kind = _asked_unit(by)
    home: Path = context.obj
    account = remembered(context, account)
    with mission_refusals(mission), _refusals(mission), _named(home, account), progress_bar() as progress:
        from bluehelm.web.outlook.publishing import publish_for_account

        answer = publish_for_account(
            home, mission, kind, as_of=day, known_on=known, model=model, seed=seed, source=source, account=account,
            progress=progress,
        )  # fmt: skip
    if as_json:
        say_json(answer)
    else:
        kept = ", ".join(
            _("{table} version {version}", table=one["table"], version=one["version"]) for one in answer["kept"]
        )
        for note in answer["notes"]:
            say(_("Note  {note}", note=note))
        say(
            _(
                "Kept  {kept}\nFor   {releasable_to}\nNext  draft a release at {next}",
                kept=kept,
                releasable_to=", ".join(answer["releasable_to"]),
                next=answer["next"],
            )
        )


def _asked_unit(by: str | None) -> "Unit | None":
    from bluehelm.workflows.outlook_brief import UNITS

    if by is None:
        return None
    for unit in UNITS:
        if unit == by:
            return unit
    what = _("There is no unit {by!r}; there is: {units}.", by=by, units=", ".join(UNITS))
    raise Refusal("no_such_unit", what, "--by", UNCHANGED, _("docs/guides/outlook-use.md says what each is."))


@contextmanager
def _named(home: Path, account: str | None) -> Iterator[None]:
    """Open the records, and refuse whoever acts without a name or without the right."""
    from bluehelm.web.records import open_records

    if not account:
        next_step = _("Name the account that acts: --as NAME; `bluehelm user list` shows them.")
        raise Refusal("not_allowed", _("An outlook is made by a named account."), "--as", UNCHANGED, next_step)
    open_records(home)
    from bluehelm.web.posts.acting import NotAllowedError

    try:
        yield
    except NotAllowedError as error:
        next_step = _("It takes a post of the mission that may create tables; docs/rights.md lists who may.")
        raise Refusal("not_allowed", error.what, "--as", UNCHANGED, next_step) from None


@contextmanager
def _refusals(mission: str) -> Iterator[None]:
    from bluehelm.outlook.history import OutlookError
    from bluehelm.store import StoreError

    try:
        yield
    except OutlookError as error:
        what = _("No outlook of {mission} can be made.", mission=mission)
        next_step = _("Import a table that speaks of it (`bluehelm import`), or ask for another day, unit or model.")
        raise Refusal("no_outlook", what, mission, UNCHANGED, next_step, error.problems) from None
    except StoreError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None
    except ModuleNotFoundError as missing:
        extra = EXTRAS.get((missing.name or "").partition(".")[0])
        if extra is None:
            raise
        what, next_step = (
            _("This needs the extra `{extra}`.", extra=extra),
            _("Install it: pip install 'bluehelm[{extra}]'.", extra=extra),
        )
        raise Refusal("extra_missing", what, str(missing.name), UNCHANGED, next_step) from None


def _text(answer: dict[str, Any]) -> str:
    """The first months of each target in words; `--json` has them all."""
    lines = [f"{answer['mission']}  {answer['name']}{_(' (synthetic)') if answer['synthetic'] else ''}"]
    lines.append(
        _(
            "Outlook by {unit_kind} from what had happened by the end of {origin}",
            unit_kind=answer["unit_kind"],
            origin=answer["origin"],
        )
    )
    for target in answer["targets"]:
        naive = [
            _("{first} to {last}", first=run["first"], last=run["last"]) for run in target["shown"] if run["naive"]
        ]
        lines += [
            "",
            called(target["title"]) + (_(" (naive model shown for {naive})", naive=", ".join(naive)) if naive else ""),
        ]
        lines.append(_target_table(target))
    versions = ", ".join(
        _("{table} version {version}", table=one["table"], version=one["version"]) for one in answer["versions"]
    )
    notes = [_("Note  {note}", note=note) for note in (*answer["notes"], called(answer["reporting_note"]))]
    return "\n".join([*lines, "", _("From  {versions}", versions=versions), *notes])


def _target_table(target: dict[str, Any]) -> str:
    rows = [
        [
            unit["name"],
            month["month"],
            figure(month["probability"], ".0%"),
            _("{at_least:,} or more", at_least=unit["at_least"]),
            figure(month["median"]),
            _("{low:,} to {high:,}", low=month["low"], high=month["high"]),
        ]
        for unit in target["units"]
        for month in unit["months"][:: max(1, len(unit["months"]) // 4)]
    ]
    more = (
        [_("... {number:,} more rows; --json has all", number=len(rows) - MOST_SHOWN)] if len(rows) > MOST_SHOWN else []
    )
    header = [_("where"), _("month"), _("chance of"), _("deaths"), _("median"), _("interval")]
    return "\n".join([table(header, rows[:MOST_SHOWN], right=(2, 4)), *more])
