"""How much is there to compare around bases, and how do two usual errors look beside the draws? None is a verdict."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bluehelm.definitions.presence_effects import PresenceRules
from bluehelm.impact.counts import poisson
from bluehelm.impact.exposure import Numbers, Truths
from bluehelm.impact.presence_effect import Moved, outcomes, places_joined, pooled
from bluehelm.impact.spatial_errors import conley_error, influences


def diagnostics_of(missions: Sequence[Moved], rules: PresenceRules) -> list[dict[str, Any]]:
    """How much there is to compare, and how two usual errors look; none of them is a verdict."""
    return [*(_to_compare(of) for of in missions), *_conley(missions, rules), *_fixed_effects(missions)]


def _to_compare(of: Moved) -> dict[str, Any]:
    """Cells, months, events, bases and who can be compared, of one mission."""
    panel, bases = of.presence.panel, of.presence.bases
    stood = (of.presence.standing < of.presence.none).any(axis=1)
    return {
        "mission": of.presence.mission,
        "cells": len(panel.gids),
        "months": len(panel.months),
        "events": int(panel.events.sum()),
        "sites": len(bases.cell_of_site),
        "stays": len(bases.site),
        "openings_compared": len(of.made),
        "places_compared": [places_joined([of], ring) for ring in range(of.presence.none)],
        "fewest_donors": min((int(cohort.donors[0].sum()) for cohort in of.made), default=0),
        "cells_near_others": int(stood.sum()),
    }


def _conley(missions: Sequence[Moved], rules: PresenceRules) -> list[dict[str, Any]]:
    """The error of `did-l` in the first ring if those of near cells go together; missions stand alone."""
    sums = pooled("did-l", missions, outcomes(missions), rules)
    if sums is None or not sums.below[0, 0] > 0:
        return []
    effect, number = float(sums.statistic(0)[0]), float(sums.below[0, 0])
    squares = 0.0
    for of in missions:
        adds = influences(of.made, of.presence.panel.events, 0, effect, number)
        squares += conley_error(adds, of.presence.panel.apart_km(), rules.correlated_km) ** 2
    return [{"name": "conley-error", "of": "did-l", "ring": 0, "raw": effect, "error": squares**0.5}]


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
