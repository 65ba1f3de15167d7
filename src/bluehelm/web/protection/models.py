"""How are alerts, threats, work with communities and the consent of the host state kept?

Each record carries its own marking and audience. Who called, and from which number, stands in a table of its own, whose
columns are sealed: no list, search, count, export or map reads it, and every look at it stands in the audit. Words of
vocabularies are kept as the definitions write them; several of them sorted and joined by `|`.
"""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bluehelm.protection import COURSE, STEPS, Clock
from bluehelm.web.posts.marked import MarkedRecord
from bluehelm.web.posts.models import Post
from bluehelm.web.secrets import SecretTextField

WORD = 40


def _word(label: Any, **named: Any) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=WORD, **named)


class ProtectionRecord(MarkedRecord):
    """A record of one mission. Who wrote it is for the audit alone: pages and files name no writer."""

    mission = models.CharField(_("mission"), max_length=60)
    entered_post = models.ForeignKey(Post, models.PROTECT, related_name="+", null=True, blank=True)
    entered_at = models.DateTimeField(_("entered"))

    class Meta(MarkedRecord.Meta):
        abstract = True
        ordering: ClassVar[tuple[str, ...]] = ("-pk",)

    def __str__(self) -> str:
        return f"{self.mission} {self.pk}"


class Alert(ProtectionRecord):
    """A call for help or a warning, and when each step after it happened; what is unknown is null."""

    kind = "alert"

    what = _word(_("what it is about"))
    place = models.CharField(_("place"), max_length=120)
    text = models.TextField(_("what was said"), blank=True)
    channel = _word(_("how it came"))
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    distance_km = models.FloatField(_("km from the nearest post"), null=True, blank=True)
    exercise = models.BooleanField(_("exercise"), default=False)
    received_at = models.DateTimeField(_("received"))
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    departed_at = models.DateTimeField(_("departed"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    told_at = models.DateTimeField(_("community told"), null=True, blank=True)
    no_response = _word(_("why nobody went, or arrived"), blank=True)
    why = models.TextField(_("more about why"), blank=True)
    decision = models.TextField(_("what was decided"), blank=True)
    is_open = models.BooleanField(default=True, editable=False)

    class Meta(ProtectionRecord.Meta):
        verbose_name = _("alert")
        indexes = (
            models.Index(fields=("-is_open", "received_at"), name="alert_unanswered_first"),
            models.Index(fields=("mission", "received_at"), name="alert_by_mission"),
        )
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(no_response="") | Q(arrived_at__isnull=True), name="alert_has_a_reason_or_an_arrival"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{step}_at__isnull": True}) | Q(**{f"{step}_at__gte": F("received_at")}),
                    name=f"alert_{step}_after_it_was_received",
                )
                for step in STEPS[1:]
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="alert_lies_on_the_earth",
            ),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(arrived_at__isnull=True, closed_at__isnull=True, no_response=""),
                name="alert_open_is_unanswered",
            ),
        )

    @property
    def clock(self) -> Clock:
        known = ((step, getattr(self, f"{step}_at")) for step in (*COURSE, "told"))
        return Clock({step: at for step, at in known if at is not None}, self.no_response)


