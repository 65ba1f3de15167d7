"""Was the model ahead of the naive one on past origins, for this mission and for the countries of missions?

Both are made again at each past origin from what had happened by then, and scored on what came. The mean difference
has an interval in which whole units are drawn again, because months of one place are no independent witnesses. A
single unit has no such interval, and then nothing is called better.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bluehelm.definitions.outlook import OutlookRules, Target
from bluehelm.language import _
from bluehelm.outlook.history import Floats, History, OutlookError
from bluehelm.outlook.models import MODELS, NAIVE
from bluehelm.scoring.crps import crps, log_crps
from bluehelm.scoring.differences import clustered_differences
from bluehelm.scoring.exceedance import brier, exceedance, reliability
from bluehelm.scoring.ignorance import ignorance
from bluehelm.scoring.intervals import covered, interval_score
from bluehelm.tables.months import from_ordinal, ordinal
from bluehelm.workflows.outlook_history import Observed
from bluehelm.workflows.outlook_kept import SHOWN

THIS, MISSIONS, ALL = "this mission", "mission countries", "all countries"
LEVEL = 0.9
NORMAL = 1.6449  # of a two-sided interval of 90 per cent
MEASURES = ("crps", "crps_log", "ign", "mis", "brier", "cover90")
SHORTEST = 24  # months that must lie before a past origin

Members = Mapping[int, Set[str]]
"""The units of a group at each past origin: a country is a host of a mission only while the mission is deployed."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows of the scores table, and the horizons at which the model was ahead with its whole interval."""

    rows: tuple[dict[str, Any], ...]
    ahead_at: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cases:
    """Past forecasts of one model: which unit at which horizon from which origin, what came, what was drawn."""

    units: NDArray[np.str_]
    horizons: NDArray[np.str_]
    made_from: NDArray[np.int64]
    outcomes: Floats
    draws: Floats

    @property
    def origins(self) -> tuple[str, ...]:
        """The months of the origins, the earliest first."""
        return tuple(_month(int(origin)) for origin in np.unique(self.made_from))

    def of(self, members: Members, horizon: str | None = None) -> "Cases":
        """The cases of a group's units at each origin, at one horizon where it is named."""
        held = np.zeros(len(self.units), dtype=np.bool_)
        for origin, names in members.items():
            held |= (self.made_from == origin) & np.isin(self.units, sorted(names))
        if horizon is not None:
            held &= self.horizons == horizon
        where = self.units[held], self.horizons[held], self.made_from[held]
        return Cases(*where, self.outcomes[held], self.draws[held])

    def with_draws_of(self, other: "Cases", horizons: Collection[str]) -> "Cases":
        """The same cases, at these horizons with another model's draws."""
        taken = np.isin(self.horizons, list(horizons))
        return replace(self, draws=np.where(taken[:, None], other.draws, self.draws))

    def measures(self, threshold: int) -> dict[str, Floats]:
        """Each measure of every case."""
        said, came = exceedance(self.draws, threshold), self.outcomes >= threshold
        return {
            "crps": crps(self.outcomes, self.draws),
            "crps_log": log_crps(self.outcomes, self.draws),
            "ign": ignorance(self.outcomes, self.draws),
            "mis": interval_score(self.outcomes, self.draws),
            "brier": brier(said, came),
            "cover90": covered(self.outcomes, self.draws, LEVEL).astype(np.float64),
        }


def judged_on_past_origins(
    history: History,
    seen: Observed,
    target: Target,
    model: str,
    rules: OutlookRules,
    *,
    seed: int,
    acted: Collection[tuple[str, str]] = (),
    groups: Mapping[str, Callable[[Sequence[int]], Members]] | None = None,
    begins: Callable[[], None] = lambda: None,
) -> Judged:
    """The model beside the naive one on past origins; nothing at all where the history is too short for any.

    Cases in which somebody acted are not scored. `groups` are further units to pool over, by the group's name: each
    says who belonged to it at the origins. `begins` is called before each fit.
    """
    origins = past_origins(history, rules)
    if not origins:
        return Judged((), frozenset())
    pooled = _groups(history, seen, origins, groups or {})
    scored = {origin: frozenset[str]().union(*(of[origin] for of in pooled.values())) for origin in origins}
    of_naive = _cases(history, NAIVE, origins, rules, scored, acted, seed=seed)
    of_model = of_naive
    if model != NAIVE:
        of_model = _cases(history, model, origins, rules, scored, acted, seed=seed, begins=begins)
    threshold = rules.usual_thresholds[seen.unit_kind]
    rows: list[dict[str, Any]] = []
    ahead: dict[str, set[str]] = {}
    for group, members in pooled.items():
        for horizon in dict.fromkeys(map(rules.horizon_of, rules.steps)):
            own, naive = of_model.of(members, horizon), of_naive.of(members, horizon)
            if len(own.units):
                found = list(_compared(own, naive, model, threshold, rules, seed=seed))
                rows += [{"group": group, "horizon": horizon, **row} for row in found]
                high = found[0]["high"]
                ahead.setdefault(group, set()).update({horizon} if high is not None and high < 0 else ())
    ahead_at = frozenset(ahead.get(MISSIONS, ahead.get(THIS, set())))
    shown = of_naive.with_draws_of(of_model, ahead_at).of(pooled[THIS])
    said = _came_true(shown, threshold) if len(shown.units) else ()
    whole = f"{rules.months_ahead.first}-{rules.months_ahead.last}"
    return Judged((*rows, *({"group": THIS, "horizon": whole, **row} for row in said)), ahead_at)


