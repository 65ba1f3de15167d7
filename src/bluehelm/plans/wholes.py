"""What is the whole of each indicator in each period, from a table of millions of values?

The value entered for the whole stands. Where only parts were entered, the rule makes the whole of them: of the parts
told by one set of keys, all of those that have been reported by then, since a part that is missing leaves the whole
unknown. Parts told by several sets of keys (by sex, and by area) are each a way to the same whole: where the complete
ones differ, it is unknown. `whole_of` says the same of one period, slowly and plainly.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from bluehelm.plans.framework import RollUp
from bluehelm.plans.periods import in_order, span_of
from bluehelm.plans.values import Reading, RollUpError, over_parts

NUMBERS = ("value", "low", "high", "numerator", "denominator")
SCHEMA = {"indicator": pl.String, "period": pl.String, "part": pl.String} | dict.fromkeys(NUMBERS, pl.Float64)
"""One row a value that stands; `part` is written `area=north, sex=women`, empty for the whole."""

ADDED = ("sum", "latest", "cumulative")
ROUNDING = 1e-9
"""Sums in another order may differ in their last digits; two ways to one whole that differ by less are the same."""


def wholes(
    values: pl.DataFrame, rules: Mapping[str, RollUp | None], shares: Collection[str] = ()
) -> dict[str, list[Reading]]:
    """The whole of every indicator by period, in time; `values` as SCHEMA, without distributions.

    `shares` are indicators whose unit says that they are shares, even where a value came without its counts.
    """
    ends = {period: span_of(period)[1] for period in values["period"].unique()}
    told = values.with_columns(end=pl.col("period").replace_strict(ends, return_dtype=pl.Int32))
    entered = told.filter(pl.col("part") == "").select("indicator", "period", "end", *NUMBERS)
    made = _from_parts(told.filter(pl.col("part") != ""), rules, shares).join(
        entered, on=["indicator", "period"], how="anti"
    )
    rows = pl.concat([entered, made.select(entered.columns)]).sort("indicator", "end", "period")
    found: dict[str, list[Reading]] = {}
    for indicator, period, _end, *numbers in rows.iter_rows():
        found.setdefault(indicator, []).append(Reading(period, *numbers))
    return found


def _from_parts(parts: pl.DataFrame, rules: Mapping[str, RollUp | None], shares: Collection[str]) -> pl.DataFrame:
    added = [name for name, rule in rules.items() if rule in ADDED]
    summed = [name for name, rule in rules.items() if rule == "sum"]
    keyed = parts.filter(pl.col("indicator").is_in(added)).with_columns(
        keys=pl.col("part").str.replace_all(r"=[^,]*", "")
    )
    by = ["indicator", "keys", "end", "period"]
    ways = (
        keyed.group_by(by)
        .agg(
            pl.len().alias("parts"),
            (
                pl.col("numerator").is_not_null()
                | pl.col("denominator").is_not_null()
                | pl.col("indicator").is_in(sorted(shares))
            )
            .any()
            .alias("is_share"),
            *[_sum_or_unknown(name) for name in NUMBERS],
        )
        .filter(~(pl.col("is_share") & pl.col("indicator").is_in(summed)))
        .sort("indicator", "keys", "end")
    )
    ways = _with_expected(ways, keyed).with_columns(complete=pl.col("parts") == pl.col("expected"))
    share = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator"))
    none = pl.lit(None, pl.Float64)
    of_shares = {name: pl.col(name) for name in NUMBERS} | {"value": share, "low": none, "high": none}
    told = ways.with_columns(
        pl.when("complete").then(pl.when("is_share").then(of_shares[name]).otherwise(pl.col(name))).alias(name)
        for name in NUMBERS
    )
    known = pl.col("value").filter("complete")
    apart = known.max() - known.min() > ROUNDING * pl.max_horizontal(known.max().abs(), known.min().abs())
    agree = (known.len() > 0) & ((known.null_count() == known.len()) | ((known.null_count() == 0) & ~apart))
    return (
        told.sort("keys")
        .group_by("indicator", "period", "end", maintain_order=True)
        .agg(pl.when(agree).then(pl.col(name).filter("complete").first()).alias(name) for name in NUMBERS)
    )


def _sum_or_unknown(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name)


def _with_expected(ways: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """How many parts have been reported by each period: so many are expected in it."""
    firsts = keyed.group_by("indicator", "keys", "part").agg(pl.col("end").min())
    begun = (
        firsts.group_by("indicator", "keys", "end")
        .agg(pl.len().alias("new"))
        .sort("indicator", "keys", "end")
        .with_columns(expected=pl.col("new").cum_sum().over("indicator", "keys"))
        .sort("end")
    )
    return ways.sort("end").join_asof(begun.drop("new"), on="end", by=["indicator", "keys"], check_sortedness=False)


def missing_parts(values: pl.DataFrame) -> dict[str, dict[str, tuple[str, ...]]]:
    """By indicator and period the parts that were reported before and are not there, so that the whole is unknown.

    None where the whole was entered or one set of keys is complete; `values` as SCHEMA, distributions too.
    """
    ends = {period: span_of(period)[1] for period in values["period"].unique()}
    told = values.select(
        "indicator", "period", "part", end=pl.col("period").replace_strict(ends, return_dtype=pl.Int32)
    )
    parts = told.filter(pl.col("part") != "")
    firsts = parts.group_by("indicator", "part").agg(pl.col("end").min())
    begun = firsts.group_by("indicator", "end").agg(pl.len().alias("new")).sort("indicator", "end")
    begun = begun.with_columns(expected=pl.col("new").cum_sum().over("indicator")).drop("new").sort("end")
    there = parts.group_by("indicator", "period", "end").agg(pl.len().alias("parts")).sort("end")
    short = (
        there.join_asof(begun, on="end", by="indicator", check_sortedness=False)
        .filter(pl.col("parts") < pl.col("expected"))
        .join(told.filter(pl.col("part") == ""), on=["indicator", "period"], how="anti")
    )
    first_by: dict[str, dict[str, int]] = {}
    for indicator, part, end in firsts.join(short, on="indicator", how="semi").iter_rows():
        first_by.setdefault(indicator, {})[part] = end
    kept = parts.join(short, on=["indicator", "period"], how="semi").group_by("indicator", "period", "end").agg("part")
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for indicator, period, end, names in kept.sort("indicator", "end", "period").iter_rows():
        expected = {part for part, first in first_by[indicator].items() if first <= end}
        if missing := _missing_of(set(names), expected):
            found.setdefault(indicator, {})[period] = missing
    return found


def _missing_of(there: set[str], expected: set[str]) -> tuple[str, ...]:
    """The expected parts that are not there, of the sets of keys by which some are told; none where one is complete."""
    missing: list[str] = []
    for keys in {_keys(part) for part in there}:
        gone = {part for part in expected if _keys(part) == keys} - there
        if not gone:
            return ()
        missing += gone
    return tuple(sorted(missing))


def _keys(part: str) -> str:
    return re.sub(r"=[^,]*", "", part)


def missing_parts_slowly(readings: Iterable[Reading]) -> dict[str, tuple[str, ...]]:
    """The same of one indicator, by period."""
    rows = [("", one.period, one.part) for one in readings]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("indicator", "period", "part"), pl.String), orient="row")
    return missing_parts(frame).get("", {})


def whole_of(
    readings: Sequence[Reading], rule: RollUp | None, before: Iterable[Reading] = (), *, is_share: bool = False
) -> Reading | None:
    """The whole of one period from its readings; `before` are parts of earlier periods. None where the rule forbids it.

    The slow and plain form of `wholes`, which also puts distributions together.
    """
    entered = next((one for one in readings if not one.parts), None)
    if entered or rule in (None, "none") or not readings:
        return entered
    ways: dict[tuple[str, ...], list[Reading]] = {}
    for one in readings:
        ways.setdefault(tuple(sorted(one.parts)), []).append(one)
    expected: dict[tuple[str, ...], set[tuple[tuple[str, str], ...]]] = {}
    for one in (*before, *readings):
        if one.parts:
            expected.setdefault(tuple(sorted(one.parts)), set()).add(tuple(sorted(one.parts.items())))
    found = []
    for keys, parts in sorted(ways.items()):
        try:
            whole = over_parts(parts, rule, is_share=is_share or any(one.is_share for one in parts))
        except RollUpError:
            continue
        found.append(replace(whole, parts={}) if len(parts) == len(expected[keys]) else None)
    if not found:
        return None
    complete = [one for one in found if one]
    agree = bool(complete) and all(_same(complete[0], one) for one in complete)
    return complete[0] if agree else Reading(readings[0].period, None)


def _same(first: Reading, second: Reading) -> bool:
    """Whether two ways to one whole say the same."""
    if first.value is None or second.value is None:
        return first.value is second.value and first.counts == second.counts
    return math.isclose(first.value, second.value, rel_tol=ROUNDING) and first.counts == second.counts


def wholes_slowly(readings: Sequence[Reading], rule: RollUp | None, *, is_share: bool = False) -> list[Reading]:
    """The wholes of one indicator by period, in time."""
    by_period: dict[str, list[Reading]] = {}
    for one in readings:
        by_period.setdefault(one.period, []).append(one)
    found, before = [], list[Reading]()
    for period in in_order(list(by_period)):
        whole = whole_of(by_period[period], rule, before, is_share=is_share)
        found += [whole] if whole else []
        before += by_period[period]
    return found
