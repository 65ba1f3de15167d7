"""How are nimbleness and adaptiveness put for a reader: figures, a chart, and a table that says the same?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bluehelm.web.findings.presenters import titles
from bluehelm.web.findings.reads import adaptiveness_cases, measured_findings, nimbleness_cases
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.findings.measures import Case, Measure, by_group, measure, measure_json, steps
from bluehelm.workflows.findings.rules import finding_rules

OTHERS_IN_PLACE: dict[str, Callable[[Actor, str], list[Case]]] = {}
"""What applications beside the ledger count from what was asked for to the capability in place, of one mission or all:
each tells its own when Django has loaded it."""
# The chart's drawing area in its own units, and where its axes cross.
WIDE, HIGH, LEFT, TOP = 640, 240, 44, 12
RIGHT, FOOT = WIDE - 12, HIGH - 36


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, where it stands and what is written at it."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Staircase:
    """The share implemented by days as a line to draw, in the units of the chart."""

    points: str
    days: tuple[Tick, ...]
    shares: tuple[Tick, ...]
    half_at: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of one set of cases."""

    name: str
    measure: Measure
    became: list[tuple[str, int]]
    waiting: list[tuple[str, Any]]
    staircase: Staircase | None


def staircase(measured: Measure) -> Staircase | None:
    """The line of the share implemented; None when nothing was."""
    if not measured.curve:
        return None
    line = steps(measured.curve)
    longest = max(measured.curve[-1].day, 1)
    points = " ".join(f"{_across(days, longest):.1f},{_up(share):.1f}" for days, share in line)
    return Staircase(
        points,
        tuple(Tick(_across(days, longest), f"{days}") for days in _round_days(longest)),
        tuple(Tick(_up(share / 4), f"{25 * share}%") for share in range(5)),
        _up(0.5),
    )


def _across(days: float, longest: int) -> float:
    return LEFT + (RIGHT - LEFT) * days / longest


def _up(share: float) -> float:
    return FOOT - (FOOT - TOP) * share


def _round_days(longest: int) -> list[int]:
    """Up to seven round numbers of days from 0 to the longest."""
    step = next(step for step in (1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 10**6) if longest / step <= 6)
    return list(range(0, longest + 1, step))


def put(name: str, measured: Measure) -> Measured:
    """A measure with its words and its line."""
    states, causes = titles("states"), titles("causes")
    return Measured(
        name,
        measured,
        [(states.get(ending, ending), count) for ending, count in measured.became.items()],
        [(causes.get(one.cause, one.cause), one) for one in measured.waiting],
        staircase(measured),
    )


@dataclass(frozen=True, slots=True)
class Measures:
    """Both measures over the findings that a reader may read, and each by domain."""

    as_of: date
    adaptiveness: Measure
    nimbleness: Measure
    by_domain: dict[str, Measure]


def measures_for(actor: Actor, as_of: date, *, mission: str = "") -> Measures:
    """Nimbleness and adaptiveness of what the actor may read, of one mission or of all."""
    found = measured_findings(actor)
    findings = list(found.filter(mission=mission) if mission else found)
    rules = finding_rules().follow_through
    cases = adaptiveness_cases(findings)
    in_place = [
        *nimbleness_cases(findings),
        *(case for told in OTHERS_IN_PLACE.values() for case in told(actor, mission)),
    ]

    def domain(case: Case) -> str:
        return case.domain

    return Measures(
        as_of,
        measure(cases, rules, as_of),
        measure(in_place, rules, as_of),
        by_group(cases, domain, rules, as_of),
    )


def measures_json(measures: Measures) -> dict[str, Any]:
    """The measures for programs; groups are in the order of their names and of nothing else."""
    return {
        "as_of": measures.as_of.isoformat(),
        "adaptiveness": measure_json(measures.adaptiveness),
        "nimbleness": measure_json(measures.nimbleness),
        "adaptiveness_by_domain": {name: measure_json(one) for name, one in measures.by_domain.items()},
        "definitions": [
            {"name": one.name, "valid_from": one.valid_from.isoformat(), "status": one.status}
            for one in finding_rules().definitions
        ],
        "versions": [],
    }
