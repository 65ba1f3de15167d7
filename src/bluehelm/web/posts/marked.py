"""What does every record carry, and how does the database leave out what a reader may not read?

`readable` is the database's form of `bluehelm.disclosure.may_read`; a law holds the two equal.
"""

from functools import reduce
from operator import or_
from typing import ClassVar, Generic, Protocol, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bluehelm.disclosure import Label, Marking, Reader
from bluehelm.web.posts.models import MARKINGS, Audience, AudienceName


class Reads(Protocol):
    """Whoever may read something, for the filter."""

    def reader_of(self, kind: str) -> Reader: ...


def readable(reader: Reader) -> Q:
    """The condition that a marked record may be read; a reader without passes reads nothing."""
    conditions = [
        Q(
            marking__lte=held.clearance.value,
            releasable_to__in=AudienceName.objects.filter(name__in=sorted(held.audiences)).values("audience"),
        )
        for held in reader.passes
    ]
    return reduce(or_, conditions, Q(pk__in=()))


Record = TypeVar("Record", bound="MarkedRecord")


class MarkedQuerySet(models.QuerySet[Record], Generic[Record]):
    def readable_by(self, actor: Reads) -> Self:
        """The records the actor may read; every list, count, search and export starts here."""
        return self.filter(readable(actor.reader_of(self.model.kind)))


class ChangedMeanwhileError(Exception):
    """Somebody else changed the record after it was read; `current` is how it stands now. Nothing was changed."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(f"{current} was changed by somebody else after you opened it.")
        self.current = current


class MarkedRecord(models.Model):
    """A record with a marking, an audience and a number that grows with every change.

    New records are addressed to nobody until an action says otherwise. `kind` is the word the rights use for it.
    """

    kind: ClassVar[str]

    marking = models.PositiveSmallIntegerField(
        _("marking"), choices=MARKINGS, default=Marking.STRICTLY_CONFIDENTIAL.value
    )
    releasable_to = models.ForeignKey(Audience, models.PROTECT, related_name="+", verbose_name=_("releasable to"))
    row_version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = MarkedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint] | tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(condition=Q(marking__lte=2), name="%(app_label)s_%(class)s_marking_is_known"),
        )

    @property
    def label(self) -> Label:
        return Label(Marking(self.marking), self.releasable_to.names)

    def save_changed(self, *fields: str, expected_version: int) -> None:
        """Save these fields if the record is still the version that was read; ChangedMeanwhileError otherwise.

        The check and the change are one statement, so that of two writers at once exactly one succeeds.
        """
        changes = {name: getattr(self, name) for name in fields}
        of_this_version = type(self)._default_manager.filter(pk=self.pk, row_version=expected_version)
        if not of_this_version.update(**changes, row_version=F("row_version") + 1):
            raise ChangedMeanwhileError(type(self)._default_manager.get(pk=self.pk))
        self.row_version = expected_version + 1
