"""What did a team of observers see, which areas were looked at on which days, and does a report survive its file?

A report is written by a team whose members are of several nationalities, so that no state observes alone. What goes out
as CSV comes in again unchanged. A day on which nobody looked is shown as such; it is not a day without violations.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta

from bluehelm.language import _

BAR = "|"
KINDS = ("patrol", "violation")
ESCAPED = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True, slots=True)
class Observed:
    """One report: `nationalities` are ISO 3166 codes of the team in order; an empty violation saw none."""

    report: str
    kind: str
    day: date
    area: str
    team: str
    nationalities: tuple[str, ...]
    hours: float | None
    violation: str
    narrative: str


COLUMNS = tuple(field.name for field in fields(Observed))


class ObservationError(ValueError):
    """A file was refused; each of `problems` names line, column and reason. Nothing was taken in."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def problems_of(report: Observed, violations: Sequence[str]) -> list[str]:
    """What cannot be true of a report; empty when it is sound."""
    found = []
    if report.kind not in KINDS:
        found.append(_("kind: {kind!r} is neither patrol nor violation", kind=report.kind))
    if len(set(report.nationalities)) < 2:
        found.append(_("nationalities: a team is of two nationalities or more"))
    if any(not (len(code) == 3 and code.isascii() and code.isupper()) for code in report.nationalities):
        found.append(_("nationalities: codes are of three capital letters (ISO 3166)"))
    if report.kind == "violation" and report.violation not in violations:
        found.append(_("violation: {violation!r} is not listed", violation=report.violation))
    if report.kind == "patrol" and report.violation:
        found.append(_("violation: a patrol that saw one makes a report of it"))
    if report.hours is not None and not 0 < report.hours <= 24:
        found.append(_("hours: more than 0 and at most 24"))
    return [
        *found,
        *(_("{name}: is empty", name=name) for name in ("report", "area", "team") if not getattr(report, name)),
    ]


def to_csv(reports: Iterable[Observed]) -> str:
    """The reports as CSV, cells that a spreadsheet would run escaped by an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for report in reports:
        writer.writerow(_escaped(_cell(value)) for value in asdict(report).values())
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return BAR.join(value) if isinstance(value, tuple) else f"{value}"


def _escaped(cell: str) -> str:
    return f"'{cell}" if cell.startswith(ESCAPED) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(ESCAPED) else cell


def from_csv(text: str, violations: Sequence[str]) -> list[Observed]:
    """The reports of a file; ObservationError lists every line and column that cannot be read, and codes used twice."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ObservationError([_("line 1: the columns are {columns}", columns=", ".join(COLUMNS))])
        return _reports(reader, violations)
    except csv.Error as error:
        raise ObservationError([_("line {line_num}: {error}", line_num=reader.line_num, error=error)]) from None


def _reports(reader: "csv.DictReader[str]", violations: Sequence[str]) -> list[Observed]:
    found, problems, seen = [], [], set()
    for row in reader:
        line = reader.line_num
        if None in row or None in row.values():
            problems.append(_("line {line}: has not {number} cells", line=line, number=len(COLUMNS)))
            continue
        try:
            report = _read({name: _plain(cell) for name, cell in row.items()})
        except ValueError as error:
            problems.append(_("line {line}: {error}", line=line, error=error))
            continue
        problems += [
            _("line {line}: {problem}", line=line, problem=problem) for problem in problems_of(report, violations)
        ]
        if report.report in seen:
            problems.append(_("line {line}: report: {report!r} stands there twice", line=line, report=report.report))
        seen.add(report.report)
        found.append(report)
    if problems:
        raise ObservationError(problems)
    return found


def _read(row: dict[str, str]) -> Observed:
    try:
        day = date.fromisoformat(row["day"])
    except ValueError:
        raise ValueError(_("day: {day!r} is not written YYYY-MM-DD", day=row["day"])) from None
    try:
        hours = float(row["hours"]) if row["hours"] else None
    except ValueError:
        raise ValueError(_("hours: {hours!r} is no number", hours=row["hours"])) from None
    nationalities = tuple(row["nationalities"].split(BAR)) if row["nationalities"] else ()
    return Observed(
        row["report"], row["kind"], day, row["area"], row["team"], nationalities, hours, row["violation"],
        row["narrative"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looked:
    """One area on one day: the reports of it; none means that nobody looked, not that nothing happened."""

    area: str
    day: date
    reports: tuple[str, ...]
    violations: int


def looked_at(reports: Iterable[Observed], areas: Sequence[str], first: date, last: date) -> list[Looked]:
    """Every area on every day from `first` to `last`, both counted."""
    seen: dict[tuple[str, date], list[Observed]] = {}
    for report in reports:
        seen.setdefault((report.area, report.day), []).append(report)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [_looked(area, day, seen.get((area, day), [])) for area in areas for day in days]


def _looked(area: str, day: date, found: Sequence[Observed]) -> Looked:
    return Looked(area, day, tuple(sorted(one.report for one in found)), sum(one.kind == "violation" for one in found))
