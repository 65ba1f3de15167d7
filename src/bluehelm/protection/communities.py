"""Were promises to communities kept, and whose voices were not heard?

A promise has a day. It is kept in time, kept late, open, overdue or taken back; and that people were told what became
of what they raised is asked apart, because a promise kept in silence is not known to those it was made to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

STANDINGS = ("overdue", "open", "kept-late", "kept", "taken-back")


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised: made and due on a day, kept on another or not yet; `taken_back` when it was given up."""

    id: str
    made: date
    due: date
    kept: date | None = None
    taken_back: date | None = None
    fed_back: date | None = None


def standing(promise: Promise, on: date) -> str:
    """How a promise stands at the end of a day, from what was known by then."""
    if promise.kept and promise.kept <= on:
        return "kept" if promise.kept <= promise.due else "kept-late"
    if promise.taken_back and promise.taken_back <= on:
        return "taken-back"
    return "overdue" if promise.due < on else "open"


@dataclass(frozen=True, slots=True)
class Kept:
    """How promises stand, and how many of those that ended were told back to those they were made to."""

    promises: int
    by_standing: tuple[tuple[str, int], ...]
    ended: int
    fed_back: int


def kept(promises: Iterable[Promise], on: date) -> Kept:
    """All promises made by a day, in the order of STANDINGS."""
    made = [one for one in promises if one.made <= on]
    stand = [standing(one, on) for one in made]
    ended = [one for one, how in zip(made, stand, strict=True) if how not in ("open", "overdue")]
    return Kept(
        len(made),
        tuple((how, stand.count(how)) for how in STANDINGS),
        len(ended),
        sum(one.fed_back is not None and one.fed_back <= on for one in ended),
    )


@dataclass(frozen=True, slots=True)
class Voice:
    """One group of people: in how many of the engagements it was heard, of how many said who was there, and when last.

    `engagements_said` leaves out those that did not say who was heard: silence about a group is no absence of it.
    """

    group: str
    heard: int
    engagements_said: int
    last_heard: date | None


def voices(
    engagements: Iterable[tuple[date, Sequence[str]]], groups: Sequence[str], since: date, on: date
) -> list[Voice]:
    """Whose voices are missing since a day, least heard first. Each engagement is a day and the groups heard there."""
    said = [(day, set(heard)) for day, heard in engagements if since <= day <= on and heard]
    found = [_voice(group, said) for group in groups]
    return sorted(found, key=lambda one: (one.heard, groups.index(one.group)))


def _voice(group: str, said: Sequence[tuple[date, set[str]]]) -> Voice:
    days = [day for day, heard in said if group in heard]
    return Voice(group, len(days), len(said), max(days, default=None))
