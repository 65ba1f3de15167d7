"""Which page shows an assessment round and its worksheets?"""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.definitions.plans import packaged_assessment
from bluehelm.definitions.rights import LEVELS
from bluehelm.language import called
from bluehelm.plans.framework import Outcome, outcomes_of
from bluehelm.plans.periods import months_of
from bluehelm.web.findings.actions import FindingError
from bluehelm.web.missions.refusals import refused_on
from bluehelm.web.plans import assessing, reads
from bluehelm.web.plans.actions import PlanError
from bluehelm.web.plans.assessing import Conclusion
from bluehelm.web.plans.factsheets import seen_from
from bluehelm.web.plans.forms import ConcludeForm, DescribeForm, EvidenceForm, JudgementForm, RoundForm
from bluehelm.web.plans.models import Round, Worksheet
from bluehelm.web.plans.views import plan
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.workflows.presence_evidence import offered_estimates

SECTION = {"section": "plans"}
DEEDS: dict[str, type[forms.Form]] = {
    "describe": DescribeForm,
    "evidence": EvidenceForm,
    "answer": JudgementForm,
    "conclude": ConcludeForm,
}


@signed_in
@require_POST
def open_round(request: HttpRequest, mission: str) -> HttpResponse:
    """Begin the assessment of a period."""
    actor, form = actor_from(request), RoundForm(request.POST)
    if reads.current_version(mission, actor) is None:
        raise Http404
    try:
        made = assessing.open_round(mission=mission, period=form.data.get("period", "").strip(), by=actor)
    except NotAllowedError:
        raise Http404 from None
    except PlanError as refusal:
        messages.error(request, str(refusal))
        return refused_on(plan, request, mission)
    return redirect("plans:round", mission, made.pk)


def _round(actor: Actor, mission: str, number: int) -> Round:
    known = Round.objects.readable_by(actor).select_related("version", "releasable_to", "opened_post", "closed_post")
    return get_object_or_404(known, pk=number, mission=mission)


@signed_in
@require_safe
def assessment(request: HttpRequest, mission: str, number: int) -> HttpResponse:
    """The worksheets of a round, outcome by outcome."""
    actor = actor_from(request)
    found = _round(actor, mission, number)
    sheets = list(found.worksheets.select_related("finding").prefetch_related("evidence", "answers"))
    outcomes = _outcomes(found)
    context = {
        **SECTION,
        "round": found,
        "level": LEVELS[found.marking],
        "rows": [(outcomes.get(sheet.outcome), sheet) for sheet in sheets],
        "may_close": _may(actor, found, "decide") and not found.closed_at,
        "words": {word.word: called(word.title) for word in packaged_assessment().contributions},
    }
    return render(request, "plans/round.html", context)


@signed_in
@require_safe
def assessment_json(request: HttpRequest, mission: str, number: int) -> JsonResponse:
    actor = actor_from(request)
    found = _round(actor, mission, number)
    sheets = found.worksheets.prefetch_related("evidence__post", "answers")
    return JsonResponse(
        {
            "mission": mission,
            "period": found.period,
            "version": found.version.number,
            "closed_at": found.closed_at.isoformat() if found.closed_at else None,
            "worksheets": [_sheet_json(sheet, actor) for sheet in sheets],
        }
    )


