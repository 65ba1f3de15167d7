"""Does the reporting map show where a number goes, what is asked twice, what is missing and what nobody used?"""

from bluehelm.plans.framework import parse_framework
from bluehelm.plans.reporting import goes_to, reporting_map
from tests.plans.frameworks import SOUND, sound

MINUTES = SOUND.replace(
    "owner: force}",
    "owner: force,\n                 reports: {budget: output, themes: [protection], "
    "report_section: security, minutes_a_month: 45}}",
)


def test_one_number_goes_to_three_reports():
    reported = reporting_map(parse_framework(MINUTES, "plan.yaml"), {}, 90)
    (number,) = [one for one in reported.numbers if one.placed.indicator.id == "I4"]
    assert number.goes_to == ("budget: output", "theme: protection", "Secretary-General: security")
    assert number.goes_to == goes_to(number.placed)
    assert reported.minutes_by_owner == {"force": 45}


def test_reports_are_called_in_words():
    coded = MINUTES.replace("budget: output, themes: [protection]",
                            "budget: indicator-of-achievement, themes: [women-peace-security]")  # fmt: skip
    reported = reporting_map(parse_framework(coded, "plan.yaml"), {}, 90)
    (number,) = [one for one in reported.numbers if one.placed.indicator.id == "I4"]
    assert number.goes_to[:2] == ("budget: indicator of achievement", "theme: women and peace and security")


def test_minutes_nobody_stated_are_unknown_and_not_zero():
    reported = reporting_map(parse_framework(MINUTES, "plan.yaml"), {}, 90)
    assert len(reported.minutes_unknown) == 4
    assert reporting_map(sound(), {}, 90).minutes_by_owner == {}


def test_a_number_no_decision_used_is_offered_for_retirement():
    reported = reporting_map(sound(), {"I1": ["decision 12"]}, 90)
    assert {one.placed.indicator.id for one in reported.unused} == {"C1", "I2", "I3", "I4"}
    (used,) = [one for one in reported.numbers if one.uses]
    assert used.uses == ("decision 12",)


def test_a_number_asked_for_twice_is_named_with_both_places():
    double = SOUND.replace("title: Market days with a patrol, unit: days", "title: Deaths in the north, unit: deaths")
    ((first, second, why),) = reporting_map(parse_framework(double, "plan.yaml"), {}, 90).twice
    assert (first, second) == ("context/C1", "O1/O1.1/P1/I4")
    assert "100 % alike" in why


def test_what_a_report_asks_and_no_number_gives_is_a_gap():
    gaps = reporting_map(sound(), {}, 90).gaps
    assert "O1/O1.1/P1: an output that no budget output names" in gaps
    assert "no number goes to the report on youth" in gaps
    half = SOUND.replace(
        "        tasks: [T1]\n        drivers", "        reports: {budget: accomplishment}\n        drivers"
    )
    assert "O1/O1.1: an expected accomplishment without indicator of achievement" in (
        reporting_map(parse_framework(half, "plan.yaml"), {}, 90).gaps
    )
