"""When can a unit be in place, which steps decide that, and does it meet the days of rapid deployment?

Steps follow each other and last from a least over a likely to a most number of days. Days are drawn from a triangular
distribution with a seed; the spread is what planners wrote down, never an estimate from a state's record. A step that
began or ended has its real days, and what remains is drawn beside them, so that the same file serves before, during
and after. Redirecting what is already in the theatre is a timeline of its own with fewer steps.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from bluehelm.forces.supply import ForcesError
from bluehelm.language import _

Days = NDArray[np.float64]
RUNS = 10_000
SHARES = (0.1, 0.5, 0.8, 0.9)
TOUCHES = 1e-9


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One step with its days; `began_on` and `ended_on` are what really happened; `holder` holds the pen."""

    name: str
    after: tuple[str, ...]
    least_days: float
    likely_days: float
    most_days: float
    holder: str | None = None
    began_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class StepTime:
    """A step in days after the start: as likely planned, and what really happened beside it, None where it has not.

    `slack_days` is how much longer it may last, as planned, without delaying the end. `critical_share` is the share of
    runs in which the step decides the end; `late_days` is how much later than planned it really ended.
    """

    name: str
    holder: str | None
    begins_day: float
    ends_day: float
    slack_days: float
    critical_share: float
    began_day: int | None
    ended_day: int | None
    late_days: float | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """All steps; `likely_days` when each lasts as likely, `quantiles` of the runs by share, `critical` that path.

    `share_within` is the share of runs that end within the days of the test. `passes` is whether that share is as large
    as asked; `blocker` then None, otherwise the open step whose shortening to its least days helps most.
    `actual_days` is known when every step has ended.
    """

    started_on: date
    within_days: int
    sure_share: float
    likely_days: float
    quantiles: dict[str, float]
    share_within: float
    passes: bool
    blocker: str | None
    critical: tuple[str, ...]
    steps: tuple[StepTime, ...]
    actual_days: int | None
    runs: int
    seed: int


def timeline(
    steps: Iterable[TimelineStep],
    started_on: date,
    *,
    within_days: int,
    sure_share: float,
    seed: int = 0,
    runs: int = RUNS,
    on: date | None = None,
) -> Timeline:
    """The timeline of a deployment asked for on `started_on`; ForcesError lists what contradicts itself.

    `on` is the day until which it is known what happened: a step not ended by then ends later than it. Without it
    nothing is known of open steps.
    """
    listed = list(steps)
    if problems := _contradictions(listed, started_on):
        raise ForcesError(problems)
    order = _in_order(listed)
    today = None if on is None else (on - started_on).days
    plan = _Network(order, started_on, lambda step: np.array([step.likely_days]), facts=False)
    drawn = _drawn_days(order, seed, runs)
    simulated = _Network(order, started_on, lambda step: drawn[step.name], today=today)
    ends = simulated.end
    within = float((ends <= within_days).mean())
    actual = int(ends[0]) if all(step.ended_on for step in order) else None
    return Timeline(
        started_on,
        within_days,
        sure_share,
        float(plan.end[0]),
        {f"{share:g}": float(np.quantile(ends, share)) for share in SHARES},
        within,
        within >= sure_share,
        None if within >= sure_share else _blocker(order, started_on, drawn, today, within_days),
        tuple(step.name for step in order if plan.is_critical(step.name)[0]),
        tuple(_step_time(step, plan, simulated, started_on) for step in order),
        actual,
        runs,
        seed,
    )


