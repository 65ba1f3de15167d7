"""Does every template load, and does a split keep totals and name what is lost?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.definitions.force_generation import packaged_equipment, packaged_unit_types
from bluehelm.definitions.forces import packaged_readiness
from bluehelm.forces.supply import ForcesError
from bluehelm.forces.unit_types import split, strength

TYPES = packaged_unit_types()


@pytest.mark.parametrize("name", TYPES)
def test_a_template_asks_for_a_level_that_there_is_and_equipment_of_known_use(name):
    one = TYPES[name]
    assert one.min_level in packaged_readiness().names
    assert {line.category for line in one.equipment} <= set(packaged_equipment().effects)
    assert one.strength == strength(one) > 0


def test_the_common_types_police_and_specialised_teams_are_there():
    expected = "infantry-battalion engineer-company hospital-level-2 utility-helicopter formed-police riverine-unit"
    assert set(expected.split()) <= set(TYPES)
    assert {one.component for one in TYPES.values()} == {"military", "police", "civilian"}
    assert sum(name.startswith("police-specialised-") for name in TYPES) >= 4


def test_a_formed_police_unit_in_platoons_keeps_its_strength_and_loses_command_and_its_doctor():
    found = split(TYPES["formed-police"], 4)
    assert sum(part.strength for part in found.parts) == found.strength == TYPES["formed-police"].strength
    assert found.parts[0].lost == ()
    assert found.parts[3].lost == ("command and operations", "level 1 medical")
    assert [part.functions["public order platoon"] for part in found.parts] == [32, 32, 32, 32]


def test_a_split_into_nothing_or_more_parts_than_people_is_refused():
    for parts in (0, 10_000):
        with pytest.raises(ForcesError):
            split(TYPES["formed-police"], parts)


@given(st.sampled_from(sorted(TYPES)), st.integers(1, 6))
def test_every_function_keeps_its_total_over_the_parts(name, parts):
    found = split(TYPES[name], parts)
    for function in TYPES[name].functions:
        assert sum(part.functions.get(function.name, 0) for part in found.parts) == function.strength
