"""How are releases of outlooks, what people did with them, and assessments of risk factors kept?

A release names a version of the outlooks table; its numbers are there and never here. The lens keeps words alone: no
column of it could be added up. What hangs on a release or an assessment is read and changed through it.
"""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bluehelm.web.findings.models import Finding
from bluehelm.web.posts.marked import MarkedRecord
from bluehelm.web.posts.models import Post

RELEASE_STATES = ("draft", "released", "withdrawn")
LENS_STATES = ("draft", "final")
UNIT_KINDS = ("country", "area", "cell")
TARGETS = ("all", "state-based", "non-state", "one-sided")
LAST_FACTOR = 14


def _post(related_name: str = "+", *, null: bool = False) -> "models.ForeignKey[Post, Post]":
    return models.ForeignKey(Post, models.PROTECT, related_name=related_name, null=null, blank=null)


class OutlookRelease(MarkedRecord):
    """An outlook that a named person gives to others in the name of a post, with what he or she makes of it."""

    kind: ClassVar[str] = "outlook"

    mission = models.CharField(_("mission"), max_length=60, db_index=True)
    unit_kind = models.CharField(_("by"), max_length=20)
    origin = models.CharField(_("last observed month"), max_length=7)
    version = models.PositiveIntegerField(_("version of the outlooks table"))
    sha256 = models.CharField(max_length=64)
    title = models.CharField(_("title"), max_length=200)
    assessment = models.TextField(_("what it means here"))
    state = models.CharField(_("state"), max_length=20, default="draft")
    drafted_on = models.DateField(_("drafted on"))
    drafted_by = models.CharField(max_length=150)
    drafted_post = _post()
    released_on = models.DateField(_("released on"), null=True, blank=True)
    released_by = models.CharField(max_length=150, blank=True)
    released_post = _post(null=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_post = _post(null=True)
    withdrawn_why = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta(MarkedRecord.Meta):
        ordering = ("-origin", "-pk")
        verbose_name = _("release of an outlook")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=RELEASE_STATES), name="release_state_is_known"),
            models.CheckConstraint(condition=Q(unit_kind__in=UNIT_KINDS), name="release_unit_is_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(assessment=""), name="release_says_something"),
            models.CheckConstraint(
                condition=Q(state="draft", released_on__isnull=True)
                | ~Q(state="draft") & Q(released_on__isnull=False, released_post__isnull=False) & ~Q(released_by=""),
                name="release_has_a_person_a_post_and_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") & Q(withdrawn_on__isnull=True)
                | Q(state="withdrawn", withdrawn_on__isnull=False) & ~Q(withdrawn_by="") & ~Q(withdrawn_why=""),
                name="release_withdrawn_has_who_when_and_why",
            ),
            models.UniqueConstraint(
                fields=("version",), condition=~Q(state="withdrawn"), name="release_of_a_version_is_made_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.title}"


class Threshold(MarkedRecord):
    """How many deaths in a unit and month matter to a mission, from which day, chosen by whom and why.

    An empty `unit` stands for every unit of the kind. A threshold is ended and another chosen, never changed: what was
    said is judged by the one that held when it was said.
    """

    kind: ClassVar[str] = "outlook"

    mission = models.CharField(_("mission"), max_length=60, db_index=True)
    unit_kind = models.CharField(_("by"), max_length=20)
    target = models.CharField(_("kind of violence"), max_length=20)
    unit = models.CharField(_("where"), max_length=120, blank=True)
    deaths = models.PositiveIntegerField(_("deaths in a month, at least"), validators=[MinValueValidator(1)])
    why = models.TextField(_("why this number"))
    from_on = models.DateField(_("from"))
    chosen_by = models.CharField(max_length=150)
    chosen_post = _post()
    until_on = models.DateField(_("until"), null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_why = models.TextField(_("why it no longer holds"), blank=True)

    class Meta(MarkedRecord.Meta):
        ordering = ("mission", "unit_kind", "target", "unit", "from_on", "pk")
        verbose_name = _("threshold")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(deaths__gte=1), name="threshold_is_a_number_of_deaths"),
            models.CheckConstraint(
                condition=Q(unit_kind__in=UNIT_KINDS) & Q(target__in=TARGETS),
                name="threshold_speaks_of_what_is_known",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="threshold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True, ended_by="")
                | Q(until_on__gte=F("from_on")) & ~Q(ended_by="") & ~Q(ended_why=""),
                name="threshold_ended_has_who_when_and_why",
            ),
            models.UniqueConstraint(
                fields=("mission", "unit_kind", "target", "unit"),
                condition=Q(until_on__isnull=True),
                name="threshold_in_force_is_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.mission} {self.target} {self.unit}: {self.deaths}"


class Told(models.Model):
    """That a post was told of an outlook, when and how, and whether it said that it had heard."""

    release = models.ForeignKey(OutlookRelease, models.PROTECT, related_name="told")
    post = _post()
    how = models.CharField(_("how"), max_length=200)
    on = models.DateField(_("on"))
    by = models.CharField(max_length=150)
    by_post = _post()
    acknowledged_on = models.DateField(_("acknowledged on"), null=True, blank=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    answer = models.TextField(_("what the post said"), blank=True)

    class Meta:
        ordering = ("on", "pk")
        verbose_name = _("who was told")
        constraints = (
            models.CheckConstraint(
                condition=Q(acknowledged_on__isnull=True, acknowledged_by="")
                | Q(acknowledged_on__gte=F("on")) & ~Q(acknowledged_by=""),
                name="told_acknowledged_has_who_and_when",
            ),
            models.UniqueConstraint(fields=("release", "post"), name="told_a_post_once"),
        )

    def __str__(self) -> str:
        return f"{self.release_id}: {self.post_id}"


class Done(models.Model):
    """What was done on an outlook, where and in which months, with the finding that it hangs on where there is one."""

    release = models.ForeignKey(OutlookRelease, models.PROTECT, related_name="done")
    unit = models.CharField(_("where"), max_length=120, blank=True)
    first_month = models.CharField(_("from month"), max_length=7)
    last_month = models.CharField(_("to month"), max_length=7)
    text = models.TextField(_("what was done"))
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="+", null=True, blank=True)
    on = models.DateField(_("on"))
    by = models.CharField(max_length=150)
    by_post = _post()

    class Meta:
        ordering = ("on", "pk")
        verbose_name = _("what was done")
        constraints = (
            models.CheckConstraint(condition=Q(first_month__lte=F("last_month")), name="done_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(text=""), name="done_says_what"),
        )

    def __str__(self) -> str:
        return f"{self.release_id}: {self.text[:40]}"


class OwnProbability(models.Model):
    """What a person holds likely, written down before anybody could know, to be scored beside the model."""

    release = models.ForeignKey(OutlookRelease, models.PROTECT, related_name="own_probabilities")
    unit = models.CharField(_("where"), max_length=120)
    target = models.CharField(_("kind of violence"), max_length=20)
    month = models.CharField(_("month"), max_length=7)
    deaths = models.PositiveIntegerField(_("deaths, at least"), validators=[MinValueValidator(1)])
    percent = models.PositiveSmallIntegerField(_("chances in 100"), validators=[MaxValueValidator(100)])
    why = models.TextField(_("why"))
    on = models.DateField(_("on"))
    by = models.CharField(max_length=150)
    by_post = _post()

    class Meta:
        ordering = ("month", "unit", "target", "pk")
        verbose_name = _("own probability")
        constraints = (
            models.CheckConstraint(condition=Q(percent__lte=100), name="own_probability_is_one"),
            models.CheckConstraint(condition=Q(deaths__gte=1), name="own_probability_is_of_deaths"),
            models.CheckConstraint(condition=~Q(why=""), name="own_probability_has_a_reason"),
            models.UniqueConstraint(
                fields=("release", "unit", "target", "month", "deaths", "by_post"), name="own_probability_is_said_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.release_id}: {self.unit} {self.month}"


class LensAssessment(MarkedRecord):
    """The fourteen risk factors as somebody found them in a place on a day, and what that means in words."""

    kind: ClassVar[str] = "lens"

    mission = models.CharField(_("mission"), max_length=60, db_index=True)
    place = models.CharField(_("where, or for whom"), max_length=200)
    assessed_on = models.DateField(_("as of"))
    narrative = models.TextField(_("what it means, in words"), blank=True)
    state = models.CharField(_("state"), max_length=20, default="draft")
    drafted_by = models.CharField(max_length=150)
    drafted_post = _post()
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    finished_by = models.CharField(max_length=150, blank=True)
    finished_post = _post(null=True)

    class Meta(MarkedRecord.Meta):
        ordering = ("-assessed_on", "-pk")
        verbose_name = _("assessment of risk factors")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=LENS_STATES), name="lens_state_is_known"),
            models.CheckConstraint(condition=~Q(place=""), name="lens_says_where"),
            models.CheckConstraint(
                condition=Q(state="draft", finished_on__isnull=True)
                | Q(state="final", finished_on__isnull=False, finished_post__isnull=False)
                & ~Q(finished_by="")
                & ~Q(narrative=""),
                name="lens_finished_has_a_person_a_day_and_a_narrative",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.place}, {self.assessed_on}"


class FactorFinding(models.Model):
    """What was found of one factor, or of one of its indicators: a word, its evidence, and how sure that is."""

    assessment = models.ForeignKey(LensAssessment, models.PROTECT, related_name="findings")
    factor = models.PositiveSmallIntegerField(_("factor"))
    indicator = models.CharField(_("indicator"), max_length=6, blank=True)
    found = models.CharField(_("found"), max_length=20)
    movement = models.CharField(_("since the last time"), max_length=20, blank=True)
    confidence = models.CharField(_("confidence"), max_length=40, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    reasoning = models.TextField(_("reasoning"))
    mitigation = models.TextField(_("what could be done"), blank=True)
    looked_on = models.DateField(_("looked on"))
    by = models.CharField(max_length=150)
    by_post = _post()

    class Meta:
        ordering = ("factor", "pk")
        verbose_name = _("finding on a risk factor")
        constraints = (
            models.CheckConstraint(
                condition=Q(factor__gte=1, factor__lte=LAST_FACTOR), name="factor_is_one_of_fourteen"
            ),
            models.CheckConstraint(
                condition=Q(found="not-known") | ~Q(evidence="") & ~Q(confidence=""),
                name="factor_found_has_evidence_and_confidence",
            ),
            models.CheckConstraint(condition=~Q(reasoning=""), name="factor_has_a_reasoning"),
            models.UniqueConstraint(fields=("assessment", "factor", "indicator"), name="factor_is_judged_once"),
        )

    def __str__(self) -> str:
        return f"{self.assessment_id}: {self.indicator or self.factor} {self.found}"


class Trigger(models.Model):
    """A day or season ahead that could set something off."""

    assessment = models.ForeignKey(LensAssessment, models.PROTECT, related_name="triggers")
    on = models.DateField(_("on or from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    text = models.CharField(_("what may set it off"), max_length=300)

    class Meta:
        ordering = ("on", "pk")
        verbose_name = _("trigger")
        constraints = (
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("on")), name="trigger_ends_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="trigger_says_what"),
        )

    def __str__(self) -> str:
        return f"{self.on}: {self.text}"


class Escalation(models.Model):
    """That an assessment was put before a post which can act on it, and that the post said it had seen it."""

    assessment = models.ForeignKey(LensAssessment, models.PROTECT, related_name="escalations")
    to_post = _post()
    why = models.TextField(_("why now"))
    on = models.DateField(_("on"))
    by = models.CharField(max_length=150)
    by_post = _post()
    acknowledged_on = models.DateField(_("acknowledged on"), null=True, blank=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    answer = models.TextField(_("what will be done"), blank=True)

    class Meta:
        ordering = ("on", "pk")
        verbose_name = _("escalation")
        constraints = (
            models.CheckConstraint(condition=~Q(why=""), name="escalation_says_why"),
            models.CheckConstraint(
                condition=Q(acknowledged_on__isnull=True, acknowledged_by="")
                | Q(acknowledged_on__gte=F("on")) & ~Q(acknowledged_by="") & ~Q(answer=""),
                name="escalation_acknowledged_has_who_when_and_an_answer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessment_id}: {self.to_post_id}"
