"""Which observers form which teams, of mixed nationalities, with the languages and the knowledge of the area they need?

Observers are posts of a roster, never names. A team is complete when it has its size, at most so many of one
nationality, a speaker of each language it needs and somebody who knows its area where it asks for that. Nobody serves
in a team whose mission, area or task a caveat names; hours are for rosters of the day. Where a team says until when it
stays, nobody serves whose offer ends before; where it says a level, nobody under it or of an unknown one. First as many
complete teams as possible count, the most important first; then knowledge of the area; then early arrival. A team
starts on the day its last member is there, and not before its own first day.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from bluehelm.forces.caveats import Caveat, names
from bluehelm.forces.supply import ForcesError, Level
from bluehelm.language import _
from bluehelm.optimise.programs import Clock, Floats, Program, Truths, cheapest


@dataclass(frozen=True, slots=True)
class Observer:
    """One place on the roster, ready to travel from a day on; `areas` are those it knows, `caveats` what it may not.

    `until_on` is the last day of the offer, None where it has no end; `level` is None where it is unknown.
    """

    id: str
    nationality: str
    languages: frozenset[str]
    areas: frozenset[str]
    from_on: date
    caveats: tuple[Caveat, ...] = ()
    until_on: date | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class TeamNeed:
    """A team asked for; `priority` 1 is the highest; `most_of_one` is the most members of one nationality."""

    id: str
    area: str
    size: int
    languages: frozenset[str]
    most_of_one: int
    needs_area_knowledge: bool
    priority: int
    excluded_nationalities: frozenset[str] = frozenset()
    mission: str = ""
    tasks: frozenset[str] = frozenset()
    from_on: date | None = None
    until_on: date | None = None
    min_level: Level | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A complete team: its members by id, the day it can start, and who knows the area."""

    need: TeamNeed
    members: tuple[Observer, ...]

    @property
    def starts_on(self) -> date:
        return max(self.need.from_on or date.min, *(member.from_on for member in self.members))

    @property
    def know_the_area(self) -> tuple[str, ...]:
        return tuple(member.id for member in self.members if self.need.area in member.areas)


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why a team cannot be formed from what is left on the roster: each rule with what it needs and what there is."""

    team: str
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StartDay:
    """A day on which observers arrive or teams start: so many there in all, and the teams that start."""

    on: date
    arrived: int
    starting: tuple[str, ...]
    operating: int


@dataclass(frozen=True, slots=True)
class RuledOut:
    """One who is left and could serve in a team but for its days or its level: each reason with the teams it is of."""

    observer: str
    availability: tuple[str, ...]
    level: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """Teams by id, what is short, the start-up day by day, who is left, and who of these was no candidate."""

    teams: tuple[Team, ...]
    short: tuple[Shortage, ...]
    days: tuple[StartDay, ...]
    left: tuple[str, ...]
    is_proved: bool
    ruled_out: tuple[RuledOut, ...] = ()


def form_teams(observers: Iterable[Observer], needs: Iterable[TeamNeed], clock: Clock) -> Roster:
    """The best teams; ForcesError lists teams that ask for what no roster could give."""
    roster = sorted(observers, key=lambda observer: observer.id)
    asked = sorted(needs, key=lambda need: need.id)
    if problems := [problem for need in asked for problem in _impossible(need)]:
        raise ForcesError(problems)
    model = _Teams(roster, asked)
    choice, is_proved = _best_by_stages(model, clock)
    teams = model.teams(choice)
    used = {member.id for team in teams for member in team.members}
    left = [observer for observer in roster if observer.id not in used]
    formed = {team.need.id for team in teams}
    short = tuple(Shortage(need.id, tuple(lacks(need, left))) for need in asked if need.id not in formed)
    return Roster(
        teams, short, tuple(_days(teams)), tuple(observer.id for observer in left), is_proved, _ruled_out(left, asked)
    )


def _ruled_out(left: Iterable[Observer], asked: Iterable[TeamNeed]) -> tuple[RuledOut, ...]:
    found = []
    for observer in left:
        open_to = [need for need in asked if _is_welcome(observer, need)]
        days = tuple(need.id for need in open_to if not _is_there(observer, need))
        levels = tuple(need.id for need in open_to if not _is_of_level(observer, need))
        if days or levels:
            found.append(RuledOut(observer.id, days, levels))
    return tuple(found)


def _best_by_stages(model: "_Teams", clock: Clock) -> tuple[Truths, bool]:
    program, choice, is_proved = model.program(), model.nothing(), True
    for cost in model.stages():
        best = cheapest(program, cost, clock, choice)
        choice = best.choice if best.choice is not None else choice
        is_proved = is_proved and best.is_proved
        program = program.and_at_least(-cost, -round(float(cost[choice].sum())))
    return choice, is_proved


def _impossible(need: TeamNeed) -> list[str]:
    problems = []
    if need.size < 1 or need.most_of_one < 1:
        problems.append(_("team {id}: needs a size and a most of one nationality of 1 or more", id=need.id))
    return problems


def may_serve(observer: Observer, need: TeamNeed) -> bool:
    """Whether neither the team leaves out its nationality nor a caveat the team, and days and level are enough."""
    return _is_welcome(observer, need) and _is_there(observer, need) and _is_of_level(observer, need)


def _is_there(observer: Observer, need: TeamNeed) -> bool:
    """Whether the offer lasts as long as the team stays; who comes later than the team's first day delays its start."""
    last = need.until_on or need.from_on
    lasts = observer.until_on is None or last is None or observer.until_on >= last
    return lasts and (need.until_on is None or observer.from_on <= need.until_on)


