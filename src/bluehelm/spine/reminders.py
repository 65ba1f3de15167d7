"""What is waiting for which post, since when, and is today a day to say so?

A reminder stands for as long as somebody must act. Its day is the due day, or the next working day where that is a
holiday or a weekend, and the reminder says so. Nobody is reminded of what cannot be done yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bluehelm.spine.working_days import WorkingCalendar

Need = Literal["look at a proposal", "decide", "begin", "implement", "read the effect"]


@dataclass(frozen=True, slots=True)
class Open:
    """Something that a post has to do about a finding; `place` is the post's duty station."""

    finding: int
    title: str
    need: Need
    post: str
    place: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Ladder:
    """When to remind: this many working days before the day, and again every so many after it."""

    before: tuple[int, ...]
    again_every: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """`falls_on` is the working day that counts and `moved_because` why it is not the due day.

    `working_days_left` is 0 on the day and negative when late. `holidays_known` is False where the calendar does not
    list the holidays of that time.
    """

    open: Open
    falls_on: date
    moved_because: str
    working_days_left: int
    say_today: bool
    holidays_known: bool

    @property
    def is_late(self) -> bool:
        return self.working_days_left < 0


def reminders(
    waiting: Iterable[Open], calendars: Mapping[str, WorkingCalendar], ladder: Ladder, today: date, *, elsewhere: str
) -> list[Reminder]:
    """A reminder of everything that waits, the longest overdue first.

    `elsewhere` names the calendar of duty stations that have none of their own.
    """
    told = [_reminder(one, calendars.get(one.place) or calendars[elsewhere], ladder, today) for one in waiting]
    return sorted(told, key=lambda reminder: (reminder.falls_on, reminder.open.finding, reminder.open.need))


def _reminder(one: Open, calendar: WorkingCalendar, ladder: Ladder, today: date) -> Reminder:
    falls_on = calendar.on_or_after(one.due_on)
    left = calendar.between(today, falls_on)
    # A day that is past but followed by no working day yet is late all the same.
    left = min(left, -1) if falls_on < today else left
    return Reminder(
        open=one,
        falls_on=falls_on,
        moved_because=calendar.why_closed(one.due_on),
        working_days_left=left,
        say_today=not calendar.why_closed(today) and _is_rung(ladder, left),
        holidays_known=calendar.knows(one.due_on) and calendar.knows(today),
    )


def _is_rung(ladder: Ladder, left: int) -> bool:
    return left in ladder.before or left == 0 or (left < 0 and -left % ladder.again_every == 0) or left == -1
