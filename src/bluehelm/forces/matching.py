"""Which pledges together fill the most requirements, the most important first, with the least surplus strength?

Six measures in strict order: requirements of priority 1 filled, then 2, 3, 4, 5, then surplus strength (assigned minus
required), so that large units stay free. The answer is proved: `bound` is what no plan can better, stage by stage.

One weighted search serves all stages. Where single units serve single requirements (a network flow), the sets of
requirements that can be filled together are a matroid, on which every decreasing weighting has the same best bases, so
that its answer is the answer of all stages. Joint groups under several ceilings and units in parts break that; then
each stage is checked against a bound of its own, and searched by itself where the check does not hold.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluehelm.forces.board import Board, Ceilings, Served
from bluehelm.forces.pairs import Offers, Pairs
from bluehelm.forces.supply import Requirement, Unit
from bluehelm.optimise.programs import Best, Clock, Floats, Program, Truths, cheapest, least_cost

PRIORITIES = (1, 2, 3, 4, 5)
STEEP = 5  # one requirement outweighs so many of the next priority, where weights cannot order plans strictly
CHAIN = 8  # and the surplus of so many units that move along for it


@dataclass(frozen=True, slots=True)
class Plan:
    """Who serves what, by requirement id; objective and bound are filled by priority, then surplus strength."""

    served: tuple[Served, ...]
    objective: tuple[int, ...]
    bound: tuple[int, ...]

    @property
    def is_proved(self) -> bool:
        return self.objective == self.bound


def match(requirements: Iterable[Requirement], units: Iterable[Unit], ceilings: Ceilings, clock: Clock) -> Plan:
    """The best plan, or the best found when time ends; the order of the inputs does not matter."""
    asked = sorted(requirements, key=lambda requirement: requirement.id)
    offered = sorted(units, key=lambda unit: unit.id)
    model = _Model(asked, offered, Offers(offered).fitting(asked), ceilings)
    choice, bound = _best_by_stages(model, clock)
    board = Board(ceilings, model.served(choice))
    served = tuple(
        board.by_requirement[requirement.id] for requirement in asked if requirement.id in board.by_requirement
    )
    return Plan(served, measured(served), bound)


def greedy(requirements: Iterable[Requirement], units: Iterable[Unit], ceilings: Ceilings) -> tuple[Served, ...]:
    """The plan of someone in a hurry: requirements by priority and id, each takes the free unit of least surplus."""
    asked = sorted(requirements, key=lambda requirement: requirement.id)
    offered = sorted(units, key=lambda unit: unit.id)
    model = _Model(asked, offered, Offers(offered).fitting(asked), ceilings)
    return tuple(model.served(model.filled_up()))


def measured(served: Iterable[Served]) -> tuple[int, ...]:
    """Requirements filled by priority, then surplus strength."""
    listed = list(served)
    filled = tuple(sum(one.requirement.priority == priority for one in listed) for priority in PRIORITIES)
    return (*filled, sum(one.surplus for one in listed))


class _Model:
    """Pairs that fit as the columns of a 0-1 program, followed by a column for each mission of each unit in parts."""

    def __init__(self, asked: Sequence[Requirement], offered: Sequence[Unit], pairs: Pairs, ceilings: Ceilings) -> None:
        self.asked, self.offered, self.pairs, self.ceilings = asked, offered, pairs, ceilings
        self.surplus = pairs.strength - _of(pairs.requirement, [requirement.strength for requirement in asked])
        self.priority = _of(pairs.requirement, [requirement.priority for requirement in asked])
        self._rows = _Rows(len(pairs.unit))
        self._one_unit_each()
        self._one_requirement_each()
        self.program = self._rows.program()
        self.is_flow = all(unit.parts == 1 and len(unit.contributors & self._ceiled) < 2 for unit in offered)

    @property
    def _ceiled(self) -> set[str]:
        return {contributor for contributor, most in self.ceilings.items() if most is not None}

    def _one_unit_each(self) -> None:
        for places in _grouped(self.pairs.requirement):
            self._rows.add(places, 1)

    def _one_requirement_each(self) -> None:
        mission = np.array([requirement.mission for requirement in self.asked], dtype=object)
        of_contributor: dict[str, list[int]] = {contributor: [] for contributor in self._ceiled}
        for places in _grouped(self.pairs.unit):
            unit = self.offered[self.pairs.unit[places[0]]]
            uses = list(places) if unit.parts == 1 else self._in_parts(unit, places, mission)
            self._rows.add(uses, 1)
            for contributor in unit.contributors & self._ceiled:
                of_contributor[contributor] += uses
        for contributor in sorted(of_contributor):
            most = self.ceilings[contributor]
            if most is not None:
                self._rows.add(of_contributor[contributor], most)

    def _in_parts(self, unit: Unit, places: NDArray[np.int64], mission: NDArray[np.object_]) -> list[int]:
        """Rows for the parts of a unit; returns a column for each mission, of which it may use one."""
        uses = []
        missions = mission[self.pairs.requirement[places]]
        for name in sorted(set(missions)):
            use = self._rows.another_column()
            uses.append(use)
            there = places[missions == name]
            self._rows.add([*there, use], 0, [*self.pairs.parts[there], -unit.parts])
            for place in there:
                self._rows.add([place, use], 0, [1, -1])
        return uses

    def cost(self) -> Floats:
        """Surplus, less a weight for each requirement filled.

        In a flow the weights 5 to 1, times more than all surplus together, order plans strictly. Elsewhere steeper
        and smaller ones come near it, and the stages are checked one by one.
        """
        most = np.zeros(len(self.asked), np.int64)
        np.maximum.at(most, self.pairs.requirement, self.surplus)
        if self.is_flow:
            weight = (int(most.sum()) + 1) * (PRIORITIES[-1] + 1 - self.priority)
        else:
            weight = (CHAIN * int(most.max(initial=0)) + 1) * STEEP ** (PRIORITIES[-1] - self.priority)
        return self._whole(self.surplus - weight)

    def filling(self, priority: int) -> Floats:
        """A cost of -1 for each requirement of a priority."""
        return self._whole(-(self.priority == priority).astype(np.int64))

    def up_to(self, priority: int) -> Truths:
        """The columns that concern requirements of at least this importance."""
        kept = np.ones(self.program.columns, dtype=bool)
        kept[: len(self.priority)] = self.priority <= priority
        return kept

    def _whole(self, cost: NDArray[np.int64]) -> Floats:
        return np.concatenate([cost, np.zeros(self.program.columns - len(cost))]).astype(np.float64)

    def counts(self, choice: Truths) -> list[int]:
        return [int((choice[: len(self.priority)] & (self.priority == p)).sum()) for p in PRIORITIES]

    def surplus_of(self, choice: Truths) -> int:
        return int(self.surplus[choice[: len(self.surplus)]].sum())

    def served(self, choice: Truths) -> Iterator[Served]:
        for place in np.flatnonzero(choice[: len(self.pairs.unit)]):
            yield self._service(int(place))

    def _service(self, place: int) -> Served:
        requirement, unit = self.asked[self.pairs.requirement[place]], self.offered[self.pairs.unit[place]]
        return Served(requirement, unit, int(self.pairs.parts[place]), int(self.pairs.strength[place]))

    def filled_up(self, choice: Truths | None = None) -> Truths:
        """A choice with everything added that it leaves room for: by priority and id, the least surplus first."""
        grown = np.zeros(self.program.columns, dtype=bool) if choice is None else choice.copy()
        board = Board(self.ceilings, self.served(grown))
        order = np.lexsort((self.pairs.unit, self.surplus, self.pairs.requirement, self.priority))
        done = {one.requirement.id for one in self.served(grown)}
        for place in order:
            if self.asked[self.pairs.requirement[place]].id in done:
                continue
            one = self._service(int(place))
            if board.allows(one):
                board.place(one)
                done.add(one.requirement.id)
                grown[place] = True
        return self._with_uses(grown)

    def _with_uses(self, choice: Truths) -> Truths:
        """The choice with the columns set that say in which mission a unit in parts is used."""
        chosen = choice.copy()
        pairs = len(self.pairs.unit)
        links = self.program.column >= pairs
        chosen[pairs:] = False
        rows_used = np.isin(self.program.row, self.program.row[chosen[self.program.column]])
        negative = self.program.value < 0
        chosen[self.program.column[links & rows_used & negative]] = True
        return chosen


class _Rows:
    """Rows of a program in the making."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._most: list[int] = []
        self._row: list[NDArray[np.int64]] = []
        self._column: list[NDArray[np.int64]] = []
        self._value: list[NDArray[np.float64]] = []

    def another_column(self) -> int:
        self.columns += 1
        return self.columns - 1

    def add(self, columns: Sequence[int] | NDArray[np.int64], most: int, values: Sequence[int] | None = None) -> None:
        if values is None and len(columns) <= most:
            return  # cannot be broken
        self._row.append(np.full(len(columns), len(self._most), np.int64))
        self._column.append(np.asarray(columns, np.int64))
        self._value.append(np.ones(len(columns)) if values is None else np.asarray(values, np.float64))
        self._most.append(most)

    def program(self) -> Program:
        none, nothing = np.zeros(0, np.int64), np.zeros(0)
        return Program(
            self.columns,
            np.asarray(self._most, np.float64),
            np.concatenate([none, *self._row]),
            np.concatenate([none, *self._column]),
            np.concatenate([nothing, *self._value]),
        )


