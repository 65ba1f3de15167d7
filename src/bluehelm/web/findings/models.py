"""How are findings and what follows from them kept?

The finding carries the marking, the audience and the number that grows with every change anywhere in its chain: what
hangs on it is read and changed through it alone. What the database can refuse, it refuses.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bluehelm.disclosure import Label, Marking
from bluehelm.spine import EvidenceRef, RecordRef, RowRef, State
from bluehelm.web.posts.marked import MarkedRecord
from bluehelm.web.posts.models import MARKINGS, Audience, Post

OWN_STATES = ("proposed", "raised", "dismissed", "overtaken", "superseded", "merged")
RECOMMENDATION_STATES = (
    "recommended",
    "accepted",
    "under-way",
    "partially-implemented",
    "implemented",
    "closed",
    "rejected",
    "overtaken",
    "superseded",
)
STATES = [state.value for state in State]
ENDED_WITH_A_REASON = ("dismissed", "overtaken", "superseded", "merged")


class Finding(MarkedRecord):
    """Something that somebody should know and perhaps act on.

    `own_state` is what happened to the finding itself, `state` where it stands given its recommendations.
    """

    kind = "finding"

    title = models.CharField(_("title"), max_length=200)
    statement = models.TextField(_("what was found"))
    domain = models.CharField(_("domain"), max_length=40)
    severity = models.CharField(_("severity"), max_length=40)
    confidence = models.CharField(_("confidence"), max_length=40)
    mission = models.CharField(_("mission"), max_length=60, blank=True)
    found_on = models.DateField(_("found on"))
    own_state = models.CharField(max_length=40)
    state = models.CharField(_("state"), max_length=40)
    explanation = models.TextField(_("how the program came to propose it"), blank=True)
    proposed_by = models.CharField(_("proposed by"), max_length=60, blank=True)
    stable_key = models.CharField(max_length=200, blank=True)
    raised_by = models.CharField(_("raised by"), max_length=150, blank=True)
    raised_post = models.ForeignKey(Post, models.PROTECT, related_name="+", null=True, blank=True)
    raised_on = models.DateField(_("raised on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_post = models.ForeignKey(Post, models.PROTECT, related_name="+", null=True, blank=True)
    ended_reason = models.TextField(blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, related_name="supersedes", null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, related_name="merged", null=True, blank=True)

    class Meta(MarkedRecord.Meta):
        ordering = ("-found_on", "-pk")
        verbose_name = _("finding")
        indexes = (
            models.Index(fields=("state", "found_on"), name="finding_by_state"),
            models.Index(fields=("mission", "domain"), name="finding_by_mission"),
        )
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(own_state__in=OWN_STATES), name="finding_own_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="finding_state_is_known"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(statement=""), name="finding_says_something"),
            models.CheckConstraint(
                condition=~Q(proposed_by="") | ~Q(raised_by=""), name="finding_is_proposed_or_raised_by_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(own_state="raised") | (~Q(raised_by="") & Q(raised_on__isnull=False)),
                name="finding_raised_has_a_person_and_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(own_state__in=ENDED_WITH_A_REASON)
                | (~Q(ended_reason="") & ~Q(ended_by="") & Q(ended_on__isnull=False)),
                name="finding_ended_has_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(own_state="merged", merged_into__isnull=False)
                | (~Q(own_state="merged") & Q(merged_into__isnull=True)),
                name="finding_merged_names_the_other",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="finding_is_not_merged_into_itself"),
            models.UniqueConstraint(
                fields=("proposed_by", "stable_key"), condition=~Q(stable_key=""), name="finding_is_proposed_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.title}"


class Recommendation(models.Model):
    """What a post should do about a finding, until when."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("recommendation"))
    owner = models.ForeignKey(Post, models.PROTECT, related_name="recommendations", verbose_name=_("owner post"))
    due_on = models.DateField(_("due on"), db_index=True)
    cost_usd = models.PositiveBigIntegerField(_("cost in US dollars"), null=True, blank=True)
    capability = models.CharField(_("capability"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=40, default="recommended", db_index=True)
    made_by = models.CharField(max_length=150)
    made_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    made_on = models.DateField(_("recommended on"))
    reopened_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("finding", "number")
        verbose_name = _("recommendation")
        constraints = (
            models.UniqueConstraint(fields=("finding", "number"), name="recommendation_is_numbered_once"),
            models.CheckConstraint(condition=Q(state__in=RECOMMENDATION_STATES), name="recommendation_state_is_known"),
            models.CheckConstraint(condition=~Q(text=""), name="recommendation_says_something"),
            models.CheckConstraint(
                condition=Q(capability__in=("", "new", "redirected")), name="recommendation_capability_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("overtaken", "superseded"))
                | (~Q(ended_reason="") & ~Q(ended_by="") & Q(ended_on__isnull=False)),
                name="recommendation_ended_has_who_when_and_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.finding_id}.{self.number}"

    @property
    def decision(self) -> "Decision | None":
        """The decision that stands: the last one, unless the recommendation was reopened after it."""
        decisions = list(self.decisions.all())
        return decisions[-1] if decisions and self.state != State.RECOMMENDED else None


class Decision(models.Model):
    """Who answered a recommendation, how, and why. Earlier decisions of a reopened one are kept."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="decisions")
    outcome = models.CharField(_("decision"), max_length=20)
    decided_by = models.CharField(_("decided by"), max_length=150)
    decided_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    decided_on = models.DateField(_("decided on"))
    why = models.TextField(_("reason"))
    modified_to = models.TextField(_("modified to"), blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("decision")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=("accepted", "modified", "rejected")), name="decision_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(decided_by="") & ~Q(why=""), name="decision_has_a_decider_and_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(outcome="modified") & ~Q(modified_to="") | ~Q(outcome="modified") & Q(modified_to=""),
                name="decision_modified_says_to_what",
            ),
        )

    def __str__(self) -> str:
        return f"{self.recommendation}: {self.outcome}"


class Action(models.Model):
    """What is done after a decision, and how its effect will be seen, which is named before it begins."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="action")
    started_on = models.DateField(_("begun on"))
    started_by = models.CharField(max_length=150)
    started_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    named_on = models.DateField(_("measurement named on"))
    measurement = models.TextField(_("what will be measured"), blank=True)
    source = models.CharField(_("in which source"), max_length=200, blank=True)
    before = models.CharField(_("reading before the action"), max_length=200, blank=True)
    read_on = models.DateField(_("to be read on"), null=True, blank=True)
    not_observable_why = models.TextField(_("why the effect cannot be observed"), blank=True)
    extent = models.CharField(_("done"), max_length=20, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("action")
        constraints = (
            models.CheckConstraint(
                condition=~Q(measurement="") & ~Q(source="") & Q(read_on__isnull=False) & Q(not_observable_why="")
                | Q(measurement="") & Q(read_on__isnull=True) & ~Q(not_observable_why=""),
                name="action_names_a_measurement_or_says_why_not",
            ),
            models.CheckConstraint(
                condition=Q(named_on__lte=F("started_on")), name="action_names_its_measurement_before_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(extent="") & Q(done_on__isnull=True)
                | Q(extent__in=("in part", "in full"), done_on__isnull=False, done_on__gte=F("started_on")),
                name="action_done_has_a_day_after_it_began",
            ),
        )

    def __str__(self) -> str:
        return f"{self.decision.recommendation}: {self.extent or 'under way'}"


class Step(models.Model):
    """A part of an action."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("step"), max_length=300)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        ordering = ("action", "number")
        verbose_name = _("step")
        constraints = (
            models.UniqueConstraint(fields=("action", "number"), name="step_is_numbered_once"),
            models.CheckConstraint(condition=~Q(text=""), name="step_says_something"),
        )

    def __str__(self) -> str:
        return self.text


class Effect(models.Model):
    """What the measurement showed and what a person makes of it, or why it could not be read after all."""

    action = models.OneToOneField(Action, models.PROTECT, related_name="effect")
    read_on = models.DateField(_("read on"))
    read_by = models.CharField(max_length=150)
    read_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    reading = models.CharField(_("reading"), max_length=200, blank=True)
    judgement = models.TextField(_("judgement"), blank=True)
    confidence = models.CharField(_("confidence"), max_length=40, blank=True)
    not_observable_why = models.TextField(_("why it cannot be observed"), blank=True)

    class Meta:
        verbose_name = _("effect")
        constraints = (
            models.CheckConstraint(
                condition=~Q(reading="") & ~Q(judgement="") & ~Q(confidence="") & Q(not_observable_why="")
                | Q(reading="") & ~Q(not_observable_why=""),
                name="effect_is_read_and_judged_or_says_why_not",
            ),
        )

    def __str__(self) -> str:
        return self.reading or self.not_observable_why


class Wait(models.Model):
    """What a recommendation waits for, and on whom."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="waits")
    cause = models.CharField(_("cause of delay"), max_length=40)
    party = models.CharField(_("waiting on"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("from_on", "pk")
        verbose_name = _("wait")
        constraints = (
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="wait_ends_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(cause="") & ~Q(party=""), name="wait_says_for_what_and_on_whom"),
        )

    def __str__(self) -> str:
        return f"{self.cause}: {self.party}"


class Evidence(models.Model):
    """What a finding, a step, a change called done, or a reading rests on: a record, or a row of a table's version."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="evidence")
    action = models.ForeignKey(Action, models.PROTECT, related_name="evidence", null=True, blank=True)
    step = models.ForeignKey(Step, models.PROTECT, related_name="evidence", null=True, blank=True)
    effect = models.ForeignKey(Effect, models.PROTECT, related_name="evidence", null=True, blank=True)
    record_kind = models.CharField(max_length=60, blank=True)
    record_id = models.CharField(max_length=200, blank=True)
    table = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    key = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("evidence")
        indexes = (models.Index(fields=("table", "version"), name="evidence_by_version"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(record_kind="") & ~Q(record_id="") & Q(table="", version__isnull=True, sha256="")
                | Q(record_kind="", record_id="")
                & ~Q(table="")
                & Q(version__isnull=False, version__gte=1)
                & ~Q(sha256=""),
                name="evidence_is_a_record_or_a_row_of_a_version",
            ),
        )

    def __str__(self) -> str:
        return str(self.ref)

    @property
    def ref(self) -> EvidenceRef:
        if self.version is None:
            return RecordRef(self.record_kind, self.record_id)
        return RowRef(self.table, self.version, self.key, self.sha256)


class Change(models.Model):
    """One deed in the history of a finding, as its readers see it; the audit keeps its own proof.

    `marking` and `releasable_to` are the finding's own when it was done: who could not read it then does not learn from
    its history what stood there.
    """

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="changes")
    row_version = models.PositiveIntegerField()
    at = models.DateTimeField(_("at"))
    on = models.DateField(_("on"))
    deed = models.CharField(_("deed"), max_length=60)
    by = models.CharField(_("by"), max_length=150)
    post = models.CharField(_("post"), max_length=60, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    fields = models.JSONField(default=dict)
    marking = models.PositiveSmallIntegerField(choices=MARKINGS)
    releasable_to = models.ForeignKey(Audience, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("change")
        constraints = (models.UniqueConstraint(fields=("finding", "row_version"), name="change_is_counted_once"),)

    def __str__(self) -> str:
        return f"{self.deed}, {self.on:%Y-%m-%d}"

    @property
    def label(self) -> Label:
        return Label(Marking(self.marking), self.releasable_to.names)


class Apart(models.Model):
    """A person looked at two findings that read alike and found them to be two; they are not proposed again."""

    first = models.ForeignKey(Finding, models.PROTECT, related_name="+")
    second = models.ForeignKey(Finding, models.PROTECT, related_name="+")
    by = models.CharField(max_length=150)
    on = models.DateField()
    reason = models.TextField()

    class Meta:
        verbose_name = _("two findings kept apart")
        constraints = (
            models.UniqueConstraint(fields=("first", "second"), name="apart_is_said_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="apart_is_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"
