"""What can somebody compute of a figure that was held back, from all the figures that were not?

Whoever reads a table knows that persons are whole and never fewer than none, that a listed combination has somebody in
it, and every figure shown. The least and the most that a held-back figure can be under these is its interval, from two
whole-number programs (HiGHS, by way of SciPy: it is in every installation). A figure is revealed when its interval
spans less than the definition asks for. Solutions already found for one figure are witnesses for all the others, so
that most figures need no program of their own.

The interval of a table without rounding: Fischetti and Salazar-González, "Solving the cell suppression problem on
tabular data with linear constraints", Management Science 47 (2001).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from bluehelm.disclosure.figures import DisclosureError, Figure, Laid
from bluehelm.language import _

Floats = NDArray[np.float64]

WHOLE = 1e-6  # how far from a whole number the solver's answer may lie

SECONDS_EACH = 20.0
"""A program that takes longer than this counts as one that reveals: what cannot be checked does not leave."""


class ContradictionError(DisclosureError):
    """The figures cannot all be true: no table of persons has these sums."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The least and the most that a held-back figure can be; `most` is None when nothing limits it."""

    figure: Figure
    least: int
    most: int | None

    def spans(self, width: int) -> bool:
        return self.most is None or self.most - self.least >= width


class Attacker:
    """Somebody who knows every figure shown and computes the rest; remembers each solution as a witness."""

    def __init__(self, laid: Laid, width: int) -> None:
        self.laid, self.width = laid, width
        known = [figure.count for figure in laid.figures]
        self.hidden = [place for place, count in enumerate(known) if count is None]
        self.limit = float(sum({count for count in known if count is not None}, 0) + 2 * width + len(known))
        least = np.array([1.0 if count is None else float(count) for count in known])
        most = np.array([np.inf if count is None else float(count) for count in known])
        self._knows = LinearConstraint(laid.sums, least, most)
        self.low = np.full(len(known), np.inf)
        self.high = np.full(len(known), -np.inf)
        self.witnesses: list[Floats] = []

    def saw(self, cells: Floats) -> None:
        """Remember a table that agrees with everything shown."""
        self._remember(np.round(self.laid.sums @ np.round(cells)))

    def learns_from(self, other: "Attacker") -> None:
        """Take over from an attacker on the same cells what agrees with everything shown here too."""
        known = np.array([np.nan if figure.count is None else figure.count for figure in self.laid.figures])
        shown = ~np.isnan(known)
        for sums in other.witnesses:
            if (sums[shown] == known[shown]).all():
                self._remember(sums)

    def _remember(self, sums: Floats) -> None:
        self.witnesses.append(sums)
        self.low, self.high = np.minimum(self.low, sums), np.maximum(self.high, sums)

    def look_around(self) -> None:
        """Find witnesses that say much about many figures at once: half of them high and half low, in a few ways."""
        numbers = np.arange(len(self.hidden))
        for bit in range(len(self.hidden).bit_length()):
            signs = np.where(numbers >> bit & 1, 1.0, -1.0)
            for turned in (1.0, -1.0):
                found = self._program(turned * signs @ self.laid.sums[self.hidden], whole=False)
                if found.status == 0 and np.abs(found.x - np.round(found.x)).max(initial=0.0) <= WHOLE:
                    self.saw(found.x)

    def is_safe(self, place: int) -> bool:
        """Whether the figure's interval spans the width asked for."""
        return any(self._spans(place, sign) for sign in (0, -1, 1))

    def _spans(self, place: int, sign: int) -> bool:
        if sign:
            self._solve(place, sign)
        return bool(self.high[place] - self.low[place] >= self.width)

    def interval(self, place: int) -> Interval:
        """The figure's whole interval."""
        least, most = self._solve(place, 1), self._solve(place, -1)
        cells = self.laid.sums[[place]].nnz
        endless = most >= self.limit - cells
        return Interval(self.laid.figures[place], round(least), None if endless else round(most))

    def _program(self, cost: Floats, *, whole: bool) -> Any:
        """Persons in parts first: a corner of that program is nearly always whole, and is found much faster."""
        cells = len(cost)
        return milp(
            cost,
            integrality=np.full(cells, float(whole)),
            bounds=Bounds(np.zeros(cells), np.full(cells, self.limit)),
            constraints=[self._knows],
            options={"time_limit": SECONDS_EACH},
        )

    def _solve(self, place: int, sign: int) -> float:
        """The least (sign 1) or the most (sign -1) of a figure; ContradictionError when no table fits."""
        cost = sign * np.asarray(self.laid.sums[[place]].todense()).ravel()
        found = self._program(cost, whole=False)
        if found.status == 0 and np.abs(found.x - np.round(found.x)).max(initial=0.0) > WHOLE:
            found = self._program(cost, whole=True)
        if found.status == 2:
            raise ContradictionError(_("The figures contradict each other: no table of persons has these sums."))
        if found.x is None or found.status != 0:
            raise DisclosureError(
                _("What can be computed of {words} was not found in time.", words=self.laid.figures[place].words)
            )
        self.saw(found.x)
        return float(np.round(sign * found.fun))


def revealed(laid: Laid, width: int, among: Sequence[int] | None = None) -> list[Interval]:
    """The held-back figures whose interval spans less than `width` persons; empty when none can be computed so closely.

    `among` are the places of those to look at, all by default. Raises ContradictionError, or DisclosureError when a
    program took too long.
    """
    attacker = Attacker(laid, width)
    attacker.look_around()
    looked_at = attacker.hidden if among is None else among
    return [attacker.interval(place) for place in looked_at if not attacker.is_safe(place)]


def small_differences(laid: Laid, tables: Sequence[int], smallest: int) -> list[tuple[Figure, Figure, int]]:
    """Pairs of shown figures of different tables of which one holds the other, with 1 to `smallest` - 1 persons more.

    Subtracting gives the count of a group that neither table shows. `tables` says for each figure whose table it is.
    """
    shown = [place for place, figure in enumerate(laid.figures) if figure.count is not None]
    order = sorted(shown, key=lambda place: laid.figures[place].count or 0)
    counts = np.array([laid.figures[place].count for place in order], dtype=np.int64)
    sets = laid.sums[order]
    found = []
    for first, place in enumerate(order):
        last = int(np.searchsorted(counts, counts[first] + smallest, "left"))
        near = [
            other
            for other in range(first + 1, last)
            if tables[order[other]] != tables[place] and counts[other] > counts[first]
        ]
        if near and counts[first]:
            shared = np.asarray((sets[near] @ sets[first].T).todense()).ravel()
            inside = [other for other, common in zip(near, shared, strict=True) if common == sets[first].nnz]
            figures = laid.figures
            found += [(figures[order[other]], figures[place], int(counts[other] - counts[first])) for other in inside]
    return found


def as_shown(laid: Laid, held_back: Sequence[int]) -> Laid:
    """The same figures with some of them held back."""
    hidden = set(held_back)
    figures = tuple(
        Figure(figure.of, None if place in hidden else figure.count) for place, figure in enumerate(laid.figures)
    )
    return Laid(figures, sparse.csr_matrix(laid.sums))
