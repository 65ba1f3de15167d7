"""Do the two measures count every case, rank nobody, and agree with the worked example of their page?"""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.definitions.finding_rules import (
    parse_causes_of_delay,
    parse_follow_through,
    parse_vocabulary,
    parse_working_calendars,
)
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.strict_yaml import DefinitionError
from bluehelm.workflows.findings.alike import alike
from bluehelm.workflows.findings.measures import Case, Wait, by_group, days_waited, measure, measure_json, steps
from bluehelm.workflows.findings.rules import finding_rules, working_calendars

RULES = finding_rules().follow_through
DAY_0 = date(2025, 1, 1)
AS_OF = date(2026, 1, 1)
ENDINGS = ("implemented", "rejected", "overtaken", "superseded")


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def case(start: int, end: int | None = None, ended_as: str = "", **more) -> Case:
    return Case("UNSYM", "protection", day(start), None if end is None else day(end), ended_as, **more)


@st.composite
def cases(draw) -> Case:
    start = draw(st.integers(0, 400))
    ending = draw(st.sampled_from((*ENDINGS, "")))
    end = start + draw(st.integers(0, 300)) if ending else None
    mission = draw(st.sampled_from(("UNAAA", "UNBBB", "UNCCC")))
    return replace(case(start, end, ending), mission=mission)


def test_the_worked_example_of_adaptiveness():
    """The table of docs/methods/adaptiveness.md."""
    found = measure(
        [
            case(0, 40, "implemented"),
            case(10, 90, "implemented"),
            case(20, 140, "implemented"),
            case(30, 60, "rejected"),
            case(100, None),
            case(200, None),
        ],
        RULES,
        day(300),
    )
    assert (found.cases, found.still_open, found.became) == (6, 2, {"implemented": 3, "rejected": 1})
    assert [(left.day, round(left.share, 3)) for left in found.curve] == [(40, 0.8), (80, 0.6), (120, 0.3)]
    assert found.median.days == 120
    assert found.horizons[0].implemented == pytest.approx(1 / 3)
    assert found.horizons[0].ended_otherwise == pytest.approx(1 / 6)
    assert found.horizons[1].implemented == pytest.approx(0.5833, abs=1e-4)
    assert found.too_few


def test_the_page_of_the_method_carries_these_figures():
    page = (Path(__file__).parents[2] / "docs" / "methods" / "adaptiveness.md").read_text(encoding="utf-8")
    for figure in ("| 40 | 5 | 0.800 |", "| 80 | 4 | 0.600 |", "| 120 | 2 | 0.300 |", "0.333", "0.583"):
        assert figure in page, figure


def test_the_worked_example_of_nimbleness():
    """The table of docs/methods/nimbleness.md."""
    waits = (Wait("lift", "Movement control", day(20), day(50)), Wait("budget", "Headquarters", day(40), day(60)))
    found = measure(
        [
            case(0, 60, "implemented", waits=waits),
            case(0, 100, "implemented"),
            case(50, 130, "implemented"),
            case(100, None, waits=(Wait("host-consent", "The host state", day(110)),)),
        ],
        RULES,
        day(200),
    )
    assert [(left.day, round(left.share, 3)) for left in found.curve] == [(60, 0.75), (80, 0.5), (100, 0.25)]
    assert found.median.days == 80
    assert [(one.cause, one.cases, one.days, one.now) for one in found.waiting] == [
        ("budget", 1, 20, 0),
        ("host-consent", 1, 90, 1),
        ("lift", 1, 30, 0),
    ]
    page = (Path(__file__).parents[2] / "docs" / "methods" / "nimbleness.md").read_text(encoding="utf-8")
    for figure in ("| 60 | 4 | 0.750 |", "| 80 | 3 | 0.500 |", "| Host consent | 1 | 90 | 1 |"):
        assert figure in page, figure


@given(st.lists(cases(), max_size=20), st.integers(0, 800))
def test_every_case_that_had_begun_is_counted_once(found, as_of):
    measured = measure(found, RULES, day(as_of))
    begun = [one for one in found if one.start_on <= day(as_of)]
    assert measured.cases == len(begun) == measured.still_open + sum(measured.became.values())


@given(st.lists(cases(), max_size=20), st.integers(0, 400), cases())
def test_what_came_later_does_not_change_what_was_measured(found, as_of, later):
    after = replace(later, start_on=day(as_of + 1 + (later.start_on - DAY_0).days), end_on=None, ended_as="")
    assert measure([*found, after], RULES, day(as_of)) == measure(found, RULES, day(as_of))
    forgotten = [
        one if not one.end_on or one.end_on <= day(as_of) else replace(one, end_on=None, ended_as="") for one in found
    ]
    assert measure(forgotten, RULES, day(as_of)) == measure(found, RULES, day(as_of))


