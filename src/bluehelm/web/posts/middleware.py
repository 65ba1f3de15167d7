"""Which actor does every request carry?"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from bluehelm.web.posts.acting import actor_of_request

Answer = Callable[[HttpRequest], HttpResponse]


def acting(answer: Answer) -> Answer:
    """Set `request.actor`, found out when it is first asked for."""

    def with_actor(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of_request(request))  # type: ignore[attr-defined]  # ours to add
        return answer(request)

    return with_actor
