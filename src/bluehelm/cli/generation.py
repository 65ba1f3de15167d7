"""What do the other commands of `forces` answer: pipeline, visits, timeline, equipment, cost, teams, tours, cards?"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel

from bluehelm.cli.answers import DONE, JSON, NO, Refusal, say, say_json, table
from bluehelm.cli.asking import asked_day
from bluehelm.cli.forces import (
    SHOWN,
    UNCHANGED,
    FailOnShortfall,
    Limit,
    PledgesFile,
    RequirementsFile,
    refusals,
    solver,
)
from bluehelm.language import _, all_called, figure, gettext_noop

Model = TypeVar("Model", bound=BaseModel)

AsOf = Annotated[str | None, typer.Option(help="As it stood on this day; default today.")]
Rules = Annotated[Path | None, typer.Option(help="Another definition than the one packaged: a YAML file.")]
UNKNOWN = gettext_noop("unknown")

generation = typer.Typer()


def register(forces: typer.Typer) -> None:
    """Add these commands to those of `forces`."""
    forces.add_typer(generation)


@generation.command("pipeline")
def pipeline_command(
    entries: Annotated[Path, typer.Argument(help="Units in stages: a CSV file, .gz and .zip too.")],
    as_of: AsOf = None,
    rules: Rules = None,
    as_json: bool = JSON,
) -> None:
    """Say where each unit stands on its way, who holds the pen and what is stuck."""
    from bluehelm.definitions.force_generation import Pipeline, packaged_pipeline

    with refusals():
        from bluehelm.workflows.generate_forces import pipeline_json

        answer = pipeline_json(entries, _rules(rules, Pipeline) or packaged_pipeline(), _day(as_of, "--as-of"))
    waits = [
        [
            wait["unit"],
            wait["stage"],
            wait["holder"],
            wait["since"],
            str(wait["days"]),
            _("stuck") if wait["is_stuck"] else "",
        ]
        for unit in answer["units"]
        for wait in unit["waits"]
    ]
    idle = [unit["unit"] for unit in answer["units"] if unit["is_idle"]]
    _say(
        answer,
        as_json,
        [
            _(
                "Stuck      {number} of {number_2} waits on {as_of}",
                number=len(answer["stuck"]),
                number_2=len(waits),
                as_of=answer["as_of"],
            ),
            table([_("unit"), _("waits for"), _("pen"), _("since"), _("days"), ""], waits, right=[4])
            if waits
            else _("Nothing waits."),
            *([_("Idle       nobody holds the pen of {idle}", idle=", ".join(idle))] if idle else []),
        ],
    )


@generation.command("visit")
def visit_command(
    answers: Annotated[Path, typer.Argument(help="A checklist's answers, item and answer: a CSV file.")],
    checklist: Annotated[str, typer.Option(help="Which checklist, such as pre-deployment.")],
    visited_on: Annotated[str | None, typer.Option(help="The day of the visit; default today.")] = None,
    rules: Rules = None,
    as_json: bool = JSON,
) -> None:
    """Score a visit by its checklist and list what is to be mended, by whom and until when."""
    from bluehelm.definitions.force_generation import VisitRules, packaged_visits

    with refusals():
        from bluehelm.workflows.generate_forces import visit_json

        checklists = _rules(rules, VisitRules) or packaged_visits()
        answer = visit_json(answers, checklists, checklist, _day(visited_on, "--visited-on"))
    verdict = {True: _("passes"), False: _("does not pass"), None: _("neither passes nor fails while items are unseen")}
    rows = [[one["item"], one["answer"], one["owner"], one["due_on"]] for one in answer["findings"]]
    share = (
        _(UNKNOWN)
        if answer["share"] is None
        else _("{share:.0%} of {seen} items seen", share=answer["share"], seen=answer["seen"])
    )
    _say(
        answer,
        as_json,
        [
            _("Visit      {verdict}: {share}", verdict=verdict[answer["passes"]], share=share),
            *([table([_("to mend"), _("now"), _("owner"), _("until")], rows)] if rows else []),
            *([_("Not seen   {not_seen}", not_seen=", ".join(answer["not_seen"]))] if answer["not_seen"] else []),
        ],
    )


@generation.command("visit-plan")
def visit_plan_command(
    candidates: Annotated[Path, typer.Argument(help="Units that might be visited: a CSV file.")],
    budget: Annotated[str | None, typer.Option(help="What all journeys together may cost.")] = None,
    as_of: AsOf = None,
    as_json: bool = JSON,
) -> None:
    """Put visits in order by need, age of the last visit and cost."""
    with refusals():
        from bluehelm.workflows.generate_forces import visit_plan_json

        answer = visit_plan_json(candidates, _day(as_of, "--as-of"), _amount(budget, "--budget"))
    rows = [
        [
            trip["trip"],
            ", ".join(trip["units"]),
            str(trip["need"]),
            _("never") if trip["age_days"] is None else str(trip["age_days"]),
            _(UNKNOWN) if trip["cost"] is None else figure(trip["cost"]),
            _("go") if trip["is_planned"] else trip["reason"],
        ]
        for trip in answer["trips"]
    ]
    _say(
        answer,
        as_json,
        [table([_("trip"), _("units"), _("need"), _("days since"), _("cost"), _("plan")], rows, right=[2, 3, 4])],
    )


@generation.command("timeline")
def timeline_command(
    start: Annotated[str, typer.Argument(help="The day the unit is asked for, YYYY-MM-DD.")],
    steps: Annotated[
        Path | None, typer.Argument(help="Steps with their days: a CSV file; else the template's.")
    ] = None,
    template: Annotated[str, typer.Option(help="Whose steps where there is no file: new or redirected.")] = "new",
    on: Annotated[str | None, typer.Option(help="Until when it is known what happened.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 0,
    runs: Annotated[int, typer.Option(min=100, max=1_000_000, help="Runs of the simulation.")] = 10_000,
    rules: Rules = None,
    fail_on_shortfall: FailOnShortfall = False,
    as_json: bool = JSON,
) -> None:
    """Say when a unit can be in place, which steps decide that, and whether it meets the days of rapid deployment."""
    from bluehelm.definitions.force_generation import TimelineRules, packaged_timeline

    with refusals():
        from bluehelm.workflows.generate_forces import timeline_json

        answer = timeline_json(
            steps,
            _rules(rules, TimelineRules) or packaged_timeline(),
            template,
            _day(start, "START"),
            seed=seed,
            runs=runs,
            on=asked_day(on, "--on"),
        )
    _say(answer, as_json, _timeline_text(answer))
    raise typer.Exit(NO if fail_on_shortfall and not answer["passes"] else DONE)


def _timeline_text(answer: dict[str, Any]) -> list[str]:
    verdict = _("passes") if answer["passes"] else _("does not pass")
    blocker = _("; most would be won at {blocker}", blocker=answer["blocker"]) if answer["blocker"] else ""
    ends = ", ".join(_("{share:.0%} by {day}", share=float(share), day=day) for share, day in answer["ends_on"].items())
    rows = [
        [
            one["name"],
            one["holder"] or "",
            figure(one["begins_day"], "g"),
            figure(one["ends_day"], "g"),
            figure(one["slack_days"], "g"),
            figure(one["critical_share"], ".0%"),
            "" if one["ended_day"] is None else str(one["ended_day"]),
        ]
        for one in answer["steps"]
    ]
    return [
        _(
            "Test       {verdict}: {share_within:.0%} of runs end within {within_days} days{blocker}",
            verdict=verdict,
            share_within=answer["share_within"],
            within_days=answer["within_days"],
            blocker=blocker,
        ),
        _(
            "In place   {ends}; day {likely_days:g} if all lasts as likely",
            ends=ends,
            likely_days=answer["likely_days"],
        ),
        _("Decides    {critical}", critical=" > ".join(answer["critical"])),
        table(
            [_("step"), _("pen"), _("begins"), _("ends"), _("slack"), _("decides"), _("really ended")],
            rows,
            right=[2, 3, 4, 5, 6],
        ),
    ]


@generation.command("equipment")
def equipment_command(
    lines: Annotated[Path, typer.Argument(help="Equipment agreed, present and serviceable by quarter: a CSV file.")],
    quarter: Annotated[str | None, typer.Option(help="Which quarter, 2027-Q1; default the last reported.")] = None,
    rules: Rules = None,
    fail_on_shortfall: FailOnShortfall = False,
    as_json: bool = JSON,
) -> None:
    """Say what equipment is short, for how many quarters, and what the unit can do less of."""
    from bluehelm.definitions.force_generation import EquipmentRules, packaged_equipment

    with refusals():
        from bluehelm.workflows.generate_forces import equipment_json

        answer = equipment_json(lines, _rules(rules, EquipmentRules) or packaged_equipment(), _quarter(quarter))
    rows = [
        [
            one["unit"],
            one["item"],
            str(one["agreed"]),
            _(UNKNOWN) if one["present"] is None else str(one["present"]),
            str(one["serviceable"]),
            str(one["quarters_short"]),
            one["effect"] or "",
        ]
        for one in answer["short"]
    ]
    sums = _(
        "{agreed:,} agreed = {serviceable:,} serviceable + {absent:,} absent",
        agreed=answer["agreed"],
        serviceable=answer["serviceable"],
        absent=answer["absent"],
    )
    _say(
        answer,
        as_json,
        [
            _(
                "Quarter    {quarter}: {sums} + {defective:,} defective - {beyond:,} beyond",
                quarter=answer["quarter"],
                sums=sums,
                defective=answer["defective"],
                beyond=answer["beyond"],
            ),
            table(
                [_("unit"), _("item"), _("agreed"), _("present"), _("works"), _("quarters"), _("effect")],
                rows,
                right=[2, 3, 4, 5],
            )
            if rows
            else _("Nothing is short."),
            *([_("Unknown    {unknown}", unknown="; ".join(answer["unknown"]))] if answer["unknown"] else []),
            *([_("Doubtful   {doubtful}", doubtful="; ".join(answer["doubtful"]))] if answer["doubtful"] else []),
        ],
    )
    raise typer.Exit(NO if fail_on_shortfall and answer["short"] else DONE)


@generation.command("cost")
def cost_command(
    options: Annotated[Path, typer.Argument(help="What options are made of, by rate and months: a CSV file.")],
    by: Annotated[str, typer.Option(help="By which share things move in the sensitivity.")] = "0.1",
    outputs: Annotated[Path | None, typer.Option(help="Outputs, such as sorties: a CSV file.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Another table of rates than the one packaged: YAML.")] = None,
    as_json: bool = JSON,
) -> None:
    """Add up what options cost at dated rates, name what is unknown, and say what moves the sum."""
    from bluehelm.definitions.force_generation import RateTable, packaged_rates

    with refusals():
        from bluehelm.workflows.generate_forces import cost_json

        share = _amount(by, "--by") or Decimal(0)
        answer = cost_json(options, _rules(rules, RateTable) or packaged_rates(), share, outputs)
    rows = [
        [
            one["option"],
            _(UNKNOWN) if one["total"] is None else figure(one["total"]),
            figure(one["known"]),
            ", ".join(one["unknown"]),
        ]
        for one in answer["options"]
    ]
    moves = [
        [
            one["option"],
            one["what"],
            *(_("unknown") if one[end] is None else figure(one[end]) for end in ("lower", "higher")),
        ]
        for one in answer["sensitivity"]
    ]
    _say(
        answer,
        as_json,
        [
            table(
                [_("option"), _("total, {currency}", currency=answer["currency"]), _("known part"), _("rates unknown")],
                rows,
                right=[1, 2],
            ),
            _("If {by} less or more:", by=by),
            table([_("option"), _("of"), _("less"), _("more")], moves, right=[2, 3]),
        ],
    )


@generation.command("observers")
def observers_command(
    roster: Annotated[Path, typer.Argument(help="Observers by post, never by name: a CSV file.")],
    teams: Annotated[Path, typer.Argument(help="Teams asked for: a CSV file.")],
    time_limit: Limit = None,
    fail_on_shortfall: FailOnShortfall = False,
    as_json: bool = JSON,
) -> None:
    """Form teams of mixed nationalities with their languages and area knowledge, and say when each can start."""
    with refusals(), solver():
        from bluehelm.workflows.generate_forces import observers_json

        answer = observers_json(roster, teams, time_limit)
    more = len(answer["ruled_out"]) - SHOWN
    rows = [
        [
            one["team"],
            one["area"],
            one["starts_on"],
            ", ".join(f"{m['id']} ({m['nationality']})" for m in one["members"]),
        ]
        for one in answer["teams"]
    ]
    days = [
        [one["on"], str(one["arrived"]), ", ".join(one["starting"]), str(one["operating"])] for one in answer["days"]
    ]
    _say(
        answer,
        as_json,
        [
            table([_("team"), _("area"), _("starts"), _("members")], rows) if rows else _("No team is complete."),
            *([table([_("day"), _("arrived"), _("starting"), _("operating")], days, right=[1, 3])] if days else []),
            *(
                _("Short      {team}: {lacks}", team=one["team"], lacks="; ".join(one["lacks"]))
                for one in answer["short"]
            ),
            *(_ruled_out(one) for one in answer["ruled_out"][:SHOWN]),
            *([_("and {number:,} more; --json lists all", number=more)] if more > 0 else []),
        ],
    )
    raise typer.Exit(NO if fail_on_shortfall and answer["short"] else DONE)


def _ruled_out(one: dict[str, Any]) -> str:
    """Whose days or whose level keep one who is left from a team."""
    why = [
        *(
            [_("not there until the end of {teams}", teams=", ".join(one["availability"]))]
            if one["availability"]
            else []
        ),
        *(
            [_("under the level of {teams}, or of an unknown one", teams=", ".join(one["level"]))]
            if one["level"]
            else []
        ),
    ]
    return _("Left out   {observer}: {why}", observer=one["observer"], why="; ".join(why))


@generation.command("tours")
def tours_command(
    posts: Annotated[Path, typer.Argument(help="Posts under several arrangements of tours: a CSV file.")],
    against: Annotated[str, typer.Option(help="The scenario that others are compared with.")],
    rules: Rules = None,
    as_json: bool = JSON,
) -> None:
    """Say how many months of expertise longer tours and secondments gain, and what they cost."""
    from bluehelm.definitions.force_generation import TourRules, packaged_tours

    with refusals():
        from bluehelm.workflows.generate_forces import tours_json

        answer = tours_json(posts, _rules(rules, TourRules) or packaged_tours(), against)
    rows = [
        [
            one["scenario"],
            str(one["expert"]),
            str(one["gained"]),
            str(one["empty"]),
            *map(_shown, (one["cost"], one["more_cost"])),
        ]
        for one in answer["scenarios"]
    ]
    header = [_("scenario"), _("months of expertise"), _("gained"), _("empty"), _("cost"), _("more")]
    _say(answer, as_json, [table(header, rows, right=[1, 2, 3, 4, 5])])


@generation.command("calendar")
def calendar_command(
    turns: Annotated[Path, typer.Argument(help="Who held which post from when until when: a CSV file.")],
    from_day: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")],
    until_day: Annotated[str, typer.Option("--until", help="The last day, YYYY-MM-DD.")],
    overlap: Annotated[int, typer.Option(min=0, help="The least days of handover.")] = 0,
    framework: Annotated[str | None, typer.Option(help="The contributor that all others rely on.")] = None,
    outputs: Annotated[Path | None, typer.Option(help="Outputs, such as sorties: a CSV file.")] = None,
    fail_on_shortfall: FailOnShortfall = False,
    as_json: bool = JSON,
) -> None:
    """Say how a post was held by turns: coverage, gaps, handovers, certificates, what hangs on one, cost of output."""
    with refusals():
        from bluehelm.workflows.generate_forces import calendar_json

        answer = calendar_json(
            turns,
            _day(from_day, "--from"),
            _day(until_day, "--until"),
            least_overlap_days=overlap,
            framework_nation=framework,
            outputs=outputs,
        )
    _say(answer, as_json, [line for slot in answer["slots"] for line in _slot_text(slot)])
    raise typer.Exit(NO if fail_on_shortfall and any(slot["gap_days"] for slot in answer["slots"]) else DONE)


def _slot_text(slot: dict[str, Any]) -> list[str]:
    covered = _(
        "{covered_days:,} of {days:,} days ({coverage:.0%})",
        covered_days=slot["covered_days"],
        days=slot["days"],
        coverage=slot["coverage"],
    )
    lines = [
        _(
            "{slot}: {covered} by {contributors}",
            slot=slot["slot"],
            covered=covered,
            contributors=", ".join(slot["contributors"]) or _("nobody"),
        )
    ]
    lines += [
        _("  gap from {from_on} to {until_on}", from_on=gap["from_on"], until_on=gap["until_on"])
        for gap in slot["gaps"]
    ]
    short = [one for one in slot["handovers"] if one["is_too_short"]]
    lines += [
        _(
            "  {after} took over from {before} with {overlap_days} days of overlap",
            after=one["after"],
            before=one["before"],
            overlap_days=one["overlap_days"],
        )
        for one in short
    ]
    lines += [
        _(
            "  {contributor} served {days_without} days after its certificate ended",
            contributor=one["contributor"],
            days_without=one["days_without"],
        )
        for one in slot["certificates"]
    ]
    if slot["single_point_of_failure"]:
        lines.append(
            _("  all hangs on {single_point_of_failure}", single_point_of_failure=slot["single_point_of_failure"])
        )
    return lines + [
        _("  one {name}: {amount}", name=name, amount=_shown(amount))
        for name, amount in slot["cost_per_output"].items()
    ]


@generation.command("unit-types")
def unit_types_command(
    split: Annotated[str | None, typer.Option(help="Split this type.")] = None,
    parts: Annotated[int, typer.Option(min=1, help="Into so many parts.")] = 2,
    as_json: bool = JSON,
) -> None:
    """List the templates of requirements by unit type, or say what is lost when a unit is split."""
    with refusals():
        from bluehelm.definitions.force_generation import packaged_unit_types
        from bluehelm.workflows.generate_forces import split_json, unit_types_json

        types = packaged_unit_types()
        answer = split_json(types, split, parts) if split else unit_types_json(types)
    if split:
        rows = [
            [str(one["number"]), str(one["strength"]), ", ".join(one["lost"]) or _("nothing")]
            for one in answer["parts"]
        ]
        _say(answer, as_json, [table([_("part"), _("strength"), _("lacks")], rows, right=[0, 1])])
    else:
        rows = [[one["name"], one["component"], str(one["strength"]), one["min_level"]] for one in answer["unit_types"]]
        _say(answer, as_json, [table([_("type"), _("component"), _("strength"), _("level")], rows, right=[2])])


@generation.command("gaps")
def gaps_command(
    requirements: RequirementsFile,
    pledges: PledgesFile,
    deployed: Annotated[Path | None, typer.Option(help="Which pledge serves which requirement: a CSV file.")] = None,
    at_least: Annotated[str, typer.Option(help="From which level a pledge is available.")] = "L2",
    as_of: AsOf = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the list as a PDF page for donors.")] = None,
    fail_on_shortfall: FailOnShortfall = False,
    as_json: bool = JSON,
) -> None:
    """List which capabilities are short: needed, less available by level, less deployed."""
    with refusals():
        from bluehelm.workflows.generate_forces import gaps_json

        answer = gaps_json(requirements, pledges, deployed, at_least, _day(as_of, "--as-of"))
    if pdf:
        _write_pdf(pdf, answer)
    levels = answer["levels"]
    rows = [
        [
            one["capability"],
            str(one["needed"]),
            str(one["deployed"]),
            *(str(one["available"][level]) for level in levels),
            str(one["gap"]),
            str(one["gap_at_own_level"]),
            figure(one["strength_gap"]),
        ]
        for one in answer["gaps"]
    ]
    header = [_("capability"), _("needed"), _("deployed"), *levels, _("gap"), _("at own level"), _("strength")]
    _say(
        answer,
        as_json,
        [
            _(
                "As of {as_of}; the gap counts units from {at_least} on as available.",
                as_of=answer["as_of"],
                at_least=answer["at_least"],
            ),
            table(header, rows, right=range(1, len(header))) if rows else _("Nothing is asked."),
            _("Not considered: {not_considered}", not_considered=all_called(answer["not_considered"])),
            *([_("Written    {pdf}", pdf=pdf)] if pdf else []),
        ],
    )
    raise typer.Exit(NO if fail_on_shortfall and any(one["gap"] for one in answer["gaps"]) else DONE)


@generation.command("coverage")
def coverage_command(
    pledges: PledgesFile,
    stationed: Annotated[Path, typer.Argument(help="Which unit stands in which area: a CSV file.")],
    mission: Annotated[str, typer.Option(help="The mission, as caveats name it.")],
    task: Annotated[list[str], typer.Option(help="A task; say it again for each.")],
    fail_on_shortfall: FailOnShortfall = False,
    as_json: bool = JSON,
) -> None:
    """Map what nobody can do: tasks of areas at hours for which every unit there has a caveat."""
    with refusals():
        from bluehelm.workflows.generate_forces import coverage_json

        answer = coverage_json(pledges, stationed, task, mission)
    rows = [[one["area"], one["task"], _hours(one["hours"])] for one in answer["uncovered"]]
    _say(
        answer,
        as_json,
        [table([_("area"), _("task"), _("hours nobody may")], rows) if rows else _("Every task is covered.")],
    )
    raise typer.Exit(NO if fail_on_shortfall and rows else DONE)


@generation.command("stress")
def stress_command(
    requirements: RequirementsFile,
    pledges: PledgesFile,
    contributors: Annotated[Path | None, typer.Argument(help="The most units of each contributor.")] = None,
    late: Annotated[int | None, typer.Option(min=1, help="Each pledge in turn comes so many days late.")] = None,
    leaves: Annotated[bool, typer.Option("--leaves", help="Each contributor in turn leaves.")] = False,
    time_limit: Limit = None,
    fail_on_shortfall: FailOnShortfall = False,
    as_json: bool = JSON,
) -> None:
    """Say which requirements each late pledge or leaving contributor would cost, one at a time."""
    if late is None and not leaves:
        raise Refusal(
            "misused", _("No scenario was named."), _("forces stress"), UNCHANGED, _("Name --late DAYS or --leaves.")
        )
    with refusals(), solver():
        from bluehelm.workflows.generate_forces import stress_json
        from bluehelm.workflows.match_pledges import read_inputs

        answer = stress_json(read_inputs(requirements, pledges, contributors), late, leaves, time_limit)
    rows = [
        [one["scenario"], ", ".join(one["lost"]), ", ".join(one["gained"])]
        for one in answer["scenarios"]
        if one["lost"]
    ]
    _say(
        answer,
        as_json,
        [
            _(
                "Stress     {number} of {number_2} scenarios lose a requirement",
                number=len(rows),
                number_2=len(answer["scenarios"]),
            ),
            *([table([_("scenario"), _("lost"), _("gained")], rows)] if rows else []),
            _("Not considered: {not_considered}", not_considered=all_called(answer["not_considered"])),
        ],
    )
    raise typer.Exit(NO if fail_on_shortfall and rows else DONE)


@generation.command("unit-card")
def unit_card_command(
    unit: Annotated[str, typer.Argument(help="Which unit: the id of its pledge, or of a civilian component.")],
    ratings: Annotated[Path | None, typer.Option(help="Evaluations: a CSV file.")] = None,
    pledges: Annotated[Path | None, typer.Option(help="Pledges: a CSV file.")] = None,
    visits: Annotated[Path | None, typer.Option(help="Visits made: a CSV file.")] = None,
    certificates: Annotated[Path | None, typer.Option(help="Training certificates: a CSV file.")] = None,
    equipment: Annotated[Path | None, typer.Option(help="Equipment by quarter: a CSV file.")] = None,
    women: Annotated[Path | None, typer.Option(help="Women and people by role: a CSV file.")] = None,
    component: Annotated[str | None, typer.Option(help="military, police or civilian.")] = None,
    rules: Rules = None,
    as_json: bool = JSON,
) -> None:
    """Put on one card what files say of a unit: level, caveats, visits, training, evaluations, equipment, women."""
    from bluehelm.definitions.force_generation import EvaluationRules, packaged_equipment, packaged_evaluation

    with refusals():
        from bluehelm.workflows.generate_forces import unit_card_json

        answer = unit_card_json(
            unit,
            _rules(rules, EvaluationRules) or packaged_evaluation(),
            packaged_equipment(),
            ratings=ratings,
            pledges=pledges,
            visited=visits,
            certificates=certificates,
            equipment_lines=equipment,
            women=women,
            component=component,
        )
    _say(answer, as_json, _card_text(answer))


def _card_text(answer: dict[str, Any]) -> list[str]:
    rows = [
        [
            one["task"],
            ", ".join(f"{rater}: {rating}" for rater, rating in one["ratings"].items()),
            one["rated_on"],
            one["shortfall_since"] or "",
            ", ".join(one["causes"]),
        ]
        for one in answer["tasks"]
    ]
    few = (
        _("few: {ratings} ratings say little", ratings=answer["ratings"])
        if answer["is_few"]
        else _("{ratings} ratings", ratings=answer["ratings"])
    )
    return [
        _("Unit       {unit}", unit=answer["unit"]),
        _(
            "Component  {component}, level {level}",
            component=answer["component"] or _(UNKNOWN),
            level=answer["level"] or _(UNKNOWN),
        ),
        _("Evaluated  {few}", few=few),
        *([table([_("task"), _("newest ratings"), _("on"), _("short since"), _("causes")], rows)] if rows else []),
        *(
            _(
                "Raters     {rater} and {other}: {events} events, kappa {kappa}",
                rater=one["rater"],
                other=one["other"],
                events=one["events"],
                kappa=_shown(one["kappa"]),
            )
            for one in answer["raters"]
        ),
        _("Missing    {missing}", missing=", ".join(answer["missing"]) or _("nothing")),
    ]


def _rules(path: Path | None, model: type[Model]) -> Model | None:
    """A definition of the user's own; None where none was named."""
    from bluehelm.definitions import DefinitionError
    from bluehelm.definitions.forces import parse_forces

    if path is None:
        return None
    try:
        return parse_forces(model, path.read_text(encoding="utf-8"), path.name)
    except OSError:
        raise Refusal(
            "no_such_file", _("There is no file {path}.", path=path), str(path), UNCHANGED, _("Name another.")
        ) from None
    except UnicodeDecodeError:
        raise Refusal(
            "bad_definition",
            _("{name} is no UTF-8 text.", name=path.name),
            path.name,
            UNCHANGED,
            _("Save it as UTF-8."),
        ) from None
    except DefinitionError as error:
        said = _("{name} was not taken in.", name=path.name)
        raise Refusal("bad_definition", said, path.name, UNCHANGED, _("Correct it."), error.problems) from None


