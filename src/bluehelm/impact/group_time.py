"""What did a presence that came to many places at different times do, by when it came and how long ago?

Group-time effects (Callaway and Sant'Anna 2021) by diff-diff: units first treated at one time against those never
treated, each time against the one before they were. For presence that comes and stays; where it leaves again, other
estimators are needed. Errors are those of independent units and are no placebo ranks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bluehelm.impact.panel import Outcomes, PanelError, place_in_time
from bluehelm.language import _

FEWEST_TREATED = 2


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean difference with its standard error; both are None where there is nothing to estimate it from."""

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
    )


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
