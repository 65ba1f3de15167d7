"""What does a reader see when a question cannot be answered?

What is wrong, where, what is unchanged and what to do next: as a page, or as the error object of the command line.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from bluehelm.definitions import DefinitionError
from bluehelm.store import StoreError
from bluehelm.workflows.brief_mission import UnknownMissionError

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One answer that is no; `nearest` are names the reader may have meant."""

    status: int
    code: str
    what: str
    where: str
    next_step: str
    problems: list[str] = field(default_factory=list)
    nearest: list[str] = field(default_factory=list)

    @property
    def unchanged(self) -> str:
        return _("Nothing was changed.")


class RefusedError(Exception):
    """A question that a page or an answer cannot be made for."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.what)
        self.refusal = refusal


REFUSED = (RefusedError, UnknownMissionError, StoreError, DefinitionError)


def refusal_of(error: Exception) -> Refusal:
    """The refusal that says an error of the library to a reader."""
    if isinstance(error, RefusedError):
        return error.refusal
    if isinstance(error, UnknownMissionError):
        what = _("No mission is called “%(name)s”.") % {"name": error.mission}
        return Refusal(
            404, "unknown_mission", what, error.mission, _("Choose one from the list."), nearest=error.nearest
        )
    if isinstance(error, StoreError):
        status = 404 if error.code == "no_such_version" else 503 if error.code == "busy" else 500
        return Refusal(status, error.code, error.what, error.where, error.next_step)
    if isinstance(error, DefinitionError):
        next_step = _("Correct the definition and load the page again.")
        return Refusal(500, "bad_definition", _("A definition is not sound."), "", next_step, problems=error.problems)
    raise error


def sent_from_elsewhere(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to something sent without the page's own key; the reason is for programmers, not for readers."""
    del reason
    what = _("What was sent here was not accepted.")
    next_step = _("Go back to the page, load it again and try once more.")
    refusal = Refusal(403, "not_accepted", what, request.path, next_step)
    return render(request, "missions/refusal.html", {"refusal": refusal}, status=refusal.status)


def page_refusals(view: View) -> View:
    """A view whose refusals are pages."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except REFUSED as error:
            refusal = refusal_of(error)
            return render(request, "missions/refusal.html", {"refusal": refusal}, status=refusal.status)

    return answered


def refused_on(view: View, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
    """The page that a deed was asked for on, as whoever looks at it sees it, with the status of a refusal.

    What was refused stands in the page's messages.
    """
    request.method, request.POST = "GET", QueryDict()  # nothing is asked for anew
    response = view(request, *given, **named)
    response.status_code = 400 if response.status_code == 200 else response.status_code
    return response


def json_refusals(view: View) -> View:
    """A view whose refusals are JSON, as the command line gives them."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except REFUSED as error:
            return json_refusal(refusal_of(error))

    return answered


def json_refusal(refusal: Refusal) -> JsonResponse:
    return JsonResponse({"error": error_json(refusal)}, status=refusal.status)


def error_json(refusal: Refusal) -> dict[str, Any]:
    """The error object of the command line."""
    return {
        "code": refusal.code,
        "what": refusal.what,
        "where": refusal.where,
        "unchanged": refusal.unchanged,
        "next": refusal.next_step,
        "problems": refusal.problems + refusal.nearest,
    }


def problem(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    """A refusal as RFC 9457 has it, with the error object of the command line inside."""
    answer = {
        "type": "about:blank",
        "title": refusal.what,
        "status": refusal.status,
        "detail": refusal.next_step,
        "instance": request.path,
        "error": error_json(refusal),
    }
    return JsonResponse(answer, status=refusal.status, content_type="application/problem+json")
