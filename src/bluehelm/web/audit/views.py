"""Which page shows the audit?"""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bluehelm.disclosure import Marking
from bluehelm.web.accounts.token_auth import token_or_session
from bluehelm.web.api.listed import MOST, asked_part, part_asked
from bluehelm.web.audit.forms import WantedForm
from bluehelm.web.audit.models import Entry
from bluehelm.web.audit.presenters import ChainState, chain_state, entry_facts, entry_json, list_json, part_json
from bluehelm.web.audit.readers import actor_from, auditors_only
from bluehelm.web.audit.reads import KIND, append_read, entries_for
from bluehelm.web.missions.refusals import Refusal, problem
from bluehelm.web.posts.models import MARKINGS

ENTRIES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """The part of the list that a request asks for."""

    form: WantedForm
    found: QuerySet[Entry]
    pages: Page[Entry]
    chain: ChainState


def _asked(request: HttpRequest) -> Asked:
    """The entries that fit; none while the question cannot be read."""
    entries = entries_for(actor_from(request))
    form = WantedForm(request.GET, entries)
    found: QuerySet[Entry] = form.wanted.among(entries) if form.is_valid() else Entry.objects.none()
    pages = Paginator(found, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    return Asked(form, found, pages, chain_state(verified="verify" in request.GET))


def _entry(request: HttpRequest, number: int) -> Entry:
    """An entry that may be read; that a restricted one was read is itself an entry."""
    actor = actor_from(request)
    entry = get_object_or_404(entries_for(actor), sequence=number)
    append_read(
        kind=KIND,
        keys=[str(number)],
        by=actor.account,
        post=actor.post_code,
        marking=entry.marking,
        audience=entry.audience,
    )
    return entry


@require_safe
@auditors_only
def entry_list(request: HttpRequest) -> HttpResponse:
    """Entries, newest first, and the state of the chain."""
    asked = _asked(request)
    context = {"section": "audit", "form": asked.form, "pages": asked.pages, "chain": asked.chain}
    return render(request, "audit/entry_list.html", context)


@require_safe
@auditors_only
def entry_page(request: HttpRequest, number: int) -> HttpResponse:
    """All that one entry says."""
    entry = _entry(request, number)
    context = {
        "section": "audit",
        "entry": entry,
        "facts": entry_facts(entry),
        "marking": dict(MARKINGS)[entry.marking],
        "level": Marking(entry.marking).code,
    }
    return render(request, "audit/entry.html", context)


@require_safe
@token_or_session("read:audit_entry")
@auditors_only
def entry_list_json(request: HttpRequest) -> JsonResponse:
    """What the list shows."""
    asked = _asked(request)
    if not asked.form.is_valid():
        problems = [f"{field}: {each}" for field, errors in asked.form.errors.items() for each in errors]
        what = _("The query cannot be read.")
        next_step = _("Days are written YYYY-MM-DD; deeds and kinds are those of the entries.")
        return problem(request, Refusal(400, "misused", what, request.path, next_step, problems))
    part = part_asked(request)
    if part.limit or part.form == "csv":
        return JsonResponse(part_json(asked_part(request, asked.found, MOST), asked.chain))
    return JsonResponse(list_json(asked.pages, asked.chain))


@require_safe
@token_or_session("read:audit_entry")
@auditors_only
def entry_page_json(request: HttpRequest, number: int) -> JsonResponse:
    """What the page of an entry shows."""
    return JsonResponse(entry_json(_entry(request, number)))
