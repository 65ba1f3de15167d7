"""Where does each unit stand from note verbale to arrival inspection, who holds the pen, and what is stuck?

A unit may be in several stages at once, since a visit need not wait for a signature. What is open counts as well as
what is finished: the days of a stage are a survival median, so that long waits do not hide behind quick successes.
Stages, who usually holds the pen and when waiting is stuck are a dated definition.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Protocol

from bluehelm.forces.supply import ForcesError
from bluehelm.language import _
from bluehelm.scoring.survival import Watched, median, product_limit

DONE = "done"


class Stage(Protocol):
    """One step of the way; waiting longer than `stuck_after_days` is stuck."""

    @property
    def name(self) -> str: ...
    @property
    def holder(self) -> str: ...
    @property
    def stuck_after_days(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit in a stage since a day; `done_on` None is open; `holder` None is whom the definition names."""

    unit: str
    stage: str
    entered_on: date
    done_on: date | None = None
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """An open stage of a unit on a day."""

    unit: str
    stage: str
    holder: str
    since: date
    days: int
    stuck_after_days: int

    @property
    def is_stuck(self) -> bool:
        return self.days > self.stuck_after_days


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """One unit on a day: days spent in each stage it entered, stages never entered, and what it waits for now.

    `has_arrived` is true when every stage is done. A unit that waits for nothing and has not arrived is idle: nobody
    holds the pen.
    """

    unit: str
    days: dict[str, int]
    waits: tuple[Wait, ...]
    to_come: tuple[str, ...]

    @property
    def has_arrived(self) -> bool:
        return not self.waits and not self.to_come

    @property
    def is_idle(self) -> bool:
        return not self.waits and bool(self.to_come)


@dataclass(frozen=True, slots=True)
class StageTime:
    """One stage over all units: how many wait in it and how many left it; `median_days` counts the open ones too.

    It is None where fewer than half have finished by any day watched.
    """

    stage: str
    waiting: int
    stuck: int
    finished: int
    median_days: int | None


def board(entries: Iterable[Entry], stages: Sequence[Stage], on: date) -> list[UnitPlace]:
    """Each unit as it stood on a day, the longest stuck first, then by name; ForcesError lists contradictions."""
    known = sorted(_known(entries, stages, on), key=lambda entry: (entry.unit, _order(stages, entry)))
    places = [_place(unit, list(own), stages, on) for unit, own in groupby(known, key=lambda entry: entry.unit)]
    return sorted(places, key=lambda place: (-_longest_over(place), place.unit))


def stage_times(entries: Iterable[Entry], stages: Sequence[Stage], on: date) -> list[StageTime]:
    """The stages in their order as they stood on a day."""
    known = _known(entries, stages, on)
    return [_stage_time(stage, [entry for entry in known if entry.stage == stage.name], on) for stage in stages]


def stuck(places: Iterable[UnitPlace]) -> list[Wait]:
    """Every wait that is stuck, the longest over its time first."""
    waits = [wait for place in places for wait in place.waits if wait.is_stuck]
    return sorted(waits, key=lambda wait: (wait.stuck_after_days - wait.days, wait.unit, wait.stage))


def _known(entries: Iterable[Entry], stages: Sequence[Stage], on: date) -> list[Entry]:
    """The entries as they were known on a day: what came later is not there, what ended later is open."""
    listed = list(entries)
    if problems := _contradictions(listed, [stage.name for stage in stages]):
        raise ForcesError(problems)
    return [
        Entry(e.unit, e.stage, e.entered_on, e.done_on if e.done_on and e.done_on <= on else None, e.holder)
        for e in listed
        if e.entered_on <= on
    ]


def _contradictions(entries: Sequence[Entry], stages: Sequence[str]) -> list[str]:
    problems, seen = [], set[tuple[str, str]]()
    for entry in entries:
        if entry.stage not in stages:
            problems.append(
                _(
                    "{unit}: {stage!r} is not a stage; known are {stages}",
                    unit=entry.unit,
                    stage=entry.stage,
                    stages=", ".join(stages),
                )
            )
        if entry.done_on and entry.done_on < entry.entered_on:
            problems.append(
                _(
                    "{unit}, {stage}: was done on {done_on}, before {entered_on}",
                    unit=entry.unit,
                    stage=entry.stage,
                    done_on=entry.done_on,
                    entered_on=entry.entered_on,
                )
            )
        if (entry.unit, entry.stage) in seen:
            problems.append(_("{unit}, {stage}: is there twice", unit=entry.unit, stage=entry.stage))
        seen.add((entry.unit, entry.stage))
    return problems


def _order(stages: Sequence[Stage], entry: Entry) -> int:
    return [stage.name for stage in stages].index(entry.stage)


def _place(unit: str, entries: Sequence[Entry], stages: Sequence[Stage], on: date) -> UnitPlace:
    by_name = {stage.name: stage for stage in stages}
    waits = tuple(
        Wait(
            unit,
            entry.stage,
            entry.holder or by_name[entry.stage].holder,
            entry.entered_on,
            (on - entry.entered_on).days,
            by_name[entry.stage].stuck_after_days,
        )
        for entry in entries
        if entry.done_on is None
    )
    entered = {entry.stage for entry in entries}
    days = {entry.stage: _days(entry, on) for entry in entries}
    return UnitPlace(unit, days, waits, tuple(stage.name for stage in stages if stage.name not in entered))


def _days(entry: Entry, on: date) -> int:
    return ((entry.done_on or on) - entry.entered_on).days


def _longest_over(place: UnitPlace) -> int:
    return max((wait.days - wait.stuck_after_days for wait in place.waits if wait.is_stuck), default=0)


def _stage_time(stage: Stage, entries: Sequence[Entry], on: date) -> StageTime:
    waiting = [entry for entry in entries if entry.done_on is None]
    watched = [Watched(_days(entry, on), DONE if entry.done_on else None) for entry in entries]
    half = median(product_limit(watched, DONE)).days if watched else None
    over = sum(_days(entry, on) > stage.stuck_after_days for entry in waiting)
    return StageTime(stage.name, len(waiting), over, len(entries) - len(waiting), half)
