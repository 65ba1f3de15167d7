"""Which page asks for a matching or a rotation, shows its answer, and takes files in and out?"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.web.forces import deeds, imports, presenters, reads, runs
from bluehelm.web.forces.boards import generates_forces
from bluehelm.web.forces.forms import FileForm, ScenarioForm, StressForm
from bluehelm.web.forces.held import RefusedError
from bluehelm.web.forces.models import Contributor, FileImport, Pledge, Requirement, Run, TourOffer
from bluehelm.web.forces.pages import gantt_of
from bluehelm.web.forces.views import A_PAGE, base, note_read, token_counts
from bluehelm.web.missions.refusals import refused_on
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.workflows.clock import today

RUNS_SHOWN = 20
A_PART = 20
"""Requirements, or pledges, that an answer's page shows at a time."""
SAID = 12
"""Offers, pledges and differences listed before a page says how many more there are."""


def _or_404(actor: Actor) -> None:
    if not generates_forces(actor):
        raise Http404


# Matching


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def matching_page(request: HttpRequest) -> HttpResponse:
    """The matchings so far, and the form that asks for one; an address may fill it in with a what-if."""
    actor = actor_from(request)
    _or_404(actor)
    form = ScenarioForm(request.POST) if request.method == "POST" else ScenarioForm(initial=_linked(request))
    if request.method == "POST" and (run := _asked_for("match", form, actor)):
        return redirect("forces:run", run.pk)
    return _matching(request, form, StressForm(auto_id="stress-%s"))


@signed_in
@require_POST
def ask_stress(request: HttpRequest) -> HttpResponse:
    """Ask what each late pledge, or each contributor that leaves, would cost."""
    actor = actor_from(request)
    _or_404(actor)
    form = StressForm(request.POST, auto_id="stress-%s")
    if run := _asked_for("stress", form, actor):
        return redirect("forces:run", run.pk)
    return _matching(request, ScenarioForm(), form)


def _asked_for(what: str, form: ScenarioForm | StressForm, actor: Actor) -> Run | None:
    """The run that a form asks for, begun; None where the form says what is wrong."""
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            run = runs.ask_run(what=what, asked=form.asked(), by=actor, on=today())
            transaction.on_commit(lambda: runs.start(run))
    except (RefusedError, NotAllowedError) as refusal:
        form.add_error(None, str(refusal))
        return None
    return run


def _matching(request: HttpRequest, form: ScenarioForm, stress: StressForm) -> HttpResponse:
    actor = actor_from(request)
    found = list(reads.run_list(actor, "match", "stress")[:RUNS_SHOWN])
    note_read(actor, found)
    context = {
        **base(request, "matching"),
        "form": form,
        "runs": [
            (run, presenters.scenario_words(run.asked), presenters.RUN_WORDS[run.state], presenters.TONES[run.state])
            for run in found
        ],
        "asked": runs.open_requirements(actor, today()).count(),
        "offered": runs.free_pledges(actor, today()).count(),
        "is_linked": any(_linked(request).values()),
        "stress": stress,
    }
    return render(request, "forces/matching.html", context, status=400 if form.errors or stress.errors else 200)


@require_safe
@token_counts("pledge")
def runs_json(request: HttpRequest) -> HttpResponse:
    """The matchings and stress tests so far, without their answers; the latest first."""
    actor = actor_from(request)
    _or_404(actor)
    found = list(reads.run_list(actor, "match", "stress").defer("answer", "left_out"))
    note_read(actor, found)
    return JsonResponse({"runs": [presenters.run_head(one) for one in found], "versions": []})


def _linked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:2000] for name in ("drop", "leaving", "delay", "lift")}


def _left_out(left_out: dict[str, list[str]]) -> list[tuple[str, int, list[str], int]]:
    """Why, how many, the first of them, and how many more."""
    return [(_(why), len(codes), codes[:SAID], max(0, len(codes) - SAID)) for why, codes in left_out.items()]


def _run(actor: Actor, number: int) -> Run:
    run: Run | None = reads.shown(Run, actor).select_related("releasable_to").filter(pk=number).first()
    if run is None or not generates_forces(actor):
        raise Http404
    return run


