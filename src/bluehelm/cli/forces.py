"""Who can supply what the mission needs? The commands `forces match`, `forces explain` and `forces rotate`."""

import csv
import difflib
import io
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.answers import DONE, JSON, NO, Refusal, say, say_json, table
from bluehelm.language import _, all_called, figure, gettext_noop, ngettext

if TYPE_CHECKING:
    from bluehelm.forces.what_if import Scenario
    from bluehelm.workflows.match_pledges import Inputs, Matched

UNCHANGED = gettext_noop("Nothing was changed.")
SHOWN = 10

RequirementsFile = Annotated[Path, typer.Argument(help="What is asked: a CSV file, .gz and .zip too.")]
PledgesFile = Annotated[Path, typer.Argument(help="What is offered: a CSV file, .gz and .zip too.")]
Limit = Annotated[float | None, typer.Option(min=0.01, help="Stop after so many seconds with the best found.")]
FailOnShortfall = Annotated[bool, typer.Option("--fail-on-shortfall", help="Exit 1 when something stays open.")]
Out = Annotated[Path | None, typer.Option(help="Write who serves what as CSV.")]

forces = typer.Typer(no_args_is_help=True, help="Match pledges to requirements, explain, rotate.")


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(forces, name="forces")


@forces.command("match")
def match_command(
    requirements: RequirementsFile,
    pledges: PledgesFile,
    contributors: Annotated[Path | None, typer.Argument(help="The most units of each contributor.")] = None,
    drop: Annotated[list[str] | None, typer.Option(help="What if this pledge were not there?")] = None,
    leave: Annotated[list[str] | None, typer.Option(help="What if this contributor left?")] = None,
    delay: Annotated[list[str] | None, typer.Option(help="What if PLEDGE=DAYS were late?")] = None,
    lift: Annotated[list[str] | None, typer.Option(help="What if PLEDGE=CAVEAT were lifted?")] = None,
    add: Annotated[Path | None, typer.Option(help="What if these pledges were added?")] = None,
    time_limit: Limit = None,
    out: Out = None,
    fail_on_shortfall: FailOnShortfall = False,
    as_json: bool = JSON,
) -> None:
    """Find which pledges together fill the most requirements, and say why the others do not."""
    with refusals(), solver():
        from bluehelm.workflows.match_pledges import match_pledges, matched_json, read_inputs

        inputs = read_inputs(requirements, pledges, contributors)
        scenario = _scenario(inputs, drop or [], leave or [], delay or [], lift or [], add)
        matched = match_pledges(inputs, time_limit=time_limit, scenario=scenario)
        answer = matched_json(matched)
    if out:
        _write(out, [_("requirement"), _("pledges"), _("strength")], _assignment(answer))
    if as_json:
        say_json(answer)
    else:
        asked = [str(requirements), str(pledges)], ["--contributors", str(contributors)] if contributors else []
        say(_match_text(matched, answer, asked, out))
    raise typer.Exit(NO if fail_on_shortfall and answer["unfilled"] else DONE)


@forces.command("explain")
def explain_command(
    requirements: RequirementsFile,
    pledges: PledgesFile,
    requirement_id: Annotated[str, typer.Argument(help="Which requirement.")],
    contributors: Annotated[Path | None, typer.Option(help="The most units of each contributor.")] = None,
    nearest: Annotated[int, typer.Option(min=1, max=1000, help="How many offers to explain.")] = 3,
    time_limit: Limit = None,
    as_json: bool = JSON,
) -> None:
    """Say which offers come nearest to a requirement, by which rules they fail, and what would mend it."""
    with refusals(), solver():
        from bluehelm.workflows.match_pledges import explained_json, match_pledges, read_inputs

        inputs = read_inputs(requirements, pledges, contributors)
        asked = {one.id: one for one in inputs.requirements}
        if requirement_id not in asked:
            near = difflib.get_close_matches(requirement_id, asked)
            raise Refusal(
                "unknown_requirement",
                _(
                    "{name} has no requirement {requirement_id!r}.",
                    name=requirements.name,
                    requirement_id=requirement_id,
                ),
                requirements.name,
                UNCHANGED,
                _("Did you mean {near}?", near=_(" or ").join(near)) if near else _("The ids are in its first column."),
            )
        matched = match_pledges(inputs, time_limit=time_limit)
        answer = explained_json(matched, asked[requirement_id], nearest)
    say_json(answer) if as_json else say(_explain_text(answer))


