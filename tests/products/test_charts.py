"""Does the monthly chart show every figure of the brief, and no month as zero that nobody covers?"""

import json
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bluehelm.products.brief import MonthFigure
from bluehelm.products.charts import ChartWords, monthly_chart, monthly_picture, uncovered_runs
from bluehelm.tables.months import from_ordinal, months_between, ordinal
from tests.products.made_brief import BRIEF, MONTHS, UNCOVERED


def series(option, name):
    return next(series for series in option["series"] if series["id"] == name)


def test_the_chart_holds_the_figures_of_the_brief_and_null_where_it_has_none():
    option = monthly_chart(BRIEF)
    assert option["xAxis"][0]["data"] == ["2016-11", "2016-12", "2017-01", "2017-02", "2017-03"]
    assert series(option, "deaths")["data"] == [120, 0, 5, None, None]
    assert series(option, "events")["data"] == [3, 0, 2, None, None]


def test_months_without_figures_are_marked_and_a_month_of_zero_is_not():
    assert series(monthly_chart(BRIEF), "not-covered")["data"] == [None, None, None, 1, 1]


def test_the_specification_is_plain_json_and_its_panels_share_their_months():
    option = json.loads(json.dumps(monthly_chart(BRIEF)))
    assert {json.dumps(axis["data"]) for axis in option["xAxis"]} == {json.dumps([m.month for m in MONTHS])}
    assert [axis["gridIndex"] for axis in option["xAxis"]] == [0, 1, 2]


def test_a_month_of_which_only_a_part_counts_is_named_and_printed_lighter():
    assert monthly_chart(BRIEF)["partial"] == ["2016-11"]
    bars = monthly_picture(BRIEF)["vconcat"][1]["layer"][-1]
    assert [bar["part"] for bar in bars["data"]["values"]] == [True, False, False]
    assert bars["encoding"]["opacity"]["condition"]["value"] < bars["encoding"]["opacity"]["value"]


def test_the_words_are_the_readers():
    option = monthly_chart(BRIEF, ChartWords("Morts", "Événements", "Non couvert"))
    assert [series["name"] for series in option["series"]] == ["Morts", "Événements", "Non couvert"]


def test_a_mission_that_no_table_covers_has_no_chart():
    assert monthly_chart(UNCOVERED) is None
    assert monthly_picture(UNCOVERED) is None


def test_the_printed_chart_has_one_bar_a_covered_month_and_one_band_a_run_of_uncovered_ones():
    band, bars = monthly_picture(BRIEF)["vconcat"][0]["layer"]
    assert [(bar["from"][:7], bar["best"], bar["count"]) for bar in bars["data"]["values"]] == [
        ("2016-11", 120, 3),
        ("2016-12", 0, 0),
        ("2017-01", 5, 2),
    ]
    assert band["data"]["values"] == [{"from": "2017-02-01T00:00:00Z", "until": "2017-04-01T00:00:00Z"}]


def test_a_brief_covered_throughout_has_no_band():
    covered = replace(BRIEF, events=replace(BRIEF.events, by_month=MONTHS[:3]))
    assert [len(panel["layer"]) for panel in monthly_picture(covered)["vconcat"]] == [1, 1]


@given(st.lists(st.booleans(), max_size=60))
def test_runs_hold_exactly_the_uncovered_months_and_never_touch(covered):
    start = ordinal("1999-10")
    months = [
        MonthFigure(from_ordinal(start + i), *((1, 1) if is_covered else (None, None)))
        for i, is_covered in enumerate(covered)
    ]
    runs = uncovered_runs(months)
    held = [month for first, last in runs for month in months_between(first, last)]
    assert held == [figure.month for figure in months if figure.count is None]
    assert all(ordinal(later[0]) - ordinal(earlier[1]) > 1 for earlier, later in pairwise(runs))


def test_a_mission_that_had_not_begun_has_no_chart():
    early = replace(BRIEF, events=replace(BRIEF.events, count=0, best=0, by_month=()))
    assert monthly_chart(early) is None
    assert monthly_picture(early) is None
