"""Which page answers which request about findings?

A view chooses, a presenter shapes, a template lays out; what changes anything goes through the actions.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.disclosure import Marking
from bluehelm.disclosure.marking import audience_words
from bluehelm.spine import ChainError, NotPossibleError
from bluehelm.spine.reminders import Reminder
from bluehelm.web.accounts.token_auth import act_with_token, refusal, shown_secret
from bluehelm.web.accounts.tokens import TokenRefusedError
from bluehelm.web.api.forms import with_problems
from bluehelm.web.api.listed import asked_part
from bluehelm.web.audit.reads import append_read
from bluehelm.web.findings import actions, deeds
from bluehelm.web.findings.actions import FindingError
from bluehelm.web.findings.clash import carried_over, clash
from bluehelm.web.findings.deeds import Deed
from bluehelm.web.findings.evidence import Sha256Of
from bluehelm.web.findings.filters import Filters
from bluehelm.web.findings.forms import DeedForm, FilterForm, RaiseForm
from bluehelm.web.findings.measured import measures_for, measures_json, put
from bluehelm.web.findings.models import Finding
from bluehelm.web.findings.pages import Typed, finding_page, place, possible_owners
from bluehelm.web.findings.presenters import (
    NEED_LABELS,
    TONES,
    cited_refs,
    finding_json,
    finding_row,
    reminder_json,
    titles,
)
from bluehelm.web.findings.reads import finding_list, findings_shown_to, reminders_for, whole_finding
from bluehelm.web.missions.refusals import Refusal, problem
from bluehelm.web.missions.shown import visible_versions
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.web.posts.models import Post
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.workflows.clock import today
from bluehelm.workflows.findings.rules import finding_rules

A_PAGE = 50
MOST_DIGITS = 9
REFUSED = (FindingError, ChainError, NotPossibleError)
HIDDEN = ("step", "wait", "other")
SCOPE = "read:finding"


View = Callable[..., HttpResponse]


def token_counts(view: View) -> View:
    """A view that a program may also ask with a token; without one it is asked by whoever is signed in, or nobody."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if shown_secret(request) is not None:
            try:
                act_with_token(request, SCOPE)
            except TokenRefusedError as refused:
                return refusal(request, refused)
        return view(request, *args, **named)

    return answered


# Lists


def asked_filters(request: HttpRequest) -> Filters:
    """What the address asks for; what is not there is as by default."""
    given = {one.name: request.GET.get(one.name, "").strip() for one in fields(Filters)}
    return Filters(**{name: value for name, value in given.items() if value})


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """The findings the reader may read and asks for, fifty a page."""
    actor, asked = actor_from(request), asked_filters(request)
    problems = asked.problems()
    understood = Filters() if problems else asked
    page = Paginator(finding_list(actor, understood, today()), A_PAGE).get_page(request.GET.get("page"))
    note_read(actor, list(page))
    context = {
        "section": "findings",
        "page": page,
        "asked": understood,
        "problems": problems,
        "form": FilterForm(_form_data(request, understood), owners=_owners(actor)),
        "tabs": _tabs(request, "overdue" if understood.due == "overdue" else "list"),
        "states": titles("states"),
        "severities": titles("severities"),
        "domains": titles("domains"),
        "tones": TONES,
        "today": today(),
        "may_raise": actor.may("create", "finding"),
        "vocabulary": finding_rules().vocabulary,
    }
    return render(request, "findings/finding_list.html", context, status=400 if problems else 200)


def _tabs(request: HttpRequest, here: str) -> list[tuple[str, str, bool]]:
    """The pages of the ledger: label, address, and whether it is this one."""
    ways = [
        ("list", _("Findings"), reverse("findings:list")),
        ("overdue", _("Overdue"), reverse("findings:list") + "?due=overdue"),
        ("measures", _("Measures"), reverse("findings:measures")),
    ]
    if actor_from(request).post:
        ways.insert(0, ("mine", _("For your post"), reverse("findings:mine")))
    return [(label, url, name == here) for name, label, url in ways]


def _form_data(request: HttpRequest, asked: Filters) -> dict[str, str]:
    return {one.name: getattr(asked, one.name) for one in fields(Filters)} | {
        name: value for name, value in request.GET.items() if value
    }