@given(st.lists(cases(), max_size=20))
def test_groups_stand_in_the_order_of_their_names_whatever_their_figures(found):
    groups = by_group(found, lambda one: one.mission, RULES, AS_OF)
    assert list(groups) == sorted(groups)
    assert sum(one.cases for one in groups.values()) == measure(found, RULES, AS_OF).cases


@given(st.lists(cases(), max_size=20))
def test_the_shares_at_a_horizon_add_up_to_all(found):
    for horizon in measure(found, RULES, AS_OF).horizons:
        assert horizon.implemented + horizon.ended_otherwise + horizon.still_open == pytest.approx(1)


@given(st.lists(st.tuples(st.integers(0, 100), st.one_of(st.none(), st.integers(0, 60))), max_size=6))
def test_days_on_which_two_waited_count_once(spans):
    waits = [Wait("lift", "x", day(first), None if more is None else day(first + more)) for first, more in spans]
    as_of = day(120)
    waited = {
        n for w in waits for n in range((w.from_on - DAY_0).days, ((w.until_on or as_of) - DAY_0).days) if n < 120
    }
    assert days_waited(waits, as_of) == len(waited)


def test_a_case_that_ended_says_how_and_when():
    with pytest.raises(ValueError, match="says when and how"):
        case(0, 5)
    with pytest.raises(ValueError, match="cannot have ended"):
        case(5, 1, "rejected")


def test_many_cases_are_not_called_few():
    assert not measure([case(0, n, "implemented") for n in range(1, 20)], RULES, AS_OF).too_few


def test_a_measure_without_cases_says_unknown_and_not_zero():
    said = measure_json(measure([], RULES, AS_OF))
    assert (said["cases"], said["median_days"], said["median_low"], said["curve"]) == (0, None, None, [])


def test_the_staircase_goes_up_from_nothing():
    measured = measure([case(0, 10, "implemented"), case(0, 20, "implemented")], RULES, AS_OF)
    assert steps(measured.curve) == [(0, 0.0), (10, 0.0), (10, 0.5), (20, 0.5), (20, 1.0)]


# Near-duplicates

ROAD = "The road to Volmesh is cut for three months of the year"


def test_the_same_words_in_another_order_are_alike():
    others = {2: "For three months of the year the road to Volmesh is cut", 3: "Radios fail in Firnok"}
    assert [(one.finding, one.likeness) for one in alike(ROAD, others, least=RULES.alike_from)] == [(2, 100.0)]


@given(st.dictionaries(st.integers(1, 99), st.text("abc ", min_size=1), max_size=6), st.text("abc ", min_size=1))
def test_only_what_was_given_is_found_and_most_alike_first(others, text):
    found = alike(text, others, least=10)
    assert {one.finding for one in found} <= set(others)
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)


# Definitions


def test_the_packaged_rules_load_and_are_drafts():
    assert {one.status for one in finding_rules().definitions} == {"draft"}
    calendars = working_calendars(Path("nowhere"))
    assert calendars.by_place()["Zelleb"].why_closed(date(2026, 9, 15)) == "Karuvia Day"


def test_a_data_folder_may_bring_its_own_calendars(tmp_path):
    text = packaged_text("findings/working_calendars.yaml").replace("place: Zelleb", "place: Volmesh")
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "working_calendars.yaml").write_text(text, encoding="utf-8")
    assert set(working_calendars(tmp_path).by_place()) == {"general", "Volmesh"}


@pytest.mark.parametrize(
    ("parse", "name", "old", "new", "said"),
    [
        (parse_vocabulary, "vocabulary", "word: mandates", "word: plans", "more than once"),
        (parse_vocabulary, "vocabulary", "word: raised", "word: lifted", "in this order"),
        (parse_causes_of_delay, "causes_of_delay", "word: council", "word: us", "more than once"),
        (parse_follow_through, "follow_through", "least_cases: 10", "least_cases: 0", "least_cases"),
        (parse_working_calendars, "working_calendars", "elsewhere: general", "elsewhere: moon", "none of them"),
        (parse_working_calendars, "working_calendars", "2025-04-18", "2031-04-18", "outside"),
    ],
)
def test_an_unsound_rule_is_refused(parse, name, old, new, said):
    text = packaged_text(f"findings/{name}.yaml")
    assert old in text
    with pytest.raises(DefinitionError, match=said):
        parse(text.replace(old, new, 1), name)
