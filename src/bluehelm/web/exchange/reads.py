"""Which files of records does an actor see?

Those of its own post, as far as its clearance goes.
"""

from django.db.models import QuerySet

from bluehelm.web.exchange.kinds import RecordKind, record_kinds
from bluehelm.web.exchange.models import RecordFile
from bluehelm.web.posts.acting import Actor


def files_shown_to(actor: Actor) -> QuerySet[RecordFile]:
    """The files of the actor's post, newest first."""
    if actor.post is None or actor.post.pk is None or not actor.may("read", "job"):
        return RecordFile.objects.none()
    return RecordFile.objects.filter(post=actor.post, marking__lte=actor.post.clearance).select_related("post")


def kinds_read(actor: Actor) -> list[RecordKind]:
    """The kinds whose records leave for this actor."""
    return [kind for kind in record_kinds().values() if actor.may("read", kind.right)]


def kinds_taken_in(actor: Actor) -> list[RecordKind]:
    """The kinds whose files this actor takes in."""
    return [] if actor.viewing else [kind for kind in record_kinds().values() if kind.may_take_in(actor)]
