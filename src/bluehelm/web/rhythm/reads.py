"""What is due to a mission and to a post, what is late, and what was done?"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from bluehelm.definitions.finding_rules import parse_working_calendars
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.rhythm import Duty, Rhythm, all_due, due_days, parse_rhythm
from bluehelm.language import called
from bluehelm.spine.working_days import WorkingCalendar
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.rights import rights
from bluehelm.web.rhythm.models import DutyDone, MissionDate

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""No date of a mission calendar lies outside: a wrong century is a slip of the pen."""

LOOK_BACK = timedelta(days=14)
LOOK_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Task:
    """A duty on a day, as a page shows it; `moved_from` is the closed day it was named for."""

    mission: str
    duty: Duty
    due_on: date
    moved_from: date | None
    done: DutyDone | None
    is_mine: bool
    is_late: bool
    may_be_done: bool

    @property
    def is_daily(self) -> bool:
        return (self.duty.rule or "").startswith("FREQ=DAILY")

    @property
    def role(self) -> str:
        return called(rights().role(self.duty.role).title)


def rhythm_of_the_house() -> Rhythm:
    """The data folder's own rhythm where it has one, else the packaged one."""
    own = Path(settings.BLUEHELM_HOME) / "definitions" / "rhythm.yaml"
    if own.is_file():
        return parse_rhythm(own.read_text(encoding="utf-8"), str(own.name))
    return _packaged()


@lru_cache(maxsize=1)
def _packaged() -> Rhythm:
    return parse_rhythm(packaged_text("rhythm.yaml"), "rhythm.yaml")


def working_calendar(place: str) -> WorkingCalendar:
    """The calendar of a duty station, or the general one; the data folder's own file counts before the packaged."""
    name = "findings/working_calendars.yaml"
    own = Path(settings.BLUEHELM_HOME) / "definitions" / "working_calendars.yaml"
    text = own.read_text(encoding="utf-8") if own.is_file() else packaged_text(name)
    calendars = parse_working_calendars(text, name)
    return calendars.by_place().get(place) or calendars.by_place()[calendars.elsewhere]


def is_due(actor: Actor, duty: Duty, day: date) -> bool:
    """Whether the actor's mission owes a duty on a day."""
    if actor.post is None or not EARLIEST <= day <= LATEST:
        return False
    known = MissionDate.objects.filter(mission=actor.post.mission, anchor=duty.anchor or "", withdrawn=False)
    anchored = list(known.values_list("on", flat=True))
    since, calendar = rhythm_of_the_house().valid_from, working_calendar(actor.post.duty_station)
    return bool(due_days(duty, day, day, since=since, calendar=calendar, anchored=anchored))


def tasks_of(actor: Actor, today: date) -> list[Task]:
    """What the actor's mission owes from two weeks ago to a month ahead, earliest first; empty without a mission."""
    if actor.post is None or not actor.post.mission or not actor.may("read", "duty"):
        return []
    mission, first, last = actor.post.mission, today - LOOK_BACK, today + LOOK_AHEAD
    return _tasks(actor, mission, first, last, today)


def _tasks(actor: Actor, mission: str, first: date, last: date, today: date) -> list[Task]:
    post = actor.post
    assert post is not None
    rhythm = rhythm_of_the_house()
    duties = {duty.duty: duty for duty in rhythm.duties}
    dates = MissionDate.objects.readable_by(actor).filter(mission=mission, withdrawn=False)
    anchored: dict[str, list[date]] = {}
    for known in dates:
        anchored.setdefault(known.anchor, []).append(known.on)
    done = {
        (row.duty, row.due_on): row
        for row in DutyDone.objects.readable_by(actor).filter(mission=mission, due_on__range=(first, last))
    }
    due = all_due(rhythm, first, last, calendar=working_calendar(post.duty_station), anchored=anchored)
    return [
        Task(
            mission,
            duties[one.duty],
            one.due_on,
            one.named_on if one.named_on != one.due_on else None,
            done.get((one.duty, one.due_on)),
            duties[one.duty].role == post.role,
            one.due_on < today and (one.duty, one.due_on) not in done,
            duties[one.duty].role == post.role and one.due_on <= today + timedelta(days=1),
        )
        for one in due
    ]
