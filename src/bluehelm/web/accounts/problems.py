"""How is a refusal said to a program? As RFC 9457 has it: application/problem+json."""

import json

from django.http import HttpRequest, HttpResponse

KIND = "application/problem+json"


def problem(status: int, code: str, what: str, *, challenge: str = "") -> HttpResponse:
    """A refusal with a stable code and a sentence; `challenge` goes into WWW-Authenticate."""
    body = {"type": "about:blank", "title": code, "status": status, "detail": what}
    answer = HttpResponse(json.dumps(body), status=status, content_type=KIND)
    answer["Cache-Control"] = "no-store"
    if challenge:
        answer["WWW-Authenticate"] = challenge
    return answer


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or request.get_preferred_type(["text/html", "application/json"]) == (
        "application/json"
    )
