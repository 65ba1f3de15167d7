"""Did presence change violence around it? The command `impact presence`."""

from typing import Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, progress_bar, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, Cluster, asked_day, mission_refusals
from bluehelm.language import _, figure
from bluehelm.workflows.clock import today
from bluehelm.workflows.presence_words import verdict_called, violence_called

FEWEST_DRAWS = 199
Missions = Annotated[str, typer.Argument(help="A mission's acronym, or several to be pooled, joined by commas.")]


def register(group: typer.Typer) -> None:
    """Add this command to the commands on impact."""
    group.command("presence")(presence_command)


def presence_command(
    context: typer.Context,
    missions: Missions,
    outcome: Annotated[str, typer.Option(help="Violence counted: one-sided, state-based or any.")],
    rings: Annotated[
        str | None, typer.Option(help="Ends of the rings around a base in km; default 50,100,200.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Cut what happened at this day; default today.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Use the tables retrieved by this day; default now.")] = None,
    draws: Annotated[
        int | None, typer.Option(min=FEWEST_DRAWS, max=9999, help="Draws of moved bases; default as the rules say.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the draws.")] = 0,
    force: Annotated[bool, typer.Option(help="Use the file of precisely placed events, which is biased.")] = False,
    cluster: Cluster = None,
    keep: Annotated[bool, typer.Option(help="Keep the answer as a version of presence_effects, for its page.")] = False,
    as_json: bool = JSON,
) -> None:
    """Estimate what presence changed where bases opened, grew and left, by distance, and what speaks against it."""
    day, known = asked_day(as_of, "--as-of") or today(), asked_day(known_on, "--known-on")
    names, edges = _names(missions), _edges(rings)
    with mission_refusals(missions):
        from bluehelm.store import Store
        from bluehelm.workflows.presence_answer import presence_json
        from bluehelm.workflows.presence_impact import presence_impact
        from bluehelm.workflows.presence_kept import keep_presence
        from bluehelm.workflows.presence_panels import PresenceError
        from bluehelm.workflows.spread import ClusterError

        try:
            with progress_bar() as tell:
                found = presence_impact(
                    context.obj, names, outcome=outcome, rings=edges, as_of=day, known_on=known,
                    force=force, draws=draws, seed=seed, cluster=cluster, tell=tell,
                )  # fmt: skip
        except PresenceError as error:
            raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step, error.problems) from None
        except ClusterError as error:
            raise Refusal("no_cluster", error.what, "--cluster", UNCHANGED, error.next_step) from None
        except ModuleNotFoundError as missing:
            if (missing.name or "").split(".")[0] not in ("diff_diff", "pyfixest", "pandas"):
                raise
            next_step = _("Install it: pip install 'bluehelm[impact]'.")
            raise Refusal(
                "extra_missing", _("This needs the extra `impact`."), str(missing.name), UNCHANGED, next_step
            ) from None
        answer = presence_json(found)
        if keep:
            kept = keep_presence(Store(context.obj), found)
            answer["kept"] = {"table": kept.table, "version": kept.version, "sha256": kept.sha256}
    say_json(answer) if as_json else say(_text(answer))


def _names(missions: str) -> list[str]:
    names = [name.strip() for name in missions.split(",") if name.strip()]
    if not names or len(set(names)) < len(names):
        next_step = _("Write UNMISS, or UNMISS,MINUSCA to pool them.")
        raise Refusal(
            "misused",
            _("{missions!r} names no mission, or one twice.", missions=missions),
            "MISSION",
            UNCHANGED,
            next_step,
        )
    return names


def _edges(rings: str | None) -> list[float] | None:
    if rings is None:
        return None
    try:
        edges = [float(part) for part in rings.split(",")]
        if edges != sorted(set(edges)) or not all(0 < edge <= 2000 for edge in edges):
            raise ValueError
    except ValueError:
        next_step = _("Write the ends of rings in km, ascending: --rings 50,100,200.")
        raise Refusal("misused", _("{rings!r} are no rings.", rings=rings), "--rings", UNCHANGED, next_step) from None
    return edges


def _text(answer: dict[str, Any]) -> str:
    """What would be found at all first, then what speaks against the estimates, then these."""
    lines = [
        _(
            "{missions}: {outcome} violence, {first} to {last}",
            missions=", ".join(answer["missions"]),
            outcome=violence_called(answer["outcome"]),
            first=answer["months"]["first"],
            last=answer["months"]["last"],
        )
    ]
    for one in answer["minimum_detectable"]:
        fall = _("no fall at all") if one["fall"] is None else _("falls of {fall:.0%} or more", fall=one["fall"])
        lines.append(_("Would find  {ring}: {fall}, four times in five", ring=one["ring"], fall=fall))
    if not answer["minimum_detectable"]:
        lines.append(_("Would find  nothing: no place can be compared by the estimator to be read first"))
    lines += [
        _("Before      {ring}: p {p} that paths parted before", ring=one["ring"], p=_number(one["p"]))
        for one in answer["leads"]
    ]
    rows = [_row(_(one["check"]), one) for one in answer["sensitivity"] if "times" not in one]
    rows += [
        [
            _("parallel trends, {times:g} times ({level:.0%})", times=one["times"], level=one["interval_level"]),
            one["ring"],
            "",
            _between(one["interval"]),
            "",
            "",
        ]
        for one in answer["sensitivity"]
        if "times" in one
    ]
    header = [
        _("check"),
        _("ring"),
        _("effect"),
        _("{interval_level:.0%} interval", interval_level=answer["interval_level"]),
        "p",
        _("would find"),
    ]
    lines += ["", table(header, rows, right=(2, 3, 4, 5)), ""]
    rows = [_row(one["estimator"], one) for one in answer["effects"]]
    lines += [table([_("estimator"), *header[1:]], rows, right=(2, 3, 4, 5)), ""]
    verdicts = [one for one in answer["effects"] if one["verdict"]]
    lines += [
        _(
            "Verdict     {ring}, {estimator}: {verdict}",
            ring=one["ring"],
            estimator=one["estimator"],
            verdict=verdict_called(one["verdict"]),
        )
        for one in verdicts
    ]
    if not verdicts:
        lines.append(_("Verdict     none; --json says of every estimate why not"))
    lines += [_("Refused     {name}: {says}", name=one["name"], says=one["says"]) for one in answer["refused_methods"]]
    lines += [_("Note        {note}", note=note) for note in answer["notes"]]
    if "kept" in answer:
        lines.append(
            _("Kept        {table} version {version}", table=answer["kept"]["table"], version=answer["kept"]["version"])
        )
    versions = ", ".join(
        _("{table} version {version}", table=one["table"], version=one["version"]) for one in answer["versions"]
    )
    return "\n".join([*lines, _("From        {versions}", versions=versions)])


def _row(name: str, one: dict[str, Any]) -> list[str]:
    smallest = _number(one["minimum_detectable"]) if one["effect"] is not None else ""
    return [name, one["ring"], _number(one["effect"]), _between(one["interval"]), _number(one["p"]), smallest]


def _number(value: float | None) -> str:
    return _("none") if value is None else figure(value, ".3f")


def _between(interval: list[float | None] | None) -> str:
    if interval is None:
        return _("none")
    low, high = interval
    return _("{low} to {high}", low=_number(low), high=_("no bound") if high is None else _number(high))