class Caller(models.Model):
    """Who gave an alert, sealed. There is no name, number or word of a caller anywhere else."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    alert = models.OneToOneField(Alert, models.PROTECT, related_name="caller")
    identity = SecretTextField(blank=True)
    number = SecretTextField(blank=True)
    words = SecretTextField(blank=True)
    consent = _word(_("consent"))

    class Meta:
        verbose_name = _("caller")

    def __str__(self) -> str:
        return f"{self.alert_id}"


class GatewayMessage(models.Model):
    """A message that a gateway sent, by its digest alone, so that the same one is not taken twice."""

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("message of a gateway")

    def __str__(self) -> str:
        return self.digest


class Threat(ProtectionRecord):
    """A threat to civilians as it is assessed now; its earlier profiles stand beside it."""

    kind = "threat"

    title = models.CharField(_("threat"), max_length=200)
    place = models.CharField(_("place"), max_length=120)
    sector = models.CharField(_("sector"), max_length=80, blank=True)
    perpetrator = models.CharField(_("who threatens"), max_length=200)
    civilians = models.CharField(_("who is at risk"), max_length=300)
    women = models.PositiveIntegerField(_("women"), null=True, blank=True)
    men = models.PositiveIntegerField(_("men"), null=True, blank=True)
    girls = models.PositiveIntegerField(_("girls"), null=True, blank=True)
    boys = models.PositiveIntegerField(_("boys"), null=True, blank=True)
    capability = _word(_("capability"), blank=True)
    intent = _word(_("intent"), blank=True)
    vulnerability = _word(_("vulnerability"), blank=True)
    host_capacity = _word(_("host state: capacity"), blank=True)
    host_will = _word(_("host state: will"), blank=True)
    others_capacity = _word(_("others: capacity"), blank=True)
    others_will = models.CharField(_("others: who, and their will"), max_length=300, blank=True)
    likelihood = _word(_("likelihood"))
    impact = _word(_("impact"))
    trend = _word(_("trend"), blank=True)
    rationale = models.TextField(_("why it is judged so"))
    lead = models.CharField(_("lead post"), max_length=60)
    identified_on = models.DateField(_("identified on"))
    review_on = models.DateField(_("review on"))
    closed_on = models.DateField(_("no longer a threat since"), null=True, blank=True)
    closed_why = models.TextField(_("why it is none any more"), blank=True)

    class Meta(ProtectionRecord.Meta):
        ordering = ("review_on", "pk")
        verbose_name = _("threat")
        indexes = (models.Index(fields=("closed_on", "review_on"), name="threat_by_review"),)
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(rationale=""), name="threat_says_why"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | ~Q(closed_why=""), name="threat_closed_says_why"
            ),
        )

    def __str__(self) -> str:
        return self.title


class ThreatProfile(models.Model):
    """What was said of a threat from a day on."""

    threat = models.ForeignKey(Threat, models.CASCADE, related_name="profiles")
    on = models.DateField()
    said = models.JSONField()

    class Meta:
        ordering = ("on", "pk")
        verbose_name = _("profile of a threat")
        indexes = (models.Index(fields=("threat", "on"), name="profile_by_day"),)

    def __str__(self) -> str:
        return f"{self.threat_id} {self.on}"


class ThreatResponse(models.Model):
    """What is to be done about a threat: in which tier and phase, by whom, until when."""

    threat = models.ForeignKey(Threat, models.PROTECT, related_name="responses")
    tier = _word(_("tier"))
    phase = _word(_("phase"))
    text = models.CharField(_("what is to be done"), max_length=300)
    lead = models.CharField(_("lead post"), max_length=60)
    due_on = models.DateField(_("deadline"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.CharField(_("what came of it"), max_length=300, blank=True)

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("response to a threat")
        constraints = (
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | ~Q(result=""), name="response_done_says_what_came_of_it"
            ),
        )

    def __str__(self) -> str:
        return self.text


class Referral(models.Model):
    """That an alert or a threat was put before a post, for a decision or as a task, and what the post answered."""

    SORTS = (("escalation", _("for a decision")), ("task", _("to be done")))

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="referrals", null=True, blank=True)
    threat = models.ForeignKey(Threat, models.PROTECT, related_name="referrals", null=True, blank=True)
    sort = _word(_("put before a post"), choices=SORTS)
    to_post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post that is asked"))
    from_post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=_("post that asks"))
    text = models.CharField(_("why now, or what is to be done"), max_length=500)
    at = models.DateTimeField(_("asked"))
    due_at = models.DateTimeField(_("until"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    answer = models.CharField(_("what will be done"), max_length=500, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    outcome = models.CharField(_("what came of it"), max_length=500, blank=True)

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("referral")
        indexes = (models.Index(fields=("to_post", "acknowledged_at"), name="referral_waits_for_a_post"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(alert__isnull=True, threat__isnull=False) | Q(alert__isnull=False, threat__isnull=True),
                name="referral_is_about_one_record",
            ),
            models.CheckConstraint(
                condition=Q(sort="task", due_at__gt=F("at"))
                | Q(sort="escalation", due_at__isnull=True, done_at__isnull=True),
                name="referral_task_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, answer="", done_at__isnull=True)
                | Q(acknowledged_at__gte=F("at")) & ~Q(answer=""),
                name="referral_acknowledged_has_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, outcome="") | Q(done_at__gte=F("at")) & ~Q(outcome=""),
                name="referral_done_says_what_came_of_it",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def about(self) -> Alert | Threat:
        record = self.alert or self.threat
        assert record is not None  # nosec B101  # a constraint of the table
        return record


class Activity(ProtectionRecord):
    """A patrol, an engagement or a joint protection team mission: against which threat, to bring what, and did it."""

    kind = "threat"

    what = _word(_("activity"))
    threat = models.ForeignKey(Threat, models.PROTECT, related_name="activities", null=True, blank=True)
    on = models.DateField(_("on"))
    place = models.CharField(_("place"), max_length=120)
    intended = models.CharField(_("intended outcome"), max_length=200)
    became = _word(_("what became of it"), default="not-yet-known")
    evidence = models.TextField(_("evidence"), blank=True)
    recommended = models.TextField(_("recommended"), blank=True)
    followed_up = models.TextField(_("followed up"), blank=True)

    class Meta(ProtectionRecord.Meta):
        ordering = ("-on", "-pk")
        verbose_name = _("activity")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(intended=""), name="activity_has_an_intended_outcome"),
            models.CheckConstraint(
                condition=Q(became="not-yet-known") | ~Q(evidence=""), name="activity_outcome_has_evidence"
            ),
        )

    def __str__(self) -> str:
        return self.intended


class Harm(ProtectionRecord):
    """Harm that the mission did to people, and what followed."""

    kind = "threat"

    what = _word(_("harm"))
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="harms", null=True, blank=True)
    on = models.DateField(_("on"))
    place = models.CharField(_("place"), max_length=120)
    text = models.TextField(_("what happened"))
    follow_up = models.TextField(_("what was done about it"), blank=True)
    followed_on = models.DateField(_("followed up on"), null=True, blank=True)

    class Meta(ProtectionRecord.Meta):
        ordering = ("-on", "-pk")
        verbose_name = _("harm")

    def __str__(self) -> str:
        return self.text[:80]


class Engagement(ProtectionRecord):
    """A meeting with people of a place: what they raised, who was heard, and what they were told afterwards."""

    kind = "community"

    LEVELS = (("local", _("local")), ("national", _("national")))

    on = models.DateField(_("on"))
    place = models.CharField(_("place"), max_length=120)
    level = models.CharField(_("level"), max_length=10, choices=LEVELS, default="local")
    heard = models.CharField(_("who was heard"), max_length=200, blank=True)
    raised = models.TextField(_("what was raised"))
    thread = models.ForeignKey("self", models.PROTECT, related_name="threads", null=True, blank=True)
    feedback = models.TextField(_("feedback given"), blank=True)
    fed_back_on = models.DateField(_("feedback given on"), null=True, blank=True)

    class Meta(ProtectionRecord.Meta):
        ordering = ("-on", "-pk")
        verbose_name = _("engagement")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(level__in=("local", "national")), name="engagement_level_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.place} {self.on}"

    @property
    def heard_words(self) -> tuple[str, ...]:
        return tuple(filter(None, self.heard.split("|")))


class Promise(models.Model):
    """What was promised to people: until when, by which post, and what became of it."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="promises")
    text = models.CharField(_("promise"), max_length=300)
    owner = models.CharField(_("owner post"), max_length=60)
    due_on = models.DateField(_("due on"), db_index=True)
    kept_on = models.DateField(_("kept on"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    taken_back_on = models.DateField(_("taken back on"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=300, blank=True)
    fed_back_on = models.DateField(_("told to the community on"), null=True, blank=True)

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("promise")
        constraints = (
            models.CheckConstraint(
                condition=Q(kept_on__isnull=True) | ~Q(evidence=""), name="promise_kept_has_evidence"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_on__isnull=True) | Q(kept_on__isnull=True) & ~Q(why=""),
                name="promise_taken_back_says_why",
            ),
        )

    def __str__(self) -> str:
        return self.text


class Perception(ProtectionRecord):
    """What people answered, by which method and from how many of them."""

    kind = "community"

    on = models.DateField(_("on"))
    place = models.CharField(_("place"), max_length=120)
    question = models.CharField(_("question"), max_length=300)
    method = _word(_("method"))
    sample = models.PositiveIntegerField(_("people asked"))
    answered = models.PositiveIntegerField(_("people who agreed"), null=True, blank=True)
    women = models.PositiveIntegerField(_("women among those asked"), null=True, blank=True)
    text = models.TextField(_("what they said"))

    class Meta(ProtectionRecord.Meta):
        ordering = ("-on", "-pk")
        verbose_name = _("perception")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(
                condition=(Q(answered__isnull=True) | Q(answered__lte=F("sample")))
                & (Q(women__isnull=True) | Q(women__lte=F("sample")))
                & Q(sample__gte=1),
                name="perception_parts_fit_the_sample",
            ),
        )

    def __str__(self) -> str:
        return self.question


class Obstruction(ProtectionRecord):
    """An incident in which the host state hindered the mission; authorities are named as bodies, never as persons."""

    kind = "consent"

    what = _word(_("kind"))
    on = models.DateField(_("on"))
    place = models.CharField(_("place"), max_length=120)
    authority = models.CharField(_("authority"), max_length=120, blank=True)
    text = models.TextField(_("what happened"))
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    resolution = models.TextField(_("how"), blank=True)

    class Meta(ProtectionRecord.Meta):
        ordering = ("-on", "-pk")
        verbose_name = _("obstruction")

    def __str__(self) -> str:
        return f"{self.what} {self.on}"


class Movements(ProtectionRecord):
    """How often the mission moved in a month: what obstructions are counted against."""

    kind = "consent"

    month = models.CharField(_("month"), max_length=7)
    number = models.PositiveIntegerField(_("movements"))
    source = models.CharField(_("source"), max_length=200)

    class Meta(ProtectionRecord.Meta):
        ordering = ("-month", "-pk")
        verbose_name = _("movements of a month")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.UniqueConstraint(fields=("mission", "month"), name="movements_are_counted_once"),
        )

    def __str__(self) -> str:
        return self.month


