"""Are a record and its entry kept together or not at all, and is an entry what was said?"""

import json

import pytest
from django.db import DatabaseError, transaction

from bluehelm.web.audit.chain import BEGUN, COLUMNS, verify
from bluehelm.web.audit.entries import AuditError, append_entry, changes
from bluehelm.web.audit.models import AppendOnlyError, Entry

RAISED = {"deed": "finding.raised", "kind": "finding", "key": "12", "by": "analyst"}


def links():
    return [entry.link for entry in Entry.objects.all()]


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused():
    with pytest.raises(AuditError, match="outside a transaction"):
        append_entry(**RAISED)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_the_first_entry_begins_a_ledger_and_the_next_follows_it():
    entry = append_entry(**RAISED, detail={"changed": ["state"]}, reason="évidence")
    begun, raised = links()
    assert (begun.sequence, begun.deed, raised.sequence) == (1, BEGUN, 2)
    assert raised == entry.link
    assert json.loads(raised.detail) == {"changed": ["state"]}
    assert verify([begun, raised]).ledger == begun.key


@pytest.mark.django_db(transaction=True)
def test_two_ledgers_never_begin_alike():
    with transaction.atomic():
        append_entry(**RAISED)
        (first, _) = links()
        transaction.set_rollback(True)
    with transaction.atomic():
        append_entry(**RAISED)
    assert links()[0].hash != first.hash


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_with_the_transaction_it_was_written_in():
    with transaction.atomic():
        append_entry(**RAISED)
    with pytest.raises(RuntimeError), transaction.atomic():
        append_entry(**RAISED)
        raise RuntimeError
    with transaction.atomic():
        append_entry(**RAISED)
    assert [link.sequence for link in links()] == [1, 2, 3]
    assert verify(links()).holds


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"deed": " "},
        {"by": ""},
        {"by": "a" * 161},
        {"reason": "\0"},
        {"reason": "\ud800"},
        {"marking": -1},
        {"marking": True},
        {"detail": {"share": 0.5}},
        {"detail": {1: "one"}},
        {"detail": {"text": "\udfff"}},
    ],
)
def test_what_a_database_would_change_is_refused_before_it_is_written(wrong):
    with pytest.raises(AuditError):
        append_entry(**{**RAISED, **wrong})
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_the_application_has_no_other_way_to_write_entries():
    entry = append_entry(**RAISED)
    ways = [
        entry.save,
        entry.delete,
        Entry(sequence=9).save,
        Entry.objects.create,
        Entry.objects.all().delete,
        Entry.objects.filter(sequence=2).update,
        Entry.objects.all().bulk_create,
        Entry.objects.all().bulk_update,
        Entry.objects.get_or_create,
        Entry.objects.update_or_create,
    ]
    for way in ways:
        with pytest.raises(AppendOnlyError):
            way()
    assert verify(links()).holds


@pytest.mark.django_db
def test_the_database_refuses_a_second_entry_that_follows_the_same_one():
    entry = append_entry(**RAISED)
    twin = {**{field.name: getattr(entry, field.name) for field in Entry._meta.fields}, "sequence": 3}
    with pytest.raises(DatabaseError), transaction.atomic():
        super(Entry, Entry(**twin)).save(force_insert=True)
    assert len(links()) == 2


def test_a_change_names_every_field_and_shows_only_what_was_declared_plain():
    before = {"state": "open", "note": "about a person", "due": "2026-01-01"}
    after = {"state": "done", "note": "about another", "due": "2026-01-01"}
    assert changes(before, after, plain={"state", "due"}) == {
        "changed": ["note", "state"],
        "from": {"state": "open"},
        "to": {"state": "done"},
    }


def test_every_column_of_the_table_is_hashed_or_is_the_hash():
    assert tuple(field.name for field in Entry._meta.fields) == COLUMNS