def _of(places: NDArray[np.int64], values: Sequence[int]) -> NDArray[np.int64]:
    return np.asarray(values, np.int64)[places]


def _grouped(keys: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The places of each different key."""
    if not len(keys):
        return []
    order = np.argsort(keys, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(keys[order])) + 1)


def _best_by_stages(model: _Model, clock: Clock) -> tuple[Truths, tuple[int, ...]]:
    """The best choice and, stage by stage, what none can better; they differ where time ended.

    The bounds of the stages need no choice, so that they are computed while the weighted search goes on.
    """
    with ThreadPoolExecutor(1) as beside:
        limits = [] if model.is_flow else [beside.submit(_at_most, model, p, clock) for p in PRIORITIES]
        best = cheapest(model.program, model.cost(), clock, model.filled_up())
    choice = _chosen(best)
    if best.is_proved and model.is_flow:
        return choice, (*model.counts(choice), model.surplus_of(choice))
    most_of = [limit.result() for limit in limits] or [_at_most(model, p, clock) for p in PRIORITIES]
    return _checked_by_stages(model, best, most_of, clock)


def _checked_by_stages(
    model: _Model, best: Best, most_of: Sequence[int], clock: Clock
) -> tuple[Truths, tuple[int, ...]]:
    """The weighted choice where each stage's bound agrees with it, and the choice searched for where one does not.

    `most_of` bounds the requirements filled of each priority and higher ones together.
    """
    program, proved, choice = model.program, list[int](), _chosen(best)
    for priority, together in zip(PRIORITIES, most_of, strict=True):
        most = together - sum(proved)
        if model.counts(choice)[priority - 1] < most:
            better, most = _searched(model, program, choice, priority, clock)
            if model.counts(better)[priority - 1] < most:
                others = [_at_most_alone(model, lower) for lower in PRIORITIES[priority:]]
                return model.filled_up(better), (*proved, most, *others, 0)
            if better is not choice:
                fixed = program.and_at_least(-model.filling(priority), most)
                best = cheapest(fixed, model.cost(), clock, model.filled_up(better))
                choice = _chosen(best)
        proved.append(most)
        program = program.and_at_least(-model.filling(priority), most)
    return choice, (*proved, _surplus_bound(model, choice, best.bound))


def _chosen(best: Best) -> Truths:
    if best.choice is None:
        raise AssertionError("a search that starts from a plan gave none")
    return best.choice


def _surplus_bound(model: _Model, choice: Truths, bound: float) -> int:
    """The least surplus of any plan that fills as many of each priority."""
    filled = float(model.cost()[choice].sum()) - model.surplus_of(choice)
    return max(0, round(bound - filled)) if bound > -np.inf else 0


def _at_most(model: _Model, priority: int, clock: Clock) -> int:
    """How many requirements of this priority and higher ones can be filled at most."""
    kept = model.up_to(priority)
    trivial = sum(_at_most_alone(model, p) for p in PRIORITIES[:priority])
    cost = sum((model.filling(p) for p in PRIORITIES[:priority]), start=np.zeros(model.program.columns))
    bound = least_cost(model.program.among(kept), cost[kept], clock) if trivial else 0.0
    return trivial if bound == -np.inf else min(trivial, -int(bound))


def _at_most_alone(model: _Model, priority: int) -> int:
    """How many requirements of a priority have a unit that fits."""
    return len(np.unique(model.pairs.requirement[model.priority == priority]))


def _searched(model: _Model, program: Program, choice: Truths, priority: int, clock: Clock) -> tuple[Truths, int]:
    """The choice that fills most of a priority under the rows of the higher ones, and how many at most."""
    kept = model.up_to(priority)
    best = cheapest(program.among(kept), model.filling(priority)[kept], clock, choice[kept])
    most = _at_most_alone(model, priority) if best.bound == -np.inf else -int(best.bound)
    if -best.cost == model.counts(choice)[priority - 1]:
        return choice, most
    better = np.zeros_like(choice)
    better[kept] = _chosen(best)
    return better, most
