"""Which words, causes of delay, thresholds and working calendars do findings use?"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _
from bluehelm.spine.course import State
from bluehelm.spine.working_days import WorkingCalendar

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Days = Annotated[int, Field(ge=1)]


class Word(BaseModel):
    """One word of a vocabulary: as stored, as shown, and what it means."""

    model_config = STRICT

    word: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    title: Text
    meaning: Text


Words = Annotated[tuple[Word, ...], Field(strict=False, min_length=1)]


def _each_once(words: Iterable[str]) -> None:
    listed = list(words)
    if twice := sorted({word for word in listed if listed.count(word) > 1}):
        raise ValueError(_("{twice}: listed more than once", twice=", ".join(twice)))


class Vocabulary(Header):
    """The words of the ledger; severities from the gravest down, states in the order of the chain."""

    domains: Words
    severities: Words
    confidences: Words
    states: Words

    @field_validator("domains", "severities", "confidences", "states")
    @classmethod
    def _a_word_is_listed_once(cls, words: tuple[Word, ...]) -> tuple[Word, ...]:
        _each_once(word.word for word in words)
        return words

    @field_validator("states")
    @classmethod
    def _states_are_those_of_the_course(cls, words: tuple[Word, ...]) -> tuple[Word, ...]:
        if [word.word for word in words] != [state.value for state in State]:
            raise ValueError(_("must be, in this order: {state}", state=", ".join(state.value for state in State)))
        return words


class CausesOfDelay(Header):
    """What a recommendation may be waiting for."""

    causes: Words

    @field_validator("causes")
    @classmethod
    def _a_cause_is_listed_once(cls, causes: tuple[Word, ...]) -> tuple[Word, ...]:
        _each_once(cause.word for cause in causes)
        return causes


class FollowThrough(Header):
    """When cases are too few, at which days shares are given, when posts are reminded, what counts as alike."""

    least_cases: Days
    confidence_level: Annotated[float, Field(gt=0, lt=1)]
    horizons_days: Annotated[tuple[Days, ...], Field(strict=False, min_length=1)]
    remind_before: Annotated[tuple[Days, ...], Field(strict=False)]
    remind_again_every: Days
    look_at_a_proposal_within: Days
    decide_within: Days
    begin_within: Days
    alike_from: Annotated[int, Field(ge=1, le=100)]


class Holiday(BaseModel):
    """A day on which a duty station does not work."""

    model_config = STRICT

    day: date
    name: Text


class CalendarEntry(BaseModel):
    """A duty station's calendar; `complete` says whether all its holidays of the listed time are here."""

    model_config = STRICT

    place: Text
    weekend: Annotated[tuple[Weekday, ...], Field(strict=False, max_length=6)]
    listed_from: date
    listed_until: date
    complete: bool
    holidays: Annotated[tuple[Holiday, ...], Field(strict=False)]

    @field_validator("holidays")
    @classmethod
    def _holidays_lie_in_the_listed_time(cls, holidays: tuple[Holiday, ...], info: ValidationInfo) -> Any:
        first, last = info.data.get("listed_from"), info.data.get("listed_until")
        outside = [f"{one.day}" for one in holidays if first and last and not first <= one.day <= last]
        if outside:
            raise ValueError(
                _("{outside}: outside {first} to {last}", outside=", ".join(outside), first=first, last=last)
            )
        _each_once(f"{one.day}" for one in holidays)
        return holidays

    def calendar(self) -> WorkingCalendar:
        weekend = frozenset(WEEKDAYS.index(day) + 1 for day in self.weekend)
        named = {one.day: one.name for one in self.holidays}
        return WorkingCalendar(self.place, weekend, named, self.listed_from, self.listed_until)


class WorkingCalendars(Header):
    """The calendars by place; `elsewhere` names the one of places that have none."""

    elsewhere: Text
    calendars: Annotated[tuple[CalendarEntry, ...], Field(strict=False, min_length=1)]

    @field_validator("calendars")
    @classmethod
    def _one_of_them_serves_elsewhere(cls, calendars: tuple[CalendarEntry, ...], info: ValidationInfo) -> Any:
        _each_once(entry.place for entry in calendars)
        if (elsewhere := info.data.get("elsewhere")) not in {entry.place for entry in calendars}:
            raise ValueError(_("none of them is {elsewhere!r}, which is to serve elsewhere", elsewhere=elsewhere))
        return calendars

    def by_place(self) -> dict[str, WorkingCalendar]:
        return {entry.place: entry.calendar() for entry in self.calendars}


def parse_vocabulary(text: str, where: str) -> Vocabulary:
    """The words from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(Vocabulary, content, where, problems)


def parse_causes_of_delay(text: str, where: str) -> CausesOfDelay:
    """The causes from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(CausesOfDelay, content, where, problems)


def parse_follow_through(text: str, where: str) -> FollowThrough:
    """The thresholds from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(FollowThrough, content, where, problems)


def parse_working_calendars(text: str, where: str) -> WorkingCalendars:
    """The calendars from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(WorkingCalendars, content, where, problems)
