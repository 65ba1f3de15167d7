"""Which rows does a workbook's sheet hold, as text, and what about it would mislead?

Only values are taken, never formulas, and only from a sheet that can be seen. What people do to sheets is refused
with its place: merged cells over the table, formulas that were never computed, error cells. Rows keep the numbers
the sheet shows. A cell formatted as a date is written as one; a bare number stays a number.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import polars as pl
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

from bluehelm.language import _
from bluehelm.sources.delivered import BOMB_BYTES, BOMB_RATIO, Delivered, Wanted, checked_header, refuse
from bluehelm.sources.intake import IntakeError

MOST_PLAIN_BYTES = 4 << 30
MOST_MEMBERS = 5_000
MERGED = re.compile(rb'<mergeCell\s[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
FORMULA = re.compile(r"^=")
PROBLEMS_SHOWN = 20


def unfold(delivered: Delivered, scratch: Path, wanted: Wanted) -> Delivered:
    """A workbook's sheet as Parquet, every cell text; IntakeError when the sheet cannot be read as one table."""
    name = delivered.name
    _check_archive(delivered.raw, name)
    try:
        with (
            closing(openpyxl.load_workbook(delivered.raw, read_only=True, data_only=True)) as values,
            closing(openpyxl.load_workbook(delivered.raw, read_only=True)) as formulas,
        ):
            title, notes = _sheet(values, wanted.sheet, name)
            _refuse_merged(delivered.raw, values[title], wanted.header_row, name)
            table = _Table(name, title, wanted.header_row)
            for number, (row, written) in enumerate(
                zip(values[title].iter_rows(), formulas[title].iter_rows(), strict=True), start=1
            ):
                table.take(number, row, written)
    except IntakeError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        what = _(
            "the workbook is damaged ({error})",
            error=str(error).splitlines()[0] if str(error) else type(error).__name__,
        )
        raise refuse("truncated_file", name, what, _("Open it, save it anew as .xlsx and try again.")) from error
    plain = scratch / "sheet.parquet"
    header, lines = table.written(plain)
    return replace(delivered, plain=plain, header=header, row_lines=lines, notes=notes)


def _check_archive(raw: Path, name: str) -> None:
    """A workbook is a zip of XML: refuse one that is none, is a bomb, or carries macros."""
    try:
        with zipfile.ZipFile(raw) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise refuse("truncated_file", name, _("the workbook is damaged"), _("Download it again.")) from error
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise refuse("mislabelled_file", name, _("it is a zip and no workbook"), _("Give the .xlsx as it was saved."))
    plain = sum(member.file_size for member in members)
    packed = max(raw.stat().st_size, 1)
    if plain > MOST_PLAIN_BYTES or len(members) > MOST_MEMBERS or (plain > BOMB_BYTES and plain > BOMB_RATIO * packed):
        what = _(
            "it unpacks to more than {bomb_ratio} times its size, as no workbook of figures does", bomb_ratio=BOMB_RATIO
        )
        raise refuse("unsafe_file", name, what, _("Save the sheet as CSV and give that."))
    if any(member.filename.endswith("vbaProject.bin") for member in members):
        raise refuse("unsafe_file", name, _("it holds macros"), _("Save it as .xlsx without macros, or as CSV."))


def _sheet(workbook: openpyxl.Workbook, asked: str | None, name: str) -> tuple[str, tuple[str, ...]]:
    """The title of the sheet to read, and what must be said of the others."""
    titles = {sheet.title: sheet.sheet_state == "visible" for sheet in workbook.worksheets}
    visible = [title for title, is_visible in titles.items() if is_visible]
    hidden = [title for title, is_visible in titles.items() if not is_visible]
    if asked is not None and not titles.get(asked, False):
        what = (
            _("its sheet {asked!r} is hidden", asked=asked)
            if asked in titles
            else _("it has no sheet {asked!r}", asked=asked)
        )
        raise refuse("no_such_sheet", name, what, _("Name one of: {visible}.", visible=", ".join(visible) or _("none")))
    if not visible:
        raise refuse("no_such_sheet", name, _("all its sheets are hidden"), _("Unhide the one to read."))
    if asked is None and len(visible) > 1:
        what = _(
            "it has {number} sheets ({visible}), and which is meant cannot be known",
            number=len(visible),
            visible=", ".join(visible),
        )
        raise refuse("which_sheet", name, what, _("Name it: `sheet: TITLE` in the mapping."))
    title = asked or visible[0]
    others = [other for other in titles if other != title]
    said = (f"read from the sheet {title!r}; not read: {', '.join(map(repr, others))}",) if others else ()
    return title, said + ((f"hidden sheets: {', '.join(map(repr, hidden))}",) if hidden else ())


