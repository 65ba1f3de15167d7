"""Which page answers which request about one record of forces, or a list of them?

A view chooses, a presenter shapes, a template lays out; what changes anything goes through the actions.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.definitions.force_generation import packaged_unit_types
from bluehelm.disclosure import Marking
from bluehelm.disclosure.marking import audience_words
from bluehelm.web.accounts.token_auth import act_with_token, refusal, shown_secret
from bluehelm.web.accounts.tokens import TokenRefusedError
from bluehelm.web.api.forms import with_problems
from bluehelm.web.api.listed import asked_part
from bluehelm.web.audit.reads import append_read
from bluehelm.web.findings.actions import FindingError
from bluehelm.web.forces import deeds, presenters, reads
from bluehelm.web.forces.actions import Line
from bluehelm.web.forces.deeds import SUBJECTS, Subject
from bluehelm.web.forces.forms import (
    NewUndeclaredForm,
    PledgeFilter,
    RequirementFilter,
    lines_as_typed,
)
from bluehelm.web.forces.held import RefusedError, house
from bluehelm.web.forces.models import Change, ForcesRecord, Pledge
from bluehelm.web.forces.pages import RELATED, Typed, place, record_page
from bluehelm.web.missions.refusals import Refusal, problem
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.workflows.clock import today

A_PAGE = 50
View = Callable[..., HttpResponse]
REFUSED = (RefusedError, FindingError)


def token_counts(kind: str) -> Callable[[View], View]:
    """A view that a program may also ask with a token that reads a kind, or else whoever is there."""

    def made(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if shown_secret(request) is not None:
                try:
                    act_with_token(request, f"read:{kind}")
                except TokenRefusedError as refused:
                    return refusal(request, refused)
            return view(request, *args, **named)

        return answered

    return made


def note_read(actor: Actor, found: Iterable[Any]) -> None:
    """Reads of restricted records stand in the audit, one entry a kind."""
    by_kind: dict[str, list[Any]] = {}
    for record in found:
        if record.marking > Marking.UNCLASSIFIED.value:
            by_kind.setdefault(record.kind, []).append(record)
    for kind, records in by_kind.items():
        if actor.account:
            append_read(
                kind=kind,
                keys=[getattr(record, "code", "") or str(record.pk) for record in records],
                by=actor.account,
                post=actor.post_code,
                marking=max(record.marking for record in records),
            )


# The pages of forces


@dataclass(frozen=True, slots=True)
class Part:
    """A part of forces and its pages that lead this reader anywhere: (label, address, whether it is this one)."""

    label: str
    pages: list[tuple[str, str, bool]]

    @property
    def is_here(self) -> bool:
        return any(here for _label, _url, here in self.pages)


def parts(request: HttpRequest, here: str) -> list[Part]:
    """What is needed, what is offered, who fills what, what is on its way, what is in the field."""
    actor = actor_from(request)
    generates, asks, offers = (
        actor.may("decide", "pledge"), actor.may("read", "requirement"), actor.may("read", "pledge"),
    )  # fmt: skip
    sees_caveats = actor.may("read", "caveat") or actor.may("read", "undeclared_caveat")
    ways = [
        (_("Need"), [("requirements", _("Requirements"), asks), ("gaps", _("Gaps"), generates),
                     ("costs", _("Costs"), asks)]),
        (_("Offers"), [("pledges", _("Pledges"), offers), ("contributors", _("Contributors"), offers),
                       ("ministerials", _("Ministerials"), offers), ("files", _("Files"), generates)]),
        (_("Choice"), [("matching", _("Matching"), generates), ("rotations", _("Rotations"), asks),
                       ("observers", _("Observers"), asks), ("longer-tours", _("Longer tours"), asks)]),
        (_("On the way"), [("pipeline", _("Pipeline"), offers), ("visits", _("Visits"), offers)]),
        (_("In the field"), [("cards", _("Unit cards"), offers), ("caveats", _("Caveats"), sees_caveats)]),
    ]  # fmt: skip
    found = [
        Part(label, [(title, reverse(f"forces:{name}"), name == here) for name, title, is_shown in pages if is_shown])
        for label, pages in ways
    ]
    return [part for part in found if part.pages]


def base(request: HttpRequest, here: str) -> dict[str, Any]:
    """What every page of forces needs: its parts as tabs, and the other pages of the part it stands in."""
    found = parts(request, here)
    return {
        "section": "forces",
        "tabs": [(part.label, part.pages[0][1], part.is_here) for part in found],
        "beside": next((part.pages for part in found if part.is_here and len(part.pages) > 1), []),
        "today": today(),
    }


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page that leads this reader anywhere."""
    ways = parts(request, "")
    return redirect(ways[0].pages[0][1]) if ways else redirect("morning:mine")


