"""How do tours and idle months make one path through the months of a slot or an offer?

A path uses a month once, so that no two tours of one owner meet.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bluehelm.optimise.programs import Truths

Numbers = NDArray[np.int64]


class Window(Protocol):
    """Months from the first to the last, both included."""

    @property
    def first(self) -> int: ...

    @property
    def last(self) -> int: ...


class Paths:
    """For each owner one path from its first month to the end of its last, over tours and over idle months.

    `entries` are rows, columns, the number of rows and values; a column for each tour, and from `columns` before on one
    for each idle month.
    """

    def __init__(self, owners: Sequence[Window], owner: Numbers, first: Numbers, months: Numbers, columns: int) -> None:
        length = np.array([one.last - one.first + 1 for one in owners], np.int64)
        begins = np.cumsum(length) - length
        origin = np.array([one.first for one in owners], np.int64)
        idle = np.arange(int(length.sum()))
        leaves = np.concatenate([begins[owner] + first - origin[owner], idle])
        enters = leaves + np.concatenate([months, np.ones(len(idle), np.int64)])
        ends = np.concatenate([(begins + length)[owner], np.repeat(begins + length, length)])
        column = np.concatenate([np.arange(len(owner)), columns + idle])
        inside = enters < ends
        self.columns = columns + len(idle)
        self.supply = np.zeros(len(idle))
        self.supply[begins] = 1.0
        self.entries = (
            np.concatenate([leaves, enters[inside]]),
            np.concatenate([column, column[inside]]),
            len(idle),
            np.concatenate([np.ones(len(column)), -np.ones(int(inside.sum()))]),
        )


def idle_months(owners: Sequence[Window], owner: Numbers, first: Numbers, months: Numbers) -> Truths:
    """The months, owner by owner, that no tour takes."""
    length = np.array([one.last - one.first + 1 for one in owners], np.int64)
    idle = np.ones(int(length.sum()), dtype=bool)
    begins = (np.cumsum(length) - length)[owner] + first - np.array([one.first for one in owners], np.int64)[owner]
    for begin, end in zip(begins.tolist(), (begins + months).tolist(), strict=True):
        idle[begin:end] = False
    return idle
