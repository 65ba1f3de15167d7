"""Which 0-1 choice costs least, and how little could any choice cost?

minimise cost x  where  matrix x <= most (= in some rows),  x in {0, 1}, costs whole numbers. HiGHS solves; a missing
`highspy` raises ModuleNotFoundError, and whoever calls says which extra brings it.

Every bound is computed here from the duals and holds whatever the solver did: for any y, not negative where a row is
no equation, cost x >= sum(min(0, cost + matrix' y)) - most y. The same sum says how much dearer each column makes a
choice that holds it (its reduced cost), so that columns too dear for any better choice are left out of the search.
"""

import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import highspy

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Truths = NDArray[np.bool_]

WHOLE = 1e-6  # how far from a whole number the solver's answer may lie
ROUNDING = 1e-12  # relative error of a long sum
MANY_COLUMNS = 60_000  # above this a relaxation starts from each row's cheapest columns and fetches others when needed
CHEAPEST = 15
FETCHED = 20_000
FIRST_SEARCH = 32.0  # a first search among columns of at most this reduced cost gives a choice to improve on


@dataclass(slots=True)
class Clock:
    """Seconds left of a limit; None is no limit."""

    limit: float | None = None
    started: float = field(default_factory=time.perf_counter)

    def left(self) -> float:
        return math.inf if self.limit is None else max(0.0, self.limit - (time.perf_counter() - self.started))

    def is_over(self) -> bool:
        return self.left() <= 0


@dataclass(frozen=True, slots=True)
class Program:
    """The rows of `matrix x <= most` as triplets of row, column and value; the first `equations` rows are equations."""

    columns: int
    most: Floats
    row: Places
    column: Places
    value: Floats
    equations: int = 0

    def priced(self, prices: Floats) -> Floats:
        """matrix' prices, one number for each column."""
        sums = np.bincount(self.column, weights=self.value * prices[self.row], minlength=self.columns)
        return sums.astype(np.float64)

    def among(self, kept: Truths, fixed: Truths | None = None) -> "Program":
        """The program of some of the columns; rows stay.

        `fixed` columns are not among them and are chosen; rows that then hold no column are left out.
        """
        place = np.cumsum(kept) - 1
        held = kept[self.column]
        column = place[self.column[held]]
        some = replace(self, columns=int(kept.sum()), row=self.row[held], column=column, value=self.value[held])
        return some if fixed is None else replace(some, most=self.most - self._used(fixed))._without_empty_rows()

    def _without_empty_rows(self) -> "Program":
        held = np.bincount(self.row, minlength=len(self.most)) > 0
        place = np.cumsum(held) - 1
        equations = int(held[: self.equations].sum())
        return replace(self, most=self.most[held], row=place[self.row], equations=equations)

    def _used(self, choice: Truths) -> Floats:
        used = np.bincount(self.row, weights=self.value * choice[self.column], minlength=len(self.most))
        return used.astype(np.float64)

    def and_at_least(self, weights: Floats, number: int) -> "Program":
        """The program with one row more: the weights of the columns chosen add up to a number at least."""
        places = np.flatnonzero(weights)
        return replace(
            self,
            most=np.append(self.most, -float(number)),
            row=np.concatenate([self.row, np.full(len(places), len(self.most))]),
            column=np.concatenate([self.column, places]),
            value=np.concatenate([self.value, -weights[places]]),
        )

    def allows(self, choice: Truths) -> bool:
        used = self._used(choice)
        equal = np.abs(used - self.most)[: self.equations] <= WHOLE
        return bool((used <= self.most + WHOLE).all() and equal.all())

    def prices(self, duals: Floats) -> Floats:
        """What each row costs, from the solver's duals; never negative where it is no equation."""
        prices = -duals
        prices[self.equations :] = np.maximum(prices[self.equations :], 0.0)
        return prices


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The best shares of columns, the least that any choice costs, and each column's reduced cost."""

    shares: Floats
    bound: float
    reduced: Floats

    def among(self, kept: Truths) -> "Relaxation":
        return Relaxation(self.shares[kept], self.bound, self.reduced[kept])

    @property
    def is_whole(self) -> bool:
        return bool((np.abs(self.shares - np.round(self.shares)) <= WHOLE).all())


