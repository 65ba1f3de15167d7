"""What do a person's own files say of pipelines, visits, timelines, equipment, cost, rosters, tours and units?

Reads the files, asks `forces`, and shapes the answers that the commands give. Every answer names the files it was made
from and the definition whose rules it used.
"""

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bluehelm.definitions.force_generation import (
    EquipmentRules,
    EvaluationRules,
    Pipeline,
    RateTable,
    TimelineRules,
    TourRules,
    UnitType,
    VisitRules,
)
from bluehelm.definitions.forces import packaged_matching, packaged_readiness
from bluehelm.definitions.header import Header
from bluehelm.forces import calendar as turns
from bluehelm.forces import (
    cost,
    equipment,
    observers,
    pipeline,
    shortages,
    timeline,
    tours,
    unit_card,
    unit_types,
    visits,
)
from bluehelm.forces import intake_generation as rows
from bluehelm.forces.caveats import uncovered
from bluehelm.forces.intake import read_pledges, read_requirements
from bluehelm.forces.supply import ForcesError, Level, Pledge, units_of
from bluehelm.forces.what_if import Scenario, Stressed, each_late, each_leaves, stress
from bluehelm.language import _
from bluehelm.optimise.programs import Clock
from bluehelm.workflows.match_pledges import Inputs
from bluehelm.workflows.plain_text import ReadFile, plain_text

Read = Callable[[Iterable[str], str], Any]


def read_files(*asked: tuple[Path | None, Read]) -> tuple[list[Any], list[ReadFile]]:
    """What each file says, None for a path that was not given; ForcesError with the problems of all together."""
    problems: list[str] = []
    contents, files = list[Any](), list[ReadFile]()
    with tempfile.TemporaryDirectory() as folder:
        for path, read in asked:
            content = None
            if path is not None:
                content, file = plain_text(path, Path(folder), read, problems)
                files.append(file)
            contents.append(content)
    if problems:
        raise ForcesError(problems)
    return contents, files


