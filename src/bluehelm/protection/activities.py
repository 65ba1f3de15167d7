"""What became of what was done against a threat?

A patrol is not protection. Activities are shown by the threat they answer, the outcome they were meant to have and what
became of that outcome, and never as a number alone: there is no function here that only counts them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

UNTIED = ""
NOT_YET = "not-yet-known"


@dataclass(frozen=True, slots=True)
class Done:
    """One activity: its kind, the threat it answers (empty: none), what it was meant to bring, what became of that."""

    id: str
    kind: str
    threat: str
    intended: str
    became: str = NOT_YET


@dataclass(frozen=True, slots=True)
class Pursued:
    """One intended outcome of one threat: what became of it in each activity; `became` is in the order of the words."""

    threat: str
    intended: str
    became: tuple[tuple[str, tuple[str, ...]], ...]


def pursued(activities: Iterable[Done], words: Iterable[str]) -> list[Pursued]:
    """Activities by threat and intended outcome, each with what became of it, by id."""
    order = list(words)
    groups: dict[tuple[str, str], dict[str, list[str]]] = {}
    for one in activities:
        if one.threat != UNTIED:
            groups.setdefault((one.threat, one.intended), {}).setdefault(one.became, []).append(one.id)
    return [
        Pursued(threat, intended, tuple((word, tuple(sorted(found[word]))) for word in order if word in found))
        for (threat, intended), found in sorted(groups.items())
    ]


def untied(activities: Iterable[Done]) -> list[str]:
    """The activities that answer no threat: worth doing perhaps, and not known to protect anybody."""
    return sorted(one.id for one in activities if one.threat == UNTIED)