def _owners(actor: Actor) -> list[tuple[str, str]]:
    """The posts that own anything in what the actor may read."""
    owned = Post.objects.filter(recommendations__finding__in=findings_shown_to(actor).values("pk")).distinct()
    return [(post.code, post.title) for post in owned]


@require_safe
@token_counts
def list_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON, all that is asked for; what the reader may not read is not counted either."""
    actor, asked = actor_from(request), asked_filters(request)
    if problems := asked.problems():
        what, next_step = _("The filters could not be understood."), _("Correct the address and ask again.")
        return problem(request, Refusal(400, "bad_filter", what, request.path, next_step, problems))
    found = asked_part(request, finding_list(actor, asked, today()).prefetch_related("evidence"))
    return JsonResponse(_rows_json(actor, list(found)))


def list_json(actor: Actor, asked: Filters) -> dict[str, Any]:
    """The findings asked for, and the versions they cite; for pages and commands alike."""
    return _rows_json(actor, list(finding_list(actor, asked, today()).prefetch_related("evidence")))


def _rows_json(actor: Actor, found: list[Finding]) -> dict[str, Any]:
    note_read(actor, found)
    return {"findings": [finding_row(finding) for finding in found], "versions": cited_refs(found)}


@signed_in
@require_safe
def mine_page(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's post."""
    waiting = _waiting(actor_from(request))
    context = {
        "section": "findings",
        "tabs": _tabs(request, "mine"),
        "reminders": [(reminder, NEED_LABELS[reminder.open.need]) for reminder in waiting],
        "today": today(),
    }
    return render(request, "findings/mine.html", context)


@require_safe
@token_counts
def mine_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON; empty for whoever holds no post."""
    waiting = _waiting(actor_from(request))
    return JsonResponse({"waiting": [reminder_json(reminder) for reminder in waiting], "versions": []})


def _waiting(actor: Actor) -> list[Reminder]:
    waiting = reminders_for(actor, settings.BLUEHELM_HOME, today())
    note_read(actor, list(findings_shown_to(actor).filter(pk__in={one.open.finding for one in waiting})))
    return waiting


# Measures


@require_safe
def measures_page(request: HttpRequest) -> HttpResponse:
    """Nimbleness and adaptiveness of the findings that the reader may read."""
    actor = actor_from(request)
    missions = _missions(actor)
    mission = request.GET.get("mission", "") if request.GET.get("mission", "") in missions else ""
    found = measures_for(actor, today(), mission=mission)
    domains = titles("domains")
    context = {
        "section": "findings",
        "tabs": _tabs(request, "measures"),
        "mission": mission,
        "missions": missions,
        "as_of": found.as_of,
        "measures": [put("adaptiveness", found.adaptiveness), put("nimbleness", found.nimbleness)],
        "by_domain": [(domains.get(name, name), one) for name, one in found.by_domain.items()],
        "rules": finding_rules().follow_through,
        "definitions": finding_rules().definitions,
    }
    return render(request, "findings/measures.html", context)


@require_safe
@token_counts
def measures_data(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    actor = actor_from(request)
    mission = request.GET.get("mission", "")
    if mission and mission not in _missions(actor):
        what = _("No finding of this mission is addressed to you.")
        return problem(request, Refusal(404, "unknown_mission", what, request.path, _("Ask without a mission.")))
    return JsonResponse(measures_json(measures_for(actor, today(), mission=mission)))


def _missions(actor: Actor) -> list[str]:
    named = findings_shown_to(actor).exclude(mission="").order_by("mission")
    return list(named.values_list("mission", flat=True).distinct())


# One finding


def _readable(view: Callable[[HttpRequest, Finding], HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of one finding; one that the reader may not read is as one that does not exist."""

    @wraps(view)
    def found(request: HttpRequest, number: int) -> HttpResponse:
        actor = actor_from(request)
        finding = whole_finding(actor, number)
        if finding is None:
            raise Http404
        note_read(actor, [finding])
        return view(request, finding)

    return found


@require_safe
@_readable
def page(request: HttpRequest, finding: Finding) -> HttpResponse:
    """One finding as a chain, with the deeds that are possible beside it."""
    return _page(request, finding)


@require_safe
@token_counts
@_readable
def data(request: HttpRequest, finding: Finding) -> HttpResponse:
    """The same as JSON."""
    return JsonResponse(finding_json(finding, actor_from(request)) | {"versions": cited_refs([finding])})


