"""Does the course of a finding let through what should happen, and nothing else?"""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.spine import NotPossibleError, State, next_state, standing, verbs
from bluehelm.spine.course import CHAIN, ENDED, FINDING, OPEN, RECOMMENDATION

COURSES = {"finding": (FINDING, State.PROPOSED), "recommendation": (RECOMMENDATION, State.RECOMMENDED)}
VERBS = sorted({verb for course, _start in COURSES.values() for verb, _state in course})
states = st.sampled_from(State)
of_recommendations = st.sampled_from(sorted({state for _verb, state in RECOMMENDATION} | set(RECOMMENDATION.values())))


def reachable(course, start) -> set[State]:
    found, frontier = {start}, [start]
    while frontier:
        state = frontier.pop()
        for verb in verbs(course, state):
            after = next_state(course, verb, state)
            if after not in found:
                found.add(after)
                frontier.append(after)
    return found


def test_every_state_belongs_to_one_of_the_courses():
    met = set().union(*(reachable(course, start) for course, start in COURSES.values()))
    assert met == set(State)


@pytest.mark.parametrize("name", COURSES)
def test_whatever_ended_can_be_taken_up_again(name):
    course, start = COURSES[name]
    for state in reachable(course, start) & ENDED:
        assert any(next_state(course, verb, state) in OPEN for verb in verbs(course, state)), state


def test_the_way_to_the_effect_cannot_be_shortened():
    way = [State.RECOMMENDED, State.ACCEPTED, State.UNDER_WAY, State.IMPLEMENTED, State.CLOSED]
    for before, after in product(way, way):
        steps = [verb for verb in verbs(RECOMMENDATION, before) if next_state(RECOMMENDATION, verb, before) == after]
        if way.index(after) > way.index(before) + 1:
            assert steps == [], (before, after)


@given(verb=st.sampled_from(VERBS), state=states)
def test_what_is_not_possible_is_refused_with_what_is(verb, state):
    for course, _start in COURSES.values():
        if verb in verbs(course, state):
            assert next_state(course, verb, state) in State
        else:
            with pytest.raises(NotPossibleError) as refusal:
                next_state(course, verb, state)
            assert refusal.value.possible == verbs(course, state)


def test_after_a_rejection_there_is_no_action_without_a_new_decision():
    assert verbs(RECOMMENDATION, State.REJECTED) == ("reopen",)
    assert next_state(RECOMMENDATION, "reopen", State.REJECTED) == State.RECOMMENDED


def slow_standing(own: State, recommendations: list[State]) -> State:
    """The same, spelt out: walk along the chain and stop at the first recommendation that is still open there."""
    if own != State.RAISED or not recommendations:
        return own
    for state in CHAIN[:-1]:
        if state in recommendations:
            return state
    for state in State:
        if state in recommendations:
            return state
    raise AssertionError


@given(own=states, recommendations=st.lists(of_recommendations, max_size=6))
def test_where_a_finding_stands_is_the_same_as_by_walking(own, recommendations):
    assert standing(own, recommendations) == slow_standing(own, recommendations)


@given(recommendations=st.lists(of_recommendations, min_size=1, max_size=6))
def test_a_finding_is_open_exactly_as_long_as_one_of_its_recommendations_is(recommendations):
    is_open = standing(State.RAISED, recommendations) in OPEN
    assert is_open == any(state in OPEN for state in recommendations)


@given(recommendations=st.lists(of_recommendations, max_size=6), seed=st.randoms())
def test_the_order_of_recommendations_does_not_matter(recommendations, seed):
    shuffled = list(recommendations)
    seed.shuffle(shuffled)
    assert standing(State.RAISED, shuffled) == standing(State.RAISED, recommendations)
