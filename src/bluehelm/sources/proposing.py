"""Which of a file's columns probably means which of a table's, and why?

Two witnesses are heard: how a column is named, and whether its cells can be read as what the table wants. Each
proposal carries both with a confidence from 0 to 1; a person decides. Nothing here reads a file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl
from rapidfuzz import fuzz, process

from bluehelm.language import _
from bluehelm.sources.mapped import FALSE, SERIALS, TRUE, VOCABULARIES, ColumnMapping
from bluehelm.tables import Column, Table
from bluehelm.tables.countries import iso2_by_iso3, iso3_by_name
from bluehelm.tables.months import MONTH

# The name counts for a little more than the cells: most files hold several columns of whole numbers.
NAME_WEIGHT = 0.6
LEAST_NAME, LEAST_FIT = 0.72, 0.5
SAME_WORD = 80
MOST_VALUES = 40
# Days since 1899-12-30: 1927 to 2119. Smaller numbers are counts, larger ones ids.
SERIAL_LEAST, SERIAL_MOST = 10_000, 80_000


@dataclass(frozen=True, slots=True)
class Words:
    """What definitions say about files: names by column, words for unknown, patterns of dates."""

    names: Mapping[str, Sequence[str]]
    unknown: Sequence[str]
    dates: Sequence[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column of the file for a column of the table, with the reasons for it and against it."""

    column: str
    mapping: ColumnMapping
    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a file's cells can be read as a column: the share, what the mapping must say, and why."""

    share: float
    mapping: ColumnMapping
    reasons: tuple[str, ...] = ()


def propose(rows: pl.DataFrame, table: Table, words: Words) -> list[Proposal]:
    """Proposals in the table's order; a file's column is given to one of the table's, or to two days of one event.

    `rows` are text, a sample of the file.
    """
    known = {name: _known(rows[name], words) for name in rows.columns}
    found = [
        proposal
        for column in table.columns
        for name in rows.columns
        if (proposal := _proposal(table, column, name, known[name], words))
    ]
    chosen: dict[str, Proposal] = {}
    taken: dict[str, str] = {}
    for proposal in sorted(found, key=lambda each: -each.confidence):
        source = str(proposal.mapping.source)
        if proposal.column not in chosen and _may_take(proposal.column, taken.get(source)):
            chosen[proposal.column] = proposal
            taken.setdefault(source, proposal.column)
    return [chosen[column.name] for column in table.columns if column.name in chosen]


def _may_take(column: str, taker: str | None) -> bool:
    """An event of one day begins and ends on it, and a country's name tells its code: these columns are shared."""
    shared = ({"date_start", "date_end"}, {"country", "iso3"}, {"country_id", "iso3"}, {"personnel", "provider_type"})
    return taker is None or any({column, taker} == pair for pair in shared)


def unknown_words(rows: pl.DataFrame, table: Table, proposals: Sequence[Proposal], words: Words) -> list[str]:
    """The words for unknown that stand in cells of numbers, days and countries, as they are written there.

    In a column of words the same word may be an answer: a cause of death may be on record as unknown.
    """
    said, columns = {word.lower() for word in words.unknown}, {column.name: column for column in table.columns}
    read = [
        str(each.mapping.source)
        for each in proposals
        if columns[each.column].dtype != pl.String or each.column in ("iso3", "month")
    ]
    found = {text.strip() for name in read for text in rows[name].drop_nulls().unique()}
    return sorted(text for text in found if text.lower() in said)


def _known(cells: pl.Series, words: Words) -> list[str]:
    said = {word.lower() for word in words.unknown}
    return [text.strip() for text in cells.drop_nulls() if text.strip() and text.strip().lower() not in said]


def _proposal(table: Table, column: Column, name: str, cells: list[str], words: Words) -> Proposal | None:
    named, why = _named(column, name, words)
    if named < LEAST_NAME:
        return None
    fit = _fit(table, column, cells, words)
    if fit.share < LEAST_FIT:
        return None
    confidence = round(NAME_WEIGHT * named + (1 - NAME_WEIGHT) * fit.share, 2)
    return Proposal(column.name, replace(fit.mapping, source=name), confidence, (why, *fit.reasons))


