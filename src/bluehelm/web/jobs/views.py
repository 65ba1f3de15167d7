"""Which page shows what is done beside the pages?"""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bluehelm.web.audit.entries import append_entry
from bluehelm.web.jobs import actions, presenters, reads
from bluehelm.web.jobs.actions import JobError
from bluehelm.web.jobs.models import Job
from bluehelm.web.jobs.run import folder_of
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.views import actor_from, signed_in

A_PAGE = 50
LOOK_AGAIN_SECONDS = 2


@signed_in
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """The jobs of the reader's post, newest first; all of them for whoever keeps accounts."""
    actor = actor_from(request)
    page = Paginator(reads.jobs_shown_to(actor), A_PAGE).get_page(request.GET.get("page"))
    rows = [(job, presenters.title_of(job), presenters.TONES[job.state]) for job in page]
    context = {"section": "jobs", "page": page, "rows": rows, "shows_all": reads.keeps_the_house(actor)}
    return render(request, "jobs/job_list.html", context)


@signed_in
@require_safe
def list_json(request: HttpRequest) -> JsonResponse:
    """The same as JSON, the newest fifty."""
    actor = actor_from(request)
    found = reads.jobs_shown_to(actor)[:A_PAGE]
    return JsonResponse({"jobs": [presenters.job_json(job, actor) for job in found], "versions": []})


def _found(request: HttpRequest, number: int) -> Job:
    job = reads.jobs_shown_to(actor_from(request)).filter(pk=number).first()
    if job is None:
        raise Http404
    return job


@signed_in
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """One job: how far it is, what came of it, and a way to cancel it."""
    actor, job = actor_from(request), _found(request, number)
    context = {
        "section": "jobs",
        "job": job,
        "title": presenters.title_of(job),
        "tone": presenters.TONES[job.state],
        "file": job.file if reads.file_shown_to(actor, number) else None,
        "next_url": presenters.next_of(job),
        "may_cancel": job.is_open and not job.cancel_asked and not actor.viewing,
        "problems": job.message.splitlines(),
        "look_again": LOOK_AGAIN_SECONDS if job.is_open else 0,
    }
    return render(request, "jobs/job.html", context)


@signed_in
@require_safe
def page_json(request: HttpRequest, number: int) -> JsonResponse:
    """The same as JSON."""
    return JsonResponse(presenters.job_json(_found(request, number), actor_from(request)))


@signed_in
@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for a job to end."""
    _found(request, number)
    try:
        actions.cancel(number=number, by=actor_from(request))
    except NotAllowedError:
        raise Http404 from None
    except JobError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The job is asked to end. What it had not finished is not kept."))
    return redirect("jobs:page", number)


@signed_in
@require_safe
def fetch(request: HttpRequest, number: int) -> HttpResponse:
    """The file that came of a job, for the post that asked; each time it is fetched stands in the audit."""
    actor = actor_from(request)
    job = reads.file_shown_to(actor, number)
    file = job.file if job else None
    if job is None or file is None:
        raise Http404
    path = folder_of(job.pk) / file["name"]
    if not path.is_file():
        raise Http404(_("The file was cleared away; ask for it again."))
    with transaction.atomic():
        append_entry(
            deed="job.file_fetched", kind="job", key=str(job.pk), by=actor.account, post=actor.post_code,
            detail={"sha256": file["sha256"]}, marking=job.marking,
        )  # fmt: skip
    answer: Any = FileResponse(path.open("rb"), as_attachment=True, filename=file["name"])
    return cast("HttpResponse", answer)
