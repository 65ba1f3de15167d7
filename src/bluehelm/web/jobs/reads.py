"""Which jobs does an actor see?

A job belongs to the post that asked for it. Whoever keeps accounts sees all of them and may cancel them, but not the
files that came of them: keeping accounts reads no record.
"""

from django.db.models import Q, QuerySet

from bluehelm.web.jobs.models import Job
from bluehelm.web.posts.acting import Actor


def keeps_the_house(actor: Actor) -> bool:
    return not actor.viewing and actor.may("create", "account")


def jobs_shown_to(actor: Actor) -> QuerySet[Job]:
    """The jobs that an actor may see, newest first."""
    jobs = Job.objects.select_related("post")
    if not actor.may("read", "job"):  # a token without that scope
        return jobs.none()
    if keeps_the_house(actor):
        return jobs
    if actor.post is None or actor.post.pk is None:
        return jobs.none()
    return jobs.filter(own(actor))


def own(actor: Actor) -> Q:
    """Jobs of the actor's own post, as far as its clearance goes."""
    return Q(post=actor.post, marking__lte=actor.post.clearance if actor.post else -1)


def file_shown_to(actor: Actor, number: int) -> Job | None:
    """The job whose file the actor may have."""
    if actor.post is None or actor.post.pk is None or actor.viewing or not actor.may("read", "job"):
        return None
    job = Job.objects.filter(own(actor), pk=number).first()
    return job if job and job.file else None
