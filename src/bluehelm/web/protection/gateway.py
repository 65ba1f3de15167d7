"""How does an alert come in from a message gateway or another system, and how is nobody else taken for it?

Each gateway has a secret of its own in the environment, `BLUEHELM_ALERT_GATEWAYS=name:MISSION:secret, ...`, and signs
the time and the body with it (HMAC-SHA256). What is older than five minutes, was sent before, or comes too often is
refused. The number and the words that came are sealed; what people see of the words has numbers taken out.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bluehelm.disclosure import Label, Marking
from bluehelm.protection.callers import NUMBER
from bluehelm.web.accounts.problems import refuse
from bluehelm.web.accounts.token_rate import TokenRate
from bluehelm.web.environment import words
from bluehelm.web.outlook.held import label_fields
from bluehelm.web.protection.actions import name_parts, note, seal_caller
from bluehelm.web.protection.models import Alert, GatewayMessage
from bluehelm.web.protection.words import words_of

VARIABLE = "BLUEHELM_ALERT_GATEWAYS"
FRESH = timedelta(minutes=5)
KEPT = timedelta(days=2)
A_MINUTE, MOST_BYTES, LEAST_SECRET = 60, 20_000, 32
HIDDEN = "[…]"
RATE = TokenRate()


class GatewayError(ValueError):
    """A message was refused; nothing was kept of it."""

    def __init__(self, status: int, code: str, what: str) -> None:
        super().__init__(what)
        self.status, self.code, self.what = status, code, what


@dataclass(frozen=True, slots=True)
class Gateway:
    """One system that may send alerts to one mission."""

    name: str
    mission: str
    secret: str


def gateways() -> dict[str, Gateway]:
    """The gateways of the environment by name; ImproperlyConfigured when one cannot be read or is guessed too soon."""
    found = {}
    for said in words(VARIABLE):
        name, mission, secret = (*said.split(":", 2), "", "")[:3]
        if not name or not mission or len(secret) < LEAST_SECRET:
            raise ImproperlyConfigured(f"{VARIABLE}: write name:MISSION:secret, a secret of {LEAST_SECRET} characters.")
        found[name] = Gateway(name, mission, secret)
    return found


def signature(secret: str, at: str, body: bytes) -> str:
    """What a gateway writes into X-Bluehelm-Signature: HMAC-SHA256 of the time, a full stop and the body, in hex."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


@csrf_exempt
@require_POST
def hook(request: HttpRequest, name: str) -> HttpResponse:
    """Take one alert; the answer names nothing but its number."""
    try:
        gateway = _gateway_of(request, name)
        alert = take(gateway, request.body, request.content_type or "", timezone.now())
    except GatewayError as refused:
        next_step = _("docs/guides/protection.md says how a message is signed.")
        answer = refuse(request, refused.status, refused.code, refused.what, next_step)
        if refused.status == 429:
            answer["Retry-After"] = "60"
        return answer
    return JsonResponse({"taken": True, "alert": alert.pk}, status=201)


def _gateway_of(request: HttpRequest, name: str) -> Gateway:
    """The gateway that signed a request; the refusal is the same for an unknown name and a wrong signature."""
    refused = GatewayError(401, "not_signed", _("The message is not signed as its gateway signs."))
    gateway = gateways().get(name)
    at, said = request.headers.get("X-Bluehelm-Time", ""), request.headers.get("X-Bluehelm-Signature", "")
    if len(request.body) > MOST_BYTES:
        raise GatewayError(413, "too_large", _("What was sent is too large."))
    wanted = signature(gateway.secret if gateway else "-", at, request.body)
    if not hmac.compare_digest(wanted.encode(), said.lower().encode(errors="replace")) or gateway is None:
        raise refused
    if not at.isascii() or not at.isdigit() or len(at) > 12:
        raise refused
    if abs(timezone.now() - datetime.fromtimestamp(int(at), UTC)) > FRESH:
        raise GatewayError(401, "not_fresh", _("The message was signed too long ago, or its clock is wrong."))
    if RATE.ask(gateway.name, A_MINUTE)[0]:
        raise GatewayError(429, "too_many", _("This gateway sends too often; nothing was kept of this message."))
    return gateway


@transaction.atomic
def take(gateway: Gateway, body: bytes, content_type: str, now: datetime) -> Alert:
    """Keep one message as an alert; GatewayError when it cannot be read or was taken before."""
    said = _read(body, content_type)
    message = said.get("message_id") or ""
    if not message or len(message) > 200:
        raise GatewayError(400, "misused", _("Each message has a message_id of its own."))
    digest = hashlib.sha256(f"{gateway.name}\0{message}".encode()).hexdigest()
    GatewayMessage.objects.filter(at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            GatewayMessage.objects.create(digest=digest, at=now)
    except IntegrityError:
        raise GatewayError(409, "taken_before", _("This message was taken before.")) from None
    return _kept(gateway, said, now)


def _kept(gateway: Gateway, said: Mapping[str, str], now: datetime) -> Alert:
    text, place = said.get("text", ""), said.get("place", "").strip()
    label = Label(Marking.CONFIDENTIAL, frozenset({f"mission:{gateway.mission}"}))
    alert = Alert.objects.create(
        mission=gateway.mission, entered_at=now, what=_word("what", said.get("what", "")),
        place=NUMBER.sub(HIDDEN, place)[:120] or _("not said"), text=hidden(text, said.get("name", ""), place),
        channel="sms" if "form" in said.get("via", "") else "hook", received_at=now,
        exercise=said.get("exercise", "").lower() in ("1", "true", "yes"), **label_fields(label),
    )  # fmt: skip
    if any(said.get(name, "").strip() for name in ("name", "from", "text")):
        seal_caller(alert, identity=said.get("name", ""), number=said.get("from", ""), words=text, consent="not-asked")
    note(alert, "alert.entered", f"system:gateway {gateway.name}")
    return alert


def hidden(text: str, name: str, place: str = "") -> str:
    """The words without telephone numbers, and without any word of the caller's name, however it is written."""
    shown, parts = NUMBER.sub(HIDDEN, text.strip()), name_parts(name, place)
    either = "|".join(map(re.escape, parts))
    return re.sub(rf"(?<!\w)(?:{either})(?!\w)", HIDDEN, shown, flags=re.IGNORECASE) if parts else shown


def _word(field: str, said: str) -> str:
    known = [one.word for one in words_of(Alert, field)]
    return said if said in known else "tension"


def _read(body: bytes, content_type: str) -> dict[str, str]:
    """What was sent, as texts: a JSON object, or a form as message gateways send it."""
    try:
        if content_type == "application/json":
            sent: Any = json.loads(body)
            via = "json"
        else:
            sent, via = dict(parse_qsl(body.decode(), strict_parsing=True, max_num_fields=40)), "form"
    except (ValueError, RecursionError):
        raise GatewayError(400, "not_readable", _("What was sent is neither JSON nor a form.")) from None
    if not isinstance(sent, dict) or any(not isinstance(one, str | int | float | bool) for one in sent.values()):
        raise GatewayError(400, "not_readable", _("What was sent is no object of texts and numbers."))
    if any("\0" in str(one) or "\ud800" <= max(str(one), default="") <= "\udfff" for one in sent.values()):
        raise GatewayError(400, "not_readable", _("What was sent holds characters that no text has."))
    return {f"{name}": f"{one}" for name, one in sent.items()} | {"via": via}
