"""Which of a file's columns probably means which of a table's, and what would come of it?

The wizard proposes a mapping from the file's own header and cells, with a reason and a confidence for every column,
and tries it: the dry run is the import itself, stopped before anything is kept. A person reads, corrects and uses it.
"""

import gzip
import re
import tempfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from bluehelm.definitions.column_names import column_names
from bluehelm.language import _, called
from bluehelm.sources import PROVIDERS, IntakeError, Wanted, receive
from bluehelm.sources.mapped import FORMATS, FileMapping, provider_of
from bluehelm.sources.proposing import Proposal, Words, propose, unknown_words
from bluehelm.sources.reading import sample_rows
from bluehelm.tables import TABLES, Column
from bluehelm.tables.provenance import SourceNote
from bluehelm.workflows.import_file import ImportRefusedError, ImportReport, import_with
from bluehelm.workflows.mapping import mapping_text, parse_mapping


@dataclass(frozen=True, slots=True)
class ProposedMapping:
    """What the wizard found: a mapping, the reasons, what the file has beside it and what the table still lacks.

    `dry_run` is what importing with the mapping would do; None while something required is missing.
    """

    file: str
    mapping: FileMapping
    proposals: tuple[Proposal, ...]
    unused: tuple[str, ...]
    missing: tuple[Column, ...]
    text: str
    dry_run: ImportReport | None
    refusal: IntakeError | None = None


def propose_mapping(
    home: Path, path: Path, table_name: str, *, sheet: str | None = None, header_row: int = 1
) -> ProposedMapping:
    """Propose how a CSV or XLSX file becomes a table, and try it; nothing is changed.

    Raises IntakeError when the file cannot be read at all or there is no such table.
    """
    if table_name not in TABLES:
        what = _(
            "There is no table {table_name!r}; there is: {tables}.", table_name=table_name, tables=", ".join(TABLES)
        )
        raise IntakeError("unknown_table", what, "--table", _("`bluehelm tables --json` says what each one holds."))
    table, words = TABLES[table_name], _words()
    with tempfile.TemporaryDirectory(prefix="bluehelm-map-") as folder:
        files = Wanted(FORMATS, _separator(path), sheet, header_row)
        delivered = receive(path, Path(folder), wanted=files)
        sample = sample_rows(delivered, SAMPLE_ROWS)
    proposals = propose(sample, table, words)
    columns = {proposal.column: proposal.mapping for proposal in proposals}
    mapping = FileMapping(_note(path), table, columns, files, tuple(unknown_words(sample, table, proposals, words)))
    used = {column.source for column in columns.values()}
    proposed = ProposedMapping(
        file=path.name,
        mapping=mapping,
        proposals=tuple(proposals),
        unused=tuple(name for name in sample.columns if name not in used),
        missing=tuple(_missing(mapping)),
        text="",
        dry_run=None,
    )
    proposed = replace(proposed, text=_text_of(proposed))
    return proposed if proposed.missing else _tried(home, path, proposed)


SAMPLE_ROWS = 20_000
SEPARATORS = (",", ";", "\t", "|")


def _words() -> Words:
    said = column_names()
    return Words(said.names, said.unknown, said.dates)


def _separator(path: Path) -> str:
    """The sign that parts the header's columns: the one that stands in it most often."""
    if path.suffix.lower() == ".xlsx" or not path.is_file():
        return ","
    opening = {".gz": gzip.open, ".zip": None}.get(path.suffix.lower(), open)
    if opening is None:
        return ","
    try:
        with opening(path, "rb") as file:
            header = file.readline(1 << 16)
    except (OSError, EOFError, zlib.error):
        return ","  # what is wrong with the file is said where it is read
    return max(SEPARATORS, key=lambda sign: header.count(sign.encode()))


def _note(path: Path) -> SourceNote:
    """A note to begin with: a person completes it."""
    stem = re.sub(r"[^a-z0-9]+", "-", path.name.split(".")[0].lower()).strip("-")[:60] or "file"
    name = stem if len(stem) > 1 and stem not in PROVIDERS else f"own-{stem}"
    return SourceNote(name, f"Rows of {path.name}", "not said", "not said", "")


def _missing(mapping: FileMapping) -> list[Column]:
    computed = {"gid"} if {"latitude", "longitude"} <= set(mapping.columns) else set()
    return [
        column
        for column in mapping.table.columns
        if column.required and column.name not in mapping.columns and column.name not in computed
    ]


def _text_of(proposed: ProposedMapping) -> str:
    remarks = [
        _("Proposed by bluehelm for {file}; read it before you use it.", file=proposed.file),
        *(
            _(
                "{column}: {reasons} (confidence {confidence:.2f})",
                column=each.column,
                reasons="; ".join(each.reasons),
                confidence=each.confidence,
            )
            for each in proposed.proposals
        ),
        *(
            _("MISSING {name}: {meaning}; add `from` or `constant`", name=column.name, meaning=called(column.meaning))
            for column in proposed.missing
        ),
    ]
    if proposed.unused:
        remarks.append(_("not used: {unused}", unused=", ".join(proposed.unused)))
    return mapping_text(proposed.mapping, [" ".join(remark.split()) for remark in remarks])


def _tried(home: Path, path: Path, proposed: ProposedMapping) -> ProposedMapping:
    """The dry run of the proposal, bad rows set aside, or the refusal it would meet."""
    try:
        parse_mapping(proposed.text, _("the proposed mapping"))
        report = import_with(home, provider_of(proposed.mapping), path, dry_run=True, set_aside=True)
    except ImportRefusedError as refused:
        return replace(proposed, refusal=refused.cause)
    return replace(proposed, dry_run=report)
