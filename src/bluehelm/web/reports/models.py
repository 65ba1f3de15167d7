"""How are reports, their versions and what the desks make of them kept?

A report holds what happened and never who told of it: the post that filed, those who changed it and the source stand
in `Identity`, sealed, and are opened one at a time with a reason that the audit keeps. A report names the component it
came from alone. Every version of every report stays; of two people who change the same version the second one's words
stay beside the first one's until a person decides.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bluehelm.disclosure import Label, Marking
from bluehelm.situation.reports import (
    CERTAINTIES,
    CREDIBILITIES,
    PLACED_BY,
    RELIABILITIES,
    SORTS,
    SOURCE_TYPES,
    VERIFICATIONS,
)
from bluehelm.web.posts.marked import MarkedRecord
from bluehelm.web.posts.models import MARKINGS, Audience, Post
from bluehelm.web.secrets import SecretTextField

STANDINGS = ("kept", "waiting", "settled")
"""Of a version: in the report's line, beside it until a person decides, decided about."""

UNGRADED = Q(reliability="") | Q(credibility="")
"""That one of the two grades is missing."""


class Report(MarkedRecord):
    """One report as it stands; `counted_as` is the report of the same event that is counted in its place."""

    kind: ClassVar[str] = "report"

    draft_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mission = models.CharField(_("mission"), max_length=60)
    unit = models.CharField(_("reported by"), max_length=60)
    sort = models.CharField(max_length=10)
    type = models.CharField(_("type"), max_length=40)
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"))
    certainty = models.CharField(_("certainty of the time"), max_length=10)
    place = models.CharField(_("place"), max_length=200, blank=True)
    placed_by = models.CharField(_("placed by"), max_length=12)
    precision = models.PositiveSmallIntegerField(_("precision of the place"), default=7)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    parties = models.JSONField(default=list, blank=True)
    harm = models.JSONField(default=dict, blank=True)
    narrative = models.TextField(_("what happened"))
    response = models.TextField(_("response"), blank=True)
    source_type = models.CharField(_("kind of source"), max_length=12, blank=True)
    received_at = models.DateTimeField(_("received"))
    reliability = models.CharField(_("reliability of the source"), max_length=1, blank=True)
    credibility = models.CharField(_("credibility of what it says"), max_length=1, blank=True)
    verification = models.CharField(_("verification"), max_length=20, default="unverified")
    settled_at = models.DateTimeField(_("verified"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    # Nearly every report has one of few audiences and is counted for itself: an index would find all, to be sorted.
    counted_as = models.ForeignKey(
        "self", models.PROTECT, related_name="doubles", null=True, blank=True, db_index=False
    )
    releasable_to = models.ForeignKey(
        Audience, models.PROTECT, related_name="+", db_index=False, verbose_name=_("releasable to")
    )

    class Meta(MarkedRecord.Meta):
        ordering = ("-from_at", "-pk")
        verbose_name = _("report")
        indexes = (
            models.Index(fields=("from_at", "id"), name="report_by_time"),
            models.Index(fields=("mission", "from_at", "id"), name="report_by_mission"),
            models.Index(fields=("verification", "from_at", "id"), name="report_by_verification"),
            models.Index(fields=("type", "from_at", "id"), name="report_by_type"),
            models.Index(fields=("sort", "from_at", "id"), name="report_by_sort"),
            models.Index(fields=("sort", "verification", "from_at", "id"), name="report_by_sort_and_standing"),
            models.Index(fields=("mission", "received_at"), name="report_by_receipt"),
            models.Index(fields=("counted_as",), condition=Q(counted_as__isnull=False), name="report_doubles"),
            models.Index(fields=("from_at", "id"), condition=UNGRADED, name="report_to_grade"),
            models.Index(fields=("from_at", "id"), condition=Q(settled_at=None), name="report_to_verify"),
            models.Index(
                fields=("from_at", "id", "marking", "releasable_to", "counted_as", "latitude", "longitude", "sort"),
                condition=Q(withdrawn_at=None, latitude__isnull=False),
                name="report_on_a_map",
            ),
        )
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(sort__in=SORTS), name="report_sort_is_known"),
            models.CheckConstraint(condition=Q(certainty__in=CERTAINTIES), name="report_certainty_is_known"),
            models.CheckConstraint(condition=Q(placed_by__in=PLACED_BY), name="report_placing_is_known"),
            models.CheckConstraint(
                condition=Q(source_type__in=("", *SOURCE_TYPES)), name="report_kind_of_source_is_known"
            ),
            models.CheckConstraint(condition=Q(until_at__gte=F("from_at")), name="report_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(narrative=""), name="report_says_something"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="report_point_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(reliability__in=("", *RELIABILITIES)), name="report_reliability_is_on_its_scale"
            ),
            models.CheckConstraint(
                condition=Q(credibility__in=("", *CREDIBILITIES)), name="report_credibility_is_on_its_scale"
            ),
            models.CheckConstraint(condition=Q(verification__in=VERIFICATIONS), name="report_verification_is_known"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(verification="verified", counted_as__isnull=True),
                name="report_approved_is_verified_and_counted",
            ),
            models.CheckConstraint(condition=~Q(counted_as=F("pk")), name="report_is_not_its_own_double"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.type}, {self.from_at:%Y-%m-%d}"


class Version(models.Model):
    """What a report said at one version, or what somebody said who had seen `based_on` while another changed it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    row_version = models.PositiveIntegerField()
    based_on = models.PositiveIntegerField()
    standing = models.CharField(max_length=10, default="kept")
    draft_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("at"))
    deed = models.CharField(_("deed"), max_length=40)
    reason = models.TextField(_("reason"), blank=True)
    content = models.JSONField()
    marking = models.PositiveSmallIntegerField(choices=MARKINGS)
    releasable_to = models.ForeignKey(Audience, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("version of a report")
        constraints = (
            models.UniqueConstraint(
                fields=("report", "row_version"), condition=Q(standing="kept"), name="report_version_is_kept_once"
            ),
            models.CheckConstraint(condition=Q(standing__in=STANDINGS), name="report_version_standing_is_known"),
        )
        indexes = (models.Index(fields=("report",), condition=Q(standing="waiting"), name="report_version_waiting"),)

    def __str__(self) -> str:
        return f"{self.report_id}.{self.row_version}"

    @property
    def label(self) -> Label:
        return Label(Marking(self.marking), self.releasable_to.names)


class Identity(models.Model):
    """Who filed a report, changed it, or told the mission: sealed, never searched, opened with a reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="identities")
    part = models.CharField(max_length=10)
    row_version = models.PositiveIntegerField()
    who = SecretTextField(_("who"))

    class Meta:
        ordering = ("row_version", "part", "pk")
        verbose_name = _("identity behind a report")
        constraints = (
            models.CheckConstraint(condition=Q(part__in=("source", "filed", "changed")), name="identity_part_is_known"),
            models.CheckConstraint(condition=~Q(who=""), name="identity_says_who"),
        )

    def __str__(self) -> str:
        return f"{self.part} of report {self.report_id}"


