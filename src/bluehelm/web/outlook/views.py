"""Which page answers which request about outlooks?

A view chooses, a presenter shapes, a template lays out; what changes anything goes through the actions.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.disclosure import Marking
from bluehelm.disclosure.marking import audience_words
from bluehelm.web.api.forms import with_problems
from bluehelm.web.missions.presenters import map_words
from bluehelm.web.missions.refusals import refused_on
from bluehelm.web.missions.shown import store_for
from bluehelm.web.outlook import actions, deeds, forms
from bluehelm.web.outlook.doing import REFUSED, Done, do_deed, note_read, sha256_of, with_token
from bluehelm.web.outlook.models import UNIT_KINDS, OutlookRelease, Threshold
from bluehelm.web.outlook.offers import Offers, Typed
from bluehelm.web.outlook.presenters import (
    NOTABLE,
    STATE_TONES,
    STATES,
    VERDICT_NAMES,
    case_row,
    finding_of,
    map_layers,
    numbers_page,
    own_rows,
    past_json,
    release_json,
    release_row,
)
from bluehelm.web.outlook.presenters import (
    UNIT_KINDS as UNIT_WORDS,
)
from bluehelm.web.outlook.reads import past_of, releases_shown_to, sees_own, thresholds_shown_to, whole_release
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.workflows.outlook_history import outlook_rules
from bluehelm.workflows.outlook_kept import outlook_chain

SCOPE = "read:outlook"


def tabs(request: HttpRequest, here: str) -> list[tuple[str, str, bool]]:
    """The pages of outlooks: label, address, and whether it is this one."""
    ways = [
        ("list", _("Outlooks"), reverse("outlook:list")),
        ("history", _("What followed"), reverse("outlook:history")),
        ("thresholds", _("Thresholds"), reverse("outlook:thresholds")),
        ("lens", _("Atrocity-prevention lens"), reverse("outlook:lens")),
    ]
    return [(label, url, name == here) for name, label, url in ways]


# Lists


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """The releases the reader may read, the newest origin first; drafts where he or she writes them."""
    actor = actor_from(request)
    shown = _listed(actor)
    context = {
        "section": "outlook",
        "tabs": tabs(request, "list"),
        "rows": [(one, STATES[one.state], STATE_TONES[one.state], UNIT_WORDS[one.unit_kind]) for one in shown],
        "may_draft": _may_draft(actor),
    }
    return render(request, "outlook/release_list.html", context)


@require_safe
@with_token(SCOPE)
def list_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    return JsonResponse({"releases": [release_row(one) for one in _listed(actor_from(request))], "versions": []})


def _listed(actor: Actor) -> list[OutlookRelease]:
    found = list(releases_shown_to(actor).select_related("releasable_to", "released_post"))
    note_read(actor, found)
    return found


def _may_draft(actor: Actor) -> bool:
    return bool(actor.post and actor.post.mission) and actor.may("create", "outlook")


@require_safe
def history_page(request: HttpRequest) -> HttpResponse:
    """Past outlooks of a mission against what happened."""
    actor = actor_from(request)
    choices, chosen = _history_asked(request, actor)
    past = past_of(actor, *chosen) if chosen else None
    if past:
        note_read(actor, past.releases)
    context = {
        "section": "outlook",
        "tabs": tabs(request, "history"),
        "choices": choices,
        "past": past,
        "names": list(VERDICT_NAMES.values()),
        "counts": [(outlook_rules().title_of(target), list(counts.values())) for target, counts in past.counts.items()]
        if past
        else [],
        "notable": [case_row(case) for case in past.cases if case.verdict in NOTABLE] if past else [],
        "sees_own": sees_own(actor),
        "rules": outlook_rules(),
        "warned_from": round(outlook_rules().warned_from * 100),
    }
    return render(request, "outlook/history.html", context)


@require_safe
@with_token(SCOPE)
def history_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    _choices, chosen = _history_asked(request, actor)
    past = past_of(actor, *chosen) if chosen else None
    if past is None or chosen is None:
        return JsonResponse({"mission": None, "unit_kind": None, "releases": [], "versions": []})
    note_read(actor, past.releases)
    return JsonResponse({"mission": chosen[0], "unit_kind": chosen[1]} | past_json(past))


def _history_asked(request: HttpRequest, actor: Actor) -> tuple[list[tuple[str, str, bool]], tuple[str, str] | None]:
    """The missions and units with releases, and the one asked for: else the reader's own mission, else the first."""
    released = releases_shown_to(actor).exclude(state="draft").order_by("mission", "unit_kind")
    there = list(released.values_list("mission", "unit_kind").distinct())
    asked = (request.GET.get("mission", ""), request.GET.get("by", ""))
    own = [one for one in there if actor.post and one[0] == actor.post.mission]
    chosen = asked if asked in there else next(iter(own or there), None)
    here = reverse("outlook:history")
    listed = [
        (f"{mission}, {UNIT_WORDS[kind]}", f"{here}?mission={mission}&by={kind}", (mission, kind) == chosen)
        for mission, kind in there
    ]
    return listed, chosen