# Lists


def _asked(form: django_forms.Form) -> tuple[dict[str, Any], list[str]]:
    """What a filter asks for, and what of it cannot be understood."""
    if form.is_valid():
        return form.cleaned_data, []
    return {}, [f"{form.fields[name].label}: {' '.join(map(str, said))}" for name, said in form.errors.items()]


def _filtered(
    request: HttpRequest, form: type[django_forms.Form]
) -> tuple[django_forms.Form, dict[str, Any], list[str]]:
    filled = form(request.GET)
    asked, problems = _asked(filled)
    return filled, asked, problems


@signed_in
@require_safe
def requirements(request: HttpRequest) -> HttpResponse:
    """The requirements the reader may read and asks for, fifty a page."""
    actor = actor_from(request)
    form, asked, problems = _filtered(request, RequirementFilter)
    page = Paginator(reads.requirement_list(actor, asked), A_PAGE).get_page(request.GET.get("page"))
    note_read(actor, list(page))
    context = {
        **base(request, "requirements"),
        "page": page,
        "form": form,
        "problems": problems,
        "is_default": not any(value for name, value in asked.items() if name != "sort"),
        "may_make": deeds.may_make(actor, "requirement"),
        "is_state": bool(house(actor)),
        "unit_types": sorted(packaged_unit_types()) if deeds.may_make(actor, "requirement") else [],
    }
    return render(request, "forces/requirement_list.html", context, status=400 if problems else 200)


@require_safe
@token_counts("requirement")
def requirements_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON, all that is asked for."""
    actor = actor_from(request)
    _form, asked, problems = _filtered(request, RequirementFilter)
    if problems:
        return _bad_filter(request, problems)
    found = list(asked_part(request, reads.requirement_list(actor, asked).select_related("releasable_to")))
    note_read(actor, found)
    return JsonResponse({"requirements": [presenters.requirement_json(one) for one in found], "versions": []})


@signed_in
@require_safe
def pledges(request: HttpRequest) -> HttpResponse:
    """The pledges the reader may read and asks for, fifty a page."""
    actor = actor_from(request)
    form, asked, problems = _filtered(request, PledgeFilter)
    page = Paginator(reads.pledge_list(actor, asked, today()), A_PAGE).get_page(request.GET.get("page"))
    note_read(actor, list(page))
    context = {
        **base(request, "pledges"),
        "page": page,
        "rows": [(one, *presenters.readiness_words(one, today())) for one in page],
        "form": form,
        "problems": problems,
        "is_default": not any(value for name, value in asked.items() if name != "sort"),
        "may_make": deeds.may_make(actor, "pledge"),
    }
    return render(request, "forces/pledge_list.html", context, status=400 if problems else 200)


@require_safe
@token_counts("pledge")
def pledges_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON, all that is asked for."""
    actor = actor_from(request)
    _form, asked, problems = _filtered(request, PledgeFilter)
    if problems:
        return _bad_filter(request, problems)
    listed = reads.pledge_list(actor, asked, today()).select_related("releasable_to", "contributor")
    found = list(asked_part(request, listed))
    note_read(actor, found)
    return JsonResponse({"pledges": [presenters.pledge_json(one, today()) for one in found], "versions": []})


def _bad_filter(request: HttpRequest, problems: list[str]) -> HttpResponse:
    what, next_step = _("The filters could not be understood."), _("Correct the address and ask again.")
    return problem(request, Refusal(400, "bad_filter", what, request.path, next_step, problems))


