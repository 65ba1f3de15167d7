"""Which page answers which request about the atrocity-prevention lens?"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.disclosure import Marking
from bluehelm.disclosure.marking import audience_words
from bluehelm.web.api.forms import with_problems
from bluehelm.web.outlook import deeds, forms, lens_actions
from bluehelm.web.outlook.doing import REFUSED, Done, do_deed, note_read, sha256_of, with_token
from bluehelm.web.outlook.lens_presenters import (
    assessment_json,
    assessment_row,
    caution,
    definitions_shown,
    over_time,
    profile,
)
from bluehelm.web.outlook.lens_words import factor_sets, lens_words
from bluehelm.web.outlook.models import LensAssessment
from bluehelm.web.outlook.offers import Offers, Typed
from bluehelm.web.outlook.presenters import STATE_TONES, STATES
from bluehelm.web.outlook.reads import assessments_over_time, assessments_shown_to, whole_assessment
from bluehelm.web.outlook.views import tabs
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.views import actor_from, signed_in

SCOPE = "read:lens"


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """The assessments the reader may read, the latest first."""
    actor = actor_from(request)
    context = {
        "section": "outlook",
        "tabs": tabs(request, "lens"),
        "rows": [(one, STATES[one.state], STATE_TONES[one.state]) for one in _listed(actor)],
        "may_begin": _may_begin(actor),
        "caution": caution(),
    }
    return render(request, "outlook/lens_list.html", context)


@require_safe
@with_token(SCOPE)
def list_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    return JsonResponse({"assessments": [assessment_row(one) for one in _listed(actor_from(request))], "versions": []})


def _listed(actor: Actor) -> list[LensAssessment]:
    found = list(assessments_shown_to(actor).select_related("releasable_to", "drafted_post"))
    note_read(actor, found)
    return found


def _may_begin(actor: Actor) -> bool:
    return bool(actor.post and actor.post.mission) and actor.may("create", "lens")


@require_safe
def factors_page(request: HttpRequest) -> HttpResponse:
    """The fourteen factors with their indicators, and which wording nobody has compared with the published text."""
    context = {
        "section": "outlook",
        "tabs": tabs(request, "lens"),
        "sets": factor_sets(),
        "words": lens_words(),
        "caution": caution(),
    }
    return render(request, "outlook/lens_factors.html", context)


@require_safe
def factors_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    sets = [one.model_dump(mode="json") for one in factor_sets()]
    words = lens_words().model_dump(mode="json")
    return JsonResponse({"sets": sets, "words": words, "caution": caution(), "versions": []})


@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """One assessment: profile, narrative, change over time, triggers, and before whom it was put."""
    assessment = whole_assessment(actor_from(request), number)
    if assessment is None:
        raise Http404
    return _page(request, assessment)


def _page(
    request: HttpRequest, assessment: LensAssessment, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_from(request)
    note_read(actor, [assessment])
    offers = Offers(assessment, actor, sha256_of(request), typed)
    earlier = assessments_over_time(actor, assessment)
    context = {
        "section": "outlook",
        "assessment": assessment,
        "state": STATES[assessment.state],
        "tone": STATE_TONES[assessment.state],
        "marking": assessment.get_marking_display(),
        "level": assessment.label.marking.code,
        "audience": audience_words(assessment.releasable_to.names),
        "profile": profile(assessment, sha256_of(request)),
        "earlier": earlier,
        "over_time": over_time(earlier) if earlier[1:] else [],
        "escalations": [(one, _answer(offers, actor, one)) for one in assessment.escalations.all()],
        "deeds": offers.all_of(deeds.OF_LENS),
        "clash": typed.clash if typed else None,
        "definitions": definitions_shown(),
        "caution": caution(),
        "names": actor.may("create", "lens") or actor.may("read", "audit_entry"),
    }
    shown = render(request, "outlook/lens.html", context, status=status)
    return with_problems(shown, typed.form) if typed else shown


def _answer(offers: Offers, actor: Actor, escalation: Any) -> Any:
    """The form with which the post that was asked acknowledges; None for every other."""
    is_asked = actor.post is not None and escalation.to_post_id == actor.post.pk
    return offers.of(deeds.ANSWER, escalation=escalation.pk) if is_asked and not escalation.acknowledged_on else None


@require_safe
@with_token(SCOPE)
def data(request: HttpRequest, number: int) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    assessment = whole_assessment(actor, number)
    if assessment is None:
        raise Http404
    note_read(actor, [assessment])
    return JsonResponse(assessment_json(assessment, assessments_over_time(actor, assessment), sha256_of(request)))


@signed_in
@require_POST
def do(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Do a deed; when it is refused the page comes back with what was typed, and says why."""
    deed, assessment = deeds.LENS_DEEDS.get(verb), whole_assessment(actor_from(request), number)
    if assessment is None or deed is None:
        raise Http404
    return do_deed(request, deed, Done(assessment, whole_assessment, _page, "outlook:lens-page"))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_page(request: HttpRequest) -> HttpResponse:
    """A new assessment."""
    actor = actor_from(request)
    if not _may_begin(actor) or actor.post is None:
        raise Http404
    mission = actor.post.mission
    starting = {"marking": Marking.CONFIDENTIAL.value, "audience": [f"mission:{mission}"]}
    choices = {"audience": forms.audiences_for(actor, "lens")}
    form = forms.AssessmentForm(
        request.POST if request.method == "POST" else None, actor=actor, choices=choices, initial=starting
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = lens_actions.draft_assessment(mission=mission, by=actor, **form.deed())
        except (*REFUSED, NotAllowedError) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The assessment is begun."))
            return redirect("outlook:lens-page", made.pk)
    context = {"section": "outlook", "form": form, "mission": mission}
    return with_problems(render(request, "outlook/lens_new.html", context, status=400 if form.errors else 200), form)
