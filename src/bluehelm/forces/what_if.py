"""What would the plan be if a pledge were dropped, came later, lost a caveat, or another were added?

Scenarios are set by people: which pledges are late, which contributor leaves. Nothing here estimates how likely a
state is to fail.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bluehelm.forces.board import Board, Ceilings, Served
from bluehelm.forces.caveats import Caveat
from bluehelm.forces.matching import Plan, match
from bluehelm.forces.pairs import Offers
from bluehelm.forces.supply import ForcesError, Pledge, Requirement, Unit, units_of
from bluehelm.language import _
from bluehelm.optimise.programs import Clock


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is different from the pledges as made: some dropped, some days late, caveats lifted, others added.

    `leaving` are contributors whose every pledge is dropped.
    """

    name: str
    drop: frozenset[str] = frozenset()
    delay_days: Mapping[str, int] | None = None
    lift: Mapping[str, tuple[Caveat, ...]] | None = None
    add: tuple[Pledge, ...] = ()
    leaving: frozenset[str] = frozenset()

    @property
    def is_nothing(self) -> bool:
        return not (self.drop or self.delay_days or self.lift or self.add or self.leaving)


def under(scenario: Scenario, pledges: Iterable[Pledge]) -> list[Pledge]:
    """The pledges as they would be; ForcesError when the scenario speaks of a pledge or caveat that is not there.

    A joint group that loses a member loses all: what is left of a combined unit was never offered alone.
    """
    made = list(pledges)
    if problems := _unknown(scenario, made):
        raise ForcesError(problems)
    gone = {p.id for p in made if p.id in scenario.drop or p.contributor in scenario.leaving}
    broken = {p.joint_group for p in made if p.id in gone and p.joint_group}
    kept = [_changed(p, scenario) for p in made if p.id not in gone and p.joint_group not in broken]
    return [*kept, *scenario.add]


def _changed(pledge: Pledge, scenario: Scenario) -> Pledge:
    days = (scenario.delay_days or {}).get(pledge.id, 0)
    lifted = (scenario.lift or {}).get(pledge.id, ())
    caveats = tuple(caveat for caveat in pledge.caveats if caveat not in lifted)
    return replace(pledge, from_on=pledge.from_on + timedelta(days=days), caveats=caveats)


def _unknown(scenario: Scenario, pledges: Sequence[Pledge]) -> list[str]:
    by_id = {pledge.id: pledge for pledge in pledges}
    named = [*scenario.drop, *(scenario.delay_days or {}), *(scenario.lift or {})]
    problems = [
        _("scenario {name}: there is no pledge {name_2}", name=scenario.name, name_2=name)
        for name in sorted(set(named) - set(by_id))
    ]
    givers = {pledge.contributor for pledge in pledges}
    problems += [
        _("scenario {name}: {name_2} pledges nothing", name=scenario.name, name_2=name)
        for name in sorted(scenario.leaving - givers)
    ]
    for name, caveats in (scenario.lift or {}).items():
        missing = [caveat for caveat in caveats if name in by_id and caveat not in by_id[name].caveats]
        problems += [
            _("scenario {name}: {name_2} has no caveat {caveat}", name=scenario.name, name_2=name, caveat=caveat)
            for caveat in missing
        ]
    for name, days in (scenario.delay_days or {}).items():
        pledge = by_id.get(name)
        if pledge and days > _most_days_late(pledge):
            problems.append(_("scenario {name}: {name_2} would begin after it ends", name=scenario.name, name_2=name))
        if pledge and days < (date.min - pledge.from_on).days:
            problems.append(_("scenario {name}: {days} days is no delay", name=scenario.name, days=days))
    for pledge in scenario.add:
        if pledge.id in by_id:
            problems.append(_("scenario {name}: there already is a pledge {id}", name=scenario.name, id=pledge.id))
    return problems


