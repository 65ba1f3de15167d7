"""Which deeds carry an assessment of risk factors from a draft to somebody who answers for it?

A profile of fourteen words with their evidence and a narrative; no deed and no field here makes one number of them.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from bluehelm.disclosure import Label
from bluehelm.web.outlook.held import (
    OutlookDeedError,
    check_audience,
    day_of,
    held,
    label_fields,
    note,
    of_mission,
    post_of,
    post_that_reads,
    require_text,
)
from bluehelm.web.outlook.lens_words import confidences, factor_of, factors, lens_words
from bluehelm.web.outlook.models import Escalation, FactorFinding, LensAssessment, Trigger
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.models import Audience

NOT_KNOWN = "not-known"


@transaction.atomic
def draft_assessment(*, mission: str, place: str, assessed_on: date | None, label: Label, by: Actor) -> LensAssessment:
    """Begin an assessment of a place, or of a people, as of a day."""
    by.require("create", "lens", label.marking)
    post, day = of_mission(by, mission), day_of(assessed_on)
    check_audience(label, "lens", by)
    made = LensAssessment.objects.create(
        mission=mission,
        place=require_text(place, _("Say where, or for whom.")),
        assessed_on=day,
        drafted_by=by.account,
        drafted_post=post,
        **label_fields(label),
    )
    note(made, "lens.drafted", by, fields={"state": "draft"})
    return made


@transaction.atomic
def judge_factor(
    *, number: int, expected_version: int, factor: int, indicator: str, found: str, movement: str, confidence: str,
    evidence: str, reasoning: str, mitigation: str, by: Actor, on: date | None = None,
) -> FactorFinding:  # fmt: skip
    """Say in a word what was found of a factor or of one of its indicators, on what evidence and how sure that is.

    Judging it again in the same draft replaces what was said.
    """
    assessment = _draft(number, expected_version, by)
    post, day = of_mission(by, assessment.mission), day_of(on)
    known = factor_of(factor)
    if known is None or (indicator and indicator not in {one.code for one in known.indicators}):
        raise OutlookDeedError(_("There is no such factor or indicator."))
    _check_word(found, {word.word for word in lens_words().findings})
    _check_word(movement, {"", *(word.word for word in lens_words().movements)})
    if found != NOT_KNOWN and not evidence.strip():
        raise OutlookDeedError(_("Name the evidence, or say that it is not known."))
    _check_word(confidence, {word for word, _title in confidences()} | ({""} if found == NOT_KNOWN else set()))
    said = {
        "found": found,
        "movement": movement,
        "confidence": confidence,
        "evidence": evidence.strip(),
        "reasoning": require_text(reasoning, _("Say why you find so.")),
        "mitigation": mitigation.strip(),
        "looked_on": day,
        "by": by.account,
        "by_post": post,
    }
    judged, _is_new = FactorFinding.objects.update_or_create(
        assessment=assessment, factor=factor, indicator=indicator, defaults=said
    )
    assessment.save_changed(expected_version=expected_version)
    note(assessment, "lens.factor_judged", by, fields={"factor": factor, "indicator": indicator})
    return judged


@transaction.atomic
def add_trigger(
    *, number: int, expected_version: int, starts: date, until: date | None, text: str, by: Actor
) -> Trigger:
    """Put a day or a season on the calendar of what may set something off."""
    assessment = _draft(number, expected_version, by)
    of_mission(by, assessment.mission)
    if until and until < starts:
        raise OutlookDeedError(_("It ends before it begins."))
    made = Trigger.objects.create(
        assessment=assessment, on=starts, until_on=until, text=require_text(text, _("Say what may set it off."))
    )
    assessment.save_changed(expected_version=expected_version)
    note(assessment, "lens.trigger_added", by)
    return made


@transaction.atomic
def write_narrative(*, number: int, expected_version: int, place: str, narrative: str, by: Actor) -> LensAssessment:
    """Say in words what the factors mean together, how they work on each other, and what is not known."""
    assessment = _draft(number, expected_version, by)
    of_mission(by, assessment.mission)
    assessment.place = require_text(place, _("Say where, or for whom."))
    assessment.narrative = narrative.strip()
    assessment.save_changed("place", "narrative", expected_version=expected_version)
    note(assessment, "lens.narrative_written", by, fields={"place": assessment.place, "narrative": narrative})
    return assessment


@transaction.atomic
def finish_assessment(*, number: int, expected_version: int, by: Actor, on: date | None = None) -> LensAssessment:
    """Stand behind an assessment: every factor has its word, be it that nobody knows, and the whole a narrative."""
    assessment = _draft(number, expected_version, by)
    post, day = of_mission(by, assessment.mission), day_of(on)
    judged = set(assessment.findings.filter(indicator="").values_list("factor", flat=True))
    missing = [f"{one.number}" for one in factors() if one.number not in judged]
    if missing:
        raise OutlookDeedError(
            _("Say of factors %(numbers)s what was found, or that it is not known.") % {"numbers": ", ".join(missing)}
        )
    require_text(assessment.narrative, _("Words alone say what the factors mean together: write the narrative."))
    if day < assessment.assessed_on:
        raise OutlookDeedError(_("It cannot have been finished before the day it speaks of."))
    assessment.state, assessment.finished_on = "final", day
    assessment.finished_by, assessment.finished_post = by.account, post
    assessment.save_changed("state", "finished_on", "finished_by", "finished_post", expected_version=expected_version)
    note(assessment, "lens.finished", by, fields={"state": "final"})
    return assessment


@transaction.atomic
def escalate(
    *, number: int, expected_version: int, post: str, why: str, by: Actor, on: date | None = None
) -> Escalation:
    """Put an assessment, finished or not, before a post that can act on it."""
    assessment = held(LensAssessment, number, expected_version, by, "create")
    own, day = of_mission(by, assessment.mission), day_of(on)
    whom = post_that_reads(post, assessment)
    if day < assessment.assessed_on:
        raise OutlookDeedError(_("It cannot have been escalated before the day it speaks of."))
    made = Escalation.objects.create(
        assessment=assessment, to_post=whom, why=require_text(why, _("Say why now.")), on=day, by=by.account,
        by_post=own,
    )  # fmt: skip
    assessment.save_changed(expected_version=expected_version)
    note(assessment, "lens.escalated", by, fields={"post": whom.code})
    return made


@transaction.atomic
def acknowledge_escalation(
    *, number: int, expected_version: int, escalation: int, answer: str, by: Actor, on: date | None = None
) -> Escalation:
    """The post that was asked says what it will do; nobody else can say it for that post."""
    assessment = held(LensAssessment, number, expected_version, by, "read")
    post, day = post_of(by), day_of(on)
    asked = assessment.escalations.filter(pk=escalation).select_related("to_post").first()
    if asked is None or asked.to_post_id != post.pk:
        raise NotAllowedError(_("Only the post that it was put before acknowledges."))
    if asked.acknowledged_on:
        raise OutlookDeedError(_("This was acknowledged already."))
    if day < asked.on:
        raise OutlookDeedError(_("It cannot have been acknowledged before it was put before the post."))
    asked.acknowledged_on, asked.acknowledged_by = day, by.account
    asked.answer = require_text(answer, _("Say what will be done, be it nothing, and why."))
    asked.save(update_fields=["acknowledged_on", "acknowledged_by", "answer"])
    assessment.save_changed(expected_version=expected_version)
    note(assessment, "lens.escalation_acknowledged", by, fields={"post": post.code})
    return asked


@transaction.atomic
def relabel_assessment(*, number: int, expected_version: int, label: Label, reason: str, by: Actor) -> LensAssessment:
    """Change who may read an assessment. It takes the right to release at both markings."""
    assessment = held(LensAssessment, number, expected_version, by, "release")
    of_mission(by, assessment.mission)
    by.require("release", "lens", label.marking)
    check_audience(label, "lens", by)
    require_text(reason, _("Say why; the reason stands in the audit."))
    assessment.marking, assessment.releasable_to = label.marking.value, Audience.of(label.releasable_to)
    assessment.save_changed("marking", "releasable_to", expected_version=expected_version)
    note(assessment, "lens.relabelled", by, reason=reason, fields={"marking": label.marking.code})
    return assessment


def _draft(number: int, expected_version: int, by: Actor) -> LensAssessment:
    assessment = held(LensAssessment, number, expected_version, by, "create")
    if assessment.state != "draft":
        raise OutlookDeedError(_("It is final; begin a new assessment, so that the change over time is seen."))
    return assessment


def _check_word(said: str, known: set[str]) -> None:
    if said not in known:
        raise OutlookDeedError(_("%(word)s is no word of the lens.") % {"word": repr(said)})
