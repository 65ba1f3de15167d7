"""How is a record held for a change, and what must be true of whoever changes it?

The same for releases, thresholds and assessments: the actor's own post may read the record, its role may do the deed at
the record's marking, and the record is still the version that was seen.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bluehelm.definitions.rights import Deed
from bluehelm.disclosure import EVERYONE, Label, Reader, may_read
from bluehelm.web.audit.entries import append_entry, changes
from bluehelm.web.posts.acting import Actor, NotAllowedError, actor_in
from bluehelm.web.posts.marked import ChangedMeanwhileError, MarkedRecord, readable
from bluehelm.web.posts.models import Audience, Post
from bluehelm.web.posts.rights import rights

NO_SUCH = gettext_noop("There is no such record, or it is not addressed to you.")
READ_ONLY = gettext_noop("This was opened in an emergency: it may be read, and not changed.")
PLAIN = ("state", "marking", "target", "unit_kind", "deaths", "month", "factor", "indicator", "version", "post")
"""Fields whose values the audit may hold: neither free text nor anything about a person."""

Held = TypeVar("Held", bound=MarkedRecord)


class OutlookDeedError(ValueError):
    """The deed was refused as it stands; nothing was changed."""


def own_reader(actor: Actor, kind: str) -> Reader:
    """The actor without what was opened in an emergency, which is there to be read and never to be changed."""
    return Reader(actor.reader_of(kind).passes[:1])


def held(model: type[Held], number: int, expected_version: int, by: Actor, right: Deed) -> Held:
    """A record that the actor may read and change; the refusal is the same whether it exists or not."""
    records = model._default_manager.select_for_update(of=("self",))
    found = records.filter(readable(own_reader(by, model.kind)), pk=number).first()
    if found is None:
        opened = model._default_manager.filter(readable(by.reader_of(model.kind)), pk=number).exists()
        raise NotAllowedError(_(READ_ONLY if opened else NO_SUCH))
    by.require(right, model.kind, found.marking)
    if found.row_version != expected_version:
        raise ChangedMeanwhileError(found)
    return cast("Held", found)


def own_audiences(actor: Actor) -> frozenset[str]:
    """Whom the actor may address by its post alone: its own people, not everyone nor every house of its kind."""
    named = frozenset(name for each in actor.reader.passes[:1] for name in each.audiences)
    return named - {EVERYONE} - {kind.audience for kind in rights().organisations}


def check_audience(label: Label, kind: str, by: Actor) -> None:
    """Address a record to one's own audiences; to address others, or everyone, takes the right to release."""
    if not label.releasable_to:
        raise OutlookDeedError(_("Say who may read it; what is addressed to nobody is read by nobody."))
    beyond = sorted(label.releasable_to - own_audiences(by))
    if beyond and not by.may("release", kind, label.marking):
        raise NotAllowedError(_("To address %(listed)s takes the right to release.") % {"listed": ", ".join(beyond)})
    if not may_read(own_reader(by, kind), label):
        raise OutlookDeedError(_("You could not read it yourself; keep an audience that you belong to."))


def of_mission(by: Actor, mission: str) -> Post:
    """The actor's post, if it is one of the mission's own."""
    if by.post is None or by.viewing or by.post.mission != mission:
        raise NotAllowedError(_("Only a post of the mission does this."))
    return by.post


def post_of(by: Actor) -> Post:
    if by.post is None or by.viewing:
        raise NotAllowedError(_("This takes a post."))
    return by.post


def post_that_reads(code: str, record: MarkedRecord) -> Post:
    """The open post of a code, if whoever holds it may read the record."""
    post = Post.objects.filter(code=code, closed_on=None).select_related("organisation").first()
    if post is None or not may_be_told(post, record):
        raise OutlookDeedError(_("There is no post %(post)s that may read this.") % {"post": repr(code)})
    return post


def may_be_told(post: Post, record: MarkedRecord) -> bool:
    """Whether whoever holds a post may read a record."""
    from bluehelm.web.accounts.models import User

    return actor_in(User(username="somebody"), post).may_read(record.kind, record.label)


def require_text(text: str, what: str) -> str:
    if not text.strip():
        raise OutlookDeedError(what)
    return text.strip()


def day_of(on: date | None) -> date:
    """The day on which something happened: today when it is not given, never in the future."""
    today = timezone.now().date()
    if on and on > today:
        raise OutlookDeedError(
            _("%(day)s has not come yet: say what happened on the day it happened, or later.") % {"day": on}
        )
    return on or today


def note(
    record: MarkedRecord, deed: str, by: Actor, *, reason: str = "", fields: Mapping[str, Any] | None = None
) -> None:
    """The audit entry of a deed: the values of plain fields, of others only that they were set."""
    set_to = dict(fields or {})
    append_entry(
        deed=deed,
        kind=record.kind,
        key=str(record.pk),
        by=by.account,
        post=by.post_code,
        detail=changes(dict.fromkeys(set_to, ""), set_to, plain=PLAIN),
        reason=reason.strip(),
        marking=record.marking,
        audience=record.releasable_to.text,
    )


def label_fields(label: Label) -> dict[str, Any]:
    return {"marking": label.marking.value, "releasable_to": Audience.of(label.releasable_to)}
