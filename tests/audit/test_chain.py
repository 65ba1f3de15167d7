"""Is every change to a chain found, and is the first changed entry the one that is named?"""

import hashlib
import json
from dataclasses import asdict, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bluehelm.web.audit.chain import (
    BEGUN,
    COLUMNS,
    NUMBERS,
    ExportError,
    NotCanonicalError,
    as_line,
    beginning,
    canonical,
    from_lines,
    hash_of,
    verify,
    withheld,
)
from tests.audit.ledgers import ledger, link

LENGTH = 7
CHAIN = ledger(LENGTH)
TEXTS = [name for name in COLUMNS if name not in NUMBERS]
places = st.integers(0, LENGTH - 1)


def by_hand(chain):
    """The slow twin: every number looked up among all entries, every hash made from the printed form."""

    def sha256(value):
        text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    for number in range(1, len(chain) + 1):
        found = [entry for entry in chain if entry.sequence == number]
        if len(found) != 1 or chain.index(found[0]) != number - 1:
            return number
        (entry,) = found
        columns = asdict(entry)
        open_columns = {name: columns.pop(name) for name in ("sequence", "at", "previous_hash")}
        written = columns.pop("hash")
        if sha256({**open_columns, "content": sha256(columns)}) != written:
            return number
        before = [other.hash for other in chain if other.sequence == number - 1] or [beginning(entry.key)]
        if [entry.previous_hash] != before or (number == 1 and entry.deed != BEGUN):
            return number
    return None


@given(st.integers(0, 12))
def test_a_chain_as_it_was_written_holds(length):
    chain = ledger(length)
    found = verify(chain)
    assert (found.entries, found.first_bad, found.reason) == (length, None, "")
    assert found.head == (chain[-1] if chain else None)


@given(places, st.sampled_from(TEXTS), st.data())
def test_a_changed_byte_of_any_text_is_found_and_its_entry_named(place, name, data):
    written = getattr(CHAIN[place], name).encode()
    assume(written)
    at = data.draw(st.integers(0, len(written) - 1))
    byte = data.draw(st.integers(0, 255))
    assume(byte != written[at])
    changed = bytes([*written[:at], byte, *written[at + 1 :]]).decode("utf-8", "surrogateescape")
    chain = [*CHAIN]
    chain[place] = replace(chain[place], **{name: changed})
    assert verify(chain).first_bad == place + 1


@given(places, st.sampled_from(TEXTS), st.text(max_size=3))
def test_text_put_in_or_taken_away_is_found(place, name, ending):
    chain = [*CHAIN]
    changed = getattr(chain[place], name) + ending if ending else getattr(chain[place], name)[:-1]
    assume(changed != getattr(chain[place], name))
    chain[place] = replace(chain[place], **{name: changed})
    assert verify(chain).first_bad == place + 1


@given(places, st.integers(-3, 5), st.sampled_from([None, 1.0, "1", b"1", True]))
def test_another_marking_is_found_whatever_its_kind(place, number, other_kind):
    for changed in (number, other_kind):
        chain = [*CHAIN]
        assume(changed is other_kind or changed != chain[place].marking)
        chain[place] = replace(chain[place], marking=changed)
        assert verify(chain).first_bad == place + 1


@given(places, st.integers(-3, LENGTH + 3))
def test_another_number_is_found_and_the_first_number_concerned_named(place, number):
    assume(number != place + 1)
    chain = [*CHAIN]
    chain[place] = replace(chain[place], sequence=number)
    chain.sort(key=lambda entry: entry.sequence)
    assert verify(chain).first_bad == min(place + 1, number)


@given(st.lists(st.integers(0, LENGTH - 1), max_size=LENGTH + 2), st.integers(0, 3))
def test_the_walk_agrees_with_its_slow_twin(order, intact):
    """Entries left out, doubled and moved as they come, after some that are left alone."""
    chain = CHAIN[:intact] + [CHAIN[place] for place in order]
    walked, slow = verify(chain).first_bad, by_hand(chain)
    if chain != CHAIN[: len(chain)]:
        assert walked is not None and slow is not None
    else:
        assert walked == slow is None


@given(places, st.sampled_from(TEXTS), st.text(max_size=5))
def test_the_walk_and_its_slow_twin_name_the_same_changed_entry(place, name, text):
    chain = [*CHAIN]
    chain[place] = replace(chain[place], **{name: text})
    assert verify(chain).first_bad == by_hand(chain)


@given(st.sets(places))
def test_an_entry_without_its_content_still_proves_the_chain(hidden):
    leaving = [withheld(entry) if place in hidden else entry for place, entry in enumerate(CHAIN)]
    assert verify(leaving).holds
    assert verify(from_lines(map(as_line, leaving))).holds
    for place in hidden - {0}:
        assert "seen from the road" not in as_line(leaving[place])
        forged = [*leaving]
        forged[place] = replace(forged[place], content="0" * 64)
        assert verify(forged).first_bad == place + 1


def test_content_that_is_alike_has_hashes_that_are_not_when_the_nonce_differs():
    alike = link(2, CHAIN[0].hash, nonce="11" * 16)
    assert alike.content != CHAIN[1].content


def test_a_chain_that_does_not_begin_with_its_ledger_is_none():
    beheaded = [link(1, beginning("cd" * 16))]
    assert verify(beheaded).first_bad == 1
    assert verify([replace(CHAIN[0], deed="audit.started")]).first_bad == 1


def test_two_entries_with_one_parent_are_a_fork():
    fork = link(LENGTH + 1, CHAIN[-2].hash)
    assert hash_of(fork) == fork.hash
    found = verify([*CHAIN, fork])
    assert (found.first_bad, found.reason) == (LENGTH + 1, f"entry {LENGTH + 1} does not follow entry {LENGTH}")


def test_what_a_chain_alone_cannot_show():
    """Cut off at its end, or written anew as a whole, it hangs together."""
    assert verify(CHAIN[:-2]).holds
    assert verify(ledger(LENGTH, by="somebody-else")).holds


def test_a_part_is_held_together_from_its_first_entry_on():
    assert verify(CHAIN[3:], since=3).holds
    assert verify(CHAIN[3:]).first_bad == 1
    assert verify(CHAIN[4:], since=3).first_bad == 4


def test_the_hash_at_a_number_is_noted():
    assert verify(CHAIN, note=4).noted == CHAIN[3].hash
    assert verify(CHAIN[4:], since=4, note=4).noted == CHAIN[3].hash
    assert verify(CHAIN, note=LENGTH + 1).noted is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    )
)
def test_canonical_text_says_the_same_and_only_once(value):
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@pytest.mark.parametrize("value", [0.5, {"a": [1.0]}, {1: "a"}, "\ud800", b"a", {"a": {1, 2}}])
def test_what_has_no_canonical_text_is_refused(value):
    with pytest.raises(NotCanonicalError):
        canonical(value)


@pytest.mark.parametrize("line", ["", "[]", "{}", "null", "7", '{"content": 1}', '{"sequence":', "[" * 100_000])
def test_a_line_that_is_no_entry_is_named(line):
    with pytest.raises(ExportError, match="Line 2 "):
        list(from_lines([as_line(CHAIN[0]), line]))
