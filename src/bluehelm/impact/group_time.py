"""What did a presence that came to many places at different times do, by when it came and how long ago?

Group-time effects (Callaway and Sant'Anna 2021) by diff-diff: units first treated at one time against those never
treated, each time against the one before they were. For presence that comes and stays; where it leaves again, other
estimators are needed. How surprising the mean effect is is read off first times dealt out anew among the units, and not
off the standard errors of independent units: these found effects too often where violence had been worst.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bluehelm.impact.panel import Floats, Outcomes, PanelError, place_in_time
from bluehelm.language import _

FEWEST_TREATED = 2
DRAWS = 999


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean difference and diff-diff's standard error; both are None where there is nothing to estimate it from."""

    label: str
    att: float | None
    standard_error: float | None
    treated: int | None = None


@dataclass(frozen=True, slots=True)
class GroupTime:
    """Effects by group and time, and their three means: of all treated times, of groups, of times since treatment.

    `groups` are weighed by their units and `since` from 0 on alike, as their authors do.
    """

    effects: tuple[tuple[str, str, Effect], ...]
    simple: Effect
    groups: tuple[Effect, ...]
    since: tuple[Effect, ...]
    p_placebo: float

    @property
    def group(self) -> float:
        weights = np.array([effect.treated or 0 for effect in self.groups])
        return float(np.average([effect.att or 0.0 for effect in self.groups], weights=weights))

    @property
    def dynamic(self) -> float:
        return float(np.mean([effect.att for effect in self.since if int(effect.label) >= 0]))


def group_time(whole: Outcomes, first: Sequence[str | None]) -> GroupTime:
    """The effects; `first` says for each unit since when it is treated, None never. PanelError if none can be had."""
    _refuse_bare(whole, first)
    from diff_diff import CallawaySantAnna

    fitted = CallawaySantAnna().fit(
        _long(whole, first), outcome="outcome", unit="unit", time="time", first_treat="first"
    )
    sizes = {group: sum(one == group for one in first) for group in first if group}
    names = {place_in_time(time): time for time in (*whole.times, *sizes)}
    effects = tuple(
        (names[int(group)], names[int(time)], _effect("", found["effect"], found["se"], found["n_treated"]))
        for (group, time), found in sorted(fitted.group_time_effects.items())
    )
    by_group, by_age = fitted.aggregate("group"), fitted.aggregate("event_study")
    return GroupTime(
        effects,
        _effect("simple", fitted.overall_att, fitted.overall_se, sum(sizes.values())),
        tuple(
            _effect(names[int(group)], att, error, sizes[names[int(group)]])
            for group, att, error in zip(by_group.label, by_group.att, by_group.se, strict=True)
        ),
        tuple(
            _effect(str(int(age)), att, error, None)
            for age, att, error in zip(by_age.event_time, by_age.att, by_age.se, strict=True)
        ),
        p_of_dealt_times(whole, first),
    )


def p_of_dealt_times(whole: Outcomes, first: Sequence[str | None], *, draws: int = DRAWS, seed: int = 0) -> float:
    """The share of deals of the same first times among all units with a mean effect at least as far from 0.

    The true deal counts among them. Exact whatever the outcomes, if any unit could have been any other.
    """
    began = np.array(
        [len(whole.times) + 1 if one is None else sum(time < one for time in whole.times) for one in first]
    )
    random = np.random.default_rng(seed)
    true = abs(mean_effect(whole.outcomes, began))
    dealt = (abs(mean_effect(whole.outcomes, random.permutation(began))) for _draw in range(draws))
    return (1 + sum(one >= true * (1 - 1e-9) for one in dealt)) / (draws + 1)


def mean_effect(outcomes: Floats, began: NDArray[np.int64]) -> float:
    """The effect over all treated times; `began` is the row of a unit's first time, more than the last row if never."""
    last = len(outcomes)
    never = began > last
    total, weights = 0.0, 0
    for start in np.unique(began[(began > 0) & (began < last)]):
        group = began == start
        change = outcomes[start:] - outcomes[start - 1]
        total += float((change[:, group].mean(axis=1) - change[:, never].mean(axis=1)).sum()) * int(group.sum())
        weights += int(group.sum()) * (last - int(start))
    return total / weights if weights else 0.0


def _effect(label: str, att: float, error: float, treated: int | None) -> Effect:
    known = [float(value) if np.isfinite(value) else None for value in (att, error)]
    return Effect(label, known[0], known[1], None if treated is None else int(treated))


def _refuse_bare(whole: Outcomes, first: Sequence[str | None]) -> None:
    """PanelError when there is nobody to compare with or nothing to compare."""
    problems = []
    if not any(one is None for one in first):
        problems.append(_("too few donors: no unit is never treated"))
    began = [one for one in first if one is not None and one > whole.times[0]]
    if len(began) < FEWEST_TREATED:
        problems.append(
            _(
                "treated units absent: {number} begin after the first time, {times}",
                number=len(began),
                times=whole.times[0],
            )
        )
    if problems:
        raise PanelError(problems)


def _long(whole: Outcomes, first: Sequence[str | None]) -> Any:
    import pandas

    times = [place_in_time(time) for time in whole.times]
    began = [place_in_time(one) if one else 0 for one in first]
    return pandas.DataFrame(
        {
            "unit": np.tile(np.arange(len(whole.units)), len(times)),
            "time": np.repeat(times, len(whole.units)),
            "first": np.tile(began, len(times)),
            "outcome": whole.outcomes.ravel(),
        }
    )