@signed_in
@require_safe
def run_page(request: HttpRequest, number: int) -> HttpResponse:
    """A run: how far it is, or its answer in plain words with what it left to people."""
    actor = actor_from(request)
    run = _run(actor, number)
    note_read(actor, [run])
    context = {
        **base(request, "rotations" if run.what == "rotate" else "matching"),
        "run": run,
        "state": presenters.RUN_WORDS[run.state],
        "tone": presenters.TONES[run.state],
        "is_over": run.state in ("done", "failed"),
        "is_silent": runs.is_silent(run),
        "left_out": _left_out(run.left_out),
        "scenario": presenters.scenario_words(run.asked),
    }
    if run.answer is not None:
        context |= _ANSWERED[run.what](request, run, run.answer)
    return render(request, f"forces/{PAGES[run.what]}.html", context)


PAGES = {"match": "run", "stress": "stress_run", "rotate": "rotation_run"}


def _stressed(request: HttpRequest, run: Run, answer: dict[str, Any]) -> dict[str, Any]:
    """What any scenario loses, and how often each requirement is lost; scenarios that lose nothing are counted."""
    losing = [one for one in answer["scenarios"] if one["lost"] or one["gained"]]
    return {
        "answer": answer,
        "names": reads.contributor_names(actor_from(request)),
        "losing": Paginator(losing, A_PART).get_page(request.GET.get("page")),
        "harmless": len(answer["scenarios"]) - len(losing),
        "unproved": [one["scenario"] for one in answer["scenarios"] if one["status"] != "optimal"],
        "lost_in": sorted(answer["lost_in"].items(), key=lambda one: (-len(one[1]), one[0])),
    }


def _matched(request: HttpRequest, run: Run, answer: dict[str, Any]) -> dict[str, Any]:
    """An answer as its page lists it: what stays open first, fifty a page, each in words."""
    asked = {
        one.code: one for one in Requirement.objects.filter(code__in=[one["requirement"] for one in answer["unfilled"]])
    }
    standby = {one["requirement"]: one["pledges"] for one in answer["standbys"]}
    ordered = sorted(answer["unfilled"], key=lambda one: (_priority(asked, one), one["requirement"]))
    unfilled = Paginator(ordered, A_PART).get_page(request.GET.get("page"))
    unused = Paginator(answer["unused"], A_PART).get_page(request.GET.get("unused"))
    return {
        "answer": answer,
        "filled_by_priority": list(
            zip(range(1, 6), answer["filled_by_priority"], answer["greedy"]["filled_by_priority"], strict=True)
        ),
        "unfilled_page": unfilled,
        "unfilled": [_open(one, asked.get(one["requirement"]), run) for one in unfilled],
        "filled": [(one, standby.get(one["requirement"], [])) for one in answer["filled"]],
        "renewals": presenters.renewal_words(answer.get("expires_before", ())),  # answers kept before have none
        "unused_page": unused,
        "unused": [(one, _reasons(one["reasons"], taken="filled")) for one in unused],
        "single_points": answer["single_points_of_failure"],
        "without_standby": len(answer["filled"]) - len(standby),
    }


def _priority(asked: dict[str, Requirement], one: dict[str, Any]) -> int:
    known = asked.get(one["requirement"])
    return known.priority if known else 9


def _open(one: dict[str, Any], record: Requirement | None, run: Run) -> dict[str, Any]:
    """One requirement that nobody fills: nearest offers in words, and the what-if that its smallest change leads to."""
    change = one["smallest_change"]
    return {
        "requirement": one["requirement"],
        "record": record,
        "nearest": [
            (near, [*_reasons(near["reasons"]), *presenters.renewal_words(near.get("expires_before", ()))])
            for near in one["nearest"]
        ],
        "change": presenters.change_words(change) if change else "",
        "what_if": _what_if(one, change),
        "is_of_other_types": bool(one["nearest"]) and all(_is_of_another_type(near) for near in one["nearest"]),
    }


def _is_of_another_type(near: dict[str, Any]) -> bool:
    return any(reason["code"] == "capability" for reason in near["reasons"])


def _what_if(one: dict[str, Any], change: dict[str, Any] | None) -> str:
    """The address of a what-if without the limits that stand in the way, where that is the smallest change."""
    if not change or change["field"] != "caveats":
        return ""
    before, after = str(change["from"]).split("|"), str(change["to"]).split("|")
    lifted = "|".join(text for text in before if text not in after)
    return f"{reverse('forces:matching')}?lift={change['pledge']}={lifted}"


def _reasons(reasons: Iterable[dict[str, Any]], taken: str = "taken") -> list[str]:
    return [
        presenters.why_not(taken if one["code"] == "taken" else one["code"], one["needed"], one["offered"])
        for one in reasons
    ]


