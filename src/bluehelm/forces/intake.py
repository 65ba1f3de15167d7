"""What do the rows of requirements, pledges, contributors, slots and tour offers say, and what is wrong with them?

Every problem is gathered and names file, line and column; a file with any problem gives nothing. Lines are physical
lines, the header is line 1.
"""

import csv
import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from bluehelm.forces.caveats import Caveat, CaveatError, parse_caveats
from bluehelm.forces.rotation import Slot, TourOffer, as_the_dearest
from bluehelm.forces.supply import ForcesError, Level, Pledge, Requirement, contradictions
from bluehelm.language import _
from bluehelm.tables.months import ordinal

Value = TypeVar("Value")
Record = TypeVar("Record")

TRUTHS = {"true": True, "false": False, "": False}
PRIORITIES = (1, 5)


@dataclass(frozen=True, slots=True)
class Columns:
    """The header a file must have and may have; `key` is unique in it, "" where no single column is."""

    key: str
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()


REQUIREMENTS = Columns(
    "id",
    ("id", "mission", "capability", "strength", "from", "until", "min_level", "priority"),
    ("languages", "accepts_parts", "area", "tasks"),
)
PLEDGES = Columns(
    "id",
    ("id", "contributor", "capability", "strength", "level", "available_from", "available_until"),
    ("languages", "caveats", "joint_group", "splits_into", "women", "monthly_cost", "expires_on"),
)
CONTRIBUTORS = Columns("contributor", ("contributor", "max_units"))
SLOTS = Columns("id", ("id", "capability", "from", "until"))
TOUR_OFFERS = Columns(
    "id",
    (
        "id",
        "contributor",
        "capability",
        "available_from",
        "available_until",
        "min_tour",
        "max_tour",
        "monthly_cost",
    ),
    ("max_tours",),
)


class Row:
    """One row's cells; each reading of a bad cell adds a problem and gives None."""

    def __init__(self, where: str, line: int, cells: dict[str, str], problems: list[str]) -> None:
        self.where, self.line, self.cells, self.problems = where, line, cells, problems

    def tell(self, column: str, wrong: str) -> None:
        self.problems.append(
            _("{where} line {line}, {column}: {wrong}", where=self.where, line=self.line, column=column, wrong=wrong)
        )

    def read(self, column: str, parse: Callable[[str], Value], otherwise: str) -> Value | None:
        text = self.cells.get(column, "")
        if not text:
            self.tell(column, _("is empty"))
            return None
        try:
            return parse(text)
        except (ValueError, KeyError):
            self.tell(column, f"{text!r} {otherwise}")
            return None

    def maybe(self, column: str, parse: Callable[[str], Value], otherwise: str) -> Value | None:
        """As `read`, but an empty cell is unknown and no problem."""
        return self.read(column, parse, otherwise) if self.cells.get(column) else None

    def text(self, column: str) -> str:
        return self.read(column, str, "") or ""

    def whole(self, column: str, least: int = 0) -> int | None:
        return self.read(column, _at_least(least), _("is not a whole number of {least} or more", least=least))

    def day(self, column: str) -> date | None:
        return self.read(column, _day, _("is not a date written YYYY-MM-DD"))

    def month(self, column: str) -> int | None:
        """Months since year 0."""
        return self.read(column, ordinal, _("is not a month written YYYY-MM"))

    def maybe_day(self, column: str) -> date | None:
        return self.maybe(column, _day, _("is not a date written YYYY-MM-DD"))

    def maybe_whole(self, column: str, least: int = 0) -> int | None:
        return self.maybe(column, _at_least(least), _("is not a whole number of {least} or more", least=least))

    def amount(self, column: str) -> Decimal | None:
        return self.read(column, money, _("is not an amount of 0 or more"))

    def maybe_amount(self, column: str) -> Decimal | None:
        return self.maybe(column, money, _("is not an amount of 0 or more"))

    def words(self, column: str) -> frozenset[str]:
        return frozenset(word.strip() for word in self.cells.get(column, "").split("|") if word.strip())

    def truth(self, column: str) -> bool:
        text = self.cells.get(column, "").lower()
        if text not in TRUTHS:
            self.tell(column, _("{text!r} is neither true nor false", text=text))
        return TRUTHS.get(text, False)

    def level(self, column: str, ladder: Sequence[str]) -> Level | None:
        def climb(text: str) -> Level:
            return Level(ladder.index(text), text)

        return self.read(column, climb, _("is not a level; known are {ladder}", ladder=", ".join(ladder)))

    def in_order(self, first: Value | None, last: Value | None, column: str, other: str) -> None:
        if first is not None and last is not None and last < first:  # type: ignore[operator]
            self.tell(column, _("comes before {other}", other=other))

    def caveats(self, column: str) -> tuple[Caveat, ...]:
        try:
            return parse_caveats(self.cells.get(column, ""))
        except CaveatError as error:
            self.tell(column, str(error))
            return ()