# Thresholds


@require_http_methods(["GET", "HEAD", "POST"])
def thresholds_page(request: HttpRequest) -> HttpResponse:
    """The thresholds that missions chose, with who, when and why; a new one where the reader may choose it."""
    actor = actor_from(request)
    if request.method != "POST":
        return _thresholds(request, None)
    if actor.post is None or not _may_choose(actor):
        raise Http404
    form = _threshold_form(actor, request.POST)
    if form.is_valid():
        try:
            actions.choose_threshold(mission=actor.post.mission, by=actor, **form.deed())
        except (*REFUSED, NotAllowedError) as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("outlook:thresholds")
    return _thresholds(request, form)


def _may_choose(actor: Actor) -> bool:
    return bool(actor.post and actor.post.mission) and actor.may("decide", "outlook")


def _thresholds(request: HttpRequest, form: forms.ThresholdForm | None) -> HttpResponse:
    actor = actor_from(request)
    shown = list(thresholds_shown_to(actor))
    note_read(actor, shown)
    may_choose = _may_choose(actor)
    context = {
        "section": "outlook",
        "tabs": tabs(request, "thresholds"),
        "rows": [(one, outlook_rules().title_of(one.target), UNIT_WORDS[one.unit_kind]) for one in shown],
        "usual": [(UNIT_WORDS[kind], deaths) for kind, deaths in outlook_rules().usual_thresholds.items()],
        "form": (form or _threshold_form(actor)) if may_choose else None,
        "mission": actor.post.mission if actor.post else "",
        "names": actor.sees("outlook", "by"),
        "may_end": may_choose,
    }
    return render(request, "outlook/thresholds.html", context, status=400 if form else 200)


def _threshold_form(actor: Actor, data: Any = None) -> forms.ThresholdForm:
    own = f"mission:{actor.post.mission}" if actor.post else ""
    choices = {"target": forms.target_choices(), "audience": forms.audiences_for(actor, "outlook")}
    starting = {"marking": Marking.UNCLASSIFIED.value, "audience": [own]}
    return forms.ThresholdForm(data, actor=actor, choices=choices, initial=starting)


@require_safe
@with_token(SCOPE)
def thresholds_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    shown = list(thresholds_shown_to(actor))
    note_read(actor, shown)
    usual = dict(outlook_rules().usual_thresholds)
    return JsonResponse({"thresholds": [_threshold_json(one, actor) for one in shown], "usual": usual, "versions": []})


def _threshold_json(threshold: Threshold, actor: Actor) -> dict[str, Any]:
    return {
        "number": threshold.pk,
        "mission": threshold.mission,
        "unit_kind": threshold.unit_kind,
        "target": threshold.target,
        "unit": threshold.unit or None,
        "at_least": threshold.deaths,
        "why": threshold.why,
        "from": threshold.from_on.isoformat(),
        "until": threshold.until_on.isoformat() if threshold.until_on else None,
        "ended_why": threshold.ended_why or None,
        "post": threshold.chosen_post.code,
        "by": threshold.chosen_by if actor.sees("outlook", "by") else None,
    }


@signed_in
@require_POST
def end_threshold(request: HttpRequest, number: int) -> HttpResponse:
    """Let a threshold end."""
    actor = actor_from(request)
    threshold = thresholds_shown_to(actor).filter(pk=number).first()
    if threshold is None:
        raise Http404
    seen = request.POST.get("expected_version", "")
    try:
        actions.end_threshold(
            number=number,
            expected_version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            reason=request.POST.get("reason", ""),
            by=actor,
        )
    except (*REFUSED, NotAllowedError, ChangedMeanwhileError) as refused:
        messages.error(request, str(refused))
        return refused_on(thresholds_page, request)
    return redirect("outlook:thresholds")


# One release


@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """One outlook: what it says, how good such statements were, who was told, what was done and what followed."""
    release = whole_release(actor_from(request), number)
    if release is None:
        raise Http404
    return _page(request, release)


