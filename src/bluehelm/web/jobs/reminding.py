"""What is due to every post today, and was each told once?

A post is told how much waits and how much of it is late, and never what: mail leaves the house. The pages say the rest.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluehelm.web.findings.reads import reminders_for
from bluehelm.web.jobs.models import Reminded
from bluehelm.web.posts.acting import Actor, NotAllowedError, actor_in
from bluehelm.web.posts.models import Occupancy, Post
from bluehelm.web.rhythm.reads import tasks_of

if TYPE_CHECKING:
    from bluehelm.web.jobs.run import Run


def check(by: Actor, parameters: Mapping[str, Any]) -> None:
    """The program itself asks every day; whoever keeps accounts may ask again."""
    if not by.may("create", "account"):
        raise NotAllowedError(_("Reminders are sent by whoever keeps accounts."))
    date.fromisoformat(str(parameters.get("on", "")))


def remind(run: "Run") -> dict[str, Any]:
    """Remind every post that somebody occupies; one that was reminded on that day already is left alone."""
    on = date.fromisoformat(run.parameters["on"])
    posts = list(_occupied(on))
    told = late = mailed = 0
    for number, (post, holders) in enumerate(posts):
        run.tell(_("Reminding posts"), number, len(posts))
        made = _told(run, post, holders, on)
        if made:
            told, late, mailed = told + 1, late + made.late, mailed + made.mailed
    return {"posts": told, "late": late, "mails": mailed}


def _occupied(on: date) -> Iterator[tuple[Post, list[Any]]]:
    held = Occupancy.objects.on(on).filter(person__is_active=True).select_related("post__organisation", "person")
    found: dict[int, tuple[Post, list[Any]]] = {}
    for occupancy in held.order_by("post__code"):
        found.setdefault(occupancy.post_id, (occupancy.post, []))[1].append(occupancy.person)
    yield from found.values()


def _told(run: "Run", post: Post, holders: list[Any], on: date) -> Reminded | None:
    actor = actor_in(holders[0], post)
    days = [reminder.open.due_on for reminder in reminders_for(actor, run.home, on)]
    days += [
        task.due_on
        for task in tasks_of(actor, on)
        if task.duty.role == post.role and not task.done and task.due_on <= on
    ]
    if not days:
        return None
    late = sum(day < on for day in days)
    with transaction.atomic():
        made, is_new = Reminded.objects.get_or_create(post=post, on=on, defaults={"waiting": len(days), "late": late})
        if not is_new:
            return None
        made.mailed = _mail(post, holders, len(days), late)  # kept only when it went out
        made.save(update_fields=["mailed"])
    return made


def _mail(post: Post, holders: list[Any], waiting: int, late: int) -> int:
    addresses = [person.email for person in holders if person.email]
    if not settings.MAIL_IS_CONFIGURED or not addresses:
        return 0
    said = ngettext("%(number)s thing waits for your post.", "%(number)s things wait for your post.", waiting) % {
        "number": waiting
    }
    said += " " + ngettext("%(number)s of them is late.", "%(number)s of them are late.", late) % {"number": late}
    said += "\n\n" + _("Sign in to see what. This message says no more, because mail can be read by others.")
    subject = _("What waits for your post, %(day)s") % {"day": timezone.now().date()}
    return sum(send_mail(subject, said, None, [address]) for address in addresses)
