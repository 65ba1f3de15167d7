"""What does the program say to whoever watches over it?"""

import hmac

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from bluehelm import __version__
from bluehelm.web.running.counting import TALLY

NEVER_KEPT = {"Cache-Control": "no-store"}


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 while the records answer, 503 when they do not; says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            cursor.fetchone()
    except DatabaseError:
        connection.close()  # a broken one is not kept for the next request
        return JsonResponse({"ok": False, "release": __version__}, status=503, headers=NEVER_KEPT)
    return JsonResponse({"ok": True, "release": __version__}, headers=NEVER_KEPT)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The counts of this process, to whoever knows BLUEHELM_METRICS_TOKEN; where none is set there is no such page."""
    wanted = settings.METRICS_TOKEN
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not wanted or not hmac.compare_digest(shown.encode(), wanted.encode()):
        raise Http404
    return HttpResponse(TALLY.text(), content_type="text/plain; version=0.0.4; charset=utf-8", headers=NEVER_KEPT)