def plain(value: Any) -> Any:
    """A value for JSON: records as objects, days as text, amounts as numbers, whole where they are whole."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(one) for one in value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _with_sources(answer: dict[str, Any], files: Sequence[ReadFile], rules: Header | None) -> dict[str, Any]:
    used = None
    if rules is not None:
        used = {"title": rules.title, "valid_from": rules.valid_from.isoformat(), "status": rules.status}
    inputs = [{"name": file.name, "sha256": file.sha256} for file in files]
    return {**answer, "inputs": inputs, **({"rules": used} if used else {})}


def pipeline_json(entries: Path, rules: Pipeline, on: date) -> dict[str, Any]:
    """Where each unit stands on a day, the times of stages, and what is stuck."""
    (read,), files = read_files((entries, rows.read_entries))
    places = pipeline.board(read, rules.stages, on)
    units = [
        {**plain(place), "waits": [_wait(wait) for wait in place.waits], "has_arrived": place.has_arrived,
         "is_idle": place.is_idle}
        for place in places
    ]  # fmt: skip
    answer = {
        "as_of": on.isoformat(),
        "units": units,
        "stages": plain(pipeline.stage_times(read, rules.stages, on)),
        "stuck": [_wait(wait) for wait in pipeline.stuck(places)],
    }
    return _with_sources(answer, files, rules)


def _wait(wait: pipeline.Wait) -> dict[str, Any]:
    return {**plain(wait), "is_stuck": wait.is_stuck}


def visit_json(answers: Path, rules: VisitRules, checklist: str, visited_on: date) -> dict[str, Any]:
    """A visit scored; ForcesError when there is no such checklist."""
    by_name = {one.name: one for one in rules.checklists}
    if checklist not in by_name:
        raise ForcesError(
            [
                _(
                    "{checklist!r} is not a checklist; known are {by_name}",
                    checklist=checklist,
                    by_name=", ".join(by_name),
                )
            ]
        )
    (read,), files = read_files((answers, rows.read_answers))
    found = plain(visits.scored(by_name[checklist], read, visited_on))
    return _with_sources({"visited_on": visited_on.isoformat(), **found}, files, rules)


def visit_plan_json(candidates: Path, on: date, budget: Decimal | None) -> dict[str, Any]:
    """Trips in the order in which they should be made, planned while the budget lasts."""
    (read,), files = read_files((candidates, rows.read_candidates))
    plan = visits.visit_plan(read, on, budget)
    spent = sum((trip.cost for trip in plan if trip.is_planned and trip.cost is not None), Decimal(0))
    answer = {"as_of": on.isoformat(), "budget": plain(budget), "spent": plain(spent), "trips": plain(plan)}
    return _with_sources(answer, files, None)


def timeline_json(
    steps: Path | None, rules: TimelineRules, template: str, started_on: date, *, seed: int, runs: int, on: date | None
) -> dict[str, Any]:
    """The timeline of a file's steps, or of a template's where there is no file."""
    (read,), files = read_files((steps, rows.read_steps))
    listed = read if steps else _template(rules, template)
    line = timeline.timeline(
        listed, started_on, within_days=rules.within_days, sure_share=rules.sure_share, seed=seed, runs=runs, on=on
    )
    ends = {share: timeline.day_of(line, days).isoformat() for share, days in line.quantiles.items()}
    return _with_sources({**plain(line), "ends_on": ends}, files, rules)


def _template(rules: TimelineRules, name: str) -> list[timeline.TimelineStep]:
    by_name = {one.name: one for one in rules.templates}
    if name not in by_name:
        raise ForcesError([_("{name!r} is not a template; known are {by_name}", name=name, by_name=", ".join(by_name))])
    return [
        timeline.TimelineStep(s.name, s.after, s.least_days, s.likely_days, s.most_days, s.holder)
        for s in by_name[name].steps
    ]


def equipment_json(lines: Path, rules: EquipmentRules, quarter: int | None) -> dict[str, Any]:
    """What is short in a quarter, the last reported where none is asked for, and what that costs the units."""
    (read,), files = read_files((lines, rows.read_equipment))
    if quarter is None:
        quarter = max((line.quarter for line in read), default=0)
    state = equipment.equipment(read, rules, quarter)
    answer = plain(state)
    answer["quarter"] = equipment.quarter_name(quarter)
    for line in answer["short"]:
        line["quarter"] = equipment.quarter_name(line["quarter"])
    return _with_sources({**answer, "effects": plain(equipment.effects(state))}, files, rules)


def cost_json(options: Path, rules: RateTable, by: Decimal, outputs: Path | None) -> dict[str, Any]:
    """Each option's cost, what moves it, and the rates used with their sources."""
    (lines, produced), files = read_files((options, rows.read_options), (outputs, rows.read_outputs))
    found = cost.costs(lines, rules.rates)
    used = {rate for one in found for rate in one.rates}
    answer = {
        "currency": rules.currency,
        "options": [
            {**plain(one), "cost_per_output": plain(cost.cost_per_output(one, produced or {}))} for one in found
        ],
        "sensitivity": plain(cost.sensitivity(lines, rules.rates, by)),
        "rates": [rate.model_dump(mode="json") for rate in rules.rates if rate.name in used],
    }
    return _with_sources(answer, files, rules)


def observers_json(roster: Path, needs: Path, time_limit: float | None) -> dict[str, Any]:
    """Teams of observers, the start-up day by day, and what is short."""
    ladder = packaged_readiness().names
    (read, asked), files = read_files(
        (roster, lambda lines, where: rows.read_observers(lines, where, ladder)),
        (needs, lambda lines, where: rows.read_team_needs(lines, where, ladder)),
    )
    found = observers.form_teams(read, asked, Clock(time_limit))
    if wrong := observers.faults(found):
        raise AssertionError(f"the teams break their own rules: {wrong[:3]}")
    teams = [
        {
            "team": team.need.id,
            "area": team.need.area,
            "starts_on": team.starts_on.isoformat(),
            "members": [{"id": one.id, "nationality": one.nationality} for one in team.members],
            "know_the_area": list(team.know_the_area),
        }
        for team in found.teams
    ]
    answer = {
        "status": "optimal" if found.is_proved else "feasible",
        "teams": teams,
        "short": plain(found.short),
        "days": plain(found.days),
        "left": list(found.left),
        "ruled_out": plain(found.ruled_out),
    }
    return _with_sources(answer, files, None)


def tours_json(posts: Path, rules: TourRules, against: str) -> dict[str, Any]:
    """Scenarios of tours beside the one named."""
    (read,), files = read_files((posts, rows.read_posts))
    answer = {"against": against, "scenarios": plain(tours.compare_tours(read, rules, against))}
    return _with_sources(answer, files, rules)


