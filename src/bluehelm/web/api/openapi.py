"""How is every answer described, those that are plain views too?

Django-ninja describes its own operations; the others are described here from their addresses, `described.py` and the
forms of their deeds, in the same document (OpenAPI 3.1).
"""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.openapi.schema import OpenAPISchema

from bluehelm.web.api.described import ANSWERS, Answer, Forms
from bluehelm.web.api.listed import MOST

Json = dict[str, Any]
PART = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
SCHEMAS: dict[str, Json] = {
    "int": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "minLength": 1},
    "str": {"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
}
PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "error"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "error": {
            "type": "object",
            "required": ["code", "what", "where", "unchanged", "next", "problems"],
            "properties": {
                **{name: {"type": "string"} for name in ("code", "what", "where", "unchanged", "next")},
                "problems": {"type": "array", "items": {"type": "string"}},
            },
        },
    },
}
AS_PROBLEM: Json = {
    "description": "A problem (RFC 9457), with the error of the command line inside.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
ETAG: Json = {"ETag": {"schema": {"type": "string"}, "description": "Send it as If-None-Match: 304 if all is alike."}}
LINK: Json = {"Link": {"schema": {"type": "string"}, "description": 'The next part of the list, rel="next".'}}
WAYS: list[Json] = [{"token": []}, {"session": []}]


def addresses(resolver: URLResolver | None = None, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Every address under api/ with its name; those of django-ninja begin with `api:`."""
    for part in (resolver or get_resolver()).url_patterns:
        path = before + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from addresses(part, path, f"{space}{part.namespace}:" if part.namespace else space)
        elif path.startswith("api/") and isinstance(part, URLPattern):
            yield path, f"{space}{part.name}"


def described(schema: OpenAPISchema) -> OpenAPISchema:
    """The description that django-ninja made, with every other answer, list, token and problem in it."""
    paths: Json = schema["paths"]
    names = {_path(address): name for address, name in addresses()}
    for path, operations in paths.items():
        for operation in operations.values():
            _complete(operation, ANSWERS.get(names.get(path, ""), Answer("")))
    for address, name in addresses():
        if not name.startswith("api:") and name in ANSWERS:
            paths[_path(address)] = _operations(address, name, ANSWERS[name])
    schema["paths"] = dict(sorted(paths.items()))
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token of one's account, with its scopes."},
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
    }
    return schema


def _path(address: str) -> str:
    return "/" + PART.sub(r"{\g<name>}", address)


def _operations(address: str, name: str, answer: Answer) -> Json:
    operation: Json = {
        "operationId": re.sub(r"\W", "_", name),
        "summary": answer.summary,
        "tags": [address.split("/")[1]],
        "parameters": [_place(match) for match in PART.finditer(address)],
        "security": WAYS if answer.deeds else [{}, *WAYS],
    }
    if answer.scope:
        operation["description"] = f"The scope of a token: {'a deed' if answer.deeds else 'read'}:{answer.scope}."
    if answer.deeds:
        _describe_deeds(operation, answer.deeds())
        return {"post": operation}
    for query, what in answer.query.items():
        operation["parameters"].append(_query(query, what, {"type": "string"}))
    _complete(operation, answer)
    return {"get": operation}


def _place(match: re.Match[str]) -> Json:
    schema = SCHEMAS[match["converter"] or "str"]
    return {"name": match["name"], "in": "path", "required": True, "schema": schema}


def _query(name: str, what: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "required": False, "description": what, "schema": schema}


def _complete(operation: Json, answer: Answer) -> None:
    """What every answer has: its mark and problems; of lists their rows, parts and CSV."""
    whole: Json = {"type": "object"}
    if answer.lists:
        operation.setdefault("parameters", []).extend(_parts(list(answer.lists)))
        rows: Json = {"type": "array", "items": {"type": "object"}}
        is_list = "" in answer.lists
        whole = rows if is_list else {"type": "object", "properties": dict.fromkeys(answer.lists, rows)}
    content: Json = {media: {"schema": whole} if media.endswith("json") else {} for media in answer.media}
    if answer.lists:
        content["text/csv"] = {"schema": {"type": "string"}}
    found: Json = {"description": "OK", "headers": {**ETAG, **(LINK if answer.lists else {})}, "content": content}
    operation["responses"] = {"200": found, "304": {"description": "As you have it."}, "default": AS_PROBLEM}


def _parts(lists: list[str]) -> list[Json]:
    numbers = {"type": "integer", "minimum": 1, "maximum": MOST}
    given = [
        _query("limit", "At most so many rows; all of them without.", numbers),
        _query("cursor", "What the part before gave as next_cursor and in Link.", {"type": "string"}),
        _query("format", "json, or csv for the rows of one list.", {"type": "string", "enum": ["json", "csv"]}),
    ]
    if len(lists) > 1:
        given.append(_query("list", "Which list limit, cursor and csv are about.", {"type": "string", "enum": lists}))
    return given


def _describe_deeds(operation: Json, forms_by_verb: Forms) -> None:
    """The fields of every verb, from the forms that read them."""
    told = {verb: _fields(form) for verb, form in forms_by_verb.items()}
    body = {"type": "object", "anyOf": [{"title": verb, **fields} if verb else fields for verb, fields in told.items()]}
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    done = {
        "type": "object",
        "required": ["done", "at"],
        "properties": {"done": {"const": True}, "at": {"type": "string"}},
    }
    operation["responses"] = {
        "200": {
            "description": "Done; `at` is the record's address.",
            "content": {"application/json": {"schema": done}},
        },
        "default": AS_PROBLEM,
    }


def _fields(form: type[forms.Form]) -> Json:
    fields = form.base_fields
    required = [name for name, field in fields.items() if field.required]
    return {"properties": {name: _schema(field) for name, field in fields.items()}, "required": required}


def _schema(field: forms.Field) -> Json:
    if isinstance(field, forms.BooleanField):
        return {"type": "boolean"}
    if isinstance(field, forms.IntegerField):
        return {"type": ["integer", "null"]}
    if isinstance(field, forms.MultipleChoiceField):
        return {"type": "array", "items": {"type": "string"}}
    if isinstance(field, forms.DateField):
        return {"type": "string", "format": "date"}
    return {"type": "string"}