def past_origins(history: History, rules: OutlookRules) -> list[int]:
    """Origins whose last month ahead has been observed, the latest first and so many months apart, as month ids."""
    latest = history.origin - rules.months_ahead.last
    wanted = (latest - number * rules.months_between_origins for number in range(rules.past_origins))
    return [origin for origin in wanted if origin - history.months[0] >= SHORTEST]


def _groups(
    history: History,
    seen: Observed,
    origins: Sequence[int],
    further: Mapping[str, Callable[[Sequence[int]], Members]],
) -> dict[str, Members]:
    groups: dict[str, Members] = {THIS: dict.fromkeys(origins, frozenset(seen.units))}
    groups |= {name: members(origins) for name, members in further.items()}
    if len(history.units) > len(seen.units):
        groups[ALL] = dict.fromkeys(origins, frozenset(map(str, history.units)))
    return groups


def _cases(
    history: History,
    name: str,
    origins: Sequence[int],
    rules: OutlookRules,
    scored: Members,
    acted: Collection[tuple[str, str]],
    *,
    seed: int,
    begins: Callable[[], None] = lambda: None,
) -> Cases:
    units: list[str] = []
    horizons: list[str] = []
    made_from: list[int] = []
    outcomes: list[float] = []
    draws: list[Floats] = []
    for origin in origins:
        begins()
        past = history.until(origin)
        places = [place for place in past.living if str(past.units[place]) in scored[origin]]
        drawn = MODELS[name]().fit(past, rules.steps, seed=seed).draw(places, rules.samples)
        for place, of_unit in zip(places, drawn, strict=True):
            unit = str(history.units[place])
            for step, of_step in zip(rules.steps, of_unit, strict=True):
                came = history.deaths[place, origin + step - history.months[0]]
                if np.isfinite(came) and (unit, _month(origin + step)) not in acted:
                    units.append(unit)
                    horizons.append(rules.horizon_of(step))
                    made_from.append(origin)
                    outcomes.append(float(came))
                    draws.append(of_step)
    if not units:
        raise OutlookError(
            [_("nothing that was forecast from {month} on was observed afterwards", month=_month(origins[-1]))]
        )
    return Cases(np.array(units), np.array(horizons), np.array(made_from), np.array(outcomes), np.array(draws))


def _month(month_id: int) -> str:
    return from_ordinal(ordinal("1980-01") + month_id - 1)


def _compared(
    own: Cases, naive: Cases, model: str, threshold: int, rules: OutlookRules, *, seed: int
) -> Iterable[dict[str, Any]]:
    """One row a measure, the CRPS first: means, their difference and its interval."""
    clusters = np.unique(own.units, return_inverse=True)[1]
    of_own, of_naive = own.measures(threshold), naive.measures(threshold)
    apart = np.stack([of_own[measure] - of_naive[measure] for measure in MEASURES], axis=1)
    found = clustered_differences(apart, clusters, seed=seed, level=LEVEL, times=rules.resamples)
    is_other = model != NAIVE
    for measure, difference in zip(MEASURES, found, strict=True):
        yield _row(
            own,
            model,
            measure,
            float(of_own[measure].mean()),
            naive=float(of_naive[measure].mean()),
            difference=difference.mean if is_other else None,
            low=difference.low if is_other else None,
            high=difference.high if is_other else None,
        )


def _came_true(shown: Cases, threshold: int) -> Iterable[dict[str, Any]]:
    """How often it happened when about so much was said: one row a band of probability that was used."""
    said, happened = exceedance(shown.draws, threshold), shown.outcomes >= threshold
    for band in reliability(said, happened, bins=5):
        if band.happened is not None:
            low, high = wilson(band.happened, band.count)
            name = f"said {band.low:.1f} to {band.high:.1f}"
            row = _row(shown, SHOWN, name, band.happened, low=low, high=high)
            yield row | {"forecasts": band.count}


def wilson(share: float, cases: int) -> tuple[float, float]:
    """The 90 per cent interval of a share of so many cases (Wilson 1927)."""
    square = NORMAL**2 / cases
    middle = (share + square / 2) / (1 + square)
    half = NORMAL * sqrt(share * (1 - share) / cases + square / (4 * cases)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def _row(
    cases: Cases,
    model: str,
    measure: str,
    value: float,
    *,
    naive: float | None = None,
    difference: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> dict[str, Any]:
    return {
        "model": model,
        "measure": measure,
        "value": value,
        "naive": naive,
        "difference": difference,
        "low": low,
        "high": high,
        "forecasts": len(cases.units),
        "first_origin": cases.origins[0],
        "last_origin": cases.origins[-1],
    }
