"""Which values of indicators does a CSV file hold?

Columns `indicator, period, source` are required; `part` (`sex=women|area=north`), `value`, `low`, `high`, `numerator`,
`denominator`, `counts` (of a distribution: `safe=12|unsafe=7`) and `note` may be there. An empty number is unknown.
Every line that cannot be read is told at once.
"""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from bluehelm.language import _
from bluehelm.workflows.check_plan import PlanFileError

REQUIRED = ("indicator", "period", "source")
NUMBERS = ("value", "low", "high", "numerator", "denominator")
KNOWN = (*REQUIRED, *NUMBERS, "part", "counts", "note")


class ValuesError(ValueError):
    """A file of values cannot be read; `problems` names every line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One line: what it says of which indicator."""

    line: int
    indicator: str
    period: str
    parts: dict[str, str]
    numbers: dict[str, float | None]
    source: str
    note: str
    counts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ValueFile:
    sha256: str
    rows: tuple[ValueRow, ...]


def read_values(path: Path) -> ValueFile:
    """The rows of a file; ValuesError with every problem, PlanFileError when it is no UTF-8 text."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanFileError(_("byte {start:,} is not UTF-8", start=error.start)) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    problems: list[str] = list(_wrong_header(reader.fieldnames or []))
    if problems:
        raise ValuesError(problems)
    rows = []
    try:
        for cells in reader:
            row, wrong = value_row(reader.line_num, cells)
            problems += wrong
            rows.append(row)
    except csv.Error as error:
        problems.append(_("line {line_num}: {error}", line_num=reader.line_num, error=error))
    if problems:
        raise ValuesError(problems)
    return ValueFile(sha256(content).hexdigest(), tuple(rows))


def _wrong_header(names: Sequence[str]) -> Iterator[str]:
    for name in REQUIRED:
        if name not in names:
            yield _("line 1: there is no column {name}", name=name)
    for name in names:
        if name not in KNOWN:
            yield _("line 1: {name} is not a known column; there are {known}", name=name, known=", ".join(KNOWN))
        elif list(names).count(name) > 1:
            yield _("line 1: {name} stands twice", name=name)


def value_row(line: int, cells: Mapping[str, str]) -> tuple[ValueRow, list[str]]:
    """One row from its cells, and what is wrong with it."""
    wrong = (
        []
        if None not in cells and None not in cells.values()
        else [_("line {line}: not as many cells as the header", line=line)]
    )
    numbers: dict[str, float | None] = {}
    for name in NUMBERS:
        text = (cells.get(name) or "").strip()
        try:
            numbers[name] = _number(text)
        except ValueError:
            wrong.append(_("line {line}: {name} {text!r} is not a number", line=line, name=name, text=text))
    pairs = [one.partition("=") for one in (cells.get("part") or "").split("|") if one.strip()]
    if any(not (key.strip() and value.strip()) for key, _rest, value in pairs):
        wrong.append(
            _("line {line}: part {get!r} is not written sex=women|area=north", line=line, get=cells.get("part"))
        )
    said = {name: (cells.get(name) or "").strip() for name in (*REQUIRED, "note")}
    parts = {key.strip(): value.strip() for key, _rest, value in pairs}
    counts, miscounted = _counts(line, cells.get("counts") or "")
    row = ValueRow(line, said["indicator"], said["period"], parts, numbers, said["source"], said["note"], counts)
    return row, [*wrong, *miscounted]


def _counts(line: int, text: str) -> tuple[dict[str, float], list[str]]:
    found, wrong = {}, []
    for one in filter(None, map(str.strip, text.split("|"))):
        category, _rest, number = one.rpartition("=")
        if category.strip() and number.strip().isdecimal():
            found[category.strip()] = float(number)
        else:
            wrong.append(_("line {line}: counts {one!r} is not written safe=12", line=line, one=one))
    return found, wrong


def _number(text: str) -> float | None:
    if not text:
        return None
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
