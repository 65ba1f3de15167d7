"""Which warnings of an alert were made, and how does the next one follow them?

A warning is a message of the Common Alerting Protocol. That it was made stands in the audit with its identifier, sender
and instant, and with none of its words; an update or a cancellation names every message that still stands.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import cast, get_args

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.disclosure import EVERYONE
from bluehelm.language import now as now_spoken
from bluehelm.products.cap import CapArea, CapError, MessageType, Warning12, reference
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.audit.models import Entry
from bluehelm.web.posts.acting import Actor
from bluehelm.web.protection.models import Alert
from bluehelm.web.protection.words import titled

WARNS_FOR = timedelta(hours=24)
WARNED = "alert.warned"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was made: its type, and how a later one names it."""

    message: str
    reference: str


def standing_of(alert: Alert) -> list[Sent]:
    """The messages of an alert since the last that cancelled all before it, oldest first."""
    standing: list[Sent] = []
    entries = Entry.objects.filter(kind="alert", key=str(alert.pk), deed=WARNED).order_by("sequence")
    for detail in entries.values_list("detail", flat=True):
        said = json.loads(detail)
        if said.get("message") == "Cancel":
            standing = []
        elif "reference" in said:
            standing.append(Sent(said["message"], said["reference"]))
    return standing


def sender_of(mission: str) -> str:
    """Who sends, like an address: what the installation says, else the mission's acronym at bluehelm."""
    return (settings.CAP_SENDER or "{mission}@bluehelm").replace("{mission}", mission)


def warning_of(alert: Alert, *, headline: str, instruction: str, message: str = "Alert") -> Warning12:
    """The person's own words; of the alert only what it is about and where, to about a kilometre."""
    now, standing = timezone.now(), standing_of(alert)
    if message not in get_args(MessageType):
        raise CapError([_("A warning is a new one, an update or a cancellation.")])
    if message != "Alert" and not standing:
        raise CapError([_("No warning of this alert stands that could be updated or cancelled. Make a new one.")])
    return Warning12(
        identifier=f"{alert.mission}-ALERT-{alert.pk}-{now:%Y%m%dT%H%M%S%f}", sender=sender_of(alert.mission), sent=now,
        exercise=alert.exercise, restriction=_restriction(alert), language=now_spoken(),
        event=titled(Alert, "what", alert.what), urgency="Immediate" if alert.is_open else "Unknown",
        severity="Unknown", certainty="Likely" if alert.verified_at is not None else "Possible",
        expires=now + WARNS_FOR, headline=headline.strip(),
        description=f"{titled(Alert, 'what', alert.what)}: {alert.place}",
        instruction=instruction.strip(), area=_area(alert), message=cast("MessageType", message),
        references="" if message == "Alert" else " ".join(one.reference for one in standing),
    )  # fmt: skip


@transaction.atomic
def note_sent(alert: Alert, sent: Warning12, *, by: Actor) -> None:
    """Keep in the audit that a message was made, and how a later one names it."""
    append_entry(
        deed=WARNED, kind="alert", key=str(alert.pk), by=by.account, post=by.post_code, marking=alert.marking,
        audience=alert.releasable_to.text, detail={"message": sent.message, "reference": reference(sent)},
    )  # fmt: skip


def _restriction(alert: Alert) -> str:
    """Whom it is for; nothing where that is everybody."""
    names = alert.releasable_to.names
    return "" if EVERYONE in names and not alert.marking else " ".join(sorted(names))


def _area(alert: Alert) -> CapArea:
    if alert.latitude is None or alert.longitude is None:
        return CapArea(alert.place)
    return CapArea(alert.place, round(alert.latitude, 2), round(alert.longitude, 2), 1.0)
