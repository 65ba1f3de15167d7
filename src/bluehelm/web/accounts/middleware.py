"""When does a signed-in person have to sign in again, or to set up a second factor first?"""

from collections.abc import Callable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.problems import is_for_programs, refuse
from bluehelm.web.accounts.recording import SIGNED_IN_AT
from bluehelm.web.accounts.second_factor import has_second_factor, needs_second_factor

Answer = Callable[[HttpRequest], HttpResponse]

SEEN_AT = "seen_at"
NOTED_EVERY = timedelta(minutes=1)
"""A session's last request is noted this often: more would write to the database at every click."""


def sessions_end(answer: Answer) -> Answer:
    """End a session that is older than allowed; keep one alive that is in use."""

    def with_session_in_time(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if _is_over(request):
                logout(request)
                messages.info(request, _("You were signed out because the session had lasted as long as it may."))
            else:
                _note_use(request)
        return answer(request)

    return with_session_in_time


def _is_over(request: HttpRequest) -> bool:
    began = request.session.get(SIGNED_IN_AT, 0)
    return bool(timezone.now().timestamp() - began > settings.SESSION_LONGEST.total_seconds())


def _note_use(request: HttpRequest) -> None:
    now = timezone.now()
    if now.timestamp() - request.session.get(SEEN_AT, 0) < NOTED_EVERY.total_seconds():
        return
    request.session[SEEN_AT] = now.timestamp()  # saved, hence counted anew towards the idle limit
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)


def second_factor_where_required(answer: Answer) -> Answer:
    """Lead somebody whose role needs a second factor to its page, and nowhere else until it is set up."""

    def with_second_factor(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _must_set_up(request):
            return _lead_to_set_up(request)
        return answer(request)

    return with_second_factor


def _must_set_up(request: HttpRequest) -> bool:
    user = request.user
    if not settings.SECOND_FACTOR_ENFORCED or not isinstance(user, User) or _is_open_before(request.path):
        return False
    return needs_second_factor(user) and not has_second_factor(user) and not _issuer_asked(request)


def _is_open_before(path: str) -> bool:
    open_before = ("mfa_index", "account_logout", "account_reauthenticate", "account_change_password")
    return path.startswith(tuple(reverse(name) for name in open_before))


def _issuer_asked(request: HttpRequest) -> bool:
    """Whether the issuer of single sign-on, which is said to ask for a second factor itself, let the person in."""
    ways = request.session.get("account_authentication_methods", [])
    return settings.OIDC_ASKS_SECOND_FACTOR and any(step["method"] == "socialaccount" for step in ways)


def _lead_to_set_up(request: HttpRequest) -> HttpResponse:
    what = _("Your post needs a second factor. Set up an authenticator app or a passkey to go on.")
    if is_for_programs(request):
        return refuse(request, 403, "second_factor_needed", what, _("Sign in with a browser to set it up."))
    messages.warning(request, what)
    return redirect("mfa_index")
