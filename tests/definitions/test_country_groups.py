"""Do the groups of countries load, name missions that there are, and hold who was host when?"""

import pytest

from bluehelm.definitions import DefinitionError, packaged_text
from bluehelm.definitions.country_groups import WHERE, packaged_country_groups, parse_country_groups
from bluehelm.definitions.missions import parse_missions


def test_every_mission_of_a_group_is_in_the_registry():
    registry = parse_missions(packaged_text("missions.yaml"), "missions.yaml")
    named = [mission for group in packaged_country_groups().groups for mission in group.missions]
    assert [mission for mission in named if registry.get(mission) is None] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: mission-countries", "names: mission-countries"),
        ("      - MONUC\n", "      - Monuc?\n"),
        ("    missions:\n", "    missions: []\n    others:\n"),
    ],
)
def test_what_is_not_sound_is_refused(old, new):
    text = packaged_text(WHERE)
    assert old in text
    with pytest.raises(DefinitionError):
        parse_country_groups(text.replace(old, new))


def test_a_group_cannot_be_named_twice():
    text = packaged_text(WHERE)
    again = text[text.index("  - name: mission-countries") :]
    with pytest.raises(DefinitionError, match="twice"):
        parse_country_groups(text + again)
