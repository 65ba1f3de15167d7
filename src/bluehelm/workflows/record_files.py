"""How do records come in from a CSV or XLSX file as rows of text, and how do they leave as one, row by row?

What comes in passes the same gate as a provider's file: whole, UTF-8, no bomb, no macros, no merged cells. What leaves
is written as it is made and never held together, each text escaped that a spreadsheet would run.
"""

import csv
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from bluehelm.language import _
from bluehelm.products.cells import escaped_text, unescaped
from bluehelm.products.letters import printable
from bluehelm.sources.delivered import Wanted, receive
from bluehelm.sources.intake import IntakeError

FORMATS = ("csv", "xlsx")
CELL_LETTERS = 32_767
"""The most that a cell of a workbook holds."""
SHEET_ROWS = 1_048_575
FIGURES = (int, float)
PLACES = Wanted(formats=("csv", "xlsx"))


class RecordFileError(ValueError):
    """A file cannot be read as a table of records, or not be written as asked; `problems` says more."""

    def __init__(self, what: str, problems: Sequence[str] = ()) -> None:
        super().__init__(what)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it stands on, and the text of each column; an empty cell is empty text."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    sha256: str


def read_sheet(name: str, content: bytes, most_rows: int) -> Sheet:
    """The rows of a file's bytes; RecordFileError when it cannot be trusted as a whole or has too many rows."""
    suffix = Path(name).suffix.lower()
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / f"file{suffix if suffix in ('.csv', '.xlsx', '.gz', '.zip') else '.csv'}"
        path.write_bytes(content)
        try:
            delivered = receive(path, Path(scratch), wanted=PLACES)
        except IntakeError as error:
            what = f"{error.what.replace(path.name, name)} {error.next_step}"
            raise RecordFileError(what, [one.replace(path.name, name) for one in error.problems]) from None
        if delivered.form == "rows":
            rows = _from_workbook(delivered.plain, delivered.header, delivered.row_lines or ())
        else:
            rows = _from_text(delivered.plain, delivered.header, name, most_rows)
        if len(rows) > most_rows:
            what = _("{name} has more than {most_rows:,} rows. Divide it.", name=name, most_rows=most_rows)
            raise RecordFileError(what)
        return Sheet(delivered.header, rows, delivered.sha256)


def _from_workbook(plain: Path, header: tuple[str, ...], lines: Sequence[int]) -> tuple[Row, ...]:
    rows = pl.read_parquet(plain).iter_rows()
    return tuple(
        Row(line, {name: unescaped(cell or "") for name, cell in zip(header, cells, strict=True)})
        for line, cells in zip(lines, rows, strict=True)
    )


def _from_text(plain: Path, header: tuple[str, ...], name: str, most_rows: int) -> tuple[Row, ...]:
    rows, wrong = [], []
    with plain.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            next(reader)
            for cells in reader:
                if len(cells) != len(header):
                    wrong += [
                        _(
                            "line {line_num}: {number} cells, and the header has {number_2}",
                            line_num=reader.line_num,
                            number=len(cells),
                            number_2=len(header),
                        )
                    ]
                elif any(cells):
                    said = {key: unescaped(cell.strip()) for key, cell in zip(header, cells, strict=True)}
                    rows.append(Row(reader.line_num, said))
                if len(rows) > most_rows or len(wrong) >= 20:
                    break
        except csv.Error as error:
            wrong.append(_("line {line_num}: {error}", line_num=reader.line_num, error=error))
    if wrong:
        raise RecordFileError(_("{name} cannot be read as a table.", name=name), wrong)
    return tuple(rows)


# Out


Tell = Callable[[int, int], None]
"""Hears after a batch how many rows have been written, and how many bytes of the file are sure (0: none yet)."""


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]], tell: Tell, *, batch: int, after: int = 0
) -> int:
    """Write rows as CSV and give their number; `after` bytes of a file that was cut short are kept, the rest is not."""
    number = 0
    with path.open("r+b" if after else "wb") as raw:
        raw.seek(after)
        raw.truncate()
        with open(raw.fileno(), "w", encoding="utf-8", newline="", closefd=False) as file:
            writer = csv.writer(file, lineterminator="\n")
            if not after:
                writer.writerow([escaped_text(name) for name in header])
            for row in rows:
                writer.writerow(
                    [escaped_text(cell) if type(cell) is str else "" if cell is None else _plain(cell) for cell in row]
                )
                number += 1
                if number % batch == 0:
                    file.flush()
                    os.fsync(raw.fileno())
                    tell(number, os.fstat(raw.fileno()).st_size)
            file.flush()
            os.fsync(raw.fileno())
    return number


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]], tell: Tell, *, batch: int) -> int:
    """Write rows as the one sheet of a workbook and give their number; RecordFileError for what no sheet holds."""
    from xlsxwriter import Workbook

    number = 0
    with Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        book.use_zip64()  # written so only where a sheet is larger than 4 GB
        sheet = book.add_worksheet("records")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(header):
            sheet.write_string(0, place, escaped_text(name))
        text, figure = sheet.write_string, sheet.write_number
        for row in rows:
            number += 1
            if number > SHEET_ROWS:
                raise RecordFileError(_("A sheet holds {sheet_rows:,} rows. Take CSV.", sheet_rows=SHEET_ROWS))
            for place, cell in enumerate(row):
                if cell is None or cell == "":
                    continue
                if type(cell) in FIGURES and isfinite(cell):
                    figure(number, place, cell)
                else:
                    text(number, place, _text(cell))
            if number % batch == 0:
                tell(number, 0)
    return number


def _text(value: Any) -> str:
    text = value if type(value) is str else str(_plain(value))
    if len(text) >= CELL_LETTERS:
        raise RecordFileError(_("A text of {number:,} letters does not fit in a cell. Take CSV.", number=len(text)))
    return escaped_text(printable(text))


def _plain(value: Any) -> Any:
    if value is True or value is False:
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else value
