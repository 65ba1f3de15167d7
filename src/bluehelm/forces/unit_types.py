"""What does a mission usually ask of a unit of a type, and what is lost when it is split?

Templates are dated definitions. Splitting hands out each function as evenly as whole persons allow; a function with
fewer persons than parts, and one that works only whole, is lost in the parts that have none. Totals are kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bluehelm.forces.supply import ForcesError
from bluehelm.language import _


class Function(Protocol):
    """A function with its strength; one that `works_only_whole` stays in one part."""

    @property
    def name(self) -> str: ...
    @property
    def strength(self) -> int: ...
    @property
    def works_only_whole(self) -> bool: ...


class UnitType(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def functions(self) -> Sequence[Function]: ...


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split unit; `lost` are functions of the whole that it does not have."""

    number: int
    functions: dict[str, int]
    lost: tuple[str, ...]

    @property
    def strength(self) -> int:
        return sum(self.functions.values())


@dataclass(frozen=True, slots=True)
class Split:
    """A unit in parts; the parts' strengths add up to `strength`. `lost_somewhere` are functions some part lacks."""

    unit_type: str
    strength: int
    parts: tuple[Part, ...]
    lost_somewhere: tuple[str, ...]


def strength(unit_type: UnitType) -> int:
    """All functions together."""
    return sum(function.strength for function in unit_type.functions)


def split(unit_type: UnitType, parts: int) -> Split:
    """A unit in so many parts, the first the largest; ForcesError for fewer parts than 1 or more than persons."""
    if not 1 <= parts <= strength(unit_type):
        raise ForcesError(
            [
                _(
                    "{name}: {parts} parts of a strength of {strength}",
                    name=unit_type.name,
                    parts=parts,
                    strength=strength(unit_type),
                )
            ]
        )
    shares = {function.name: _shares(function, parts) for function in unit_type.functions}
    made = tuple(_part(place, shares) for place in range(parts))
    lost = tuple(name for name in shares if any(name in part.lost for part in made))
    return Split(unit_type.name, strength(unit_type), made, lost)


def _shares(function: Function, parts: int) -> list[int]:
    if function.works_only_whole:
        return [function.strength] + [0] * (parts - 1)
    each, over = divmod(function.strength, parts)
    return [each + (place < over) for place in range(parts)]


def _part(place: int, shares: Mapping[str, Sequence[int]]) -> Part:
    functions = {name: own[place] for name, own in shares.items() if own[place]}
    return Part(place + 1, functions, tuple(name for name in shares if name not in functions))