@forces.command("rotate")
def rotate_command(
    slots: Annotated[Path, typer.Argument(help="Posts to keep filled: a CSV file, .gz and .zip too.")],
    offers: Annotated[Path, typer.Argument(help="Tours offered: a CSV file, .gz and .zip too.")],
    time_limit: Limit = None,
    out: Out = None,
    fail_on_shortfall: FailOnShortfall = False,
    as_json: bool = JSON,
) -> None:
    """Find the tours that leave the fewest months uncovered, of these the cheapest."""
    with refusals(), solver():
        from bluehelm.workflows.rotate_slots import rotate_slots, rotated_json

        answer = rotated_json(rotate_slots(slots, offers, time_limit=time_limit))
    if out:
        titles = {
            "slot": _("slot"),
            "offer": _("offer"),
            "contributor": _("contributor"),
            "from": _("from"),
            "until": _("until"),
        }
        _write(out, list(titles.values()), ([tour[column] for column in titles] for tour in answer["tours"]))
    if as_json:
        say_json(answer)
    else:
        say(_rotate_text(answer, out))
    raise typer.Exit(NO if fail_on_shortfall and answer["uncovered_months"] else DONE)


@contextmanager
def refusals() -> Iterator[None]:
    from bluehelm.forces.supply import ForcesError
    from bluehelm.sources import IntakeError

    try:
        yield
    except ForcesError as error:
        number = ngettext("{number} problem", "{number} problems", len(error.problems))
        where = error.problems[0].split(",")[0]
        next_step = _("Correct the rows and run it again.")
        raise Refusal(
            "bad_input",
            _("Nothing was computed: {number}.", number=number),
            where,
            UNCHANGED,
            next_step,
            error.problems,
        ) from None
    except IntakeError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step, error.problems) from None


@contextmanager
def solver() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as missing:
        if missing.name != "highspy":
            raise
        next_step = _("Install it: pip install 'bluehelm[matching]'.")
        raise Refusal(
            "extra_missing", _("Matching needs the extra `matching`."), "highspy", UNCHANGED, next_step
        ) from None


def _scenario(
    inputs: "Inputs", drop: list[str], leave: list[str], delay: list[str], lift: list[str], add: Path | None
) -> "Scenario | None":
    from bluehelm.forces.caveats import parse_caveats
    from bluehelm.forces.what_if import Scenario
    from bluehelm.workflows.match_pledges import read_more_pledges

    scenario = Scenario(
        " ".join(
            [
                *(_("drop {one}", one=one) for one in drop),
                *(_("{one} leaves", one=one) for one in leave),
                *delay,
                *lift,
                *([add.name] if add else []),
            ]
        ),
        frozenset(drop),
        {name: _days(text) for name, text in _pairs(delay, "--delay", "PLEDGE=DAYS")},
        {name: parse_caveats(text) for name, text in _pairs(lift, "--lift", "PLEDGE=CAVEAT")},
        tuple(read_more_pledges(add, inputs)) if add else (),
        frozenset(leave),
    )
    return None if scenario.is_nothing else scenario


def _pairs(options: list[str], option: str, form: str) -> Iterator[tuple[str, str]]:
    for text in options:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise Refusal(
                "misused",
                _("{text!r} is not written {form}.", text=text, form=form),
                option,
                UNCHANGED,
                _("Write {option} {form}.", option=option, form=form),
            )
        yield name, value


def _days(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        next_step = _("Write --delay P1=30, for example.")
        raise Refusal(
            "misused", _("{text!r} is not a number of days.", text=text), "--delay", UNCHANGED, next_step
        ) from None


def _write(path: Path, columns: list[str], rows: Any) -> None:
    if not path.parent.is_dir():
        raise Refusal(
            "no_such_folder",
            _("There is no folder {parent}.", parent=path.parent),
            str(path),
            UNCHANGED,
            _("Make it first."),
        )
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(str(cell)) for cell in row] for row in rows)
    part = path.with_name(path.name + ".part")
    part.write_text(written.getvalue(), encoding="utf-8")
    part.replace(path)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell


