"""How were alerts answered, which threats stand, and what can a post reach in time?

Reading acts as a named account in its post (`--as`); what that may not read is neither listed nor counted. No command
shows who called.
"""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day
from bluehelm.cli.findings import Account, InPost, _reading
from bluehelm.definitions.protection import packaged_alert_rules, packaged_compact
from bluehelm.language import _, called, figure
from bluehelm.protection import CoverageError, GradedEvent, coverage, warned, with_speed
from bluehelm.workflows.clock import today

if TYPE_CHECKING:
    from bluehelm.web.posts.acting import Actor

protection = typer.Typer(help="Alerts and how they were answered, threats, reach, the compact.", no_args_is_help=True)

Csv = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file.")]
OfMission = Annotated[str, typer.Option("--mission", help="The one mission it is about; else that of the post.")]
NUMBER, TEXT = pl.Float64(), pl.String()


def register(app: typer.Typer) -> None:
    """Add `bluehelm protection ...`."""
    app.add_typer(protection, name="protection")


@protection.command("alerts")
def alerts_command(
    context: typer.Context,
    account: Account = None,
    post: InPost = None,
    events: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Graded events: event, began (UTC), place. Finds missed ones."),
    ] = None,
    mission: OfMission = "",
    as_json: bool = JSON,
) -> None:
    """Say how the alerts of the last year were answered; with graded events, what was missed and what had no ground."""
    graded = _events_of(events) if events else None
    with _reading(context, account, post, None) as actor:
        from bluehelm.web.protection import presenters, reads

        now = datetime.now(UTC)
        chosen = _chosen(actor, mission, "alert")
        found = {"mission": chosen or None} | presenters.statistics_json(reads.statistics(actor, now, mission=chosen))
        names = {one["group"]: presenters.group_name(one["group"]) for one in (found["whole"], *found["groups"])}
        found |= (
            _warned(actor, graded, now, chosen) if graded is not None and events else {"warning": None, "inputs": []}
        )
        if events:
            found["inputs"] = [_input(events)]
    if as_json:
        say_json(found)
        return
    say(_("Mission  {mission}", mission=found["mission"] or "–"))
    rows = [_row(one, names) for one in (found["whole"] | {"by": "all"}, *found["groups"])]
    header = [_("by"), _("group"), _("called"), _("reached"), _("nobody"), _("open"), _("half within")]
    say(table(header, rows, right=(2, 3, 4, 5, 6)))
    if warning := found["warning"]:
        missed, false = len(warning["missed"]), len(warning["false_alarms"])
        say(
            _(
                "Events {events}: missed {missed}, late {number}.  False alarms {false}.",
                events=warning["events"],
                missed=missed,
                number=len(warning["late"]),
                false=false,
            )
        )
    say(_("Next  bluehelm protection threats"))


def _chosen(actor: "Actor", asked: str, kind: str) -> str:
    """The one mission that the answer is about: the one asked for, else the post's own, else the first."""
    from bluehelm.web.protection import models, reads

    model = models.Alert if kind == "alert" else models.Threat
    found = reads.chosen_mission(actor, asked, model.objects.readable_by(actor))
    if asked and found.mission != asked:
        raise Refusal(
            "no_mission", _("Nothing of this mission is addressed to this account."), asked, UNCHANGED,
            _("Missions: {missions}", missions=", ".join(found.there) or "–"),
        )  # fmt: skip
    return found.mission


def _row(one: dict[str, Any], names: dict[str, str]) -> list[str]:
    minutes = one["median"]["minutes"]
    open_end = _("never") if one["unanswered"] * 2 > one["alerts"] else _("not yet")
    half = open_end if minutes is None else _("{minutes} min", minutes=minutes)
    counted = [f"{one[name]}" for name in ("alerts", "arrived", "unanswered", "still_open")]
    return [one["by"], names[one["group"]], *counted, half if one["alerts"] else ""]


