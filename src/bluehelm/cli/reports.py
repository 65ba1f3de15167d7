"""What was reported, and how does a desk's script list it, take it out, bring submissions in and publish it?

Every command acts as a named account in its post (`--as`) and sees what the pages show to that post. Who is behind a
report is shown by no command.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED
from bluehelm.cli.jobs import Account, InPost, acting
from bluehelm.language import _

if TYPE_CHECKING:
    from bluehelm.store import Version

report = typer.Typer(help="List reports, take them out, bring submissions in, publish incidents.", no_args_is_help=True)

Days = Annotated[int, typer.Option(min=0, help="How many days back; 0 for all.")]
Out = Annotated[Path, typer.Option(help="The file that is written.")]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]


def register(app: typer.Typer) -> None:
    """Add `bluehelm report ...`."""
    app.add_typer(report, name="report")


@report.command("list")
def list_command(
    context: typer.Context,
    account: Account = None,
    post: InPost = None,
    text: Annotated[str, typer.Option(help="Only those with all these words.")] = "",
    kind: Annotated[str, typer.Option("--type", help="Only this type.")] = "",
    verification: Annotated[str, typer.Option(help="Only in this state of verification.")] = "",
    work: Annotated[str, typer.Option(help="grade, verify or decide: what is still to do.")] = "",
    mission: Annotated[str, typer.Option(help="Only this mission.")] = "",
    days: Days = 30,
    as_json: bool = JSON,
) -> None:
    """List the reports that the account may read, newest first."""
    with acting(context.obj, account, post) as actor:
        found = _found(actor, text=text, type=kind, verification=verification, work=work, mission=mission, days=days)
        from bluehelm.web.reports.presenters import report_json
        from bluehelm.web.reports.views import definition_json

        rows, about = [report_json(one) for one in found], definition_json()
    if as_json:
        say_json({"reports": rows, **about})
        return
    cells = [
        [f"{one['report']}", one["from"][:16], one["type"], one["place"] or "", _grade(one), one["verification"]]
        for one in rows
    ]
    header = [_("report"), _("from"), _("type"), _("place"), _("grade"), _("verification")]
    say(table(header, cells, right=(0,)) if cells else _("No report fits; that says nothing about how quiet it was."))


@report.command("show")
def show_command(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help="The report's number.")],
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Show one report with its history and what may be of the same event."""
    with acting(context.obj, account, post) as actor:
        from bluehelm.web.reports.noted import note_read
        from bluehelm.web.reports.reads import whole_report
        from bluehelm.web.reports.views import shown_json

        found = whole_report(actor, number)
        if found is None:
            what = _("There is no such report, or it is not addressed to this post.")
            raise Refusal(
                "no_such_report",
                what,
                _("report {number}", number=number),
                UNCHANGED,
                _("`bluehelm report list` has them."),
            )
        note_read(actor, [found])
        said = shown_json(found, actor)
    if as_json:
        say_json(said)
        return
    lines = [f"{said['report']}  {said['type']}, {said['place'] or _('no place named')}, {said['from'][:16]}"]
    lines += [
        said["narrative"],
        _("Grade      {grade}, {verification}", grade=_grade(said), verification=said["verification"]),
    ]
    lines += [_("History    {number} versions", number=len(said["history"]))]
    lines += [
        _(
            "Perhaps    {first} and {second}: {points} points",
            first=pair["first"],
            second=pair["second"],
            points=pair["points"],
        )
        for pair in said["near"]
    ]
    say("\n".join(lines))


@report.command("export")
def export_command(
    context: typer.Context,
    out: Out,
    account: Account = None,
    post: InPost = None,
    mission: Annotated[str, typer.Option(help="Only this mission.")] = "",
    days: Days = 30,
    force: Force = False,
    as_json: bool = JSON,
) -> None:
    """Write reports as CSV or GeoJSON, by the file's ending; the audit keeps who took how many."""
    form = out.suffix.removeprefix(".").lower()
    if form not in ("csv", "geojson"):
        raise Refusal(
            "bad_format",
            _("{name!r} ends in neither.", name=out.name),
            "--out",
            UNCHANGED,
            _("Name a .csv or .geojson."),
        )
    _refuse_known(out, force)
    with acting(context.obj, account, post) as actor:
        found = _found(actor, mission=mission, days=days)
        from bluehelm.web.reports.desk_views import note_export, written

        content, _media = written(found, form)
        note_export(actor, found, form, content)
    out.write_bytes(content)
    _say_file(out, len(found), "reports", as_json)


@report.command("xlsform")
def xlsform_command(out: Out = Path("bluehelm-report.xlsx"), force: Force = False, as_json: bool = JSON) -> None:
    """Write the form for field teams who use Kobo or ODK (XLSForm)."""
    from bluehelm.definitions.report_types import packaged_report_types
    from bluehelm.workflows.field_form import field_form

    _refuse_known(out, force)
    types = packaged_report_types()
    out.write_bytes(field_form(types))
    _say_file(out, len(types.types), "types", as_json)


