"""Did presence change violence around it: where bases opened, grew and left, by ring, with all that speaks against it?

The smallest effect that would be found comes before any estimate, and no verdict is given below it. Every inference is
read off bases moved to other places (`impact.chance`). Missions that are named together are pooled.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bluehelm.definitions.presence_effects import PresenceRules, packaged_presence_rules
from bluehelm.impact.areas import DIFFERENCE, Area, areas_of
from bluehelm.impact.chance import Judged, Levels
from bluehelm.impact.counts import poisson
from bluehelm.impact.exposure import Numbers, Truths, bases_when
from bluehelm.impact.presence_effect import (
    ESTIMATORS,
    FIRST,
    Moved,
    earlier_outcome,
    events_joined,
    judge,
    moved,
    outcomes,
    path_of,
    places_joined,
    pooled,
    with_outcome,
)
from bluehelm.impact.sensitivity import Bound, honest_bounds, judged_path, lead_test
from bluehelm.impact.spatial_errors import conley_error, influences
from bluehelm.store import Version
from bluehelm.workflows.presence_panels import Mapped, PresenceError, mapped, presence_of

RATIO = "share of events without presence"
UNITS = {"modelled-path": RATIO, "poisson": RATIO, "per-base": "share of events for each further base"}
UNITS |= {"any-event": "probability of any event in a cell and month"}
EVENTS_A_MONTH = "events per cell and month"
TIMES = (0.0, 0.5, 1.0, 2.0)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Effect:
    """One ring by one estimator; `judged` is None where nothing could be compared, and `why` says so."""

    ring: int
    estimator: str
    judged: Judged | None
    places: int
    events: int
    verdict: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Check:
    """What one look at the estimate's weak places gave; `judged` None where it could not be taken."""

    name: str
    ring: int
    judged: Judged | None
    says: str


@dataclass(frozen=True, slots=True)
class PresenceImpact:
    """The answer for one mission or several pooled."""

    missions: tuple[str, ...]
    outcome: str
    edges: tuple[float, ...]
    as_of: date
    first_month: str
    last_month: str
    rules: PresenceRules
    effects: tuple[Effect, ...]
    path: dict[int, dict[int, Judged]]
    lead_p: dict[int, float | None]
    checks: tuple[Check, ...]
    bounds: dict[int, tuple[Bound, ...]]
    diagnostics: tuple[dict[str, Any], ...]
    areas: tuple[Area, ...]
    exposure: tuple[dict[str, Any], ...]
    versions: tuple[Version, ...]
    notes: tuple[str, ...]
    synthetic: bool


def presence_impact(
    home: Path,
    missions: Sequence[str],
    *,
    outcome: str,
    rings: Sequence[float] | None = None,
    as_of: date,
    known_on: date | None = None,
    force: bool = False,
    draws: int | None = None,
    seed: int = 0,
    tell: Progress = lambda step, done, total: None,
) -> PresenceImpact:
    """The effect of presence on an outcome; raises UnknownMissionError and PresenceError."""
    rules = packaged_presence_rules()
    if outcome not in rules.outcomes:
        what = f"There is no outcome {outcome!r}; there is: {', '.join(rules.outcomes)}."
        raise PresenceError("no_such_outcome", what, "--outcome", "Choose one of them.")
    edges = tuple(float(edge) for edge in (rings or rules.rings_km))
    sources = [mapped(home, name, rules, as_of=as_of, known_on=known_on, force=force) for name in missions]
    if len({source.known.entry.synthetic for source in sources}) > 1:
        what = "Made-up missions are not pooled with real ones."
        raise PresenceError("mixed", what, ",".join(missions), "Name only real missions, or only made-up ones.")
    number = draws or rules.draws
    steps = len(ESTIMATORS) * len(edges) + 8

    def told(step: str, done: int) -> None:
        tell(step, done, steps)

    kinds = rules.outcomes[outcome]
    told("bases", 0)
    latest = _moved(sources, rules, edges, kinds, "latest", number, seed)
    effects = []
    for ring in range(len(edges)):
        for place, name in enumerate(ESTIMATORS):
            told(name, 1 + ring * len(ESTIMATORS) + place)
            effects.append(_effect(name, latest, ring, rules))
    told("checks", steps - 6)
    checks = _checks(sources, latest, rules, edges, kinds, number, seed)
    told("periods", steps - 2)
    path = path_of(latest, rules.period_months)
    levels = Levels(rules.level, rules.interval, rules.power)
    last = rules.after_months // rules.period_months - 1
    return PresenceImpact(
        missions=tuple(source.known.entry.mission for source in sources),
        outcome=outcome,
        edges=edges,
        as_of=as_of,
        first_month=min(source.months[0] for source in sources),
        last_month=max(source.months[-1] for source in sources),
        rules=rules,
        effects=tuple(effects),
        path={ring: judged_path(path, ring, levels) for ring in range(len(edges))},
        lead_p={ring: lead_test(path, ring) for ring in range(len(edges))},
        checks=tuple(checks),
        bounds={0: tuple(honest_bounds(path, 0, TIMES, rules.level, last))},
        diagnostics=tuple(_diagnostics(latest, rules)),
        areas=tuple(area for of in latest for area in areas_of(of, rules)),
        exposure=tuple(_exposure(latest)),
        versions=tuple(dict.fromkeys(version for source in sources for version in source.versions)),
        notes=tuple(_notes(sources, effects, rules)),
        synthetic=sources[0].known.entry.synthetic,
    )


