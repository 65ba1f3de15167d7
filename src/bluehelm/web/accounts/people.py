"""Who has an account, and what does an administrator do to it in the browser?

The same deeds as `bluehelm user`, done by a named person in an administrator's post.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.web.accounts import actions
from bluehelm.web.accounts.forms import AccountForm, ReasonForm
from bluehelm.web.accounts.lockout import is_locked
from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.presenters import account_json
from bluehelm.web.accounts.second_factor import has_second_factor
from bluehelm.web.accounts.token_auth import token_or_session
from bluehelm.web.missions.refusals import refused_on
from bluehelm.web.posts.acting import Actor, posts_of

PEOPLE_A_PAGE = 50
View = Callable[..., HttpResponse]


def keeps_accounts(request: HttpRequest) -> bool:
    """Whether the actor of a request may change accounts; fit for a section of the navigation."""
    return _actor(request).may("create", "account")


def administrators_only(view: View) -> View:
    """404 for everybody who may not change accounts; whoever is not signed in is led to sign in."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not keeps_accounts(request):
            raise Http404
        return view(request, *args, **named)

    return guarded


@administrators_only
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """All accounts, by name; found by a part of the name or the address."""
    wanted = request.GET.get("find", "").strip()
    page = Paginator(_found(wanted), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    rows = [{"user": user, "posts": posts_of(user), "factor": has_second_factor(user)} for user in page]
    return render(request, "accounts/people.html", {"rows": rows, "pages": page, "find": wanted})


@token_or_session("create:account")
@administrators_only
@require_safe
def people_json(request: HttpRequest) -> JsonResponse:
    """The accounts of the page, all at once."""
    found = _found(request.GET.get("find", "").strip())
    return JsonResponse({"accounts": [account_json(user) for user in found]})


@token_or_session("create:account")
@administrators_only
@require_safe
def person_json(request: HttpRequest, pk: int) -> JsonResponse:
    return JsonResponse(account_json(get_object_or_404(User, pk=pk)))


@administrators_only
@require_http_methods(["GET", "POST"])
@sensitive_variables("path")
def new_person(request: HttpRequest) -> HttpResponse:
    """Open an account; the answer shows the link with which its owner sets a password."""
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = actions.open_account(**form.cleaned_data, by=_actor(request))
            path = actions.password_link(name=user.get_username(), by=_actor(request))
            return _show_link(request, user, path)
        except actions.AccountError as refused:
            form.add_error(None, f"{refused.what} {refused.next_step}")
    return render(request, "accounts/new_person.html", {"form": form})


@administrators_only
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    shown = {
        "person": user,
        "posts": posts_of(user),
        "factor": has_second_factor(user),
        "is_locked": is_locked(user),
        "tokens": user.api_tokens.filter(revoked_at=None, expires_at__gt=timezone.now()).count(),
        "reason": ReasonForm(auto_id="id_%s_close"),
        "reason_factor": ReasonForm(auto_id="id_%s_factor"),
    }
    return render(request, "accounts/person.html", shown)


@require_POST
@administrators_only
@sensitive_variables("path")
def make_link(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    try:
        path = actions.password_link(name=user.get_username(), by=_actor(request))
    except actions.AccountError as refused:
        messages.error(request, f"{refused.what} {refused.next_step}")
        return refused_on(person, request, pk)
    return _show_link(request, user, path)


@require_POST
@administrators_only
def change(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Close, reopen or unlock an account, or remove its second factors."""
    user = get_object_or_404(User, pk=pk)
    if deed not in CHANGES:
        raise Http404
    act, done, takes_reason = CHANGES[deed]
    reason = {"reason": request.POST.get("reason", "").strip()} if takes_reason else {}
    try:
        act(name=user.get_username(), by=_actor(request), **reason)
    except actions.AccountError as refused:
        messages.error(request, f"{refused.what} {refused.next_step}")
        return refused_on(person, request, pk)
    messages.success(request, done)
    return redirect("person", pk)


CHANGES: dict[str, tuple[Callable[..., Any], Any, bool]] = {
    "close": (actions.close_account, gettext_lazy("The account is closed."), True),
    "reopen": (actions.reopen_account, gettext_lazy("The account is open again."), True),
    "unlock": (actions.unlock_account, gettext_lazy("The account is unlocked."), False),
    "remove-factors": (actions.remove_second_factors, gettext_lazy("The second factors are removed."), True),
}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware of posts
    return actor


def _found(wanted: str) -> QuerySet[User]:
    everybody = User.objects.order_by("username")
    if "\0" in wanted:  # which PostgreSQL cannot look for, and no name holds
        return everybody.none()
    if not wanted:
        return everybody
    return everybody.filter(username__icontains=wanted) | everybody.filter(email__icontains=wanted)


def _show_link(request: HttpRequest, user: User, path: str) -> HttpResponse:
    link = request.build_absolute_uri(path)
    messages.success(request, _("A link for %(name)s is made.") % {"name": user.get_username()})
    return render(request, "accounts/link_made.html", {"person": user, "link": link})
