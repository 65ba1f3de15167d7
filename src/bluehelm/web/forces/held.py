"""How does every deed on a record of forces begin and end?

It begins with the record held for one change, readable to the actor's own post and at the number the person saw; it
ends with the change, a line of history and an audit entry, or with none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, cast

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bluehelm.definitions.rights import Deed as Right
from bluehelm.disclosure import Label, Reader
from bluehelm.web.audit.entries import append_entry, changes
from bluehelm.web.forces.models import Change, Contributor, ForcesRecord
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError, MarkedRecord, readable
from bluehelm.web.posts.models import Audience

NO_SUCH = gettext_noop("There is no such record, or it is not addressed to you.")
READ_ONLY = gettext_noop("This was opened in an emergency: it may be read, and not changed.")
MEMBER_STATE = "member-state"
PLAIN = (
    "state", "level", "deed", "on", "marking", "priority", "stage", "result", "answer", "from_on", "until_on",
    "min_level", "max_units", "undone_on",
)  # fmt: skip
"""Fields whose values the audit may hold: neither free text nor anything about a person."""

Record = TypeVar("Record", bound=ForcesRecord)


class RefusedError(ValueError):
    """The deed was refused as it stands; nothing was changed."""


def own_reader(actor: Actor, kind: str) -> Reader:
    """The actor without what was opened in an emergency, which is there to be read and never to be changed."""
    return Reader(actor.reader_of(kind).passes[:1])


def house(actor: Actor) -> str:
    """The code of the actor's organisation where that is a member state, else empty: whose records are its own."""
    post = actor.post
    return post.organisation.code if post and post.organisation.kind == MEMBER_STATE else ""


def is_own(actor: Actor, contributor: Contributor) -> bool:
    """Whether the actor acts for the contributor."""
    return house(actor) == contributor.code


def keeps(actor: Actor, contributor: Contributor) -> bool:
    """Whether the actor writes a contributor's records: a state its own, headquarters all."""
    return house(actor) in ("", contributor.code)


@dataclass(slots=True)
class Held(Generic[Record]):
    """A record held for one change: the number the person saw, who changes it, on which day."""

    record: Record
    expected_version: int
    by: Actor
    on: date

    @classmethod
    def begin(
        cls, model: type[Record], code: str, expected_version: int, by: Actor, on: date | None, *, right: Right
    ) -> "Held[Record]":
        """Hold a record that the actor may read and change; the refusal is the same whether it exists or not."""
        record = held_record(model, code, by)
        by.require(right, record.kind, record.marking)
        if record.row_version != expected_version:
            raise ChangedMeanwhileError(record)
        return cls(record, expected_version, by, day_of(on))

    def require_keeper(self, contributor: Contributor) -> None:
        if not keeps(self.by, contributor):
            raise NotAllowedError(_(NO_SUCH))

    def done(self, deed: str, *saved: str, reason: str = "", fields: Mapping[str, list[Any]] | None = None) -> Record:
        """Keep the change with its line of history and its audit entry."""
        self.record.save_changed(*saved, expected_version=self.expected_version)
        note(self.record, deed, self.by, self.on, reason=reason, fields=fields or {})
        return self.record


def held_record(model: type[Record], code: str, by: Actor) -> Record:
    """The record for a change, if the actor's own post may read it; NotAllowedError says the same of all others."""
    asked = model._default_manager.select_for_update(of=("self",))
    found = cast("Record | None", asked.filter(readable(own_reader(by, model.kind)), code=code).first())
    if found is None:
        opened = model._default_manager.readable_by(by).filter(code=code).exists()
        raise NotAllowedError(_(READ_ONLY if opened else NO_SUCH))
    return found


def note(
    record: MarkedRecord,
    deed: str,
    by: Actor,
    on: date,
    *,
    reason: str = "",
    fields: Mapping[str, list[Any]] | None = None,
) -> None:
    """A line of history and an audit entry about a record, with the label it has now."""
    changed, key = dict(fields or {}), getattr(record, "code", "") or str(record.pk)
    Change.objects.create(
        of=type(record).__name__.lower(),
        code=key,
        at=timezone.now(),
        on=on,
        deed=deed,
        post=by.post_code,
        reason=reason.strip(),
        fields=changed,
        marking=record.marking,
        releasable_to=record.releasable_to,
    )
    append_entry(
        deed=deed,
        kind=record.kind,
        key=key,
        by=by.account,
        post=by.post_code,
        detail=changes(
            {name: pair[0] for name, pair in changed.items()},
            {name: pair[1] for name, pair in changed.items()},
            plain=PLAIN,
        ),
        reason=reason.strip(),
        marking=record.marking,
        audience=record.releasable_to.text,
    )


def labelled(label: Label) -> dict[str, Any]:
    """The fields that give a new record its label."""
    return {"marking": label.marking.value, "releasable_to": Audience.of(label.releasable_to)}


def next_code(model: type[ForcesRecord], stem: str) -> str:
    """The first code of a stem that no record has: `STATE-A-7`. It counts only what begins with the stem."""
    taken = model._default_manager.filter(code__startswith=f"{stem}-").values_list("code", flat=True)
    numbers = [int(tail) for code in taken if (tail := code.removeprefix(f"{stem}-")).isdecimal()]
    return f"{stem}-{max(numbers, default=0) + 1}"


def day_of(on: date | None) -> date:
    today = timezone.now().date()
    if on and on > today:
        raise RefusedError(
            _("%(on)s has not come yet: say what happened on the day it happened, or later.") % {"on": on}
        )
    return on or today


def require_text(text: str, what: str) -> str:
    if not text.strip():
        raise RefusedError(what)
    return text.strip()


def differing(record: MarkedRecord, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The fields of a record that these values would change, each with before and after as JSON can hold them."""
    return {
        name: [plain(getattr(record, name)), plain(value)]
        for name, value in values.items()
        if getattr(record, name) != value
    }


def plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


LIVE = Q(state__in=("open", "arrived"))
"""Deployment cases that hold their requirement and their pledge."""
