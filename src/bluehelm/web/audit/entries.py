"""How is a deed written into the audit, so that the record and its entry are kept together or not at all?"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from secrets import token_hex

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from bluehelm.disclosure import Marking
from bluehelm.web.audit.chain import (
    BEGUN,
    COLUMNS,
    JSON,
    NUMBERS,
    Link,
    NotCanonicalError,
    beginning,
    canonical,
    linked,
)
from bluehelm.web.audit.models import Entry

# PostgreSQL's lock belongs to the transaction and ends with it. Locking the table instead would ask for rights to
# change entries, which the application's role need not have.
CHAIN_LOCK = 0x626C_7565_6865_6C6D

TEXT_LENGTHS = {field.name: field.max_length for field in Entry._meta.fields if isinstance(field, models.CharField)}


class AuditError(ValueError):
    """An entry cannot be written as asked; the transaction must not be kept without it."""


def append_entry(
    *,
    deed: str,
    kind: str,
    key: str,
    by: str,
    post: str = "",
    detail: Mapping[str, JSON] | None = None,
    reason: str = "",
    marking: int = 0,
    audience: str = "",
) -> Entry:
    """Append one entry inside the caller's transaction, as its last step; raises AuditError when there is none.

    `deed` is what was done ("finding.raised"), `kind` and `key` name the record ("finding", "12"), `by` is the
    account's username or "system:" and what it was, `marking` and `audience` are the record's. `detail` holds no
    personal data: keys and the names of changed fields, as `changes` gives them. On PostgreSQL writers wait for one
    another from here to the end of their transactions.
    """
    connection = connections[router.db_for_write(Entry)]
    if not connection.in_atomic_block:
        raise AuditError("append_entry was called outside a transaction: the record could be kept without its entry.")
    wait_for_the_chain(connection)
    asked = Link(
        sequence=0,
        at=as_text(timezone.now()),
        deed=deed,
        by=by,
        post=post,
        kind=kind,
        key=key,
        detail=_canonical_detail(detail or {}),
        reason=reason,
        marking=marking,
        audience=audience,
        nonce=token_hex(16),
        previous_hash="",
    )
    _check(asked)
    return _insert(asked, _head() or _begin(asked.at))


def as_text(instant: datetime) -> str:
    """An instant in UTC as entries carry it; texts sort as instants do."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def wait_for_the_chain(connection: BaseDatabaseWrapper) -> None:
    """One writer at a time; on SQLite the transaction itself, which begins IMMEDIATE, is the queue."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def _head() -> Entry | None:
    return Entry.objects.using(router.db_for_write(Entry)).order_by("sequence").last()


def _begin(at: str) -> Entry:
    """The first entry of a new ledger, which gives it a random number of its own."""
    ledger = token_hex(16)
    first = Link(1, at, BEGUN, "system:audit", "", "ledger", ledger, "{}", "", 0, "", token_hex(16), beginning(ledger))
    return _keep(linked(first))


def _insert(asked: Link, head: Entry) -> Entry:
    return _keep(linked(replace(asked, sequence=head.sequence + 1, previous_hash=head.hash)))


def _keep(link: Link) -> Entry:
    entry = Entry(**asdict(link))
    models.Model.save(entry, force_insert=True)
    return entry


def _canonical_detail(detail: Mapping[str, JSON]) -> str:
    try:
        return canonical(dict(detail))
    except NotCanonicalError as error:
        raise AuditError(f"The entry's detail {error}.") from None


def _check(link: Link) -> None:
    """Refuse what one of the databases would cut, change or refuse."""
    for name in ("deed", "kind", "by"):
        if not getattr(link, name).strip():
            raise AuditError(f"An audit entry needs its {name}.")
    for name, longest in TEXT_LENGTHS.items():
        if longest and len(getattr(link, name)) > longest:
            raise AuditError(f"The {name} of an audit entry has at most {longest} characters.")
    if type(link.marking) is not int or link.marking not in set(Marking):
        raise AuditError(f"{link.marking!r} is no marking.")
    if any("\0" in getattr(link, name) for name in COLUMNS if name not in NUMBERS):
        raise AuditError("An audit entry holds no character NUL.")
    try:
        canonical(asdict(link))
    except NotCanonicalError as error:
        raise AuditError(f"The entry {error}.") from None


def changes(before: Mapping[str, JSON], after: Mapping[str, JSON], *, plain: Collection[str] = ()) -> dict[str, JSON]:
    """The detail of a change: the names of changed fields, and old and new values of those declared plain.

    Only fields that never hold anything about a person, nor free text, are plain: a state, a due date, a count.
    """
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    shown = [name for name in names if name in plain]
    return {
        "changed": list[JSON](names),
        "from": {name: before.get(name) for name in shown},
        "to": {name: after.get(name) for name in shown},
    }
