"""Which actor does every request carry, and which tables does it see?"""

from collections.abc import Callable, Iterable, Iterator

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.functional import SimpleLazyObject

from bluehelm.store import Reading
from bluehelm.web.audit.reads import append_read
from bluehelm.web.posts.acting import Actor, actor_of_request
from bluehelm.workflows.readers import label_of, tables_as_read_by

Answer = Callable[[HttpRequest], HttpResponseBase]


def acting(answer: Answer) -> Answer:
    """Set `request.actor`, found out when it is first asked for, and hide the tables it may not read."""

    def with_actor(request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: actor_of_request(request))  # type: ignore[attr-defined]  # ours to add

        with tables_as_read_by(lambda: _actor(request).reader_of("table")) as reading:
            response = answer(request)
        note_reads(reading, _actor(request))
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"  # what is answered to one person is kept by no machine
        if isinstance(response, StreamingHttpResponse):
            # what is streamed is made after this function has returned, by the actor that answered: a token's, say
            response.streaming_content = _streamed(_actor(request), response.streaming_content)  # type: ignore[arg-type]  # WSGI: not async
        return response

    return with_actor


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set above
    return actor


def _streamed(actor: Actor, parts: Iterable[bytes]) -> Iterator[bytes]:
    with tables_as_read_by(lambda: actor.reader_of("table")) as reading:
        yield from parts
    note_reads(reading, actor)


def note_reads(reading: Reading, actor: Actor) -> None:
    """Write the restricted table versions that were read into the audit."""
    if not reading.restricted:
        return
    labels = [label_of(label) for label in reading.restricted.values()]
    keys = [f"{table}/{number}" for table, number in sorted(reading.restricted)]
    marking = max(label.marking for label in labels).value
    with transaction.atomic():
        append_read(kind="table", keys=keys, by=actor.account, post=actor.post_code, marking=marking)