def _page(request: HttpRequest, release: OutlookRelease, typed: Typed | None = None, status: int = 200) -> HttpResponse:
    actor = actor_from(request)
    note_read(actor, [release])
    numbers = actions.numbers_of(release)
    offers = Offers(release, actor, sha256_of(request), typed)
    told = list(release.told.all())
    mine = next((one for one in told if actor.post and one.post_id == actor.post.pk and not one.acknowledged_on), None)
    context = {
        "section": "outlook",
        "release": release,
        "state": STATES[release.state],
        "tone": STATE_TONES[release.state],
        "unit_word": UNIT_WORDS[release.unit_kind],
        "marking": release.get_marking_display(),
        "level": release.label.marking.code,
        "audience": audience_words(release.releasable_to.names),
        "numbers": numbers_page(actor, release, numbers, request.GET.dict()) if numbers else None,
        "page_is_synthetic": bool(numbers and numbers.version and numbers.version.synthetic),
        "told": told,
        "acknowledge": offers.of(deeds.ACKNOWLEDGE) if mine else None,
        "done": [(one, finding_of(one, actor)) for one in release.done.all()],
        "own": own_rows(actor, release, numbers),
        "sees_own": sees_own(actor),
        "names": actor.sees("outlook", "by"),
        "deeds": offers.all_of(deeds.OF_RELEASE),
        "clash": typed.clash if typed else None,
        "rules": outlook_rules(),
        "map_words": map_words(),
    }
    shown = render(request, "outlook/release.html", context, status=status)
    return with_problems(shown, typed.form) if typed else shown


@require_safe
@with_token(SCOPE)
def data(request: HttpRequest, number: int) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    release = whole_release(actor, number)
    if release is None:
        raise Http404
    note_read(actor, [release])
    return JsonResponse(release_json(actor, release, actions.numbers_of(release)))


@require_safe
@with_token(SCOPE)
def map_data(request: HttpRequest, number: int) -> HttpResponse:
    """The layers of a release's map."""
    actor = actor_from(request)
    release = whole_release(actor, number)
    numbers = actions.numbers_of(release) if release else None
    if release is None or numbers is None:
        raise Http404
    note_read(actor, [release])
    return JsonResponse(map_layers(actor, release, numbers, request.GET.dict()))


@signed_in
@require_POST
def do(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Do a deed; when it is refused the page comes back with what was typed, and says why."""
    deed, release = deeds.RELEASE_DEEDS.get(verb), whole_release(actor_from(request), number)
    if release is None or deed is None:
        raise Http404
    return do_deed(request, deed, Done(release, whole_release, _page, "outlook:page"))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_page(request: HttpRequest) -> HttpResponse:
    """A draft on one of the outlooks that were kept for the mission."""
    actor = actor_from(request)
    if not _may_draft(actor) or actor.post is None:
        raise Http404
    mission = actor.post.mission
    form = _draft_form(request, actor, mission)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft_release(mission=mission, by=actor, **form.deed())
        except (*REFUSED, NotAllowedError) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The draft is kept; nobody else reads it until it is released."))
            return redirect("outlook:page", made.pk)
    context = {"section": "outlook", "form": form, "mission": mission, "kept": form.fields["version"].choices}  # type: ignore[attr-defined]  # a ChoiceField
    return with_problems(render(request, "outlook/new.html", context, status=400 if form.errors else 200), form)


def _draft_form(request: HttpRequest, actor: Actor, mission: str) -> forms.DraftForm:
    home = store_for(request).home
    taken = set(
        OutlookRelease.objects.filter(mission=mission).exclude(state="withdrawn").values_list("version", flat=True)
    )
    kept = [
        (str(one.version), _("version %(n)s, by %(kind)s, from %(first)s to %(last)s") % {
            "n": one.version, "kind": UNIT_WORDS[kind], "first": one.coverage.first_month,
            "last": one.coverage.last_month,
        })
        for kind in UNIT_KINDS
        for one in reversed(outlook_chain(home, mission, kind))
        if one.version not in taken
    ]  # fmt: skip
    starting = {
        "version": request.GET.get("version", ""),
        "marking": Marking.UNCLASSIFIED.value,
        "audience": [f"mission:{mission}"],
    }
    choices = {"version": kept, "audience": forms.audiences_for(actor, "outlook")}
    return forms.DraftForm(
        request.POST if request.method == "POST" else None, actor=actor, choices=choices, initial=starting
    )