def _warned(actor: "Actor", graded: Sequence[GradedEvent], now: datetime, mission: str) -> dict[str, Any]:
    """What was warned of and what was not, over the time of the events."""
    from bluehelm.web.protection import reads

    rules = packaged_alert_rules()
    first = min((one.began for one in graded), default=now) - timedelta(hours=rules.warned_before_hours)
    alerts = reads.alerted(actor, first, mission)
    found = warned(alerts, graded, before_hours=rules.warned_before_hours, after_hours=rules.warned_after_hours)
    return {"warning": asdict(found)}


def _events_of(file: Path) -> list[GradedEvent]:
    """The graded events of a file; every line that cannot be read is told at once."""
    found, problems = [], []
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text)
        if not {"event", "began", "place"} <= set(reader.fieldnames or ()):
            raise _refused(file, [_("line 1: the columns are event, began, place")])
        for row in reader:
            try:
                began = datetime.fromisoformat(row["began"])
            except (TypeError, ValueError):
                problems.append(
                    _(
                        "line {line_num}: began: {began!r} is no time such as 2026-03-01T12:00",
                        line_num=reader.line_num,
                        began=row["began"],
                    )
                )
                continue
            found.append(GradedEvent(row["event"], began if began.tzinfo else began.replace(tzinfo=UTC), row["place"]))
    named = [one.id for one in found]
    twice = {name for name in named if named.count(name) > 1}
    problems += [_("event: {name} stands there twice", name=name) for name in sorted(twice)]
    if problems:
        raise _refused(file, problems)
    return found


def _refused(file: Path, problems: list[str]) -> Refusal:
    what = _("{name} could not be used.", name=file.name)
    return Refusal("bad_file", what, file.name, UNCHANGED, _("Correct the lines named."), problems)


def _input(file: Path) -> dict[str, str]:
    return {"name": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}