def _page(request: HttpRequest, finding: Finding, typed: Typed | None = None, status: int = 200) -> HttpResponse:
    actor = actor_from(request)
    marking = Marking(finding.marking)
    context = {
        "section": "findings",
        "it": finding_page(finding, actor, _sha256_of(request), typed),
        "marking": finding.get_marking_display(),
        "level": marking.code,
        "audience": audience_words(finding.releasable_to.names),
        "today": today(),
    }
    return render(request, "findings/finding.html", context, status=status)


def _sha256_of(request: HttpRequest) -> Sha256Of:
    """The digests of the versions that this reader may see."""

    def sha256_of(table: str, number: int) -> str | None:
        return next((one.sha256 for one in visible_versions(request, table) if one.version == number), None)

    return sha256_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def raise_page(request: HttpRequest) -> HttpResponse:
    """A form for a new finding."""
    actor = actor_from(request)
    if not actor.may("create", "finding"):
        raise Http404
    form = RaiseForm(request.POST if request.method == "POST" else None, actor=actor, sha256_of=_sha256_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.raise_finding(by=actor, **form.deed())
        except (*REFUSED, NotAllowedError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Finding %(number)s was raised.") % {"number": made.pk})
            return redirect("findings:page", made.pk)
    context = {"section": "findings", "form": form}
    shown = render(request, "findings/raise.html", context, status=400 if form.errors else 200)
    return with_problems(shown, form)


@signed_in
@require_POST
def do(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Do a deed; when it is refused the page comes back with what was typed, and says why."""
    actor, deed = actor_from(request), deeds.ALL.get(verb)
    finding = whole_finding(actor, number)
    if finding is None or deed is None:
        raise Http404
    form = _typed_form(request, deed, finding)
    where = _place(request)
    if not form.is_valid():
        return _refused(request, finding, Typed(verb, where, form), status=400)
    try:
        deed.act(number=number, expected_version=form.cleaned_data["expected_version"], by=actor, **form.deed())
    except ChangedMeanwhileError:
        return _changed_meanwhile(request, number, deed, form)
    except NotAllowedError as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, finding, Typed(verb, where, form), status=403)
    except REFUSED as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, finding, Typed(verb, where, form), status=400)
    messages.success(request, _("Done: %(deed)s.") % {"deed": deed.label})
    return redirect("findings:page", number)


def _place(request: HttpRequest) -> str:
    said = request.POST.get("recommendation", "")
    hidden = {name: request.POST[name] for name in HIDDEN if request.POST.get(name)}
    return place(int(said) if said.isdecimal() and len(said) <= MOST_DIGITS else 0, hidden)


def _typed_form(request: HttpRequest, deed: Deed, finding: Finding, data: Any = None) -> DeedForm:
    return deed.form(
        data or request.POST,
        actor=actor_from(request),
        owners=possible_owners(finding, actor_from(request)),
        sha256_of=_sha256_of(request),
        auto_id=f"{deed.verb}-{_place(request)}-".replace("%", "%%") + "%s",
    )


def _changed_meanwhile(request: HttpRequest, number: int, deed: Deed, form: DeedForm) -> HttpResponse:
    """The page as it stands now, with what the person typed beside what the other did; nothing is lost."""
    finding = whole_finding(actor_from(request), number)
    if finding is None:
        raise Http404  # the change was that it is no longer addressed to this reader
    found = clash(form, finding, form.cleaned_data["expected_version"])
    again = _typed_form(request, deed, finding, carried_over(form, found, finding))
    again.is_valid()
    return _refused(request, finding, Typed(deed.verb, _place(request), again, found), status=409)


def _refused(request: HttpRequest, finding: Finding, typed: Typed, status: int) -> HttpResponse:
    """The finding's page with the refused form in its place: a read of the finding like any other."""
    note_read(actor_from(request), [finding])
    return with_problems(_page(request, finding, typed, status), typed.form)


def note_read(actor: Actor, found: list[Finding]) -> None:
    """Reads of restricted findings stand in the audit."""
    restricted = [finding for finding in found if finding.marking > Marking.UNCLASSIFIED.value]
    if restricted and actor.account:
        append_read(
            kind="finding",
            keys=[str(finding.pk) for finding in restricted],
            by=actor.account,
            post=actor.post_code,
            marking=max(finding.marking for finding in restricted),
        )
