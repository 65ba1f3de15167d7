"""Who may look at the audit?"""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from bluehelm.web.audit.reads import KIND
from bluehelm.web.posts.acting import Actor

View = Callable[..., HttpResponse]


def actor_from(request: HttpRequest) -> Actor:
    """The actor that the middleware found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    return actor


def is_auditor(request: HttpRequest) -> bool:
    return actor_from(request).may("read", KIND)


def auditors_only(view: View) -> View:
    """To everybody else there is no such page; whoever has not signed in is asked to."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        if is_auditor(request):
            return view(request, *args, **named)
        if request.user.is_authenticated or request.path.startswith("/api/"):
            raise Http404
        return redirect(f"{reverse('account_login')}?next={request.path}")

    return guarded