def calendar_json(
    path: Path,
    from_on: date,
    until_on: date,
    *,
    least_overlap_days: int,
    framework_nation: str | None,
    outputs: Path | None,
) -> dict[str, Any]:
    """Each post's calendar between two days."""
    (read, produced), files = read_files((path, rows.read_turns), (outputs, rows.read_outputs))
    found = [
        turns.calendar(
            slot,
            read,
            from_on,
            until_on,
            least_overlap_days=least_overlap_days,
            framework_nation=framework_nation,
            outputs=produced,
        )
        for slot in sorted({turn.slot for turn in read})
    ]
    slots = [{**plain(one), "coverage": one.coverage, "gap_days": sum(gap.days for gap in one.gaps)} for one in found]
    return _with_sources({"slots": slots}, files, None)


def unit_types_json(types: Mapping[str, UnitType]) -> dict[str, Any]:
    """Every template, with its strength."""
    return {"unit_types": [{**one.model_dump(mode="json"), "strength": one.strength} for one in types.values()]}


def split_json(types: Mapping[str, UnitType], name: str, parts: int) -> dict[str, Any]:
    """A unit type in parts; ForcesError when there is no such type."""
    if name not in types:
        raise ForcesError([_("{name!r} is not a unit type; known are {types}", name=name, types=", ".join(types))])
    found = unit_types.split(types[name], parts)
    each = [{**plain(part), "strength": part.strength} for part in found.parts]
    return _with_sources({**plain(found), "parts": each}, [], types[name])


def gaps_json(requirements: Path, pledges: Path, deployed: Path | None, at_least: str, on: date) -> dict[str, Any]:
    """The gap list: needed less available by level less deployed, by capability, dated and sourced."""
    ladder = packaged_readiness().names
    if at_least not in ladder:
        raise ForcesError(
            [_("{at_least!r} is not a level; known are {ladder}", at_least=at_least, ladder=", ".join(ladder))]
        )
    (asked, offered, serving), files = read_files(
        (requirements, lambda lines, where: read_requirements(lines, where, ladder)),
        (pledges, lambda lines, where: read_pledges(lines, where, ladder)),
        (deployed, rows.read_deployed),
    )
    serving = serving or {}
    if problems := _unknown_deployed(serving, asked, offered):
        raise ForcesError(problems)
    found = shortages.shortages(
        [one for one in asked if one.until_on >= on],
        [unit for unit in units_of(offered) if unit.until_on >= on],
        served=frozenset(serving.values()),
        deployed=frozenset(serving),
        ladder=ladder,
        at_least=Level(ladder.index(at_least), at_least),
    )
    answer = {
        "as_of": on.isoformat(),
        "at_least": at_least,
        "levels": list(ladder),
        "gaps": [{**plain(one), "open": one.open} for one in found],
        "not_considered": list(packaged_matching().not_considered),
    }
    return _with_sources(answer, files, packaged_readiness())


def _unknown_deployed(serving: Mapping[str, str], asked: Iterable[Any], offered: Iterable[Any]) -> list[str]:
    needs, pledges = {one.id for one in asked}, {one.id for one in offered}
    problems = [_("deployed: there is no pledge {name}", name=name) for name in sorted(set(serving) - pledges)]
    return problems + [
        _("deployed: there is no requirement {name}", name=name) for name in sorted(set(serving.values()) - needs)
    ]


def coverage_json(pledges: Path, stationed: Path, tasks: Sequence[str], mission: str) -> dict[str, Any]:
    """What nobody can do: tasks of areas at hours for which every unit stationed there has a caveat."""
    ladder = packaged_readiness().names
    (offered, places), files = read_files(
        (pledges, lambda lines, where: read_pledges(lines, where, ladder)), (stationed, rows.read_stationed)
    )
    units = {name: unit.caveats for unit in units_of(offered) for name in unit.pledge_ids}
    missing = sorted({unit for own in places.values() for unit in own} - set(units))
    if missing:
        raise ForcesError([_("stationed: there is no pledge {name}", name=name) for name in missing])
    found = uncovered(units, places, tasks, mission)
    answer = {"mission": mission, "areas": sorted(places), "tasks": sorted(set(tasks)), "uncovered": plain(found)}
    return _with_sources(answer, files, None)


