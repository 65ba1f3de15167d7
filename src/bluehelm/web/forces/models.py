"""How are requirements, pledges and what follows from them kept?

Each record carries its own marking, audience and number: a contributor reads what is its own, force generation all.
Lists of words are kept as files write them, sorted and joined by `|`. What the database can refuse, it refuses.
"""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bluehelm.disclosure import Label, Marking
from bluehelm.web.findings.models import Finding
from bluehelm.web.posts.marked import MarkedRecord
from bluehelm.web.posts.models import CODE, MARKINGS, Audience

LONGEST_CODE = 60
LEAST_PRIORITY = 5
CODE_ONLY = rf"^(?:{CODE.pattern})\Z"


class ForcesRecord(MarkedRecord):
    """A record that people and files name by a code, unique among its kind."""

    code = models.CharField(_("code"), max_length=LONGEST_CODE, unique=True, validators=[RegexValidator(CODE_ONLY)])

    class Meta(MarkedRecord.Meta):
        abstract = True
        ordering: ClassVar[tuple[str, ...]] = ("code",)

    def __str__(self) -> str:
        return self.code


class Contributor(ForcesRecord):
    """A state that pledges; its code is that of its organisation, whether or not it has posts here.

    `max_units` is the most it gives at a time, `visit_cost` what a journey to its units costs; None where not said.
    """

    kind = "pledge"

    name = models.CharField(_("name"), max_length=200)
    max_units = models.PositiveIntegerField(_("most units at a time"), null=True, blank=True)
    visit_cost = models.DecimalField(_("cost of a visit"), max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta(ForcesRecord.Meta):
        verbose_name = _("contributor")


class Requirement(ForcesRecord):
    """One unit that a mission asks for."""

    kind = "requirement"

    mission = models.CharField(_("mission"), max_length=60)
    capability = models.CharField(_("capability"), max_length=80)
    strength = models.PositiveIntegerField(_("strength"))
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    min_level = models.CharField(_("least level"), max_length=20)
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"))
    accepts_parts = models.BooleanField(_("may be filled in parts"), default=False)
    area = models.CharField(_("area"), max_length=80, blank=True)
    tasks = models.CharField(_("tasks"), max_length=400, blank=True)
    template = models.CharField(_("made from"), max_length=80, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta(ForcesRecord.Meta):
        verbose_name = _("requirement")
        indexes = (models.Index(fields=("mission", "from_on"), name="requirement_by_mission"),)
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="requirement_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=LEAST_PRIORITY), name="requirement_priority_is_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(withdrawn_reason=""),
                name="requirement_withdrawn_says_why",
            ),
        )


