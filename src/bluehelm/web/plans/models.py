"""Which versions has a mission's plan, which values were entered, and which periods are closed?

A version of a plan is never edited and a value never overwritten: a new version stands beside the old one, and a
corrected value beside the one it corrects, with the reason.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bluehelm.web.posts.marked import MarkedRecord
from bluehelm.web.posts.models import Post

BASES = (("entered", _("entered")), ("imported", _("imported")), ("computed", _("computed")))


class PlanVersion(MarkedRecord):
    """One version of a mission's results framework, as its YAML text."""

    kind: ClassVar[str] = "plan"

    mission = models.CharField(_("mission"), max_length=60)
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("framework"))
    sha256 = models.CharField(_("digest"), max_length=64)
    why = models.CharField(_("why it was changed"), max_length=500)
    problems = models.PositiveIntegerField(_("problems found by the checks"))
    loaded_at = models.DateTimeField(_("loaded"))
    loaded_by = models.CharField(_("loaded by"), max_length=150)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))
    decision = models.ForeignKey(
        "findings.Decision", models.PROTECT, related_name="plan_versions", null=True, blank=True,
        verbose_name=_("decision it carries out"),
    )  # fmt: skip

    class Meta(MarkedRecord.Meta):
        ordering = ("mission", "-number")
        verbose_name = _("version of a plan")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.UniqueConstraint(fields=("mission", "number"), name="plan_version_is_numbered_once"),
            models.CheckConstraint(condition=~Q(why=""), name="plan_version_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.mission}, plan version {self.number}"


class IndicatorValue(MarkedRecord):
    """One value of one indicator for one period and one part of the whole; `part` is empty for the whole.

    The value that stands is the one no other has taken the place of; the others remain, with the reason.
    """

    kind: ClassVar[str] = "plan"

    mission = models.CharField(_("mission"), max_length=60)
    indicator = models.CharField(_("indicator"), max_length=40)
    period = models.CharField(_("period"), max_length=7)
    part = models.CharField(_("part of the whole"), max_length=200, blank=True)
    value = models.FloatField(_("value"), null=True, blank=True)
    low = models.FloatField(_("low"), null=True, blank=True)
    high = models.FloatField(_("high"), null=True, blank=True)
    numerator = models.FloatField(_("numerator"), null=True, blank=True)
    denominator = models.FloatField(_("denominator"), null=True, blank=True)
    counts = models.JSONField(_("count by category"), default=dict, blank=True)
    source = models.CharField(_("source"), max_length=300)
    note = models.CharField(_("note"), max_length=500, blank=True)
    basis = models.CharField(_("where it comes from"), max_length=10, choices=BASES)
    versions = models.JSONField(_("table versions"), default=list, blank=True)
    rows_sha256 = models.CharField(_("digest of the rows behind it"), max_length=64, blank=True)
    entered_at = models.DateTimeField(_("entered"))
    entered_by = models.CharField(_("entered by"), max_length=150)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    stands = models.BooleanField(_("stands"), default=True)
    reason = models.CharField(_("why it was corrected"), max_length=500, blank=True)

    class Meta(MarkedRecord.Meta):
        ordering = ("mission", "indicator", "period", "part", "pk")
        verbose_name = _("value of an indicator")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=("mission", "indicator", "stands"), name="plan_value_by_indicator"),
        ]
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=("mission", "indicator", "period", "part"),
                condition=Q(stands=True),
                name="plan_value_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, reason="") | (Q(corrects__isnull=False) & ~Q(reason="")),
                name="plan_value_correction_has_a_reason",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="plan_value_has_a_source"),
        )

    def __str__(self) -> str:
        return f"{self.mission}, {self.indicator}, {self.period}"


class ClosedPeriod(MarkedRecord):
    """A period whose values are approved: from now on each change is a correction."""

    kind: ClassVar[str] = "plan"

    mission = models.CharField(_("mission"), max_length=60)
    period = models.CharField(_("period"), max_length=7)
    closed_at = models.DateTimeField(_("closed"))
    closed_by = models.CharField(_("closed by"), max_length=150)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))

    class Meta(MarkedRecord.Meta):
        ordering = ("mission", "period")
        verbose_name = _("closed period")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.UniqueConstraint(fields=("mission", "period"), name="plan_period_is_closed_once"),
        )

    def __str__(self) -> str:
        return f"{self.mission}, {self.period} closed"


