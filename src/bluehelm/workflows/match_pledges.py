"""Which pledges meet which requirements, why not the others, and what would change that?

Reads the files, asks `forces`, and shapes the answer that the command and the pages give.
"""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bluehelm.definitions.forces import MatchingRules, packaged_matching, packaged_readiness
from bluehelm.forces.board import Board, Served, faults
from bluehelm.forces.explain import NEAREST, Change, Explainer, Near, Unfilled, Unused
from bluehelm.forces.fit import Reason
from bluehelm.forces.intake import (
    doubtful_pledges,
    read_contributors,
    read_pledges,
    read_requirements,
    unknown_contributors,
)
from bluehelm.forces.matching import Plan, greedy, match, measured
from bluehelm.forces.supply import ForcesError, Pledge, Requirement, Unit, expiring_before, units_of
from bluehelm.forces.what_if import Scenario, single_points, standbys, under
from bluehelm.language import _, gettext_noop
from bluehelm.optimise.programs import Clock
from bluehelm.workflows.plain_text import ReadFile, plain_text

HOURS_NOT_CONSIDERED = gettext_noop("caveats of hours: requirements name no hours")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was asked and offered, and the files that said so."""

    requirements: tuple[Requirement, ...]
    pledges: tuple[Pledge, ...]
    ceilings: Mapping[str, int | None]
    files: tuple[ReadFile, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """A plan with its explanations; `seconds` is the wall time of all stages and explanations."""

    inputs: Inputs
    rules: MatchingRules
    units: tuple[Unit, ...]
    plan: Plan
    explainer: Explainer
    unfilled: tuple[Unfilled, ...]
    unused: tuple[Unused, ...]
    standbys: tuple[Served, ...]
    greedy: tuple[int, ...]
    seconds: float
    scenario: Scenario = field(default_factory=lambda: Scenario(_("as pledged")))


def read_inputs(requirements: Path, pledges: Path, contributors: Path | None = None) -> Inputs:
    """The files' content; ForcesError with the problems of all together, IntakeError for a file that is no CSV."""
    ladder = packaged_readiness().names
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        asked, first = plain_text(
            requirements, scratch, lambda text, name: read_requirements(text, name, ladder), problems
        )
        offered, second = plain_text(pledges, scratch, lambda text, name: read_pledges(text, name, ladder), problems)
        files = [first, second]
        ceilings: dict[str, int | None] | None = None
        if contributors:
            ceilings, third = plain_text(contributors, scratch, read_contributors, problems)
            files.append(third)
            if offered is not None and ceilings is not None:
                problems += unknown_contributors(offered, ceilings, second.name, third.name)
    if problems:
        raise ForcesError(problems)
    return Inputs(tuple(asked or ()), tuple(offered or ()), ceilings or {}, tuple(files))


def read_more_pledges(path: Path, inputs: Inputs) -> list[Pledge]:
    """Pledges to be added to those of `inputs`; ForcesError or IntakeError as `read_inputs`."""
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        ladder = packaged_readiness().names
        pledges, read = plain_text(path, Path(folder), lambda text, name: read_pledges(text, name, ladder), problems)
    if pledges is not None and inputs.ceilings:
        problems += unknown_contributors(pledges, inputs.ceilings, read.name, inputs.files[-1].name)
    if pledges is None or problems:
        raise ForcesError(problems)
    return pledges


def match_pledges(inputs: Inputs, *, time_limit: float | None = None, scenario: Scenario | None = None) -> Matched:
    """The best plan under a scenario, explained; ForcesError when the scenario does not fit the pledges."""
    started = time.perf_counter()
    rules = packaged_matching()
    pledges = under(scenario, inputs.pledges) if scenario else inputs.pledges
    units = units_of(pledges)
    clock = Clock(time_limit)
    plan = match(inputs.requirements, units, inputs.ceilings, clock)
    if wrong := faults(plan.served, inputs.ceilings):
        raise AssertionError(f"the plan breaks its own rules: {wrong[:3]}")
    explainer = Explainer(units, Board(inputs.ceilings, plan.served), rules.weights)
    return Matched(
        inputs,
        rules,
        tuple(units),
        plan,
        explainer,
        tuple(explainer.unfilled(inputs.requirements)),
        tuple(explainer.unused(inputs.requirements)),
        standbys(plan, units, inputs.ceilings, clock),
        measured(greedy(inputs.requirements, units, inputs.ceilings)),
        time.perf_counter() - started,
        *([scenario] if scenario else []),
    )