def _is_of_level(observer: Observer, need: TeamNeed) -> bool:
    return need.min_level is None or (observer.level is not None and observer.level >= need.min_level)


def _is_welcome(observer: Observer, need: TeamNeed) -> bool:
    return observer.nationality not in need.excluded_nationalities and not any(
        names(caveat, mission=need.mission, area=need.area, tasks=need.tasks) for caveat in observer.caveats
    )


def lacks(need: TeamNeed, free: Sequence[Observer]) -> list[str]:
    """Each rule that those free could not keep by themselves; where each could be kept alone, that they clash."""
    able = [observer for observer in free if may_serve(observer, need)]
    nations = Counter(observer.nationality for observer in able)
    found = []
    if len(able) < need.size:
        found.append(_("size: {size} needed, {number} free", size=need.size, number=len(able)))
    elif (most := sum(min(number, need.most_of_one) for number in nations.values())) < need.size:
        found.append(
            _(
                "nationalities: {size} needed, {most} with at most {most_of_one} of one",
                size=need.size,
                most=most,
                most_of_one=need.most_of_one,
            )
        )
    found += [
        _("language {one}: nobody free speaks it", one=one) for one in sorted(need.languages) if not _speaks(able, one)
    ]
    if need.needs_area_knowledge and not any(need.area in observer.areas for observer in able):
        found.append(_("area {area}: nobody free knows it", area=need.area))
    return (
        [*found, *_no_candidates(need, free)] if found else [_("those free keep each rule alone and not all together")]
    )


def _no_candidates(need: TeamNeed, free: Iterable[Observer]) -> Iterator[str]:
    """How many of those free are no candidates for their days, and for their level."""
    welcome = [observer for observer in free if _is_welcome(observer, need)]
    if gone := sum(not _is_there(observer, need) for observer in welcome):
        until = need.until_on or need.from_on
        yield _("availability: {number} are not there until {until}", number=gone, until=until)
    if under := sum(not _is_of_level(observer, need) for observer in welcome):
        yield _("level: {number} under {level}, or of an unknown one", number=under, level=need.min_level)


def _speaks(observers: Iterable[Observer], language: str) -> bool:
    return any(language in observer.languages for observer in observers)


def faults(roster: Roster) -> list[str]:
    """Every rule that a roster breaks, found without the solver; empty for a sound one."""
    used = Counter(member.id for team in roster.teams for member in team.members)
    found = [
        _("{name}: serves in {number} teams", name=name, number=number) for name, number in used.items() if number > 1
    ]
    for team in roster.teams:
        nations = Counter(member.nationality for member in team.members)
        if len(team.members) != team.need.size:
            found.append(
                _("{id}: {number} members of {size}", id=team.need.id, number=len(team.members), size=team.need.size)
            )
        if max(nations.values()) > team.need.most_of_one:
            found.append(_("{id}: too many of one nationality", id=team.need.id))
        if set(nations) & team.need.excluded_nationalities:
            found.append(_("{id}: a nationality that is excluded", id=team.need.id))
        limits = [caveat for member in team.members for caveat in member.caveats]
        if any(names(one, mission=team.need.mission, area=team.need.area, tasks=team.need.tasks) for one in limits):
            found.append(_("{id}: a caveat names its mission, area or task", id=team.need.id))
        if not all(_is_there(member, team.need) and _is_of_level(member, team.need) for member in team.members):
            found.append(_("{id}: a member that is not there until its last day, or under its level", id=team.need.id))
        found += [
            _("{id}: nobody speaks {one}", id=team.need.id, one=one)
            for one in team.need.languages
            if not _speaks(team.members, one)
        ]
        if team.need.needs_area_knowledge and not team.know_the_area:
            found.append(_("{id}: nobody knows the area", id=team.need.id))
    return found


