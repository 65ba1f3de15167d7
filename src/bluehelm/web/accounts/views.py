"""What does a person see of the own account: sessions, tokens, second factor?"""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from requests import RequestException

from bluehelm.web.accounts.forms import TokenForm
from bluehelm.web.accounts.models import ApiToken, User
from bluehelm.web.accounts.people import keeps_accounts
from bluehelm.web.accounts.recording import record
from bluehelm.web.accounts.second_factor import has_second_factor, role_asks_for_second_factor
from bluehelm.web.accounts.tokens import TokenError, make_token, revoke_token
from bluehelm.web.posts.acting import posts_of
from bluehelm.web.posts.models import Post
from bluehelm.web.posts.rights import rights


@login_required
@never_cache
@require_GET
def own_account(request: HttpRequest) -> HttpResponse:
    """The account at a glance, and where each part of it is changed."""
    user = _person(request)
    shown = {
        "posts": [{"post": post, "role": rights().role(post.role)} for post in posts_of(user)],
        "has_second_factor": has_second_factor(user),
        "factors": Authenticator.objects.filter(user=user).order_by("type", "pk"),
        "role_asks": role_asks_for_second_factor(user),
        "sessions": len(_sessions_of(user)),
        "keeps_accounts": keeps_accounts(request),
        "tokens": _working_tokens(user).count(),
    }
    return render(request, "accounts/own_account.html", shown)


@never_cache
def password_reset(request: HttpRequest) -> HttpResponse:
    """A link by mail where mail is configured; where it is not, whom to ask for one."""
    if settings.MAIL_IS_CONFIGURED:
        sent: HttpResponse = allauth_views.password_reset(request)
        return sent
    return render(request, "accounts/ask_for_a_link.html")


@never_cache
def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the issuer; where it does not answer as an issuer does, that is said."""
    try:
        leaving: HttpResponse = openid_connect.login(request, provider_id)
    except (RequestException, KeyError):
        return render(request, "socialaccount/authentication_error.html", status=502)
    return leaving


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the account is signed in; sent, it ends all but this one."""
    user = _person(request)
    if request.method == "POST":
        others = [session for session in _sessions_of(user) if not session.is_current()]
        _end(user, others)
        messages.success(request, _("All other sessions have ended."))
        return redirect("usersessions_list")
    return render(request, "accounts/sessions.html", {"sessions": _sessions_of(user)})


@login_required
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of the own sessions; to end the present one is to sign out."""
    session = get_object_or_404(UserSession, user=_person(request), pk=_number(request.POST.get("session")))
    if session.is_current():
        return redirect("account_logout")
    _end(_person(request), [session])
    messages.success(request, _("The session has ended."))
    return redirect("usersessions_list")


@login_required
@never_cache
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    shown = {"tokens": _person(request).api_tokens.all(), "now": timezone.now()}
    return render(request, "accounts/tokens.html", shown)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
@sensitive_variables("secret")
def new_token(request: HttpRequest) -> HttpResponse:
    """A form for another token; the answer to it is the only one that ever shows the secret."""
    user = _person(request)
    held = posts_of(user)
    post = _post_asked_for(request, held)
    if post is None:
        return render(request, "accounts/new_token.html")
    form = TokenForm(request.POST if request.method == "POST" else None, post=post, rights=rights())
    if form.is_valid():
        try:
            token, secret = make_token(owner=user, post=post, **form.cleaned_data)
            return render(request, "accounts/token_made.html", {"token": token, "secret": secret})
        except TokenError as refused:
            form.add_error(None, str(refused))
    return render(request, "accounts/new_token.html", {"form": form, "post": post, "posts": held})


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, owner=_person(request), pk=pk)
    revoke_token(token=token, by=_person(request).get_username())
    messages.success(request, _("The token %(name)s was revoked.") % {"name": token.name})
    return redirect("api_tokens")


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _sessions_of(user: User) -> list[UserSession]:
    """The sessions that still hold, the newest first; those that ended by themselves are forgotten on the way."""
    held = UserSession.objects.purge_and_list(user)
    return sorted(held, key=lambda session: session.created_at, reverse=True)


def _end(user: User, ended: list[UserSession]) -> None:
    for session in ended:
        session.end()
    if ended:
        record("account.sessions_ended", user.get_username(), count=len(ended))


def _working_tokens(user: User) -> Any:
    return user.api_tokens.filter(revoked_at=None, expires_at__gt=timezone.now())


def _post_asked_for(request: HttpRequest, held: list[Post]) -> Post | None:
    asked = request.POST.get("post") or request.GET.get("post")
    if not asked:
        return held[0] if held else None
    post = next((post for post in held if post.code == asked), None)
    if post is None:
        raise Http404
    return post


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0
