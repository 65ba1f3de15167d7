"""Has an entry of the audit been changed, taken out, moved or put in since it was written?

Each entry carries a SHA-256 of its number, its instant, its content and the hash of the entry before it. The first
entry names the ledger by a random number and takes its beginning from that number, so that two ledgers never share a
chain. The content enters as a hash of its own, made with a random nonce: an entry can leave without its content and
the chain still be followed, and nobody finds out the content by trying likely ones.

What is hashed is canonical JSON: keys sorted, no blanks, UTF-8, no fractions. A chain proves only that it hangs
together. One that was written anew from its beginning, or cut off at its end, hangs together too, and is found only
with a checkpoint kept elsewhere.

Standard library only: this module verifies on any machine, without a database and without the web application.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import TypeAlias

JSON: TypeAlias = "bool | int | str | list[JSON] | dict[str, JSON] | None"
"""What an entry's detail may hold: JSON without fractions, because no two programs write a fraction alike."""

BEGUN = "audit.begun"
"""The deed of the first entry; its key is the ledger's random number."""


class NotCanonicalError(ValueError):
    """A value has no canonical JSON: a fraction, a key that is no text, or text that is no Unicode."""


class ExportError(ValueError):
    """A line of an export is no entry of an audit."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as it is hashed: `at` is UTC as ISO text, `detail` is canonical JSON text."""

    sequence: int
    at: str
    deed: str
    by: str
    post: str
    kind: str
    key: str
    detail: str
    reason: str
    marking: int
    audience: str
    nonce: str
    previous_hash: str
    hash: str = ""

    @property
    def content(self) -> str:
        """The hash of what the entry says; raises NotCanonicalError."""
        return _sha256({name: getattr(self, name) for name in CONTENT})


@dataclass(frozen=True, slots=True)
class Withheld:
    """An entry without its content, for a reader who may not read it: the chain can still be followed."""

    sequence: int
    at: str
    content: str
    previous_hash: str
    hash: str


Entry: TypeAlias = Link | Withheld

COLUMNS = tuple(field.name for field in fields(Link))
CONTENT = tuple(name for name in COLUMNS if name not in ("sequence", "at", "previous_hash", "hash"))
NUMBERS = ("sequence", "marking")
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along a chain found.

    `entries` counts the rows there are. `first_bad` is the first number whose entry is missing, doubled or not what
    was written, None when every entry holds; `reason` says which. `head` is the last entry before it. `noted` is the
    hash at the number that was to be noted, None when the walk did not come so far.
    """

    entries: int = 0
    first_bad: int | None = None
    reason: str = ""
    ledger: str | None = None
    head: Entry | None = None
    noted: str | None = None

    @property
    def holds(self) -> bool:
        return self.first_bad is None


def canonical(value: object) -> str:
    """Canonical JSON text of a value; raises NotCanonicalError."""
    _refuse_fractions(value)
    text = ENCODER.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotCanonicalError("holds text that is no Unicode") from None
    return text


def _refuse_fractions(value: object) -> None:
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise NotCanonicalError(f"has the key {key!r}, which is no text")
            _refuse_fractions(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_fractions(inner)
    else:
        raise NotCanonicalError(f"holds {value!r}: write a fraction, a date or a key as text")


def _sha256(value: object) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def beginning(ledger: str) -> str:
    """The hash that stands before a ledger's first entry."""
    return _sha256({"bluehelm audit": 1, "ledger": ledger})


def hash_of(entry: Entry) -> str:
    """The hash an entry must carry; raises NotCanonicalError."""
    return _sha256(
        {
            "sequence": entry.sequence,
            "at": entry.at,
            "content": entry.content,
            "previous_hash": entry.previous_hash,
        }
    )


def linked(link: Link) -> Link:
    """The same entry with its hash."""
    return replace(link, hash=hash_of(link))


def withheld(link: Link) -> Entry:
    """The entry without its content; the first entry names the ledger and says nothing else, so it stays whole."""
    if link.sequence == 1:
        return link
    return Withheld(link.sequence, link.at, link.content, link.previous_hash, link.hash)


def verify(entries: Iterable[Entry], *, since: int = 0, note: int | None = None) -> Verdict:
    """Walk along a chain in the order of its numbers; with `since`, along the part after that number.

    Such a part is held together from its first entry on; that it continues what came before is not shown. `note`
    asks for the hash at one number, for comparison with a checkpoint.
    """
    count, noted, ledger = 0, None, None
    before: Entry | None = None
    first_bad, reason = None, ""
    for entry in entries:
        count += 1
        if first_bad is not None:
            continue
        expected = since + 1 if before is None else before.sequence + 1
        if reason := _wrong(entry, before, expected):
            first_bad = min(expected, entry.sequence) if _is_number(entry.sequence) else expected
            continue
        if entry.sequence == 1 and isinstance(entry, Link):
            ledger = entry.key
        if before is None and note == since:
            noted = entry.previous_hash
        if entry.sequence == note:
            noted = entry.hash
        before = entry
    return Verdict(count, first_bad, reason, ledger, before, noted)


def _wrong(entry: Entry, before: Entry | None, expected: int) -> str:
    """What is wrong with an entry in its place; empty when it holds."""
    if not _is_number(entry.sequence) or entry.sequence < expected:
        return f"entry {entry.sequence} is not in its place"
    if entry.sequence > expected:
        return f"entry {expected} is missing"
    return _wrong_in_itself(entry) or _wrong_after(entry, before)


def _wrong_in_itself(entry: Entry) -> str:
    for field in fields(entry):
        value = getattr(entry, field.name)
        if not (_is_number(value) if field.name in NUMBERS else isinstance(value, str)):
            return f"the {field.name} of entry {entry.sequence} is not of the kind that was written"
    try:
        intact = hash_of(entry) == entry.hash
    except NotCanonicalError:
        intact = False
    return "" if intact else f"entry {entry.sequence} is not what was written"


def _wrong_after(entry: Entry, before: Entry | None) -> str:
    if before is not None and entry.previous_hash != before.hash:
        return f"entry {entry.sequence} does not follow entry {before.sequence}"
    if entry.sequence == 1 and not _begins(entry):
        return "entry 1 does not begin a ledger"
    return ""


def _begins(entry: Entry) -> bool:
    return isinstance(entry, Link) and entry.deed == BEGUN and entry.previous_hash == beginning(entry.key)


def _is_number(value: object) -> bool:
    return type(value) is int


def as_line(entry: Entry) -> str:
    """An entry as one line of an export."""
    return canonical(asdict(entry))


def from_lines(lines: Iterable[str]) -> Iterator[Entry]:
    """The entries of an export; raises ExportError naming the line that is none."""
    for number, line in enumerate(lines, start=1):
        try:
            columns = json.loads(line)
            yield (Withheld if "content" in columns else Link)(**columns)
        except (ValueError, TypeError, RecursionError):
            raise ExportError(f"Line {number} is not an entry of the audit.") from None