@dataclass(frozen=True, slots=True)
class Stressed:
    """A scenario's plan beside the one as pledged: requirements lost and gained by it, ids in order."""

    scenario: Scenario
    plan: Plan
    lost: tuple[str, ...]
    gained: tuple[str, ...]


def stress(
    requirements: Sequence[Requirement],
    pledges: Sequence[Pledge],
    ceilings: Ceilings,
    scenarios: Iterable[Scenario],
    clock: Callable[[], Clock] = Clock,
) -> list[Stressed]:
    """Each scenario's best plan and what it loses; every plan may be wholly new, so this is the least that is lost.

    A scenario that only takes from pledges that serve nothing leaves the best plan as it is: it is not searched again.
    """
    nominal = match(requirements, units_of(pledges), ceilings, clock())
    serving = {name for one in nominal.served for name in one.unit.pledge_ids}
    before = _filled(nominal)
    found = []
    for scenario in scenarios:
        changed = under(scenario, pledges)
        is_same = nominal.is_proved and _leaves_alone(scenario, pledges, serving)
        plan = nominal if is_same else match(requirements, units_of(changed), ceilings, clock())
        lost, gained = before - _filled(plan), _filled(plan) - before
        found.append(Stressed(scenario, plan, tuple(sorted(lost)), tuple(sorted(gained))))
    return found


def _leaves_alone(scenario: Scenario, pledges: Iterable[Pledge], serving: Collection[str]) -> bool:
    """Whether a scenario only drops or delays, and none of those that serve."""
    delays = scenario.delay_days or {}
    if scenario.lift or scenario.add or any(days < 0 for days in delays.values()):
        return False
    named = {*scenario.drop, *delays}
    return not any(one.id in serving and (one.id in named or one.contributor in scenario.leaving) for one in pledges)


def each_late(pledges: Iterable[Pledge], days: int) -> list[Scenario]:
    """One scenario for each pledge that could begin so many days later."""
    late = (pledge for pledge in pledges if days <= _most_days_late(pledge))
    return [
        Scenario(_("{id} {days} days late", id=p.id, days=days), delay_days={p.id: days})
        for p in sorted(late, key=lambda p: p.id)
    ]


def _most_days_late(pledge: Pledge) -> int:
    """By how many days a pledge can be late and still begin before it ends."""
    return (pledge.until_on - pledge.from_on).days


def each_leaves(pledges: Iterable[Pledge]) -> list[Scenario]:
    """One scenario for each contributor."""
    names = sorted({pledge.contributor for pledge in pledges})
    return [Scenario(_("{name} leaves", name=name), leaving=frozenset({name})) for name in names]


def single_points(requirements: Sequence[Requirement], units: Sequence[Unit]) -> dict[str, str]:
    """Requirements that one unit alone fits, and that unit, by id: if it fails, no rearrangement helps."""
    asked = sorted(requirements, key=lambda requirement: requirement.id)
    pairs = Offers(units).fitting(asked)
    fitting: dict[str, list[str]] = {}
    for row, column in zip(pairs.requirement.tolist(), pairs.unit.tolist(), strict=True):
        fitting.setdefault(asked[row].id, []).append(units[column].id)
    return {name: found[0] for name, found in fitting.items() if len(found) == 1}


def standbys(plan: Plan, units: Sequence[Unit], ceilings: Ceilings, clock: Clock) -> tuple[Served, ...]:
    """A named standby for as many filled requirements as can have one, the most important first.

    Only unused units stand by, each for one requirement. A contributor's ceiling counts units that serve together
    with units that stand by, so that every standby may be called without asking for more.
    """
    board = Board(ceilings, plan.served)
    free = [unit for unit in units if unit.id not in board.by_unit]
    left = {name: None if most is None else max(0, most - board.units_of[name]) for name, most in ceilings.items()}
    return match([one.requirement for one in plan.served], free, left, clock).served


def _filled(plan: Plan) -> set[str]:
    return {one.requirement.id for one in plan.served}
