"""Does the one predicate open what it should, and nothing else?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.disclosure import (
    EVERYONE,
    NOBODY,
    OPEN,
    OUTSIDER,
    Label,
    Marking,
    Pass,
    Reader,
    audience_names,
    combined,
    may_read,
)

NAMES = [EVERYONE, "headquarters", "mission:UNX", "section:UNX/JMAC", "organisation:KEN", "post:unx-jmac"]
markings = st.sampled_from(Marking)
audiences = st.frozensets(st.sampled_from(NAMES))
labels = st.builds(Label, markings, audiences)
passes = st.builds(Pass, markings, audiences)
readers = st.builds(Reader, st.lists(passes, max_size=3).map(tuple))


def by_hand(reader, label):
    """The slow obvious answer: try every pass with every name."""
    for held in reader.passes:
        for name in held.audiences:
            for addressed in label.releasable_to:
                if name == addressed and label.marking.value <= held.clearance.value:
                    return True
    return False


@given(readers, labels)
def test_it_answers_as_trying_every_name_does(reader, label):
    assert may_read(reader, label) == by_hand(reader, label)


@given(readers, markings)
def test_an_empty_audience_means_nobody(reader, marking):
    assert not may_read(reader, Label(marking, frozenset()))
    assert not may_read(reader, NOBODY)


@given(labels)
def test_a_reader_without_passes_reads_nothing(label):
    assert not may_read(Reader(()), label)


@given(readers, labels, passes)
def test_another_pass_never_closes_anything(reader, label, more):
    if may_read(reader, label):
        assert may_read(Reader((*reader.passes, more)), label)


@given(readers, labels)
def test_a_higher_marking_never_opens_anything(reader, label):
    for higher in Marking:
        if higher >= label.marking and may_read(reader, Label(higher, label.releasable_to)):
            assert may_read(reader, label)


@given(readers, st.lists(labels, min_size=1, max_size=4))
def test_what_is_made_from_several_records_is_read_only_by_who_may_read_each_by_one_pass(reader, made_from):
    if may_read(reader, combined(made_from)):
        assert all(may_read(reader, label) for label in made_from)


def test_what_is_made_from_nothing_is_addressed_to_nobody():
    assert combined([]) == NOBODY


@given(readers, labels)
def test_passes_do_not_lend_each_other_their_clearance(reader, label):
    widest = Pass(
        max((held.clearance for held in reader.passes), default=Marking.UNCLASSIFIED),
        frozenset().union(*(held.audiences for held in reader.passes)),
    )
    if may_read(reader, label):
        assert may_read(Reader((widest,)), label)


def test_a_cleared_pass_for_one_audience_does_not_open_another():
    reader = Reader(
        (
            Pass(Marking.STRICTLY_CONFIDENTIAL, frozenset({"mission:UNX"})),
            Pass(Marking.UNCLASSIFIED, frozenset({"headquarters"})),
        )
    )
    assert not may_read(reader, Label(Marking.CONFIDENTIAL, frozenset({"headquarters"})))


def test_an_outsider_reads_open_data_and_nothing_else():
    assert may_read(OUTSIDER, OPEN)
    assert not may_read(OUTSIDER, Label(Marking.CONFIDENTIAL, frozenset({EVERYONE})))
    assert not may_read(OUTSIDER, Label(Marking.UNCLASSIFIED, frozenset({"headquarters"})))


@given(st.frozensets(st.sampled_from(NAMES)))
def test_a_list_of_audiences_reads_back_as_it_was_written(names):
    assert audience_names(" | ".join(sorted(names))) == names


@pytest.mark.parametrize("text", ["Everyone", "mission:", "mission:UNX;headquarters", "a/b", "mission:UNX/a/b", "é"])
def test_an_unreadable_audience_is_refused_by_name(text):
    with pytest.raises(ValueError, match="an audience is written like"):
        audience_names(text)


@pytest.mark.parametrize("marking", Marking)
def test_a_marking_reads_back_from_its_code(marking):
    assert Marking.from_code(marking.code) is marking


def test_an_unknown_marking_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="unclassified, confidential, strictly-confidential"):
        Marking.from_code("secret")