def stress_json(
    inputs: Inputs,
    late_days: int | None,
    leaves: bool,
    time_limit: float | None,
    *,
    pledges: Collection[str] = (),
    contributors: Collection[str] = (),
) -> dict[str, Any]:
    """What each late pledge and each contributor that leaves would cost, one at a time; of those named, or of all.

    ForcesError when one that is named offers nothing here.
    """
    scenarios: list[Scenario] = []
    if late_days is not None:
        scenarios += each_late(_named(inputs.pledges, pledges, lambda one: one.id, "pledge"), late_days)
    if leaves:
        scenarios += each_leaves(_named(inputs.pledges, contributors, lambda one: one.contributor, "contributor"))
    found = stress(inputs.requirements, inputs.pledges, inputs.ceilings, scenarios, lambda: Clock(time_limit))
    answer = {
        "scenarios": [_stressed(one) for one in found],
        "lost_in": _lost_in(found),
        "not_considered": list(packaged_matching().not_considered),
    }
    return _with_sources(answer, inputs.files, None)


def _named(offered: Sequence[Pledge], names: Collection[str], name: Callable[[Pledge], str], what: str) -> list[Pledge]:
    """The pledges that are named, all where none is."""
    unknown = sorted(set(names) - {name(one) for one in offered})
    if unknown:
        raise ForcesError([_("there is no {what} {one} among those offered", what=what, one=one) for one in unknown])
    return [one for one in offered if not names or name(one) in names]


def _stressed(one: Stressed) -> dict[str, Any]:
    return {
        "scenario": one.scenario.name,
        "status": "optimal" if one.plan.is_proved else "feasible",
        "filled_by_priority": list(one.plan.objective[:5]),
        "lost": list(one.lost),
        "gained": list(one.gained),
    }


def _lost_in(found: Iterable[Stressed]) -> dict[str, list[str]]:
    """The scenarios in which each requirement that is ever lost is lost."""
    lost: dict[str, list[str]] = {}
    for one in found:
        for requirement in one.lost:
            lost.setdefault(requirement, []).append(one.scenario.name)
    return dict(sorted(lost.items()))


def unit_card_json(
    unit: str,
    rules: EvaluationRules,
    equipment_rules: EquipmentRules,
    *,
    ratings: Path | None,
    pledges: Path | None,
    visited: Path | None,
    certificates: Path | None,
    equipment_lines: Path | None,
    women: Path | None,
    component: str | None,
) -> dict[str, Any]:
    """One unit's card from whatever files there are; what no file says is named as missing."""
    ladder = packaged_readiness().names
    standards: dict[tuple[str, str], tuple[str, str]] = {}
    standards |= {(task.component, task.task): (task.condition, task.standard) for task in rules.tasks}
    (rated, offered, seen, certified, lines, roles), files = read_files(
        (ratings, lambda text, where: rows.read_ratings(text, where, standards)),
        (pledges, lambda text, where: read_pledges(text, where, ladder)),
        (visited, rows.read_visits),
        (certificates, rows.read_certificates),
        (equipment_lines, rows.read_equipment),
        (women, rows.read_women),
    )
    own: Pledge | None = next((one for one in offered or [] if one.id == unit), None)
    file = unit_card.UnitFile(
        unit,
        component,
        own.contributor if own else None,
        own.capability if own else None,
        own.level.name if own else None,
        tuple(str(caveat) for caveat in own.caveats) if own else None,
        _of_unit(seen, unit),
        _of_unit(certified, unit),
        _short_lines(lines, equipment_rules, unit),
        (roles or {}).get(unit),
    )
    card = unit_card.unit_card(file, rated or [], rules)
    agreed = unit_card.agreements([one for one in rated or [] if one.unit == unit], rules)
    answer = plain(card)
    answer["women_by_role"] = (
        None
        if card.women_by_role is None
        else {role: {**plain(one), "share": one.share} for role, one in card.women_by_role.items()}
    )
    return _with_sources({**answer, "raters": plain(agreed)}, files, rules)


def _of_unit(records: Sequence[Any] | None, unit: str) -> tuple[Mapping[str, object], ...] | None:
    """The records of one unit as objects; None where no file was given."""
    return None if records is None else tuple(plain(one) for one in records if one.unit == unit)


def _short_lines(
    lines: Sequence[equipment.Line] | None, rules: EquipmentRules, unit: str
) -> tuple[Mapping[str, object], ...] | None:
    own = [line for line in lines or [] if line.unit == unit]
    if not own:
        return None
    quarter = max(line.quarter for line in own)
    return tuple(
        {**plain(short), "quarter": equipment.quarter_name(quarter)}
        for short in equipment.equipment(own, rules, quarter).short
    )
