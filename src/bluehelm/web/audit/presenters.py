"""How is an entry shown, to people and to programs?"""

import json
from typing import Any

from bluehelm.disclosure import Marking
from bluehelm.web.audit.models import Entry


def row_json(entry: Entry) -> dict[str, Any]:
    """An entry in a list: what was done to which record, without the reason and the detail."""
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "deed": entry.deed,
        "by": entry.by,
        "post": entry.post or None,
        "kind": entry.kind,
        "key": entry.key or None,
        "marking": Marking(entry.marking).code,
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """All that an entry says."""
    return {
        **row_json(entry),
        "detail": json.loads(entry.detail),
        "reason": entry.reason or None,
        "audience": entry.audience or None,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
