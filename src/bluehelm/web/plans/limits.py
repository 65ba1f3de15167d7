"""What does a plan ask of units that nobody in place may do, for the limits that contributors set on their use?

An activity says in the words of caveats what units do and where. Only who may read caveats sees the answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bluehelm.plans.framework import Activity, Framework, outcomes_of
from bluehelm.web.forces.presenters import hours_words
from bluehelm.web.forces.reads import Coverage, coverage
from bluehelm.web.posts.acting import Actor


@dataclass(frozen=True, slots=True)
class Gap:
    """A task of an activity that no unit of an area may do at these hours; `units` stand there."""

    activity: str
    area: str
    task: str
    hours: tuple[int, ...]
    units: int

    @property
    def in_words(self) -> str:
        return hours_words(self.hours)

    def json(self) -> dict[str, Any]:
        return {"activity": self.activity, "area": self.area, "task": self.task, "hours": list(self.hours),
                "units": self.units}  # fmt: skip


def gaps_of(framework: Framework, actor: Actor, mission: str, on: date) -> dict[str, list[Gap]]:
    """By activity what nobody may do; an activity without an area is asked of every area that has units."""
    asking = [one for one in _activities(framework) if one.units_do]
    if not asking or not actor.may("read", "caveat"):
        return {}
    areas, tasks = {one.area for one in asking if one.area}, {task for one in asking for task in one.units_do}
    found = coverage(actor, mission, on, more_areas=areas, more_tasks=tasks)
    gaps = {one.id: list(_gaps(one, found)) for one in asking}
    return {name: listed for name, listed in gaps.items() if listed}


def _gaps(activity: Activity, found: Coverage) -> Iterator[Gap]:
    for area in (activity.area,) if activity.area else found.areas:
        units = len(found.units[area])
        for task in activity.units_do:
            gap = found.uncovered.get((area, task))
            if gap and (units or activity.area):
                yield Gap(activity.id, area, task, gap.hours, units)


def _activities(framework: Framework) -> Iterator[Activity]:
    for _place, outcome in outcomes_of(framework):
        for output in outcome.outputs:
            yield from output.activities
