"""Which actor does every request carry, and which tables does it see?"""

from collections.abc import Callable, Iterable, Iterator

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.functional import SimpleLazyObject

from bluehelm.disclosure import Reader
from bluehelm.web.posts.acting import Actor, actor_of_request
from bluehelm.workflows.readers import tables_as_read_by

Answer = Callable[[HttpRequest], HttpResponseBase]


def acting(answer: Answer) -> Answer:
    """Set `request.actor`, found out when it is first asked for, and hide the tables it may not read."""

    def with_actor(request: HttpRequest) -> HttpResponseBase:
        actor: Actor = SimpleLazyObject(lambda: actor_of_request(request))  # type: ignore[assignment]  # stands for one
        request.actor = actor  # type: ignore[attr-defined]  # ours to add

        def reader() -> Reader:
            return actor.reader_of("table")

        with tables_as_read_by(reader):
            response = answer(request)
        if isinstance(response, StreamingHttpResponse):
            # what is streamed is made after this function has returned
            response.streaming_content = _streamed(reader, response.streaming_content)  # type: ignore[arg-type]  # WSGI: not async
        return response

    return with_actor


def _streamed(reader: Callable[[], Reader], parts: Iterable[bytes]) -> Iterator[bytes]:
    with tables_as_read_by(reader):
        yield from parts
