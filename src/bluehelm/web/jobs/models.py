"""Which jobs were asked for, by which post, how far are they, and what came of them?

The row is the queue: a worker takes a job by changing its row, and nothing about a job is known elsewhere.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bluehelm.web.posts.models import MARKINGS, Post

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
OPEN = (WAITING, RUNNING)
STATES = (
    (WAITING, _("waiting")),
    (RUNNING, _("running")),
    (DONE, _("done")),
    (FAILED, _("failed")),
    (CANCELLED, _("cancelled")),
)


class Job(models.Model):
    """Something that takes longer than a page may.

    `key` says when two requests are one: the same key of the same post is one job while it is open, and for ever where
    the key was given (`is_named`). `worker` and `alive_at` say who has taken it; `checkpoint` is where a run that was
    cut short goes on.
    """

    kind = models.CharField(_("kind"), max_length=40)
    parameters = models.JSONField(_("parameters"), default=dict)
    asked_by = models.CharField(_("asked by"), max_length=150)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("post"))
    asked_at = models.DateTimeField(_("asked"))
    key = models.CharField(max_length=100)
    is_named = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=WAITING)
    cancel_asked = models.BooleanField(default=False)
    worker = models.CharField(max_length=32, blank=True)
    alive_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("begun so often"), default=0)
    began_at = models.DateTimeField(_("begun"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    step = models.CharField(_("step"), max_length=200, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    checkpoint = models.JSONField(default=dict)
    message = models.TextField(_("message"), blank=True)
    result = models.JSONField(_("result"), default=dict)
    marking = models.PositiveSmallIntegerField(_("marking"), choices=MARKINGS, default=0)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("job")
        indexes = (models.Index(fields=("state", "alive_at"), name="job_by_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=("post", "key"), condition=Q(state__in=OPEN) | Q(is_named=True), name="job_is_asked_once"
            ),
            models.UniqueConstraint(
                fields=("key",),
                condition=Q(post__isnull=True) & (Q(state__in=OPEN) | Q(is_named=True)),
                name="job_of_the_program_is_asked_once",
            ),
            models.CheckConstraint(condition=Q(state__in=[name for name, _title in STATES]), name="job_state_is_known"),
            models.CheckConstraint(condition=Q(marking__lte=2), name="job_marking_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at__isnull=True) | (~Q(state__in=OPEN) & Q(ended_at__isnull=False)),
                name="job_ended_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def file(self) -> dict[str, Any] | None:
        """The file that came of it: name, sha256, rows, bytes."""
        return self.result.get("file") if self.state == DONE else None


class Reminded(models.Model):
    """A post was reminded on a day of what waits for it: how much, and whether by mail."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))
    on = models.DateField(_("on"))
    waiting = models.PositiveIntegerField(_("waiting"))
    late = models.PositiveIntegerField(_("late"))
    mailed = models.PositiveIntegerField(_("mails sent"), default=0)

    class Meta:
        ordering = ("-on", "post")
        verbose_name = _("reminder")
        constraints = (models.UniqueConstraint(fields=("post", "on"), name="post_is_reminded_once_a_day"),)

    def __str__(self) -> str:
        day: date = self.on
        return f"{self.post_id}: {day}"