def _moved(
    sources: Sequence[Mapped],
    rules: PresenceRules,
    edges: Sequence[float],
    kinds: Sequence[str],
    dating: Any,
    draws: int,
    seed: int,
) -> list[Moved]:
    found = [presence_of(source, rules, edges, kinds, dating) for source in sources]
    return moved(found, rules, draws=draws, seed=seed)


def _effect(name: str, missions: Sequence[Moved], ring: int, rules: PresenceRules) -> Effect:
    places, events = places_joined(missions, ring), events_joined(missions, ring)
    one = judge(name, missions, ring, rules)
    verdict, why = _verdict(name, one, places, rules)
    return Effect(ring, name, one, places, events, verdict, why)


def _verdict(name: str, one: Judged | None, places: int, rules: PresenceRules) -> tuple[str | None, str]:
    """`fewer`, `more`, or None and why not."""
    if one is None:
        return None, "no place came into this ring while others stayed out of every ring: there is nothing to compare"
    if name not in rules.with_verdict:
        return None, "this estimator was not found to hold its level in simulations"
    if places < rules.fewest_places and name != "per-base":
        return None, f"only {places} places came into this ring; a verdict needs {rules.fewest_places}"
    if one.detectable is None:
        return None, "not even an end of all violence would have been found"
    if one.p > rules.level:
        return None, "moved bases show as much"
    if one.effect is None or abs(one.effect) < one.detectable:
        return None, "smaller than the smallest effect that would be found: it may be chance made large"
    return ("fewer" if one.effect < 0 else "more"), ""


def _checks(
    sources: Sequence[Mapped],
    latest: Sequence[Moved],
    rules: PresenceRules,
    edges: Sequence[float],
    kinds: Sequence[str],
    draws: int,
    seed: int,
) -> list[Check]:
    """Other dates, other counts, other outcomes, each by the first estimator in the first ring."""
    kind = pl.col("type").is_in(list(kinds))
    large, months = rules.large_event_deaths, rules.after_months

    def earlier(one: Mapped) -> Numbers:
        return earlier_outcome(one.counts(kind), months)

    others: list[tuple[str, str, Callable[[Mapped], Numbers]]] = [
        ("deaths, low", "deaths by their low estimate", lambda one: one.counts(kind, pl.col("low"))),
        ("deaths, high", "deaths by their high estimate", lambda one: one.counts(kind, pl.col("high"))),
        (
            "large events",
            f"only events of {large} deaths or more, which are reported whoever is near",
            lambda one: one.counts(kind & (pl.col("best") >= large)),
        ),
        (
            "placed precisely",
            "only events placed within 25 km",
            lambda one: one.counts(kind & (pl.col("place_precision") <= 2)),
        ),
        (
            "second source",
            "only events of two sources or more",
            lambda one: one.counts(kind & (pl.col("sources") >= 2)),
        ),
        (
            "before anybody came",
            f"events of {months} months earlier, which presence cannot have changed: an effect here is bias",
            earlier,
        ),
    ]
    found = []
    for name, says, counts in others:
        made = [with_outcome(of, counts(one), rules) for of, one in zip(latest, sources, strict=True)]
        found.append(Check(name, 0, judge(FIRST, made, 0, rules), says))
    earliest = _moved(sources, rules, edges, kinds, "earliest", draws, seed)
    for ring in range(len(edges)):
        says = "bases dated as early as the maps allow instead of as late"
        found.append(Check("earliest dates", ring, judge(FIRST, earliest, ring, rules), says))
    by_troops = [replace(of, numbers=bases_when(of.presence, of.sited, _thousands(of))) for of in latest]
    found.append(
        Check("strength", 0, judge("per-base", by_troops, 0, rules), "for every thousand troops instead of every base")
    )
    return found