@require_safe
@token_counts("pledge")
def run_data(request: HttpRequest, number: int) -> HttpResponse:
    """The same as JSON: the answer as `forces match --json` prints it."""
    actor = actor_from(request)
    run = _run(actor, number)
    note_read(actor, [run])
    return JsonResponse(presenters.run_json(run) | {"versions": []})


# Rotations


@signed_in
@require_safe
def rotations_page(request: HttpRequest) -> HttpResponse:
    """The posts kept filled by turns: who when, which days nobody, on whom it hangs, which certificates end."""
    actor = actor_from(request)
    slots = reads.slot_list(actor)
    offers = list(reads.shown(TourOffer, actor).select_related("contributor", "releasable_to"))
    found = list(reads.run_list(actor, "rotate")[:RUNS_SHOWN]) if generates_forces(actor) else []
    note_read(actor, [*slots, *offers, *found])
    shown = [(slot, reads.calendar_of(slot)) for slot in slots] if generates_forces(actor) else []
    context = {
        **base(request, "rotations"),
        "slots": [(slot, held, gantt_of(slot, held, today())) for slot, held in shown],
        "names": reads.contributor_names(actor),
        "asked_slots": [] if generates_forces(actor) else slots,
        "offers": offers,
        "runs": [(run, presenters.RUN_WORDS[run.state], presenters.TONES[run.state]) for run in found],
        "may_run": generates_forces(actor),
        "may_ask": deeds.may_make(actor, "slot"),
        "may_offer": deeds.may_make(actor, "tours"),
    }
    return render(request, "forces/rotations.html", context)


@require_safe
@token_counts("requirement")
def rotations_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    slots = reads.slot_list(actor) if generates_forces(actor) else []
    offers = list(reads.shown(TourOffer, actor).select_related("contributor", "releasable_to"))
    note_read(actor, [*slots, *offers])
    return JsonResponse(
        {
            "as_of": today().isoformat(),
            "slots": [presenters.slot_json(one, reads.calendar_of(one)) for one in slots],
            "offers": [presenters.tour_offer_json(one) for one in offers],
            "versions": [],
        }
    )


@signed_in
@require_POST
def ask_rotation(request: HttpRequest) -> HttpResponse:
    """Plan the turns of all posts anew; nothing agreed changes by it."""
    actor = actor_from(request)
    _or_404(actor)
    with transaction.atomic():
        run = runs.ask_run(what="rotate", by=actor)
        transaction.on_commit(lambda: runs.start(run))
    return redirect("forces:run", run.pk)


def _rotated(request: HttpRequest, run: Run, answer: dict[str, Any]) -> dict[str, Any]:
    by_slot: dict[str, list[dict[str, Any]]] = {}
    for tour in answer["tours"]:
        by_slot.setdefault(tour["slot"], []).append(tour)
    uncovered = {one["slot"]: one["months"] for one in answer["uncovered"]}
    slots = sorted({*by_slot, *uncovered})
    names = reads.contributor_names(actor_from(request))
    return {
        "answer": answer,
        "names": names,
        "by_slot": [(slot, by_slot.get(slot, []), uncovered.get(slot, [])) for slot in slots],
    }


_ANSWERED: dict[str, Callable[[HttpRequest, Run, dict[str, Any]], dict[str, Any]]] = {
    "match": _matched,
    "stress": _stressed,
    "rotate": _rotated,
}


@signed_in
@require_POST
def take_over(request: HttpRequest, number: int, slot: str) -> HttpResponse:
    """Agree the tours that a run found for one post."""
    from bluehelm.web.forces.rotations import take_over as agree

    actor = actor_from(request)
    run = _run(actor, number)
    try:
        agree(run=run, slot=slot, by=actor)
    except (RefusedError, NotAllowedError) as refusal:
        messages.error(request, str(refusal))
        return refused_on(run_page, request, number)
    messages.success(request, _("The tours of %(slot)s are agreed.") % {"slot": slot})
    return redirect("forces:rotations")


# Files


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def files_page(request: HttpRequest) -> HttpResponse:
    """Files in and out; a file that is sent is looked at first, and nothing changes."""
    actor = actor_from(request)
    _or_404(actor)
    form = FileForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    found, text = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            text = _text_of(form.cleaned_data["file"])
            found = imports.dry_run(
                what=form.cleaned_data["what"], file_name=form.cleaned_data["file"].name[:200], text=text, by=actor
            )
        except (RefusedError, NotAllowedError) as refusal:
            form.add_error("file", str(refusal))
    return _files(request, form, found, text, status=400 if form.errors or (found and found.problems) else 200)