class Round(MarkedRecord):
    """One assessment of a plan's outcomes for a period; it rests on one version of the plan."""

    kind: ClassVar[str] = "plan"

    mission = models.CharField(_("mission"), max_length=60)
    period = models.CharField(_("period"), max_length=7)
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="rounds", verbose_name=_("version"))
    opened_at = models.DateTimeField(_("opened"))
    opened_post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_post = models.ForeignKey(Post, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta(MarkedRecord.Meta):
        ordering = ("-opened_at", "pk")
        verbose_name = _("assessment round")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.UniqueConstraint(fields=("mission", "period"), name="plan_round_is_held_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_post__isnull=True)
                | Q(closed_at__isnull=False, closed_post__isnull=False),
                name="plan_round_closed_at_and_by_go_together",
            ),
        )

    def __str__(self) -> str:
        return f"{self.mission}, assessment of {self.period}"


class Worksheet(models.Model):
    """What a round holds of one outcome: the claim, other explanations, the judgement, dissent, what to do.

    `contribution` is empty until people concluded; the finding it ended in carries the recommendation.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="worksheets")
    outcome = models.CharField(_("outcome"), max_length=40)
    context_change = models.TextField(_("what changed in the context"), blank=True)
    other_explanations = models.TextField(_("other explanations"), blank=True)
    contribution = models.CharField(_("contribution of the mission"), max_length=20, blank=True)
    confidence = models.CharField(_("confidence"), max_length=20, blank=True)
    rationale = models.TextField(_("why"), blank=True)
    dissent = models.TextField(_("dissent"), blank=True)
    workshop = models.TextField(_("workshop in which it was concluded"), blank=True)
    concluded_at = models.DateTimeField(_("concluded"), null=True, blank=True)
    concluded_post = models.ForeignKey(Post, models.PROTECT, related_name="+", null=True, blank=True)
    finding = models.ForeignKey("findings.Finding", models.PROTECT, related_name="+", null=True, blank=True)
    row_version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("worksheet")
        constraints = (
            models.UniqueConstraint(fields=("round", "outcome"), name="plan_worksheet_is_one_an_outcome"),
            models.CheckConstraint(
                condition=Q(concluded_at__isnull=True, contribution="")
                | (Q(concluded_at__isnull=False) & ~Q(contribution="") & ~Q(rationale="") & ~Q(confidence="")),
                name="plan_worksheet_conclusion_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round}, {self.outcome}"


class WorksheetEvidence(models.Model):
    """One piece of evidence for or against the mission's contribution, drafted by a component."""

    SIDES: ClassVar = [("for", _("for a contribution")), ("against", _("against it")), ("context", _("context"))]

    worksheet = models.ForeignKey(Worksheet, models.CASCADE, related_name="evidence")
    side = models.CharField(_("side"), max_length=10, choices=SIDES)
    sort = models.CharField(_("kind"), max_length=20)
    text = models.TextField(_("what it says"))
    source = models.CharField(_("source"), max_length=300)
    method = models.CharField(_("method"), max_length=300, blank=True)
    sample = models.CharField(_("sample"), max_length=300, blank=True)
    added_at = models.DateTimeField(_("added"))
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))

    class Meta:
        ordering = ("pk",)
        verbose_name = _("evidence")
        constraints = (
            models.CheckConstraint(condition=~Q(source="") & ~Q(text=""), name="plan_evidence_says_what_and_whence"),
            models.CheckConstraint(
                condition=~Q(sort__in=("community", "perception")) | (~Q(method="") & ~Q(sample="")),
                name="plan_evidence_of_people_has_method_and_sample",
            ),
        )

    def __str__(self) -> str:
        return f"{self.worksheet}: {self.source}"


class WorksheetAnswer(models.Model):
    """What one assessor answered alone, before seeing the others' answers."""

    worksheet = models.ForeignKey(Worksheet, models.CASCADE, related_name="answers")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post"))
    contribution = models.CharField(_("contribution of the mission"), max_length=20)
    confidence = models.CharField(_("confidence"), max_length=20)
    rationale = models.TextField(_("why"))
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        ordering = ("pk",)
        verbose_name = _("answer")
        constraints = (
            models.UniqueConstraint(fields=("worksheet", "post"), name="plan_answer_is_one_a_post"),
            models.CheckConstraint(condition=~Q(rationale=""), name="plan_answer_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.worksheet}: {self.post.code}"
