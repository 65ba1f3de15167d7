"""Which deeds carry an assessment round from evidence to a judgement and a recommendation?

Components draft evidence; assessors answer alone or meet; people conclude, with dissent kept. A conclusion ends in a
finding with a recommendation to a post, and the software fills in none of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.definitions.plans import packaged_assessment
from bluehelm.disclosure import Label
from bluehelm.plans.assessment import Agreement, Answer, agreement, missing_of_evidence
from bluehelm.plans.framework import outcomes_of
from bluehelm.plans.periods import PeriodError
from bluehelm.spine import Recommendation, RecordRef
from bluehelm.web.findings import actions as findings
from bluehelm.web.findings.models import Finding
from bluehelm.web.plans.actions import PlanError, into_audit, own_post, require_begun
from bluehelm.web.plans.models import PlanVersion, Round, Worksheet, WorksheetAnswer, WorksheetEvidence
from bluehelm.web.plans.reads import current_version, framework_of
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.models import Post
from bluehelm.workflows.findings.rules import finding_rules


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What people hold of one outcome, and what they recommend; `owner` is the post that is asked."""

    contribution: str
    confidence: str
    rationale: str
    other_explanations: str
    dissent: str
    recommendation: str
    owner: str
    due_on: date
    workshop: str = ""
    """Which post facilitated a workshop, and which posts took part; empty where none was held."""


@transaction.atomic
def open_round(*, mission: str, period: str, by: Actor) -> Round:
    """Begin the assessment of a period, with a worksheet for each outcome of the plan that holds."""
    by.require("create", "plan")
    post = own_post(by, mission)
    version = current_version(mission, by)
    if version is None:
        raise PlanError(_("%(mission)s has no plan.") % {"mission": mission})
    try:
        require_begun(period)
    except PeriodError as error:
        raise PlanError(str(error)) from None
    label = {"marking": version.marking, "releasable_to": version.releasable_to}
    try:
        with transaction.atomic():
            made = Round.objects.create(
                mission=mission, period=period, version=version, opened_at=timezone.now(), opened_post=post, **label
            )
    except IntegrityError:
        raise PlanError(_("%(period)s is being assessed already.") % {"period": period}) from None
    outcomes = [outcome.id for _place, outcome in outcomes_of(framework_of(version))]
    Worksheet.objects.bulk_create([Worksheet(round=made, outcome=name) for name in outcomes])
    into_audit("plan_round.opened", "plan_round", made.pk, by, {"mission": mission, "period": period})
    return made


@transaction.atomic
def add_evidence(
    *, worksheet: Worksheet, side: str, sort: str, text: str, source: str, by: Actor, method: str = "", sample: str = ""
) -> WorksheetEvidence:
    """Add a piece of evidence; what communities and surveys say needs its method and sample."""
    post = _open(worksheet, by)
    if side not in dict(WorksheetEvidence.SIDES):
        raise PlanError(_("Evidence speaks for, against or of the context."))
    if sort not in {word.word for word in packaged_assessment().evidence_kinds}:
        raise PlanError(_("There is no such kind of evidence."))
    if not text.strip() or not source.strip():
        raise PlanError(_("Say what the evidence says and where it comes from."))
    if missing := missing_of_evidence(sort, method, sample):
        raise PlanError(_("This kind of evidence also needs: %(missing)s.") % {"missing": ", ".join(missing)})
    made = WorksheetEvidence.objects.create(
        worksheet=worksheet, side=side, sort=sort, text=text.strip(), source=source.strip(), method=method.strip(),
        sample=sample.strip(), added_at=timezone.now(), post=post,
    )  # fmt: skip
    into_audit("plan_evidence.added", "worksheet", worksheet.pk, by, {"outcome": worksheet.outcome, "side": side})
    return made


@transaction.atomic
def describe(*, worksheet: Worksheet, context_change: str, expected_version: int, by: Actor) -> Worksheet:
    """Say what changed in the context of an outcome."""
    _open(worksheet, by)
    _save(worksheet, expected_version, context_change=context_change.strip())
    into_audit("worksheet.described", "worksheet", worksheet.pk, by, {"outcome": worksheet.outcome})
    return worksheet


@transaction.atomic
def answer_alone(*, worksheet: Worksheet, contribution: str, confidence: str, rationale: str, by: Actor) -> None:
    """Give an own answer; only after it are the others' shown."""
    post = _open(worksheet, by)
    _check_words(contribution, confidence, rationale)
    try:
        with transaction.atomic():
            WorksheetAnswer.objects.create(
                worksheet=worksheet, post=post, contribution=contribution, confidence=confidence,
                rationale=rationale.strip(), answered_at=timezone.now(),
            )  # fmt: skip
    except IntegrityError:
        raise PlanError(_("This post has answered already; an answer given alone is not changed.")) from None
    into_audit("worksheet.answered", "worksheet", worksheet.pk, by, {"outcome": worksheet.outcome})