def _refuse_merged(raw: Path, sheet: Any, header_row: int, name: str) -> None:
    """Merged cells over the header or the rows: one value for several cells, and nobody can say for which."""
    with zipfile.ZipFile(raw) as archive, archive.open(_part_of(sheet)) as part:
        ranges = [
            (left + top + b":" + right + bottom).decode()
            for left, top, right, bottom in _merged_in(part)
            if int(bottom) >= header_row
        ]
    if ranges:
        what = _("{number} groups of cells are merged ({ranges})", number=len(ranges), ranges=", ".join(ranges[:5]))
        raise refuse("merged_cells", name, what, _("Unmerge them and give every cell its value."), tuple(ranges[:20]))


def _part_of(sheet: Any) -> str:
    return str(sheet._worksheet_path).lstrip("/")


def _merged_in(part: Any) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    kept = b""
    while chunk := part.read(1 << 20):
        text = kept + chunk
        for found in MERGED.finditer(text):
            left, top, right, bottom = found.groups()
            yield left, top, right, bottom
        last = max(text.rfind(b">") + 1, 0)
        kept = text[last:][-4096:]


class _Table:
    """Collects a sheet's rows below its header, and what is wrong with its cells."""

    def __init__(self, name: str, title: str, header_row: int) -> None:
        self.name, self.title, self.header_row = name, title, header_row
        self.header: tuple[str, ...] = ()
        self.rows: list[list[str | None]] = []
        self.lines: list[int] = []
        self.wrong: list[str] = []

    def take(self, number: int, row: Any, written: Any) -> None:
        if number < self.header_row:
            return
        cells = [
            self._text(number, place, value, source)
            for place, (value, source) in enumerate(zip(row, written, strict=False))
        ]
        if number == self.header_row:
            while cells and cells[-1] is None:
                cells.pop()
            self.header = checked_header(tuple((text or "").strip() for text in cells), self.name)
            if not self.header:
                what = _(
                    "row {number} of the sheet {title!r} is empty, and a header was expected there",
                    number=number,
                    title=self.title,
                )
                raise refuse("bad_header", self.name, what, _("Say where it is: `header_row: NUMBER` in the mapping."))
        elif any(text is not None for text in cells):
            self._refuse_cells_beyond(number, cells)
            self.rows.append([*cells, *[None] * len(self.header)][: len(self.header)])
            self.lines.append(number)

    def _refuse_cells_beyond(self, number: int, cells: list[str | None]) -> None:
        beyond = [place for place, text in enumerate(cells) if text is not None and place >= len(self.header)]
        if beyond:
            what = _(
                "row {number} has a value in column {get_column_letter}, which has no name",
                number=number,
                get_column_letter=get_column_letter(beyond[0] + 1),
            )
            raise refuse("header_does_not_fit", self.name, what, _("Give every column its own name."))

    def _text(self, number: int, place: int, cell: Any, source: Any) -> str | None:
        """A cell as text; error cells and formulas that were never computed are noted as wrong."""
        where = f"{get_column_letter(place + 1)}{number}"
        if cell.data_type == "e":
            self.wrong.append(_("{where} holds the error {value}", where=where, value=cell.value))
            return None
        if cell.value is None and isinstance(source.value, str) and FORMULA.match(source.value):
            self.wrong.append(_("{where} holds a formula whose value was never saved", where=where))
            return None
        return _as_text(cell.value)

    def written(self, plain: Path) -> tuple[tuple[str, ...], list[int]]:
        """Write the rows; the header and the row numbers as the sheet shows them."""
        if self.wrong:
            what = _(
                "{number} cells have no usable value (first: {wrong})", number=len(self.wrong), wrong=self.wrong[0]
            )
            next_step = _("Mend them, or copy the sheet and paste it as values.")
            raise refuse("bad_cells", self.name, what, next_step, tuple(self.wrong[:PROBLEMS_SHOWN]))
        if not self.rows:
            raise refuse(
                "empty_file",
                self.name,
                _("the sheet {title!r} has no rows", title=self.title),
                _("Is it the right sheet?"),
            )
        schema = dict.fromkeys(self.header, pl.String)
        pl.DataFrame(self.rows, schema=schema, orient="row").write_parquet(plain)
        return self.header, self.lines


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip() or None