@signed_in
@require_safe
def contributors(request: HttpRequest) -> HttpResponse:
    """The contributors the reader may read, in the order of their codes."""
    actor = actor_from(request)
    page = Paginator(reads.contributors(actor), A_PAGE).get_page(request.GET.get("page"))
    note_read(actor, list(page))
    context = {**base(request, "contributors"), "page": page, "may_make": deeds.may_make(actor, "contributor")}
    return render(request, "forces/contributor_list.html", context)


@require_safe
@token_counts("pledge")
def contributors_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    found = list(reads.contributors(actor))
    note_read(actor, found)
    return JsonResponse({"contributors": [presenters.contributor_json(one) for one in found], "versions": []})


# One record


def readable_record(subject: Subject, actor: Actor, code: str) -> Any:
    """The record of a code; one that the reader may not read is as one that does not exist."""
    record = reads.one(subject.model, actor, code, *RELATED.get(subject.model, ()))
    if record is None:
        raise Http404
    return record


def subject_named(name: str) -> Subject:
    if name not in SUBJECTS:
        raise Http404
    return SUBJECTS[name]


@signed_in
@require_safe
def page(request: HttpRequest, what: str, code: str) -> HttpResponse:
    """One record, with the deeds that are possible beside it."""
    subject = subject_named(what)
    return _page(request, subject, readable_record(subject, actor_from(request), code))


HERE = {
    "requirement": "requirements", "pledge": "pledges", "contributor": "contributors", "case": "pipeline",
    "visit": "visits", "ministerial": "ministerials", "undeclared": "caveats", "card": "cards", "slot": "rotations",
    "tours": "rotations",
}  # fmt: skip


def _page(
    request: HttpRequest, subject: Subject, record: ForcesRecord, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_from(request)
    about = record_page(subject, record, actor, today(), typed)
    near = {code for one, _why in about.get("nearest", []) for code in one.get("pledges", [one["pledge"]])}
    note_read(actor, [record, *(reads.shown(Pledge, actor).filter(code__in=near) if near else [])])
    context = {
        **base(request, HERE[subject.name]),
        **about,
        "marking": record.get_marking_display(),
        "level_of_marking": Marking(record.marking).code,
        "audience": audience_words(record.releasable_to.names),
        "list_url": reverse(f"forces:{HERE[subject.name]}"),
    }
    shown = render(request, f"forces/{subject.name}.html", context, status=status)
    return with_problems(shown, typed.form) if typed else shown


_JSON: dict[str, Callable[[Any], dict[str, Any]]] = {
    "requirement": presenters.requirement_json,
    "pledge": lambda one: presenters.pledge_json(one, today()) | {"steps": presenters.steps_json(one)},
    "case": presenters.case_json,
    "visit": presenters.visit_json,
    "ministerial": presenters.ministerial_json,
    "undeclared": presenters.undeclared_json,
    "slot": lambda one: presenters.slot_json(one, reads.calendar_of(one)),
    "contributor": presenters.contributor_json,
    "card": presenters.card_json,
    "tours": presenters.tour_offer_json,
}


@require_safe
def data(request: HttpRequest, what: str, code: str) -> HttpResponse:
    """The same as JSON; a token reads the kinds that its scopes name."""
    return token_counts(subject_named(what).model.kind)(_data)(request, what, code)


def _data(request: HttpRequest, what: str, code: str) -> HttpResponse:
    actor, subject = actor_from(request), subject_named(what)
    record = readable_record(subject, actor, code)
    note_read(actor, [record])
    said = _JSON[what](record)
    if what == "pledge" and actor.may("read", "caveat", record.marking):
        said["caveats"] = [presenters.caveat_json(one) for one in reads.caveats_of(record, actor)]
    return JsonResponse(said | {"versions": []})


# Deeds


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, what: str) -> HttpResponse:
    """A form for a record that is not there yet."""
    actor, subject = actor_from(request), subject_named(what)
    if subject.new_form is None or subject.make is None or not deeds.may_make(actor, what):
        raise Http404
    form = _new_form(request, subject, actor)
    if request.method == "POST" and form.is_valid():
        try:
            made: Any = subject.make(by=actor, **form.deed())
        except (*REFUSED, NotAllowedError) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Done: %(deed)s.") % {"deed": f"{subject.new_label}, {made.code}"})
            return redirect("forces:page", what, made.code)
    context = {
        **base(request, HERE[what]),
        "form": form,
        "title": subject.new_label,
        "list_url": reverse(f"forces:{HERE[what]}"),
        "template": request.GET.get("template", ""),
    }
    return with_problems(render(request, "forces/new.html", context, status=400 if form.errors else 200), form)


