"""Is the choice the cheapest, and does the bound hold, whatever the program?"""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.optimise import programs
from bluehelm.optimise.programs import Clock, Program, central, cheapest, least_cost, relax

pytest.importorskip("highspy")


@st.composite
def packing(draw):
    """A program that the empty choice keeps, with its costs."""
    columns, rows = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    matrix = np.array(draw(st.lists(st.integers(0, 3), min_size=columns * rows, max_size=columns * rows)))
    row, column = np.nonzero(matrix.reshape(rows, columns))
    most = np.array(draw(st.lists(st.integers(0, 5), min_size=rows, max_size=rows)), dtype=float)
    cost = np.array(draw(st.lists(st.integers(-9, 3), min_size=columns, max_size=columns)), dtype=float)
    values = matrix.reshape(rows, columns)[row, column].astype(float)
    return Program(columns, most, row.astype(np.int64), column.astype(np.int64), values), cost


def tried(program, cost):
    every = (np.array(choice, dtype=bool) for choice in product([False, True], repeat=program.columns))
    return min(float(cost[choice].sum()) for choice in every if program.allows(choice))


@settings(max_examples=100)
@given(packing())
def test_no_choice_is_cheaper_than_the_one_found(drawn):
    program, cost = drawn
    best = cheapest(program, cost, Clock(), np.zeros(program.columns, dtype=bool))
    assert best.is_proved
    assert program.allows(best.choice)
    assert best.cost == cost[best.choice].sum() == tried(program, cost)


@settings(max_examples=60)
@given(packing())
def test_no_choice_costs_less_than_a_bound(drawn):
    program, cost = drawn
    found = relax(program, cost, Clock())
    assert found is not None
    assert found.bound <= tried(program, cost) + 1e-6
    assert least_cost(program, cost, Clock()) <= tried(program, cost)


@settings(max_examples=60)
@given(packing())
def test_a_column_of_a_better_choice_is_not_dearer_than_the_room_that_the_middle_prices_leave(drawn):
    program, cost = drawn
    found = central(program, cost, Clock())
    least = tried(program, cost)
    assert found.bound <= least + 1e-6
    every = (np.array(choice, dtype=bool) for choice in product([False, True], repeat=program.columns))
    for choice in (one for one in every if program.allows(one)):
        assert np.maximum(found.reduced, 0)[choice].sum() <= cost[choice].sum() - found.bound + 1e-6


def test_fixed_columns_leave_less_room_for_the_others():
    program = Program(3, np.array([2.0]), np.zeros(3, np.int64), np.arange(3), np.ones(3))
    others = program.among(np.array([True, True, False]), np.array([False, False, True]))
    assert others.allows(np.array([True, False]))
    assert not others.allows(np.array([True, True]))


@settings(max_examples=40)
@given(packing(), st.integers(1, 3))
def test_a_row_of_at_least_is_kept(drawn, number):
    program, cost = drawn
    weights = np.ones(program.columns)
    start = np.zeros(program.columns, dtype=bool)
    widest = cheapest(program, -weights, Clock(), start)
    fixed = program.and_at_least(weights, min(number, int(-widest.cost)))
    best = cheapest(fixed, cost, Clock(), widest.choice)
    assert best.cost == tried(fixed, cost)


def test_a_large_program_is_solved_from_its_cheapest_columns_to_the_same_bound(monkeypatch):
    chance = np.random.default_rng(0)
    columns, rows = 400, 20
    row, column = np.nonzero(chance.random((rows, columns)) < 0.15)
    program = Program(columns, np.full(rows, 2.0), row, column, np.ones(len(row)))
    cost = -chance.integers(1, 50, columns).astype(float)
    whole = relax(program, cost, Clock())
    for name, number in [("MANY_COLUMNS", 10), ("CHEAPEST", 1), ("FETCHED", 7)]:
        monkeypatch.setattr(programs, name, number)
    fetched = relax(program, cost, Clock())
    assert whole is not None
    assert fetched is not None
    assert fetched.bound == pytest.approx(whole.bound, abs=1e-4)


def test_an_equation_is_kept():
    one_of_three = Program(3, np.ones(1), np.zeros(3, np.int64), np.arange(3), np.ones(3), equations=1)
    best = cheapest(one_of_three, np.array([5.0, 3.0, 4.0]), Clock(), np.array([True, False, False]))
    assert (best.cost, best.bound) == (3, 3)
    assert not one_of_three.allows(np.zeros(3, dtype=bool))
    assert replace(one_of_three, equations=0).allows(np.zeros(3, dtype=bool))


def test_without_time_the_start_is_given_back_unproved():
    program = Program(2, np.ones(1), np.zeros(2, np.int64), np.arange(2), np.ones(2))
    start = np.array([True, False])
    best = cheapest(program, np.array([-1.0, -2.0]), Clock(0.0), start)
    assert (best.choice == start).all()
    assert not best.is_proved
