"""Who is signed in with one click, and where alone is that possible?

Only while `bluehelm demo` or `bluehelm serve` shows a demonstration's data folder to this machine, outside production,
and only into accounts that the demonstration's builder made. A file put into another folder opens nothing: the accounts
there are not the demonstration's.
"""

import ipaddress
import json

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bluehelm.web.accounts.models import User
from bluehelm.web.posts.acting import posts_of
from bluehelm.web.posts.rights import rights

MARK = "demo.json"


def is_demonstration(request: HttpRequest) -> bool:
    """Whether a click may sign somebody in: every one of the conditions holds."""
    return (
        not settings.BLUEHELM_PRODUCTION
        and settings.SERVED_TO_THIS_MACHINE
        and _is_this_machine(request)
        and _folder_is_a_finished_demonstration()
    )


def demo_people() -> QuerySet[User]:
    return User.objects.filter(is_demo=True, is_active=True).order_by("pk")


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The demonstration's posts to choose from; 404 wherever this is not the demonstration."""
    if not is_demonstration(request) or not demo_people().exists():
        raise Http404
    if request.method == "POST":
        user = _person_asked_for(request)
        logout(request)  # somebody else may be signed in, whose session must not be taken over
        record_authentication(request, user, "demonstration")
        answer: HttpResponse = perform_login(request, user, email_verification="none")
        return answer
    return render(request, "accounts/demo_sign_in.html", {"groups": _cards()})


def _person_asked_for(request: HttpRequest) -> User:
    asked = request.POST.get("person")
    user = next((person for person in demo_people() if person.username == asked), None)
    if user is None:
        raise Http404
    return user


def _cards() -> dict[str, list[dict[str, object]]]:
    """One card a person and post, under the name of its organisation."""
    groups: dict[str, list[dict[str, object]]] = {}
    for person in demo_people():
        for post in posts_of(person):
            card = {"person": person, "post": post, "role": rights().role(post.role)}
            groups.setdefault(post.organisation.name, []).append(card)
    return groups


def _is_this_machine(request: HttpRequest) -> bool:
    """Whether asked from here, for a name of here, past no proxy."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    host, _ = split_domain_port(request.get_host())
    return _is_loopback(host.strip("[]")) and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _folder_is_a_finished_demonstration() -> bool:
    try:
        mark = json.loads((settings.BLUEHELM_HOME / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(mark, dict) and mark.get("complete") is True
