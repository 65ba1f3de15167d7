"""Do the rules of estimates load, and is what is not sound refused?"""

import pytest

from bluehelm.definitions import DefinitionError, packaged_text
from bluehelm.definitions.impact_estimate import packaged_estimate_rules, parse_estimate_rules
from bluehelm.definitions.predictors import parse_predictors


def test_the_rules_are_those_of_the_field_and_name_what_is_refused():
    rules = packaged_estimate_rules()
    assert (rules.level, rules.power, rules.interval_level) == (0.05, 0.8, 0.9)
    assert {"before-and-after", "two-way-fixed-effects"} == {one.name for one in rules.refused_methods}
    assert rules.status == "draft"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("level: 0.05", "level: 0"),
        ("power: 0.8", "power: 1.2"),
        ("largest_misfit: 1.0", "largest_misfit: -1.0"),
        ("heaviest_left_out: 20", "heaviest_left_out: 0"),
        ("not_lives_saved:", "lives_saved:"),
    ],
)
def test_rules_that_are_not_sound_are_refused(old, new):
    text = packaged_text("impact/estimate.yaml")
    assert old in text
    with pytest.raises(DefinitionError):
        parse_estimate_rules(text.replace(old, new), "estimate.yaml")


def test_importances_need_as_many_predictors():
    text = "predictors: [{column: a, from: 2001, to: 2002}, {column: b, from: 2001, to: 2002}]\n"
    parse_predictors(text + "importances: {predictors: [" + "{column: a, from: 2001, to: 2002}," * 2 + "]}", "p.yaml")
    with pytest.raises(DefinitionError, match="counterpart"):
        parse_predictors(text + "importances: {predictors: [{column: a, from: 2001, to: 2002}]}", "p.yaml")