@dataclass(frozen=True, slots=True)
class Best:
    """The best choice found, its cost and the least that any choice costs; None when no choice was found in time."""

    choice: Truths | None
    cost: float
    bound: float

    @property
    def is_proved(self) -> bool:
        return self.choice is not None and self.bound > self.cost - 1


def cheapest(
    program: Program,
    cost: Floats,
    clock: Clock,
    start: Truths | None = None,
    known: Relaxation | None = None,
    most_nodes: int | None = None,
) -> Best:
    """The choice of least cost. `start` is an allowed choice to improve on, returned when time ends before a better.

    A relaxation already `known` is not solved again. Costs must be whole numbers: a bound less than 1 below a choice's
    cost proves it. A search that needs more than `most_nodes` is given up with the best found.
    """
    best = Best(start, float(cost[start].sum()) if start is not None else math.inf, -math.inf)
    if not program.columns:
        return Best(np.zeros(0, dtype=bool), 0.0, 0.0)
    relaxation = known or relax(program, cost, clock, start)
    if relaxation is None:
        return best
    bound = math.ceil(relaxation.bound - _error(relaxation.bound))
    if relaxation.is_whole:
        choice = relaxation.shares > 0.5
        if program.allows(choice) and cost[choice].sum() < best.cost:
            best = Best(choice, float(cost[choice].sum()), bound)
    best = Best(best.choice, best.cost, bound)
    within = FIRST_SEARCH
    while not best.is_proved and not clock.is_over():
        room = best.cost - 1 - relaxation.bound + _error(best.cost)  # no better choice holds a column dearer than this
        within = min(within, room)
        kept = relaxation.reduced <= within
        best, is_searched = _searched(program, cost, kept, best, clock, most_nodes)
        if most_nodes is not None and not is_searched:
            break
        if is_searched and (within == room or kept.all()):
            return Best(best.choice, best.cost, best.cost)
        within = math.inf if best.choice is not None else within * 8
    return best


def _searched(
    program: Program, cost: Floats, kept: Truths, best: Best, clock: Clock, most_nodes: int | None
) -> tuple[Best, bool]:
    """The best choice among the columns kept and those of the best so far, and whether none there is better."""
    known = None
    if best.choice is not None:
        kept = kept | best.choice
        known = best.choice[kept]
    found, is_searched = _search(program.among(kept), cost[kept], clock, known, most_nodes)
    if found is None or cost[kept][found].sum() >= best.cost:
        return best, is_searched
    choice = np.zeros(program.columns, dtype=bool)
    choice[np.flatnonzero(kept)[found]] = True
    return Best(choice, float(cost[choice].sum()), best.bound), is_searched


def relax(program: Program, cost: Floats, clock: Clock, start: Truths | None = None) -> Relaxation | None:
    """The linear relaxation; None when time ended before it was solved. `start` is an allowed choice, if known."""
    active = _first_columns(program, cost) if start is None else _first_columns(program, cost) | start
    kept = np.flatnonzero(active)
    solver = _solver(program.among(active), cost[active], clock)
    while True:
        solver.run()
        if not _is_solved(solver):
            return None
        prices = program.prices(np.asarray(solver.getSolution().row_dual))
        reduced = cost + program.priced(prices)
        wanted = np.flatnonzero((reduced < -WHOLE) & ~active)
        if not len(wanted) or clock.is_over():
            break
        fetched = np.sort(wanted[np.argsort(reduced[wanted], kind="stable")[:FETCHED]])
        _add_columns(solver, program, cost, fetched)
        active[fetched] = True
        kept = np.concatenate([kept, fetched])
        _limit(solver, clock)
    shares = np.zeros(program.columns)
    shares[kept] = np.asarray(solver.getSolution().col_value)
    return Relaxation(shares, _bound(program, prices, reduced), reduced)


def least_cost(program: Program, cost: Floats, clock: Clock) -> float:
    """A bound that no choice undercuts, quicker than `relax` where many choices cost the same; -inf without time."""
    bound = central(program, cost, clock).bound
    return math.ceil(bound - max(1e-4, _error(bound))) if bound > -math.inf else bound