def matched_json(matched: Matched) -> dict[str, Any]:
    """The answer of `forces match`."""
    plan = matched.plan
    *filled, surplus = plan.objective
    *greedy_filled, greedy_surplus = matched.greedy
    return {
        "status": "optimal" if plan.is_proved else "feasible",
        "scenario": matched.scenario.name,
        "filled_by_priority": filled,
        "surplus_strength": surplus,
        "filled": [_served_json(one) for one in plan.served],
        "unfilled": [unfilled_json(one) for one in matched.unfilled],
        "unused": [
            {
                "pledge": pledge,
                "requirement": one.requirement.id if one.requirement else None,
                "reasons": [_reason_json(reason) for reason in one.reasons],
            }
            for one in matched.unused
            for pledge in one.unit.pledge_ids
        ],
        "expires_before": [
            {"requirement": one.requirement.id, **said}
            for one in plan.served
            for said in _expires_before_json(one.requirement, one.unit)
        ],
        "monthly_cost": monthly_cost(plan.served),
        "monthly_cost_unknown": [pledge.id for pledge in _serving(plan.served) if pledge.monthly_cost is None],
        "not_considered": not_considered(matched),
        "objective": list(plan.objective),
        "bound": list(plan.bound),
        "gap": [abs(bound - found) for bound, found in zip(plan.bound, plan.objective, strict=True)],
        "single_points_of_failure": single_points_json(matched),
        "standbys": [_served_json(one) for one in matched.standbys],
        "doubtful": doubtful_pledges(matched.inputs.pledges),
        "inputs": [{"name": file.name, "sha256": file.sha256} for file in matched.inputs.files],
        "rules": rules_json(matched.rules),
        "seconds": round(matched.seconds, 3),
        "greedy": {"filled_by_priority": greedy_filled, "surplus_strength": greedy_surplus},
    }


def single_points_json(matched: Matched) -> list[dict[str, str]]:
    points = single_points(matched.inputs.requirements, matched.units)
    return [{"requirement": requirement, "pledge": pledge} for requirement, pledge in sorted(points.items())]


def explained_json(matched: Matched, requirement: Requirement, nearest: int = NEAREST) -> dict[str, Any]:
    """The answer of `forces explain`: one requirement, served or not, with its nearest offers."""
    (about,) = matched.explainer.about([requirement], nearest)
    served = matched.explainer.board.by_requirement.get(requirement.id)
    return {
        "status": "optimal" if matched.plan.is_proved else "feasible",
        **unfilled_json(about),
        **({"smallest_change": None} if served else {}),
        "filled": served is not None,
        "pledges": list(served.unit.pledge_ids) if served else [],
        "expires_before": _expires_before_json(requirement, served.unit) if served else [],
        "asked": _asked_json(requirement),
        "not_considered": not_considered(matched),
        "inputs": [{"name": file.name, "sha256": file.sha256} for file in matched.inputs.files],
        "rules": rules_json(matched.rules),
        "seconds": round(matched.seconds, 3),
    }


def not_considered(matched: Matched) -> list[str]:
    """What every result leaves to people, hours among it where a pledge has a caveat of hours."""
    has_hours = any(caveat.kind == "time" for pledge in matched.inputs.pledges for caveat in pledge.caveats)
    return [*matched.rules.not_considered, *([_(HOURS_NOT_CONSIDERED)] if has_hours else [])]


def monthly_cost(served: Sequence[Served]) -> float | int | None:
    """The monthly cost of the pledges that serve, each in full; None when that of any is unknown."""
    costs = [pledge.monthly_cost for pledge in _serving(served)]
    return None if None in costs else sum(cost for cost in costs if cost is not None)


def _serving(served: Sequence[Served]) -> list[Pledge]:
    pledges = {pledge.id: pledge for one in served for pledge in one.unit.pledges}
    return [pledges[name] for name in sorted(pledges)]


def unfilled_json(one: Unfilled) -> dict[str, Any]:
    return {
        "requirement": one.requirement.id,
        "nearest": [_near_json(near, one.requirement) for near in one.nearest],
        "smallest_change": _change_json(one.smallest_change) if one.smallest_change else None,
    }


def _near_json(near: Near, requirement: Requirement) -> dict[str, Any]:
    joint = {"pledges": list(near.unit.pledge_ids)} if len(near.unit.pledges) > 1 else {}
    lapsing = _expires_before_json(requirement, near.unit)
    reasons = [_reason_json(reason) for reason in near.reasons]
    return {"pledge": near.unit.id, **joint, "reasons": reasons, **({"expires_before": lapsing} if lapsing else {})}


def _expires_before_json(requirement: Requirement, unit: Unit) -> list[dict[str, str]]:
    """The pledges whose level lapses before the requirement begins, unless they are renewed."""
    return [{"pledge": one.id, "expires_on": day.isoformat()} for one, day in expiring_before(requirement, unit)]


def _reason_json(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "needed": reason.needed, "offered": reason.offered}


def _change_json(change: Change) -> dict[str, Any]:
    return {"pledge": change.pledge, "field": change.field, "from": change.before, "to": change.after}


def _served_json(one: Served) -> dict[str, Any]:
    parts = {"parts": one.parts, "of_parts": one.unit.parts} if one.unit.parts > 1 else {}
    pledges = list(one.unit.pledge_ids)
    return {"requirement": one.requirement.id, "pledges": pledges, "strength": one.strength, **parts}


def _asked_json(requirement: Requirement) -> dict[str, Any]:
    return {
        "mission": requirement.mission,
        "capability": requirement.capability,
        "strength": requirement.strength,
        "from": requirement.from_on.isoformat(),
        "until": requirement.until_on.isoformat(),
        "min_level": requirement.min_level.name,
        "languages": sorted(requirement.languages),
        "priority": requirement.priority,
        "accepts_parts": requirement.accepts_parts,
        "area": requirement.area or None,
        "tasks": sorted(requirement.tasks),
    }


def rules_json(rules: MatchingRules) -> dict[str, str]:
    return {"title": rules.title, "valid_from": rules.valid_from.isoformat(), "status": rules.status}