class RequirementLine(models.Model):
    """A line of a requirement: persons of a function, pieces of equipment, or a category of self-sustainment."""

    PARTS: ClassVar = [
        ("function", _("Function")),
        ("equipment", _("Equipment")),
        ("self-sustainment", _("Self-sustainment")),
    ]

    requirement = models.ForeignKey(Requirement, models.CASCADE, related_name="lines")
    part = models.CharField(_("part"), max_length=20, choices=PARTS)
    name = models.CharField(_("name"), max_length=120)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("line of a requirement")
        constraints = (
            models.UniqueConstraint(fields=("requirement", "part", "name"), name="requirement_line_is_said_once"),
            models.CheckConstraint(
                condition=Q(part__in=("function", "equipment", "self-sustainment")),
                name="requirement_line_part_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Pledge(ForcesRecord):
    """One offer of a contributor.

    `level` and `expires_on` are what its steps of readiness add up to: the last level, and the last day it covers.
    """

    kind = "pledge"

    contributor = models.ForeignKey(Contributor, models.PROTECT, related_name="pledges")
    capability = models.CharField(_("capability"), max_length=80)
    strength = models.PositiveIntegerField(_("strength"))
    from_on = models.DateField(_("available from"))
    until_on = models.DateField(_("available until"))
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    areas = models.CharField(_("knows the areas"), max_length=200, blank=True)
    joint_group = models.CharField(_("joint group"), max_length=60, blank=True)
    splits_into = models.PositiveSmallIntegerField(_("may be split into"), default=1)
    women = models.PositiveIntegerField(_("women"), null=True, blank=True)
    monthly_cost = models.DecimalField(_("monthly cost"), max_digits=16, decimal_places=2, null=True, blank=True)
    level = models.CharField(_("level"), max_length=20, blank=True)
    expires_on = models.DateField(_("to be renewed by"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta(ForcesRecord.Meta):
        verbose_name = _("pledge")
        indexes = (
            models.Index(fields=("capability", "from_on"), name="pledge_by_capability"),
            models.Index(fields=("expires_on",), name="pledge_by_expiry"),
        )
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="pledge_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(splits_into__gte=1), name="pledge_has_a_part"),
            models.CheckConstraint(
                condition=Q(splits_into=1) | Q(joint_group=""), name="pledge_of_a_joint_group_is_not_split"
            ),
            models.CheckConstraint(
                condition=Q(women__isnull=True) | Q(women__lte=F("strength")), name="pledge_women_are_of_its_strength"
            ),
            models.CheckConstraint(
                condition=Q(level="", expires_on__isnull=True) | ~Q(level="") & Q(expires_on__isnull=False),
                name="pledge_level_has_a_clock",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(withdrawn_reason=""), name="pledge_withdrawn_says_why"
            ),
        )


class ReadinessStep(models.Model):
    """One step on the ladder: what happened, on which evidence; steps are added and never changed."""

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    on = models.DateField(_("on"))
    deed = models.CharField(_("deed"), max_length=20)
    level = models.CharField(_("level"), max_length=20)
    evidence = models.JSONField(_("evidence"), default=dict)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    post = models.CharField(_("post"), max_length=120, blank=True)

    class Meta:
        ordering = ("pledge", "number")
        verbose_name = _("step of readiness")
        constraints = (models.UniqueConstraint(fields=("pledge", "number"), name="readiness_step_is_numbered_once"),)

    def __str__(self) -> str:
        return f"{self.pledge_id}: {self.deed} {self.level}"


class Caveat(MarkedRecord):
    """A limit that a contributor declared: a mission, an area, a task, or hours of the day."""

    kind = "caveat"

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="caveats")
    number = models.PositiveSmallIntegerField()
    what = models.CharField(_("kind"), max_length=20)
    value = models.CharField(_("which"), max_length=80)
    declared_on = models.DateField(_("declared on"))
    source = models.CharField(_("declared in"), max_length=300)
    until_on = models.DateField(_("until"), null=True, blank=True)
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    lifted_reason = models.CharField(max_length=300, blank=True)

    class Meta(MarkedRecord.Meta):
        ordering = ("pledge", "number")
        verbose_name = _("caveat")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.UniqueConstraint(fields=("pledge", "number"), name="caveat_is_numbered_once"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(value=""), name="caveat_says_what_and_where"),
        )

    def __str__(self) -> str:
        return f"{self.what}:{self.value}"


class UndeclaredCaveat(ForcesRecord):
    """An order refused for a limit nobody had declared; what it was, discipline or performance, people say."""

    kind = "undeclared_caveat"

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="undeclared")
    mission = models.CharField(_("mission"), max_length=60)
    what = models.CharField(_("kind"), max_length=20)
    value = models.CharField(_("which"), max_length=80)
    ordered_on = models.DateField(_("ordered on"))
    order = models.TextField(_("order"))
    explanation = models.TextField(_("explanation of the contributor"), blank=True)
    classification = models.CharField(_("classified as"), max_length=20, blank=True)
    classified_by = models.CharField(_("classified by"), max_length=120, blank=True)
    classified_on = models.DateField(_("classified on"), null=True, blank=True)
    rationale = models.TextField(_("why"), blank=True)

    class Meta(ForcesRecord.Meta):
        verbose_name = _("undeclared caveat")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(order="") & ~Q(value=""), name="undeclared_caveat_names_the_order"),
            models.CheckConstraint(
                condition=Q(classification="") | ~Q(classified_by="") & ~Q(rationale=""),
                name="undeclared_caveat_is_classified_by_somebody_for_a_reason",
            ),
        )


