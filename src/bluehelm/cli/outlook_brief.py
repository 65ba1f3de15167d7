"""What may happen in a mission's area? The commands `outlook brief` and `outlook publish`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.acting import remembered
from bluehelm.cli.answers import JSON, Refusal, progress_bar, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day, mission_refusals
from bluehelm.cli.outlook import EXTRAS
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
            home, mission, kind, as_of=day, known_on=known, model=model, seed=seed, account=account, progress=progress
        )
    if as_json:
        say_json(answer)
    else:
        kept = ", ".join(f"{one['table']} version {one['version']}" for one in answer["kept"])
        say(f"Kept  {kept}\nFor   {', '.join(answer['releasable_to'])}\nNext  draft a release at {answer['next']}")


def _asked_unit(by: str | None) -> "Unit | None":
    from bluehelm.workflows.outlook_brief import UNITS

    if by is None:
        return None
    for unit in UNITS:
        if unit == by:
            return unit
    what = f"There is no unit {by!r}; there is: {', '.join(UNITS)}."
    raise Refusal("no_such_unit", what, "--by", UNCHANGED, "docs/guides/outlook-use.md says what each is.")


@contextmanager
def _named(home: Path, account: str | None) -> Iterator[None]:
    """Open the records, and refuse whoever acts without a name or without the right."""
    from bluehelm.web.records import open_records

    if not account:
        next_step = "Name the account that acts: --as NAME; `bluehelm user list` shows them."
        raise Refusal("not_allowed", "An outlook is made by a named account.", "--as", UNCHANGED, next_step)
    open_records(home)
    from bluehelm.web.posts.acting import NotAllowedError

    try:
        yield
    except NotAllowedError as error:
        next_step = "It takes a post of the mission that may create tables; docs/rights.md lists who may."
        raise Refusal("not_allowed", error.what, "--as", UNCHANGED, next_step) from None


@contextmanager
def _refusals(mission: str) -> Iterator[None]:
    from bluehelm.outlook.history import OutlookError
    from bluehelm.store import StoreError

    try:
        yield
    except OutlookError as error:
        what = f"No outlook of {mission} can be made."
        next_step = "Import a table that speaks of it (`bluehelm import`), or ask for another day, unit or model."
        raise Refusal("no_outlook", what, mission, UNCHANGED, next_step, error.problems) from None
    except StoreError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None
    except ModuleNotFoundError as missing:
        extra = EXTRAS.get((missing.name or "").partition(".")[0])
        if extra is None:
            raise
        what, next_step = f"This needs the extra `{extra}`.", f"Install it: pip install 'bluehelm[{extra}]'."
        raise Refusal("extra_missing", what, str(missing.name), UNCHANGED, next_step) from None


def _text(answer: dict[str, Any]) -> str:
    """The first months of each target in words; `--json` has them all."""
    lines = [f"{answer['mission']}  {answer['name']}{' (synthetic)' if answer['synthetic'] else ''}"]
    lines.append(f"Outlook by {answer['unit_kind']} from what had happened by the end of {answer['origin']}")
    for target in answer["targets"]:
        naive = [f"{run['first']} to {run['last']}" for run in target["shown"] if run["naive"]]
        lines += ["", target["title"] + (f" (naive model shown for {', '.join(naive)})" if naive else "")]
        lines.append(_target_table(target))
    versions = ", ".join(f"{one['table']} version {one['version']}" for one in answer["versions"])
    notes = [f"Note  {note}" for note in (*answer["notes"], answer["reporting_note"])]
    return "\n".join([*lines, "", f"From  {versions}", *notes])


def _target_table(target: dict[str, Any]) -> str:
    rows = [
        [
            unit["name"],
            month["month"],
            f"{month['probability']:.0%}",
            f"{unit['at_least']:,} or more",
            f"{month['median']:,}",
            f"{month['low']:,} to {month['high']:,}",
        ]
        for unit in target["units"]
        for month in unit["months"][:: max(1, len(unit["months"]) // 4)]
    ]
    more = [f"... {len(rows) - MOST_SHOWN:,} more rows; --json has all"] if len(rows) > MOST_SHOWN else []
    header = ["where", "month", "chance of", "deaths", "median", "interval"]
    return "\n".join([table(header, rows[:MOST_SHOWN], right=(2, 4)), *more])