def _bare(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _named(column: Column, name: str, words: Words) -> tuple[float, str]:
    """How much a file's column is named like the table's, and in what way."""
    bare, known = _bare(name), [_bare(other) for other in words.names.get(column.name, ())]
    if bare == _bare(column.name):
        return 1.0, _("{name!r} is the column's own name", name=name)
    if bare in known:
        # The likelier names come first, so that `date` goes to the day of the event before any other day.
        return 0.95 - 0.01 * min(known.index(bare), 10), _("{name!r} is a usual name for it", name=name)
    nearest = process.extractOne(bare, [_bare(column.name), *known], scorer=fuzz.ratio)
    share = 0.9 * nearest[1] / 100 if nearest else 0.0
    return share, _("{name!r} is nearly a usual name for it ({share:.2f})", name=name, share=share)


def _fit(table: Table, column: Column, cells: list[str], words: Words) -> _Fit:
    if not cells:
        return _Fit(0.6, ColumnMapping(), (_("the sample has no value in it"),))
    if column.dtype == pl.Date or column.name == "month":
        return _fit_dates(column, cells, words)
    if column.dtype in (pl.Int64, pl.Float64):
        return _fit_numbers(column, cells)
    if column.dtype == pl.Boolean:
        share = _share(cells, lambda text: text.lower() in (*TRUE, *FALSE))
        return _Fit(share, ColumnMapping(), (_("{share:.0%} of its cells say yes or no", share=share),))
    if column.name == "iso3":
        return _fit_countries(cells)
    if (table.name, column.name) in VOCABULARIES:
        return _fit_vocabulary(VOCABULARIES[table.name, column.name], cells)
    if table.key == (column.name,):
        share = len(set(cells)) / len(cells)
        return _Fit(
            share, ColumnMapping(), (_("{share:.0%} of its cells differ, as a number of the row must", share=share),)
        )
    return _Fit(1.0, ColumnMapping(), (_("its cells are text"),))


def _share(cells: list[str], is_fit: Callable[[str], bool]) -> float:
    return sum(map(is_fit, cells)) / len(cells)


def _fit_dates(column: Column, cells: list[str], words: Words) -> _Fit:
    shares: list[tuple[float, str | None]] = [(_share(cells, _is_iso), None)]
    if column.name == "month":
        shares.append((_share(cells, lambda text: bool(MONTH.fullmatch(text))), None))
    shares += [(_share_of_days(cells, pattern), pattern) for pattern in words.dates]
    shares.append((0.9 * _share(cells, _is_serial), next(iter(SERIALS))))
    best, pattern = max(shares, key=lambda each: each[0])
    rivals = [other for share, other in shares if share == best and other != pattern and other is not None]
    reasons = [_("{best:.0%} of its cells are days written {pattern}", best=best, pattern=pattern or _("YYYY-MM-DD"))]
    if pattern in SERIALS:
        reasons.append(_("they are bare numbers: if the workbook counts from 1904, every day is four years off"))
    if rivals and pattern is not None:
        reasons.append(_("they could as well be written {rivals}: no cell decides", rivals=_(" or ").join(rivals)))
        best *= 0.7
    return _Fit(best, ColumnMapping(date=pattern), tuple(reasons))


def _share_of_days(cells: list[str], pattern: str) -> float:
    return _share(cells, lambda text: _is_day(text, pattern))


def _is_iso(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return len(text) == 10 or text[10] in " T"


def _is_day(text: str, pattern: str) -> bool:
    try:
        found = datetime.strptime(text, pattern)  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False
    return 1900 <= found.year <= 2100


def _is_serial(text: str) -> bool:
    return text.isdecimal() and SERIAL_LEAST <= int(text) <= SERIAL_MOST


def _fit_numbers(column: Column, cells: list[str]) -> _Fit:
    def is_fit(text: str) -> bool:
        try:
            value = float(text)
        except ValueError:
            return False
        most = {"latitude": 90, "longitude": 180}.get(column.name)
        is_whole = column.dtype != pl.Int64 or value.is_integer()
        return is_whole and (most is None or abs(value) <= most) and "_" not in text

    points = _share(cells, is_fit)
    commas = _share(cells, lambda text: "." not in text and is_fit(text.replace(",", ".")))
    decimal, share = (",", commas) if commas > points else (".", points)
    what = _("{share:.0%} of its cells are {type_name}s", share=share, type_name=column.type_name) + (
        _(" with decimal commas") if decimal == "," else ""
    )
    return _Fit(share, ColumnMapping(decimal=decimal), (what,))


def _fit_countries(cells: list[str]) -> _Fit:
    codes, names = iso2_by_iso3(), iso3_by_name()
    share = _share(cells, lambda text: text.upper() in codes or text.lower() in names)
    unlisted = sorted({text for text in cells if text.upper() not in codes and text.lower() not in names})
    reasons = [_("{share:.0%} of its cells are countries", share=share)]
    if unlisted and share >= LEAST_FIT:
        reasons.append(_("not known as countries: {unlisted}", unlisted=", ".join(unlisted[:5])))
    return _Fit(share, ColumnMapping(), tuple(reasons))


def _fit_vocabulary(vocabulary: tuple[str, ...], cells: list[str]) -> _Fit:
    """The file's own words for a closed list: each with the word it most resembles, if it resembles one."""
    said = sorted(set(cells))
    if len(said) > MOST_VALUES:
        return _Fit(0.0, ColumnMapping())
    values = {}
    for word in said:
        nearest = process.extractOne(word.lower(), vocabulary, scorer=fuzz.WRatio, score_cutoff=SAME_WORD)
        if nearest:
            values[word] = nearest[0]
    share = _share(cells, lambda text: text in values)
    reasons = [
        _("{share:.0%} of its cells are words of the list {vocabulary}", share=share, vocabulary=", ".join(vocabulary))
    ]
    if missing := [word for word in said if word not in values]:
        reasons.append(_("say in `values` what these mean: {missing}", missing=", ".join(missing[:10])))
    # Words that resemble nothing still need a person, who is better helped by the column than by silence.
    return _Fit(max(share, LEAST_FIT), ColumnMapping(values=values), tuple(reasons))
