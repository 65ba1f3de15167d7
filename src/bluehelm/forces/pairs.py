"""Which of many units fit which of many requirements, and how far is each from fitting?

The rules of `fit` over arrays: one row for each requirement, one column for each unit. A test holds both to the same
answers.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluehelm.forces.supply import Requirement, Unit

Numbers = NDArray[np.int64]
Truths = NDArray[np.bool_]

ROWS_AT_A_TIME = 200  # bounds memory: a few arrays of this many rows and a column for each unit


@dataclass(frozen=True, slots=True)
class Pairs:
    """Requirements and units that fit, as positions in their lists: `parts` of the unit would give `strength`."""

    requirement: Numbers
    unit: Numbers
    parts: Numbers
    strength: Numbers


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """How far each unit is from each requirement, 0 where that rule holds.

    Days late and ending too early, persons missing, steps of level, caveats in the way; whether no language is
    shared and whether the capability is another.
    """

    capability: Truths
    level_steps: Numbers
    late_days: Numbers
    early_end_days: Numbers
    language: Truths
    caveats: Numbers
    missing_persons: Numbers

    @property
    def fits(self) -> Truths:
        fits: Truths = self.changes_needed == 0
        return fits

    @property
    def changes_needed(self) -> Numbers:
        """How many fields of an offer stand in the way of each fit."""
        short = np.zeros(self.capability.shape, np.int64)
        for amount in (
            self.capability,
            self.level_steps,
            self.late_days,
            self.early_end_days,
            self.language,
            self.caveats,
            self.missing_persons,
        ):
            short += amount > 0
        return short


class Offers:
    """The units of one list as arrays, made once and compared with any requirements."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        self._languages = _Places(language for unit in units for language in unit.languages)
        self._caveats = _Places(str(caveat) for unit in units for caveat in unit.caveats)
        self._capability = np.array([unit.capability for unit in units], dtype=object)
        self._level = _numbers(unit.level.rank for unit in units)
        self._from = _numbers(unit.from_on.toordinal() for unit in units)
        self._until = _numbers(unit.until_on.toordinal() for unit in units)
        self._strength = _numbers(unit.strength for unit in units)
        self._parts = _numbers(unit.parts for unit in units)
        self._speaks = self._languages.marks(unit.languages for unit in units)
        self._refuses = self._caveats.marks({str(caveat) for caveat in unit.caveats} for unit in units)

    def shortfalls(self, asked: Sequence[Requirement]) -> Shortfalls:
        """How far every unit is from each of the requirements; one row a requirement."""
        asks = self._languages.marks(requirement.languages for requirement in asked)
        any_language = np.array([not requirement.languages for requirement in asked], dtype=bool)
        meets = self._caveats.marks(_named(requirement) for requirement in asked)
        capability = np.array([requirement.capability for requirement in asked], dtype=object)
        level = _column(requirement.min_level.rank for requirement in asked)
        from_day = _column(requirement.from_on.toordinal() for requirement in asked)
        until_day = _column(requirement.until_on.toordinal() for requirement in asked)
        strength = _column(requirement.strength for requirement in asked)
        return Shortfalls(
            capability=(capability[:, None] != self._capability[None, :]).astype(bool),
            level_steps=np.maximum(level - self._level, 0),
            late_days=np.maximum(self._from - from_day, 0),
            early_end_days=np.maximum(until_day - self._until, 0),
            language=(asks @ self._speaks.T == 0) & ~any_language[:, None],
            caveats=(meets @ self._refuses.T).astype(np.int64),
            missing_persons=np.maximum(strength - self._strength, 0),
        )

    def fitting(self, asked: Sequence[Requirement]) -> Pairs:
        """Every pair that fits, requirements first, then units, both in the order of their lists."""
        blocks = []
        for start in range(0, len(asked), ROWS_AT_A_TIME):
            rows, columns = np.nonzero(self.shortfalls(asked[start : start + ROWS_AT_A_TIME]).fits)
            blocks.append((rows + start, columns))
        row = np.concatenate([block[0] for block in blocks]) if blocks else np.zeros(0, np.int64)
        column = np.concatenate([block[1] for block in blocks]) if blocks else np.zeros(0, np.int64)
        return Pairs(row, column, *self._service(asked, row, column))

    def _service(self, asked: Sequence[Requirement], row: Numbers, column: Numbers) -> tuple[Numbers, Numbers]:
        """As `supply.service`, for pairs that fit."""
        need = _numbers(requirement.strength for requirement in asked)[row]
        accepts = np.array([requirement.accepts_parts for requirement in asked], dtype=bool)[row]
        strength, parts = self._strength[column], self._parts[column]
        part = strength // parts
        fewest = np.maximum(-(-need // np.maximum(part, 1)), 1)
        in_parts = (fewest * part >= need) & (fewest <= np.where(accepts, parts, 1))
        return np.where(in_parts, fewest, parts), np.where(in_parts, fewest * part, strength)


class _Places:
    """A column for each different word."""

    def __init__(self, words: Iterable[str]) -> None:
        self._place = {word: place for place, word in enumerate(sorted(set(words)))}

    def marks(self, rows: Iterable[Collection[str]]) -> NDArray[np.float32]:
        """1 where a row has a word, so that a product of two such arrays counts the words shared."""
        listed = list(rows)
        marked = np.zeros((len(listed), len(self._place)), np.float32)
        for number, words in enumerate(listed):
            marked[number, [self._place[word] for word in words if word in self._place]] = 1
        return marked


def _named(requirement: Requirement) -> list[str]:
    """The caveats that would keep a unit from a requirement."""
    return [
        f"mission:{requirement.mission}",
        f"area:{requirement.area}",
        *(f"task:{task}" for task in requirement.tasks),
    ]


def _numbers(values: Iterable[int]) -> Numbers:
    return np.fromiter(values, np.int64)


def _column(values: Iterable[int]) -> Numbers:
    return _numbers(values)[:, None]