def _days(teams: Sequence[Team]) -> Iterable[StartDay]:
    arrivals = [member.from_on for team in teams for member in team.members]
    operating = 0
    for day in sorted({*arrivals, *(team.starts_on for team in teams)}):
        starting = tuple(team.need.id for team in teams if team.starts_on == day)
        operating += len(starting)
        yield StartDay(day, sum(arrival <= day for arrival in arrivals), starting, operating)


class _Teams:
    """A 0-1 column for each team, then one for each observer who may serve in a team."""

    def __init__(self, roster: Sequence[Observer], asked: Sequence[TeamNeed]) -> None:
        self.roster, self.asked = roster, asked
        self.pairs = [
            (place, number)
            for place, need in enumerate(asked)
            for number, observer in enumerate(roster)
            if may_serve(observer, need)
        ]
        self._row: list[int] = []
        self._column: list[int] = []
        self._value: list[float] = []
        self._most: list[float] = []

    def nothing(self) -> Truths:
        return np.zeros(len(self.asked) + len(self.pairs), dtype=bool)

    def program(self) -> Program:
        for place, need in enumerate(self.asked):
            own = [(len(self.asked) + n, self.roster[o]) for n, (team, o) in enumerate(self.pairs) if team == place]
            self._add([column for column, _rest in own], place, need.size)
            self._least([column for column, _rest in own], place, need.size)
            for nation in sorted({observer.nationality for _rest, observer in own}):
                same = [column for column, observer in own if observer.nationality == nation]
                if len(same) > need.most_of_one:
                    self._add(same, place, need.most_of_one)
            for language in sorted(need.languages):
                self._least([column for column, observer in own if language in observer.languages], place, 1)
            if need.needs_area_knowledge:
                self._least([column for column, observer in own if need.area in observer.areas], place, 1)
        for number in range(len(self.roster)):
            serving = [len(self.asked) + n for n, (_rest, o) in enumerate(self.pairs) if o == number]
            if len(serving) > 1:
                self._add(serving, None, 1)
        triplets = (np.array(self._row, np.int64), np.array(self._column, np.int64), np.array(self._value, np.float64))
        return Program(len(self.nothing()), np.array(self._most, np.float64), *triplets)

    def _add(self, columns: Sequence[int], team: int | None, most: int) -> None:
        """At most so many of the columns: of a team that is not formed, none."""
        self._entries(columns, 1.0, team, -float(most))
        self._most.append(0.0 if team is not None else float(most))

    def _least(self, columns: Sequence[int], team: int, least: int) -> None:
        """At least so many of the columns when the team is formed."""
        self._entries(columns, -1.0, team, float(least))
        self._most.append(0.0)

    def _entries(self, columns: Sequence[int], value: float, team: int | None, of_team: float) -> None:
        place = len(self._most)
        named = [*columns, *([team] if team is not None else [])]
        self._row += [place] * len(named)
        self._column += named
        self._value += [value] * len(columns) + ([of_team] if team is not None else [])

    def stages(self) -> Iterator[Floats]:
        """What counts, one after the other, as a cost: teams by priority, knowledge of areas, order of arrival."""
        members = np.zeros(len(self.pairs))
        for priority in sorted({need.priority for need in self.asked}):
            yield np.array([*(-float(need.priority == priority) for need in self.asked), *members])
        teams = np.zeros(len(self.asked))
        yield np.array([*teams, *(-float(self.asked[t].area in self.roster[o].areas) for t, o in self.pairs)])
        late = {day: place for place, day in enumerate(sorted({observer.from_on for observer in self.roster}))}
        yield np.array([*teams, *(float(late[self.roster[o].from_on]) for _rest, o in self.pairs)])

    def teams(self, choice: Truths) -> tuple[Team, ...]:
        members: dict[int, list[Observer]] = {}
        for place in np.flatnonzero(choice[len(self.asked) :]).tolist():
            team, number = self.pairs[place]
            members.setdefault(team, []).append(self.roster[number])
        return tuple(Team(self.asked[team], tuple(own)) for team, own in sorted(members.items()))
