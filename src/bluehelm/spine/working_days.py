"""Which days does a duty station work, and when is something due that falls on a holiday?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bluehelm.language import _


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """A duty station's calendar: weekend days as ISO weekdays (Monday 1, Sunday 7) and named holidays.

    `listed_from` to `listed_until` is the time whose holidays are listed; outside it only weekends are known.
    """

    place: str
    weekend: frozenset[int]
    holidays: Mapping[date, str]
    listed_from: date
    listed_until: date

    def __post_init__(self) -> None:
        if not self.weekend <= set(range(1, 8)) or len(self.weekend) == 7:
            raise ValueError(
                _("The weekend is a set of weekdays from 1 (Monday) to 7 (Sunday) that leaves one to work.")
            )

    def knows(self, day: date) -> bool:
        """Whether the holidays around a day are listed."""
        return self.listed_from <= day <= self.listed_until

    def why_closed(self, day: date) -> str:
        """The holiday's name, `weekend`, or an empty text on a working day."""
        return self.holidays.get(day) or ("weekend" if day.isoweekday() in self.weekend else "")

    def on_or_after(self, day: date) -> date:
        """The first working day from a day on."""
        while self.why_closed(day):
            day += timedelta(days=1)
        return day

    def plus(self, day: date, working_days: int) -> date:
        """The day so many working days after a day, or before it where the number is negative; 0 is the day itself."""
        step = timedelta(days=1 if working_days > 0 else -1)
        for _round in range(abs(working_days)):
            day += step
            while self.why_closed(day):
                day += step
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative when `last` comes before."""
        if last < first:
            return -self.between(last, first)
        days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
        return sum(not self.why_closed(day) for day in days)
