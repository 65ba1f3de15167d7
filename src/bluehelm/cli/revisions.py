"""Which countries and months did a new version change? The command `revisions`."""

from typing import Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day, mission_refusals
from bluehelm.language import _, figure
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
    deaths = _(
        "{total_old:,} -> {total_new:,} deaths (best) over {months:,} months",
        total_old=answer["total_old"],
        total_new=answer["total_new"],
        months=compared["months"],
    )
    lines = [
        _(
            "{table} version {since} -> {to}: {number:,} country-months changed",
            table=answer["table"],
            since=answer["from"],
            to=answer["to"],
            number=len(changed),
        ),
        _(
            "{deaths} ({first_month} to {last_month})",
            deaths=deaths,
            first_month=compared["first_month"],
            last_month=compared["last_month"],
        ),
    ]
    for which, months in (("old", compared["only_old"]), ("new", compared["only_new"])):
        if months:
            lines.append(
                _(
                    "Only the {which} version covers {months} to {months_2} ({number:,} months).",
                    which=which,
                    months=months[0],
                    months_2=months[-1],
                    number=len(months),
                )
            )
    for which, countries in (("old", compared["countries_only_old"]), ("new", compared["countries_only_new"])):
        if countries:
            lines.append(
                _("Only the {which} version speaks of {countries}.", which=which, countries=", ".join(countries))
            )
    largest = sorted(changed, key=lambda change: -abs((change["new"] or 0) - (change["old"] or 0)))[:SHOWN]
    rows = [
        [change["iso3"] or _("none"), change["month"], _number(change["old"]), _number(change["new"])]
        for change in largest
    ]
    lines += [table([_("country"), _("month"), _("old"), _("new")], rows, right=(2, 3))] if rows else []
    if len(changed) > SHOWN:
        lines.append(_("The {shown} largest changes; --json lists all.", shown=SHOWN))
    if answer["moved"] is not None:
        shown = [[f["figure"], _number(f["old"]), _number(f["new"])] for f in answer["moved"]]
        lines.append(_("{number:,} figures of the brief move", number=len(shown)) + (":" if shown else "."))
        lines += [table([_("figure"), _("old"), _("new")], shown, right=(1, 2))] if shown else []
    return "\n".join(lines + answer["notes"])


def _number(value: int | str | None) -> str:
    return _("unknown") if value is None else figure(value) if isinstance(value, int) else value
