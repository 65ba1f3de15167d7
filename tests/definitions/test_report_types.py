"""Do the types of reports load, say what they map to, and are unsound ones refused?"""

import pytest

from bluehelm.definitions import DefinitionError, packaged_text
from bluehelm.definitions.report_types import (
    DUPLICATES,
    TYPES,
    packaged_duplicate_rules,
    packaged_report_types,
    parse_duplicate_rules,
    parse_report_types,
)

ACLED = {"Battles", "Explosions/Remote violence", "Violence against civilians", "Protests", "Riots",
         "Strategic developments"}  # fmt: skip
"""The event types of ACLED's codebook; each crosswalk names one of them before its sub-event type."""


def test_every_type_is_mapped_or_listed_as_mapping_to_nothing():
    types = packaged_report_types()
    for other in ("acled", "ucdp", "pact"):
        mapped = {one.type for one in types.types if one.called(other)}
        assert mapped and mapped | set(types.unmapped(other)) == {one.type for one in types.types}
    named = {one.acled.split(" / ")[0] for one in types.types if one.acled}
    assert named <= ACLED
    assert all(one.harms for one in types.types if one.ucdp), "UCDP counts events with deaths alone"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sort: incident, title: Abduction", "sort: crime, title: Abduction"),
        ("ucdp: non-state", "ucdp: terrorism"),
        ("type: abduction", "type: attack-on-civilians"),
        ("verify_within_hours: 72", "verify_within_hours: 0"),
        ("harms: true,", "hurts: true,"),
    ],
)
def test_unsound_types_are_refused(old, new):
    text = packaged_text(TYPES)
    assert old in text
    with pytest.raises(DefinitionError):
        parse_report_types(text.replace(old, new, 1))


def test_the_points_of_all_signs_add_up():
    assert sum(packaged_duplicate_rules().points.model_dump().values()) == 100
    with pytest.raises(DefinitionError, match="add up to 105"):
        parse_duplicate_rules(packaged_text(DUPLICATES).replace("time: 25", "time: 30"))