def _day(text: str) -> date:
    if len(text) != len("2027-01-31"):
        raise ValueError(text)
    return date.fromisoformat(text)


def _at_least(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or int(text) < least:
            raise ValueError(text)
        return int(text)

    return parse


def _amount(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or value < 0 or "_" in text:
        raise ValueError(text)
    return int(value) if value == int(value) else value


def money(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or value < 0 or "_" in text:
        raise ValueError(text)
    return value


def rows_of(lines: Iterable[str], columns: Columns, where: str) -> tuple[list[Row], list[str]]:
    """The rows of CSV text and the problems of its shape; no rows when the header does not fit."""
    reader = csv.reader(lines, strict=True)
    problems: list[str] = []
    header = [name.strip() for name in _next(reader, where, problems) or []]
    problems += [
        _("{where} line 1, {column}: {wrong}", where=where, column=column, wrong=wrong)
        for column, wrong in _misfits(header, columns)
    ]
    rows: list[Row] = []
    while not problems or rows:
        line = reader.line_num + 1
        cells = _next(reader, where, problems)
        if cells is None:
            break
        if any(cell.strip() for cell in cells):
            rows.append(_row(where, line, header, cells, problems))
    return rows, problems


def _next(reader: "Iterator[list[str]]", where: str, problems: list[str]) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        problems.append(_("{where}: is no CSV: {error}", where=where, error=error))
        return None


def _misfits(header: list[str], columns: Columns) -> Iterator[tuple[str, str]]:
    """What is wrong with a header; a strange column is refused only where it looks like a missing one."""
    known = columns.needed + columns.optional
    yield from ((name, _("is there twice")) for name in sorted(set(header)) if name and header.count(name) > 1)
    yield from ((name, _("is missing")) for name in columns.needed if name not in header)
    absent = [name for name in known if name not in header]
    for name in header:
        if name not in known and (near := difflib.get_close_matches(name, absent, 1)):
            yield name, _("is not a known column; did you mean {near}?", near=near[0])


def _row(where: str, line: int, header: list[str], cells: list[str], problems: list[str]) -> Row:
    row = Row(where, line, dict(zip(header, (cell.strip() for cell in cells), strict=False)), problems)
    if len(cells) != len(header):
        row.tell(
            header[0], _("the row has {number} cells, the header {number_2}", number=len(cells), number_2=len(header))
        )
    return row


def records(
    lines: Iterable[str], columns: Columns, where: str, make: Callable[[Row], Record | None]
) -> tuple[list[Record], list[Row]]:
    """The records of a file beside their rows; ForcesError with every problem. Keys are unique where there is a key."""
    rows, problems = rows_of(lines, columns, where)
    first_line: dict[str, int] = {}
    for row in rows:
        key = row.cells.get(columns.key, "")
        if key and first_line.setdefault(key, row.line) != row.line:
            row.tell(columns.key, _("{key!r} is already on line {first_line}", key=key, first_line=first_line[key]))
    made = [make(row) for row in rows]
    if problems:
        raise ForcesError(problems)
    return [record for record in made if record is not None], rows


def read_requirements(lines: Iterable[str], where: str, ladder: Sequence[str]) -> list[Requirement]:
    """The requirements of a CSV text; `ladder` names the levels of readiness from the lowest."""

    def make(row: Row) -> Requirement | None:
        before = len(row.problems)
        from_on, until_on = row.day("from"), row.day("until")
        row.in_order(from_on, until_on, "until", "from")
        priority = row.whole("priority", PRIORITIES[0])
        if priority is not None and priority > PRIORITIES[1]:
            row.tell(
                "priority",
                _(
                    "{priority} is not one of {priorities} (highest) to {priorities_2}",
                    priority=priority,
                    priorities=PRIORITIES[0],
                    priorities_2=PRIORITIES[1],
                ),
            )
        fields = {
            "id": row.text("id"),
            "mission": row.text("mission"),
            "capability": row.text("capability"),
            "strength": row.whole("strength"),
            "from_on": from_on,
            "until_on": until_on,
            "min_level": row.level("min_level", ladder),
            "languages": row.words("languages"),
            "priority": priority,
            "accepts_parts": row.truth("accepts_parts"),
            "area": row.cells.get("area", ""),
            "tasks": row.words("tasks"),
        }
        return Requirement(**fields) if len(row.problems) == before else None  # type: ignore[arg-type]

    return records(lines, REQUIREMENTS, where, make)[0]


def read_pledges(lines: Iterable[str], where: str, ladder: Sequence[str]) -> list[Pledge]:
    """The pledges of a CSV text; joint groups that contradict themselves are problems too."""

    def make(row: Row) -> Pledge | None:
        before = len(row.problems)
        from_on, until_on = row.day("available_from"), row.day("available_until")
        row.in_order(from_on, until_on, "available_until", "available_from")
        fields = {
            "id": row.text("id"),
            "contributor": row.text("contributor"),
            "capability": row.text("capability"),
            "strength": row.whole("strength"),
            "level": row.level("level", ladder),
            "from_on": from_on,
            "until_on": until_on,
            "languages": row.words("languages"),
            "caveats": row.caveats("caveats"),
            "joint_group": row.cells.get("joint_group") or None,
            "splits_into": row.maybe_whole("splits_into", 1) or 1,
            "women": row.maybe_whole("women"),
            "monthly_cost": row.maybe("monthly_cost", _amount, _("is not an amount of 0 or more")),
            "expires_on": row.maybe_day("expires_on"),
        }
        return Pledge(**fields) if len(row.problems) == before else None  # type: ignore[arg-type]

    pledges, rows = records(lines, PLEDGES, where, make)
    if problems := _contradictory_groups(pledges, rows, where):
        raise ForcesError(problems)
    return pledges


def _contradictory_groups(pledges: Sequence[Pledge], rows: Sequence[Row], where: str) -> list[str]:
    groups: dict[str, list[tuple[Pledge, int]]] = {}
    for pledge, row in zip(pledges, rows, strict=True):
        if pledge.joint_group:
            groups.setdefault(pledge.joint_group, []).append((pledge, row.line))
    return [
        _(
            "{where} lines {group}, joint_group: {wrong}",
            where=where,
            group=", ".join((str(line) for _rest, line in group)),
            wrong=wrong,
        )
        for group in groups.values()
        for wrong in contradictions([pledge for pledge, _rest in group])
    ]


def read_contributors(lines: Iterable[str], where: str) -> dict[str, int | None]:
    """The most units of each contributor; None where the cell is empty: it named no ceiling."""

    def make(row: Row) -> tuple[str, int | None]:
        most = row.maybe_whole("max_units")
        return row.text("contributor"), most

    return dict(records(lines, CONTRIBUTORS, where, make)[0])


def unknown_contributors(pledges: Iterable[Pledge], known: Iterable[str], where: str, listed_in: str) -> list[str]:
    """A problem for each pledge whose contributor is not listed."""
    names = sorted(set(known))
    told = []
    for pledge in pledges:
        if pledge.contributor not in names:
            near = difflib.get_close_matches(pledge.contributor, names, 1)
            hint = _("; did you mean {near}?", near=near[0]) if near else ""
            told.append(
                _(
                    "{where}, pledge {id}, contributor: {contributor!r} is not listed in {listed_in}{hint}",
                    where=where,
                    id=pledge.id,
                    contributor=pledge.contributor,
                    listed_in=listed_in,
                    hint=hint,
                )
            )
    return told


def doubtful_pledges(pledges: Iterable[Pledge]) -> list[str]:
    """Pledges that contradict themselves; kept unchanged, and said."""
    return [
        _(
            "pledge {id}: {women} women among a strength of {strength}",
            id=pledge.id,
            women=pledge.women,
            strength=pledge.strength,
        )
        for pledge in pledges
        if pledge.women is not None and pledge.women > pledge.strength
    ]


def read_slots(lines: Iterable[str], where: str) -> list[Slot]:
    def make(row: Row) -> Slot | None:
        before = len(row.problems)
        first, last = row.month("from"), row.month("until")
        row.in_order(first, last, "until", "from")
        slot_id, capability = row.text("id"), row.text("capability")
        if first is None or last is None or len(row.problems) > before:
            return None
        return Slot(slot_id, capability, first, last)

    return records(lines, SLOTS, where, make)[0]


def read_tour_offers(lines: Iterable[str], where: str) -> list[TourOffer]:
    """The offers of tours; an empty cost is unknown, and planned with as that of the dearest of its capability."""

    def make(row: Row) -> TourOffer | None:
        before = len(row.problems)
        first, last = row.month("available_from"), row.month("available_until")
        row.in_order(first, last, "available_until", "available_from")
        shortest, longest = row.whole("min_tour", 1), row.whole("max_tour", 1)
        row.in_order(shortest, longest, "max_tour", "min_tour")
        fields = {
            "id": row.text("id"),
            "contributor": row.text("contributor"),
            "capability": row.text("capability"),
            "first": first,
            "last": last,
            "min_tour": shortest,
            "max_tour": longest,
            "max_tours": row.maybe_whole("max_tours"),
            "monthly_cost": row.maybe_amount("monthly_cost") or Decimal(0),
            "is_cost_known": bool(row.cells.get("monthly_cost")),
        }
        return TourOffer(**fields) if len(row.problems) == before else None  # type: ignore[arg-type]

    return as_the_dearest(records(lines, TOUR_OFFERS, where, make)[0])
