"""In which form does everything under /api/ leave?

One place for all of it, whatever made the answer: what went wrong is a problem (RFC 9457), a list is given in parts or
as CSV where that is asked, and an answer that the asker has already is not sent again (ETag).
"""

import json
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.translation import gettext as _

from bluehelm.web.accounts.problems import is_for_programs
from bluehelm.web.accounts.token_auth import no_token
from bluehelm.web.api.described import ANSWERS
from bluehelm.web.api.listed import ASKED, Part, after, as_csv, name_of, part_asked, refuse
from bluehelm.web.missions.refusals import REFUSED, Refusal, RefusedError, problem, refusal_of
from bluehelm.web.posts.acting import NotAllowedError

PROBLEM = "application/problem+json"
CODES = {
    400: "misused", 401: "not_signed_in", 403: "not_accepted", 404: "not_found", 405: "method_not_allowed",
    410: "gone", 411: "misused", 413: "too_large", 415: "not_readable", 429: "too_many", 503: "busy",
}  # fmt: skip
CARRIED = ("Allow", "WWW-Authenticate", "Retry-After", "Cache-Control")


def answered(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give what is asked under /api/ its form; pages are left as they are."""

    def in_form(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        if not is_for_programs(request) or not isinstance(response, HttpResponse):
            return response
        if response.status_code >= 400 or _leads_to_sign_in(response):
            return as_problem(request, response)
        try:
            return _unless_known(request, _as_asked(request, response))
        except RefusedError as error:
            return problem(request, error.refusal)

    in_form.process_exception = refused  # type: ignore[attr-defined]  # where Django looks for it
    return in_form


def refused(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The problem of a refusal that a plain view raised; pages and failures are left to others."""
    if not is_for_programs(request):
        return None
    if isinstance(error, NotAllowedError):
        return problem(request, Refusal(403, "not_allowed", error.what, request.path, _("Ask in another post.")))
    return problem(request, refusal_of(error)) if isinstance(error, REFUSED) else None


def _leads_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith(reverse(settings.LOGIN_URL))


def as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What went wrong as a problem, with what the form or the answer said of it."""
    if response.headers.get("Content-Type", "").startswith(PROBLEM):
        return response
    if response.status_code == 302:
        return no_token(request)
    status = response.status_code
    code = "changed_meanwhile" if status == 409 else CODES.get(status, "failed" if status >= 500 else "refused")
    what, next_step = _words(status)
    given = problem(request, Refusal(status, code, what, request.path, next_step, problems_of(response)))
    for name in CARRIED:
        if name in response.headers:
            given[name] = response[name]
    return given


def _words(status: int) -> tuple[str, str]:
    described = _("/api/openapi.json says what each answer takes.")
    if status == 404:
        return _("There is no such answer."), _("/api/openapi.json lists every answer there is.")
    if status == 405:
        return _("This address does not take this method."), described
    if status == 409:
        return _("Somebody else changed this meanwhile."), _("Read the record again, then send with its row_version.")
    if status in (401, 403):
        return _("This was not accepted."), _("Send a token: Authorization: Bearer bluehelm_...")
    if status == 413:
        return _("What was sent is too large."), _("Send less at once.")
    if status >= 500:
        return _("The answer could not be made."), _("Try again; if it happens twice, please report it.")
    return _("What was sent could not be used."), described


def problems_of(response: HttpResponse) -> list[str]:
    """What a refused form says of each field, where the page that shows it kept that for programs."""
    return list(getattr(response, "problems", []))


def _as_asked(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with the part of its list that is asked for, as JSON or CSV; as it is where nothing is asked."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or not set(ASKED) & set(request.GET):
        return response
    match = request.resolver_match
    known = ANSWERS.get(match.view_name if match else "")
    part = part_asked(request)
    if known is None or not known.lists:
        if part == Part():
            return response
        raise refuse(request, _("This answer is no list."))
    name = part.list or next(iter(known.lists))
    if name not in known.lists:
        raise refuse(request, _("list is one of %(lists)s.") % {"lists": ", ".join(known.lists)})
    return _listed(request, response, part, (name, known.lists[name]))


def _listed(
    request: HttpRequest, response: HttpResponse, part: Part, which: tuple[str, tuple[str, ...]]
) -> HttpResponse:
    name, fields = which
    told = json.loads(response.content)
    rows = told[name] if name else told
    following = getattr(request, "next_cursor", None)
    if following is None:
        rows, following = after(request, rows, [name_of(row, fields) for row in rows], part)
    if part.form == "csv":
        response.content = as_csv(rows, fields).encode()
        response["Content-Type"] = "text/csv; charset=utf-8"
        response["Content-Disposition"] = f'attachment; filename="{name or "rows"}.csv"'
    else:
        response.content = json.dumps({**told, name: rows, "next_cursor": following or None} if name else rows)
    if following:
        query = request.GET.copy()
        query["cursor"] = following
        response["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return response


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Nothing but its mark when the asker has this very answer. It was read all the same, and noted as read."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
