"""How do a plan, its indicators and its values read, on a page and as JSON?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bluehelm.definitions.plans import packaged_checks
from bluehelm.language import _, called, figure
from bluehelm.plans.differences import Difference
from bluehelm.plans.framework import Framework, Problem
from bluehelm.plans.logic import problems
from bluehelm.plans.names import place_in_words
from bluehelm.plans.picture import Picture
from bluehelm.plans.progress import may_stand_beside
from bluehelm.plans.reporting import ReportingMap
from bluehelm.plans.together import Together
from bluehelm.plans.values import Reading
from bluehelm.web.findings.models import Recommendation
from bluehelm.web.plans.dashboard import Dashboard
from bluehelm.web.plans.limits import gaps_of
from bluehelm.web.plans.models import IndicatorValue, PlanVersion
from bluehelm.web.plans.reads import Line, framework_as_read, framework_of, named_versions
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.clock import today

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 240, 56, 12, 34
MOST_BARS, MOST_LABELS = 60, 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: where it stands, and what it says when it is read aloud; without height it is unknown."""

    x: float
    y: float
    width: float
    height: float | None
    said: str
    label: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Level:
    """A line across a chart: a tick, the baseline, or a target."""

    kind: str
    y: float
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture of an indicator: bars from zero, and lines at its baseline and targets."""

    bars: list[Bar]
    levels: list[Level]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def chart_of(line: Line) -> Chart | None:
    """The last values of the whole; None where none is known."""
    readings = line.in_time[-MOST_BARS:]
    known = [one.value for one in readings if one.value is not None]
    indicator = line.placed.indicator
    lines = [("baseline", indicator.baseline.value, indicator.baseline.period)] if indicator.baseline else []
    lines += [("target", target.value, target.period) for target in indicator.targets]
    shown = {one.period for one in readings}
    lines = [one for one in lines if may_stand_beside(indicator, one[2], shown)]
    values = [0.0, *known, *(value for _, value, _ in lines)]
    top, bottom = max(values), min(values)
    if not known or top == bottom:
        return None
    scale = (HEIGHT - TOP - BOTTOM) / (top - bottom)

    def across(value: float) -> float:
        return round(TOP + (top - value) * scale, 1)

    ticks = [
        Level("tick", across(value), figure(value, ".3g")) for value in dict.fromkeys((bottom, (top + bottom) / 2, top))
    ]
    levels = [
        Level(kind, across(value), f"{_level_name(kind)} {figure(value, 'g')}, {period}")
        for kind, value, period in lines
    ]
    return Chart(_bars(readings, across), [*ticks, *levels])


def _level_name(kind: str) -> str:
    return _("baseline") if kind == "baseline" else _("target")


def _bars(readings: Sequence[Reading], across: Callable[[float], float]) -> list[Bar]:
    step = (WIDTH - LEFT) / len(readings)
    every = -(-len(readings) // MOST_LABELS)
    bars = []
    for place, one in enumerate(readings):
        label = one.period if place % every == 0 else ""
        x, width = round(LEFT + place * step, 1), round(step * 0.8, 1)
        if one.value is None:
            why = _("held back") if one.held_back else _("unknown")
            bars.append(Bar(x, across(0.0), width, None, f"{one.period}: {why}", label))
        else:
            height = max(abs(across(one.value) - across(0.0)), 0.5)
            said = f"{one.period}: {figure(one.value, 'g')}"
            bars.append(Bar(x, across(max(one.value, 0.0)), width, round(height, 1), said, label))
    return bars


def problems_of(version: PlanVersion) -> list[Problem]:
    return problems(framework_of(version), packaged_checks())


def told(found: Sequence[Problem], framework: Framework | None) -> list[dict[str, str]]:
    """Problems as people read them: title, place in words, what was found, and what mends it."""
    codes = {code.code: code for code in packaged_checks().codes}
    return [
        {
            "code": one.code,
            "title": called(codes[one.code].title) if one.code in codes else one.code,
            "where": place_in_words(one.where, framework),
            "message": one.message,
            "remedy": remedy_of(one.code),
        }
        for one in found
    ]


def remedy_of(code: str) -> str:
    """What mends a problem of a code; empty for a code that is none of the checks'."""
    return next((called(one.remedy) for one in packaged_checks().codes if one.code == code), "")


