"""What would somebody send who wishes the program ill? Made from the program's own addresses, so that new ones are in.

Every `Attempt` is one request that must be answered with a clear refusal, and change nothing.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from bluehelm.web.posts.acting import NOBODY

FORM = "application/x-www-form-urlencoded"
PART = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")

TEXTS = {
    "oversized": "A" * 100_000,
    "control characters": "a\x00b\x07\x1b[2J\x7f\r\nSet-Cookie: x=1",
    "path traversal": "../../../../etc/passwd",
    "path traversal, encoded": "..%2f..%2f..%2fetc%2fshadow%00",
    "SQL": "' OR '1'='1'; DROP TABLE findings_finding; --",
    "template": "{{ settings.SECRET_KEY }}{% include '/etc/passwd' %}${7*7}#{7*7}",
    "formula": "=cmd|' /C calc'!A0",
    "markup": "<script>alert(document.cookie)</script>\"'><img src=x onerror=alert(1)>",
    "format": "{0.__class__.__init__.__globals__}%s%s%n%x",
    "number too large": "9" * 400,
    "number past the database": str(2**63 + 1),
    "negative": "-1",
    "not a number": "NaN",
    "Unicode": "\u202e\ud7ff\ufeff\U000e0001\u0000ﬀ",
    "dates": "9999-99-99",
    "code": "__import__('os').system('id')",
    "object": '{"$ne": null}',
    "blank": " \t\r\n",
}
"""By what each tries."""


@dataclass(frozen=True)
class Attempt:
    """One request: how, where, as whom, and with what."""

    family: str
    method: str
    url: str
    who: str = "sym-planner"
    data: Any = None
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    checks_key: bool = False
    length: str = ""

    def __str__(self) -> str:
        return f"{self.family}: {self.method} {self.url[:100]!r} as {self.who}, {self.content_type} {self.data!r:.200}"


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every address and its view."""
    for part in (resolver or get_resolver()).url_patterns:
        path = before + str(part.pattern).removeprefix("^").removesuffix("$")
        if isinstance(part, URLPattern):
            yield path, part.callback
        else:
            yield from addresses(part, path)


def filled(address: str, fill: dict[str, str] | None = None) -> str:
    """An address with its parts filled with what is there, or with what is asked for."""
    usual = {
        "number": "1", "mission": "UNSYM", "what": "pledge", "code": "STATE-B-1", "verb": "edit", "table": "events",
        "slot": "S1", "name": "pledges", "pk": "1", "deed": "close", "kind": "countries", "outcome": "O1.1",
        "provider_id": "none",
    }  # fmt: skip
    path = PART.sub(lambda part: (fill or {}).get(part["name"], usual.get(part["name"], "1")), address)
    return "/" + re.sub(r"\(\?P<\w+>[^)]*\)", "1", path)


def quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def in_paths() -> Iterator[Attempt]:
    """A hostile text in every part of every address; each address takes every text in its turn."""
    texts = list(TEXTS.items())
    turn = 0
    for address, _view in addresses():
        for part in PART.finditer(address):
            for _ in range(6):
                family, text = texts[turn % len(texts)]
                turn += 1
                if family == "blank" or (family, part["name"]) == ("markup", ""):
                    continue
                url = filled(address, {part["name"]: quoted(text[:3000])})
                yield Attempt(f"path, {family}", "get", url, "hq-forces")


def field_names() -> list[str]:
    """The fields of every form the program has."""
    found: set[str] = set()
    waiting = list(forms.BaseForm.__subclasses__())
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.startswith("bluehelm"):
            found |= set(getattr(form, "base_fields", {}))
    return sorted(found | {"expected_sha256", "text", "number", "post", "reason", "next"})


OWN = ("accounts/", "demo/", "posts/choose/", "posts/look-away/")
"""Addresses whose forms belong to allauth, or that change nothing but one's own session."""
NOTHING_TYPED = ("forces/rotations/ask/",)
"""Deeds that take nothing typed, so that nothing in a form can be wrong."""


def deeds() -> Iterator[str]:
    """Every address that takes a form, for people and for programs."""
    for address, view in addresses():
        if not address.startswith(OWN) and takes_forms(view):
            yield address


def takes_forms(view: Any) -> bool:
    """Whether a view says so to somebody who is signed in and asks by which methods it is reached."""
    request = RequestFactory().options("/")
    request.user, request.actor = _Somebody(), NOBODY
    try:
        return "POST" in view(request).headers.get("Allow", "")
    except (TypeError, AttributeError, Http404):  # it looks at its address first: a page that is only read
        return False


class _Somebody:
    is_authenticated = True
    is_active = True