class Visit(ForcesRecord):
    """A visit to a pledged unit with its checklist; `result` is empty until people have given it."""

    kind = "pledge"

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="visits")
    checklist = models.CharField(_("checklist"), max_length=60)
    planned_on = models.DateField(_("planned on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=20, blank=True)
    report = models.CharField(_("report"), max_length=300, blank=True)
    called_off_reason = models.CharField(_("called off because"), max_length=300, blank=True)

    class Meta(ForcesRecord.Meta):
        ordering = ("planned_on", "code")
        verbose_name = _("visit")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(result="", done_on__isnull=True)
                | Q(result__in=("passed", "failed"), done_on__isnull=False) & ~Q(report=""),
                name="visit_done_has_a_day_and_a_report",
            ),
        )


class VisitAnswer(models.Model):
    """What a visit found about one item of its checklist; `finding` is what was raised from it."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="answers")
    item = models.CharField(_("item"), max_length=80)
    answer = models.CharField(_("answer"), max_length=20)
    note = models.CharField(_("note"), max_length=500, blank=True)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("answer of a visit")
        constraints = (models.UniqueConstraint(fields=("visit", "item"), name="visit_item_is_answered_once"),)

    def __str__(self) -> str:
        return f"{self.item}: {self.answer}"


class MinisterialPledge(ForcesRecord):
    """What a state announced at a ministerial, and the day of each step since; None for one not taken."""

    kind = "pledge"

    ministerial = models.CharField(_("ministerial"), max_length=80)
    contributor = models.ForeignKey(Contributor, models.PROTECT, related_name="announced")
    category = models.CharField(_("category"), max_length=80)
    text = models.CharField(_("what was announced"), max_length=500)
    conditions = models.CharField(_("conditions"), max_length=500, blank=True)
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="announced", null=True, blank=True)
    announced_on = models.DateField(_("announced on"))
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    deployed_on = models.DateField(_("deployed on"), null=True, blank=True)
    lapsed_on = models.DateField(_("lapsed on"), null=True, blank=True)
    lapsed_reason = models.CharField(max_length=300, blank=True)

    class Meta(ForcesRecord.Meta):
        ordering = ("-announced_on", "code")
        verbose_name = _("ministerial pledge")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(registered_on__isnull=True) | Q(registered_on__gte=F("announced_on")),
                name="ministerial_registered_after_announced",
            ),
            models.CheckConstraint(
                condition=Q(verified_on__isnull=True)
                | Q(registered_on__isnull=False, verified_on__gte=F("registered_on")),
                name="ministerial_verified_after_registered",
            ),
            models.CheckConstraint(
                condition=Q(deployed_on__isnull=True) | Q(verified_on__isnull=False, deployed_on__gte=F("verified_on")),
                name="ministerial_deployed_after_verified",
            ),
            models.CheckConstraint(
                condition=Q(lapsed_on__isnull=True) | ~Q(lapsed_reason=""), name="ministerial_lapsed_says_why"
            ),
        )


class DeploymentCase(ForcesRecord):
    """A pledge on its way to fill a requirement, stage by stage; it ends by arriving or by being given up.

    The pledges of a joint group have a case each under the requirement they fill together; a pledge in parts has one
    under each requirement that its parts fill.
    """

    kind = "pledge"

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="cases")
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="cases")
    opened_on = models.DateField(_("opened on"))
    state = models.CharField(_("state"), max_length=20, default="open")
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta(ForcesRecord.Meta):
        verbose_name = _("deployment case")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=("open", "arrived", "given-up")), name="case_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="open", ended_on__isnull=True) | ~Q(state="open") & Q(ended_on__isnull=False),
                name="case_ended_has_a_day",
            ),
            models.CheckConstraint(condition=~Q(state="given-up") | ~Q(ended_reason=""), name="case_given_up_says_why"),
            models.UniqueConstraint(
                fields=("requirement", "pledge"),
                condition=Q(state__in=("open", "arrived")),
                name="pledge_serves_a_requirement_in_one_live_case",
            ),
        )


class CaseStage(models.Model):
    """One stage of a case: since when, until when, and who holds the pen. Several may be open at a time."""

    case = models.ForeignKey(DeploymentCase, models.CASCADE, related_name="stages")
    stage = models.CharField(_("stage"), max_length=60)
    entered_on = models.DateField(_("from"))
    left_on = models.DateField(_("until"), null=True, blank=True)
    holder = models.CharField(_("holds the pen"), max_length=200)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ("case", "entered_on", "pk")
        verbose_name = _("stage of a case")
        constraints = (
            models.UniqueConstraint(fields=("case", "stage"), name="case_enters_a_stage_once"),
            models.CheckConstraint(condition=~Q(holder=""), name="case_stage_names_who_holds_the_pen"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("entered_on")),
                name="case_stage_ends_after_it_began",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}: {self.stage}"


class CaseStep(models.Model):
    """What is expected of one step of a case's timeline, and what really happened to it where no stage says so.

    `way` is new or redirected; days left out are those of the template.
    """

    case = models.ForeignKey(DeploymentCase, models.CASCADE, related_name="steps")
    way = models.CharField(_("way"), max_length=20)
    step = models.CharField(_("step"), max_length=60)
    least_days = models.PositiveSmallIntegerField(_("least days"), null=True, blank=True)
    likely_days = models.PositiveSmallIntegerField(_("likely days"), null=True, blank=True)
    most_days = models.PositiveSmallIntegerField(_("most days"), null=True, blank=True)
    began_on = models.DateField(_("really began on"), null=True, blank=True)
    ended_on = models.DateField(_("really ended on"), null=True, blank=True)

    class Meta:
        ordering = ("case", "way", "pk")
        verbose_name = _("step of a case")
        constraints = (
            models.UniqueConstraint(fields=("case", "way", "step"), name="case_expects_a_step_once"),
            models.CheckConstraint(
                condition=Q(least_days__isnull=True, likely_days__isnull=True, most_days__isnull=True)
                | Q(least_days__isnull=False, likely_days__gte=F("least_days"), most_days__gte=F("likely_days"))
                & Q(likely_days__isnull=False, most_days__isnull=False),
                name="case_step_days_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(began_on__isnull=False, ended_on__gte=F("began_on")),
                name="case_step_ends_after_it_began",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}: {self.step}"


class Slot(ForcesRecord):
    """A post that several contributors keep filled by turns; months are counted since year 0.

    The framework nation keeps what all of them rely on: a camp, maintenance.
    """

    kind = "requirement"

    mission = models.CharField(_("mission"), max_length=60, blank=True)
    capability = models.CharField(_("capability"), max_length=80)
    first = models.PositiveIntegerField(_("from"))
    last = models.PositiveIntegerField(_("until"))
    framework_nation = models.CharField(_("framework nation"), max_length=60, blank=True)
    overlap_days = models.PositiveSmallIntegerField(_("days of handover asked"), default=0)

    class Meta(ForcesRecord.Meta):
        verbose_name = _("slot")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="slot_ends_after_it_begins"),
        )


class TourOffer(ForcesRecord):
    """Tours that a contributor offers."""

    kind = "pledge"

    contributor = models.ForeignKey(Contributor, models.PROTECT, related_name="tour_offers")
    capability = models.CharField(_("capability"), max_length=80)
    first = models.PositiveIntegerField(_("available from"))
    last = models.PositiveIntegerField(_("available until"))
    min_tour = models.PositiveSmallIntegerField(_("shortest tour, months"))
    max_tour = models.PositiveSmallIntegerField(_("longest tour, months"))
    max_tours = models.PositiveSmallIntegerField(_("most tours"), null=True, blank=True)
    monthly_cost = models.DecimalField(_("monthly cost"), max_digits=16, decimal_places=2)
    certified_until = models.DateField(_("certified until"), null=True, blank=True)

    class Meta(ForcesRecord.Meta):
        verbose_name = _("offer of tours")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="tour_offer_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(min_tour__gte=1, max_tour__gte=F("min_tour")), name="tour_offer_lengths_are_in_order"
            ),
        )


class Tour(models.Model):
    """A turn that was agreed: the offer holds the slot from the first to the last day, both included."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="tours")
    offer = models.ForeignKey(TourOffer, models.PROTECT, related_name="tours")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))

    class Meta:
        ordering = ("slot", "from_on", "pk")
        verbose_name = _("tour")
        constraints = (
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="tour_ends_after_it_begins"),
        )

    def __str__(self) -> str:
        return f"{self.slot_id}: {self.from_on}"