def version_json(version: PlanVersion) -> dict[str, Any]:
    return {
        "mission": version.mission,
        "version": version.number,
        "title": version.title,
        "sha256": version.sha256,
        "why": version.why,
        "problems": version.problems,
        "loaded_at": version.loaded_at.isoformat(),
        "post": version.post.code,
        "decision": version.decision_id,
        "marking": version.get_marking_display(),
    }


def plan_json(version: PlanVersion, lines: list[Line], actor: Actor) -> dict[str, Any]:
    """The plan as it stands: its framework, and every indicator with its values, targets and what is missing."""
    return {
        **version_json(version),
        "framework": framework_as_read(version, actor).model_dump(mode="json", exclude_defaults=True),
        "indicators": [line_json(line) for line in lines],
        "units_cannot": [
            gap.json()
            for gaps in gaps_of(framework_of(version), actor, version.mission, today()).values()
            for gap in gaps
        ],
        "held_back": sum(line.held_back for line in lines),
        "versions": named_versions(version.mission, actor, ids_of(lines)),
    }


def ids_of(lines: Sequence[Line]) -> list[str]:
    return [line.placed.indicator.id for line in lines]


def line_json(line: Line) -> dict[str, Any]:
    indicator = line.placed.indicator
    return {
        "id": indicator.id,
        "where": line.placed.where,
        "kind": line.placed.kind,
        "title": indicator.title,
        "unit": indicator.unit,
        "better": indicator.better,
        "values": [reading_json(one) for one in line.readings],
        "targets": line.targets,
        "missing": list(line.missing),
        "missing_parts": parts_owed(line),
        "late": list(line.late),
        "trend": {"slope": line.trend.slope, "low": line.trend.low, "high": line.trend.high, "words": line.trend.words}
        if line.trend
        else None,
    }


def reading_json(one: Reading) -> dict[str, Any]:
    return {
        "period": one.period,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "counts": dict(one.counts),
        "doubtful": one.is_doubtful,
        "held_back": one.held_back,
    }


def shares_json(line: Line) -> list[dict[str, Any]] | None:
    """Which share of a count each part holds; None where the indicator is no count."""
    if line.shares is None:
        return None
    return [
        {
            "period": one.period,
            "by": one.key,
            "told_by": list(one.told_by),
            "of": dict(one.of),
            "held_back": one.held_back,
        }
        for one in line.shares
    ]


def value_json(value: IndicatorValue) -> dict[str, Any]:
    """A value as it was entered, with what took its place."""
    return {
        "number": value.pk,
        "period": value.period,
        "part": value.part,
        **{name: getattr(value, name) for name in ("value", "low", "high", "numerator", "denominator", "counts")},
        **{name: getattr(value, name) for name in ("source", "note", "basis", "versions", "rows_sha256", "stands")},
        "held_back": getattr(value, "held_back", False),
        "reason": value.reason,
        "corrects": value.corrects_id,
        "entered_at": value.entered_at.isoformat(),
        "post": value.post.code,
    }


def difference_json(one: Difference) -> dict[str, str]:
    return {name: getattr(one, name) for name in ("kind", "part", "id", "field", "was", "now")} | {"words": str(one)}


