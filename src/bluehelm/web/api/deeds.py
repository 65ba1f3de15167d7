"""How does a program do a deed?

It sends to /api before the address of the page's form what a person would type there, as JSON or as a form: the same
form reads it and the same action does it, or says why not. A token does what both its post and its scopes allow; a
browser that is signed in sends the page's key as well.
"""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from bluehelm.web.accounts.token_auth import act_with_token, no_token, refusal, shown_secret
from bluehelm.web.accounts.tokens import TokenRefusedError
from bluehelm.web.missions.refusals import Refusal, problem

View = Callable[..., HttpResponse]
MOST_BYTES = 1_000_000
"""Of what a program types: a thousand times a long finding."""


_LONE = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON can write and no text holds."""


class NotReadableError(ValueError):
    """What was sent is not an object of texts, numbers, truth values and lists of these."""


def by_program(view: View) -> View:
    """The deed of a page's form, for programs: done, it says where the record stands."""

    @require_POST
    @csrf_exempt
    @wraps(view)
    def deed(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if shown_secret(request) is None:
            return _in_session(request, *args, **named) if request.user.is_authenticated else no_token(request)
        try:
            act_with_token(request)
        except TokenRefusedError as refused:
            return refusal(request, refused)
        return _done(request, *args, **named)

    def _done(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            read_typed(request)
        except NotReadableError as error:
            next_step = _("Send an object of texts, numbers and lists as application/json, or a form.")
            return problem(request, Refusal(400, "not_readable", str(error), request.path, next_step))
        response = view(request, *args, **named)
        if response.status_code == 200:  # the empty form, as a page shows it to whoever sent nothing
            next_step = _("/api/openapi.json says what each answer takes.")
            return problem(request, Refusal(400, "misused", _("Nothing was sent."), request.path, next_step))
        if response.status_code != 302:
            return response
        return JsonResponse({"done": True, "at": f"/api{response.headers['Location']}"})

    _in_session = csrf_protect(_done)
    return deed


def read_typed(request: HttpRequest) -> None:
    """Put what was sent as JSON where a form reads what was typed; NotReadableError when that is not possible."""
    if request.content_type != "application/json":
        return
    if len(request.body) > MOST_BYTES:
        raise NotReadableError(_("What was sent is too large."))
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        raise NotReadableError(_("What was sent is no JSON.")) from None
    if not isinstance(sent, dict):
        raise NotReadableError(_("What was sent is no object."))
    typed = QueryDict(mutable=True)
    for name, value in sent.items():
        typed.setlist(name, [_typed(name, one) for one in (value if isinstance(value, list) else [value])])
    typed._mutable = False
    request.POST = typed  # type: ignore[assignment]  # as Django does it for forms
    request._files = MultiValueDict()  # type: ignore[attr-defined]  # none are sent this way


def _typed(name: str, value: Any) -> str:
    """One value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value}"
    if isinstance(value, str) and not _LONE.search(value):
        return value
    raise NotReadableError(_("%(name)s is no text, number or list of these.") % {"name": name[:60]})
