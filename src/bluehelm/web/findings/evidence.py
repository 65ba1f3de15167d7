"""What does a person write to cite evidence, and what does it name?

One piece a line: `events version 3, SYN000042` or `events version 3` cites a table's version, which must be there;
anything else names a kind and what it is, `document: Patrol report 114`.
"""

import re
from collections.abc import Callable

from bluehelm.spine import ChainError, EvidenceRef, RecordRef, RowRef

VERSION = re.compile(r"(?P<table>[a-z][a-z_]*) version (?P<version>[1-9]\d*)(?:, (?P<key>.+))?")
RECORD = re.compile(r"(?P<kind>[^:]{1,60}): *(?P<id>\S.{0,199})")

Sha256Of = Callable[[str, int], str | None]
"""The digest of a table's version that the writer may read; None when there is none such."""


class EvidenceError(ValueError):
    """Lines that name no evidence; each of `problems` says which and why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def read_evidence(text: str, sha256_of: Sha256Of) -> tuple[EvidenceRef, ...]:
    """The evidence that a text cites, in its order and each once; EvidenceError tells all lines that name none."""
    found: dict[EvidenceRef, None] = {}
    problems = []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            found[_ref(line, sha256_of)] = None
        except ChainError as problem:
            problems.append(str(problem))
    if problems:
        raise EvidenceError(problems)
    return tuple(found)


def _ref(line: str, sha256_of: Sha256Of) -> EvidenceRef:
    if row := VERSION.fullmatch(line):
        table, version = row["table"], int(row["version"])
        sha256 = sha256_of(table, version)
        if sha256 is None:
            raise ChainError(f"{line!r}: there is no version {version} of a table {table}.")
        return RowRef(table, version, row["key"] or "", sha256)
    if record := RECORD.fullmatch(line):
        return RecordRef(record["kind"].strip(), record["id"].strip())
    raise ChainError(f"{line!r}: write a kind and what it is, such as “document: Patrol report 114”.")