def reporting_json(reported: ReportingMap) -> dict[str, Any]:
    """Who reports what to whom, what it costs, what is asked twice, what is missing, what nobody used."""
    return {
        "numbers": [
            {
                "id": one.placed.indicator.id,
                "where": one.placed.where,
                "owner": one.placed.indicator.owner,
                "goes_to": list(one.goes_to),
                "minutes_a_month": one.minutes,
                "decisions": list(one.uses),
            }
            for one in reported.numbers
        ],
        "twice": [{"first": first, "second": second, "why": why} for first, second, why in reported.twice],
        "gaps": list(reported.gaps),
        "retired": [one.placed.indicator.id for one in reported.retired],
        "unused": [one.placed.indicator.id for one in reported.unused],
        "minutes_by_owner": dict(reported.minutes_by_owner),
        "minutes_unknown": list(reported.minutes_unknown),
    }


def tree_of(framework: Framework, lines: list[Line]) -> list[dict[str, Any]]:
    """Objectives, outcomes and outputs with the lines of their indicators, for the page."""
    by_place = {line.placed.where: line for line in lines}
    return [
        {
            "objective": objective,
            "outcomes": [
                {
                    "outcome": outcome,
                    "lines": [by_place[f"{objective.id}/{outcome.id}/{one.id}"] for one in outcome.indicators],
                    "outputs": [
                        {
                            "output": output,
                            "lines": [
                                by_place[f"{objective.id}/{outcome.id}/{output.id}/{one.id}"]
                                for one in output.indicators
                            ],
                        }
                        for output in outcome.outputs
                    ],
                }
                for outcome in objective.outcomes
            ],
        }
        for objective in framework.objectives
    ]


def picture_json(picture: Picture) -> dict[str, Any]:
    """The boxes and lines of a picture by their ids, without their places."""
    return {
        "parts": [{"kind": box.kind, "id": box.id, "title": box.title} for box in picture.boxes],
        "links": [[link.first.id, link.second.id] for link in picture.links],
    }


def dashboard_json(found: Dashboard, on: date) -> dict[str, Any]:
    """What changed, what is due, what was decided and is not done."""
    return {
        **version_json(found.version),
        "as_of": on.isoformat(),
        "changed": [line_brief(line) for line in found.changed],
        "unclear": found.unclear,
        "targets": [{"indicator": line.placed.indicator.id, **target} for line, target in found.targets],
        "missing": [
            {**line_brief(line), "periods": list(line.missing), "parts": parts_owed(line)} for line in found.missing
        ],
        "late": [{**line_brief(line), "periods": list(line.late)} for line in found.late],
        "worksheets": [{"period": one.round.period, "outcome": one.outcome} for one in found.worksheets],
        "undecided": [asked_json(one) for one in found.undecided],
        "decided_not_done": [asked_json(one) for one in found.not_done],
        "held_back": found.held_back,
    }


def parts_owed(line: Line) -> dict[str, list[str]]:
    """By period the parts without which the whole is unknown."""
    return {one.period: list(one.parts) for one in line.owed if one.parts}


def line_brief(line: Line) -> dict[str, Any]:
    indicator = line.placed.indicator
    trend = line.trend.words if line.trend else None
    return {"indicator": indicator.id, "title": indicator.title, "owner": indicator.owner, "trend": trend}


def asked_json(asked: Recommendation) -> dict[str, Any]:
    decision = asked.decision
    return {
        "finding": asked.finding_id,
        "recommendation": asked.text,
        "owner": asked.owner.code,
        "due_on": asked.due_on.isoformat(),
        "state": asked.state,
        "decision": decision.pk if decision else None,
    }


def together_json(found: Sequence[Together], period: str) -> dict[str, Any]:
    """The missions that share a framework, indicator by indicator."""
    return {
        "period": period,
        "indicators": [
            {
                "id": one.placed.indicator.id,
                "title": one.placed.indicator.title,
                "roll_up": one.placed.indicator.roll_up,
                "by_mission": {
                    mission: reading_json(reading) if reading else None for mission, reading in one.by_mission.items()
                },
                "whole": reading_json(one.whole) if one.whole else None,
                "why_not": one.why_not,
            }
            for one in found
        ],
    }
