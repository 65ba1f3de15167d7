"""Which page begins the day?"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bluehelm.web.audit.reads import append_read
from bluehelm.web.findings.reads import findings_shown_to
from bluehelm.web.forces.views import note_read
from bluehelm.web.morning.pages import PAGES, MorningPage, page_named, page_of
from bluehelm.web.morning.sections import Entry, Section
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.views import actor_from, signed_in
from bluehelm.web.protection.desk_map import morning_map
from bluehelm.workflows.clock import today


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The morning of the post one acts in."""
    return redirect("morning:page", page_of(_role(actor_from(request))).name)


@signed_in
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One of the four mornings; what it lists is what the reader's own post may read."""
    morning = _named(name)
    listed = _listed(morning, actor_from(request))
    context = {
        "section": "morning",
        "morning": morning,
        "pages": PAGES,
        "listed": listed,
        "quiet": [section for section in listed if not section.entries],
        "today": today(),
        "picture": morning_map(actor_from(request), timezone.now()) if morning.has_map else None,
    }
    return render(request, "morning/page.html", context)


@signed_in
@require_safe
def page_json(request: HttpRequest, name: str) -> JsonResponse:
    """The same as JSON."""
    morning = _named(name)
    listed = [_section_json(section) for section in _listed(morning, actor_from(request))]
    return JsonResponse({"page": morning.name, "as_of": today().isoformat(), "sections": listed})


def _named(name: str) -> MorningPage:
    morning = page_named(name)
    if morning is None:
        raise Http404
    return morning


def _listed(morning: MorningPage, actor: Actor) -> list[Section]:
    listed = [listing(actor, today()) for listing in morning.listings]
    shown = [entry for section in listed for entry in section.entries]
    _note_reads(actor, {entry.finding for entry in shown if entry.finding})
    note_read(actor, [entry.record for entry in shown if entry.record])
    return listed


def _note_reads(actor: Actor, shown: set[int]) -> None:
    """Write the restricted findings whose titles were shown into the audit."""
    restricted = dict(findings_shown_to(actor).filter(pk__in=shown, marking__gt=0).values_list("pk", "marking"))
    if restricted:
        keys, marking = map(str, restricted), max(restricted.values())
        append_read(kind="finding", keys=keys, by=actor.account, post=actor.post_code, marking=marking)


def _role(actor: Actor) -> str:
    return actor.role.role if actor.role else ""


def _section_json(section: Section) -> dict[str, Any]:
    entries = [_entry_json(entry) for entry in section.entries]
    return {"section": section.name, "title": str(section.title), "entries": entries, "more": section.more}


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "text": entry.text,
        "why": entry.why,
        "url": entry.url,
        "due": entry.due_on.isoformat() if entry.due_on else None,
        "late": entry.late,
    }