def _day(text: str | None, where: str) -> date:
    from bluehelm.workflows.clock import today

    return asked_day(text, where) or today()


def _amount(text: str | None, where: str) -> Decimal | None:
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise Refusal(
            "misused",
            _("{text!r} is not an amount of 0 or more.", text=text),
            where,
            UNCHANGED,
            _("Write {where} 1000.", where=where),
        )
    return amount


def _quarter(text: str | None) -> int | None:
    from bluehelm.forces.equipment import quarter_of

    if text is None:
        return None
    try:
        return quarter_of(text)
    except ValueError as error:
        raise Refusal("misused", f"{error}.", "--quarter", UNCHANGED, _("Write --quarter 2027-Q1.")) from None


def _write_pdf(path: Path, answer: dict[str, Any]) -> None:
    from bluehelm.products.extras import MissingExtraError
    from bluehelm.products.gap_list_pdf import gap_list_pdf

    if not path.parent.is_dir():
        raise Refusal(
            "no_such_folder",
            _("There is no folder {parent}.", parent=path.parent),
            str(path),
            UNCHANGED,
            _("Make it first."),
        )
    try:
        written = gap_list_pdf(answer)
    except MissingExtraError as error:
        next_step = _("Install it: pip install 'bluehelm[{extra}]'.", extra=error.extra)
        raise Refusal("missing_extra", str(error), str(path), UNCHANGED, next_step) from None
    part = path.with_name(path.name + ".part")
    part.write_bytes(written)
    part.replace(path)


def _shown(amount: float | None) -> str:
    return _(UNKNOWN) if amount is None else figure(amount)


def _hours(hours: Sequence[int]) -> str:
    """Hours of the day in runs: 18:00-24:00."""
    runs: list[list[int]] = []
    for hour in hours:
        if runs and runs[-1][1] == hour:
            runs[-1][1] = hour + 1
        else:
            runs.append([hour, hour + 1])
    return ", ".join(f"{first:02d}:00-{last:02d}:00" for first, last in runs)


def _say(answer: dict[str, Any], as_json: bool, lines: Iterable[str]) -> None:
    say_json(answer) if as_json else say("\n".join(lines))
