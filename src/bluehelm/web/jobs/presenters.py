"""How is a job shown, on pages and as JSON?"""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bluehelm.web.exchange.kinds import record_kinds
from bluehelm.web.jobs.kinds import kinds
from bluehelm.web.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job
from bluehelm.web.jobs.reads import file_shown_to
from bluehelm.web.posts.acting import Actor

TONES = {WAITING: "", RUNNING: "note", DONE: "good", FAILED: "wrong", CANCELLED: ""}
SAID = ("file", "language")


def title_of(job: Job) -> str:
    """What the job is, with what it is about."""
    kind = kinds().get(job.kind)
    records = record_kinds().get(str(job.parameters.get("records", "")))
    about = records.title if records else job.parameters.get("mission") or job.parameters.get("on") or ""
    title = kind.title if kind else job.kind
    return _("%(what)s: %(about)s") % {"what": title, "about": about} if about else f"{title}"


def next_of(job: Job) -> str:
    """Where what came of it is found; empty where that is the job's own page."""
    if number := job.result.get("record_file"):
        return reverse("exchange:file", args=(number,))
    return str(job.result.get("next", ""))


def job_json(job: Job, actor: Actor) -> dict[str, Any]:
    """A job as JSON; a file is named to whoever may have it."""
    file = job.file if file_shown_to(actor, job.pk) else None
    return {
        "job": job.pk,
        "kind": job.kind,
        "title": title_of(job),
        "parameters": {name: value for name, value in job.parameters.items() if name != "language"},
        "asked_by": job.asked_by,
        "post": job.post.code if job.post else None,
        "asked_at": job.asked_at.isoformat(),
        "state": job.state,
        "cancel_asked": job.cancel_asked,
        "attempts": job.attempts,
        "step": job.step,
        "done": job.done,
        "total": job.total or None,
        "message": job.message,
        "began_at": job.began_at.isoformat() if job.began_at else None,
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
        "marking": job.get_marking_display(),
        "result": {name: value for name, value in job.result.items() if name != "file"},
        "file": file and {**file, "url": reverse("jobs:fetch", args=(job.pk,))},
        "versions": job.result.get("versions", []),
    }
