"""Are the rules of measures and of the data watch sound, and are unsound ones refused?"""

import pytest

from bluehelm.definitions import DefinitionError, packaged_text
from bluehelm.definitions.quality import parse_quality_rules
from bluehelm.definitions.situation import parse_situation_rules


def test_the_packaged_rules_of_the_situation_load():
    rules = parse_situation_rules(packaged_text("situation.yaml"), "situation.yaml")
    assert rules.rolling_days == (7, 30, 90)
    assert rules.rings_km == (0, 50, 100, 200)


def test_the_packaged_rules_of_the_watch_load():
    rules = parse_quality_rules(packaged_text("quality.yaml"), "quality.yaml")
    assert rules.rhythm_of("ucdp-candidate").renewed_days == 45
    assert rules.rhythm_of("somebody") is None


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("rolling_days: [7, 30, 90]", "rolling_days: [30, 7]"),
        ("rolling_days: [7, 30, 90]", "rolling_days: []"),
        ("rings_km: [0, 50, 100, 200]", "rings_km: [10, 50]"),
        ("rings_km: [0, 50, 100, 200]", "rings_km: [0, 50, 50]"),
        ("false_discovery_rate: 0.1", "false_discovery_rate: 1"),
        ("fewest_past_windows: 6", "fewest_past_windows: 600"),
        ("fewest_past_windows: 6", "fewest_past_windows: 1"),
        ("window_days: 30", "window_weeks: 4"),
    ],
)
def test_unsound_rules_of_the_situation_are_refused(was, becomes):
    text = packaged_text("situation.yaml")
    assert was in text
    with pytest.raises(DefinitionError):
        parse_situation_rules(text.replace(was, becomes), "situation.yaml")


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("falls_to: 0.5", "falls_to: 1.5"),
        ("rises_by: 2.0", "rises_by: 0.5"),
        ("provider: geopko", "provider: ucdp-ged"),
        ("renewed_days: 14", "renewed_days: 0"),
        ("listed_most: 50", "listed: 50"),
    ],
)
def test_unsound_rules_of_the_watch_are_refused(was, becomes):
    text = packaged_text("quality.yaml")
    assert was in text
    with pytest.raises(DefinitionError):
        parse_quality_rules(text.replace(was, becomes), "quality.yaml")
