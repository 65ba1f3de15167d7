"""What speaks against an estimate: did exposed places go another way before, and how wrong may the comparison be?

Leads: the same estimate for the periods before the opening, where presence cannot have done anything. Bounds of
Rambachan and Roth (2023): what is left if the paths part after the opening by up to so many times as much as they did
before it (diff-diff), with the spread of the draws for errors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bluehelm.impact.chance import FEWEST_DRAWS, Judged, Levels, judged_shift, standing
from bluehelm.impact.comparisons import Sums
from bluehelm.impact.exposure import Numbers


def complete(path: Mapping[int, Sums], ring: int) -> tuple[list[int], Numbers] | None:
    """Periods other than the base and (periods, draws) of the statistic, over draws that have every period.

    None where the true places lack one, or too few draws have all.
    """
    numbers = [number for number in path if number != -1 and path[number].below[ring, 0] > 0]
    if not numbers:
        return None
    there = np.all([path[number].below[ring] > 0 for number in numbers], axis=0)
    if not there[0] or there.sum() <= FEWEST_DRAWS:
        return None
    return numbers, np.stack([path[number].statistic(ring)[there] for number in numbers])


def judged_path(path: Mapping[int, Sums], ring: int, levels: Levels) -> dict[int, Judged]:
    """Each period of the event study against its draws; empty where `complete` gives none."""
    found = complete(path, ring)
    if found is None:
        return {}
    numbers, values = found
    unit = np.zeros(values.shape[1])
    unit[0] = 1.0  # an effect of 1 at the true places; where draws overlap with them is left out here
    return {number: judged_shift("difference", row, unit, levels) for number, row in zip(numbers, values, strict=True)}


def lead_test(path: Mapping[int, Sums], ring: int) -> float | None:
    """p of the farthest lead: the share of draws with a period before the opening as far from the middle."""
    found = complete(path, ring)
    if found is None:
        return None
    numbers, values = found
    leads = values[[number < -1 for number in numbers]]
    if not len(leads):
        return None
    middle, spread = np.median(leads, axis=1, keepdims=True), leads.std(axis=1, keepdims=True)
    farthest = np.abs((leads - middle) / np.where(spread > 0, spread, 1)).max(axis=0)
    return 1 - standing(float(farthest[0]), farthest[1:])


@dataclass(frozen=True, slots=True)
class Bound:
    """The mean effect after the opening if trends part by up to `times` the largest step before it."""

    times: float
    low: float
    high: float


def honest_bounds(path: Mapping[int, Sums], ring: int, times: Sequence[float], level: float, last: int) -> list[Bound]:
    """Rambachan and Roth's bounds on the mean effect of periods 0 to `last`; empty where the path has no leads.

    `level` is the share that may miss: 0.05 gives bounds of 95 per cent.
    """
    found = complete(path, ring)
    if found is None:
        return []
    numbers, values = found
    kept = [place for place, number in enumerate(numbers) if number <= last]
    numbers, values = [numbers[place] for place in kept], values[kept]
    if not any(number < -1 for number in numbers) or not any(number >= 0 for number in numbers):
        return []
    draws = values[:, 1:]
    results = _event_study(numbers, values[:, 0] - np.median(draws, axis=1), np.cov(draws))
    return [_bound(results, one, level) for one in times] if results is not None else []


def _event_study(numbers: Sequence[int], effects: Numbers, spread: Numbers) -> Any:
    """The path as diff-diff's event study, its errors those of the draws; None where a period never varies."""
    from diff_diff.results import MultiPeriodDiDResults, PeriodEffect

    spread = np.atleast_2d(spread)
    errors = np.sqrt(np.diag(spread))
    if not (errors > 0).all():
        return None
    periods = {
        number: PeriodEffect(number, float(effect), float(error), 0.0, 1.0, (0.0, 0.0))
        for number, effect, error in zip(numbers, effects, errors, strict=True)
    }
    after = [number for number in numbers if number >= 0]
    return MultiPeriodDiDResults(
        period_effects=periods,
        avg_att=float(np.mean([periods[number].effect for number in after])),
        avg_se=1.0,
        avg_t_stat=0.0,
        avg_p_value=1.0,
        avg_conf_int=(0.0, 0.0),
        n_obs=0,
        n_treated=0,
        n_control=0,
        pre_periods=[number for number in numbers if number < -1],
        post_periods=after,
        vcov=spread,
        interaction_indices={number: place for place, number in enumerate(numbers)},
    )


def _bound(results: Any, times: float, level: float) -> Bound:
    import warnings

    from diff_diff import HonestDiD

    with warnings.catch_warnings():  # it warns that bounds are wide, which they say themselves
        warnings.simplefilter("ignore")
        found = HonestDiD(method="relative_magnitude", M=times, alpha=level).fit(results)
    return Bound(times, float(found.ci_lb), float(found.ci_ub))
