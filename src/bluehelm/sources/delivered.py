"""Is this file what its name says, whole, readable and safe to unpack?

Everything is refused here that no rule about rows could catch: a truncated or mislabelled archive, a bomb, a
wrong encoding, a file that ends inside a quoted cell. What passes lies in a scratch folder as plain UTF-8 text (CSV,
GeoJSON) or as Parquet (Parquet, and workbooks unfolded into it).
"""

import codecs
import csv
import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from bluehelm.language import _, gettext_noop
from bluehelm.sources.intake import IntakeError

CHUNK = 4 << 20
# Small enough that most slices of most files are plain ASCII, which need no decoding.
SLICE = 64 << 10
# Conflict data packs 5 to 15 times; a file that packs 200 times and is large is not a table of text.
BOMB_RATIO = 200
BOMB_BYTES = 64 << 20
PLAIN_BYTES_MOST = 200 << 30

MAGIC = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"PAR1": "parquet",
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": gettext_noop("old Excel or Word"),
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"SQLite format 3": "SQLite",
    b"\xff\xfe": gettext_noop("UTF-16 text"),
    b"\xfe\xff": gettext_noop("UTF-16 text"),
}

NAMED = {
    ".gz": "gzip",
    ".zip": "zip",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".geojson": "geojson",
    ".json": "geojson",
}
# What a provider's files may be, by kind of file.
FORMATS = {"csv": "csv", "gzip": "csv", "zip": "csv", "parquet": "parquet", "xlsx": "xlsx", "geojson": "geojson"}

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Delivered:
    """A provider's file made plain: `sha256` is of the bytes as given, `raw` our copy of them, `plain` what is read.

    `form` says what `plain` is: text (CSV), rows (Parquet) or json. `row_lines` are the physical lines of rows that
    do not simply follow each other; `notes` is what a reader of the file must be told.
    """

    name: str
    sha256: str
    size: int
    raw: Path
    plain: Path
    header: tuple[str, ...]
    line_breaks: int = 0
    ends_with_break: bool = False
    form: str = "text"
    separator: str = ","
    row_lines: Sequence[int] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files a provider gives: their formats, and how its tables are laid out inside text and workbooks."""

    formats: tuple[str, ...] = ("csv",)
    separator: str = ","
    sheet: str | None = None
    header_row: int = 1


CSV = Wanted()


def receive(path: Path, scratch: Path, progress: Progress | None = None, wanted: Wanted = CSV) -> Delivered:
    """Copy a provider's file into `scratch`, check it and unpack it; raise IntakeError when it cannot be trusted.

    Everything is read from the copy, so that a file which changes meanwhile cannot give rows of two states.
    """
    kind, name = _kind_of(path), path.name
    if FORMATS.get(kind) not in wanted.formats:
        what = _(
            "it is a {kind} file, and this provider's are {formats}",
            kind=_(kind),
            formats=_(" or ").join(wanted.formats),
        )
        raise refuse("mislabelled_file", name, what, _("`bluehelm providers` says which files each one gives."))
    raw = scratch / f"raw{path.suffix.lower()}"
    text = _Text(name)
    is_plain = kind in ("csv", "geojson")
    sha256, size = _copy(path, raw, text if is_plain else None, progress)
    if kind == "parquet":
        return _parquet(Delivered(name, sha256, size, raw, raw, (), form="rows"))
    if kind == "xlsx":
        # Only workbooks need the library that reads them.
        from bluehelm.sources.workbooks import unfold

        return unfold(Delivered(name, sha256, size, raw, raw, (), form="rows"), scratch, wanted)
    plain = raw if is_plain else scratch / "plain.csv"
    if kind == "gzip":
        with gzip.open(raw) as packed:
            _unpack(packed, plain, text, size)
    elif kind == "zip":
        with _unzip(raw, name) as packed:
            _unpack(packed, plain, text, size)
    text.end()
    if kind == "geojson":
        return Delivered(name, sha256, size, raw, plain, (), form="json")
    header = _header(plain, name, wanted.separator)
    return Delivered(
        name, sha256, size, raw, plain, header, text.line_breaks, text.ends_with_break, separator=wanted.separator
    )


def _parquet(delivered: Delivered) -> Delivered:
    """A Parquet file with its column names; its first row is called line 2, as in a CSV saved from it."""
    import pyarrow as pa  # type: ignore[import-untyped]  # only Parquet files need it
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        with pq.ParquetFile(delivered.raw) as file:
            header, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
            for group in range(file.metadata.num_row_groups):
                file.metadata.row_group(group)
    except (pa.ArrowException, OSError) as error:
        what = _("the Parquet file is damaged, cut short or encrypted ({error})", error=str(error).splitlines()[0])
        raise refuse("truncated_file", delivered.name, what, _("Download it again.")) from error
    if not rows:
        raise refuse("empty_file", delivered.name, _("it has columns and no rows"), _("Download it again."))
    return replace(delivered, header=checked_header(header, delivered.name))


def _copy(path: Path, copy: Path, text: "_Text | None", progress: Progress | None) -> tuple[str, int]:
    """Copy a file; return the sha256 of its bytes and their number. Digest, writing and reading share the cores."""
    sha256, size, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as source, copy.open("wb") as target, ThreadPoolExecutor(max_workers=1) as beside:
        while chunk := source.read(CHUNK):
            digesting = beside.submit(sha256.update, chunk)
            target.write(chunk)
            if text:
                text.feed(chunk)
            size += len(chunk)
            if progress:
                progress(size, total)
            digesting.result()
    return sha256.hexdigest(), size


def refuse(code: str, name: str, what: str, next_step: str, problems: tuple[str, ...] = ()) -> IntakeError:
    return IntakeError(code, _("{name} was not taken in: {what}.", name=name, what=what), name, next_step, problems)


def _kind_of(path: Path) -> str:
    """csv, gzip or zip: what both the name and the first bytes say; they must agree."""
    if path.is_dir():
        raise refuse("not_a_file", str(path), _("it is a folder"), _("Name one file inside it."))
    if not path.is_file():
        raise refuse("no_such_file", str(path), _("there is no such file"), _("Check the path."))
    with path.open("rb") as file:
        start = file.read(512)
    if not start.strip():
        raise refuse("empty_file", path.name, _("it is empty"), _("Download it again."))
    named, found = NAMED.get(path.suffix.lower(), "csv"), _kind_by_bytes(start)
    if found == "zip" and named == "xlsx":
        found = "xlsx"  # a workbook is a zip; whether this one is, its reader says
    if found != named:
        what = _("its name says {named}, its bytes say {found}", named=named, found=found)
        raise refuse(
            "mislabelled_file", path.name, what, _("Give a CSV file, or one packed as .gz or .zip, named as such.")
        )
    return found


def _kind_by_bytes(start: bytes) -> str:
    first = start.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if first == b"<":
        return _("a web page")
    if first in (b"{", b"["):
        return "geojson"
    return next((kind for magic, kind in MAGIC.items() if start.startswith(magic)), "csv")


def _unzip(path: Path, name: str) -> IO[bytes]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise refuse("truncated_file", name, _("the zip archive is damaged"), _("Download it again.")) from error
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1 or not members[0].filename.lower().endswith((".csv", ".txt")):
        what = _("a zip must hold exactly one CSV file, and this one holds {number} file(s)", number=len(members))
        raise refuse("mislabelled_file", name, what, _("Unpack it and give the CSV file."), _names(members))
    if members[0].flag_bits & 0x1:
        raise refuse("mislabelled_file", name, _("the zip is encrypted"), _("Unpack it and give the CSV file."))
    return archive.open(members[0])


def _names(members: list[zipfile.ZipInfo]) -> tuple[str, ...]:
    return tuple(member.filename for member in members[:20])


def _unpack(packed: IO[bytes] | gzip.GzipFile, plain: Path, text: "_Text", packed_bytes: int) -> None:
    written = 0
    try:
        with plain.open("wb") as file:
            while chunk := packed.read(CHUNK):
                written += len(chunk)
                if written > PLAIN_BYTES_MOST or (written > BOMB_BYTES and written > BOMB_RATIO * packed_bytes):
                    what = _(
                        "it unpacks to more than {bomb_ratio} times its size, as no table of events does",
                        bomb_ratio=BOMB_RATIO,
                    )
                    raise refuse("unsafe_file", text.name, what, _("Unpack it yourself and look at it first."))
                file.write(chunk)
                text.feed(chunk)
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        what = _("the archive is damaged or cut short ({error})", error=error)
        raise refuse("truncated_file", text.name, what, _("Download it again.")) from error


class _Text:
    """Reads a file's bytes as they pass: UTF-8 throughout, no NUL, lines broken in a known way; or IntakeError."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.line_breaks = 0
        self.ends_with_break = False
        self._returns = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def feed(self, chunk: bytes) -> None:
        for start in range(0, len(chunk), SLICE):
            self._read(chunk[start : start + SLICE])

    def end(self) -> None:
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise refuse(
                "truncated_file", self.name, _("it ends inside a character"), _("Download it again.")
            ) from error
        if self._returns and not self.line_breaks:
            next_step = _("Save it with line feeds as line ends and try again.")
            raise refuse("wrong_line_ends", self.name, _("its lines end in bare carriage returns"), next_step)

    def _read(self, piece: bytes) -> None:
        fault = self._fault(piece)
        if fault:
            what, position = fault
            line = self.line_breaks + piece.count(b"\n", 0, position) + 1
            next_step = _("Save it as UTF-8 (Excel: 'CSV UTF-8') and try again.")
            raise refuse("wrong_encoding", self.name, _("line {line:,} holds {what}", line=line, what=what), next_step)
        self.line_breaks += piece.count(b"\n")
        self._returns += piece.count(b"\r")
        self.ends_with_break = piece.endswith(b"\n")

    def _fault(self, piece: bytes) -> tuple[str, int] | None:
        """What in a piece is not text, and at which byte; None when all of it is."""
        position = piece.find(b"\x00")
        if position >= 0:
            return _("a NUL byte"), position
        if piece.isascii() and not self._decoder.getstate()[0]:
            return None
        try:
            self._decoder.decode(piece)
        except UnicodeDecodeError as error:
            # Bytes held back from the piece before shift the position by three at most; no line break is among them.
            return _("bytes that are not UTF-8 text"), error.start
        return None


def _header(plain: Path, name: str, separator: str) -> tuple[str, ...]:
    with plain.open(encoding="utf-8-sig", newline="") as file:
        # A header longer than this is no header.
        line = file.readline(1 << 20)
    try:
        header = tuple(cell.strip() for cell in next(csv.reader([line], strict=True, delimiter=separator)))
    except (csv.Error, StopIteration) as error:
        raise refuse("bad_header", name, _("line 1 is not a header"), _("Give the file as published.")) from error
    return checked_header(header, name)


def checked_header(header: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The header, when every column has a name of its own; IntakeError otherwise."""
    repeated = sorted({column for column in header if header.count(column) > 1})
    if repeated or "" in header:
        what = (
            _("its header repeats {repeated}", repeated=", ".join(repeated))
            if any(repeated)
            else _("its header has a column without a name")
        )
        raise refuse("bad_header", name, what, _("Give each column its own name."))
    return header
