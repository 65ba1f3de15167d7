"""What does somebody see who guessed too often?

The same page whether the name exists or not.
"""

from collections.abc import Mapping

from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from bluehelm.web.accounts.models import User

LONGEST_NAME = 150


def tried_name(request: HttpRequest, credentials: Mapping[str, str] | None) -> str:
    """The name somebody tried to sign in with, as lockout counts it: `Anna` and `anna ` are one."""
    tried = (credentials or {}).get("username") or request.POST.get("login", "")
    return tried.strip().lower()[:LONGEST_NAME]


def locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: Mapping[str, str] | None = None
) -> HttpResponse:
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    answer = render(request, "account/locked_out.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    answer["Cache-Control"] = "no-store"
    return answer


def is_locked(user: User) -> bool:
    """Whether the name is locked from some address now."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    tried = AccessAttempt.objects.filter(username=user.get_username().lower(), attempt_time__gte=since)
    return bool(tried.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).exists())
