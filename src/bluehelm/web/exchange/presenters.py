"""How is a file of records shown as JSON?"""

from typing import Any

from bluehelm.web.exchange import reads
from bluehelm.web.exchange.kinds import RecordKind
from bluehelm.web.exchange.models import RecordFile
from bluehelm.web.posts.acting import Actor

LISTED = 50


def home_json(actor: Actor) -> dict[str, Any]:
    taken_in = {kind.name for kind in reads.kinds_taken_in(actor)}
    files = reads.files_shown_to(actor).defer("content", "changes")[:LISTED]
    return {
        "kinds": [kind_json(kind, kind.name in taken_in) for kind in reads.kinds_read(actor)],
        "files": [file_json(file) for file in files],
        "versions": [],
    }


def kind_json(kind: RecordKind, is_taken_in: bool) -> dict[str, Any]:
    columns = [
        {"name": one.name, "title": str(one.title), "required": one.required, "only_out": one.only_out}
        for one in kind.columns
    ]
    return {"kind": kind.name, "title": str(kind.title), "taken_in": is_taken_in, "columns": columns}


def file_json(file: RecordFile) -> dict[str, Any]:
    """A file of records; `found` is what it would change when it was last looked at."""
    return {
        "record_file": file.pk,
        "kind": file.kind,
        "state": file.state,
        "mapping": file.mapping,
        "header": file.header,
        "found": file.found or None,
        "given_at": file.given_at.isoformat(),
        "ended_at": file.ended_at.isoformat() if file.ended_at else None,
        "row_version": file.row_version,
        "inputs": [{"name": file.file_name, "sha256": file.sha256}],
    }