def central(program: Program, cost: Floats, clock: Clock) -> Relaxation:
    """A relaxation from the middle of all best prices, its shares not those of a corner; bound -inf without time.

    Prices from the middle leave as few columns as can be with a reduced cost of 0.
    """
    if not program.columns:
        return Relaxation(np.zeros(0), 0.0, cost)
    solver = _solver(program, cost, clock, solver="ipm", run_crossover="off")
    solver.run()
    duals = np.asarray(solver.getSolution().row_dual)
    if not len(duals):
        return Relaxation(np.zeros(program.columns), -math.inf, np.zeros(program.columns))
    prices = program.prices(duals)
    reduced = cost + program.priced(prices)
    return Relaxation(np.asarray(solver.getSolution().col_value), _bound(program, prices, reduced), reduced)


def _bound(program: Program, prices: Floats, reduced: Floats) -> float:
    return float(np.minimum(reduced, 0.0).sum() - program.most @ prices)


def _error(value: float) -> float:
    return WHOLE + ROUNDING * abs(value)


def _first_columns(program: Program, cost: Floats) -> Truths:
    """All columns of a small program, each row's cheapest of a large one."""
    if program.columns <= MANY_COLUMNS:
        return np.ones(program.columns, dtype=bool)
    order = np.lexsort((program.column, cost[program.column], program.row))
    rows = program.row[order]
    begins = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    rank = np.arange(len(rows)) - np.repeat(begins, np.diff(np.r_[begins, len(rows)]))
    active = np.zeros(program.columns, dtype=bool)
    active[program.column[order[rank < CHEAPEST]]] = True
    return active


def _search(
    program: Program, cost: Floats, clock: Clock, start: Truths | None, most_nodes: int | None
) -> tuple[Places | None, bool]:
    """The chosen columns of the best whole choice found, and whether the search was finished."""
    import highspy

    limit = {} if most_nodes is None else {"mip_max_nodes": most_nodes}
    solver = _solver(program, cost, clock, mip_rel_gap=0.0, mip_abs_gap=0.99, presolve="off", **limit)
    every = np.arange(program.columns, dtype=np.int32)
    solver.changeColsIntegrality(program.columns, every, np.full(program.columns, highspy.HighsVarType.kInteger))
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.astype(float).tolist()
        solver.setSolution(known)
    solver.run()
    is_searched = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    values = np.asarray(solver.getSolution().col_value)
    if len(values) != program.columns or not program.allows(values > 0.5):
        return None, is_searched or solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible
    return np.flatnonzero(values > 0.5), is_searched


def _solver(program: Program, cost: Floats, clock: Clock, **options: Any) -> "highspy.Highs":
    import highspy

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = program.columns, len(program.most)
    model.col_cost_ = cost.astype(float)
    model.col_lower_, model.col_upper_ = np.zeros(program.columns), np.ones(program.columns)
    least = np.full(len(program.most), -highspy.kHighsInf)
    least[: program.equations] = program.most[: program.equations]
    model.row_lower_, model.row_upper_ = least, program.most
    order = np.argsort(program.column, kind="stable")
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.r_[0, np.cumsum(np.bincount(program.column, minlength=program.columns))]
    model.a_matrix_.index_, model.a_matrix_.value_ = program.row[order], program.value[order]
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, setting in {"output_flag": False, **options}.items():
        solver.setOptionValue(name, setting)
    _limit(solver, clock)
    solver.passModel(model)
    return solver


def _limit(solver: "highspy.Highs", clock: Clock) -> None:
    """HiGHS counts the time of all runs of one solver together."""
    solver.setOptionValue("time_limit", min(clock.left() + solver.getRunTime(), 1e20))


def _add_columns(solver: "highspy.Highs", program: Program, cost: Floats, fetched: Places) -> None:
    place = np.full(program.columns, -1)
    place[fetched] = np.arange(len(fetched))
    held = place[program.column] >= 0
    column, row, value = place[program.column[held]], program.row[held], program.value[held]
    order = np.argsort(column, kind="stable")
    starts = np.r_[0, np.cumsum(np.bincount(column, minlength=len(fetched)))][:-1].astype(np.int32)
    ones = np.ones(len(fetched))
    solver.addCols(
        len(fetched), cost[fetched], 0 * ones, ones, len(row), starts, row[order].astype(np.int32), value[order]
    )


def _is_solved(solver: "highspy.Highs") -> bool:
    import highspy

    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