def _contradictions(steps: Sequence[TimelineStep], started_on: date) -> list[str]:
    names = [step.name for step in steps]
    problems = [
        _("step {name}: is there twice", name=name)
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if not steps:
        problems.append(_("there is no step"))
    for step in steps:
        problems += [
            _("step {name}: follows {other!r}, which is no step", name=step.name, other=other)
            for other in step.after
            if other not in names
        ]
        if not 0 <= step.least_days <= step.likely_days <= step.most_days:
            problems.append(
                _("step {name}: needs least_days <= likely_days <= most_days, none negative", name=step.name)
            )
        if step.ended_on and not step.began_on:
            problems.append(
                _("step {name}: ended on {ended_on} and never began", name=step.name, ended_on=step.ended_on)
            )
        if step.began_on and step.ended_on and step.ended_on < step.began_on:
            problems.append(
                _(
                    "step {name}: ended on {ended_on}, before it began on {began_on}",
                    name=step.name,
                    ended_on=step.ended_on,
                    began_on=step.began_on,
                )
            )
        if step.began_on and step.began_on < started_on:
            problems.append(
                _(
                    "step {name}: began on {began_on}, before the start on {started_on}",
                    name=step.name,
                    began_on=step.began_on,
                    started_on=started_on,
                )
            )
    return problems


def _in_order(steps: Sequence[TimelineStep]) -> list[TimelineStep]:
    """The steps so that each stands after those it follows, ties by their place in the file."""
    by_name = {step.name: step for step in steps}
    try:
        return [by_name[name] for name in TopologicalSorter({step.name: step.after for step in steps}).static_order()]
    except CycleError as error:
        raise ForcesError([_("steps follow each other in a circle: {args}", args=", ".join(error.args[1]))]) from None


def _drawn_days(steps: Sequence[TimelineStep], seed: int, runs: int) -> dict[str, Days]:
    """Each step's days in every run, drawn in the order of names so that the order of rows changes nothing."""
    chance = np.random.default_rng(seed)
    days = {}
    for step in sorted(steps, key=lambda step: step.name):
        spread = step.most_days > step.least_days
        drawn = chance.triangular(step.least_days, step.likely_days, step.most_days, runs) if spread else None
        days[step.name] = drawn if drawn is not None else np.full(runs, float(step.likely_days))
    return days


class _Network:
    """Begin and end of every step in days after the start, run by run; with the facts where `facts` says so."""

    def __init__(
        self,
        order: Sequence[TimelineStep],
        started_on: date,
        days: Callable[[TimelineStep], Days],
        *,
        facts: bool = True,
        today: int | None = None,
    ) -> None:
        self.begins: dict[str, Days] = {}
        self.ends: dict[str, Days] = {}
        self._order = order
        for step in order:
            drawn = days(step)
            begin = np.max([np.zeros_like(drawn), *(self.ends[name] for name in step.after)], axis=0)
            end = begin + drawn
            if facts:
                begin, end = _with_facts(step, started_on, begin, drawn, today)
            self.begins[step.name], self.ends[step.name] = begin, end
        self.end = np.max(list(self.ends.values()), axis=0)
        self._latest = self._latest_ends()

    def _latest_ends(self) -> Mapping[str, Days]:
        """How late each step may end without delaying the last."""
        latest = {step.name: self.end for step in self._order}
        for step in reversed(self._order):
            lasted = self.ends[step.name] - self.begins[step.name]
            for name in step.after:
                latest[name] = np.minimum(latest[name], latest[step.name] - lasted)
        return latest

    def slack(self, name: str) -> Days:
        return self._latest[name] - self.ends[name]

    def is_critical(self, name: str) -> NDArray[np.bool_]:
        critical: NDArray[np.bool_] = self.slack(name) <= TOUCHES
        return critical


def _with_facts(step: TimelineStep, started_on: date, begin: Days, drawn: Days, today: int | None) -> tuple[Days, Days]:
    """Begin and end with what really happened; an open step ends after the day known, drawn days left or not."""
    if step.began_on is None:
        begin = begin if today is None else np.maximum(begin, today)
        return begin, begin + drawn
    begin = np.full_like(drawn, (step.began_on - started_on).days)
    if step.ended_on is not None:
        return begin, np.full_like(drawn, (step.ended_on - started_on).days)
    end = begin + drawn
    return begin, end if today is None else np.maximum(end, today + 1)


def _blocker(
    order: Sequence[TimelineStep], started_on: date, drawn: Mapping[str, Days], today: int | None, within_days: int
) -> str | None:
    """The open step whose least days in every run bring the most runs in time, then the earliest mean end; None when
    nothing open is left."""
    found = []
    for step in order:
        if step.ended_on:
            continue
        quick = {**drawn, step.name: np.full_like(drawn[step.name], step.least_days)}
        ends = _Network(order, started_on, lambda one, quick=quick: quick[one.name], today=today).end  # type: ignore[misc]
        found.append((-float((ends <= within_days).mean()), float(ends.mean()), step.name))
    return min(found)[2] if found else None


def _step_time(step: TimelineStep, plan: _Network, simulated: _Network, started_on: date) -> StepTime:
    ended = (step.ended_on - started_on).days if step.ended_on else None
    planned = float(plan.ends[step.name][0])
    return StepTime(
        step.name,
        step.holder,
        float(plan.begins[step.name][0]),
        planned,
        float(plan.slack(step.name)[0]),
        float(simulated.is_critical(step.name).mean()),
        (step.began_on - started_on).days if step.began_on else None,
        ended,
        None if ended is None else ended - planned,
    )


def day_of(line: Timeline, days: float) -> date:
    """The day so many days after the start."""
    return line.started_on + timedelta(days=round(days))