def in_forms(names: list[str]) -> Iterator[Attempt]:
    """Every deed with one hostile text in every field; the fields that are choices, numbers or days refuse it."""
    texts = [(family, text) for family, text in TEXTS.items() if family != "blank"]
    turn = 0
    for address in deeds():
        if address in NOTHING_TYPED:
            continue
        verbs = VERBS.get(address.removeprefix("api/"), [""])
        for verb in verbs:
            for _ in range(2):
                family, text = texts[turn % len(texts)]
                turn += 1
                url = filled(address, {"verb": verb} if verb else None)
                data = dict.fromkeys(names, text)
                if address.startswith("api/"):
                    yield Attempt(f"API, {family}", "post", url, "hq-forces", json.dumps(data), "application/json")
                else:
                    yield Attempt(f"form, {family}", "post", url, "hq-forces", data)


def _verbs() -> dict[str, list[str]]:
    from bluehelm.web.findings import deeds as findings
    from bluehelm.web.forces.deeds import SUBJECTS
    from bluehelm.web.outlook import deeds as outlook

    return {
        "findings/<int:number>/<slug:verb>/": sorted(findings.ALL),
        "forces/<slug:what>/<slug:code>/<slug:verb>/": sorted(
            {one.verb for each in SUBJECTS.values() for one in each.deeds}
        ),
        "outlook/<int:number>/<slug:verb>/": sorted(outlook.RELEASE_DEEDS),
        "lens/<int:number>/<slug:verb>/": sorted(outlook.LENS_DEEDS),
    }


VERBS = _verbs()

BODIES: dict[str, tuple[bytes, str]] = {
    "deep JSON": (b"[" * 200_000 + b"]" * 200_000, "application/json"),
    "deep object": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "application/json"),
    "JSON that is none": (b'{"title": "a"', "application/json"),
    "wrong type": (b'{"title": {"a": [1]}, "expected_version": [[1]]}', "application/json"),
    "a list": (b"[1, 2, 3]", "application/json"),
    "a long number": (b'{"expected_version": ' + b"9" * 100_000 + b"}", "application/json"),
    "infinite": (b'{"expected_version": Infinity, "title": NaN}', "application/json"),
    "UTF-16": ('{"title": "a"}'.encode("utf-16"), "application/json"),
    "Latin-1": ('{"title": "é"}'.encode("latin-1"), "application/json"),
    "lone surrogate": (b'{"title": "\\ud800", "expected_version": 1}', "application/json"),
    "broken parts": (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    "no boundary": (b"nothing", "multipart/form-data"),
    "too many fields": (b"&".join(b"a%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded"),
    "too large": (b"title=" + b"A" * 4_000_000, "application/x-www-form-urlencoded"),
    "bytes": (bytes(range(256)) * 20, "application/x-www-form-urlencoded"),
    "unknown character set": (b"title=a", "application/x-www-form-urlencoded; charset=nonsense"),
    "XML": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "text/xml"),
    "compressed": (zlib.compress(b"0" * 1_000_000), "application/json"),
}


def in_bodies() -> Iterator[Attempt]:
    """Every kind of body that is not what it says, to every deed of programs and a few of people."""
    chosen = [address for address in deeds() if address.startswith("api/")]
    chosen += ["findings/new/", "forces/files/", "outlook/new/", "plans/<str:mission>/edit/"]
    for address in chosen:
        for family, (body, kind) in BODIES.items():
            who = "hq-forces" if "forces" in address else "sym-jmac"
            fill = {"verb": "cite"} if "findings" in address else None
            yield Attempt(f"body, {family}", "post", filled(address, fill), who, body, kind)