def _thousands(of: Moved) -> Numbers:
    """Troops in thousands; an unknown strength counts as the median of the known ones."""
    known = of.presence.bases.troops
    middle = float(np.nanmedian(known)) if np.isfinite(known).any() else 0.0
    return np.nan_to_num(known, nan=middle) / 1000


def _diagnostics(missions: Sequence[Moved], rules: PresenceRules) -> list[dict[str, Any]]:
    """How much there is to compare, and how two usual errors look; none of them is a verdict."""
    found: list[dict[str, Any]] = []
    for of in missions:
        panel, bases = of.presence.panel, of.presence.bases
        donors = [int(cohort.donors[0].sum()) for cohort in of.made]
        stood = (of.presence.standing < of.presence.none).any(axis=1)
        found.append(
            {
                "mission": of.presence.mission,
                "cells": len(panel.gids),
                "months": len(panel.months),
                "events": int(panel.events.sum()),
                "sites": len(bases.cell_of_site),
                "stays": len(bases.site),
                "openings_compared": len(of.made),
                "places_compared": [places_joined([of], ring) for ring in range(of.presence.none)],
                "fewest_donors": min(donors, default=0),
                "cells_near_others": int(stood.sum()),
            }
        )
    sums = pooled("did-l", missions, outcomes(missions), rules)
    if sums is not None and sums.below[0, 0] > 0:
        effect, number = float(sums.statistic(0)[0]), float(sums.below[0, 0])
        squares = [
            conley_error(
                influences(of.made, of.presence.panel.events, 0, effect, number),
                of.presence.panel.apart_km(),
                rules.correlated_km,
            )
            ** 2
            for of in missions
        ]
        found.append(
            {"name": "conley-error", "of": "did-l", "ring": 0, "raw": effect, "error": float(sum(squares) ** 0.5)}
        )
    return [*found, *_fixed_effects(missions)]


def _fixed_effects(missions: Sequence[Moved]) -> list[dict[str, Any]]:
    """The rate ratio of the first ring by pyfixest on stacked cohorts, to be held against `poisson`."""
    events, near, unit, time = [], [], [], []
    stack = [(of, cohort) for of in missions for cohort in of.made if cohort.joined[0, 0].any()]
    for number, (of, cohort) in enumerate(stack):
        cells = np.flatnonzero(cohort.joined[0, 0] + cohort.donors[0])
        before, after = cohort.around(of.presence.panel.events)
        for side, counts in enumerate((before, after)):
            events.append(counts[cells])
            near.append(cohort.joined[0, 0][cells] * side)
            unit.append(number * 1_000_000 + cells.astype(float))
            time.append(np.full(len(cells), 2.0 * number + side))
    if not stack:
        return []
    flat = _with_events(*(np.concatenate(values) for values in (events, near, unit, time)))
    if flat is None:
        return []
    outcome, at, units, times = flat
    try:
        fit = poisson(outcome, {"near": at}, units, times)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        return []  # what is left does not tell presence from the month
    if not np.isfinite(fit.coefficients).all():
        return []
    return [
        {
            "name": "pyfixest",
            "of": "poisson",
            "ring": 0,
            "raw": float(np.expm1(fit.coefficients[0])),
            "error": fit.errors[0],
        }
    ]