def _sheet_json(sheet: Worksheet, actor: Actor) -> dict[str, Any]:
    told = (
        "outcome", "context_change", "other_explanations", "contribution", "confidence", "rationale", "dissent",
        "workshop",
    )  # fmt: skip
    found = assessing.agreement_of(sheet, actor)
    return {
        **{name: getattr(sheet, name) for name in told},
        "evidence": [
            {**{name: getattr(one, name) for name in ("side", "sort", "text", "source", "method", "sample")}}
            for one in sheet.evidence.all()
        ],
        "agreement": {"answers": found.answers, "by_word": found.by_word, "share_of_pairs": found.share_of_pairs}
        if found
        else None,
        "finding": sheet.finding_id,
    }


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def worksheet(request: HttpRequest, mission: str, number: int, outcome: str) -> HttpResponse:
    """One outcome: its indicators, what changed around it, evidence for and against, answers, the conclusion."""
    actor = actor_from(request)
    found = _round(actor, mission, number)
    sheet = get_object_or_404(found.worksheets.select_related("finding", "concluded_post"), outcome=outcome)
    named = _outcomes(found).get(outcome)
    if named is None:
        raise Http404
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    shown = {name: form(**_filled(sheet, name)) for name, form in DEEDS.items()}
    if request.method == "POST":
        if deed not in DEEDS:
            raise Http404
        form = DEEDS[deed](request.POST)
        if form.is_valid() and _done(request, actor, sheet, deed, form):
            return redirect("plans:worksheet", mission, number, outcome)
        shown[deed] = form
    context = {
        **SECTION,
        "round": found,
        "level": LEVELS[found.marking],
        "sheet": sheet,
        "outcome": named,
        "lines": _lines(found, actor, named),
        "sides": _sides(sheet),
        "offered": offered_estimates(Path(settings.BLUEHELM_HOME), mission) if not sheet.concluded_at else [],
        "agreement": assessing.agreement_of(sheet, actor),
        "words": {word.word: called(word.title) for word in packaged_assessment().contributions},
        "forms": shown,
        "wrong": deed,
        "may_write": _may(actor, found, "create") and not sheet.concluded_at,
        "may_conclude": _may(actor, found, "decide") and not sheet.concluded_at,
        "has_answered": bool(actor.post) and sheet.answers.filter(post=actor.post).exists(),
    }
    return render(request, "plans/worksheet.html", context, status=400 if deed else 200)


def _filled(sheet: Worksheet, name: str) -> dict[str, Any]:
    return {"initial": {"context_change": sheet.context_change}} if name == "describe" else {}


def _done(request: HttpRequest, actor: Actor, sheet: Worksheet, deed: str, form: forms.Form) -> bool:
    """Do what the form says; what is refused stands beside the form."""
    said = form.cleaned_data
    seen = int(request.POST["seen"]) if request.POST.get("seen", "").isdigit() else sheet.row_version
    try:
        if deed == "describe":
            assessing.describe(worksheet=sheet, expected_version=seen, by=actor, **said)
        elif deed == "evidence":
            assessing.add_evidence(worksheet=sheet, by=actor, **said)
        elif deed == "answer":
            assessing.answer_alone(worksheet=sheet, by=actor, **said)
        else:
            assessing.conclude(worksheet=sheet, said=Conclusion(**said), expected_version=seen, by=actor)
    except NotAllowedError:
        raise Http404 from None
    except (PlanError, FindingError, ChangedMeanwhileError, ValueError) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Kept."))
    return True


@signed_in
@require_POST
def close_round(request: HttpRequest, mission: str, number: int) -> HttpResponse:
    """End a round whose worksheets are all concluded."""
    actor = actor_from(request)
    found = _round(actor, mission, number)
    try:
        assessing.close_round(assessment=found, by=actor)
    except NotAllowedError:
        raise Http404 from None
    except PlanError as refusal:
        messages.error(request, str(refusal))
        return refused_on(assessment, request, mission, number)
    messages.success(request, _("The round is closed."))
    return redirect("plans:round", mission, number)


def _outcomes(found: Round) -> dict[str, Outcome]:
    return {outcome.id: outcome for _place, outcome in outcomes_of(reads.framework_of(found.version))}


def _lines(found: Round, actor: Actor, outcome: Outcome) -> list[reads.Line]:
    """The outcome's indicators as they stood at the end of the period that is judged."""
    ids = {one.id for one in outcome.indicators}
    last = months_of(found.period)[-1]
    lines = reads.lines_of(found.version, actor, seen_from(last), until=last)
    return [line for line in lines if line.placed.kind == "outcome" and line.placed.indicator.id in ids]


def _sides(sheet: Worksheet) -> list[tuple[str, list[Any]]]:
    given = list(sheet.evidence.select_related("post"))
    return [(str(title), [one for one in given if one.side == side]) for side, title in sheet.evidence.model.SIDES]


def _may(actor: Actor, found: Round, deed: Any) -> bool:
    return actor.post is not None and actor.post.mission == found.mission and actor.may(deed, "plan", found.marking)
