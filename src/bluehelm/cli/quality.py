"""Which data need a look, and what do they cover? The command `quality`."""

from collections import Counter
from typing import Annotated, Any

import typer

from bluehelm.cli.answers import JSON, say, say_json, table
from bluehelm.cli.asking import asked_day
from bluehelm.workflows.clock import today

SHOWN = 30


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("quality")(quality_command)


def quality_command(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option(help="How things stood on this day; default today.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Use the tables retrieved by this day; default now.")] = None,
    as_json: bool = JSON,
) -> None:
    """Look for gaps, stale providers, jumps and rows listed twice; repairs nothing."""
    from bluehelm.workflows.quality import watch_json, watch_quality

    day, known = asked_day(as_of, "--as-of") or today(), asked_day(known_on, "--known-on")
    answer = watch_json(watch_quality(context.obj, as_of=day, known_on=known))
    if as_json:
        say_json(answer)
    else:
        say(_text(answer))


def _text(answer: dict[str, Any]) -> str:
    if not answer["coverage"]:
        return "No table that you may see.\nNext  bluehelm import ucdp-ged FILE, or bluehelm demo"
    findings = answer["findings"]
    counts = ", ".join(f"{count:,} {severity}" for severity, count in Counter(f["severity"] for f in findings).items())
    lines = [f"{len(findings):,} findings ({counts})." if findings else "Nothing needs a look."]
    lines += [f"{finding['severity']:<8}  {finding['title']}: {finding['what']}" for finding in findings[:SHOWN]]
    if len(findings) > SHOWN:
        lines.append(f"and {len(findings) - SHOWN:,} more; --json lists all.")
    rows = [
        [
            of["table"],
            str(of["version"]),
            of["provider"],
            f"{of['first_month']} to {of['last_month']}" if of["first_month"] else "no months",
            "all" if of["countries"] is None else f"{len(of['countries']):,}",
        ]
        for of in answer["coverage"]
    ]
    return "\n".join([*lines, "", table(["table", "version", "provider", "covers", "countries"], rows, right=(1, 4))])
