"""What is known of one unit: pledge, visits, caveats, training, evaluations, equipment, women by role?

The same form serves contingents, formed police and civilian components, which are assessed least. Evaluations follow
task, condition and standard: a task is met, partly met or not met under a named condition. Two raters of the same task
are compared before their ratings are believed; a retest that is met closes a shortfall. Few ratings are marked as few.
Nothing here adds up to a mark for a unit or a state, and there is no order among units.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bluehelm.forces.supply import ForcesError
from bluehelm.language import _

COMPONENTS = ("military", "police", "civilian")


class EvaluationRules(Protocol):
    """The scale from lowest to highest, the causes a shortfall may have, and how few ratings are few."""

    @property
    def scale(self) -> Sequence[str]: ...
    @property
    def causes(self) -> Sequence[str]: ...
    @property
    def few_ratings(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Rating:
    """One task of one unit rated on a day by one rater (a role); `cause` says why it was not fully met.

    Ratings of the same unit, task and day by different raters are of the same event.
    """

    unit: str
    component: str
    task: str
    condition: str
    standard: str
    on: date
    rater: str
    rating: str
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task as it stands: the newest ratings, whether raters differ, and whether a shortfall is open.

    `shortfall_since` is the day of the first rating below the highest since it was last met; None when none is open.
    A retest closes a shortfall only when every rater of that day finds it met. `closed_on` is the last such day.
    """

    task: str
    condition: str
    standard: str
    rated_on: date
    ratings: dict[str, str]
    raters_differ: bool
    shortfall_since: date | None
    closed_on: date | None
    causes: tuple[str, ...]
    times_rated: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two raters over the events both rated: the share of equal ratings and Cohen's kappa with linear weights.

    `kappa` is None when chance alone explains everything: both always gave the same one rating. `is_few` marks numbers
    too small to say anything.
    """

    rater: str
    other: str
    events: int
    equal_share: float
    kappa: float | None
    is_few: bool


@dataclass(frozen=True, slots=True)
class UnitCard:
    """One unit; what is not known is None or empty, and `missing` names it."""

    unit: str
    component: str | None
    contributor: str | None
    capability: str | None
    level: str | None
    caveats: tuple[str, ...]
    visits: tuple[Mapping[str, object], ...]
    certificates: tuple[Mapping[str, object], ...]
    equipment_short: tuple[Mapping[str, object], ...] | None
    women_by_role: dict[str, "WomenInRole"] | None
    tasks: tuple[TaskState, ...]
    ratings: int
    is_few: bool
    missing: tuple[str, ...]
    reply: str | None


@dataclass(frozen=True, slots=True)
class WomenInRole:
    """Women among those in a role; `share` None when either is unknown or nobody serves in it."""

    women: int | None
    people: int | None

    @property
    def share(self) -> float | None:
        return self.women / self.people if self.women is not None and self.people else None


@dataclass(frozen=True, slots=True)
class UnitFile:
    """What other records say of a unit; None is not known, an empty tuple is known to be none."""

    unit: str
    component: str | None = None
    contributor: str | None = None
    capability: str | None = None
    level: str | None = None
    caveats: tuple[str, ...] | None = None
    visits: tuple[Mapping[str, object], ...] | None = None
    certificates: tuple[Mapping[str, object], ...] | None = None
    equipment_short: tuple[Mapping[str, object], ...] | None = None
    women_by_role: Mapping[str, WomenInRole] | None = None
    reply: str | None = None


def unit_card(file: UnitFile, ratings: Iterable[Rating], rules: EvaluationRules) -> UnitCard:
    """The card of one unit; ForcesError lists ratings that are not on the scale or not of this unit."""
    own = [rating for rating in ratings if rating.unit == file.unit]
    if problems := _problems(own, rules):
        raise ForcesError(problems)
    tasks = task_states(own, rules)
    known = {
        "pledge": file.contributor,
        "level": file.level,
        "caveats": file.caveats,
        "visits": file.visits,
        "training": file.certificates,
        "equipment": file.equipment_short,
        "women by role": file.women_by_role,
        "evaluations": own or None,
    }
    return UnitCard(
        file.unit,
        file.component or (own[0].component if own else None),
        file.contributor,
        file.capability,
        file.level,
        file.caveats or (),
        file.visits or (),
        file.certificates or (),
        file.equipment_short,
        dict(sorted(file.women_by_role.items())) if file.women_by_role is not None else None,
        tuple(tasks),
        len(own),
        len(own) < rules.few_ratings,
        tuple(name for name, value in known.items() if value is None),
        file.reply,
    )


def _problems(ratings: Sequence[Rating], rules: EvaluationRules) -> list[str]:
    problems, seen = [], set[tuple[str, str, date, str]]()
    for one in ratings:
        named = f"{one.unit}, {one.task}, {one.on}, {one.rater}"
        if one.rating not in rules.scale:
            problems.append(
                _(
                    "{named}: {rating!r} is none of {scale}",
                    named=named,
                    rating=one.rating,
                    scale=", ".join(rules.scale),
                )
            )
        if one.cause is not None and one.cause not in rules.causes:
            problems.append(
                _(
                    "{named}: {cause!r} is none of {causes}",
                    named=named,
                    cause=one.cause,
                    causes=", ".join(rules.causes),
                )
            )
        if one.component not in COMPONENTS:
            problems.append(
                _(
                    "{named}: {component!r} is none of {components}",
                    named=named,
                    component=one.component,
                    components=", ".join(COMPONENTS),
                )
            )
        key = (one.unit, one.task, one.on, one.rater)
        if key in seen:
            problems.append(_("{named}: is rated twice", named=named))
        seen.add(key)
    return problems


def task_states(ratings: Iterable[Rating], rules: EvaluationRules) -> list[TaskState]:
    """Each task rated, by name; of one unit."""
    by_task: dict[str, list[Rating]] = defaultdict(list)
    for rating in ratings:
        by_task[rating.task].append(rating)
    return [_task_state(by_task[task], rules.scale[-1]) for task in sorted(by_task)]


def _task_state(ratings: Sequence[Rating], met: str) -> TaskState:
    by_day: dict[date, list[Rating]] = defaultdict(list)
    for rating in ratings:
        by_day[rating.on].append(rating)
    since = closed = None
    causes = list[str]()
    for day in sorted(by_day):
        if all(rating.rating == met for rating in by_day[day]):
            since, closed, causes = None, day if since else closed, []
            continue
        since = since or day
        causes += [rating.cause for rating in by_day[day] if rating.cause and rating.cause not in causes]
    newest = sorted(by_day[max(by_day)], key=lambda rating: rating.rater)
    return TaskState(
        newest[0].task,
        newest[0].condition,
        newest[0].standard,
        newest[0].on,
        {rating.rater: rating.rating for rating in newest},
        len({rating.rating for rating in newest}) > 1,
        since,
        closed,
        tuple(causes),
        len(by_day),
    )


def agreements(ratings: Iterable[Rating], rules: EvaluationRules) -> list[Agreement]:
    """Each pair of raters that rated the same events, over all units, by name."""
    events: dict[tuple[str, str, date], dict[str, int]] = defaultdict(dict)
    for one in ratings:
        events[one.unit, one.task, one.on][one.rater] = list(rules.scale).index(one.rating)
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for given in events.values():
        raters = sorted(given)
        for place, rater in enumerate(raters):
            for other in raters[place + 1 :]:
                pairs[rater, other].append((given[rater], given[other]))
    return [
        Agreement(
            rater,
            other,
            len(both),
            sum(one == two for one, two in both) / len(both),
            kappa(both, len(rules.scale)),
            len(both) < rules.few_ratings,
        )
        for (rater, other), both in sorted(pairs.items())
    ]


def kappa(pairs: Sequence[tuple[int, int]], steps: int) -> float | None:
    """Cohen's kappa (1968) with linear weights over a scale of so many steps; None where chance leaves nothing.

    1 - observed / expected disagreement, a disagreement counting by the steps between the two ratings.
    """
    number = len(pairs)
    if not number or steps < 2:
        return None
    observed = sum(abs(one - two) for one, two in pairs) / number
    first, second = Counter(one for one, _more in pairs), Counter(two for _rest, two in pairs)
    expected = sum(first[i] * second[j] * abs(i - j) for i in first for j in second) / number**2
    return 1 - observed / expected if expected else None


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """Causes of open shortfalls over units of one component: how many units and tasks; few units are marked."""

    component: str
    units: int
    open_tasks: int
    causes: dict[str, int]
    is_few: bool


def shortfalls(cards: Iterable[UnitCard], rules: EvaluationRules) -> list[Shortfalls]:
    """What is open by component, so that support can follow the cause; units are not compared."""
    by_component: dict[str, list[UnitCard]] = defaultdict(list)
    for card in cards:
        by_component[card.component or "unknown"].append(card)
    found = []
    for component in sorted(by_component):
        own = by_component[component]
        tasks = [task for card in own for task in card.tasks if task.shortfall_since]
        causes = Counter(cause for task in tasks for cause in task.causes)
        found.append(
            Shortfalls(component, len(own), len(tasks), dict(sorted(causes.items())), len(own) < rules.few_ratings)
        )
    return found