@transaction.atomic
def conclude(*, worksheet: Worksheet, said: Conclusion, expected_version: int, by: Actor) -> Finding:
    """Conclude on an outcome; it ends in a finding with a recommendation, addressed as the plan is."""
    by.require("decide", "plan", worksheet.round.marking)
    post = _open(worksheet, by)
    _check_words(said.contribution, said.confidence, said.rationale)
    if not said.other_explanations.strip():
        raise PlanError(_("Say which other explanations were considered."))
    if not worksheet.evidence.exists():
        raise PlanError(_("A conclusion rests on evidence: add some first."))
    finding = _finding(worksheet, said, by)
    _save(
        worksheet, expected_version, contribution=said.contribution, confidence=said.confidence, finding=finding,
        rationale=said.rationale.strip(), other_explanations=said.other_explanations.strip(),
        dissent=said.dissent.strip(), workshop=said.workshop.strip(), concluded_at=timezone.now(), concluded_post=post,
    )  # fmt: skip
    into_audit(
        "worksheet.concluded", "worksheet", worksheet.pk, by, {"outcome": worksheet.outcome, "finding": finding.pk}
    )
    return finding


@transaction.atomic
def close_round(*, assessment: Round, by: Actor) -> Round:
    """End a round once every worksheet is concluded."""
    by.require("decide", "plan", assessment.marking)
    post = own_post(by, assessment.mission)
    if assessment.closed_at:
        raise PlanError(_("This round is closed already."))
    if left := list(assessment.worksheets.filter(concluded_at__isnull=True).values_list("outcome", flat=True)):
        raise PlanError(_("Not concluded yet: %(outcomes)s.") % {"outcomes": ", ".join(left)})
    assessment.closed_at, assessment.closed_post = timezone.now(), post
    assessment.save_changed("closed_at", "closed_post", expected_version=assessment.row_version)
    into_audit("plan_round.closed", "plan_round", assessment.pk, by, {"mission": assessment.mission})
    return assessment


def agreement_of(worksheet: Worksheet, by: Actor) -> Agreement | None:
    """How far assessors agree; None for an assessor who has not answered alone yet, while the worksheet is open."""
    answers = list(worksheet.answers.select_related("post"))
    has_answered = by.post is not None and any(answer.post_id == by.post.pk for answer in answers)
    if worksheet.concluded_at is None and not has_answered:
        return None
    return agreement(_answers(answers), packaged_assessment().fewest_answers)


def _answers(answers: Sequence[WorksheetAnswer]) -> list[Answer]:
    return [Answer(one.post.code, one.contribution, one.confidence, one.rationale) for one in answers]


def _finding(worksheet: Worksheet, said: Conclusion, by: Actor) -> Finding:
    """The finding a conclusion ends in, with its recommendation."""
    title = outcome_titles(worksheet.round.version).get(worksheet.outcome, worksheet.outcome)
    cited = [RecordRef("worksheet", f"{worksheet.round.mission}/{worksheet.round.period}/{worksheet.outcome}")]
    indicators = _indicators(worksheet)
    cited += [RecordRef("indicator", f"{worksheet.round.mission}/{name}") for name in indicators]
    texts = findings.Texts(
        title=f"{worksheet.round.period}: {title}"[:200], statement=said.rationale.strip(), domain="plans",
        severity=finding_rules().vocabulary.severities[-1].word, confidence=said.confidence,
        mission=worksheet.round.mission,
    )  # fmt: skip
    made = findings.raise_finding(texts=texts, evidence=cited, label=_label(worksheet, by), by=by)
    what = Recommendation(said.recommendation, said.owner, said.due_on)
    findings.recommend(number=made.pk, expected_version=made.row_version, what=what, by=by)
    made.refresh_from_db()
    return made


def _label(worksheet: Worksheet, by: Actor) -> Label:
    """As the plan is addressed, less those whom only a release may add."""
    of_plan = worksheet.round.label
    return Label(of_plan.marking, of_plan.releasable_to & findings.own_audiences(by))


def outcome_titles(version: PlanVersion) -> dict[str, str]:
    """The title of every outcome of a version, by its id."""
    return {outcome.id: outcome.title for _place, outcome in outcomes_of(framework_of(version))}


def _indicators(worksheet: Worksheet) -> list[str]:
    found = outcomes_of(framework_of(worksheet.round.version))
    return [one.id for _place, outcome in found if outcome.id == worksheet.outcome for one in outcome.indicators]


def _open(worksheet: Worksheet, by: Actor) -> Post:
    """The post that acts on a worksheet that is open; PlanError once it is concluded."""
    by.require("create", "plan", worksheet.round.marking)
    post = own_post(by, worksheet.round.mission)
    if worksheet.concluded_at:
        raise PlanError(_("This outcome is concluded; the next round may see it otherwise."))
    return post


def _check_words(contribution: str, confidence: str, rationale: str) -> None:
    if contribution not in {word.word for word in packaged_assessment().contributions}:
        raise PlanError(_("There is no such word for a contribution."))
    if confidence not in {word.word for word in finding_rules().vocabulary.confidences}:
        raise PlanError(_("There is no such word for confidence."))
    if not rationale.strip():
        raise PlanError(_("A judgement needs its reason."))


def _save(worksheet: Worksheet, expected_version: int, **changed: object) -> None:
    """Save these fields if the worksheet is still as it was read; of two writers at once exactly one succeeds."""
    unchanged = Worksheet.objects.filter(pk=worksheet.pk, row_version=expected_version)
    if not unchanged.update(**changed, row_version=F("row_version") + 1):
        raise ChangedMeanwhileError(Worksheet.objects.get(pk=worksheet.pk))
    worksheet.refresh_from_db()
