"""What does `impact presence` answer: every figure of an estimate as JSON, the smallest that would be found first?

Sentences follow the language of now; names of checks, estimators, units and verdicts are codes and stay.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bluehelm.impact.areas import DIFFERENCE, Area
from bluehelm.impact.chance import Judged
from bluehelm.impact.presence_effect import FIRST
from bluehelm.language import DEFINED, Sentence, gettext_noop, in_words
from bluehelm.workflows.presence_impact import Check, Effect, PresenceImpact

RATIO = gettext_noop("share of events without presence")
UNITS = {"modelled-path": RATIO, "poisson": RATIO, "per-base": gettext_noop("share of events for each further base")}
UNITS |= {"any-event": gettext_noop("probability of any event in a cell and month")}
EVENTS_A_MONTH = gettext_noop("events per cell and month")
PARALLEL = "parallel trends"


def presence_json(found: PresenceImpact) -> dict[str, Any]:
    """The answer of `impact presence` in the language of now; the minimum detectable effect comes first."""
    answer: dict[str, Any] = in_words(answer_of(found))
    return answer


def answer_of(found: PresenceImpact) -> dict[str, Any]:
    """The answer before anybody is spoken to, with its sentences unsaid."""
    names = _ring_names(found.edges)
    return {
        "missions": list(found.missions),
        "outcome": found.outcome,
        "as_of": found.as_of.isoformat(),
        "months": {"first": found.first_month, "last": found.last_month},
        "rings_km": list(found.edges),
        "synthetic": found.synthetic,
        "minimum_detectable": [
            {"ring": names[one.ring], "fall": _rounded(one.judged.detectable), "unit": RATIO}
            for one in found.effects
            if one.estimator == FIRST and one.judged
        ],
        "effects": [_effect_json(one, names) for one in found.effects],
        "leads": [
            {"ring": names[ring], "p": _rounded(p), "periods": _path_json(found, ring, before=True)}
            for ring, p in found.lead_p.items()
        ],
        "event_study": [
            {"ring": names[ring], "unit": EVENTS_A_MONTH, "period_months": found.rules.period_months}
            | {"periods": _path_json(found, ring, before=None)}
            for ring in found.path
        ],
        "sensitivity": _sensitivity_json(found, names),
        "areas": [_area_json(area) for area in found.areas],
        "exposure": list(found.exposure),
        "diagnostics": [{key: _rounded(value) for key, value in one.items()} for one in found.diagnostics],
        "refused_methods": [
            {"name": one.name, "says": Sentence(one.says, context=DEFINED)} for one in found.rules.refused_methods
        ],
        "interval_level": found.rules.interval,
        "rules": {
            "title": found.rules.title,
            "valid_from": found.rules.valid_from.isoformat(),
            "status": found.rules.status,
        },
        "versions": [
            {"table": one.table, "version": one.version, "sha256": one.sha256, "retrieved": one.retrieved.isoformat()}
            for one in found.versions
        ],
        "notes": list(found.notes),
    }  # fmt: skip


def _sensitivity_json(found: PresenceImpact, names: Sequence[str]) -> list[dict[str, Any]]:
    """Other dates, counts and outcomes, then the bounds if trends part."""
    checks = [
        {
            "check": one.name,
            "ring": names[one.ring],
            "estimator": _by(one),
            **_judged_json(one.judged),
            "says": one.says,
        }
        for one in found.checks
    ]
    bounds = [
        {
            "check": PARALLEL,
            "ring": names[ring],
            "times": bound.times,
            "interval": [_rounded(bound.low), _rounded(bound.high)],
            "interval_level": _rounded(1 - found.rules.level),
            "says": Sentence(
                "trends part by up to {times:g} times the largest step before the opening; an interval of {level:.0%}",
                {"times": bound.times, "level": 1 - found.rules.level},
            ),
        }
        for ring, parts in found.bounds.items()
        for bound in parts
    ]
    return checks + bounds


def _ring_names(edges: Sequence[float]) -> list[str]:
    return [f"{start:g}-{end:g} km" for start, end in pairwise((0.0, *edges))]


def _by(check: Check) -> str:
    return "per-base" if check.name == "strength" else FIRST


def _effect_json(one: Effect, names: Sequence[str]) -> dict[str, Any]:
    return {
        "ring": names[one.ring],
        "estimator": one.estimator,
        **_judged_json(one.judged),
        "unit": UNITS.get(one.estimator, EVENTS_A_MONTH),
        "events": one.events,
        "places": one.places,
        "verdict": one.verdict,
        "why_no_verdict": one.why,
    }


def _judged_json(one: Judged | None) -> dict[str, Any]:
    if one is None:
        return {"minimum_detectable": None, "effect": None, "interval": None, "p": None, "raw": None, "draws": 0}
    return {
        "minimum_detectable": _rounded(one.detectable),
        "effect": _rounded(one.effect),
        "interval": None if one.low is None and one.high is None else [_rounded(one.low), _rounded(one.high)],
        "p": _rounded(one.p),
        "raw": _rounded(one.raw),
        "draws": one.draws,
    }


def _path_json(found: PresenceImpact, ring: int, *, before: bool | None) -> list[dict[str, Any]]:
    """Periods from the opening, 0 the first; all of them, or those before it."""
    return [
        {"period": number, "effect": _rounded(one.effect), "interval": [_rounded(one.low), _rounded(one.high)]}
        | {"p": _rounded(one.p)}
        for number, one in found.path[ring].items()
        if before is None or (number < 0) == before
    ]


def _area_json(area: Area) -> dict[str, Any]:
    return {
        "mission": area.mission,
        "area": area.name,
        "latitude": _rounded(area.latitude),
        "longitude": _rounded(area.longitude),
        "opened": area.opened,
        "cells": area.cells,
        "path": [
            {
                "from": step.month,
                "observed": _rounded(step.observed),
                "modelled": _rounded(step.modelled) if step.month >= area.opened else None,
            }
            for step in area.path
        ],
        "difference": _rounded(area.difference),
        "interval": [_rounded(area.low), _rounded(area.high)],
        "says": DIFFERENCE,
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, (float, np.floating)):
        return round(float(value), 4) if np.isfinite(value) else None
    return value