def _with_events(
    events: Numbers, near: Numbers, unit: Numbers, time: Numbers
) -> tuple[Numbers, Numbers, Numbers, Numbers] | None:
    """Without units and times that have no event, which say nothing; None where presence cannot be told from them.

    The library ends the process when it is given what has no solution, so that this is asked before.
    """
    there = _has_events(unit, events) & _has_events(time, events)
    events, near, unit, time = (values[there] for values in (events, near, unit, time))
    joined = np.isin(unit, unit[near > 0])
    after = near > 0
    parts = [events[joined & after].sum(), events[joined & ~after].sum(), events[~joined].sum()]
    return (events, near, unit, time) if min(parts) > 0 else None


def _has_events(labels: Numbers, events: Numbers) -> Truths:
    _, at = np.unique(labels, return_inverse=True)
    return np.asarray(np.bincount(at, weights=events)[at] > 0)


def _exposure(missions: Sequence[Moved]) -> list[dict[str, Any]]:
    """Every cell with the ring of its first exposure, for the map; null where none came near."""
    found = []
    for of in missions:
        panel, none = of.presence.panel, of.presence.none
        for cell, gid in enumerate(panel.gids.tolist()):
            month = int(of.entry.month[0, cell])
            ring = int(of.entry.ring[0, cell])
            found.append(
                {
                    "mission": of.presence.mission,
                    "gid": gid,
                    "latitude": float(panel.latitude[cell]),
                    "longitude": float(panel.longitude[cell]),
                    "ring": None if ring == none else ring,
                    "from": panel.months[month] if month < len(panel.months) else None,
                }
            )
    return found


def _notes(sources: Sequence[Mapped], effects: Sequence[Effect], rules: PresenceRules) -> list[str]:
    judged = sum(one.judged is not None for one in effects)
    notes = [
        f"Every effect is a {DIFFERENCE}.",
        "Presence raises reporting: with more reports an effect looks smaller than it is, or looks like harm.",
        "Maps are snapshots. Bases are dated by the first map that shows them; `earliest dates` takes the other end.",
        f"{judged} effects are tested: where presence does nothing, about {judged * rules.level:.1f} of them have p of "
        f"{rules.level:g} or less by chance.",
        f"{FIRST} is the estimate to read first; it was chosen before any mission was looked at.",
    ]
    if rules.status == "draft":
        notes.append("Rings, windows and levels are a draft that nobody outside the team has reviewed.")
    if not any(one.judged for one in effects if one.estimator == FIRST):
        notes.append(
            "Every place came near a base at once, or none stayed out of all rings: smaller rings (--rings 50) leave "
            "donors."
        )
    for source in sources:
        notes += source.notes
    return notes


def presence_json(found: PresenceImpact) -> dict[str, Any]:
    """The answer of `impact presence`; the minimum detectable effect comes first."""
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
        "sensitivity": [
            {"check": one.name, "ring": names[one.ring], "estimator": _by(one)}
            | {**_judged_json(one.judged), "says": one.says}
            for one in found.checks
        ]
        + [
            {
                "check": "parallel trends",
                "ring": names[ring],
                "times": bound.times,
                "interval": [_rounded(bound.low), _rounded(bound.high)],
                "says": f"trends part by up to {bound.times:g} times the largest step before the opening",
            }
            for ring, bounds in found.bounds.items()
            for bound in bounds
        ],
        "areas": [_area_json(area) for area in found.areas],
        "exposure": list(found.exposure),
        "diagnostics": [{key: _rounded(value) for key, value in one.items()} for one in found.diagnostics],
        "refused_methods": [{"name": one.name, "says": one.says} for one in found.rules.refused_methods],
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
        "why_no_verdict": one.why or None,
    }


def _judged_json(one: Judged | None) -> dict[str, Any]:
    if one is None:
        return {"minimum_detectable": None, "effect": None, "interval": None, "p": None, "raw": None, "draws": 0}
    return {
        "minimum_detectable": _rounded(one.detectable),
        "effect": _rounded(one.effect),
        "interval": [_rounded(one.low), _rounded(one.high)],
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
