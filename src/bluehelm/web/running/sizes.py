"""How much may be sent at once?

What is larger is refused by its own word before any of it is read: Django would write a file of any size to the disk
first. What a form may hold beside files, and how large a file of a kind may be, is said where it is read.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from bluehelm.web.accounts.problems import is_for_programs
from bluehelm.web.missions.refusals import Refusal, problem


def bounded(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuse what is too large once it is known who asks, and before the first look at it."""

    def passed_on(request: HttpRequest) -> HttpResponseBase:
        return answer(request)

    passed_on.process_view = too_large  # type: ignore[attr-defined]  # where Django looks for it
    return passed_on


def too_large(request: HttpRequest, *_view: Any) -> HttpResponse | None:
    """413 where more is announced than may be sent; None otherwise."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdecimal() and len(announced) < 19 and int(announced) <= settings.MOST_SENT_BYTES:
        return None
    most = {"most": f"{settings.MOST_SENT_BYTES // 2**20:,}"}
    what = _("What was sent is too large; the most is %(most)s MB.") % most
    refusal = Refusal(413, "too_large", what, request.path, _("Send less at once."))
    if is_for_programs(request):
        return problem(request, refusal)
    return render(request, "missions/refusal.html", {"refusal": refusal}, status=refusal.status)