def _new_form(request: HttpRequest, subject: Subject, actor: Actor) -> Any:
    assert subject.new_form is not None
    more: dict[str, Any] = {}
    if issubclass(subject.new_form, NewUndeclaredForm):
        mission = actor.post.mission if actor.post else ""
        more["units"] = reads.units_serving(mission) if mission else reads.units_anywhere(actor)
    initial = {name: value for name, value in request.GET.items() if name in subject.new_form.base_fields}
    if subject.name == "requirement":
        initial = _from_template(request.GET.get("template", "")) | initial
    return subject.new_form(request.POST if request.method == "POST" else None, actor=actor, initial=initial, **more)


def _from_template(name: str) -> dict[str, Any]:
    """What a requirement made from a template of a unit type begins with."""
    template = packaged_unit_types().get(name)
    if template is None:
        return {}
    lines = [
        *(Line("function", one.name, one.strength) for one in template.functions),
        *(Line("equipment", one.item, one.number) for one in template.equipment),
        *(Line("self-sustainment", one, None) for one in template.self_sustainment),
    ]
    return {
        "capability": template.name,
        "strength": template.strength,
        "min_level": template.min_level,
        "accepts_parts": template.accepts_parts,
        "languages": "|".join(template.languages),
        "tasks": "|".join(task.replace(" ", "-") for task in template.tasks),
        "lines": lines_as_typed(lines),
    }


@signed_in
@require_POST
def do(request: HttpRequest, what: str, code: str, verb: str) -> HttpResponse:
    """Do a deed; when it is refused the page comes back with what was typed, and says why."""
    actor, subject = actor_from(request), subject_named(what)
    record, deed = readable_record(subject, actor, code), subject.deed(verb)
    if deed is None:
        raise Http404
    hidden = {name: request.POST.get(name, "")[:200] for name in deed.hidden}
    where = place(verb, hidden)
    form = deed.form(request.POST, actor=actor, record=record, auto_id=f"{where}-".replace("%", "%%") + "%s")
    if not form.is_valid():
        return _page(request, subject, record, Typed(verb, where, form), status=400)
    try:
        deed.act(code=code, expected_version=form.cleaned_data["expected_version"], by=actor, **form.deed())
    except ChangedMeanwhileError:
        return _changed_meanwhile(request, subject, code, deed, where)
    except NotAllowedError as refused:
        form.add_error(None, str(refused))
        return _page(request, subject, record, Typed(verb, where, form), status=403)
    except REFUSED as refused:
        form.add_error(None, str(refused))
        return _page(request, subject, readable_record(subject, actor, code), Typed(verb, where, form), status=400)
    messages.success(request, _("Done: %(deed)s.") % {"deed": deed.label})
    if reads.one(subject.model, actor, code) is None:
        return redirect(f"forces:{HERE[what]}")  # it is not addressed to this reader any more
    return redirect("forces:page", what, code)


def _changed_meanwhile(request: HttpRequest, subject: Subject, code: str, deed: deeds.Deed, where: str) -> HttpResponse:
    """The page as it stands now with what the person typed, ready to be sent again, and what others did meanwhile."""
    actor = actor_from(request)
    record = readable_record(subject, actor, code)
    sent = request.POST.copy()
    seen = int(str(sent["expected_version"]))
    sent["expected_version"] = str(record.row_version)
    form = deed.form(sent, actor=actor, record=record, auto_id=f"{where}-".replace("%", "%%") + "%s")
    form.is_valid()
    form.add_error(
        None, _("Somebody else changed this record after you opened it. Look at what was done, then send again.")
    )
    since: tuple[Change, ...] = tuple(reads.history_of(record, actor)[: max(0, record.row_version - seen)])
    return _page(request, subject, record, Typed(deed.verb, where, form, since), status=409)
