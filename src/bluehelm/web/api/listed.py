"""How is a list given to programs a part at a time, or as CSV?

Asked for nothing, an answer holds its whole list, as the command line's does. `limit` and `cursor` give a part: the
rows after the one that the cursor names, so that a row that comes or goes meanwhile neither repeats nor hides another.
What the cursor names must still be there; where it is not, the answer says so, and the list is begun anew.
"""

import csv
import hashlib
import io
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bluehelm.products.cells import escaped_text
from bluehelm.web.missions.refusals import Refusal, RefusedError

LIMIT, MOST = 100, 1000
"""Rows of a part where a cursor comes without a limit, and at most."""
MOST_DIGITS = 4
ASKED = ("limit", "cursor", "format", "list")

Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)


@dataclass(frozen=True, slots=True)
class Part:
    """What part of a list is asked for; `limit` is 0 for all of it, `after` empty for its beginning."""

    limit: int = 0
    after: str = ""
    form: str = "json"
    list: str = ""


def refuse(request: HttpRequest, what: str, *, status: int = 400, code: str = "misused") -> RefusedError:
    return RefusedError(Refusal(status, code, what, request.path, _("/api/openapi.json says what each answer takes.")))


def part_asked(request: HttpRequest) -> Part:
    """The part that the query asks for; RefusedError when it cannot be read."""
    given = {name: request.GET[name] for name in ASKED if name in request.GET}
    limit, form = given.get("limit", ""), given.get("format", "json")
    if limit and not (limit.isascii() and limit.isdigit() and len(limit) <= MOST_DIGITS and 1 <= int(limit) <= MOST):
        raise refuse(request, _("limit is a whole number from 1 to %(most)s.") % {"most": f"{MOST}"})
    if form not in ("json", "csv"):
        raise refuse(request, _("format is json or csv."))
    after = _read(given["cursor"]) if given.get("cursor") else ""
    if after is None:
        raise refuse(request, _("The cursor is none that an answer gave."))
    return Part(int(limit) if limit else LIMIT if after else 0, after, form, given.get("list", ""))


def cursor_of(name: str) -> str:
    return urlsafe_b64encode(json.dumps([name]).encode()).decode().rstrip("=")


def _read(cursor: str) -> str | None:
    try:
        (name,) = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError):
        return None
    return name if isinstance(name, str) and name else None


def name_of(row: dict[str, Any], fields: Sequence[str]) -> str:
    """What tells a row from the others: its fields of that kind, or all of it."""
    named: Any = [row.get(field) for field in fields] if fields else row
    return hashlib.sha256(json.dumps(named, sort_keys=True, default=str).encode()).hexdigest()[:24]


def after(request: HttpRequest, rows: Sequence[Row], names: Sequence[str], part: Part) -> tuple[Sequence[Row], str]:
    """The rows of a part and the cursor of the next one, empty after the last; RefusedError when its row has gone."""
    first = 0
    if part.after:
        if part.after not in names:
            what = _("The row that the cursor names is not in the list any more.")
            raise refuse(request, what, status=410, code="cursor_gone")
        first = names.index(part.after) + 1
    last = first + part.limit if part.limit else len(rows)
    return rows[first:last], cursor_of(names[last - 1]) if last < len(rows) else ""


def asked_part(request: HttpRequest, records: QuerySet[Record], most: int = 0) -> QuerySet[Record] | Sequence[Record]:
    """The records of the part asked for, so that nothing is made or noted as read of the others; all of them without.

    `most` bounds a list that is never given whole. The request keeps the cursor of the next part for the answer that is
    made of it.
    """
    part = part_asked(request)
    part = replace(part, limit=part.limit or most)
    if not part.limit:
        return records
    if ordering := _columns_of(records):
        found, request.next_cursor = _part_by_columns(request, records, ordering, part)  # type: ignore[attr-defined]
        return found
    keys = list(records.values_list("pk", flat=True))
    chosen, following = after(request, keys, [f"{key}" for key in keys], part)
    request.next_cursor = following  # type: ignore[attr-defined]  # ours to add
    known = records.in_bulk(list(chosen))
    return [known[key] for key in chosen if key in known]


def _columns_of(records: QuerySet[Record]) -> list[tuple[str, bool]]:
    """The columns a list is ordered by and whether downwards; none where the database could not go on from a row.

    It can where every column always has a value and the last one tells any two rows apart.
    """
    names = records.query.order_by or records.model._meta.ordering or ()
    plain = [(name.lstrip("-"), name.startswith("-")) for name in names if isinstance(name, str)]
    if len(plain) < len(names) or not plain or plain[-1][0] not in ("pk", records.model._meta.pk.name):
        return []
    own = {field.name: field for field in records.model._meta.concrete_fields}
    fields = [own.get(name) if name != "pk" else records.model._meta.pk for name, _ in plain]
    return plain if all(field is not None and not field.null for field in fields) else []


def _part_by_columns(
    request: HttpRequest, records: QuerySet[Record], ordering: list[tuple[str, bool]], part: Part
) -> tuple[list[Record], str]:
    """The rows of a part and the cursor of the next one, so that no other row is read."""
    if part.after:
        last = _named(records, part.after)
        if last is None:
            what = _("The row that the cursor names is not in the list any more.")
            raise refuse(request, what, status=410, code="cursor_gone")
        records = records.filter(_beyond(last, ordering))
    found = list(records[: part.limit + 1])
    following = cursor_of(f"{found[part.limit - 1].pk}") if len(found) > part.limit else ""
    return found[: part.limit], following


def _named(records: QuerySet[Record], key: str) -> Record | None:
    try:
        return records.filter(pk=key).first()
    except (ValueError, ValidationError, OverflowError):
        return None


def _beyond(last: Model, ordering: list[tuple[str, bool]]) -> Q:
    """Rows after one: equal in the first columns and beyond it in the next. An index needs the first bound alone."""
    condition, equal = Q(), Q()
    for name, downwards in ordering:
        value = getattr(last, name)
        condition |= equal & Q(**{f"{name}__{'lt' if downwards else 'gt'}": value})
        equal &= Q(**{name: value})
    first, downwards = ordering[0]
    return Q(**{f"{first}__{'lte' if downwards else 'gte'}": getattr(last, first)}) & condition


def as_csv(rows: Sequence[dict[str, Any]], fields: Sequence[str]) -> str:
    """The rows as CSV: what is inside an object is a column of its own, a list stands in one cell between bars."""
    flat = [_flat(row) for row in rows]
    columns = list(dict.fromkeys(name for row in flat for name in row)) or list(fields)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(escaped_text(name) for name in columns)
    writer.writerows([escaped_text(_cell(row.get(name))) for name in columns] for row in flat)
    return text.getvalue()


def _flat(row: dict[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        found |= _flat(value, f"{before}{name}.") if isinstance(value, dict) and value else {f"{before}{name}": value}
    return found


def _cell(value: Any) -> str:
    """A value as CONTRACTS has it: nothing for what is unknown, true and false, bars inside a list."""
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        plain = all(not isinstance(one, dict | list) for one in value)
        return "|".join(map(_cell, value)) if plain else json.dumps(value, ensure_ascii=False)
    return f"{value}"