def bomb(members: int = 1, size: int = 21_000_000) -> bytes:
    """A small file that is large when it is unpacked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(members):
            file.writestr(f"{number}.csv", b"0" * size)
    return packed.getvalue()


def files() -> Iterator[Attempt]:
    """Files that are none: bombs, other encodings, paths as names, too many columns, no end."""
    header = b"code,contributor,capability\n"
    contents = {
        "zip bomb": (bomb(), "a.csv"),
        "zip bomb as table": (bomb(3), "a.xlsx"),
        "traversal in an archive": (_archive("../../../../tmp/evil.csv"), "a.zip"),
        "UTF-16": ("code\nä".encode("utf-16"), "a.csv"),
        "Latin-1": ("code\nä".encode("latin-1"), "a.csv"),
        "null characters": (header + b"\x00\x00,\x00\n", "a.csv"),
        "many columns": (b",".join(b"c%d" % n for n in range(20_000)) + b"\n", "a.csv"),
        "one long cell": (header + b'"' + b"A" * 3_000_000, "a.csv"),
        "open quotation": (header + b'"a,b\n' * 1000, "a.csv"),
        "formula": (header + b"=cmd|' /C calc'!A0,STATE-B,x\n", "a.csv"),
        "SQL": (header + b"'; DROP TABLE forces_pledge; --,STATE-B,x\n", "a.csv"),
        "name with a path": (header, "../../../evil.csv"),
        "nothing": (b"", "a.csv"),
        "program": (b"\x7fELF" + bytes(2000), "a.csv"),
    }
    for family, (content, name) in contents.items():
        for what in ("pledges", "requirements", "contributors", "nonsense", "../secret"):
            data = {"what": what, "file": SimpleUploadedFile(name, content)}
            yield Attempt(f"file, {family}", "post", "/forces/files/", "hq-forces", data)
    for what in ("pledges", "nonsense", "../../x"):
        for text in ("", "code\n=1", "A" * 100_000):
            data = {"what": what, "file_name": "../x", "text": text, "expected_sha256": "0" * 64}
            yield Attempt("file, not the one that was looked at", "post", "/forces/files/apply/", "hq-forces", data)


def _archive(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(name, "code\n1")
    return packed.getvalue()


FORGED = {
    "no secret": "Bearer ",
    "unknown": "Bearer bluehelm_" + "x" * 43,
    "other scheme": "Basic YWRtaW46YWRtaW4=",
    "none algorithm": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbmlzdHJhdG9yIn0.",
    "SQL": "Bearer ' OR 1=1 --",
    "long": "Bearer " + "A" * 50_000,
    "digest": "Bearer " + "0" * 64,
    "characters": "Bearer \xe9\xff",
}


def announced() -> Iterator[Attempt]:
    """More announced than a disk holds, to every deed."""
    for address in deeds():
        for length in ("1000000000000", "9" * 40, "-1", "a"):
            yield Attempt("announced size", "post", filled(address), "hq-forces", b"title=a", FORM, length=length)


def with_forged_tokens() -> Iterator[Attempt]:
    """Every address of programs, asked with a token that is none, beside a session that is good."""
    forged = list(FORGED.items())
    for turn, (address, view) in enumerate(one for one in addresses() if one[0].startswith("api/")):
        for number in range(3):
            family, header = forged[(turn + number) % len(forged)]
            method = "post" if takes_forms(view) else "get"
            url = filled(address)
            yield Attempt(f"token, {family}", method, url, "administrator", {}, headers={"Authorization": header})


def without_key() -> Iterator[Attempt]:
    """Every deed, sent from a page elsewhere: with the session and without the page's key."""
    for address in deeds():
        url = filled(address)
        yield Attempt("another site's form", "post", url, "hq-forces", {"title": "a"}, checks_key=True)
        forged = {"title": "a", "csrfmiddlewaretoken": "0" * 64}
        yield Attempt("another site's form, with a key", "post", url, "hq-forces", forged, checks_key=True)


def of_others() -> Iterator[Attempt]:
    """Records of another mission or state by their numbers and codes, to be read and to be changed."""
    codes = {
        "pledge": ["STATE-B-1", "STATE-B-2"], "case": ["UNSYM-R-1-1"], "visit": ["STATE-B-2-V-1"],
        "card": ["STATE-B-2-K-1"], "undeclared": ["UNSYM-U-1"], "ministerial": ["STATE-B-M-1"],
        "tours": ["STATE-B-T-1"], "contributor": ["STATE-B"],
    }  # fmt: skip
    for before in ("", "/api"):
        for what, each in codes.items():
            for code in each:
                yield Attempt("another state's record", "get", f"{before}/forces/{what}/{code}/", "state-a")
                for verb in ("edit", "withdraw", "relabel"):
                    url = f"{before}/forces/{what}/{code}/{verb}/"
                    data = {"expected_version": "1", "reason": "mine now", "strength": "1"}
                    yield Attempt("another state's record", "post", url, "state-a", data)
        for who in ("oth-planner", "state-a", "researcher"):
            yield Attempt("another mission's finding", "get", f"{before}/findings/1/", who)
            for verb in ("edit", "cite", "end", "relabel"):
                data = {"expected_version": "1", "reason": "mine now", "title": "mine"}
                yield Attempt("another mission's finding", "post", f"{before}/findings/1/{verb}/", who, data)
    for table in ("events", "../events", "secret"):
        yield Attempt("a version that is not there", "get", f"/api/tables/{quoted(table)}/999/", "oth-planner")


def in_queries() -> Iterator[Attempt]:
    """The queries of programs that cannot be read: dates, parts, cursors, forms."""
    for address, view in addresses():
        if not address.startswith("api/") or takes_forms(view):
            continue
        for name in ("limit", "cursor", "format"):
            for family in ("oversized", "SQL", "path traversal", "control characters", "number too large"):
                url = f"{filled(address)}?{name}={quoted(TEXTS[family][:2000])}"
                yield Attempt(f"query, {family}", "get", url, "hq-forces")


def attempts() -> list[Attempt]:
    names = field_names()
    families = (
        in_paths(), in_forms(names), in_bodies(), files(), announced(), with_forged_tokens(), without_key(),
        of_others(), in_queries(),
    )  # fmt: skip
    return [one for each in families for one in each]
