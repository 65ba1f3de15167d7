"""How is a job asked for and cancelled?

The same job asked for twice is one job: while it is open, or for ever where whoever asks gives it a key.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bluehelm.web.audit.entries import append_entry
from bluehelm.web.jobs import queue
from bluehelm.web.jobs.kinds import kinds
from bluehelm.web.jobs.models import OPEN, RUNNING, Job
from bluehelm.web.jobs.reads import jobs_shown_to
from bluehelm.web.jobs.run import SYSTEM
from bluehelm.web.posts.acting import Actor, NotAllowedError

LONGEST_KEY = 100


class JobError(ValueError):
    """The job was not asked for, or not cancelled; nothing was changed."""


@transaction.atomic
def ask(*, kind: str, parameters: Mapping[str, Any], by: Actor, key: str = "") -> Job:
    """Ask for a job; the one that is there already where it is the same. Raises what the kind's check raises."""
    wanted = kinds().get(kind)
    if wanted is None:
        raise JobError(_("There is no kind of job %(kind)s.") % {"kind": repr(kind)})
    if len(key) > LONGEST_KEY:
        raise JobError(_("A key has at most %(number)s characters.") % {"number": LONGEST_KEY})
    is_program = by.account == SYSTEM
    if not is_program and (by.post is None or by.post.pk is None or by.viewing):
        raise NotAllowedError(_("This takes a post."))
    wanted.check(by, parameters)
    said = {**parameters, "language": get_language()}
    return _kept(kind, said, key or digest_of(kind, parameters), bool(key), by, None if is_program else by.post)


def digest_of(kind: str, parameters: Mapping[str, Any]) -> str:
    said = json.dumps([kind, dict(parameters)], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _kept(kind: str, parameters: dict[str, Any], key: str, is_named: bool, by: Actor, post: Any) -> Job:
    same = Job.objects.filter(post=post, key=key)
    if not is_named:
        same = same.filter(state__in=OPEN)
    if known := same.first():
        return _the_same(known, kind, parameters)
    try:
        with transaction.atomic():
            made = Job.objects.create(
                kind=kind, parameters=parameters, asked_by=by.account, post=post, asked_at=timezone.now(), key=key,
                is_named=is_named,
            )  # fmt: skip
    except IntegrityError:  # asked for at this very moment
        return _the_same(same.get(), kind, parameters)
    detail = {"kind": kind}
    append_entry(
        deed="job.asked", kind="job", key=str(made.pk), by=by.account, post="" if post is None else by.post_code,
        detail=detail,
    )  # fmt: skip
    return made


def _the_same(known: Job, kind: str, parameters: dict[str, Any]) -> Job:
    """The job of a key; a key that meant something else before is refused."""
    asked, before = ({**said, "language": ""} for said in (parameters, known.parameters))
    if (kind, asked) != (known.kind, before):
        raise JobError(_("This key belongs to another job; give a new one."))
    return known


@transaction.atomic
def cancel(*, number: int, by: Actor) -> Job:
    """Ask for an open job to end; one that nobody has begun ends at once. Its post may, and administrators."""
    job = jobs_shown_to(by).filter(pk=number).first()
    if job is None or by.viewing or by.post is None:
        raise NotAllowedError(_("There is no such job, or it is not yours."))
    asked = queue.cancel_waiting(job.pk) or Job.objects.filter(pk=job.pk, state=RUNNING).update(cancel_asked=True)
    if not asked:
        raise JobError(_("It has ended already: %(state)s.") % {"state": job.get_state_display()})
    append_entry(deed="job.cancelled", kind="job", key=str(job.pk), by=by.account, post=by.post_code)
    job.refresh_from_db()
    return job
