"""Are small parts of a total held back with what gives them away, and can what a narrative says be about several?"""

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.definitions import packaged_text
from bluehelm.definitions.disclosure import parse_disclosure_rules
from bluehelm.disclosure.figures import Figure, lay
from bluehelm.disclosure.narratives import SAID, coarsened, persons_who_fit
from bluehelm.disclosure.parts import held_back, small_parts_held_back
from tests.disclosure import by_hand

RULES = parse_disclosure_rules(packaged_text("disclosure.yaml"), "disclosure.yaml")
PARTS, RULE = ("female", "male"), {"smallest": 5, "interval": 4}
counts = st.none() | st.integers(0, 12)
SCHEMA = {"persons": pl.Int64, "female": pl.Int64, "male": pl.Int64}


def split(*rows):
    return pl.DataFrame(
        [{"persons": None if None in row else sum(row), "female": row[0], "male": row[1]} for row in rows], SCHEMA
    )


@settings(max_examples=50)
@given(st.lists(st.tuples(counts, counts), max_size=6))
def test_no_small_part_is_shown_and_none_can_be_computed(rows):
    before = split(*rows)
    after = small_parts_held_back(before, PARTS, "persons", **RULE)
    assert all(value is None or value == 0 or value >= 5 for name in PARTS for value in after[name])
    for was, now in zip(before.iter_rows(named=True), after.iter_rows(named=True), strict=True):
        assert all(now[name] in (None, was[name]) for name in was)
        if now["female"] is None and was["female"] is not None and now["persons"] is not None:
            figures = [Figure((("sex", "F"),), None), Figure((("sex", "M"),), None), Figure((), now["persons"])]
            laid = lay(figures, pl.DataFrame({"sex": ["F", "M"]}))
            # this attacker also knows that neither part is empty, which takes both ends off the interval
            assert all(most - least >= 2 for least, most in by_hand.intervals(laid, now["persons"] + 1).values())


def test_the_worked_rows_of_the_page():
    rows = split((2, 118), (6, 60), (1, 2), (0, 3), (None, None))
    after = small_parts_held_back(rows, PARTS, "persons", **RULE)
    assert after.rows() == [(120, None, None), (66, 6, 60), (None, None, None), (None, None, None), (None, None, None)]
    assert held_back(rows, after, ["persons", *PARTS]) == {"persons": 2, "female": 3, "male": 3}


PLACES, STEPS = ("village", "district", "country"), (("village", "month"), ("district", "month"), ("country", "year"))


def told(*rows):
    """Narratives: each of a person, a day and a village; villages v0 to v3 lie two by two in districts."""
    columns = {"narrative": pl.Int64, "person": pl.Int64, "on": pl.Date, **dict.fromkeys(PLACES, pl.String)}
    data = [(n, p, on, f"v{v}", f"d{v // 2}", "c") for n, (p, on, v) in enumerate(rows)]
    return pl.DataFrame(data, schema=columns, orient="row")


narratives = st.lists(
    st.tuples(st.integers(0, 8), st.dates(date(2025, 1, 1), date(2026, 3, 31)), st.integers(0, 3)), max_size=14
).map(lambda rows: told(*rows))


def one_by_one(rows: pl.DataFrame, fewest: int):
    """The slow obvious answer: at each step, look at every narrative that waits and count the persons beside it."""
    waiting, said = list(rows.iter_rows(named=True)), {}
    for place, time in STEPS:
        period = {"month": "%Y-%m", "year": "%Y"}[time]
        what = {row["narrative"]: (place, row[place], time, row["on"].strftime(period)) for row in waiting}
        for row in waiting:
            persons = {other["person"] for other in waiting if what[other["narrative"]] == what[row["narrative"]]}
            if len(persons) >= fewest:
                said[row["narrative"]] = what[row["narrative"]]
        waiting = [row for row in waiting if row["narrative"] not in said]
    return [(number, *said.get(number, (None,) * 4)) for number in range(rows.height)]


@given(narratives, st.integers(2, 4))
def test_place_and_time_are_as_fine_as_counting_one_by_one_allows(rows, fewest):
    assert coarsened(rows, STEPS, fewest=fewest).rows() == one_by_one(rows, fewest)


@given(narratives, st.integers(2, 4))
def test_whoever_knows_everybody_s_place_and_day_is_left_with_several_persons(rows, fewest):
    left = coarsened(rows, STEPS, fewest=fewest)
    found = persons_who_fit(left, rows)
    assert found.height == left.drop_nulls().height
    assert all(persons >= fewest for persons in found["persons"])


def test_the_re_identification_test_finds_one_who_is_alone():
    rows = told((1, date(2025, 5, 3), 0), (2, date(2025, 5, 9), 1))
    careless = rows.select(
        "narrative", pl.lit("village").alias("place_level"), pl.col("village").alias("place"),
        pl.lit("month").alias("time_level"), pl.lit("2025-05").alias("period"),
    )  # fmt: skip
    assert persons_who_fit(careless, rows)["persons"].to_list() == [1, 1]


def test_several_narratives_of_one_person_count_once():
    rows = told(*[(1, date(2025, 5, day), 0) for day in (1, 2, 3)])
    assert coarsened(rows, STEPS, fewest=2).select(SAID).null_count().row(0) == (3, 3, 3, 3)


def test_the_package_s_steps_grow_coarser():
    times = ["day", "month", "quarter", "year"]
    order = [times.index(time) for _, time in RULES.narratives.steps]
    assert order == sorted(order)
