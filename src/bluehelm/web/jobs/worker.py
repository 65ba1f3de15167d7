"""How do jobs get done beside the pages?

Huey gives the threads, the polling and the daily round; what it takes from its queue are rows of our own records, so
that nothing is lost with a process and nothing is queued twice. Each process of `bluehelm serve` has one worker; more
are started with `bluehelm jobs run`.
"""

import logging
import shutil
import time
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from huey import Huey, crontab
from huey.consumer import Consumer
from huey.storage import MemoryStorage

from bluehelm.web.jobs import queue
from bluehelm.web.jobs.models import Job
from bluehelm.web.jobs.run import FOLDER, SYSTEM, perform
from bluehelm.web.posts.acting import keeper
from bluehelm.workflows.clock import today

POLL_SECONDS = 1.0
FILES_KEPT_SECONDS = 7 * 24 * 3600

log = logging.getLogger("bluehelm.jobs")
WORKER = uuid4().hex
"""This process, in the rows of the jobs it takes; each taking is told apart by its attempt."""


class RecordsQueue(MemoryStorage):  # type: ignore[misc]  # published without types
    """Huey's queue: what the clock asks for in this process, and the jobs of the records."""

    def dequeue(self) -> bytes | None:
        return super().dequeue() or self._next()

    def _next(self) -> bytes | None:
        close_old_connections()
        try:
            job = queue.take(WORKER)
        except DatabaseError:
            return None  # busy or away: asked again in a moment
        return bytes(huey.serialize_task(do.s(job.pk, job.attempts))) if job else None


huey = Huey("bluehelm", storage_class=RecordsQueue, results=False, utc=True)


class Beside(Consumer):  # type: ignore[misc]  # published without types
    """Works in threads of a server, which has its own way with signals."""

    def _set_signal_handlers(self) -> None:
        pass


@huey.task()  # type: ignore[untyped-decorator]
def do(number: int, attempt: int) -> None:
    """Do the job that this worker has taken."""
    job = Job.objects.select_related("post__organisation").filter(pk=number, attempts=attempt).first()
    if job:
        perform(job)
    close_old_connections()


@huey.periodic_task(crontab(minute="5"))  # type: ignore[untyped-decorator]
def every_hour() -> None:
    """Ask for the day's reminders, which are one job however often they are asked for, and clear old files away."""
    from bluehelm.web.jobs.actions import ask

    ask(kind="reminders", parameters={"on": f"{today()}"}, by=keeper(SYSTEM), key=f"reminders:{today()}")
    clear_away(Path(settings.BLUEHELM_HOME) / FOLDER)
    close_old_connections()


def clear_away(folder: Path) -> None:
    """Remove files of jobs that ended longer ago than a week: a copy of records should not lie about."""
    if not folder.is_dir():
        return
    oldest = time.time() - FILES_KEPT_SECONDS
    for each in folder.iterdir():
        if each.is_dir() and each.stat().st_mtime < oldest:
            shutil.rmtree(each, ignore_errors=True)


def start_beside() -> Beside:
    """Start one worker and the clock in threads of this process."""
    logging.getLogger("huey").setLevel(logging.ERROR)
    consumer = Beside(huey, workers=1, periodic=True, initial_delay=POLL_SECONDS, backoff=1.0, max_delay=POLL_SECONDS)
    consumer.start()
    return consumer


def run_until_stopped() -> None:
    """Do jobs until Ctrl-C or the system's wish; what is under way then is finished first."""
    logging.getLogger("huey").setLevel(logging.ERROR)
    Consumer(huey, workers=1, initial_delay=POLL_SECONDS, backoff=1.0, max_delay=POLL_SECONDS).run()


def run_all(worker: str = WORKER) -> int:
    """Do every job that is free now, in this thread; how many."""
    number = 0
    while job := queue.take(worker):
        perform(job)
        number += 1
    return number
