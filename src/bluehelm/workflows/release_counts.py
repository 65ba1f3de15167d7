"""Which counts of a table about people may leave together with those that have left already?

A release is a table of counts by some dimensions, with all its margins. Small figures are held back, others with them,
and then the release is read beside every earlier one of the same version as an attacker would read them: one that
together with them reveals a figure held back, or gives a small group by subtraction, is refused.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.definitions import packaged_text
from bluehelm.definitions.disclosure import (
    DisclosureRules,
    RowsAreIncidents,
    RowsArePersons,
    parse_disclosure_rules,
)
from bluehelm.disclosure.figures import (
    PERSONS,
    DisclosureError,
    Figure,
    Laid,
    cells_of,
    lay,
    possible_cells,
    with_margins,
)
from bluehelm.disclosure.intervals import Interval, revealed, small_differences
from bluehelm.disclosure.suppression import Suppressed, small_figures, suppress
from bluehelm.language import _
from bluehelm.products.cells import escaped_text

ALL = "all"
"""The level of a margin in a file."""

LISTED_MOST = 20

Table = Sequence[Figure]


class LinkedError(DisclosureError):
    """Together with what has left already this release would reveal a count that is held back."""


@cache
def disclosure_rules() -> DisclosureRules:
    """The package's rules; raises DefinitionError."""
    return parse_disclosure_rules(packaged_text("disclosure.yaml"), "disclosure.yaml")


