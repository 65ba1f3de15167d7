"""How do the rows of a version leave for a program?

As `bluehelm export` writes them, for a reader who may see the version: small counts about people held back and the
release noted, rows that are persons refused.
"""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest

from bluehelm.disclosure import EVERYONE
from bluehelm.store.labels import admitted
from bluehelm.tables import TABLES
from bluehelm.web.disclosure.actions import note_export
from bluehelm.web.missions.refusals import Refusal, RefusedError
from bluehelm.web.missions.shown import store_for
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.export_table import Exported, ExportRefusedError, export_table

MEDIA = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


def rows_file(request: HttpRequest, table: str, number: int, form: str) -> FileResponse:
    """The rows as a file; Http404 for an unknown table or form, RefusedError where rows may not leave as such."""
    if table not in TABLES or form not in MEDIA:
        raise Http404
    store = store_for(request)
    version = store.version(table, number)
    name = f"{table}-{number}.{form}"
    try:
        with store.scratch() as scratch:
            written = export_table(store, version, form, scratch / name, allowed=lambda one: admitted(one.label))
            file: Any = (scratch / name).open("rb")  # what is open outlives its name, and goes when it was sent
    except ExportRefusedError as refused:
        refusal = Refusal(403, refused.code, refused.what, request.path, refused.next_step)
        raise RefusedError(refusal) from None
    _note(written, request.actor)  # type: ignore[attr-defined]  # set by the middleware
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA[form])
    answer["ETag"] = f'"{written.sha256}"'
    return answer


def _note(written: Exported, actor: Actor) -> None:
    """Note that counts about people left, and to whom."""
    if written.held_back is None:
        return
    to = frozenset({f"post:{actor.post_code}" if actor.post else EVERYONE})
    held_back = sum(written.held_back.values())
    note_export(version=written.version, to=to, held_back=held_back, sha256=written.sha256, by=actor)
