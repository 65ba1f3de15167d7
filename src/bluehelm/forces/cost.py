"""What does an option cost, what is unknown in that, and what moves it?

Rates are dated definitions, never numbers in code: a line is charged month by month at the rate in force on the first
day of the month. A rate that nobody has published is unknown, and so is every sum that needs it: the known part is
given beside the names of what is missing. Amounts are decimals in one currency.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from typing import Protocol

from bluehelm.forces.supply import ForcesError
from bluehelm.language import _
from bluehelm.tables.months import from_ordinal

CENT = Decimal("0.01")
KINDS = ("personnel", "premium", "equipment", "self-sustainment", "other")


class Rate(Protocol):
    """An amount for one unit of a basis in a month, in force between days; `amount` None is not published.

    A premium is a `share` of another rate, for those to whom it is due.
    """

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def share_of(self) -> str | None: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class CostLine:
    """So many of something in an option, from the first to the last month, both counted since year 0.

    `serviceable_share` is what of equipment works and is paid for; 1 for what does not break.
    """

    option: str
    rate: str
    quantity: Decimal
    first: int
    last: int
    serviceable_share: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Cost:
    """One option: known cost in all, by kind and by month; `unknown` names rates that are not published then.

    `total` is None while anything is unknown; `known` is what the rest costs.
    """

    option: str
    total: Decimal | None
    known: Decimal
    by_kind: dict[str, Decimal]
    by_month: dict[str, Decimal]
    unknown: tuple[str, ...]
    rates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """How the known cost of an option changes when one thing moves by a share, lower and higher; None is unknown."""

    option: str
    what: str
    by: Decimal
    lower: Decimal | None
    higher: Decimal | None


def costs(lines: Iterable[CostLine], rates: Sequence[Rate]) -> list[Cost]:
    """Each option by name; ForcesError lists unknown rate names, months without a rate and rates that overlap."""
    listed = list(lines)
    book = _Book(rates)
    if problems := [*book.problems, *_problems(listed, book)]:
        raise ForcesError(problems)
    options = sorted({line.option for line in listed})
    return [_cost(option, [line for line in listed if line.option == option], book) for option in options]


def sensitivity(lines: Iterable[CostLine], rates: Sequence[Rate], by: Decimal) -> list[Moved]:
    """What a share more or less of strength, equipment and serviceability of each option changes in its known cost.

    Serviceability stays between 0 and 1, so that equipment which works wholly has nothing to gain. Where no line that
    moves has a published rate, what it changes is unknown.
    """
    listed, book = list(lines), _Book(rates)
    before = {cost.option: cost for cost in costs(listed, rates)}
    moved = []
    for what, move in _MOVES.items():
        lower, higher = (_after(listed, rates, share, move, book) for share in (-by, by))
        for one in before.values():
            moves = {line.rate for line in listed if line.option == one.option and move(line, -by, book) != line}
            known = not moves or not moves <= set(one.unknown)
            lost, more = lower[one.option] - one.known, higher[one.option] - one.known
            moved.append(Moved(one.option, what, by, lost if known else None, more if known else None))
    return sorted(
        moved, key=lambda one: (one.option, -max(abs(one.lower or Decimal(0)), abs(one.higher or Decimal(0))), one.what)
    )


def _after(
    lines: Sequence[CostLine], rates: Sequence[Rate], share: Decimal, move: "_Move", book: "_Book"
) -> dict[str, Decimal]:
    """The known cost of each option when something moves by a share."""
    return {cost.option: cost.known for cost in costs([move(line, share, book) for line in lines], rates)}


class _Book:
    """Rates by name, each in the order of their days."""

    def __init__(self, rates: Sequence[Rate]) -> None:
        self.by_name: dict[str, list[Rate]] = {}
        for rate in sorted(rates, key=lambda rate: (rate.name, rate.valid_from)):
            self.by_name.setdefault(rate.name, []).append(rate)
        self.problems = [
            _(
                "rate {name}: the one from {valid_from} has not ended when that from {valid_from_2} begins",
                name=name,
                valid_from=before.valid_from,
                valid_from_2=after.valid_from,
            )
            for name, own in self.by_name.items()
            for before, after in pairwise(own)
            if before.valid_until is None or before.valid_until >= after.valid_from
        ]
        self.problems += [
            _("rate {name}: is a share of {share_of}, which is no rate", name=rate.name, share_of=rate.share_of)
            for rate in rates
            if rate.share_of and rate.share_of not in self.by_name
        ]

    def at(self, name: str, month: int) -> Rate | None:
        day = date(month // 12, month % 12 + 1, 1)
        own = self.by_name.get(name, [])
        return next((r for r in own if r.valid_from <= day and (r.valid_until is None or day <= r.valid_until)), None)

    def amount(self, name: str, month: int) -> Decimal | None:
        """For one unit in a month; None when it is not published."""
        rate = self.at(name, month)
        if rate is None or rate.amount is None:
            return None
        if rate.share_of is None:
            return rate.amount
        base = self.amount(rate.share_of, month)
        return None if base is None else rate.amount * base

    def kind(self, name: str) -> str:
        return self.by_name[name][0].kind


def _problems(lines: Sequence[CostLine], book: _Book) -> list[str]:
    problems = []
    for line in lines:
        if line.rate not in book.by_name:
            problems.append(
                _(
                    "option {option}: there is no rate {rate!r}; known are {by_name}",
                    option=line.option,
                    rate=line.rate,
                    by_name=", ".join(book.by_name),
                )
            )
            continue
        without = [m for m in range(line.first, line.last + 1) if book.at(line.rate, m) is None]
        if without:
            months = _(
                "{from_ordinal} to {from_ordinal_2}",
                from_ordinal=from_ordinal(without[0]),
                from_ordinal_2=from_ordinal(without[-1]),
            )
            problems.append(
                _(
                    "option {option}: rate {rate} has no entry in force in {months}",
                    option=line.option,
                    rate=line.rate,
                    months=months,
                )
            )
    return problems


def _cost(option: str, lines: Sequence[CostLine], book: _Book) -> Cost:
    by_kind: dict[str, Decimal] = {}
    by_month: dict[str, Decimal] = {}
    unknown = set[str]()
    for line in lines:
        for month in range(line.first, line.last + 1):
            amount = book.amount(line.rate, month)
            if amount is None:
                unknown.add(line.rate)
                continue
            paid = (line.quantity * line.serviceable_share * amount).quantize(CENT, ROUND_HALF_EVEN)
            kind, name = book.kind(line.rate), from_ordinal(month)
            by_kind[kind] = by_kind.get(kind, Decimal(0)) + paid
            by_month[name] = by_month.get(name, Decimal(0)) + paid
    known = sum(by_kind.values(), Decimal(0))
    return Cost(
        option,
        None if unknown else known,
        known,
        {kind: by_kind[kind] for kind in KINDS if kind in by_kind},
        dict(sorted(by_month.items())),
        tuple(sorted(unknown)),
        tuple(sorted({line.rate for line in lines})),
    )


def _strength(line: CostLine, by: Decimal, book: _Book) -> CostLine:
    is_people = book.kind(line.rate) in ("personnel", "premium", "self-sustainment")
    return replace(line, quantity=line.quantity * (1 + by)) if is_people else line


def _more_equipment(line: CostLine, by: Decimal, book: _Book) -> CostLine:
    return replace(line, quantity=line.quantity * (1 + by)) if book.kind(line.rate) == "equipment" else line


def _works(line: CostLine, by: Decimal, book: _Book) -> CostLine:
    if book.kind(line.rate) != "equipment":
        return line
    return replace(line, serviceable_share=min(Decimal(1), max(Decimal(0), line.serviceable_share * (1 + by))))


_Move = Callable[[CostLine, Decimal, _Book], CostLine]
_MOVES: dict[str, _Move] = {"strength": _strength, "equipment": _more_equipment, "serviceability": _works}


def cost_per_output(cost: Cost, outputs: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    """What one of each output costs if it bears the whole cost; None while the cost is unknown or the output 0."""
    return {
        name: None if cost.total is None or not number else (cost.total / number).quantize(CENT, ROUND_HALF_EVEN)
        for name, number in sorted(outputs.items())
    }
