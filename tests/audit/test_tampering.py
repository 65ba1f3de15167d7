"""Is the audit of a data folder found broken after every attack by somebody who holds the database file?

The attacker drops the triggers first, and where needed makes the table anew without its constraints. Two attacks
leave a chain that hangs together, writing everything anew and cutting off the end: they are found with a checkpoint,
and these tests say that they are not found without one.
"""

import sqlite3
from dataclasses import astuple, replace

import pytest

from bluehelm.web.audit.chain import COLUMNS, Link, linked, verify
from bluehelm.web.audit.offline import links_of
from tests.audit.attacker import attack, drop_guards
from tests.audit.conftest import ENTRIES
from tests.audit.ledgers import ledger

NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
INSERT = f"INSERT INTO audit_entry ({NAMES}) VALUES ({', '.join('?' * len(COLUMNS))})"


def entries(home) -> list[Link]:
    with links_of(home / "bluehelm.sqlite3") as links:
        return list(links)


def put(home, links) -> None:
    """Write these entries instead of those there are, in a table that refuses nothing."""
    connection = sqlite3.connect(home / "bluehelm.sqlite3")
    drop_guards(connection, "sqlite")
    connection.execute("DROP TABLE audit_entry")
    connection.execute(f"CREATE TABLE audit_entry ({NAMES})")
    connection.executemany(INSERT, [astuple(link) for link in links])
    connection.commit()
    connection.close()


def test_an_untouched_audit_holds(audit):
    code, said = audit("verify")
    assert (code, said["entries"], said["ok"], said["first_bad"]) == (0, ENTRIES, True, None)
    assert said["head"]["sequence"] == ENTRIES
    assert "without a checkpoint" in said["shown"].lower()


@pytest.mark.parametrize("number", [1, 2, 7, ENTRIES])
@pytest.mark.parametrize(
    "change",
    [
        "\"by\" = 'nobody'",
        "deed = 'finding.closed'",
        "reason = reason || '.'",
        "detail = '{ }'",
        "marking = marking + 1",
        "at = replace(at, '2', '3')",
        "nonce = hex(randomblob(16))",
        "previous_hash = replace(previous_hash, substr(previous_hash, 1, 1), 'x')",
        "hash = upper(hash) || ' '",
        "reason = CAST('seen' AS BLOB)",
        "post = CAST(x'ff' AS TEXT)",
        'key = "key" || char(0)',
    ],
)
def test_an_edit_is_found(audit, home, number, change):
    attack(home / "bluehelm.sqlite3", f"UPDATE audit_entry SET {change} WHERE sequence = {number}")
    code, said = audit("verify")
    assert (code, said["entries"], said["ok"], said["first_bad"]) == (1, ENTRIES, False, number)


@pytest.mark.parametrize("number", [1, 2, 7, ENTRIES - 1])
def test_an_entry_taken_out_is_found(audit, home, number):
    attack(home / "bluehelm.sqlite3", f"DELETE FROM audit_entry WHERE sequence = {number}")
    code, said = audit("verify")
    assert (code, said["entries"], said["first_bad"]) == (1, ENTRIES - 1, number)


def test_an_entry_taken_out_is_found_when_the_rest_is_numbered_again(audit, home):
    attack(
        home / "bluehelm.sqlite3",
        "DELETE FROM audit_entry WHERE sequence = 7",
        "UPDATE audit_entry SET sequence = sequence - 1 WHERE sequence > 7",
    )
    assert audit("verify")[1]["first_bad"] == 7


def test_entries_that_changed_places_are_found(audit, home):
    attack(
        home / "bluehelm.sqlite3",
        "UPDATE audit_entry SET sequence = 0 WHERE sequence = 5",
        "UPDATE audit_entry SET sequence = 5 WHERE sequence = 8",
        "UPDATE audit_entry SET sequence = 8 WHERE sequence = 0",
    )
    assert audit("verify")[1]["first_bad"] == 5


def test_entries_that_changed_places_are_found_when_each_has_its_right_hash(audit, home):
    chain = entries(home)
    chain[4] = linked(replace(chain[7], sequence=5))
    chain[7] = linked(replace(chain[4], sequence=8))
    put(home, chain)
    assert audit("verify")[1]["first_bad"] == 5


def test_a_fork_is_found(audit, home):
    """Two entries with one parent, both with hashes that fit what they say."""
    chain = entries(home)
    branch = linked(replace(chain[8], reason="never happened", sequence=ENTRIES + 1))
    put(home, [*chain, branch])
    assert audit("verify")[1]["first_bad"] == ENTRIES + 1


def test_a_fork_under_the_same_number_is_found(audit, home):
    chain = entries(home)
    put(home, [*chain, linked(replace(chain[8], reason="never happened"))])
    assert audit("verify")[1]["first_bad"] in (9, 10)


