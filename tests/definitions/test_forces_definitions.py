"""Do the definitions of force generation load, and is what contradicts itself refused?"""

import pytest

from bluehelm.definitions import DefinitionError, packaged_text
from bluehelm.definitions.forces import (
    MatchingRules,
    ReadinessLadder,
    packaged_matching,
    packaged_readiness,
    parse_forces,
)


def test_the_ladder_is_that_of_the_readiness_system():
    ladder = packaged_readiness()
    assert ladder.names == ("L1", "L2", "L3", "RDL")
    assert (ladder.first_renewal_months, ladder.later_renewal_months, ladder.rapid_deployment_days) == (12, 6, 60)
    assert all(level.evidence for level in ladder.levels)


def test_what_is_not_considered_is_said():
    considered = packaged_matching().not_considered
    assert {"host acceptance", "regional politics", "conduct", "performance"} <= set(considered)


@pytest.mark.parametrize(
    ("model", "name", "old", "new"),
    [
        (ReadinessLadder, "readiness", "name: L2", "name: L1"),
        (ReadinessLadder, "readiness", "first_renewal_months: 12", "first_renewal_months: 0"),
        (
            ReadinessLadder,
            "readiness",
            "evidence: [verification visit report, rapid deployment agreement]",
            "evidence: []",
        ),
        (MatchingRules, "matching", "late_day: 1 ", "late_day: -1 "),
        (MatchingRules, "matching", "taken:", "taken_by:"),
    ],
)
def test_what_is_not_sound_is_refused(model, name, old, new):
    text = packaged_text(f"forces/{name}.yaml")
    assert old in text
    with pytest.raises(DefinitionError):
        parse_forces(model, text.replace(old, new), "forces.yaml")
