"""How far has a finding come, and what may happen to it next?

A recommendation runs from recommended to closed, when its effect was read or cannot be; a finding stands where the
least advanced of its open recommendations stands. Both may end otherwise: dismissed, rejected, overtaken by events,
superseded, merged. Whatever ended may be reopened with a reason, except a merged finding, which is taken out of the
other again.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from bluehelm.language import _


class State(StrEnum):
    """The states in the order of the chain, then the other ways to end."""

    PROPOSED = "proposed"
    RAISED = "raised"
    RECOMMENDED = "recommended"
    ACCEPTED = "accepted"
    UNDER_WAY = "under-way"
    PARTLY = "partially-implemented"
    IMPLEMENTED = "implemented"
    CLOSED = "closed"
    REJECTED = "rejected"
    OVERTAKEN = "overtaken"
    SUPERSEDED = "superseded"
    DISMISSED = "dismissed"
    MERGED = "merged"


CHAIN = tuple(State)[: tuple(State).index(State.REJECTED)]
OPEN = frozenset(CHAIN) - {State.CLOSED}
ENDED = frozenset(State) - OPEN
IN_PLACE = frozenset({State.IMPLEMENTED, State.CLOSED})
"""The change was made; only its effect may still have to be read."""

Course = Mapping[tuple[str, State], State]


def _from(states: Iterable[State], verb: str, to: State) -> dict[tuple[str, State], State]:
    return {(verb, state): to for state in states}


FINDING: Course = {
    **_from([State.PROPOSED], "raise", State.RAISED),
    **_from([State.PROPOSED], "dismiss", State.DISMISSED),
    **_from([State.PROPOSED, State.RAISED], "merge", State.MERGED),
    **_from([State.PROPOSED, State.RAISED], "overtake", State.OVERTAKEN),
    **_from([State.PROPOSED, State.RAISED], "supersede", State.SUPERSEDED),
    **_from([State.DISMISSED, State.OVERTAKEN, State.SUPERSEDED], "reopen", State.RAISED),
    **_from([State.MERGED], "unmerge", State.RAISED),
    **_from([State.RAISED], "recommend", State.RAISED),
}
"""What happens to a finding itself, whatever its recommendations do."""

_NOT_IN_PLACE = [State.RECOMMENDED, State.ACCEPTED, State.UNDER_WAY, State.PARTLY]

RECOMMENDATION: Course = {
    **_from([State.RECOMMENDED], "accept", State.ACCEPTED),
    **_from([State.RECOMMENDED], "modify", State.ACCEPTED),
    **_from([State.RECOMMENDED], "reject", State.REJECTED),
    **_from([State.ACCEPTED], "start", State.UNDER_WAY),
    **_from([State.UNDER_WAY], "step", State.UNDER_WAY),
    **_from([State.PARTLY], "step", State.PARTLY),
    **_from([State.UNDER_WAY, State.PARTLY], "finish-part", State.PARTLY),
    **_from([State.UNDER_WAY, State.PARTLY], "finish", State.IMPLEMENTED),
    **_from([State.IMPLEMENTED], "read-effect", State.CLOSED),
    **_from([State.IMPLEMENTED], "settle", State.CLOSED),
    **_from(_NOT_IN_PLACE, "overtake", State.OVERTAKEN),
    **_from(_NOT_IN_PLACE, "supersede", State.SUPERSEDED),
    **_from(
        [State.REJECTED, State.OVERTAKEN, State.SUPERSEDED, State.IMPLEMENTED, State.CLOSED],
        "reopen",
        State.RECOMMENDED,
    ),
}
"""What happens to one recommendation, from the day it was made until its effect was read."""


class NotPossibleError(ValueError):
    """The deed does not fit the state; `possible` are the verbs that do."""

    def __init__(self, verb: str, state: State, possible: tuple[str, ...]) -> None:
        can = (
            _("possible now: {possible}", possible=", ".join(possible))
            if possible
            else _("nothing more can happen to it")
        )
        super().__init__(
            _(
                "It is {value}, so that one cannot {verb}; {can}.",
                value=state.value,
                verb=verb.replace("-", " "),
                can=can,
            )
        )
        self.verb, self.state, self.possible = verb, state, possible


def verbs(course: Course, state: State) -> tuple[str, ...]:
    """What may happen in a state, in the order of the course; empty when nothing may."""
    return tuple(verb for verb, at in course if at == state)


def next_state(course: Course, verb: str, state: State) -> State:
    """The state a verb leads to; NotPossibleError when it does not fit."""
    try:
        return course[verb, state]
    except KeyError:
        raise NotPossibleError(verb, state, verbs(course, state)) from None


def standing(own: State, recommendations: Iterable[State]) -> State:
    """Where a finding stands: at its least advanced open recommendation, else at the best of the ended ones."""
    states = list(recommendations)
    if own != State.RAISED or not states:
        return own
    still_open = [state for state in states if state in OPEN]
    return min(still_open or states, key=tuple(State).index)
