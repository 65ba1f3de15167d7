"""What do submissions of the field form say, as Kobo and ODK give them out as CSV or XLSX?

Both write one row a submission, put a group's name before its questions (`harm/killed`, `harm-killed` or nothing) and
split a point into columns of its own. Which of these is used is read from the header. A row that cannot be read is told
with its line; the others are not lost with it.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]

from bluehelm.language import _
from bluehelm.situation.reports import GROUPS, OUTCOMES, ROLES, Harm, Range

MOST_BYTES = 20 * 2**20
MOST_ROWS = 5000
MOST_UNPACKED = 200 * 2**20
LONGEST = {"narrative": 10_000, "response": 10_000}
LONGEST_OTHER = 200
"""Characters of a cell, as the page's own form takes them."""
IDS = ("_uuid", "instanceid", "meta/instanceid", "key", "meta-instanceid", "__id")
NEEDED = ("type", "from_at", "narrative")


class SubmissionsError(ValueError):
    """The file cannot be taken in at all; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One row: its line, its own number, and the values of a report, without harm that nobody counted."""

    line: int
    key: str
    values: Mapping[str, Any]
    harm: tuple[Harm, ...]


@dataclass(frozen=True, slots=True)
class Submissions:
    """The rows that can be read, and what is wrong with the others."""

    rows: tuple[Submission, ...]
    problems: tuple[str, ...]


def read_submissions(name: str, content: bytes) -> Submissions:
    """The submissions of a file; SubmissionsError when it is none."""
    if len(content) > MOST_BYTES:
        raise SubmissionsError(_("The file is larger than {most_bytes} MB.", most_bytes=MOST_BYTES // 2**20))
    table = list(_xlsx(content) if name.lower().endswith(".xlsx") else _csv(content))
    if not table:
        raise SubmissionsError(_("The file is empty."))
    header = [_plain(f"{cell or ''}") for cell in table[0]]
    if missing := [one for one in NEEDED if one not in header]:
        raise SubmissionsError(
            _("The header lacks {missing}: this is no file of the field form.", missing=", ".join(missing))
        )
    rows, problems = [], []
    for line, cells in enumerate(table[1:], start=2):
        if len(cells) > len(header):
            problems.append(_("line {line}: has more cells than the header", line=line))
            continue
        row = dict(zip(header, cells, strict=False))
        if not any(_text(cell) for cell in row.values()):
            continue
        try:
            rows.append(_submission(line, row))
        except ValueError as error:
            problems.append(_("line {line}: {error}", line=line, error=error))
    return Submissions(tuple(rows), tuple(problems))


def _csv(content: bytes) -> Iterator[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SubmissionsError(_("The file is no CSV in UTF-8.")) from None
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)):
            if number > MOST_ROWS:
                raise SubmissionsError(
                    _("The file has more than {most_rows:,} rows; send a part at a time.", most_rows=MOST_ROWS)
                )
            yield list(row)
    except csv.Error as error:
        raise SubmissionsError(_("The file is no sound CSV: {error}.", error=error)) from None


def _xlsx(content: bytes) -> Iterator[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise SubmissionsError(_("The workbook is larger inside than it may be."))
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True)):
            if number > MOST_ROWS:
                raise SubmissionsError(
                    _("The file has more than {most_rows:,} rows; send a part at a time.", most_rows=MOST_ROWS)
                )
            yield list(row)
    except (zipfile.BadZipFile, KeyError, OSError, IndexError, ValueError) as error:
        if isinstance(error, SubmissionsError):
            raise
        raise SubmissionsError(_("The file is no workbook that can be read.")) from None


def _plain(name: str) -> str:
    """A column's own name, without its group: `harm/killed` and `harm-killed` are `killed`."""
    lower = name.strip().lower().removeprefix("harm/").removeprefix("harm-").removeprefix("data-")
    for part in ("latitude", "longitude", "accuracy", "altitude"):
        if lower in (f"point:{part}", f"point-{part}", f"_point_{part}", f"point/{part}"):
            return part
    return lower


def _text(cell: Any) -> str:
    return "" if cell is None else f"{cell}".strip()


def _submission(line: int, row: Mapping[str, Any]) -> Submission:
    for name, cell in row.items():
        if len(_text(cell)) > (most := LONGEST.get(name, LONGEST_OTHER)):
            raise ValueError(_("{name}: is longer than {most:,} characters", name=name[:40], most=most))
    begun = _instant(row["from_at"], "from_at")
    if begun is None:
        raise ValueError(_("from_at: is missing"))
    latitude, longitude = _point(row)
    values = {
        "type": _text(row["type"]),
        "from_at": begun,
        "until_at": _instant(row.get("until_at"), "until_at") or begun,
        "certainty": _text(row.get("certainty")) or "hours",
        "place": _text(row.get("place")),
        "latitude": latitude,
        "longitude": longitude,
        "narrative": _text(row["narrative"]),
        "response": _text(row.get("response")),
        "source_type": _text(row.get("source_type")),
        "parties": [[name.strip(), role] for role in ROLES for name in _text(row.get(role)).split(";") if name.strip()],
    }
    key = next((_text(row[name]) for name in IDS if _text(row.get(name))), "")
    return Submission(line, key, values, tuple(_harm(row)))


def _harm(row: Mapping[str, Any]) -> Iterator[Harm]:
    for outcome in OUTCOMES:
        groups = {group: found for group in GROUPS if (found := _range(row, f"{outcome}_{group}")) is not None}
        total = _range(row, outcome)
        if total is not None or groups:
            yield Harm(outcome, total, groups)


def _range(row: Mapping[str, Any], name: str) -> Range | None:
    try:
        return Range.read(_text(row.get(name)).removesuffix(".0"))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _instant(cell: Any, name: str) -> datetime | None:
    if cell is None or _text(cell) == "":
        return None
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=cell.tzinfo or UTC)
    try:
        found = datetime.fromisoformat(_text(cell))
    except ValueError:
        raise ValueError(_("{name}: {text!r} is no instant", name=name, text=_text(cell)[:40])) from None
    return found.replace(tzinfo=found.tzinfo or UTC)


def _point(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """A point from columns of its own, or from `latitude longitude altitude accuracy` in one cell."""
    parts = [_text(row.get("latitude")), _text(row.get("longitude"))]
    if not any(parts):
        parts = [*_text(row.get("point")).split(), "", ""][:2]
    if not any(parts):
        return None, None
    try:
        return float(parts[0]), float(parts[1])
    except ValueError:
        raise ValueError(_("point: is no latitude and longitude")) from None