def counted_by(rows: pl.DataFrame, table: str, by: Sequence[str]) -> pl.DataFrame:
    """The persons of each combination of the dimensions; DisclosureError when the table does not leave so."""
    rule = _rule(table)
    columns = _dimensions(rule, table, by)
    persons = rule.persons if isinstance(rule, RowsAreIncidents) else ""
    parts = {
        name: {
            "whole": pl.col(dimension.column).cast(pl.String),
            "month": pl.col(dimension.column).dt.strftime("%Y-%m"),
            "year": pl.col(dimension.column).dt.strftime("%Y"),
            "decade": pl.format("{}0s", pl.col(dimension.column).dt.year() // 10),
        }[dimension.part]
        for name, dimension in columns.items()
    }
    return cells_of(rows.select(*((persons,) if persons else ()), **parts), by, persons)


def _rule(table: str) -> RowsArePersons | RowsAreIncidents:
    rule = disclosure_rules().tables.get(table)
    if not isinstance(rule, RowsArePersons | RowsAreIncidents):
        raise DisclosureError(_("The {table} table does not leave as counts of persons.", table=table))
    return rule


def _dimensions(rule: RowsArePersons | RowsAreIncidents, table: str, by: Sequence[str]) -> Mapping[str, Any]:
    unknown = [name for name in by if name not in rule.dimensions]
    if unknown or not by or len(set(by)) < len(by):
        known = ", ".join(rule.dimensions)
        raise DisclosureError(
            _("Persons of {table} are counted by: {known}.", table=table, known=known),
            [_("{name}: is none", name=name) for name in unknown],
        )
    return {name: rule.dimensions[name] for name in by}


def counts_to_release(rows: pl.DataFrame, table: str, by: Sequence[str], earlier: Sequence[Table] = ()) -> Suppressed:
    """The counts as they may leave after `earlier` ones; LinkedError or DisclosureError when they may not."""
    rules, rule = disclosure_rules(), _rule(table)
    cells = counted_by(rows, table, by)
    if len(by) > rule.most_dimensions:
        raise DisclosureError(
            _(
                "At most {most_dimensions} dimensions of {table} leave together.",
                most_dimensions=rule.most_dimensions,
                table=table,
            )
        )
    laid = lay(with_margins(cells), cells)
    safe = suppress(laid, cells[PERSONS].to_list(), smallest=rules.smallest, interval=rules.interval)
    others = [other for other in earlier if set(other) != set(safe.figures)]
    if others:
        names = sorted({name for other in [safe.figures, *others] for figure in other for name, _rest in figure.of})
        _refuse_linked([safe.figures, *others], counted_by(rows, table, names), rules)
    return safe


def refuse_grown_by_few(table: Table, before: Sequence[Table]) -> None:
    """LinkedError when a figure differs by fewer persons than may be shown from one of an earlier version.

    Incidents come in day by day: who subtracts last month's figure from this one's would find the few of a new one.
    """
    smallest = disclosure_rules().smallest
    now = {figure.of: figure for figure in table if figure.count is not None}
    said = [
        _("{figure}: {before} before, {now} now", figure=figure.words, before=figure.count, now=then.count)
        for figure in (one for other in before for one in other if one.count is not None)
        if (then := now.get(figure.of)) and 0 < abs((then.count or 0) - (figure.count or 0)) < smallest
    ]
    if said:
        what = _("Beside what has left of an earlier version this would show how few were added.")
        raise LinkedError(what, said[:LISTED_MOST])


def is_added_to(table: str) -> bool:
    """Whether versions of a table go on from one another, so that each is read beside the earlier ones."""
    return isinstance(disclosure_rules().tables.get(table), RowsAreIncidents)


def _refuse_linked(tables: Sequence[Table], cells: pl.DataFrame, rules: DisclosureRules) -> None:
    found = told(tables, cells, rules)
    if found.problems:
        raise LinkedError(
            _("Together with what has left already this would reveal counts of few persons."), found.problems
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What tables tell that they should not: small figures shown, figures that can be computed, small differences."""

    small: tuple[Figure, ...]
    revealed: tuple[Interval, ...]
    differences: tuple[tuple[Figure, Figure, int], ...]

    @property
    def problems(self) -> list[str]:
        said = [_("{words}: {count} is shown", words=figure.words, count=figure.count) for figure in self.small]
        said += [
            _("{words}: lies between {least} and {most}", words=one.figure.words, least=one.least, most=one.most)
            for one in self.revealed
        ]
        said += [
            _("{words} less {words_2}: {persons}", words=more.words, words_2=less.words, persons=persons)
            for more, less, persons in self.differences
        ]
        return said[:LISTED_MOST] + (
            [_("and {number} more", number=len(said) - LISTED_MOST)] if len(said) > LISTED_MOST else []
        )


def told(tables: Sequence[Table], cells: pl.DataFrame, rules: DisclosureRules) -> Told:
    """What the tables tell together to somebody who computes."""
    laid, of_table = _together(tables, cells)
    small = [laid.figures[place] for place in small_figures(laid, rules.smallest)]
    differences = small_differences(laid, of_table, rules.smallest) if len(tables) > 1 else []
    return Told(tuple(small), tuple(revealed(laid, rules.interval)), tuple(differences))


def _together(tables: Sequence[Table], cells: pl.DataFrame) -> tuple[Laid, list[int]]:
    """All figures over the same cells; one that any table shows is shown."""
    known: dict[Any, tuple[Figure, int]] = {}
    for number, table in enumerate(tables):
        for figure in table:
            before = known.get(figure.of)
            if before is None or (before[0].count is None and figure.count is not None):
                known[figure.of] = (figure, number)
            elif figure.count is not None and before[0].count != figure.count:
                what = _(
                    "Two tables differ on {words}: {count} and {count_2}.",
                    words=figure.words,
                    count=before[0].count,
                    count_2=figure.count,
                )
                raise DisclosureError(what, [_("They do not speak of the same persons.")])
    figures, numbers = [one for one, _more in known.values()], [number for _rest, number in known.values()]
    return lay(figures, cells), numbers


def check_files(files: Sequence[Path]) -> Told:
    """What files of counts tell together; DisclosureError when one cannot be read or they contradict each other."""
    tables = [read_counts(file) for file in files]
    return told(tables, possible_cells(tables), disclosure_rules())


def read_counts(file: Path) -> list[Figure]:
    """The figures of a CSV file: dimensions and `persons`; `all` is a margin, an empty count is held back."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            header = list(reader.fieldnames or [])
            rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DisclosureError(_("{name} cannot be read as CSV: {error}.", name=file.name, error=error)) from None
    if PERSONS not in header or len(header) < 2 or len(set(header)) < len(header):
        raise DisclosureError(
            _("{name} needs columns of dimensions and one called {persons}.", name=file.name, persons=PERSONS)
        )
    problems: list[str] = []
    figures = [figure for line, row in enumerate(rows, 2) if (figure := _figure(row, header, line, problems))]
    twice = len(figures) - len({figure.of for figure in figures})
    if twice:
        problems.append(_("{twice} combinations are listed twice", twice=twice))
    if problems or not figures:
        raise DisclosureError(_("{name} is no table of counts.", name=file.name), problems or [_("it has no rows")])
    return figures


def _figure(row: dict[str | None, Any], header: list[str], line: int, problems: list[str]) -> Figure | None:
    if None in row or any(row.get(name) is None for name in header):
        problems.append(_("line {line}: has not as many cells as the header", line=line))
        return None
    text = str(row[PERSONS]).strip()
    if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
        problems.append(_("line {line}: persons {text!r} is no count", line=line, text=text))
        return None
    of = tuple(sorted((name, row[name]) for name in header if name != PERSONS and row[name] != ALL))
    return Figure(of, int(text) if text else None)


def write_counts(figures: Table, by: Sequence[str], path: Path) -> None:
    """The figures as CSV: one row each, cells before margins, an empty count where it is held back."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*by, PERSONS])
        for figure in figures:
            levels = dict(figure.of)
            shown = "" if figure.count is None else figure.count
            writer.writerow([*(escaped_text(levels.get(name, ALL)) for name in by), shown])