def _text_of(file: Any) -> str:
    if file.size > imports.MOST_BYTES:
        raise RefusedError(
            _("The file is too large; the most is %(most)s bytes.") % {"most": f"{imports.MOST_BYTES:,}"}
        )
    try:
        text: str = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError(_("The file is no text in UTF-8.")) from None
    return text.replace("\r\n", "\n")


def _files(
    request: HttpRequest, form: FileForm, found: imports.DryRun | None = None, text: str = "", status: int = 200
) -> HttpResponse:
    actor = actor_from(request)
    taken = list(reads.shown(FileImport, actor).defer("changes")[:RUNS_SHOWN])
    shown = [one for one in found.differences if one.deed != imports.SAME] if found else []
    context = {
        **base(request, "files"),
        "form": form,
        "found": found,
        "text": text,
        "numbers": [(deed, found.number(deed)) for deed in (imports.NEW, imports.CHANGED, imports.SAME)]
        if found
        else [],
        "differences": list(islice(shown, A_PAGE)),
        "more": max(0, len(shown) - A_PAGE),
        "problems": found.problems[:A_PAGE] if found else (),
        "more_problems": max(0, len(found.problems) - A_PAGE) if found else 0,
        "taken": taken,
    }
    return render(request, "forces/files.html", context, status=status)


@signed_in
@require_POST
def apply_file(request: HttpRequest) -> HttpResponse:
    """Take in the file whose differences were shown."""
    actor = actor_from(request)
    _or_404(actor)
    said = request.POST
    try:
        made = imports.take_in(
            what=said.get("what", ""),
            file_name=said.get("file_name", "")[:200],
            text=said.get("text", "").replace("\r\n", "\n"),
            expected_sha256=said.get("expected_sha256", ""),
            by=actor,
        )
    except (RefusedError, NotAllowedError) as refusal:
        messages.error(request, f"{refusal} {_('Nothing was changed.')}")
        return refused_on(files_page, request)
    messages.success(request, _("Taken in: %(number)s records.") % {"number": f"{len(made.changes):,}"})
    return redirect("forces:files")


@signed_in
@require_POST
def undo_file(request: HttpRequest, number: int) -> HttpResponse:
    """Put back what a file changed."""
    actor = actor_from(request)
    _or_404(actor)
    version = request.POST.get("expected_version", "")
    try:
        imports.undo(
            number=number,
            expected_version=int(version) if version.isdecimal() and len(version) < 9 else 0,
            reason=request.POST.get("reason", "")[:2000],
            by=actor,
        )
    except ChangedMeanwhileError:
        messages.error(request, _("Somebody else undid it meanwhile. Nothing was changed."))
        return refused_on(files_page, request)
    except (RefusedError, NotAllowedError) as refusal:
        messages.error(request, f"{refusal} {_('Nothing was changed.')}")
        return refused_on(files_page, request)
    messages.success(request, _("What the file had changed was put back."))
    return redirect("forces:files")


@require_safe
@token_counts("pledge")
def files_json(request: HttpRequest) -> HttpResponse:
    """The files taken in, the latest first."""
    actor = actor_from(request)
    _or_404(actor)
    taken = list(reads.shown(FileImport, actor).defer("changes"))
    note_read(actor, taken)
    return JsonResponse({"files": [presenters.file_json(one) for one in taken], "versions": []})


EXPORTS = ("requirements", "pledges", "contributors")


@signed_in
@require_safe
def export(request: HttpRequest, name: str) -> HttpResponse:
    """One of the three files that `forces match` takes; with `?only=open` what a matching would take now."""
    actor = actor_from(request)
    _or_404(actor)
    if name not in EXPORTS:
        raise Http404
    if request.GET.get("only") == "open":
        inputs = runs.gather(actor, today()).inputs
        texts = runs.files_of(list(inputs.requirements), list(inputs.pledges), inputs.ceilings)
    else:
        texts = runs.everything(actor)
    note_read(
        actor, reads.shown({"requirements": Requirement, "pledges": Pledge, "contributors": Contributor}[name], actor)
    )
    response = HttpResponse(texts[f"{name}.csv"], content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
