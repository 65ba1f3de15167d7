"""Which dates does a mission have of its own, and which of its duties were done?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bluehelm.web.posts.marked import MarkedRecord
from bluehelm.web.posts.models import Post


class MissionDate(MarkedRecord):
    """A date that duties hang on: when a mandate ends, when the Council expects a report."""

    kind: ClassVar[str] = "duty"

    mission = models.CharField(_("mission"), max_length=60)
    anchor = models.CharField(_("what happens"), max_length=60)
    on = models.DateField(_("on"))
    source = models.CharField(_("source"), max_length=300, help_text=_("The resolution or letter that says so."))
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(MarkedRecord.Meta):
        ordering = ("on", "pk")
        verbose_name = _("mission date")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=("mission", "anchor", "on"), condition=Q(withdrawn=False), name="mission_date_is_set_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.mission}: {self.anchor} {self.on}"


class DutyDone(MarkedRecord):
    """A duty that was done: which one, by whom, and where what was made is found."""

    kind: ClassVar[str] = "duty"

    mission = models.CharField(_("mission"), max_length=60)
    duty = models.CharField(_("duty"), max_length=60)
    due_on = models.DateField(_("due"))
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))
    done_at = models.DateTimeField(_("done"))
    evidence = models.CharField(_("where it is found"), max_length=300)

    class Meta(MarkedRecord.Meta):
        ordering = ("-due_on", "pk")
        verbose_name = _("duty done")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.UniqueConstraint(fields=("mission", "duty", "due_on"), name="duty_is_done_once"),
            models.CheckConstraint(condition=~Q(evidence=""), name="duty_done_has_evidence"),
        )

    def __str__(self) -> str:
        return f"{self.mission}: {self.duty} {self.due_on}"
