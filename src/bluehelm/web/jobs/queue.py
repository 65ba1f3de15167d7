"""Which job is next, who has taken it, and is whoever took it still at work?

Taking is one statement that changes the row only if it is still free, so that of several workers exactly one succeeds,
on SQLite and PostgreSQL alike. A worker says every few seconds that it is alive; a job whose worker has been silent for
longer than `SILENCE` was cut short and is free again.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from bluehelm.web.jobs.models import CANCELLED, FAILED, RUNNING, WAITING, Job

BEAT_SECONDS = 5.0
SILENCE = timedelta(seconds=30)
MOST_ATTEMPTS = 3
LOOKED_AT = 5


class LostError(Exception):
    """The job is no longer this worker's: it was silent too long, and another one has it. Nothing was changed."""


def free(now: datetime) -> Q:
    """Jobs that a worker may take: waiting, or cut short."""
    return Q(state=WAITING) | Q(state=RUNNING, alive_at__lt=now - SILENCE)


def take(worker: str) -> Job | None:
    """The oldest free job, which is this worker's from now on; None when there is none."""
    now = timezone.now()
    for number in Job.objects.filter(free(now)).order_by("pk").values_list("pk", flat=True)[:LOOKED_AT]:
        taken = Job.objects.filter(free(now), pk=number).update(
            state=RUNNING,
            worker=worker,
            alive_at=now,
            attempts=F("attempts") + 1,
            began_at=Coalesce(F("began_at"), now),
        )
        if taken:
            return Job.objects.select_related("post__organisation").get(pk=number)
    return None


def held(job: Job) -> Any:
    """The row of a job, if it is still the worker's that took it."""
    return Job.objects.filter(pk=job.pk, state=RUNNING, worker=job.worker, attempts=job.attempts)


def keep(job: Job, **changed: Any) -> None:
    """Write down how far a job is; LostError when it is another worker's."""
    if not held(job).update(alive_at=timezone.now(), **changed):
        raise LostError


def end(job: Job, state: str, **changed: Any) -> None:
    """End a job, inside the transaction of what it changed; LostError when it is another worker's."""
    if not held(job).update(state=state, ended_at=timezone.now(), step="", **changed):
        raise LostError
    job.state = state


def give_back(job: Job, message: str) -> None:
    """Let a job be begun again that failed by the machine's fault, but not for ever."""
    if job.attempts >= MOST_ATTEMPTS:
        end(job, FAILED, message=message)
    else:
        held(job).update(state=WAITING, worker="", message=message)


def cancel_waiting(number: int) -> bool:
    """Cancel a job that nobody has begun."""
    return bool(
        Job.objects.filter(pk=number, state=WAITING).update(
            state=CANCELLED, ended_at=timezone.now(), cancel_asked=True, message=""
        )
    )
