"""At which address is the JSON of which page?

`/api` before a page's own address, with the same query. What cannot be answered is said as RFC 9457 has it, with the
error object of the command line inside. An app adds its answers with one line here, or as plain views with one line
each in `described.py`; what all of them have in common is done in `answering.py`.
"""

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from bluehelm import __version__
from bluehelm.web.accounts.token_auth import answer_refusals
from bluehelm.web.api.openapi import described
from bluehelm.web.missions.refusals import REFUSED, Refusal, problem, refusal_of
from bluehelm.web.posts.acting import NotAllowedError


class Described(NinjaAPI):
    """An API whose description has the plain views in it too."""

    def get_openapi_schema(self, **named: Any) -> OpenAPISchema:
        return described(super().get_openapi_schema(**named))


api = Described(
    title="bluehelm",
    version=__version__,
    description="The JSON of every page: /api before the page's own address, with the same query; and its deeds.",
    docs_url=None,  # its page loads scripts from other machines
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("", "bluehelm.web.missions.api.router", tags=["missions"])
api.add_router("", "bluehelm.web.data.api.router", tags=["data"])
api.add_router("", "bluehelm.web.impact.api.router", tags=["impact"])

answer_refusals(api)


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, refusal_of(error))


for kind in REFUSED:
    api.exception_handler(kind)(refused)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer where there is none."""
    next_step = _("/api/openapi.json lists every answer there is.")
    return problem(request, Refusal(404, "not_found", _("There is no such answer."), request.path, next_step))


@api.exception_handler(ValidationError)
def misused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The answer to a query that cannot be read."""
    problems = [f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in error.errors]
    what, next_step = _("The query cannot be read."), _("/api/openapi.json says what each answer takes.")
    return problem(request, Refusal(400, "misused", what, request.path, next_step, problems))


@api.exception_handler(NotAllowedError)
def not_yours(request: HttpRequest, error: NotAllowedError) -> HttpResponse:
    """The answer to a post that may not ask."""
    return problem(request, Refusal(403, "not_allowed", error.what, request.path, _("Ask in another post.")))


@api.exception_handler(HttpError)
def not_allowed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The answer where the reader may not ask."""
    return problem(request, Refusal(error.status_code, "refused", str(error), request.path, ""))


@api.exception_handler(Exception)
def failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer when the program failed; what went wrong stands in the terminal, not here."""
    logging.getLogger("django.request").error("The answer at %s failed.", request.path, exc_info=error)
    what = _("The answer could not be made.")
    next_step = _("Try again; if it happens twice, please report it with the text from the terminal.")
    return problem(request, Refusal(500, "failed", what, request.path, next_step))


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer at an address that nothing has: to programs a problem, to people a page."""
    if request.path_info.startswith("/api/"):
        return not_found(request, exception)
    return page_not_found(request, exception)


urlpatterns: list[URLPattern | URLResolver] = [path("api/", api.urls)]
