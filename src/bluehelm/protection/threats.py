"""Who is threatened by whom, what changed since another day, and whose review is overdue?

A threat is a profile in words: each of them is reviewed, has evidence and a place in a ladder, and none is multiplied
with another. A matrix lays likelihood beside impact; it makes no number of them, so that no place is ranked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from bluehelm.language import _

LADDERS = ("capability", "intent", "vulnerability", "host_will", "host_capacity", "others_capacity", "likelihood",
           "impact", "trend")  # fmt: skip
"""What is said in a word out of a few, from the least to the gravest or fullest."""
TEXTS = ("title", "perpetrator", "civilians", "rationale", "others_will")
AGES_AND_SEXES = ("women", "men", "girls", "boys")
"""Civilians at risk; a number that nobody knows is null."""
RISING = ("likelihood", "impact")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is said differently on two days: which field, in words, and how it moved on its ladder.

    A word that nobody had said is empty; so is `moved` where there is no ladder to go up or down.
    """

    field: str
    about: str
    before: str
    after: str
    moved: Literal["", "rose", "fell"] = ""

    @property
    def is_rise(self) -> bool:
        return self.moved == "rose"


@dataclass(frozen=True, slots=True)
class Moved:
    """What happened to one threat between two days: `new`, `closed`, `changed` or `same`."""

    threat: str
    how: str
    changes: tuple[Change, ...]

    @property
    def rose(self) -> bool:
        return any(change.is_rise for change in self.changes)


Profile = Mapping[str, Any]
Ladders = Mapping[str, Sequence[str]]


def changes(before: Profile, after: Profile, ladders: Ladders) -> tuple[Change, ...]:
    """What two profiles of one threat say differently, in their order; whether likelihood or impact rose is said."""
    names = (*TEXTS, *LADDERS, *AGES_AND_SEXES)
    return tuple(_changed(name, before, after, ladders) for name in names if before.get(name) != after.get(name))


def _changed(name: str, before: Profile, after: Profile, ladders: Ladders) -> Change:
    moved, said = _moved_on(name, before, after, ladders), name.replace("_", " ")
    if moved:
        said = _("{said} (rose)", said=said) if moved == "rose" else _("{said} (fell)", said=said)
    return Change(name, said, _said(before.get(name)), _said(after.get(name)), moved)


def _moved_on(name: str, before: Profile, after: Profile, ladders: Ladders) -> Literal["", "rose", "fell"]:
    """Whether likelihood or impact rose or fell; nothing where a word stands on no ladder."""
    ladder = list(ladders.get(name, ())) if name in RISING else []
    if before.get(name) not in ladder or after.get(name) not in ladder:
        return ""
    return "rose" if ladder.index(after[name]) > ladder.index(before[name]) else "fell"


def _said(value: object) -> str:
    return "" if value is None else f"{value}"


def compared(before: Mapping[str, Profile], after: Mapping[str, Profile], ladders: Ladders) -> list[Moved]:
    """Every threat of either day: those that rose first, then new, changed, closed and unchanged ones, by name."""
    found = [_moved(name, before.get(name), after.get(name), ladders) for name in sorted(before.keys() | after.keys())]
    order = ("new", "changed", "closed", "same")
    return sorted(found, key=lambda one: (not one.rose, order.index(one.how), one.threat))


def _moved(name: str, before: Profile | None, after: Profile | None, ladders: Ladders) -> Moved:
    if before is None or after is None:
        return Moved(name, "new" if before is None else "closed", ())
    found = changes(before, after, ladders)
    return Moved(name, "changed" if found else "same", found)


@dataclass(frozen=True, slots=True)
class Review:
    """A threat with the day by which it is looked at again."""

    threat: str
    review_on: date


def overdue(reviews: Iterable[Review], on: date) -> list[Review]:
    """Those past their day, longest overdue first; on the day itself none is."""
    return sorted((one for one in reviews if one.review_on < on), key=lambda one: (one.review_on, one.threat))
