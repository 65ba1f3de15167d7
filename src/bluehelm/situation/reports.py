"""What does a report say of what happened, when, where, to whom, and how far is it to be believed?

A report is somebody's word. How reliable the source is (A to F) and how credible what it says (1 to 6) are graded
apart, as NATO's and the United Nations' handling of information has it: a good source can be wrong, a doubtful one
right. What nobody counted is unknown and never zero; a range holds the truth between its ends, and `3+` has no upper
one. Actors are groups and forces, never persons.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bluehelm.language import _

Sort = Literal["incident", "event", "activity"]
SORTS = ("incident", "event", "activity")
CERTAINTIES = ("exact", "hours", "day", "days")
SOURCE_TYPES = ("seen", "community", "partner", "authorities", "media", "other")
"""Kinds of source: who stands behind a report is never said by more than that."""
"""How exactly the time is known: to the minute, within some hours, the day, several days."""
PLACED_BY = ("gazetteer", "map", "description")
"""How the place was found: by its name, by a point on a map or device, by words alone."""
ROLES = ("perpetrator", "target", "participant")
OUTCOMES = ("killed", "injured", "abducted", "violated", "displaced")
GROUPS = ("women", "men", "girls", "boys")
RELIABILITIES = {
    "A": "completely reliable", "B": "usually reliable", "C": "fairly reliable", "D": "not usually reliable",
    "E": "unreliable", "F": "cannot be judged",
}  # fmt: skip
CREDIBILITIES = {
    "1": "confirmed by others", "2": "probably true", "3": "possibly true", "4": "doubtful", "5": "improbable",
    "6": "cannot be judged",
}  # fmt: skip
VERIFICATIONS = ("unverified", "being-verified", "verified", "not-confirmed", "refuted")
SETTLED = ("verified", "not-confirmed", "refuted")
MOST_PERSONS = 1_000_000
_RANGE = re.compile(r"(\d{1,7})(?:\s*(?:-|–|to)\s*(\d{1,7})|(\+))?")


class ReportError(ValueError):
    """A report cannot be taken in as it stands; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Range:
    """Between how many persons; `high` is None where nobody can say how many more."""

    low: int
    high: int | None

    @classmethod
    def read(cls, text: str) -> "Range | None":
        """`3`, `2-5` or `3+`; None for an empty text or a question mark, which is unknown. ValueError else."""
        said = text.strip()
        if said in ("", "?"):
            return None
        found = _RANGE.fullmatch(said)
        if found is None:
            raise ValueError(_("{said!r} is no number of persons; write 3, 2-5, 3+ or nothing", said=said[:40]))
        low = int(found[1])
        high = None if found[3] else int(found[2] or found[1])
        if low > MOST_PERSONS or (high is not None and not low <= high <= MOST_PERSONS):
            raise ValueError(_("{said!r} does not run from fewer to more, up to a million", said=said))
        return cls(low, high)

    def __str__(self) -> str:
        if self.high is None:
            return f"{self.low}+"
        return f"{self.low}" if self.low == self.high else f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class Party:
    """A group or force and its part in what happened."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Harm:
    """One outcome: all persons, and those of each group as far as they were told apart."""

    outcome: str
    total: Range | None
    groups: Mapping[str, Range] = field(default_factory=dict)

    @property
    def persons(self) -> Range | None:
        """All persons: the total said, or at least those told apart; None when nobody counted."""
        if self.total is not None or not self.groups:
            return self.total
        return Range(sum(one.low for one in self.groups.values()), None)

    def problems(self) -> list[str]:
        told = sum(one.low for one in self.groups.values())
        if self.total is not None and self.total.high is not None and told > self.total.high:
            return [
                _(
                    "{outcome}: {told} women, men, girls and boys are more than the {total} in all",
                    outcome=self.outcome,
                    told=told,
                    total=self.total,
                )
            ]
        return []


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `latitude`, `longitude` in degrees WGS84, `precision` from 1 the place to 7 anywhere, as UCDP's."""

    key: int
    type: str
    from_at: datetime
    until_at: datetime
    certainty: str = "hours"
    place: str = ""
    placed_by: str = "description"
    precision: int = 7
    latitude: float | None = None
    longitude: float | None = None
    parties: tuple[Party, ...] = ()
    harm: tuple[Harm, ...] = ()
    narrative: str = ""
    response: str = ""
    source_type: str = ""

    def of(self, outcome: str) -> Range | None:
        """How many persons an outcome concerns; None when unknown."""
        return next((one.persons for one in self.harm if one.outcome == outcome), None)

    def names_of(self, role: str) -> tuple[str, ...]:
        return tuple(party.name for party in self.parties if party.role == role)


def problems_of(report: Report, types: Iterable[str], now: datetime) -> list[str]:
    """Everything that is wrong with a report as it stands; empty when it can be taken in."""
    return [
        *([] if report.type in set(types) else [_("{type!r} is no type of report", type=report.type)]),
        *_problems_of_time(report, now),
        *_problems_of_place(report),
        *(problem for harm in report.harm for problem in harm.problems()),
        *_problems_of_words(report),
    ]


def _problems_of_time(report: Report, now: datetime) -> list[str]:
    problems = []
    if report.certainty not in CERTAINTIES:
        problems.append(_("{certainty!r} is no certainty of a time", certainty=report.certainty))
    if report.until_at < report.from_at:
        problems.append(_("it ends before it begins"))
    if report.from_at > now + timedelta(minutes=15):
        problems.append(_("it has not happened yet: a report tells what was seen"))
    if report.from_at < datetime(1945, 10, 24, tzinfo=now.tzinfo):
        problems.append(_("it lies before the United Nations"))
    return problems


def _problems_of_place(report: Report) -> list[str]:
    problems = []
    latitude, longitude = report.latitude, report.longitude
    if (latitude is None) != (longitude is None):
        problems.append(_("a point has a latitude and a longitude"))
    elif latitude is not None and not (abs(latitude) <= 90 and abs(longitude or 0) <= 180):
        problems.append(_("{latitude}, {longitude} is no point on Earth", latitude=latitude, longitude=longitude))
    elif latitude is None and not report.place.strip():
        problems.append(_("say where: a name, a point or a description"))
    if report.placed_by not in PLACED_BY:
        problems.append(_("{placed_by!r} is no way of placing", placed_by=report.placed_by))
    if not 1 <= report.precision <= 7:
        problems.append(_("the precision of a place runs from 1 to 7"))
    return problems


def _problems_of_words(report: Report) -> list[str]:
    problems = [] if report.narrative.strip() else [_("say what happened")]
    if report.source_type and report.source_type not in SOURCE_TYPES:
        problems.append(_("{source!r} is no kind of source", source=report.source_type))
    problems += [
        _("{role!r} is no part in what happened", role=party.role)
        for party in report.parties
        if party.role not in ROLES
    ]
    problems += [
        _("{outcome!r} is no outcome", outcome=harm.outcome) for harm in report.harm if harm.outcome not in OUTCOMES
    ]
    return problems


def is_late(received_at: datetime, settled_at: datetime | None, now: datetime, within_hours: int) -> bool:
    """Whether a person said later than `within_hours` after it was received if it is so, or has not said by then."""
    return (settled_at or now) - received_at > timedelta(hours=within_hours)


def is_grade(reliability: str, credibility: str) -> bool:
    """Whether both grades are on their scales; an empty one says that nobody has graded yet."""
    return reliability in ("", *RELIABILITIES) and credibility in ("", *CREDIBILITIES)
