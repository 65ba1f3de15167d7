"""How is a refusal said to a program, and which requests come from one?"""

from django.http import HttpRequest, HttpResponse

from bluehelm.web.missions.refusals import Refusal, problem


def refuse(
    request: HttpRequest, status: int, code: str, what: str, next_step: str, *, challenge: str = ""
) -> HttpResponse:
    """A problem as every answer of the API says it; `challenge` goes into WWW-Authenticate."""
    answer = problem(request, Refusal(status, code, what, request.path, next_step))
    answer["Cache-Control"] = "no-store"
    if challenge:
        answer["WWW-Authenticate"] = challenge
    return answer


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
