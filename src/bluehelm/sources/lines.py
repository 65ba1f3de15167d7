"""On which physical line of the file does a row begin?

A reader of rows knows their number; a person who must mend one needs the line an editor shows.
"""

import csv
from pathlib import Path

import numpy as np

from bluehelm.sources.delivered import Delivered

CHUNK = 4 << 20


def lines_of_rows(delivered: Delivered, rows: list[int], row_count: int) -> list[int]:
    """The physical line (header = 1) on which each data row begins; `rows` are numbered from 1.

    Most files break lines only between rows, and then row n stands on line n + 1. Where cells hold line breaks or
    lines are blank, the breaks outside quotes are counted; where even that count disagrees with the reader's
    (a stray quote inside an unquoted cell), the standard library's slow reader decides.
    """
    if delivered.row_lines is not None:
        return [delivered.row_lines[row - 1] for row in rows]
    if delivered.form == "rows":
        return [row + 1 for row in rows]
    if delivered.line_breaks + (0 if delivered.ends_with_break else 1) == row_count + 1:
        return [row + 1 for row in rows]
    starts = row_starts(delivered.plain)
    if len(starts) != row_count + 1:
        starts = slow_row_starts(delivered.plain)
    return [int(starts[row]) for row in rows]


def row_starts(plain: Path) -> np.ndarray:
    """The physical line on which each record begins, header first, from the line breaks outside quotes.

    A break is outside quotes when an even number of quotes stands before it (a doubled quote counts twice).
    Blank lines are no records. Returns whole numbers, ascending.
    """
    ends, end_lines, bare = [np.array([-1])], [np.array([0])], [np.array([False])]
    offset, line, odd_quotes, last_byte = 0, 0, 0, 0
    with plain.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = np.frombuffer(chunk, dtype=np.uint8)
            breaks, quotes = np.flatnonzero(text == ord("\n")), np.flatnonzero(text == ord('"'))
            outside = (odd_quotes + np.searchsorted(quotes, breaks)) % 2 == 0
            before = np.where(breaks > 0, text[breaks - 1], last_byte)
            ends.append(offset + breaks[outside])
            end_lines.append(line + 1 + np.flatnonzero(outside))
            bare.append(before[outside] == ord("\r"))
            offset, line, last_byte = offset + len(chunk), line + len(breaks), int(text[-1])
            odd_quotes = (odd_quotes + len(quotes)) % 2
    return _starts(np.concatenate(ends), np.concatenate(end_lines), np.concatenate(bare), size=offset)


def _starts(ends: np.ndarray, end_lines: np.ndarray, after_return: np.ndarray, size: int) -> np.ndarray:
    length = np.diff(ends) - 1
    is_record = (length > 1) | ((length == 1) & ~after_return[1:])
    starts: np.ndarray = (end_lines[:-1] + 1)[is_record]
    if size > ends[-1] + 1:
        starts = np.append(starts, end_lines[-1] + 1)
    return starts


def slow_row_starts(plain: Path) -> np.ndarray:
    """The same as `row_starts`, by the standard library's reader: slow, and lenient about stray quotes."""
    starts, before = [], 0
    with plain.open(encoding="utf-8-sig", newline="\n") as file:
        reader = csv.reader(file)
        for record in reader:
            if record:
                starts.append(before + 1)
            before = reader.line_num
    return np.array(starts, dtype=np.int64)
