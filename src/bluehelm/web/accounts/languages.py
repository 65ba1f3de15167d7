"""In which language does a person read the pages?

The one chosen on a page: kept with the account, and in a cookie for whoever is not signed in. Without a choice it is
the one that the browser asks for, as far as there is one.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bluehelm.language import ENGLISH, speaking
from bluehelm.web.accounts.models import User
from bluehelm.web.missions.refusals import Refusal

Answer = Callable[[HttpRequest], HttpResponse]


def language_of_account(answer: Answer) -> Answer:
    """Answer a signed-in person in the language of the account, wherever he or she signs in; papers made for the page
    and the refusals of what it asks are said in the language of the page."""

    def in_language(request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "")
        if chosen in _known():
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        with speaking(translation.get_language() or ENGLISH):
            return answer(request)

    return in_language


def languages(request: HttpRequest) -> dict[str, Any]:
    """The languages that every page offers (a context processor)."""
    return {"languages": settings.LANGUAGES}


def _known() -> set[str]:
    return {code for code, _name in settings.LANGUAGES}


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Read on in another language, on the page one comes from."""
    chosen, onward = request.POST.get("language", ""), request.POST.get("next", "")
    if chosen not in _known():
        return _refused(request)
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    is_ours = url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}) and onward.startswith("/")
    response = HttpResponseRedirect(onward if is_ours else "/")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=request.is_secure(), httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def _refused(request: HttpRequest) -> HttpResponse:
    what, next_step = _("The pages do not speak this language."), _("Choose one at the foot of a page.")
    refusal = Refusal(400, "no_such_language", what, request.path, next_step)
    return render(request, "missions/refusal.html", {"refusal": refusal}, status=refusal.status)
