"""Which countries and months did a new version change? The command `revisions`."""

from typing import Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day, mission_refusals
from bluehelm.workflows.clock import today

SHOWN = 20


def register(app: typer.Typer) -> None:
    app.command("revisions")(revisions_command)


def revisions_command(
    context: typer.Context,
    table_name: Annotated[str, typer.Argument(metavar="TABLE", help="events or country_months, for example.")],
    old: Annotated[int, typer.Argument(metavar="A", help="The version to compare from.")],
    new: Annotated[int, typer.Argument(metavar="B", help="The version to compare to.")],
    mission: Annotated[str | None, typer.Option(help="Say which figures of this mission's brief move.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Cut that brief at this day; default today.")] = None,
    as_json: bool = JSON,
) -> None:
    """Say which country-months a new version of a table changed, in deaths (best estimate)."""
    from bluehelm.workflows.revisions import RevisionError, compare_versions, moved_figures, revision_json

    day = asked_day(as_of, "--as-of") or today()
    try:
        found = compare_versions(context.obj, table_name, old, new)
    except RevisionError as error:
        raise Refusal("not_comparable", error.what, table_name, UNCHANGED, error.next_step) from None
    moved = None
    if mission is not None:
        with mission_refusals(mission):
            moved = moved_figures(context.obj, mission, found.old, found.new, as_of=day)
    answer = revision_json(found, moved)
    if as_json:
        say_json(answer)
    else:
        say(_text(answer))


def _text(answer: dict[str, Any]) -> str:
    compared, changed = answer["compared"], answer["changed"]
    deaths = f"{answer['total_old']:,} -> {answer['total_new']:,} deaths (best) over {compared['months']:,} months"
    lines = [
        f"{answer['table']} version {answer['from']} -> {answer['to']}: {len(changed):,} country-months changed",
        f"{deaths} ({compared['first_month']} to {compared['last_month']})",
    ]
    for which, months in (("old", compared["only_old"]), ("new", compared["only_new"])):
        if months:
            lines.append(f"Only the {which} version covers {months[0]} to {months[-1]} ({len(months):,} months).")
    for which, countries in (("old", compared["countries_only_old"]), ("new", compared["countries_only_new"])):
        if countries:
            lines.append(f"Only the {which} version speaks of {', '.join(countries)}.")
    largest = sorted(changed, key=lambda change: -abs((change["new"] or 0) - (change["old"] or 0)))[:SHOWN]
    rows = [
        [change["iso3"] or "none", change["month"], _number(change["old"]), _number(change["new"])]
        for change in largest
    ]
    lines += [table(["country", "month", "old", "new"], rows, right=(2, 3))] if rows else []
    if len(changed) > SHOWN:
        lines.append(f"The {SHOWN} largest changes; --json lists all.")
    if answer["moved"] is not None:
        shown = [[f["figure"], _number(f["old"]), _number(f["new"])] for f in answer["moved"]]
        lines.append(f"{len(shown):,} figures of the brief move" + (":" if shown else "."))
        lines += [table(["figure", "old", "new"], shown, right=(1, 2))] if shown else []
    return "\n".join(lines + answer["notes"])


def _number(value: int | str | None) -> str:
    return "unknown" if value is None else f"{value:,}" if isinstance(value, int) else value
