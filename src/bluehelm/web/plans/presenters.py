"""How do a plan, its indicators and its values read, on a page and as JSON?"""

from dataclasses import dataclass
from typing import Any

from bluehelm.definitions.plans import packaged_checks
from bluehelm.plans.differences import Difference
from bluehelm.plans.framework import Framework, Problem
from bluehelm.plans.logic import problems
from bluehelm.plans.reporting import ReportingMap
from bluehelm.plans.values import Reading
from bluehelm.web.plans.models import IndicatorValue, PlanVersion
from bluehelm.web.plans.reads import Line, framework_of

BAR_WIDTH, BAR_HEIGHT = 240, 48


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a small picture of an indicator: where it stands, and what it says when it is read aloud."""

    x: float
    y: float
    width: float
    height: float
    said: str


def bars_of(line: Line) -> list[Bar]:
    """The last 24 values of the whole as bars from zero; unknown ones leave a gap."""
    readings = line.readings[-24:]
    known = [one.value for one in readings if one.value is not None]
    top, bottom = max([0.0, *known]), min([0.0, *known])
    if not known or top == bottom:
        return []
    step, scale = BAR_WIDTH / len(readings), BAR_HEIGHT / (top - bottom)
    return [
        Bar(
            round(place * step, 2),
            round((top - max(one.value, 0.0)) * scale, 2),
            round(step * 0.8, 2),
            round(max(abs(one.value) * scale, 0.5), 2),
            f"{one.period}: {one.value:g}",
        )
        for place, one in enumerate(readings)
        if one.value is not None
    ]


def problems_of(version: PlanVersion) -> list[Problem]:
    return problems(framework_of(version), packaged_checks())


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
        "marking": version.get_marking_display(),
    }


def plan_json(version: PlanVersion, lines: list[Line]) -> dict[str, Any]:
    """The plan as it stands: its framework, and every indicator with its values, targets and what is missing."""
    return {
        **version_json(version),
        "framework": framework_of(version).model_dump(mode="json", exclude_defaults=True),
        "indicators": [line_json(line) for line in lines],
        "versions": table_versions(lines),
    }


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
    }


def value_json(value: IndicatorValue) -> dict[str, Any]:
    """A value as it was entered, with what took its place."""
    return {
        "number": value.pk,
        "period": value.period,
        "part": value.part,
        **{name: getattr(value, name) for name in ("value", "low", "high", "numerator", "denominator", "counts")},
        **{name: getattr(value, name) for name in ("source", "note", "basis", "versions", "rows_sha256", "stands")},
        "reason": value.reason,
        "corrects": value.corrects_id,
        "entered_at": value.entered_at.isoformat(),
        "post": value.post.code,
    }


def table_versions(lines: list[Line]) -> list[dict[str, Any]]:
    """The table versions that the values which stand were computed from, each once."""
    found = {(one["table"], one["version"]): one for line in lines for value in line.values for one in value.versions}
    return [found[key] for key in sorted(found)]


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