@pytest.mark.parametrize("number", [0, -4, None, "5a"])
def test_an_entry_put_in_beside_the_numbers_is_found(audit, home, number):
    chain = entries(home)
    put(home, [*chain, replace(chain[4], sequence=number)])
    code, said = audit("verify")
    assert (code, said["ok"], said["entries"]) == (1, False, ENTRIES + 1)


def test_an_edit_is_found_when_its_own_hash_was_made_anew(audit, home):
    chain = entries(home)
    chain[5] = linked(replace(chain[5], reason="another reason"))
    put(home, chain)
    assert audit("verify")[1]["first_bad"] == 7


def test_the_last_entry_changed_together_with_its_hash_is_found_only_with_a_checkpoint(audit, home, checkpoint):
    chain = entries(home)
    put(home, [*chain[:-1], linked(replace(chain[-1], reason="another reason"))])
    assert audit("verify")[0] == 0
    code, said = audit("verify", "--checkpoint", checkpoint)
    assert (code, said["first_bad"]) == (1, ENTRIES)


@pytest.fixture
def checkpoint(audit, tmp_path):
    """A checkpoint of the folder as it was written, kept elsewhere."""
    file = tmp_path / "kept elsewhere.json"
    assert audit("checkpoint", "--out", file)[0] == 0
    return file


def written_anew(home, *, keep_ledger: bool) -> None:
    name = entries(home)[0].key if keep_ledger else "cd" * 16
    put(home, ledger(ENTRIES, name, by="somebody-else"))


def test_an_audit_written_anew_is_not_found_without_a_checkpoint(audit, home):
    written_anew(home, keep_ledger=False)
    assert audit("verify")[0] == 0


def test_an_audit_written_anew_as_another_ledger_is_found_with_a_checkpoint(audit, home, checkpoint):
    written_anew(home, keep_ledger=False)
    code, said = audit("verify", "--checkpoint", checkpoint)
    assert (code, said["ok"], said["first_bad"]) == (1, False, 1)
    assert "another ledger" in said["reason"]


def test_an_audit_written_anew_under_the_same_name_is_found_with_a_checkpoint(audit, home, checkpoint):
    written_anew(home, keep_ledger=True)
    code, said = audit("verify", "--checkpoint", checkpoint)
    assert (code, said["ok"], said["first_bad"]) == (1, False, ENTRIES)
    assert "written anew" in said["reason"]


def test_a_rewritten_end_is_found_with_a_checkpoint(audit, home, checkpoint):
    chain = entries(home)[:6]
    while len(chain) < ENTRIES + 3:
        last = chain[-1]
        chain.append(linked(replace(last, sequence=last.sequence + 1, previous_hash=last.hash, reason="made up")))
    put(home, chain)
    assert audit("verify")[0] == 0
    assert audit("verify", "--checkpoint", checkpoint)[0] == 1


@pytest.mark.parametrize("left", [0, 1, 7, ENTRIES - 1])
def test_an_audit_cut_off_is_found_only_with_a_checkpoint(audit, home, checkpoint, left):
    attack(home / "bluehelm.sqlite3", f"DELETE FROM audit_entry WHERE sequence > {left}")
    code, said = audit("verify")
    assert (code, said["entries"], said["ok"]) == (0, left, True)
    code, said = audit("verify", "--checkpoint", checkpoint)
    assert (code, said["ok"], said["first_bad"]) == (1, False, left + 1)
    assert "cut off" in said["reason"]


def test_an_audit_cut_off_after_its_checkpoint_is_not_found(audit, home, tmp_path):
    """What was written after the last checkpoint is only as safe as the machine: the words say so."""
    attack(home / "bluehelm.sqlite3", "DELETE FROM audit_entry WHERE sequence > 8")
    audit("checkpoint", "--out", tmp_path / "early.json")
    code, said = audit("verify", "--checkpoint", tmp_path / "early.json")
    assert (code, said["ok"]) == (0, True)
    assert "After entry 8 it is not shown that nothing was cut off" in said["shown"]


def test_a_table_that_was_dropped_is_no_proof(audit, home, checkpoint):
    attack(home / "bluehelm.sqlite3", "DROP TABLE audit_entry")
    for words in (["verify"], ["verify", "--checkpoint", checkpoint]):
        code, said = audit(*words)
        assert (code, said["ok"], said["error"]["code"]) == (1, False, "unreadable")


def test_a_column_that_was_dropped_is_found(audit, home):
    attack(home / "bluehelm.sqlite3", "ALTER TABLE audit_entry DROP COLUMN reason")
    assert audit("verify")[0] == 1


def test_the_attacks_start_from_a_chain_that_holds(home):
    assert verify(entries(home)).holds
