"""What did a new version of a table change, country by country and month by month?

Two versions are compared where both speak: in the months and countries that both cover. There a table of events has a
figure for every country and month, 0 where it names no event; a table of countries by month speaks of the countries
and months it has rows for. What only one of them speaks of is told apart, for it is not a change of a figure.
An event counts in the month in which it began. Deaths are best estimates.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from bluehelm.situation.events import MONTH_NUMBER, month_name
from bluehelm.tables.months import months_between
from bluehelm.tables.provenance import Coverage

KEY = ("iso3", "month")
COUNTRY_MONTHS = pl.Schema({"iso3": pl.String, "month": pl.String, "deaths": pl.Int64, "count": pl.Int64})


@dataclass(frozen=True, slots=True)
class Change:
    """A country's month whose figures differ; None where a version has no figure. `iso3` is None for no country."""

    iso3: str | None
    month: str
    old: int | None
    new: int | None
    old_count: int | None
    new_count: int | None


@dataclass(frozen=True, slots=True)
class Revision:
    """The changes, by country and month, and the totals of all that was compared.

    `compared` are months, `only_old` and `only_new` those that one version alone covers; `countries` is None when
    every country was compared, `countries_only_old` and `countries_only_new` are those of which one alone speaks.
    """

    changed: tuple[Change, ...]
    total_old: int
    total_new: int
    count_old: int | None
    count_new: int | None
    compared: tuple[str, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    countries: tuple[str, ...] | None
    countries_only_old: tuple[str, ...]
    countries_only_new: tuple[str, ...]


def country_months_of_events(events: pl.LazyFrame) -> pl.DataFrame:
    """Deaths and events by country and month of the first day; columns of COUNTRY_MONTHS."""
    sums = (pl.col("best").sum().alias("deaths"), pl.len().alias("count"))
    months = events.group_by("iso3", MONTH_NUMBER.alias("month")).agg(*sums)
    return _shaped(months.with_columns(month_name(pl.col("month")).alias("month")))


def country_months_of_series(series: pl.LazyFrame) -> pl.DataFrame:
    """Deaths and events of a series by country and month; null where one of a country's rows is unknown."""
    sums = (_known_sum("best").alias("deaths"), _known_sum("events").alias("count"))
    return _shaped(series.group_by("iso3", "month").agg(*sums))


def _known_sum(name: str) -> pl.Expr:
    return pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum())


def _shaped(sums: pl.LazyFrame) -> pl.DataFrame:
    return sums.select(pl.col(name).cast(dtype) for name, dtype in COUNTRY_MONTHS.items()).collect()


def revision(
    old: pl.DataFrame, new: pl.DataFrame, covered_old: Coverage, covered_new: Coverage, *, missing: int | None
) -> Revision:
    """The changes from one state of a series by country and month to another, both with columns of COUNTRY_MONTHS.

    `missing` is what a covered month without a row means: 0 for counted events, None (not spoken of) for a series.
    """
    months_old, months_new = _months(old, covered_old), _months(new, covered_new)
    named_old, named_new = _named(old, covered_old, missing), _named(new, covered_new, missing)
    compared, countries = months_old & months_new, _common(named_old, named_new)
    both = _side_by_side(_within(old, compared, countries), _within(new, compared, countries), missing)
    changed = both.filter(
        ~(pl.col("deaths").eq_missing(pl.col("deaths_new")) & pl.col("count").eq_missing(pl.col("count_new")))
    )
    order = ["iso3", "month", "deaths", "deaths_new", "count", "count_new"]
    return Revision(
        changed=tuple(Change(*row) for row in changed.sort("iso3", "month").select(order).iter_rows()),
        total_old=int(both["deaths"].sum()),
        total_new=int(both["deaths_new"].sum()),
        count_old=_sum(both["count"]),
        count_new=_sum(both["count_new"]),
        compared=tuple(sorted(compared)),
        only_old=tuple(sorted(months_old - months_new)),
        only_new=tuple(sorted(months_new - months_old)),
        countries=None if countries is None else tuple(sorted(countries)),
        countries_only_old=_alone(named_old, named_new),
        countries_only_new=_alone(named_new, named_old),
    )


def _months(rows: pl.DataFrame, covered: Coverage) -> set[str]:
    """The months a version speaks of: between its first and last, or those it has rows in when it names none."""
    first, last = covered.first_month, covered.last_month
    listed = set(rows["month"])
    return set(months_between(first, last)) if first and last else listed


def _named(rows: pl.DataFrame, covered: Coverage, missing: int | None) -> frozenset[str] | None:
    """The countries a version speaks of; None when it speaks of all."""
    if missing is None:
        return frozenset(rows["iso3"].drop_nulls())
    return None if covered.countries is None else frozenset(covered.countries)


def _common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return one if other is None else other
    return one & other


def _alone(one: frozenset[str] | None, other: frozenset[str] | None) -> tuple[str, ...]:
    return () if one is None or other is None else tuple(sorted(one - other))


def _within(rows: pl.DataFrame, months: set[str], countries: frozenset[str] | None) -> pl.DataFrame:
    wanted = pl.col("month").is_in(sorted(months))
    return rows.filter(wanted if countries is None else wanted & pl.col("iso3").is_in(sorted(countries)))


def _side_by_side(old: pl.DataFrame, new: pl.DataFrame, missing: int | None) -> pl.DataFrame:
    kept: Literal["inner", "full"] = "inner" if missing is None else "full"
    both = old.join(new, on=KEY, how=kept, nulls_equal=True, coalesce=True, suffix="_new")
    return both if missing is None else both.with_columns(pl.col("^(deaths|count)(_new)?$").fill_null(missing))


def _sum(counts: pl.Series) -> int | None:
    """None when no version counts events."""
    return int(counts.sum()) if counts.len() > counts.null_count() else None
