"""How is one job done: its progress kept, its cancelling heard, its end one with its work?

A job acts as the post that asked, with the rights and clearance that post has now: a post that was closed meanwhile
does nothing any more.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from bluehelm.language import speaking
from bluehelm.store import StoreError
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.jobs import queue
from bluehelm.web.jobs.kinds import Kind, kinds
from bluehelm.web.jobs.models import CANCELLED, DONE, FAILED, Job
from bluehelm.web.jobs.queue import MOST_ATTEMPTS, LostError
from bluehelm.web.posts.acting import Actor, NotAllowedError, actor_for_command, keeper
from bluehelm.workflows.readers import tables_as_read_by

SYSTEM = "system:jobs"
TOLD_EVERY_SECONDS = 0.5
FOLDER = "jobs"

log = logging.getLogger("bluehelm.jobs")


class CancelledError(Exception):
    """Somebody asked for the job to be cancelled."""


class Run:
    """What the work of a job gets: the parameters, who asks, where files go, and whom to tell how far it is."""

    def __init__(self, job: Job, by: Actor, *, at_once: bool) -> None:
        self.job = job
        self.parameters: dict[str, Any] = job.parameters
        self.by = by
        self.home: Path = settings.BLUEHELM_HOME
        self.checkpoint: dict[str, Any] = job.checkpoint
        self._at_once = at_once
        self._told_at = 0.0

    @property
    def folder(self) -> Path:
        """Where the files of this job lie, made when it is first asked for and readable by its owner alone."""
        path = folder_of(self.job.pk)
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path

    def tell(self, step: str, done: int = 0, total: int = 0) -> None:
        """Say how far it is; CancelledError or LostError when it must stop. Written twice a second at most."""
        if time.monotonic() - self._told_at < TOLD_EVERY_SECONDS:
            return
        self._stop_if_asked()
        self._told_at = time.monotonic()
        if not self._at_once:  # inside one transaction nobody else would see it
            with suppress(OperationalError):  # busy: the next time says it
                queue.keep(self.job, step=step[:200], done=done, total=total)

    def reached(self, checkpoint: dict[str, Any], step: str, done: int, total: int) -> None:
        """Say that another run can go on from here."""
        self._stop_if_asked()
        self.checkpoint = checkpoint
        queue.keep(self.job, checkpoint=checkpoint, step=step[:200], done=done, total=total)

    def _stop_if_asked(self) -> None:
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise CancelledError


def folder_of(number: int) -> Path:
    return Path(settings.BLUEHELM_HOME) / FOLDER / str(number)


def perform(job: Job) -> None:
    """Do a job that this worker has taken, and write down how it ended."""
    try:
        if job.attempts > MOST_ATTEMPTS:
            queue.end(job, FAILED, message=_("It was cut short %(times)s times.") % {"times": MOST_ATTEMPTS})
        elif job.cancel_asked:
            queue.end(job, CANCELLED)
        else:
            with _alive(job):
                _do(job, kinds().get(job.kind))
    except CancelledError:
        queue.end(job, CANCELLED)
    except LostError:
        log.error("job %s of kind %s was lost to another worker", job.pk, job.kind)
    except OperationalError:
        queue.give_back(job, _("The database was busy."))
    except (ValueError, PermissionError, LookupError, StoreError) as refusal:
        queue.end(job, FAILED, message=_said(refusal))
    except Exception as error:  # whatever it is, the job has ended and the worker goes on
        log.error("job %s of kind %s failed: %s", job.pk, job.kind, type(error).__name__)
        queue.end(job, FAILED, message=_("The program failed: %(error)s.") % {"error": type(error).__name__})


def _do(job: Job, kind: Kind | None) -> None:
    if kind is None:
        raise ValueError(_("This release knows no such kind of job."))
    by = _actor(job)
    run = Run(job, by, at_once=kind.at_once)
    language = job.parameters.get("language") or settings.LANGUAGE_CODE
    with (
        override(language),
        speaking(language),
        tables_as_read_by(lambda: by.reader_of("table")),
    ):
        kind.check(by, run.parameters)
        if kind.at_once:
            with transaction.atomic():
                _finish(job, by, kind.work(run))
        else:
            result = kind.work(run)
            with transaction.atomic():
                _finish(job, by, result)


def _finish(job: Job, by: Actor, result: dict[str, Any]) -> None:
    marking = int(result.pop("marking", 0))
    queue.end(job, DONE, result=result, marking=marking, message="")
    file = result.get("file") or {}
    detail = {"kind": job.kind, **{name: file[name] for name in ("rows", "sha256") if name in file}}
    append_entry(
        deed="job.done", kind="job", key=str(job.pk), by=by.account, post=by.post_code, detail=detail, marking=marking
    )


def _actor(job: Job) -> Actor:
    if job.post is None:
        return keeper(SYSTEM)
    return actor_for_command(job.asked_by, post=job.post.code)


def _said(refusal: Exception) -> str:
    """What a refusal says, with the problems it gathers."""
    if isinstance(refusal, NotAllowedError):
        return refusal.what
    problems = [str(problem) for problem in getattr(refusal, "problems", ())]
    return "\n".join([str(refusal) or type(refusal).__name__, *problems[:20]])


@contextmanager
def _alive(job: Job) -> Iterator[None]:
    """Say again and again that this worker is at work, from a thread of its own with a connection of its own."""
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(queue.BEAT_SECONDS):
                try:
                    queue.held(job).update(alive_at=timezone.now())
                except OperationalError:
                    continue  # busy: the next beat says so
        finally:
            connection.close()

    beating = threading.Thread(target=beat, name=f"job-{job.pk}-alive", daemon=True)
    beating.start()
    try:
        yield
    finally:
        ended.set()
        beating.join(queue.BEAT_SECONDS)
