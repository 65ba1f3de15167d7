"""What does a mission owe, to whom, how often, and on which days is it due?

Regular duties recur by a rule of the iCalendar standard (RFC 5545); others hang on a date of the mission's own, such as
the day its mandate ends. A duty that falls on a closed day moves as its entry says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from dateutil.rrule import rrule, rruleset, rrulestr
from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _
from bluehelm.spine.working_days import WorkingCalendar

Code = Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]


class Anchor(BaseModel):
    """A date that each mission has of its own."""

    model_config = STRICT

    anchor: Code
    title: Text


class Duty(BaseModel):
    """Something owed; by `rule`, or so many `days` after an anchor (before it where negative)."""

    model_config = STRICT

    duty: Code
    title: Text
    what: Text
    asked_by: Text
    role: Code
    rule: Text | None = None
    anchor: Code | None = None
    days: int = 0
    on_a_closed_day: Literal["next", "previous", "same"]

    @field_validator("rule")
    @classmethod
    def _can_be_read(cls, rule: str | None) -> str | None:
        if rule is not None:
            if "DTSTART" in rule.upper() or "COUNT" in rule.upper() or "UNTIL" in rule.upper():
                raise ValueError(_("begins and ends with the definition, not with DTSTART, COUNT or UNTIL"))
            rrulestr(rule, dtstart=datetime(2000, 1, 1))  # noqa: DTZ001  # days, not instants
        return rule

    @model_validator(mode="after")
    def _is_due_in_one_way(self) -> "Duty":
        if (self.rule is None) == (self.anchor is None):
            raise ValueError(_("is due by a rule or by an anchor, one of the two"))
        return self


class Rhythm(Header):
    """The duties of a mission and the dates they hang on, in the order of the file."""

    anchors: Annotated[tuple[Anchor, ...], Field(strict=False)]
    duties: Annotated[tuple[Duty, ...], Field(strict=False)]

    @field_validator("duties")
    @classmethod
    def _duties_hang_on_known_anchors(cls, duties: tuple[Duty, ...], info: ValidationInfo) -> tuple[Duty, ...]:
        known = {anchor.anchor for anchor in info.data.get("anchors", ())}
        if unknown := {duty.anchor for duty in duties if duty.anchor} - known:
            raise ValueError(_("{unknown}: not among the anchors", unknown=", ".join(sorted(unknown))))
        if len({duty.duty for duty in duties}) < len(duties):
            raise ValueError(_("a duty is listed twice"))
        return duties


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A duty on one of its days; `named_on` is the day the rule names, before it moved off a closed day."""

    due_on: date
    duty: str
    named_on: date


def due_days(
    duty: Duty,
    first: date,
    last: date,
    *,
    since: date,
    calendar: WorkingCalendar,
    anchored: Iterable[date] = (),
) -> list[Due]:
    """The days from `first` to `last` on which a duty is due, in order; each once, though two named days may meet.

    A rule counts from `since`. `anchored` are the mission's dates for the duty's anchor; without one nothing is due.
    """
    named = _by_rule(duty.rule, first, last, since) if duty.rule else _by_anchor(duty, anchored)
    moved: dict[date, Due] = {}
    for day in named:
        due_on = _moved(duty, day, calendar)
        if first <= due_on <= last:
            moved.setdefault(due_on, Due(due_on, duty.duty, day))
    return sorted(moved.values())


MARGIN = timedelta(days=14)
"""No run of closed days is longer: a duty named outside the window may move into it."""


def _by_rule(rule: str, first: date, last: date, since: date) -> list[date]:
    recurring = rrulestr(rule, dtstart=_start(since))
    assert isinstance(recurring, rrule | rruleset)
    found = recurring.between(_start(first - MARGIN), _start(last + MARGIN), inc=True)
    return [instant.date() for instant in found]


def _by_anchor(duty: Duty, anchored: Iterable[date]) -> list[date]:
    reach = timedelta(days=abs(duty.days)) + MARGIN
    in_reach = (day for day in anchored if date.min + reach <= day <= date.max - reach)  # beyond it there are no days
    return sorted(day + timedelta(days=duty.days) for day in in_reach)


def _moved(duty: Duty, day: date, calendar: WorkingCalendar) -> date:
    if duty.on_a_closed_day == "same" or not calendar.why_closed(day):
        return day
    return calendar.on_or_after(day) if duty.on_a_closed_day == "next" else calendar.plus(day, -1)


def _start(day: date) -> datetime:
    return datetime.combine(day, time())


def all_due(
    rhythm: Rhythm, first: date, last: date, *, calendar: WorkingCalendar, anchored: Mapping[str, Iterable[date]]
) -> list[Due]:
    """Everything due from `first` to `last`, earliest first."""
    return sorted(
        due
        for duty in rhythm.duties
        for due in due_days(
            duty,
            first,
            last,
            since=rhythm.valid_from,
            calendar=calendar,
            anchored=anchored.get(duty.anchor, ()) if duty.anchor else (),
        )
    )


def parse_rhythm(text: str, where: str) -> Rhythm:
    """The rhythm from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(Rhythm, content, where, problems)