class SlotOutput(models.Model):
    """What a post brought over the time it was held, by name: sorties, passengers, tonnes."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="outputs")
    name = models.CharField(_("output"), max_length=60)
    number = models.DecimalField(_("number"), max_digits=14, decimal_places=2)

    class Meta:
        ordering = ("slot", "name")
        verbose_name = _("output of a slot")
        constraints = (models.UniqueConstraint(fields=("slot", "name"), name="slot_output_is_said_once"),)

    def __str__(self) -> str:
        return self.name


class EquipmentLine(models.Model):
    """One kind of equipment of a unit in one quarter: agreed, present, serviceable; None where nobody counted."""

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="equipment")
    quarter = models.CharField(_("quarter"), max_length=7)
    item = models.CharField(_("item"), max_length=120)
    category = models.CharField(_("category"), max_length=60)
    agreed = models.PositiveIntegerField(_("in the memorandum"))
    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    serviceable = models.PositiveIntegerField(_("serviceable"), null=True, blank=True)

    class Meta:
        ordering = ("item", "quarter")
        verbose_name = _("line of equipment")
        constraints = (
            models.UniqueConstraint(fields=("pledge", "quarter", "item"), name="equipment_is_counted_once_a_quarter"),
            models.CheckConstraint(
                condition=Q(serviceable__isnull=True) | Q(present__isnull=True) | Q(serviceable__lte=F("present")),
                name="equipment_serviceable_is_present",
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.quarter}"


class UnitCard(ForcesRecord):
    """What is known of one unit, in the form that serves every component; its contributor sees it first.

    `shown_on` is the day it was shown to the contributor, `opened_on` the day others could read it.
    """

    kind = "pledge"

    pledge = models.OneToOneField(Pledge, models.PROTECT, related_name="card")
    mission = models.CharField(_("mission"), max_length=60)
    component = models.CharField(_("component"), max_length=20)
    shown_on = models.DateField(_("shown to the contributor on"), null=True, blank=True)
    opened_on = models.DateField(_("opened to others on"), null=True, blank=True)

    class Meta(ForcesRecord.Meta):
        verbose_name = _("unit card")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(opened_on__isnull=True) | Q(shown_on__isnull=False, opened_on__gte=F("shown_on")),
                name="unit_card_is_shown_before_it_is_opened",
            ),
        )


class CardReply(models.Model):
    """What the contributor says about its unit's card."""

    card = models.ForeignKey(UnitCard, models.CASCADE, related_name="replies")
    on = models.DateField(_("on"))
    post = models.CharField(_("post"), max_length=120)
    text = models.TextField(_("reply"))

    class Meta:
        ordering = ("pk",)
        verbose_name = _("reply to a unit card")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="card_reply_says_something"),)

    def __str__(self) -> str:
        return self.text


