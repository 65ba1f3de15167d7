"""Which figures of a table must be held back, so that no small one is shown and none can be computed?

A figure of 1 to `smallest` - 1 persons is small: it is held back (primary). Others go with it (complementary), as few
persons as possible, until an attacker's interval around every small figure spans `interval` persons. Where the table is
small one whole-number program finds the least: it asks for two tables of persons around every small figure that agree
with all that is shown and differ by `interval` there (Fischetti and Salazar-González 2001). Larger tables take the
small figures one after another, and then show again whatever turned out not to be needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from bluehelm.disclosure.figures import DisclosureError, Figure, Laid
from bluehelm.disclosure.intervals import Attacker, Floats, as_shown, revealed
from bluehelm.language import _

AT_ONCE = 1_200
"""Cells times small figures that one program takes; beyond, the small figures go one after another."""

REACH = 2
"""How far the two tables may lie from the truth, in intervals. Moving persons around a ring of cells takes no more than
one; a narrow reach keeps the program tight, and at worst holds back more than needed."""

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A table as it may leave: `laid` with what is held back, and why each was; `shown_less` are the persons it costs.

    `status` is optimal when nothing cheaper exists, else feasible.
    """

    laid: Laid
    small: tuple[int, ...]
    complementary: tuple[int, ...]
    status: Literal["optimal", "feasible"]
    shown_less: int

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.laid.figures


def small_figures(laid: Laid, smallest: int) -> tuple[int, ...]:
    """The places of the figures of 1 to `smallest` - 1 persons."""
    return tuple(place for place, figure in enumerate(laid.figures) if 0 < (figure.count or 0) < smallest)


def suppress(laid: Laid, truth: Sequence[int], *, smallest: int, interval: int) -> Suppressed:
    """The table as it may leave; `truth` are the persons of each cell, in order.

    DisclosureError when even holding back everything would not do, or no answer was found in time.
    """
    small = small_figures(laid, smallest)
    cells = np.array(truth, dtype=np.float64)
    if not small:
        return Suppressed(laid, (), (), "optimal", 0)
    at_once = len(small) * len(cells) <= AT_ONCE
    hidden = _least(laid, cells, small, small, interval) if at_once else _one_by_one(laid, cells, small, interval)
    left = as_shown(laid, sorted(hidden))
    if revealed(left, interval, small):
        raise DisclosureError(_("No way was found to hold back the small figures of this table: take coarser ones."))
    more = tuple(sorted(hidden - set(small)))
    cost = sum(laid.figures[place].count or 0 for place in more)
    return Suppressed(left, small, more, "optimal" if at_once else "feasible", cost)


def _one_by_one(laid: Laid, cells: Floats, small: tuple[int, ...], interval: int) -> set[int]:
    """Hold back for each small figure in turn what it still needs, the smallest first; then show what none needs."""
    hidden = set(small)
    attacker = _attacker(laid, cells, hidden, interval)
    attacker.look_around()
    for place in sorted(small, key=lambda place: (laid.figures[place].count or 0, place)):
        if not attacker.is_safe(place):
            hidden |= _least(laid, cells, (place,), tuple(sorted(hidden)), interval)
            attacker = _attacker(laid, cells, hidden, interval, attacker)
    for place in sorted(hidden - set(small), key=lambda place: (-(laid.figures[place].count or 0), place)):
        tried = _attacker(laid, cells, hidden - {place}, interval, attacker)
        if all(tried.is_safe(other) for other in small):
            hidden.remove(place)
            attacker = tried
    return hidden


def _attacker(laid: Laid, cells: Floats, hidden: set[int], interval: int, before: Attacker | None = None) -> Attacker:
    """An attacker who has been handed the truth as a first witness: intervals hold it whoever computes them."""
    attacker = Attacker(as_shown(laid, sorted(hidden)), interval)
    attacker.saw(cells)
    if before:
        attacker.learns_from(before)
    return attacker


def _least(laid: Laid, cells: Floats, around: tuple[int, ...], hidden: tuple[int, ...], interval: int) -> set[int]:
    """What is held back at least, `hidden` included, so that the figures `around` span the interval.

    Variables: one switch a figure (held back or not), and for each figure of `around` a lower and an upper table.
    """
    figures, count = len(laid.figures), len(cells)
    sums = laid.sums.tocsr()
    reach = float(REACH * interval)
    most_off = np.minimum(np.asarray(sums @ np.full(count, reach)).ravel(), reach)
    shown = np.asarray(sums @ cells).ravel()
    tables = 2 * len(around)
    switch = sparse.diags_array(most_off).tocsr()
    rows = []
    low: list[Floats] = []
    high: list[Floats] = []
    for number in range(tables):
        left, right = (
            sparse.csr_array((figures, number * count)),
            sparse.csr_array((figures, (tables - number - 1) * count)),
        )
        rows += [sparse.hstack([-switch, left, sums, right]), sparse.hstack([switch, left, sums, right])]
        low += [np.full(figures, -np.inf), shown]
        high += [shown, np.full(figures, np.inf)]
        # a listed figure has somebody in it
        rows.append(sparse.hstack([sparse.csr_array((figures, figures)), left, sums, right]))
        low.append(np.minimum(shown, 1.0))
        high.append(np.full(figures, np.inf))
    for number, place in enumerate(around):
        before, after = (
            sparse.csr_array((1, 2 * number * count)),
            sparse.csr_array((1, (tables - 2 * number - 2) * count)),
        )
        one = sums[[place]]
        rows.append(sparse.hstack([sparse.csr_array((1, figures)), before, -one, one, after]))
        low.append(np.array([float(interval)]))
        high.append(np.array([np.inf]))
    cost = np.concatenate([np.maximum(shown, 0.5), np.zeros(tables * count)])
    cost[list(hidden)] = 0.0
    least = np.concatenate([np.zeros(figures), np.tile(np.maximum(cells - reach, 0.0), tables)])
    least[list(hidden)] = 1.0
    most = np.concatenate([(shown > 0).astype(float), np.tile(cells + reach, tables)])
    found: Any = milp(
        cost,
        integrality=np.concatenate([np.ones(figures), np.zeros(tables * count)]),
        bounds=Bounds(least, most),
        constraints=[LinearConstraint(sparse.vstack(rows).tocsr(), np.concatenate(low), np.concatenate(high))],
        options={"time_limit": SECONDS},
    )
    if found.x is None:
        raise DisclosureError(_("No way was found to hold back the small figures of this table: take coarser ones."))
    return {place for place in range(figures) if found.x[place] > 0.5}
