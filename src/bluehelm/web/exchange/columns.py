"""Which column of a file is which of ours?

What this organisation said of such a file before; else the same name, in whatever letters; else a name that people
give it. What cannot be told is left for a person.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from bluehelm.web.exchange.kinds import RecordKind
from bluehelm.web.exchange.models import RememberedColumns
from bluehelm.web.posts.models import Post


def header_digest(header: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(header)).encode()).hexdigest()


def proposed(kind: RecordKind, header: Sequence[str], post: Post) -> dict[str, str]:
    """Our columns, each with the file's column that it is read from."""
    before = RememberedColumns.objects.filter(
        organisation=post.organisation, kind=kind.name, header_sha256=header_digest(header)
    ).first()
    if before:
        return dict(before.mapping)
    by_word = {_word(name): name for name in reversed(header)}
    found = {}
    for column in kind.taken_in:
        words = [column.name, *column.also, str(column.title)]
        if said := next((by_word[_word(word)] for word in words if _word(word) in by_word), None):
            found[column.name] = said
    return found


def _word(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def remember(kind: RecordKind, header: Sequence[str], mapping: Mapping[str, str], post: Post) -> None:
    RememberedColumns.objects.update_or_create(
        organisation=post.organisation,
        kind=kind.name,
        header_sha256=header_digest(header),
        defaults={"mapping": dict(mapping)},
    )


def wrong(kind: RecordKind, header: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """Why a mapping cannot be used; empty when it can."""
    known = {column.name for column in kind.taken_in}
    problems = [
        _("There is no column %(name)s to fill.") % {"name": repr(name)} for name in mapping if name not in known
    ]
    problems += [
        _("The file has no column %(name)s.") % {"name": repr(name)} for name in mapping.values() if name not in header
    ]
    missing = [column.name for column in kind.taken_in if column.required and not mapping.get(column.name)]
    problems += [_("Say which column of the file is %(name)s.") % {"name": repr(name)} for name in missing]
    twice = sorted({name for name in mapping.values() if list(mapping.values()).count(name) > 1})
    return problems + [_("The file's column %(name)s is used twice.") % {"name": repr(name)} for name in twice]