class Dialogue(ProtectionRecord):
    """A talk with the host state about consent."""

    kind = "consent"

    on = models.DateField(_("on"))
    authority = models.CharField(_("authority"), max_length=120)
    text = models.TextField(_("what was said"))
    agreed = models.TextField(_("what was agreed"), blank=True)
    obstruction = models.ForeignKey(Obstruction, models.PROTECT, related_name="dialogues", null=True, blank=True)

    class Meta(ProtectionRecord.Meta):
        ordering = ("-on", "-pk")
        verbose_name = _("dialogue")

    def __str__(self) -> str:
        return f"{self.authority} {self.on}"


class Capability(ProtectionRecord):
    """Whether the mission has a capability of the compact, on what evidence; the last one said stands."""

    kind = "threat"

    capability = _word(_("capability"))
    has = models.BooleanField(_("the mission has it"))
    on = models.DateField(_("as of"))
    evidence = models.TextField(_("evidence"))

    class Meta(ProtectionRecord.Meta):
        ordering = ("-on", "-pk")
        verbose_name = _("capability")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(evidence=""), name="capability_has_evidence"),
        )

    def __str__(self) -> str:
        return self.capability


class Observation(ProtectionRecord):
    """A report of a team of observers of several nationalities."""

    kind = "observation"

    report = models.CharField(_("report"), max_length=60)
    what = _word(_("kind"))
    day = models.DateField(_("day"))
    area = models.CharField(_("area"), max_length=120)
    team = models.CharField(_("team"), max_length=80)
    nationalities = models.CharField(_("nationalities"), max_length=80)
    hours = models.FloatField(_("hours"), null=True, blank=True)
    violation = _word(_("violation"), blank=True)
    narrative = models.TextField(_("narrative"), blank=True)

    class Meta(ProtectionRecord.Meta):
        ordering = ("-day", "-pk")
        verbose_name = _("observation")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.UniqueConstraint(fields=("mission", "report"), name="observation_is_reported_once"),
        )

    def __str__(self) -> str:
        return self.report