def _assignment(answer: dict[str, Any]) -> Iterator[list[Any]]:
    for one in answer["filled"]:
        yield [one["requirement"], "|".join(one["pledges"]), one["strength"]]


def _line(title: str, text: str) -> str:
    return f"{title:<10} {text}"


def _match_text(
    matched: "Matched", answer: dict[str, Any], files: tuple[list[str], list[str]], out: Path | None
) -> str:
    asked = matched.inputs.requirements
    proof = _("optimal") if answer["status"] == "optimal" else _("best found, gap {gap}", gap=answer["gap"])
    filled = {one["requirement"] for one in answer["filled"]}
    given = sum(one["strength"] for one in answer["filled"])
    lines = [
        _line(
            _("Asked"),
            _("{number:,} units, {asked:,} strength", number=len(asked), asked=sum(one.strength for one in asked)),
        ),
        _line(
            _("Matched"),
            _(
                "{number:,} units, {given:,} strength          {proof}, {seconds:.1f} s",
                number=len(filled),
                given=given,
                proof=proof,
                seconds=answer["seconds"],
            ),
        ),
        _line(
            _("By hand"),
            _(
                "{filled_by_priority:,} units when each takes the nearest that is free",
                filled_by_priority=sum(answer["greedy"]["filled_by_priority"]),
            ),
        ),
    ]
    if not matched.scenario.is_nothing:
        lines.insert(0, _line(_("What if"), matched.scenario.name))
    short = [one for one in sorted(asked, key=lambda one: (one.priority, one.id)) if one.id not in filled]
    if short:
        lines.append(_line(_("Short"), " · ".join(_short(short))))
        lines += _shortfalls(answer, [one.id for one in short])
    cost = answer["monthly_cost"]
    lines.append(
        _line(_("Cost"), _("{cost:,} a month", cost=cost) if cost is not None else _("unknown: some pledges name none"))
    )
    lines.append(
        _line(_("Not"), _("considered: {not_considered}", not_considered=all_called(answer["not_considered"])))
    )
    lines += _renewals(answer["expires_before"])
    lines += [_line(_("Doubtful"), said) for said in answer["doubtful"][:SHOWN]]
    if out:
        lines.append(_line(_("Written"), str(out)))
    if short:
        words = ["bluehelm", "forces", "explain", *files[0], short[0].id, *files[1]]
        lines.append(_line(_("Why not?"), shlex.join(words)))
    return "\n".join(lines)


def _renewals(expiring: list[dict[str, str]]) -> list[str]:
    """What must be renewed, the first that lapses first; a pledge in parts once."""
    by_day = sorted({(one["expires_on"], one["pledge"]) for one in expiring})
    lines = [
        _line(_("Renew"), _("{pledge} by {day}, or it counts for nothing", pledge=pledge, day=day))
        for day, pledge in by_day[:SHOWN]
    ]
    return lines + (
        [_("           and {number:,} more; --json lists all", number=len(by_day) - SHOWN)]
        if len(by_day) > SHOWN
        else []
    )


def _short(short: list[Any]) -> list[str]:
    """What is missing by capability, largest first."""
    missing: dict[str, int] = {}
    for one in short:
        missing[one.capability] = missing.get(one.capability, 0) + one.strength
    return [
        f"{name} {figure(strength)}" for name, strength in sorted(missing.items(), key=lambda item: (-item[1], item[0]))
    ]


def _shortfalls(answer: dict[str, Any], ids: list[str]) -> list[str]:
    about = {one["requirement"]: one for one in answer["unfilled"]}
    lines = [f"{'':<10} {name}: {_mend(about[name])}" for name in ids[:SHOWN]]
    return lines + (
        [_("           and {number:,} more; --json lists all", number=len(ids) - SHOWN)] if len(ids) > SHOWN else []
    )


