"""Which data need a look, and what do they cover? The command `quality`."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import asked_day
from bluehelm.language import _, figure
from bluehelm.workflows.clock import today

if TYPE_CHECKING:
    from bluehelm.situation.quality import DataFinding

SHOWN = 30


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("quality")(quality_command)


def quality_command(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option(help="How things stood on this day; default today.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Use the tables retrieved by this day; default now.")] = None,
    propose: Annotated[bool, typer.Option("--propose", help="Put them into the ledger of findings.")] = False,
    at_least: Annotated[str, typer.Option(help="With --propose: low, medium or high.")] = "high",
    as_json: bool = JSON,
) -> None:
    """Look for gaps, stale providers, jumps and rows listed twice; repairs nothing."""
    from bluehelm.workflows.quality import watch_json, watch_quality

    day, known = asked_day(as_of, "--as-of") or today(), asked_day(known_on, "--known-on")
    watched = watch_quality(context.obj, as_of=day, known_on=known)
    answer = watch_json(watched)
    if propose:
        answer["proposed"] = _propose(context.obj, watched.findings, day, at_least)
    if as_json:
        say_json(answer)
    else:
        say(_text(answer))


def _propose(home: Path, noticed: "Iterable[DataFinding]", day: date, at_least: str) -> list[int]:
    """The numbers of the proposals in the ledger."""
    from bluehelm.web.records import open_records

    if at_least not in ("low", "medium", "high"):
        what = _("{at_least!r} is no severity of the watch; there is low, medium, high.", at_least=at_least)
        raise Refusal("bad_severity", what, "--at-least", _("Nothing was changed."), _("Name one of them."))
    open_records(home)
    from bluehelm.web.findings.noticed import propose_noticed

    return [finding.pk for finding in propose_noticed(home, noticed, day, at_least=at_least)]


def _text(answer: dict[str, Any]) -> str:
    if not answer["coverage"]:
        return _("No table that you may see.\nNext  bluehelm import ucdp-ged FILE, or bluehelm demo")
    findings = answer["findings"]
    counts = ", ".join(
        f"{figure(count)} {_(severity)}" for severity, count in Counter(f["severity"] for f in findings).items()
    )
    lines = [
        _("{number:,} findings ({counts}).", number=len(findings), counts=counts)
        if findings
        else _("Nothing needs a look.")
    ]
    if "proposed" in answer:
        lines.append(
            _("{number:,} of them stand as proposals in the ledger of findings.", number=len(answer["proposed"]))
        )
    lines += [
        _("{severity:<8}  {title}: {what}", severity=_(one["severity"]), title=one["title"], what=one["what"])
        for one in findings[:SHOWN]
    ]
    if len(findings) > SHOWN:
        lines.append(_("and {number:,} more; --json lists all.", number=len(findings) - SHOWN))
    rows = [
        [
            of["table"],
            str(of["version"]),
            of["provider"],
            _("{first_month} to {last_month}", first_month=of["first_month"], last_month=of["last_month"])
            if of["first_month"]
            else _("no months"),
            _("all") if of["countries"] is None else figure(len(of["countries"])),
        ]
        for of in answer["coverage"]
    ]
    return "\n".join(
        [*lines, "", table([_("table"), _("version"), _("provider"), _("covers"), _("countries")], rows, right=(1, 4))]
    )