@report.command("take-in")
def take_in_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Submissions as CSV or XLSX.")],
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """File the submissions of the field form; one that was taken in before is left as it is."""
    if not file.is_file():
        raise Refusal(
            "no_file", _("There is no such file."), f"{file}", UNCHANGED, _("Name the file that Kobo or ODK gave.")
        )
    with acting(context.obj, account, post) as actor:
        from bluehelm.web.reports.actions import DeedError
        from bluehelm.web.reports.from_field import take_in

        try:
            taken = take_in(file.name, file.read_bytes(), by=actor)
        except DeedError as error:
            raise Refusal("not_taken_in", str(error), file.name, UNCHANGED, _("Correct the file.")) from None
    answer = {"filed": taken.filed, "known": taken.known, "problems": taken.problems, "doubtful": taken.doubtful}
    if as_json:
        say_json(answer)
    else:
        say(
            "\n".join(
                [
                    _(
                        "Filed      {number} reports; {known} were there already",
                        number=len(taken.filed),
                        known=taken.known,
                    ),
                    *taken.problems,
                    *taken.doubtful,
                ]
            )
        )
    if taken.problems:
        raise SystemExit(1)


@report.command("daily")
def daily_command(context: typer.Context, account: Account = None, post: InPost = None, as_json: bool = JSON) -> None:
    """Draft the daily report of the last 24 hours, for a person to edit and sign."""
    with acting(context.obj, account, post) as actor:
        from django.utils import timezone

        from bluehelm.web.reports.daily import draft_daily

        made = draft_daily(actor, timezone.now())
    if as_json:
        say_json({"product": made.pk, "title": made.title, "text": made.text, "reports": made.rests_on, "versions": []})
    else:
        say(_("{title}\n\n{text}\n\nSign it at /reports/products/{pk}/", title=made.title, text=made.text, pk=made.pk))


@report.command("publish")
def publish_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission whose approved incidents are published.")],
    to: Annotated[str, typer.Option(help="The one audience it goes to: mission:UNMISS, headquarters or everyone.")],
    marking: Annotated[str, typer.Option(help="Leave out reports above this marking.")] = "unclassified",
    with_effort: Annotated[
        bool, typer.Option("--with-effort", help="Also how much was looked at, by component and month.")
    ] = False,
    account: Account = None,
    post: InPost = None,
    as_json: bool = JSON,
) -> None:
    """Make approved incidents a version of the mission_incidents table: no words, no person."""
    from bluehelm.cli.posts import asked_audience, asked_marking

    highest, audiences = asked_marking(marking, "--marking"), asked_audience(to, "--to")
    if len(audiences) != 1:
        raise Refusal("bad_audience", _("Name one audience."), "--to", UNCHANGED, _("Publish once for each audience."))
    with acting(context.obj, account, post) as actor:
        from django.db import transaction

        from bluehelm.web.data.actions import ReleaseError
        from bluehelm.web.reports.publishing import publish_effort, publish_incidents

        asked: dict[str, Any] = {"mission": mission, "audience": min(audiences), "marking": highest, "by": actor}
        try:
            with transaction.atomic():
                effort = publish_effort(**asked) if with_effort else None
                version = publish_incidents(**asked)
        except ReleaseError as error:
            raise Refusal("nothing_to_publish", str(error), "--to", UNCHANGED, _("Approve incidents first.")) from None
    if as_json:
        say_json(_published(version) | {"effort": _published(effort) if effort else None})
    else:
        for made in (version, effort) if effort else (version,):
            say(
                _(
                    "Published  {rows:,} rows as {table} version {version}",
                    rows=made.rows,
                    table=made.table,
                    version=made.version,
                )
            )


def _published(version: "Version") -> dict[str, Any]:
    return {"table": version.table, "version": version.version, "rows": version.rows, "sha256": version.sha256}


def _refuse_unknown(asked: dict[str, str]) -> None:
    """Refuse a word that no list has: nothing would fit it, which reads like nothing having been reported."""
    from bluehelm.definitions.report_types import packaged_report_types
    from bluehelm.situation.reports import VERIFICATIONS

    known = {"type": [one.type for one in packaged_report_types().types], "verification": VERIFICATIONS,
             "work": ("grade", "verify", "decide")}  # fmt: skip
    for name, words in known.items():
        if (said := asked.get(name, "")) and said not in words:
            what = _("{said!r} is none of them.", said=said)
            raise Refusal("bad_word", what, f"--{name}", UNCHANGED, _("Name one of: {words}.", words=", ".join(words)))


def _found(actor: Any, *, days: int, **asked: str) -> list[Any]:
    from django.utils import timezone

    from bluehelm.web.reports.desk_views import MOST_OUT
    from bluehelm.web.reports.noted import note_read
    from bluehelm.web.reports.reads import Filters, report_list

    _refuse_unknown(asked)
    listed = report_list(actor, Filters(days=f"{days}", **asked), timezone.now(), most_searched=0)
    found = list(listed.found.select_related("releasable_to")[: MOST_OUT + 1])
    if len(found) > MOST_OUT:
        what = _("More than {most:,} reports fit.", most=MOST_OUT)
        raise Refusal("too_many", what, "--days", UNCHANGED, _("Ask for fewer days."))
    note_read(actor, found)
    return found


def _grade(said: dict[str, Any]) -> str:
    return f"{said['reliability'] or '–'}{said['credibility'] or '–'}"


def _refuse_known(out: Path, force: bool) -> None:
    if out.exists() and not force:
        next_step = _("Name another file, or write over it with --force.")
        raise Refusal("file_exists", _("The file is there already."), f"{out}", UNCHANGED, next_step)


def _say_file(out: Path, number: int, what: str, as_json: bool) -> None:
    if as_json:
        say_json({"file": f"{out}", what: number})
    else:
        say(_("Written    {out}: {number:,} {what}", out=out, number=number, what=what))
