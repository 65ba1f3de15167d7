"""How is an alert or a threat put before a post, and how is it known that the post has seen it and what it did?

Escalated, it asks for a decision; as a task, for something done until a time. The post that is asked acknowledges with
what it will do; of a task it says later what came of it. Nobody answers for another post.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.protection import STEPS
from bluehelm.web.outlook.held import post_of, post_that_reads, require_text
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.protection.actions import ProtectionError, changed, hold
from bluehelm.web.protection.models import Alert, ProtectionRecord, Referral, Threat

Referred = Alert | Threat


@transaction.atomic
def escalate(
    *, model: type[Referred], number: int, expected_version: int, to_post: str, text: str, by: Actor
) -> Referral:
    """Put a record before a post for a decision; the clock of an alert that was not escalated yet notes it."""
    record = hold(model, number, expected_version, by)
    made = _refer(record, "escalation", to_post, require_text(text, _("Say why now.")), None, by)
    saved = ["escalated_at"] if _begins_the_step(record) else []
    if isinstance(record, Alert) and saved:
        record.escalated_at = made.at
    changed(record, f"{record.kind}.put_before", by, expected_version, *saved, post=to_post)
    return made


def _begins_the_step(record: ProtectionRecord) -> bool:
    """Whether this is the first escalation of an alert, and no later step has happened."""
    later = STEPS[STEPS.index("escalated") :]
    return isinstance(record, Alert) and not any(getattr(record, f"{step}_at") for step in later)


@transaction.atomic
def give_task(
    *, model: type[Referred], number: int, expected_version: int, to_post: str, text: str, due_at: datetime, by: Actor
) -> Referral:
    """Ask a post to do something about a record until a time."""
    record = hold(model, number, expected_version, by)
    if due_at <= timezone.now():
        raise ProtectionError(_("Give a time that is still to come."))
    made = _refer(record, "task", to_post, require_text(text, _("Say what is to be done.")), due_at, by)
    changed(record, f"{record.kind}.task_given", by, expected_version, post=to_post)
    return made


def _refer(record: Referred, sort: str, to: str, text: str, due_at: datetime | None, by: Actor) -> Referral:
    about = {"alert": record} if isinstance(record, Alert) else {"threat": record}
    whom = post_that_reads(to, record)
    return Referral.objects.create(
        **about, sort=sort, to_post=whom, from_post=post_of(by), text=text, at=timezone.now(), due_at=due_at
    )


@transaction.atomic
def answer(
    *, model: type[Referred], number: int, expected_version: int, referral: int, answer: str, by: Actor
) -> Referral:
    """The post that was asked has seen it, and says what it will do."""
    record, asked = _asked(model, number, expected_version, referral, by)
    if asked.acknowledged_at:
        raise ProtectionError(_("This was acknowledged already."))
    asked.acknowledged_at = timezone.now()
    asked.answer = require_text(answer, _("Say what will be done, be it nothing, and why."))
    asked.save(update_fields=["acknowledged_at", "answer"])
    changed(record, f"{record.kind}.acknowledged", by, expected_version)
    return asked


@transaction.atomic
def report_task(
    *, model: type[Referred], number: int, expected_version: int, referral: int, outcome: str, by: Actor
) -> Referral:
    """The post that was given a task says what came of it; who has not acknowledged it does so with that."""
    record, asked = _asked(model, number, expected_version, referral, by)
    if asked.sort != "task" or asked.done_at:
        raise ProtectionError(_("This was done already, or is not there."))
    asked.done_at = timezone.now()
    asked.acknowledged_at = asked.acknowledged_at or asked.done_at
    asked.outcome = require_text(outcome, _("Say what came of it."))
    asked.answer = asked.answer or asked.outcome
    asked.save(update_fields=["done_at", "outcome", "acknowledged_at", "answer"])
    changed(record, f"{record.kind}.task_done", by, expected_version)
    return asked


def _asked(model: type[Referred], number: int, version: int, referral: int, by: Actor) -> tuple[Referred, Referral]:
    record = hold(model, number, version, by, "read")
    asked = record.referrals.filter(pk=referral).first()
    if asked is None or asked.to_post_id != post_of(by).pk:
        raise NotAllowedError(_("Only the post that was asked answers."))
    return record, asked


def fits(verb: str, asked: Referral, actor: Actor) -> bool:
    """Whether the actor's post can answer a referral so, now."""
    mine = actor.post is not None and asked.to_post_id == actor.post.pk
    if verb == "answer":
        return mine and not asked.acknowledged_at
    return mine and verb == "report" and asked.sort == "task" and not asked.done_at


# What waits


def _shown_to(actor: Actor) -> QuerySet[Referral]:
    alerts, threats = Alert.objects.readable_by(actor).values("pk"), Threat.objects.readable_by(actor).values("pk")
    known = Referral.objects.filter(Q(alert__in=alerts) | Q(threat__in=threats))
    return known.select_related("alert", "threat", "from_post", "to_post").order_by("at", "pk")


def waiting_for(actor: Actor) -> QuerySet[Referral]:
    """What the actor's post has not acknowledged, and tasks of which it has not said what came, oldest first."""
    unanswered = Q(acknowledged_at=None) | Q(sort="task", done_at=None)
    return _shown_to(actor).filter(unanswered, to_post=actor.post) if actor.post else Referral.objects.none()


def silent(actor: Actor) -> QuerySet[Referral]:
    """What the actor's post put before others and they have not acknowledged, oldest first."""
    return (
        _shown_to(actor).filter(from_post=actor.post, acknowledged_at=None) if actor.post else Referral.objects.none()
    )