@protection.command("threats")
def threats_command(
    context: typer.Context,
    account: Account = None,
    post: InPost = None,
    since: Annotated[str | None, typer.Option("--from", help="Compare with this day, YYYY-MM-DD.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="The other day; today when left out.")] = None,
    mission: OfMission = "",
    as_json: bool = JSON,
) -> None:
    """List the threats that stand, and what changed of them between two days, in words."""
    second = asked_day(until, "--to") or today()
    first = asked_day(since, "--from") or second - timedelta(days=90)
    with _reading(context, account, post, None) as actor:
        from bluehelm.web.forces.views import note_read
        from bluehelm.web.protection import presenters, reads

        chosen = _chosen(actor, mission, "threat")
        standing = reads.matrix(actor, chosen)
        note_read(actor, standing)
        threats = [presenters.record_json(one, actor) for one in standing]
        found = {
            "mission": chosen or None, "threats": threats,
            "moved": presenters.moved_json(moved := reads.moved(actor, first, second, chosen)),
            "from": first.isoformat(), "to": second.isoformat(), "versions": [],
        }  # fmt: skip
        said = [(threat.pk, one.how, [presenters.change_words(change) for change in one.changes])
                for threat, one in moved if one.how != "same"]  # fmt: skip
    if as_json:
        say_json(found)
        return
    say(_("Mission  {mission}", mission=found["mission"] or "–"))
    rows = [
        [f"{one['number']}", one["place"], one["likelihood"], one["impact"], _review(one["review_on"]), one["title"]]
        for one in threats
    ]
    header = [_("threat"), _("place"), _("likelihood"), _("impact"), _("review"), _("title")]
    say(table(header, rows, right=(0,)) if rows else _("No threat is addressed to this account."))
    for line in _moved_lines(said, first, second):
        say(line)


def _moved_lines(said: list[tuple[int, str, list[str]]], first: date, second: date) -> list[str]:
    """What changed between the two days, one line a threat; those that rose come first."""
    if not said:
        return [_("Nothing is said differently on {first} and {second}.", first=f"{first}", second=f"{second}")]
    hows = {"new": _("new"), "closed": _("no threat any more"), "changed": _("changed")}
    head = _("Said differently on {first} and {second}", first=f"{first}", second=f"{second}")
    return [head, *(f"{number:>6}  {'; '.join(changes) or hows[how]}" for number, how, changes in said)]


def _review(day: str) -> str:
    return _("{day} overdue", day=day) if date.fromisoformat(day) < today() else day


@protection.command("compact")
def compact_command(context: typer.Context, account: Account = None, post: InPost = None, as_json: bool = JSON) -> None:
    """Say which protection capabilities each mission has, on what evidence and since when."""
    with _reading(context, account, post, None) as actor:
        from bluehelm.web.protection import reads

        missions: list[dict[str, Any]] = [
            {"mission": mission, "capabilities": [_said(one.word, one.title, last[one.word])
                                                  for one in packaged_compact().capabilities]}
            for mission, last in reads.compact(actor)
        ]  # fmt: skip
    if as_json:
        definition = packaged_compact()
        say_json({"missions": missions, "definition": definition.title, "status": definition.status, "versions": []})
        return
    has_words = {True: _("yes"), False: _("no")}
    rows = [
        [of["mission"], called(one["title"]), has_words.get(one["has"], _("not said")), one["as_of"] or ""]
        for of in missions
        for one in of["capabilities"]
    ]  # fmt: skip
    say(
        table([_("mission"), _("capability"), _("has"), _("as of")], rows)
        if rows
        else _("Nothing was said to this account.")
    )


def _said(code: str, title: str, last: Any) -> dict[str, Any]:
    has, on, evidence = (last.has, last.on.isoformat(), last.evidence) if last else (None, None, None)
    return {"capability": code, "title": title, "has": has, "as_of": on, "evidence": evidence}


@protection.command("coverage")
def coverage_command(
    places: Csv,
    travel: Csv,
    within: Annotated[list[int] | None, typer.Option("--within", min=1, help="Minutes; may be repeated.")] = None,
    km_per_hour: Annotated[float | None, typer.Option("--speed", help="Where the file has km and no minutes.")] = None,
    as_json: bool = JSON,
) -> None:
    """Say how many people and which places a post reaches in time.

    PLACES has the columns place and population; TRAVEL has post, place and minutes, or km together with --speed.
    """
    listed = _columns(places, {"place": TEXT, "population": NUMBER})
    reached = _columns(travel, {"post": TEXT, "place": TEXT, ("km" if km_per_hour else "minutes"): NUMBER})
    method = (
        _("distances at {km_per_hour:g} km an hour", km_per_hour=km_per_hour)
        if km_per_hour
        else _("travel times of the file")
    )
    try:
        times = with_speed(reached, km_per_hour) if km_per_hour else reached
        found = coverage(listed, times, within or packaged_alert_rules().within_minutes, method)
    except CoverageError as error:
        raise _refused(travel, str(error).split("; ")) from None
    answer = {
        "method": found.method, "bands": [asdict(one) for one in found.bands],
        "places": found.nearest.to_dicts(), "inputs": [_input(places), _input(travel)],
    }  # fmt: skip
    if as_json:
        say_json(answer)
        return
    rows = [
        [_("{minutes} min", minutes=one.within_minutes), f"{one.places}", figure(one.population), f"{one.uncounted}",
         f"{one.beyond}", f"{one.unknown}"]
        for one in found.bands
    ]  # fmt: skip
    header = [_("within"), _("places"), _("people"), _("places not counted"), _("beyond"), _("no time known")]
    say(table(header, rows, right=tuple(range(6))) + _("\nBy {method}.", method=found.method))


def _columns(file: Path, wanted: dict[str, pl.DataType]) -> pl.DataFrame:
    """The columns wanted; an empty cell is unknown."""
    try:
        read = pl.read_csv(file, infer_schema=False)
        missing = sorted(wanted.keys() - set(read.columns))
        if missing:
            raise _refused(file, [_("line 1: the column {name} is missing", name=name) for name in missing])
        return read.select(pl.col(name).cast(kind) for name, kind in wanted.items())
    except pl.exceptions.PolarsError as error:
        raise _refused(file, [str(error).splitlines()[0]]) from None
