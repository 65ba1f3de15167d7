"""Which files were given to become records, what each would change, and what it did?

A file belongs to the post that gave it and carries the highest marking that the post may write. Its bytes are kept
until it is taken in or left, and no longer.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.models import MARKINGS, Organisation, Post

OPEN, TAKEN, UNDONE, LEFT = "open", "taken", "undone", "left"
STATES = ((OPEN, _("looked at")), (TAKEN, _("taken in")), (UNDONE, _("undone")), (LEFT, _("left")))


class RecordFile(models.Model):
    """A file whose rows are to become records. `found` is what it would change when it was last looked at."""

    kind = models.CharField(_("kind"), max_length=40)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("digest"), max_length=64)
    content = models.BinaryField(null=True, blank=True)
    header = models.JSONField(default=list)
    mapping = models.JSONField(_("columns"), default=dict)
    with_reference = models.BooleanField(_("also make what it refers to"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    found = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=OPEN)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))
    given_by = models.CharField(_("given by"), max_length=150)
    given_at = models.DateTimeField(_("given"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    undone_reason = models.CharField(_("why it was undone"), max_length=300, blank=True)
    marking = models.PositiveSmallIntegerField(_("marking"), choices=MARKINGS)
    row_version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("file of records")
        constraints = (
            models.CheckConstraint(condition=Q(marking__lte=2), name="record_file_marking_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[name for name, _title in STATES]), name="record_file_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=OPEN, content__isnull=False) | (~Q(state=OPEN) & Q(content__isnull=True)),
                name="record_file_is_kept_while_it_is_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.file_name}"

    def save_changed(self, *fields: str, expected_version: int) -> None:
        """Save these fields if nobody changed the file since it was read; ChangedMeanwhileError otherwise."""
        changes = {name: getattr(self, name) for name in fields}
        same = RecordFile.objects.filter(pk=self.pk, row_version=expected_version)
        if not same.update(**changes, row_version=F("row_version") + 1):
            raise ChangedMeanwhileError(self)
        self.row_version = expected_version + 1


class RememberedColumns(models.Model):
    """How an organisation's files of one layout were read before, so that nobody has to say it again."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    header_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("remembered columns")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "kind", "header_sha256"), name="columns_remembered_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.header_sha256[:12]}"