def _mend(one: dict[str, Any]) -> str:
    change = one["smallest_change"]
    if change:
        instead = _("{to} instead of {since}", to=change["to"] or _("empty"), since=change["from"] or _("empty"))
        return _(
            "would be filled if {pledge} had {field} {instead}",
            pledge=change["pledge"],
            field=change["field"],
            instead=instead,
        )
    if not one["nearest"]:
        return _("nothing is offered")
    near = one["nearest"][0]
    return _(
        "no single change fills it; nearest {pledge} fails by {reasons}",
        pledge=near["pledge"],
        reasons=", ".join(r["code"] for r in near["reasons"]),
    )


def _explain_text(answer: dict[str, Any]) -> str:
    asked = answer["asked"]
    wanted = _(
        "{capability} {strength:,} for {mission}, {since} to {until}",
        capability=asked["capability"],
        strength=asked["strength"],
        mission=asked["mission"],
        since=asked["from"],
        until=asked["until"],
    )
    lines = [
        _line(
            _("Asked"),
            _(
                "{requirement}: {wanted}, level {min_level} or higher",
                requirement=answer["requirement"],
                wanted=wanted,
                min_level=asked["min_level"],
            ),
        )
    ]
    lines.append(
        _line(
            _("Filled"), _("by {pledges}", pledges=", ".join(answer["pledges"])) if answer["filled"] else _("by nobody")
        )
    )
    rows = [
        [near["pledge"], reason["code"], *_needed_and_offered(reason)]
        for near in answer["nearest"]
        for reason in near["reasons"] or [{"code": "fits", "needed": "", "offered": ""}]
    ]
    lines.append(
        table([_("offer"), _("fails by"), _("needed"), _("offered")], rows) if rows else _("Nothing is offered.")
    )
    if not answer["filled"]:
        lines.append(_line(_("Mend"), _mend(answer)))
    near = [said for one in answer["nearest"] for said in one.get("expires_before", [])]
    lines += _renewals([*answer["expires_before"], *near])
    lines.append(
        _line(_("Not"), _("considered: {not_considered}", not_considered=all_called(answer["not_considered"])))
    )
    return "\n".join(lines)


def _needed_and_offered(reason: dict[str, Any]) -> tuple[str, str]:
    """What a rule asks for and what the offer is, so that neither needs the contract to be understood."""
    needed, offered = str(reason["needed"]), str(reason["offered"])
    if reason["code"] == "taken":
        return _("a free unit"), _("serves {requirements}", requirements=offered.replace("|", ", "))
    if reason["code"] == "ceiling":
        return _("unit {number} of its contributor", number=needed), _("{number} at most", number=offered)
    return needed, offered or _("none")


def _rotate_text(answer: dict[str, Any], out: Path | None) -> str:
    proof = _("optimal") if answer["status"] == "optimal" else _("best found, gap {gap}", gap=answer["gap"])
    uncovered, cost = answer["uncovered_months"], answer["cost"]
    lines = [
        _line(
            _("Tours"),
            _(
                "{number:,}, cost {cost:,}          {proof}, {seconds:.1f} s",
                number=len(answer["tours"]),
                cost=cost,
                proof=proof,
                seconds=answer["seconds"],
            ),
        ),
        _line(
            _("Uncovered"),
            _(
                "{uncovered:,} months (by hand {uncovered_months:,})",
                uncovered=uncovered,
                uncovered_months=answer["greedy"]["uncovered_months"],
            ),
        ),
    ]
    if unknown := len(answer["cost_unknown"]):
        left_out = ngettext(
            "leaves out {number} tour of unknown cost", "leaves out {number} tours of unknown cost", unknown
        )
        lines.insert(1, _line(_("Cost"), left_out))
    lines += [f"{'':<10} {one['slot']}: {', '.join(one['months'])}" for one in answer["uncovered"][:SHOWN]]
    if len(answer["uncovered"]) > SHOWN:
        lines.append(
            _("           and {number:,} more slots; --json lists all", number=len(answer["uncovered"]) - SHOWN)
        )
    lines.append(
        _line(_("Not"), _("considered: {not_considered}", not_considered=all_called(answer["not_considered"])))
    )
    return "\n".join(lines + ([_line(_("Written"), str(out))] if out else []))