class File(models.Model):
    """A photo or text of a report, made anew without what its maker's device wrote into it; it keeps no file name."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="files")
    number = models.PositiveSmallIntegerField()
    media_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    caption = models.CharField(_("what it shows"), max_length=200, blank=True)

    class Meta:
        ordering = ("report", "number")
        verbose_name = _("file of a report")
        constraints = (models.UniqueConstraint(fields=("report", "number"), name="report_file_is_numbered_once"),)

    def __str__(self) -> str:
        return f"{self.report_id}/{self.number}"


class Lookalike(models.Model):
    """Two reports that may speak of the same event, found when the later one was filed or changed.

    Who may read it, and whether it is still worth a look, is asked of both reports when it is shown.
    """

    first = models.ForeignKey(Report, models.CASCADE, related_name="+")
    second = models.ForeignKey(Report, models.CASCADE, related_name="+")
    latest_at = models.DateTimeField()  # when the later of the two was received
    points = models.PositiveSmallIntegerField()
    signs = models.JSONField()

    class Meta:
        verbose_name = _("two reports that look alike")
        indexes = (models.Index(fields=("latest_at", "points"), name="lookalike_by_time"),)
        constraints = (
            models.UniqueConstraint(fields=("first", "second"), name="lookalikes_are_kept_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="lookalikes_are_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"


class ToldApart(models.Model):
    """A person looked at two reports that may be one and found them to be two; they are not proposed again."""

    first = models.ForeignKey(Report, models.PROTECT, related_name="+")
    second = models.ForeignKey(Report, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("two reports kept apart")
        constraints = (
            models.UniqueConstraint(fields=("first", "second"), name="reports_are_told_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="reports_told_apart_are_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"


class DayEffort(MarkedRecord):
    """How many patrols went out and how many people reported, of one component on one day; null where unknown."""

    kind: ClassVar[str] = "report"

    mission = models.CharField(_("mission"), max_length=60)
    unit = models.CharField(_("component"), max_length=60)
    on = models.DateField(_("day"))
    patrols = models.PositiveIntegerField(_("patrols"), null=True, blank=True)
    reporters = models.PositiveIntegerField(_("people who could report"), null=True, blank=True)

    class Meta(MarkedRecord.Meta):
        ordering = ("-on", "unit")
        verbose_name = _("reporting effort of a day")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.UniqueConstraint(fields=("mission", "unit", "on"), name="effort_of_a_day_is_told_once"),
        )

    def __str__(self) -> str:
        return f"{self.mission} {self.unit} {self.on}"


class Product(MarkedRecord):
    """What the desks make of reports: the daily report, the handover of a shift; signed by a person."""

    kind: ClassVar[str] = "report"

    mission = models.CharField(_("mission"), max_length=60)
    sort = models.CharField(_("sort"), max_length=10)
    title = models.CharField(_("title"), max_length=200)
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"))
    text = models.TextField(_("text"))
    rests_on = models.JSONField(default=list)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    signed_post = models.ForeignKey(Post, models.PROTECT, related_name="+", null=True, blank=True)
    drafted_post = models.ForeignKey(Post, models.PROTECT, related_name="+")

    class Meta(MarkedRecord.Meta):
        ordering = ("-until_at", "-pk")
        verbose_name = _("product")
        indexes = (models.Index(fields=("mission", "until_at"), name="product_by_mission"),)
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(sort__in=("daily", "handover")), name="product_sort_is_known"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(title=""), name="product_says_something"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_post__isnull=True)
                | Q(signed_at__isnull=False, signed_post__isnull=False),
                name="product_is_signed_by_a_post",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.title}"


class ProductVersion(models.Model):
    """The text of a product at one version."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="versions")
    row_version = models.PositiveIntegerField()
    at = models.DateTimeField()
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        ordering = ("row_version",)
        verbose_name = _("version of a product")
        constraints = (models.UniqueConstraint(fields=("product", "row_version"), name="product_version_is_kept_once"),)

    def __str__(self) -> str:
        return f"{self.product_id}.{self.row_version}"


class Acknowledged(models.Model):
    """A post has taken note of a product."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="acknowledged")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("acknowledgement")
        constraints = (models.UniqueConstraint(fields=("product", "post"), name="product_is_acknowledged_once"),)

    def __str__(self) -> str:
        return f"{self.product_id}: {self.post_id}"


class InformationRequest(MarkedRecord):
    """What one post asks of another: acknowledged, answered, or why not."""

    kind: ClassVar[str] = "report"

    mission = models.CharField(_("mission"), max_length=60)
    question = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked"))
    asked_post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    to_post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("asked of"))
    due_at = models.DateTimeField(_("due"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    declined = models.BooleanField(_("declined"), default=False)

    class Meta(MarkedRecord.Meta):
        ordering = ("due_at", "pk")
        verbose_name = _("request for information")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(question=""), name="request_asks_something"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="", declined=False)
                | Q(answered_at__isnull=False, acknowledged_at__isnull=False) & ~Q(answer=""),
                name="request_answered_says_what",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.question[:60]}"
