"""Does the fast table of wholes say what the slow and plain form says, one indicator after another?"""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.plans.values import Reading, reads_as_share
from bluehelm.plans.wholes import NUMBERS, SCHEMA, missing_parts, missing_parts_slowly, wholes, wholes_slowly

PARTS = ["", "sex=men", "sex=women", "area=north", "area=south", "area=north, sex=women"]
PERIODS = ["2027-01", "2027-02", "2027-03"]
RULES = ["sum", "latest", "cumulative", "none", None]
NUMBER = st.none() | st.integers(0, 9).map(float)


@st.composite
def tables(draw):
    """Values of some indicators, each place filled or not; an indicator counts or is a share."""
    rules = {f"I{number}": draw(st.sampled_from(RULES)) for number in range(draw(st.integers(1, 3)))}
    rows = []
    for name in rules:
        is_share = draw(st.booleans())
        for period in PERIODS:
            for part in draw(st.lists(st.sampled_from(PARTS), unique=True)):
                numerator, denominator = (draw(NUMBER), draw(NUMBER)) if is_share else (None, None)
                value = numerator / denominator if numerator is not None and denominator else draw(NUMBER)
                rows.append((name, period, part, value, draw(NUMBER), draw(NUMBER), numerator, denominator))
    return rules, pl.DataFrame(rows, schema=SCHEMA, orient="row")


def readings(values: pl.DataFrame, name: str) -> list[Reading]:
    mine = values.filter(pl.col("indicator") == name)
    return [
        Reading(
            row["period"],
            **{number: row[number] for number in NUMBERS},
            parts=dict(one.split("=") for one in row["part"].split(", ")) if row["part"] else {},
        )
        for row in mine.iter_rows(named=True)
    ]


@settings(max_examples=60)
@given(tables(), st.sets(st.sampled_from(["I0", "I1", "I2"])))
def test_the_table_says_what_the_plain_form_says(given_table, shares):
    rules, values = given_table
    fast = wholes(values, rules, shares)
    assert {name: fast.get(name, []) for name in rules} == {
        name: wholes_slowly(readings(values, name), rule, is_share=name in shares) for name, rule in rules.items()
    }


def test_a_part_once_reported_and_then_missing_leaves_the_whole_unknown():
    both = [("I", "2027-01", "sex=women", 6.0), ("I", "2027-01", "sex=men", 9.0), ("I", "2027-02", "sex=women", 7.0)]
    values = pl.DataFrame([(*row, None, None, None, None) for row in both], schema=SCHEMA, orient="row")
    assert [one.value for one in wholes(values, {"I": "sum"})["I"]] == [15.0, None]


def test_parts_told_by_different_keys_are_never_added_together():
    rows = [("I", "2027-01", part, 5.0, *[None] * 4) for part in PARTS[1:5]]
    assert wholes(pl.DataFrame(rows, schema=SCHEMA, orient="row"), {"I": "sum"})["I"][0].value == 10.0
    rows[0] = (*rows[0][:3], 6.0, *[None] * 4)
    assert wholes(pl.DataFrame(rows, schema=SCHEMA, orient="row"), {"I": "sum"})["I"][0].value is None


def test_shares_of_parts_are_never_added_even_where_their_counts_are_not_known():
    rows = [("I", "2027-01", "area=north", 0.4, *[None] * 4), ("I", "2027-01", "area=south", 0.7, *[None] * 4)]
    values = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    assert wholes(values, {"I": "latest"})["I"][0].value == 1.1
    assert wholes(values, {"I": "latest"}, {"I"})["I"][0].value is None
    assert [reads_as_share(unit) for unit in ("percentage of homes", "% asked", "median days", "persons", None)] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_two_ways_to_one_whole_that_differ_by_rounding_alone_are_the_same():
    tenths = [("area=north", 0.1), ("area=south", 0.2), ("sex=women", 0.15), ("sex=men", 0.15)]
    values = pl.DataFrame(
        [("I", "2027-01", part, value, *[None] * 4) for part, value in tenths], schema=SCHEMA, orient="row"
    )
    assert 0.1 + 0.2 != 0.15 + 0.15
    (whole,) = wholes(values, {"I": "sum"})["I"]
    (slow,) = wholes_slowly(readings(values, "I"), "sum")
    assert abs(whole.value - 0.3) < 1e-9 and abs(slow.value - 0.3) < 1e-9


def test_the_part_without_which_the_whole_is_unknown_is_named():
    rows = [("2027-01", part) for part in PARTS[1:5]]
    rows += [("2027-02", "sex=women"), ("2027-03", "sex=women"), ("2027-03", "area=north"), ("2027-03", "area=south")]
    rows += [("2027-04", "sex=women"), ("2027-04", "")]
    values = pl.DataFrame([("I", *row, 5.0, *[None] * 4) for row in rows], schema=SCHEMA, orient="row")
    assert missing_parts(values) == {"I": {"2027-02": ("sex=men",)}}
    assert missing_parts_slowly(readings(values, "I")) == {"2027-02": ("sex=men",)}


@settings(max_examples=60)
@given(tables())
def test_a_whole_is_unknown_for_a_missing_part_exactly_where_one_is_named(given_table):
    _rules, values = given_table
    values = values.with_columns(value=pl.lit(0.0), numerator=None, denominator=None)
    found = wholes(values, dict.fromkeys(values["indicator"].unique(), "sum"))
    unknown = {(name, one.period) for name, listed in found.items() for one in listed if one.value is None}
    assert {(name, period) for name, periods in missing_parts(values).items() for period in periods} == unknown