class Evaluation(models.Model):
    """How one rater found one task of a unit against its standard, on a day; `cause` says why it was not fully met."""

    card = models.ForeignKey(UnitCard, models.CASCADE, related_name="evaluations")
    on = models.DateField(_("on"))
    task = models.CharField(_("task"), max_length=120)
    condition = models.CharField(_("condition"), max_length=300)
    standard = models.CharField(_("standard"), max_length=300)
    rater = models.CharField(_("rater"), max_length=120)
    rating = models.CharField(_("rating"), max_length=40)
    cause = models.CharField(_("cause"), max_length=40, blank=True)

    class Meta:
        ordering = ("on", "pk")
        verbose_name = _("evaluation")
        constraints = (
            models.UniqueConstraint(fields=("card", "task", "on", "rater"), name="evaluation_is_given_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.task}: {self.rating}"


class FunctionStrength(models.Model):
    """Persons and women of a unit by role; None where nobody counted."""

    card = models.ForeignKey(UnitCard, models.CASCADE, related_name="functions")
    name = models.CharField(_("role"), max_length=120)
    persons = models.PositiveIntegerField(_("persons"), null=True, blank=True)
    women = models.PositiveIntegerField(_("women"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("strength by role")
        constraints = (models.UniqueConstraint(fields=("card", "name"), name="card_function_is_counted_once"),)

    def __str__(self) -> str:
        return self.name


class TrainingCertificate(models.Model):
    """A training that a unit has done, and the last day its certificate holds."""

    card = models.ForeignKey(UnitCard, models.CASCADE, related_name="certificates")
    name = models.CharField(_("training"), max_length=120)
    valid_until = models.DateField(_("certified until"))

    class Meta:
        ordering = ("valid_until", "name")
        verbose_name = _("certificate of training")
        constraints = (models.UniqueConstraint(fields=("card", "name"), name="card_training_is_certified_once"),)

    def __str__(self) -> str:
        return self.name


class Run(MarkedRecord):
    """A matching, stress test or rotation of the records, carried out beside the pages; its answer is kept.

    `asked` is the scenario, `answer` what the command prints with `--json`, `said` how far it is or why it failed.
    """

    kind = "pledge"
    STATES = ("waiting", "running", "done", "failed")

    what = models.CharField(max_length=20)
    asked = models.JSONField(default=dict)
    state = models.CharField(max_length=20, default="waiting")
    said = models.TextField(blank=True)
    account = models.CharField(max_length=150)
    post = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)
    left_out = models.JSONField(default=dict)

    class Meta(MarkedRecord.Meta):
        ordering = ("-pk",)
        verbose_name = _("run")
        constraints = (
            *MarkedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(what__in=("match", "rotate", "stress")), name="run_what_is_known"),
            models.CheckConstraint(
                condition=Q(state="done", answer__isnull=False) | ~Q(state="done") & Q(answer__isnull=True),
                name="run_done_has_an_answer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"


class FileImport(MarkedRecord):
    """A file whose rows became records, with what each was before, so that it can be undone."""

    kind = "pledge"

    what = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    on = models.DateField()
    post = models.CharField(max_length=120)
    changes = models.JSONField(default=list)
    undone_on = models.DateField(null=True, blank=True)

    class Meta(MarkedRecord.Meta):
        ordering = ("-pk",)
        verbose_name = _("file taken in")

    def __str__(self) -> str:
        return f"{self.what}: {self.file_name}"


class Change(models.Model):
    """One deed in the history of a record, with the marking and audience that the record then had."""

    of = models.CharField(max_length=40)
    code = models.CharField(max_length=LONGEST_CODE)
    at = models.DateTimeField()
    on = models.DateField()
    deed = models.CharField(max_length=60)
    post = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)
    fields = models.JSONField(default=dict)
    marking = models.PositiveSmallIntegerField(choices=MARKINGS)
    releasable_to = models.ForeignKey(Audience, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("change")
        indexes = (models.Index(fields=("of", "code"), name="forces_change_of_record"),)

    def __str__(self) -> str:
        return f"{self.code}: {self.deed}"

    @property
    def label(self) -> Label:
        return Label(Marking(self.marking), self.releasable_to.names)
